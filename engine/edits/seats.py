"""Where an edit's keys sit in a take: in order, apart, on whole frames where they stood on whole frames."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ..placing.placed import Place, PlacedItem
from ..rig.curves import Grid
from ..score.items import Edit, EditedKey

APART = 0.1  # frames between two keys that would fall on one
STEADY = 1e-6  # seconds: a key that moved less has not moved
SAME = 1e-4  # seconds: keys nearer than this stand at one time
CLOSE = 2e-3  # seconds that keys of other takes stand apart at least


@dataclass(slots=True)
class Seat:
    """A key of an edit: which, the place (seconds) that it was given, and at how many seconds it comes to stand."""

    edit: str
    number: int
    key: EditedKey
    stretch: float
    home: bool
    place: float
    seconds: float

    def is_rounded(self, grid: Grid) -> bool:
        """Whether it is to stand on a whole frame."""
        return bool(self.key.fps and grid.mode != "subframes") or (grid.mode == "stepped" and not self.home)

    def is_aside(self, grid: Grid) -> bool:
        """Whether it does not stand where it would if there were no others."""
        natural = on_frame(self.place, grid) if self.is_rounded(grid) else self.place
        return abs(self.seconds - natural) > STEADY


@dataclass(slots=True)
class Patch:
    """An edit of the kind 'keys' in a take: from `start` to `end` (seconds, infinite where it opens or closes)."""

    edit: Edit
    item: PlacedItem
    order: int
    start: float
    end: float
    seats: list[Seat]
    home: bool


def patch_of(edit: Edit, item: PlacedItem, order: int, take: str) -> Patch:
    """An edit at its places; `take` is the id of the take ('' where it is not known)."""
    seats = [
        Seat(edit.id, number, key, place.stretch, is_home(key.at.take, place, take), *2 * (place.seconds,))
        for number, (key, place) in enumerate(zip(edit.keys, item.keys, strict=True))
    ]
    home = all(seat.home for seat in seats) and all(
        is_home(anchor.take, place, take)
        for anchor, place in zip((edit.start, edit.end, *edit.gone), (item.start, item.end, *item.gone), strict=True)
    )
    seats.sort(key=lambda seat: seat.seconds)
    start, end = item.start.seconds, item.end.seconds
    return Patch(edit, item, order, -math.inf if edit.opens else start, math.inf if edit.closes else end, seats, home)


def is_home(made_in: str, place: Place, take: str) -> bool:
    """Whether a place is where it was made: in this very take, or where time runs as it did."""
    return made_in == take if take else place.status == "matched" and place.stretch == 1.0


def settle(seats: list[Seat], low: float, high: float, grid: Grid) -> None:
    """Give the seats their seconds between two borders, and put them in order; nothing changes that need not.

    Two keys that would fall on one frame stand at least APART of a frame from each other.
    """
    apart = APART / grid.fps
    if grid.mode != "subframes":
        rows = sorted((_rounded(seat, low, high, grid), seat.seconds, at) for at, seat in enumerate(seats))
        seats[:] = [seats[at] for _, _, at in rows]
        _round(seats, [wanted for wanted, _, _ in rows], apart)
    _separate(seats, low, high, apart)


def _rounded(seat: Seat, low: float, high: float, grid: Grid) -> float:
    wanted = on_frame(seat.seconds, grid) if seat.is_rounded(grid) else seat.seconds
    return wanted if low + SAME < wanted < high - SAME else seat.seconds


def _round(seats: Sequence[Seat], wanted: Sequence[float], apart: float) -> None:
    """Put each seat on its frame; of two that want the same, the later keeps its place between frames, if that can be.

    Else the earlier does.
    """
    for at, (seat, frame) in enumerate(zip(seats, wanted, strict=True)):
        before = seats[at - 1] if at else None
        raw, seat.seconds = seat.seconds, frame
        if before is None or frame - before.seconds >= _least(before, seat, apart):
            continue
        if raw - before.seconds >= apart:
            seat.seconds = raw
        elif not before.home and before.place < frame - apart and (at < 2 or before.place > seats[at - 2].seconds):
            before.seconds = before.place
        else:
            seat.seconds = before.seconds + apart


def _least(before: Seat, seat: Seat, apart: float) -> float:
    """Seconds that two keys must be apart: less where the artist left them nearer."""
    if before.home or seat.home:
        return _nearest(before, seat)
    return min(apart, max(seat.place - before.place, SAME))


def on_frame(seconds: float, grid: Grid) -> float:
    """The nearest whole frame."""
    return grid.origin + round((seconds - grid.origin) * grid.fps) / grid.fps


def _separate(seats: Sequence[Seat], low: float, high: float, apart: float) -> None:
    """Push apart seats that stand at one time; crowd them evenly where there is too little room for that."""
    if not seats or _are_apart(seats, low, high):
        return
    room = high - low
    step = min(apart, room / (len(seats) + 1)) if math.isfinite(room) else apart
    before, least = low, _nearest(seats[0])
    for at, seat in enumerate(seats):
        if seat.seconds - before < min(least, step):
            seat.seconds = before + step
        before, least = seat.seconds, _nearest(seat, *seats[at + 1 : at + 2])
    after, least = high, _nearest(seats[-1])
    for at in range(len(seats) - 1, -1, -1):
        if after - seats[at].seconds < min(least, step):
            seats[at].seconds = after - step
        after, least = seats[at].seconds, _nearest(seats[at], *seats[max(at - 1, 0) : at])
    if not _in_order(seats, low, high) and math.isfinite(room):
        for number, seat in enumerate(seats):
            seat.seconds = low + room * (number + 1) / (len(seats) + 1)


def _nearest(*seats: Seat) -> float:
    """Seconds between these seats, or one and its border, at least: what the artist left nearer stays."""
    return SAME if all(seat.home for seat in seats) else CLOSE


def _are_apart(seats: Sequence[Seat], low: float, high: float) -> bool:
    inner = all(b.seconds - a.seconds >= _nearest(a, b) for a, b in pairwise(seats))
    return inner and seats[0].seconds - low >= _nearest(seats[0]) and high - seats[-1].seconds >= _nearest(seats[-1])


def _in_order(seats: Sequence[Seat], low: float, high: float) -> bool:
    times = [low, *(seat.seconds for seat in seats), high]
    return all(later - earlier >= STEADY for earlier, later in pairwise(times))
