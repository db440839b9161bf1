"""Another voice for a line: keys and edits go to its sounds, takes stand side by side, nothing else is touched."""

from __future__ import annotations

import bpy
import faces
import pytest
import voice
from lockstep.addon import compat
from lockstep.addon.keys import keying
from lockstep.addon.lines import spans, takes
from lockstep.addon.sound import strips
from lockstep.engine.score import take_id
from recordings import middle

A_PHONE = 1  # of LINE: an 'a'


@pytest.fixture
def spoken(face, studio):
    """A face that speaks the recording 'anna' from frame 11 on; gives the recording."""
    anna = studio.record("anna")
    sync(audio=anna.path, frame=11, language="en")
    return anna


def sync(audio=None, frame=1, **settings):
    asked = bpy.context.scene.lockstep
    bpy.context.scene.frame_set(frame)
    if audio is not None:
        asked.source, asked.audio = "FILE", str(audio)
    for name, value in settings.items():
        setattr(asked, name, value)
    assert bpy.ops.lockstep.sync() == {"FINISHED"}


def swap(recording, **given):
    assert bpy.ops.lockstep.swap_voice(audio=str(recording.path), **given) == {"FINISHED"}


def use(index):
    assert bpy.ops.lockstep.use_take(index=index) == {"FINISHED"}


def the_face():
    return bpy.data.objects["Face"]


def line():
    return spans.line_at(the_face(), bpy.context.scene.frame_current)


def points(thing=None):
    """All keys of the face with their handles, by shape key."""
    key = (thing or the_face()).data.shape_keys
    found = {}
    for block in key.key_blocks:
        curve = keying.curve_of(key, block.name)
        if curve is not None and len(curve.keyframe_points):
            found[block.name] = [
                (*point.co, *point.handle_left, *point.handle_right, point.interpolation)
                for point in curve.keyframe_points
            ]
    return found


def same(one, other, frames=1e-3, value=1e-4):
    assert one.keys() == other.keys()
    for name, keys in one.items():
        assert len(keys) == len(other[name]), name
        for a, b in zip(keys, other[name], strict=True):
            assert a[6] == b[6]
            assert a[0:6:2] == pytest.approx(b[0:6:2], abs=frames), name
            assert a[1:6:2] == pytest.approx(b[1:6:2], abs=value), name


def frame_of(seconds, start=11):
    return start + 24.0 * seconds


def edit(seconds, value, name="jawOpen", start=11):
    """Set the key of a curve that stands nearest to a second of the sound to a value, as an artist does; its frame."""
    curve = keying.curve_of(the_face().data.shape_keys, name)
    at = frame_of(seconds, start)
    point = min(curve.keyframe_points, key=lambda one: abs(one.co[0] - at))
    point.handle_left_type = point.handle_right_type = "FREE"
    change = value - point.co[1]
    point.co[1] = value
    point.handle_left[1] += change
    point.handle_right[1] += change
    curve.update()
    return float(point.co[0])


def peak(name="jawOpen", about=0.0, reach=2.0, thing=None):
    """Frame and value of the highest key of a curve near a frame."""
    keys = faces.curves(thing or the_face())[name]
    return max((key for key in keys if abs(key[0] - about) <= reach), key=lambda key: key[1])


# Syncing again


def test_a_sync_with_nothing_changed_is_the_identity_and_hears_nothing(spoken, studio):
    before, listened = points(), len(studio.asked)
    actions = len(bpy.data.actions)
    for _ in range(3):
        sync()
    same(points(), before, 1e-6, 1e-6)
    assert len(studio.asked) == listened
    assert len(line().takes) == 1 and len(the_face().lockstep_spans) == 1
    assert len(bpy.data.actions) == actions


def test_edits_outlive_a_sync_again_with_other_settings(spoken, studio):
    frame = edit(middle(spoken, A_PHONE), 0.93)
    other = points()["mouthPucker"]
    sync(intensity=0.6)
    assert peak(about=frame) == pytest.approx((frame, 0.93), abs=1e-3)
    assert takes.score_of(line()).style.intensity == pytest.approx(0.6)
    assert points()["mouthPucker"] != other
    assert len(studio.asked) == 1


