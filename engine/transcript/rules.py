"""Rules of pronunciation: what a word's phones may become among their neighbours, within it and across its edges."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from .. import phones as ipa
from .script import Reading, Sound

PLACES = ("any", "first", "inner", "last", "added", "between")
LISTED = "listed"
"""The name of a reading that the language's table gives for the word."""

_LIPS = ("bilabial", "labiodental")
_BACK = ("velar", "uvular")


@dataclass(frozen=True, slots=True)
class Edge:
    """What stands beside a word: the phone of its neighbour, or None where there is a pause."""

    before: Sound | None = None
    after: Sound | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One change: each run of sounds `phones[i]` after `after` and before `before` may become `becomes[i]`.

    Neighbours are IPA or a kind: @vowel @consonant @voiced @voiceless @nasal @lips @back @stressed @unstressed, and
    @edge for the edge of the word whatever follows, @pause for a pause; empty: any. A neighbour in the next word makes
    the reading `joined`. `place`: where in the word (any, first, inner, last; "added": `becomes` is put after the last
    sound; "between": between any two that fit). `words`: only these spellings; `spelling`: only spellings that it
    finds. `unstressed`: only where the sounds bear no stress; `short`: only where none is long. `cost`: of a reading
    in which the rule is used; with `always` it takes the place of the reading without it.
    """

    name: str
    phones: tuple[tuple[str, ...], ...]
    becomes: tuple[tuple[str, ...], ...]
    after: frozenset[str]
    before: frozenset[str]
    place: str
    cost: float
    words: frozenset[str]
    spelling: re.Pattern[str] | None
    always: bool = False
    unstressed: bool = False
    short: bool = False
    heads: frozenset[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "heads", frozenset(old[0].rstrip("ː") for old in self.phones))

    def used(self, reading: Reading, word: str, edge: Edge) -> Reading | None:
        """`reading` changed wherever the rule holds; None where it does not, or has been used."""
        if self.name in reading.names.split() or not self._for_word(word):
            return None
        if self.place == "added":
            return self._added(reading, edge)
        if self.place == "between":
            return self._between(reading)
        if self.heads.isdisjoint(_letters(reading.sounds)):
            return None
        sounds, joined = self._changed(reading.sounds, edge)
        if sounds is None:
            return None
        return self._named(reading, sounds, joined or reading.joined)

    def _for_word(self, word: str) -> bool:
        if self.words and word not in self.words:
            return False
        return self.spelling is None or bool(self.spelling.search(word))

    def _added(self, reading: Reading, edge: Edge) -> Reading | None:
        last = reading.sounds[-1]
        if not fits(last, self.after) or not fits(edge.after, self.before) or reading.joined:
            return None
        extra = tuple(Sound(phone) for phone in self.becomes[0])
        return self._named(reading, reading.sounds + extra, edge.after is not None and "@edge" not in self.before)

    def _between(self, reading: Reading) -> Reading | None:
        if LISTED in reading.names.split():
            return None  # what a table states is not guessed at
        out = [reading.sounds[0]]
        for sound in reading.sounds[1:]:
            if fits(out[-1], self.after) and fits(sound, self.before):
                out += [Sound(phone) for phone in self.becomes[0]]
            out.append(sound)
        return self._named(reading, tuple(out), reading.joined) if len(out) > len(reading.sounds) else None

    def _changed(self, sounds: tuple[Sound, ...], edge: Edge) -> tuple[tuple[Sound, ...] | None, bool]:
        out: list[Sound] = []
        at, changed, joined = 0, False, False
        while at < len(sounds):
            found = self._match(sounds, at, edge) if sounds[at].ipa.rstrip("ː") in self.heads else None
            if found is None:
                out.append(sounds[at])
                at += 1
                continue
            length, new = found
            out += _in_place_of(sounds[at : at + length], new)
            at += length
            changed = True
            joined = joined or (at == len(sounds) and bool(self.before) and "@edge" not in self.before)
        return (tuple(out) if changed and out else None), joined and edge.after is not None

    def _match(self, sounds: tuple[Sound, ...], at: int, edge: Edge) -> tuple[int, tuple[str, ...]] | None:
        before = sounds[at - 1] if at else edge.before
        for old, new in zip(self.phones, self.becomes, strict=True):
            end = at + len(old)
            if end > len(sounds) or not all(map(same, sounds[at:end], old)) or not self._placed(at, end, len(sounds)):
                continue
            if self._barred(sounds[at:end]):
                continue
            after = sounds[end] if end < len(sounds) else edge.after
            if _beside(before, self.after, at == 0) and _beside(after, self.before, end == len(sounds)):
                return len(old), new
        return None

    def _barred(self, sounds: tuple[Sound, ...]) -> bool:
        if self.unstressed and any(sound.stress for sound in sounds):
            return True
        return self.short and any("ː" in sound.ipa for sound in sounds)

    def _placed(self, start: int, end: int, length: int) -> bool:
        if self.place == "first":
            return start == 0
        if self.place == "last":
            return end == length
        return self.place == "any" or (start > 0 and end < length)

    def _named(self, reading: Reading, sounds: tuple[Sound, ...], joined: bool) -> Reading:
        names = self.name if reading.names == "citation" else f"{reading.names} {self.name}".strip()
        return Reading(sounds, reading.cost + self.cost, joined, names)


@lru_cache(maxsize=4096)
def _letters(sounds: tuple[Sound, ...]) -> frozenset[str]:
    return frozenset(sound.ipa.rstrip("ː") for sound in sounds)


def same(sound: Sound, phone: str) -> bool:
    """Whether a sound is the phone, whatever its length."""
    return sound.ipa == phone or sound.ipa.rstrip("ː") == phone


def fits(sound: Sound | None, wanted: frozenset[str]) -> bool:
    """Whether a neighbour is one of those wanted; any is where none is named."""
    if not wanted:
        return True
    if sound is None:
        return "@pause" in wanted
    return sound.ipa in wanted or sound.ipa.rstrip("ː") in wanted or not wanted.isdisjoint(kinds(sound))


def _beside(sound: Sound | None, wanted: frozenset[str], edge: bool) -> bool:
    return (edge and "@edge" in wanted) or fits(sound, wanted)


@lru_cache(maxsize=4096)
def kinds(sound: Sound) -> tuple[str, ...]:
    """The kinds of a sound, as rules name them."""
    own = ipa.features(sound.ipa)
    if own.vowel:
        return ("@vowel", "@stressed" if sound.stress == 1 else "@unstressed")
    found = ["@consonant", "@voiced" if own.voiced else "@voiceless"]
    found += ["@nasal"] if own.nasal else []
    found += ["@lips"] if own.place in _LIPS else ["@back"] if own.place in _BACK else []
    return tuple(found)


def _in_place_of(old: Sequence[Sound], new: Sequence[str]) -> list[Sound]:
    """`new` with the stress and tone of `old` on its first vowel, or on its first sound where it has none."""
    stress = max((sound.stress for sound in old), key=(0, 2, 1).__getitem__)
    tone = max(sound.tone for sound in old)
    nucleus = next((at for at, phone in enumerate(new) if ipa.features(phone).vowel), 0)
    return [Sound(phone, *((stress, tone) if at == nucleus else (0, 0))) for at, phone in enumerate(new)]


def rule(row: Mapping[str, object]) -> Rule:
    """A rule from its row of a table. Raises ValueError saying what is wrong with it."""
    known = {"name", "phones", "becomes", "after", "before", "place", "cost", "words", "spelling"}
    known |= {"always", "unstressed", "short"}
    if set(row) - known:
        raise ValueError(f"'{sorted(set(row) - known)[0]}' is not known in a rule")
    place = str(row.get("place", "any"))
    becomes = tuple(tuple(text.split()) for text in _texts(row, "becomes"))
    old = tuple(tuple(text.split()) for text in _texts(row, "phones"))
    if (
        place not in PLACES
        or not becomes
        or (place not in ("added", "between") and (len(old) != len(becomes) or not all(old)))
    ):
        raise ValueError(f"the rule '{row.get('name')}' has no 'becomes' for each of its 'phones', or a wrong place")
    spelling = row.get("spelling")
    cost = row.get("cost", 0.0)
    return Rule(
        str(row["name"]), old, becomes, frozenset(_texts(row, "after")), frozenset(_texts(row, "before")), place,
        float(cost) if isinstance(cost, int | float) else 0.0, frozenset(_texts(row, "words")),
        re.compile(str(spelling)) if spelling else None, row.get("always") is True,
        row.get("unstressed") is True,
        row.get("short") is True,
    )  # fmt: skip


def _texts(row: Mapping[str, object], key: str) -> list[str]:
    value = row.get(key, [])
    if isinstance(value, str):
        return [value]
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise ValueError(f"'{key}' of the rule '{row.get('name')}' must be a list of texts")
    return value
