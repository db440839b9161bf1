"""Where the mouth comes apart from its sound all at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from .timing import Measured, confidence

LEAST = 0.07  # seconds by which a leap moves the mouth
SIDES, LASTS = 3, 6  # windows on each side that must agree on it, and that a level must last
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
    spans = _lasting(errors, _levels(errors))
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


def _lasting(errors: Floats, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The levels with those that do not last made part of the neighbour that they are nearer to."""
    kept = list(spans)
    while len(kept) > 1:
        short = min(range(len(kept)), key=lambda at: kept[at][1] - kept[at][0])
        if kept[short][1] - kept[short][0] >= LASTS:
            break
        middles = [float(np.median(errors[first:last])) for first, last in kept]
        beside = [at for at in (short - 1, short + 1) if 0 <= at < len(kept)]
        other = min(beside, key=lambda at: abs(middles[at] - middles[short]))
        first, second = sorted((short, other))
        kept[first : second + 1] = [(kept[first][0], kept[second][1])]
    return kept


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
