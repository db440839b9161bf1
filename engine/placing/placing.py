"""A score in a take: each item's seconds there, or the reason why it has none."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ..score.items import Edit, Emotion, Emphasis, Gesture, Item, Pin, Score
from ..score.naming import take_id
from ..take import Take
from .edit_places import place_edit
from .emphasis import find_syllable
from .marking import guessed, marked
from .placed import Placed, PlacedItem
from .spacing import spread
from .ways import Ways

if TYPE_CHECKING:
    from ..matching.match import Match

SHORTEST = 0.02  # seconds of an emotion
Stretches = tuple[tuple[float, float], ...]


def place(score: Score, take: Take, matches: Mapping[str, Match], homes: Mapping[str, Take]) -> Placed:
    """Where the items of `score` stand in `take`.

    `matches`: by the id of a home take, its Match to this take; `homes`: those takes by their ids. Items made in this
    take stand exactly where they were made. Through a match an item stands at its sound; without one (a home take that
    is gone) at the sound with the likest neighbours. Sounds that are missing: what belongs to the mouth is unplaced, or
    moved where both neighbours in the word are there; emotions, gestures and the edits of faces are moved within their
    phrase. Places in pauses keep their seconds from the edge of speech, pressed together in a shorter pause. Times are
    not rounded to frames. Raises nothing for takes and scores that are whole.
    """
    ways = Ways(take, matches, homes)
    taken: set[int] = set()
    items = tuple(_placed(item, ways, taken) for item in score.items())
    return Placed(score, items, _inserted(score, items, matches, take_id(take)))


def _placed(item: Item, ways: Ways, taken: set[int]) -> PlacedItem:
    if isinstance(item, Edit):
        return place_edit(item, ways)
    if isinstance(item, Emotion):
        return _emotion(item, ways)
    if isinstance(item, Gesture):
        found = ways.find(item.at, follows=True)
        pace = ways.of(item.at).pace(item.at)
        return marked(item, replace(found, stretch=pace))
    if isinstance(item, Emphasis):
        return marked(item, find_syllable(item.at, ways, taken))
    return _pin(item, ways)


def _pin(item: Pin, ways: Ways) -> PlacedItem:
    """A pin needs a sound to hold, not only a place."""
    found = ways.find(item.at)
    if found.status == "moved" and found.phone < 0:
        found = replace(found, status="unplaced", confidence=0.0)
    return marked(item, found)


def _emotion(item: Emotion, ways: Ways) -> PlacedItem:
    """From one place to the other; where one of them is missing, what is guessed of it."""
    ends = [ways.find(item.start, follows=True), ways.find(item.end, follows=True)]
    if any(end.status != "unplaced" for end in ends):
        ends = [guessed(end) for end in ends]
    start, end = spread(ends, SHORTEST)
    return marked(item, start, end)


def _inserted(score: Score, items: Sequence[PlacedItem], matches: Mapping[str, Match], here: str) -> Stretches:
    """The stretches that have no like in a take of the edits; but where a key of another take stands, is its like.

    Keys made in this take rule on their own curves alone, which laying sees to.
    """
    edits = [(item, at) for item, at in zip(score.items(), items, strict=True) if isinstance(item, Edit) and at.laid]
    keys = sorted((at.seconds, key.at.take) for edit, own in edits for key, at in zip(edit.keys, own.keys, strict=True))
    times = [seconds for seconds, _ in keys]
    found: set[tuple[float, float]] = set()
    for name in {anchor.take for edit, _ in edits for anchor in (edit.start, edit.end)} & set(matches):
        for start, end in matches[name].inserted:
            inside = keys[bisect_left(times, start) : bisect_right(times, end)]
            if all(take in (name, here) for _, take in inside):
                found.add((start, end))
    return tuple(sorted(found))
