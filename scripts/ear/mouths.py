"""Phones in time as six mouth classes in frames: what is true, what is also right, and what is not scored.

Phones are (start, end, ipa), seconds, in order, ipa "" or a gap for silence. Frames are 10 ms; frame i is looked at
in its middle, (i + 0.5) * 10 ms. The tables here are the field's own and no part of the engine that is judged.

Not scored: h and the glottal stop; the burst of p and b (the last 30 % of the phone, 40 ms at most); gaps shorter than
250 ms; 50 ms on either side of the edge of a longer one, which is silence. Also right: closed lips inside silence;
open or other for schwa-like vowels; rounded or other for r ʃ ʒ tʃ dʒ and for tongue consonants beside a rounded
vowel; open for k ɡ ŋ n l beside an open vowel.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

HOP = 0.01
MOUTHS = ("closed", "teeth", "open", "rounded", "other", "silence")
CLOSED, TEETH, OPEN, ROUNDED, OTHER, SILENCE = range(6)

PAUSE = 0.25
BESIDE_PAUSE = 0.05
BURST_SHARE, BURST_MOST = 0.3, 0.04

CLOSED_LETTERS = frozenset("pbmɓʘ")
TEETH_LETTERS = frozenset("fvɱʋ")
OPEN_LETTERS = frozenset("aɑæʌɐɛ")
ROUNDED_LETTERS = frozenset("uʊoɔɒyʏøœɵʉwɥɶɞ")
OTHER_VOWELS = frozenset("iɪeəɜɨɯɤɘɚɝᵻ")
VOWELS = OPEN_LETTERS | OTHER_VOWELS | (ROUNDED_LETTERS - frozenset("wɥ"))
SCHWA_LIKE = frozenset("əɜɘɚɝɐᵻ")
ROUNDABLE = frozenset("ɹɻrʃʒʂʐ")
OPENABLE = frozenset("kɡgŋnl")
LIPS = CLOSED_LETTERS | TEETH_LETTERS | frozenset("βɸwɥʍ")
UNSCORED = frozenset("hɦʔ")

Phone = tuple[float, float, str]
Span = tuple[float, float]


@dataclass(frozen=True)
class Piece:
    """A phone, or one half of a diphthong: seconds, base letters, index into MOUTHS."""

    start: float
    end: float
    letters: str
    mouth: int


@dataclass(frozen=True)
class Truth:
    """What the frames should show.

    `mouth` int8 [n], index into MOUTHS; `right` bool [n, 6], which answers are right; `scored` bool [n]. `closures`,
    `teeth`: seconds of each run of closed or lip-to-teeth phones; `pauses`: seconds of each long silence.
    """

    mouth: NDArray[np.int8]
    right: NDArray[np.bool_]
    scored: NDArray[np.bool_]
    closures: tuple[Span, ...]
    teeth: tuple[Span, ...]
    pauses: tuple[Span, ...]


def letters_of(ipa: str) -> str:
    """The phone's base letters, without length, aspiration, stress and other marks."""
    text = unicodedata.normalize("NFD", ipa.replace("ç", "ʝ"))
    return "".join(letter for letter in text if unicodedata.category(letter) in ("Ll", "Lo"))


def mouth_of(letters: str) -> int:
    """Index into MOUTHS of one piece's base letters ('kp' and 'ɡb' are closed)."""
    if not letters:
        return SILENCE
    if letters in ("kp", "ɡb", "gb") or letters[0] in CLOSED_LETTERS:
        return CLOSED
    for index, table in ((TEETH, TEETH_LETTERS), (OPEN, OPEN_LETTERS), (ROUNDED, ROUNDED_LETTERS)):
        if letters[0] in table:
            return index
    return OTHER


def pieces(phones: Sequence[Phone]) -> list[Piece]:
    """Phones without silences; diphthongs and pf split into equal parts."""
    found = []
    for start, end, ipa in phones:
        letters = letters_of(ipa)
        if letters and end > start:
            parts = list(letters) if _is_split(letters) else [letters]
            step = (end - start) / len(parts)
            for index, part in enumerate(parts):
                found.append(Piece(start + index * step, start + (index + 1) * step, part, mouth_of(part)))
    return found


