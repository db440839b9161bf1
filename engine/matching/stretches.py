"""The stretches of speech that only one of two takes has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from ..score.timeline import Timeline, timeline
from ..take import Take
from .phrases import PhraseMatch

FEW = 3  # phones without a like that are more than a slip of the ear
MANY = 5  # phones without a like that are words, though others are said in their place
TIMES = 2.0  # so many times the other take's phones in the same gap, and they are put in or left out

Span = tuple[float, float]
Block = tuple[int, int, int, int]  # first and last phone, old and new


def left_over(
    old: Take, new: Take, pairs: NDArray[np.int32], phrases: Sequence[PhraseMatch], by_sound: bool = True
) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """(left out: old seconds, inserted: new seconds): speech between what is matched.

    `by_sound`: phrases that share pairs are matched by these alone; else, and where they share none, as a whole.
    """
    own, other = timeline(old), timeline(new)
    blocks = _blocks(own, other, pairs if by_sound else np.full(len(pairs), -1, np.int32), phrases)
    left_out, inserted = [], []
    for first, last, start, end in _gaps(blocks, len(old.phones), len(new.phones)):
        gone, come = last - first + 1, end - start + 1
        if gone >= MANY or (gone >= FEW and gone > TIMES * come):
            left_out.append((own.starts[first], own.ends[last]))
        if come >= MANY or (come >= FEW and come > TIMES * gone):
            inserted.append((other.starts[start], other.ends[end]))
    return tuple(left_out), tuple(inserted)


def _blocks(own: Timeline, other: Timeline, pairs: NDArray[np.int32], phrases: Sequence[PhraseMatch]) -> list[Block]:
    """What is matched: pairs of phones, and whole phrases without any."""
    found = [(at, at, int(pairs[at]), int(pairs[at])) for at in np.flatnonzero(pairs >= 0).tolist()]
    by_sound = {(own.phrase[row], other.phrase[column]) for row, _, column, _ in found}
    for one in phrases:
        if one.old >= 0 and one.new >= 0 and (one.old, one.new) not in by_sound:
            found.append((own.first[one.old], own.last[one.old], other.first[one.new], other.last[one.new]))
    return sorted(found)


def _gaps(blocks: Sequence[Block], olds: int, news: int) -> Iterator[Block]:
    """What lies before, between and after the blocks: first and last phone of each take (last < first: none)."""
    row = column = 0
    for first, last, start, end in [*blocks, (olds, olds, news, news)]:
        yield row, first - 1, column, start - 1
        row, column = max(row, last + 1), max(column, end + 1)
