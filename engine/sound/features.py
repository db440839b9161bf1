"""Log-mel spectra: what the recognizer sees of a sound.

Frames of 25 ms (Hann) every 10 ms, 48 triangular bands on the mel scale in O'Shaughnessy's form,
2595 log10(1 + f / 700), from 60 to 7,600 Hz.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

RATE = 16000  # Hz
HOP = 160  # samples, 10 ms
WINDOW = 400  # samples, 25 ms
SPECTRUM = 512  # samples of the Fourier transform
BANDS = 48
LOWEST, HIGHEST = 60.0, 7600.0  # Hz
FLOOR = 1e-8  # power under which a band is silent (-80 dB of full scale)
QUIETEST = -9.0  # log power: the level of loud frames under which a sound is raised

Floats = NDArray[np.float32]


@lru_cache(maxsize=64)
def mel_filters(warp: float = 1.0) -> Floats:
    """Band weights [SPECTRUM // 2 + 1, BANDS]; `warp` stretches the frequency axis (training's vocal-tract variety)."""
    edges = np.linspace(_mel(LOWEST), _mel(HIGHEST), BANDS + 2)
    hertz = 700.0 * (10.0 ** (edges / 2595.0) - 1.0) * warp
    bins = np.arange(SPECTRUM // 2 + 1) * RATE / SPECTRUM
    rising = (bins[:, None] - hertz[None, :-2]) / np.diff(hertz)[None, :-1]
    falling = (hertz[None, 2:] - bins[:, None]) / np.diff(hertz)[None, 1:]
    weights = np.maximum(0.0, np.minimum(rising, falling))
    weights /= np.maximum(weights.sum(0, keepdims=True), 1e-9)
    filters: Floats = weights.astype(np.float32)
    filters.setflags(write=False)
    return filters


def _mel(hertz: float) -> float:
    return float(2595.0 * np.log10(1.0 + hertz / 700.0))


@lru_cache(maxsize=1)
def hann() -> Floats:
    """The window of a row [WINDOW], of unit energy."""
    window: Floats = np.hanning(WINDOW + 1)[:-1].astype(np.float32)
    window *= np.float32(1.0 / np.sqrt(np.sum(window**2)))
    return window


def log_mel(samples: Floats, warp: float = 1.0) -> Floats:
    """Natural log of band power, float32 [len(samples) // HOP, BANDS]; row i is centred on (i + 0.5) * 10 ms.

    `samples`: mono at 16 kHz, full scale 1. Beyond both ends the sound counts as silent.
    """
    count = len(samples) // HOP
    if count == 0:
        return np.zeros((0, BANDS), np.float32)
    before = (WINDOW - HOP) // 2
    padded = np.concatenate([np.zeros(before, np.float32), samples.astype(np.float32), np.zeros(WINDOW, np.float32)])
    frames = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[: count * HOP : HOP]
    spectrum = np.fft.rfft(frames * hann(), SPECTRUM, axis=1)
    power = (spectrum.real**2 + spectrum.imag**2).astype(np.float32)
    bands: Floats = np.log(power @ mel_filters(warp) + np.float32(FLOOR))
    return bands


def raised(bands: Floats) -> Floats:
    """Log-mels of a quiet sound as if it were louder: their floor would hide its weak bands; others stay as they are.

    What counts is the 95th percentile of frame level, brought up to QUIETEST.
    """
    level = float(np.percentile(bands.mean(1), 95)) if len(bands) else QUIETEST
    if level >= QUIETEST:
        return bands
    power = np.maximum(np.exp(bands) - np.float32(FLOOR), 0.0) * np.float32(np.exp(QUIETEST - level))
    higher: Floats = np.log(power + np.float32(FLOOR))
    return higher


def normalise(bands: Floats) -> Floats:
    """Log-mels with mean 0 and deviation 1 in each band over the loud frames: level, microphone and room drop out.

    Loud frames lie within 35 dB of the 95th percentile of frame level.
    """
    if len(bands) == 0:
        return bands
    level = bands.mean(1)
    loud = bands[level >= np.percentile(level, 95) - 35.0 / 4.343]
    mean, deviation = loud.mean(0), loud.std(0)
    normal: Floats = ((bands - mean) / np.maximum(deviation, 0.5)).astype(np.float32)
    return np.maximum(normal, np.float32(-6.0))
