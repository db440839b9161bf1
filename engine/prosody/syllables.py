"""Syllables by sonority with maximal onsets; where words are known, within them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby, pairwise

import numpy as np

from .. import phones as ipa
from ..languages import Language
from ..take import Phone, Syllable, Word
from .phrases import split

BREAK = 0.12  # seconds of silence that no syllable spans
_SONORITY = {"plosive": 0, "affricate": 1, "fricative": 2, "nasal": 3, "lateral": 4, "trill": 4, "tap": 4}
_SONORITY |= {"approximant": 5}
VOWEL = 6
CLOSE = 0.2  # height of vowels, from here down they can be the glide of a diphthong


def sonority(phone: str) -> int:
    """0 plosive, 1 affricate, 2 fricative, 3 nasal, 4 liquid, 5 glide, 6 vowel."""
    own = ipa.features(phone)
    return VOWEL if own.vowel else _SONORITY.get(own.manner, 0)


def syllables(phones: Sequence[Phone], language: Language, words: Sequence[Word] = ()) -> tuple[Syllable, ...]:
    """The syllables in order, each phone in one of them; prominence 0 for now.

    No syllable spans a pause or, where `words` are given, the edge of a word that has a nucleus of its own.
    """
    found: list[Syllable] = []
    at = 0
    for run in _units(phones, language, words):
        names = [phone.ipa for phone in run]
        nuclei = find_nuclei(names, language)
        starts = [0, *(_onset(names, left, right, language) for left, right in pairwise(nuclei))]
        for start, end, nucleus in zip(starts, [*starts[1:], len(run)], nuclei, strict=True):
            found.append(Syllable(run[start].start, run[end - 1].end, at + nucleus, 0.0))
        at += len(run)
    return tuple(found)


def spoken_words(phones: Sequence[Phone], words: Sequence[Word]) -> list[int]:
    """For each phone the index of the word that holds its middle, -1 for none; `words` in order."""
    heard = [index for index, word in enumerate(words) if word.end > word.start]
    starts = [words[index].start for index in heard]
    found = []
    for phone in phones:
        middle = (phone.start + phone.end) / 2.0
        index = int(np.searchsorted(starts, middle, side="right")) - 1
        found.append(heard[index] if index >= 0 and middle < words[heard[index]].end else -1)
    return found


def _units(phones: Sequence[Phone], language: Language, words: Sequence[Word]) -> list[list[Phone]]:
    """Rows of phones that no syllable leaves: between pauses, and each word in them by itself.

    A word without a nucleus (Russian 'v', 'k') goes with the next one, the last with the one before.
    """
    runs = split(phones, BREAK)
    if not words:
        return runs
    owners = iter(spoken_words(phones, words))
    units: list[list[Phone]] = []
    for run in runs:
        owned = [(phone, next(owners)) for phone in run]
        parts = [[phone for phone, _ in part] for _, part in groupby(owned, key=lambda pair: pair[1])]
        units += _joined(parts, language)
    return units


def _joined(parts: Sequence[list[Phone]], language: Language) -> list[list[Phone]]:
    joined: list[list[Phone]] = []
    waiting: list[Phone] = []
    for part in parts:
        waiting += part
        if any(sonority(phone.ipa) == VOWEL or _may_carry(phone.ipa, language) for phone in part):
            joined.append(waiting)
            waiting = []
    if waiting and joined:
        joined[-1] += waiting
    elif waiting:
        joined.append(waiting)
    return joined


def find_nuclei(names: Sequence[str], language: Language) -> list[int]:
    """Indices of the phones that carry a syllable: vowels (of a diphthong the more open part), syllabic consonants.

    A row without either is carried by its most sonorous phone.
    """
    levels = [-1, *(sonority(name) for name in names), -1]
    found: list[int] = []
    for index, name in enumerate(names):
        before, own, after = levels[index : index + 3]
        if own == VOWEL:
            if found and found[-1] == index - 1 and _one_nucleus(names[index - 1], name, language):
                found[-1] = index if _height(name) > _height(names[index - 1]) else index - 1
            else:
                found.append(index)
        elif _may_carry(name, language) and before < own and after < own and index > 0:
            found.append(index)
    return found or [max(range(len(names)), key=lambda index: (levels[index + 1], -index))]


def _may_carry(name: str, language: Language) -> bool:
    own = ipa.features(name)
    listed = {ipa.classify(phone) for phone in language.prosody.syllabic}
    return not own.vowel and (own.syllabic or ipa.classify(name) in listed)


def _height(name: str) -> float:
    return ipa.features(name).height


def _one_nucleus(first: str, second: str, language: Language) -> bool:
    """Whether two vowels in a row are one: the same twice, or a diphthong of the language (its glide may be a vowel).

    Where a language lists none, any step from an open or mid vowel to a close one is a diphthong.
    """
    pair = (_glide(first), _glide(second))
    if pair[0] == pair[1]:
        return True
    if not language.diphthongs:
        return _height(second) <= CLOSE < _height(first)
    return any(pair == tuple(_glide(part) for part in known.parts) for known in language.diphthongs.values())


def _glide(name: str) -> str:
    heard = ipa.classify(name)
    return {"ɪ": "i", "j": "i", "ʊ": "u", "w": "u"}.get(heard, heard)


def _onset(names: Sequence[str], left: int, right: int, language: Language) -> int:
    """Where the syllable of nucleus `right` begins, after that of `left`: the longest beginning that may be."""
    first = left + 1
    if first < right and sonority(names[first]) == VOWEL:
        first += 1  # the second half of a diphthong stays with its first
    most, least = language.prosody.max_onset, language.prosody.min_onset
    start = right
    while start > first and right - start < most:
        fits = start == right or _begins(names[start - 1], names[start])
        if right - start >= least and (not fits or ipa.tidy(names[start - 1]) == "ŋ"):
            break
        start -= 1
    return start


def _begins(one: str, other: str) -> bool:
    """Whether two consonants may begin a syllable: clearly rising to a liquid or glide, or s before another."""
    low, high = sonority(one), sonority(other)
    if ipa.tidy(one) in ("s", "ʃ"):
        return high not in (_SONORITY["affricate"], _SONORITY["fricative"])
    return high >= _SONORITY["lateral"] and high - low >= 2
