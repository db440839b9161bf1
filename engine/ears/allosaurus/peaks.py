"""Which phones a network trained by CTC has heard, and about when (Graves et al. 2006).

Such a network says 'blank' most of the time and each phone in a frame or two somewhere inside it. The best path is
taken: what wins each frame, a row of frames with one winner being one phone. The same phone again after a blank is
another one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ...phones import distance
from .units import written

ALIKE = 0.55  # distance under which phones in touching frames are one phone in doubt
CLOSED = np.float32(-1e9)

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Peak:
    """A phone where the network was sure of it.

    `ipa`; `unit`: its number in the model; `first`, `last`: rows of the scores; `confidence` 0..1: how likely it is
    among the phones that the language has, at its best.
    """

    ipa: str
    unit: int
    first: int
    last: int
    confidence: float


def conditional(scores: Floats, allowed: frozenset[int]) -> Floats:
    """Log-probability of each unit given that it is no blank [n, units]; those that are not allowed are closed."""
    masked = _phones_alone(scores, allowed)
    top = masked.max(axis=1, keepdims=True)
    logs: Floats = masked - top - np.log(np.exp(masked - top).sum(axis=1, keepdims=True))
    return logs


def peaks(scores: Floats, allowed: frozenset[int], units: Sequence[str]) -> tuple[Peak, ...]:
    """The phones of the best path in order, none overlapping. `scores` [n, units], `allowed` as for `conditional`."""
    logs = conditional(scores, allowed)
    masked = _phones_alone(scores, allowed)
    winners = np.where(masked.max(axis=1) > scores[:, 0], masked.argmax(axis=1), 0)
    edges = [0, *(np.flatnonzero(np.diff(winners)) + 1).tolist(), len(winners)]
    found: list[Peak] = []
    for first, stop in pairwise(edges):
        unit = int(winners[first])
        if unit and stop > first:
            sure = float(np.exp(logs[first:stop, unit]).max())
            _add(found, Peak(written(units[unit]), unit, first, stop - 1, round(min(1.0, sure), 3)))
    return tuple(found)


def _phones_alone(scores: Floats, allowed: frozenset[int]) -> Floats:
    """The scores, the blank's and those that are not allowed far below all others."""
    masked = np.full_like(scores, CLOSED)
    columns = sorted(allowed - {0})
    masked[:, columns] = scores[:, columns]
    return masked


def _add(found: list[Peak], peak: Peak) -> None:
    """Add a peak; one that touches its like is the same phone, in doubt how to be written."""
    last = found[-1] if found else None
    touching = last is not None and peak.first == last.last + 1
    if not peak.ipa:  # a mark alone, such as that of length: the phone before goes on
        if last is not None and touching:
            found[-1] = replace(last, last=peak.last)
    elif last is not None and touching and distance(last.ipa, peak.ipa) < ALIKE:
        surer = last if last.confidence >= peak.confidence else peak
        found[-1] = replace(surer, first=last.first, last=peak.last)
    else:
        found.append(peak)
