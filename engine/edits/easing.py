"""How a value goes from one key to the next where it is no Bezier: Penner's easing equations, as Blender has them.

Source: Robert Penner, Programming Macromedia Flash MX (2002), chapter 7. Blender departs from it where an exponential
meets its ends, and where the amplitude of an elastic is less than its change of value.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Shape = Callable[[Floats], Floats]

POWERS = {"QUAD": 2, "CUBIC": 3, "QUART": 4, "QUINT": 5}
LATE = ("BACK", "BOUNCE", "ELASTIC")  # which of themselves ease at their end
LEAST = 2.0**-10  # what the exponential begins with
BOTH = 1.525  # times as far a curve overshoots that eases at both ends
PERIOD, PERIOD_OF_BOTH = 0.3, 0.45  # of the time between the keys, where a key names none


@dataclass(frozen=True, slots=True, eq=False)
class Ways:
    """From keys to their next ones, arrays [n] each.

    `share` 0..1 of the time, `change` of value, `width` in seconds; `back`, `amplitude`, `period` of the first key.
    """

    share: Floats
    change: Floats
    width: Floats
    back: Floats
    amplitude: Floats
    period: Floats


def eased(kind: str, easing: str, ways: Ways) -> Floats:
    """What has been added to the first key's value [n]: 0 at share 0, `change` at share 1.

    `kind`: one of INTERPOLATIONS of keys.py but CONSTANT, LINEAR and BEZIER; `easing`: one of its EASINGS.
    """
    if easing == "AUTO":
        easing = "EASE_OUT" if kind in LATE else "EASE_IN"
    if kind == "ELASTIC":
        return _elastic(easing, ways)
    s = ways.share
    begin = _begin(kind, ways.back * (BOTH if easing == "EASE_IN_OUT" else 1.0))
    if easing == "EASE_IN":
        return ways.change * begin(s)
    if easing == "EASE_OUT":
        return ways.change * (1.0 - begin(1.0 - s))
    halves = np.where(s < 0.5, begin(np.minimum(2.0 * s, 1.0)), 2.0 - begin(np.minimum(2.0 - 2.0 * s, 1.0)))
    return np.asarray(ways.change * halves / 2.0)


def _begin(kind: str, overshoot: Floats) -> Shape:
    """The equation that eases at its beginning, from 0 to 1."""
    if kind in POWERS:
        return lambda s: s ** POWERS[kind]
    if kind == "SINE":
        return lambda s: 1.0 - np.cos(s * np.pi / 2.0)
    if kind == "EXPO":
        return lambda s: (2.0 ** (10.0 * (s - 1.0)) - LEAST) / (1.0 - LEAST)
    if kind == "CIRC":
        return lambda s: 1.0 - np.sqrt(np.maximum(1.0 - s * s, 0.0))
    if kind == "BACK":
        return lambda s: s * s * ((overshoot + 1.0) * s - overshoot)
    return lambda s: 1.0 - _bounce(1.0 - s)


def _bounce(s: Floats) -> Floats:
    """A ball that falls and comes to rest: parabolas, each a quarter as high as the one before."""
    found = 7.5625 * s * s
    for start, middle, height in ((1.0, 1.5, 0.75), (2.0, 2.25, 0.9375), (2.5, 2.625, 0.984375)):
        found = np.where(s >= start / 2.75, 7.5625 * (s - middle / 2.75) ** 2 + height, found)
    return np.asarray(found)


def _elastic(easing: str, ways: Ways) -> Floats:
    """A spring: a sine that grows from its beginning or dies at its end."""
    both, s = easing == "EASE_IN_OUT", ways.share
    time = 2.0 * s - 1.0 if both else s - 1.0 if easing == "EASE_IN" else -s
    usual = PERIOD_OF_BOTH if both else PERIOD
    period = np.where(ways.period > 0.0, ways.period / np.where(ways.width > 0.0, ways.width, 1.0), usual)
    swing = _swing(-np.abs(time), ways.change, ways.amplitude, period)
    if both:
        found = np.where(time < 0.0, -0.5 * swing, 0.5 * swing + ways.change)
    else:
        found = -swing if easing == "EASE_IN" else swing + ways.change
    return np.where(s <= 0.0, 0.0, np.where(s >= 1.0, ways.change, found))


def _swing(time: Floats, change: Floats, amplitude: Floats, period: Floats) -> Floats:
    """The sine at `time` -1..0; an amplitude below the change is blended in where it would tear the curve from its key.

    Times and periods are shares of the way.
    """
    size = np.abs(change)
    wide = (amplitude > 0.0) & (amplitude >= size)
    shift = np.where(
        wide,
        period / (2.0 * np.pi) * np.arcsin(change / np.where(wide, amplitude, np.maximum(size, 1e-30))),
        period / 4.0,
    )
    near = np.minimum(np.abs(time) / np.maximum(np.abs(shift), 1e-30), 1.0)
    blended = change * (amplitude / np.maximum(size, 1e-30) * near + 1.0 - near)
    height = np.where(wide, amplitude, blended)
    return np.asarray(height * 2.0 ** (10.0 * time) * np.sin((time - shift) * 2.0 * np.pi / period))
