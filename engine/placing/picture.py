"""The match of two takes drawn: old time across, new time up."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ..drawing import Canvas, Colour, Pixels
from ..matching.match import Match
from ..matching.stretches import left_over
from ..phones import mouth_class
from ..take import Take
from .placed import Placed

WIDTH, HEIGHT, MARGIN, EDGE = 640, 360, 14, 18  # pixels; EDGE: left and below, where the ticks are
GROUND, GRID, AXIS = (30, 30, 34), (48, 48, 54), (120, 120, 128)
BLOCK, HATCH = (70, 84, 104), (150, 110, 60)
LINE, CLOSED = (190, 194, 200), (245, 245, 250)
SLOW, EVEN, FAST = (90, 150, 255), (120, 205, 130), (255, 130, 90)  # longer, as long, shorter in the new take
UNPLACED, MOVED = (235, 60, 60), (245, 185, 60)
FULL = 1.0  # log2 of a stretch that shows the full colour: twice or half as long
STRIPE = 10  # pixels between two stripes of a hatched stretch
TICKS = 24  # at most so many on an axis

Floats = NDArray[np.float64]


def picture(match: Match, old: Take, new: Take, placed: Placed | None = None) -> Pixels:
    """A drawing of the time map: uint8 [360, 640, 4], RGBA, first row uppermost.

    Phrases are blocks, matched phones points, coloured by their local stretch (blue longer, green as long, orange
    shorter) and white for closures; what only one take says is hatched. Items of `placed` are ticks on the old axis:
    red where unplaced, amber where moved. Ticks stand every second, or every 5, 10, 30, 60 ... where there are many.
    """
    sheet = _Sheet(_extent(old), _extent(new))
    sheet.grid()
    for one in match.phrases:
        if one.old >= 0 and one.new >= 0:
            sheet.block((one.old_start, one.old_end), (one.new_start, one.new_end))
    for span in left_over(old, new, match.pairs, match.phrases, match.kind != "other text")[0]:
        sheet.hatch(span, upright=True)
    for span in match.inserted:
        sheet.hatch(span, upright=False)
    sheet.line(match.time.old, match.time.new)
    _points(sheet, match, old, new)
    if placed is not None:
        for seconds, colour in _marks(match, placed):
            sheet.mark(seconds, colour)
    return sheet.pixels()


def _extent(take: Take) -> float:
    return max(take.audio.duration, take.phones[-1].end if take.phones else 0.0, 0.1)


def _points(sheet: _Sheet, match: Match, old: Take, new: Take) -> None:
    rows = np.flatnonzero(match.pairs >= 0)
    before = np.array([(old.phones[at].start + old.phones[at].end) / 2.0 for at in rows])
    after = np.array([(new.phones[at].start + new.phones[at].end) / 2.0 for at in match.pairs[rows]])
    size = 4.0 if len(rows) < 300 else 3.0 if len(rows) < 900 else 2.0
    for at, colour in enumerate(_colours(match.time.slope(before)) if len(rows) else ()):
        closed = mouth_class(old.phones[rows[at]].ipa) == "closed"
        sheet.dot(before[at], after[at], size + 1.0 if closed else size, CLOSED if closed else colour)


def _colours(stretch: Floats) -> list[Colour]:
    """The colour of each stretch."""
    share = np.clip(np.log2(np.maximum(stretch, 1e-3)) / FULL, -1.0, 1.0)[:, None]
    middle, slow, fast = (np.array(colour, float) for colour in (EVEN, SLOW, FAST))
    mixed = np.where(share > 0.0, middle + share * (slow - middle), middle - share * (fast - middle))
    return [(int(red), int(green), int(blue)) for red, green, blue in mixed]


def _marks(match: Match, placed: Placed) -> Iterator[tuple[float, Colour]]:
    """Old seconds and colour of each item that did not come to its own sound."""
    for item in placed.items:
        if item.status != "matched":
            yield match.time.backward(item.start.seconds), UNPLACED if item.status == "unplaced" else MOVED


class _Sheet:
    """A canvas with an axis of seconds on each side."""

    def __init__(self, across: float, up: float) -> None:
        self._canvas = Canvas(WIDTH, HEIGHT, GROUND)
        self._spans = across, up
        self._left, self._right = EDGE, WIDTH - MARGIN
        self._top, self._bottom = MARGIN, HEIGHT - EDGE
        self.pixels = self._canvas.pixels

    def _x(self, seconds: float) -> float:
        share = min(1.0, max(0.0, seconds / self._spans[0]))
        return self._left + share * (self._right - self._left)

    def _y(self, seconds: float) -> float:
        share = min(1.0, max(0.0, seconds / self._spans[1]))
        return self._bottom - share * (self._bottom - self._top)

    def grid(self) -> None:
        """The axes, with lines and ticks at whole seconds."""
        across, up = (_step(span) for span in self._spans)
        fill = self._canvas.fill
        for number in range(1, int(self._spans[0] / across) + 1):
            x, long = self._x(number * across), 6 if number % 5 == 0 else 3
            fill(x, self._top, x + 1, self._bottom, GRID)
            fill(x, self._bottom, x + 1, self._bottom + long, AXIS)
        for number in range(1, int(self._spans[1] / up) + 1):
            y, long = self._y(number * up), 6 if number % 5 == 0 else 3
            fill(self._left, y, self._right, y + 1, GRID)
            fill(self._left - long, y, self._left, y + 1, AXIS)
        fill(self._left, self._bottom, self._right, self._bottom + 1, AXIS)
        fill(self._left - 1, self._top, self._left, self._bottom, AXIS)

    def block(self, across: tuple[float, float], up: tuple[float, float]) -> None:
        """A tinted box: what two phrases have in common."""
        left, right, top, bottom = self._x(across[0]), self._x(across[1]), self._y(up[1]), self._y(up[0])
        self._canvas.fill(left, top, right + 0.5, bottom + 0.5, BLOCK, 0.75)

    def hatch(self, span: tuple[float, float], upright: bool) -> None:
        """A hatched band, upright for a stretch of the old take, level for one of the new."""
        if upright:
            self._canvas.hatch(self._x(span[0]), self._top, self._x(span[1]) + 1, self._bottom, HATCH, STRIPE)
        else:
            self._canvas.hatch(self._left, self._y(span[1]), self._right, self._y(span[0]) + 1, HATCH, STRIPE)

    def line(self, old: Floats, new: Floats) -> None:
        """The time map, thin."""
        self._canvas.line([self._x(x) for x in old.tolist()], [self._y(y) for y in new.tolist()], LINE, 0.6)

    def dot(self, across: float, up: float, size: float, colour: Colour) -> None:
        """A round point of `size` pixels across."""
        self._canvas.dot(self._x(across), self._y(up), size, colour)

    def mark(self, seconds: float, colour: Colour) -> None:
        """A tick that stands on the old axis."""
        x = self._x(seconds)
        self._canvas.fill(x - 1, self._bottom - 9, x + 1, self._bottom + 8, colour)


def _step(span: float) -> float:
    """Seconds between two ticks: as few as stand apart."""
    return next((step for step in (1.0, 5.0, 10.0, 30.0, 60.0, 300.0) if span / step <= TICKS), 600.0)
