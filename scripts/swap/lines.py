"""A line as one voice is to say it: words that know which word of the first reading they are; and said anew."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from .texts import EXTRA, LINES, OTHER_LINES

NORMAL = 165  # words a minute
PAUSE = 0.058  # seconds of espeak-ng's "_:" at NORMAL
FIRST, OTHER = "m7", "f4"  # variants of espeak-ng's voices that the recognizer was never trained on
NEW = -1


@dataclass(frozen=True)
class Said:
    """One word: its text, the number of the first reading's word that it is (NEW: none), its line, a pause after it."""

    text: str
    origin: int
    line: int
    pause: float = 0.0


@dataclass(frozen=True)
class Reading:
    """What is said and how: `speed` over the normal one, `variant` of the language's voice."""

    language: str
    words: tuple[Said, ...]
    speed: float = 1.0
    variant: str = FIRST

    def text(self) -> tuple[str, dict[int, Said]]:
        """The text for espeak-ng, and each word by its place in it, counted from 1."""
        parts: list[str] = []
        places: dict[int, Said] = {}
        at = 1
        for word in self.words:
            places[at] = word
            part = word.text + (f" [[{'_:' * round(word.pause / PAUSE * self.speed)}]]" if word.pause else "")
            parts.append(part)
            at += len(part) + 1
        return " ".join(parts), places

    @property
    def script(self) -> str:
        """The text as a transcript has it."""
        return " ".join(word.text for word in self.words)


def first_reading(language: str, other: bool = False) -> Reading:
    """The language's lines (or its other ones, of which no word is of the first) at the normal speed."""
    lines = (OTHER_LINES if other else LINES)[language]
    words = [(word, number) for number, line in enumerate(lines) for word in line.split()]
    return Reading(
        language, tuple(Said(word, NEW if other else place, number) for place, (word, number) in enumerate(words))
    )


def _with_pauses(reading: Reading, generator: random.Random) -> Reading:
    """Five pauses of 0.3 to 1.4 s where none was."""
    chosen = generator.sample(range(len(reading.words) - 1), 5)
    words = [
        replace(word, pause=generator.uniform(0.3, 1.4)) if place in chosen else word
        for place, word in enumerate(reading.words)
    ]
    return replace(reading, words=tuple(words))


def _with_words(reading: Reading, generator: random.Random) -> Reading:
    """Six words more, never two together."""
    chosen = sorted(generator.sample(range(1, len(reading.words)), 6), reverse=True)
    words = list(reading.words)
    for place, text in zip(chosen, generator.sample(EXTRA[reading.language], 6), strict=True):
        words.insert(place, Said(text, NEW, words[place].line))
    return replace(reading, words=tuple(words))


def _without_words(reading: Reading, generator: random.Random) -> Reading:
    """Six words less; a line keeps its last, which ends it."""
    inside = [place for place, word in enumerate(reading.words) if word.text.isalpha()]
    gone = set(generator.sample(inside, 6))
    left = [word for place, word in enumerate(reading.words) if place not in gone]
    first = {word.line: place for place, word in reversed(list(enumerate(left)))}
    for place in first.values():
        left[place] = replace(left[place], text=left[place].text[0].upper() + left[place].text[1:])
    return replace(reading, words=tuple(left))


def _with_false_start(reading: Reading, generator: random.Random) -> Reading:
    """One line is begun, broken off after three or four words, and said whole after a pause."""
    line = generator.randrange(1, 1 + max(word.line for word in reading.words))
    first = next(place for place, word in enumerate(reading.words) if word.line == line)
    begun = [replace(word, origin=NEW) for word in reading.words[first : first + generator.choice((3, 4))]]
    begun[-1] = replace(begun[-1], text=begun[-1].text.strip(",.") + ",", pause=0.5)
    return replace(reading, words=(*reading.words[:first], *begun, *reading.words[first:]))


def _with_all(reading: Reading, generator: random.Random) -> Reading:
    """Words more and less, pauses, and a false start."""
    for change in (_without_words, _with_words, _with_pauses, _with_false_start):
        reading = change(reading, generator)
    return reading


Change = Callable[[Reading, random.Random], Reading]


@dataclass(frozen=True)
class Condition:
    """How the new reading differs from the first: `kind` 'same text', 'other words', 'other language', 'other text'."""

    name: str
    kind: str
    speed: float = 1.0
    variant: str = FIRST
    change: Change | None = None

    def reading(self, language: str) -> Reading:
        """The new reading of the language's lines; the same every time."""
        reading = first_reading(language, other=self.kind == "other text")
        if self.change is not None:
            reading = self.change(reading, random.Random(f"{self.name} {language}"))
        return replace(reading, speed=self.speed, variant=self.variant)


CONDITIONS = (
    Condition("the same again", "same text"),
    Condition("another voice", "same text", variant=OTHER),
    Condition("speed 0.6", "same text", 0.6),
    Condition("speed 0.8, another voice", "same text", 0.8, OTHER),
    Condition("speed 1.3, another voice", "same text", 1.3, OTHER),
    Condition("speed 1.7", "same text", 1.7),
    Condition("five pauses more", "same text", variant=OTHER, change=_with_pauses),
    Condition("six words more", "other words", variant=OTHER, change=_with_words),
    Condition("six words less", "other words", variant=OTHER, change=_without_words),
    Condition("a false start", "other words", variant=OTHER, change=_with_false_start),
    Condition("all of it, speed 1.2", "other words", 1.2, OTHER, _with_all),
    Condition("another language", "other language", variant=OTHER),
    Condition("another text", "other text", variant=OTHER),
)
QUICK = ("another voice", "speed 0.6", "speed 1.7", "all of it, speed 1.2", "another language", "another text")


def pairs(languages: Sequence[str], quick: bool) -> list[tuple[Condition, Reading, Reading]]:
    """(condition, first reading, new reading), condition by condition."""
    found = []
    for condition in CONDITIONS:
        if quick and condition.name not in QUICK:
            continue
        for place, language in enumerate(languages):
            other = next(code for code in (*languages[place + 1 :], *languages, *LINES) if code != language)
            new = condition.reading(other if condition.kind == "other language" else language)
            found.append((condition, first_reading(language), new))
    return found
