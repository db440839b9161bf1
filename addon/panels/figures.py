"""The figures of a check as the panel writes them: in frames and in milliseconds, early and late in words."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from ...engine.check.result import SyncCheck, Timing
from ..lines.spans import timecode

NOWHERE = -1.0  # seconds, where a figure has no moment of its own
MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0  # seconds

VERDICTS = {
    "pass": ("In sync", "CHECKMARK"),
    "look": ("Look at it", "HIDE_OFF"),
    "fail": ("Not in sync", "CANCEL"),
    "unknown": ("Cannot tell", "QUESTION"),
}  # in words, and the icon
FAULTS = {
    "offset": "Offset",
    "drift": "Drift",
    "jump": "Jump",
    "other take": "Another take",
    "hole": "Mouth rests in speech",
    "speech goes on": "Speech goes on",
    "speech before": "Speech before",
    "motion alone": "Mouth moves alone",
    "closures open": "Closures open",
    "flat": "Hardly moving",
    "coarse": "Too few keys",
    "part still": "A part stands still",
    "no motion": "Nothing moves",
    "muted": "Muted or missing",
    "no sound": "No sound",
}


@dataclass(frozen=True, slots=True)
class Figure:
    """One row: what it is called, its value in frames and in milliseconds, and its second of the sound, if any."""

    name: str
    frames: str
    milliseconds: str
    at: float = NOWHERE


def figures(check: SyncCheck) -> Iterator[Figure]:
    """The rows of how a mouth stands to its sound; none where that was not measured."""
    timing = check.events
    if timing is None:
        return
    yield _row("Offset", check, timing.offset, ("late", "early"))
    yield _row("Drift in 10 s", check, 10.0 * timing.drift, ("later", "earlier"), digits=2)
    yield _row("Residual", check, timing.residual)
    yield _row(f"Worst, at {timecode(timing.worst_at)}", check, timing.worst, ("late", "early"), timing.worst_at)
    yield _row("Most early", check, timing.early)
    yield _row("Most late", check, timing.late)


def _row(
    name: str,
    check: SyncCheck,
    seconds: float,
    sides: tuple[str, str] = ("", ""),
    at: float = NOWHERE,
    digits: int = 1,
) -> Figure:
    value = f"{check.frames(abs(seconds)):.{digits}f}"
    side = sides[seconds < 0.0] if float(value) > 0.0 else ""
    return Figure(name, f"{value} {side}".rstrip(), f"{1000.0 * abs(seconds):.0f}", at)


def second_opinion(check: SyncCheck) -> str:
    """What the speech band's energy says of the offset, in a sentence; '' where it was not measured."""
    timing: Timing | None = check.energy
    if timing is None:
        return ""
    row = _row("", check, timing.offset, ("late", "early"))
    drift = check.frames(10.0 * timing.drift)
    told = f"{row.frames} ({row.milliseconds} ms), drift {drift:+.2f} in 10 s"
    return f"By loudness alone: {told}; {timing.confidence:.0%} sure."


def shares(check: SyncCheck) -> Iterator[tuple[str, str]]:
    """Names and values of what is told in shares: closures, amplitude, confidence."""
    if check.closures:
        yield "Closures shut", f"{check.closures - len(check.missed)} of {check.closures}"
    if not math.isnan(check.amplitude) and check.events is not None:
        yield "Amplitude", f"{check.amplitude:.0%}"
    yield "Confidence", f"{check.confidence:.0%}"


def age(made: str, now: datetime) -> str:
    """How long ago that was, 'YYYY-MM-DD HH:MM' of local time: in minutes, in hours, or as it stands."""
    try:
        seconds = (now - datetime.fromisoformat(made)).total_seconds()
    except ValueError:
        return made
    if seconds < 2.0 * MINUTE:
        return "just now"
    if seconds < HOUR:
        return f"{seconds / MINUTE:.0f} min ago"
    return f"{seconds / HOUR:.0f} h ago" if seconds < DAY else made