def test_an_edit_outlives_another_language_heard_anew_of_the_same_sound(spoken, studio):
    frame = edit(middle(spoken, A_PHONE), 0.93)
    sync(language="de")
    assert [one["language"] for one in studio.asked] == ["en", "de"]
    assert peak(about=frame) == pytest.approx((frame, 0.93), abs=1e-3)
    (item,) = line().takes
    assert item.language == "de" and takes.homes(takes.score_of(line())) == {take_id(takes.read(item))}


def test_a_moved_strip_takes_its_line_and_the_edits_along(spoken, studio):
    frame = edit(middle(spoken, A_PHONE), 0.93)
    before = points()
    (strip,) = strips.sound_strips(bpy.context.scene)
    compat.move(strip, 40)
    sync()
    assert len(the_face().lockstep_spans) == 1 and len(studio.asked) == 1
    assert peak(about=frame + 40) == pytest.approx((frame + 40, 0.93), abs=1e-3)
    moved = {
        name: [(key[0] + 40, key[1], key[2] + 40, key[3], key[4] + 40, *key[5:]) for key in keys]
        for name, keys in before.items()
    }
    same(points(), moved)


def test_a_trimmed_strip_is_heard_anew_and_the_edits_in_what_is_left_stay(spoken, studio):
    seconds = middle(spoken, 8)
    frame = edit(seconds, 0.93)
    (strip,) = strips.sound_strips(bpy.context.scene)
    first = round(frame_of(spoken.phones[4][0] - 0.15))
    compat.set_handles(strip, first, compat.right_handle(strip))
    sync()
    assert len(studio.asked) == 2 and len(the_face().lockstep_spans) == 1
    assert peak(about=frame, reach=1.0) == pytest.approx((frame, 0.93), abs=0.01)
    assert max(value for at, value in faces.curves(the_face())["jawOpen"] if at < first - 5) < 0.05


def test_edits_keep_to_their_sounds_where_the_scene_is_retimed(spoken, studio):
    frame = edit(middle(spoken, A_PHONE), 0.93)
    bpy.context.scene.render.fps = 30
    sync()
    then = 11 + (frame - 11) * 30 / 24
    at, value = peak(about=then, reach=1.5)
    assert value == pytest.approx(0.93, abs=0.01) and abs(at - then) <= 1.0
    assert len(the_face().lockstep_spans) == 1


def test_edits_outlive_stepped_keys_and_come_back_from_them(spoken):
    frame = edit(middle(spoken, A_PHONE), 0.93)
    before = points()
    sync(keys="TWOS")
    assert faces.values(the_face(), "jawOpen", [frame]) == pytest.approx([0.93], abs=0.02)
    sync(keys="FRAMES")
    same(points(), before, 0.05, 5e-3)


# Another voice


def test_another_voice_stands_where_the_old_one_stood_and_the_old_strip_is_silent(spoken, studio):
    bert = studio.record("bert", speed=0.8)
    before = peak(about=frame_of(middle(spoken, A_PHONE)), reach=4)
    swap(bert)
    old, new = (strips.named(bpy.context.scene, item.strip) for item in line().takes)
    assert (old.mute, new.mute) == (True, False)
    assert compat.left_handle(new) == compat.left_handle(old) == 11 and new.channel == old.channel + 1
    assert [item.label for item in line().takes] == ["anna", "bert"] and line().take == 1
    at, _ = peak(about=frame_of(middle(bert, A_PHONE)), reach=3)
    assert at > before[0] and len(the_face().lockstep_spans) == 1
    assert bpy.context.scene.frame_end >= frame_of(bert.end) - 2
    assert bpy.context.scene.lockstep.strip == "bert"


def test_an_edit_goes_to_its_sound_in_the_other_voice(spoken, studio):
    frame = edit(middle(spoken, 8), 0.97)
    bert = studio.record("bert", speed=0.7, lead=0.5)
    share = ((frame - 11) / 24 - spoken.phones[8][0]) / (spoken.phones[8][1] - spoken.phones[8][0])
    swap(bert)
    at, value = peak(about=frame_of(middle(bert, 8, share)), reach=4)
    assert value == pytest.approx(0.97, abs=0.01)
    assert abs(at - frame_of(middle(bert, 8, share))) <= 1.0
    report = takes.report_of(line())
    assert report.counts["matched"] == 1 and report.counts["unplaced"] == 0 and report.kind == "same text"
    assert report.as_json() and report.lines()


