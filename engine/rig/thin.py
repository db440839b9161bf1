"""Few keys for many values: monotone cubic curves through as few samples as a stated error allows.

Slopes at the knots are those of Fritsch and Butland (1984), the weighted harmonic mean of the neighbouring secants, 0
at a turn and at both ends: between two knots the curve never leaves their values. Knots are put where the error is
largest, in every span at once, until none is above its bound; then those that are not needed are taken out again.
All curves are worked on together, laid end to end.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .channels import Floats
from .curves import hermite

BLOCK = 5  # taking out one knot changes the curve two knots away at most: every fifth can be tried at once
ROUNDS = 2

Flags = NDArray[np.bool_]
Indices = NDArray[np.intp]


def thin(times: Floats, values: Floats, bounds: Floats, seeds: Flags | None = None) -> tuple[Flags, Floats]:
    """Knots and slopes of curves through `values` [curves, n] at `times` [n] (rising, n >= 2).

    `bounds` [curves, n] is the largest error allowed at each value; `seeds` [curves, n] knots to be kept whatever. The
    first and the last value are always knots. Gives which values are knots [curves, n] and the slopes there, per
    second (0 elsewhere).
    """
    line = _Line(times, values, bounds)
    kept = np.zeros(values.shape, bool) if seeds is None else seeds.copy()
    kept[:, [0, -1]] = True
    flags = kept.reshape(-1)
    fixed = flags.copy()
    while len(more := line.worst(flags)):
        flags[more] = True
    for phase in range(BLOCK * ROUNDS):
        line.prune(flags, fixed, phase % BLOCK)
    slopes = np.zeros(flags.shape)
    knots = np.flatnonzero(flags)
    slopes[knots] = line.slopes(knots)
    return flags.reshape(values.shape), slopes.reshape(values.shape)


class _Line:
    """Curves of equal length laid end to end, in the order of `values`' rows."""

    def __init__(self, times: Floats, values: Floats, bounds: Floats) -> None:
        count, self.length = values.shape
        self.times: Floats = np.tile(times, count)
        self.values: Floats = values.reshape(-1)
        self.bounds: Floats = bounds.reshape(-1)

    def slopes(self, knots: Indices) -> Floats:
        """Slopes at `knots`; 0 at each curve's ends, whose neighbour is another curve's knot."""
        times, values = self.times[knots], self.values[knots]
        span = np.diff(times)
        secant = np.diff(values) / span
        result = np.zeros(len(knots))
        before, after = secant[:-1], secant[1:]
        same = before * after > 0.0
        near, far = 2.0 * span[1:] + span[:-1], span[1:] + 2.0 * span[:-1]
        with np.errstate(divide="ignore", invalid="ignore"):
            mean = (near + far) / (near / before + far / after)
        result[1:-1] = np.where(same, mean, 0.0)
        result[(knots % self.length == 0) | (knots % self.length == self.length - 1)] = 0.0
        return result

    def excess(self, flags: Flags) -> tuple[Floats, Indices, Indices]:
        """By how much the error passes its bound at each value, the knots, and each value's span."""
        knots = np.flatnonzero(flags)
        spans = np.minimum(np.cumsum(flags) - 1, len(knots) - 2)
        curve = hermite(self.times, self.times[knots], self.values[knots], self.slopes(knots), spans)
        over = np.abs(curve - self.values) - self.bounds
        over[knots] = -1.0
        return over, knots, spans

    def worst(self, flags: Flags) -> Indices:
        """For each span whose error passes its bound, the place where it does so most."""
        over, knots, spans = self.excess(flags)
        bad = np.flatnonzero(over > 0.0)
        if not len(bad):
            return bad
        most = np.full(len(knots), -np.inf)
        np.maximum.at(most, spans[bad], over[bad])
        peak = bad[over[bad] == most[spans[bad]]]
        first: Indices = peak[np.unique(spans[peak], return_index=True)[1]]
        return first

    def prune(self, flags: Flags, fixed: Flags, phase: int) -> None:
        """Take out, in place, every `BLOCK`-th knot from `phase` on that the curve does without."""
        knots = np.flatnonzero(flags)
        tried = np.arange(phase, len(knots), BLOCK)
        tried = tried[~fixed[knots[tried]]]
        if not len(tried):
            return
        flags[knots[tried]] = False
        over = self.excess(flags)[0]
        # a block runs from two knots before the one tried to three after it, which the next block begins with
        edges = np.stack([knots[np.maximum(tried - 2, 0)], knots[np.minimum(tried + 3, len(knots) - 1)]], axis=1)
        worst = np.maximum.reduceat(over, edges.reshape(-1))[::2]
        flags[knots[tried[worst > 0.0]]] = True
