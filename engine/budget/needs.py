"""What a take asks to be seen: closures, tucks, rounded vowels, stressed nuclei, and the mouth's shapes in order."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from .. import phones
from ..check.mouth import ROUND
from ..languages import Language, Shape
from ..mouth.gesture import Gesture
from ..mouth.gestures import gestures
from ..take import Take

JOINED = 0.02  # seconds: contacts of a kind closer than this are one
TOUCHING = 1e-6  # seconds: what shares no more than that only touches
ROUNDED = 0.25  # rounding from which a vowel counts as rounded
SPREAD = 0.25  # stretch from which a shape counts as spread
LIPS = 0.35  # claim on the lips from which a consonant has a shape of its own; tongue sounds have none
JAWS = (0.18, 0.36)  # openness that parts narrow from half open, and half open from wide
KINDS = {"lips": "closure", "teeth": "teeth"}


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that must be seen, in seconds of the sound.

    `kind` 'closure', 'teeth', 'rounded' or 'stressed'; `row` the row of the budget; `sounds` its phones; `target` 0..1
    of the channel that shows it (shut, tucked, rounding, openness).
    """

    kind: str
    row: str
    start: float
    end: float
    sounds: str
    target: float = 1.0


@dataclass(frozen=True, slots=True)
class Target:
    """A shape that the mouth heads for from `start` seconds on, unlike the one before it; `sounds` its phone."""

    start: float
    end: float
    sounds: str


def spoken(take: Take, language: Language) -> list[Gesture]:
    """The gestures of a take's phones in order, pauses left out."""
    return [one for one in gestures(take, language) if one.phone >= 0]


def needs(row: Sequence[Gesture], take: Take) -> list[Need]:
    """All that must be seen of these gestures, in order of time."""
    found = [*_contacts(row, take), *_rounded(row, take), *_stressed(row, take)]
    return sorted(found, key=lambda need: (need.start, need.kind))


def rooms(wanted: Sequence[Need]) -> list[tuple[float, float]]:
    """How far each may be looked for to either side: halfway to the next of its kind."""
    found: list[tuple[float, float]] = [(-math.inf, math.inf)] * len(wanted)
    for kind in {need.kind for need in wanted}:
        own = [at for at, need in enumerate(wanted) if need.kind == kind]
        for before, after in pairwise(own):
            middle = 0.5 * (wanted[before].end + wanted[after].start)
            found[before] = (found[before][0], middle)
            found[after] = (middle, math.inf)
    return found


def rounding(shape: Shape) -> float:
    """How rounded a shape is, on the scale of `MouthTrack.rounding`."""
    return (shape["pucker"] + ROUND * shape["funnel"]) / (1.0 + ROUND)


def _contacts(row: Sequence[Gesture], take: Take) -> Iterator[Need]:
    last: Need | None = None
    for gesture in row:
        kind = KINDS.get(gesture.shape.contact)
        if kind is None:
            continue
        own = phones.features(take.phones[gesture.phone].ipa)
        long = kind == "closure" and (own.long or own.tense)
        need = Need(kind, "long" if long else kind, gesture.start, gesture.end, take.phones[gesture.phone].ipa)
        if last is not None and last.kind == kind and need.start - last.end < JOINED:
            row_of = "long" if "long" in (last.row, need.row) else kind
            last = replace(last, row=row_of, end=need.end, sounds=last.sounds + need.sounds)
            continue
        if last is not None:
            yield last
        last = need
    if last is not None:
        yield last


def _rounded(row: Sequence[Gesture], take: Take) -> Iterator[Need]:
    last: Need | None = None
    for gesture in row:
        target = rounding(gesture.shape)
        if gesture.kind != "vowel" or target < ROUNDED:
            continue
        sound = take.phones[gesture.phone].ipa
        if last is not None and gesture.start - last.end < JOINED:
            sounds = last.sounds if last.sounds.endswith(sound) else last.sounds + sound
            last = replace(last, end=gesture.end, sounds=sounds, target=max(last.target, target))
            continue
        if last is not None:
            yield last
        last = Need("rounded", "rounded", gesture.start, gesture.end, sound, target)
    if last is not None:
        yield last


def _stressed(row: Sequence[Gesture], take: Take) -> Iterator[Need]:
    vowels = [one for one in row if one.kind == "vowel"]
    for number in sorted({syllable.nucleus for syllable in take.syllables}):
        phone = take.phones[number]
        own = within(vowels, phone.start, phone.end) if phone.stress else []
        if own:
            widest = max(own, key=lambda one: one.shape["jaw"])
            yield Need("stressed", "stressed", phone.start, phone.end, phone.ipa, widest.shape["jaw"])


def within(row: Sequence[Gesture], start: float, end: float) -> Sequence[Gesture]:
    """The gestures of a row, in order, that share time with `start` to `end` (seconds)."""
    first = bisect_right(row, start + TOUCHING, key=lambda one: one.end)
    return row[first : bisect_left(row, end - TOUCHING, key=lambda one: one.start)]


def targets(row: Sequence[Gesture], take: Take) -> list[Target]:
    """The distinct shapes that the mouth heads for, in order; sounds of the tongue alone leave it as it is."""
    found: list[Target] = []
    last = ""
    for before, gesture in pairwise([None, *row]):
        if gesture is None:
            continue
        if before is not None and gesture.start - before.end >= JOINED:
            last = ""
        seen = _look(gesture)
        if seen and seen != last:
            found.append(Target(gesture.start, gesture.end, take.phones[gesture.phone].ipa))
            last = seen
    return found


def _look(gesture: Gesture) -> str:
    """What a shape looks like from outside, in a few classes; '' for one that the lips have no part in."""
    shape = gesture.shape
    if shape.contact:
        return shape.contact
    if gesture.kind == "consonant" and shape.claims.lips < LIPS:
        return ""
    lips = "round" if rounding(shape) >= ROUNDED else "spread" if shape["stretch"] >= SPREAD else "plain"
    return f"{lips} {sum(shape['jaw'] >= edge for edge in JAWS)}"
