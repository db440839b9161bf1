"""The live mouth beside the mouth that the refined pass makes of the same sound: when, how far, how restless."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from mouths import HOP, OPEN, ROUNDED, Span
from numpy.typing import NDArray

from engine.check.mouth import track_of
from engine.languages import CHANNELS
from engine.mouth.curves import FaceCurves

GRID = 0.005  # seconds
LAGS = np.arange(-0.20, 0.30 + GRID / 2, GRID)
"""Seconds by which the live mouth may be later than the other: those that are tried."""
SEALED, TUCKED = 0.9, 0.8  # from which lips are shut, and lip is on teeth: what must hold of a full contact (facts)
TURN = 0.08  # of openness: a smaller way back is no turn
BRIEF = 0.04  # seconds: a contact shorter than this flickers; no lips are so fast
WAYS = ("openness", "rounding")

Doubles = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Way:
    """One measure of two mouths. `curve` [LAGS]: how they correlate at each lag; `size`: deviation over deviation."""

    curve: Doubles
    size: float


def ways(live: FaceCurves, other: FaceCurves) -> dict[str, Way]:
    """Openness and rounding of the live mouth beside another's, where both are told."""
    return {name: _way(*one) for name, one in _tracks(live, other).items()}


def to_sounds(live: FaceCurves, frames: NDArray[np.int8]) -> dict[str, Way]:
    """Openness beside where open sounds are said, rounding beside rounded ones; `frames`: mouth classes every 10 ms."""
    times = np.arange(live.start - LAGS[0], live.end - LAGS[-1], GRID)
    wide = np.arange(times[0] + LAGS[0], times[-1] + LAGS[-1] + GRID / 2, GRID)
    late, middles = track_of(live, wide), (np.arange(len(frames)) + 0.5) * HOP
    said = {name: np.interp(times, middles, frames == which) for name, which in zip(WAYS, (OPEN, ROUNDED), strict=True)}
    return {name: _way(getattr(late, name), one) for name, one in said.items()}


def _tracks(live: FaceCurves, other: FaceCurves) -> dict[str, tuple[Doubles, Doubles]]:
    times = np.arange(live.start - LAGS[0], live.end - LAGS[-1], GRID)
    wide = np.arange(times[0] + LAGS[0], times[-1] + LAGS[-1] + GRID / 2, GRID)
    late, right = track_of(live, wide), track_of(other, times)
    return {name: (getattr(late, name), getattr(right, name)) for name in WAYS}


def _way(late: Doubles, right: Doubles) -> Way:
    count = len(right)
    curve = np.array([_correlation(late[at : at + count], right) for at in range(len(LAGS))])
    size = float(np.std(late) / max(np.std(right), 1e-9)) if np.std(right) > 1e-3 else float("nan")
    return Way(curve, size)


def _correlation(one: Doubles, other: Doubles) -> float:
    spread = float(np.std(one) * np.std(other))
    return float(np.mean((one - one.mean()) * (other - other.mean()))) / spread if spread > 1e-6 else float("nan")


def peak(curve: Doubles) -> tuple[float, float]:
    """(lag in seconds, correlation) where a curve over LAGS is highest, between its points; NaN where it is none."""
    if np.isnan(curve).all():
        return float("nan"), float("nan")
    at = int(np.nanargmax(curve))
    if not 0 < at < len(curve) - 1:
        return float(LAGS[at]), float(curve[at])
    before, here, after = curve[at - 1 : at + 2]
    bend = before - 2 * here + after
    step = 0.5 * (before - after) / bend if bend < 0 else 0.0
    return float(LAGS[at] + step * GRID), float(here - 0.25 * (before - after) * step)


def contacts(face: FaceCurves) -> tuple[list[Span], list[Span]]:
    """Seconds in which the lips are shut by a sound, and in which the lip is on the teeth."""
    seal, tuck = (np.asarray(face.channels[name]) for name in ("seal", "tuck"))
    return _runs(seal >= SEALED, face), _runs((tuck >= TUCKED) & (seal < SEALED), face)


def _runs(there: NDArray[np.bool_], face: FaceCurves) -> list[Span]:
    edges = np.flatnonzero(np.diff(there.astype(np.int8), prepend=0, append=0))
    times = face.start + face.hop * (edges - 0.5)
    return [(float(start), float(end)) for start, end in zip(times[::2], times[1::2], strict=True)]


def turns(face: FaceCurves) -> int:
    """How often the mouth turns from opening to shutting or back, by more than TURN."""
    openness = track_of(face, np.arange(face.start, face.end, 0.01)).openness
    found, direction, extreme = 0, 0, float(openness[0])
    for value in openness.tolist():
        back = (direction >= 0 and value < extreme - TURN) or (direction <= 0 and value > extreme + TURN)
        if back:
            found += direction != 0
            direction, extreme = (1 if value > extreme else -1), value
        elif direction == 0 or (value - extreme) * direction > 0:
            extreme = value if direction else extreme
    return found


def restless(face: FaceCurves) -> float:
    """Mean of |second difference| of all channels over 10 ms steps, times 1000: how it trembles."""
    times = np.arange(face.start, face.end, 0.01)
    values = np.stack([face.at(times)[name] for name in CHANNELS if name not in ("seal", "press", "tuck")], axis=1)
    return float(1000 * np.abs(np.diff(values, 2, axis=0)).mean())


def edge_shifts(true: list[Span], said: list[Span]) -> tuple[list[float], list[float]]:
    """Seconds by which found contacts begin and end later than the true ones."""
    begun, ended = [], []
    for start, end in true:
        over = [span for span in said if min(span[1], end) > max(span[0], start)]
        if over:
            best = max(over, key=lambda span: min(span[1], end) - max(span[0], start))
            begun.append(best[0] - start)
            ended.append(best[1] - end)
    return begun, ended
