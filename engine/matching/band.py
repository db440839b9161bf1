"""Which pairs of sounds of two long takes are looked at: all of a short one, else those about what is surely alike."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from ..align.matching import anchors
from .units import Ints

WHOLE = 1_500_000  # cells of a lattice that is looked at whole: about two minutes each
BLOCK = 1_000_000  # the same between two sure places
SLACK = 30  # sounds beside a sure place that are looked at on either side: it may be wrong by some words
HALF = 250  # sounds on each side of the straight line where a stretch is larger than BLOCK

Pair = tuple[int, int]


def band(old: Ints, new: Ints) -> tuple[Ints, Ints]:
    """First and last column (counts of new sounds passed, 0..m) for each row 0..n of the lattice; neither ever falls.

    `old`, `new`: numbers of classes [n], [m]. Row 0 holds column 0, row n column m, and each row shares a column with
    the next.
    """
    rows, columns = len(old), len(new)
    if (rows + 1) * (columns + 1) <= WHOLE:
        return np.zeros(rows + 1, np.int64), np.full(rows + 1, columns, np.int64)
    first, last = np.zeros(rows + 1, np.int64), np.zeros(rows + 1, np.int64)
    ends = [(0, 0), *((row + 1, column + 1) for row, column in anchors(old, new)), (rows, columns)]
    for start, end in pairwise(ends):
        _fill(first, last, start, end)
    return _widened(first, last, columns)


def _fill(first: Ints, last: Ints, start: Pair, end: Pair) -> None:
    height, width = end[0] - start[0], end[1] - start[1]
    block = slice(start[0], end[0] + 1)
    if (height + 1) * (width + 1) <= BLOCK:
        first[block], last[block] = np.maximum(first[block], 0), np.maximum(last[block], end[1])
        first[start[0] + 1 : end[0] + 1] = start[1]
        return
    line = start[1] + np.arange(height + 1) * (width / max(1, height))
    half = HALF + width / max(1, height)
    last[block] = np.maximum(last[block], np.minimum(end[1], np.ceil(line + half)))
    first[start[0] + 1 : end[0] + 1] = np.maximum(start[1], np.floor(line - half))[1:]


def _widened(first: Ints, last: Ints, columns: int) -> tuple[Ints, Ints]:
    """The band with SLACK rows and columns more on each side."""
    ahead = np.concatenate([last[SLACK:], np.full(min(SLACK, len(last)), last[-1])])[: len(last)]
    behind = np.concatenate([np.zeros(min(SLACK, len(first)), np.int64), first[:-SLACK]])[: len(first)]
    low = np.maximum.accumulate(np.maximum(0, behind - SLACK))
    high = np.maximum.accumulate(np.minimum(columns, ahead + SLACK))
    high[-1] = columns
    return low, high
