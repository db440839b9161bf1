"""Checks of scenes as they come: several speakers, odd rates, other machinery, hands on the keys, no cry of wolf."""

from __future__ import annotations

import shutil

import bpy
import faces
import numpy as np
import pytest
import screening
import shots
from lockstep.addon import compat
from lockstep.addon.checking.checking import check
from lockstep.addon.checking.request import CheckRequest
from lockstep.addon.keys import keying, points
from lockstep.addon.lines.request import address_of
from lockstep.addon.sound import strips
from lockstep.engine.errors import AudioError
from screening import START, drift, kinds, looked_at, offset, speak, strip
from test_strips import retime

TEXT = "My papa made five perfect maps, but a father of above average fame may move far off."
OTHER = "Please bring me both of the brown books, for Bob would never pay for them himself."

if not compat.can_load_sounds():
    pytest.skip("this Blender plays no sound", allow_module_level=True)


@pytest.fixture(scope="module")
def sounds(tmp_path_factory):
    pytest.importorskip("espeakng_loader")
    folder = tmp_path_factory.mktemp("voices")
    return speak(folder / "one.wav", TEXT), speak(folder / "two.wav", OTHER, "en-us+f3")


@pytest.fixture(scope="module")
def saved(sounds, tmp_path_factory):
    """A face and its teeth that speak the first sound at 24 fps."""
    path = tmp_path_factory.mktemp("shot") / "shot.blend"
    bpy.ops.wm.read_factory_settings(use_empty=True)
    cast()
    sync("Face", sounds[0])
    bpy.ops.wm.save_as_mainfile(filepath=str(path))
    return path


@pytest.fixture
def shot(saved):
    bpy.ops.wm.open_mainfile(filepath=str(saved))
    return bpy.context.scene.objects["Face"]


def cast(name="Face", place=(0.0, 0.0, 0.0)):
    face = faces.make_face(name, place=place)
    faces.make_face("Teeth" if name == "Face" else f"{name} teeth", faces.TEETH, place=place, parent=face)
    return face


def sync(name, audio=None, frame=START, **settings):
    scene = bpy.context.scene
    faces.activate(scene.objects[name])
    scene.frame_set(frame)
    asked = scene.lockstep
    asked.language = "en"
    if audio is not None:
        asked.source, asked.audio = "FILE", str(audio)
    for key, value in settings.items():
        setattr(asked, key, value)
    assert bpy.ops.lockstep.sync() == {"FINISHED"}


def meshes():
    return [bpy.data.objects[name] for name in ("Face", "Teeth")]


def reshaped(change, names=faces.MOUTH):
    """The values of the keys, and their handles', as `change` of them gives them."""
    for thing in meshes():
        for name in names:
            curve = keying.curve_of(thing.data.shape_keys, name)
            if curve is None:
                continue
            keys = points.Points.read(curve.keyframe_points)
            for part in ("co", "handle_left", "handle_right"):
                getattr(keys, part)[:, 1] = change(getattr(keys, part)[:, 1])
            keying.put(curve, keys)


def good(found):
    """In sync, and nothing is told."""
    return (found.verdict, kinds(found)) == ("pass", set()) and abs(offset(found)) < 0.75


# Who speaks what


def test_of_two_who_speak_in_turn_each_is_checked_by_its_own_sound(shot, sounds):
    bob = cast("Bob", (5.0, 0.0, 0.0))
    later = compat.right_handle(strip()) + 5
    sync("Bob", sounds[1], later)
    assert good(looked_at(shot, frame=float(START))) and good(looked_at(bob, frame=float(later)))
    his = next(one for one in strips.sound_strips(bpy.context.scene) if one.name.startswith("two"))
    compat.move(his, -3)
    found = looked_at(bob, frame=float(later))
    assert offset(found) == pytest.approx(3.0, abs=0.5) and found.strip == his.name
    assert good(looked_at(shot, frame=float(START)))


def test_two_faces_may_speak_one_strip(shot):
    bob = cast("Bob", (5.0, 0.0, 0.0))
    sync("Bob", source="STRIP", strip=strip().name)
    assert good(looked_at(shot)) and good(looked_at(bob))


def test_of_a_strip_that_two_share_each_is_checked_by_the_part_that_was_asked_for(sounds, fresh):
    cast()
    bob = cast("Bob", (5.0, 0.0, 0.0))
    editor = fresh.sequence_editor_create()
    shared = compat.strips(editor).new_sound("shared", str(sounds[0]), 1, START)
    fresh.frame_end = compat.right_handle(shared)
    for name, part in (("Face", (0.0, 2.9)), ("Bob", (2.9, 0.0))):
        sync(name, source="STRIP", strip="shared", use_part=True, sound_in=part[0], sound_out=part[1])
    assert good(looked_at())
    found = looked_at(bob, frame=float(compat.right_handle(shared) - 20))
    assert good(found) and found.base == pytest.approx(START + 2.9 * 24.0, abs=0.01)
    compat.move(shared, 3)
    assert kinds(looked_at()) == {"offset"}


