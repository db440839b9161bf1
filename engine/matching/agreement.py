"""How far the surroundings of each pair are alike: chance puts single pairs anywhere, but no rows of them."""

from __future__ import annotations

import numpy as np

from .units import Floats, Ints

WIDTH = 8  # sounds looked at: after the pair, before it, or half of them on each side, whichever is most alike
HALF_SURE = 0.58  # mean closeness at which a pair is as likely right as chance (pairs of known and of other texts)
STEEP = 0.05  # by how much it must be more to be right in three of four


def agreement(like: Ints, close: Floats, count: int) -> Floats:
    """How likely each pair is right by its surroundings [old sounds], 0..1; 0 where there is none.

    `like` [old sounds]: one of `count` new sounds, -1 for none; `close` [old sounds]: how surely alike each is, 0..1.
    """
    rows = np.flatnonzero(like >= 0)
    found, other = np.zeros(len(like)), np.zeros(count)
    other[like[rows]] = close[rows]
    sides = [np.minimum(own[rows], new[like[rows]]) for own, new in zip(_means(close), _means(other), strict=True)]
    if len(rows):
        found[rows] = 1.0 / (1.0 + np.exp((HALF_SURE - np.maximum.reduce(sides)) / STEEP))
    return found


def _means(values: Floats) -> list[Floats]:
    """The mean of the values [n] up to each, about each, and from each on."""
    sums, at = np.concatenate([[0.0], np.cumsum(values)]), np.arange(len(values))
    found = []
    for before, after in ((WIDTH, 0), (WIDTH // 2, WIDTH // 2), (0, WIDTH)):
        start, end = np.maximum(at - before, 0), np.minimum(at + after + 1, len(values))
        found.append((sums[end] - sums[start]) / np.maximum(end - start, 1))
    return found
