"""Where the sound changes, every 2.5 ms: finer than what the recognizer sees.

Log energies of 12 bands under a Hann window of 10 ms; their change about a moment is the distance between the means of
the 10 ms before it and of the 10 ms after it, a spectral variation function (Brugnara, Falavigna and Omologo 1993).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from .features import RATE

STEP = 40  # samples, 2.5 ms
WINDOW = 160  # samples, 10 ms
REACH = 4  # steps on each side
BANDS = 12
LOWEST, HIGHEST = 125.0, 8000.0  # Hz
VOICED_BANDS = 6  # the lowest ones, up to about 900 Hz, which rise as a voice sets in
FLOOR = 1e-6  # power under which a band is silent

Floats = NDArray[np.float32]
Halves = NDArray[np.float16]


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """Tracks of a sound, value i at i * 2.5 ms, each float16 [samples // 40].

    `spectrum`: how much the spectrum changes there (nats, root mean square over bands); `voice`: how much the low bands
    rise (nats); `level`: mean log energy over the bands (nats).
    """

    spectrum: Halves
    voice: Halves
    level: Halves

    def __getitem__(self, steps: slice) -> Change:
        return Change(self.spectrum[steps], self.voice[steps], self.level[steps])


def change(samples: Floats) -> Change:
    """The changes of mono samples at 16 kHz, full scale 1. Beyond both ends the sound counts as silent."""
    bands = _bands(samples)
    count = len(bands)
    sums = np.concatenate([np.zeros((1, BANDS)), np.cumsum(bands, axis=0, dtype=np.float64)])
    at = np.arange(count)
    before = (sums[at] - sums[np.maximum(at - REACH, 0)]) / REACH
    after = (sums[np.minimum(at + 1 + REACH, count)] - sums[np.minimum(at + 1, count)]) / REACH
    difference = after - before
    spectrum = np.sqrt((difference**2).mean(axis=1))
    voice = difference[:, :VOICED_BANDS].mean(axis=1)
    return Change(spectrum.astype(np.float16), voice.astype(np.float16), bands.mean(axis=1).astype(np.float16))


def join(parts: list[Change]) -> Change:
    """Some tracks one after another."""
    names = ("spectrum", "voice", "level")
    none = np.zeros(0, np.float16)
    return Change(*(np.concatenate([none, *(getattr(part, name) for part in parts)]) for name in names))


@lru_cache(maxsize=1)
def _window() -> Floats:
    window: Floats = np.hanning(WINDOW + 2)[1:-1].astype(np.float32)
    return window


@lru_cache(maxsize=1)
def _edges() -> NDArray[np.int64]:
    """The first bin of each band."""
    bins = np.geomspace(LOWEST, HIGHEST, BANDS + 1) * WINDOW / RATE
    edges = np.round(bins).astype(np.int64)
    for band in range(1, len(edges)):
        edges[band] = max(edges[band], edges[band - 1] + 1)
    return edges


def _bands(samples: Floats) -> Floats:
    count = len(samples) // STEP
    if count == 0:
        return np.zeros((0, BANDS), np.float32)
    half = np.zeros(WINDOW // 2, np.float32)
    padded = np.concatenate([half, samples.astype(np.float32), half])
    frames = sliding_window_view(padded, WINDOW)[: count * STEP : STEP]
    spectrum = np.fft.rfft(frames * _window(), axis=1)
    power = (spectrum.real**2 + spectrum.imag**2).astype(np.float32)
    summed = np.add.reduceat(power[:, : _edges()[-1]], _edges()[:-1], axis=1)
    bands: Floats = np.log(summed + np.float32(FLOOR))
    return bands
