"""Phones as rows of labels, for the formats that list those."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ... import phones as ipa
from ...take import Phone
from .labels import STRESS, symbol
from .table import Row


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

    `halved`: two vowels in one phone are two shapes.
    """
    rows = [Row(start, stop, symbol(name, alphabet)) for start, stop, name in _parts(phones, halved)]
    found: list[Row] = []
    for row in tiles(rows, end, symbol("", alphabet)):
        if found and found[-1].label == row.label:
            found[-1] = Row(found[-1].start, row.end, row.label)
        else:
            found.append(row)
    return found


def _parts(phones: Sequence[Phone], halved: bool) -> Iterator[tuple[float, float, str]]:
    for phone in phones:
        parts = ipa.segments(phone.ipa) if halved else (phone.ipa,)
        if len(parts) == 2 and all(ipa.features(part).vowel for part in parts):
            middle = (phone.start + phone.end) / 2.0
            yield phone.start, middle, parts[0]
            yield middle, phone.end, parts[1]
        else:
            yield phone.start, phone.end, phone.ipa
