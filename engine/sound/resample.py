"""A streaming resampler: polyphase windowed sinc, any rate to any other, block edges exact.

Kaiser-windowed sinc after Smith's 'Digital Audio Resampling' (CCRMA): output sample k stands at exactly
k / rate_out seconds, for it is computed from whole numbers and never by adding up steps.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import ceil, gcd

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

ZEROS = 24  # zero crossings of the sinc on each side
ROLLOFF = 0.94  # cutoff as a share of the lower of the two Nyquist rates
KAISER = 8.6  # about 86 dB down beyond the transition
DENSE = 1024  # ratios with more phases than this are gathered tap by tap
GATHERED = 8192  # output samples gathered at once

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]


class Resampler:
    """Feed with `push`, block by block, and end with `finish`; each gives the samples that are ready.

    In all, `ceil(samples_in * rate_out / rate_in)` samples come out, sample k at k / rate_out seconds.
    Beyond both ends the sound counts as silent. `prompt`: each sample as soon as it can be told, and the same to the
    last bit however the sound is cut, at some cost; otherwise they come some milliseconds later, in groups.
    """

    def __init__(self, rate_in: int, rate_out: int, prompt: bool = False) -> None:
        if rate_in <= 0 or rate_out <= 0:
            raise ValueError(f"Sample rates must be positive, not {rate_in} and {rate_out}.")
        self._rate_in, common = rate_in, gcd(rate_in, rate_out)
        self._up, self._down = rate_out // common, rate_in // common
        cutoff = 0.5 * ROLLOFF * min(1.0, self._up / self._down)
        self._half = ceil(ZEROS / (2.0 * cutoff))
        self._table = _taps(self._up, self._half, cutoff)
        self._matrix: Floats | None = None
        self._group = 1
        if self._up <= DENSE and not prompt:
            self._matrix, self._group = self._dense()
        self._buffer: Floats = np.zeros(self._half - 1, np.float32)  # its first sample is number self._first
        self._first = 1 - self._half
        self._taken = 0  # samples in
        self._given = 0  # samples out

    @property
    def delay(self) -> float:
        """Seconds from a sample that comes out until the last one that it is made of, without groups."""
        return 0.0 if self._up == self._down else self._half / self._rate_in

    def push(self, samples: Floats) -> Floats:
        """Take samples [n], float32; give those that are ready."""
        self._taken += len(samples)
        if self._up == self._down:
            self._given += len(samples)
            return samples
        self._buffer = np.concatenate([self._buffer, samples])
        # Ready are the outputs whose last tap, floor(k * down / up) + half, is there.
        last = self._taken - 1 - self._half
        ready = ((last + 1) * self._up - 1) // self._down + 1 if last >= 0 else 0
        return self._make(max(0, ready - self._given) // self._group * self._group)

    def finish(self) -> Floats:
        """Give what is left."""
        total = -(-self._taken * self._up // self._down)
        left = total - self._given
        if left <= 0:
            return np.zeros(0, np.float32)
        groups = ceil(left / self._group) * self._group
        reach = (self._given + groups) * self._down // self._up + self._half + 1
        missing = max(0, reach - (self._first + len(self._buffer)))
        self._buffer = np.concatenate([self._buffer, np.zeros(missing, np.float32)])
        return self._make(groups)[:left]

    def _make(self, count: int) -> Floats:
        if count <= 0:
            return np.zeros(0, np.float32)
        outputs = np.arange(self._given, self._given + count, dtype=np.int64)
        made = self._gathered(outputs) if self._matrix is None else self._dense_product(self._matrix, outputs)
        self._given += count
        keep = self._given * self._down // self._up - self._half + 1 - self._first
        self._buffer = self._buffer[keep:]
        self._first += keep
        return made

    def _dense(self) -> tuple[Floats, int]:
        """One matrix [samples in, samples out] that makes a whole group of outputs, some periods of the ratio."""
        periods = ceil(64 / self._up)
        group, step = self._up * periods, self._down * periods
        matrix = np.zeros((step + 2 * self._half, group), np.float32)
        outputs = np.arange(group, dtype=np.int64)
        base = outputs * self._down // self._up
        taps = np.arange(2 * self._half)
        matrix[base[:, None] + taps, outputs[:, None]] = self._table[outputs * self._down % self._up]
        return matrix, group

    def _dense_product(self, matrix: Floats, outputs: Integers) -> Floats:
        offset = int(outputs[0]) * self._down // self._up - self._half + 1 - self._first
        step = self._group * self._down // self._up
        groups = len(outputs) // self._group
        short = offset + (groups - 1) * step + len(matrix) - len(self._buffer)
        buffer = np.concatenate([self._buffer, np.zeros(short, np.float32)]) if short > 0 else self._buffer
        windows = sliding_window_view(buffer[offset:], len(matrix))[::step][:groups]
        made: Floats = (np.ascontiguousarray(windows) @ matrix).reshape(-1)
        return made

    def _gathered(self, outputs: Integers) -> Floats:
        taps = np.arange(2 * self._half)
        made = np.empty(len(outputs), np.float32)
        for at in range(0, len(outputs), GATHERED):
            some = outputs[at : at + GATHERED]
            base = some * self._down // self._up - self._half + 1 - self._first
            windows = self._buffer[base[:, None] + taps]
            made[at : at + GATHERED] = np.einsum("kt,kt->k", windows, self._table[some * self._down % self._up])
        return made


def _taps(phases: int, half: int, cutoff: float) -> Floats:
    """Weights [phases, 2 * half], each row summing to 1; row p serves outputs that lie p / phases after an input."""
    offset = np.arange(1 - half, half + 1)[None, :] - np.arange(phases)[:, None] / phases
    places = np.linspace(0.0, 1.0, 16385)  # a table, for np.i0 is slow
    window = np.i0(KAISER * np.sqrt(1.0 - places**2))
    weights = np.sinc(2.0 * cutoff * offset) * np.interp(np.abs(offset) / half, places, window)
    weights /= weights.sum(axis=1, keepdims=True)
    table: Floats = weights.astype(np.float32)
    return table


def resample(blocks: Iterable[Floats], rate_in: int, rate_out: int) -> Iterator[Floats]:
    """Mono blocks at `rate_in` Hz as blocks at `rate_out` Hz; the sum of their lengths is exact to a sample."""
    resampler = Resampler(rate_in, rate_out)
    for block in blocks:
        ready = resampler.push(block)
        if len(ready):
            yield ready
    ready = resampler.finish()
    if len(ready):
        yield ready
