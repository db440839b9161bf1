"""The keys of one curve with their handles, in seconds: what an artist may change, whole."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import UsageError
from ..rig.curves import KeyCurve
from ..score import items

HANDLES = items.HANDLES
INTERPOLATIONS = (
    "CONSTANT", "LINEAR", "BEZIER", "SINE", "QUAD", "CUBIC", "QUART", "QUINT", "EXPO", "CIRC", "BACK", "BOUNCE",
    "ELASTIC",
)  # fmt: skip
EASINGS = ("AUTO", "EASE_IN", "EASE_OUT", "EASE_IN_OUT")
TYPES = ("KEYFRAME", "BREAKDOWN", "MOVING_HOLD", "EXTREME", "JITTER", "GENERATED")
BACK = 1.70158  # Blender's own overshoot

Floats = NDArray[np.float64]
Codes = NDArray[np.int8]


@dataclass(frozen=True, slots=True, eq=False)
class CurveKeys:
    """Keys [k] of one curve, in order of time.

    `times` seconds from the start of the sound; `values` as on the curve; `left`, `right` [k, 2]: the handles' places
    (seconds, value), absolute; `left_type`, `right_type`, `interpolation`, `easing`, `type`: numbers in HANDLES,
    INTERPOLATIONS, EASINGS and TYPES above; `back`, `amplitude`, `period` of an easing. Raises UsageError where the
    arrays differ in length or times fall.
    """

    times: Floats
    values: Floats
    left: Floats
    right: Floats
    left_type: Codes
    right_type: Codes
    interpolation: Codes
    easing: Codes
    type: Codes
    back: Floats
    amplitude: Floats
    period: Floats

    def __post_init__(self) -> None:
        if len({len(getattr(self, item.name)) for item in fields(self)}) > 1 or np.any(np.diff(self.times) < 0.0):
            raise UsageError("The keys of a curve do not follow one another in time; sort them.")

    def __len__(self) -> int:
        return len(self.times)

    def at(self, chosen: Any) -> CurveKeys:
        """Some of the keys: a slice, a mask or indices (rising)."""
        return CurveKeys(**{item.name: getattr(self, item.name)[chosen] for item in fields(self)})


def hermite_keys(times: Floats, values: Floats, slopes: Floats, stepped: bool = False) -> CurveKeys:
    """Keys of a cubic Hermite curve ([k] each, slopes per second): free handles a third of the way to the neighbour."""
    count = len(times)
    gaps = np.diff(times)
    before = np.concatenate([gaps[:1], gaps]) / 3.0 if count > 1 else np.full(count, 1.0 / 90.0)
    after = np.concatenate([gaps, gaps[-1:]]) / 3.0 if count > 1 else np.full(count, 1.0 / 90.0)
    held = INTERPOLATIONS.index("CONSTANT" if stepped else "BEZIER")
    none = np.zeros(count, np.int8)
    return CurveKeys(
        times=np.asarray(times, np.float64),
        values=np.asarray(values, np.float64),
        left=np.stack([times - before, values - slopes * before], axis=1),
        right=np.stack([times + after, values + slopes * after], axis=1),
        left_type=none,
        right_type=none,
        interpolation=np.full(count, held, np.int8),
        easing=none,
        type=none,
        back=np.full(count, BACK),
        amplitude=np.zeros(count),
        period=np.zeros(count),
    )


def made(curve: KeyCurve) -> CurveKeys:
    """The keys that the rig made."""
    return hermite_keys(curve.times, curve.values, curve.slopes, curve.interpolation == "CONSTANT")


def no_keys() -> CurveKeys:
    """A curve without keys."""
    return hermite_keys(np.zeros(0), np.zeros(0), np.zeros(0))
