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
        top, left = int(rows.min()) - thick, int(columns.min()) - thick
        marked = np.zeros((int(rows.max()) + thick + 1 - top, int(columns.max()) + thick + 1 - left), np.bool_)
        for shift in np.ndindex(thick, thick):
            back = (thick - 1) // 2
            marked[rows - top + shift[0] - back, columns - left + shift[1] - back] = True
        self._lay(marked, top, left, colour, share)

    def area(self, across: Floats, down: Floats, base: float, colour: Colour, share: float = 1.0) -> None:
        """What lies between a curve, `across` rising, and the level `base`."""
        columns = np.arange(_whole(across[0]), _whole(across[-1]) + 1)
        edge, level = np.interp(columns / OVER, across, down) * OVER, base * OVER
        top, bottom = int(min(float(edge.min()), level)), int(max(float(edge.max()), level)) + 1
        rows = np.arange(top, bottom)[:, None]
        inside = (rows >= np.minimum(edge, level)) & (rows < np.maximum(edge, level))
        self._lay(inside, top, int(columns[0]), colour, share)

    def dot(self, x: float, y: float, size: float, colour: Colour, share: float = 1.0) -> None:
        """A round point of `size` pixels across."""
        radius = size * OVER / 2.0
        reach = int(radius) + 1
        rows, columns = np.mgrid[-reach : reach + 1, -reach : reach + 1]
        self._lay(
            rows * rows + columns * columns <= radius * radius, _whole(y) - reach, _whole(x) - reach, colour, share
        )

    def text(self, left: float, top: float, text: str, size: int, colour: Colour, share: float = 1.0) -> None:
        """Letters with their upper left corner there, each dot of them `size` whole pixels."""
        dots = np.kron(text_bitmap(text), np.ones((size * OVER, size * OVER), np.bool_)).astype(np.bool_)
        self._lay(dots, round(top) * OVER, round(left) * OVER, colour, share)

    def pixels(self) -> Pixels:
        """The drawing at its own size, opaque: uint8 [height, width, 4], RGBA, first row uppermost."""
        small = sum(self._grid[row::OVER, column::OVER] for row, column in np.ndindex(OVER, OVER)) / OVER**2
        found = np.full((self.height, self.width, 4), 255, np.uint8)
        found[..., :3] = np.clip(np.rint(small), 0, 255)
        return found

    def _part(self, left: float, top: float, right: float, bottom: float) -> NDArray[np.float32]:
        return self._grid[max(0, _whole(top)) : max(0, _whole(bottom)), max(0, _whole(left)) : max(0, _whole(right))]

    def _lay(self, marked: NDArray[np.bool_], top: int, left: int, colour: Colour, share: float) -> None:
        """Colour over the dots that are marked, whose upper left one is there; those outside are cut off."""
        marked = marked[max(0, -top) :, max(0, -left) :]
        part = self._grid[max(0, top) : max(0, top) + len(marked), max(0, left) : max(0, left) + marked.shape[1]]
        inside = marked[: part.shape[0], : part.shape[1]]
        part[inside] += share * (np.array(colour, np.float32) - part[inside])

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
