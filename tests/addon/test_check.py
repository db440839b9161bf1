"""Check Sync on real scenes: each way in which a shot goes out of sync is made in Blender, and found."""

from __future__ import annotations

from pathlib import Path

import bpy
import faces
import numpy as np
import pytest
from lockstep.addon import compat
from lockstep.addon.keys import keying
from screening import FPS, START, curves, drift, kinds, looked_at, offset, rewritten, strip
from shots import push_down

if not compat.can_load_sounds():
    pytest.skip("this Blender plays no sound", allow_module_level=True)


def test_a_good_shot_passes_and_nothing_is_found(shot):
    found = looked_at()
    assert (found.verdict, kinds(found), found.notes) == ("pass", set(), ())
    assert abs(offset(found)) < 0.5 and abs(drift(found)) < 0.002
    assert found.strip == "said" and found.sound == "said.wav"
    assert found.base == START and found.rate == FPS


@pytest.mark.parametrize("frames", [3, -3])
def test_a_strip_that_was_moved_by_three_frames_is_told_by_three_frames(shot, frames):
    compat.move(strip(), frames)
    found = looked_at()
    assert offset(found) == pytest.approx(-frames, abs=0.5)
    assert "offset" in kinds(found) and found.verdict == ("look" if frames > 0 else "fail")


def test_another_frame_rate_after_baking_is_a_drift(shot):
    bpy.context.scene.render.fps = 25
    found = looked_at()
    assert drift(found) == pytest.approx(-0.04, abs=0.005)
    assert "drift" in kinds(found) and found.verdict == "fail"


