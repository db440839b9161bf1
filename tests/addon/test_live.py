"""A face driven live: its keys move without being keyed, and afterwards the file is as it was, whatever happened."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import bpy
import faces
import pytest
import speaking
from lockstep.addon import preferences
from lockstep.addon.live import client, driving, handlers, kept, session
from lockstep.addon.panels import live as panel
from lockstep.addon.panels import modal
from lockstep.engine.errors import RigError
from lockstep.engine.live.wire import PORT, Ask, End, Refused, Stop
from speaking import begun, drive, moment, start, tick, until, values
from test_panel import drawn

ROOT = Path(__file__).resolve().parents[2]
SPOKEN = {"jaw": 0.8, "funnel": 0.4, "upper": 0.3}


def shown(thing, name="jawOpen") -> float:
    return faces.block(thing, name).value


def animate(thing, name="jawOpen", frames=(1, 11), ends=(0.0, 1.0)):
    for frame, value in zip(frames, ends, strict=True):
        faces.block(thing, name).value = value
        faces.block(thing, name).keyframe_insert("value", frame=frame)
    bpy.context.scene.frame_set(frames[0])


# The face moves


def test_moments_move_the_keys_and_stop_gives_every_value_back_to_the_last_bit(mouth, listener):
    before = values(mouth)
    live = drive(listener, **SPOKEN)
    assert live.state == "live"
    assert shown(mouth) > 0.6 and shown(mouth, "mouthFunnel") > 0.2
    assert shown(mouth, "browInnerUp") == 0.25 and shown(mouth, "eyeBlinkLeft") == 0.0
    assert mouth.data.shape_keys.animation_data is None
    session.stop()
    assert values(mouth) == before
    assert mouth.data.shape_keys.lockstep_live == ""
    assert isinstance(listener.hear()[-1], Stop)


def test_the_keys_are_those_that_whole_curves_give_and_within_their_ranges(face, listener):
    from lockstep.engine.rig import Drive, KeyInfo

    faces.block(face, "jawOpen").slider_max = 0.5
    live = drive(listener, **SPOKEN)
    names = [name for name in faces.MOUTH if name not in ("eyeBlinkLeft", "eyeBlinkRight", "browInnerUp")]
    fitted = panel.find_speaker(face, bpy.context.scene)
    wanted = Drive(fitted.binding, [KeyInfo(name, 0.0, 0.5 if name == "jawOpen" else 1.0) for name in names])
    for name, value in zip(wanted.keys, wanted.at(live.moment.values, live.moment.time), strict=True):
        assert shown(face, name) == pytest.approx(value, abs=2e-4), name
    assert shown(face) <= 0.5


def test_all_meshes_of_the_character_move_together_each_in_its_own_range(face, listener):
    teeth = faces.make_face("Teeth", faces.TEETH, parent=face)
    faces.block(teeth, "jawOpen").slider_max = 0.4
    drive(listener, **SPOKEN)
    assert shown(face) > 0.6
    assert shown(teeth) == pytest.approx(shown(face) * 0.4, rel=0.02)
    session.stop()
    assert set(values(teeth).values()) == set(values(face).values()) == {0.0}


def test_of_a_thousand_moments_that_piled_up_the_newest_is_shown(face, listener):
    live = start(listener)
    listener.say(begun())
    listener.line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1_000_000)
    count = 300
    listener.say(*(moment(at=0.01 * number, jaw=number / count) for number in range(count + 1)))
    longest = 0.0
    for _ in range(200):
        since = time.perf_counter()
        tick()
        longest = max(longest, time.perf_counter() - since)
    assert live.moment.time == 0.01 * count and shown(face) > 0.9
    assert longest < 1.0, "waiting for each of them would take three seconds"


def test_a_moment_costs_a_small_part_of_a_frame(face, listener):
    live = drive(listener, **SPOKEN)
    least = 1.0
    for number in range(100):
        since = time.perf_counter()
        assert live.driver.show(moment(at=0.01 * number, jaw=number / 100.0, pucker=0.3))
        least = min(least, time.perf_counter() - since)
    assert least < 0.004, "the least, for other programs run beside it"


def test_a_key_with_a_driver_or_a_lock_stays_as_it_is_and_is_told_of(face, listener):
    curve = faces.block(face, "mouthFunnel").driver_add("value")
    curve.driver.expression = "0.3"
    faces.block(face, "mouthSmileLeft").lock_shape = True
    faces.block(face, "mouthSmileLeft").value = 0.7
    bpy.context.view_layer.update()
    live = drive(listener, funnel=1.0, smile=1.0, jaw=0.5)
    assert shown(face, "mouthFunnel") == pytest.approx(0.3)
    assert shown(face, "mouthSmileLeft") == pytest.approx(0.7)
    assert any("driver" in note for note in live.driver.notes) and any("locked" in note for note in live.driver.notes)
    assert "follow a driver" in drawn(panel.LOCKSTEP_PT_live)


def test_animated_keys_keep_their_curves_and_have_the_value_of_the_present_frame_afterwards(face, listener):
    animate(face)
    keys = faces.curves(face) or [list(point.co) for point in _points(face)]
    drive(listener, jaw=0.9)
    assert shown(face) > 0.7
    bpy.context.scene.frame_set(6)
    assert shown(face) == pytest.approx(0.5, abs=0.01), "at another frame the curve speaks first"
    tick()
    listener.say(moment(jaw=0.9))
    until(lambda: shown(face) > 0.7)
    session.stop()
    assert shown(face) == pytest.approx(0.5, abs=0.01)
    assert (faces.curves(face) or [list(point.co) for point in _points(face)]) == keys


def _points(thing):
    from lockstep.addon import compat

    data = thing.data.shape_keys.animation_data
    return next(iter(compat.curves(data.action, getattr(data, "action_slot", None)))).keyframe_points


def test_what_the_artist_sets_meanwhile_is_what_comes_back(mouth, listener):
    drive(listener, **SPOKEN)
    faces.block(mouth, "mouthSmileLeft").value = 0.75
    listener.say(moment(at=0.2, jaw=0.1))
    until(lambda: session.current().moment.time == 0.2)
    session.stop()
    assert shown(mouth, "mouthSmileLeft") == 0.75 and shown(mouth) == 0.125


# Whoever is on the other side


def test_without_a_listener_there_is_one_sentence_that_says_what_to_run(mouth, listener):
    before = values(mouth)
    listener.hang_up()
    live = session.begin(mouth, bpy.context.scene, listener.port, Ask())
    until(lambda: session.current() is None)
    assert live.failed and "lockstep listen" in session.Desk.said and str(listener.port) in session.Desk.said
    assert session.Desk.said in drawn(panel.LOCKSTEP_PT_live)
    assert values(mouth) == before and mouth.data.shape_keys.lockstep_live == ""


def test_a_call_that_nobody_takes_ends_after_two_seconds(face, listener, monkeypatch):
    clock = speaking.Clock()
    monkeypatch.setattr(client.select, "select", lambda *_lists: ([], [], []))
    monkeypatch.setattr(client.Client, "_call", lambda _self: None)
    session.begin(face, bpy.context.scene, listener.port, Ask(), clock)
    clock.now += 1.9
    assert tick() is not None
    clock.now += 0.2
    assert tick() is None and "lockstep listen" in session.Desk.said


def test_a_call_that_is_refused_later_as_windows_does_it_is_told_alike(face, listener, monkeypatch):
    monkeypatch.setattr(client.select, "select", lambda _a, _b, watched, _wait: ([], [], watched))
    monkeypatch.setattr(client.Client, "_call", lambda _self: None)
    session.begin(face, bpy.context.scene, listener.port, Ask())
    assert tick() is None and "lockstep listen" in session.Desk.said


def test_a_refusal_is_told_in_the_words_of_the_listener(face, listener):
    live = start(listener)
    listener.say(Refused("There is no microphone; plug one in."))
    until(lambda: session.current() is None)
    assert session.Desk.said == "There is no microphone; plug one in." and live.failed
    assert modal.busy() == ""


@pytest.mark.parametrize(
    "garbage", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"x" * 40_000, b'{"say":"moment","time":NaN}\n', b"\xff\xfe\n"]
)
def test_whatever_else_answers_is_met_with_one_sentence(mouth, listener, garbage):
    before = values(mouth)
    live = start(listener)
    listener.send(garbage)
    until(lambda: session.current() is None)
    assert live.failed and session.Desk.said.count(".") == 1 and values(mouth) == before


def test_garbage_in_the_middle_gives_the_values_back_too(mouth, listener):
    before = values(mouth)
    drive(listener, **SPOKEN)
    listener.send(b"good bye\n")
    until(lambda: session.current() is None)
    assert session.Desk.failed and values(mouth) == before


def test_a_listener_that_falls_silent_is_given_up_after_three_seconds(mouth, listener):
    before, clock = values(mouth), speaking.Clock()
    live = start(listener, clock=clock)
    listener.say(begun(), moment(**SPOKEN))
    until(lambda: live.moment is not None)
    clock.now += 2.9
    assert tick() is not None and shown(mouth) > 0.5
    clock.now += 0.2
    assert tick() is None
    assert "Nothing has come" in session.Desk.said and values(mouth) == before


def test_a_window_that_was_blocked_for_longer_than_that_loses_nothing(face, listener):
    clock = speaking.Clock()
    live = start(listener, clock=clock)
    listener.say(begun(), moment(jaw=0.2))
    until(lambda: live.moment is not None)
    clock.now += 10.0
    listener.say(*(moment(at=0.01 * number, jaw=0.9) for number in range(100)))
    assert tick() is not None and live.state == "live" and shown(face) > 0.7


def test_a_listener_that_takes_the_call_but_never_begins_is_given_up_after_half_a_minute(face, listener):
    clock = speaking.Clock()
    start(listener, clock=clock)
    clock.now += 29.0
    assert tick() is not None
    clock.now += 2.0
    assert tick() is None and "does not begin" in session.Desk.said


def test_a_listener_that_dies_gives_the_face_back(mouth, listener):
    before = values(mouth)
    drive(listener, **SPOKEN)
    listener.hang_up()
    until(lambda: session.current() is None)
    assert session.Desk.failed and "has gone" in session.Desk.said and values(mouth) == before


def test_a_fault_of_the_microphone_is_told_as_the_listener_tells_it(mouth, listener):
    before = values(mouth)
    drive(listener, **SPOKEN)
    listener.say(End("The microphone was unplugged; plug it in again.", failed=True))
    until(lambda: session.current() is None)
    assert session.Desk.failed and "unplugged" in session.Desk.said and values(mouth) == before


def test_a_listener_that_does_not_say_how_it_ended_is_waited_for_five_seconds(face, listener):
    clock = speaking.Clock()
    live = start(listener, clock=clock)
    listener.say(begun(), moment(**SPOKEN))
    until(lambda: live.moment is not None)
    session.stop()
    assert live.state == "ending" and modal.busy() == "" and panel.ENDING in drawn(panel.LOCKSTEP_PT_live)
    assert panel.disabled_reason(bpy.context) == ""  # Blender leaves a button grey while the pointer is on it
    clock.now += 5.1
    assert tick() is None


# What the artist does meanwhile


def test_the_button_begins_and_stops_and_everything_else_is_grey_meanwhile(face, listener, monkeypatch, sound):
    monkeypatch.setattr(preferences, "port", lambda _context: listener.port)
    bpy.context.scene.lockstep.language = "de"
    bpy.context.scene.lockstep.jaw = 1.5
    bpy.context.scene.lockstep.audio = str(sound)
    assert bpy.ops.lockstep.live() == {"FINISHED"}
    listener.accept()
    tick(2)
    (ask,) = listener.hear()
    assert ask.language == "de" and ask.controls.jaw == 1.5
    assert "Stop" in drawn(panel.LOCKSTEP_PT_live) and panel.WAITING in drawn(panel.LOCKSTEP_PT_live)
    assert modal.busy() == session.ON
    with pytest.raises(RuntimeError, match="Live is on"):
        bpy.ops.lockstep.sync()
    listener.say(begun("Kitchen microphone"), moment(at=2.5, level=-23.0, phone="ʃ", jaw=0.3))
    until(lambda: session.current().moment is not None)
    text = drawn(panel.LOCKSTEP_PT_live)
    assert (
        "-23 dB" in text and "ʃ" in text and "delay 95 ms" in text and "Kitchen microphone" in text and "2.5 s" in text
    )
    assert bpy.ops.lockstep.live() == {"FINISHED"}
    assert isinstance(listener.hear()[-1], Stop)
    assert modal.busy() == ""


def test_the_button_says_why_it_is_grey(fresh, listener):
    assert "No object is active" in panel.disabled_reason(bpy.context)
    assert "No object is active" in drawn(panel.LOCKSTEP_PT_live)
    with pytest.raises(RuntimeError, match="No object is active"):
        bpy.ops.lockstep.live()


def test_the_port_is_that_of_the_preferences():
    assert preferences.port(bpy.context) == PORT
    own = SimpleNamespace(preferences=SimpleNamespace(port=4711))
    context = SimpleNamespace(preferences=SimpleNamespace(addons={preferences.base_package: own}))
    assert preferences.port(context) == 4711


def test_a_linked_face_is_refused_with_what_to_do(tmp_path, fresh, listener):
    faces.make_face("Linked")
    path = tmp_path / "library.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(path))
    bpy.ops.wm.read_factory_settings(use_empty=True)
    with bpy.data.libraries.load(str(path), link=True) as (_, into):
        into.objects = ["Linked"]
    thing = into.objects[0]
    bpy.context.scene.collection.objects.link(thing)
    with pytest.raises(RigError, match="library override"):
        session.begin(thing, bpy.context.scene, listener.port, Ask())
    assert session.current() is None


def test_an_override_of_a_linked_face_is_driven_and_is_as_it_was(tmp_path, fresh, listener):
    thing = faces.make_face("Linked")
    faces.block(thing, "jawOpen").value = 0.25
    path = tmp_path / "library.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(path))
    bpy.ops.wm.read_factory_settings(use_empty=True)
    with bpy.data.libraries.load(str(path), link=True) as (_, into):
        into.objects = ["Linked"]
    bpy.context.scene.collection.objects.link(into.objects[0])
    own = into.objects[0].override_create(remap_local_usages=True)
    faces.activate(own)
    before = values(own)
    drive(listener, jaw=1.0)
    assert shown(own) > 0.9
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "shot.blend"))
    tick()
    session.stop()
    assert values(own) == before and own.data.library is not None


def test_saving_meanwhile_writes_the_artists_own_values_and_the_face_goes_on(tmp_path, mouth, listener):
    before = values(mouth)
    live = drive(listener, **SPOKEN)
    moving = values(mouth)
    path = tmp_path / "shot.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(path))
    assert values(mouth) == moving and live.state == "live"
    other = shutil.copy(path, tmp_path / "copy.blend")
    with bpy.data.libraries.load(str(other)) as (_, into):
        into.meshes = [mouth.data.name]
    copy = into.meshes[0].shape_keys
    assert {block.name: block.value for block in copy.key_blocks} == before and copy.lockstep_live == ""
    session.stop()
    assert values(mouth) == before


def test_a_saving_that_fails_leaves_the_face_driven_and_its_values_kept(tmp_path, mouth, listener):
    before = values(mouth)
    drive(listener, **SPOKEN)
    with pytest.raises(RuntimeError):
        bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "no" / "such" / "folder" / "shot.blend"))
    listener.say(moment(at=0.3, jaw=1.0))
    until(lambda: shown(mouth) > 0.9)
    session.stop()
    assert values(mouth) == before


def _called(name):
    """Our own handler in one of Blender's lists."""
    (found,) = (one for one in getattr(bpy.app.handlers, name) if one.__module__.endswith("live.handlers"))
    return found


