"""Nods, shakes and looks on the bones of an armature: added to the artist's own animation, gone with the gesture."""

from __future__ import annotations

import math

import bpy
import faces
import numpy as np
import pytest
from lockstep.addon import compat
from lockstep.addon.keys import bones, heads, points, tracks
from lockstep.addon.lines import acting, exchange, takes
from lockstep.addon.panels import correcting
from mathutils import Vector

FORWARD = Vector((0.0, -1.0, 0.0))
UP = Vector((0.0, 0.0, 1.0))
PARTS = {
    "root": ((0, 0, 0), (0, 0, 0.3), 0.0, ""),
    "spine": ((0, 0, 0.9), (0, 0, 1.4), 0.3, "root"),
    "head": ((0, 0.02, 1.5), (0.0, -0.05, 1.8), 0.7, "spine"),
    "jaw": ((0, -0.05, 1.55), (0, -0.15, 1.5), 0.0, "head"),
    "eye.L": ((0.04, -0.1, 1.65), (0.04, -0.14, 1.65), 0.4, "head"),
    "eye.R": ((-0.04, -0.1, 1.65), (-0.04, -0.14, 1.65), -1.1, "head"),
    "headTop_End": ((0, 0, 1.8), (0, 0, 1.9), 0.0, "head"),
}


@pytest.fixture
def rig(fresh):
    return body()


@pytest.fixture
def spoken(rig, studio):
    """The armature of a face that speaks from frame 11 on."""
    faces.activate(bpy.data.objects["Face"])
    sync(studio.record("anna"))
    return rig


def body(name="Rig", parts=PARTS, face="Face", turn=None):
    """An armature with the bones of `parts` (head, tail, roll, parent), turned by `turn` in its data, and a face."""
    rig = bpy.data.objects.new(name, bpy.data.armatures.new(name))
    bpy.context.scene.collection.objects.link(rig)
    faces.activate(rig)
    bpy.ops.object.mode_set(mode="EDIT")
    for bone, (head, tail, roll, parent) in parts.items():
        made = rig.data.edit_bones.new(bone)
        made.head, made.tail = head, tail
        made.roll = roll
        made.parent = rig.data.edit_bones.get(parent)
    bpy.ops.object.mode_set(mode="OBJECT")
    if turn is not None:
        rig.data.transform(turn)
    thing = faces.make_face(face, parent=rig, place=(0.0, 0.0, 1.5), size=0.2)
    faces.bind_to(rig, thing)
    return rig


def sync(recording, frame=11, **settings):
    scene = bpy.context.scene
    scene.frame_set(frame)
    scene.lockstep.source, scene.lockstep.audio, scene.lockstep.language = "FILE", str(recording.path), "en"
    for name, value in settings.items():
        setattr(scene.lockstep, name, value)
    assert bpy.ops.lockstep.sync() == {"FINISHED"}


def shown():
    return correcting.shown_line(bpy.context)[1]


def add(gesture, seconds=0.6, strength=1.0):
    scene = bpy.context.scene
    frame = takes.frame_at(shown(), seconds)
    scene.frame_set(int(frame), subframe=frame - int(frame))
    before = {row.name for row in shown().acting}
    assert bpy.ops.lockstep.add_gesture(gesture=gesture, strength=strength) == {"FINISHED"}
    return next(row.name for row in shown().acting if row.kind == "gesture" and row.name not in before)


def notes():
    """What a further performance of the line has to say."""
    character, span = correcting.shown_line(bpy.context)
    return "\n".join(exchange.perform_again(bpy.context.scene, character.face, span, lambda score, _: score).notes)


def turned(rig, bone, frame, way=FORWARD):
    """Where a direction of the armature's space that goes along with a bone points at a frame, in that space."""
    bpy.context.scene.frame_set(int(frame))
    posed = rig.evaluated_get(bpy.context.evaluated_depsgraph_get()).pose.bones[bone].matrix.to_3x3()
    return posed @ rig.data.bones[bone].matrix_local.to_3x3().inverted() @ way