def test_there_and_back_gives_the_first_voice_again(spoken, studio):
    edit(middle(spoken, 8), 0.97)
    edit(middle(spoken, 4), 0.55, "mouthPucker")
    before = points()
    swap(studio.record("bert", speed=0.7))
    assert len(studio.asked) == 2
    use(0)
    same(points(), before)
    bert_once = None
    for _ in range(2):
        use(1)
        bert_once = bert_once or points()
        same(points(), bert_once)
        use(0)
    same(points(), before)
    assert len(studio.asked) == 2
    heard = {item.strip: not strips.named(bpy.context.scene, item.strip).mute for item in line().takes}
    assert heard == {"anna": True, "bert": False}


def test_what_is_edited_on_the_second_voice_comes_to_the_first(spoken, studio):
    bert = studio.record("bert", speed=0.75)
    swap(bert)
    edit(middle(bert, 8), 0.97)
    use(0)
    _, value = peak(about=frame_of(middle(spoken, 8)), reach=3)
    assert value == pytest.approx(0.97, abs=0.01)
    use(1)
    assert peak(about=frame_of(middle(bert, 8)), reach=3)[1] == pytest.approx(0.97, abs=1e-3)


def test_a_shorter_voice_leaves_nothing_of_the_longer_one_behind_it(spoken, studio):
    last = spans.line_at(the_face(), 11).last
    fast = studio.record("carl", speed=2.0)
    swap(fast)
    end = frame_of(fast.end)
    for name, keys in faces.curves(the_face()).items():
        late = [value for at, value in keys if end + 3 < at <= last + 5]
        assert max(late, default=0.0) < 1e-3, name
    assert line().last < last


def test_the_next_line_stays_as_it_is_and_a_note_says_what_does_not_fit(spoken, studio):
    end = round(frame_of(spoken.end)) + 6
    nora = studio.record("nora", speed=1.2)
    sync(audio=nora.path, frame=end)
    behind = {name: [key for key in keys if key[0] >= end] for name, keys in points().items()}
    bpy.context.scene.frame_set(12)
    slow = studio.record("slow", speed=0.6)
    swap(slow)
    after = {name: [key for key in keys if key[0] >= end] for name, keys in points().items()}
    for name, keys in behind.items():
        assert [key[:2] for key in after[name]][1:] == [key[:2] for key in keys][1:], name
    assert "frames into the next line" in bpy.context.scene.lockstep.notes
    assert [item.sound_first for item in the_face().lockstep_spans if item.sound_first >= end]
    assert spans.line_at(the_face(), end + 5).takes[0].label == "nora"


def test_a_line_with_its_own_strip_swapped_to_the_same_file_takes_the_take_that_is_there(spoken, studio):
    bert = studio.record("bert", speed=0.8)
    swap(bert)
    swap(spoken)
    assert (len(line().takes), line().take, len(studio.asked)) == (2, 0, 2)
    assert len(strips.sound_strips(bpy.context.scene)) == 2
    swap(spoken, language="de")
    assert len(line().takes) == 2 and len(studio.asked) == 3


def test_where_the_language_cannot_be_told_it_is_the_one_before(spoken, studio, monkeypatch):
    from dataclasses import replace

    from lockstep.engine import listen as room

    def unsure(source, *, language, **given):
        take = yield from studio.listen(source, language=language, **given)
        return take if language else replace(take, language="und")

    monkeypatch.setattr(room, "listen", unsure)
    swap(studio.record("bert", speed=0.8), language="auto")
    assert line().takes[1].language == "en"
    assert "heard as the one before" in bpy.context.scene.lockstep.notes


def test_a_swap_to_another_language_with_other_words_drops_nothing(spoken, studio):
    edit(middle(spoken, 8), 0.97)
    edit(middle(spoken, 1), 0.91)
    other = studio.record("olga", line="b u s i _ m e s a m _ b i m u")
    swap(other, language="de", text="")
    score = takes.score_of(line())
    assert len(score.edits) >= 1
    report = takes.report_of(line())
    assert report.kind == "other text" and len(report.items) == len(score.edits)
    use(0)
    assert peak(about=frame_of(middle(spoken, 8)), reach=3)[1] == pytest.approx(0.97, abs=1e-3)


# What goes wrong


