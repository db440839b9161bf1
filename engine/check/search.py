"""Where the mouth is, at large: offset and speed against its sound, searched over all of a shot at once."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from .lags import lag_map, middles, windows
from .rates import FRAME_RATES, SOUND_RATIOS
from .signals import HOP, Signals

WINDOW, STEP = 4.0, 2.0  # seconds
FARTHEST = 2.0  # seconds by which a mouth may be off
SLOWEST, FASTEST, COARSE = 0.89, 1.11, 0.02  # speeds tried throughout; besides them those of known mistakes
SPAN = 60.0  # seconds that are enough to tell the speed
BLUR = 0.04  # seconds by which neighbouring speeds differ at the ends of the span
SYLLABLE, EIGHTH = 0.25, 0.125  # seconds
PLAIN = 0.05  # by how much another speed must fit better than none
NEARER = 0.03  # of its fit by which another offset must fit better, for each second
BEAT = 0.08  # and for a syllable and more

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Guess:
    """A mouth that stands at `speed * t + offset` for what is heard at `t` seconds; `fit` 0..1, mean over windows.

    `height`: by how many of their standard deviations the fit is above those at other offsets; `unique` 0..1: by which
    share of itself it is above the best of those; `sharp` 0..1: by which share it falls within EIGHTH of a second.
    """

    speed: float
    offset: float
    fit: float
    height: float
    unique: float
    sharp: float


def search(signals: Signals, fps: float) -> Guess:
    """The offset and speed at which the mouth fits best; plain ones where others are hardly better.

    `signals` must be padded by FARTHEST and more. `fps` as shown: keys made at another usual rate are looked for.
    """
    plain = _best(signals, 1.0, 0.0, fine=False)
    best = plain
    for speed in _speeds(fps):
        found = _best(signals, speed, COARSE / 2.0, fine=True)
        if _worth(found) > _worth(best):
            best = found
    return best


def likeness(signals: Signals) -> float:
    """How like itself the sound is at other times, 0..1: 1 for a rhythm that repeats itself exactly."""
    beside = ((0, 0), (signals.pad, signals.pad))
    itself = replace(signals, seen=np.pad(signals.expected, beside))
    return 1.0 - _best(itself, 1.0, 0.0, fine=False).unique


def _worth(guess: Guess) -> float:
    other = PLAIN if abs(guess.speed - 1.0) > 1e-9 else 0.0
    return guess.fit * (1.0 - float(_far(np.array(guess.offset)))) - other


def _far(offsets: Floats) -> Floats:
    """The share of a fit that offsets (seconds) cost: a rhythm that repeats itself fits a beat later too."""
    offset = np.abs(offsets)
    return NEARER * np.minimum(offset, FARTHEST) + BEAT * np.minimum(offset / SYLLABLE, 1.0)


def _speeds(fps: float) -> list[float]:
    across = np.arange(SLOWEST, FASTEST + COARSE / 2.0, COARSE).tolist()
    known = [rate / fps for rate in FRAME_RATES] + [ratio for ratio, _ in SOUND_RATIOS]
    return across + sorted({round(speed, 3) for speed in known if not SLOWEST - 0.01 <= speed <= FASTEST + 0.01})


def warped(signals: Signals, speed: float, offset: float) -> Signals:
    """What is seen at `speed * t + offset` put where it is heard, at `t` seconds."""
    times = signals.start + HOP * (np.arange(signals.seen.shape[1]) - signals.pad)
    place = (speed * times + offset - signals.start) / HOP + signals.pad
    index = np.arange(signals.seen.shape[1])
    return replace(signals, seen=np.stack([np.interp(place, index, row) for row in signals.seen]))


def _standing(score: Floats, offsets: Floats, at: int) -> tuple[float, float, float]:
    """`height`, `unique` and `sharp` of the fit at one offset."""
    away = score[np.abs(offsets - offsets[at]) > SYLLABLE]
    best = max(float(score[at]), 1e-6)
    beside = score[np.clip([at - round(EIGHTH / HOP), at + round(EIGHTH / HOP)], 0, len(score) - 1)]
    height = float((best - away.mean()) / max(float(away.std()), 1e-6))
    return height, max(0.0, 1.0 - float(away.max()) / best), max(0.0, 1.0 - float(beside.max()) / best)


def _best(signals: Signals, speed: float, around: float, fine: bool) -> Guess:
    """The best guess among speeds within `around` of `speed`, all offsets."""
    length = round(WINDOW / HOP)
    reach = signals.pad
    near = warped(signals, speed, 0.0) if speed != 1.0 else signals
    starts = windows(min(signals.count, round(SPAN / HOP)), length, round(STEP / HOP))
    fits, content = lag_map(near, starts, length, reach)
    fits = np.maximum(fits, 0.0) ** 2 * content[:, None]
    times = middles(signals, starts, min(length, signals.count))
    span = max(float(times[-1]), 2.0)
    steps = np.arange(-around, around + 1e-9, min(BLUR / span, COARSE)) if fine else np.zeros(1)
    offsets = np.arange(-FARTHEST, FARTHEST + HOP / 2.0, HOP)
    best, most = Guess(speed, 0.0, -1.0, 0.0, 0.0, 0.0), -1.0
    for own in speed + steps:
        lags = ((own / speed - 1.0) * times[:, None] + offsets[None, :] / speed) / HOP
        place = np.clip(np.round(lags).astype(np.intp) + reach, 0, 2 * reach)
        score = np.take_along_axis(fits, place, axis=1).sum(axis=0) / max(float(content.sum()), 1e-9)
        worth = score * (1.0 - _far(offsets))
        at = int(np.argmax(worth))
        if worth[at] > most:
            most = float(worth[at])
            best = Guess(float(own), float(offsets[at]), float(score[at]), *_standing(score, offsets, at))
    return best
