"""What is said twice in a row in one take and once in the other: the later one is meant, as after a false start."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from .units import Floats, Ints

FEWEST = 2  # sounds of a repetition, at least
SKIP = 0.7  # worth lost with a sound that was not heard once; one that is alike counts 1, one that is not -1
FEW, COVER = 4, 0.7  # share of what only one take has that must be the repetition; all of it where it is so few sounds
STRAY = 2  # sounds of the other take that may stand without a like in the same gap
LONGEST = 40  # sounds of a repetition: a longer one is no slip of the tongue

Pair = tuple[int, int]
Gap = tuple[int, int, int, int]  # (old, new) sounds paired before it, (old, new) paired after it


def later(like: Ints, old: Ints, new: Ints, close: Floats) -> tuple[Ints, NDArray[np.bool_]]:
    """`like` with pairs moved to the later of two likes, and which old sounds are concerned.

    `like` [old sounds]: the new sound, -1 for none; `old`, `new`: numbers of their classes; `close` [classes, classes]:
    how alike two classes are, 0..1.
    """
    found, moved = like.copy(), np.zeros(len(like), np.bool_)
    for before, place, after, end in _gaps(like):
        gone, come = after - before - 1, end - place - 1
        most = max(gone, come)
        if min(gone, come) > STRAY or not FEWEST <= most <= LONGEST:
            continue
        ahead = _worth(old[before + 1 :][:most], new[place + 1 :][:most], close)
        left = most - len(_ending(ahead[::-1, ::-1]))  # what is said again after the gap is the later one already
        low, start = max(0, after - left), max(0, end - left)
        pairs = _ending(_worth(old[low:after], new[start:end], close))
        if pairs and len(pairs) + most - left >= (COVER * most if most > FEW else most):
            _move(found, moved, [(low + row, start + column) for row, column in pairs], (after, end))
    return found, moved


def _worth(old: Ints, new: Ints, close: Floats) -> Floats:
    return np.asarray(2.0 * close[np.ix_(old, new)] - 1.0)


def _gaps(like: Ints) -> Iterator[Gap]:
    rows = np.flatnonzero(like >= 0).tolist()
    for row, next_row in pairwise(rows):
        if max(next_row - row, like[next_row] - like[row]) > FEWEST:
            yield row, int(like[row]), next_row, int(like[next_row])


def _move(found: Ints, moved: NDArray[np.bool_], pairs: list[Pair], stop: Pair) -> None:
    """Give these pairs in place of whatever holds from the first of them up to `stop`, the pair after the gap."""
    rows = np.arange(len(found))
    within = (rows >= pairs[0][0]) & (rows < stop[0])
    within |= (found >= pairs[0][1]) & (found < stop[1])
    moved[within] = True
    found[within] = -1
    for row, column in pairs:
        found[row] = column


def _ending(worth: Floats) -> list[Pair]:
    """The best way to lay the ends of two short rows side by side, as pairs; none where they are not alike.

    `worth` [rows, columns]: of each pair.
    """
    rows, columns = worth.shape
    best = np.full((rows + 1, columns + 1), -np.inf)
    best[rows] = -SKIP * np.arange(columns, -1, -1)
    best[:, columns] = -SKIP * np.arange(rows, -1, -1)
    for row in range(rows - 1, -1, -1):
        for column in range(columns - 1, -1, -1):
            best[row, column] = max(
                best[row + 1, column + 1] + worth[row, column],
                best[row + 1, column] - SKIP,
                best[row, column + 1] - SKIP,
            )
    row, column = (int(at) for at in np.unravel_index(int(best.argmax()), best.shape))
    return list(_along(best, worth, row, column))


def _along(best: Floats, worth: Floats, row: int, column: int) -> Iterator[Pair]:
    while row < worth.shape[0] and column < worth.shape[1]:
        here = best[row, column]
        if abs(here - best[row + 1, column + 1] - worth[row, column]) < 1e-9:
            if worth[row, column] > 0.0:
                yield row, column
            row, column = row + 1, column + 1
        elif abs(here - best[row + 1, column] + SKIP) < 1e-9:
            row += 1
        else:
            column += 1
