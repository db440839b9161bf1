"""Phones that came from elsewhere brought into order: sorted, apart from one another, within their sound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from ..phones import SILENCE
from ..take import Phone

ROUNDING = 0.0015  # seconds of overlap, or beyond the end, that are no more than rounding
NAMED = 3  # places that a remark names


def in_order(phones: Sequence[Phone], duration: float, owner: str) -> tuple[tuple[Phone, ...], tuple[str, ...]]:
    """The phones (silence among them is '') in order and apart, within `duration` seconds, and remarks on what changed.

    Where two overlap, the earlier one ends where the later begins. Times in whole milliseconds. `owner` names them in
    the remarks: 'line.TextGrid' in its quotes.
    """
    remarks = []
    ordered = sorted(phones, key=lambda phone: (phone.start, phone.end))
    if any(after.start < before.start - ROUNDING for before, after in pairwise(phones)):
        remarks.append(f"The phones of {owner} are not in order of time; they were sorted.")
    apart, met = _apart(ordered)
    if met:
        remarks.append(
            f"{owner} has {counted(len(met), 'overlap')} ({places(met)}); the earlier one ends where the next begins."
        )
    inside = [_rounded(phone, duration) for phone in apart]
    late = [phone.start for phone in apart if phone.end > duration + ROUNDING and phone.ipa != SILENCE]
    if late:
        remarks.append(
            f"{owner} has {counted(len(late), 'phone')} beyond the sound's end at {duration:.2f} s ({places(late)}); "
            "what lies there was left out."
        )
    return tuple(phone for phone in inside if phone is not None), tuple(remarks)


def _apart(ordered: Sequence[Phone]) -> tuple[list[Phone], list[float]]:
    """The phones, none beyond the next one's start, and where two overlapped; silence gives way to speech."""
    found: list[Phone] = []
    met = []
    for phone in ordered:
        if phone.ipa == SILENCE:
            start = max(phone.start, found[-1].end) if found else phone.start
            found += [replace(phone, start=start)] if phone.end > start else []
            continue
        while found and found[-1].start >= phone.start:
            met += [phone.start] if found[-1].ipa != SILENCE else []
            found.pop()
        if found and found[-1].end > phone.start:
            if found[-1].ipa != SILENCE and found[-1].end > phone.start + ROUNDING:
                met.append(phone.start)
            found[-1] = replace(found[-1], end=phone.start)
        found.append(phone)
    return found, met


def _rounded(phone: Phone, duration: float) -> Phone | None:
    start, end = round(phone.start, 3), round(min(phone.end, duration), 3)
    return replace(phone, start=start, end=end) if end > start else None


def gaps(phones: Sequence[Phone], least: float) -> list[float]:
    """Where, among phones in order, a gap of more than `least` seconds begins."""
    return [before.end for before, after in pairwise(phones) if after.start - before.end > least]


def counted(count: int, what: str) -> str:
    """'1 phone', '3 phones'."""
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def places(times: Sequence[float]) -> str:
    """The first few times, and how many there are more: 'at 0.52 s, 0.80 s and 2 more'."""
    more = f" and {len(times) - NAMED} more" if len(times) > NAMED else ""
    return "at " + ", ".join(f"{time:.2f} s" for time in times[:NAMED]) + more
