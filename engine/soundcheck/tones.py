"""Steady tones in a sound, every 32 ms: a voice glides from pitch to pitch, an instrument holds its notes."""

from __future__ import annotations

import math

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

WINDOW, HOP = 0.128, 0.032  # seconds
LOWEST, HIGHEST = 70.0, 4000.0  # Hz
APART = 3  # frames before and after, in which a steady tone is as well: nearly 200 ms in all
SAME = 0.3  # bins by which it may have moved
QUIET, HUM = 0.25, 0.5  # share of the frames that are quiet, and of those in which a hum is heard
PARTS = 4  # of the time, in all of which it must be
CLEAR = 10.0  # times the mean power about it: a tone, not noise

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]


class Tones:
    """Fed with mono blocks at `rate` Hz; `steadiness` and `level` come out a frame every 32 ms.

    Frame i is centred on i * HOP + WINDOW / 2 seconds.
    """

    def __init__(self, rate: int) -> None:
        self._size = 1 << max(6, round(math.log2(WINDOW * rate)))
        self._hop = max(1, round(HOP * rate))
        self._window = np.hanning(self._size + 1)[:-1].astype(np.float32)
        self._bins = slice(*(round(min(hertz, 0.45 * rate) * self._size / rate) for hertz in (LOWEST, HIGHEST)))
        self._left = np.zeros(0, np.float32)
        self._power = np.zeros((0, self._bins.stop - self._bins.start), np.float32)
        self._found: list[Floats] = []

    def push(self, block: Floats) -> None:
        """Take a block."""
        samples = np.concatenate([self._left, block])
        count = max(0, (len(samples) - self._size) // self._hop + 1)
        self._left = samples[count * self._hop :]
        if count:
            frames = sliding_window_view(samples, self._size)[:: self._hop][:count]
            spectrum = np.fft.rfft(frames * self._window, axis=1)[:, self._bins]
            power = (spectrum.real**2 + spectrum.imag**2).astype(np.float32)
            joined = np.concatenate([self._power, power])
            self._found.append(steadiness(joined))
            self._power = joined[-2 * APART :]

    @property
    def steadiness(self) -> Floats:
        """Share of each frame's power that lies in steady tones, 0..1; 0 in the first and last frames."""
        edge = np.zeros(APART, np.float32)
        return np.concatenate([edge, *self._found, edge])


def steadiness(power: Floats) -> Floats:
    """Share of the power [frames, bins] in tones that are there APART frames before and after: [frames - 2 * APART]."""
    if len(power) <= 2 * APART:
        return np.zeros(0, np.float32)
    tone, place = _peaks(power)
    here, there = slice(APART, len(power) - APART), (slice(0, -2 * APART), slice(2 * APART, None))
    steady = tone[here].copy()
    for other in there:
        steady &= _near(place[here], tone[other], place[other])
    steady &= ~_constant(steady, power[here].sum(axis=1))
    wide = steady.copy()
    wide[:, 1:] |= steady[:, :-1]
    wide[:, :-1] |= steady[:, 1:]
    share: Floats = (power[here] * wide).sum(axis=1) / np.maximum(power[here].sum(axis=1), np.float32(1e-12))
    return share


def _constant(steady: Flags, power: Floats) -> Flags:
    """The bins [bins] in which a tone stands at nearly all quiet moments: the hum of a machine or a codec's ringing.

    Over some seconds each part of the time must have it: a note that is held does not stand so long.
    """
    quiet = steady[power <= np.quantile(power, QUIET)]
    often: Floats = np.min([part.mean(axis=0) for part in np.array_split(quiet, PARTS) if len(part)], axis=0)
    near = often.copy()
    near[1:] += often[:-1]
    near[:-1] += often[1:]
    humming: Flags = np.greater(near, np.float32(HUM))
    return humming


def _peaks(power: Floats) -> tuple[Flags, Floats]:
    """Where tones stand, and their places between the bins (a parabola through the logarithms): [frames, bins] each."""
    logs = np.log(power + np.float32(1e-12))
    left, middle, right = logs[:, :-2], logs[:, 1:-1], logs[:, 2:]
    sums = np.cumsum(np.pad(power, ((0, 0), (9, 8))), axis=1, dtype=np.float64)
    about = (sums[:, 16:] - sums[:, :-16])[:, : power.shape[1]] / 16.0
    tone = np.zeros(power.shape, bool)
    tone[:, 1:-1] = (middle > left) & (middle >= right)
    tone &= power * 4.0 > about * CLEAR
    place = np.tile(np.arange(power.shape[1], dtype=np.float32), (len(power), 1))
    bend = np.minimum(left - 2.0 * middle + right, np.float32(-1e-6))
    place[:, 1:-1] += np.clip(0.5 * (left - right) / bend, -0.5, 0.5)
    return tone, place


def _near(place: Floats, tone: Flags, other: Floats) -> Flags:
    """Where `tone` holds one within SAME bins of `place`."""
    found: Flags = tone & (np.abs(other - place) < SAME)
    found[:, 1:] |= tone[:, :-1] & (np.abs(other[:, :-1] - place[:, 1:]) < SAME)
    found[:, :-1] |= tone[:, 1:] & (np.abs(other[:, 1:] - place[:, :-1]) < SAME)
    return found