def test_a_sound_of_44100_hz_that_is_read_as_48000_hz_is_a_drift(shot, spoken, tmp_path):
    data = bytearray(spoken.sound.read_bytes())
    rate = int.from_bytes(data[24:28], "little")
    for place, value in ((24, rate * 480 // 441), (28, 2 * (rate * 480 // 441))):
        data[place : place + 4] = value.to_bytes(4, "little")
    wrong = tmp_path / "wrong.wav"
    wrong.write_bytes(data)
    strip().sound.filepath = str(wrong)
    found = looked_at()
    assert drift(found) == pytest.approx(480 / 441 - 1.0, abs=0.02)
    assert "drift" in kinds(found) and found.verdict == "fail"


def test_another_take_under_the_old_animation_is_found(shot, spoken):
    strip().sound.filepath = str(spoken.other)
    found = looked_at()
    assert "other take" in kinds(found) and found.verdict == "fail"


def test_a_hole_in_the_motion_is_found_where_it_is(shot):
    first, last = START + 2.0 * FPS, START + 4.5 * FPS
    rewritten(lambda keys: keys.at((keys.co[:, 0] < first) | (keys.co[:, 0] > last)))
    for curve in curves():
        for frame in (first, last):
            curve.keyframe_points.insert(frame, 0.0)
        curve.update()
    found = looked_at()
    (hole,) = [fault for fault in found.examination.check.faults if fault.kind == "hole"]
    assert hole.start == pytest.approx(2.0, abs=0.3) and hole.end == pytest.approx(4.5, abs=0.3)
    assert found.verdict in ("look", "fail")


def test_speech_that_goes_on_after_the_motion_is_found(shot):
    last = START + 8.0 * FPS
    rewritten(lambda keys: keys.at(keys.co[:, 0] < last))
    for curve in curves():
        curve.keyframe_points.insert(last, 0.0)
        curve.update()
    found = looked_at()
    (fault,) = [one for one in found.examination.check.faults if one.kind == "speech goes on"]
    assert fault.start == pytest.approx(8.0, abs=0.5)
    assert found.verdict in ("look", "fail")


def test_keys_that_were_decimated_too_far_are_found(shot):
    rewritten(lambda keys: keys.at(np.arange(len(keys.co)) % 3 == 0))
    found = looked_at()
    assert "coarse" in kinds(found) and found.verdict in ("look", "fail")


def test_a_drift_of_half_a_percent_is_found(shot):
    def slower(keys):
        made = keys.at(slice(None))
        for name in ("co", "handle_left", "handle_right"):
            getattr(made, name)[:, 0] = START + (getattr(made, name)[:, 0] - START) * 1.005
        return made

    rewritten(slower)
    found = looked_at()
    assert drift(found) == pytest.approx(0.005, abs=0.0015)
    assert "drift" in kinds(found) and found.verdict == "look"


def test_an_nla_strip_that_was_stretched_is_seen_as_it_plays(shot):
    pushed = [push_down(bpy.data.objects[name].data.shape_keys) for name in ("Face", "Teeth")]
    assert looked_at().verdict == "pass"
    for one in pushed:
        one.scale = 1.03
    found = looked_at()
    assert drift(found) == pytest.approx(0.03, abs=0.006) and found.verdict == "fail"


def test_a_mesh_of_several_that_nothing_drives_is_named(shot):
    teeth = bpy.data.objects["Teeth"]
    teeth.data.shape_keys.animation_data_clear()
    teeth.data.shape_keys.key_blocks["jawOpen"].value = 0.0
    found = looked_at()
    assert {"part still", "muted"} <= kinds(found) and found.verdict in ("look", "fail")
    assert any("The shape keys of 'Teeth' have no action" in one.says for one in found.examination.check.faults)


# What the scene tells


def unassign(face):
    for name in ("Face", "Teeth"):
        bpy.data.objects[name].data.shape_keys.animation_data.action = None


def mute_curves(face):
    for curve in curves():
        curve.mute = True


def mute_track(face):
    for name in ("Face", "Teeth"):
        push_down(bpy.data.objects[name].data.shape_keys)
        bpy.data.objects[name].data.shape_keys.animation_data.nla_tracks[0].mute = True


def play_solo(face):
    for name in ("Face", "Teeth"):
        push_down(bpy.data.objects[name].data.shape_keys)
        data = bpy.data.objects[name].data.shape_keys.animation_data
        track = data.nla_tracks.new()
        track.name = "blinks"
        track.is_solo = True


def mute_strips(face):
    for name in ("Face", "Teeth"):
        push_down(bpy.data.objects[name].data.shape_keys).mute = True


def no_influence(face):
    for name in ("Face", "Teeth"):
        made = push_down(bpy.data.objects[name].data.shape_keys)
        made.use_animated_influence = True
        made.influence = 0.0


def mute_keys(face):
    for name in ("Face", "Teeth"):
        for block in bpy.data.objects[name].data.shape_keys.key_blocks:
            block.mute = True


def another_slot(face):
    for name in ("Face", "Teeth"):
        key = bpy.data.objects[name].data.shape_keys
        compat.assign(key, key.animation_data.action, compat.new_slot(key.animation_data.action, "empty"))


STILL = {
    unassign: "have no action, so nothing moves them",
    mute_curves: "are muted",
    mute_track: "its track 'pushed' is muted",
    play_solo: "the track 'blinks' plays solo",
    mute_strips: "is not heard: it is muted",
    no_influence: "its influence is 0",
    mute_keys: "The mouth shapes of 'Face' are muted",
}
if compat.has_slots():
    STILL[another_slot] = "has no curves of the mouth in the slot that is chosen"


@pytest.mark.parametrize("still", STILL, ids=lambda one: one.__name__)
def test_what_keeps_a_mouth_still_is_said(shot, still):
    still(shot)
    for name in ("Face", "Teeth"):
        for block in bpy.data.objects[name].data.shape_keys.key_blocks:
            block.value = 0.0
    found = looked_at()
    assert found.verdict == "fail"
    faults = [fault for fault in found.examination.check.faults if fault.kind == "muted"]
    assert any(STILL[still] in fault.says and fault.grave for fault in faults), [fault.says for fault in faults]
    assert all(fault.mend for fault in faults)


def mute_strip(face):
    strip().mute = True


def mute_channel(face):
    compat.channel(bpy.context.scene.sequence_editor, strip().channel).mute = True


def no_volume(face):
    strip().volume = 0.0


def no_strip(face):
    compat.strips(bpy.context.scene.sequence_editor).remove(strip())


def no_file(face):
    strip().sound.filepath = str(Path(bpy.data.filepath).with_name("gone.wav"))


def elsewhere(face):
    compat.move(strip(), 5000)


UNHEARD = {
    mute_strip: "strip 'said': it is muted",
    mute_channel: "its channel 'Channel 1' is muted",
    no_volume: "its volume is 0",
    no_strip: "No strip plays the sound of this line, 'said.wav'",
    no_file: "gone.wav' is not there",
    elsewhere: "outside the scene's frames",
}


@pytest.mark.parametrize("unheard", UNHEARD, ids=lambda one: one.__name__)
def test_a_sound_that_is_not_heard_is_a_fault_and_says_why(shot, unheard):
    unheard(shot)
    found = looked_at()
    assert found.verdict == "fail"
    (fault,) = [one for one in found.examination.check.faults if one.kind == "no sound"]
    assert UNHEARD[unheard] in fault.says and fault.grave
    assert fault.says in " ".join(found.examination.check.reasons)


def test_a_sound_that_fades_in_is_heard_though_the_playhead_stands_where_it_is_silent(shot):
    for frame, volume in ((START, 0.0), (START + 10, 1.0)):
        strip().volume = volume
        strip().keyframe_insert("volume", frame=frame)
    bpy.context.scene.frame_set(START)
    assert strip().volume == 0.0
    assert looked_at().verdict == "pass"


def test_a_muted_meta_strip_around_the_sound_is_told_and_an_open_one_is_not(shot):
    first, end = compat.left_handle(strip()), compat.right_handle(strip())
    meta = compat.strips(bpy.context.scene.sequence_editor).new_meta("meta", 5, 1)
    strip().move_to_meta(meta)
    compat.set_handles(meta, first, end)
    assert looked_at().verdict == "pass"
    meta.mute = True
    (fault,) = [one for one in looked_at().examination.check.faults if one.kind == "no sound"]
    assert "the meta strip 'meta' around it is muted" in fault.says


# As it is evaluated


def test_keys_that_follow_a_driver_are_seen_as_they_move(shot):
    teeth = bpy.data.objects["Teeth"].data.shape_keys
    teeth.animation_data_clear()
    for name in faces.TEETH:
        driver = teeth.key_blocks[name].driver_add("value").driver
        driver.type = "AVERAGE"
        target = driver.variables.new().targets[0]
        target.id_type, target.id = "KEY", shot.data.shape_keys
        target.data_path = keying.path_of(name)
    found = looked_at()
    assert (found.verdict, kinds(found)) == ("pass", set())
    for name in faces.TEETH:
        teeth.animation_data.drivers.find(keying.path_of(name)).mute = True
        teeth.key_blocks[name].value = 0.0
    faults = looked_at().examination.check.faults
    assert any("drivers of 'jawOpen', 'mouthClose' of 'Teeth'" in fault.says for fault in faults)


def test_a_driver_that_is_broken_is_told(shot):
    teeth = bpy.data.objects["Teeth"].data.shape_keys
    teeth.animation_data_clear()
    for name in faces.TEETH:
        teeth.key_blocks[name].driver_add("value").driver.expression = "no_such_name()"
        teeth.key_blocks[name].value = 0.0
    found = looked_at()
    assert {"part still", "muted"} <= kinds(found) and found.verdict in ("look", "fail")
    faults = found.examination.check.faults
    assert any("drivers of 'jawOpen', 'mouthClose' of 'Teeth' are muted or broken" in fault.says for fault in faults)


def test_the_scenes_rate_counts_as_it_is_played_however_it_is_written(shot):
    bpy.context.scene.render.fps, bpy.context.scene.render.fps_base = 30, 1.25
    assert looked_at().verdict == "pass"


def test_a_sound_that_is_delayed_within_its_strip_is_early_for_the_mouth(shot):
    strip().sound_offset = 0.2
    found = looked_at()
    assert offset(found) == pytest.approx(-0.2 * FPS, abs=0.5) and found.verdict == "fail"


def test_time_that_is_remapped_is_seen_as_it_plays(shot):
    bpy.context.scene.render.frame_map_old, bpy.context.scene.render.frame_map_new = 100, 102
    found = looked_at()
    assert drift(found) == pytest.approx(0.02, abs=0.004) and found.verdict == "fail"


def test_a_scene_that_is_shorter_than_its_sound_and_one_without_audio_are_told(shot):
    bpy.context.scene.frame_end = 100
    bpy.context.scene.use_audio = False
    found = looked_at()
    assert found.verdict == "pass" and len(found.notes) == 2
    assert "switched off (Playback > Audio)" in found.notes[0] and "the scene has 1 to 100" in found.notes[1]


def test_what_is_done_by_hand_is_seen(shot):
    before = looked_at()
    for name in ("Face", "Teeth"):
        curve = keying.curve_of(bpy.data.objects[name].data.shape_keys, "jawOpen")
        for point in curve.keyframe_points:
            for part in (point.co, point.handle_left, point.handle_right):
                part[1] *= 0.3
        curve.update()
    after = looked_at()
    face = [found.seen.parts[0] for found in (before, after)]
    column = [key.name for key in face[0].keys].index("jawOpen")
    assert np.allclose(face[1].values[:, column], 0.3 * face[0].values[:, column], atol=1e-3)
    assert after.examination.check.amplitude < before.examination.check.amplitude - 0.1


def test_a_mesh_that_is_hidden_in_the_viewport_alone_is_looked_at_and_stays_hidden(shot):
    teeth = bpy.data.objects["Teeth"]
    teeth.hide_viewport = True
    found = looked_at()
    assert [part.name for part in found.seen.parts] == ["Face", "Teeth"]
    assert found.verdict == "pass" and teeth.hide_viewport
    teeth.hide_render = True
    found = looked_at()
    assert [part.name for part in found.seen.parts] == ["Face"]
    assert found.notes == ("'Teeth' is hidden in renders and was not looked at.",)


def test_a_strip_that_was_cut_is_heard_piece_by_piece(shot):
    whole = looked_at()
    at = START + round(5.0 * FPS)
    made = strip()
    first, end = compat.left_handle(made), compat.right_handle(made)
    editor = bpy.context.scene.sequence_editor
    other = compat.strips(editor).new_sound("said.001", made.sound.filepath, made.channel + 1, first)
    compat.set_handles(made, first, at)
    compat.set_handles(other, at, end)
    found = looked_at()
    assert found.strip == "said, said.001" and found.verdict == "pass"
    assert offset(found) == pytest.approx(offset(whole), abs=0.1)
    compat.move(other, 12)
    found = looked_at()
    assert "jump" in kinds(found) and found.verdict == "fail"


def test_a_cut_away_end_is_not_missed(shot):
    made = strip()
    compat.set_handles(made, compat.left_handle(made), START + round(6.0 * FPS))
    found = looked_at()
    assert found.examination.take.audio.duration == pytest.approx(6.0, abs=0.05)
    assert "offset" not in kinds(found) and abs(offset(found)) < 0.5
