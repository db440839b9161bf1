"""The channels of a sound beside one another: hearing works on their mean, in which they may cancel out."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

SILENT = 1e-9  # power under which a channel holds nothing

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]


class Channels:
    """Fed with blocks [n, channels]; `power` [channels] is their mean square without offset, `offset` [channels]."""

    def __init__(self, channels: int) -> None:
        self._sums: Doubles = np.zeros(channels)
        self._products: Doubles = np.zeros((channels, channels))
        self._count = 0

    def push(self, block: Floats) -> None:
        """Take a block."""
        wide = block.astype(np.float64)
        self._sums += wide.sum(axis=0)
        self._products += wide.T @ wide
        self._count += len(block)

    @property
    def offset(self) -> Doubles:
        """Mean of each channel, share of full scale."""
        return self._sums / max(1, self._count)

    @property
    def power(self) -> Doubles:
        """Mean square of each channel about its offset."""
        found: Doubles = np.maximum(np.diagonal(self._covariance), 0.0)
        return found

    @property
    def kept(self) -> float:
        """Power of the mean of the channels as a share of the channels' own, 0..1.

        1: all hold the same; 1 / channels: they have nothing in common, or all but one are silent; 0: they cancel out.
        """
        own = float(self.power.mean())
        return float(self._covariance.mean()) / own if own > SILENT else 1.0

    @property
    def alike(self) -> float:
        """Correlation of the two strongest channels, -1..1; 1 where there are no two."""
        if len(self._sums) < 2:
            return 1.0
        first, second = np.argsort(self.power)[::-1][:2]
        scale = math.sqrt(float(self.power[first] * self.power[second]))
        return float(self._covariance[first, second]) / scale if scale > SILENT else 1.0

    @property
    def _covariance(self) -> Doubles:
        count = max(1, self._count)
        found: Doubles = self._products / count - np.outer(self.offset, self.offset)
        return found
