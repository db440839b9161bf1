"""What was heard, where it is doubtful, and putting it right: kept in the .blend, one undo, nothing on Esc."""

from __future__ import annotations

from types import SimpleNamespace

import bpy
import faces
import pytest
from lockstep.addon import preferences
from lockstep.addon.lines import alternatives, spans
from lockstep.addon.lines.request import from_json
from lockstep.addon.panels import correcting, drawing, heard, main, modal, sync
from lockstep.engine.errors import LockstepError
from lockstep.engine.take import STATUSES
from test_panel import Layout, drawn

TEXT = "mab isu meb a never"  # three sounds a word; the fourth has one, the last none


@pytest.fixture
def spoken(face, sound, press):
    """A face that has spoken the sound with a text; its line."""
    press(frame=11, audio=str(sound), text=TEXT, language="en")
    return line_of(face)


def line_of(face):
    return spans.line_at(face, bpy.context.scene.frame_current)


def phones_of(face):
    return [(phone.ipa, round(phone.start, 2)) for phone in spans.phones(line_of(face))]


def panel() -> str:
    assert heard.LOCKSTEP_PT_heard.poll(bpy.context)
    return drawn(heard.LOCKSTEP_PT_heard)


def put_right(**given):
    return bpy.ops.lockstep.put_right("EXEC_DEFAULT", True, **given)


def test_the_words_that_were_heard_are_kept_with_their_status_and_shown_with_their_sounds(face, spoken):
    assert [word.text for word in spoken.words] == TEXT.split()
    assert [STATUSES[word.status] for word in spoken.words] == [*["said"] * 3, "changed", "unsaid"]
    text = panel()
    assert "mab mab" in text and "isu isu" in text and "never not said" in text
    assert "Of 5 words: 1 said otherwise, 1 not said." in text and "90%" in text
    assert spoken.language == "en" and len(spoken.sound) == 64


def test_the_sounds_are_listed_where_there_is_no_text(face, sound, press):
    press(audio=str(sound))
    assert len(line_of(face).words) == 0
    assert [text for text, _ in phones_of(face)][:3] == ["m", "a", "b"]
    text = panel()
    assert "Words" not in text and "90%" in text and "No doubtful stretches" in text


def test_the_artist_may_look_at_the_sounds_of_a_line_with_a_text(face, spoken):
    assert correcting.shows_words(bpy.context, spoken) is not True or bpy.context.scene.lockstep.view == "WORDS"
    bpy.context.scene.lockstep.view = "PHONES"
    assert "mabi" not in panel()


def test_without_a_line_the_panel_is_not_there(fresh):
    assert not heard.LOCKSTEP_PT_heard.poll(bpy.context)
    assert not bpy.ops.lockstep.put_right.poll()
    faces.activate(faces.make_face())
    assert not heard.LOCKSTEP_PT_heard.poll(bpy.context)
    for press in (bpy.ops.lockstep.put_right, bpy.ops.lockstep.take_back, bpy.ops.lockstep.jump):
        with pytest.raises(RuntimeError, match="has no line here yet"):
            press("EXEC_DEFAULT")


def test_a_click_in_the_list_moves_the_playhead_there(face, spoken):
    scene = bpy.context.scene
    spoken.word = 1
    assert scene.frame_current == round(spoken.base + spoken.words[1].times[0] * spoken.rate) > 11
    spoken.phone = 0
    assert scene.frame_current == 16


def test_a_jump_chooses_what_is_heard_there(face, spoken):
    seconds = spans.seconds_of_heard(spoken.phones[4])[0]
    assert bpy.ops.lockstep.jump(seconds=seconds) == {"FINISHED"}
    assert (spoken.phone, spoken.word) == (4, 1)
    assert bpy.context.scene.frame_current == spans.frame_in(spoken, seconds)


def test_the_line_at_the_playhead_is_shown_else_the_last_one(face, sound, press):
    press(frame=1, audio=str(sound), text="first")
    press(frame=101, text="second", source="FILE", audio=str(sound))
    shown = {}
    for frame in (5, 110, 400):
        bpy.context.scene.frame_set(frame)
        shown[frame] = line_of(face).words[0].text
    assert shown == {5: "first", 110: "second", 400: "second"}


