"""How strongly somebody speaks beside how strongly they usually do, from levels as they come."""

from __future__ import annotations

from ..mouth.jaw import MARGIN, WEAKER, WEAKEST

RISE, FALL = 0.3, 0.001  # of the way to a louder level and to a softer one, a row in which somebody speaks
SILENT = 45.0  # dB under loud speech, from which nothing is said
INAUDIBLE = -85.0  # dB of full scale, from which nothing is said in any case


class Loudness:
    """Follows the loud speech of one sound."""

    def __init__(self) -> None:
        self._loud: float | None = None  # dB

    def hear(self, level: float, spoken: bool) -> None:
        """The `level` in dB of the next row, and whether it is one of speech."""
        if spoken and level > INAUDIBLE:
            loud = level if self._loud is None else self._loud
            self._loud = loud + (RISE if level > loud else FALL) * (level - loud)

    def silent(self, level: float) -> bool:
        """Whether nothing can be said at this level; at none that is a number neither."""
        return not level >= INAUDIBLE or (self._loud is not None and level < self._loud - SILENT)

    def strength(self, level: float) -> float:
        """A factor for the jaw: 1 in loud speech, less where it is weak (as over a whole take: engine/mouth/jaw.py)."""
        if self._loud is None:
            return 1.0
        return min(1.0, max(WEAKEST, 1.0 + WEAKER * (level - self._loud + MARGIN)))
