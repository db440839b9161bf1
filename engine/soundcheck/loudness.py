"""Loudness and true peak after ITU-R BS.1770-4, at any rate, in blocks.

The two biquads of the K-weighting are given in the standard for 48 kHz only. Here they are made for any rate from the
analogue filters behind them by the bilinear transform, and applied as their frequency response on each block and what
came before it: the responses die away within a fraction of a second. True peak: Annex 2, four times oversampled by a
windowed sinc (twice from 96 kHz on, not at all from 192 kHz on).
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

SHELF = (1681.974450955533, 3.999843853973347, 0.7071752369554196)  # Hz, dB, Q: the head
SHELF_SLOPE = 0.4996667741545416
HIGH_PASS = (38.13547087602444, 0.5003270373238773)  # Hz, Q
TOP = 0.45  # of the rate: no filter stands higher
OFFSET = -0.691  # dB
STEPS = 10  # sums a second: a block of 400 ms is four of them, the next one begins one later
BLOCK = 4
ABSOLUTE, RELATIVE = -70.0, -10.0  # LUFS, LU: the two gates
SURROUND = 1.41  # weight of a channel behind the listener
MEMORY = 0.5  # seconds that a filter remembers, at most
TAPS = 12  # on each side of the sinc that finds peaks between samples
MARGIN = 1.6  # a peak between samples is hardly higher than this times the samples beside it

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Biquad = tuple[tuple[float, float, float], tuple[float, float, float]]


def k_weighting(rate: int) -> tuple[Biquad, Biquad]:
    """The two biquads at `rate` Hz, each as its numerator and denominator, (b0, b1, b2), (1, a1, a2)."""
    hertz, gain, q = SHELF
    k = math.tan(math.pi * min(hertz, TOP * rate) / rate)
    high = 10.0 ** (gain / 20.0)
    middle = high**SHELF_SLOPE
    whole = 1.0 + k / q + k * k
    head = (
        (
            (high + middle * k / q + k * k) / whole,
            2.0 * (k * k - high) / whole,
            (high - middle * k / q + k * k) / whole,
        ),
        (1.0, 2.0 * (k * k - 1.0) / whole, (1.0 - k / q + k * k) / whole),
    )
    hertz, q = HIGH_PASS
    k = math.tan(math.pi * hertz / rate)
    whole = 1.0 + k / q + k * k
    return head, ((1.0, -2.0, 1.0), (1.0, 2.0 * (k * k - 1.0) / whole, (1.0 - k / q + k * k) / whole))


def weights(channels: int) -> Doubles:
    """How much each channel counts: in five those behind more, in six the fourth, of effects, not at all."""
    found = np.ones(channels)
    if channels in (5, 6):
        found[-2:] = SURROUND
    if channels == 6:
        found[3] = 0.0
    return found


class Loudness:
    """Fed with blocks [n, channels] at `rate` Hz, full scale 1; asked for loudness and peak at the end."""

    def __init__(self, rate: int, channels: int) -> None:
        self._rate = rate
        self._weights = weights(channels)
        self._before = np.zeros((0, channels), np.float32)
        self._sums: list[Doubles] = []
        self._begun = 0.0  # sum of the step that has begun
        self._taken = 0
        self._peak = 0.0
        self._edge = np.zeros((0, channels), np.float32)

    def push(self, block: Floats) -> None:
        """Take a block."""
        if not len(block):
            return
        self._find_peak(block)
        joined = np.concatenate([self._before, block])
        power = np.zeros(len(block))
        for channel in np.flatnonzero(self._weights):
            weighted = _filtered(joined[:, channel], self._rate)[len(self._before) :]
            power += self._weights[channel] * weighted**2
        self._add(power)
        self._before = joined[-int(MEMORY * self._rate) :]

    @property
    def steps(self) -> Doubles:
        """Mean weighted power of each whole tenth of a second [n], channels added up."""
        return np.concatenate([np.zeros(0), *self._sums])

    @property
    def integrated(self) -> float:
        """LUFS of the whole, gated; -inf where nothing passes the gate. A sound under 400 ms is one block."""
        if len(self.steps) < BLOCK:
            total = float(self.steps.sum()) * self._rate / STEPS + self._begun
            return loudness_of(total / max(1, self._taken))
        return gated(np.convolve(self.steps, np.full(BLOCK, 1.0 / BLOCK), "valid"))

    @property
    def true_peak(self) -> float:
        """dBTP, the highest of all channels between samples as well; -inf for silence."""
        return 20.0 * math.log10(self._peak) if self._peak > 0.0 else -math.inf

    def _add(self, power: Doubles) -> None:
        first = self._taken
        self._taken += len(power)
        sums = np.concatenate([[0.0], np.cumsum(power)])
        step = self._rate / STEPS
        number = math.floor(first / step + 1e-9) + 1
        ends = np.round(np.arange(number, math.floor(self._taken / step + 1e-9) + 1) * step).astype(np.int64) - first
        if not len(ends):
            self._begun += float(sums[-1])
            return
        totals = np.diff(sums[ends], prepend=0.0)
        totals[0] += self._begun
        self._sums.append(totals / step)
        self._begun = float(sums[-1] - sums[ends[-1]])

    def _find_peak(self, block: Floats) -> None:
        """The highest sample, and where it comes near the highest so far what lies between samples."""
        whole = np.concatenate([self._edge, block])
        self._edge = whole[-2 * TAPS :]
        self._peak = max(self._peak, float(np.abs(block).max()))
        for channel in whole.T:
            if float(np.abs(channel).max()) * MARGIN > self._peak and len(channel) > 2 * TAPS:
                between = [np.abs(np.convolve(channel, taps, "valid")).max() for taps in _between(self._rate)]
                self._peak = max([self._peak, *map(float, between)])


def loudness_of(power: float) -> float:
    """LUFS of a mean weighted power."""
    return OFFSET + 10.0 * math.log10(power) if power > 0.0 else -math.inf


def gated(blocks: Doubles) -> float:
    """LUFS of some blocks' mean weighted powers: without those under -70 LUFS, then those 10 LU under the rest."""
    kept = blocks[blocks > 10.0 ** ((ABSOLUTE - OFFSET) / 10.0)]
    if not len(kept):
        return -math.inf
    return loudness_of(float(kept[kept > kept.mean() * 10.0 ** (RELATIVE / 10.0)].mean()))


