"""Two rows of sounds laid side by side: how likely it is that each stands for each.

A pair hidden Markov model with affine gaps (Durbin, Eddy, Krogh, Mitchison: Biological Sequence Analysis, 1998, ch. 4):
paths of pairs, of old sounds left out and of new ones put in are summed forwards and backwards in a band.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..progress import Progress
from .costs import Costs
from .units import Floats, Ints

STEP = 256  # rows between two reports of progress
REACH = 1500  # columns over which a running sum keeps its exponents within those of doubles
FAINT = 0.01  # probability of a pair below which it is forgotten

Singles = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Likely:
    """Pairs [k] that are likelier than FAINT, by old and then by new sound, and their probability 0..1."""

    old: Ints
    new: Ints
    chance: Floats


def likely(costs: Costs, first: Ints, last: Ints) -> Generator[Progress, None, Likely]:
    """The likely pairs within the band (see `band`)."""
    passed = _Forward(costs, first, last)
    for row in range(1, len(costs.old) + 1):
        if row % STEP == 0:
            yield Progress("Match", 0.5 * row / len(costs.old))
        passed.step(row)
    back = _Backward(costs, passed)
    for row in range(len(costs.old) - 1, -1, -1):
        if row % STEP == 0:
            yield Progress("Match", 1.0 - 0.5 * row / len(costs.old))
        back.step(row)
    return back.result()


class _Forward:
    """Sums over the paths that end in each cell: `pairs` kept for all rows, the rest for the row at hand.

    Each row is divided by its largest value; `scale` holds the logs of what it was divided by, summed.
    """

    def __init__(self, costs: Costs, first: Ints, last: Ints) -> None:
        self.costs, self.first, self.last = costs, first.tolist(), last.tolist()
        rows = len(costs.old) + 1
        self.pairs: list[Singles] = [np.zeros(0, np.float32)] * rows
        self.scale = np.zeros(rows)
        width = self.last[0] + 1
        self._pair, self._out, self._far = np.zeros(width), np.zeros(width), np.zeros(width)
        self._pair[0] = 1.0
        self._in = self._put_in(0, self._pair, self._out)
        self.pairs[0] = self._pair.astype(np.float32)

    def step(self, row: int) -> None:
        """The sums of `row` from those of the row before."""
        costs, low, high = self.costs, self.first[row - 1], self.last[row - 1]
        begun = self._pair * (costs.opening[0][row - 1] * costs.opening[1][low : high + 1])
        out = (begun + self._out) * costs.extend
        far = (begun * costs.long + self._far) * costs.extend_long
        entering = self._pair * costs.going[int(costs.old.pauses[row - 1]), low : high + 1]
        entering += (self._out + self._far + self._in) * (costs.closing[0][row - 1] * costs.closing[1][low : high + 1])
        start, end = self.first[row], self.last[row]
        pair = np.zeros(end - start + 1)
        self._out, self._far = _moved(out, low, start, end), _moved(far, low, start, end)
        begin, stop = max(start, low + 1), min(end, high + 1)  # columns that a pair leads to
        if stop >= begin:
            pair[begin - start : stop - start + 1] = entering[begin - 1 - low : stop - low] * costs.pair(
                row - 1, begin - 1, stop
            )
        self._pair = pair
        self._in = self._put_in(row, pair, self._out + self._far)
        self._divide(row)

    def _divide(self, row: int) -> None:
        parts = (self._pair, self._out, self._far, self._in)
        most = max(1e-300, *(float(values.max()) for values in parts))
        for values in parts:
            values /= most
        self.scale[row] = self.scale[row - 1] + np.log(most)
        self.pairs[row] = self._pair.astype(np.float32)

    def _put_in(self, row: int, pair: Floats, out: Floats) -> Floats:
        """New sounds put in at `row`: what goes on from the column before."""
        costs, low = self.costs, self.first[row]
        begun = pair * (costs.opening[0][row] * costs.opening[1][low : low + len(pair)]) + out * costs.either
        found = np.zeros(len(pair))
        found[1:] = _onward(begun[:-1], costs)
        return found

    def total(self) -> float:
        """The sum of all paths, against the last row's scale."""
        closing = self.costs.closing
        return float(self._pair[-1] + (self._out[-1] + self._far[-1] + self._in[-1]) * closing[0][-1] * closing[1][-1])


