"""Keys evaluated outside Blender give the values that real animation curves have."""

from __future__ import annotations

import bpy
import numpy as np
import pytest

FPS = 24.0


def curve_of(keys):
    """A new object's curve with these keys, second 0 being frame 0."""
    from lockstep.engine.edits.keys import EASINGS, HANDLES, INTERPOLATIONS

    thing = bpy.data.objects.new("thing", None)
    thing.keyframe_insert("location", index=0, frame=0.0)
    data = thing.animation_data
    if hasattr(data.action, "slots"):
        from bpy_extras.anim_utils import action_get_channelbag_for_slot as bag

        found = bag(data.action, data.action_slot) if hasattr(bpy.types, "ActionChannelbag") else data.action
        curve = found.fcurves[0]
    else:
        curve = data.action.fcurves[0]
    points = curve.keyframe_points
    points.clear()
    points.add(len(keys))
    for at, point in enumerate(points):
        point.co = keys.times[at] * FPS, keys.values[at]
        point.handle_left_type = HANDLES[keys.left_type[at]]
        point.handle_right_type = HANDLES[keys.right_type[at]]
        point.handle_left = keys.left[at, 0] * FPS, keys.left[at, 1]
        point.handle_right = keys.right[at, 0] * FPS, keys.right[at, 1]
        point.interpolation = INTERPOLATIONS[keys.interpolation[at]]
        point.easing = EASINGS[keys.easing[at]]
        point.back, point.amplitude = keys.back[at], keys.amplitude[at]
        point.period = keys.period[at] * FPS
    return curve


def keys_with(seed, interpolation=None, easing=None, wild=False):
    """Twelve keys with free handles, some of them far beyond their neighbours where `wild`."""
    from dataclasses import replace

    from lockstep.engine.edits.keys import EASINGS, INTERPOLATIONS, hermite_keys

    rng = np.random.default_rng(seed)
    times = np.cumsum(rng.integers(3, 60, 12)) / 4.0 / FPS  # as single precision holds them exactly
    keys = hermite_keys(times, np.round(rng.normal(0.0, 1.0, 12) * 256.0) / 256.0, rng.normal(0.0, 4.0, 12))
    if wild:
        left, right = keys.left.copy(), keys.right.copy()
        left[:, 0] -= rng.uniform(0.0, 1.0, 12)
        right[:, 0] += rng.uniform(0.0, 1.0, 12)
        keys = replace(keys, left=left, right=right)
    ways, easings = np.zeros(12, np.int8), np.zeros(12, np.int8)
    ways[:] = INTERPOLATIONS.index(interpolation) if interpolation else rng.integers(0, len(INTERPOLATIONS), 12)
    easings[:] = EASINGS.index(easing) if easing else rng.integers(0, 4, 12)
    amplitude = np.where(rng.random(12) < 0.5, 0.0, rng.uniform(0.1, 3.0, 12))
    period = np.where(rng.random(12) < 0.5, 0.0, rng.uniform(0.05, 0.4, 12))
    return replace(
        keys, interpolation=ways, easing=easings, back=rng.uniform(0.5, 2.5, 12), amplitude=amplitude, period=period
    )


def furthest(keys):
    """How far the values are from Blender's at moments between and outside the keys, which lie on quarter frames."""
    from lockstep.engine.edits import evaluate

    curve = curve_of(keys)
    frames = np.arange(keys.times[0] * FPS - 3.0, keys.times[-1] * FPS + 3.0, 0.125) + 1.0 / 16.0
    theirs = np.array([curve.evaluate(float(frame)) for frame in frames])
    return np.abs(evaluate(keys, frames / FPS) - theirs).max()


@pytest.mark.parametrize("wild", [False, True])
def test_bezier_curves_are_evaluated_as_blender_does(fresh, wild):
    assert max(furthest(keys_with(seed, "BEZIER", wild=wild)) for seed in range(8)) < 1e-5 * (10 if wild else 1)


@pytest.mark.parametrize(
    "interpolation",
    ["CONSTANT", "LINEAR", "SINE", "QUAD", "CUBIC", "QUART", "QUINT", "EXPO", "CIRC", "BACK", "BOUNCE", "ELASTIC"],
)
@pytest.mark.parametrize("easing", ["AUTO", "EASE_IN", "EASE_OUT", "EASE_IN_OUT"])
def test_every_easing_is_evaluated_as_blender_does(fresh, interpolation, easing):
    near = 5e-5 if interpolation == "ELASTIC" else 1e-5  # single precision, on swings that are steep
    assert max(furthest(keys_with(seed, interpolation, easing)) for seed in range(3)) < near


def test_curves_of_mixed_interpolations_are_evaluated_as_blender_does(fresh):
    assert max(furthest(keys_with(seed)) for seed in range(10)) < 5e-5