def crashed(path) -> None:
    """A file as autosave or a crash leaves it: written in the middle, without a word to anybody."""
    handlers = bpy.app.handlers.save_pre
    mine = _called("save_pre")
    handlers.remove(mine)
    try:
        bpy.ops.wm.save_as_mainfile(filepath=str(path), copy=True)
    finally:
        handlers.append(mine)


def test_a_file_from_a_crash_heals_when_it_is_opened(tmp_path, mouth, listener):
    before = values(mouth)
    drive(listener, **SPOKEN)
    path = tmp_path / "autosaved.blend"
    crashed(path)
    imported = getattr(bpy.app.handlers, "blend_import_post", [handlers.CALLED["blend_import_post"]])  # not in 4.2
    imported.remove(handlers.CALLED["blend_import_post"])
    try:
        with bpy.data.libraries.load(str(path)) as (_, into):
            into.meshes = [mouth.data.name]
    finally:
        imported.append(handlers.CALLED["blend_import_post"])
    assert into.meshes[0].shape_keys.lockstep_live and into.meshes[0].shape_keys.key_blocks["jawOpen"].value > 0.5
    bpy.ops.wm.open_mainfile(filepath=str(path))
    thing = bpy.data.objects[0]
    assert session.current() is None
    assert values(thing) == before and thing.data.shape_keys.lockstep_live == ""