class _Backward:
    """Sums over the paths that go on from each cell; with those that end there, how likely each pair is."""

    def __init__(self, costs: Costs, passed: _Forward) -> None:
        self.costs, self._passed = costs, passed
        self.total = passed.total()
        self._found: list[tuple[int, Ints, Floats]] = []
        rows, width = len(costs.old), len(passed.pairs[-1])
        self._low, self._scale = passed.first[rows], 0.0
        closed = np.zeros(width)
        closed[-1] = costs.closing[0][-1] * costs.closing[1][-1]
        later = self._later(closed)
        self._out = closed + costs.either * later
        self._far = self._out.copy()
        self._pair = self._opening(rows, self._low, width) * later
        self._pair[-1] += 1.0
        self._collect(rows)

    def _opening(self, row: int, low: int, width: int) -> Floats:
        return np.asarray(self.costs.opening[0][row] * self.costs.opening[1][low : low + width])

    def _later(self, closed: Floats) -> Floats:
        """The sums over new sounds that are put in from each column on, which end as `closed` says."""
        found = np.zeros(len(closed))
        found[:-1] = _onward(closed[:0:-1], self.costs)[::-1]
        return found

    def step(self, row: int) -> None:
        """The sums of `row` from those of the row after."""
        costs, passed = self.costs, self._passed
        low, high = passed.first[row], passed.last[row]
        width = high - low + 1
        paired = np.zeros(width)  # what lies behind the pair that starts here
        begin, stop = max(low, self._low - 1), min(high, self._low + len(self._pair) - 2)
        if stop >= begin:
            behind = self._pair[begin + 1 - self._low : stop + 2 - self._low]
            paired[begin - low : stop - low + 1] = behind * costs.pair(row, begin, stop + 1)
        out = costs.extend * _moved(self._out, self._low, low, high)
        far = costs.extend_long * _moved(self._far, self._low, low, high)
        closed = paired * (costs.closing[0][row] * costs.closing[1][low : high + 1])
        later = self._later(closed)
        ending = closed + costs.either * later
        going = paired * costs.going[int(costs.old.pauses[row]), low : high + 1]
        self._pair = going + self._opening(row, low, width) * (out + costs.long * far + later)
        self._out, self._far = ending + out, ending + far
        most = max(1e-300, *(float(values.max()) for values in (self._pair, self._out, self._far)))
        for values in (self._pair, self._out, self._far):
            values /= most
        self._low, self._scale = low, self._scale + float(np.log(most))
        self._collect(row)

    def _collect(self, row: int) -> None:
        passed = self._passed
        if row == 0 or self.total <= 0.0:
            return
        logs = passed.scale[row] + self._scale - passed.scale[-1] - np.log(self.total)
        chance = passed.pairs[row] * self._pair * np.exp(min(logs, 600.0))
        passed.pairs[row] = np.zeros(0, np.float32)
        at = np.flatnonzero(chance > FAINT)
        self._found.append((row - 1, at + (self._low - 1), np.minimum(chance[at], 1.0)))

    def result(self) -> Likely:
        """What was found, in order."""
        found = self._found[::-1]
        old = np.repeat(np.array([row for row, _, _ in found], np.int64), [len(at) for _, at, _ in found])
        new = np.concatenate([at for _, at, _ in found]) if found else np.zeros(0, np.int64)
        chance = np.concatenate([chance for _, _, chance in found]) if found else np.zeros(0)
        return Likely(old, new, chance)


def _onward(begun: Floats, costs: Costs) -> Floats:
    """Stretches without a like, short or long, that began at each place or before and go on for one sound or more."""
    short = running(begun, costs.extend) * costs.extend
    return short + running(begun, costs.extend_long) * (costs.extend_long * costs.long)


def _moved(values: Floats, low: int, start: int, end: int) -> Floats:
    """`values` of columns `low` on, as columns `start` to `end`; 0 where there are none."""
    if low == start and len(values) == end - start + 1:
        return values
    found = np.zeros(end - start + 1)
    begin, stop = max(low, start), min(low + len(values) - 1, end)
    if stop >= begin:
        found[begin - start : stop - start + 1] = values[begin - low : stop - low + 1]
    return found


def running(values: Floats, share: float) -> Floats:
    """Sums [n] in which each value before counts by `share` a step: y[i] = values[i] + share * y[i - 1]."""
    found = np.empty(len(values))
    carried = 0.0
    for start in range(0, len(values), REACH):
        part = values[start : start + REACH]
        powers = _powers(len(part), share)
        found[start : start + REACH] = (np.cumsum(part / powers) + carried * share) * powers
        carried = float(found[start + len(part) - 1])
    return found


_kept: dict[float, Floats] = {}


def _powers(count: int, share: float) -> Floats:
    if share not in _kept:
        _kept[share] = share ** np.arange(float(REACH))
    return _kept[share][:count]
