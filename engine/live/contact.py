"""Contacts as they come: lips that are heard to shut are shut, in full and for a while, and let go at once."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

LOOK = 2  # rows of 10 ms that the mouth comes after its ear: the time to shut in, and to be sure of it
HELD = 5  # rows that a contact lasts at least
NEARLY = 2.0 / 3.0  # of the way, as far as lips come before it is sure that they meet
WAY_IN = 1.0 / 3.0  # of the way, a row
WAY_OUT = (0.64, 0.36, 0.16, 0.04, 0.0)  # what is left of it, row after row
LOST = 0.8  # of the evidence that begins a contact, under which one that was never made is given up


@dataclass(frozen=True, slots=True)
class Least:
    """Evidence 0..1 from which a contact `begins`; that on average of LOOK + 1 rows makes it `sure`; under which it
    `ends`.
    """

    begins: float
    sure: float
    ends: float


class LiveContact:
    """Lips on lips, or lip on teeth, from how likely it is row by row."""

    def __init__(self, least: Least) -> None:
        self._least = least
        self._heard = deque([0.0] * (LOOK + 1), LOOK + 1)  # evidence of the last rows
        self._rows = 0  # since it began; 0 where there is none
        self._made = False
        self._over = LOOK + len(WAY_OUT)  # rows since one ended
        self._amount = 0.0

    def step(self, evidence: float) -> float:
        """How far it is made, 0..1, LOOK rows before the one whose `evidence` 0..1 is told.

        It is 1 from the row that it begins with, having come nearer in the LOOK rows before, to its last.
        """
        self._heard.append(evidence)
        self._over = min(self._over + 1, LOOK + len(WAY_OUT))
        if self._goes_on(evidence):
            self._rows = min(self._rows + 1, HELD)
            self._made = self._made or (self._rows > LOOK and sum(self._heard) >= self._least.sure * len(self._heard))
        elif self._rows:
            self._over = 1 if self._made else LOOK + 1
            self._rows, self._made = 0, False
        self._amount = self._next()
        return self._amount

    def _goes_on(self, evidence: float) -> bool:
        if self._made:
            return self._rows < HELD or evidence >= self._least.ends
        return evidence >= self._least.begins * (LOST if self._rows else 1.0)

    def _next(self) -> float:
        if self._made:
            return 1.0
        if self._rows:
            return min(max(self._amount, NEARLY), self._amount + WAY_IN)
        if self._over <= LOOK:
            return self._amount
        return min(self._amount, WAY_OUT[min(self._over - LOOK, len(WAY_OUT)) - 1])
