"""Mouth and sound on one grid of 10 ms, ready to be laid over one another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..sound.runs import runs
from .mouth import MouthTrack

HOP = 0.01  # seconds
SLOW = 0.30  # seconds of a Gaussian: what changes more slowly is a mood, not a sound
FAST = 0.012  # seconds of a Gaussian: what changes faster than a mouth can
HELD = 0.3  # share of the frames in motion that repeat the last, from which a mouth is drawn, not moved
LONGEST_HOLD = 0.25  # seconds: a mouth that repeats for longer is at rest
STILL = 1e-6  # change of a value that is none
FEATURES = ("openness", "shut", "rounding")

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Signals:
    """What is expected [features, n] and what is seen [features, n + 2 * pad], every HOP seconds.

    `expected` value i stands at `start + i * HOP` seconds of the sound, `seen` begins `pad` values earlier. `weights`
    [features] say how much each tells.
    """

    start: float
    pad: int
    expected: Floats
    seen: Floats
    weights: Floats

    @property
    def count(self) -> int:
        """Values of what is expected."""
        return int(self.expected.shape[1])


def grid(start: float, end: float) -> Floats:
    """Times every HOP seconds from `start` up to `end`."""
    count = max(2, int(np.floor((end - start) / HOP + 1e-6)) + 1)
    times: Floats = start + HOP * np.arange(count, dtype=np.float64)
    return times


def is_held(track: MouthTrack) -> bool:
    """Whether the mouth is drawn on twos or in stills, each value standing until the next."""
    values = np.stack([track.openness, track.shut, track.tucked, track.rounding])
    same = np.all(np.abs(np.diff(values, axis=1)) < STILL, axis=0)
    frame = float(np.median(np.diff(track.times)))
    short = sum(stop - begin for begin, stop in runs(same) if (stop - begin) * frame <= LONGEST_HOLD)
    moving = short + int(np.count_nonzero(~same))
    return bool(moving > 0 and short >= HELD * moving)


def shown(track: MouthTrack, times: Floats) -> Floats:
    """The features of a mouth at `times`: [features, n]; between frames as a viewer sees them, held or in motion."""
    rows = [getattr(track, name) for name in FEATURES]
    if is_held(track):
        place = np.clip(np.searchsorted(track.times, times, side="right") - 1, 0, len(track.times) - 1)
        return np.stack([row[place] for row in rows])
    return np.stack([np.interp(times, track.times, row) for row in rows])


def gaussian(values: Floats, sigma: float) -> Floats:
    """`values` [..., n] under a Gaussian of `sigma` seconds, the ends held."""
    reach = int(np.ceil(3.0 * sigma / HOP))
    if reach < 1:
        return values
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) * HOP / sigma) ** 2)
    return convolved(values, kernel / kernel.sum())


def box(values: Floats, width: float) -> Floats:
    """`values` [..., n] under a triangle as wide as two frames of `width` seconds: what frames leave of movement."""
    reach = int(np.floor(width / HOP))
    if reach < 1:
        return values
    kernel = np.maximum(0.0, 1.0 - np.abs(np.arange(-reach, reach + 1)) * HOP / width)
    return convolved(values, kernel / kernel.sum())


def convolved(values: Floats, kernel: Floats) -> Floats:
    """`values` [..., n] under an odd, symmetric kernel, the ends held."""
    reach = len(kernel) // 2
    rows = values.reshape(-1, values.shape[-1])
    padded = np.pad(rows, ((0, 0), (reach, reach)), mode="edge")
    size = 1 << int(np.ceil(np.log2(padded.shape[1] + len(kernel))))
    made = np.fft.irfft(np.fft.rfft(padded, size) * np.fft.rfft(kernel, size), size)
    result: Floats = made[:, 2 * reach : 2 * reach + values.shape[-1]].reshape(values.shape)
    return result


def sharpened(values: Floats) -> Floats:
    """What of `values` [..., n] moves at the pace of speech."""
    smooth = gaussian(values, FAST)
    moving: Floats = smooth - gaussian(smooth, SLOW)
    return moving


def feature_weights(expected: Floats, seen: Floats, usual: Sequence[float]) -> Floats:
    """How much each feature tells: its `usual` say, none where one side has nothing of it."""
    least = 0.01
    there = (np.std(expected, axis=1) > least) & (np.std(seen, axis=1) > least * 0.2)
    weights: Floats = np.asarray(usual, np.float64) * there
    return weights