def _filtered(samples: Floats, rate: int) -> Doubles:
    """The K-weighted samples, as after silence."""
    size = _fast_size(len(samples) + int(MEMORY * rate))
    weighted: Doubles = np.fft.irfft(np.fft.rfft(samples, size) * _response(rate, size), size)[: len(samples)]
    return weighted


@lru_cache(maxsize=4)
def _response(rate: int, size: int) -> NDArray[np.complex128]:
    turn = np.exp(-2j * np.pi * np.arange(size // 2 + 1) / size)
    response = np.ones(len(turn), np.complex128)
    for above, below in k_weighting(rate):
        response *= (above[0] + turn * (above[1] + turn * above[2])) / (below[0] + turn * (below[1] + turn * below[2]))
    return response


def _fast_size(least: int) -> int:
    """The next number that is 1, 3, 5 or 9 times a power of two."""
    return min(factor << max(0, math.ceil(math.log2(least / factor))) for factor in (1, 3, 5, 9))


@lru_cache(maxsize=4)
def _between(rate: int) -> tuple[Floats, ...]:
    """Taps that give the samples a quarter, half and three quarters of the way from one to the next."""
    times = 4 if rate < 96000 else 2 if rate < 192000 else 1
    found = []
    for phase in range(1, times):
        offset = np.arange(1 - TAPS, TAPS + 1) - phase / times
        taps = np.sinc(offset) * np.cos(0.5 * np.pi * offset / (TAPS + 0.5)) ** 2
        found.append((taps / taps.sum())[::-1].astype(np.float32))
    return tuple(found)
