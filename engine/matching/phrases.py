"""The phrases of two takes: by the sounds that they share, and where they share none, in order by their lengths."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..score.timeline import Timeline, timeline
from ..take import Take
from .order import in_order, runs

SHARED = 2  # pairs that two phrases have in common, at least
SHORTEST = 0.1  # seconds that two phrases have in common, at least

Floats = NDArray[np.float64]
Block = tuple[int, int, int, int]  # first and last phrase, old and new


@dataclass(frozen=True, slots=True)
class PhraseMatch:
    """A phrase of the old take and the one of the new that stands for it, by number; -1 where there is none.

    `old_start` .. `new_end`: seconds of what they have in common (of no length in the take that has none); where one
    phrase is two in the other take, each part has a PhraseMatch. `stretch`: how much longer the new one is.
    """

    old: int
    new: int
    old_start: float
    old_end: float
    new_start: float
    new_end: float
    stretch: float = 1.0


def match_phrases(old: Take, new: Take, pairs: NDArray[np.int32], by_sound: bool = True) -> tuple[PhraseMatch, ...]:
    """The phrases, in order of time: `by_sound` those that share pairs first, and between them in order by length."""
    own, other = timeline(old), timeline(new)
    found = _shared(own, other, pairs) if by_sound else []
    pace = float(np.median([one.stretch for one in found])) if found else None
    for block in list(_apart(own, other, found)):
        found += _laid(own, other, block, pace)
    alone = [*_alone(own, {one.old for one in found}, found, True), *_alone(other, {one.new for one in found}, found)]
    return tuple(sorted([*found, *alone], key=lambda one: (one.old_start + one.new_start, one.old, one.new)))


def only_within(old: Take, new: Take, pairs: NDArray[np.int32], phrases: Sequence[PhraseMatch]) -> NDArray[np.int32]:
    """The pairs that lie in phrases that stand for each other; -1 for the rest."""
    own, other = timeline(old), timeline(new)
    known = {(one.old, one.new) for one in phrases}
    held = [place >= 0 and (own.phrase[at], other.phrase[place]) in known for at, place in enumerate(pairs.tolist())]
    return np.where(held, pairs, -1).astype(np.int32)


def with_edges(pieces: Floats, phrases: Sequence[PhraseMatch]) -> Floats:
    """`pieces` [k, 4] (see time_map) and the edges of the phrases as pieces of no length."""
    edges = [
        edge
        for one in phrases
        if one.old >= 0 and one.new >= 0
        for edge in ((one.old_start, one.old_start, one.new_start, one.new_start),
                     (one.old_end, one.old_end, one.new_end, one.new_end))
    ]  # fmt: skip
    both = np.concatenate([np.array(edges, np.float64).reshape(-1, 4), pieces])
    order = np.lexsort((both[:, 1], both[:, 0]))
    return both[order]


def _shared(own: Timeline, other: Timeline, pairs: NDArray[np.int32]) -> list[PhraseMatch]:
    common: dict[tuple[int, int], list[int]] = {}
    for at in np.flatnonzero(pairs >= 0).tolist():
        common.setdefault((own.phrase[at], other.phrase[int(pairs[at])]), []).append(at)
    found = []
    for (one, two), rows in common.items():
        shorter = min(own.last[one] - own.first[one], other.last[two] - other.first[two]) + 1
        if len(rows) >= min(SHARED, shorter):
            columns = [int(pairs[at]) for at in rows]
            before = sum(own.ends[at] - own.starts[at] for at in rows)
            after = sum(other.ends[at] - other.starts[at] for at in dict.fromkeys(columns))
            edges = own.starts[rows[0]], own.ends[rows[-1]], other.starts[columns[0]], other.ends[columns[-1]]
            found.append(PhraseMatch(one, two, *edges, after / before))
    return found


def _apart(own: Timeline, other: Timeline, shared: Sequence[PhraseMatch]) -> Iterator[Block]:
    """The blocks of phrases that share no sounds, between those that do."""
    last_old, last_new = -1, -1
    for old, new in [*((one.old, one.new) for one in shared), (len(own.phrases), len(other.phrases))]:
        if old > last_old + 1 and new > last_new + 1:
            yield last_old + 1, old - 1, last_new + 1, new - 1
        last_old, last_new = old, new


def _laid(own: Timeline, other: Timeline, block: Block, pace: float | None) -> Iterator[PhraseMatch]:
    """The phrases of a block by their order: a part for each two that have a stretch in common."""
    first, last, start, end = block
    olds = runs(own, own.first[first], own.last[last])
    news = runs(other, other.first[start], other.last[end])
    for (old, old_end), (new, new_end) in in_order(olds, news, pace):
        slope = (new_end - new) / (old_end - old)
        for number in _touched(own, old, old_end):
            for like in _touched(other, new, new_end):
                phrase, target = own.phrases[number], other.phrases[like]
                low = max(phrase.start, old, old + (target.start - new) / slope)
                high = min(phrase.end, old_end, old + (target.end - new) / slope)
                if high - low >= SHORTEST:
                    edges = low, high, new + (low - old) * slope, new + (high - old) * slope
                    yield PhraseMatch(number, like, *edges, slope)


def _touched(line: Timeline, start: float, end: float) -> range:
    """The phrases that have a part between two times."""
    first = bisect_right(line.phrases, start, key=lambda phrase: phrase.end)
    return range(first, bisect_left(line.phrases, end, key=lambda phrase: phrase.start))


def _alone(
    line: Timeline, matched: set[int], found: Sequence[PhraseMatch], is_old: bool = False
) -> Iterator[PhraseMatch]:
    """The phrases of one take that have no like: they stand at the end of what comes before them in the other."""
    for number, phrase in enumerate(line.phrases):
        if number in matched:
            continue
        if is_old:
            at = max((one.new_end for one in found if one.old < number), default=0.0)
            yield PhraseMatch(number, -1, phrase.start, phrase.end, at, at)
        else:
            at = max((one.old_end for one in found if one.new < number), default=0.0)
            yield PhraseMatch(-1, number, at, at, phrase.start, phrase.end)