def test_opening_another_file_ends_it_and_the_listener_is_told(tmp_path, mouth, listener):
    path = tmp_path / "other.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(path), copy=True)
    drive(listener, **SPOKEN)
    bpy.ops.wm.open_mainfile(filepath=str(path))
    assert session.current() is None and not bpy.app.timers.is_registered(session.tick)
    assert isinstance(listener.hear()[-1], Stop) and listener.line.recv(10) == b""


def test_a_file_that_cannot_be_opened_leaves_the_face_as_it_was(tmp_path, mouth, listener):
    before = values(mouth)
    drive(listener, **SPOKEN)
    with pytest.raises(RuntimeError):
        bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "none.blend"))
    session.stop()
    assert values(mouth) == before


def test_undo_and_redo_meanwhile_take_back_what_the_artist_did_and_the_face_goes_on(mouth, listener):
    bpy.ops.ed.undo_push(message="before")
    faces.block(mouth, "jawOpen").value = 0.375
    bpy.ops.ed.undo_push(message="slider")
    mouth.location.x = 2.0
    bpy.ops.ed.undo_push(message="moved before")
    live = drive(listener, **SPOKEN)
    mouth.location.x = 5.0
    bpy.ops.ed.undo_push(message="moved meanwhile")
    listener.say(moment(at=0.2, jaw=0.4))
    until(lambda: live.moment.time == 0.2)
    wanted = []
    for place in (2.0, 0.0, 0.0):
        bpy.ops.ed.undo()
        thing = bpy.data.objects["Face"]
        assert thing.location.x == place and live.state == "live" and shown(thing) > 0.3
        wanted.append(kept.kept(thing.data.shape_keys)["jawOpen"])
    assert wanted == [0.375, 0.375, 0.125]
    for place in (0.0, 2.0, 5.0):
        bpy.ops.ed.redo()
        thing = bpy.data.objects["Face"]
        assert thing.location.x == place and live.state == "live" and shown(thing) > 0.3
    listener.say(moment(at=0.3, jaw=1.0))
    until(lambda: shown(bpy.data.objects["Face"]) > 0.9)
    session.stop()
    assert shown(bpy.data.objects["Face"]) == 0.375


