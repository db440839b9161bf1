"""Waves cut off at the top: at full scale, below it after the level was lowered, and rounded by a codec afterwards."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..sound.quality import clipped_samples

BINS, SCALE = 65536, 4.0  # of the histogram of amplitudes, and where it ends
GROUPS = 50  # parts of the way from nothing to the peak
LOWEST_RAIL = 25  # group from which on a heap may be that of cut-off tops
VALLEY = 20  # group from which on speech grows rarer and rarer
HEAP = 2.5  # times the valley before it: more is a heap
CHANCE = 4.0  # samples that a valley may have fewer than it should: those of a short sound are counted on one hand
RAIL = 0.98  # of the peak: flat tops from there on are cut off
QUIET = 0.01  # of full scale: a sound that never comes so high has flat tops of its own

Floats = NDArray[np.float32]
Counts = NDArray[np.int64]


class Clipping:
    """Fed with blocks [n, channels], full scale 1; asked for the share of samples that are clipped."""

    def __init__(self) -> None:
        self._all: Counts = np.zeros(BINS, np.int64)
        self._flat: Counts = np.zeros(BINS, np.int64)
        self._full = 0

    def push(self, block: Floats) -> None:
        """Take a block."""
        for channel in block.T:
            size = np.abs(channel)
            bins = np.minimum(size * np.float32(BINS / SCALE), BINS - 1).astype(np.int64)
            self._all += np.bincount(bins, minlength=BINS)
            self._flat += np.bincount(bins[_level(channel)], minlength=BINS)
            self._full += clipped_samples(channel)

    @property
    def share(self) -> float:
        """Share of all samples, 0..1, by the surest of three signs: full scale, flat tops, a heap of amplitudes."""
        total = int(self._all.sum())
        used = np.flatnonzero(self._all[:-1])
        if not total or not len(used) or used[-1] < QUIET * BINS / SCALE:
            return 0.0
        top = int(used[-1])
        flat = int(self._flat[int(RAIL * top) :].sum())
        return max(self._full, flat, self._heaped(top)) / total

    def _heaped(self, top: int) -> int:
        """Samples in a heap near the peak: amplitudes of speech grow rarer to the very end."""
        edges = np.linspace(0, top + 1, GROUPS + 1).round().astype(np.int64)
        groups = np.diff(np.concatenate([[0], np.cumsum(self._all)])[edges])
        heap = 0.0
        for at in range(LOWEST_RAIL, GROUPS):
            heap += max(0.0, float(groups[at]) - HEAP * (float(groups[VALLEY:at].min()) + CHANCE))
        return int(heap)


def _level(channel: Floats) -> NDArray[np.bool_]:
    """Where three samples and more in a row are the same."""
    same = channel[1:] == channel[:-1]
    runs = same[1:] & same[:-1]
    inside = np.zeros(len(channel), bool)
    for shift in range(3):
        inside[shift : len(channel) - 2 + shift] |= runs
    return inside
