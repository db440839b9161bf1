"""How an item fared, by the places of what belongs to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..score import wording
from ..score.items import Item
from .placed import Place, PlacedItem, Status

GUESS = "at the best guess"
WORST_FIRST: tuple[Status, ...] = ("unplaced", "moved", "matched")


def marked(item: Item, start: Place, end: Place | None = None) -> PlacedItem:
    """An item of one or two places, which fares as the worse of them."""
    places = (start,) if end is None else (start, end)
    return fared(item, start, end or start, judged=places)


def fared(
    item: Item,
    start: Place,
    end: Place,
    keys: Sequence[Place] = (),
    gone: Sequence[Place] = (),
    judged: Sequence[Place] = (),
) -> PlacedItem:
    """An item with its places, which fares as the worst of those `judged`; where a guess is asked for, it is moved."""
    status = worst(judged)
    reason = next((place.reason for place in judged if place.status == status and place.reason), "")
    if status == "unplaced" and item.guess:
        status, reason = "moved", wording.stands(reason, GUESS)
        start, end = guessed(start, GUESS), guessed(end, GUESS)
        keys, gone = [guessed(place, GUESS) for place in keys], [guessed(place, GUESS) for place in gone]
    laid = not item.muted and status != "unplaced"
    return PlacedItem(item.id, status, start, end, tuple(keys), tuple(gone), laid, reason)


def worst(places: Sequence[Place]) -> Status:
    """The worst status among places; 'matched' of none."""
    found = {place.status for place in places}
    return next((status for status in WORST_FIRST if status in found), "matched")


def guessed(place: Place, where: str = "where that would be") -> Place:
    """The place, moved where it was unplaced."""
    if place.status != "unplaced":
        return place
    return replace(place, status="moved", reason=wording.stands(place.reason, where))
