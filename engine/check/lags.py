"""How well a mouth fits its sound at each lag, window by window: normalised cross-correlation of several features."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .signals import HOP, Signals

SOFT = 0.25  # of a feature's usual movement: less movement than that in a window tells little
TOGETHER = 128  # windows correlated at once: bounds the memory

Floats = NDArray[np.float64]
Places = NDArray[np.intp]


def windows(count: int, length: int, step: int) -> Places:
    """First values of windows of `length` every `step`, evenly laid over `count` values."""
    if count <= length:
        return np.zeros(1, np.intp)
    many = max(2, round((count - length) / step) + 1)
    return np.round(np.linspace(0, count - length, many)).astype(np.intp)


def middles(signals: Signals, starts: Places, length: int) -> Floats:
    """The middle of each window in seconds."""
    times: Floats = signals.start + HOP * (starts.astype(np.float64) + (length - 1) / 2.0)
    return times


def lag_map(signals: Signals, starts: Places, length: int, reach: int) -> tuple[Floats, Floats]:
    """How well windows fit at the lags -reach..reach (in HOP): [windows, 2 * reach + 1], -1..1; and each window's
    content [windows], 0..1: how much is expected to move in it.

    At a lag above 0 the mouth is late. Windows are tapered (Hann) and stripped of their mean; little movement counts
    little, on either side. `reach` is at most the signals' pad.
    """
    length = min(length, signals.count)
    taper = np.hanning(length + 2)[1:-1]
    taper /= taper.sum()
    total, content = np.zeros((len(starts), 2 * reach + 1)), np.zeros(len(starts))
    for row, weight in enumerate(signals.weights):
        if weight > 0.0:
            fits, moves = _feature(signals, row, starts, taper, reach)
            total += weight * fits
            content += weight * moves
    weight = max(float(signals.weights.sum()), 1e-9)
    return total / weight, np.clip(content / weight, 0.0, 1.0)


def _feature(signals: Signals, row: int, starts: Places, taper: Floats, reach: int) -> tuple[Floats, Floats]:
    expected, seen = signals.expected[row], signals.seen[row]
    usual_expected, usual_seen = float(np.std(expected)) + 1e-9, float(np.std(seen)) + 1e-9
    fits, moves = [], []
    for first in range(0, len(starts), TOGETHER):
        part = starts[first : first + TOGETHER]
        own = expected[part[:, None] + np.arange(len(taper))]
        own = own - (own @ taper)[:, None]
        spread = np.sqrt((own**2) @ taper)
        across = seen[part[:, None] + np.arange(signals.pad - reach, signals.pad + reach + len(taper))]
        product, spread_seen = _products(own * taper, across, taper)
        scale = np.sqrt(spread**2 + (SOFT * usual_expected) ** 2)[:, None]
        scale = scale * np.sqrt(spread_seen**2 + (SOFT * usual_seen) ** 2)
        fits.append(product / scale)
        moves.append(np.minimum(spread / usual_expected, 1.0) ** 2)
    return np.concatenate(fits), np.concatenate(moves)


def _products(own: Floats, across: Floats, taper: Floats) -> tuple[Floats, Floats]:
    """Products of tapered windows with what is seen at each lag, and how much that moves there."""
    lags = across.shape[1] - own.shape[1] + 1
    size = 1 << int(np.ceil(np.log2(across.shape[1])))
    spectrum = np.fft.rfft(across, size)
    shape = np.conj(np.fft.rfft(taper, size))
    product = np.fft.irfft(spectrum * np.conj(np.fft.rfft(own, size)), size)[:, :lags]
    mean = np.fft.irfft(spectrum * shape, size)[:, :lags]
    square = np.fft.irfft(np.fft.rfft(across**2, size) * shape, size)[:, :lags]
    return product, np.sqrt(np.maximum(square - mean**2, 0.0))


def vertex(values: Floats, place: int) -> tuple[float, float]:
    """Place and height of the parabola through three neighbours of `values` about `place`."""
    if not 0 < place < len(values) - 1:
        return float(place), float(values[place])
    left, middle, right = (float(value) for value in values[place - 1 : place + 2])
    bend = left - 2.0 * middle + right
    if bend >= -1e-12:
        return float(place), middle
    shift = min(0.5, max(-0.5, 0.5 * (left - right) / bend))
    return place + shift, middle - 0.25 * (left - right) * shift