def _is_split(letters: str) -> bool:
    return letters == "pf" or (len(letters) > 1 and all(letter in VOWELS for letter in letters))


def frames(phones: Sequence[Phone], count: int) -> NDArray[np.int8]:
    """Mouth class of each of `count` frames, int8; silence wherever there is no phone."""
    shown = np.full(count, SILENCE, np.int8)
    for piece in pieces(phones):
        shown[_within(piece.start, piece.end, count)] = piece.mouth
    return shown


def _within(start: float, end: float, count: int) -> slice:
    """Frames whose middles lie from `start` to before `end`."""
    first, last = (int(np.ceil(time / HOP - 0.5 - 1e-6)) for time in (start, end))
    return slice(min(max(first, 0), count), min(max(last, 0), count))


def spans(phones: Sequence[Phone], mouth: int, join: float = 0.015) -> tuple[Span, ...]:
    """Runs of pieces of one mouth class, those that touch (within `join` seconds) as one."""
    found: list[Span] = []
    for piece in pieces(phones):
        if piece.mouth != mouth:
            continue
        if found and piece.start - found[-1][1] <= join:
            found[-1] = (found[-1][0], piece.end)
        else:
            found.append((piece.start, piece.end))
    return tuple(found)


def truth(phones: Sequence[Phone], duration: float, either: frozenset[str] = frozenset()) -> Truth:
    """What `duration` seconds of these phones should show; letters of `either` are rightly open or rounded."""
    count = int(duration / HOP + 1e-6)
    parts = pieces(phones)
    mouth = frames(phones, count)
    right = np.zeros((count, 6), bool)
    right[np.arange(count), mouth] = True
    scored = np.zeros(count, bool)
    for index, piece in enumerate(parts):
        where = _within(piece.start, piece.end, count)
        scored[where] = not set(piece.letters) & UNSCORED
        for also in _also_right(parts, index) | ({OPEN, ROUNDED} if piece.letters[0] in either else set()):
            right[where, also] = True
        if piece.letters[-1] in "pb" and piece.mouth == CLOSED:
            burst = min(BURST_SHARE * (piece.end - piece.start), BURST_MOST)
            scored[_within(piece.end - burst, piece.end, count)] = False
    pauses = _pauses(parts, duration)
    for start, end in pauses:
        where = _within(start, end, count)
        scored[where] = True
        right[where, CLOSED] = True
    for start, end in pauses:
        for edge in [time for time in (start, end) if 0.0 < time < duration]:
            scored[_within(edge - BESIDE_PAUSE, edge + BESIDE_PAUSE, count)] = False
    return Truth(mouth, right, scored, spans(phones, CLOSED), spans(phones, TEETH), pauses)


def _also_right(parts: Sequence[Piece], index: int) -> set[int]:
    piece = parts[index]
    beside = [other for other in _neighbours(parts, index) if other.letters[0] in VOWELS]
    letters = set(piece.letters)
    found = set()
    if letters & SCHWA_LIKE:
        found |= {OPEN, OTHER}
    if letters & ROUNDABLE:
        found |= {ROUNDED, OTHER}
    is_tongue = not letters & (VOWELS | LIPS | UNSCORED)
    if is_tongue and any(other.mouth == ROUNDED for other in beside):
        found |= {ROUNDED, OTHER}
    if letters & OPENABLE and len(piece.letters) == 1 and any(other.mouth == OPEN for other in beside):
        found |= {OPEN}
    return found


def _neighbours(parts: Sequence[Piece], index: int) -> list[Piece]:
    near = [parts[other] for other in (index - 1, index + 1) if 0 <= other < len(parts)]
    here = parts[index]
    return [other for other in near if other.start - here.end < PAUSE and here.start - other.end < PAUSE]


def _pauses(parts: Sequence[Piece], duration: float) -> tuple[Span, ...]:
    edges = [0.0, *(time for piece in parts for time in (piece.start, piece.end)), duration]
    gaps = zip(edges[::2], edges[1::2], strict=True)
    return tuple((start, end) for start, end in gaps if end - start >= PAUSE - 1e-6)
