"""A placed score as acting in seconds, which performing goes by."""

from __future__ import annotations

from bisect import bisect_right

from ..acting.values import Acting, Feeling, Held, Move, Stress
from ..score.items import Emotion, Emphasis, Gesture, Pin
from ..score.timeline import Timeline, timeline
from ..take import Take
from .placed import Place, Placed

PACES = (0.7, 1.4)  # how much shorter and longer a gesture becomes
NEAR = 0.15  # seconds from a syllable in which an emphasis still is its


def resolve(placed: Placed, take: Take) -> Acting:
    """What of the score is laid, in the seconds, syllables and phones of `take`: all but its style and edits.

    Emphases that meet on one syllable add up. A gesture keeps its duration but for the pace of its phrase, 0.7 to 1.4
    of it. An emphasis far from any syllable, and a pin on no sound, have no effect.
    """
    line = timeline(take)
    stresses: dict[int, float] = {}
    feelings: list[Feeling] = []
    moves: list[Move] = []
    held: list[Held] = []
    for item, at in zip(placed.score.items(), placed.items, strict=True):
        if not at.laid:
            continue
        if isinstance(item, Emphasis):
            _stress(stresses, _syllable(line, at.start), item.amount)
        elif isinstance(item, Emotion):
            fade = min(item.fade, (at.end.seconds - at.start.seconds) / 2.0)
            feelings.append(Feeling(at.start.seconds, at.end.seconds, item.name, item.strength, fade))
        elif isinstance(item, Gesture):
            pace = min(PACES[1], max(PACES[0], at.start.stretch))
            moves.append(Move(at.start.seconds, item.duration * pace, item.name, item.strength))
        elif isinstance(item, Pin):
            held += [Held(at.start.phone, item.shape, item.strength)] if at.start.phone >= 0 else []
    found = tuple(Stress(number, amount) for number, amount in sorted(stresses.items()))
    return Acting(found, tuple(feelings), tuple(moves), tuple(held))


def _stress(stresses: dict[int, float], syllable: int, amount: float) -> None:
    if syllable >= 0:
        stresses[syllable] = min(1.0, max(-1.0, stresses.get(syllable, 0.0) + amount))


def _syllable(line: Timeline, place: Place) -> int:
    """The syllable that holds the place, or its phone; the nearest where neither is in one; -1 where none is near."""
    if place.phone >= 0 and line.syllable[place.phone] >= 0:
        return line.syllable[place.phone]
    syllables = line.syllables
    at = bisect_right([syllable.start for syllable in syllables], place.seconds) - 1
    near = [number for number in (at, at + 1) if 0 <= number < len(syllables)]
    away = {
        number: max(syllables[number].start - place.seconds, place.seconds - syllables[number].end, 0.0)
        for number in near
    }
    best = min(away, key=lambda number: away[number], default=-1)
    return best if best >= 0 and away[best] <= NEAR else -1