@pytest.mark.parametrize("kind", ["missing", "silent", "short", "empty", "text", "none", "language"])
def test_a_wrong_file_is_one_sentence_and_nothing_is_changed(spoken, studio, tmp_path, kind):
    wrong = tmp_path / f"{kind}.wav"
    if kind == "silent":
        voice.write_wav(wrong, voice.np.zeros(16000, voice.np.float32))
    elif kind == "short":
        voice.write_wav(wrong, voice.np.ones(100, voice.np.float32))
    elif kind in ("empty", "text"):
        wrong.write_bytes(b"" if kind == "empty" else b"this is a letter, not a sound" * 20)
    elif kind == "language":
        wrong = studio.record("bert").path
    edit(middle(spoken, 8), 0.97)
    before, keys = faces.fingerprint(), points()
    blocks = {name: len(getattr(bpy.data, name)) for name in ("sounds", "actions", "meshes", "objects")}
    kept = (line().score, line().laid, line().report, len(line().takes))
    given = {"audio": "" if kind == "none" else str(wrong), "language": "tlh" if kind == "language" else "en"}
    with pytest.raises(RuntimeError) as said:
        bpy.ops.lockstep.swap_voice(**given)
    assert str(said.value).count(". ") <= 1 and "Traceback" not in str(said.value)
    assert faces.fingerprint() == before and points() == keys
    assert {name: len(getattr(bpy.data, name)) for name in blocks} == blocks
    assert (line().score, line().laid, line().report, len(line().takes)) == kept


def test_a_swap_stopped_at_any_step_leaves_everything_as_it_was(spoken, studio):
    from lockstep.addon.lines.exchange import swap_request
    from lockstep.addon.lines.job import swap as job

    edit(middle(spoken, 8), 0.97)
    bert = studio.record("bert", speed=0.8)
    request = swap_request(bpy.context.scene, the_face(), line(), str(bert.path), "en", "")
    before, keys, steps = faces.fingerprint(), points(), 0
    for stop in range(1, 200):
        work = job(request)
        steps = sum(1 for _, _ in zip(range(stop), work, strict=False))
        if steps < stop:
            break
        work.close()
        assert faces.fingerprint() == before and points() == keys, f"stopped at step {stop}"
        assert len(line().takes) == 1 and not line().report
    assert 4 < steps < 199 and len(line().takes) == 2


def test_escape_during_a_swap_changes_nothing(spoken, studio, monkeypatch):
    from lockstep.addon.lines.exchange import swap_request
    from lockstep.addon.panels import modal as room
    from lockstep.addon.panels.swap import LOCKSTEP_OT_swap_voice
    from test_button import Press

    monkeypatch.setattr(room, "STEP", 0.0001)
    bert = studio.record("bert", speed=0.8)

    class Swapping(Press):
        def ask(self, context):
            return swap_request(context.scene, the_face(), line(), str(bert.path), "en", "")

    before, press = faces.fingerprint(), Swapping()
    assert LOCKSTEP_OT_swap_voice.invoke(press, press.context, None) == {"RUNNING_MODAL"}
    press.event("TIMER", "NOTHING")
    assert not bpy.ops.lockstep.use_take.poll() and not bpy.ops.lockstep.swap_voice.poll()
    assert press.event("ESC") == {"CANCELLED"}
    assert room.running() is None and faces.fingerprint() == before and len(line().takes) == 1


def test_what_is_put_right_keeps_the_edits(spoken, studio):
    frame = edit(middle(spoken, 8), 0.97)
    start, end, _ = spoken.phones[1]
    assert bpy.ops.lockstep.put_right(start=start, end=end, kind="PHONES", said="u") == {"FINISHED"}
    assert spans.phones(line())[1].ipa == "u" and len(line().takes) == 1
    assert peak(about=frame) == pytest.approx((frame, 0.97), abs=1e-3)
    assert bpy.ops.lockstep.take_back(index=0) == {"FINISHED"}
    assert spans.phones(line())[1].ipa == "a"
    assert peak(about=frame) == pytest.approx((frame, 0.97), abs=1e-3)


def test_without_a_line_or_a_face_it_is_said(fresh, studio):
    bert = studio.record("bert")
    assert not bpy.ops.lockstep.swap_voice.poll()
    faces.activate(faces.make_face())
    for press in (
        lambda: bpy.ops.lockstep.swap_voice(audio=str(bert.path)),
        lambda: bpy.ops.lockstep.use_take(index=0),
        lambda: bpy.ops.lockstep.remove_take(index=0),
        lambda: bpy.ops.lockstep.copy_acting(),
    ):
        with pytest.raises(RuntimeError, match="has no line here yet"):
            press()


