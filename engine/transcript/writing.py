"""Which script a word is written in: what decides who can read it."""

from __future__ import annotations

from collections import Counter

# Ranges of code points by script, those that the readers here tell apart (Unicode's blocks, letters only).
_RANGES: tuple[tuple[int, int, str], ...] = (
    (0x0041, 0x024F, "latin"), (0x0250, 0x02AF, "ipa"), (0x0370, 0x03FF, "greek"), (0x0400, 0x052F, "cyrillic"),
    (0x0530, 0x058F, "armenian"), (0x0590, 0x05FF, "hebrew"), (0x0600, 0x077F, "arabic"),
    (0x08A0, 0x08FF, "arabic"), (0x0900, 0x097F, "devanagari"), (0x0980, 0x09FF, "bengali"),
    (0x0A00, 0x0A7F, "gurmukhi"), (0x0A80, 0x0AFF, "gujarati"), (0x0B00, 0x0B7F, "oriya"),
    (0x0B80, 0x0BFF, "tamil"), (0x0C00, 0x0C7F, "telugu"), (0x0C80, 0x0CFF, "kannada"),
    (0x0D00, 0x0D7F, "malayalam"), (0x0D80, 0x0DFF, "sinhala"), (0x0E00, 0x0E7F, "thai"), (0x0E80, 0x0EFF, "lao"),
    (0x0F00, 0x0FFF, "tibetan"), (0x1000, 0x109F, "burmese"), (0x10A0, 0x10FF, "georgian"),
    (0x1100, 0x11FF, "hangul"), (0x1200, 0x139F, "ethiopic"), (0x13A0, 0x13FF, "cherokee"),
    (0x1780, 0x17FF, "khmer"), (0x1800, 0x18AF, "mongolian"), (0x1E00, 0x1EFF, "latin"), (0x1F00, 0x1FFF, "greek"),
    (0x3041, 0x309F, "hiragana"), (0x30A0, 0x30FF, "katakana"), (0x3105, 0x312F, "bopomofo"),
    (0x3130, 0x318F, "hangul"), (0x31F0, 0x31FF, "katakana"),
    (0x3400, 0x4DBF, "han"), (0x4E00, 0x9FFF, "han"), (0xA960, 0xA97F, "hangul"),
    (0xAC00, 0xD7FF, "hangul"), (0xF900, 0xFAFF, "han"), (0xFB50, 0xFDFF, "arabic"), (0xFE70, 0xFEFC, "arabic"),
    (0xFF21, 0xFF5A, "latin"), (0xFF66, 0xFF9F, "katakana"), (0x20000, 0x3FFFF, "han"),
)  # fmt: skip
DIGITS, UNKNOWN = "digits", "unknown"


def script_of(letter: str) -> str:
    """The script of one character: "latin", "han", ...; "digits" for what is no letter; "unknown" for other letters."""
    code = ord(letter)
    if letter in "々〇〆":
        return "han"
    if not letter.isalpha():
        return DIGITS
    return next((name for first, last, name in _RANGES if first <= code <= last), UNKNOWN)


def main_script(word: str) -> str:
    """The script of most letters of `word`; "digits" where it has none. One IPA letter among Latin ones is Latin."""
    found = Counter(script_of(letter) for letter in word if letter.isalpha())
    if "latin" in found:
        found["latin"] += found.pop("ipa", 0)
    return found.most_common(1)[0][0] if found else DIGITS
