"""Where an edit's keys sit in a take: in order, apart, on whole frames where they stood on whole frames."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ..rig.curves import Grid
from ..score.items import Edit, EditedKey
from ..score.placed import Place, PlacedItem

APART = 0.1  # frames between two keys that would fall on one
SAME = 1e-4  # seconds: keys nearer than this stand at one time


@dataclass(slots=True)
class Seat:
    """A key of an edit: which, and at how many seconds it comes to stand."""

    edit: str
    number: int
    key: EditedKey
    stretch: float
    home: bool
    seconds: float


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
        Seat(edit.id, number, key, place.stretch, is_home(key.at.take, place, take), place.seconds)
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


def settle(seats: Sequence[Seat], low: float, high: float, grid: Grid) -> None:
    """Give the seats (in order) their seconds between two borders, none on another; nothing changes that need not."""
    frame = 1.0 / grid.fps
    _separate(seats, low, high, APART * frame)
    if grid.mode == "subframes":
        return
    raw = [seat.seconds for seat in seats]
    for at, seat in enumerate(seats):
        if not (seat.key.fps or (grid.mode == "stepped" and not seat.home)):
            continue
        before = seats[at - 1].seconds if at else low
        after = raw[at + 1] if at + 1 < len(seats) else high
        wanted = on_frame(seat.seconds, grid)
        if wanted - before >= min(APART * frame, raw[at] - before) and wanted < after - SAME:
            seat.seconds = wanted
        elif seat.key.fps and raw[at] - before < APART * frame < after - before - SAME:
            seat.seconds = before + APART * frame
    _separate(seats, low, high, APART * frame)


def on_frame(seconds: float, grid: Grid) -> float:
    """The nearest whole frame."""
    return grid.origin + round((seconds - grid.origin) * grid.fps) / grid.fps


def _separate(seats: Sequence[Seat], low: float, high: float, apart: float) -> None:
    """Push apart seats that stand at one time; crowd them evenly where there is too little room for that."""
    if not seats or _are_apart(seats, low, high):
        return
    room = high - low
    step = min(apart, room / (len(seats) + 1)) if math.isfinite(room) else apart
    before = low
    for seat in seats:
        if seat.seconds - before < SAME:
            seat.seconds = before + step
        before = seat.seconds
    after = high
    for seat in reversed(seats):
        if after - seat.seconds < min(SAME, step):
            seat.seconds = after - step
        after = seat.seconds
    if not _are_apart(seats, low, high) and math.isfinite(room):
        for number, seat in enumerate(seats):
            seat.seconds = low + room * (number + 1) / (len(seats) + 1)


def _are_apart(seats: Sequence[Seat], low: float, high: float) -> bool:
    times = [low, *(seat.seconds for seat in seats), high]
    return all(later - earlier >= SAME for earlier, later in pairwise(times))
