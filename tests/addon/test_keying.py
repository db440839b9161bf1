"""Keys: what lies outside a line keeps its shape, what a line replaces is kept, and actions are nobody else's."""

from __future__ import annotations

import bpy
import faces
import numpy as np
import pytest
from lockstep.addon import compat
from lockstep.addon.character import scene
from lockstep.addon.character.speaker import Speaker
from lockstep.addon.keys import keying, laying, points
from lockstep.addon.keys.performed import Performance
from lockstep.addon.sound.strips import Placement
from lockstep.engine.placing.placed import Placed
from lockstep.engine.rig import Grid, KeyCurve, KeyInfo
from lockstep.engine.score.items import Score
from lockstep.engine.take import Audio, Take

RATE = 24.0

OUTSIDE = np.concatenate([np.arange(-5.0, 45.01, 0.25), np.arange(85.0, 160.0, 0.25)])
POSES = ((1, 0.0), (20, 0.7), (60, 0.3), (110, 0.9), (140, 0.2))


def lay(things, curves, first=45.0, last=85.0, name="Face", stamp="now"):
    """Let meshes speak a sound between two frames: `curves` has frames, values, slopes and steps by the shape key."""
    sound = Placement(first, RATE, 0.0, (last - first) / RATE)
    made = {
        KeyInfo(name): None if one is None else _spoken(name, first, *one) for name, one in curves.items()
    }  # None: at rest
    speaker = Speaker(scene.Character(name, things[0], tuple(things)), None, None, ())
    take = Take(Audio("a.wav", "a" * 64, sound.stop, 16000), "en", "test")
    grid = Grid(RATE, 0.0, "subframes", 1)
    performed = Performance(made, None, grid, "English").of(speaker, take, Placed(Score()), sound)
    return laying.lay_line(performed, None, stamp).written


def _spoken(name, first, frames, values, slopes, stepped) -> KeyCurve:
    times = (np.asarray(frames, float) - first) / RATE
    return KeyCurve(name, times, values, slopes * RATE, "CONSTANT" if stepped else "BEZIER")


def flat(frames, value=0.5):
    return np.asarray(frames, float), np.full(len(frames), value), np.zeros(len(frames)), False


def write(face, frames=(50, 60, 70, 80), first=45.0, last=85.0, name="jawOpen", stamp="now", value=0.5):
    return lay([face], {name: flat(frames, value)}, first, last, face.name, stamp)


def pose(face, poses=POSES, name="jawOpen"):
    block = faces.block(face, name)
    for frame, value in poses:
        block.value = value
        block.keyframe_insert("value", frame=frame)
    return keying.curve_of(face.data.shape_keys, name)


@pytest.mark.parametrize("interpolation", ["BEZIER", "LINEAR", "CONSTANT", "SINE", "BOUNCE"])
@pytest.mark.parametrize("handles", ["AUTO_CLAMPED", "VECTOR", "ALIGNED", "FREE"])
def test_the_curve_runs_outside_the_range_as_it_did(face, interpolation, handles):
    curve = pose(face)
    for point in curve.keyframe_points:
        point.interpolation = interpolation
        point.handle_left_type = point.handle_right_type = handles
    curve.update()
    if handles in ("ALIGNED", "FREE"):
        curve.keyframe_points[1].handle_right = (44.0, 1.4)
        curve.keyframe_points[3].handle_left = (70.0, -0.6)
        curve.update()
    whole = interpolation not in ("SINE", "BOUNCE")
    frames = OUTSIDE if whole else OUTSIDE[np.round(OUTSIDE) == OUTSIDE]
    before = faces.values(face, "jawOpen", frames)
    write(face)
    assert faces.values(face, "jawOpen", frames) == pytest.approx(before, abs=2e-5)
    assert faces.values(face, "jawOpen", [60]) == [0.5]