def path(rig, bone="head", way=FORWARD, frames=range(1, 80)):
    return np.array([turned(rig, bone, frame, way) for frame in frames])


def degrees(sine):
    return math.degrees(math.asin(max(-1.0, min(1.0, sine))))


def ours(rig):
    """The strips that heads.py has made."""
    return heads._strips(rig)


def artists(rig):
    """All keys of the armature's own action, bit for bit."""
    action, slot = rig.animation_data.action, compat.slot_of(rig)
    found = {}
    for one in compat.curves(action, slot):
        read = points.Points.read(one.keyframe_points)
        found[one.data_path, one.array_index] = [getattr(read, name).tobytes() for name in points.Points.__slots__]
    return found


def animate(rig, mode, bone="head"):
    """Two keys of the artist's on a bone."""
    posed = rig.pose.bones[bone]
    posed.rotation_mode = mode
    channel = {"QUATERNION": "rotation_quaternion", "AXIS_ANGLE": "rotation_axis_angle"}.get(mode, "rotation_euler")
    for frame, value in ((5, 0.1), (70, 0.5)):
        rotation = Vector((0.3, 1.0, 0.2)).normalized()
        own = {
            "rotation_quaternion": (math.cos(value / 2), *(rotation * math.sin(value / 2))),
            "rotation_axis_angle": (value, *rotation),
        }.get(channel, tuple(rotation * value))
        setattr(posed, channel, own)
        posed.keyframe_insert(channel, frame=frame)


def test_a_nod_bows_the_head_and_comes_back(spoken):
    add("nod")
    assert "no key" not in notes() and "left alone" not in notes()
    ways = path(spoken)
    lowest = int(np.argmin(ways[:, 2]))
    assert degrees(-ways[lowest, 2]) == pytest.approx(12.0, abs=0.7)
    assert np.abs(ways[:, 0]).max() < 3e-3
    assert takes.frame_at(shown(), 0.6) < lowest + 1 < takes.frame_at(shown(), 1.2)
    assert np.allclose(ways[[0, -1]], FORWARD, atol=1e-5)


def test_a_shake_turns_the_head_to_both_sides_about_its_upright(spoken):
    add("shake")
    ways = path(spoken)
    assert degrees(ways[:, 0].max()) == pytest.approx(0.9 * 12.0, abs=0.7)
    assert degrees(-ways[:, 0].min()) == pytest.approx(12.0, abs=0.7)
    assert np.argmax(ways[:, 0]) < np.argmin(ways[:, 0])
    assert np.abs(ways[:, 2]).max() < 3e-3
    assert np.allclose(path(spoken, way=UP), UP, atol=3e-3)


@pytest.mark.parametrize(
    ("gesture", "axis", "sign", "most"),
    [("look_left", 0, 1, 25), ("look_right", 0, -1, 25), ("look_up", 2, 1, 20), ("look_down", 2, -1, 20)],
)
def test_a_look_turns_both_eyes_where_no_shape_key_does(spoken, gesture, axis, sign, most):
    add(gesture)
    assert "no key" not in notes()
    for eye in ("eye.L", "eye.R"):
        ways = path(spoken, eye)
        assert degrees((sign * ways[:, axis]).max()) == pytest.approx(most, abs=0.5)
        assert (sign * ways[:, axis]).min() > -3e-3
    assert np.allclose(path(spoken), FORWARD, atol=1e-5)


def test_eyes_with_shape_keys_are_left_to_them(fresh, studio):
    rig = body()
    bpy.data.objects.remove(bpy.data.objects["Face"])
    sides = ("In", "Out", "Up", "Down")
    looks = [f"eyeLook{way}{side}" for way in sides for side in ("Left", "Right")]
    face = faces.make_face(keys=(*faces.MOUTH, *looks), parent=rig)
    faces.bind_to(rig, face)
    faces.activate(face)
    sync(studio.record("anna"))
    add("look_left")
    assert not ours(rig) and not rig.pose.bones["eye.L"].constraints
    add("nod")
    assert len(ours(rig)) == 1 and not rig.pose.bones["eye.L"].constraints