def test_another_voice_fails_before_the_swap_and_is_in_sync_after_it(shot, sounds):
    bpy.context.scene.frame_set(START + 5)
    before = strip().sound.filepath
    strip().sound.filepath = str(sounds[1])
    assert looked_at().verdict == "fail"
    strip().sound.filepath = before
    faces.activate(shot)
    assert bpy.ops.lockstep.swap_voice(audio=str(sounds[1])) == {"FINISHED"}
    found = looked_at()
    assert good(found) and found.sound == "two.wav"


# When it is played


@pytest.mark.parametrize(("fps", "base"), [(24, 1.001), (30, 1.001), (12, 1.0), (120, 1.0)])
def test_at_any_rate_a_good_shot_passes_and_an_eighth_of_a_second_is_told(sounds, fresh, fps, base):
    fresh.render.fps, fresh.render.fps_base = fps, base
    cast()
    sync("Face", sounds[0])
    assert good(looked_at())
    frames = max(1, round(0.125 * fps / base))
    compat.move(strip(), -frames)
    found = looked_at()
    assert offset(found) == pytest.approx(frames, abs=0.75) and "offset" in kinds(found)


@pytest.mark.parametrize("start", [-100, 100_000])
def test_a_line_may_stand_anywhere(sounds, fresh, start):
    fresh.frame_start, fresh.frame_end = -200 if start < 0 else 1, 1_048_574
    cast()
    sync("Face", sounds[0], start)
    found = looked_at(frame=float(start))
    assert good(found) and found.base == start


@pytest.mark.parametrize("speed", [80.0, 125.0])
def test_a_strip_with_a_speed_of_its_own_is_in_sync_where_it_was_synced_so_and_else_drifts(shot, speed):
    if not retime(strip(), bpy.context.scene, speed):
        pytest.skip("this Blender needs a window for it")
    found = looked_at()
    assert drift(found) == pytest.approx(speed / 100.0 - 1.0, abs=0.02)
    (told,) = [fault for fault in found.examination.check.faults if fault.kind == "drift"]
    assert f"its strip plays at {speed:.0f} % of the sound's speed" in told.says and "strip's speed back" in told.mend
    sync("Face", source="STRIP", strip=strip().name)
    found = looked_at()
    assert good(found) and found.seen.speed == pytest.approx(speed / 100.0, rel=0.01)


def test_what_a_meta_strip_cuts_away_is_not_heard_and_where_it_moves_the_sound_moves(shot):
    first, end = compat.left_handle(strip()), compat.right_handle(strip())
    meta = compat.strips(bpy.context.scene.sequence_editor).new_meta("meta", 5, 1)
    strip().move_to_meta(meta)
    compat.set_handles(meta, first, end)
    compat.set_handles(meta, first + 24, end - 24)
    found = looked_at()
    assert good(found) and found.examination.take.audio.duration == pytest.approx((end - first) / 24.0 - 2.0, abs=0.1)
    compat.set_handles(meta, first, end)
    compat.move(meta, 3)
    assert offset(looked_at()) == pytest.approx(-3.0, abs=0.5)


# What moves the mouth


def test_a_face_whose_bones_move_it_is_seen_and_missed_without_their_action(shot):
    names = [one.name for one in shot.data.shape_keys.key_blocks if keying.curve_of(shot.data.shape_keys, one.name)]
    rig = faces.make_rig("Controls", tuple(names))
    for name in names:
        for key in keying.curve_of(shot.data.shape_keys, name).keyframe_points:
            rig.pose.bones[name].location[1] = key.co[1]
            rig.pose.bones[name].keyframe_insert("location", index=1, frame=key.co[0])
    for thing in meshes():
        thing.data.shape_keys.animation_data_clear()
        for block in thing.data.shape_keys.key_blocks[1:]:
            block.value = 0.0
            if block.name in names:
                follow(block, rig)
    assert good(looked_at())
    rig.animation_data.action = None
    for bone in rig.pose.bones:
        bone.location = (0.0, 0.0, 0.0)
    found = looked_at()
    assert found.verdict == "fail" and "no motion" in kinds(found)
    assert not [line for line in found.told() if line.kind == "budget"]  # nothing of it is news


def follow(block, rig):
    driver = block.driver_add("value").driver
    driver.type = "AVERAGE"
    variable = driver.variables.new()
    variable.type = "TRANSFORMS"
    target = variable.targets[0]
    target.id, target.bone_target = rig, block.name
    target.transform_type, target.transform_space = "LOC_Y", "LOCAL_SPACE"


def test_an_nla_strip_whose_influence_goes_away_leaves_a_hole_there(shot):
    for thing in meshes():
        pushed = shots.push_down(thing.data.shape_keys)
        pushed.use_animated_influence = True  # from then on it has a key of its own
        for frame, value in (
            (pushed.frame_start, 1.0),
            (START + 48, 1.0),
            (START + 50, 0.0),
            (START + 84, 0.0),
            (START + 86, 1.0),
        ):
            pushed.influence = value
            pushed.keyframe_insert("influence", frame=frame)
    found = looked_at()
    (hole,) = [fault for fault in found.examination.check.faults if fault.kind == "hole"]
    assert hole.start == pytest.approx(2.1, abs=0.3) and hole.end == pytest.approx(3.5, abs=0.3)


