"""What is seen of a face: the values of its shape keys as they will be shown, moment by moment."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..errors import UsageError
from ..rig import KeyInfo

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class SeenPart:
    """One mesh of a face: its `keys` and their `values` [moments, keys], in key values, as evaluated.

    A key that is muted, or a mesh that is hidden, counts with the values that are shown: those at rest.
    """

    name: str
    keys: tuple[KeyInfo, ...]
    values: Floats

    def __post_init__(self) -> None:
        if self.values.ndim != 2 or self.values.shape[1] != len(self.keys):
            raise UsageError(
                f"'{self.name}' has values of shape {self.values.shape} for {len(self.keys)} keys; "
                "give a row a moment and a column a key."
            )


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """A face as it is shown at `times` (seconds of the sound as it stands, rising; one for each frame).

    `fps`: frames per second as played; `speed`: seconds of sound heard in one played second, 1 at its own speed. So
    `seconds * fps / speed` are frames, and `seconds / speed` are seconds as heard. `heard`: from which to which second
    of the sound the scene plays it. `muted`: the sound is not heard at all.
    """

    times: Floats
    parts: tuple[SeenPart, ...]
    fps: float
    heard: tuple[float, float]
    speed: float = 1.0
    muted: bool = False

    def __post_init__(self) -> None:
        if not (math.isfinite(self.fps) and self.fps > 0.0 and math.isfinite(self.speed) and self.speed > 0.0):
            raise UsageError(f"The shot has {self.fps} fps at the speed {self.speed}; both must be above 0.")
        if len(self.times) < 2 or not bool(np.all(np.diff(self.times) > 0.0)):
            raise UsageError(f"The shot has {len(self.times)} frames to look at; give two or more, in order.")
        for part in self.parts:
            if len(part.values) != len(self.times):
                raise UsageError(f"'{part.name}' has {len(part.values)} values for {len(self.times)} frames.")

    @property
    def rate(self) -> float:
        """Frames per second of sound."""
        return self.fps / self.speed
