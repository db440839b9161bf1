"""Each distinct word of a script said alone: by espeak-ng's voices, or by the readers of kana, Hangul and pinyin."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest

from .. import phones as ipa
from ..errors import TranscriptError
from . import hangul, kana, notated, notation, pinyin
from .numerals import JAPANESE, KOREAN, Numerals
from .script import Sound
from .speaker import Asked, Spoken
from .voices import HANGUL, IPA, KANA, OURS

Said = tuple[Sound, ...]
Cited = Mapping[Asked, tuple[Said, ...]]
"""(reader, spelling) -> the ways in which the reader says it alone, the usual one first."""


def ours(reader: str, said: str) -> tuple[Said, ...]:
    """How one of our own readers says a word. Raises TranscriptError where it cannot."""
    if reader == IPA:
        notated.check(said)
        found: Iterable[Said] = (notated.sounds_of(said),)
    elif reader == KANA:
        found = map(_plain, kana.readings(_spelt_out(said, JAPANESE)))
    elif reader == HANGUL:
        found = (_plain(hangul.phones(_spelt_out(said, KOREAN))),)
    else:
        found = (tuple(sound for syllable in pinyin.syllables(said) for sound in pinyin.sounds(syllable)),)
    ways = tuple(lengthened(way) for way in found if way)
    if not ways:
        raise unread(said)
    return ways


def _spelt_out(said: str, numerals: Numerals) -> str:
    """`said` with its numbers as words, and without the signs between them."""
    return re.sub(r"[\s:/~-]", "", re.sub(r"\d[\d,]*(\.\d+)?", lambda number: numerals.said(number[0]), said))


def unread(said: str) -> TranscriptError:
    """The error for a word that nobody can read."""
    return TranscriptError(
        f"'{said}' in the transcript cannot be read aloud; spell it out, or write it as IPA between slashes (/həˈloʊ/)."
    )


def _plain(phones: Sequence[str]) -> Said:
    return tuple(Sound(phone) for phone in phones)


def cite(wanted: Iterable[Asked], spoken: Mapping[Asked, Spoken | None]) -> dict[Asked, tuple[Said, ...]]:
    """Every (reader, spelling) of `wanted` said alone, those of espeak-ng as `spoken`; no way where it cannot.

    Raises TranscriptError for a word that one of our own readers cannot read.
    """
    found: dict[Asked, tuple[Said, ...]] = {}
    for who, said in dict.fromkeys(wanted):
        if who in OURS:
            found[who, said] = ours(who, said)
        else:
            way = joined(spoken.get((who, said)), who)
            found[who, said] = (way,) if way else ()
    return found


def joined(answer: Spoken | None, voice: str) -> Said:
    """All sounds of an answer; empty where it holds none, or espeak-ng stopped or spelt the word out."""
    return tuple(sound for group in grouped(answer, voice) for sound in group)


def grouped(answer: Spoken | None, voice: str) -> list[Said]:
    """The sounds of each of espeak-ng's groups; none where it stopped or spelt a word out."""
    found = []
    for clause, names in zip_longest(answer.ipa, answer.names, fillvalue="") if answer else ():
        for group, name in zip_longest(clause.split(), names.split(), fillvalue=""):
            try:
                found.append(notation.sounds(group, voice, name) if group else ())
            except ValueError:
                return []
    return [lengthened(group) for group in found if group]


def lengthened(said: Said) -> Said:
    """A consonant that is said twice in a row as one long one, which is how it sounds."""
    out: list[Sound] = []
    for sound in said:
        if out and out[-1].ipa.rstrip("ː") == sound.ipa and not ipa.features(sound.ipa).vowel:
            out[-1] = replace(out[-1], ipa=sound.ipa + "ː")
        else:
            out.append(sound)
    return tuple(out)


def classes(said: Said) -> tuple[str, ...]:
    """The recognizer's classes of the sounds, for comparing."""
    return tuple(ipa.classify(sound.ipa) for sound in said)
