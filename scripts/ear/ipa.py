"""espeak-ng's phoneme notation to plain IPA, one symbol a phone."""

from __future__ import annotations

import re
import unicodedata

AFFRICATES = ("ʈʂ", "ɖʐ", "tʃ", "dʒ", "tɕ", "dʑ", "ts", "dz")
"""Stops and fricatives that make one phone when espeak-ng writes them together."""

DIPHTHONGS = frozenset(["aɪ", "aʊ", "ɔɪ", "ɔʏ", "eɪ", "oʊ", "əʊ", "ɛɪ", "œy", "ʌʊ", "ɐ̃ʊ̃"])
"""Two vowels that stay one phone; any other pair is split."""

VOWELS = frozenset("aɑæɐʌɒɔoʊuʉyʏøœɵɛeəɘɜɝɚɞiɪɨɯɤ")
SUFFIXES = frozenset("ʰʲʷˠːˑ˞")

# espeak-ng's Mandarin notation after the tone is taken off -> phones
MANDARIN = {
    "ts.": ("ʈʂ",), "ts.h": ("ʈʂʰ",), "s.": ("ʂ",), "ʐ": ("ʐ",), "i.": ("ɨ",), "i̪": ("ɨ",),
    "ph": ("pʰ",), "th": ("tʰ",), "kh": ("kʰ",), "tsh": ("tsʰ",), "tɕh": ("tɕʰ",), "χ": ("x",),
    "iɛ": ("j", "ɛ"), "iou": ("j", "oʊ"), "iɑu": ("j", "aʊ"), "iɑ": ("j", "ɑ"), "ia": ("j", "a"),
    "iu": ("j", "ʊ"), "iao": ("j", "aʊ"), "ionɡ": ("j", "ʊ", "ŋ"),
    "uo": ("w", "ɔ"), "uei": ("w", "eɪ"), "uai": ("w", "aɪ"), "uə": ("w", "ə"), "uɑ": ("w", "ɑ"), "ua": ("w", "a"),
    "onɡ": ("ʊ", "ŋ"), "yɛ": ("ɥ", "ɛ"), "yæ": ("ɥ", "ɛ"), "yə": ("y",), "yu": ("j", "ʊ"),
    "ai": ("aɪ",), "ɑu": ("aʊ",), "au": ("aʊ",), "ou": ("oʊ",), "ei": ("eɪ",), "ər": ("ɑ", "ɻ"),
}  # fmt: skip

MORAIC = frozenset({"u\u0303", "i\u0303", "\u0169", "\u0129", "ɴ"})
"""espeak-ng's signs for the nasal that closes a Japanese syllable."""

REWRITES: dict[str, tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]] = {
    "cmn": (
        (("j", "i"), ("i",)), (("w", "u"), ("u",)), (("j", "y"), ("y",)), (("j", "ɥ"), ("ɥ",)), (("j", "j"), ("j",)),
        (("w", "w"), ("w",)),
    ),
    "en": ((("ᵻ",), ("ɪ",)), (("r",), ("ɹ",)), (("ɐ",), ("ə",))),
    "de": (
        (("t", "ʃ"), ("tʃ",)), (("d", "ʒ"), ("dʒ",)), (("ɜ",), ("ɐ",)), (("ɾ",), ("ʁ",)), (("r",), ("ʁ",)),
    ),
    "ru": ((("y",), ("ɨ",)), (("ʌ",), ("ɐ",)), (("d", "ʒ"), ("dʒ",))),
    "pt": ((("æ",), ("ɐ",)), (("y",), ("i",))),
    "pl": ((("ɲʲ",), ("ɲ",)), (("ɕʲ",), ("ɕ",)), (("dʑʲ",), ("dʑ",))),
    "fi": ((("t", "ʃ"), ("tʃ",)),),
    "el": ((("d", "z"), ("dz",)), (("t", "s"), ("ts",))),
    "ja": ((("o", "ɯ"), ("oː",)), (("ɯ", "ɯ"), ("ɯː",)), (("e", "i"), ("eː",)), (("o", "o"), ("oː",))),
    "ro": ((("y", "ɪ"), ("ɨ", "j")),),
    "bn": ((("r",), ("ɾ",)),),
}  # fmt: skip
"""Sequences that espeak-ng writes oddly, by language family of the voice."""

NOTATION = str.maketrans({"ε": "ɛ", "g": "ɡ", "ᵝ": None, "̞": None, "ä": "a", "-": None, "ˈ": None, "ˌ": None,
                          "'": None, "ʼ": None, "^": None, "̪": None, "͡": None, "ɫ": "l", "ɭ": "l"})  # fmt: skip


class ForeignSpelling(ValueError):
    """espeak-ng fell back to another language or spelt the word out: the phones cannot be trusted."""


def segments(token: str) -> list[str]:
    """Split one espeak-ng phoneme such as 'aɪɚ', 'pf' or 'tsː' into phones."""
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


def phones(group: str, voice: str) -> list[str]:
    """Phones of one space-delimited group of espeak-ng's answer.

    A loan that espeak-ng reads by another language's rules keeps those phones; in Mandarin it is spelt out, which
    nobody says. Raises ForeignSpelling there.
    """
    family = voice.split("-")[0]
    if "(" in group and family == "cmn":
        raise ForeignSpelling(group)
    group = re.sub(r"\([^)]*\)", "_", group)
    out: list[str] = []
    for token in group.split("_"):
        out.extend(_mandarin(token) if family == "cmn" else _plain(token, family))
    return _rewrite(out, REWRITES.get(family, ()))


def _mandarin(token: str) -> list[str]:
    bare = re.sub(r"[ˈˌ0-9]|(?<=.)ɜ$", "", token)
    if bare in ("", "ɜ"):
        return []
    return list(MANDARIN[bare]) if bare in MANDARIN else segments(bare.translate(NOTATION))


def _plain(token: str, family: str) -> list[str]:
    bare = unicodedata.normalize("NFC", token).translate(NOTATION)
    bare = unicodedata.normalize("NFD", bare) if family not in ("es", "fr", "pt") else bare
    bare = bare.replace("c\u0327", "ç").replace("ʲʲ", "ʲ")
    if family == "da":
        bare = bare.replace("ʔ", "")
    return segments(bare)


def _rewrite(units: list[str], rules: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]) -> list[str]:
    for old, new in rules:
        index = 0
        while index <= len(units) - len(old):
            if tuple(units[index : index + len(old)]) == old:
                units[index : index + len(old)] = new
            index += 1
    return units


def moraic_nasal(units: list[str]) -> list[str]:
    """Japanese: espeak-ng's nasal vowel for the syllable-closing nasal takes the place of the sound after it."""
    out = []
    for index, unit in enumerate(units):
        after = units[index + 1][0] if index + 1 < len(units) else ""
        if unit in MORAIC and (unit != "ɴ" or after):
            unit = "m" if after in ("p", "b", "m") else "ŋ" if after in ("k", "ɡ") else "n" if after else "ɴ"
        out.append(unit)
    return out
