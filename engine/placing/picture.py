"""The match of two takes drawn: old time across, new time up."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..files import write_whole
from ..matching.match import Match
from ..matching.stretches import left_over
from ..phones import mouth_class
from ..take import Take
from .placed import Placed

WIDTH, HEIGHT, MARGIN, EDGE = 640, 360, 14, 18  # pixels; EDGE: left and below, where the ticks are
OVER = 2  # drawn so many times as large, then averaged: soft edges
GROUND, GRID, AXIS = (30, 30, 34), (48, 48, 54), (120, 120, 128)
BLOCK, HATCH = (70, 84, 104), (150, 110, 60)
LINE, CLOSED = (190, 194, 200), (245, 245, 250)
SLOW, EVEN, FAST = (90, 150, 255), (120, 205, 130), (255, 130, 90)  # longer, as long, shorter in the new take
UNPLACED, MOVED = (235, 60, 60), (245, 185, 60)
FULL = 1.0  # log2 of a stretch that shows the full colour: twice or half as long
STRIPE = 10  # pixels between two stripes of a hatched stretch
TICKS = 24  # at most so many on an axis

Pixels = NDArray[np.uint8]
Canvas = NDArray[np.float32]
Colour = tuple[int, int, int]
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


def write_png(path: Path, pixels: Pixels) -> None:
    """Write `pixels` (uint8 [h, w, 4], RGBA) as a PNG file. Raises OutputError where it cannot be written."""
    height, width, _ = pixels.shape
    rows = np.concatenate([np.zeros((height, 1), np.uint8), pixels.reshape(height, width * 4)], axis=1)
    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows.tobytes(), 9)), (b"IEND", b""))
    write_whole(path, b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in parts))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


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
    """A canvas with an axis of seconds on each side; drawn OVER times as large."""

    def __init__(self, across: float, up: float) -> None:
        self._canvas: Canvas = np.empty((HEIGHT * OVER, WIDTH * OVER, 3), np.float32)
        self._canvas[:] = GROUND
        self._spans = across, up
        self._left, self._right = EDGE * OVER, (WIDTH - MARGIN) * OVER
        self._top, self._bottom = MARGIN * OVER, (HEIGHT - EDGE) * OVER

    def _x(self, seconds: float) -> int:
        share = min(1.0, max(0.0, seconds / self._spans[0]))
        return round(self._left + share * (self._right - self._left))

    def _y(self, seconds: float) -> int:
        share = min(1.0, max(0.0, seconds / self._spans[1]))
        return round(self._bottom - share * (self._bottom - self._top))

    def _fill(self, top: int, bottom: int, left: int, right: int, colour: Colour, share: float = 1.0) -> None:
        part = self._canvas[max(0, top) : max(0, bottom), max(0, left) : max(0, right)]
        part += share * (np.array(colour, np.float32) - part)

    def grid(self) -> None:
        """The axes, with lines and ticks at whole seconds."""
        across, up = (_step(span) for span in self._spans)
        for number in range(1, int(self._spans[0] / across) + 1):
            x, long = self._x(number * across), OVER * (6 if number % 5 == 0 else 3)
            self._fill(self._top, self._bottom, x, x + OVER, GRID)
            self._fill(self._bottom, self._bottom + long, x, x + OVER, AXIS)
        for number in range(1, int(self._spans[1] / up) + 1):
            y, long = self._y(number * up), OVER * (6 if number % 5 == 0 else 3)
            self._fill(y, y + OVER, self._left, self._right, GRID)
            self._fill(y, y + OVER, self._left - long, self._left, AXIS)
        self._fill(self._bottom, self._bottom + OVER, self._left, self._right, AXIS)
        self._fill(self._top, self._bottom, self._left - OVER, self._left, AXIS)

    def block(self, across: tuple[float, float], up: tuple[float, float]) -> None:
        """A tinted box: what two phrases have in common."""
        top, bottom, left, right = self._y(up[1]), self._y(up[0]), self._x(across[0]), self._x(across[1])
        self._fill(top, bottom + 1, left, right + 1, BLOCK, 0.75)

    def hatch(self, span: tuple[float, float], upright: bool) -> None:
        """A hatched band, upright for a stretch of the old take, level for one of the new."""
        if upright:
            box = self._top, self._bottom, self._x(span[0]), self._x(span[1]) + OVER
        else:
            box = self._y(span[1]), self._y(span[0]) + OVER, self._left, self._right
        rows, columns = np.mgrid[box[0] : box[1], box[2] : box[3]]
        striped = (rows + columns) % (STRIPE * OVER) < 2 * OVER
        part = self._canvas[box[0] : box[1], box[2] : box[3]]
        part += np.where(striped, 0.55, 0.12)[..., None] * (np.array(HATCH, np.float32) - part)

    def line(self, old: Floats, new: Floats) -> None:
        """The time map, thin, dot by dot along its longer side."""
        points = [(self._x(x), self._y(y)) for x, y in zip(old.tolist(), new.tolist(), strict=True)]
        for (x, y), (next_x, next_y) in pairwise(points):
            count = max(abs(next_x - x), abs(next_y - y), 1)
            rows = np.linspace(y, next_y, count + 1).round().astype(int)
            columns = np.linspace(x, next_x, count + 1).round().astype(int)
            for shift in range(OVER):
                part = self._canvas[rows, columns + shift]
                self._canvas[rows, columns + shift] = part + 0.6 * (np.array(LINE, np.float32) - part)

    def dot(self, across: float, up: float, size: float, colour: Colour) -> None:
        """A round point of `size` pixels across."""
        radius, x, y = size * OVER / 2.0, self._x(across), self._y(up)
        reach = int(radius) + 1
        rows, columns = np.mgrid[-reach : reach + 1, -reach : reach + 1]
        inside = rows * rows + columns * columns <= radius * radius
        self._canvas[y + rows[inside], x + columns[inside]] = colour

    def mark(self, seconds: float, colour: Colour) -> None:
        """A tick that stands on the old axis."""
        x = self._x(seconds)
        self._fill(self._bottom - 9 * OVER, self._bottom + 8 * OVER, x - OVER, x + OVER, colour)

    def pixels(self) -> Pixels:
        """The drawing at its own size, opaque."""
        small = self._canvas.reshape(HEIGHT, OVER, WIDTH, OVER, 3).mean(axis=(1, 3))
        found = np.full((HEIGHT, WIDTH, 4), 255, np.uint8)
        found[..., :3] = np.clip(np.rint(small), 0, 255)
        return found


def _step(span: float) -> float:
    """Seconds between two ticks: as few as stand apart."""
    return next((step for step in (1.0, 5.0, 10.0, 30.0, 60.0, 300.0) if span / step <= TICKS), 600.0)
