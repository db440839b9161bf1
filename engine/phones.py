"""The International Phonetic Alphabet as data: segments, articulatory features, and the nearest known phone.

The letters and diacritics are those of the IPA chart (2020). `CLASSES` are the phones that the recognizer tells
apart; every other letter falls back to the nearest of them by `distance`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

SILENCE = ""

VOWELS = ("i", "ɪ", "e", "ɛ", "æ", "a", "ɑ", "ʌ", "ə", "ɜ", "ɔ", "o", "ʊ", "u", "y", "ø", "œ", "ɨ", "ɯ", "ɤ")
CONSONANTS = (
    *("p", "b", "t", "d", "k", "ɡ", "ʔ", "m", "n", "ɲ", "ŋ"),
    *("f", "v", "θ", "ð", "s", "z", "ʃ", "ʒ", "ɕ", "ç", "x", "ɣ", "h", "ʕ", "β"),
    *("tʃ", "dʒ", "ts", "tɕ", "l", "ʎ", "ɹ", "r", "ɾ", "ʁ", "w", "j", "ɥ", "ʋ"),
)
CLASSES = (SILENCE, *VOWELS, *CONSONANTS)  # index 0 is silence

PLACES = (
    *("bilabial", "labiodental", "dental", "alveolar", "postalveolar", "retroflex"),
    *("alveolopalatal", "palatal", "velar", "uvular", "pharyngeal", "glottal"),
)
MANNERS = ("plosive", "affricate", "fricative", "nasal", "trill", "tap", "approximant", "lateral")


@dataclass(frozen=True, slots=True)
class Features:
    """How a phone is made.

    Vowels: `height` 0 close .. 1 open, `backness` 0 front .. 1 back. Consonants: `place`, `manner` from PLACES and
    MANNERS. `rounded`: lips rounded; `voiced`; `nasal`; `palatal`, `emphatic`: secondary articulations;
    `rhotic`: r-coloured; `long`, `aspirated`, `syllabic`, `tense`: as their diacritics say.
    """

    vowel: bool
    height: float = 0.5
    backness: float = 0.5
    rounded: bool = False
    place: str = ""
    manner: str = ""
    voiced: bool = True
    nasal: bool = False
    palatal: bool = False
    emphatic: bool = False
    rhotic: bool = False
    long: bool = False
    aspirated: bool = False
    syllabic: bool = False
    tense: bool = False


def _vowel(height: float, backness: float, rounded: bool = False, rhotic: bool = False) -> Features:
    return Features(True, height, backness, rounded, rhotic=rhotic, syllabic=True)


def _vowel_chart() -> dict[str, Features]:
    rows = (  # height: front unrounded, rounded; central unrounded, rounded; back unrounded, rounded
        (0.0, "i", "y", "ɨ", "ʉ", "ɯ", "u"),
        (0.33, "e", "ø", "ɘ", "ɵ", "ɤ", "o"),
        (0.67, "ɛ", "œ", "ɜ", "ɞ", "ʌ", "ɔ"),
        (1.0, "a", "ɶ", "ä", "", "ɑ", "ɒ"),
    )
    chart = {}
    for height, *letters in rows:
        for column, letter in enumerate(letters):
            if letter:
                chart[letter] = _vowel(height, (column // 2) / 2, column % 2 == 1)
    chart |= {"ɪ": _vowel(0.17, 0.15), "ʏ": _vowel(0.17, 0.15, True), "ʊ": _vowel(0.17, 0.85, True)}
    chart |= {"ə": _vowel(0.5, 0.5), "ɐ": _vowel(0.85, 0.6), "æ": _vowel(0.85, 0.0), "ᵻ": _vowel(0.17, 0.5)}
    chart |= {"ɚ": _vowel(0.5, 0.5, rhotic=True), "ɝ": _vowel(0.67, 0.5, rhotic=True)}
    return chart


def _consonant_chart() -> dict[str, Features]:
    rows = {  # one letter pair a place, voiceless then voiced; '.' where the chart is empty
        "plosive": "pb .. .. td .. ʈɖ .. cɟ kɡ qɢ .. ʔ.",
        "nasal": ".m .ɱ .. .n .. .ɳ .. .ɲ .ŋ .ɴ .. ..",
        "trill": ".ʙ .. .. .r .. .. .. .. .. .ʀ .. ..",
        "tap": ".. .ⱱ .. .ɾ .. .ɽ .. .. .. .. .. ..",
        "fricative": "ɸβ fv θð sz ʃʒ ʂʐ ɕʑ çʝ xɣ χʁ ħʕ hɦ",
        "approximant": ".. .ʋ .. .ɹ .. .ɻ .. .j .ɰ .. .. ..",
        "lateral": ".. .. .. .l .. .ɭ .. .ʎ .ʟ .. .. ..",
    }
    chart = {}
    for manner, row in rows.items():
        for place, pair in zip(PLACES, row.split(), strict=True):
            for voiced, letter in enumerate(pair):
                if letter != ".":
                    chart[letter] = _consonant(place, manner, bool(voiced))
    chart |= {"ɬ": _consonant("alveolar", "fricative", False), "ɮ": _consonant("alveolar", "fricative", True)}
    chart |= {"ɺ": _consonant("alveolar", "tap", True), "ɫ": replace(chart["l"], emphatic=True)}
    chart |= {"w": replace(chart["ɰ"], rounded=True), "ʍ": replace(chart["x"], rounded=True)}
    chart |= {"ɥ": replace(chart["j"], rounded=True), "ɧ": replace(chart["ʃ"], rounded=True)}
    chart |= {"ɓ": chart["b"], "ɗ": chart["d"], "ʄ": chart["ɟ"], "ɠ": chart["ɡ"], "ʛ": chart["ɢ"]}
    chart |= {"ʘ": chart["p"], "ǀ": chart["t"], "ǃ": chart["t"], "ǂ": chart["c"], "ǁ": chart["l"]}
    chart |= {"ʜ": chart["ħ"], "ʢ": chart["ʕ"], "ʡ": chart["ʔ"], "ꞎ": chart["ʂ"], "ɡ͡b": chart["b"], "k͡p": chart["p"]}
    return chart


def _consonant(place: str, manner: str, voiced: bool) -> Features:
    return Features(False, place=place, manner=manner, voiced=voiced, nasal=manner == "nasal")


LETTERS = _vowel_chart() | _consonant_chart()
_SAME = {"g": "ɡ", "ʦ": "ts", "ʣ": "dz", "ʧ": "tʃ", "ʤ": "dʒ", "ʨ": "tɕ", "ʥ": "dʑ", "ɩ": "ɪ", "ɷ": "ʊ", "!": "ǃ"}
_SAME |= {"ʼ": "'", "’": "'", ":": "ː", "ɼ": "r", "ȵ": "ɲ", "ȶ": "tɕ", "ɿ": "ɨ", "ʅ": "ɨ", "ɲ̟": "ɲ", "ʱ": "ʰ"}
_TIES = "͜͡"
_AFFRICATES = frozenset({"ts", "dz", "tʃ", "dʒ", "tɕ", "dʑ", "ʈʂ", "ɖʐ", "tʂ", "dʐ", "pf", "tθ", "cç", "kx"})
_MARKS: dict[str, dict[str, bool]] = {
    "ː": {"long": True},
    "ʰ": {"aspirated": True},
    "ʷ": {"rounded": True},
    "ʲ": {"palatal": True},
    "ˤ": {"emphatic": True},
    "ˠ": {"emphatic": True},
    "̃": {"nasal": True},
    "̩": {"syllabic": True},
    "̯": {"syllabic": False},
    "̥": {"voiced": False},
    "̊": {"voiced": False},
    "̬": {"voiced": True},
    "͈": {"tense": True},
    "˞": {"rhotic": True},
    "̹": {"rounded": True},
}
_SKIPPED = "ˈˌ'.‿|‖ \t\n_-˥˦˧˨˩↗↘ꜛꜜ0123456789"


def tidy(ipa: str) -> str:
    """`ipa` in one spelling: decomposed marks, one letter for each look-alike, no stress, tones, ties or breaks."""
    text = unicodedata.normalize("NFD", ipa)
    text = text.replace("c\u0327", "\u00e7").replace("a\u0308", "a").replace("g", "\u0261")
    for tied in ("k͡p", "ɡ͡b"):
        text = text.replace(tied, tied[0] + "\0" + tied[2])
    for tie in _TIES:
        text = text.replace(tie, "")
    return "".join(_SAME.get(letter, letter) for letter in text if letter not in _SKIPPED).replace("\0", "͡")


def segments(ipa: str) -> tuple[str, ...]:
    """Split a string of IPA into phones, affricates as one and marks with their letter: 'tʃaɪ' -> tʃ a ɪ."""
    text = tidy(ipa)
    found: list[str] = []
    at = 0
    while at < len(text):
        length = _letter_length(text, at)
        while at + length < len(text) and _is_mark(text[at + length]):
            length += 1
        if _is_mark(text[at]) and found:
            found[-1] += text[at : at + length]
        else:
            found.append(text[at : at + length])
        at += length
    return tuple(found)


def _letter_length(text: str, at: int) -> int:
    if text[at : at + 3] in LETTERS:
        return 3
    return 2 if text[at : at + 2] in _AFFRICATES or text[at : at + 2] in LETTERS else 1


def _is_mark(letter: str) -> bool:
    return letter in _MARKS or unicodedata.category(letter) in ("Mn", "Lm", "Sk")


@lru_cache(maxsize=4096)
def features(ipa: str) -> Features:
    """The articulatory features of one phone (of a diphthong: of its first part).

    Never raises: a letter that the chart does not hold counts as a mid central vowel.
    """
    text = tidy(ipa)
    base = _affricate(text[:2]) if text[:2] in _AFFRICATES else None
    if base is None:
        base = next((LETTERS[text[:n]] for n in (3, 2, 1) if text[:n] in LETTERS), LETTERS["ə"])
    for letter in text[1:]:
        changes: dict[str, Any] = _MARKS.get(letter, {})
        if changes:
            base = replace(base, **changes)
        elif not _is_mark(letter) and base.vowel:
            break
    return base


def _affricate(pair: str) -> Features:
    release = LETTERS[pair[1]]
    return replace(release, manner="affricate")


_MANNER_STEPS = {frozenset(pair): cost for *pair, cost in (
    ("plosive", "affricate", 0.5), ("affricate", "fricative", 0.6), ("plosive", "tap", 0.6), ("trill", "tap", 0.25),
    ("trill", "approximant", 0.5), ("tap", "approximant", 0.4), ("lateral", "approximant", 0.5),
    ("fricative", "approximant", 0.6), ("tap", "lateral", 0.5), ("trill", "fricative", 0.7),
)}  # fmt: skip


def distance(one: str, other: str) -> float:
    """How far two phones lie apart in articulation: 0 the same, about 1 for one clear difference, 3 and more no kin."""
    return _distance(features(one), features(other))


def _distance(a: Features, b: Features) -> float:
    if a.vowel != b.vowel:
        return _glide_distance(a, b) if a.vowel else _glide_distance(b, a)
    apart = 0.1 * (a.long != b.long) + 0.2 * (a.nasal != b.nasal) + 0.9 * (a.rounded != b.rounded)
    apart += 0.15 * (a.emphatic != b.emphatic) + 0.25 * (a.palatal != b.palatal)
    if a.vowel:
        return (
            apart + 2.0 * abs(a.height - b.height) + 1.2 * abs(a.backness - b.backness) + 0.5 * (a.rhotic != b.rhotic)
        )
    apart += _place_distance(a, b) + (
        0.0 if a.manner == b.manner else _MANNER_STEPS.get(frozenset((a.manner, b.manner)), 1.2)
    )
    return apart + 0.4 * (a.voiced != b.voiced) + 0.05 * (a.aspirated != b.aspirated) + 0.05 * (a.tense != b.tense)


def _place_distance(a: Features, b: Features) -> float:
    if a.place == b.place:
        return 0.0
    step = abs(PLACES.index(a.place) - PLACES.index(b.place))
    lips = (a.place == "bilabial") != (b.place == "bilabial") or (a.place == "labiodental") != (
        b.place == "labiodental"
    )
    return 0.15 + 0.2 * step + (1.5 if lips else 0.0)


def _glide_distance(vowel: Features, consonant: Features) -> float:
    if consonant.manner != "approximant":
        return 4.0
    return 1.5 + 2.0 * vowel.height + 0.9 * (vowel.rounded != consonant.rounded)


@lru_cache(maxsize=16384)
def _nearest(ipa: str, known: tuple[str, ...]) -> str:
    own = features(ipa)
    return min(known, key=lambda phone: (_distance(own, features(phone)), phone))


def nearest(ipa: str, known: Iterable[str]) -> str:
    """The phone of `known` that is made most like `ipa` (itself where it is known); ties go to the first in code order.

    Raises ValueError where `known` is empty.
    """
    choice = tuple(sorted(set(known) - {SILENCE}))
    if not choice:
        raise ValueError("There is no phone to choose from.")
    return ipa if ipa in choice else _nearest(ipa, choice)


# Where the plain distance would not give what is heard: one row a letter, with the class that sounds most like it.
_HEARD_AS = {
    "ɐ": "ʌ", "ɒ": "ɔ", "ʏ": "y", "ʉ": "u", "ɵ": "ø", "ɞ": "œ", "ɘ": "ə", "ᵻ": "ɪ", "ɚ": "ɜ", "ɝ": "ɜ",
    "ɶ": "œ", "q": "k", "ɢ": "ɡ", "c": "k", "ɟ": "ɡ", "ʈ": "t", "ɖ": "d", "ɳ": "n", "ɽ": "ɾ", "ɻ": "ɹ",
    "ɭ": "l", "ɱ": "m", "ɴ": "ŋ", "χ": "x", "ħ": "h", "ɦ": "h", "ʀ": "ʁ", "ʂ": "ʃ", "ʐ": "ʒ", "ʑ": "ʒ",
    "ʝ": "j", "ɸ": "f", "ɰ": "ɣ", "ʍ": "w", "ɫ": "l", "dz": "ts", "dʑ": "dʒ", "ʈʂ": "tʃ", "tʂ": "tʃ", "ɖʐ": "dʒ",
    "dʐ": "dʒ", "pf": "f", "ʙ": "b", "ɧ": "ʃ",
}  # fmt: skip


@lru_cache(maxsize=4096)
def classify(ipa: str) -> str:
    """The class of CLASSES under which the recognizer hears this phone; '' for an empty string."""
    text = tidy(ipa)
    if not text:
        return SILENCE
    for length in (3, 2, 1):
        letter = text[:length]
        if letter in CLASSES:
            return letter
        if letter in _HEARD_AS:
            return _HEARD_AS[letter]
    return nearest(text, CLASSES)


MOUTH_CLASSES = ("closed", "teeth", "open", "rounded", "other")
_OPEN = frozenset("aɑæʌɐäɛ")


def mouth_class(ipa: str) -> str:
    """The one of MOUTH_CLASSES that is seen on the lips: closed p b m; teeth f v ɱ ʋ; open; rounded; other."""
    own = features(ipa)
    text = tidy(ipa)
    if own.vowel:
        return "rounded" if own.rounded else "open" if text[:1] in _OPEN else "other"
    if own.place == "bilabial" and own.manner in ("plosive", "nasal", "affricate", "trill"):
        return "closed"
    if own.place == "labiodental":
        return "teeth"
    return "rounded" if own.rounded and own.manner == "approximant" else "other"
