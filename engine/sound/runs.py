"""Stretches of frames in which something holds."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]


def runs(flags: Flags, shortest: int = 1) -> list[tuple[int, int]]:
    """First and behind last of the stretches in which `flags` [n] holds for `shortest` frames and more."""
    steps = np.diff(flags.astype(np.int8), prepend=0, append=0)
    ends = zip(np.flatnonzero(steps == 1).tolist(), np.flatnonzero(steps == -1).tolist(), strict=True)
    return [(first, last) for first, last in ends if last - first >= shortest]
