"""Few keys for many values: monotone cubic curves through as few samples as a stated error allows.

Slopes at the knots are the samples' own, kept within the region in which a cubic is monotone between its knots
(Fritsch and Carlson 1980) and 0 at turns and at both ends: between two knots the curve never leaves their values.
Knots are put where the error is largest, in every span at once, until none is above its bound; then those that are not
needed are taken out again. Many curves are worked on together, laid end to end.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator

import numpy as np
from numpy.typing import NDArray

from ..progress import Progress
from .channels import Floats
from .curves import hermite

STEEPEST = 3.0  # times the flatter secant beside a knot: up to this a cubic stays monotone
BLOCK = 5  # taking out one knot changes the curve two knots away at most: every fifth can be tried at once
ROUNDS = 2
MOST = 500_000  # values worked on together: bounds the memory

Flags = NDArray[np.bool_]
Indices = NDArray[np.intp]


def thin(
    times: Floats, values: Floats, bounds: Floats, seeds: Flags | None = None
) -> Generator[Progress, None, tuple[Flags, Floats]]:
    """Knots and slopes of curves through `values` [curves, n] at `times` [n] (rising, n >= 2).

    `bounds` [curves, n] is the largest error allowed at each value; `seeds` [curves, n] knots to be kept whatever. The
    first and the last value are always knots. Gives which values are knots [curves, n] and the slopes there, per
    second (0 elsewhere).
    """
    kept = np.zeros(values.shape, bool) if seeds is None else seeds.copy()
    kept[:, [0, -1]] = True
    slopes = np.zeros(values.shape)
    together = max(1, MOST // values.shape[1])
    for first in range(0, len(values), together):
        part = slice(first, first + together)
        for _ in _thin(_Line(times, values[part], bounds[part]), kept[part].reshape(-1), slopes[part].reshape(-1)):
            yield Progress("keys", first / len(values))
    return kept, slopes


def _thin(line: _Line, flags: Flags, slopes: Floats) -> Iterator[None]:
    """Mark knots in `flags`, which holds those that must stay, and give their `slopes`; both in place."""
    fixed = flags.copy()
    while len(more := line.worst(flags)):
        flags[more] = True
        yield
    for phase in range(BLOCK * ROUNDS):
        line.prune(flags, fixed, phase % BLOCK)
        yield
    knots = np.flatnonzero(flags)
    slopes[knots] = line.slopes(knots)


class _Line:
    """Curves of equal length laid end to end, in the order of `values`' rows."""

    def __init__(self, times: Floats, values: Floats, bounds: Floats) -> None:
        count, self.length = values.shape
        self.times: Floats = np.tile(times, count)
        self.values: Floats = values.reshape(-1)
        self.bounds: Floats = bounds.reshape(-1)
        self.lean: Floats = np.gradient(values, times, axis=1).reshape(-1)

    def slopes(self, knots: Indices) -> Floats:
        """Slopes at `knots`: the samples' own as far as that is monotone, 0 at turns and at each curve's ends."""
        secant = np.diff(self.values[knots]) / np.diff(self.times[knots])
        before, after = secant[:-1], secant[1:]
        most = np.where(before * after > 0.0, STEEPEST * np.minimum(np.abs(before), np.abs(after)), 0.0)
        result = np.zeros(len(knots))
        result[1:-1] = np.clip(self.lean[knots[1:-1]], -most, most)
        result[1:-1] = np.where(result[1:-1] * after > 0.0, result[1:-1], 0.0)
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
        """For each span whose error passes its bound, the place where it does so most; of equal ones the middle one."""
        over, knots, spans = self.excess(flags)
        bad = np.flatnonzero(over > 0.0)
        if not len(bad):
            return bad
        most = np.full(len(knots), -np.inf)
        np.maximum.at(most, spans[bad], over[bad])
        peak = bad[over[bad] == most[spans[bad]]]
        _, first, count = np.unique(spans[peak], return_index=True, return_counts=True)
        middle: Indices = peak[first + count // 2]
        return middle

    def prune(self, flags: Flags, fixed: Flags, phase: int) -> None:
        """Take out, in place, every `BLOCK`-th knot of each curve from `phase` on that the curve does without."""
        knots = np.flatnonzero(flags)
        starts = knots // self.length * self.length
        first, last = np.searchsorted(knots, starts), np.searchsorted(knots, starts + self.length - 1)
        tried = np.flatnonzero(((np.arange(len(knots)) - first) % BLOCK == phase) & ~fixed[knots])
        if not len(tried):
            return
        flags[knots[tried]] = False
        over = self.excess(flags)[0]
        # a block runs from two knots before the one tried to three after it, which the next block begins with
        low, high = np.maximum(tried - 2, first[tried]), np.minimum(tried + 3, last[tried])
        worst = np.maximum.reduceat(over, np.stack([knots[low], knots[high]], axis=1).reshape(-1))[::2]
        flags[knots[tried[worst > 0.0]]] = True
