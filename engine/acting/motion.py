"""Acting over time: what emotions and gestures ask of each channel."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from .channels import EXPRESSION, MOUTH, SIGNED
from .means import ANY, Means
from .recipes import GestureRecipe, emotion, gesture
from .values import Acting, Feeling, Move

LEAST_FADE = 0.04  # seconds: a face never jumps
SACCADE = (0.03, 0.05)  # seconds that the eyes take to get there: a small look, and the largest
BLINK_SQUINT = 0.6  # of a squint that is left out while the eye is closed: the lid is down already

Doubles = NDArray[np.float64]


@dataclass(slots=True)
class Wanted:
    """What acting asks of the `mouth` and of the rest of the `face`, and of emotions shown as a `whole`: [n] each."""

    mouth: dict[str, Doubles] = field(default_factory=dict)
    face: dict[str, Doubles] = field(default_factory=dict)
    whole: dict[str, Doubles] = field(default_factory=dict)


def wanted(acting: Acting, times: Doubles, means: Means = ANY) -> Wanted:
    """What emotions and gestures ask for at `times` [n] (seconds, evenly spaced), each smooth and within its range.

    Several that move one channel add up softly, never beyond its end. Raises ScoreError for an unknown name.
    """
    result = Wanted()
    for feeling in acting.feelings:
        course = felt(feeling, times)
        if feeling.name in means.whole:
            _add(result.whole, feeling.name, course)
            continue
        for channel, level in emotion(feeling.name).items():
            _add(_part(result, channel, means), channel, level * course)
    for move in acting.moves:
        recipe = gesture(move.name)
        course = moved(move, recipe, times)
        for channel, level in recipe.makes.items():
            _add(result.face, channel, level * course)
    _lids(result.face)
    result.face = {name: result.face[name] for name in EXPRESSION if name in result.face}
    return result


def span(acting: Acting) -> tuple[float, float] | None:
    """The seconds in which emotions and gestures move anything, None where there are none."""
    spans = [(feeling.start, feeling.end) for feeling in acting.feelings]
    spans += [(knots[0][0], knots[-1][0]) for move in acting.moves for knots in (_knots(move, gesture(move.name)),)]
    return (min(start for start, _ in spans), max(end for _, end in spans)) if spans else None


def _part(result: Wanted, channel: str, means: Means) -> dict[str, Doubles]:
    return result.mouth if channel in MOUTH and channel in means.mouth else result.face


def _add(channels: dict[str, Doubles], channel: str, course: Doubles) -> None:
    known = channels.get(channel)
    if known is None:
        channels[channel] = course
    elif channel in SIGNED:
        channels[channel] = np.clip(known + course, -1.0, 1.0)
    else:
        channels[channel] = 1.0 - (1.0 - known) * (1.0 - course)


def _lids(face: dict[str, Doubles]) -> None:
    """A closing eye is neither wide nor squinting."""
    closing = face.get("blink")
    if closing is not None:
        for channel, share in (("lid_wide", 1.0), ("squint", BLINK_SQUINT)):
            if channel in face:
                face[channel] = face[channel] * (1.0 - share * closing)


def felt(feeling: Feeling, times: Doubles) -> Doubles:
    """The strength of an emotion at `times` [n]: it comes after its start and is gone at its end."""
    length = feeling.end - feeling.start
    if length <= 0.0:
        return np.zeros(len(times))
    fade = max(min(feeling.fade, 0.5 * length), min(LEAST_FADE, 0.5 * length))
    course: Doubles = np.minimum(eased((times - feeling.start) / fade), eased((feeling.end - times) / fade))
    return feeling.strength * course


def moved(move: Move, recipe: GestureRecipe, times: Doubles) -> Doubles:
    """The level of a gesture at `times` [n], strength included."""
    course = np.zeros(len(times))
    for (start, low), (end, high) in _steps(move, recipe):
        inside = (times >= start) & (times < end)
        course[inside] = low + (high - low) * eased((times[inside] - start) / (end - start))
    return move.strength * course


def eased(share: Doubles) -> Doubles:
    """0 before 0, 1 after 1, and between a step without a corner (minimum jerk, Flash & Hogan 1985)."""
    inside = np.clip(share, 0.0, 1.0)
    step: Doubles = inside**3 * (10.0 - 15.0 * inside + 6.0 * inside**2)
    return step


def _steps(move: Move, recipe: GestureRecipe) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    knots = _knots(move, recipe)
    for before, after in pairwise(knots):
        if after[0] > before[0]:
            yield before, after


def _knots(move: Move, recipe: GestureRecipe) -> list[tuple[float, float]]:
    """A gesture's course as (second, level), strength left out."""
    knots = [(move.peak + share * move.duration, level) for share, level in recipe.path]
    if recipe.sudden:
        saccade = min(SACCADE[0] + (SACCADE[1] - SACCADE[0]) * move.strength, 0.5 * move.duration)
        knots[0] = (knots[0][0] - saccade, knots[0][1])
        knots[-2] = (knots[-2][0] - saccade, knots[-2][1])
    return knots
