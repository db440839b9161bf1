"""Hanyu Pinyin, with digits or marks for the tones or without tones, to phones."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import lru_cache
from pathlib import Path

from .. import phones as ipa
from .script import Sound

TABLE = Path(__file__).with_name("pinyin.toml")
_MARKS = {"\u0304": 1, "\u0301": 2, "\u030c": 3, "\u0306": 3, "\u0300": 4}
_UMLAUT = "\u0308"
NEUTRAL = 5

Syllable = tuple[str, int]
"""Letters without marks (ü as v) and the tone: 0 where none is written, 1 to 5."""


@lru_cache(maxsize=1)
def _table() -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    read = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    return read["initials"], read["finals"], read["syllables"]


@lru_cache(maxsize=1)
def _syllables() -> dict[str, tuple[str, ...]]:
    """Every syllable that can be spelt, with its phones."""
    initials, finals, whole = _table()
    found: dict[str, tuple[str, ...]] = {}
    for initial, consonant in initials.items():
        for final, rest in finals.items():
            if consonant and (final[0] != "v" or initial in ("n", "l")):
                found[initial + final] = _joined(initial, consonant, final, rest)
    for final, rest in finals.items():
        if final[0] in "aeo":
            found[final] = tuple(rest.split())
    found |= {spelt: tuple(said.split()) for spelt, said in whole.items()}
    return found | _after_palatals(initials, finals)


def _joined(initial: str, consonant: str, final: str, rest: str) -> tuple[str, ...]:
    after_lips = initial in ("b", "p", "m", "f") and final == "o"
    return (consonant, "ɔ") if after_lips else (consonant, *rest.split())


def _after_palatals(initials: dict[str, str], finals: dict[str, str]) -> dict[str, tuple[str, ...]]:
    """j q x: the u that is written after them is ü."""
    rounded = {"u": "v", "ue": "ve", "uan": "van", "un": "vn"}
    return {
        initial + spelt: (initials[initial], *finals[meant].split())
        for initial in ("j", "q", "x")
        for spelt, meant in rounded.items()
    } | {initial + "ue": (initials[initial], *finals["ve"].split()) for initial in ("n", "l")}


def syllables(word: str) -> tuple[Syllable, ...]:
    """The syllables of a word of pinyin; empty where it is none."""
    plain, tones = _without_marks(word.lower())
    return tuple(_split(plain, tones, 0) or ())


def _without_marks(word: str) -> tuple[str, dict[int, int]]:
    """Plain letters and digits, and the tone at the place of each marked letter."""
    out: list[str] = []
    tones: dict[int, int] = {}
    for letter in unicodedata.normalize("NFD", word.replace("u:", "ü")):
        if letter in _MARKS and out:
            tones[len(out) - 1] = _MARKS[letter]
        elif letter == _UMLAUT and out:
            out[-1] = "v"
        else:
            out.append(letter)
    return "".join(out), tones


def _split(plain: str, tones: dict[int, int], start: int) -> list[Syllable] | None:
    if start == len(plain):
        return []
    if plain[start] in "'-’" and start:
        return _split(plain, tones, start + 1)
    for length in range(min(6, len(plain) - start), 0, -1):
        letters = plain[start : start + length]
        marked = [tone for at, tone in tones.items() if start <= at < start + length]
        if letters not in _syllables() or len(marked) > 1:
            continue
        after = start + length
        digit = re.match(r"[0-5]", plain[after:])
        tone = int(digit[0]) or NEUTRAL if digit else marked[0] if marked else 0
        rest = _split(plain, tones, after + bool(digit))
        if rest is not None:
            return [(letters, tone), *rest]
    return None


def sounds(syllable: Syllable) -> tuple[Sound, ...]:
    """The phones of one syllable, the tone on its nucleus. Raises KeyError for letters that are no syllable."""
    letters, tone = syllable
    found: list[Sound] = []
    for phone in _syllables()[letters]:
        for at, segment in enumerate(ipa.segments(phone)):
            nucleus = not at and ipa.features(segment).vowel and not any(sound.tone for sound in found)
            found.append(Sound(segment, 0, tone if nucleus else 0))
    return tuple(found)
