"""Check a mouth against its sound: measure, find what is wrong, judge."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..languages import Language
from ..mouth import shape_curves
from ..progress import Progress
from ..rig import Binding
from ..take import Take
from .energy import energy_measured, energy_timing
from .events import Closures, closures
from .faults import Findings, faults
from .leaps import leaps, on_levels
from .mouth import MouthTrack, face_seen, track_of
from .movement import Movement, movement
from .result import Fault, Limits, Moments, SyncCheck, Timing, Tracks
from .seen import Seen
from .shot import LEAST, Shot, level_at, phones_within
from .signals import HOP, box, grid, shown
from .standing import moves, no_motion, no_sound, parts_still
from .timing import Measured, measure, moments, timing, with_events
from .trust import Trust, trust
from .verdict import judge

CLOSURE = 0.5  # what a closure weighs beside a window

Energy = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """What is compared, and how strictly."""

    take: Take
    energy: Energy
    language: Language
    fps: float
    speed: float
    heard: tuple[float, float]
    limits: Limits
    known: tuple[Fault, ...]


def check_sync(
    seen: Seen,
    binding: Binding,
    take: Take,
    sound_energy: Energy,
    language: Language,
    limits: Limits | None = None,
    circumstances: Sequence[Fault] = (),
) -> Generator[Progress, None, SyncCheck]:
    """Compare a face as it is shown with its sound as heard anew, and say how they stand to each other.

    `binding`: what the face's keys make; `take`: heard from the very sound that is played; `sound_energy`: its speech
    band in dB every 10 ms (`speech_band`); `circumstances`: faults that only the scene can tell. The reference is the
    mouth that `shape_curves` makes of the take with the default controls, shown by the same keys. Raises UsageError.
    """
    limits = limits or Limits()
    known = (*circumstances, *((no_sound(seen),) if seen.muted else ()), *parts_still(seen, binding))
    asked = _Asked(take, sound_energy, language, seen.fps, seen.speed, seen.heard, limits, known)
    there = binding.on(key.name for part in seen.parts for key in part.keys)
    yield Progress("Comparing", 0.0)
    return (yield from _check(face_seen(seen, binding), there, asked))


def check_track(
    track: MouthTrack,
    take: Take,
    sound_energy: Energy,
    language: Language,
    fps: float,
    heard: tuple[float, float] | None = None,
    speed: float = 1.0,
    limits: Limits | None = None,
    circumstances: Sequence[Fault] = (),
) -> Generator[Progress, None, SyncCheck]:
    """As `check_sync`, for a mouth without a rig: exported curves. `heard`: all of the sound where None."""
    span = heard or (0.0, take.audio.duration)
    asked = _Asked(take, sound_energy, language, fps, speed, span, limits or Limits(), tuple(circumstances))
    yield Progress("Comparing", 0.0)
    return (yield from _check(track, None, asked))


def _check(mouth: MouthTrack, binding: Binding | None, asked: _Asked) -> Generator[Progress, None, SyncCheck]:
    start, end = max(asked.heard[0], float(mouth.times[0])), min(asked.heard[1], float(mouth.times[-1]))
    phones = phones_within(asked.take, start, end)
    if end - start < LEAST or not phones:
        return _untimed(mouth, asked, start, end)
    face = shape_curves(_by_phones(asked.take), asked.language)
    times = grid(start, end)
    expected = track_of(face, times, binding)
    contacts = tuple(contact for contact in face.contacts if contact.kind == "lips")
    shot = Shot(
        times, mouth, expected, contacts, phones, level_at(asked.energy, times), asked.fps, asked.speed
    )  # fmt: skip
    if not moves(_within(mouth, start, end)):
        still = replace(asked, known=(*asked.known, no_motion(start, end)))
        return _silent(still, ("The mouth does not move.",), _tracks(shot))
    yield Progress("Comparing", 0.2)
    return (yield from _measured(shot, asked))


def _by_phones(take: Take) -> Take:
    """The take with the phones of every phrase that moves the mouth: what was laid may know them from a text."""
    phrases = tuple(own if own.stage == "rest" else replace(own, stage="phones") for own in take.phrases)
    return replace(take, phrases=phrases)


def _within(mouth: MouthTrack, start: float, end: float) -> MouthTrack:
    inside = (mouth.times >= start) & (mouth.times <= end)
    rows = (mouth.times, mouth.openness, mouth.shut, mouth.tucked, mouth.rounding)
    return MouthTrack(*(row[inside] for row in rows))


def _measured(shot: Shot, asked: _Asked) -> Generator[Progress, None, SyncCheck]:
    middle = 0.5 * (shot.phones[0].start + shot.phones[-1].end)
    found = measure(shot.signals(), shot.fps, shot.frame)
    yield Progress("Comparing", 0.6)
    opinion = energy_measured(shot)
    energy = energy_timing(opinion, middle, shot.speed)
    yield Progress("Comparing", 0.8)
    shut = closures(shot, found.line)
    found = with_events(found, shut.times, shut.errors, CLOSURE)
    events = timing(found, middle, shot.speed)
    moved = movement(shot, found.line)
    apart = leaps(found)
    found = on_levels(found, apart)
    events = replace(events, confidence=found.confidence)
    sure = trust(shot, found, events, energy, moved, bool(apart))
    judged = Findings(shot, events, found.line, shut, moved, apart, energy, asked.limits)
    told = (*asked.known, *(faults(judged) if sure.matched else sure.faults))
    yield Progress("Comparing", 1.0)
    return _found(shot, asked, told, (found, events, energy), (shut, moved, sure))


def _found(
    shot: Shot,
    asked: _Asked,
    told: tuple[Fault, ...],
    times: tuple[Measured, Timing, Timing | None],
    rest: tuple[Closures, Movement, Trust],
) -> SyncCheck:
    (found, events, energy), (shut, moved, sure) = times, rest
    verdict, reasons = judge(events, told, sure.confidence, asked.limits, asked.fps, sure.doubts)
    if verdict == "unknown":  # what is not told is no fault
        told = asked.known
    return SyncCheck(
        verdict,
        reasons,
        events,
        energy,
        shut.asked,
        shut.missed,
        moved.amplitude,
        sure.confidence,
        asked.fps,
        asked.speed,
        told,
        moments(found, shut.times, shut.errors, CLOSURE, shot.speed),
        _tracks(shot),
    )


def _tracks(shot: Shot) -> Tracks:
    seen = shown(shot.mouth, shot.times)
    expected = box(np.stack([shot.expected.openness, shot.expected.shut]), shot.frame)
    return Tracks(float(shot.times[0]), HOP, seen[0], expected[0], shot.level, seen[1], expected[1])


def _untimed(mouth: MouthTrack, asked: _Asked, start: float, end: float) -> SyncCheck:
    """Nothing is heard while the mouth is seen, or nothing is said then."""
    if end - start < LEAST:
        reason = f"Sound and mouth are together for {max(0.0, end - start):.2f} s only, too short to compare."
    else:
        reason = "Nothing is said in the part of the sound that is heard."
    return _silent(asked, (reason,), None)


def _silent(asked: _Asked, doubts: tuple[str, ...], tracks: Tracks | None) -> SyncCheck:
    """A check without any timing."""
    verdict, reasons = judge(None, asked.known, 0.0, asked.limits, asked.fps, doubts)
    sure = 1.0 if verdict == "fail" else 0.0
    return SyncCheck(
        verdict, reasons, None, None, 0, (), 0.0, sure, asked.fps, asked.speed, asked.known, Moments(), tracks
    )
