"""A written word as it is to be read aloud: sums of money, years, Roman numerals, capitals."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

_ROMAN = re.compile(r"(?=[IVX]{2})(X{0,3})(IX|IV|V?I{0,3})")
_ONES = {"": 0, "I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7, "VIII": 8, "IX": 9}
_DATE = re.compile(r"\d{1,4}([/.-])\d{1,2}\1\d{1,4}|\d+/\d+")
_CALL = re.compile(r"\d{3,}(-\d{2,})+")
_YEAR = re.compile(r"(?<!\d)(1[1-9]|20)([1-9]\d|0[1-9])(?!\d)")
MOST = 3
AMOUNT = "@"
"""Stands for the number in the name of a sign that is not said behind it."""

PAIRS, DIGITS = "pairs", "digits"
"""How years are said: nineteen ninety; one nine nine zero."""


def forms(said: str, symbols: Mapping[str, str], years: str = "") -> tuple[str, ...]:
    """The ways to read a word, the usual one first, at most 3.

    `symbols`: what a sign or a short form is called ("$" -> "dollars"). `years`: how those are said, PAIRS, DIGITS or
    as any number. Last comes the word without its signs, which not every voice knows (3.50, 10:30).
    """
    if said.lower() in symbols:
        return (symbols[said.lower()],)
    usual = said
    for symbol, name in symbols.items():
        usual = _named(usual, symbol, name)
    if _CALL.fullmatch(usual):
        return (" ".join(usual.replace("-", "")), usual)
    if _DATE.fullmatch(usual):
        usual = re.sub(r"[/.-]", " ", usual)
    found = _others(usual, years)
    if re.search(r"([^\W\d])\1$", usual) and said != said.upper():
        found.append(usual[:-1])
    bare = re.sub(r"[^\w\s'-]+|(?<!\w)-", " ", usual).strip()
    found += [bare] if bare and bare != usual else []
    return tuple(dict.fromkeys(found))[:MOST]


def _others(usual: str, years: str) -> list[str]:
    roman = _ROMAN.fullmatch(usual)
    if roman:
        return [str(10 * len(roman[1]) + _ONES[roman[2]]), usual.lower()]
    if years == PAIRS and _YEAR.search(usual):
        paired = _YEAR.sub(_pair, usual)
        return [paired, usual] if _YEAR.fullmatch(usual) else [usual, paired]
    if years == DIGITS and re.fullmatch(r"[12]\d{3}", usual):
        return [" ".join(usual), usual]
    if len(usual) > 1 and usual.isupper() and usual.isalpha():
        return [usual, usual.lower()]
    return [usual]


def _named(word: str, symbol: str, name: str) -> str:
    if symbol not in word or symbol.isalpha():
        return word
    amount = word.replace(symbol, "", 1).strip()
    if not any(letter.isdigit() for letter in amount):
        return word
    whole, point, cents = amount.partition(".")
    if point and len(cents) == 2 and cents.isdigit() and unicodedata.category(symbol[-1]) == "Sc":
        return f"{whole} {name} {cents}"
    return name.replace(AMOUNT, amount) if AMOUNT in name else f"{amount} {name}"


def _pair(found: re.Match[str]) -> str:
    century, year = found[1], found[2]
    if year[0] == "0":
        return f"{century} o {year[1]}" if century != "20" else found[0]
    return f"{century} {year}"
