"""Where somebody speaks and where nobody does, from the level alone or from marks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..sound.energy import FLOOR, loud_level
from ..sound.runs import runs

FRAME = 0.01  # seconds
SHORTEST = 20  # frames of a pause
TAIL, RISE = 8, 4  # frames of a pause that still belong to the speech before and after it
DIGITAL = -110.0  # dB: quieter is no recording but a hole in it
LOWEST = 8.0  # percentile of the levels that stands for the noise at first
LOW = 25.0  # percentile of the pauses' levels that is the noise
DEEP = 30.0  # dB under loud speech: quieter is a pause wherever there is less noise
STEADY = 10.0  # dB: sounds that move less have no pauses to be seen
WHOLE = 30  # frames of pauses that are enough to tell the noise by
NO_PAUSE = 12.0  # dB under loud speech: where even the quietest frames are louder, noise fills every gap

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Pauses:
    """Frames of 10 ms [n] that are `speech` and that are `pause` (neither: on the border).

    `loud` dB, the level of loud speech; `speaking` dB, its mean power; `noise` dB, the lower quartile of the pauses
    (what dies away in them is the voice's own), NaN where it cannot be told. `restless` dB: how much the
    level moves in pauses (between the tenth and the ninth decile): even noise hardly does, what dies away does; NaN
    where there are none.
    """

    speech: Flags
    pause: Flags
    loud: float
    speaking: float
    noise: float
    restless: float


def find_pauses(level: Floats, marks: Sequence[tuple[float, float]] = ()) -> Pauses:
    """The pauses of a sound by its level, dB every 10 ms; `marks`: seconds in which is spoken, where that is known."""
    loud = loud_level(level)
    speech, pause = _marked(len(level), marks)
    if int(pause.sum()) < WHOLE:  # the marks leave too little to tell the noise by
        speech, pause = _by_level(level, loud)
    heard = pause & (level > DIGITAL)
    counted = heard if int(heard.sum()) >= WHOLE else pause
    noise = float(np.percentile(level[counted], LOW)) if counted.any() else _filled(level, loud)
    spoken = level[speech] if speech.any() else level
    power = float(np.mean(10.0 ** (spoken.astype(np.float64) / 10.0))) if len(spoken) else 0.0
    restless = float(np.diff(np.percentile(level[counted], (10.0, 90.0)))[0]) if counted.any() else float("nan")
    return Pauses(speech, pause, loud, 10.0 * float(np.log10(max(power, 1e-12))), noise, restless)


def _by_level(level: Floats, loud: float) -> tuple[Flags, Flags]:
    heard = level[level > DIGITAL]
    floor = float(np.percentile(heard, LOWEST)) if len(heard) else FLOOR
    border = max(floor + 5.0, loud - DEEP) if loud - floor > STEADY else floor + 3.0
    speech, pause = np.ones(len(level), bool), np.zeros(len(level), bool)
    for first, last in runs(level < border, SHORTEST):
        speech[first:last] = False
        pause[first + TAIL * (first > 0) : last - RISE * (last < len(level))] = True
    return speech, pause


def _marked(frames: int, marks: Sequence[tuple[float, float]]) -> tuple[Flags, Flags]:
    speech = np.full(frames, not marks)
    for start, end in marks:
        speech[max(0, int(start / FRAME)) : max(0, round(end / FRAME))] = True
    pause = np.zeros(frames, bool)
    for first, last in runs(~speech, SHORTEST):
        pause[first + TAIL * (first > 0) : last - RISE * (last < frames)] = True
    return speech, pause


def _filled(level: Floats, loud: float) -> float:
    """The noise of a sound without pauses: what fills even its quietest moments, NaN where those may be speech."""
    lowest = float(np.percentile(level, 5.0)) if len(level) else FLOOR
    return lowest if lowest > loud - NO_PAUSE else float("nan")
