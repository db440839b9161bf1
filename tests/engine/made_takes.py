"""Takes with words, syllables and phrases, from a seed; and read again in ways that tell which phone is which."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from engine.matching.match import Kind, Match
from engine.matching.phrases import match_phrases, with_edges
from engine.matching.stretches import left_over
from engine.matching.timemap import time_map
from engine.phones import features, segments
from engine.score.naming import take_id
from engine.take import Audio, Phone, Phrase, Syllable, Take, Word

WORDS = {
    "mama": "mɑmə", "tulip": "tulɪp", "seven": "sɛvən", "boat": "bot", "keep": "kip", "fish": "fɪʃ",
    "window": "wɪndo", "garden": "ɡɑɹdən", "yellow": "jɛlo", "monkey": "mʌŋki", "paper": "pepəɹ", "shadow": "ʃædo",
    "happy": "hæpi", "water": "wɔtəɹ", "fire": "faɪəɹ", "we": "wi", "a": "ə", "about": "əbaʊt",
}  # fmt: skip
PAUSE = "_"  # half a second of nobody speaking


@dataclass(frozen=True)
class Sound:
    """A phone to be said: of which word, and which phone of the first reading it is (-1: none)."""

    ipa: str
    word: int
    origin: int


@dataclass
class Reading:
    """A text to be said: words (PAUSE: silence), and the phones of each; change `sounds` to have another reading."""

    words: list[str]
    sounds: list[list[Sound]] = field(default_factory=list)

    @staticmethod
    def of(text: str) -> Reading:
        words = text.split()
        made, count = Reading(words), 0
        for number, word in enumerate(words):
            ipas = () if word == PAUSE else segments(WORDS[word])
            made.sounds.append([Sound(ipa, number, count + at) for at, ipa in enumerate(ipas)])
            count += len(ipas)
        return made

    def without_word(self, number: int) -> Reading:
        return Reading(self.words[:number] + self.words[number + 1 :], self.sounds[:number] + self.sounds[number + 1 :])

    def with_word(self, number: int, word: str) -> Reading:
        sounds = [] if word == PAUSE else [Sound(ipa, number, -1) for ipa in segments(WORDS[word])]
        words = [*self.words[:number], word, *self.words[number:]]
        return Reading(words, [*self.sounds[:number], sounds, *self.sounds[number:]])

    def without_sound(self, number: int, at: int) -> Reading:
        sounds = [list(row) for row in self.sounds]
        del sounds[number][at]
        return Reading(self.words, sounds)

    def with_sound(self, number: int, at: int, ipa: str) -> Reading:
        """Another sound in the place of one, which then is no like of it."""
        sounds = [list(row) for row in self.sounds]
        sounds[number][at] = Sound(ipa, number, -1)
        return Reading(self.words, sounds)

    def said(self, seed: int = 0, speed: float = 1.0, texts: bool = True, sha: str = "") -> Take:
        """A take of it: lengths by chance, whole milliseconds."""
        draw, time = random.Random(seed), 0.4
        phones: list[Phone] = []
        words: list[Word] = []
        for word, row in zip(self.words, self.sounds, strict=True):
            start = time
            for sound in row:
                usual = 0.11 if features(sound.ipa).vowel else 0.07
                end = round(time + max(0.02, draw.gauss(usual, usual / 4)) / speed, 3)
                phones.append(Phone(time, end, sound.ipa))
                time = end
            words += [Word(start, time, word)] if texts and row else []
            time = round(time + (draw.uniform(0.35, 0.8) / speed if word == PAUSE else 0.0), 3)
        audio = Audio("made.wav", sha or f"{seed:064x}", round(time + 0.4, 3), 16000)
        return Take(audio, "en", "made", None, tuple(phones), _syllables(phones), tuple(words), _phrases(phones))

    def origins(self) -> list[int]:
        return [sound.origin for row in self.sounds for sound in row]


def _syllables(phones: Sequence[Phone]) -> tuple[Syllable, ...]:
    """A vowel each, with what is before it."""
    found, start = [], 0
    for at, phone in enumerate(phones):
        if at and phone.start - phones[at - 1].end > 0.25:
            start = at
        if features(phone.ipa).vowel:
            found.append(Syllable(phones[start].start, phone.end, at, (at * 37 % 100) / 100))
            start = at + 1
    return tuple(found)


def _phrases(phones: Sequence[Phone]) -> tuple[Phrase, ...]:
    found: list[tuple[float, float]] = []
    for phone in phones:
        if found and phone.start - found[-1][1] < 0.25:
            found[-1] = (found[-1][0], phone.end)
        else:
            found.append((phone.start, phone.end))
    return tuple(Phrase(start, end) for start, end in found)


def true_match(old: Take, new: Take, origins: Sequence[int], kind: Kind = "same text", sure: float = 0.9) -> Match:
    """The match of two takes by `origins` [new phones]: the old phone that each is, -1 for none."""
    pairs = np.full(len(old.phones), -1, np.int32)
    for number, origin in enumerate(origins):
        if origin >= 0:
            pairs[origin] = number
    rows = np.flatnonzero(pairs >= 0).tolist()
    spans = [(*_span(old, at), *_span(new, int(pairs[at]))) for at in rows]
    pieces = np.array(spans, float).reshape(-1, 4)
    phrases = match_phrases(old, new, pairs, kind != "other text")
    left_out, inserted = left_over(old, new, pairs, phrases, kind != "other text")
    time = time_map(with_edges(pieces, phrases), left_out, inserted)
    return Match(
        take_id(old), take_id(new), kind, pairs, np.where(pairs >= 0, sure, 0.0), phrases, time,
        0.9 if kind == "same text" else 0.1, (), inserted,
    )  # fmt: skip


def _span(take: Take, at: int) -> tuple[float, float]:
    return take.phones[at].start, take.phones[at].end
