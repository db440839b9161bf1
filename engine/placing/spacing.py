"""Keys of one edit kept in their order, and those without a place put between the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ..score import wording
from .placed import Place

LEAST = 0.001  # seconds between two keys
NEAR_STRETCH = (0.5, 2.0)  # of time beyond the first and the last key that has a place


def fill(places: Sequence[Place], marks: Sequence[float]) -> list[Place]:
    """The unplaced among `places` moved in between the others by their old seconds `marks`; one at least is placed."""
    at = np.array(marks)
    known = np.array([place.status != "unplaced" for place in places])
    order = np.flatnonzero(known)[np.argsort(at[known], kind="stable")]
    seconds = np.array([places[index].seconds for index in order])
    between = np.interp(at, at[order], seconds)
    between += _beyond(at, at[order], [places[index].stretch for index in order])
    return [
        place if place.status != "unplaced" else _filled(place, float(between[index]))
        for index, place in enumerate(places)
    ]


def _filled(place: Place, seconds: float) -> Place:
    return replace(
        place, seconds=seconds, status="moved", reason=wording.stands(place.reason, "by the other keys of its edit")
    )


def _beyond(at: NDArray[np.float64], known: NDArray[np.float64], stretch: Sequence[float]) -> NDArray[np.float64]:
    """What lies before the first known mark and after the last one goes on at their stretch."""
    low, high = NEAR_STRETCH
    early = np.minimum(at - known[0], 0.0) * min(high, max(low, stretch[0]))
    late = np.maximum(at - known[-1], 0.0) * min(high, max(low, stretch[-1]))
    beyond: NDArray[np.float64] = early + late
    return beyond


def spread(places: Sequence[Place], least: float = LEAST) -> list[Place]:
    """The places, given in the order that they must keep, at least `least` seconds apart; changed where they are not.

    Those that are not in order meet halfway.
    """
    times = np.array([place.seconds for place in places])
    if not np.any(np.diff(times) < least):
        return list(places)
    steps = least * np.arange(len(times))
    rising = np.maximum.accumulate(times - steps)
    falling = np.minimum.accumulate((times - steps)[::-1])[::-1]
    apart = (rising + falling) / 2.0 + steps
    return [replace(place, seconds=float(time)) for place, time in zip(places, apart, strict=True)]
