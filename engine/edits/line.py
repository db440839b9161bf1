"""What edits of one curve are made by: the curve, the take in which its keys stand, and their grid."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..rig.curves import Grid
from ..score.anchor import Anchor
from ..score.anchoring import anchor
from ..score.items import Curve
from ..take import Take

WHOLE = 5e-4  # frames off a whole number that still are one

Ids = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Line:
    """What edits of one curve are made by.

    `ids("edit")` gives a new id; `grid`: that of the keys, None where it is not known; `tolerance` in seconds: keys
    that are nearer stand at one time.
    """

    curve: Curve
    take: Take
    ids: Ids
    grid: Grid | None
    tolerance: float

    def anchor(self, seconds: float) -> Anchor:
        """The place in the take."""
        return anchor(self.take, seconds)

    def fps(self, seconds: float) -> float:
        """The frame rate, where `seconds` stands on a whole frame; 0 elsewhere, and where there is no grid."""
        return self.fps_of(seconds - self.grid.origin) if self.grid else 0.0

    def fps_of(self, length: float) -> float:
        """The frame rate, where `length` in seconds is whole frames; 0 elsewhere, and where there is no grid."""
        if self.grid is None:
            return 0.0
        frames = length * self.grid.fps
        return self.grid.fps if abs(frames - round(frames)) < WHOLE else 0.0