def test_doubtful_stretches_are_those_under_the_artists_limit(face, spoken, monkeypatch):
    for index, sure in ((1, 0.2), (5, 0.4)):
        spoken.phones[index].times[2] = sure
    drawing.seen.clear()
    found = heard.stretches(bpy.context, face.name, spoken)
    assert [stretch.confidence for stretch in found] == pytest.approx([0.2, 0.4])
    text = panel()
    assert "2 doubtful stretches" in text and text.count("lockstep.jump") == 4
    monkeypatch.setattr(preferences, "doubt_limit", lambda _context: 0.3)
    assert "1 doubtful stretch " in panel() + " "


def test_without_preferences_the_usual_limit_holds():
    nobody = SimpleNamespace(preferences=SimpleNamespace(addons={}))
    assert preferences.doubt_limit(nobody) == 0.45


def test_a_sound_put_right_is_heard_timed_and_keyed_anew(face, spoken, quick_ear):
    before = faces.curves(face)
    start, end = spans.seconds_of_heard(spoken.phones[1])
    assert put_right(start=start, end=end, kind="PHONES", said="/pu/") == {"FINISHED"}
    (correction,) = quick_ear[-1]["corrections"]
    assert (correction.said, correction.kind) == ("pu", "phones")
    assert (correction.start, correction.end) == pytest.approx((start, end), abs=1e-3)
    assert [text for text, _ in phones_of(face)][:4] == ["m", "p", "u", "b"]
    assert faces.curves(face) != before
    assert quick_ear[-1]["transcript"] == TEXT
    assert f"/{correction.said}/" in panel() and len(face.lockstep_spans) == 1


def test_a_word_put_right_reaches_the_ear_as_it_is_spelled(face, spoken, quick_ear):
    start, end = spans.seconds_of_heard(spoken.words[1])
    assert put_right(start=start, end=end, kind="WORD", said="summer") == {"FINISHED"}
    assert [(one.said, one.kind) for one in quick_ear[-1]["corrections"]] == [("summer", "word")]
    assert "summer" in panel()


def test_the_list_stays_at_what_was_put_right(face, spoken):
    start, end = spans.seconds_of_heard(spoken.phones[5])
    put_right(start=start, end=end, kind="PHONES", said="o")
    line = line_of(face)
    assert (line.phone, line.phones[5].text, line.word) == (5, "o", 1)


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0.0, "0.00"), (59.994, "59.99"), (59.999, "1:00.00"), (62.35, "1:02.35"), (-1.0, "0.00")]
)
def test_seconds_are_shown_with_minutes_from_the_first_on(seconds, shown):
    assert spans.timecode(seconds) == shown


def test_a_second_correction_adds_to_the_first_and_one_of_the_same_place_replaces_it(face, spoken, quick_ear):
    places = [spans.seconds_of_heard(spoken.phones[index]) for index in (1, 5)]
    for (start, end), said in zip(places, ("u", "e"), strict=True):
        put_right(start=start, end=end, kind="PHONES", said=said)
    assert [one.said for one in quick_ear[-1]["corrections"]] == ["u", "e"]
    put_right(start=places[0][0], end=places[0][1], kind="PHONES", said="o")
    assert [one.said for one in quick_ear[-1]["corrections"]] == ["e", "o"]


def test_a_correction_is_taken_back(face, spoken, quick_ear):
    before = (faces.curves(face), phones_of(face))
    put_right(start=0.3, end=0.48, kind="PHONES", said="u")
    assert bpy.ops.lockstep.take_back("EXEC_DEFAULT", True, index=0) == {"FINISHED"}
    assert quick_ear[-1]["corrections"] == ()
    assert (faces.curves(face), phones_of(face)) == before
    assert len(face.lockstep_corrections) == 0
    with pytest.raises(RuntimeError, match="no such correction"):
        bpy.ops.lockstep.take_back("EXEC_DEFAULT", True, index=0)


