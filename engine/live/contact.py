"""Contacts as they come: lips that are heard to shut are shut, in full and for a while, and let go at once."""

from __future__ import annotations

LOOK = 2  # rows of 10 ms that the mouth comes after its ear: the time to shut in
HELD = 5  # rows that a contact lasts at least
WAY_IN = 1.0 / (LOOK + 1)  # of the way, a row
WAY_OUT = (0.64, 0.36, 0.16, 0.04, 0.0)  # what is left of it, row after row


class LiveContact:
    """Lips on lips, or lip on teeth, from how likely it is row by row.

    `least`: evidence from which it is made, and under which it ends.
    """

    def __init__(self, least: tuple[float, float]) -> None:
        self._begin, self._end = least
        self._rows = 0  # that it is made for, so far
        self._since = LOOK + len(WAY_OUT)  # rows since it ended
        self._amount = 0.0

    def step(self, evidence: float) -> float:
        """How far it is made, 0..1, LOOK rows before the one whose `evidence` 0..1 is told.

        It is 1 from the first row whose evidence tells of it on, having begun LOOK rows before, to the last.
        """
        made = evidence >= (self._end if self._rows else self._begin) or 0 < self._rows < HELD
        self._rows = self._rows + 1 if made else 0
        self._since = 0 if made else self._since + 1
        if self._since <= LOOK:
            self._amount = 1.0 if self._rows > LOOK else min(1.0, self._amount + WAY_IN)
        else:
            self._amount = min(self._amount, WAY_OUT[min(self._since - LOOK - 1, len(WAY_OUT) - 1)])
        return self._amount