@pytest.mark.parametrize("mode", ["QUATERNION", "XYZ", "ZYX", "YXZ", "AXIS_ANGLE"])
def test_a_nod_is_added_to_the_artists_own_keys_which_stay_bit_for_bit(rig, studio, mode):
    animate(rig, mode)
    faces.activate(bpy.data.objects["Face"])
    sync(studio.record("anna"))
    before, plain = artists(rig), [turned(rig, "head", frame, Vector(way)) for frame in (32, 36) for way in np.eye(3)]
    item = add("nod")
    assert artists(rig) == before
    nodded = path(rig)
    assert rig.animation_data.action_blend_type == "REPLACE"
    bpy.ops.lockstep.mute_item(item=item)
    still = path(rig)
    angles = [math.degrees(Vector(one).angle(Vector(other))) for one, other in zip(nodded, still, strict=True)]
    assert max(angles) == pytest.approx(12.0, abs=0.7)
    assert artists(rig) == before
    again = [turned(rig, "head", frame, Vector(way)) for frame in (32, 36) for way in np.eye(3)]
    assert np.allclose(again, plain, atol=1e-6)


def test_a_nod_goes_on_over_an_action_that_is_pushed_down(rig, studio):
    animate(rig, "XYZ")
    data = rig.animation_data
    action, slot = data.action, compat.slot_of(rig)
    strip = data.nla_tracks.new().strips.new("own", 5, action)
    compat.assign_strip(strip, action, slot)
    data.action = None
    still = path(rig)
    faces.activate(bpy.data.objects["Face"])
    sync(studio.record("anna"))
    add("nod")
    angles = [math.degrees(Vector(one).angle(Vector(other))) for one, other in zip(path(rig), still, strict=True)]
    assert max(angles) == pytest.approx(12.0, abs=0.7) and angles[0] == pytest.approx(0.0, abs=0.05)
    assert data.action is None and len(data.nla_tracks) == 2


def test_a_key_inserted_in_a_nod_holds_nothing_of_it(spoken):
    add("nod")
    ways = path(spoken)
    frame = int(np.argmin(ways[:, 2])) + 1
    bpy.context.scene.frame_set(frame)
    head = spoken.pose.bones["head"]
    head.keyframe_insert("rotation_quaternion", frame=frame)
    assert tuple(head.rotation_quaternion) == (1.0, 0.0, 0.0, 0.0)
    values = [one.evaluate(frame) for one in compat.curves(spoken.animation_data.action, compat.slot_of(spoken))]
    assert values == pytest.approx([1.0, 0.0, 0.0, 0.0])
    assert np.allclose(path(spoken), ways, atol=1e-5)


def test_our_layer_is_no_edit_of_the_artists(spoken, studio):
    add("nod")
    bpy.ops.lockstep.see_edits()
    assert [row.kind for row in shown().acting] == ["gesture"]
    sync(studio.record("anna"))
    assert [row.kind for row in shown().acting] == ["gesture"] and len(ours(spoken)) == 1


def test_a_swap_moves_the_nod_with_its_sound_and_back(spoken, studio):
    add("nod", 1.0)
    first = path(spoken)
    slow = studio.record("bella", speed=0.6)
    assert bpy.ops.lockstep.swap_voice(audio=str(slow.path)) == {"FINISHED"}
    second = path(spoken)
    assert np.argmin(second[:, 2]) > np.argmin(first[:, 2]) + 5
    assert degrees(-second[:, 2].min()) == pytest.approx(12.0, abs=0.7)
    assert len(ours(spoken)) == 1
    assert bpy.ops.lockstep.use_take(index=0) == {"FINISHED"}
    assert np.allclose(path(spoken), first, atol=1e-4)


