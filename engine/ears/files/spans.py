"""Phones as rows of labels, for the formats that list those."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence

from ... import phones as ipa
from ...take import Phone
from .labels import STRESS, listed, symbol
from .table import Row

TOUCHING = 0.002  # seconds between two phones that touch


def labelled(phones: Sequence[Phone]) -> list[Row]:
    """Each phone as its IPA, with the mark of its stress."""
    return [Row(phone.start, phone.end, STRESS.get(phone.stress, "") + phone.ipa, phone.confidence) for phone in phones]


def tiles(rows: Sequence[Row], end: float, silence: str = "") -> list[Row]:
    """The rows, in order and not overlapping, with `silence` in every gap from 0 to `end`, in whole milliseconds."""
    found: list[Row] = []
    at = 0.0
    for row in rows:
        start, stop = round(row.start, 3), round(row.end or row.start, 3)
        if start > at:
            found.append(Row(at, start, silence))
        if stop > max(start, at):
            found.append(Row(max(start, at), stop, row.label, row.confidence))
            at = stop
    if round(end, 3) > at:
        found.append(Row(at, round(end, 3), silence))
    return found


def shapes(phones: Sequence[Phone], end: float, alphabet: str, halved: bool = False) -> list[Row]:
    """The mouth shapes of the phones and of the silence between them, like ones in a row as one.

    Two vowels that touch and make a diphthong of the alphabet are one shape. `halved`: two in one phone are two shapes.
    """
    parts = _parts(phones) if halved else _joined(phones, alphabet)
    rows = [Row(start, stop, symbol(name, alphabet)) for start, stop, name in parts]
    found: list[Row] = []
    for row in tiles(rows, end, symbol("", alphabet)):
        if found and found[-1].label == row.label:
            found[-1] = Row(found[-1].start, row.end, row.label)
        else:
            found.append(row)
    return found


def _joined(phones: Sequence[Phone], alphabet: str) -> Iterator[tuple[float, float, str]]:
    """Phones, those in two parts that the alphabet lists as one (a ɪ for aɪ) joined."""
    waiting = deque(phones)
    while waiting:
        phone = waiting.popleft()
        after = waiting[0] if waiting and waiting[0].start - phone.end < TOUCHING else None
        if after is not None and listed(phone.ipa + after.ipa, alphabet):
            yield phone.start, waiting.popleft().end, phone.ipa + after.ipa
        else:
            yield phone.start, phone.end, phone.ipa


def _parts(phones: Sequence[Phone]) -> Iterator[tuple[float, float, str]]:
    """Phones, two vowels in one as two."""
    for phone in phones:
        parts = ipa.segments(phone.ipa)
        if len(parts) == 2 and all(ipa.features(part).vowel for part in parts):
            middle = (phone.start + phone.end) / 2.0
            yield phone.start, middle, parts[0]
            yield middle, phone.end, parts[1]
        else:
            yield phone.start, phone.end, phone.ipa
