"""Which keys of a curve stand as they were laid."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .keys import HANDLES, CurveKeys, Floats

TOLERANCE = 2e-5  # seconds
VALUE = 1e-5  # of a value, or of 1 where it is smaller
KEPT = 100.0  # times the tolerance: what Blender may do to a handle that it keeps in line with the other
EASING = 1e-4  # of the numbers of an easing: what single precision leaves of them
FREE, ALIGNED = HANDLES.index("FREE"), HANDLES.index("ALIGNED")
CODES = ("interpolation", "easing", "type", "left_type", "right_type")

Indices = NDArray[np.intp]
Mask = NDArray[np.bool_]


def partners(laid: CurveKeys, current: CurveKeys, tolerance: float = TOLERANCE) -> Indices:
    """For each of the current keys the laid key that it still is, -1 where it is none: [len(current)], rising."""
    found = np.full(len(current), -1, np.intp)
    if not len(laid) or not len(current):
        return found
    first = np.searchsorted(laid.times, current.times - tolerance)
    for step in (0, 1):
        near = first + step
        open_ = np.flatnonzero((found < 0) & (near < len(laid)))
        open_ = open_[alike(laid, near[open_], current, open_, tolerance)]
        found[open_] = near[open_]
    taken = np.flatnonzero(found >= 0)
    again = taken[1:][np.diff(found[taken]) <= 0]
    found[again] = -1
    return found


def alike(
    one: CurveKeys, of_one: Indices, other: CurveKeys, of_other: Indices, tolerance: float, value: float = VALUE
) -> Mask:
    """Which of the keys `of_one` equal those `of_other` (indices, [n] each).

    Handles that Blender makes itself need only be of the same kind; one that it keeps in line may differ a little.
    """
    same = np.abs(one.times[of_one] - other.times[of_other]) <= tolerance
    same &= _close(one.values[of_one], other.values[of_other], value)
    for name in CODES:
        same &= getattr(one, name)[of_one] == getattr(other, name)[of_other]
    for name in ("back", "amplitude", "period"):
        same &= np.abs(getattr(one, name)[of_one] - getattr(other, name)[of_other]) <= EASING
    kinds = one.left_type[of_one], one.right_type[of_one]
    for handles, kind, beside in (("left", *kinds), ("right", kinds[1], kinds[0])):
        mine, theirs = getattr(one, handles)[of_one], getattr(other, handles)[of_other]
        lined = (kind == ALIGNED) & ((beside == ALIGNED) | (beside == FREE))
        loose = np.where(lined, KEPT, 1.0)
        place = np.abs(mine[:, 0] - theirs[:, 0]) <= tolerance * loose
        place &= _close(mine[:, 1], theirs[:, 1], value * loose)
        same &= place | ~((kind == FREE) | lined)
    return same


def _close(one: Floats, other: Floats, value: Floats | float) -> Mask:
    near: Mask = np.abs(one - other) <= value * np.maximum(np.abs(one), 1.0)
    return near
