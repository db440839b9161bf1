"""Mandarin: characters and pinyin among other words, and the tones that change beside others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from . import pinyin
from .script import Sound
from .writing import script_of

Said = tuple[Sound, ...]
NOT, ONE = "不", "一"


def is_character(said: str) -> bool:
    """Whether a word is one Chinese character."""
    return len(said) == 1 and script_of(said) == "han"


def is_pinyin(said: str, without_tones: bool) -> bool:
    """Whether a word is pinyin; one that has no tones only where that is to be expected, a size of paper (A4) never."""
    syllables = () if said[0].isupper() and said[-1].isdigit() and len(said) == 2 else pinyin.syllables(said)
    return bool(syllables) and (without_tones or any(tone for _, tone in syllables))


def sandhi(said: Said, word: str, after: Sound | None) -> Said:
    """The tones of a word as they are said before the next toned sound (None at a pause).

    A third tone before a third is said as a second; 不 before a fourth as a second; 一 before a fourth as a second,
    before any other as a fourth (Chao 1968).
    """
    out = list(said)
    following = after.tone if after else 0
    for at in range(len(out) - 1, -1, -1):
        tone = out[at].tone
        if not tone:
            continue
        out[at] = replace(out[at], tone=_beside(tone, following, word))
        following = tone
    return tuple(out)


def _beside(tone: int, following: int, word: str) -> int:
    if word == NOT and tone == 4:
        return 2 if following == 4 else 4
    if word == ONE and tone == 1 and following:
        return 2 if following in (4, 5) else 4
    return 2 if tone == following == 3 else tone


def first_tone(sounds: Sequence[Sound]) -> Sound | None:
    """The first sound that has a tone."""
    return next((sound for sound in sounds if sound.tone), None)
