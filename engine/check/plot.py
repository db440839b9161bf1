"""A check drawn: above, the mouth against what its sound asks for; below, how far they are apart over time."""

from __future__ import annotations

from ..drawing import Pixels
from ..errors import UsageError
from .plot_errors import draw_errors
from .plot_mouth import draw_mouth
from .plot_sheet import Sheet, span
from .result import Limits, SyncCheck

WIDTH, HEIGHT = 1280, 720  # pixels
LEAST = (320, 240)


def plot(
    check: SyncCheck, title: str = "", width: int = WIDTH, height: int = HEIGHT, limits: Limits | None = None
) -> Pixels:
    """A drawing of a check: uint8 [height, width, 4], RGBA, first row uppermost.

    Head: verdict, figures, the first reason. Above: openness of the mouth as seen and as the sound asks for it, the
    speech band's energy behind them, lips shut as asked for and as seen, closures missed, faults as named spans. Below:
    the error in frames over time (late upwards), each point as large as it is sure, the line of offset and drift, what
    may pass without a look and what fails (`limits`, the usual ones where None). Raises UsageError under 320 x 240.
    """
    if width < LEAST[0] or height < LEAST[1]:
        raise UsageError(f"A plot of {width} x {height} pixels cannot be read; give {LEAST[0]} x {LEAST[1]} or more.")
    sheet = Sheet(check, width, height, limits or Limits())
    below = sheet.head(title)
    mouth, errors = sheet.fields(below, span(check))
    draw_mouth(sheet, mouth)
    draw_errors(sheet, errors)
    return sheet.canvas.pixels()
