"""How many shapes of the mouth a second a shot asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..mouth.gesture import Gesture
from .needs import Target
from .report import Overrun

WINDOW = 1.0  # seconds
MOST_SOUNDS = 16  # named in one place

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Rates:
    """Shapes a second: `mean` over the `speech` (seconds), and `within` [n] the window that begins with each target."""

    targets: tuple[Target, ...]
    within: Floats
    speech: float

    @property
    def mean(self) -> float:
        """Shapes a second of speech, 0 without any."""
        return len(self.targets) / self.speech if self.speech > 0.0 else 0.0

    @property
    def fastest(self) -> float:
        """The most shapes in a window."""
        return float(self.within.max(initial=0.0))

    def stretches(self, most: float) -> list[tuple[int, int]]:
        """Where more than `most` are asked for: first target, and the one after the last, of each stretch."""
        found: list[tuple[int, int]] = []
        for first in np.flatnonzero(self.within > most).tolist():
            after = first + int(self.within[first])
            if found and first <= found[-1][1]:
                found[-1] = (found[-1][0], max(after, found[-1][1]))
            else:
                found.append((first, after))
        return found

    def above(self, most: float) -> float:
        """Seconds in which more than `most` are asked for."""
        return sum(self.targets[after - 1].end - self.targets[first].start for first, after in self.stretches(most))


def rates(targets: Sequence[Target], row: Sequence[Gesture]) -> Rates:
    """The rates of a row of targets, counted in windows of a second that slide from target to target."""
    starts = np.array([target.start for target in targets])
    within = np.searchsorted(starts, starts + WINDOW - 1e-9) - np.arange(len(starts))
    return Rates(tuple(targets), within.astype(np.float64), sum(one.end - one.start for one in row))


def over_rate(rated: Rates, most: float, others: Sequence[Overrun]) -> list[Overrun]:
    """The stretches in which more shapes are asked for than are borne; `others`: what else is over budget."""
    found = []
    for first, after in rated.stretches(most):
        part = rated.targets[first:after]
        start, end, fastest = part[0].start, part[-1].end, float(rated.within[first:after].max())
        lost = [one.sounds for one in others if start - 1e-6 <= one.start < end]
        found.append(Overrun("rate", start, end, _sounds(part), most, fastest, _told(len(part), lost)))
    return found


def _sounds(part: Sequence[Target]) -> str:
    more = "..." if len(part) > MOST_SOUNDS else ""
    return "".join(target.sounds for target in part[:MOST_SOUNDS]) + more


def _told(count: int, lost: Sequence[str]) -> str:
    if not lost:
        return ""
    names = ", ".join(lost[:MOST_SOUNDS]) + (" and more" if len(lost) > MOST_SOUNDS else "")
    return f"Of {count} shapes here, {len(lost)} are shown too briefly or not at all ({names})."
