"""A curve's value at any time, by Blender's own rules."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .easing import Ways, eased
from .keys import EASINGS, INTERPOLATIONS, CurveKeys

HALVINGS = 52  # of a stretch, in search of a time: as many as a double has bits
EXACT = 1e-9  # seconds; nearer than this to a key is on it

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]


def evaluate(keys: CurveKeys, times: Floats) -> Floats:
    """Values [m] of a curve at `times` [m] (seconds); before its first and after its last key it stays as there.

    As Blender does it: handles never reach beyond the neighbouring key, and a key's interpolation rules up to the next.
    Without keys all values are 0.
    """
    at = np.asarray(times, np.float64)
    if len(keys) == 0:
        return np.zeros(len(at))
    if len(keys) == 1:
        return np.full(len(at), keys.values[0])
    first = np.clip(np.searchsorted(keys.times, at + EXACT, side="right") - 1, 0, len(keys) - 2)
    inside = np.clip(at, keys.times[0], keys.times[-1])
    values = keys.values[first].copy()
    for kind, name in enumerate(INTERPOLATIONS):
        chosen = np.flatnonzero(keys.interpolation[first] == kind)
        if len(chosen) and name != "CONSTANT":
            values[chosen] = _between(name, keys, first[chosen], inside[chosen])
    ended = inside >= keys.times[-1] - EXACT
    values[ended] = keys.values[-1]
    return values


def _between(name: str, keys: CurveKeys, first: Indices, at: Floats) -> Floats:
    if name == "BEZIER":
        return _bezier(keys, first, at)
    start, width = keys.times[first], keys.times[first + 1] - keys.times[first]
    share = np.where(width > 0.0, (at - start) / np.where(width > 0.0, width, 1.0), 0.0)
    change = keys.values[first + 1] - keys.values[first]
    if name == "LINEAR":
        straight: Floats = keys.values[first] + share * change
        return straight
    values = keys.values[first].copy()
    ways = Ways(share, change, width, keys.back[first], keys.amplitude[first], keys.period[first])
    for code, easing in enumerate(EASINGS):
        chosen = keys.easing[first] == code
        if chosen.any():
            values[chosen] += eased(name, easing, ways)[chosen]
    return values


def _bezier(keys: CurveKeys, first: Indices, at: Floats) -> Floats:
    start, end = (np.stack([keys.times[i], keys.values[i]], axis=1) for i in (first, first + 1))
    near = _reached(start, keys.right[first], end[:, 0] - start[:, 0])
    far = _reached(end, keys.left[first + 1], end[:, 0] - start[:, 0])
    low, high = np.zeros(len(at)), np.ones(len(at))
    for _ in range(HALVINGS):
        middle = (low + high) / 2.0
        early = _cubic(start[:, 0], near[:, 0], far[:, 0], end[:, 0], middle) < at
        low, high = np.where(early, middle, low), np.where(early, high, middle)
    return _cubic(start[:, 1], near[:, 1], far[:, 1], end[:, 1], (low + high) / 2.0)


def _reached(key: Floats, handle: Floats, length: Floats) -> Floats:
    """Handles [n, 2] cut to the distance of the neighbouring key."""
    reach = np.abs(handle[:, 0] - key[:, 0])
    share = np.where(reach > length, length / np.where(reach > 0.0, reach, 1.0), 1.0)
    cut: Floats = key + (handle - key) * share[:, None]
    return cut


def _cubic(p0: Floats, p1: Floats, p2: Floats, p3: Floats, t: Floats) -> Floats:
    s = 1.0 - t
    point: Floats = s * s * (s * p0 + 3.0 * t * p1) + t * t * (3.0 * s * p2 + t * p3)
    return point
