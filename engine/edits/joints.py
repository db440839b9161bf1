"""Edits of one curve that overlap in a take: joined, each key still there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from .seats import APART, SAME, Patch, Seat

TOUCH = 1e-6  # seconds: edits that overlap by less only touch
ROOM = 0.25  # of a key's distance from its border at home: nearer, the border gives way


@dataclass(slots=True)
class Joint:
    """Edits between two common borders (seconds), their keys in order; `home`: all of them were made in this take."""

    patches: list[Patch]
    start: float
    end: float
    seats: list[Seat]
    home: bool


Bound = Callable[[Joint], None]


def joints(patches: Sequence[Patch], bound: Bound, frame: float, notes: list[tuple[str, str]]) -> list[Joint]:
    """The edits in order of time, those that overlap as one.

    `bound` gives a joint the borders that it can have; `frame` in seconds. Adds to `notes` what moved.
    """
    found: list[Joint] = []
    for patch in patches:
        joint = _joint([patch])
        _widen(joint, frame)
        bound(joint)
        patch.start, patch.end = joint.start, joint.end
        found.append(joint)
    found.sort(key=lambda joint: (joint.start, joint.end))
    made: list[Joint] = []
    for joint in found:
        if made and joint.start < made[-1].end - TOUCH:
            joint = _joint([*made.pop().patches, *joint.patches])
        made.append(joint)
    for at, joint in enumerate(made):
        if len(joint.patches) > 1:
            notes.extend(_make_way(joint.patches, frame))
            made[at] = _joint(joint.patches)
            _widen(made[at], frame)
            bound(made[at])
    return made


def _joint(group: list[Patch]) -> Joint:
    seats = sorted((seat for patch in group for seat in patch.seats), key=lambda seat: seat.seconds)
    start, end = min(patch.start for patch in group), max(patch.end for patch in group)
    return Joint(group, start, end, seats, all(patch.home for patch in group))


def _make_way(group: list[Patch], frame: float) -> Iterator[tuple[str, str]]:
    """Within the span of a later edit's own keys, keys of earlier ones stand aside."""
    later: list[Patch] = []
    for patch in sorted(group, key=lambda patch: -patch.order):
        for other in later:
            count = _aside(patch, other, APART * frame)
            if count:
                keys = "key stands" if count == 1 else "keys stand"
                yield patch.edit.id, f"{count} {keys} beside '{other.edit.id}', which came to the same place."
        if patch.seats:
            later.append(patch)


def _aside(patch: Patch, other: Patch, apart: float) -> int:
    """Move the keys of `patch` out of the span of the other's keys; gives how many."""
    low, high = other.seats[0].seconds, other.seats[-1].seconds
    inside = [seat for seat in patch.seats if low - SAME < seat.seconds < high + SAME]
    left = [seat for seat in inside if patch.start < other.start or seat.seconds < low]
    right = [seat for seat in inside if not (patch.start < other.start or seat.seconds < low)]
    for number, seat in enumerate(reversed(left), start=1):
        seat.seconds = low - number * apart
    for number, seat in enumerate(right, start=1):
        seat.seconds = high + number * apart
    patch.seats.sort(key=lambda seat: seat.seconds)
    return len(inside)


def _widen(joint: Joint, frame: float) -> None:
    """Borders on, or beyond, the first and the last key give way: as far as at home, a frame at most."""
    if not joint.seats:
        return
    first, last = joint.seats[0], joint.seats[-1]
    far = min(first.key.before or frame, frame)
    if first.seconds - joint.start < ROOM * far:
        joint.start = first.seconds - far
    far = min(last.key.after or frame, frame)
    if joint.end - last.seconds < ROOM * far:
        joint.end = last.seconds + far
