"""How much the mouth moves beside what it should: amplitude, finesse, and stretches without movement on either side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from ..sound.runs import runs
from .line import Line
from .shot import Shot
from .signals import HOP, box, gaussian, is_held

MOST = 2.0  # times as far as usual: more is more than style
STILL = 0.02  # of the jaw's way: a mouth that moves less does not move
STRETCH = 0.4  # seconds over which movement is looked for
LITTLE, MUCH = 0.08, 0.40  # shares of the usual movement: at rest, in motion
STILLNESS = 0.15  # seconds over which a mouth that rests does not move
HOLE = 0.4  # seconds without movement that are a hole, beyond a frame
SHORT_HOLE = 0.3  # seconds of a mouth at rest that are a hole where it should be open all the while
HELD_HOLE = 0.65  # the same of drawings that are held
# Of the usual movement: a mouth at rest at most, and one that should be open on the mean, and at most.
AT_REST, OPEN_MEAN, OPEN_MOST = 0.15, 0.35, 0.6
HELD_LONGER = 0.6  # seconds more for a mouth that is drawn, each drawing standing for a while
HEARD = 0.45  # mean confidence of the phones in a hole
TURN = 0.06  # of the usual movement that a turn must be worth
SILENT = 0.05  # of the usual movement expected, up to which nothing is said
QUIET = 0.25  # of the speech band's level, 0..1, up to which nothing is heard
ALONE = 0.7  # seconds of movement in silence that are speech, not a breath

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Movement:
    """`ratio`: how far the mouth moves, 1 as it should; `turns`: how often it turns, 1 as it should; `fit` the
    correlation of both once the line is taken out; `holes`, `alone` (start, end) in seconds of the sound."""

    ratio: float
    turns: float
    fit: float
    holes: tuple[tuple[float, float], ...]
    alone: tuple[tuple[float, float], ...]

    @property
    def amplitude(self) -> float:
        """Agreement 0..1: 1 for a mouth that moves as far as it should, up to twice as far."""
        return min(1.0, self.ratio, MOST / max(self.ratio, 1e-9))


def movement(shot: Shot, line: Line) -> Movement:
    """Compare the movement of both, `line` taken out."""
    seen = gaussian(shot.seen_at(shot.times + line.at(shot.times)), HOP)
    wanted = np.stack([shot.expected.openness, shot.expected.shut, shot.expected.rounding])
    wanted = gaussian(box(wanted, shot.frame), HOP)
    speaks = _near_speech(shot)
    own, asked = _range(seen[0][speaks]), _range(wanted[0][speaks])
    ratio = own / max(asked, 1e-6)
    usual = max(own, 1e-6), max(asked, 1e-6)
    moving, meant = _moved(seen[0] / usual[0], STRETCH), _moved(wanted[0] / usual[1], STRETCH)
    holes = _holes(shot, seen / usual[0], wanted / usual[1])
    for start, end in holes:
        speaks &= (shot.times < start) | (shot.times > end)
    fit = _correlation(seen[0][speaks], wanted[0][speaks])
    asked_turns = _turns(wanted[0][speaks] / usual[1])
    turns = _turns(seen[0][speaks] / usual[0]) / asked_turns if asked_turns else 1.0
    return Movement(ratio, turns, fit, holes, _alone(shot, moving, meant))


def is_still(track: Floats) -> bool:
    """Whether nothing moves in `track`."""
    return float(np.ptp(track)) < STILL


def _near_speech(shot: Shot) -> Flags:
    """Where somebody speaks, a little beyond the phones."""
    inside = np.zeros(len(shot.times), bool)
    for phone in shot.phones:
        first, last = np.searchsorted(shot.times, (phone.start - 0.05, phone.end + 0.05))
        inside[first:last] = True
    return inside


def _range(values: Floats) -> float:
    low, high = np.percentile(values, (10.0, 90.0))
    return float(high - low)


def _moved(values: Floats, stretch: float) -> Floats:
    """How far the neighbourhood of `stretch` seconds of each of `values` [..., n] reaches, [..., n]."""
    width = round(stretch / HOP) | 1
    beside = [(0, 0)] * (values.ndim - 1) + [(width // 2, width // 2)]
    rows = sliding_window_view(np.pad(values, beside, mode="edge"), width, axis=-1)
    moved: Floats = rows.max(axis=-1) - rows.min(axis=-1)
    return moved


def _correlation(one: Floats, other: Floats) -> float:
    if len(one) < 3 or float(np.std(one)) < 1e-6 or float(np.std(other)) < 1e-6:
        return 0.0
    return float(np.corrcoef(one, other)[0, 1])


def _turns(values: Floats) -> int:
    """How often `values` turn after a move of more than TURN."""
    if not len(values):
        return 0
    turns, last, rising = 0, float(values[0]), 0
    for value in values[::2].tolist():
        if (rising >= 0 and value > last) or (rising <= 0 and value < last):
            rising = rising or (1 if value > last else -1)
            last = value
        elif abs(value - last) > TURN:
            turns += 1
            rising = -rising
            last = value
    return turns


def _stretches(flags: Flags, times: Floats, shortest: float) -> list[tuple[float, float]]:
    spans = [(float(times[first]), float(times[last - 1])) for first, last in runs(flags)]
    return [(start, end) for start, end in spans if end - start >= shortest]


def _holes(shot: Shot, seen: Floats, wanted: Floats) -> tuple[tuple[float, float], ...]:
    """Speech while the mouth stands still: [features, n] of both, on a scale of their usual movement."""
    held = is_held(shot.mouth)
    usual = HOLE + (HELD_LONGER if held else shot.frame)
    shortest = HELD_HOLE if held else SHORT_HOLE
    still = np.all(_moved(seen, STILLNESS) < LITTLE, axis=0)
    found = []
    for start, end in _stretches(still, shot.times, max(shortest - STILLNESS, 0.0)):
        span = _spoken_in(shot, start - STILLNESS / 2.0, end + STILLNESS / 2.0, shortest)
        if span is None:
            continue
        first, last = (int(place) for place in np.searchsorted(shot.times, span))
        own = wanted[0, first:last]
        rests = float(seen[0, first:last].max(initial=0.0)) < AT_REST
        long = span[1] - span[0] >= usual and _turns(own) >= 2 and float(np.ptp(own)) > MUCH
        long = long and (rests or not held)  # a drawing may stand
        closed = rests and float(own.mean()) > OPEN_MEAN and float(own.max()) > OPEN_MOST
        if (long or closed) and float(shot.level[first:last].max(initial=0.0)) > QUIET:
            found.append(span)
    return tuple(found)


def _spoken_in(shot: Shot, start: float, end: float, shortest: float) -> tuple[float, float] | None:
    """The speech within a stretch, from its first phone to its last, where it is long enough and sure."""
    said = [phone for phone in shot.phones if phone.end > start and phone.start < end]
    if len(said) < 3:
        return None
    first, last = max(start, said[0].start), min(end, said[-1].end)
    spoken = sum(min(end, phone.end) - max(start, phone.start) for phone in said)
    sure = sum(phone.confidence for phone in said) / len(said)
    long_enough = spoken >= 0.7 * shortest and last - first >= shortest
    return (first, last) if long_enough and sure >= HEARD else None


def _alone(shot: Shot, moving: Floats, meant: Floats) -> tuple[tuple[float, float], ...]:
    """Movement like that of speech where nothing is said and nothing heard."""
    flags = (moving > MUCH) & (meant < SILENT) & (_loudest(shot.level) < QUIET)
    return tuple(_stretches(flags, shot.times, ALONE))


def _loudest(level: Floats) -> Floats:
    width = round(STRETCH / HOP) | 1
    loud: Floats = sliding_window_view(np.pad(level, width // 2, mode="edge"), width).max(axis=1)
    return loud
