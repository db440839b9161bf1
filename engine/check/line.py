"""One line through many errors: offset and drift, deaf to the few that are far off (IRLS with Tukey's weights)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ROUNDS = 12
TUKEY = 4.685  # spreads beyond which an error has no say
LEAST_SPREAD, OF_A_FRAME = 0.004, 0.1  # seconds, and of a frame: windows are not better than that
SHORTEST = 3.0  # seconds of moments without which no drift is told
SIGNIFICANT = 3.2  # standard errors from which a drift is one

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Line:
    """`offset` seconds at `middle` (seconds of the sound), `drift` seconds per second, each with its standard error;
    `spread`: of the errors about it, seconds, robust."""

    middle: float
    offset: float
    drift: float
    offset_error: float
    drift_error: float
    spread: float

    def at(self, times: Floats) -> Floats:
        """The line's error at `times`."""
        values: Floats = self.offset + self.drift * (np.asarray(times, np.float64) - self.middle)
        return values


def fit(times: Floats, errors: Floats, weights: Floats, independent: float, frame: float = 0.0) -> Line:
    """The line through `errors` [n] at `times` [n] (seconds), each as sure as `weights` [n] say.

    `independent`: how many of the n are of their own, as windows overlap; `frame`: seconds between two frames, which
    limit how well each can be measured. A drift that is no more than chance is 0.
    """
    least = max(LEAST_SPREAD, OF_A_FRAME * frame)
    middle = float(np.average(times, weights=weights + 1e-12))
    start = median(errors, weights)
    slope = _theil_sen(times, errors, weights) if np.ptp(times) >= SHORTEST else 0.0
    sloped = _refined(times - middle, errors, weights, (start, slope), (independent, least))
    long = bool(np.ptp(times) >= SHORTEST)
    if long and abs(sloped[1]) > SIGNIFICANT * sloped[3] and _in_halves(times, errors, weights, sloped[1]):
        return Line(middle, *sloped)
    flat = _refined(times - middle, errors, weights, (start, None), (independent, least))
    return Line(middle, *flat[:3], sloped[3] if long else float("inf"), flat[4])


def _in_halves(times: Floats, errors: Floats, weights: Floats, drift: float) -> bool:
    """Whether the second half is as far from the first as a drift makes it, by half at least."""
    late = times > median(times, weights)
    if late.all() or not late.any():
        return False
    step = median(errors[late], weights[late]) - median(errors[~late], weights[~late])
    apart = median(times[late], weights[late]) - median(times[~late], weights[~late])
    return bool(step * np.sign(drift) >= 0.5 * abs(drift) * apart)


def median(values: Floats, weights: Floats) -> float:
    """The weighted median of `values` [n]; the plain one where nothing weighs, 0 of none."""
    if not len(values) or float(weights.sum()) <= 0.0:
        return float(np.median(values)) if len(values) else 0.0
    order = np.argsort(values)
    sums = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(sums, 0.5 * sums[-1])])


def _theil_sen(times: Floats, errors: Floats, weights: Floats) -> float:
    """The weighted median of the slopes of all pairs that lie well apart."""
    if len(times) > 300:
        chosen = np.linspace(0, len(times) - 1, 300).astype(np.intp)
        times, errors, weights = times[chosen], errors[chosen], weights[chosen]
    first, second = np.triu_indices(len(times), 1)
    apart = times[second] - times[first]
    far = apart > max(1.0, 0.2 * float(np.ptp(times)))
    if not far.any():
        return 0.0
    first, second, apart = first[far], second[far], apart[far]
    return median((errors[second] - errors[first]) / apart, weights[first] * weights[second] * apart)


def _refined(
    times: Floats, errors: Floats, weights: Floats, start: tuple[float, float | None], known: tuple[float, float]
) -> tuple[float, float, float, float, float]:
    """Offset, drift, their standard errors and the spread; a drift of None in `start` stays 0."""
    (offset, slope), (independent, least) = start, known
    free = slope is not None
    drift = slope or 0.0
    spread = least
    for _ in range(ROUNDS):
        left = errors - offset - drift * times
        spread = max(least, 1.4826 * median(np.abs(left), weights))
        own = weights * np.clip(1.0 - (left / (TUKEY * spread)) ** 2, 0.0, None) ** 2
        total = max(float(own.sum()), 1e-12)
        mean = float((own * times).sum()) / total
        across = max(float((own * (times - mean) ** 2).sum()) / total, 1e-9)
        drift = float((own * (times - mean) * errors).sum()) / total / across if free else 0.0
        offset = float((own * (errors - drift * times)).sum()) / total
    many = max(independent, 2.0)
    return offset, drift, spread / np.sqrt(many), spread / np.sqrt(many * across), spread
