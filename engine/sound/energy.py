"""How loud the sound is, every 10 ms."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from .features import HOP, WINDOW

FLOOR = -120.0  # dB

Floats = NDArray[np.float32]


def energy(samples: Floats) -> Floats:
    """Root mean square in dB re full scale, float32 [len(samples) // HOP], at least -120.

    `samples`: mono at 16 kHz, full scale 1. Value i is centred on (i + 0.5) * 10 ms, under a Hann window of 25 ms; each
    window's mean is taken out first, so that an offset is no sound. Beyond both ends the sound counts as silent.
    """
    count = len(samples) // HOP
    if count == 0:
        return np.zeros(0, np.float32)
    before = (WINDOW - HOP) // 2
    padded = np.concatenate([np.zeros(before, np.float32), samples, np.zeros(WINDOW, np.float32)])
    frames = np.ascontiguousarray(sliding_window_view(padded, WINDOW)[: count * HOP : HOP])
    weights = np.hanning(WINDOW + 1)[:-1].astype(np.float32)
    weights /= weights.sum()
    centred = frames - (frames @ weights)[:, None]
    power = np.maximum((centred * centred) @ weights, np.float32(1e-20))
    level: Floats = np.maximum(10.0 * np.log10(power), FLOOR).astype(np.float32)
    return level


def loud_level(energy: Floats) -> float:
    """The level of loud speech in dB: the 95th percentile of the frames within 40 dB of the loudest thousandth.

    So long pauses do not lower it, and one knock does not raise it much. -120 for no frames.
    """
    if len(energy) == 0:
        return FLOOR
    heard = energy[energy >= np.percentile(energy, 99.9) - 40.0]
    return float(np.percentile(heard, 95.0))
