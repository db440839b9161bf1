"""Changes that an artist makes to a score from the panel: each gives a new score, or says why it cannot."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace
from typing import Any

from ...engine.errors import UsageError
from ...engine.placing.placed import Place, PlacedItem
from ...engine.score.anchor import Anchor
from ...engine.score.items import Edit, Emotion, Item, Score
from ...engine.take import Take

GONE = "There is no such item any more; look at the list again."
WHOLE = "This edit is of the whole curve, which has no place of its own; mute or delete it instead."
ROOMS = tuple(one.name for one in fields(Score) if one.name != "style")


def item_of(score: Score, id: str) -> Item:
    """The item of that id. Raises UsageError where it is gone."""
    for item in score.items():
        if item.id == id:
            return item
    raise UsageError(GONE)


def altered(score: Score, id: str, **values: Any) -> Score:
    """The score with other values in one item. Raises UsageError, ScoreError."""
    old = item_of(score, id)
    new = replace(old, **values)
    return _with_rooms(score, lambda items: (new if item is old else item for item in items))


def without(score: Score, id: str) -> Score:
    """The score less one item. Raises UsageError."""
    old = item_of(score, id)
    return _with_rooms(score, lambda items: (item for item in items if item is not old))


def _with_rooms(score: Score, change: Any) -> Score:
    rooms: dict[str, Any] = {room: tuple(change(getattr(score, room))) for room in ROOMS}
    return replace(score, **rooms)


def added(score: Score, item: Item) -> Score:
    """The score with one item more, in the order in which they were made. Raises ScoreError."""
    room = next(room for room in ROOMS if _holds(room, item))
    wider: dict[str, Any] = {room: (*getattr(score, room), item)}
    return replace(score, **wider)


def _holds(room: str, item: Item) -> bool:
    return room == {"emphasis": "emphases"}.get(_prefix(item), f"{_prefix(item)}s")


def joined(own: Score, other: Score) -> Score:
    """The items of both, in the style of the other; what is in both once. Ids that are taken give way to free ones."""
    from ...engine.score import new_id

    found = replace(own, style=other.style)
    for item in other.items():
        same = [replace(known, id=item.id) for known in found.items()]
        if item not in same:
            taken = {known.id for known in found.items()}
            found = added(found, replace(item, id=new_id(found, _prefix(item)) if item.id in taken else item.id))
    return found


def _prefix(item: Item) -> str:
    return type(item).__name__.lower()


def moved(score: Score, id: str, to: float, take: Take, placed: PlacedItem | None) -> Score:
    """The score with an item whole at another second of `take`, which is its home from now on.

    `placed`: where the item stands now, for what was made in another take. Raises UsageError.
    """
    item = item_of(score, id)
    if isinstance(item, Emotion):
        return altered(score, id, guess=False, **_ends(item, to, take, placed))
    if isinstance(item, Edit):
        return altered(score, id, guess=False, **_edit_at(item, to, take, placed))
    return altered(score, id, guess=False, at=_anchor(take, to))


def _ends(item: Emotion | Edit, to: float, take: Take, placed: PlacedItem | None, begin: float | None = None) -> Any:
    """Both ends of an item, moved so that what is at `begin` seconds, else its start, comes to `to`."""
    start = _seconds(item.start, placed.start if placed else None, take)
    end = _seconds(item.end, placed.end if placed else None, take)
    shift = to - (start if begin is None else begin)
    return {"start": _anchor(take, start + shift), "end": _anchor(take, end + shift)}


def _edit_at(item: Edit, to: float, take: Take, placed: PlacedItem | None) -> dict[str, Any]:
    """An edit whose first key stands at `to`: all its places are moved alike."""
    if item.kind in ("deleted", "muted"):
        raise UsageError(WHOLE)
    keys = _all_seconds([key.at for key in item.keys], placed.keys if placed else (), take)
    gone = _all_seconds(item.gone, placed.gone if placed else (), take)
    start = _seconds(item.start, placed.start if placed else None, take)
    shift = to - (keys[0] if keys else start)
    return {
        **_ends(item, to, take, placed, keys[0] if keys else start),
        "keys": tuple(
            replace(key, at=_anchor(take, seconds + shift)) for key, seconds in zip(item.keys, keys, strict=True)
        ),
        "gone": tuple(_anchor(take, seconds + shift) for seconds in gone),
    }


def _all_seconds(anchors: Iterable[Anchor], places: tuple[Place, ...], take: Take) -> list[float]:
    listed = list(anchors)
    known: list[Place | None] = [*places] if len(places) == len(listed) else [None] * len(listed)
    return [_seconds(anchor, place, take) for anchor, place in zip(listed, known, strict=True)]


def _seconds(anchor: Anchor, place: Place | None, take: Take) -> float:
    from ...engine.score import take_id, time_of

    if place is None or anchor.take == take_id(take):
        return time_of(anchor, take)
    return place.seconds


def _anchor(take: Take, seconds: float) -> Anchor:
    from ...engine.score import anchor

    return anchor(take, seconds)
