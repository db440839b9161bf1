"""Labels of other programs as IPA, and IPA as the mouth shapes of other programs. The tables are in labels.toml."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from ... import phones
from .table import OWN, SOUNDS

TABLES = Path(__file__).with_name("labels.toml")
STRESS = {1: "ˈ", 2: "ˌ"}
GUESSED = 0.2  # confidence of speech whose sounds are not known
GUESS = "ə"
_KALDI = re.compile(r"(?P<phone>.+)_[BIES]")  # place in the word: begin, inside, end, single
_ARPABET = re.compile(r"(?P<phone>[A-Za-z-]+?)(?P<stress>[012])?")
_MARKS = {"ˈ": 1, "ˌ": 2, "'": 1, '"': 1, "%": 2}
_GLIDES = {"j": "ɪ", "w": "ʊ"}


@dataclass(frozen=True, slots=True)
class Sound:
    """What a label says: a phone in IPA ('' for silence) with its stress; `closure`: only the first part of it.

    `sure`: 1.0, or less where the label says that something is spoken and not what.
    """

    ipa: str
    stress: int = 0
    closure: bool = False
    sure: float = 1.0


Reader = Callable[[str], Sound | None]


@lru_cache(maxsize=1)
def tables() -> dict[str, dict[str, Any]]:
    """labels.toml."""
    with TABLES.open("rb") as file:
        return tomllib.load(file)


def read_labels(labels: Iterable[str], alphabet: str) -> dict[str, Sound | None]:
    """What each different label says, None where nobody knows; `alphabet` as in `Table`.

    Speech sounds are read in the alphabet that knows most of the labels: ARPAbet, X-SAMPA or IPA.
    """
    known = {label: _unspoken(label) for label in labels}
    if alphabet == OWN:
        return {label: _own(label) for label in known}
    if alphabet != SOUNDS:
        return {label: _shape(label, alphabet) or said for label, said in known.items()}
    spoken = [label for label, said in known.items() if said is None]
    plain = _plain(spoken)
    reader = _reader([plain[label] for label in spoken])
    return known | {label: reader(plain[label]) for label in spoken}


def symbol(ipa: str, alphabet: str) -> str:
    """The mouth shape of `alphabet` for a phone: of itself, or of the one made most like it; '' is silence."""
    return _symbol(phones.tidy(ipa), alphabet)


def listed(ipa: str, alphabet: str) -> bool:
    """Whether the alphabet's table names this very phone."""
    return phones.tidy(ipa) in _symbols(alphabet)


@lru_cache(maxsize=4096)
def _symbol(ipa: str, alphabet: str) -> str:
    known = _symbols(alphabet)
    return known[ipa if ipa in known else phones.nearest(ipa, known)]


@lru_cache(maxsize=8)
def _symbols(alphabet: str) -> dict[str, str]:
    return {phone: name for name, row in tables()[alphabet].items() for phone in row}


def _unspoken(label: str) -> Sound | None:
    """Silence and what is not clear, None for all else."""
    folded = label.strip().casefold()
    if folded in tables()["unclear"]["labels"]:
        return Sound(GUESS, sure=GUESSED)
    silent = tables()["silence"]
    return Sound("") if folded in silent["pauses"] or folded in silent["noises"] else None


def _own(label: str) -> Sound:
    stress = next((number for number, mark in STRESS.items() if label.startswith(mark)), 0)
    return Sound(label[1:] if stress else label, stress)


def _shape(label: str, alphabet: str) -> Sound | None:
    row = tables()[alphabet].get(label.strip())
    return None if row is None else Sound(row[0])


def _plain(labels: list[str]) -> dict[str, str]:
    """Labels without Kaldi's mark of their place in the word, where most have one."""
    found = {label: _KALDI.fullmatch(label) for label in labels}
    if 2 * sum(match is not None for match in found.values()) < len(labels):
        return {label: label.strip() for label in labels}
    return {label: match["phone"] if match else label for label, match in found.items()}


def _reader(labels: list[str]) -> Reader:
    """The alphabet that knows most; capitals are ARPAbet rather than X-SAMPA, small letters IPA rather than either."""
    order = [_ipa, _xsampa, _arpabet]
    if any(letter.isupper() for label in labels for letter in label):
        order.reverse()
    return max(order, key=lambda reader: sum(reader(label) is not None for label in labels))


def _arpabet(label: str) -> Sound | None:
    match = _ARPABET.fullmatch(label)
    if match is None:
        return None
    name, stress = match["phone"].upper(), match["stress"] or ""
    closure = tables()["closures"].get(name)
    if closure:
        return Sound(closure, closure=True)
    table = tables()["arpabet"]
    ipa = table.get(name + stress) or table.get(name)
    return Sound(ipa, int(stress or 0)) if ipa else None


def _xsampa(label: str) -> Sound | None:
    stress, rest = _stressed(label)
    written = _translated(rest)
    return None if written is None else _checked(written, stress)


def _translated(text: str) -> str | None:
    table = tables()["xsampa"]
    found = ""
    while text:
        length = next((n for n in (3, 2, 1) if text[:n] in table), 0)
        if not length and not (text[0].isascii() and text[0] in phones.LETTERS):
            return None
        found += table[text[:length]] if length else text[0]
        text = text[max(1, length) :]
    return found


def _ipa(label: str) -> Sound | None:
    stress, rest = _stressed(label)
    return _checked(rest, stress)


def _stressed(label: str) -> tuple[int, str]:
    stress = _MARKS.get(label[:1], 0)
    return stress, label[1:] if stress else label


def _checked(written: str, stress: int) -> Sound | None:
    """The phone, where it is one: a segment, two vowels in one, or a stop with its release."""
    found = phones.segments(written)
    if not found or not all(_is_phone(one) for one in found) or len(found) > 2:
        return None
    if len(found) == 1:
        return Sound(found[0], stress)
    if phones.features(found[0]).vowel and found[1] in _GLIDES:  # the dictionaries of MFA write aj and aw
        return Sound(found[0] + _GLIDES[found[1]], stress)
    return Sound("".join(found), stress) if _is_joined(*found) else None


def _is_joined(one: str, other: str) -> bool:
    """Whether two segments make one phone: two vowels, a vowel and a glide, or a stop with its release."""
    first, last = phones.features(one), phones.features(other)
    if first.vowel and last.vowel:
        return one != other
    if first.vowel or last.vowel:
        return "approximant" in (first.manner, last.manner)
    return first.manner == "plosive" and last.manner == "fricative" and first.place == last.place


def _is_phone(segment: str) -> bool:
    letters = [letter for letter in segment if unicodedata.category(letter) not in ("Mn", "Lm", "Sk")]
    return bool(letters) and all(letter in phones.LETTERS for letter in letters)