def test_a_correction_outlives_saving_and_the_next_sync_of_the_same_sound(face, spoken, quick_ear, press, tmp_path):
    put_right(start=0.3, end=0.48, kind="PHONES", said="u")
    corrected = faces.curves(face)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "a.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "a.blend"))
    face = bpy.data.objects["Face"]
    assert [item.text for item in line_of(face).words] == TEXT.split()
    press(face, frame=11)
    assert [one.said for one in quick_ear[-1]["corrections"]] == ["u"]
    assert faces.curves(face) == corrected
    assert len(face.lockstep_corrections) == 1


def test_another_sound_does_not_get_the_corrections_of_the_first(face, spoken, quick_ear, press, sound, tmp_path):
    put_right(start=0.3, end=0.48, kind="PHONES", said="u")
    other = tmp_path / "other.wav"
    data = bytearray(sound.read_bytes())
    data[-1] ^= 1
    other.write_bytes(bytes(data))
    press(audio=str(other))
    assert quick_ear[-1]["corrections"] == ()
    press(audio=str(sound))
    assert len(quick_ear[-1]["corrections"]) == 1


def test_a_part_of_the_sound_gets_the_corrections_that_lie_in_it_in_its_own_seconds(face, spoken, quick_ear, press):
    put_right(start=0.3, end=0.48, kind="PHONES", said="u")
    put_right(start=1.2, end=1.3, kind="PHONES", said="o")
    press(use_part=True, sound_in=1.0)
    (correction,) = quick_ear[-1]["corrections"]
    assert (correction.start, correction.end, correction.said) == pytest.approx((0.2, 0.3, "o"), abs=2e-3)
    kept = [(item.said, round(item.start, 2)) for item in face.lockstep_corrections]
    assert sorted(kept) == [("o", 1.2), ("u", 0.3)]


def test_a_line_is_put_right_with_what_it_was_made_of_whatever_the_panel_shows_now(face, spoken, quick_ear, tmp_path):
    asked = bpy.context.scene.lockstep
    asked.text, asked.language, asked.source, asked.audio = "else", "fr", "FILE", str(tmp_path / "none.wav")
    put_right(start=0.3, end=0.48, kind="PHONES", said="u")
    assert (quick_ear[-1]["transcript"], quick_ear[-1]["language"]) == (TEXT, "en")
    assert (asked.text, asked.source) == ("else", "FILE")


def test_one_undo_takes_a_correction_back(face, spoken):
    bpy.ops.ed.undo_push(message="before")
    before = faces.fingerprint()
    put_right(start=0.3, end=0.48, kind="PHONES", said="u")
    assert faces.fingerprint() != before
    bpy.ops.ed.undo()
    assert faces.fingerprint() == before


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"start": 0.5, "end": 0.4, "kind": "PHONES", "said": "u"}, "its end must be after its start"),
        ({"start": 0.3, "end": 0.4, "kind": "PHONES", "said": "日"}, "is no sound of the IPA"),
        ({"start": 0.3, "end": 0.4, "kind": "WORD", "said": " "}, "names no word"),
    ],
)
def test_what_is_no_correction_is_said_and_changes_nothing(face, spoken, given, said):
    before = faces.fingerprint()
    with pytest.raises(RuntimeError, match=said):
        put_right(**given)
    assert faces.fingerprint() == before


def test_a_sound_that_changed_since_is_said(face, spoken, sound):
    kept = sound.read_bytes()
    try:
        sound.write_bytes(kept[:-2] + b"\x01\x02")
        with pytest.raises(RuntimeError, match="is no longer the sound that was heard"):
            put_right(start=0.3, end=0.48, kind="PHONES", said="u")
    finally:
        sound.write_bytes(kept)


def test_a_line_whose_making_is_not_known_asks_for_a_sync(face, spoken):
    spoken.asked = ""
    with pytest.raises(RuntimeError, match="press Sync from Audio once"):
        put_right(start=0.3, end=0.48, kind="PHONES", said="u")


