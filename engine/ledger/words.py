"""Figures of the ledger as people read them: in a terminal and on a page."""

from __future__ import annotations

from ..check.wording import clock
from ..languages import codes, load
from .entry import Entry
from .histories import number
from .making import BASE

UNKNOWN = "–"
MINUS = "−"
VERDICTS = {"fail": "Fail", "look": "Look", "unknown": "Cannot tell", "pass": "Pass"}


def signed(value: float | None, digits: int = 1) -> str:
    """A number with its sign, none for what rounds to 0: '+1.2', '−0.4', '0.0'."""
    if value is None:
        return UNKNOWN
    text = f"{abs(value):.{digits}f}"
    sign = "" if float(text) == 0.0 else "+" if value > 0.0 else MINUS
    return sign + text


def plain_number(value: float | None, digits: int = 1) -> str:
    """A number without a sign, where it has none."""
    return UNKNOWN if value is None else f"{value:.{digits}f}".replace("-", MINUS)


def share(value: float | None, digits: int = 0) -> str:
    """A share in per cent: '98 %', never apart."""
    return UNKNOWN if value is None else f"{plain_number(100.0 * value, digits)}\u00a0%"


def missed(entry: Entry) -> str:
    """Closures missed of those that the sound asks for: '2/14'."""
    closures, found = number(entry, "closures"), number(entry, "closures_missed")
    return f"{found or 0:.0f}/{closures:.0f}" if closures else UNKNOWN


def day(time: str) -> str:
    """The day of an entry's time."""
    return time[:10]


def minute(time: str) -> str:
    """Day and minute of an entry's time."""
    return time[:16].replace("T", " ")


def moments(start: float, end: float, entry: Entry) -> str:
    """A stretch of the sound by its clock, and in frames: the scene's where they are known, else from its start."""
    rate, base = rate_of(entry), number(entry, BASE) or 0.0
    first, last = round(base + start * rate), round(base + end * rate)
    if last <= first:
        return f"{clock(start)} (frame {first})"
    return f"{clock(start)}–{clock(end)} (frames {first}–{last})"


def rate_of(entry: Entry) -> float:
    """Frames per second of the sound."""
    return entry.fps / (number(entry, "speed") or 1.0)


def language_name(code: str) -> str:
    """What a language is called, by its code where it is none of ours."""
    if not code:
        return "not known"
    return load(code).name if code in codes() else code


def count(many: int, one: str, several: str = "") -> str:
    """So many of something: '1 line', '12 lines'."""
    return f"{many} {one if many == 1 else several or one + 's'}"
