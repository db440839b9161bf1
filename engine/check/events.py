"""Closures one by one: is each that the sound asks for shut, and when do the lips meet and part?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..phones import mouth_class
from .line import Line
from .shot import Shot
from .signals import HOP, box

HEARD = 0.65  # confidence of a phone from which its closure is asked for
EXPECTED = 0.8  # of shut that the expected mouth must reach for the rig to be able to close at all
ENOUGH = 0.5  # of shut: lips that near are taken for closed
OPEN, OPEN_SHARE = 0.08, 0.15  # openness from which lips are wholly open, and as a share of what is usual
NEAR = 0.06  # seconds about a contact in which the lips may be shut
FRAMES = 1.5  # the same in frames, where those are long
APART = 0.12  # seconds between a closure and its like, the offset taken out
LONGEST = 0.35  # seconds: what is shut for longer is a pause

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Closures:
    """How many `asked` for; `missed` [seconds of the sound]; of those found `times` and `errors` beyond the line.

    `unsure`: how many of those asked for may have been heard wrongly.
    """

    asked: int
    unsure: float
    missed: tuple[float, ...]
    times: Floats
    errors: Floats


def closures(shot: Shot, line: Line) -> Closures:
    """Look for every closure, `line` taken out."""
    aligned = shot.seen_at(shot.times + line.at(shot.times))
    open_from = max(OPEN, OPEN_SHARE * _usual(aligned[0]))
    shut = np.where(aligned[0] <= open_from, np.maximum(aligned[1], ENOUGH), aligned[1])
    spans = _asked(shot)
    near = max(NEAR, FRAMES * shot.frame)
    missed = []
    for start, end, _ in spans:
        first = int(np.searchsorted(shot.times, start - near))
        last = int(np.searchsorted(shot.times, end + near, side="right"))
        if float(shut[first:last].max(initial=0.0)) < ENOUGH:
            missed.append(round(0.5 * (start + end), 3))
    times, errors = _apart(shot, box(aligned[1:2], HOP)[0])
    unsure = sum(1.0 - sure for _, _, sure in spans)
    return Closures(len(spans), unsure, tuple(missed), times, errors)


def _usual(openness: Floats) -> float:
    return float(np.percentile(openness, 90.0))


def _asked(shot: Shot) -> list[tuple[float, float, float]]:
    """Contacts of the lips that are heard well and that the rig can show: start, end, and how sure each is."""
    closed = [phone for phone in shot.phones if mouth_class(phone.ipa) == "closed" and phone.confidence >= HEARD]
    found = []
    for contact in shot.contacts:
        if contact.kind != "lips" or not shot.times[0] <= contact.start < contact.end <= shot.times[-1]:
            continue
        first = int(np.searchsorted(shot.times, contact.start))
        last = int(np.searchsorted(shot.times, contact.end, side="right"))
        shown = float(shot.expected.shut[first:last].max(initial=0.0)) >= EXPECTED
        sure = [phone.confidence for phone in closed if phone.start < contact.end and contact.start < phone.end]
        if shown and sure:
            found.append((contact.start, contact.end, max(sure)))
    return found


def _apart(shot: Shot, shut: Floats) -> tuple[Floats, Floats]:
    """The middles of the closures expected, and how much later those are that are seen."""
    expected = _spans(shot.times, box(shot.expected.shut[None, :], shot.frame)[0])
    seen = _spans(shot.times, shut)
    times, errors = [], []
    for start, end in expected:
        middle = 0.5 * (start + end)
        apart = [0.5 * (own[0] + own[1]) - middle for own in seen]
        best = min(apart, key=abs, default=APART)
        if abs(best) < APART:
            times.append(middle)
            errors.append(best)
    return np.array(times), np.array(errors)


def _spans(times: Floats, shut: Floats) -> list[tuple[float, float]]:
    """From when to when lips are shut, for closures within speech; between values of the grid too."""
    above = shut >= ENOUGH
    edges = np.flatnonzero(np.diff(above.astype(np.int8)))
    moments = [_crossing(times, shut, int(edge)) for edge in edges]
    rises = [bool(above[edge + 1]) for edge in edges]
    return [
        (moments[at], moments[at + 1])
        for at in range(len(edges) - 1)
        if rises[at] and moments[at + 1] - moments[at] <= LONGEST
    ]


def _crossing(times: Floats, shut: Floats, at: int) -> float:
    low, high = float(shut[at]), float(shut[at + 1])
    return float(times[at]) + HOP * (ENOUGH - low) / (high - low)