@pytest.mark.parametrize(
    "poses", [((1, 0.3), (20, 0.7)), ((100, 0.3), (120, 0.7)), ((60, 0.4),), ((45, 0.4), (85, 0.1))]
)
def test_a_curve_that_does_not_cross_the_range_keeps_its_ends(face, poses):
    pose(face, poses)
    before = faces.values(face, "jawOpen", OUTSIDE)
    write(face)
    assert faces.values(face, "jawOpen", OUTSIDE) == pytest.approx(before, abs=2e-5)


def test_keys_outside_stay_where_they_were(face):
    pose(face)
    write(face)
    kept = [key for key in faces.curves(face)["jawOpen"] if not 45 <= key[0] <= 85]
    assert kept == [key for key in POSES if not 45 <= key[0] <= 85]


def test_a_new_curve_is_at_rest_outside_its_line(face):
    faces.block(face, "jawOpen").value = 0.2
    write(face)
    assert faces.values(face, "jawOpen", [-100, 45, 85, 400]) == pytest.approx([0.2] * 4)
    assert faces.values(face, "jawOpen", [65]) == pytest.approx([0.5])


def test_slopes_become_bezier_handles_of_the_same_hermite_curve(face):
    frames, values, slopes = np.array([50.0, 53.0, 61.0]), np.array([0.1, 0.8, 0.3]), np.array([0.05, 0.0, -0.1])
    lay([face], {"jawOpen": (frames, values, slopes, False)})
    for left in (0, 1):
        span = frames[left + 1] - frames[left]
        for s in np.linspace(0.05, 0.95, 7):
            basis = np.array(
                [2 * s**3 - 3 * s**2 + 1, (s**3 - 2 * s**2 + s) * span, 3 * s**2 - 2 * s**3, (s**3 - s**2) * span]
            )
            wanted = basis @ [values[left], slopes[left], values[left + 1], slopes[left + 1]]
            assert faces.values(face, "jawOpen", [frames[left] + s * span]) == pytest.approx([wanted], abs=1e-5)


def test_stepped_keys_hold_until_the_next(face):
    lay([face], {"jawOpen": (np.array([50.0, 52.0]), np.array([0.4, 0.8]), np.zeros(2), True)})
    assert faces.values(face, "jawOpen", [49.9, 50, 51.99, 52, 84]) == pytest.approx([0.0, 0.4, 0.4, 0.8, 0.8])


def test_what_is_replaced_is_kept_as_an_action_of_its_own(face):
    pose(face)
    inside = np.arange(45.0, 85.0)
    before = faces.values(face, "jawOpen", inside)
    written = write(face, stamp="2025-01-01 10.00.00")
    backup = bpy.data.actions[written.backup]
    assert backup.use_fake_user
    assert written.backup == "Lockstep backup Face 2025-01-01 10.00.00"
    slot = backup.slots[0] if compat.has_slots() else None
    (kept,) = compat.curves(backup, slot)
    assert kept.data_path == keying.path_of("jawOpen")
    assert [kept.evaluate(frame) for frame in inside] == pytest.approx(before, abs=1e-6)


def test_nothing_is_kept_where_nothing_was(face):
    assert write(face).backup == ""
    assert write(face, first=100, last=140, frames=(110, 120)).backup == ""


def test_a_kept_action_takes_the_face_back(face):
    pose(face)
    inside = np.arange(46.0, 84.0)
    before = faces.values(face, "jawOpen", inside)
    backup = bpy.data.actions[write(face).backup]
    key = face.data.shape_keys
    compat.assign(key, backup, backup.slots[0] if compat.has_slots() else None)
    assert faces.values(face, "jawOpen", inside) == pytest.approx(before, abs=1e-6)


def test_a_line_without_keys_puts_the_key_at_rest(face):
    pose(face, ((1, 0.2), (60, 0.9), (120, 0.2)))
    lay([face], {"jawOpen": None})
    low, high = faces.values(face, "jawOpen", [45, 85])
    inside = faces.values(face, "jawOpen", range(46, 85))
    assert all(min(low, high) - 1e-6 <= value <= max(low, high) + 1e-6 for value in inside)


