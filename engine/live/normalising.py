"""Log-mels normalised by what was heard so far: what `raised` and `normalise` do to a whole sound, row by row.

Three things are followed. The noise floor rises slowly and falls at once (after Martin's minimum statistics, IEEE
Trans. Speech and Audio Processing 9, 2001, in their simplest form). The loudest level rises at once and falls slowly,
more slowly still while nobody speaks, and is never taken to be near the noise: a room before the first word is not
raised to look like speech. And of the rows that are loud, mean level (3.5 s of them), mean of each band beside it and
deviation of each band (15 s of them), which fade exponentially. What speech is like on average stands in for the first
words: it weighs as much as 0.4 s of rows in the level, and as one second in the bands.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ..sound.features import BANDS, FLOOR, QUIETEST

Floats = NDArray[np.float32]

DECIBEL = math.log(10.0) / 10.0  # of power, in its natural logarithm
SMOOTH, SINK, CLIMB = 0.4, 0.3, 6.0 * DECIBEL / 100.0  # of the noise floor, a row
NOISE_AT_FIRST = -16.5
RISE, REST = 0.35, 0.0001  # of the loudest level, a row: towards a louder one, and towards a softer one at any time
FALL = 0.003  # towards a voice, by the square of how far it lies below: a knock is forgotten within its first word
LOUDEST_AT_FIRST, SOFTEST = -11.0, -16.0  # log power: quiet speech before any was heard; what it may sink to
VOICE = 10.0 * DECIBEL  # above the noise: somebody speaks
APART = 13.0 * DECIBEL  # the least between noise and the loudest level
LOUD, CLEAR = 35.0 * DECIBEL, 5.0 * DECIBEL  # rows that count: so near to the loudest, so far above the noise
LEVEL_ROWS, BAND_ROWS = 350.0, 1500.0  # loud rows after which what was heard weighs a third
LEVEL_PRIOR, BAND_PRIOR = 40.0, 100.0  # rows that the average of all speech weighs
GAP = 2.0  # from the loudest level down to the mean of the loud rows
LEAST = 0.5  # a band's deviation is not taken to be smaller
LOWEST, HIGHEST = -6.0, 6.0


def _between(*values: float) -> Floats:
    """A value for each band, from points at equal distance, from the lowest band to the highest."""
    return np.interp(np.arange(BANDS), np.linspace(0.0, BANDS - 1.0, len(values)), values).astype(np.float32)


# Means and deviations beside the level in loud rows of the training speech, in rooms and noise.
PROFILE = _between(2.5, 3.6, 2.1, 0.4, -0.3, -0.5, -1.6, -3.5, -4.5)
DEVIATION = _between(1.8, 2.3, 2.5, 2.3, 2.1, 1.9, 1.8, 1.6, 1.4)
_PROFILE_SUM = PROFILE * np.float32(BAND_PRIOR)
_SQUARE_SUM = DEVIATION * DEVIATION * np.float32(BAND_PRIOR)


class Tracks:
    """What was heard so far of `voices` sounds at once; `step` takes the next row of each.

    The state is as large after an hour as at the beginning. A sound's numbers do not depend on what stands beside it.
    """

    def __init__(self, voices: int = 1) -> None:
        one = np.ones((voices, 1), np.float32)
        self.smooth, self.noise = one * np.float32(NOISE_AT_FIRST), one * np.float32(NOISE_AT_FIRST)
        self.loudest = one * np.float32(LOUDEST_AT_FIRST)
        self.level_rows, self.level_sum = one * 0, one * 0
        self.band_rows = one * 0
        self.band_sum, self.square_sum = (np.zeros((voices, BANDS), np.float32) for _ in range(2))

    def step(self, row: Floats) -> Floats:
        """The next row [voices, BANDS] of log-mels, normalised by all up to it: LOWEST..HIGHEST."""
        top, counts = self._follow(_mean(row))
        row = _over_a_lower_floor(row, top)
        self.level_rows += counts * (1.0 - self.level_rows * (1.0 / LEVEL_ROWS))
        self.level_sum += counts * (_mean(row) - self.level_sum * (1.0 / LEVEL_ROWS))
        row -= ((top - GAP) * LEVEL_PRIOR + self.level_sum) / (self.level_rows + LEVEL_PRIOR)
        self.band_rows += counts * (1.0 - self.band_rows * (1.0 / BAND_ROWS))
        weight = 1.0 / (self.band_rows + BAND_PRIOR)
        self.band_sum += counts * (row - self.band_sum * (1.0 / BAND_ROWS))
        row -= (_PROFILE_SUM + self.band_sum) * weight
        self.square_sum += counts * (row * row - self.square_sum * (1.0 / BAND_ROWS))
        row /= np.maximum(np.sqrt((_SQUARE_SUM + self.square_sum) * weight), LEAST)
        np.maximum(row, LOWEST, out=row)
        return np.minimum(row, HIGHEST, out=row)

    def _follow(self, level: Floats) -> tuple[Floats, Floats]:
        """One more row's level: the loudest level as it is used, and 1 where the row is loud, else 0."""
        self.smooth += SMOOTH * (level - self.smooth)
        self.noise += np.minimum(SINK * (self.smooth - self.noise), CLIMB)
        above = level - self.loudest
        voiced = (level > self.noise + VOICE).astype(np.float32)
        self.loudest += np.maximum(above * (REST - FALL * above * voiced), above * RISE)
        np.maximum(self.loudest, SOFTEST, out=self.loudest)
        top = np.maximum(self.loudest, self.noise + APART)
        least = np.maximum(top - LOUD, self.noise + CLEAR)
        return top, (level > least).astype(np.float32)


def _mean(row: Floats) -> Floats:
    total: Floats = np.add.reduce(row, axis=1, keepdims=True)
    total *= 1.0 / BANDS
    return total


def _over_a_lower_floor(row: Floats, top: Floats) -> Floats:
    """Log-mels of a quiet sound as if FLOOR had been lower by as much: it would hide the weak bands (see `raised`)."""
    power = np.exp(row)
    power -= FLOOR
    np.maximum(power, 0.0, out=power)
    power += np.exp(np.minimum(top - QUIETEST, 0.0)) * FLOOR
    return np.log(power, out=power)


class RunningNormaliser:
    """Rows of log-mels as they come, normalised by what was heard up to each of them. For one sound."""

    def __init__(self) -> None:
        self._tracks = Tracks()

    def push(self, bands: Floats) -> Floats:
        """Log-mels [n, BANDS] as `log_mel` gives them -> the same normalised; however they are cut into pieces."""
        normal = np.empty(bands.shape, np.float32)
        for i in range(len(bands)):
            normal[i] = self._tracks.step(bands[i : i + 1])[0]
        return normal