def test_a_take_that_is_not_there_or_is_spoken_already_is_said(spoken):
    with pytest.raises(RuntimeError, match="has 1 takes, and none of the number 4"):
        bpy.ops.lockstep.use_take(index=3)
    with pytest.raises(RuntimeError, match="speaks 'anna' already"):
        bpy.ops.lockstep.use_take(index=0)
    with pytest.raises(RuntimeError, match="let it speak another one first"):
        bpy.ops.lockstep.remove_take(index=0)


# Takes


def test_a_take_taken_away_leaves_what_was_made_in_it(spoken, studio):
    frame = edit(middle(spoken, 8), 0.97)
    bert = studio.record("bert", speed=0.8)
    swap(bert)
    before = points()
    assert bpy.ops.lockstep.remove_take(index=0) == {"FINISHED"}
    assert [item.label for item in line().takes] == ["bert"] and line().take == 0
    assert takes.homes(takes.score_of(line())) == {line().takes[0].home}
    same(points(), before)
    sync()
    same(points(), before)
    assert frame and strips.named(bpy.context.scene, "anna") is None


def test_a_strip_of_the_artists_own_stays_where_its_take_is_taken_away(face, studio):
    anna, bert = studio.record("anna"), studio.record("bert")
    editor = bpy.context.scene.sequence_editor_create()
    compat.strips(editor).new_sound("mine", str(anna.path), 3, 11)
    sync(source="STRIP", strip="mine", language="en")
    swap(bert)
    assert bpy.ops.lockstep.remove_take(index=0) == {"FINISHED"}
    assert strips.named(bpy.context.scene, "mine").mute


def test_a_strip_that_was_moved_takes_the_other_takes_along(spoken, studio):
    bert = studio.record("bert", speed=0.8)
    swap(bert)
    compat.move(strips.named(bpy.context.scene, "bert"), 30)
    use(0)
    assert compat.left_handle(strips.named(bpy.context.scene, "anna")) == 41
    assert peak(about=frame_of(middle(spoken, A_PHONE)) + 30, reach=4)[1] > 0.1
    assert line().sound_first == 41


def test_a_strip_that_is_gone_is_laid_again_from_its_file(spoken, studio):
    swap(studio.record("bert", speed=0.8))
    editor = bpy.context.scene.sequence_editor
    compat.strips(editor).remove(strips.named(bpy.context.scene, "anna"))
    use(0)
    (item, _) = line().takes
    strip = strips.named(bpy.context.scene, item.strip)
    assert strip is not None and not strip.mute and compat.left_handle(strip) == 11


def test_where_the_sound_is_gone_too_the_take_is_still_used(spoken, studio):
    swap(studio.record("bert", speed=0.8))
    editor = bpy.context.scene.sequence_editor
    compat.strips(editor).remove(strips.named(bpy.context.scene, "anna"))
    spoken.path.unlink()
    use(0)
    assert line().take == 0 and peak(about=frame_of(middle(spoken, A_PHONE)), reach=3)[1] > 0.1


def test_switching_a_minute_of_speech_hears_nothing_and_keeps_little(face, studio):
    words = "m a b i _ s u m e b a _ m u b a s i _ " * 19
    anna, bert = studio.record("anna", words.strip(" _")), studio.record("bert", words.strip(" _"), 0.9)
    assert anna.end > 55
    sync(audio=anna.path, frame=11, language="en")
    for second in range(2, 50, 3):
        number = next(i for i, (a, _, ipa) in enumerate(anna.phones) if a > second and ipa == "a")
        edit(middle(anna, number), 0.9)
    swap(bert)
    listened, before = len(studio.asked), points()
    use(0)
    use(1)
    same(points(), before)
    assert len(studio.asked) == listened
    size = sum(len(text) for item in line().takes for text in (item.data,)) + len(line().laid) + len(line().score)
    assert size < 700_000


def test_undo_and_redo_across_a_swap(spoken, studio):
    edit(middle(spoken, 8), 0.97)
    bpy.ops.ed.undo_push(message="edited")
    first = points()
    swap(studio.record("bert", speed=0.8))
    bpy.ops.ed.undo_push(message="swapped")
    second = points()
    use(0)
    bpy.ops.ed.undo_push(message="used")
    bpy.ops.ed.undo()
    same(points(), second, 1e-6, 1e-6)
    assert line().take == 1 and not strips.named(bpy.context.scene, "bert").mute
    bpy.ops.ed.undo()
    same(points(), first, 1e-6, 1e-6)
    assert len(line().takes) == 1 and strips.named(bpy.context.scene, "bert") is None
    bpy.ops.ed.redo()
    same(points(), second, 1e-6, 1e-6)
    use(0)
    same(points(), first)


