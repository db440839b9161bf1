"""How late the mouth is from window to window: the path of lags that fits best and seldom leaps (Viterbi)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .lags import lag_map, middles, vertex, windows
from .signals import HOP, Signals

WINDOW, STEP = 2.0, 0.4  # seconds
REACH = 1.2  # seconds of lag
SAY = 6.0  # what a whole fit is worth, against
DRIFT = 3.0  # values of lag from window to window that cost 0.5
LEAP = 8.0  # the most that a step costs, however far
NEARER, NEARER_FROM = 0.08, 0.25  # share of its fit that a lag costs, in full from so many seconds on
REFINED = 3  # values of lag about the path in which the peak may lie

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Path:
    """Lags of windows: at `times` [n] (seconds of the sound), `lags` [n] seconds (above 0: late), `fits` [n] the
    correlation there, 0..1, `content` [n] how much is expected to move in each, 0..1; `best` [n]: the best correlation
    at any lag."""

    times: Floats
    lags: Floats
    fits: Floats
    content: Floats
    best: Floats


def follow(signals: Signals, window: float = WINDOW, reach: float = REACH) -> Path:
    """The path of lags within `reach` seconds, by windows of `window` seconds."""
    length = min(round(window / HOP), signals.count)
    far = min(round(reach / HOP), signals.pad)
    starts = windows(signals.count, length, round(STEP / HOP))
    fits, content = lag_map(signals, starts, length, far)
    nearness = 1.0 - NEARER * np.minimum(np.abs(np.arange(-far, far + 1)) * HOP / NEARER_FROM, 1.0)
    places = _cheapest(np.maximum(fits, 0.0) ** 2 * content[:, None] * nearness)
    found = [_refined(row, place) for row, place in zip(fits, places.tolist(), strict=True)]
    lags = HOP * (np.array([place for place, _ in found]) - far)
    heights = np.clip([height for _, height in found], 0.0, 1.0)
    return Path(middles(signals, starts, length), lags, heights, content, fits.max(axis=1))


def _refined(row: Floats, place: int) -> tuple[float, float]:
    first = max(0, place - REFINED)
    return vertex(row, first + int(np.argmax(row[first : place + REFINED + 1])))


def _cheapest(worth: Floats) -> NDArray[np.intp]:
    """For each window the lag of the best path [windows]; `worth` [windows, lags], 0..1."""
    lags = np.arange(worth.shape[1])
    apart = np.abs(lags[:, None] - lags[None, :]).astype(np.float64)
    price = np.minimum(0.5 * (apart / DRIFT) ** 2, LEAP)
    score = SAY * worth[0]
    came = np.zeros(worth.shape, np.intp)
    for at in range(1, len(worth)):
        ways = score[None, :] - price
        came[at] = np.argmax(ways, axis=1)
        score = ways[lags, came[at]] + SAY * worth[at]
    places = np.zeros(len(worth), np.intp)
    places[-1] = int(np.argmax(score))
    for at in range(len(worth) - 1, 0, -1):
        places[at - 1] = came[at, places[at]]
    return places