def test_undo_after_the_stop_to_a_step_of_the_time_before_heals_it(mouth, listener):
    bpy.ops.ed.undo_push(message="before")
    drive(listener, **SPOKEN)
    mouth.location.x = 1.0
    bpy.ops.ed.undo_push(message="moved meanwhile")
    mouth.location.y = 1.0
    bpy.ops.ed.undo_push(message="moved meanwhile again")
    session.abandon()
    mouth.location.z = 1.0
    bpy.ops.ed.undo_push(message="moved afterwards")
    for undone in (bpy.ops.ed.undo, bpy.ops.ed.undo, bpy.ops.ed.undo, bpy.ops.ed.redo, bpy.ops.ed.redo):
        undone()
        thing = bpy.data.objects["Face"]
        assert shown(thing) == 0.125 and shown(thing, "mouthSmileLeft") == 0.5
        assert thing.data.shape_keys.lockstep_live == ""


def test_a_face_with_another_name_is_driven_on(mouth, listener):
    before = values(mouth)
    live = drive(listener, **SPOKEN)
    mouth.name, mouth.data.name, mouth.data.shape_keys.name = "Jane", "Jane", "Jane"
    live._looked = -1e9
    listener.say(moment(at=0.2, jaw=1.0))
    until(lambda: shown(mouth) > 0.9)
    session.stop()
    assert values(mouth) == before


