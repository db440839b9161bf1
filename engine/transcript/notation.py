"""espeak-ng's phoneme notation to plain IPA, one symbol a phone, with lexical stress and Mandarin tones."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from .. import phones as ipa
from .script import Sound

TABLE = Path(__file__).with_name("notation.toml")

AFFRICATES = ("ʈʂ", "ɖʐ", "tʃ", "dʒ", "tɕ", "dʑ", "ts", "dz")
"""Stops and fricatives that make one phone when espeak-ng writes them together."""

DIPHTHONGS = frozenset(["aɪ", "aʊ", "ɔɪ", "ɔʏ", "eɪ", "oʊ", "əʊ", "ɛɪ", "œy", "ʌʊ", "ɐ̃ʊ̃"])
"""Two vowels that stay one unit; any other pair is split."""

SUFFIXES = frozenset("ʰʲʷˠːˑ˞")
VOWELS = frozenset("aɑæɐʌɒɔoʊuʉyʏøœɵɛeəɘɜɝɚɞiɪɨɯɤ")
SYLLABIC = "\u0329"
MORAIC = frozenset({"u\u0303", "i\u0303", "\u0169", "\u0129", "ɴ"})
"""espeak-ng's signs for the nasal that closes a Japanese syllable."""

TONES = {"55": 1, "35": 2, "214": 3, "21": 3, "51": 4, "11": 5}
"""espeak-ng's names for the Mandarin tones, by their pitch from 1 to 5."""

Unit = tuple[str, int]
"""A phone, a diphthong counting as one, and its lexical stress 0 1 2."""


@lru_cache(maxsize=1)
def _table() -> tuple[dict[int, str], dict[str, tuple[str, ...]], dict[str, list[tuple[list[str], list[str]]]]]:
    read = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    signs = {ord(sign): plain for sign, plain in read["signs"].items()}
    mandarin = {name: tuple(plain.split()) for name, plain in read["mandarin"].items()}
    rewrites = {
        family: [(old.split(), new.split()) for old, new in rules.items()] for family, rules in read["rewrites"].items()
    }
    return signs, mandarin, rewrites


def segments(token: str) -> list[str]:
    """Split one espeak-ng phoneme such as 'aɪɚ', 'pf' or 'tsː' into phones, diphthongs and affricates whole."""
    units: list[str] = []
    for symbol in token:
        if units and (unicodedata.combining(symbol) or symbol in SUFFIXES):
            units[-1] += symbol
        elif symbol.isalpha() or symbol in "ʔ":
            units.append(symbol)
    return _join(units)


def _join(units: list[str]) -> list[str]:
    out: list[str] = []
    index = 0
    while index < len(units):
        pair = "".join(units[index : index + 2])
        plain = "".join(c for c in pair if c not in SUFFIXES and not unicodedata.combining(c))
        if index + 1 < len(units) and (plain in AFFRICATES or pair in DIPHTHONGS):
            out.append(pair)
            index += 2
        else:
            out.append(units[index])
            index += 1
    return out


def units(group: str, voice: str) -> list[Unit]:
    """The phones of one space-delimited group of espeak-ng's answer with their stress.

    A loan that espeak-ng reads by another language's rules keeps those phones; in Mandarin it is spelt out, which
    nobody says. Raises ValueError there.
    """
    family = voice.split("-")[0]
    if "(" in group and family == "cmn":
        raise ValueError(f"'{group}' is spelt out in another language.")
    out: list[Unit] = []
    for token in re.sub(r"\([^)]*\)", "_", group).split("_"):
        found = _mandarin(token) if family == "cmn" else _plain(token, family)
        stress = 0 if family == "cmn" else 1 if "ˈ" in token else 2 if "ˌ" in token else 0
        nucleus = next((at for at, phone in enumerate(found) if _is_nucleus(phone)), None)
        out.extend((phone, stress if at == nucleus else 0) for at, phone in enumerate(found))
    return _rewrite(out, _table()[2].get(family, ()))


def phones(group: str, voice: str) -> list[str]:
    """The phones of one group, as `units` without stress. Raises ValueError."""
    return [phone for phone, _ in units(group, voice)]


def sounds(group: str, voice: str, names: str = "") -> tuple[Sound, ...]:
    """The segments of one group with stress and, from espeak-ng's own `names` of the same group, Mandarin tones.

    Raises ValueError.
    """
    tones = [TONES[tone] for tone in re.findall(r"(?<=\D)(55|35|214|21|51|11)(?=_|$)", names)]
    found: list[Sound] = []
    for unit, stress in units(group, voice):
        tone = tones.pop(0) if tones and unit[:1] in VOWELS else 0
        for at, segment in enumerate(ipa.segments(unit)):
            found.append(Sound(segment, 0 if at else stress, 0 if at else tone))
    return tuple(found)


def moraic_nasal(units: list[str]) -> list[str]:
    """Japanese: espeak-ng's nasal vowel for the syllable-closing nasal takes the place of the sound after it."""
    out = []
    for index, unit in enumerate(units):
        after = units[index + 1][0] if index + 1 < len(units) else ""
        if unit in MORAIC and (unit != "ɴ" or after):
            unit = "m" if after in ("p", "b", "m") else "ŋ" if after in ("k", "ɡ") else "n" if after else "ɴ"
        out.append(unit)
    return out


def _is_nucleus(phone: str) -> bool:
    return phone[:1] in VOWELS or SYLLABIC in phone


def _mandarin(token: str) -> list[str]:
    signs, mandarin, _ = _table()
    bare = re.sub(r"[ˈˌ0-9]|(?<=.)ɜ$", "", token)
    if bare in ("", "ɜ"):
        return []
    return list(mandarin[bare]) if bare in mandarin else segments(bare.translate(signs))


def _plain(token: str, family: str) -> list[str]:
    bare = unicodedata.normalize("NFC", token).replace("r.", "ɽ").translate(_table()[0])
    bare = unicodedata.normalize("NFD", bare) if family not in ("es", "fr", "pt") else bare
    bare = bare.replace("c\u0327", "ç").replace("ʲʲ", "ʲ")
    if family == "da":
        bare = bare.replace("ʔ", "")
    return segments(bare)


def _rewrite(units: list[Unit], rules: Sequence[tuple[list[str], list[str]]]) -> list[Unit]:
    for old, new in rules:
        index = 0
        while index <= len(units) - len(old):
            window = units[index : index + len(old)]
            if [phone for phone, _ in window] == old:
                units[index : index + len(old)] = _stressed(new, max(window, key=_weight)[1])
            index += 1
    return units


def _weight(unit: Unit) -> int:
    return (0, 2, 1)[unit[1]]


def _stressed(phones: list[str], stress: int) -> list[Unit]:
    nucleus = next((at for at, phone in enumerate(phones) if _is_nucleus(phone)), 0)
    return [(phone, stress if at == nucleus else 0) for at, phone in enumerate(phones)]
