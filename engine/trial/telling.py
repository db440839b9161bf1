"""A trial in words: a table of its cells, and as JSON."""

from __future__ import annotations

import math
from typing import Any

from .trying import Cell, Trial

HEAD = "speed     fps   offset    drift    worst     lips  closures    heard"
DIGITS = 4


def table(trial: Trial) -> list[str]:
    """The lines of a table: offset, drift (in ten seconds), worst moment, the lips' offset and that heard, in frames.

    `closures` are those shut of those that can be shown; '-' is what cannot be told; '*' marks a cell that is apart.
    """
    lines = [f"{trial.shot} on {trial.mouth}, figures in frames", HEAD]
    for cell in trial.cells:
        lips = cell.closures
        shut = f"{lips.count - len(lips.missed)}/{lips.count}"
        drift = "-" if math.isnan(cell.drift) else f"{cell.drift:+.1f}"
        places = (_frames(cell, cell.offset), drift, _frames(cell, cell.worst), _frames(cell, lips.offset))
        row = "".join(f"{place:>9}" for place in places)
        mark = " *" if cell.apart else ""
        lines.append(f"{cell.speed:>5.2f} {cell.fps:>7.3f}{row}{shut:>10}{_frames(cell, cell.heard):>9}{mark}")
    return lines


def verdict(trial: Trial) -> list[str]:
    """A sentence for each way in which the mouth comes apart from its sound, or one that it does not."""
    told = [sentence for cell in trial.cells for sentence in cell.apart]
    if not told:
        return [f"The mouth stays with its sound in all {len(trial.cells)} cells."]
    mend = "Sync anew at that speed and frame rate: keys that are only scaled keep the frames of the old one."
    return [*told, mend] if any(cell.speed != 1.0 for cell in trial.apart) else told


def as_data(trial: Trial) -> dict[str, Any]:
    """A trial as plain values for JSON; what cannot be told is None."""
    return {"shot": trial.shot, "mouth": trial.mouth, "cells": [_cell(cell) for cell in trial.cells]}


def _cell(cell: Cell) -> dict[str, Any]:
    return {
        "speed": cell.speed,
        "fps": cell.fps,
        "offset": _number(cell.offset),
        "drift": _number(cell.drift),
        "worst": _number(cell.worst),
        "lips": _number(cell.closures.offset),
        "closures": cell.closures.count,
        "missed": [round(second, DIGITS) for second in cell.closures.missed],
        "heard": _number(cell.heard),
        "apart": list(cell.apart),
    }


def _number(value: float | None) -> float | None:
    return None if value is None or math.isnan(value) else round(value, DIGITS) + 0.0


def _frames(cell: Cell, seconds: float | None) -> str:
    return "-" if seconds is None or math.isnan(seconds) else f"{cell.frames(seconds):+.1f}"
