"""The sheet of a plot: its head, and the two fields with the ranges that they hold."""

from __future__ import annotations

import numpy as np

from ..drawing import LINE, Canvas, Colour, text_width
from ..drawing.field import Field
from ..drawing.letters import fitted
from .headline import headline
from .plot_colours import FAINT, FIELD, GROUND, INK, VERDICTS
from .result import Limits, SyncCheck, Tracks

LARGE = 1000  # pixels of width from which letters are twice as large
UPPER = 0.58  # of the fields' height
LEAST_RANGE = 1.25  # times the limits that the error's range holds at least
MOST_RANGE = 1.0  # seconds that it holds at most
SURE = 0.05  # weight under which a moment is not drawn


class Sheet:
    """The canvas, the size of its letters, and what is drawn on it."""

    def __init__(self, check: SyncCheck, width: int, height: int, limits: Limits) -> None:
        self.check, self.limits = check, limits
        self.size = 2 if width >= LARGE else 1
        self.canvas = Canvas(width, height, GROUND)
        self.line = LINE * self.size
        self.margin = 6.0 * self.size

    def write(self, left: float, top: float, text: str, colour: Colour, size: int = 0) -> float:
        """Letters; gives where they end."""
        size = size or self.size
        self.canvas.text(left, top, text, size, colour)
        return left + size * text_width(text)

    def room(self, left: float = 0.0, size: int = 0) -> int:
        """Columns of letters from `left` to the right edge."""
        return int((self.canvas.width - self.margin - (left or self.margin)) / (size or self.size))

    def head(self, title: str) -> float:
        """The head of the sheet; gives where it ends."""
        name, colour = VERDICTS[self.check.verdict]
        large = self.size + 1
        end = self.write(self.margin, self.margin, name, colour, large) + 4.0 * self.margin
        told = fitted(title, self.room(end))
        right = self.canvas.width - self.margin - self.size * text_width(told)
        self.write(right, self.margin + large, told, FAINT)
        top = self.margin + LINE * large + self.size
        for text in self._wrapped(list(headline(self.check))):
            self.write(self.margin, top, text, INK)
            top += self.line
        if self.check.reasons:
            self.write(self.margin, top, fitted(self.check.reasons[0], self.room()), FAINT)
        return top + self.line + self.size

    def _wrapped(self, parts: list[str]) -> list[str]:
        """Parts of a sentence in lines that fit."""
        lines: list[str] = []
        for part in parts:
            longer = f"{lines[-1]}   {part}" if lines else part
            if lines and text_width(longer) <= self.room():
                lines[-1] = longer
            else:
                lines.append(fitted(part, self.room()))
        return lines

    def fields(self, top: float, across: tuple[float, float]) -> tuple[Field, Field]:
        """The two fields, one above the other, with room for what is written around them."""
        canvas, line = self.canvas, self.line
        left, right = 34.0 * self.size, canvas.width - 38.0 * self.size
        top += line + 2.0 * self.size
        bottom = canvas.height - 1.6 * line
        gap = 1.9 * line
        middle = top + UPPER * (bottom - top - gap)
        upper = Field(canvas, (left, top, right, middle), across, (0.0, highest(self.check.tracks)))
        lower = Field(canvas, (left, middle + gap, right, bottom), across, error_range(self.check, self.limits))
        for field in (upper, lower):
            canvas.fill(field.left, field.top, field.right, field.bottom, FIELD)
        return upper, lower

    def say(self, field: Field, text: str) -> None:
        """A sentence in the middle of a field."""
        left = 0.5 * (field.left + field.right - self.size * text_width(text))
        self.write(left, 0.5 * (field.top + field.bottom) - 4.0 * self.size, text, FAINT)


def span(check: SyncCheck) -> tuple[float, float]:
    """The seconds that are drawn."""
    if check.tracks is not None and len(check.tracks.seen) > 1:
        return check.tracks.start, check.tracks.start + check.tracks.hop * (len(check.tracks.seen) - 1)
    ends = [*check.moments.times.tolist(), *(end for fault in check.faults for end in (fault.start, fault.end))]
    start, end = min(ends, default=0.0), max(ends, default=1.0)
    return start, max(end, start + 1.0)


def highest(tracks: Tracks | None) -> float:
    """Where the field of openness ends: above what is open for longer than a moment."""
    if tracks is None or not len(tracks.seen):
        return 1.0
    widest = max(float(np.percentile(one, 99.5)) for one in (tracks.seen, tracks.expected))
    return min(1.5, max(0.2, 1.2 * widest))


def error_range(check: SyncCheck, limits: Limits) -> tuple[float, float]:
    """The frames that the lower field holds: the limits, and the points."""
    sure = check.moments.errors[check.moments.weights >= SURE]
    low = max(-MOST_RANGE, min(-LEAST_RANGE * limits.early, 1.1 * float(sure.min(initial=0.0))))
    high = min(MOST_RANGE, max(LEAST_RANGE * limits.late, 1.1 * float(sure.max(initial=0.0))))
    return check.frames(low), check.frames(high)
