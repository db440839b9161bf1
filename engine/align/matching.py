"""Which of the heard phones stand for which of the written ones: two long rows laid side by side.

First the runs of phones that occur once in each row and are alike (in coarse classes, since the ear confuses close
ones) are put into one order, as in Patience diff; between them the rows are laid side by side by their articulation
(Needleman and Wunsch 1970). Where such runs are far apart, as when a text says the same again and again, only a band
about the straight line between them is looked at.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ..phones import CLASSES, distance, features

RUN = 7  # phones of an anchor
SIDE = 12  # phones by which two anchors that speak for each other may differ in place
NEAR = 150  # phones within which they do
GAP = 0.5  # cost of a phone without a counterpart
UNLIKE = 2.0  # distance from which two phones have nothing in common
SILENT = 4.0  # distance of silence from anything: as far as a stop is from a vowel
LARGEST = 4_000_000  # cells of a whole table
BAND = 1200  # phones across the band in a larger one
MOST_UNEVEN = 3
DIAGONAL, UP, LEFT = 0, 1, 2
NEVER = np.float32(-1e6)

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]
Pair = tuple[int, int]


def match(written: Sequence[int], heard: Sequence[int]) -> Ints:
    """For each written phone (number of its class) the place of the heard one that stands for it, -1 for none."""
    own, other = np.array(written, np.int64), np.array(heard, np.int64)
    found = np.full(len(own), -1, np.int64)
    ends = [(-1, -1), *anchors(own, other), (len(own), len(other))]
    for (row, column), (last_row, last_column) in pairwise(ends):
        if row >= 0:
            found[row] = column
        block = own[row + 1 : last_row], other[column + 1 : last_column]
        if len(block[0]) and len(block[1]):
            beside = _beside(*block) if len(block[0]) * len(block[1]) <= LARGEST else _in_band(*block)
            found[row + 1 : last_row] = np.where(beside >= 0, beside + column + 1, -1)
    return found


def anchors(own: Ints, other: Ints) -> list[Pair]:
    """Places (written, heard) of phones within runs that are alike and occur once in each row, in order in both."""
    rows, columns = _unique_runs(_coarse()[own]), _unique_runs(_coarse()[other])
    pairs = sorted((at, columns[run]) for run, at in rows.items() if run in columns)
    kept = list(_supported(_in_order(pairs)))
    return [(row + RUN // 2, column + RUN // 2) for row, column in kept]


def _unique_runs(kinds: Ints) -> dict[int, int]:
    if len(kinds) < RUN:
        return {}
    codes = np.zeros(len(kinds) - RUN + 1, np.int64)
    for step in range(RUN):
        codes = codes * 32 + kinds[step : step + len(codes)]
    runs, first, counts = np.unique(codes, return_index=True, return_counts=True)
    once = counts == 1
    return dict(zip(runs[once].tolist(), first[once].tolist(), strict=True))


def _in_order(pairs: Sequence[Pair]) -> list[Pair]:
    """The longest row of pairs, sorted by their first, whose second rises."""
    tops: list[int] = []
    last: list[int] = []
    before = [-1] * len(pairs)
    for at, (_, column) in enumerate(pairs):
        pile = bisect_left(tops, column)
        before[at] = last[pile - 1] if pile else -1
        tops[pile : pile + 1], last[pile : pile + 1] = [column], [at]
    found, at = [], last[-1] if last else -1
    while at >= 0:
        found.append(pairs[at])
        at = before[at]
    return found[::-1]


def _supported(pairs: Sequence[Pair]) -> Iterator[Pair]:
    """Those with a neighbour near by that lies about as far from its counterpart: a lone run may be chance."""
    for at, pair in enumerate(pairs):
        beside = (*pairs[max(0, at - 1) : at], *pairs[at + 1 : at + 2])
        if any(abs(other[0] - pair[0]) <= NEAR and _shift(other, pair) <= SIDE for other in beside):
            yield pair


def _shift(one: Pair, other: Pair) -> int:
    return abs((one[1] - one[0]) - (other[1] - other[0]))


@lru_cache(maxsize=1)
def _coarse() -> Ints:
    """A coarse kind for each class, under 32."""
    names: dict[str, int] = {}
    return np.array([names.setdefault(_kind(phone), len(names)) for phone in CLASSES])


def _kind(phone: str) -> str:
    own = features(phone) if phone else None
    if own is None:
        return "silence"
    if own.vowel:
        return "open" if own.height > 0.8 else "front" if own.backness < 0.4 else "back" if own.rounded else "mid"
    lips = own.place in ("bilabial", "labiodental") or (own.rounded and own.manner == "approximant")
    place = "lips" if lips else "tongue" if own.place in ("dental", "alveolar", "postalveolar") else "back"
    manner = {"affricate": "fricative", "tap": "liquid", "trill": "liquid", "lateral": "liquid"}
    return f"{place} {manner.get(own.manner, own.manner)}"


@lru_cache(maxsize=1)
def class_distances() -> NDArray[np.float64]:
    """The distance of each two classes in articulation [classes, classes], see `phones.distance`; SILENT of silence."""
    rows = [[distance(one, other) if one and other else SILENT for other in CLASSES] for one in CLASSES]
    return np.array(rows)


@lru_cache(maxsize=1)
def _likeness() -> Floats:
    """1 for the same class, -1 for classes that have nothing in common [classes, classes]."""
    return (1.0 - 2.0 * np.minimum(1.0, class_distances() / UNLIKE)).astype(np.float32)


def _beside(own: Ints, other: Ints) -> Ints:
    """Two short rows laid side by side."""
    likeness = _likeness()[:, other]
    steps = np.float32(GAP) * np.arange(len(other) + 1, dtype=np.float32)
    table = np.empty((len(own) + 1, len(other) + 1), np.float32)
    table[0] = -steps
    for row, phone in enumerate(own):
        best = table[row] - np.float32(GAP)
        np.maximum(best[1:], table[row, :-1] + likeness[phone], out=best[1:])
        table[row + 1] = np.maximum.accumulate(best + steps) - steps
    return _traced(table, own, likeness)


def _traced(table: Floats, own: Ints, likeness: Floats) -> Ints:
    found = np.full(len(own), -1, np.int64)
    row, column = len(own), table.shape[1] - 1
    while row and column:
        here = table[row, column]
        alike = likeness[own[row - 1], column - 1]
        if abs(here - (table[row - 1, column - 1] + alike)) < 1e-3:
            row, column = row - 1, column - 1
            found[row] = column if alike > 0.0 else -1
        elif abs(here - (table[row - 1, column] - GAP)) < 1e-3:
            row -= 1
        else:
            column -= 1
    return found


def _in_band(own: Ints, other: Ints) -> Ints:
    """Two long rows laid side by side, no further than half a BAND from the straight line.

    Nothing is matched where one is MOST_UNEVEN times as long as the other: the line would lead astray.
    """
    if max(len(own), len(other)) > MOST_UNEVEN * min(len(own), len(other)):
        return np.full(len(own), -1, np.int64)
    starts = np.round(np.arange(len(own) + 1) * (len(other) / len(own))).astype(np.int64) - BAND // 2
    columns = np.arange(BAND, dtype=np.float32)
    steps = np.float32(GAP) * columns
    padded = np.concatenate([other, np.zeros(BAND, np.int64)])
    likeness = _likeness()
    moves = np.empty((len(own), BAND), np.int8)
    best = _bounded(-np.abs(steps + np.float32(GAP) * starts[0]), starts[0], len(other))
    for row, phone in enumerate(own):
        shift = int(starts[row + 1] - starts[row])
        places = starts[row + 1] + np.arange(BAND) - 1  # the phone heard before each column
        alike = likeness[phone, padded[np.clip(places, 0, len(padded) - 1)]]
        diagonal = _shifted(best, shift - 1) + np.where(places >= 0, alike, NEVER)
        up = _shifted(best, shift) - np.float32(GAP)
        entered = _bounded(np.maximum(diagonal, up), starts[row + 1], len(other))
        best = np.maximum.accumulate(entered + steps) - steps
        moves[row] = np.where(best > entered + 1e-4, LEFT, np.where(diagonal >= up, DIAGONAL, UP))
        best = _bounded(best, starts[row + 1], len(other))
    return _traced_back(moves, starts, own, other)


def _shifted(values: Floats, by: int) -> Floats:
    """`values` moved to the left by so many places, or to the right where `by` is negative; NEVER comes in."""
    found = np.full(len(values), NEVER, np.float32)
    if by >= 0:
        found[: max(0, len(values) - by)] = values[by:]
    else:
        found[-by:] = values[:by]
    return found


def _bounded(values: Floats, start: int, most: int) -> Floats:
    """`values` of columns `start` on, NEVER where there is no such column (0 to `most`)."""
    column = start + np.arange(len(values))
    return np.where((column >= 0) & (column <= most), values, NEVER).astype(np.float32)


def _traced_back(moves: NDArray[np.int8], starts: Ints, own: Ints, other: Ints) -> Ints:
    found = np.full(len(own), -1, np.int64)
    likeness = _likeness()
    row, column = len(own), len(other)
    while row and column:
        place = column - int(starts[row])
        if not 0 <= place < BAND:
            break  # the two are too unlike for the band
        move = int(moves[row - 1, place])
        if move == LEFT:
            column -= 1
            continue
        row -= 1
        if move == DIAGONAL:
            column -= 1
            found[row] = column if likeness[own[row], other[column]] > 0.0 else -1
    return found
