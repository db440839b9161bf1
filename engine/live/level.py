"""How loud a sound is, row by row as it comes."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ..sound.features import HOP

QUIETEST = -100.0  # dB
OFFSET_ROWS = 100.0  # over which a constant offset is learnt, which is no sound
WEIGHTS = np.exp(-0.5 * (np.arange(-3, 4) / 2.0) ** 2)  # of the rows around one
AHEAD = len(WEIGHTS) // 2  # rows that must have come after the one that is told

Floats = NDArray[np.float32]


class Levels:
    """The level in dB of full scale (-100..0) of each row of 10 ms and those around it, AHEAD rows later."""

    def __init__(self) -> None:
        self._rest: Floats = np.zeros(0, np.float32)
        self._offset, self._rows = 0.0, 0.0
        self._powers = np.zeros(len(WEIGHTS))
        self._early = AHEAD  # rows that come before the first one

    def push(self, samples: Floats) -> list[float]:
        """The next samples (mono, 16 kHz, full scale 1) -> the levels of the rows that can be told now."""
        samples = np.concatenate([self._rest, samples])
        count = len(samples) // HOP
        self._rest = samples[count * HOP :].copy()
        levels = [self._step(row) for row in samples[: count * HOP].reshape(count, HOP)]
        early = min(self._early, count)
        self._early -= early
        return levels[early:]

    def finish(self) -> list[float]:
        """Those that are left, as if silence followed."""
        silence = np.full(HOP, self._offset, np.float32)
        return [self._step(silence) for _ in range(AHEAD)][self._early :]

    def _step(self, row: Floats) -> float:
        mean = float(row.sum()) / HOP
        self._rows = min(self._rows + 1.0, OFFSET_ROWS)
        self._offset += (mean - self._offset) / self._rows
        row = row - np.float32(self._offset)
        power = float(row.dot(row)) / HOP
        self._powers[:-1] = self._powers[1:]
        self._powers[-1] = power
        shown = float(WEIGHTS.dot(self._powers)) / float(WEIGHTS.sum())
        return min(0.0, max(QUIETEST, 10.0 * math.log10(max(shown, 1e-10))))