def test_saved_closed_opened_and_swapped(spoken, studio, tmp_path):
    edit(middle(spoken, 8), 0.97)
    swap(studio.record("bert", speed=0.8))
    path = str(tmp_path / "shot.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.wm.open_mainfile(filepath=path)
    faces.activate(the_face())
    before = points()
    use(0)
    assert peak(about=frame_of(middle(spoken, 8)), reach=3)[1] == pytest.approx(0.97, abs=1e-3)
    use(1)
    same(points(), before)
    carl = studio.record("carl", speed=1.2)
    swap(carl)
    assert peak(about=frame_of(middle(carl, 8)), reach=3)[1] == pytest.approx(0.97, abs=0.01)
    assert [item.label for item in line().takes] == ["anna", "bert", "carl"]


def test_a_packed_sound_is_swapped_and_used_again(spoken, studio):
    (strip,) = strips.sound_strips(bpy.context.scene)
    strip.sound.pack()
    spoken.path.unlink()
    sync()
    edit(middle(spoken, 8), 0.97)
    swap(studio.record("bert", speed=0.8))
    use(0)
    assert peak(about=frame_of(middle(spoken, 8)), reach=3)[1] == pytest.approx(0.97, abs=1e-3)
    assert len(studio.asked) == 2


def test_an_overridden_character_keeps_its_takes(fresh, studio, tmp_path):
    from test_characters import link, override

    home = bpy.data.collections.new("Ann")
    fresh.collection.children.link(home)
    faces.make_face("Face", collection=home)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "ann.blend"))
    bpy.ops.wm.read_factory_settings(use_empty=True)
    ann = override(link(tmp_path / "ann.blend"))["Face"]
    faces.activate(ann)
    anna = studio.record("anna")
    sync(audio=anna.path, frame=11, language="en")
    swap(studio.record("bert", speed=0.8))
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "shot.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "shot.blend"))
    ann = bpy.context.scene.objects["Face"]
    faces.activate(ann)
    span = spans.line_at(ann, 11)
    assert [item.label for item in span.takes] == ["anna", "bert"] and span.take == 1
    assert span.laid and span.score and span.report
    use(0)
    span = spans.line_at(ann, 11)
    assert span.take == 0
    assert peak(about=frame_of(middle(anna, A_PHONE)), reach=3, thing=ann)[1] > 0.1


def test_a_line_that_came_from_a_library_is_swapped_in_the_shot(fresh, studio, tmp_path):
    from test_characters import link, override

    home = bpy.data.collections.new("Ann")
    fresh.collection.children.link(home)
    faces.activate(faces.make_face("Face", collection=home))
    anna = studio.record("anna")
    sync(audio=anna.path, frame=11, language="en")
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "ann.blend"))
    bpy.ops.wm.read_factory_settings(use_empty=True)
    ann = override(link(tmp_path / "ann.blend"))["Face"]
    faces.activate(ann)
    with pytest.raises(RuntimeError, match="speaks 'anna' already"):
        bpy.ops.lockstep.use_take(index=0)
    swap(studio.record("bert", speed=0.8))
    sync(intensity=0.9)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "shot.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "shot.blend"))
    ann = bpy.context.scene.objects["Face"]
    faces.activate(ann)
    span = spans.line_at(ann, 11)
    assert [item.label for item in span.takes] == ["anna", "bert"] and span.take == 1
    assert len(span.phones) == len(anna.phones)
    assert sum(one.rate > 0.0 for one in ann.lockstep_spans) == 1
    use(0)
    assert spans.line_at(ann, 11).take == 0
    assert peak(about=frame_of(middle(anna, A_PHONE)), reach=3, thing=ann)[1] > 0.1


# Two characters


def test_two_characters_that_speak_one_strip_stay_independent(fresh, studio):
    ann, bob = faces.make_face("Face"), faces.make_face("Bob", place=(5, 0, 0))
    anna = studio.record("anna")
    for thing in (ann, bob):
        faces.activate(thing)
        sync(audio=anna.path, frame=11, language="en")
    assert len(strips.sound_strips(bpy.context.scene)) == 1
    kept = points(bob)
    faces.activate(ann)
    swap(studio.record("bert", speed=0.8))
    assert points(bob) == kept
    assert not strips.named(bpy.context.scene, "anna").mute
    assert "stays on, since another line speaks it" in bpy.context.scene.lockstep.notes


