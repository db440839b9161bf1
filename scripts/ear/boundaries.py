"""How far the boundaries of phones lie from the true ones.

Heard and true phones are paired in order by the cheapest of all alignments: a pair costs the distance of its edges
(1 at most, where they are half a second off) and 0.3 or 0.6 where the phones differ, a phone left alone 0.7. Both edges
of every pair count; a diphthong, an affricate or a doubled phone is one phone (scripts/ear/folding.py), silence none.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from folding import fold_in_time
from mouths import VOWELS, Phone
from numpy.typing import NDArray

CLOSE = 0.02  # seconds
ALONE = 0.7
OTHER_KIND, OTHER_PHONE = 0.6, 0.3
BINS = 101  # of 1 ms; the last holds whatever is more


def pairs(heard: Sequence[Phone], true: Sequence[Phone]) -> list[tuple[Phone, Phone]]:
    """The (heard, true) phones that belong together."""
    costs = _costs(heard, true)
    table = np.zeros((len(heard) + 1, len(true) + 1))
    table[:, 0], table[0, :] = ALONE * np.arange(len(heard) + 1), ALONE * np.arange(len(true) + 1)
    for i in range(1, len(heard) + 1):
        for j in range(1, len(true) + 1):
            alone = min(table[i - 1, j], table[i, j - 1]) + ALONE
            table[i, j] = min(table[i - 1, j - 1] + costs[i - 1, j - 1], alone)
    found, i, j = [], len(heard), len(true)
    while i and j:
        if table[i, j] == table[i - 1, j - 1] + costs[i - 1, j - 1]:
            found.append((heard[i - 1], true[j - 1]))
            i, j = i - 1, j - 1
        elif table[i, j] == table[i - 1, j] + ALONE:
            i -= 1
        else:
            j -= 1
    return found[::-1]


def _costs(heard: Sequence[Phone], true: Sequence[Phone]) -> NDArray[np.float64]:
    if not heard or not true:
        return np.zeros((len(heard), len(true)))
    ours, theirs = (np.array([(start, end) for start, end, _ in phones]) for phones in (heard, true))
    apart = np.abs(ours[:, None] - theirs[None]).sum(-1)
    other = [[_unlike(one, another) for _, _, another in true] for _, _, one in heard]
    return np.minimum(1.0, apart) + np.array(other)


def _unlike(one: str, other: str) -> float:
    if one == other:
        return 0.0
    return OTHER_PHONE if (one[0] in VOWELS) == (other[0] in VOWELS) else OTHER_KIND


def errors(heard: Sequence[Phone], true: Sequence[Phone], language: str) -> NDArray[np.float64]:
    """Distances in seconds of both edges of every pair, [2 * pairs]."""
    both = pairs(fold_in_time(heard, language), fold_in_time(true, language))
    return np.array([abs(one[edge] - other[edge]) for one, other in both for edge in (0, 1)], float)


def counts(heard: Sequence[Phone], true: Sequence[Phone], language: str) -> dict[str, float]:
    """Counts of one utterance: boundaries, the sum of their errors, those within 20 ms, and how many by millisecond."""
    found = errors(heard, true, language)
    by_ms = np.bincount(np.minimum((1000 * found).astype(int), BINS - 1), minlength=BINS)
    near = {f"boundary_{ms}": float(count) for ms, count in enumerate(by_ms)}
    close = float((found <= CLOSE + 1e-9).sum())
    return near | {"boundaries": len(found), "boundary_error": float(found.sum()), "boundaries_close": close}
