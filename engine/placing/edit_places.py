"""Where an edit stands in a take: its keys as one unit, between its borders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..score.anchor import Anchor
from ..score.items import Edit
from .marking import fared, guessed
from .placed import Place, PlacedItem
from .spacing import LEAST, fill, spread
from .ways import Ways

ENOUGH = 0.5  # share of an edit's keys that must have a place, for the others to stand between them


def place_edit(edit: Edit, ways: Ways) -> PlacedItem:
    """The places of an edit. Its own keys and removed keys decide how it fares; its borders are found as can be."""
    follows = edit.curve.part == "face"
    borders = [ways.find(edit.start, follows), ways.find(edit.end, follows)]
    if edit.kind in ("deleted", "muted"):
        start, end = spread([guessed(place) for place in borders])
        return fared(edit, start, end)
    if edit.kind == "transform" or not (edit.keys or edit.gone):
        return _ranged(edit, borders)
    anchors = [*(key.at for key in edit.keys), *edit.gone]
    if all(ways.here == anchor.take for anchor in (edit.start, edit.end, *anchors)):
        own = [ways.find(anchor) for anchor in anchors]
        return fared(edit, borders[0], borders[1], own[: len(edit.keys)], own[len(edit.keys) :], judged=own)
    own = _filled([ways.find(anchor, follows) for anchor in anchors], _marks(anchors, ways))
    keys, gone = spread(own[: len(edit.keys)]), own[len(edit.keys) :]
    start, end = _around([guessed(place) for place in borders], keys or sorted(gone, key=lambda place: place.seconds))
    gone = [_within(place, start.seconds, end.seconds) for place in gone]
    return fared(edit, start, end, keys, gone, judged=[*keys, *gone])


def _ranged(edit: Edit, borders: Sequence[Place]) -> PlacedItem:
    """An edit of all keys from one place to another: where one of them is there, the other is guessed."""
    if any(place.status != "unplaced" for place in borders):
        borders = [guessed(place) for place in borders]
    start, end = spread(borders)
    return fared(edit, start, end, judged=[start, end])


def _marks(anchors: Sequence[Anchor], ways: Ways) -> list[float]:
    """Old seconds to go by between keys, where all are of one take; otherwise their order."""
    if len({anchor.take for anchor in anchors}) > 1:
        return [float(index) for index in range(len(anchors))]
    return [ways.of(anchor).seconds(anchor) for anchor in anchors]


def _filled(places: list[Place], marks: Sequence[float]) -> list[Place]:
    """With the few that are missing put between the others; as they are where too many are missing."""
    missing = sum(place.status == "unplaced" for place in places)
    if not 0 < missing <= (1.0 - ENOUGH) * len(places):
        return places
    return fill(places, marks)


def _around(borders: Sequence[Place], keys: Sequence[Place]) -> tuple[Place, Place]:
    """The borders outside all keys."""
    start, end = borders
    first, last = keys[0].seconds - LEAST, keys[-1].seconds + LEAST
    if start.seconds > first:
        start = replace(start, seconds=first)
    return start, replace(end, seconds=last) if end.seconds < last else end


def _within(place: Place, low: float, high: float) -> Place:
    seconds = min(high, max(low, place.seconds))
    return place if seconds == place.seconds else replace(place, seconds=seconds)
