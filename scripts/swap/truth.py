"""Where a time of one reading truly lies in another: by the phones that both have, word by word."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

OTHER_WORD = 9.0  # more than a phone left out and one put in
OTHER_PHONE = 0.9
LEFT_OUT = 1.0


class Timed(Protocol):
    """A phone whose place in the text is known."""

    @property
    def start(self) -> float: ...
    @property
    def end(self) -> float: ...
    @property
    def ipa(self) -> str: ...
    @property
    def origin(self) -> int: ...
    @property
    def line(self) -> int: ...


@dataclass(frozen=True)
class Span:
    """A stretch of the new reading in which a time of the old one truly lies; `there`: whether its phone is said."""

    start: float
    end: float
    there: bool

    def distance(self, seconds: float) -> float:
        """Seconds from a time to the stretch, 0 within it."""
        return max(self.start - seconds, seconds - self.end, 0.0)


@dataclass(frozen=True)
class Truth:
    """The phones of two readings that are the same sound of the same word."""

    old: tuple[Timed, ...]
    new: tuple[Timed, ...]

    @cached_property
    def pairs(self) -> NDArray[np.int32]:
        """For each old phone the new one, or -1 where it is not said."""
        return _pairs(self.old, self.new)

    def span(self, seconds: float) -> Span:
        """Where `seconds` of the old reading lies in the new one: its phone, or the pause between its neighbours."""
        place = self._place(seconds)
        if place is None:
            return Span(*self._between(seconds), there=True)
        other = int(self.pairs[place])
        if other >= 0:
            return Span(self.new[other].start, self.new[other].end, there=True)
        return Span(*self._between((self.old[place].start + self.old[place].end) / 2), there=False)

    def instant(self, seconds: float) -> float:
        """The very time: evenly through each phone that both have, and through what lies between."""
        olds, news = self._knots
        if seconds <= olds[0]:
            return float(news[0] + seconds - olds[0])
        if seconds >= olds[-1]:
            return float(news[-1] + seconds - olds[-1])
        return float(np.interp(seconds, olds, news))

    def back(self, seconds: float) -> float:
        """The old reading's time of `seconds` in the new one."""
        olds, news = self._knots
        return float(np.interp(seconds, news, olds)) if len(news) else seconds

    def line_span(self, seconds: float) -> Span:
        """The line of the new reading that has the number of the old one's at `seconds`, for texts that differ."""
        line = min(self.old, key=lambda phone: max(phone.start - seconds, seconds - phone.end, 0.0)).line
        inside = [phone for phone in self.new if phone.line == line]
        if not inside:
            return Span(-math.inf, math.inf, there=False)
        return Span(inside[0].start, inside[-1].end, there=True)

    @cached_property
    def _knots(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        both = [(self.old[i], self.new[j]) for i, j in enumerate(self.pairs) if j >= 0]
        olds = np.array([edge for one, _ in both for edge in (one.start, one.end)])
        news = np.array([edge for _, one in both for edge in (one.start, one.end)])
        return olds, news

    def _place(self, seconds: float) -> int | None:
        return next((i for i, phone in enumerate(self.old) if phone.start <= seconds < phone.end), None)

    def _between(self, seconds: float) -> tuple[float, float]:
        """From the end of the paired phone before to the start of the one after."""
        before = [j for i, j in enumerate(self.pairs) if j >= 0 and self.old[i].end <= seconds + 1e-9]
        after = [j for i, j in enumerate(self.pairs) if j >= 0 and self.old[i].start >= seconds - 1e-9]
        start = self.new[before[-1]].end if before else -math.inf
        end = self.new[after[0]].start if after else math.inf
        return start, end


def _pairs(old: Sequence[Timed], new: Sequence[Timed]) -> NDArray[np.int32]:
    """The cheapest path through both in order; phones of different words, or of none, are never the same."""
    costs = np.full((len(old) + 1, len(new) + 1), np.inf)
    costs[0], costs[:, 0] = LEFT_OUT * np.arange(len(new) + 1), LEFT_OUT * np.arange(len(old) + 1)
    apart = np.array([[_apart(one, other) for other in new] for one in old]).reshape(len(old), len(new))
    for i in range(len(old)):
        for j in range(len(new)):
            costs[i + 1, j + 1] = min(costs[i, j] + apart[i, j], costs[i, j + 1] + LEFT_OUT, costs[i + 1, j] + LEFT_OUT)
    return _traced(costs, apart)


def _traced(costs: NDArray[np.float64], apart: NDArray[np.float64]) -> NDArray[np.int32]:
    i, j = apart.shape
    found = np.full(i, -1, np.int32)
    while i and j:
        if costs[i, j] == costs[i - 1, j - 1] + apart[i - 1, j - 1]:
            i, j = i - 1, j - 1
            if apart[i, j] < OTHER_WORD:
                found[i] = j
        elif costs[i, j] == costs[i - 1, j] + LEFT_OUT:
            i -= 1
        else:
            j -= 1
    return found


def _apart(one: Timed, other: Timed) -> float:
    if one.origin != other.origin or one.origin < 0:
        return OTHER_WORD
    return 0.0 if one.ipa == other.ipa else OTHER_PHONE
