"""The phrases of two takes: by the sounds that they share, and where they share none, in order by their lengths."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..phones import features
from ..take import Take
from .timeline import Timeline, timeline

SHARED = 2  # pairs that two phrases have in common, at least
LENGTH, COUNT, GAP = 1.0, 0.7, 0.3  # weights of the log ratios of duration, syllables and the pause after
SKIP = 1.6  # cost of a phrase without a like: as one five times as long
MERGE = 0.35  # cost of one phrase for two: a pause put in or left out
BESIDE = 40  # phrases off the straight line that are looked at
LEAST = 0.1  # seconds that a phrase or pause counts for, at least

Floats = NDArray[np.float64]
Group = tuple[int, int, int, int]  # first old phrase, how many (0 to 2), first new one, how many


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
    for group in list(_apart(own, other, found)):
        found += _parts(own, other, group)
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


def _apart(own: Timeline, other: Timeline, shared: Sequence[PhraseMatch]) -> Iterator[Group]:
    """The groups of phrases that share no sounds, between those that do."""
    pace = _pace(own, other, shared)
    last_old, last_new = -1, -1
    for old, new in [*((one.old, one.new) for one in shared), (len(own.phrases), len(other.phrases))]:
        if old > last_old + 1 and new > last_new + 1:
            yield from _in_order(_Block(own, last_old + 1, old, pace), _Block(other, last_new + 1, new, 0.0))
        last_old, last_new = old, new


def _pace(own: Timeline, other: Timeline, shared: Sequence[PhraseMatch]) -> float:
    """Log of how much longer new phrases are, as far as it is known."""
    if shared:
        return float(np.median(np.log([one.stretch for one in shared])))
    usual = [np.median([phrase.end - phrase.start for phrase in line.phrases]) for line in (own, other) if line.phrases]
    return float(np.log(usual[1] / usual[0])) if len(usual) == 2 else 0.0


class _Block:
    """Phrases `first` to `end` (left out) of a take: logs of their lengths, syllables and pauses after, singly and by
    two; `pace` is added to lengths.
    """

    def __init__(self, line: Timeline, first: int, end: int, pace: float) -> None:
        self.first, self.count = first, end - first
        phrases = line.phrases[first:end]
        nuclei = np.array([features(ipa).vowel for ipa in line.ipas], float)
        counts = [nuclei[line.first[at] : line.last[at] + 1].sum() for at in range(first, end)]
        starts = [*(phrase.start for phrase in phrases[1:]), phrases[-1].end + LEAST]
        spans = [(phrase.start, phrase.end) for phrase in phrases]
        single = [(end - start, number) for (start, end), number in zip(spans, counts, strict=True)]
        double = [(b[1] - a[0], m + n) for (a, m), (b, n) in zip(zip(spans, counts), zip(spans[1:], counts[1:]))]  # noqa: B905
        self.sizes = [self._logs(single, pace), self._logs(double, pace)]
        self.gaps = np.log([max(LEAST, start - end) for start, (_, end) in zip(starts, spans, strict=True)])

    @staticmethod
    def _logs(rows: Sequence[tuple[float, float]], pace: float) -> Floats:
        values = np.log(np.maximum([(length, count + 1.0) for length, count in rows], LEAST)).reshape(-1, 2)
        values[:, 0] += pace
        return values


def _cost(one: _Block, at: int, many: int, two: _Block, place: int, more: int) -> float:
    apart = np.abs(one.sizes[many - 1][at] - two.sizes[more - 1][place])
    gap = abs(one.gaps[at + many - 1] - two.gaps[place + more - 1])
    return float(LENGTH * apart[0] + COUNT * apart[1] + GAP * gap) + MERGE * (many + more - 2)


def _in_order(one: _Block, two: _Block) -> Iterator[Group]:
    """The cheapest way to lay two rows of phrases side by side, with merges of two and skips."""
    best: dict[tuple[int, int], tuple[float, int, int]] = {(0, 0): (0.0, 0, 0)}
    slope = two.count / one.count
    for row in range(one.count + 1):
        middle = row * slope
        low, high = (
            max(0, int(middle - BESIDE * max(1.0, slope))),
            min(two.count, int(middle + BESIDE * max(1.0, slope))),
        )
        for column in range(low, high + 1):
            ways = [_way(best, one, two, row, column, step) for step in ((1, 1), (1, 2), (2, 1), (1, 0), (0, 1))]
            found = [way for way in ways if way is not None]
            if found:
                best[row, column] = min(found)
    row, column = one.count, two.count
    groups = []
    while (row, column) in best and (row or column):
        _, many, more = best[row, column]
        row, column = row - many, column - more
        if many and more:
            groups.append((one.first + row, many, two.first + column, more))
    yield from groups[::-1]


def _way(
    best: dict[tuple[int, int], tuple[float, int, int]],
    one: _Block,
    two: _Block,
    row: int,
    column: int,
    step: tuple[int, int],
) -> tuple[float, int, int] | None:
    many, more = step
    before = best.get((row - many, column - more))
    if before is None:
        return None
    cost = _cost(one, row - many, many, two, column - more, more) if many and more else SKIP
    return before[0] + cost, many, more


def _parts(own: Timeline, other: Timeline, group: Group) -> Iterator[PhraseMatch]:
    """A group as pairs of phrases: one that is two in the other take is cut as they are long."""
    old, many, new, more = group
    olds = [(phrase.start, phrase.end) for phrase in own.phrases[old : old + many]]
    news = [(phrase.start, phrase.end) for phrase in other.phrases[new : new + more]]
    if many < more:
        olds = _cut(olds[0], news)
    elif more < many:
        news = _cut(news[0], olds)
    for at, (before, after) in enumerate(zip(olds, news, strict=True)):
        stretch = (after[1] - after[0]) / (before[1] - before[0])
        yield PhraseMatch(old + min(at, many - 1), new + min(at, more - 1), *before, *after, stretch)


def _cut(whole: tuple[float, float], parts: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    first, second = (end - start for start, end in parts)
    middle = whole[0] + (whole[1] - whole[0]) * first / (first + second)
    return [(whole[0], middle), (middle, whole[1])]


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
