"""Values that follow their goals smoothly and without a bounce."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .moment import HOP

Doubles = NDArray[np.float64]


class Follower:
    """Critically damped springs, moved exactly from one row of 10 ms to the next, however stiff.

    A step of the goal is half made after 1.7 / pace seconds; what moves slowly comes 2 / pace seconds late.
    """

    def __init__(self, count: int) -> None:
        self.values: Doubles = np.zeros(count)
        self._speed: Doubles = np.zeros(count)

    def step(self, goals: Doubles, pace: Doubles) -> Doubles:
        """Values [count] one row later, drawn to `goals` at `pace` (1/s), both [count]."""
        apart = self.values - goals
        moved = (self._speed + pace * apart) * HOP
        left = np.exp(-HOP * pace)
        self._speed = (self._speed - pace * moved) * left
        self.values = goals + (apart + moved) * left
        return self.values