def test_nothing_is_left_behind_when_the_gesture_goes(spoken):
    before = set(bpy.data.actions)
    item = add("nod")
    other = add("look_left", 1.0)
    assert len(ours(spoken)) == 1
    assert bpy.ops.lockstep.delete_item(item=item) == {"FINISHED"}
    assert not spoken.pose.bones["head"].constraints and spoken.pose.bones["eye.L"].constraints
    assert bpy.ops.lockstep.delete_item(item=other) == {"FINISHED"}
    assert not spoken.animation_data.nla_tracks and set(bpy.data.actions) == before
    assert not any(len(bone.constraints) for bone in spoken.pose.bones)
    assert np.allclose(path(spoken), FORWARD, atol=1e-6)


def test_bones_stay_where_they_are_not_to_follow(spoken):
    add("nod")
    bpy.context.scene.lockstep.follow_bones = False
    faces.activate(bpy.data.objects["Face"])
    bpy.context.scene.frame_set(11)
    assert bpy.ops.lockstep.sync() == {"FINISHED"}
    assert not ours(spoken) and not spoken.pose.bones["head"].constraints
    assert "The rig has no key for 'nod'." in bpy.context.scene.lockstep.notes


def test_a_nod_is_undone_in_one_step(spoken):
    bpy.ops.ed.undo_push(message="before")
    frame = takes.frame_at(shown(), 0.6)
    bpy.context.scene.frame_set(int(frame))
    bpy.ops.lockstep.add_gesture("EXEC_DEFAULT", True, gesture="nod", strength=1.0)
    assert ours(bpy.data.objects["Rig"])
    bpy.ops.ed.undo()
    rig = bpy.data.objects["Rig"]
    assert not ours(rig) and not rig.pose.bones["head"].constraints


def test_nods_come_back_from_a_file_and_are_found_again(spoken, studio, tmp_path):
    item = add("nod")
    before = path(spoken)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "scene.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "scene.blend"))
    rig = bpy.data.objects["Rig"]
    assert np.allclose(path(rig), before, atol=1e-6)
    assert bpy.ops.lockstep.delete_item(item=item) == {"FINISHED"}
    assert not ours(rig) and not rig.animation_data.nla_tracks


def test_an_overridden_character_nods_and_still_does_after_saving_and_loading(fresh, studio, tmp_path):
    home = bpy.data.collections.new("Ann")
    fresh.collection.children.link(home)
    for thing in (body(), bpy.data.objects["Face"]):
        home.objects.link(thing)
        fresh.collection.objects.unlink(thing)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "ann.blend"))
    bpy.ops.wm.read_factory_settings(use_empty=True)
    with bpy.data.libraries.load(str(tmp_path / "ann.blend"), link=True) as (_, wanted):
        wanted.collections = ["Ann"]
    made = wanted.collections[0].override_hierarchy_create(bpy.context.scene, bpy.context.view_layer)
    parts = {thing.name: thing for thing in made.all_objects}
    faces.activate(parts["Face"])
    sync(studio.record("anna"))
    item = add("nod")
    nodded = path(parts["Rig"])
    assert degrees(-nodded[:, 2].min()) == pytest.approx(12.0, abs=0.7)
    for round in range(2):
        bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / f"shot {round}.blend"))
        bpy.ops.wm.open_mainfile(filepath=str(tmp_path / f"shot {round}.blend"))
        rig = bpy.context.scene.objects["Rig"]
        assert rig.override_library is not None and np.allclose(path(rig), nodded, atol=1e-5)
    assert bpy.ops.lockstep.delete_item(item=item) == {"FINISHED"}
    assert not ours(rig) and not rig.pose.bones["head"].constraints


def test_two_characters_of_one_armature_nod_each_for_itself(rig, studio):
    twin = bpy.data.objects.new("Twin", rig.data)
    bpy.context.scene.collection.objects.link(twin)
    twin.location.x = 3.0
    other = faces.make_face("Other", parent=twin, place=(0.0, 0.0, 1.5), size=0.2)
    faces.bind_to(twin, other)
    for name in ("Face", "Other"):
        faces.activate(bpy.data.objects[name])
        sync(studio.record(name))
    add("nod")
    assert ours(twin) and not ours(rig)
    assert path(twin)[:, 2].min() < -0.1 and np.allclose(path(rig), FORWARD, atol=1e-6)
    faces.activate(bpy.data.objects["Face"])
    add("shake")
    assert np.abs(path(rig)[:, 0]).max() > 0.1 and np.abs(path(twin)[:, 0]).max() < 3e-3


