"""Figures as people of the trade say them."""

from __future__ import annotations

import math


def frames(seconds: float, fps: float) -> str:
    """Seconds in frames and ms, without a sign: '3 frames (125 ms)'."""
    count = round(abs(seconds) * fps, 1)
    return f"{count:g} frame{'' if count == 1.0 else 's'} ({abs(seconds) * 1000.0:.0f} ms)"


def side(seconds: float) -> str:
    """Which way the mouth is off."""
    return "late" if seconds > 0.0 else "early"


def clock(seconds: float) -> str:
    """A time code of the sound: mm:ss.cc."""
    hundredths = max(0, round(seconds * 100.0))
    return f"{hundredths // 6000:02d}:{hundredths // 100 % 60:02d}.{hundredths % 100:02d}"


def span(start: float, end: float) -> str:
    """From when to when."""
    return f"{clock(start)} to {clock(end)}"


def percent(share: float) -> str:
    """A share in per cent, as many digits as it needs."""
    size = abs(share) * 100.0
    digits = 0 if size >= 10.0 or size < 0.005 else 1 if size >= 0.95 else 2
    return f"{size:.{digits}f} %"


def counted(count: int, what: str) -> str:
    """'1 closure', '3 closures'."""
    return f"{count} {what}{'' if count == 1 else 's'}"


def listed(words: list[str], most: int = 4) -> str:
    """The first of them, and how many more there are."""
    more = len(words) - most
    return ", ".join(words[:most]) + (f" and {more} more" if more > 0 else "")


def known(value: float) -> bool:
    """Whether a figure is one."""
    return math.isfinite(value)
