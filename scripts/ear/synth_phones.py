"""What the synthesizers' phone names mean in IPA, and how a string of IPA falls into single phones."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

VOWELS = frozenset("iyɨʉɯuɪʏʊeøɘɵɤoəɛœɜɞʌɔæɐaɶɑɒɚɝ")
CONSONANTS = frozenset("pbtdʈɖcɟkɡqɢʔmɱnɳɲŋɴʙrʀɾɽɸβfvθðszʃʒʂʐɕʑçʝxɣχʁħʕhɦɬɮʋɹɻjɰlɭʎʟɫwɥʍɓɗʄɠɧɺ")
MARKS = frozenset("ː\u0303ʰʲʷˤ")
STOPS = frozenset("pbtdʈɖcɟkɡqɢʔ")
_FRICATIVES = {
    "t": "sʃɕʂ", "d": "zʒʑʐ", "ʈ": "ʂ", "ɖ": "ʐ", "p": "f", "c": "ç", "k": "x",
}  # fmt: skip
_RESPELT = str.maketrans({"g": "ɡ", "ʤ": "dʒ", "ʧ": "tʃ", "ʦ": "ts", "ʣ": "dz", "ɚ": "ɚ", "ʱ": "ʰ", "ɫ": "l"})


class UnknownPhone(ValueError):
    """A phone name that has no place in the tables."""


def segments(text: str) -> tuple[str, ...]:
    """Split IPA into phones, without stress, tones and fine diacritics; ("tʃ", "aɪ", "ɹ") from "tʃˈaɪɹ".

    Affricates and pairs of vowels stay one phone, a third vowel begins another.
    Raises `UnknownPhone` for symbols that are no IPA.
    """
    phones: list[str] = []
    for symbol in _respell(text):
        if symbol in MARKS:
            if phones:
                phones[-1] += symbol if symbol not in phones[-1] else ""
        elif symbol in VOWELS or symbol in CONSONANTS:
            if phones and _joins(phones[-1], symbol):
                phones[-1] += symbol
            else:
                phones.append(symbol)
        elif symbol.isalnum() and unicodedata.category(symbol) not in {"Lm", "Sk", "Nd", "No"}:
            raise UnknownPhone(f"'{text}' holds '{symbol}', which is no IPA symbol: add it to the tables.")
    return tuple(phones)


def _respell(text: str) -> str:
    text = unicodedata.normalize("NFD", text).replace("c\u0327", "ç").translate(_RESPELT)
    text = re.sub("ə˞|ɜ˞", lambda match: {"ə": "ɚ", "ɜ": "ɝ"}[match[0][0]], text)
    return re.sub(r"(?<=[ptkqcʈbdɡɖɟʃʂɕs])h$", "ʰ", text)


def _joins(before: str, symbol: str) -> bool:
    if symbol in VOWELS:
        return before.strip("ː\u0303") in VOWELS
    return symbol in _FRICATIVES.get(before, "")


def is_vowel(phone: str) -> bool:
    """Whether a phone is a vowel or a diphthong."""
    return phone[:1] in VOWELS


def is_stop(phone: str) -> bool:
    """Whether a phone begins with a closure of the mouth (stops and affricates, not nasals)."""
    return phone[:1] in STOPS


# where espeak-ng's IPA names a letter or an x-sampa leftover rather than the sound
ESPEAK_EVERYWHERE: Mapping[str, tuple[str, ...]] = {
    "ᵻ": ("ɪ",), "ε": ("ɛ",), "aɪə": ("aɪ", "ə"), "aʊə": ("aʊ", "ə"), "ss": ("sː",), "r.": ("ɽ",), "1": ("e",),
    "r̝": ("ʒ",), "r̝̊": ("ʃ",), "ɔø": ("ɔɪ",),
}  # fmt: skip
_INDIC = {"c": ("tʃ",), "cʰ": ("tʃʰ",), "ɟ": ("dʒ",), "ɟʰ": ("dʒʰ",)}
ESPEAK_BY_LANGUAGE: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "zh": {
        "s.": ("ʂ",), "ts.": ("tʂ",), "ts.h": ("tʂʰ",), "i.": ("ɨ",), "i̪": ("ɨ",), "onɡ": ("o", "ŋ"), "χ": ("x",),
        "iou": ("j", "ou"), "uei": ("w", "ei"), "uai": ("w", "ai"), "iɑu": ("j", "ɑu"), "ər": ("ɚ",),
    },
    "ru": {"ɭ": ("l",), 'u"': ("ʉ",), "y": ("ɨ",), "ɪ^": ("ɪ",)},
    "pt-br": {"æ": ("ɐ",), "y": ("ɪ",)},
    "uk": {"β": ("ʋ",)},
    "de": {"ɜ": ("ɐ",)},
    "ko": {"q": ("k",)},
    "vi": {"y": ("ɯ",), "yə": ("ɯə",)},
    "sv": {"sx": ("ɧ",)},
    "ar": {"a.": ("ɑ",)},
    "fa": {"1": ("e",)},
    "hi": _INDIC, "bn": _INDIC, "mr": _INDIC, "te": _INDIC, "sw": _INDIC,
}  # fmt: skip


def espeak_phones(ipa: str, language: str) -> tuple[str, ...]:
    """Phones of one phoneme event of espeak-ng; empty for pauses, tones and switches of language."""
    text = re.sub(r"\([^)]*\)|[ˈˌ?-]", "", ipa)
    text = re.sub(r"^ʔ(?=.)", "", text)  # Danish stød is no closure of its own
    known = {**ESPEAK_EVERYWHERE, **ESPEAK_BY_LANGUAGE.get(language, {})}
    return known[text] if text in known else segments(text)


ENGLISH: Mapping[str, str] = {
    "aa": "ɑ", "ae": "æ", "ah": "ʌ", "ao": "ɔ", "aw": "aʊ", "ax": "ə", "axr": "ɚ", "ay": "aɪ", "b": "b", "ch": "tʃ",
    "d": "d", "dh": "ð", "dx": "ɾ", "eh": "ɛ", "el": "əl", "em": "əm", "en": "ən", "er": "ɝ", "ey": "eɪ", "f": "f",
    "g": "ɡ", "hh": "h", "hv": "ɦ", "ih": "ɪ", "iy": "i", "jh": "dʒ", "k": "k", "l": "l", "m": "m", "n": "n",
    "nx": "ɾ", "ng": "ŋ", "ow": "oʊ", "oy": "ɔɪ", "p": "p", "r": "ɹ", "s": "s", "sh": "ʃ", "t": "t", "th": "θ",
    "uh": "ʊ", "uw": "u", "v": "v", "w": "w", "y": "j", "z": "z", "zh": "ʒ",
}  # fmt: skip
ITALIAN: Mapping[str, str] = {
    "i": "i", "e": "e", "E": "ɛ", "a": "a", "o": "o", "O": "ɔ", "u": "u", "j": "j", "w": "w", "p": "p", "t": "t",
    "k": "k", "b": "b", "d": "d", "g": "ɡ", "f": "f", "s": "s", "S": "ʃ", "v": "v", "z": "z", "Z": "ʒ", "ts": "ts",
    "tS": "tʃ", "dz": "dz", "dZ": "dʒ", "m": "m", "n": "n", "J": "ɲ", "ng": "ŋ", "nf": "ɱ", "l": "l", "L": "ʎ",
    "r": "r",
}  # fmt: skip
CATALAN: Mapping[str, str] = {**ITALIAN, "ax": "ə", "r": "ɾ", "rr": "r"}
FINNISH: Mapping[str, str] = {
    "a": "ɑ", "e": "e", "i": "i", "o": "o", "u": "u", "y": "y", "@": "æ", "7": "ø", "&": "ə", "p": "p", "t": "t",
    "k": "k", "b": "b", "d": "d", "g": "ɡ", "f": "f", "T": "θ", "D": "ð", "s": "s", "z": "z", "S": "ʃ", "Z": "ʒ",
    "h": "h", "v": "ʋ", "m": "m", "n": "n", "N": "ŋ", "l": "l", "L": "l", "r": "r", "j": "j", "w": "w",
}  # fmt: skip
CZECH: Mapping[str, str] = {
    "a": "a", "e": "ɛ", "i": "ɪ", "o": "o", "u": "u", "b": "b", "c": "ts", "c~": "tʃ", "ch": "x", "d": "d",
    "d~": "ɟ", "dz": "dz", "dz~": "dʒ", "f": "f", "g": "ɡ", "h": "ɦ", "j": "j", "k": "k", "l": "l", "m": "m",
    "n": "n", "n*": "ŋ", "n~": "ɲ", "p": "p", "r": "r", "r~": "ʒ", "r~*": "ʃ", "s": "s", "s~": "ʃ", "t": "t",
    "t~": "c", "v": "v", "z": "z", "z~": "ʒ",
}  # fmt: skip
RUSSIAN: Mapping[str, str] = {
    "ii": "i", "yy": "ɨ", "uu": "u", "ee": "e", "oo": "o", "aa": "a", "a": "ɐ", "e": "ɪ", "i": "ɪ", "y": "ɨ",
    "u": "ʊ", "ae": "ə", "ay": "ə", "ur": "ʊ", "c": "ts", "ch": "tɕ", "sh": "ʂ", "sch": "ɕː", "zh": "ʐ", "h": "x",
    "hh": "xʲ", "j": "j",
    **{name: {"g": "ɡ"}.get(name, name) for name in "pbtdkgfvszmnlr"},
    **{2 * name: {"g": "ɡ"}.get(name, name) + "ʲ" for name in "pbtdkgfvszmnlr"},
}  # fmt: skip
INDIAN: Mapping[str, str] = {
    "a": "ə", "aa": "aː", "ih": "ɪ", "iy": "iː", "uh": "ʊ", "uw": "uː", "eh": "e", "ee": "eː", "ay": "aɪ", "oh": "o",
    "oo": "oː", "aw": "aʊ", "f": "f", "k": "k", "g": "ɡ", "ch": "tʃ", "j": "dʒ", "T": "ʈ", "D": "ɖ", "th": "t",
    "dh": "d", "n": "n", "p": "p", "b": "b", "m": "m", "y": "j", "r": "ɾ", "l": "l", "v": "ʋ", "L": "ɭ", "R": "r",
    "s": "s", "sh": "ʃ", "h": "h", "kh": "kʰ", "gh": "ɡʰ", "td": "ʈʰ", "tth": "tʰ", "ddh": "dʰ", "bh": "bʰ",
    "w": "w",
}  # fmt: skip
SILENCES = frozenset({"pau", "h#", "brth", "#", "##", "_", "ssil", "sil", "SIL"})


def named_phones(name: str, names: Mapping[str, str]) -> tuple[str, ...]:
    """IPA of one phone of festival or flite, empty for silence; marks of stress (1) and length (:) may follow a name.

    Raises `UnknownPhone`.
    """
    if name in SILENCES:
        return ()
    plain = name if name in names else name.rstrip("1:")
    if plain not in names:
        raise UnknownPhone(f"The phone '{name}' is not in the table of its voice: add it there.")
    phones = segments(names[plain])
    return (phones[0] + "ː",) if name.endswith(":") and len(phones) == 1 and "ː" not in phones[0] else phones


_SPIRANTS = {"b": "β", "d": "ð", "ɡ": "ɣ"}
_STOPPING = frozenset("mnɲŋɱ")


def spirantize(before: str, phone: str) -> str:
    """Catalan b d g, which are stops only after a pause, a nasal or (d) a lateral."""
    if phone not in _SPIRANTS or not before or before[0] in _STOPPING or (phone == "d" and before[0] in "lʎ"):
        return phone
    return _SPIRANTS[phone]
