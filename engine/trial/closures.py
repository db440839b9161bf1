"""Closures that a shot must show: whether they are shut, and when."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ..budget.needs import Need, needs, rooms, spoken
from ..budget.seeing import AROUND, SHUT
from ..budget.shown import Shown, shown
from ..check.mouth import MouthTrack
from ..languages import Language
from ..take import Take

LONG = 1.0  # frames that a closure must last to be sure of one: what is shorter may fall between two
LONG_SCALED = 1.25  # frames at the keys' own speed, where they are scaled: one key alone comes to lie between frames


@dataclass(frozen=True, slots=True)
class Closures:
    """Closures of lips in a shot: `count` of those that can be shown, `missed` (seconds of the sound) those of them
    that are not; `offset` seconds from the sounds to the shut frames (the median), NaN for fewer than three."""

    count: int
    missed: tuple[float, ...]
    offset: float


def closures_of(
    take: Take, language: Language, track: MouthTrack, fps: float, speed: float = 1.0, step: int = 1
) -> Closures:
    """The closures of a shot as they are shown.

    `track`: the mouth frame by frame, in seconds of the take's sound, of which `fps` are shown a second, `step` of them
    alike; its keys were made for `speed` times as slow a sound. A closure is shown where a frame is shut to nine tenths
    within 40 ms of it, nearer to it than to the next. It can be shown where it lasts a frame, and a little more where
    keys were scaled; a shorter one may fall between two frames.
    """
    view = shown(track, fps)
    wanted = [need for need in needs(spoken(take, language), take) if need.kind == "closure"]
    errors = [_error(need, view, room) for need, room in zip(wanted, rooms(wanted), strict=True)]
    can = [_can_be_shown(need, fps / step, speed) for need in wanted]
    missed = [need for need, error, sure in zip(wanted, errors, can, strict=True) if sure and math.isnan(error)]
    seen = [error for error in errors if not math.isnan(error)]
    offset = float(np.median(seen)) if len(seen) >= 3 else math.nan
    return Closures(sum(can), tuple(0.5 * (need.start + need.end) for need in missed), offset)


def _can_be_shown(need: Need, rate: float, speed: float) -> bool:
    frames = (need.end - need.start) * rate + 1e-6
    return frames >= LONG and (speed == 1.0 or frames * speed >= LONG_SCALED)


def _error(need: Need, view: Shown, room: tuple[float, float]) -> float:
    """Seconds from the middle of a closure to that of the shut frames near it; NaN where none is."""
    before, after = AROUND["closure"]
    near = view.frames(max(need.start - before, room[0]), min(need.end + after, room[1]))
    shut = view.times[near][view.shut[near] >= SHUT]
    return float(shut.mean()) - 0.5 * (need.start + need.end) if len(shut) else math.nan
