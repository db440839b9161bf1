"""The mouth at one moment of a sound that is still going on."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..errors import UsageError
from ..languages import CHANNELS

HOP = 0.01  # seconds between two moments


@dataclass(frozen=True, slots=True)
class Moment:
    """The mouth at `time` (seconds from the start of the sound, of what it speaks of: it is told later than that).

    `values`: 0..1 for each of CHANNELS, in that order; `phone`: the likeliest sound in IPA, '' in silence, for a label;
    `level`: of the sound in dB of full scale, -100..0. Raises UsageError for values that are out of range.
    """

    time: float
    values: tuple[float, ...]
    phone: str = ""
    level: float = -100.0

    def __post_init__(self) -> None:
        if len(self.values) != len(CHANNELS) or not all(0.0 <= value <= 1.0 for value in self.values):
            raise UsageError(f"A moment of the mouth has {len(CHANNELS)} values from 0 to 1, not {self.values}.")
        if not (math.isfinite(self.time) and self.time >= 0.0 and -100.0 <= self.level <= 0.0):
            raise UsageError(f"A moment at {self.time} s with a level of {self.level} dB makes no sense.")
