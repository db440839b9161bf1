"""Phones as the shared ones over which phone error is counted, so that no notation has an advantage.

Length, tone, aspiration, palatalisation and nasality are not told apart; r-sounds are one; a and ɑ are one;
schwa-like vowels are one with ʌ; ɪ ɨ and i are kept as ɪ and i; a doubled phone is one. Diphthongs are one symbol
whether they come as one or as two. For English the flap counts as t, the glottal stop is dropped and ɔ is ɑ.
"""

from __future__ import annotations

from collections.abc import Sequence

from mouths import Phone, letters_of

SHARED = {
    "ɑ": "a", "ɒ": "ɔ", "ʌ": "ə", "ɐ": "ə", "ɘ": "ə", "ɜ": "ə", "ɨ": "ɪ", "ᵻ": "ɪ", "ʏ": "y", "ʉ": "u", "ɵ": "ø",
    "ɹ": "r", "ɻ": "r", "ɾ": "r", "ʁ": "r", "ʀ": "r", "ɽ": "r", "ɝ": "ɚ", "χ": "x", "ħ": "h",
    "ɦ": "h", "q": "k", "c": "k", "ɟ": "ɡ", "g": "ɡ", "ʈ": "t", "ɖ": "d", "ɳ": "n", "ɭ": "l", "ɫ": "l", "ɴ": "ŋ",
    "ɱ": "m", "ʂ": "ʃ", "ʐ": "ʒ", "ʑ": "ʒ", "ɕ": "ʃ", "ʝ": "j", "ɰ": "ɣ", "dz": "ts", "dʑ": "dʒ", "tɕ": "tʃ",
    "ʈʂ": "tʃ", "ɖʐ": "dʒ", "ɸ": "f", "ø": "œ", "ɤ": "ə",
}  # fmt: skip
ENGLISH = {"ɾ": "t", "ɔ": "a", "ʔ": ""}
JOINED = {
    ("a", "ɪ"): "aɪ", ("a", "i"): "aɪ", ("a", "j"): "aɪ", ("a", "ʊ"): "aʊ", ("a", "u"): "aʊ", ("a", "w"): "aʊ",
    ("ɔ", "ɪ"): "ɔɪ", ("ɔ", "i"): "ɔɪ", ("o", "ɪ"): "ɔɪ", ("o", "i"): "ɔɪ", ("e", "ɪ"): "e", ("e", "i"): "e",
    ("ɛ", "ɪ"): "e", ("o", "ʊ"): "o", ("o", "u"): "o", ("o", "w"): "o", ("ə", "ʊ"): "o", ("ə", "r"): "ɚ",
    ("ɚ", "r"): "ɚ", ("æ", "ʊ"): "aʊ", ("ɔ", "y"): "ɔɪ",
}  # fmt: skip


def fold(phones: Sequence[str], language: str) -> list[str]:
    """The shared phones of a sequence of IPA phones; silences ("") are left out."""
    return [symbol for _, _, symbol in fold_in_time([(0.0, 0.0, ipa) for ipa in phones], language)]


def fold_in_time(phones: Sequence[Phone], language: str) -> list[Phone]:
    """The same of phones in time: what is joined has the first one's start and the last one's end."""
    table = SHARED | ENGLISH if language == "en" else SHARED
    out: list[Phone] = []
    for start, end, ipa in phones:
        parts = _parts(letters_of(ipa))
        step = (end - start) / max(1, len(parts))
        for index, part in enumerate(parts):
            # ɔ is told from ɑ only until diphthongs are joined
            symbol = "ɔ" if language == "en" and part == "ɔ" else table.get(part, part)
            if symbol:
                out.append((start + index * step, start + (index + 1) * step, symbol))
    joined = _join(out)
    if language == "en":
        joined = [(start, end, "a" if symbol == "ɔ" else symbol) for start, end, symbol in joined]
    return _undoubled(joined)


def _parts(letters: str) -> list[str]:
    if len(letters) > 1 and (letters == "pf" or all(letter in "aɑæɐʌɒɔoʊuyʏøœɛeəɘɜiɪɨɯɤɝɚ" for letter in letters)):
        return list(letters)
    return [letters]


def _join(phones: list[Phone]) -> list[Phone]:
    out: list[Phone] = []
    for start, end, symbol in phones:
        pair = (out[-1][2], symbol) if out else ("", symbol)
        if pair in JOINED:
            out[-1] = (out[-1][0], end, JOINED[pair])
        else:
            out.append((start, end, symbol))
    return out


def _undoubled(phones: list[Phone]) -> list[Phone]:
    out: list[Phone] = []
    for start, end, symbol in phones:
        if out and out[-1][2] == symbol:
            out[-1] = (out[-1][0], end, symbol)
        else:
            out.append((start, end, symbol))
    return out
