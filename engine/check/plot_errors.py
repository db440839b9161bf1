"""The lower field of a plot: how far the mouth is from its sound, over time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..drawing.field import Field, multiples, nice_step
from .plot_colours import AXIS, BAD, ENERGY_LINE, EXPECTED, FAINT, GOOD, GRID, INK, SEEN
from .plot_sheet import SURE, Sheet
from .result import SyncCheck, Timing

Floats = NDArray[np.float64]


def draw_errors(sheet: Sheet, field: Field) -> None:
    check, limits = sheet.check, sheet.limits
    look = min(limits.look, check.frames(limits.late))
    field.band(check.frames(limits.late), field.up[1], BAD, 0.16)
    field.band(field.up[0], -check.frames(limits.early), BAD, 0.16)
    field.band(-look, look, GOOD, 0.14)
    field.clock(sheet.size, GRID, FAINT)
    step = max(1.0, nice_step(field.up[1] - field.up[0], (field.bottom - field.top) / (1.5 * sheet.line)))
    values = multiples(step, *field.up)
    field.heights(values, lambda value: f"{value:+.0f}" if value else "0", sheet.size, GRID, FAINT)
    seconds = [f"{1000.0 * value / check.fps:+.0f}" if value else "ms" for value in values]
    names = dict(zip(values, seconds, strict=True))
    field.heights(values, lambda value: names[value], sheet.size, GRID, FAINT, right=True)
    field.level(0.0, AXIS, 0.7)
    _draw_timings(sheet, field)
    _draw_moments(sheet, field)
    field.frame(AXIS)
    _name_sides(sheet, field)


def _name_sides(sheet: Sheet, field: Field) -> None:
    top = field.top - sheet.line + sheet.size
    left = sheet.write(field.left, top, "error in frames", FAINT) + 10.0 * sheet.size
    if sheet.check.events is not None:
        left = sheet.write(left, top, "offset and drift", SEEN) + 10.0 * sheet.size
    if sheet.check.energy is not None and left + 80.0 * sheet.size < sheet.canvas.width:
        sheet.write(left, top, "by energy alone", ENERGY_LINE)
    sheet.write(field.left + 3.0 * sheet.size, field.top + 2.0 * sheet.size, "mouth late", FAINT)
    sheet.write(field.left + 3.0 * sheet.size, field.bottom - sheet.line, "mouth early", FAINT)


def _draw_timings(sheet: Sheet, field: Field) -> None:
    check = sheet.check
    for timing, colour, width in ((check.energy, ENERGY_LINE, 0.5), (check.events, SEEN, 1.0)):
        if timing is not None:
            times = _measured(check, field)
            errors = check.errors(timing, times)
            share = 0.35 + 0.6 * min(1.0, max(0.0, timing.confidence))
            field.curve(times, check.fps * errors, colour, share, width * sheet.size)
    if check.events is not None and check.events.count:
        _draw_worst(sheet, field, check.events)


def _measured(check: SyncCheck, field: Field) -> Floats:
    """The first and the last second that were measured."""
    times = check.moments.times[check.moments.weights >= SURE]
    return np.array([times.min(), times.max()] if len(times) > 1 else field.across, np.float64)


def _draw_worst(sheet: Sheet, field: Field, timing: Timing) -> None:
    x, y = float(field.x(timing.worst_at)), float(field.y(sheet.check.frames(timing.worst)))
    around = np.linspace(0.0, 2.0 * np.pi, 25)
    radius = 4.5 * sheet.size
    field.canvas.line(x + radius * np.cos(around), y + radius * np.sin(around), INK, 0.9, 0.5 * sheet.size)


def _draw_moments(sheet: Sheet, field: Field) -> None:
    moments, check = sheet.check.moments, sheet.check
    kinds = moments.kinds or ("",) * len(moments.times)
    if not len(moments.times):
        sheet.say(field, "Nothing could be measured.")
    largest = sheet.size * (3.5 if len(moments.times) < 400 else 2.5)
    for time, error, weight, kind in zip(moments.times, moments.errors, moments.weights, kinds, strict=True):
        if weight >= SURE:
            size = 1.5 * sheet.size + (largest - 1.5 * sheet.size) * float(np.sqrt(min(1.0, weight)))
            colour = EXPECTED if kind == "closure" else INK
            field.canvas.dot(
                float(field.x(time)), float(field.y(check.frames(error))), size, colour, 0.35 + 0.6 * weight
            )