def test_a_line_without_keys_makes_no_curve(face):
    written = lay([face], {"jawOpen": None})
    assert (written.curves, faces.curves(face)) == (0, {})


def test_all_keys_of_a_character_share_one_action_where_slots_allow_it(face):
    teeth = faces.make_face("Teeth", faces.TEETH)
    written = lay([face, teeth], {"jawOpen": flat((50, 60))})
    assert len(written.actions) == (1 if compat.has_slots() else 2)
    for thing in (face, teeth):
        assert faces.values(thing, "jawOpen", [55]) == pytest.approx([0.5])
    if compat.has_slots():
        assert len(bpy.data.actions[written.actions[0]].slots) == 2


def test_an_action_that_another_face_uses_too_is_copied_first(face):
    other = faces.make_face("Other")
    pose(face)
    ours, theirs = face.data.shape_keys, other.data.shape_keys
    compat.assign(theirs, ours.animation_data.action, compat.slot_of(ours))
    before = faces.curves(other)
    assert before
    write(face)
    assert faces.curves(other) == before
    assert theirs.animation_data.action != ours.animation_data.action
    assert faces.values(face, "jawOpen", [60]) == [0.5]


def test_an_action_with_one_slot_for_each_face_is_left_whole(face):
    if not compat.has_slots():
        pytest.skip("actions of this Blender have no slots")
    other = faces.make_face("Other")
    write(face)
    action = face.data.shape_keys.animation_data.action
    compat.assign(other.data.shape_keys, action, compat.new_slot(action, "Other"))
    write(other, value=0.9)
    assert other.data.shape_keys.animation_data.action == action
    assert faces.values(face, "jawOpen", [60]) == [0.5]
    assert faces.values(other, "jawOpen", [60]) == pytest.approx([0.9])


def test_over_nla_tracks_the_new_action_rules_only_its_own_range(face):
    pose(face)
    data = face.data.shape_keys.animation_data
    track = data.nla_tracks.new()
    track.strips.new("all along", 1, data.action)
    data.action = None
    write(face)
    assert data.action is not None
    assert data.action_extrapolation == "NOTHING"


def test_names_with_quotes_and_other_letters_are_keyed(fresh):
    names = ('say "ah"', "あ", "back\\slash", "x" * 60)
    face = faces.make_face(keys=names)
    for name in names:
        write(face, name=name)
    assert set(faces.curves(face)) == set(names)
    for name in names:
        bpy.context.scene.frame_set(60)
        assert faces.block(face, name).value == pytest.approx(0.5)


def test_a_long_name_of_a_character_leaves_the_time_in_the_name_of_what_is_kept(face):
    pose(face)
    written = lay([face], {"jawOpen": flat((50, 60))}, name="Überlanger Name " * 4, stamp="2025-01-01 10.00.00")
    assert written.backup.endswith("2025-01-01 10.00.00")


def test_thirty_thousand_keys_are_written_at_one_go(fresh):
    face = faces.make_face()
    frames = np.arange(1, 2001, dtype=float)
    written = lay([face], {name: flat(frames) for name in faces.MOUTH[:15]}, 0.0, 2001.0)
    assert written.keys >= 30000


def test_points_come_back_as_they_were_written(face):
    curve = pose(face)
    curve.keyframe_points[1].interpolation = "ELASTIC"
    curve.keyframe_points[1].amplitude = 2.0
    curve.keyframe_points[2].type = "BREAKDOWN"
    curve.keyframe_points[2].easing = "EASE_IN"
    read = points.Points.read(curve.keyframe_points)
    read.write(curve.keyframe_points)
    again = points.Points.read(curve.keyframe_points)
    for name in points.Points.__slots__:
        assert np.array_equal(getattr(read, name), getattr(again, name)), name
