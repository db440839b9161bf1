"""What the outcomes come to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from .faults import NONE, TELLABLE
from .judge import TIMING, Outcome

OFFSET_AIM = 0.5  # frames of film, median
FOUND_AIM = 98.0  # per cent of faults of TELLABLE frames or more
ALARM_AIM = 2.0  # per cent of right shots, at most

MEASURED = (NONE, "offset")
"""What offsets are measured of: shots of which one offset is true throughout."""


@dataclass(frozen=True)
class Spread:
    """Median and 90th percentile of the size of an error, and how many there are; NaN for none."""

    median: float
    high: float
    mean: float
    count: int


def spread(errors: Iterable[float]) -> Spread:
    """The spread of errors; those that are NaN have no measure."""
    known = np.array([error for error in errors if error == error])
    if not len(known):
        return Spread(float("nan"), float("nan"), float("nan"), 0)
    sizes = np.abs(known)
    return Spread(float(np.median(sizes)), float(np.percentile(sizes, 90)), float(np.mean(known)), len(known))


def share(outcomes: Sequence[Outcome], true: Callable[[Outcome], bool]) -> float:
    """The share of outcomes of which something holds, in per cent; NaN of none."""
    return 100.0 * sum(map(true, outcomes)) / len(outcomes) if outcomes else float("nan")


@dataclass(frozen=True)
class Sum:
    """What some outcomes come to; shares in per cent, errors in frames of film (drift: in ten seconds).

    `found`, `named`, `faults`: of the faults of TELLABLE frames and more; `alarms`, `other` looks, `good`: of the right
    shots; `silent`: right shots of which it cannot tell.
    """

    shots: int
    offset: Spread
    drift: Spread
    energy: Spread
    energy_drift: Spread
    faults: int
    found: float
    named: float
    good: int
    alarms: float
    other: float
    silent: float
    silent_faults: float
    seconds: float
    hearing: float


def summed(outcomes: Sequence[Outcome]) -> Sum:
    """The figures of some outcomes."""
    right = [one for one in outcomes if one.kind == NONE]
    faults = [one for one in outcomes if one.kind != NONE and one.frames >= TELLABLE - 1e-6]
    steady = [one for one in outcomes if one.kind in MEASURED]
    return Sum(
        shots=len(right),
        offset=spread(one.offset_error for one in steady),
        drift=spread(one.drift_error for one in outcomes),
        energy=spread(one.energy_offset for one in steady),
        energy_drift=spread(one.energy_drift for one in outcomes),
        faults=len(faults),
        found=share(faults, lambda one: one.caught),
        named=share([one for one in faults if one.caught], lambda one: one.named),
        good=len(right),
        alarms=share(right, lambda one: one.false_alarm),
        other=share(right, lambda one: one.verdict == "look" and not one.false_alarm),
        silent=share(right, lambda one: one.verdict == "unknown"),
        silent_faults=share(faults, lambda one: one.verdict == "unknown"),
        seconds=float(np.mean([one.seconds for one in outcomes])) if outcomes else float("nan"),
        hearing=float(np.mean([one.hearing for one in right])) if right else float("nan"),
    )


def grouped(outcomes: Sequence[Outcome], key: Callable[[Outcome], str]) -> dict[str, list[Outcome]]:
    """The outcomes by what `key` says of them, in the order of their coming."""
    found: dict[str, list[Outcome]] = {}
    for one in outcomes:
        found.setdefault(key(one), []).append(one)
    return found


def by_timing(one: Outcome) -> bool:
    """Whether a verdict names a fault of timing."""
    return bool(TIMING & set(one.found))
