"""Where the mouth comes apart from its sound all at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from .timing import Measured, confidence

LEAST = 0.07  # seconds by which a leap moves the mouth
SIDES = 3  # windows on each side that must agree on it
BETTER = 0.5  # share of the line's misses that two levels may leave
TIGHT, STEPS = 0.03, 2.5  # seconds that the windows of a level are apart, and how much further levels must be
FAR = 0.1  # seconds: a window that straddles a leap may be anywhere

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Leap:
    """At `at` seconds of the sound the mouth goes from `before` to `after` seconds late."""

    at: float
    before: float
    after: float


def leaps(found: Measured) -> tuple[Leap, ...]:
    """The leaps that explain the windows better than one line does; none where the line does well."""
    sure = found.weights > 0.25
    times, errors, weights = found.times[sure], found.errors[sure], found.weights[sure]
    if len(times) < 2 * SIDES:
        return ()
    misses = np.minimum(np.abs(errors - found.line.at(times)), FAR)
    spans = _levels(errors)
    if len(spans) < 2:
        return ()
    levels = np.concatenate([np.full(last - first, np.median(errors[first:last])) for first, last in spans])
    left = float((weights * np.minimum(np.abs(errors - levels), FAR)).sum())
    if left > BETTER * float((weights * misses).sum()):
        return ()
    if not _tight(errors, spans):
        return ()
    made = []
    for (first, middle), (_, last) in pairwise(spans):
        before, after = float(np.median(errors[first:middle])), float(np.median(errors[middle:last]))
        made.append(Leap(float(times[middle - 1 : middle + 1].mean()), before, after))
    return tuple(made)


def _tight(errors: Floats, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether the windows of each level agree far better than the levels lie apart."""
    middles = [float(np.median(errors[first:last])) for first, last in spans]
    spread = max(
        float(np.median(np.abs(errors[first:last] - middle)))
        for (first, last), middle in zip(spans, middles, strict=True)
    )
    step = min(abs(after - before) for before, after in pairwise(middles))
    return spread < TIGHT and step > STEPS * spread


def on_levels(found: Measured, apart: Sequence[Leap]) -> Measured:
    """`found` with the confidence that it has where each stretch between leaps counts by itself."""
    if not apart:
        return found
    level = np.full(len(found.times), apart[0].before)
    for leap in apart:
        level[found.times >= leap.at] = leap.after
    return replace(found, confidence=confidence(found.guess, found.path, found.errors - level, found.weights))


def _levels(errors: Floats) -> list[tuple[int, int]]:
    """Runs of windows that agree, cut where the errors leap and both sides are long enough."""
    cuts = [0]
    for at in range(SIDES, len(errors) - SIDES + 1):
        step = float(np.median(errors[at : at + SIDES]) - np.median(errors[at - SIDES : at]))
        near = abs(float(errors[at] - errors[at - 1]))
        if abs(step) >= LEAST and near >= LEAST / 2.0 and at - cuts[-1] >= SIDES:
            cuts.append(at)
    cuts.append(len(errors))
    return [(first, last) for first, last in pairwise(cuts)]
