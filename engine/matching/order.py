"""Stretches of speech of two texts laid side by side in order: by how long they are, and where both pause.

For readings that share no sounds, as in another language: what is cut at the same pauses, so that the new reading runs
at the same pace throughout, goes together; found by dynamic programming over the pauses of both.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..phones import features
from ..score.timeline import Timeline

CUT = 0.06  # seconds of silence at which speech may be cut
FAINT, FULL = 0.06, 0.6  # seconds of a pause that counts for nothing, and of one that counts in full
MOST = 8  # runs of speech that may go together
LENGTH, COUNT = 1.0, 0.5  # cost of a second's speech e times as long, or of e times the syllables, as is usual
MEET, DIFFER = 1.0, 0.5  # won where a full pause meets one; lost where one of the two is no pause
PASSED = 0.5  # lost with a full pause of one that lies within what goes together
SKIP, SKIPPED = 1.0, 1.0  # lost with a run that has no like, and with each second of it
BESIDE = 300  # runs off the straight line that are looked at
NEVER = 1e9  # cost of what cannot be

Floats = NDArray[np.float64]
Span = tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Runs:
    """Runs of speech [n] between silences of CUT: `starts`, `ends`, `counts` of syllables, `pauses` 0..1 after each."""

    starts: Floats
    ends: Floats
    counts: Floats
    pauses: Floats

    def __len__(self) -> int:
        return len(self.starts)


def runs(line: Timeline, first: int, last: int) -> Runs:
    """The runs of the phones `first` to `last`."""
    starts, ends = np.array(line.starts[first : last + 1]), np.array(line.ends[first : last + 1])
    vowels = np.array([features(ipa).vowel for ipa in line.ipas[first : last + 1]], float)
    gaps = starts[1:] - ends[:-1]
    cuts = np.flatnonzero(gaps >= CUT) + 1
    begins, stops = np.concatenate([[0], cuts]), np.concatenate([cuts, [len(starts)]]) - 1
    strength = np.log(np.maximum(gaps[cuts - 1], FAINT) / FAINT) / np.log(FULL / FAINT)
    return Runs(
        starts[begins],
        ends[stops],
        np.add.reduceat(vowels, begins),
        np.append(np.minimum(strength, 1.0), 1.0),
    )


def in_order(old: Runs, new: Runs, pace: float | None = None) -> Iterator[tuple[Span, Span]]:
    """The stretches (old seconds, new seconds) that go together, in order.

    `pace`: how much longer the new ones are usually; None: as the whole is.
    """
    costs = _Costs(old, new, pace)
    rows, columns = len(old), len(new)
    best = np.full((rows + 1, columns + 1), NEVER)
    steps = np.zeros((rows + 1, columns + 1), np.int16)
    skips = np.concatenate([[0.0], np.cumsum(SKIP + SKIPPED * (new.ends - new.starts))])
    best[0] = skips
    steps[0] = 1
    for row in range(1, rows + 1):
        _step(best, steps, costs, row)
        slid = np.minimum.accumulate(best[row] - skips) + skips
        steps[row][slid < best[row] - 1e-9] = 1
        best[row] = slid
    yield from reversed(list(_traced(steps, old, new)))


def _step(best: Floats, steps: NDArray[np.int16], costs: _Costs, row: int) -> None:
    """Every way to reach `row` with runs of both, or with an old one that has no like."""
    old = costs.old
    low, high = costs.columns(row)
    skipped = best[row - 1] + SKIP + SKIPPED * (old.ends[row - 1] - old.starts[row - 1])
    best[row, low:high], steps[row, low:high] = skipped[low:high], MOST + 1
    for many in range(1, min(MOST, row) + 1):
        for more in range(1, MOST + 1):
            start = max(low, more)
            if start >= high:
                break
            total = best[row - many, start - more : high - more] + costs.together(row, many, start, high, more)
            better = total < best[row, start:high]
            best[row, start:high][better] = total[better]
            steps[row, start:high][better] = many * (MOST + 1) + more


def _traced(steps: NDArray[np.int16], old: Runs, new: Runs) -> Iterator[tuple[Span, Span]]:
    row, column = len(old), len(new)
    while row or column:
        many, more = divmod(int(steps[row, column]), MOST + 1)
        row, column = row - many, column - more
        if many and more:
            yield (
                (float(old.starts[row]), float(old.ends[row + many - 1])),
                (float(new.starts[column]), float(new.ends[column + more - 1])),
            )


class _Costs:
    """What it costs that some runs of the old take go together with some of the new one."""

    def __init__(self, old: Runs, new: Runs, pace: float | None) -> None:
        self.old, self.new = old, new
        lengths = [float((one.ends - one.starts).sum()) for one in (old, new)]
        self._pace = pace if pace is not None else lengths[1] / lengths[0]
        counts = [float(one.counts.sum()) + 1.0 for one in (old, new)]
        self._share = counts[1] / counts[0]
        self._sums = [np.concatenate([[0.0], np.cumsum(one.counts)]) for one in (old, new)]
        self._passed = [np.concatenate([[0.0], np.cumsum(one.pauses)]) for one in (old, new)]

    def columns(self, row: int) -> tuple[int, int]:
        """First and last column (left out) that are looked at."""
        middle = row * len(self.new) / len(self.old)
        wide = BESIDE * max(1.0, len(self.new) / len(self.old))
        return max(0, int(middle - wide)), min(len(self.new), int(middle + wide)) + 1

    def together(self, row: int, many: int, start: int, end: int, more: int) -> Floats:
        """The cost of the `many` old runs before `row` with the `more` new ones before each column start..end."""
        old, new = self.old, self.new
        columns = np.arange(start, end)
        length = float(old.ends[row - 1] - old.starts[row - many])
        lengths = (new.ends[columns - 1] - new.starts[columns - more]) / self._pace
        count = float(self._sums[0][row] - self._sums[0][row - many]) + 0.5
        counts = (self._sums[1][columns] - self._sums[1][columns - more] + 0.5) / self._share
        uneven = LENGTH * np.abs(np.log(lengths / length)) + COUNT * np.abs(np.log(counts / count))
        pause, pauses = float(old.pauses[row - 1]), new.pauses[columns - 1]
        met = DIFFER * np.abs(pauses - pause) - MEET * np.minimum(pauses, pause)
        passed = float(self._passed[0][row - 1] - self._passed[0][row - many])
        passing = self._passed[1][columns - 1] - self._passed[1][columns - more]
        return np.asarray(uneven * (length + lengths) / 2.0 + met + PASSED * (passed + passing))