def test_two_lines_nod_each_in_its_time(spoken, studio):
    add("nod")
    first = path(spoken)
    faces.activate(bpy.data.objects["Face"])
    sync(studio.record("bella"), frame=101)
    bpy.context.scene.frame_set(120)
    add("nod", 0.5)
    assert len(ours(spoken)) == 2
    assert np.allclose(path(spoken), first, atol=1e-5)
    assert path(spoken, frames=range(100, 160))[:, 2].min() < -0.15


@pytest.mark.parametrize("obstacle", ["locked", "driven", "constrained"])
def test_a_bone_that_is_not_free_is_left_alone_and_said_so(spoken, obstacle):
    head = spoken.pose.bones["head"]
    if obstacle == "locked":
        head.lock_rotation = (True, True, True)
    elif obstacle == "driven":
        head.driver_add("rotation_quaternion", 1)
    else:
        head.constraints.new("COPY_ROTATION").target = bpy.data.objects["Face"]
    count = len(head.constraints)
    add("nod")
    assert not ours(spoken) and len(head.constraints) == count
    assert "The bone 'head'" in notes() and "does not show 'nod'" in notes()


def test_limits_of_the_bone_limit_its_nods_too(spoken):
    limit = spoken.pose.bones["head"].constraints.new("LIMIT_ROTATION")
    limit.owner_space = "LOCAL"
    limit.use_limit_x = limit.use_limit_y = limit.use_limit_z = True
    limit.min_x = limit.min_y = limit.min_z = -math.radians(5.0)
    limit.max_x = limit.max_y = limit.max_z = math.radians(5.0)
    add("nod")
    assert 4.0 < degrees(-path(spoken)[:, 2].min()) < 9.0


def test_a_rig_whose_up_is_y_nods_down_as_well(fresh, studio):
    from mathutils import Matrix

    rig = body(turn=Matrix.Rotation(-math.pi / 2, 4, "X"))
    rig.rotation_euler.x = math.pi / 2
    bpy.context.view_layer.update()
    faces.activate(bpy.data.objects["Face"])
    sync(studio.record("anna"))
    add("nod")
    ways = path(rig, way=Vector((0.0, 0.0, 1.0)))
    assert degrees(-ways[:, 1].min()) == pytest.approx(12.0, abs=0.7) and np.abs(ways[:, 0]).max() < 3e-3


def test_a_moving_parent_changes_no_nod(spoken):
    add("nod")
    before = path(spoken)
    spine = spoken.pose.bones["spine"]
    spine.location, spine.scale = (0.3, 2.0, -1.0), (1.0, 1.0, 1.0)
    assert np.allclose(path(spoken), before, atol=1e-5)


def test_nods_on_twos_hold_as_the_mouth_does(rig, studio):
    faces.activate(bpy.data.objects["Face"])
    sync(studio.record("anna"), keys="TWOS")
    add("nod")
    curves = compat.all_curves(ours(rig)[0].action)
    assert {point.interpolation for one in curves for point in one.keyframe_points} == {"CONSTANT"}


@pytest.mark.parametrize(
    ("names", "best"),
    [
        (("head", "DEF-head", "ORG-head", "MCH-head", "jaw"), "head"),
        (("mixamorig:Head", "mixamorig:HeadTop_End", "mixamorig:Neck"), "mixamorig:Head"),
        (("c_head.x", "head.x", "c_headparent"), "c_head.x"),
        (("Head", "head_ctrl"), "head_ctrl"),
        (("CC_Base_Head", "CC_Base_JawRoot", "CC_Base_NeckTwist01"), "CC_Base_Head"),
        (("J_Bip_C_Head", "J_Bip_C_Neck"), "J_Bip_C_Head"),
        (("spine.005", "spine.006", "face"), "spine.006"),
        (("頭", "首"), "頭"),
    ],
)
def test_the_bone_of_the_head_is_found_by_its_name(fresh, names, best):
    rig = body(parts={name: ((0, 0, 1), (0, 0, 1.2), 0.0, "") for name in names})
    assert [bone.name for bone in bones.head(rig).bones] == [best]


