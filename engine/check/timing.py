"""From windows and events to figures: offset, drift, residual, worst moment, and how sure all that is."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from .line import Line, fit, median
from .path import STEP, WINDOW, Path, follow
from .result import Moments, Timing
from .search import Guess, search, warped
from .signals import Signals

POOR, GOOD = 0.35, 0.65  # correlation under which a window tells nothing, from which it tells all
LOW, HIGH = (
    6.0,
    12.0,
)  # standard deviations that the fit stands out: of 57 wrong mouths half have 4, of right ones 9 to 90
SURE = 0.5  # weight from which a moment is sure
FEW = 1.0  # independent windows that are half of a whole confidence or so
INLIER = 0.06  # seconds off the line within which a window agrees with it
NEAR = 0.1  # seconds, and of the speed: a guess so near to none needs no doubt
UNIQUE = 0.25  # share by which a fit must be above all others to be sure
SHARP = 0.35  # share by which a fit must fall within an eighth of a second to be sure
NEIGHBOURS = 3  # windows on each side whose median a window must share

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """One way of measuring: the `guess` at large, the windows' `path`, `times`, `errors` (seconds of the sound) and
    `weights` of its windows, the `line` through them, its `confidence` 0..1, and the
    seconds of the sound in a `frame`."""

    guess: Guess
    path: Path
    times: Floats
    errors: Floats
    weights: Floats
    line: Line
    confidence: float
    frame: float


def measure(signals: Signals, fps: float, frame: float, window: float = WINDOW) -> Measured:
    """Search at large, then window by window, then lay a line through it; `frame`: its seconds of the sound."""
    guess = search(signals, fps)
    path = follow(warped(signals, guess.speed, guess.offset), window)
    errors = path.lags * guess.speed + (guess.speed - 1.0) * path.times + guess.offset
    weights = np.clip((path.fits - POOR) / (GOOD - POOR), 0.0, 1.0) * path.content
    line = fit(path.times, errors, weights + 1e-6, independent(weights), frame)
    sure = confidence(guess, path, errors - line.at(path.times), weights)
    return Measured(guess, path, path.times, errors, weights, line, sure, frame)


def independent(weights: Floats) -> float:
    """How many windows there are, counted without their overlap."""
    return max(float(weights.sum()) * min(1.0, STEP / WINDOW * 1.5), min(1.0, float(weights.max(initial=0.0))))


def mean_fit(path: Path) -> float:
    """The mean correlation of the windows, by what is expected to move in them."""
    total = float(path.content.sum())
    return float((path.fits * path.content).sum()) / total if total > 0.0 else 0.0


def confidence(guess: Guess, path: Path, left: Floats, weights: Floats) -> float:
    """How sure windows are, 0..1: they fit, are many, and agree; `left` [n]: their errors, line or levels taken out.

    They fit where their correlation is high, or where it stands out from that at all other offsets.
    """
    good = min(1.0, max(0.0, (mean_fit(path) - POOR) / (GOOD - POOR)))
    stands = min(1.0, max(0.0, (guess.height - LOW) / (HIGH - LOW)))
    agree = float(weights[np.abs(left) < INLIER].sum()) / max(float(weights.sum()), 1e-9)
    fits = 1.0 - (1.0 - good) * (1.0 - stands)
    if abs(guess.offset) > NEAR or abs(guess.speed - 1.0) > NEAR:
        fits *= min(1.0, guess.unique / UNIQUE) * min(1.0, guess.sharp / SHARP)
    return fits * (1.0 - float(np.exp(-independent(path.content) / FEW))) * agree


def with_events(found: Measured, times: Floats, errors: Floats, weight: float) -> Measured:
    """With closures beside the windows: `errors` [n] beyond the line at `times` [n], `weight` each."""
    if not len(times):
        return found
    moments = np.concatenate([found.times, times])
    off = np.concatenate([found.errors, errors + found.line.at(times)])
    weights = np.concatenate([found.weights, np.full(len(times), weight)])
    many = independent(found.weights) + weight * len(times)
    return replace(found, line=fit(moments, off, weights + 1e-6, many, found.frame))


def timing(found: Measured, middle: float, speed: float, lag: float = 0.0) -> Timing:
    """The figures, as heard. `middle`: seconds of the sound at which the offset is told; `lag`: usual, taken out."""
    errors = found.errors - lag
    line = replace(found.line, offset=found.line.offset - lag)
    offset = float(line.at(np.array([middle]))[0])
    left = np.abs(errors - line.at(found.times))
    sure = found.weights >= SURE
    steady = _steady(errors, found.weights)[sure]
    times = found.times[sure]
    if not len(times):
        steady, times = np.array([offset]), np.array([middle])
    worst = int(np.argmax(np.abs(steady)))
    return Timing(
        offset=offset / speed,
        drift=line.drift,
        residual=median(left, found.weights) / speed,
        worst=float(steady[worst]) / speed,
        worst_at=float(times[worst]),
        early=max(0.0, -float(steady.min())) / speed,
        late=max(0.0, float(steady.max())) / speed,
        count=int(np.count_nonzero(sure)),
        confidence=found.confidence,
        middle=middle,
    )


def _steady(errors: Floats, weights: Floats) -> Floats:
    """Each error as its neighbours have it too: the median about it."""
    if len(errors) < 2 * NEIGHBOURS + 1:
        return np.full(len(errors), median(errors, weights)) if len(errors) else errors
    padded = np.pad(errors, NEIGHBOURS, mode="edge")
    rows = np.stack([padded[at : at + len(errors)] for at in range(2 * NEIGHBOURS + 1)])
    smooth: Floats = np.median(rows, axis=0)
    return smooth


def moments(found: Measured, times: Floats, errors: Floats, weight: float, speed: float) -> Moments:
    """All that was compared, in order: windows and closures."""
    at = np.concatenate([found.times, times])
    off = np.concatenate([found.errors, errors + found.line.at(times)]) / speed
    weights = np.concatenate([found.weights, np.full(len(times), weight)])
    kinds = ["window"] * len(found.times) + ["closure"] * len(times)
    order = np.argsort(at, kind="stable")
    return Moments(at[order], off[order], weights[order], tuple(kinds[place] for place in order.tolist()))
