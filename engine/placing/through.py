"""Places of one take found in another, through the match of the two."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ..matching.alike import SURE
from ..phones import segments
from ..score import wording
from ..score.anchor import Anchor
from ..score.anchoring import seconds_in
from ..score.timeline import Timeline, timeline
from ..take import Take
from .placed import Place

if TYPE_CHECKING:
    from ..matching.match import Match
    from ..matching.phrases import PhraseMatch

JOINED = 0.06  # seconds: a gap within speech; a longer one is a pause
LEAST_STRETCH, MOST_STRETCH = 0.25, 4.0  # of handles and durations, however long a sound becomes
GUESSED = 0.3  # how sure a place is that follows the time map alone
MOST_MISSING = 3  # sounds in a row that may be heard otherwise and still have their place
LEAST_LIKE, MOST_LIKE = 0.35, 3.0  # how long what is heard in their place may be
DRIFT = 0.15  # seconds that a sound may lie from itself in the same recording


class Through:
    """Finds places of the take `home` in the take `take`, which `match` matches.

    `old`, `new`: their timelines; `kind`: the match's.
    """

    def __init__(self, match: Match, home: Take, take: Take) -> None:
        self.old, self.new = timeline(home), timeline(take)
        self._like: list[int] = match.pairs.tolist()
        self._sure: list[float] = match.sureness.tolist()
        self._time, self.kind = match.time, match.kind
        self._phrases: dict[int, list[PhraseMatch]] = defaultdict(list)
        for one in match.phrases:
            if one.old >= 0 and one.new >= 0:
                self._phrases[one.old].append(one)

    def seconds(self, anchor: Anchor) -> float:
        """Where the place is in its home take. Raises ScoreError where that has no such phone."""
        return seconds_in(anchor, self.old)

    def find(self, anchor: Anchor, follows: bool = False) -> Place:
        """The place in the new take; what `follows` its phrase is found wherever the phrase is."""
        if anchor.kind == "shot":
            return Place(min(max(anchor.amount, 0.0), self.new.duration))
        seconds, like = self.seconds(anchor), self.pair(anchor.index)
        if like >= 0:
            place = self._at_phone(anchor, like) if anchor.kind == "phone" else self._at_edge(anchor, like)
            if self.kind != "same sound" or abs(place.seconds - seconds) <= DRIFT:
                return place
        if self.kind == "same sound":
            return self._moved(anchor, seconds, wording.moved(anchor))
        found = self._beside(anchor, seconds) if anchor.kind == "phone" else self._other_edge(anchor)
        return found or (self._along(anchor, seconds) if follows else self._nowhere(anchor, seconds))

    def pace(self, anchor: Anchor) -> float:
        """How much longer the phrase of a place is in the new take, 1 where that is not known."""
        found = self.phrase(anchor) if anchor.kind != "shot" else None
        return bounded(found.stretch) if found is not None else 1.0

    def phrase(self, anchor: Anchor) -> PhraseMatch | None:
        """The match of the phrase, or of that part of it in which the place lies; None where the phrase has no like."""
        parts = self._phrases.get(self.old.phrase[anchor.index], ())
        seconds = self.seconds(anchor)
        return min(parts, key=lambda one: max(one.old_start - seconds, seconds - one.old_end, 0.0), default=None)

    def pair(self, index: int) -> int:
        """The phone of the new take that stands for phone `index`, -1 where there is none."""
        return self._like[index]

    def _at_phone(self, anchor: Anchor, like: int) -> Place:
        """Within the new phone; where two sounds were heard as one, or one as two, where time runs there."""
        start, end = self.new.starts[like], self.new.ends[like]
        length = self.old.ends[anchor.index] - self.old.starts[anchor.index]
        stretch = bounded((end - start) / length)
        if self._alone(anchor.index, like):
            seconds = start + anchor.amount * (end - start)
        else:
            beside = 0.5 * (end - start) if len(segments(anchor.ipa)) > 1 else 0.0
            at = self._time.forward(self.seconds(anchor))
            seconds = min(end + beside, max(start - beside, at))
        return self._told(anchor, Place(seconds, stretch, self._sure[anchor.index], "matched", like), like)

    def _alone(self, index: int, like: int) -> bool:
        """Whether two phones stand for each other only, each as one sound."""
        shared = like in self._like[max(0, index - 1) : index] or like in self._like[index + 1 : index + 2]
        return not shared and len(segments(self.old.ipas[index])) == len(segments(self.new.ipas[like]))

    def _at_edge(self, anchor: Anchor, like: int) -> Place:
        seconds, stretch = self._off_edge(anchor.index, like, anchor.amount, anchor.amount >= 0.0)
        return self._told(anchor, Place(seconds, stretch, self._sure[anchor.index]), like)

    def _told(self, anchor: Anchor, place: Place, like: int) -> Place:
        """The place; as one that moved where its sound was found by time alone and heard as another."""
        if self.kind != "same text" or self._sure[anchor.index] >= SURE:
            return place
        return replace(place, status="moved", reason=wording.heard_as(anchor, self.new.ipas[like]))

    def _off_edge(self, index: int, like: int, amount: float, after: bool) -> tuple[float, float]:
        """Seconds at `amount` from the edge of the new phone, and the stretch: pressed together in a shorter pause."""
        if after:
            old, new, edge = self.old.gap_after(index), self.new.gap_after(like), self.new.ends[like]
            room = self.old.duration - self.old.ends[index]
        else:
            old, new, edge = self.old.gap_before(index), self.new.gap_before(like), self.new.starts[like]
            room = self.old.starts[index]
        if old == float("inf"):  # before or after all speech: no neighbour's half
            old = 2.0 * max(room, abs(amount))
        pressed = min(1.0, new / old) if old > 0.0 else 1.0
        return edge + amount * pressed, bounded(pressed)

    def _beside(self, anchor: Anchor, seconds: float) -> Place | None:
        """Where a missing sound would be: between the sounds around it that are there, if these are near enough.

        Other sounds may stand there, about as long; without any only one sound may have been swallowed.
        """
        before, after = self._around(anchor.index)
        if self.kind == "other text" or before < 0 or not _together(self.old, before, after):
            return None
        left, right = self._like[before], self._like[after]
        others, missing = right - left - 1, after - before - 1
        if not 0 <= others <= MOST_MISSING or not _together(self.new, left, right):
            return None
        if not self._in_word(anchor.index, before, after, strictly=others == 0):
            return None
        sure = 0.5 * min(self._sure[before], self._sure[after])
        if others == 0:
            return self._swallowed(anchor, seconds, sure) if missing == 1 else None
        return self._heard_as(anchor, seconds, (before, after), sure)

    def _around(self, index: int) -> tuple[int, int]:
        """The sounds before and after a missing one that are there, MOST_MISSING between them at most; or (-1, -1)."""
        before = next((at for at in range(index - 1, max(-1, index - 2 - MOST_MISSING), -1) if self._like[at] >= 0), -1)
        stop = min(len(self._like), before + 2 + MOST_MISSING)
        after = next((at for at in range(index + 1, stop) if self._like[at] >= 0), -1)
        return (before, after) if before >= 0 and after >= 0 else (-1, -1)

    def _in_word(self, index: int, before: int, after: int, strictly: bool) -> bool:
        """Whether the missing sounds are of one word of which one neighbour is too, `strictly` both."""
        word = self.old.word
        one_word = all(word[at] == word[index] for at in range(before + 1, after))
        kin = [word[at] == word[index] for at in (before, after)]
        return one_word and (all(kin) if strictly else any(kin))

    def _swallowed(self, anchor: Anchor, seconds: float, sure: float) -> Place:
        before, after = anchor.index - 1, anchor.index + 1
        share = (seconds - _middle(self.old, before)) / (_middle(self.old, after) - _middle(self.old, before))
        left, right = _middle(self.new, self._like[before]), _middle(self.new, self._like[after])
        return Place(left + share * (right - left), 1.0, sure, "moved", -1, wording.moved(anchor))

    def _heard_as(self, anchor: Anchor, seconds: float, around: tuple[int, int], sure: float) -> Place | None:
        """At the same part of what is between the neighbours, where that is about as long."""
        left, right = (self._like[at] for at in around)
        start, end = self.old.ends[around[0]], self.old.starts[around[1]]
        new_start, new_end = self.new.ends[left], self.new.starts[right]
        stretch = (new_end - new_start) / max(end - start, 1e-3)
        if not LEAST_LIKE <= stretch <= MOST_LIKE:
            return None
        place = new_start + (seconds - start) / max(end - start, 1e-3) * (new_end - new_start)
        phone = min(max(left + 1, bisect_right(self.new.starts, place) - 1), right - 1)
        reason = wording.heard_as(anchor, self.new.ipas[phone])
        return Place(place, bounded(stretch), sure, "moved", phone, reason)

    def _other_edge(self, anchor: Anchor) -> Place | None:
        """A place in a pause of which the nearer sound is missing: from the sound across, or from its phrase's edge."""
        after = anchor.amount >= 0.0
        across = anchor.index + 1 if after else anchor.index - 1
        if 0 <= across < len(self.old.starts) and self.pair(across) >= 0:
            edge = self.old.starts[across] if after else self.old.ends[across]
            off = self.seconds(anchor) - edge
            seconds, stretch = self._off_edge(across, self.pair(across), off, not after)
            return Place(seconds, stretch, 0.7 * self._sure[across], "moved", -1, self._edge_reason(anchor))
        return self._phrase_edge(anchor, after)

    def _phrase_edge(self, anchor: Anchor, after: bool) -> Place | None:
        """From the edge of what is said of its phrase, where the place is beside the phrase."""
        phrase = self.old.phrase[anchor.index]
        beside = self.old.last if after else self.old.first
        if phrase not in self._phrases or beside[phrase] != anchor.index:
            return None
        if after:
            edge = max(one.new_end for one in self._phrases[phrase])
            like = _nearest(self.new.ends, edge)
        else:
            edge = min(one.new_start for one in self._phrases[phrase])
            like = _nearest(self.new.starts, edge)
        seconds, stretch = self._off_edge(anchor.index, like, anchor.amount, after)
        return Place(seconds, stretch, GUESSED, "moved", -1, self._edge_reason(anchor))

    def _edge_reason(self, anchor: Anchor) -> str:
        other = self.kind == "other text"
        return wording.other_text(anchor, "at the edge of its phrase") if other else wording.moved(anchor)

    def _along(self, anchor: Anchor, seconds: float) -> Place:
        """The place in the phrase, wherever its sounds are; unplaced where the phrase is not there."""
        if self.phrase(anchor) is None:
            return self._unplaced(seconds, wording.left_out(anchor))
        if self.kind == "other text":
            reason = wording.other_text(anchor, "at the same part of its phrase")
        else:
            reason = wording.moved(anchor)
        return self._moved(anchor, seconds, reason)

    def _moved(self, anchor: Anchor, seconds: float, reason: str) -> Place:
        return Place(self._time.forward(seconds), self.pace(anchor), GUESSED, "moved", -1, reason)

    def _nowhere(self, anchor: Anchor, seconds: float) -> Place:
        other = self.kind == "other text"
        return self._unplaced(seconds, wording.no_longer_said(anchor) if other else wording.missing(anchor))

    def _unplaced(self, seconds: float, reason: str) -> Place:
        return Place(self._time.forward(seconds), 1.0, 0.0, "unplaced", -1, reason)


def bounded(stretch: float) -> float:
    """A stretch within what handles and durations bear."""
    return min(MOST_STRETCH, max(LEAST_STRETCH, stretch))


def _middle(line: Timeline, index: int) -> float:
    return (line.starts[index] + line.ends[index]) / 2.0


def _nearest(times: Sequence[float], seconds: float) -> int:
    """The number of the rising time that is nearest."""
    at = bisect_left(times, seconds)
    return min((one for one in (at - 1, at) if 0 <= one < len(times)), key=lambda one: abs(times[one] - seconds))


def _together(line: Timeline, first: int, last: int) -> bool:
    """Whether nothing but short gaps lies between two phones."""
    return all(line.gap_after(index) <= JOINED for index in range(first, last))