def test_keys_with_limits_and_turned_round_are_seen_as_what_they_make(sounds, fresh):
    cast()
    for thing in meshes():
        block = thing.data.shape_keys.key_blocks["jawOpen"]
        block.slider_min, block.slider_max = -1.0, 0.0
    wide = faces.block(meshes()[0], "mouthPucker")
    wide.slider_min, wide.slider_max = -1.0, 2.0
    sync("Face", sounds[0])
    assert min(value for _, value in faces.curves(meshes()[0])["jawOpen"]) < -0.3
    assert good(looked_at())


def test_meshes_that_have_no_part_in_speech_are_not_missed(sounds, fresh):
    face = cast()
    faces.make_face("Brows", ("browInnerUp", "eyeBlinkLeft"), parent=face)
    faces.make_face("Beard", ("mouthSmileLeft", "mouthSmileRight", "wind"), parent=face)
    faces.make_face("Tongue", ("tongueOut", "jawOpen"), parent=face)
    faces.make_face("Shirt", (), parent=face)
    sync("Face", sounds[0])
    assert good(looked_at())


def test_what_several_meshes_share_is_said_once(shot):
    for curve in screening.curves():
        curve.mute = True
    for thing in meshes():
        for block in thing.data.shape_keys.key_blocks:
            block.value = 0.0
    told = [fault.says for fault in looked_at().examination.check.faults if fault.kind == "muted"]
    assert len(told) == len(set(told)) == 1


# By hand


def test_a_smile_and_a_style_on_top_are_no_fault(shot):
    reshaped(lambda values: values + 0.4, ("mouthSmileLeft", "mouthSmileRight"))
    assert good(looked_at())


@pytest.mark.parametrize("factor", [0.6, 1.7])
def test_a_softer_and_a_larger_mouth_are_in_sync(shot, factor):
    reshaped(lambda values: np.clip(factor * values, 0.0, 1.0))
    assert good(looked_at())


def test_a_mouth_that_hardly_moves_is_not_in_sync(shot):
    reshaped(lambda values: 0.15 * values)
    found = looked_at()
    assert found.verdict == "fail" and kinds(found) == {"flat"}


# Without a trace


def state():
    scene = bpy.context.scene
    active = bpy.context.view_layer.objects.active
    return {
        **shots.dump(),
        "frame": (scene.frame_current, scene.frame_subframe),
        "mode": (bpy.context.mode, active.name, active.active_shape_key_index),
        "selected": [thing.name for thing in bpy.context.selected_objects],
        "values": [[block.value for block in key.key_blocks] for key in bpy.data.shape_keys],
        "sounds": len(bpy.data.sounds),
    }


def test_a_file_that_goes_away_midway_is_said_and_leaves_nothing(shot, sounds, tmp_path):
    path = shutil.copy(sounds[0], tmp_path / "gone.wav")
    strip().sound.filepath = str(path)
    before = state()
    running = check(CheckRequest(bpy.context.scene.name, address_of(shot), frame=START))
    next(running)
    next(running)
    path.unlink()
    with pytest.raises(AudioError, match=r"gone\.wav"):
        list(running)
    assert state() == before and not len(shot.lockstep_checks)


@pytest.mark.parametrize("mode", ["EDIT", "SCULPT"])
def test_a_check_in_the_midst_of_other_work_leaves_it_alone(shot, mode):
    faces.activate(shot)
    bpy.context.scene.frame_set(30, subframe=0.5)
    shot.active_shape_key_index = 4
    bpy.ops.object.mode_set(mode=mode)
    before = state()
    assert good(looked_at(kept=False)) and state() == before


# Delivered


def every_key():
    return {(thing.name, name): keys for thing in meshes() for name, keys in shots.keys_of(thing).items()}


def test_a_shot_that_went_to_mobile_passes_and_comes_back_to_film_with_its_edits(shot, sounds):
    faces.block(shot, "jawOpen")
    curve = keying.curve_of(shot.data.shape_keys, "jawOpen")
    keys = points.Points.read(curve.keyframe_points)
    for part in ("co", "handle_left", "handle_right"):
        getattr(keys, part)[40:50, 1] *= 1.4
    keying.put(curve, keys)
    before = every_key()
    for medium in ("MOBILE", "GAMES"):
        sync("Face", sounds[0], medium=medium)
        found = looked_at(medium=medium.lower())
        assert found.verdict == "pass", found.told()
        assert sum(len(one[1]) for one in every_key().values()) < sum(len(one[1]) for one in before.values())
    sync("Face", sounds[0], medium="FILM")
    shots.assert_like(every_key(), before, value=1e-6)