def test_a_correction_that_is_stopped_at_any_step_leaves_everything_as_it_was(face, spoken):
    from lockstep.addon.lines.job import sync as job

    asked = SimpleNamespace(start=0.3, end=0.48, kind="PHONES", said="u")
    request = correcting.LOCKSTEP_OT_put_right.ask(asked, bpy.context)
    before, steps = faces.fingerprint(), 0
    for stop in range(1, 100):
        work = job(request)
        steps = sum(1 for _, _ in zip(range(stop), work, strict=False))
        if steps < stop:
            break
        work.close()
        assert faces.fingerprint() == before, f"stopped at step {stop}"
    assert 4 < steps < 99 and faces.fingerprint() != before


def test_escape_during_a_correction_changes_nothing(face, spoken, monkeypatch):
    monkeypatch.setattr(modal, "STEP", 0.0001)
    before = faces.fingerprint()
    from test_button import Press

    class Correcting(Press):
        def ask(self, context):
            asked = SimpleNamespace(start=0.3, end=0.48, kind="PHONES", said="u")
            return correcting.LOCKSTEP_OT_put_right.ask(asked, context)

    press = Correcting()
    assert correcting.LOCKSTEP_OT_put_right.invoke(press, press.context, None) == {"RUNNING_MODAL"}
    press.event("TIMER", "NOTHING")
    assert not bpy.ops.lockstep.put_right.poll()
    assert press.event("ESC") == {"CANCELLED"}
    assert modal.running() is None and faces.fingerprint() == before


def offered(line, index, word=""):
    start, end = spans.seconds_of_heard(line.words[index] if word else line.phones[index])
    request = from_json(line.asked, bpy.context.scene.name, ("Face", None))
    return alternatives.alternatives(request, line, start, end, word)


def test_for_a_sound_the_menu_holds_what_was_heard_then_what_the_ear_finds_likeliest(face, spoken):
    found = offered(spoken, 1)
    assert found[0] == "a" and len(found) > 6 and len(set(found)) == len(found)
    open_ones = {"æ", "a", "ʌ", "ɑ", "ɑː", "ə", "ɛ"}
    assert open_ones & set(found[:4])


def test_where_the_sound_is_gone_the_menu_holds_sounds_made_alike(face, spoken, monkeypatch):
    monkeypatch.setattr(alternatives, "FAR", -1.0)
    found = offered(spoken, 0)
    assert found[0] == "m" and "n" in found[:4] and len(set(found)) == len(found)


def test_for_a_word_the_menu_holds_the_ways_to_say_it(face, spoken):
    pytest.importorskip("espeakng_loader")
    found = offered(spoken, 0, "mab")
    assert found[0] == "mab" and any("æ" in ipa for ipa in found[1:])


def test_what_was_heard_of_an_overridden_character_is_kept_as_well(sound, press, tmp_path, fresh):
    from test_characters import link, override

    home = bpy.data.collections.new("Ann")
    fresh.collection.children.link(home)
    faces.make_face("Ann face", collection=home)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "ann.blend"))
    bpy.ops.wm.read_factory_settings(use_empty=True)
    ann = override(link(tmp_path / "ann.blend"))["Ann face"]
    press(ann, audio=str(sound), text=TEXT)
    put_right(start=0.3, end=0.48, kind="PHONES", said="u")
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "shot.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "shot.blend"))
    ann = bpy.context.scene.objects["Ann face"]
    line = line_of(ann)
    assert [word.text for word in line.words] == TEXT.split()
    assert [item.said for item in ann.lockstep_corrections] == ["u"]
    assert "u" in [phone.ipa for phone in spans.phones(line)] and line.asked


def test_long_readings_are_noted_whole(face):
    from lockstep.engine.take import Audio, Phone, Take

    phones = tuple(Phone(i * 0.1, i * 0.1 + 0.1, "a", 0.5) for i in range(20000))
    take = Take(Audio("a.wav", "0" * 64, 2000.0, 16000), "en", "x", phones=phones)
    spans.note(face, spans.Spoken((1.0, 48001.0), (1.0, 48001.0), 1.0, 24.0, 0.0, take, "{}"))
    assert len(line_of(face).phones) == 20000
    assert list(spans.phones_in(line_of(face), 1000.0, 1000.35)) == ["a"] * 3


