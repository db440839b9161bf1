"""Trying a shot: every speed with every frame rate, and where the mouth comes apart from its sound."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..check.mouth import face_seen
from ..check.result import SyncCheck
from ..check.sync import check_sync
from ..pace import at_speed
from ..progress import Progress, drain
from ..rig import KeyCurve
from ..take import Take
from .closures import Closures, closures_of
from .playing import Played

FPS = (12.0, 15.0, 23.976, 24.0, 25.0, 29.97, 30.0, 48.0, 60.0, 120.0)
SPEEDS = (0.5, 0.75, 1.0, 1.25, 1.5, 2.0)
FRAME, HALF = 1.0, 0.5  # frames that the mouth may be off, and half a frame more, which is the grid's own
UNSEEN = 0.040  # seconds that nobody sees: at high rates a frame is less (ITU-R BT.1359 finds 45 ms early detectable)
SURE = 0.5  # confidence under which the check's figures count for nothing
HEARING = 0.020  # seconds that hearing stretched speech is off by itself
NAMED = 4  # closures that a sentence names

Energy = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Cell:
    """A shot at one speed and frame rate: `offset` and `worst` in seconds as heard, above 0 where the mouth is late.

    `drift` frames per ten seconds; all three by the sync check, NaN where it cannot tell. `closures`: those that can be
    shown, those that are not, and the offset by them. `heard`: the offset by the stretched sound heard anew, None where
    there is no sound, NaN where it cannot be told. `apart`: a sentence for each way in which the mouth comes apart from
    its sound; none where it does not.
    """

    speed: float
    fps: float
    offset: float
    drift: float
    worst: float
    closures: Closures
    heard: float | None = None
    apart: tuple[str, ...] = ()

    def frames(self, seconds: float) -> float:
        """Seconds in frames of this cell."""
        return seconds * self.fps


@dataclass(frozen=True, slots=True)
class Trial:
    """All cells of a shot, by speed and then by frame rate; `shot` and `mouth` are its names."""

    shot: str
    mouth: str
    cells: tuple[Cell, ...]

    @property
    def apart(self) -> tuple[Cell, ...]:
        """The cells in which the mouth comes apart from its sound."""
        return tuple(cell for cell in self.cells if cell.apart)


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """The stretched sound of one speed heard anew: its reading, and its speech band in dB every 10 ms."""

    take: Take
    energy: Energy


def try_shot(
    shot: Played,
    speeds: Sequence[float] = SPEEDS,
    rates: Sequence[float] = FPS,
    heard: dict[float, Heard] | None = None,
) -> Generator[Progress, None, Trial]:
    """Play a shot at every speed and frame rate and measure the mouth against the take scaled in time.

    `heard`: by speed, what was heard anew of the stretched sound. Raises RigError, UsageError.
    """
    cells = []
    for place, fps in enumerate(rates):
        keys = drain(shot.keys(fps))
        for number, speed in enumerate(speeds):
            cells.append(_try(shot, keys, fps, speed, (heard or {}).get(speed)))
            yield Progress("Trial", (place * len(speeds) + number + 1) / (len(rates) * len(speeds)))
    cells.sort(key=lambda cell: (cell.speed, cell.fps))
    return Trial(shot.take.audio.file, shot.mouth.name, tuple(cells))


def _try(shot: Played, keys: tuple[KeyCurve, ...], fps: float, speed: float, heard: Heard | None) -> Cell:
    take = at_speed(shot.take, speed)
    seen = shot.seen(keys, fps, speed)
    check = drain(check_sync(seen, shot.mouth.binding, take, take.tracks.energy, shot.language))
    again = None
    if heard is not None:
        again = drain(check_sync(seen, shot.mouth.binding, heard.take, heard.energy, shot.language))
    track = face_seen(seen, shot.mouth.binding)
    closures = closures_of(take, shot.language, track, fps, speed, shot.mouth.step)
    found = Cell(speed, fps, *_figures(check), closures, None if again is None else _figures(again)[0])
    return replace(found, apart=tuple(_apart(found, shot.mouth.step)))


def _figures(check: SyncCheck) -> tuple[float, float, float]:
    """Offset (seconds), drift (frames per ten seconds) and worst moment (seconds); NaN where the check is not sure."""
    events = check.events
    if events is None or min(events.confidence, check.confidence) < SURE:
        return math.nan, math.nan, math.nan
    return events.offset, check.frames_per_ten or 0.0, events.worst


def _apart(cell: Cell, step: int) -> Iterator[str]:
    where = f"At {cell.speed:g} times its speed and {cell.fps:g} fps"
    allowed = max((FRAME + HALF) * step / cell.fps, UNSEEN)
    shut = cell.closures
    if shut.missed:
        places = ", ".join(f"{second:.2f}" for second in shut.missed[:NAMED])
        yield f"{where} {len(shut.missed)} of {shut.count} closures are never shut (as heard at {places} s)."
    if abs(shut.offset) > allowed:
        yield f"{where} the lips close {_off(cell, shut.offset)}."
    if shut.missed or not abs(shut.offset) <= allowed:
        yield from _by_check(cell, where, allowed)
    if cell.heard is not None and abs(cell.heard) > allowed + HEARING:
        yield f"{where} the mouth is {_off(cell, cell.heard)} by the sound heard anew."


def _by_check(cell: Cell, where: str, allowed: float) -> Iterator[str]:
    """What the check of the whole mouth says: not asked where lips that close on their sounds speak against it.

    In a rhythm that repeats itself the mouth is as like its sound a beat later, and a vowel held for seconds has hardly
    anything that could be timed.
    """
    if abs(cell.offset) > allowed:
        yield f"{where} the mouth is {_off(cell, cell.offset)} throughout."
    elif abs(cell.worst) > allowed:
        yield f"{where} the mouth is {_off(cell, cell.worst)} at its worst moment."
    if abs(cell.drift) > max(FRAME, UNSEEN * cell.fps):
        yield f"{where} the mouth drifts by {cell.drift:+.1f} frames in ten seconds."


def _off(cell: Cell, seconds: float) -> str:
    way = "late" if seconds > 0.0 else "early"
    return f"{abs(cell.frames(seconds)):.1f} frames too {way} ({1000.0 * seconds:+.0f} ms)"