def test_keys_that_are_renamed_added_or_removed_meanwhile_break_nothing(mouth, listener):
    live = drive(listener, **SPOKEN)
    faces.block(mouth, "jawOpen").name = "anything"
    live._looked = -1e9
    listener.say(moment(at=0.2, jaw=1.0, funnel=1.0))
    until(lambda: live.moment.time == 0.2)
    assert shown(mouth, "anything") == 0.125 and shown(mouth, "mouthFunnel") > 0.5
    mouth.shape_key_remove(faces.block(mouth, "mouthFunnel"))
    listener.say(moment(at=0.3, jaw=1.0, funnel=1.0))
    until(lambda: live.moment.time == 0.3)
    live._looked = -1e9
    tick()
    mouth.shape_key_add(name="jawOpen", from_mix=False).value = 0.0
    live._looked = -1e9
    listener.say(moment(at=0.4, jaw=1.0))
    until(lambda: shown(mouth) > 0.5)
    session.stop()
    assert shown(mouth, "anything") == 0.125 and shown(mouth) == 0.0 and shown(mouth, "mouthSmileLeft") == 0.5


def test_a_key_that_is_locked_muted_or_driven_meanwhile_is_the_artists_again(mouth, listener):
    live = drive(listener, **SPOKEN)
    assert shown(mouth, "mouthFunnel") > 0.3 and shown(mouth) > 0.5
    faces.block(mouth, "jawOpen").lock_shape = True
    faces.block(mouth, "mouthUpperUpLeft").mute = True
    faces.block(mouth, "mouthFunnel").driver_add("value").driver.expression = "0.25"
    live._looked = -1e9
    listener.say(moment(at=0.2, jaw=1.0, funnel=1.0, upper=1.0))
    until(lambda: shown(mouth, "mouthUpperUpRight") > 0.5)
    bpy.context.view_layer.update()
    left = [shown(mouth, name) for name in ("jawOpen", "mouthUpperUpLeft", "mouthFunnel")]
    assert left == pytest.approx([0.125, 0.0, 0.25])
    assert any("driver" in note for note in live.driver.notes) and any("locked" in note for note in live.driver.notes)
    session.stop()
    assert shown(mouth) == 0.125 and shown(mouth, "mouthUpperUpRight") == 0.0


