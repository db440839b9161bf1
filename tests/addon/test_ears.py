"""Other ears in Blender: Allosaurus' model by NumPy, and a file of timed phones in place of listening."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from types import SimpleNamespace

import bpy
import faces
import made_allosaurus
import numpy as np
import pytest
import voice
from lockstep.addon import headless, preferences
from lockstep.addon.keys import keying
from lockstep.addon.lines import spans, takes
from lockstep.addon.lines.request import Request, from_json, remembered, to_json
from lockstep.addon.panels import heard as heard_panel
from lockstep.addon.panels import main, sync
from lockstep.engine import listen as room
from lockstep.engine.check.result import Limits
from test_panel import Layout, drawn

LINE = "m a b i _ s u m e b a"
LENGTH = voice.phones(LINE)[-1][1] + 0.2  # seconds of the fixture `sound`
LATER = 0.03


@pytest.fixture
def heard(monkeypatch):
    """Counts how often a sound is heard: the name of the ear each time, None for our own."""
    asked, own = [], room.listen

    def listen(source, **options):
        ear = options["recognizer"]
        asked.append(None if ear is None else ear.name)
        return own(source, **options)

    monkeypatch.setattr(room, "listen", listen)
    return asked


@pytest.fixture
def prefer(monkeypatch):
    """Set the preferences, which an extension that is not enabled as one does not have."""
    monkeypatch.setattr("lockstep.engine.ears.allosaurus.folder.package_home", lambda: None)
    monkeypatch.delenv("LOCKSTEP_ALLOSAURUS", raising=False)

    def banned(*_):
        raise AssertionError("In Blender the model is run by NumPy alone.")

    monkeypatch.setattr("lockstep.engine.ears.allosaurus.ear.package_network", banned)
    usual = {name: 1000.0 * value if name in preferences.IN_MS else value for name, value in limits().items()}

    def set_(recognizer="ALLOSAURUS", allosaurus=""):
        own = SimpleNamespace(recognizer=recognizer, allosaurus=str(allosaurus), doubt=0.45, ledger="", **usual)
        monkeypatch.setattr(preferences, "_own", lambda _context: own)

    return set_


def limits():
    return {name: getattr(Limits(), name) for name in preferences.LIMITS}


def grid(path, phones, length=LENGTH) -> Path:
    """A TextGrid in the short form, silence in its gaps."""
    rows, at = [], 0.0
    for start, end, label in phones:
        rows += [(at, start, "")] if start > at else []
        rows.append((start, end, label))
        at = end
    rows += [(at, length, "")] if length > at else []
    body = "".join(f'{start:g}\n{end:g}\n"{label}"\n' for start, end, label in rows)
    head = f'File type = "ooTextFile"\nObject class = "TextGrid"\n\n0\n{length:g}\n<exists>\n1\n'
    path.write_text(f'{head}"IntervalTier"\n"phones"\n0\n{length:g}\n{len(rows)}\n{body}', encoding="utf-8")
    return path


def shifted(phones, seconds):
    return [(start + seconds, end + seconds, label) for start, end, label in phones]


@pytest.fixture
def phones(tmp_path):
    """A file with the phones of the fixture `sound`."""
    return grid(tmp_path / "line.TextGrid", voice.phones(LINE))


def press(sound=None, **settings):
    asked = bpy.context.scene.lockstep
    if sound is not None:
        asked.source, asked.audio = "FILE", str(sound)
    for name, value in settings.items():
        setattr(asked, name, value)
    assert bpy.ops.lockstep.sync() == {"FINISHED"}
    return asked


def line_of(face):
    return spans.line_at(face, bpy.context.scene.frame_current)


def spoken(face):
    return [(round(p.start, 3), round(p.end, 3), p.ipa) for p in takes.active_take(line_of(face)).phones]


def state():
    """What a sync that fails may not change."""
    face = bpy.context.view_layer.objects.active
    line = line_of(face)
    return faces.fingerprint(), faces.curves(face), [(item.digest, item.asked) for item in line.takes]


def refused(**settings) -> str:
    """The one sentence with which a press fails; nothing is changed by it."""
    asked = bpy.context.scene.lockstep
    for name, value in settings.items():
        setattr(asked, name, value)
    before = state()
    with pytest.raises(RuntimeError) as caught:
        bpy.ops.lockstep.sync()
    assert state() == before
    said = " ".join(str(caught.value).removeprefix("Error: ").split())
    assert said.endswith(".")
    return said


# ---- a file of timed phones


def test_the_phones_of_a_file_are_spoken_as_they_stand(face, sound, phones, heard):
    asked = press(sound, phones=str(phones), language="en")
    assert spoken(face) == voice.phones(LINE)
    assert takes.active_take(line_of(face)).recognizer == "file line.TextGrid"
    assert asked.made.endswith("English, phones of line.TextGrid).")
    assert "Phones of line.TextGrid." in drawn(heard_panel.LOCKSTEP_PT_heard)
    assert asked.notes == ""
    assert heard == ["file line.TextGrid"]
    assert max(value for _, value in faces.curves(face)["jawOpen"]) > 0.1


def test_nothing_is_read_again_until_file_or_sound_change(face, sound, phones, heard):
    press(sound, phones=str(phones), language="en")
    press(intensity=0.5)
    assert len(heard) == 1
    moved = shutil.copy(phones, phones.with_name("same.TextGrid"))
    press(phones=str(moved))
    assert len(heard) == 1, "the same phones by another name"
    grid(phones, shifted(voice.phones(LINE), LATER))
    press(phones=str(phones))
    assert len(heard) == 2
    assert spoken(face)[0][0] == pytest.approx(0.2 + LATER)
    press(phones="")
    assert heard[2:] == [None], "without a file the sound is heard"
    assert takes.active_take(line_of(face)).recognizer.startswith("lockstep-")
    assert len(line_of(face).takes) == 1


def test_acting_and_edits_go_with_the_phones(face, sound, phones):
    press(sound, phones=str(phones), language="en")
    point = max(keying.curve_of(face.data.shape_keys, "jawOpen").keyframe_points, key=lambda one: one.co.y)
    frame = point.co.x
    point.co.y = point.handle_left.y = point.handle_right.y = 0.99
    grid(phones, shifted(voice.phones(LINE), LATER))
    press()
    top = max(faces.curves(face)["jawOpen"], key=lambda one: one[1])
    assert top[1] == pytest.approx(0.99, abs=0.01)
    assert top[0] == pytest.approx(frame + LATER * bpy.context.scene.render.fps, abs=1.01)
    assert [edit.kind for edit in takes.score_of(line_of(face)).edits] == ["keys"]


def test_a_file_of_the_whole_sound_serves_a_part_of_it(face, sound, phones):
    asked = press(sound, phones=str(phones), language="en", use_part=True, sound_in=0.5, sound_out=1.5)
    known = [one for one in voice.phones(LINE) if one[1] > 0.5 and one[0] < 1.5]
    assert spoken(face) == [(round(max(a, 0.5) - 0.5, 3), round(min(b, 1.5) - 0.5, 3), ipa) for a, b, ipa in known]
    assert asked.notes == ""
    grid(phones, shifted(known, -0.5)[1:-1], 1.0)
    press()
    assert spoken(face) == [(round(a - 0.5, 3), round(b - 0.5, 3), ipa) for a, b, ipa in known[1:-1]]


def test_what_was_put_right_in_the_file_is_noted(face, sound, phones):
    rows = voice.phones(LINE)
    rows[1] = (rows[1][0], rows[1][1] + 0.05, "a")
    text = "".join(f"line 1 {start:.3f} {end - start:.3f} {ipa}\n" for start, end, ipa in rows)
    kaldi = phones.with_suffix(".ctm")
    kaldi.write_text(text, encoding="utf-8")
    asked = press(sound, phones=str(kaldi), language="en", text="Mabi.")
    said = asked.notes.splitlines()
    assert len(said) == 3
    assert "1 overlap" in said[0] and "gap" in said[1] and "text was left aside" in said[2]


def test_the_language_of_a_file_is_found_by_the_sound_or_told(face, sound, phones):
    asked = press(sound, phones=str(phones), language="auto")
    found = takes.active_take(line_of(face))
    told = "could not be told" in asked.notes
    assert (found.language == "und") == told
    assert found.identified is not None and 0.0 < found.identified <= 1.0


def bad(kind, phones, sound):
    """A file of phones that is wrong in some way, and what is said of it."""
    spoken = voice.phones(LINE)
    if kind == "foreign":
        phones.write_text("Dear diary, today I went to the sea.", encoding="utf-8")
        return "no timed phones that are known"
    if kind == "sound":
        shutil.copy(sound, phones)
        return "'line.TextGrid'"
    if kind == "long":
        grid(phones, shifted(spoken, 3.0), LENGTH + 3.0)
        return f"is {LENGTH + 3.0:.2f} s long and its sound"
    if kind == "short":
        grid(phones, spoken[:2], 0.6)
        return "is 0.60 s long and its sound"
    if kind == "rows":
        text = "".join(f"line 1 {start + 2.0:.3f} {end - start:.3f} {ipa}\n" for start, end, ipa in spoken)
        phones.write_text(text, encoding="utf-8")
        return "s long and its sound"
    if kind == "cut off":
        phones.write_bytes(phones.read_bytes()[:150])
        return "'line.TextGrid' is broken"
    if kind == "huge":
        with phones.open("ab") as file:
            file.truncate(65_000_000)
        return "too large for a list of phones"
    phones.unlink()
    return "are not there"


@pytest.mark.parametrize("kind", ["foreign", "sound", "long", "short", "rows", "cut off", "huge", "missing"])
def test_a_file_that_is_wrong_gets_one_sentence_and_nothing_changes(face, sound, phones, kind):
    press(sound, phones=str(phones), language="en")
    said = bad(kind, phones, sound)
    assert said in refused()
    assert spoken(face) == voice.phones(LINE)
    if kind == "missing":
        assert said in sync.disabled_reason(bpy.context)


def test_what_was_misheard_is_put_right_in_given_phones_and_taken_back(face, sound, phones, heard):
    press(sound, phones=str(phones), language="en")
    first = voice.phones(LINE)[1]
    bpy.ops.lockstep.put_right(start=first[0], end=first[1], kind="PHONES", said="u")
    assert "u" in [ipa for start, _, ipa in spoken(face) if start < 0.5]
    assert heard == ["file line.TextGrid"] * 2
    bpy.ops.lockstep.take_back(index=0)
    assert spoken(face) == voice.phones(LINE)


def test_another_voice_is_swapped_in_by_its_phones_and_back(face, sound, phones, tmp_path):
    press(sound, phones=str(phones), language="en")
    other = voice.write_wav(tmp_path / "other.wav", voice.speak(LINE, 5))
    later = grid(tmp_path / "other.TextGrid", shifted(voice.phones(LINE), LATER))
    assert bpy.ops.lockstep.swap_voice(audio=str(other), language="en", phones=str(later)) == {"FINISHED"}
    settings = bpy.context.scene.lockstep
    assert spoken(face)[0][0] == pytest.approx(0.2 + LATER)
    assert settings.phones == str(later)
    assert bpy.ops.lockstep.use_take(index=0) == {"FINISHED"}
    assert spoken(face) == voice.phones(LINE)
    assert settings.phones == str(phones)
    assert bpy.ops.lockstep.swap_voice(audio=str(other), language="en") == {"FINISHED"}
    assert settings.phones == "", "nothing was given for the other recording: it was heard"


def test_what_was_asked_is_remembered_with_its_ear(phones):
    request = Request("Scene", ("Face", None), strip="a", recognizer="allosaurus", phones=phones, phones_digest="1")
    again = from_json(to_json(request), "Scene", ("Face", None))
    assert (again.recognizer, again.phones, again.phones_digest) == ("allosaurus", phones, "1")
    older = json.loads(to_json(request))
    for name in ("recognizer", "phones", "phones_digest"):
        del older[name]
    known = remembered(json.dumps(older))
    assert known is not None and (known.recognizer, known.phones) == ("lockstep", None)


def test_the_panel_shows_the_field_and_who_listens(face, phones, prefer):
    assert "Phones" in drawn(main.LOCKSTEP_PT_sync)
    prefer(allosaurus="anywhere")
    assert "Allosaurus listens, without the transcript" in drawn(main.LOCKSTEP_PT_sync)
    bpy.context.scene.lockstep.phones = str(phones)
    shown = drawn(main.LOCKSTEP_PT_sync)
    assert "Phones" in shown and "Allosaurus" not in shown


# ---- Allosaurus


@pytest.fixture
def model(tmp_path):
    return made_allosaurus.folder(tmp_path / "uni2005")


def test_allosaurus_is_heard_where_the_preferences_name_it(face, sound, model, prefer, heard):
    prefer(allosaurus=model)
    asked = press(sound, language="en")
    assert heard == ["allosaurus-uni2005"]
    assert takes.active_take(line_of(face)).recognizer == "allosaurus-uni2005"
    assert {ipa for _, _, ipa in spoken(face)} <= set(made_allosaurus.ENGLISH)
    assert asked.made.endswith("heard by allosaurus-uni2005).")
    assert "Heard by allosaurus-uni2005." in drawn(heard_panel.LOCKSTEP_PT_heard)
    assert faces.curves(face)["jawOpen"]


def test_a_kept_take_is_not_used_where_another_ear_is_asked_for(face, sound, model, prefer, heard):
    prefer("LOCKSTEP")
    press(sound, language="en")
    prefer(allosaurus=model)
    press()
    press(intensity=0.6)
    assert heard == [None, "allosaurus-uni2005"]
    other = shutil.copytree(model, model.with_name("my own model"))
    prefer(allosaurus=other)
    press()
    press(intensity=0.8)
    assert heard[2:] == ["allosaurus-my own model"]
    shutil.rmtree(other)
    press(intensity=0.7)
    assert len(heard) == 3, "what a model that is gone has heard is still there"
    prefer("LOCKSTEP", other)
    press()
    assert heard[3:] == [None]
    assert len(line_of(face).takes) == 1


def test_a_language_without_a_list_in_the_model_is_told(face, sound, model, prefer):
    prefer(allosaurus=model)
    assert "no list of the sounds of Korean" in press(sound, language="ko").notes
    assert "no list" not in press(language="und").notes


def test_the_sounds_of_a_language_without_a_table_may_be_named(face, sound, model, prefer, heard):
    prefer(allosaurus=model)
    settings = press(sound, language="und", inventory=" ENG ")
    assert heard == ["allosaurus-uni2005 eng"]
    assert settings.made.endswith("heard by allosaurus-uni2005 eng).")
    assert {ipa for _, _, ipa in spoken(face)} <= set(made_allosaurus.ENGLISH)
    assert "Sounds Of" in drawn(main.LOCKSTEP_PT_sync)
    press(intensity=0.7)
    assert len(heard) == 1
    press(inventory="")
    assert heard[1:] == ["allosaurus-uni2005"]
    assert "no list of sounds 'xyz'" in refused(inventory="xyz")
    press(language="en")
    assert "Sounds Of" not in drawn(main.LOCKSTEP_PT_sync)


def test_a_line_heard_by_allosaurus_is_put_right_by_it(face, sound, model, prefer, heard):
    prefer(allosaurus=model)
    press(sound, language="en")
    prefer("LOCKSTEP", model)
    start, end, _ = spoken(face)[1]
    bpy.ops.lockstep.put_right(start=start, end=end, kind="PHONES", said="u")
    assert heard == ["allosaurus-uni2005"] * 2


WRONG = {
    "missing": "is not there; unpack",
    "foreign": "holds no Allosaurus model",
    "part": "lacks phone.txt",
    "cut off": "is cut off",
    "none": "No Allosaurus model was found",
}


def spoil(kind, model):
    if kind == "missing":
        shutil.rmtree(model)
    elif kind == "foreign":
        (model / "am_config.json").unlink()
    elif kind == "part":
        (model / "phone.txt").unlink()
    elif kind == "cut off":
        path = model / "model.pt"
        path.write_bytes(path.read_bytes()[:700])


@pytest.mark.parametrize("kind", WRONG)
def test_a_model_that_is_wrong_gets_one_sentence_and_nothing_changes(face, sound, model, prefer, kind):
    prefer("LOCKSTEP")
    press(sound, language="en")
    spoil(kind, model)
    prefer(allosaurus="" if kind == "none" else model)
    said = refused()
    assert WRONG[kind] in said and "uni2005.tar.gz" in said
    assert said.count(". ") == 0, "one sentence"


@pytest.mark.parametrize("kind", ["there", *WRONG])
def test_the_preferences_say_whether_a_model_was_found(model, prefer, kind):
    spoil(kind, model)
    prefer(allosaurus="" if kind == "none" else model)
    found, said = preferences.model_state(bpy.context)
    assert found == (kind in ("there", "cut off")), "the weights themselves are read when they are needed"
    assert said.endswith(".")
    if kind == "none":
        assert "Preferences" in said and "--allosaurus-model" not in said
    layout = Layout()
    for recognizer in ("LOCKSTEP", "ALLOSAURUS"):
        own = SimpleNamespace(layout=layout, recognizer=recognizer, bl_rna=preferences.LockstepPreferences.bl_rna)
        preferences.LockstepPreferences.draw(own, bpy.context)
    assert "".join(said.split()) in "".join("".join(layout.texts).split())


def test_without_preferences_our_own_ear_listens(fresh):
    assert preferences.recognizer(bpy.context) == "lockstep"
    assert preferences.model_folder(bpy.context) is None
    names = {name.lower() for name, _, _ in preferences.RECOGNIZERS}
    assert names == set(__import__("lockstep.engine.ears", fromlist=["NAMES"]).NAMES)


# ---- without a window


@pytest.fixture
def shot(fresh, tmp_path):
    faces.activate(faces.make_face("Face"))
    folder = tmp_path / "shot"
    folder.mkdir()
    path = folder / "shot.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(path))
    return path


def run(*options) -> int:
    return headless.main(["sync", "--object", "Face", "--in-place", *map(str, options)])


def taken(path):
    bpy.ops.wm.open_mainfile(filepath=str(path))
    face = bpy.context.scene.objects["Face"]
    line = spans.line_at(face, 1)
    return None if line is None else takes.active_take(line)


def test_the_command_takes_a_file_of_phones(shot, sound, phones, capfd):
    assert run("--audio", sound, "--phones", phones, "--language", "en") == 0
    assert "phones of line.TextGrid" in capfd.readouterr().out
    assert [(p.start, p.end, p.ipa) for p in taken(shot).phones] == voice.phones(LINE)


def test_the_command_listens_by_allosaurus(shot, sound, model, prefer):
    prefer("LOCKSTEP")
    assert run("--audio", sound, "--recognizer", "allosaurus", "--allosaurus-model", model, "--language", "en") == 0
    assert taken(shot).recognizer == "allosaurus-uni2005"


def test_a_table_of_lines_names_phones_beside_it(shot, sound, phones):
    shutil.copy(sound, shot.parent / "one.wav")
    shutil.copy(phones, shot.parent / "one.TextGrid")
    table = shot.parent / "lines.csv"
    table.write_text("audio,object,language,phones\none.wav,Face,en,one.TextGrid\n", encoding="utf-8")
    assert headless.main(["sync", "--csv", str(table), "--in-place"]) == 0
    assert taken(shot).recognizer == "file one.TextGrid"


def test_a_swap_without_a_window_by_phones(shot, sound, phones, tmp_path):
    assert run("--audio", sound, "--language", "en") == 0
    other = voice.write_wav(tmp_path / "other.wav", voice.speak(LINE, 5))
    taken(shot)
    assert run("--swap", other, "--phones", phones, "--language", "en") == 0
    assert [(p.start, p.end, p.ipa) for p in taken(shot).phones] == voice.phones(LINE)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--recognizer", "nobody"), "no recognizer 'nobody' in Blender"),
        (("--allosaurus-model", "x"), "add --recognizer allosaurus"),
        (("--recognizer", "allosaurus", "--allosaurus-model", "nowhere"), "nowhere' is not there; unpack"),
        (("--recognizer", "allosaurus"), "No Allosaurus model was found"),
        (("--inventory", "kat"), "add --recognizer allosaurus"),
        (("--phones", "no.TextGrid"), "no.TextGrid' are not there"),
        (("--phones", "{sound}"), "line.wav"),
    ],
)
def test_the_command_refuses_in_one_sentence_and_saves_nothing(shot, sound, prefer, options, said, capfd):
    prefer("LOCKSTEP")
    before = shot.read_bytes()
    given = [option.format(sound=sound) for option in options]
    assert run("--audio", sound, "--language", "en", *given) == 1
    (told,) = [line for line in capfd.readouterr().err.splitlines() if line.startswith("lockstep:")]
    assert said in told
    assert shot.read_bytes() == before


def test_phones_are_for_a_sound_that_is_spoken(shot, sound, phones, capfd):
    assert run("--audio", sound, "--language", "en") == 0
    assert run("--take", "1", "--phones", phones) == 1
    assert "no sound to be spoken by them" in capfd.readouterr().err
    assert np.isfinite(taken(shot).audio.duration)
