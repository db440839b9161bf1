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


RADIO: Mapping[str, str] = {
    "aa": "ɑ", "ae": "æ", "ah": "ʌ", "ao": "ɔ", "aw": "aʊ", "ax": "ə", "axr": "ɚ", "ay": "aɪ", "b": "b", "ch": "tʃ",
    "d": "d", "dh": "ð", "dx": "ɾ", "eh": "ɛ", "el": "əl", "em": "m", "en": "ən", "er": "ɝ", "ey": "eɪ", "f": "f",
    "g": "ɡ", "hh": "h", "hv": "ɦ", "ih": "ɪ", "iy": "i", "jh": "dʒ", "k": "k", "l": "l", "m": "m", "n": "n",
    "nx": "ɾ", "ng": "ŋ", "ow": "oʊ", "oy": "ɔɪ", "p": "p", "r": "ɹ", "s": "s", "sh": "ʃ", "t": "t", "th": "θ",
    "uh": "ʊ", "uw": "u", "v": "v", "w": "w", "y": "j", "z": "z", "zh": "ʒ",
}  # fmt: skip
SILENCES = frozenset({"pau", "h#", "brth", "#", "_", "ssil", "sil", "SIL", "##", "#1", "#2", "#3", "!"})