def test_acting_is_copied_to_another_character_of_the_same_rig(fresh, studio):
    ann, bob = faces.make_face("Face"), faces.make_face("Bob", place=(5, 0, 0))
    anna = studio.record("anna")
    faces.activate(ann)
    sync(audio=anna.path, frame=11, language="en")
    edit(middle(anna, 8), 0.97)
    swap(studio.record("bert", speed=0.8))
    bob.select_set(True)
    assert bpy.ops.lockstep.copy_acting() == {"FINISHED"}
    same(points(bob), points(ann))
    assert len(strips.sound_strips(bpy.context.scene)) == 2
    copied = spans.line_at(bob, 11)
    assert sorted(item.label for item in copied.takes) == ["anna", "bert"]
    faces.activate(bob)
    use(next(i for i, item in enumerate(copied.takes) if item.label == "anna"))
    assert peak(about=frame_of(middle(anna, 8)), reach=3, thing=bob)[1] == pytest.approx(0.97, abs=0.01)
    assert spans.line_at(ann, 11).take == 1


def test_acting_copied_onto_a_line_that_is_there_says_what_makes_way(fresh, studio):
    ann, bob = faces.make_face("Face"), faces.make_face("Bob", place=(5, 0, 0))
    anna = studio.record("anna")
    for thing in (bob, ann):
        faces.activate(thing)
        sync(audio=anna.path, frame=11, language="en")
    edit(middle(anna, 8), 0.97)
    curve = keying.curve_of(bob.data.shape_keys, "jawOpen")
    curve.keyframe_points[4].co[1] += 0.3
    bob.select_set(True)
    assert bpy.ops.lockstep.copy_acting() == {"FINISHED"}
    same(points(bob), points(ann))
    assert len(bob.lockstep_spans) == 1 and len(bob.lockstep_spans[0].takes) == 1
    assert len(takes.score_of(bob.lockstep_spans[0]).edits) == 1


def test_acting_goes_to_another_rig_by_what_its_keys_do(fresh, studio):
    ann = faces.make_face("Face")
    visemes = [f"viseme_{name}" for name in "sil PP FF TH DD kk CH SS nn RR aa E I O U".split()]
    bob = faces.make_face("Bob", keys=visemes, place=(5, 0, 0))
    anna = studio.record("anna")
    faces.activate(ann)
    sync(audio=anna.path, frame=11, language="en")
    edit(middle(anna, 8), 0.97)
    bob.select_set(True)
    assert bpy.ops.lockstep.copy_acting() == {"FINISHED"}
    assert faces.curves(bob) and len(takes.score_of(bob.lockstep_spans[0]).edits) >= 1


def test_acting_that_one_character_cannot_take_goes_to_the_others(fresh, studio, capfd):
    ann, bob, cid = (faces.make_face(name, place=(5 * at, 0, 0)) for at, name in enumerate(("Face", "Bob", "Cid")))
    anna = studio.record("anna")
    faces.activate(ann)
    sync(audio=anna.path, frame=11, language="en")
    for block in bob.data.shape_keys.key_blocks:
        block.mute = True
    bob.select_set(True)
    with pytest.raises(RuntimeError, match="All mouth shapes of 'Bob'"):
        bpy.ops.lockstep.copy_acting()
    cid.select_set(True)
    assert bpy.ops.lockstep.copy_acting() == {"FINISHED"}
    assert "Bob: All mouth shapes of 'Bob'" in capfd.readouterr().out
    assert not faces.curves(bob)
    same(points(cid), points(ann))


def test_nobody_else_selected_is_said(spoken):
    with pytest.raises(RuntimeError, match="No other character is selected"):
        bpy.ops.lockstep.copy_acting()


# Performed again


