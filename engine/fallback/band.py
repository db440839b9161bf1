"""The speech band of a phrase: how far it stands over what sounds around it, and how it opens the mouth."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ..sound.features import FLOOR, RATE, SPECTRUM, mel_filters

SPEECH = (250.0, 3500.0)  # Hz: the formants that opening the mouth makes louder
AROUND = 50  # frames on each side of a phrase that are looked at for the noise, too
QUIETEST = 10.0  # per cent of the frames that count as noise, in each band
LOUD = 90.0  # percentile of a phrase's level that stands for its loud syllables
OVER = 1.6  # times the noise that is taken off each band (spectral subtraction; Boll 1979)
RANGE = 18.0  # dB under loud at which the mouth is shut
WIDEST = 0.5  # opening of loud syllables: about the mean of open vowels, since nobody knows which vowel it is
SMOOTH = 6.0  # frames of Gaussian
LOWEST = 1e-9  # power under which a band holds nothing

Floats = NDArray[np.float32]
Halves = NDArray[np.float16]


@lru_cache(maxsize=1)
def _bands() -> slice:
    """The bands of the features that lie in SPEECH."""
    hertz = np.arange(SPECTRUM // 2 + 1) * RATE / SPECTRUM
    centres = hertz @ mel_filters() / mel_filters().sum(0)
    inside = np.flatnonzero((centres >= SPEECH[0]) & (centres <= SPEECH[1]))
    return slice(int(inside[0]), int(inside[-1]) + 1)


def powers(bands: Halves, first: int, stop: int) -> tuple[Floats, Floats]:
    """Power of the speech band's bands [stop - first, k] in some frames, and that of the noise around them [k].

    `bands`: log-mels of the whole sound [frames, 48].
    """
    low, high = max(0, first - AROUND), min(len(bands), stop + AROUND)
    power = np.maximum(np.exp(bands[low:high, _bands()].astype(np.float32)) - np.float32(FLOOR), np.float32(LOWEST))
    noise = np.percentile(power, QUIETEST, axis=0).astype(np.float32)
    return power[first - low : stop - low], noise


def over_noise(power: Floats, noise: Floats) -> float:
    """How far loud frames stand over the noise, in dB."""
    loud = float(np.percentile(power.sum(axis=1), LOUD))
    return 10.0 * float(np.log10(loud / float(noise.sum())))


def opening(power: Floats, noise: Floats) -> Floats:
    """How far energy alone opens the mouth in each frame of a phrase, 0..1 [frames], smooth."""
    left = np.maximum(power - np.float32(OVER) * noise, np.float32(LOWEST)).sum(axis=1)
    level = 10.0 * np.log10(left)
    open_to = np.clip(1.0 + (level - np.percentile(level, LOUD)) / RANGE, 0.0, 1.0)
    reach = int(3 * SMOOTH)
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / SMOOTH) ** 2)
    padded = np.pad(open_to, reach)
    smooth: Floats = (WIDEST * np.convolve(padded, kernel / kernel.sum(), mode="valid")).astype(np.float32)
    return np.clip(smooth, 0.0, 1.0)
