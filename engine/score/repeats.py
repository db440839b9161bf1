"""What is said twice in a row in one take and once in the other: the later one is meant, as after a false start."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from .units import Floats, Ints

FEWEST = 3  # sounds alike that are a repetition and no chance
ALIKE = 0.75  # mean closeness of a repetition
STRAY = 2  # sounds of the other take that may stand without a like in the same gap

Gap = tuple[int, int, int, int]  # (old, new) sounds paired before it, (old, new) paired after it


def later(like: Ints, old: Ints, new: Ints, close: Floats) -> tuple[Ints, NDArray[np.bool_]]:
    """`like` with pairs moved to the later of two likes, and which old sounds are concerned.

    `like` [old sounds]: the new sound, -1 for none; `old`, `new`: numbers of their classes; `close` [classes, classes]:
    how alike two classes are.
    """
    found, moved = like.copy(), np.zeros(len(like), np.bool_)
    for before, place, after, end in _gaps(like):
        gone, come = after - before - 1, end - place - 1
        most = come if come >= FEWEST and gone <= STRAY else gone if gone >= FEWEST and come <= STRAY else 0
        most = min(most, after, end)
        rows, columns = np.arange(after - most, after), np.arange(end - most, end)
        count = _longest(close[old[rows], new[columns]][::-1].tolist())
        if count >= FEWEST:
            rows, columns = rows[most - count :], columns[most - count :]
            moved[rows] = True
            moved[np.isin(found, columns)] = True
            found[np.isin(found, columns)] = -1
            found[rows] = columns
    return found, moved


def _gaps(like: Ints) -> Iterator[Gap]:
    rows = np.flatnonzero(like >= 0).tolist()
    for row, next_row in pairwise(rows):
        if max(next_row - row, like[next_row] - like[row]) > FEWEST:
            yield row, int(like[row]), next_row, int(like[next_row])


def _longest(alike: list[float]) -> int:
    """How many of the first values have a mean of ALIKE, and end with one that is alike."""
    best, total = 0, 0.0
    for count, value in enumerate(alike, 1):
        total += value
        if value >= ALIKE and total >= ALIKE * count:
            best = count
    return best
