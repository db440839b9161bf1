"""The second opinion: how loud the band of speech is, measured from the sound alone.

Opening of the mouth goes with the energy of the band of the first formants (Grant & Seitz 2000; Chandrasekaran et al.
2009 find mouth area and envelope closest between 300 and 3000 Hz). Nothing here is shared with the recognizer.
"""

from __future__ import annotations

from collections.abc import Generator

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from ..progress import Progress
from ..sound.source import Source

RATE = 16000  # Hz
HOP = 160  # samples: 10 ms
WINDOW = 480  # samples: 30 ms, three periods of a low voice
LOW, HIGH = 300.0, 3400.0  # Hz
FLOOR = -120.0  # dB

Floats = NDArray[np.float32]


def speech_band(source: Source) -> Generator[Progress, None, Floats]:
    """The level of the band 300-3400 Hz in dB re full scale, float32 [duration / 10 ms], at least -120.

    Value i is centred on (i + 0.5) * 10 ms, under a Hann window of 30 ms; beyond both ends the sound counts as silent.
    Raises AudioError where the sound cannot be read.
    """
    before = (WINDOW - HOP) // 2
    waiting = np.zeros(before, np.float32)
    levels: list[Floats] = []
    read = 0
    for block in source.blocks(RATE):
        read += len(block)
        waiting = np.concatenate([waiting, block])
        ready = max(0, (len(waiting) - WINDOW) // HOP + 1)
        levels.append(_levels(waiting, ready))
        waiting = waiting[ready * HOP :]
        yield Progress("Energy", min(1.0, read / RATE / max(source.duration, 1e-3)))
    left = read // HOP - sum(map(len, levels))
    levels.append(_levels(np.concatenate([waiting, np.zeros(WINDOW, np.float32)]), max(0, left)))
    return np.concatenate(levels)


def _levels(samples: Floats, count: int) -> Floats:
    """The band's level of the first `count` windows of `samples`."""
    if count <= 0:
        return np.zeros(0, np.float32)
    shape = np.hanning(WINDOW + 1)[:-1].astype(np.float32)
    frames = sliding_window_view(samples, WINDOW)[: count * HOP : HOP][:count] * shape
    spectrum = np.abs(np.fft.rfft(frames, axis=1)) ** 2
    heard = np.fft.rfftfreq(WINDOW, 1.0 / RATE)
    inside = (heard >= LOW) & (heard <= HIGH)
    power = 2.0 * spectrum[:, inside].sum(axis=1) / (WINDOW * float((shape**2).sum()))
    level: Floats = np.maximum(10.0 * np.log10(np.maximum(power, 1e-20)), FLOOR).astype(np.float32)
    return level


def loudness_shape(level: Floats) -> NDArray[np.float64]:
    """A level in dB as what a mouth might do: 0 from 30 dB under loud speech, 1 at it."""
    if not len(level):
        return np.zeros(0)
    audible = level[level > float(np.max(level)) - 40.0]
    loud = float(np.percentile(audible, 95.0))
    shape: NDArray[np.float64] = np.clip((level.astype(np.float64) - loud + 30.0) / 30.0, 0.0, 1.2)
    return shape