def test_a_face_that_is_deleted_ends_it_with_a_sentence_and_undo_brings_it_as_it_was(mouth, listener):
    before = values(mouth)
    bpy.ops.ed.undo_push(message="before")
    drive(listener, **SPOKEN)
    bpy.ops.ed.undo_push(message="anything")
    bpy.data.objects.remove(mouth)
    bpy.ops.ed.undo_push(message="deleted")
    session.current()._looked = -1e9
    tick(2)
    listener.say(End("Stopped."))
    until(lambda: session.current() is None)
    assert "is not there any more" in session.Desk.said
    assert all(key.lockstep_live == "" for key in bpy.data.shape_keys)
    bpy.ops.ed.undo()
    assert values(bpy.data.objects["Face"]) == before


def test_all_shape_keys_removed_meanwhile_end_it_too(mouth, listener):
    drive(listener, **SPOKEN)
    mouth.shape_key_clear()
    session.current()._looked = -1e9
    tick()
    assert session.current() is None or not session.current().is_driving
    assert modal.busy() == ""


def test_a_copy_made_meanwhile_is_as_the_face_was(mouth, listener):
    before = values(mouth)
    drive(listener, **SPOKEN)
    other = mouth.copy()
    other.data = mouth.data.copy()
    bpy.context.scene.collection.objects.link(other)
    other.location.x = 10.0
    session.stop()
    listener.say(End("Stopped."))
    until(lambda: session.current() is None)
    assert values(other) == before and values(mouth) == before


def test_another_scene_changes_nothing(mouth, listener):
    before = values(mouth)
    drive(listener, **SPOKEN)
    other = bpy.data.scenes.new("Other")
    bpy.context.window.scene = other
    listener.say(moment(at=0.2, jaw=1.0))
    until(lambda: shown(mouth) > 0.9)
    assert "Stop" in drawn(panel.LOCKSTEP_PT_live)
    session.stop()
    assert values(mouth) == before


def test_its_scene_deleted_ends_it(mouth, listener):
    before = values(mouth)
    drive(listener, **SPOKEN)
    home = bpy.context.scene
    other = bpy.data.scenes.new("Other")
    other.collection.objects.link(mouth)
    bpy.context.window.scene = other
    bpy.data.scenes.remove(home)
    session.current()._looked = -1e9
    tick()
    assert values(mouth) == before and modal.busy() == ""


