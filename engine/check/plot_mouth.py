"""The upper field of a plot: the mouth against what its sound asks for."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..drawing import Colour, text_width
from ..drawing.field import Field, multiples, nice_step
from ..sound.runs import runs
from .plot_colours import AXIS, ENERGY, EXPECTED, FAINT, FAULT, GRAVE, GRAVE_INK, GRID, GROUND, MISSED, SEEN
from .plot_sheet import Sheet
from .result import Fault, Tracks

STRIP = 10.0  # dots of letters: the height of the strip for closures
DENSE = 45.0  # pixels a second under which syllables run together, and the mean of some pixels is drawn
WINDOW = 6.0  # pixels over which that mean is taken
SHUT, PAUSE = 0.8, 0.35  # shut from which lips count as closed; seconds from which that is a pause

Floats = NDArray[np.float64]


def draw_mouth(sheet: Sheet, field: Field) -> None:
    tracks = sheet.check.tracks
    curves = Field(field.canvas, (field.left, field.top, field.right, field.bottom - STRIP * sheet.size), *field.ranges)
    field.clock(sheet.size, GRID, FAINT, labels=False)
    step = nice_step(field.up[1], 4.0)
    curves.heights(multiples(step, 0.0, field.up[1]), lambda value: f"{value:.1f}", sheet.size, GRID, FAINT)
    _draw_spans(sheet, field)
    if tracks is None or len(tracks.seen) < 2:
        sheet.say(field, "There is nothing to draw.")
    else:
        _draw_tracks(sheet, curves, tracks)
    _name_faults(sheet, field)
    _draw_missed(sheet, field)
    field.frame(AXIS)
    _legend(sheet, field)


def _legend(sheet: Sheet, field: Field) -> None:
    """What the colours are, over the field."""
    left, top = field.left, field.top - sheet.line + sheet.size
    named = [("mouth as seen", SEEN), ("as the sound asks", EXPECTED), ("speech energy", ENERGY)]
    named += [("closure missed", MISSED)] if sheet.check.missed else []
    for text, colour in named:
        if left + sheet.size * text_width(text) <= sheet.canvas.width:
            left = sheet.write(left, top, text, colour) + 10.0 * sheet.size


def _draw_tracks(sheet: Sheet, field: Field, tracks: Tracks) -> None:
    """The curves in `field`, the closures in a strip below it."""
    times = (tracks.start + tracks.hop * np.arange(len(tracks.seen))).astype(np.float64)
    scale = (field.right - field.left) / (field.across[1] - field.across[0])
    energy, expected, seen = tracks.energy, tracks.expected, tracks.seen
    if scale < DENSE:
        energy, expected, seen = (_smoothed(one, tracks.hop, scale) for one in (energy, expected, seen))
    few = slice(None, None, max(1, int(0.5 / scale / tracks.hop)))  # two points a pixel are enough
    field.over((0.0, 1.1)).area(times[few], energy[few], ENERGY, 0.38)
    field.curve(times[few], expected[few], EXPECTED, 0.95, 1.5 * sheet.size)
    field.curve(times[few], seen[few], SEEN, 0.95, 0.75 * sheet.size)
    for row, (shut, colour) in enumerate(((tracks.expected_shut, EXPECTED), (tracks.shut, SEEN))):
        _draw_shut(field, times, shut, field.bottom + (1.0 + 4.5 * row) * sheet.size, 3.5 * sheet.size, colour)


def _window(hop: float, scale: float) -> int:
    return max(1, round(WINDOW / scale / hop))


def _smoothed(values: Floats, hop: float, scale: float) -> Floats:
    """The mean over a few pixels."""
    count = min(_window(hop, scale), len(values))
    means: Floats = np.convolve(np.pad(values, count, mode="edge"), np.ones(count) / count, mode="same")[count:-count]
    return means


def _draw_shut(field: Field, times: Floats, shut: Floats, top: float, height: float, colour: Colour) -> None:
    """Where the lips are shut: a row of bars, faint where that is a pause."""
    for first, after in runs(shut >= SHUT):
        start, end = float(times[first]), float(times[min(after, len(times) - 1)])
        left = float(field.x(start))
        share = 0.18 if end - start > PAUSE else 0.9
        field.canvas.fill(left, top, max(float(field.x(end)), left + 1.0), top + height, colour, share)


def _draw_missed(sheet: Sheet, field: Field) -> None:
    for seconds in sheet.check.missed:
        x, low = float(field.x(seconds)), field.bottom - STRIP * sheet.size
        field.canvas.fill(x - 0.5 * sheet.size, low, x + 0.5 * sheet.size, field.bottom, MISSED)
        field.canvas.dot(x, low - sheet.size, 4.0 * sheet.size, MISSED)


def _draw_spans(sheet: Sheet, field: Field) -> None:
    """The faults as spans behind all else; those that overlap are one."""
    for grave, colour in ((False, FAULT), (True, GRAVE)):
        own = [fault for fault in sheet.check.faults if fault.grave == grave]
        if any(_whole(fault, field) for fault in own):
            field.span(*field.across, colour, 0.12)
        for start, end in _united([(fault.start, fault.end) for fault in own if not _whole(fault, field)]):
            field.span(start, end, colour, 0.26)


def _united(spans: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """The same time in spans that do not overlap."""
    found: list[tuple[float, float]] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _name_faults(sheet: Sheet, field: Field) -> None:
    """The kinds of the faults in letters, each in a row where there is room."""
    ends: list[float] = []
    for fault in sorted(sheet.check.faults, key=lambda one: (one.start, -one.end)):
        start = field.across[0] if _whole(fault, field) else fault.start
        width = sheet.size * text_width(fault.kind)
        left = min(float(field.x(start)) + 2.0 * sheet.size, field.right - width)
        row = next((row for row, taken in enumerate(ends) if taken < left), len(ends))
        ends[row : row + 1] = [left + width + 6.0 * sheet.size]
        top = field.top + 2.0 * sheet.size + row * sheet.line
        if top + sheet.line < field.bottom:
            margin = 2.0 * sheet.size
            field.canvas.fill(left - margin, top - margin, left + width + margin, top + 9.0 * sheet.size, GROUND, 0.75)
            sheet.write(left, top, fault.kind, GRAVE_INK if fault.grave else FAULT)


def _whole(fault: Fault, field: Field) -> bool:
    """Whether a fault is of all that is drawn."""
    return fault.end <= fault.start or fault.end - fault.start >= 0.95 * (field.across[1] - field.across[0])