def test_a_line_is_performed_again_with_another_score(spoken):
    from lockstep.addon.lines.exchange import perform_again, seen
    from lockstep.engine.score import anchor, new_id
    from lockstep.engine.score.items import Pin, Score

    edit(middle(spoken, 8), 0.97)
    before = points()
    assert len(seen(bpy.context.scene, the_face(), line()).edits) == 1

    def pinned(score: Score, take) -> Score:
        return bpy_replace(score, pins=(Pin(new_id(score, "pin"), anchor(take, middle(spoken, 1)), "u"),))

    report = perform_again(bpy.context.scene, the_face(), line(), pinned)
    assert report.keys and report.backup == ""
    assert points()["mouthPucker"] != before["mouthPucker"]
    assert len(takes.score_of(line()).edits) == 1
    perform_again(bpy.context.scene, the_face(), line(), lambda score, _take: bpy_replace(score, pins=()))
    same(points(), before)
    perform_again(bpy.context.scene, the_face(), line(), lambda score, _take: bpy_replace(score, edits=()))
    assert peak(about=frame_of(middle(spoken, 8)), reach=3)[1] < 0.9


def bpy_replace(score, **values):
    from dataclasses import replace

    return replace(score, **values)


# Lines of older versions


def older(span):
    """As a line was kept before there were takes."""
    span.takes.clear()
    span.take, span.score, span.laid, span.report = -1, "", "", ""
    span.acting.clear()


def test_a_line_of_an_older_version_is_swapped_with_its_edits(spoken, studio):
    frame = edit(middle(spoken, 8), 0.97)
    older(line())
    bert = studio.record("bert", speed=0.8)
    swap(bert, language="en", text="")
    assert [item.label for item in line().takes] == ["anna", "bert"]
    assert peak(about=frame_of(middle(bert, 8)), reach=3)[1] == pytest.approx(0.97, abs=0.01)
    use(0)
    assert peak(about=frame) == pytest.approx((frame, 0.97), abs=1e-3)


def test_a_line_of_an_older_version_is_synced_again_and_heard_once(spoken, studio):
    frame = edit(middle(spoken, 8), 0.97)
    before = points()
    older(line())
    listened = len(studio.asked)
    sync()
    same(points(), before)
    assert peak(about=frame) == pytest.approx((frame, 0.97), abs=1e-3)
    assert len(studio.asked) == listened + 1 and len(line().takes) == 1
    assert len(takes.score_of(line()).edits) == 1


def test_an_old_animation_that_is_not_known_again_is_kept_in_the_backup(spoken, studio):
    older(line())
    for name in ("jawOpen", "mouthPucker", "mouthClose", "mouthFunnel"):
        curve = keying.curve_of(the_face().data.shape_keys, name)
        for number, point in enumerate(curve.keyframe_points if curve else ()):
            point.co[1] = 0.1 + 0.05 * (number % 3)
    for block in the_face().data.shape_keys.key_blocks:
        curve = keying.curve_of(the_face().data.shape_keys, block.name)
        for point in curve.keyframe_points if curve else ():
            point.co[1] += 0.03
    sync()
    notes = bpy.context.scene.lockstep.notes
    assert "an older Lockstep made" in notes and "backup action" in notes
    assert [action for action in bpy.data.actions if action.name.startswith("Lockstep backup")]
    assert takes.score_of(line()).edits == () and takes.active(line()) is not None


def test_an_old_line_whose_sound_is_gone_can_still_be_swapped(spoken, studio):
    older(line())
    editor = bpy.context.scene.sequence_editor
    compat.strips(editor).remove(strips.named(bpy.context.scene, "anna"))
    spoken.path.unlink()
    swap(studio.record("bert", speed=0.8), language="en", text="")
    assert [item.label for item in line().takes] == ["bert"]
    assert "could not be told" in bpy.context.scene.lockstep.notes


def test_a_face_whose_keys_cannot_be_followed_is_said_and_nothing_is_changed(spoken, studio):
    key = the_face().data.shape_keys
    action, slot = key.animation_data.action, compat.slot_of(key)
    strip = key.animation_data.nla_tracks.new().strips.new("ours", 1, action)
    if slot is not None:
        strip.action_slot = slot
    key.animation_data.action = None
    strip.repeat = 2.0
    bert = studio.record("bert", speed=0.8)
    bpy.context.scene.frame_set(12)
    before, sounds, scored = faces.fingerprint(), len(bpy.data.sounds), line().score
    with pytest.raises(RuntimeError, match="ours"):
        bpy.ops.lockstep.swap_voice(audio=str(bert.path))
    assert faces.fingerprint() == before and len(bpy.data.sounds) == sounds
    assert (len(line().takes), line().score) == (1, scored)
    older(line())
    with pytest.raises(RuntimeError, match="ours"):
        bpy.ops.lockstep.swap_voice(audio=str(bert.path))
    assert faces.fingerprint() == before and not len(line().takes) and not line().laid
