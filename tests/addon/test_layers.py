"""Where a line's curves lie: strips of the NLA, layers, other files, other names; and how Blender evaluates them."""

from __future__ import annotations

import bpy
import faces
import pytest
from lockstep.addon import compat
from lockstep.addon.keys import keying, tracks
from lockstep.engine.errors import RigError
from test_laying import again, curve, edits, evaluated, key, line, push_down, raised, snapshot, swap, sync, use


@pytest.fixture
def spoken(face, studio):
    """A face that speaks the recording 'anna' from frame 31 on; gives the face."""
    sync(studio.record("anna").path, frame=31)
    return face


def strip_of(track, name, start, end, value=0.5):
    """A strip with two keys of a brow."""
    action = bpy.data.actions.new(name)
    slot = compat.new_slot(action, name)
    made = compat.curves(action, slot, make=True).new(keying.path_of("browInnerUp"), index=0)
    key(made, start, value)
    key(made, end, value)
    strip = track.strips.new(name, int(start), action)
    compat.assign_strip(strip, action, slot)
    return strip


def test_a_strip_is_lengthened_up_to_the_next_one_and_pushes_nothing(spoken, studio):
    shapes = spoken.data.shape_keys
    strip = push_down(shapes)
    track = shapes.animation_data.nla_tracks[0]
    after = strip_of(track, "after", strip.frame_end + 5, strip.frame_end + 30)
    place = after.frame_start, after.frame_end
    swap(studio.record("bella", speed=0.5))
    assert (after.frame_start, after.frame_end) == place
    assert strip.frame_end == pytest.approx(place[0])
    assert strip.scale == pytest.approx(1.0)
    assert f"lie beyond the NLA strip '{strip.name}' and are not heard" in bpy.context.scene.lockstep.notes


def test_keys_that_new_sounds_bring_into_a_strip_are_at_rest_before_it(spoken, studio):
    """Blender 5.0's NLA would give them the value 1 where the strip does not reach."""
    shapes = spoken.data.shape_keys
    strip = push_down(shapes)
    strip.extrapolation = "HOLD_FORWARD"
    swap(studio.record("bella", speed=0.8))
    for name in ("jawOpen", "mouthPucker", "mouthFunnel"):
        assert evaluated(spoken, name, [1.0, 10.0, 400.0]) == pytest.approx([0.0] * 3, abs=1e-4), name


def test_a_renamed_face_keeps_its_edits_and_their_ids(spoken):
    raised(curve())
    curve().update()
    again()
    before = edits()
    spoken.name = "Another name"
    found = edits(spoken)
    assert [(edit.id, edit.keys) for edit in found] == [(edit.id, edit.keys) for edit in before]
    faces.activate(spoken)
    kept = snapshot(spoken)
    bpy.context.scene.frame_set(int(line(spoken).sound_first))
    assert bpy.ops.lockstep.sync() == {"FINISHED"}
    assert snapshot(spoken) == kept


def test_a_linked_action_is_copied_before_it_is_written(fresh, studio, tmp_path):
    from test_characters import link, override

    home = bpy.data.collections.new("Ann")
    fresh.collection.children.link(home)
    face = faces.make_face("Face", collection=home)
    sync(studio.record("anna").path, frame=31, thing=face)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "ann.blend"))
    bpy.ops.wm.read_factory_settings(use_empty=True)
    ann = override(link(tmp_path / "ann.blend"))["Face"]
    faces.activate(ann)
    sync(studio.known["anna.wav"].path, frame=31, thing=ann)
    action = tracks.own_layer(ann.data.shape_keys).action
    assert action.library is None and action.is_editable
    raised(curve(thing=ann))
    curve(thing=ann).update()
    (found,) = edits(ann)
    swap(studio.record("bella", speed=0.8), ann)
    assert [edit.id for edit in edits(ann)] == [found.id]


def test_a_line_in_a_strip_of_a_library_speaks_anew_in_the_shot(fresh, studio, tmp_path):
    from test_characters import link, override

    home = bpy.data.collections.new("Ann")
    fresh.collection.children.link(home)
    face = faces.make_face("Face", collection=home)
    sync(studio.record("anna").path, frame=31, thing=face)
    push_down(face.data.shape_keys)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "ann.blend"))
    bpy.ops.wm.read_factory_settings(use_empty=True)
    ann = override(link(tmp_path / "ann.blend"))["Face"]
    faces.activate(ann)
    sync(studio.known["anna.wav"].path, frame=31, thing=ann, intensity=1.4)
    heard = evaluated(ann, "jawOpen", range(31, 120))
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "shot.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "shot.blend"))
    assert evaluated(bpy.context.scene.objects["Face"], "jawOpen", range(31, 120)) == pytest.approx(heard, abs=1e-4)
    assert max(heard) > 0.2


def test_a_muted_layer_follows_all_the_same(spoken, studio):
    anna, bella = studio.known["anna.wav"], studio.record("bella", speed=0.7)
    shapes = spoken.data.shape_keys
    push_down(shapes)
    track = shapes.animation_data.nla_tracks.new()
    track.name = "mine"
    first, last = (31 + anna.phones[number][0] * 24 for number in (2, 8))
    strip = strip_of(track, "mine", first, last)
    track.mute = True
    swap(bella)
    wanted = [31 + bella.phones[number][0] * 24 for number in (2, 8)]
    (made,) = compat.curves(strip.action, compat.strip_slot(strip))
    assert [strip.frame_start + point.co[0] - strip.action_frame_start for point in made.keyframe_points] == (
        pytest.approx(wanted, abs=1.0)
    )
    assert track.mute


def test_a_key_on_the_first_frame_of_the_next_line_stays_there(spoken, studio):
    second = studio.record("carl", line="b a s i _ m u b a")
    sync(second.path, frame=160)
    brow = keying.new_curve(tracks.own_layer(spoken.data.shape_keys), keying.path_of("browInnerUp"), 0)
    for frame, value in ((50.0, 0.3), (170.0, 0.8), (185.0, 0.2)):
        key(brow, frame, value)
    bpy.context.scene.frame_set(50)
    swap(studio.record("bella", speed=0.8))
    frames = [point.co[0] for point in brow.keyframe_points]
    assert frames[1:] == [170.0, 185.0] and frames[0] != 50.0
    use(0)
    assert [point.co[0] for point in brow.keyframe_points] == pytest.approx([50.0, 170.0, 185.0], abs=1e-3)


def test_an_odd_strip_is_told_from_an_even_one(spoken):
    strip = push_down(spoken.data.shape_keys)
    tracks.refuse_odd(tracks.own_layer(spoken.data.shape_keys))
    strip.use_reverse = True
    with pytest.raises(RigError, match="runs backwards"):
        tracks.refuse_odd(tracks.own_layer(spoken.data.shape_keys))


def test_the_mark_goes_with_copies_and_not_with_what_is_kept(spoken):
    action = tracks.own_layer(spoken.data.shape_keys).action
    assert tracks.is_marked(action) and tracks.is_marked(action.copy())
    plain = bpy.data.actions.new("plain")
    assert not tracks.is_marked(plain)
    assert tracks.is_marked(bpy.data.actions.new("Lockstep Ann"))
    assert not tracks.is_marked(bpy.data.actions.new("Lockstep backup Ann"))
