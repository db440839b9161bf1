"""Dominance: each gesture's say over time, and the mean of all targets weighed by it.

After Cohen & Massaro, 'Modeling coarticulation in synthetic visual speech' (1993): F = sum(D T) / sum(D), here with
D = claim * exp(-(d / reach)^power), d being the distance from the stretch in which the gesture is held. Beyond one
reach the exponent goes on straight, so that far from any gesture the last hands over to the next without a jump.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

POWER = 1.5
FAR = 6.0  # reaches after which a say is too small to count
FLOOR = 1e-5  # the say of the neutral face, where nothing else has any
CHUNK = 4096  # gestures at a time, so that memory stays bounded

Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Pulls:
    """Gestures as one articulator feels them, arrays over gestures.

    Held from `start` to `end`, felt `before` and `after` that (all seconds), as strongly as `claim` (0..1), towards
    `targets` [gestures, channels].
    """

    start: Doubles
    end: Doubles
    before: Doubles
    after: Doubles
    claim: Doubles
    targets: Doubles


def blend(pulls: Pulls, start: float, hop: float, n: int) -> Doubles:
    """The weighed mean of targets at the times `start + i * hop`: [n, channels]."""
    weight = np.full(n, FLOOR)
    total = np.zeros((n, pulls.targets.shape[1]))
    for first in range(0, len(pulls.claim), CHUNK):
        for owner, index, say in _says(pulls, slice(first, first + CHUNK), start, hop, n):
            weight += np.bincount(index, say, n)
            for channel in range(total.shape[1]):
                total[:, channel] += np.bincount(index, say * pulls.targets[owner, channel], n)
    mean: Doubles = total / weight[:, None]
    return mean


def _says(
    pulls: Pulls, part: slice, start: float, hop: float, n: int
) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp], Doubles]]:
    """Gesture, sample and say of each sample that a gesture of `part` reaches."""
    chosen = np.flatnonzero(pulls.claim[part] > 0.0) + part.start
    if not len(chosen):
        return
    low, high = pulls.start[chosen], pulls.end[chosen]
    first = np.clip(np.ceil((low - FAR * pulls.before[chosen] - start) / hop), 0, n).astype(np.intp)
    last = np.clip(np.floor((high + FAR * pulls.after[chosen] - start) / hop) + 1, first, n).astype(np.intp)
    count = last - first
    within = np.repeat(np.arange(len(chosen)), count)
    index = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count) + np.repeat(first, count)
    time = start + index * hop
    owner = chosen[within]
    apart = np.maximum((low[within] - time) / pulls.before[owner], (time - high[within]) / pulls.after[owner])
    yield owner, index, pulls.claim[owner] * np.exp(-_exponent(np.maximum(apart, 0.0)))


def _exponent(apart: Doubles) -> Doubles:
    """The exponent of a say, `apart` reaches from where the gesture is held."""
    near = np.minimum(apart, 1.0)
    exponent: Doubles = near**POWER + POWER * (apart - near)
    return exponent


def smooth(values: Doubles, sigma: float, hop: float) -> Doubles:
    """`values` [n, channels] under a Gaussian of `sigma` seconds; the ends are held."""
    reach = int(np.ceil(3.0 * sigma / hop))
    if reach < 1 or not len(values):
        return values
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) * hop / sigma) ** 2)
    kernel /= kernel.sum()
    padded = np.pad(values, ((reach, reach), (0, 0)), mode="edge")
    return np.stack([np.convolve(column, kernel, mode="valid") for column in padded.T], axis=1)
