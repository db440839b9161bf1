"""The face over time: one curve a channel, and when lips or teeth are in contact."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import UsageError
from ..languages import CHANNELS

HOP = 0.005  # seconds between two values

__all__ = ["CHANNELS", "HOP", "Contact", "FaceCurves"]

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Contact:
    """A stretch in seconds that must be shut: `kind` 'lips' (lips together) or 'teeth' (lower lip to upper teeth)."""

    start: float
    end: float
    kind: str

    def __post_init__(self) -> None:
        if not self.start < self.end:
            raise UsageError(f"A contact runs from {self.start} to {self.end} s; its end must be after its start.")


@dataclass(frozen=True, slots=True, eq=False)
class FaceCurves:
    """The channels of a face, each float32 [n] within 0..1; value i stands for the time `start + i * hop` (seconds).

    `start` may lie before the sound where speech begins at once: the mouth has to open first. `contacts` in order.
    `expression`: brows, lids, gaze and so on where there is acting (EXPRESSION in engine/acting), float32 [n] as well.
    """

    start: float
    hop: float
    channels: Mapping[str, Floats]
    contacts: tuple[Contact, ...] = ()
    expression: Mapping[str, Floats] = field(default_factory=dict)

    @property
    def end(self) -> float:
        """The time of the last value in seconds."""
        return self.start + self.hop * (len(next(iter(self.channels.values()))) - 1)

    def at(self, times: ArrayLike) -> dict[str, NDArray[np.float64]]:
        """Each channel at `times` (seconds, any shape), linearly interpolated; outside the curves, their ends."""
        wanted = np.asarray(times, np.float64)
        grid = self.start + self.hop * np.arange(len(next(iter(self.channels.values()))))
        return {name: np.interp(wanted, grid, values) for name, values in self.channels.items()}
