"""A field with axes: values across and up, on a part of a canvas."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from .canvas import Canvas, Colour
from .letters import text_width

CAPITALS = 7  # rows of a letter that stands on its line
NICE = (1.0, 2.0, 5.0)
CLOCK = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0)  # seconds between two ticks

Floats = NDArray[np.float64]
Range = tuple[float, float]


class Field:
    """The box `left`, `top`, `right`, `bottom` of a canvas, in which `across` and `up` are the ranges of its values."""

    def __init__(
        self, canvas: Canvas, box: tuple[float, float, float, float], across: Range, up: Range
    ) -> None:  # fmt: skip
        self.canvas, self.across, self.up = canvas, across, up
        self.left, self.top, self.right, self.bottom = box

    @property
    def ranges(self) -> tuple[Range, Range]:
        """The ranges across and up."""
        return self.across, self.up

    def over(self, up: Range) -> Field:
        """The same box with another range up."""
        return Field(self.canvas, (self.left, self.top, self.right, self.bottom), self.across, up)

    def x(self, value: float | Floats) -> Floats:
        """Pixels from the left of the canvas, within the box."""
        share = (np.asarray(value, np.float64) - self.across[0]) / (self.across[1] - self.across[0])
        return self.left + np.clip(share, 0.0, 1.0) * (self.right - self.left)

    def y(self, value: float | Floats) -> Floats:
        """Pixels from the top of the canvas, within the box."""
        share = (np.asarray(value, np.float64) - self.up[0]) / (self.up[1] - self.up[0])
        return self.bottom - np.clip(share, 0.0, 1.0) * (self.bottom - self.top)

    def band(self, low: float, high: float, colour: Colour, share: float) -> None:
        """All that lies between two heights."""
        self.canvas.fill(self.left, float(self.y(high)), self.right, float(self.y(low)), colour, share)

    def span(self, start: float, end: float, colour: Colour, share: float) -> None:
        """All that lies between two values across, a pixel at least."""
        left = float(self.x(start))
        self.canvas.fill(left, self.top, max(float(self.x(end)), left + 1.0), self.bottom, colour, share)

    def level(self, value: float, colour: Colour, share: float = 1.0) -> None:
        """A line at one height."""
        y = float(self.y(value))
        self.canvas.fill(self.left, y, self.right, y + 1.0, colour, share)

    def curve(self, across: Floats, up: Floats, colour: Colour, share: float = 1.0, width: float = 1.0) -> None:
        """A line through points."""
        self.canvas.line(self.x(across), self.y(up), colour, share, width)

    def area(self, across: Floats, up: Floats, colour: Colour, share: float) -> None:
        """What lies between points and the lowest height."""
        self.canvas.area(self.x(across), self.y(up), self.bottom, colour, share)

    def frame(self, colour: Colour) -> None:
        """The axes, left and below."""
        self.canvas.fill(self.left - 1.0, self.top, self.left, self.bottom + 1.0, colour)
        self.canvas.fill(self.left - 1.0, self.bottom, self.right, self.bottom + 1.0, colour)

    def clock(self, size: int, grid: Colour, ink: Colour, labels: bool = True) -> None:
        """Lines at even times, their mm:ss below (tenths where they stand close)."""
        step = clock_step(self.across[1] - self.across[0], (self.right - self.left) / (size * 44.0))
        first = math.ceil(self.across[0] / step - 1e-6)
        for number in range(first, math.floor(self.across[1] / step + 1e-6) + 1):
            x = float(self.x(number * step))
            self.canvas.fill(x, self.top, x + 1.0, self.bottom, grid)
            if labels:
                text = clock(number * step, step < 1.0)
                self.canvas.text(x - 0.5 * size * text_width(text), self.bottom + 3.0 * size, text, size, ink)

    def heights(
        self, values: Sequence[float], named: Callable[[float], str], size: int, grid: Colour, ink: Colour,
        right: bool = False,
    ) -> None:  # fmt: skip
        """Lines at these heights, named left of the field, or right of it (then without the lines)."""
        for value in values:
            y, text = float(self.y(value)), named(value)
            if not right:
                self.canvas.fill(self.left, y, self.right, y + 1.0, grid)
            x = self.right + 3.0 * size if right else self.left - (text_width(text) + 3.0) * size
            self.canvas.text(x, y - 0.5 * CAPITALS * size, text, size, ink)


def clock(seconds: float, tenths: bool = False) -> str:
    """Seconds as m:ss, or m:ss.t."""
    whole = round(seconds * 10.0) if tenths else 10 * round(seconds)
    sign, whole = ("-" if whole < 0 else ""), abs(whole)
    return f"{sign}{whole // 600}:{whole // 10 % 60:02d}" + (f".{whole % 10}" if tenths else "")


def clock_step(span: float, most: float) -> float:
    """Seconds between two ticks, of which there are to be at most so many in `span`."""
    return next((step for step in CLOCK if span / step <= most), CLOCK[-1])


def nice_step(span: float, most: float) -> float:
    """A step of 1, 2 or 5 times a power of ten, of which there are at most so many in `span`."""
    power = 10.0 ** math.floor(math.log10(span / most))
    return next(step * power for step in (*NICE, 10.0) if span / (step * power) <= most + 1e-9)


def multiples(step: float, low: float, high: float) -> list[float]:
    """The multiples of `step` from `low` to `high`."""
    return [number * step for number in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)]
