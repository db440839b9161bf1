"""Characters, actions, layers and strips in one shot: what is not meant by a swap is left bit for bit as it was."""

from __future__ import annotations

import bpy
import faces
import numpy as np
import pytest
import shots
from lockstep.addon import compat
from lockstep.addon.keys import keying, tracks
from lockstep.addon.lines import takes
from lockstep.addon.sound import strips
from recordings import middle
from shots import curve, frame_of, keys_of, lift, line, spoken, swap, sync, use

__all__ = ["spoken"]


def whole(thing):
    """A character's keys and all that it keeps of its lines."""
    return keys_of(thing), [shots.plain(span) for span in thing.lockstep_spans]


# Characters


def test_two_characters_of_one_rig_have_nothing_to_do_with_each_other(fresh, studio):
    ann, bob = faces.make_face("Face"), faces.make_face("Bob", place=(5, 0, 0))
    anna, bert = studio.record("anna"), studio.record("bert", speed=0.7)
    for thing in (ann, bob):
        sync(anna, thing=thing)
        lift(middle(anna, 8), 0.97 if thing == ann else 0.88, thing=thing)
    kept = whole(bob)
    before = keys_of(ann)
    swap(bert, thing=ann)
    use(0)
    use(1)
    assert whole(bob) == kept
    theirs = keys_of(ann)
    swap(bert, thing=bob)
    assert keys_of(ann) == theirs
    assert shots.around(frame_of(middle(bert, 8)), 0.88, thing=bob)
    assert shots.around(frame_of(middle(bert, 8)), 0.97, thing=ann)
    use(0, thing=ann)
    shots.assert_like(keys_of(ann), before)


def test_two_slots_of_one_action_are_two_characters(fresh, studio):
    """Where actions have no slots, the two share one action outright."""
    ann, bob = faces.make_face("Face"), faces.make_face("Bob", place=(5, 0, 0))
    anna, bert = studio.record("anna"), studio.record("bert", speed=0.7)
    sync(anna, thing=ann)
    action = ann.data.shape_keys.animation_data.action
    slot = compat.new_slot(action, "Bob")
    compat.assign(bob.data.shape_keys, action, slot)
    if slot is not None:
        made = compat.curves(action, slot, make=True).new(keying.path_of("jawOpen"), index=0)
        for frame in (12, 30, 60):
            shots.key(made, frame, frame / 100)
    kept = keys_of(bob)
    lift(middle(anna, 8), 0.97, thing=ann)
    kept = kept if slot is not None else keys_of(bob)
    swap(bert, thing=ann)
    assert keys_of(bob) == kept
    use(0, thing=ann)
    assert keys_of(bob) == kept


@pytest.mark.parametrize("linked", [False, True], ids=["with its data", "sharing its mesh"])
def test_a_duplicate_goes_its_own_way(spoken, studio, linked):
    lift(middle(spoken, 8), 0.97)
    face = shots.the_face()
    before = keys_of()
    bpy.ops.object.duplicate(linked=linked)
    twin = bpy.context.view_layer.objects.active
    assert twin != face and len(twin.lockstep_spans) == 1
    twin.location.x = 5.0
    if linked:
        twin.data = twin.data.copy()
    bert = studio.record("bert", speed=0.7)
    swap(bert, thing=twin)
    assert keys_of() == before and line().take == 0 and len(line().takes) == 1
    assert shots.around(frame_of(middle(bert, 8)), 0.97, thing=twin)
    lift(middle(spoken, 4), 0.91)
    swap(studio.record("carl", speed=1.3), thing=face)
    assert len(line(twin).takes) == 2 and line(twin).take == 1
    use(0, thing=twin)
    shots.assert_like(keys_of(twin), before)
    use(0, thing=face)
    assert shots.around(frame_of(middle(spoken, 4)), 0.91) and not shots.around(
        frame_of(middle(spoken, 4)), 0.91, thing=twin
    )