def test_a_render_shows_what_the_artist_made_and_the_face_goes_on_after_it(mouth, listener, monkeypatch):
    monkeypatch.setattr(session, "is_rendering", lambda: True)
    animate(mouth, "mouthFunnel", ends=(0.25, 0.75))
    before = values(mouth)
    live = drive(listener, **SPOKEN)
    scene = bpy.context.scene
    _called("render_init")(scene)
    assert values(mouth) == before
    listener.say(moment(at=0.2, jaw=1.0))
    until(lambda: live.moment.time == 0.2)
    scene.frame_set(6)  # as a render of an animation does
    assert shown(mouth) == 0.125 and shown(mouth, "mouthFunnel") == pytest.approx(0.5, abs=0.01)
    _called("render_complete")(scene)
    listener.say(moment(at=0.3, jaw=1.0))
    until(lambda: shown(mouth) > 0.9)
    scene.frame_set(1)
    session.stop()
    assert values(mouth) == before


def test_a_render_that_never_begins_does_not_leave_the_face_at_rest(mouth, listener):
    live = drive(listener, **SPOKEN)
    render = bpy.context.scene.render
    render.engine, render.use_border = "CYCLES", True
    render.border_min_x = render.border_max_x = 0.5
    with pytest.raises(RuntimeError, match="too small"):
        bpy.ops.render.render(animation=True)
    assert live.is_resting, "Blender told of a beginning alone"
    listener.say(moment(at=0.2, jaw=1.0))
    until(lambda: live.moment.time == 0.2)
    assert not live.is_resting and shown(mouth) > 0.9


def test_while_it_plays_curves_are_not_seen_and_afterwards_they_are(face, listener, monkeypatch):
    animate(face)
    drive(listener, jaw=0.9)
    wanted = shown(face)
    monkeypatch.setattr(session, "is_playing", lambda **_given: True)
    for frame in range(2, 9):
        bpy.context.scene.frame_set(frame)
        assert shown(face) == wanted
    assert kept.kept(face.data.shape_keys)["jawOpen"] > 0.5
    session.stop()
    bpy.context.view_layer.update()
    stopped = shown(face)
    bpy.context.scene.frame_set(3)
    bpy.context.scene.frame_set(8)
    assert stopped == shown(face)


def test_disabling_the_extension_meanwhile_gives_the_face_back(mouth, listener):
    from headless import load_extension

    before = values(mouth)
    drive(listener, **SPOKEN)
    load_extension().unregister()
    try:
        assert values(mouth) == before
        assert not any(
            one.__module__.startswith("lockstep")
            for name in ("load_post", "undo_post", "save_pre", "frame_change_post")
            for one in getattr(bpy.app.handlers, name)
        )
        assert not bpy.app.timers.is_registered(session.tick)
    finally:
        load_extension().register()


def test_an_unforeseen_error_ends_it_with_the_face_as_it_was(mouth, listener, monkeypatch):
    before = values(mouth)
    drive(listener, **SPOKEN)

    def broken(_self, _moment):
        raise ZeroDivisionError

    monkeypatch.setattr(driving.Driver, "show", broken)
    listener.say(moment(at=0.2))
    with pytest.raises(ZeroDivisionError):
        until(lambda: session.current() is None)
    assert session.current() is None and values(mouth) == before


def test_what_is_kept_by_nobody_known_is_let_go(face):
    face.data.shape_keys.lockstep_live = "no JSON"
    kept.heal()
    assert face.data.shape_keys.lockstep_live == "" and set(values(face).values()) == {0.0}
    face.data.shape_keys.lockstep_live = json.dumps({"names": ["a"], "values": {"gone": 1.0}})
    kept.heal()
    assert set(values(face).values()) == {0.0}


ENDS = """
import socket, sys, time
sys.path[:0] = sys.argv[1:]
import bpy, faces
from headless import load_extension
extension = load_extension()
extension.register()
bpy.ops.wm.read_factory_settings(use_empty=True)
faces.activate(faces.make_face())
import speaking
from lockstep.addon.live import session
listener = speaking.Listener()
live = speaking.drive(listener, jaw=1.0)
assert live.state == "live" and bpy.app.timers.is_registered(session.tick)
print("live")
"""


def test_python_ends_within_seconds_though_it_is_on(tmp_path):
    paths = [str(ROOT / "scripts"), str(ROOT / "tests" / "addon")]
    code = ENDS + "extension.unregister()\nprint('gone')\n"
    done = subprocess.run(
        [sys.executable, "-c", code, *paths], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0 and "gone" in done.stdout, done.stderr
    since = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", ENDS, *paths], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert "live" in done.stdout, done.stderr
    assert "Traceback" not in done.stderr, done.stderr
    assert time.monotonic() - since < 30.0
