"""Holes in a sound: stretches in which nothing changes at all, cut in from one sample to the next."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..sound.runs import runs

SHORTEST, LONGEST = 0.004, 0.4  # seconds
EDGE = 0.002  # seconds beside a hole, in which the sound must have been loud to be cut off

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Gap:
    """A hole from `start` to `end` seconds; `before`, `after`: the highest amplitude right beside it."""

    start: float
    end: float
    before: float
    after: float


class Gaps:
    """Fed with blocks [n, channels] at `rate` Hz; `found` holds every hole of 4 to 400 ms."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._before: Floats | None = None
        self._at = 0  # of the first sample of what is kept
        self._told = 0  # up to where holes were told
        self.found: list[Gap] = []

    def push(self, block: Floats) -> None:
        """Take a block."""
        samples = block if self._before is None else np.concatenate([self._before, block])
        edge = max(1, round(EDGE * self._rate))
        for first, last in runs((np.diff(samples, axis=0) == 0.0).all(axis=1)):
            if last + self._at <= self._told or last + edge >= len(samples) or first < 1:
                continue
            if SHORTEST * self._rate <= last - first <= LONGEST * self._rate:
                beside = (
                    float(np.abs(part).max())
                    for part in (samples[max(0, first - edge) : first], samples[last + 1 : last + 1 + edge])
                )
                self.found.append(Gap((first + self._at) / self._rate, (last + self._at) / self._rate, *beside))
        self._told = self._at + len(samples) - edge - 1
        kept = min(len(samples), int((LONGEST + 0.1) * self._rate))
        self._before, self._at = samples[len(samples) - kept :], self._at + len(samples) - kept