@pytest.mark.parametrize("names", [("jaw", "neck"), ("headTop_End", "head_target"), ("overhead", "spine")])
def test_no_bone_is_taken_for_a_head_that_is_none(fresh, names):
    rig = body(parts={name: ((0, 0, 1), (0, 0, 1.2), 0.0, "") for name in names})
    assert bones.head(rig) == bones.Sought()


@pytest.mark.parametrize(
    "names",
    [
        ("eye.L", "eye.R", "eyes_target", "eyelid.L", "eyelid.R"),
        ("mixamorig:LeftEye", "mixamorig:RightEye", "mixamorig:Head"),
        ("CC_Base_L_Eye", "CC_Base_R_Eye", "CC_Base_Head"),
        ("左目", "右目", "両目"),
    ],
)
def test_the_bones_of_both_eyes_are_found(fresh, names):
    parts = {name: ((0.1 * (1 - number), 0, 1), (0, -0.2, 1), 0.0, "") for number, name in enumerate(names)}
    found = bones.eyes(body(parts=parts)).bones
    assert [bone.name for bone in found] == list(names[:2])


def test_a_control_that_moves_nothing_is_no_head(fresh):
    rig = body(parts={name: ((0, 0, 1), (0, 0, 1.2), 0.0, "") for name in ("head_ctrl", "head")})
    rig.data.bones["head_ctrl"].use_deform = False
    assert [bone.name for bone in bones.head(rig).bones] == ["head"]
    copy = rig.pose.bones["head"].constraints.new("COPY_ROTATION")
    copy.target, copy.subtarget = rig, "head_ctrl"
    assert [bone.name for bone in bones.head(rig).bones] == ["head_ctrl"]


def test_the_mark_tells_our_actions_from_the_lines_own(spoken):
    add("nod")
    assert not any(tracks.is_marked(strip.action) for strip in ours(spoken))
    assert acting.refresh(shown()) is None


def test_a_track_that_is_not_heard_and_a_strip_being_edited_are_said(spoken):
    add("nod")
    spoken.animation_data.use_nla = False
    assert "The NLA of 'Rig' is switched off" in notes()
    spoken.animation_data.use_nla = True
    assert not notes()
    track = spoken.animation_data.nla_tracks[0]
    before = [tuple(point.co) for one in compat.all_curves(ours(spoken)[0].action) for point in one.keyframe_points]
    spoken.animation_data.action = None
    track.is_solo = False
    track.strips[0].select = True
    spoken.animation_data.nla_tracks.active = track
    spoken.animation_data.use_tweak_mode = True
    assert "An NLA strip of 'Rig' is being edited" in notes()
    spoken.animation_data.use_tweak_mode = False
    after = [tuple(point.co) for one in compat.all_curves(ours(spoken)[0].action) for point in one.keyframe_points]
    assert before == after


def test_the_artist_may_mute_the_constraint_and_delete_the_track(spoken):
    add("nod")
    spoken.pose.bones["head"].constraints["Lockstep"].mute = True
    assert np.allclose(path(spoken), FORWARD, atol=1e-6)
    add("shake", 1.0)
    assert spoken.pose.bones["head"].constraints["Lockstep"].mute
    spoken.animation_data.nla_tracks.remove(spoken.animation_data.nla_tracks[0])
    assert not notes() and len(ours(spoken)) == 1


def test_a_line_that_another_takes_the_place_of_leaves_no_strip(spoken, studio):
    add("nod")
    faces.activate(bpy.data.objects["Face"])
    bpy.context.scene.frame_set(5)
    sync(studio.record("longer", speed=0.4, lead=0.5), frame=9)
    known = {span.head for span in bpy.data.objects["Face"].lockstep_spans}
    assert {strip.action[tracks.HEAD_MARK] for strip in ours(spoken)} <= known
    assert not ours(spoken) or path(spoken)[:, 2].min() < -0.1
