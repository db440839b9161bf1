"""The units of a model as phones: how they are written in IPA, and which of them a listed phone is heard as."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from ...phones import distance, features, segments, tidy

LENGTH = "ː"
NEAR = 0.6  # distance within which a phone that the model lacks is heard as another
PLACED = (
    "\u0320\u032a\u033a\u031f\u031e\u031d\u031a\u0308\u0353"  # marks of tongue and release that a mouth does not show
)


def written(unit: str) -> str:
    """A unit of the model as one phone in IPA; '' for a mark without a letter.

    Its 'I' is ɪ, its Cyrillic schwa ə; what it writes as a consonant and a glide ('nj') is palatal, and of other rows
    of consonants the first is seen.
    """
    text = tidy(unit.replace("I", "ɪ").replace("\u04d9", "ə"))
    found = segments(text)
    if not found or all(letter == LENGTH for letter in text):
        return ""
    if all(features(one).vowel for one in found):
        return text
    return found[0] + "ʲ" if found[1:] == ("j",) and not features(found[0]).vowel and "ʲ" not in found[0] else found[0]


def standing_for(phone: str, units: Sequence[str]) -> tuple[int, ...]:
    """The numbers of the units (the blank is number 0) under which a phone of a language's list is heard.

    The unit of that spelling; else those that differ from it in small marks alone, as 't̠ʃ' and 't͡ʃ' do; else the
    nearest one, if it is near.
    """
    if phone in units[1:]:
        return (units.index(phone, 1),)
    plain = _plain(phone)
    alike = tuple(number for number, unit in enumerate(units) if number and _plain(unit) == plain)
    if alike or not plain:
        return alike
    known = [(distance(plain, written(unit)), number) for number, unit in enumerate(units) if number and written(unit)]
    return tuple(number for apart, number in [min(known, default=(NEAR + 1.0, 0))] if apart <= NEAR)


def _plain(unit: str) -> str:
    """A unit without the marks of PLACED, nor those before its letter, as one phone."""
    letters = [letter for letter in unicodedata.normalize("NFD", unit) if letter not in PLACED]
    while len(letters) > 1 and unicodedata.category(letters[0]) == "Lm":
        del letters[0]
    return written("".join(letters))
