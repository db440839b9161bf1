"""Phone n-grams with back-off, from counts to the arrays that engine/recognizer/sequence.py reads.

Probabilities are Witten and Bell's (1991; every context hands what its number of distinct followers earns to the next
shorter one). N-grams whose loss costs little are pruned: those whose count times the gain over the shorter context
stays under a threshold (after Seymore and Rosenfeld 1996). A context never reaches over a pause.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from engine.phones import CLASSES

BITS = 6  # a phone's share of a key: keys of up to ten phones
FLOOR = 1e-5  # share of a phone that was never seen

Row = NDArray[np.int8]
Doubles = NDArray[np.float64]
Keys = NDArray[np.int64]


@dataclass(frozen=True)
class Counts:
    """N-grams of each order 1.. with their weights: sorted keys, the first phone in the highest bits."""

    keys: list[Keys]
    weights: list[Doubles]


@dataclass
class Level:
    """N-grams of one order: sorted keys, log-probability of the last phone, count times gain, whether kept."""

    keys: Keys
    logs: Doubles
    gain: Doubles
    kept: NDArray[np.bool_]


def count(weighed: list[tuple[float, list[Row]]], order: int) -> Counts:
    """N-grams up to `order` in rows of class indices (0 for a pause, which only begins or ends an n-gram)."""
    text = np.concatenate([row for _, rows in weighed for row in rows]).astype(np.int64)
    lengths = [len(row) for _, rows in weighed for row in rows]
    weights = np.repeat([weight for weight, rows in weighed for _ in rows], lengths)
    keys, totals = [], []
    for size in range(1, order + 1):
        found, own = _windows(text, weights, size)
        unique, place = np.unique(found, return_inverse=True)
        keys.append(unique)
        totals.append(np.bincount(place, own))
    return Counts(keys, totals)


def _windows(text: Keys, weights: Doubles, size: int) -> tuple[Keys, Doubles]:
    length = len(text) - size + 1
    key = np.zeros(length, np.int64)
    whole = np.ones(length, np.bool_)
    for at in range(size):
        part = text[at : at + length]
        key = (key << BITS) | part
        if 0 < at < size - 1:
            whole &= part > 0
    if size > 1:
        whole &= ~((text[:length] == 0) & (text[1 : length + 1] == 0))
    return key[whole], weights[size - 1 :][whole]


def estimate(counts: Counts) -> list[Level]:
    """Log-probabilities of every counted n-gram, and by how much each beats its shorter context."""
    levels = [_first(counts)]
    for size in range(1, len(counts.keys)):
        levels.append(_next(levels[-1], counts, size))
    return levels


def _first(counts: Counts) -> Level:
    share = np.full(len(CLASSES), FLOOR)
    share[counts.keys[0]] += counts.weights[0] / counts.weights[0].sum()
    logs = np.log(share / share.sum())
    size = len(CLASSES)
    return Level(np.arange(size), logs, np.zeros(size), np.ones(size, np.bool_))


def _next(shorter: Level, counts: Counts, size: int) -> Level:
    keys, weights = counts.keys[size], counts.weights[size]
    _, place = np.unique(keys >> BITS, return_inverse=True)
    total = np.bincount(place, weights)[place]
    distinct = np.bincount(place)[place]
    suffix = keys & ((1 << BITS * size) - 1)
    below = np.exp(shorter.logs[np.searchsorted(shorter.keys, suffix)])
    probability = (weights + distinct * below) / (total + distinct)
    gain = weights * (np.log(probability) - np.log(below))
    return Level(keys, np.log(probability), gain, np.zeros(len(keys), np.bool_))


def prune(levels: list[Level], threshold: float) -> list[Level]:
    """The n-grams worth keeping, with all their beginnings."""
    for level in levels[1:]:
        level.kept[:] = level.gain > threshold
    for shorter, longer in reversed(list(pairwise(levels))):
        needed = np.unique(longer.keys[longer.kept] >> BITS)
        shorter.kept |= np.isin(shorter.keys, needed)
    return [
        Level(level.keys[level.kept], level.logs[level.kept], level.gain[level.kept], level.kept[level.kept])
        for level in levels
    ]


def packed(levels: list[Level], step: float) -> dict[str, NDArray[np.uint8]]:
    """The arrays of one language, level by level in the order of their keys (see engine/recognizer/sequence.py)."""
    counts = [
        np.bincount(np.searchsorted(one.keys, two.keys >> BITS), minlength=len(one.keys))
        for one, two in pairwise(levels)
    ]
    phones = [level.keys & ((1 << BITS) - 1) for level in levels[1:]]
    logs = np.concatenate([level.logs for level in levels])
    return {
        "children": np.concatenate(counts).astype(np.uint8),
        "phones": np.concatenate(phones).astype(np.uint8),
        "costs": np.clip(np.round(-logs / step), 0, 255).astype(np.uint8),
    }
