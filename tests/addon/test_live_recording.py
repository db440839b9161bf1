"""What was recorded live: offered, kept as a line like any other, or let go; nothing else is ever deleted."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import SimpleNamespace

import bpy
import faces
import pytest
import speaking
from lockstep.addon import compat
from lockstep.addon.lines import spans
from lockstep.addon.live import offers, session
from lockstep.addon.panels import live as panel
from lockstep.addon.panels import modal
from lockstep.addon.sound import strips
from lockstep.engine.errors import LockstepError
from lockstep.engine.live.wire import End
from speaking import begun, moment, start, until, values
from test_button import Press
from test_panel import drawn


@pytest.fixture
def recording(tmp_path, sound) -> Path:
    return Path(shutil.copy(sound, tmp_path / "Live 2026-01-01 10.00.00.wav"))


def record(listener, path, own=True, frame=30, thing=None, end=True):
    """A session from frame `frame` on that has recorded to `path`."""
    bpy.context.scene.frame_set(frame)
    live = start(listener, thing)
    listener.say(begun(recording=str(path), own=own), moment(at=1.9, jaw=0.8))
    until(lambda: live.moment is not None)
    session.stop()
    if end:
        listener.say(End("The face has stopped.", str(path), 2.0))
        until(lambda: session.current() is None)
    return live


def offered():
    return list(offers.offered(bpy.context.scene))


def keep(**given):
    return bpy.ops.lockstep.keep_recording("EXEC_DEFAULT", True, **given)


def test_after_the_stop_the_recording_is_offered_where_live_began(face, listener, recording):
    record(listener, recording)
    (offer,) = offered()
    assert offer == offers.Offer(str(recording), 30, 2.0, ("Face", None))
    text = drawn(panel.LOCKSTEP_PT_live)
    assert "Recorded 2.0 s at frame 30" in text
    assert "lockstep.keep_recording" in text and "lockstep.discard_recording" in text
    assert not session.Desk.said


def test_while_the_scene_plays_the_recording_stands_where_its_first_sound_was(face, listener, recording, monkeypatch):
    scene = bpy.context.scene
    scene.render.fps = 24
    scene.frame_set(10)
    live = start(listener)
    listener.say(begun(delay=0.1, recording=str(recording), own=True))
    until(lambda: live.begun is not None)
    monkeypatch.setattr(session, "is_playing", lambda **_given: True)
    scene.frame_set(34)  # a microphone that needed a while to wake up
    for at, frame in ((0.15, 34), (0.2, 36)):
        scene.frame_set(frame)
        listener.say(moment(at=at, jaw=0.8))
        until(lambda at=at: live.moment is not None and live.moment.time == at)
    session.stop()
    listener.say(End("The face has stopped.", str(recording), 2.0))
    until(lambda: session.current() is None)
    assert [offer.frame for offer in offered()] == [28]


def test_keeping_it_writes_keys_and_a_strip_as_sync_from_audio_does(face, listener, recording, quick_ear):
    record(listener, recording)
    bpy.context.scene.lockstep.language = "de"
    bpy.context.scene.lockstep.text = "mab isu meb a"
    bpy.context.scene.frame_set(1)
    assert keep() == {"FINISHED"}
    (strip,) = strips.sound_strips(bpy.context.scene)
    assert compat.left_handle(strip) == 30 and strips.sound_path(strip.sound).samefile(recording)
    assert max(value for _, value in faces.curves(face)["jawOpen"]) > 0.1
    assert quick_ear[-1]["language"] == "de" and quick_ear[-1]["transcript"] == "mab isu meb a"
    assert len(face.lockstep_spans) == 1 and not offered()
    settings = bpy.context.scene.lockstep
    assert (settings.source, settings.strip) == ("STRIP", strip.name) and settings.made


def test_keeping_it_hears_the_whole_recording_whatever_part_the_panel_asks_of_another_sound(
    face, listener, recording, quick_ear
):
    record(listener, recording)
    settings = bpy.context.scene.lockstep
    settings.use_part, settings.sound_in, settings.sound_out = True, 0.5, 1.0
    settings.phones = "//none.TextGrid"
    assert keep() == {"FINISHED"}
    (strip,) = strips.sound_strips(bpy.context.scene)
    assert compat.left_handle(strip) == 30
    assert compat.right_handle(strip) - 30 > 40
    assert not settings.use_part and settings.phones == "", "the next sync is of the strip that is shown now"


def test_one_undo_takes_the_keys_back_and_offers_it_again_and_redo_keeps_it(face, listener, recording, quick_ear):
    bpy.ops.ed.undo_push(message="before")
    before = values(face)
    record(listener, recording)
    assert keep() == {"FINISHED"}
    bpy.ops.ed.undo()
    thing = bpy.data.objects["Face"]
    assert not faces.curves(thing) and values(thing) == before and not strips.sound_strips(bpy.context.scene)
    assert [offer.path for offer in offered()] == [str(recording)]
    bpy.ops.ed.redo()
    assert faces.curves(bpy.data.objects["Face"]) and not offered()
    bpy.ops.ed.undo()
    bpy.ops.ed.undo()
    assert [offer.path for offer in offered()] in ([str(recording)], [])


def test_an_offer_outlives_undo_and_redo_of_what_was_done_before_it(face, listener, recording):
    bpy.ops.ed.undo_push(message="before")
    bpy.context.scene.lockstep.text = "hello"
    bpy.ops.ed.undo_push(message="text")
    record(listener, recording)
    bpy.ops.ed.undo()
    assert bpy.context.scene.lockstep.text == "" and len(offered()) == 1
    bpy.ops.ed.redo()
    assert bpy.context.scene.lockstep.text == "hello" and len(offered()) == 1


def test_a_keeping_that_is_stopped_changes_nothing_and_the_offer_stays(
    face, listener, recording, quick_ear, monkeypatch
):
    monkeypatch.setattr(modal, "STEP", 1e-5)
    record(listener, recording)
    before = faces.fingerprint()

    class Keep(Press):
        operator = panel.LOCKSTEP_OT_keep_recording
        path = ""

    press = Keep()
    assert press.start() == {"RUNNING_MODAL"}
    assert press.event("TIMER", "NOTHING") == {"RUNNING_MODAL"}
    assert press.event("ESC") == {"CANCELLED"}
    assert faces.fingerprint() == before and len(offered()) == 1


def test_a_keeping_that_fails_says_why_and_the_offer_stays(face, listener, recording):
    record(listener, recording)
    recording.write_bytes(b"RIFF")
    with pytest.raises(RuntimeError):
        keep()
    assert len(offered()) == 1 and not faces.curves(face)
    recording.unlink()
    with pytest.raises(RuntimeError, match="is not there any more; discard it"):
        keep()
    assert bpy.ops.lockstep.discard_recording() == {"FINISHED"} and not offered()


def test_the_face_that_was_driven_speaks_it_whichever_is_active_now(face, listener, recording, quick_ear):
    other = faces.make_face("Other", place=(5.0, 0.0, 0.0))
    record(listener, recording, thing=face)
    faces.activate(other)
    assert keep() == {"FINISHED"}
    assert faces.curves(face) and not faces.curves(other)


def test_a_face_that_has_another_name_by_now_speaks_it_where_it_is_active(face, listener, recording, quick_ear):
    record(listener, recording)
    face.name = "Jane"
    assert keep() == {"FINISHED"} and faces.curves(face)


def test_the_offer_is_in_the_file_after_saving_and_opening_it(face, listener, recording, tmp_path, quick_ear):
    record(listener, recording)
    path = tmp_path / "shot.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(path))
    bpy.ops.wm.read_factory_settings(use_empty=True)
    assert not offered()
    bpy.ops.wm.open_mainfile(filepath=str(path))
    (offer,) = offered()
    assert (offer.path, offer.frame) == (str(recording), 30)
    assert keep() == {"FINISHED"} and faces.curves(bpy.data.objects["Face"])


def test_several_recordings_are_offered_the_newest_first_and_each_can_be_kept(
    face, listener, recording, tmp_path, quick_ear
):
    second = Path(shutil.copy(recording, tmp_path / "Live 2.wav"))
    record(listener, recording)
    record(listener, second, frame=200)
    assert [offer.path for offer in offered()] == [str(second), str(recording)]
    assert keep(path=str(recording)) == {"FINISHED"}
    (strip,) = strips.sound_strips(bpy.context.scene)
    assert compat.left_handle(strip) == 30 and [offer.path for offer in offered()] == [str(second)]


@pytest.mark.parametrize("lost", ["dies", "silent", "garbage"])
def test_what_a_lost_listener_has_recorded_is_offered_all_the_same(face, listener, recording, lost):
    clock = speaking.Clock()
    live = start(listener, clock=clock)
    listener.say(begun(recording=str(recording), own=True), moment(at=1.5, jaw=0.8))
    until(lambda: live.moment is not None)
    if lost == "dies":
        listener.hang_up()
    elif lost == "garbage":
        listener.send(b"?\n")
    else:
        clock.now += 3.5
    until(lambda: session.current() is None)
    assert session.Desk.failed
    (offer,) = offered()
    assert offer.path == str(recording) and offer.seconds == pytest.approx(1.5)


def test_a_listener_that_says_nothing_of_the_end_still_leaves_an_offer(face, listener, recording):
    record(listener, recording, end=False)
    listener.hang_up()
    until(lambda: session.current() is None)
    assert [offer.path for offer in offered()] == [str(recording)] and not session.Desk.failed


@pytest.mark.parametrize("path", ["", "/nowhere/at all.wav"])
def test_where_nothing_was_recorded_nothing_is_offered(face, listener, path):
    record(listener, path)
    assert not offered()
    with pytest.raises(RuntimeError, match="Nothing is recorded"):
        keep()


def test_discarding_deletes_the_listeners_own_recording(face, listener, recording):
    record(listener, recording)
    assert bpy.ops.lockstep.discard_recording() == {"FINISHED"}
    assert not recording.exists() and not offered()


def test_what_was_discarded_does_not_come_back_by_undo(face, listener, recording):
    bpy.ops.ed.undo_push(message="before")
    record(listener, recording)
    bpy.ops.ed.undo_push(message="with the offer")
    bpy.context.scene.lockstep.text = "hello"
    bpy.ops.ed.undo_push(message="text")
    bpy.ops.lockstep.discard_recording()
    bpy.ops.ed.undo()
    assert not offered()


def test_a_file_that_was_fed_is_never_deleted(face, listener, recording):
    record(listener, recording, own=False)
    assert bpy.ops.lockstep.discard_recording() == {"FINISHED"}
    assert recording.exists() and not offered()


def test_a_file_that_only_a_blend_names_is_never_deleted(face, listener, recording, tmp_path, monkeypatch):
    record(listener, recording)
    monkeypatch.setattr(offers._Desk, "own", set())  # another Blender, on another day
    assert bpy.ops.lockstep.discard_recording() == {"FINISHED"}
    assert recording.exists() and not offered()


def test_what_is_no_recording_is_not_deleted_whatever_a_listener_says(face, listener, tmp_path):
    diary = tmp_path / "diary.txt"
    diary.write_text("Dear diary", encoding="utf-8")
    record(listener, diary)
    assert len(offered()) == 1
    assert bpy.ops.lockstep.discard_recording() == {"FINISHED"}
    assert diary.exists() and not offered()


def test_a_recording_that_a_strip_plays_is_not_deleted(face, listener, recording, quick_ear):
    record(listener, recording)
    assert keep() == {"FINISHED"}
    record(listener, recording)
    assert bpy.ops.lockstep.discard_recording() == {"FINISHED"}
    assert recording.exists()


def test_a_recording_that_cannot_be_deleted_is_told_of_and_still_offered(face, listener, recording, monkeypatch):
    record(listener, recording)

    def refused(_self, missing_ok=False):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "unlink", refused)
    with pytest.raises(RuntimeError, match="cannot be deleted"):
        bpy.ops.lockstep.discard_recording()
    assert recording.exists() and len(offered()) == 1


def test_discarding_asks_first_and_says_what_becomes_of_the_file(face, listener, recording):
    record(listener, recording)
    asked = []
    manager = SimpleNamespace(invoke_confirm=lambda *_given, **told: asked.append(told) or {"RUNNING_MODAL"})
    context = SimpleNamespace(scene=bpy.context.scene, window_manager=manager)
    operator = SimpleNamespace(path="", fail=lambda error: pytest.fail(str(error)))
    assert panel.LOCKSTEP_OT_discard_recording.invoke(operator, context, None) == {"RUNNING_MODAL"}
    assert str(recording) in asked[0]["message"] and "deleted for good" in asked[0]["message"]
    offers._Desk.own.clear()
    panel.LOCKSTEP_OT_discard_recording.invoke(operator, context, None)
    assert "stays where it is" in asked[1]["message"]
    parameters = bpy.types.WindowManager.bl_rna.functions["invoke_confirm"].parameters
    assert {"title", "message", "confirm_text"} <= set(parameters.keys())


def test_a_recording_of_a_scene_that_is_gone_is_offered_where_the_artist_is(face, listener, recording):
    live = start(listener)
    listener.say(begun(recording=str(recording), own=True), moment(at=1.5, jaw=0.8))
    until(lambda: live.moment is not None)
    home = bpy.context.scene
    bpy.context.window.scene = bpy.data.scenes.new("Other")
    bpy.data.scenes.remove(home)
    session.stop()
    listener.say(End("The face has stopped.", str(recording), 2.0))
    until(lambda: session.current() is None)
    assert [offer.path for offer in offered()] == [str(recording)]
    with pytest.raises(LockstepError, match="not there any more"):
        panel._who(SimpleNamespace(scene=bpy.context.scene, active_object=None), offered()[0])


def test_a_second_live_before_the_recording_is_kept_loses_nothing(face, listener, recording, tmp_path):
    record(listener, recording)
    start(listener)
    assert len(offered()) == 1


def test_lines_that_are_there_stay_when_a_recording_is_kept(face, listener, recording, sound, press):
    press(face, frame=200, audio=str(sound))
    keys = faces.curves(face)["jawOpen"]
    record(listener, recording)
    assert keep() == {"FINISHED"}
    assert len(face.lockstep_spans) == 2 and spans.line_at(face, 210) is not None
    late = [key for key in faces.curves(face)["jawOpen"] if key[0] > 195]
    assert late == [key for key in keys if key[0] > 195]
