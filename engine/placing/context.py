"""Places of a take that is gone, found in another by what is around them; and places in their own take."""

from __future__ import annotations

import math
from collections import defaultdict
from functools import lru_cache

from ..phones import tidy
from ..score import wording
from ..score.anchor import Anchor
from ..score.anchoring import seconds_in
from ..score.timeline import timeline
from ..take import Take
from .placed import Place

NEIGHBOURS = (0.2, 0.1, 0.05)  # what each neighbour that agrees counts, the nearest first; both sides
WORD = 0.3  # what the word counts beside them, where both takes know it
SPREAD = 0.15  # what the place in the line counts among places that are equally alike
SURE, LIKELY = 0.75, 0.45  # agreement for 'matched' and for 'moved'


class Here:
    """Finds places in the take that they were made in."""

    def __init__(self, take: Take) -> None:
        self._line = timeline(take)

    def seconds(self, anchor: Anchor) -> float:
        """Where it is. Raises ScoreError where the take has no such phone."""
        return seconds_in(anchor, self._line)

    def find(self, anchor: Anchor, follows: bool = False) -> Place:
        """The place itself, exactly."""
        return Place(self.seconds(anchor), phone=anchor.index if anchor.kind == "phone" else -1)

    def pace(self, anchor: Anchor) -> float:
        """It is its own measure."""
        return 1.0


class ByContext:
    """Finds places of takes that are gone in the take `take`: by sound, neighbours, word, and place in the line."""

    def __init__(self, take: Take) -> None:
        self._line = timeline(take)
        self._same: dict[str, list[int]] = defaultdict(list)
        for index, ipa in enumerate(self._line.ipas):
            self._same[tidy(ipa)].append(index)
        self._sides: dict[int, tuple[tuple[str, ...], tuple[str, ...]]] = {}
        self._found: dict[tuple[object, ...], tuple[int, float]] = {}

    def seconds(self, anchor: Anchor) -> float:
        """Where it would be: the same part of the phrase of its number."""
        if not self._line.phrases:
            return 0.0
        phrase = self._line.phrases[min(anchor.phrase, len(self._line.phrases) - 1)]
        return phrase.start + anchor.share * (phrase.end - phrase.start)

    def find(self, anchor: Anchor, follows: bool = False) -> Place:
        """The place that is most alike; unplaced where none is alike enough, and what `follows` its phrase moved."""
        if anchor.kind == "shot":
            return Place(min(max(anchor.amount, 0.0), self._line.duration))
        index, agreement = self._likest(anchor)
        if agreement >= LIKELY:
            sure = agreement >= SURE
            reason = "" if sure else wording.unknown_take(anchor)
            phone = index if anchor.kind == "phone" else -1
            return Place(self._at(anchor, index), 1.0, agreement, "matched" if sure else "moved", phone, reason)
        placed = follows and anchor.phrase < len(self._line.phrases)
        reason = wording.unknown_take(anchor) if placed else wording.not_recognised(anchor)
        return Place(self.seconds(anchor), 1.0, agreement, "moved" if placed else "unplaced", -1, reason)

    def pace(self, anchor: Anchor) -> float:
        """Not known."""
        return 1.0

    def _at(self, anchor: Anchor, index: int) -> float:
        start, end = self._line.starts[index], self._line.ends[index]
        if anchor.kind == "phone":
            return start + anchor.amount * (end - start)
        if anchor.amount >= 0.0:
            return end + min(anchor.amount, self._line.gap_after(index) / 2.0)
        return start - min(-anchor.amount, self._line.gap_before(index) / 2.0)

    def _likest(self, anchor: Anchor) -> tuple[int, float]:
        """The phone most like the anchor's, and how well what is around it agrees, 0..1; places are asked for once."""
        asked = (anchor.ipa, anchor.before, anchor.after, anchor.word, anchor.phrase, anchor.share)
        if asked not in self._found:
            rated = [(self._agreement(anchor, index), index) for index in self._same.get(tidy(anchor.ipa), ())]
            rated.sort(key=lambda one: one[0] - SPREAD * self._apart(anchor, one[1]), reverse=True)
            self._found[asked] = (rated[0][1], rated[0][0]) if rated else (-1, 0.0)
        return self._found[asked]

    def _agreement(self, anchor: Anchor, index: int) -> float:
        word, both = self._line.spelling(index), 2.0 * sum(NEIGHBOURS)
        before, after = self._around(index)
        agreed = _alike(_plain(anchor.before[::-1]), before) + _alike(_plain(anchor.after), after)
        if not (anchor.word and word):
            return agreed / both
        return (agreed + WORD * (anchor.word.casefold() == word.casefold())) / (both + WORD)

    def _around(self, index: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
        if index not in self._sides:
            self._sides[index] = _plain(self._line.before(index)[::-1]), _plain(self._line.after(index))
        return self._sides[index]

    def _apart(self, anchor: Anchor, index: int) -> float:
        """How far a phone is from where the anchor's was in the line, in phrases, 1 at most."""
        off = self._line.phrase[index] + self._line.share(index) - anchor.phrase - anchor.share
        return min(1.0, abs(off))


@lru_cache(maxsize=4096)
def _plain(sounds: tuple[str, ...]) -> tuple[str, ...]:
    """The neighbours on one side, the nearest first, each in one spelling; '' where nobody is."""
    return tuple(tidy(sound) for sound in (sounds + ("",) * len(NEIGHBOURS))[: len(NEIGHBOURS)])


def _alike(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    """What the neighbours on one side count where they agree; nobody on both sides agrees too."""
    return math.fsum(weight for weight, a, b in zip(NEIGHBOURS, one, other, strict=True) if a == b)
