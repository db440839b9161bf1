"""Key names taken apart: prefix, core and side, whatever the case, the separators and the style of left and right."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

_SEPARATORS = re.compile(r"[\s_.\-:|/]+")
_COPY = re.compile(r"\.\d{3}$")  # Blender's mark of a second thing with the same name
_SIDE_LAST = re.compile(r"^(.+?)[\s_.\-]+([ud]?)(l|r|left|right)$", re.IGNORECASE)
_SIDE_FIRST = re.compile(r"^(l|r|left|right)[\s_.\-]+(.+)$", re.IGNORECASE)
_SIDE_WORD = re.compile(r"^(.*[a-z0-9])(Left|Right|[UD]?[LR])$")
_SIDE_KANJI = re.compile(r"^([左右])(.+)$|^(.+)([左右])$")
_SIDES = {"l": "l", "r": "r", "left": "l", "right": "r", "左": "l", "右": "r"}


class Reading(NamedTuple):
    """One way to read a key's name: what stands before it, the name itself, and its side ('l', 'r' or '')."""

    prefix: str
    core: str
    side: str


def plain(name: str) -> str:
    """`name` without case, width and separators; signs such as ω or ▲ stay."""
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", name)).casefold()


def split_side(name: str) -> tuple[str, str]:
    """The name without its side, and the side: 'mouthSmile_L', 'L_mouthSmile', 'mouthSmileLeft' -> mouthSmile, l.

    Upper and lower halves stay with the name: 'mouthFunnelUL' -> 'mouthFunnelU', l.
    """
    if found := _SIDE_LAST.match(name):
        return found[1] + found[2], _SIDES[found[3].casefold()]
    if found := _SIDE_FIRST.match(name):
        return found[2], _SIDES[found[1].casefold()]
    if found := _SIDE_WORD.match(name):
        half, side = ("", found[2]) if found[2] in ("Left", "Right") else (found[2][:-1], found[2][-1])
        return found[1] + half, _SIDES[side.casefold()]
    if found := _SIDE_KANJI.match(name):
        return (found[2] or found[3]), _SIDES[found[1] or found[4]]
    return name, ""


def readings(name: str) -> tuple[Reading, ...]:
    """Every way to read `name`, the whole name first, then with more and more taken as a prefix."""
    whole = _COPY.sub("", unicodedata.normalize("NFKC", name).strip())
    found: dict[Reading, None] = {}
    for text, side in dict.fromkeys((split_side(whole), (whole, ""))):
        pieces = [piece for piece in _SEPARATORS.split(text) if piece]
        for cut in range(len(pieces)):
            found[Reading("".join(pieces[:cut]).casefold(), "".join(pieces[cut:]).casefold(), side)] = None
    return tuple(sorted(found, key=lambda reading: len(reading.prefix)))
