"""What the panel lists of a line's acting: each item of the score with its sounds, its frame and its status."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ...engine.placing.placed import Placed, PlacedItem
from ...engine.score.anchor import Anchor
from ...engine.score.items import Edit, Emotion, Gesture, Item, Pin
from ...engine.score.wording import around_it
from . import takes

KINDS = ("emphasis", "emotion", "gesture", "pin", "edit")
WHOLE_CURVES = {"deleted": "curve deleted", "muted": "curve muted"}
STILL = 1e-6  # seconds, or of a curve's value


@dataclass(frozen=True, slots=True)
class Row:
    """An item as it is listed: see LockstepItem; `start`, `end` in seconds of the take."""

    id: str
    kind: str
    what: str
    about: str
    label: str
    start: float
    end: float
    status: str
    reason: str
    muted: bool
    guess: bool
    laid: bool


def refresh(span: Any, chosen: str = "") -> None:
    """List the items of a line's score anew; to be called after each writing of the line.

    The item with the id `chosen`, else the one chosen before, is the active row, and the playhead stays where it is.
    """
    placed = takes.placed_of(span)
    listed = rows(placed) if placed is not None else []
    ids = [row.id for row in listed]
    chosen = chosen or (span.acting[span.act].name if 0 <= span.act < len(span.acting) else "")
    index = ids.index(chosen) if chosen in ids else min(span.act, max(0, len(ids) - 1))
    span.acting.clear()
    span.act = index  # while there is nothing to jump to
    for row in listed:
        _fill(span.acting.add(), row, span)


def _fill(made: Any, row: Row, span: Any) -> None:
    made.name = row.id
    for name in ("kind", "what", "about", "label", "status", "reason", "muted", "guess", "laid"):
        setattr(made, name, getattr(row, name))
    made.frame, made.last = takes.frame_at(span, row.start), takes.frame_at(span, row.end)


def rows(placed: Placed) -> list[Row]:
    """The items of a placed score in order of time, each with what it is and the sounds that it is at."""
    where = {item.id: item for item in placed.items}
    found = [_row(item, where[item.id]) for item in placed.score.items() if item.id in where]
    return sorted(found, key=lambda row: (row.start, KINDS.index(row.kind)))


def _row(item: Item, place: PlacedItem) -> Row:
    start, end = _stretch(item, place)
    return Row(
        id=item.id,
        kind=type(item).__name__.lower(),
        what=what(item),
        about=about(item),
        label=_label(item),
        start=start,
        end=end,
        status=place.status,
        reason=place.reason or next((one.reason for one in _places(place) if one.reason), ""),
        muted=item.muted,
        guess=item.guess,
        laid=place.laid,
    )


def _places(place: PlacedItem) -> Iterator[Any]:
    yield place.start
    yield from place.keys
    yield place.end


def _stretch(item: Item, place: PlacedItem) -> tuple[float, float]:
    """From where to where an item is, in seconds: an edit's own keys, not the untouched ones about them."""
    if isinstance(item, Edit) and place.keys:
        return place.keys[0].seconds, place.keys[-1].seconds
    return place.start.seconds, place.end.seconds


def what(item: Item) -> str:
    """What an item is, in a word or two; of an edit the curve's name."""
    if isinstance(item, Emotion | Gesture):
        return item.name.replace("_", " ").title()
    if isinstance(item, Pin):
        return f"Shape {item.shape}"
    if isinstance(item, Edit):
        return item.curve.name
    return "Emphasis" if item.amount >= 0.0 else "Less Weight"


def about(item: Item) -> str:
    """How much of it there is: its values, or what was done to the curve."""
    if isinstance(item, Emotion):
        return f"strength {item.strength:.2f}, fade {item.fade:.2f} s"
    if isinstance(item, Gesture):
        return f"strength {item.strength:.2f}, {item.duration:.2f} s long"
    if isinstance(item, Pin):
        return f"strength {item.strength:.2f}"
    return _change(item) if isinstance(item, Edit) else f"amount {item.amount:+.2f}"


def _change(item: Edit) -> str:
    if item.kind in WHOLE_CURVES:
        return WHOLE_CURVES[item.kind]
    layer = f" on the layer '{item.curve.layer}'" if item.curve.layer else ""
    if item.kind == "keys":
        return {0: "keys deleted", 1: "1 key"}.get(len(item.keys), f"{len(item.keys)} keys") + layer
    scaled = abs(item.scale - 1.0) > STILL or abs(item.offset) > STILL
    return ("scaled" if scaled else "shifted") + layer


def _label(item: Item) -> str:
    """The word that an item is at, else its sound between its neighbours; the first and last word of a stretch."""
    if isinstance(item, Emotion):
        first, last = _said(item.start), _said(item.end)
        return first if first == last else f"{first} – {last}"
    return _said(item.keys[0].at if item.keys else item.start) if isinstance(item, Edit) else _said(item.at)


def _said(anchor: Anchor) -> str:
    return anchor.word or ("" if anchor.kind == "shot" else around_it(anchor))