@pytest.mark.parametrize(
    "names",
    [("AI", "E", "O", "U", "MBP", "FV", "L", "WQ", "etc", "rest"), faces.MOUTH],
    ids=["ten drawn mouths", "arkit"],
)
def test_the_acting_goes_head_to_head_to_another_rig(fresh, studio, names):
    ann, bob = faces.make_face("Face"), faces.make_face("Bob", keys=names, place=(5, 0, 0))
    anna, bert = studio.record("anna"), studio.record("bert", speed=0.7)
    sync(anna, thing=ann)
    lift(middle(anna, 8), 0.97)
    brow = shots.own_curve("browInnerUp")
    for number in (1, 5, 9):
        shots.key(brow, frame_of(middle(anna, number)), 0.05 * number)
    swap(bert)
    kept = whole(ann)
    bob.select_set(True)
    assert bpy.ops.lockstep.copy_acting() == {"FINISHED"}
    assert keys_of(ann) == kept[0]
    assert {edit.id for edit in shots.score(bob).edits} >= {edit.id for edit in shots.score(ann).edits}
    assert sorted(item.label for item in line(bob).takes) == ["anna", "bert"]
    assert max(value for keys in faces.curves(bob).values() for _, value in keys) > 0.3
    for item in shots.placed(bob).values():
        assert item.laid or item.reason, item
    back = next(index for index, item in enumerate(line(bob).takes) if item.label == "anna")
    use(back, thing=bob)
    once = keys_of(bob)
    swap(bert, thing=bob)
    use(back, thing=bob)
    shots.assert_like(keys_of(bob), once)
    assert whole(ann)[0] == kept[0] and line(ann).take == 1


# Layers


@pytest.mark.parametrize("blend", ["REPLACE", "ADD", "COMBINE", "SUBTRACT", "MULTIPLY"])
@pytest.mark.parametrize("muted", [False, True], ids=["heard", "muted"])
def test_a_layer_above_follows_the_voice_and_comes_back_exactly(spoken, studio, blend, muted):
    face = shots.the_face()
    shapes = face.data.shape_keys
    shots.push_down(shapes)
    layer = bpy.data.actions.new("on top")
    slot = compat.new_slot(layer, "top")
    compat.assign(shapes, layer, slot)
    made = compat.curves(layer, compat.slot_of(shapes), make=True).new(keying.path_of("jawOpen"), index=0)
    places = [frame_of(middle(spoken, number)) for number in (1, 5, 9, 14)]
    for number, at in enumerate(places):
        shots.key(made, at, 0.1 + 0.1 * number)
    strip = shots.push_down(shapes, "mine", blend_type=blend, influence=0.75)
    track = shapes.animation_data.nla_tracks["mine"]
    track.mute = muted
    frames = np.arange(shots.START, 100.0, 3.0)
    before = shots.shown(face, "jawOpen", frames)
    bert = studio.record("bert", speed=0.7)
    swap(bert)
    own = [one for one in compat.all_curves(strip.action)]
    wanted = [frame_of(middle(bert, number)) for number in (1, 5, 9, 14)]
    assert [point.co[0] for point in own[0].keyframe_points] == pytest.approx(wanted, abs=1.0)
    assert (track.mute, strip.blend_type, strip.influence, shapes.animation_data.action) == (muted, blend, 0.75, None)
    use(0)
    assert [point.co[0] for point in own[0].keyframe_points] == pytest.approx(places, abs=1e-2)
    assert shots.shown(face, "jawOpen", frames) == pytest.approx(before, abs=2e-3)


def test_shape_keys_have_their_rest_beside_a_pushed_down_line(spoken, studio):
    """Blender 5.0's NLA would give those that no strip reaches the value 1."""
    face = shots.the_face()
    strip = shots.push_down(face.data.shape_keys)
    strip.extrapolation = "NOTHING"
    swap(studio.record("bert", speed=0.7))
    last = line().last
    use(0)
    for name in ("jawOpen", "mouthFunnel", "mouthPucker", "tongueOut", "browInnerUp"):
        assert shots.shown(face, name, [1.0, last + 30.0]) == pytest.approx([0.0, 0.0], abs=1e-4), name


# Time and strips


@pytest.mark.parametrize("scaled", [False, True], ids=["keys left", "keys scaled by the artist"])
def test_a_shot_retimed_to_thirty_frames_is_swapped_with_its_edits(spoken, studio, scaled):
    lift(middle(spoken, 8), 0.97)
    scene = bpy.context.scene
    scene.render.fps = 30
    if scaled:
        for made in list(tracks.own_layer(shots.the_face().data.shape_keys).curves):
            for point in made.keyframe_points:
                for part in ("co", "handle_left", "handle_right"):
                    getattr(point, part)[0] = shots.START + (getattr(point, part)[0] - shots.START) * 1.25
            made.update()
    bert = studio.record("bert", speed=0.7)
    swap(bert)
    assert shots.around(frame_of(middle(bert, 8), fps=30.0), 0.97)
    assert len(shots.score().edits) == 1
    use(0)
    assert shots.around(frame_of(middle(spoken, 8), fps=30.0), 0.97)
    now = keys_of()
    use(1)
    use(0)
    shots.assert_like(keys_of(), now)
    assert compat.left_handle(strips.named(scene, line().takes[0].strip)) == shots.START


