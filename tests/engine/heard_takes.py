"""Takes as they are heard, made from known words: another speed, sounds taken for others, dropped and added."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from engine.phones import CLASSES, distance, features
from engine.prosody.phrases import phrases
from engine.take import Audio, Phone, Take, Word

VOWELS, CONSONANTS = "aeiouəɛɔ", tuple("ptkbdɡmnfvszlɹwjhʃ")
KNOWN = (*VOWELS, *CONSONANTS)


@dataclass(frozen=True)
class Made:
    """A take, and for each of its phones which spoken sound it is: (number of the word as spoken, of the sound in it).

    None for a phone that was added.
    """

    take: Take
    sounds: tuple[tuple[int, int] | None, ...]


def words(count: int, seed: int = 0) -> list[str]:
    """Different words of two to seven sounds, each a letter."""
    draw = random.Random(seed)
    found: dict[str, None] = {}
    while len(found) < count:
        syllables = draw.choice((1, 2, 2, 3))
        word = "".join(draw.choice(CONSONANTS) + draw.choice(VOWELS) for _ in range(syllables))
        found[word + draw.choice(("", "", *CONSONANTS))] = None
    return list(found)


def text(count: int, seed: int = 0, vocabulary: int = 400) -> list[str]:
    """So many words, with '_' for a pause after every five to ten."""
    draw, known = random.Random(seed + 1), words(vocabulary, seed // 1000)
    found, left = [], 7
    for _ in range(count):
        found.append(draw.choice(known))
        left -= 1
        if left == 0:
            found.append("_")
            left = draw.randint(5, 10)
    return found


def hear(said: Sequence[str], seed: int = 0, errors: float = 0.12, speed: float = 1.0, spelled: bool = False,
         language: str = "en", numbers: Sequence[int] | None = None) -> Made:  # fmt: skip
    """The take of words that are `said`, '_' being a pause; `spelled`: the words are known.

    `errors`: share of sounds that are heard as close ones, dropped or added; `numbers`: of the words (not of pauses),
    counted from 0 where not given.
    """
    draw = random.Random(seed)
    phones: list[Phone] = []
    told: list[Word] = []
    sounds: list[tuple[int, int] | None] = []
    time, number = 0.4, -1
    for word in said:
        if word == "_":
            time = round(time + draw.uniform(0.3, 0.8) / speed, 4)
            continue
        number += 1
        began = time
        for place, sound in enumerate(word):
            heard = _heard(sound, draw, errors)
            for at, ipa in enumerate(heard):
                length = (0.11 if features(ipa).vowel else 0.07) * draw.lognormvariate(0.0, 0.3) / speed / len(heard)
                phones.append(Phone(time, round(time + length, 4), ipa, 0.8))
                sounds.append((numbers[number] if numbers else number, place) if at == 0 else None)
                time = phones[-1].end
        if spelled and time > began:
            told.append(Word(began, time, word))
    audio = Audio(f"{seed}.wav", f"{seed:064x}", time + 0.4, 16000)
    return Made(Take(audio, language, "made", None, tuple(phones), words=tuple(told), phrases=phrases(phones)),
                tuple(sounds))  # fmt: skip


def _heard(sound: str, draw: random.Random, errors: float) -> list[str]:
    """What is heard of a sound: mostly itself."""
    chance = draw.random()
    if chance > errors:
        return [sound]
    if chance < errors * 0.2:
        return []
    if chance < errors * 0.35:
        return [sound, draw.choice(KNOWN)]
    close = sorted((one for one in CLASSES if one and one != sound), key=lambda one: distance(sound, one))
    return [draw.choice(close[:6])]


def wrong(old: Made, new: Made, pairs: Sequence[int]) -> tuple[int, int, int]:
    """(phones whose sound is in both takes, of these paired rightly, paired otherwise than right)."""
    where = {sound: at for at, sound in enumerate(new.sounds) if sound is not None}
    there = [(where.get(sound, -1) if sound else -1, int(pairs[at])) for at, sound in enumerate(old.sounds)]
    right = sum(truth >= 0 and truth == found for truth, found in there)
    far = sum(found >= 0 and _apart(new.take, truth, found) > 0.1 for truth, found in there)
    return sum(truth >= 0 for truth, _ in there), right, far


def _apart(take: Take, truth: int, found: int) -> float:
    if truth < 0:  # a sound that was added, or whose like was dropped: its neighbours tell where it is
        return 0.0
    return abs(take.phones[truth].start - take.phones[found].start)
