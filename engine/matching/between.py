"""Sounds between sure pairs that were heard too unlike: paired by time, as far as they are kin.

Two real voices are heard alike in two sounds of three. Where speech without a like stands in both takes at the same
place and lasts as long, it is likelier the same words misheard than others: it is laid side by side once more, near
where time runs, with the costs of a worse ear, and counts by how alike it is then on the whole.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass

import numpy as np

from ..progress import Progress, scaled
from .chain import chain
from .costs import Costs, closeness, misheard
from .lattice import likely
from .units import Floats, Ints, Units

SPREAD, WIDER = 0.1, 0.06  # seconds off the even course of time that are usual, and more for each second of the gap
LEAST, MOST = 0.5, 2.0  # stretch of a gap against the pace beside it, within which it may hold the same words
LOOSE = 0.3  # seconds by which short gaps may differ beside
LARGEST = 60_000  # cells of a gap that is laid side by side again
BESIDE = 10  # pairs on each side that tell the pace
SHARED = 0.25  # sureness of a pair with what is said at that time, where the ear heard fewer sounds than are said
NEAR = 0.06  # seconds within which two new sounds are one place: an edit there is seen at the same sound
# How alike a gap of so many sounds must be to be as likely the same words as others: of up to three sounds, 95 of 100
# were right in pairs of takes whatever was heard; longer ones must be more alike than chance makes them.
LONG, ALIKE, STEEP = (3.0, 5.0, 7.0, 10.0, 20.0), (-0.2, 0.05, 0.2, 0.28, 0.33), 0.035


@dataclass(frozen=True, slots=True)
class Gap:
    """Old units `row` to `end`, new units `column` to `stop` (left out), and the seconds that both gaps span."""

    row: int
    end: int
    column: int
    stop: int
    old: tuple[float, float]
    new: tuple[float, float]


def fill(costs: Costs, like: Ints) -> Generator[Progress, None, tuple[Ints, Floats]]:
    """The pairs [old units] that fill gaps of `like` (the new unit of each old one, -1 for none), and their sureness.

    -1 and 0 where there is no gap, and in gaps that do not seem to hold the same words.
    """
    found, sureness = np.full(len(like), -1, np.int64), np.zeros(len(like))
    for gap in gaps(costs.old, costs.new, like):
        yield Progress("Match", gap.row / len(like))
        rows = slice(gap.row, gap.end)
        found[rows], chance = yield from scaled(_laid(costs, gap), gap.row / len(like), gap.end / len(like))
        same = _same_words(costs, gap, found[rows], chance)
        sureness[rows] = chance * same
        if same >= 0.5:
            _share(costs.old, costs.new, gap, found, sureness)
    return found, sureness


def _share(old: Units, new: Units, gap: Gap, like: Ints, sureness: Floats) -> None:
    """Give the old units of a gap that have no like of their own the new one that is said at their time."""
    rows = np.arange(gap.row, gap.end)
    own = (like[rows] >= 0) & (sureness[rows] >= SHARED)
    at = [gap.old[0], *old.middles[rows[own]], gap.old[1]]
    expected = np.interp(old.middles[rows], at, [gap.new[0], *new.middles[like[rows[own]]], gap.new[1]])
    middles = new.middles[gap.column : gap.stop]
    nearest = gap.column + np.abs(middles[None, :] - expected[:, None]).argmin(axis=1)
    like[rows] = np.maximum.accumulate(np.where(own, like[rows], nearest))
    sureness[rows] = np.where(own, sureness[rows], SHARED)


def gaps(old: Units, new: Units, like: Ints) -> Iterator[Gap]:
    """The stretches without a like in both takes at the same place, that last about as long."""
    rows = np.flatnonzero(like >= 0)
    if not len(rows):
        return
    ends = np.concatenate([[-1], rows, [len(old)]])
    stops = np.concatenate([[-1], like[rows], [len(new)]])
    for at in np.flatnonzero((np.diff(ends) > 1) & (np.diff(stops) > 1)).tolist():
        row, end, column, stop = int(ends[at]) + 1, int(ends[at + 1]), int(stops[at]) + 1, int(stops[at + 1])
        found = Gap(row, end, column, stop, _seconds(old, row, end), _seconds(new, column, stop))
        near = rows[max(0, at - BESIDE) : at + BESIDE]
        if (end - row) * (stop - column) <= LARGEST and _fits(found, _pace(old, new, near, like[near])):
            yield found


def _seconds(units: Units, first: int, end: int) -> tuple[float, float]:
    """From the end of the unit before `first` to the start of unit `end`, or to the take's first and last."""
    before = units.ends[first - 1] if first else units.starts[0]
    after = units.starts[end] if end < len(units) else units.ends[-1]
    return float(before), float(after)


def _pace(old: Units, new: Units, rows: Ints, likes: Ints) -> float:
    return float((new.ends - new.starts)[likes].sum() / (old.ends - old.starts)[rows].sum())


def _fits(gap: Gap, pace: float) -> bool:
    length, usual = gap.new[1] - gap.new[0], (gap.old[1] - gap.old[0]) * pace
    return LEAST * usual - LOOSE <= length <= MOST * usual + LOOSE


def _laid(costs: Costs, gap: Gap) -> Generator[Progress, None, tuple[Ints, Floats]]:
    """For each old unit of the gap the new one that is likeliest its like, -1 for none, and how likely."""
    old, new = slice(gap.row, gap.end), slice(gap.column, gap.stop)
    length = max(gap.old[1] - gap.old[0], 1e-3)
    share = (costs.old.middles[old] - gap.old[0]) / length
    expected = gap.new[0] + share * (gap.new[1] - gap.new[0])
    rows, columns = gap.end - gap.row, gap.stop - gap.column
    like, sureness = np.full(rows, -1, np.int64), np.zeros(rows)
    if rows == columns == 1:
        return np.array([gap.column]), np.ones(1)
    own = misheard(costs, old, new, expected, SPREAD + WIDER * length)
    found = yield from likely(own, np.zeros(rows + 1, np.int64), np.full(rows + 1, columns, np.int64))
    chosen = chain(found.old, found.new, found.chance)
    like[found.old[chosen]] = found.new[chosen]
    middles = own.new.middles
    near = np.abs(middles[found.new] - middles[like[found.old]]) <= NEAR
    sureness = np.minimum(1.0, np.bincount(found.old, found.chance * near, minlength=rows))
    return np.where(like >= 0, like + gap.column, -1), np.where(like >= 0, sureness, 0.0)


def _same_words(costs: Costs, gap: Gap, like: Ints, chance: Floats) -> float:
    """How likely a gap holds the same words in both takes, 0..1, by its length and how alike its pairs are."""
    close = closeness()[costs.old.kinds[gap.row : gap.end], costs.new.kinds[like]]
    rows, columns = gap.end - gap.row, gap.stop - gap.column
    alike = float((close * chance)[like >= 0].sum()) / min(rows, columns)
    needed = float(np.interp(min(rows, columns), LONG, ALIKE))
    return 1.0 / (1.0 + float(np.exp((needed - alike) / STEEP)))