def test_a_strip_moved_and_then_swapped_takes_the_new_voice_to_its_place(spoken, studio):
    lift(middle(spoken, 8), 0.97)
    compat.move(strips.named(bpy.context.scene, "anna"), 40)
    bert = studio.record("bert", speed=0.7)
    swap(bert, frame=60)
    assert compat.left_handle(strips.named(bpy.context.scene, "bert")) == shots.START + 40
    assert shots.around(frame_of(middle(bert, 8), shots.START + 40), 0.97)
    assert max((value for at, value in faces.curves(shots.the_face())["jawOpen"] if at < 45), default=0.0) < 0.05
    use(0, frame=60)
    assert shots.around(frame_of(middle(spoken, 8), shots.START + 40), 0.97)


def test_a_trimmed_strip_is_swapped_with_the_edits_in_what_is_left(spoken, studio):
    lift(middle(spoken, 8), 0.97)
    lift(middle(spoken, 1), 0.91)
    strip = strips.named(bpy.context.scene, "anna")
    first = round(frame_of(spoken.phones[4][0] - 0.15))
    compat.set_handles(strip, first, compat.right_handle(strip))
    sync(frame=first)
    assert {round(key.value, 2) for edit in shots.score().edits for key in edit.keys} == {0.97, 0.91}
    bert = studio.record("bert", speed=0.7)
    swap(bert, frame=first + 5)
    (at,) = [at for at, value in faces.curves(shots.the_face())["jawOpen"] if abs(value - 0.97) < 0.01]
    begin = compat.left_handle(strips.named(bpy.context.scene, "bert"))
    assert at == pytest.approx(frame_of(middle(bert, 8), begin), abs=2.0)
    use(0, frame=first + 5)
    assert shots.around(frame_of(middle(spoken, 8)), 0.97)


def test_a_strip_that_the_artist_renamed_does_not_speak_over_the_new_voice(spoken, studio):
    strip = strips.named(bpy.context.scene, "anna")
    strip.name = "Line 1 (Anna)"
    swap(studio.record("bert", speed=0.7))
    heard = [one.name for one in strips.sound_strips(bpy.context.scene) if not one.mute]
    assert heard == ["bert"]
    use(0)
    heard = [one.name for one in strips.sound_strips(bpy.context.scene) if not one.mute]
    assert heard == ["Line 1 (Anna)"] and len(strips.sound_strips(bpy.context.scene)) == 2


# Takes


def test_the_same_file_swapped_in_changes_nothing(spoken, studio):
    lift(middle(spoken, 8), 0.97)
    before, strip = keys_of(), len(strips.sound_strips(bpy.context.scene))
    for _ in range(2):
        swap(spoken)
    shots.assert_like(keys_of(), before)
    assert len(line().takes) == 1 and len(strips.sound_strips(bpy.context.scene)) == strip and len(studio.asked) == 1
    assert len(shots.score().edits) == 1 and not strips.named(bpy.context.scene, "anna").mute


def test_takes_are_removed_and_what_was_made_in_them_stays(spoken, studio):
    bert, carl = studio.record("bert", speed=0.7), studio.record("carl", speed=1.3)
    lift(middle(spoken, 8), 0.97)
    swap(bert)
    lift(middle(bert, 3), 0.91)
    swap(carl)
    frames = np.arange(1.0, 100.0)
    before = faces.values(shots.the_face(), "jawOpen", frames)
    for number in (1, 0):
        assert bpy.ops.lockstep.remove_take(index=number) == {"FINISHED"}
    assert [item.label for item in line().takes] == ["carl"] and takes.homes(shots.score()) <= {line().takes[0].home}
    assert [strip.name for strip in strips.sound_strips(bpy.context.scene)] == ["carl"]
    sync(language="en")
    assert faces.values(shots.the_face(), "jawOpen", frames) == pytest.approx(before, abs=0.02)
    assert {round(key.value, 2) for edit in shots.score().edits for key in edit.keys} == {0.97, 0.91}
    swap(spoken)
    for number, value in ((8, 0.97), (3, 0.91)):
        assert value in [round(point.co[1], 2) for point in curve().keyframe_points], number
