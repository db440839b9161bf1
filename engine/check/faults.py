"""What is wrong, fault by fault, each in a sentence with its figures and with what mends it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .events import Closures
from .leaps import Leap
from .line import Line
from .movement import Movement
from .rates import named
from .result import Fault, Limits, Timing
from .shot import Shot
from .signals import is_held
from .wording import clock, counted, frames, listed, percent, side, span

FEELS = 0.04  # seconds: what is less than that nobody sees, however fast the frames (BT.1359: 45 ms)
MOST_FRAME = 0.06  # seconds that count as a frame at most
NEARLY = 0.85  # of a limit in frames that counts as reached
SEEN_FRAME = 0.75  # and the same in frames
ALONE_DRIFT, ALONE_ERRORS = 0.06, 5.0  # seconds, and standard errors, of a drift that the energy does not have
SEEN_DRIFT = 0.033  # seconds over the whole shot, under which a drift cannot be seen
# Turns beside those expected, and correlation, under which keys are too few; likewise for drawings that are held, which
# leave some out by nature; and from which on nothing else counts.
COARSE_TURNS, COARSE_FIT, COARSE_HELD, COARSE_WHOLLY = 0.7, 0.9, 0.55, 0.5
FEW_MISSED, MANY_CLOSURES = 3, 6  # closures missed that may be chance; asked for, of which a share tells
OWN_SPEED = 0.01  # share by which a strip's own speed and a drift may differ, and at least differs from none
EDGE = 0.25  # seconds from the first or the last sound within which a hole begins or ends the shot


@dataclass(frozen=True, slots=True, eq=False)
class Findings:
    """What faults are told from."""

    shot: Shot
    timing: Timing
    line: Line
    closures: Closures
    movement: Movement
    leaps: tuple[Leap, ...]
    energy: Timing | None
    limits: Limits


def look_offset(limits: Limits, fps: float) -> float:
    """Seconds as heard from which an offset is told."""
    return NEARLY * limits.look * min(max(1.0 / fps, FEELS), MOST_FRAME)


def faults(found: Findings) -> tuple[Fault, ...]:
    """All faults of timing and movement, in the order of FAULTS."""
    told = [*_jumps(found)] or [*_offset(found), *_drift(found)]
    return (*told, *_holes(found), *_alone(found), *_closures(found), *_flat(found), *_coarse(found))


def _offset(found: Findings) -> Iterator[Fault]:
    off, fps = found.timing.offset, found.shot.fps
    if abs(off) < look_offset(found.limits, fps) or _drifts_through(found):
        return
    grave = off > found.limits.late or -off > found.limits.early
    way = "earlier" if off > 0.0 else "later"
    yield Fault(
        "offset",
        *_whole(found.shot),
        f"The mouth is {frames(off, fps)} {side(off)} against its sound.",
        f"Move the animation {frames(off, fps)} {way}, or the sound strip as far the other way.",
        grave,
    )


def _drifts_through(found: Findings) -> bool:
    """Whether the mouth is in time at some moment and only drifts away from there."""
    ends = found.line.at(found.shot.times[[0, -1]])
    nearest = 0.0 if float(ends[0]) * float(ends[1]) <= 0.0 else float(abs(ends).min())
    return bool(next(_drift(found), None)) and nearest / found.shot.speed < look_offset(found.limits, found.shot.fps)


def _drift(found: Findings) -> Iterator[Fault]:
    drift, shot = found.timing.drift, found.shot
    whole = abs(drift) * (shot.phones[-1].end - shot.phones[0].start)
    per_ten = abs(drift) * 10.0 * shot.fps
    if abs(drift) * 10.0 < look_offset(found.limits, shot.fps) or whole < max(SEEN_DRIFT, SEEN_FRAME * shot.frame):
        return
    if not _is_borne_out(found, whole):
        return
    why, mend = _rate(1.0 + drift, found)
    sound = "fast" if drift > 0.0 else "slow"
    says = (
        f"The mouth drifts {per_ten:.1f} frames per ten seconds: against it the sound runs {percent(drift)} too "
        f"{sound}{why}."
    )
    yield Fault("drift", *_whole(shot), says, mend, per_ten >= found.limits.drift)


def _is_borne_out(found: Findings, whole: float) -> bool:
    """Whether the energy drifts as well, or the drift is far beyond chance; `whole`: its seconds over the shot."""
    drift, energy = found.timing.drift, found.energy
    if energy is not None and energy.drift * drift > 0.0 and abs(energy.drift) >= 0.5 * abs(drift):
        return True
    return whole >= ALONE_DRIFT and abs(drift) >= ALONE_ERRORS * found.line.drift_error


def _rate(speed: float, found: Findings) -> tuple[str, str]:
    """What made the mouth take `speed` times as long as its sound, as a clause, and what mends it."""
    own = found.shot.speed
    if abs(own - 1.0) > OWN_SPEED and abs(speed / own - 1.0) < OWN_SPEED:
        why = f"; its strip plays at {percent(own)} of the sound's speed"
        return why, "Set the strip's speed back, or perform the line again."
    names = named(speed, found.shot.fps, found.line.drift_error)
    if names:
        return f"; probably {' or '.join(names[:2])}", "Set the rate right and perform the line again."
    return "", "Perform the line again at this scene's rate."


def _jumps(found: Findings) -> Iterator[Fault]:
    fps, speed = found.shot.fps, found.shot.speed
    for leap in found.leaps:
        before, after = leap.before / speed, leap.after / speed
        worse = max(before, after, key=abs)
        yield Fault(
            "jump",
            leap.at,
            float(found.shot.times[-1]),
            f"At {clock(leap.at)} the mouth comes apart from its sound: {_standing(before, fps)} before, "
            f"{_standing(after, fps)} after.",
            "Look there for a cut in the sound, a strip that was moved or keys that were shifted.",
            worse > found.limits.late or -worse > found.limits.early,
        )


def _standing(seconds: float, fps: float) -> str:
    return "in time" if abs(seconds) < FEELS else f"{frames(seconds, fps)} {side(seconds)}"


def _holes(found: Findings) -> Iterator[Fault]:
    phones = found.shot.phones
    for start, end in found.movement.holes:
        if end >= phones[-1].end - EDGE and start > phones[0].start + EDGE:
            kind, what = "speech goes on", f"Speech goes on until {clock(end)}, but the mouth stops at {clock(start)}."
        elif start <= phones[0].start + EDGE and end < phones[-1].end - EDGE:
            kind, what = "speech before", f"Speech begins at {clock(start)}, but the mouth only at {clock(end)}."
        else:
            kind, what = "hole", f"Somebody speaks from {span(start, end)}, but the mouth rests."
        yield Fault(kind, start, end, what, f"Perform the line again from {span(start, end)}.", True)


def _alone(found: Findings) -> Iterator[Fault]:
    for start, end in found.movement.alone:
        yield Fault(
            "motion alone",
            start,
            end,
            f"The mouth speaks from {span(start, end)}, where nothing is said.",
            "Take these keys away, or look whether the sound was cut.",
        )


def _closures(found: Findings) -> Iterator[Fault]:
    asked, missed = found.closures.asked, found.closures.missed
    share = (len(missed) - found.closures.unsure) / asked if asked else 0.0
    few = len(missed) < FEW_MISSED and not (len(missed) == asked > 1)
    if few or share < found.limits.closures_look:
        return
    where = listed([clock(moment) for moment in missed])
    yield Fault(
        "closures open",
        missed[0],
        missed[-1],
        f"{len(missed)} of {counted(asked, 'closure')} stay open (at {where}).",
        "Close the lips there, on the frame nearest to each.",
        share >= found.limits.closures_fail and asked >= MANY_CLOSURES,
    )


def _flat(found: Findings) -> Iterator[Fault]:
    ratio = found.movement.ratio
    if found.movement.ratio >= 1.0 or found.movement.amplitude >= found.limits.amplitude_look:
        return
    yield Fault(
        "flat",
        *_whole(found.shot),
        f"The mouth moves only {percent(ratio)} as far as the speech asks for.",
        "Raise the intensity, or the keys' values.",
        found.movement.amplitude < found.limits.amplitude_fail,
    )


def _coarse(found: Findings) -> Iterator[Fault]:
    move = found.movement
    if move.amplitude < found.limits.amplitude_fail:
        return  # what hardly moves has no movements to be counted
    least = COARSE_HELD if is_held(found.shot.mouth) else COARSE_TURNS
    if move.turns < least and move.fit < COARSE_FIT:
        yield coarse(found.shot, move)


def coarse(shot: Shot, move: Movement) -> Fault:
    """Too few keys to follow the sound."""
    return Fault(
        "coarse",
        *_whole(shot),
        f"The mouth makes only {percent(move.turns)} of the movements that are heard: too few keys.",
        "Perform the line again, or thin its keys less.",
        move.turns < COARSE_WHOLLY,
    )


def _whole(shot: Shot) -> tuple[float, float]:
    return float(shot.times[0]), float(shot.times[-1])
