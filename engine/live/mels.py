"""Log-mels of a sound that is still coming."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..sound.features import BANDS, FLOOR, HOP, SPECTRUM, WINDOW, hann, mel_filters

Floats = NDArray[np.float32]

BEFORE = (WINDOW - HOP) // 2  # samples of a window that lie before its row
AFTER = WINDOW - BEFORE  # samples from a row's beginning until its window is full
TOGETHER = 100  # rows made in one go


class StreamingMels:
    """The rows that `log_mel` makes of a whole sound, each as soon as the last sample of its window is there.

    However the sound is cut the numbers are the same; those of `log_mel` differ from them by rounding alone.
    """

    def __init__(self) -> None:
        self._kept = np.zeros(WINDOW + TOGETHER * HOP, np.float32)  # what the next window still needs, from its first
        self._windows = np.lib.stride_tricks.sliding_window_view(self._kept, WINDOW)[::HOP]
        self._filled = BEFORE  # a sound begins in silence

    def push(self, samples: Floats) -> Floats:
        """The next samples (mono, 16 kHz, full scale 1) -> the rows [n, BANDS] that are whole now."""
        rows = np.empty((max(0, self._filled + len(samples) - WINDOW + HOP) // HOP, BANDS), np.float32)
        taken = made = 0
        while taken < len(samples):
            piece = samples[taken : taken + len(self._kept) - self._filled]
            self._kept[self._filled : self._filled + len(piece)] = piece
            self._filled += len(piece)
            taken += len(piece)
            made += self._make(rows[made:])
        return rows

    def _make(self, rows: Floats) -> int:
        """Fill `rows` with those that are whole, and forget what no other one needs; how many there were."""
        count = max(0, self._filled - WINDOW + HOP) // HOP
        if count == 0:
            return 0
        spectrum = np.fft.rfft(self._windows[:count] * hann(), SPECTRUM, axis=1)
        power = (spectrum.real**2 + spectrum.imag**2).astype(np.float32)
        for one, row in zip(power, rows, strict=False):
            np.dot(one, mel_filters(), out=row)
            np.log(np.add(row, np.float32(FLOOR), out=row), out=row)
        self._filled -= count * HOP
        self._kept[: self._filled] = self._kept[count * HOP : count * HOP + self._filled].copy()
        return count
