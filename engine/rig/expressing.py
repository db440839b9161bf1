"""What acting moves beyond the mouth -> the keys of one character."""

from __future__ import annotations

import math
from collections.abc import Generator, Sequence

import numpy as np

from ..progress import Progress
from .channels import Floats
from .curves import FaceCurves, Grid, KeyCurve, KeyInfo
from .expression import SHOWN, Expression
from .moments import peaks
from .profile import Binding
from .solve import bounded
from .thin import Flags, thin

INDEX = {name: i for i, name in enumerate(SHOWN)}
MOVES = 1e-3  # below this a channel is at rest
FINE = 1e-5  # step to which weights are rounded, and what counts as movement
RIDGE = 1e-4  # share of its own that each key adds to the equations: keys that make the same share the work
PEAK = 0.06  # what a key must rise by for its peak to be shown on a frame of its own
CHUNK = 4096  # rows that are solved at once: bounds the memory


def expression_curves(
    curves: FaceCurves, binding: Binding, keys: Sequence[KeyInfo], grid: Grid, tolerance: float
) -> Generator[Progress, None, tuple[KeyCurve, ...]]:
    """Curves for the keys beyond the mouth that the acting in `curves.expression` moves; none where there is none.

    As in `key_curves`: on `grid`, within `tolerance`, at rest first and last; a peak, as of a blink, is shown on the
    frame nearest to it.
    """
    known = {key.name: key for key in keys}
    shows = binding.on(known).shows
    wanted = _wanted(curves)
    clock: Floats = curves.start + curves.hop * np.arange(len(wanted), dtype=np.float64)
    moving = np.flatnonzero(np.any(wanted > MOVES, axis=1))
    if not shows or not len(moving):
        return ()
    yield Progress("face", 0.0)
    weights = _weights(wanted, shows)
    used = [j for j in range(len(shows)) if weights[:, j].max() > tolerance / 2]
    times = _times(clock[moving[0]], clock[moving[-1]], grid, curves.hop)
    shown = np.stack([_sampled(clock, weights[:, j], times, grid) for j in used]) if used else np.zeros((0, len(times)))
    made = yield from _keyed(times, shown, [shows[j] for j in used], known, grid, tolerance)
    yield Progress("face", 1.0)
    return made


def _wanted(curves: FaceCurves) -> Floats:
    """The channels of the face [n, len(SHOWN)], 0..1."""
    count = len(next(iter(curves.channels.values()), ()))
    table = np.zeros((count, len(SHOWN)))
    for name, values in curves.expression.items():
        if name in INDEX:
            table[:, INDEX[name]] = np.clip(values, 0.0, 1.0)
    return table


def _weights(wanted: Floats, shows: Sequence[Expression]) -> Floats:
    """What each expression is set to, 0..1: [n, expressions]. Each half of the face is wanted for itself."""
    makes = np.zeros((len(shows), 2 * len(SHOWN)))
    for j, own in enumerate(shows):
        for channel, value in own.makes.items():
            for half, side in enumerate(("left", "right")):
                if own.side in ("", side):
                    makes[j, INDEX[channel] + half * len(SHOWN)] = value
    gram = makes @ makes.T
    gram[np.diag_indices_from(gram)] += RIDGE * np.diag(gram)
    goal = np.hstack([wanted, wanted]) @ makes.T
    limits = np.ones(len(shows))
    parts = [bounded(gram, goal[at : at + CHUNK], limits) for at in range(0, len(goal), CHUNK)]
    rounded: Floats = np.round(np.concatenate(parts) / FINE) * FINE
    return rounded


def _times(first: float, last: float, grid: Grid, hop: float) -> Floats:
    """Where keys may lie, from rest before the movement to rest after it."""
    width = hop if grid.mode == "subframes" else (grid.step if grid.mode == "stepped" else 1) / grid.fps
    start = math.floor((first - grid.origin) / width - 0.5)
    stop = math.ceil((last - grid.origin) / width + 0.5)
    times: Floats = grid.origin + width * np.arange(start, stop + 1, dtype=np.float64)
    return times


def _sampled(clock: Floats, weights: Floats, times: Floats, grid: Grid) -> Floats:
    """`weights` at `times`, the frame nearest to a peak showing the peak; 0 first and last."""
    at = times + (times[1] - times[0]) / 2 if grid.mode == "stepped" else times
    sampled = np.interp(at, clock, weights, 0.0, 0.0)
    for peak in peaks(weights, PEAK):
        frame = int(np.argmin(np.abs(at - clock[peak])))
        sampled[frame] = max(sampled[frame], weights[peak])
    sampled[[0, -1]] = 0.0
    rounded: Floats = np.round(sampled / FINE) * FINE
    return rounded


def _keyed(
    times: Floats,
    shown: Floats,
    used: Sequence[Expression],
    known: dict[str, KeyInfo],
    grid: Grid,
    tolerance: float,
) -> Generator[Progress, None, tuple[KeyCurve, ...]]:
    if not used:
        return ()
    stepped = grid.mode == "stepped"
    if stepped:
        flags = np.stack([_changes(values, tolerance) for values in shown])
        slopes = np.zeros(shown.shape)
    else:
        reach = np.array([max(known[name].reach for name in own.names) for own in used])
        bounds = np.full(shown.shape, tolerance) / np.maximum(reach, 1.0)[:, None]
        flags, slopes = yield from thin(times, shown, bounds, np.array([_ends(values) for values in shown]))
    flags = np.array([_within(values, marks) for values, marks in zip(shown, flags, strict=True)])
    return tuple(
        KeyCurve(
            name,
            times[flags[i]],
            known[name].base + known[name].reach * shown[i, flags[i]],
            known[name].reach * slopes[i, flags[i]],
            "CONSTANT" if stepped else "BEZIER",
        )
        for i, own in enumerate(used)
        for name in own.names
    )


def _changes(values: Floats, tolerance: float) -> Flags:
    """Marks where a held value must change to stay within `tolerance`."""
    marks = np.zeros(len(values), bool)
    marks[0] = True
    held = values[0]
    for i in range(1, len(values)):
        if abs(values[i] - held) > (tolerance if i < len(values) - 1 else FINE):
            marks[i] = True
            held = values[i]
    return marks


def _ends(values: Floats) -> Flags:
    """Marks where the movement starts from rest, and where it has come to rest again."""
    marks = np.zeros(len(values), bool)
    moving = np.flatnonzero(values > FINE)
    if len(moving):
        marks[[max(int(moving[0]) - 1, 0), min(int(moving[-1]) + 1, len(values) - 1)]] = True
    return marks


def _within(values: Floats, marks: Flags) -> Flags:
    """`marks` without those before the movement and after it."""
    first, last = np.flatnonzero(_ends(values))[[0, -1]]
    kept = marks | _ends(values)
    kept[:first] = False
    kept[last + 1 :] = False
    return kept