class Dialog(Layout):
    """A layout in which an operator's own properties are drawn."""

    def prop(self, data, name, **_options):
        self.texts.append(bpy.ops.lockstep.ask_right.get_rna_type().properties[name].name)

    def _inner(self, **_options):
        return Dialog(self.texts)

    row = _inner


@pytest.mark.parametrize("kind", ["PHONES", "WORD"])
@pytest.mark.parametrize("likely", [True, False])
def test_the_dialog_shows_a_menu_where_there_is_something_to_choose(face, spoken, kind, likely):
    correcting._menu[:] = [("m", "m", "")] if likely else []
    asked = SimpleNamespace(layout=Dialog(), kind=kind)
    correcting.LOCKSTEP_OT_ask_right.draw(asked, bpy.context)
    assert ("Likely" in asked.layout.texts) is likely
    assert {"Kind", "Said", "Start", "End"} <= set(asked.layout.texts)


@pytest.mark.parametrize(
    ("view", "index", "kind", "said"),
    [("WORDS", 1, "WORD", "isu"), ("PHONES", 4, "PHONES", "s"), ("WORDS", 4, "WORD", "never")],
)
def test_the_dialog_opens_with_what_is_chosen_in_the_list(face, spoken, view, index, kind, said):
    bpy.context.scene.lockstep.view = view
    spoken.word = spoken.phone = index
    shown = []
    manager = SimpleNamespace(invoke_props_dialog=lambda operator, **_: shown.append(operator) or {"RUNNING_MODAL"})
    context = SimpleNamespace(
        scene=bpy.context.scene, active_object=bpy.context.view_layer.objects.active, window_manager=manager
    )
    asked = SimpleNamespace()
    assert correcting.LOCKSTEP_OT_ask_right.invoke(asked, context, None) == {"RUNNING_MODAL"}
    assert (asked.kind, asked.said) == (kind, said)
    assert len(correcting._menu) > 1 or kind == "WORD"
    assert 0.0 <= asked.start < asked.end and shown == [asked]


def test_a_choice_from_the_menu_is_taken_as_sounds(face, spoken):
    asked = SimpleNamespace(kind="WORD", said="isu", likely="esu")
    correcting._choose(asked, bpy.context)
    assert (asked.kind, asked.said) == ("PHONES", "esu")
    asked.likely = correcting.SILENT
    correcting._choose(asked, bpy.context)
    assert asked.said == ""


def test_the_dialog_confirmed_puts_right_what_it_holds(face, spoken, quick_ear):
    given = {"start": 0.3, "end": 0.48, "kind": "PHONES", "said": "u"}
    assert bpy.ops.lockstep.ask_right("EXEC_DEFAULT", **given) == {"FINISHED"}
    assert [one.said for one in quick_ear[-1]["corrections"]] == ["u"]
    with pytest.raises(RuntimeError, match="no sound of the IPA"):
        bpy.ops.lockstep.ask_right("EXEC_DEFAULT", **{**given, "said": "日"})


def test_errors_of_a_face_that_is_gone_are_sentences(fresh):
    with pytest.raises(LockstepError, match="No object is active"):
        correcting.shown_line(bpy.context)


def test_the_reason_is_looked_up_once_for_a_drawing_of_the_button(face, sound, monkeypatch):
    bpy.context.scene.lockstep.audio = str(sound)
    asked = []
    real = sync.find_speaker
    monkeypatch.setattr(sync, "find_speaker", lambda *given: asked.append(given) or real(*given))
    drawn(main.LOCKSTEP_PT_sync)
    assert len(asked) == 1
    assert bpy.ops.lockstep.sync.poll() and len(asked) == 1
    assert bpy.ops.lockstep.sync.poll() and len(asked) == 2
