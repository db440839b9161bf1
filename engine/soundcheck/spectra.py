"""Mean spectra of a sound, apart by how loud it is: what is loud is speech, what is quiet lies behind it."""

from __future__ import annotations

import math

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

WINDOW, HOP = 0.032, 0.02  # seconds
LOWEST, HIGHEST = -120, 20  # dB, the levels that are kept apart, 1 dB each

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]


class Spectra:
    """Fed with mono blocks at `rate` Hz. `power` [levels, bins] is summed over `counts` [levels] frames of that level.

    Level i holds the frames whose root mean square is LOWEST + i dB re full scale, cut off to whole dB; bin k is
    centred on `hertz[k]`. Power is scaled so that its sum over the bins is the mean square.
    """

    def __init__(self, rate: int) -> None:
        self._size = 1 << max(4, round(math.log2(WINDOW * rate)))
        self._hop = max(1, round(HOP * rate))
        self._window = np.hanning(self._size + 1)[:-1].astype(np.float32)
        self._window /= np.sqrt(np.float32(0.5 * self._size) * (self._window**2).sum())
        self._left = np.zeros(0, np.float32)
        self.hertz: Doubles = np.arange(self._size // 2 + 1) * rate / self._size
        self.power: Doubles = np.zeros((HIGHEST - LOWEST + 1, len(self.hertz)))
        self.counts: NDArray[np.int64] = np.zeros(HIGHEST - LOWEST + 1, np.int64)

    def push(self, block: Floats) -> None:
        """Take a block."""
        samples = np.concatenate([self._left, block])
        count = max(0, (len(samples) - self._size) // self._hop + 1)
        self._left = samples[count * self._hop :]
        if count:
            self._add(sliding_window_view(samples, self._size)[:: self._hop][:count])

    def above(self, level: float) -> Doubles:
        """Mean power [bins] of the frames at `level` dB and more; zeros for none."""
        return self._mean(slice(_row(level), None))

    def below(self, level: float) -> Doubles:
        """Mean power [bins] of the frames under `level` dB that are not digitally silent; zeros for none."""
        return self._mean(slice(1, max(1, _row(level))))

    def _mean(self, rows: slice) -> Doubles:
        mean: Doubles = self.power[rows].sum(axis=0) / max(1, int(self.counts[rows].sum()))
        return mean

    def _add(self, frames: Floats) -> None:
        centred = frames - frames.mean(axis=1, keepdims=True)
        spectrum = np.fft.rfft(centred * self._window, axis=1)
        power = spectrum.real**2 + spectrum.imag**2
        levels = 10.0 * np.log10(np.maximum(power.sum(axis=1), 1e-20))
        rows = np.clip(np.floor(levels) - LOWEST, 0, len(self.counts) - 1).astype(np.int64)
        for row in np.unique(rows):
            self.power[row] += power[rows == row].sum(axis=0)
            self.counts[row] += int((rows == row).sum())


def _row(level: float) -> int:
    return int(np.clip(math.floor(level) - LOWEST, 0, HIGHEST - LOWEST))
