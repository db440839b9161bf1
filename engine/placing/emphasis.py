"""Which syllable of another take bears an emphasis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..score import wording
from ..score.anchor import Anchor
from ..score.timeline import Timeline
from .placed import Place
from .through import Through
from .ways import Ways

if TYPE_CHECKING:
    from ..matching.phrases import PhraseMatch

AWAY = 0.5  # what the whole length of the phrase counts against prominence 0..1


def find_syllable(anchor: Anchor, ways: Ways, taken: set[int]) -> Place:
    """The place of an emphasis: its own sound, else one of its syllable, in another text a prominent syllable.

    `taken` are the syllables of the new take that other emphases of another text stand on; the one found is added.
    """
    way = ways.of(anchor)
    if not isinstance(way, Through) or anchor.kind == "shot":
        return way.find(anchor)
    place = way.find(anchor)
    if place.status == "matched" or way.kind == "same sound":
        return place
    if way.kind == "other text":
        return _most_prominent(anchor, way, taken)
    return _own_syllable(anchor, way, place) if place.status == "unplaced" else place


def _own_syllable(anchor: Anchor, way: Through, unplaced: Place) -> Place:
    """At the nucleus of the syllable where another sound of the old syllable is."""
    syllable = way.old.syllable[anchor.index]
    near = range(max(0, anchor.index - 6), min(len(way.old.starts), anchor.index + 7))
    there = [index for index in near if way.old.syllable[index] == syllable >= 0 and way.pair(index) >= 0]
    found = next((way.new.syllable[way.pair(index)] for index in there), -1)
    if found < 0 or way.new.word[way.pair(there[0])] != way.new.word[way.new.syllables[found].nucleus]:
        return unplaced
    return _at(way.new, found, 0.5, wording.moved(anchor))


def _most_prominent(anchor: Anchor, way: Through, taken: set[int]) -> Place:
    """At the most prominent syllable of the phrase that is nearest in its part of the phrase."""
    place = way.find(anchor, follows=True)
    phrase = way.phrase(anchor)
    free = [number for number in _syllables(way.new, phrase) if number not in taken] if phrase else []
    if phrase is None or not free:
        return place
    length = phrase.new_end - phrase.new_start
    best = max(free, key=lambda number: _worth(way.new, number, place.seconds, length))
    taken.add(best)
    return _at(way.new, best, 0.3, wording.other_text(anchor, "on a prominent syllable of its phrase"))


def _syllables(line: Timeline, phrase: PhraseMatch) -> list[int]:
    """Those of the phrase, or of the part of it that is meant."""
    inside = line.syllable[line.first[phrase.new] : line.last[phrase.new] + 1]
    spans = {number: line.syllables[number] for number in inside if number >= 0}
    return [
        number for number, one in spans.items() if phrase.new_start <= (one.start + one.end) / 2.0 <= phrase.new_end
    ]


def _worth(line: Timeline, number: int, seconds: float, length: float) -> float:
    syllable = line.syllables[number]
    away = abs((syllable.start + syllable.end) / 2.0 - seconds) / length
    return syllable.prominence - AWAY * away


def _at(line: Timeline, number: int, sure: float, reason: str) -> Place:
    nucleus = line.syllables[number].nucleus
    middle = (line.starts[nucleus] + line.ends[nucleus]) / 2.0
    return Place(middle, 1.0, sure, "moved", nucleus, reason)
