"""A canvas to draw on, larger than it is shown, so that edges are soft."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from .letters import text_bitmap

OVER = 2  # drawn so many times as large, then averaged

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float64]
Colour = tuple[int, int, int]


class Canvas:
    """`width` by `height` pixels of one colour. Places are in pixels from the upper left; what lies outside is cut off.

    `share` 0..1: how much of a colour is laid over what is there.
    """

    def __init__(self, width: int, height: int, ground: Colour = (0, 0, 0)) -> None:
        self.width, self.height = width, height
        self._grid = np.empty((height * OVER, width * OVER, 3), np.float32)
        self._grid[:] = ground

    def fill(self, left: float, top: float, right: float, bottom: float, colour: Colour, share: float = 1.0) -> None:
        """A box, `right` and `bottom` left out."""
        part = self._part(left, top, right, bottom)
        part += share * (np.array(colour, np.float32) - part)

    def hatch(
        self,
        left: float,
        top: float,
        right: float,
        bottom: float,
        colour: Colour,
        stripe: int = 10,
        share: float = 0.55,
    ) -> None:
        """A box in stripes, one every `stripe` pixels, tinted between them."""
        part = self._part(left, top, right, bottom)
        rows, columns = np.mgrid[: part.shape[0], : part.shape[1]]
        first = _whole(top) + _whole(left)
        striped = (rows + columns + first) % (stripe * OVER) < 2 * OVER
        part += np.where(striped, share, 0.22 * share)[..., None] * (np.array(colour, np.float32) - part)

    def line(
        self, across: Sequence[float] | Floats, down: Sequence[float] | Floats, colour: Colour,
        share: float = 1.0, width: float = 1.0,
    ) -> None:  # fmt: skip
        """A line through points, `width` pixels thick."""
        rows, columns = self._along(np.asarray(across, np.float64), np.asarray(down, np.float64))
        thick = max(1, _whole(width))
        marked = np.zeros(self._grid.shape[:2], np.bool_)
        for shift in np.ndindex(thick, thick):
            place = rows + shift[0] - (thick - 1) // 2, columns + shift[1] - (thick - 1) // 2
            inside = (place[0] >= 0) & (place[0] < marked.shape[0]) & (place[1] >= 0) & (place[1] < marked.shape[1])
            marked[place[0][inside], place[1][inside]] = True
        self._lay(marked, colour, share)

    def area(self, across: Floats, down: Floats, base: float, colour: Colour, share: float = 1.0) -> None:
        """What lies between a curve, `across` rising, and the level `base`."""
        first, last = max(0, _whole(across[0])), min(self.width * OVER, _whole(across[-1]) + 1)
        columns = np.arange(first, max(first, last))
        edge = np.interp(columns / OVER, across, down) * OVER
        rows = np.arange(self.height * OVER)[:, None]
        level = base * OVER
        inside = (rows >= np.minimum(edge, level)) & (rows < np.maximum(edge, level))
        part = self._grid[:, first : first + len(columns)]
        part[inside] += share * (np.array(colour, np.float32) - part[inside])

    def dot(self, x: float, y: float, size: float, colour: Colour, share: float = 1.0) -> None:
        """A round point of `size` pixels across."""
        radius, row, column = size * OVER / 2.0, _whole(y), _whole(x)
        reach = int(radius) + 1
        rows, columns = np.mgrid[row - reach : row + reach + 1, column - reach : column + reach + 1]
        inside = (rows - row) ** 2 + (columns - column) ** 2 <= radius * radius
        inside &= (rows >= 0) & (rows < self.height * OVER) & (columns >= 0) & (columns < self.width * OVER)
        part = self._grid[rows[inside], columns[inside]]
        self._grid[rows[inside], columns[inside]] = part + share * (np.array(colour, np.float32) - part)

    def text(self, left: float, top: float, text: str, size: int, colour: Colour, share: float = 1.0) -> None:
        """Letters with their upper left corner there, each dot of them `size` pixels."""
        dots = np.kron(text_bitmap(text), np.ones((size * OVER, size * OVER), np.bool_)).astype(np.bool_)
        row, column = _whole(top), _whole(left)
        dots = dots[max(0, -row) :, max(0, -column) :]
        part = self._grid[max(0, row) : max(0, row) + len(dots), max(0, column) : max(0, column) + dots.shape[1]]
        inside = dots[: part.shape[0], : part.shape[1]]
        part[inside] += share * (np.array(colour, np.float32) - part[inside])

    def pixels(self) -> Pixels:
        """The drawing at its own size, opaque: uint8 [height, width, 4], RGBA, first row uppermost."""
        small = self._grid.reshape(self.height, OVER, self.width, OVER, 3).mean(axis=(1, 3))
        found = np.full((self.height, self.width, 4), 255, np.uint8)
        found[..., :3] = np.clip(np.rint(small), 0, 255)
        return found

    def _part(self, left: float, top: float, right: float, bottom: float) -> NDArray[np.float32]:
        return self._grid[max(0, _whole(top)) : max(0, _whole(bottom)), max(0, _whole(left)) : max(0, _whole(right))]

    def _lay(self, marked: NDArray[np.bool_], colour: Colour, share: float) -> None:
        self._grid[marked] += share * (np.array(colour, np.float32) - self._grid[marked])

    def _along(self, across: Floats, down: Floats) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """The dots along a line: rows and columns."""
        points = np.rint(np.stack([down, across], axis=1) * OVER)
        parts = [points[:1]]
        for one, other in pairwise(points):
            count = int(max(abs(other[0] - one[0]), abs(other[1] - one[1]), 1.0))
            parts.append(np.linspace(one, other, count + 1)[1:])
        rows, columns = np.rint(np.concatenate(parts)).astype(np.intp).T
        return rows, columns


def _whole(place: float) -> int:
    """A place in dots."""
    return round(float(place) * OVER)
