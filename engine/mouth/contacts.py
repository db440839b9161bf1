"""Closures: when lips and teeth must be in contact, and how they come and go.

Lips are near their highest speed when they meet and go on pressing (Löfqvist & Gracco 1997): the way in only
speeds up, and the way out begins at speed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .curves import Contact
from .gesture import Gesture

HOLD = 0.06  # seconds that a contact lasts at least, where its neighbours leave room
EARLIER, LATER = 0.02, 0.015  # seconds that a short contact may take from the sound before and after it
SHARE = 0.25  # of a neighbour's duration that it may take at most
APPROACH, RELEASE = 0.055, 0.05  # seconds of the way in and the way out
GAP = 0.02  # seconds: contacts of a kind closer than this are one

Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Closure:
    """A contact with how far it goes: `tightness` 0..1 of its channel (seal or tuck), `press` 0..1."""

    contact: Contact
    tightness: float
    press: float


def closures(row: list[Gesture]) -> list[Closure]:
    """The contacts of gestures in order; neighbours of one kind are one contact."""
    found: list[Closure] = []
    for at, gesture in enumerate(row):
        kind = gesture.shape.contact
        if not kind:
            continue
        start, end = _span(row, at)
        press, tight = gesture.shape["press"], gesture.shape["seal" if kind == "lips" else "tuck"]
        last = found[-1] if found else None
        if last and last.contact.kind == kind and _runs_on(row, at, last.contact, start):
            joined = Contact(last.contact.start, max(end, last.contact.end), kind)
            found[-1] = Closure(joined, max(tight, last.tightness), max(press, last.press))
        else:
            free = last.contact.end + 0.5 * GAP if last and last.contact.kind == kind else start
            found.append(Closure(Contact(min(max(start, free), end - 1e-3), end, kind), tight, press))
    return found


def _runs_on(row: list[Gesture], at: int, last: Contact, start: float) -> bool:
    """Whether the contact at `start` is the same as the last one: nothing, or nothing but its release, lies between."""
    before = row[at - 1]
    return start - last.end < GAP or (before.shape.contact == last.kind and row[at].start - before.end < GAP)


def _span(row: list[Gesture], at: int) -> tuple[float, float]:
    """Start and end of the contact of one gesture: without its release, lengthened to HOLD where there is room."""
    own = row[at]
    start, end = own.start, own.end - own.shape.release * own.duration
    end = min(own.end, max(end, start + HOLD))
    missing = HOLD - (end - start)
    if missing > 0.0:
        taken = min(missing, EARLIER, _room(row, at, -1))
        start -= taken
        end += min(missing - taken, LATER, _room(row, at, 1))
    return start, end


def _room(row: list[Gesture], at: int, step: int) -> float:
    """Seconds that the neighbour on one side can spare."""
    if not 0 <= at + step < len(row):
        return HOLD
    beside = row[at + step]
    if beside.shape.contact:
        return 0.0
    if beside.kind in ("rest", "breath"):
        return HOLD
    return max(0.0, min(SHARE * beside.duration, beside.duration - HOLD))


def draw(found: list[Closure], kind: str, start: float, hop: float, n: int) -> tuple[Doubles, Doubles]:
    """How shut the contacts of one kind are, and how hard they press, at `start + i * hop`: two arrays [n]."""
    shut, press = np.zeros(n), np.zeros(n)
    row = [closure for closure in found if closure.contact.kind == kind]
    spans = [closure.contact for closure in row]
    for at, closure in enumerate(row):
        way_in = APPROACH if at == 0 else min(APPROACH, 0.5 * (spans[at].start - spans[at - 1].end))
        way_out = RELEASE if at + 1 == len(row) else min(RELEASE, 0.5 * (spans[at + 1].start - spans[at].end))
        _draw_one(closure, way_in, way_out, (start, hop), shut, press)
    return shut, press


def _draw_one(
    closure: Closure, way_in: float, way_out: float, grid: tuple[float, float], shut: Doubles, press: Doubles
) -> None:
    start, hop = grid
    contact = closure.contact
    first = max(0, int(np.floor((contact.start - way_in - start) / hop)))
    last = min(len(shut), int(np.ceil((contact.end + way_out - start) / hop)) + 1)
    time = start + hop * np.arange(first, last)
    # Shut on the samples that enclose it, so that between samples too it is shut from its very start to its very end.
    shut_from = start + hop * np.floor((contact.start - start) / hop + 1e-6)
    shut_to = start + hop * np.ceil((contact.end - start) / hop - 1e-6)
    before = np.maximum(shut_from - time, 0.0) / max(way_in, hop)
    after = np.maximum(time - shut_to, 0.0) / max(way_out, hop)
    amount = np.maximum(1.0 - before, 0.0) ** 1.6 * np.maximum(1.0 - after, 0.0) ** 2.0
    shut[first:last] = np.maximum(shut[first:last], closure.tightness * amount)
    inside = np.clip((time - contact.start) / (contact.end - contact.start), 0.0, 1.0)
    press[first:last] = np.maximum(press[first:last], closure.press * np.sin(np.pi * inside))
