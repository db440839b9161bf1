"""Numbers in the East Asian way: digits, tens, hundreds and thousands under units of ten thousand."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Numerals:
    """How a language says numbers: `digits` 0 to 9; `units` 10, 100, 1000; `myriads` 10^4, 10^8, 10^12.

    `point`: the decimal point; `ones`: whether one ten thousand begins with 'one'; `fused`: what runs together.
    """

    digits: Sequence[str]
    units: Sequence[str]
    myriads: Sequence[str]
    point: str
    ones: bool
    fused: Mapping[str, str]

    def said(self, number: str) -> str:
        """The words for digits with commas and a point in them; "" where it is not such a number."""
        plain = number.replace(",", "")
        if not re.fullmatch(r"\d{1,16}(\.\d+)?", plain):
            return ""
        whole, _, part = plain.partition(".")
        told = self._whole(int(whole))
        return told + (self.point + "".join(self.digits[int(digit)] for digit in part) if part else "")

    def _whole(self, number: int) -> str:
        if number == 0:
            return self.digits[0]
        out, level = "", 0
        while number:
            number, group = divmod(number, 10_000)
            if group:
                out = self._group(group, level) + (self.myriads[level - 1] if level else "") + out
            level += 1
        return out

    def _group(self, group: int, level: int) -> str:
        if level and group == 1 and not self.ones:
            return ""
        out = ""
        for power in (3, 2, 1, 0):
            digit = group // 10**power % 10
            if digit:
                unit = self.units[power - 1] if power else ""
                told = unit if digit == 1 and power else self.digits[digit] + unit
                out += self.fused.get(told, told)
        return out


JAPANESE = Numerals(
    ("ゼロ", "いち", "に", "さん", "よん", "ご", "ろく", "なな", "はち", "きゅう"),
    ("じゅう", "ひゃく", "せん"),
    ("まん", "おく", "ちょう"),
    "てん",
    True,
    {
        "さんひゃく": "さんびゃく",
        "ろくひゃく": "ろっぴゃく",
        "はちひゃく": "はっぴゃく",
        "さんせん": "さんぜん",
        "はちせん": "はっせん",
    },
)
KOREAN = Numerals(
    ("영", "일", "이", "삼", "사", "오", "육", "칠", "팔", "구"),
    ("십", "백", "천"),
    ("만", "억", "조"),
    "점",
    False,
    {},
)
