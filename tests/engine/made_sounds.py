"""Sounds that something is heard in."""

from __future__ import annotations

import numpy as np

RATE = 16000


def buzz(seconds: float = 1.2, rate: int = RATE) -> np.ndarray:
    """A voice-like buzz with two wandering formants that comes and goes: something is heard in it."""
    time = np.arange(int(seconds * rate)) / rate
    phase = 2.0 * np.pi * np.cumsum(130.0 + 20.0 * np.sin(2.0 * np.pi * 1.3 * time)) / rate
    sound = np.zeros(len(time))
    for middle, swing, pace in ((500.0, 250.0, 2.1), (1500.0, 500.0, 2.7)):
        formant = middle + swing * np.sin(2.0 * np.pi * pace * time)
        for k in range(1, 30):
            sound += np.sin(k * phase) / k / (1.0 + ((k * 130.0 - formant) / 120.0) ** 2)
    return 0.5 * sound / np.abs(sound).max() * np.clip(1.5 * np.sin(2.0 * np.pi * 2.0 * time), 0.0, 1.0)
