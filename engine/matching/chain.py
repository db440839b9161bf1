"""The one order of pairs that is likeliest as a whole, out of many likely ones."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

import numpy as np

from .units import Floats, Ints


def chain(old: Ints, new: Ints, weights: Floats) -> Ints:
    """Which of the pairs (sorted by `old`) make the row of largest weight in which both rise: their numbers, in order.

    A heaviest increasing subsequence: for each last column, the best row that ends there, kept while it is worth more
    than any that ends earlier.
    """
    columns: list[int] = []  # rising, as are the sums
    sums: list[float] = []
    ends: list[int] = []
    before = np.full(len(old), -1, np.int64)
    order = np.lexsort((-new, old)).tolist()  # within a row from the last column, so that no row is used twice
    places, values = new.tolist(), weights.tolist()
    for number in order:
        place = places[number]
        at = bisect_left(columns, place)
        total = values[number] + (sums[at - 1] if at else 0.0)
        before[number] = ends[at - 1] if at else -1
        if at < len(columns) and columns[at] == place and sums[at] >= total:
            continue
        worse = max(at, bisect_right(sums, total))
        columns[at:worse], sums[at:worse], ends[at:worse] = [place], [total], [number]
    found, number = [], ends[-1] if ends else -1
    while number >= 0:
        found.append(number)
        number = int(before[number])
    return np.array(found[::-1], np.int64)
