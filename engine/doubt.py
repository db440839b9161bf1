"""Where a reading is not sure of itself: the stretches that an artist should listen to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .take import Phone

LIMIT = 0.45  # confidence under which a phone is doubtful, unless the artist sets another: one phone in eight or so
NEAR = 0.2  # seconds between two doubtful phones that lie in one stretch: a syllable's length


@dataclass(frozen=True, slots=True)
class Stretch:
    """Seconds from the first to the last doubtful phone, all phones in between, and the lowest confidence (0..1)."""

    start: float
    end: float
    phones: tuple[Phone, ...]
    confidence: float

    @property
    def ipa(self) -> str:
        """What was heard there, a space between each two phones."""
        return " ".join(phone.ipa for phone in self.phones)


def doubtful(phones: Iterable[Phone], limit: float = LIMIT) -> tuple[Stretch, ...]:
    """The stretches of phones (in order) with a confidence under `limit` (0..1), those within NEAR joined."""
    groups: list[list[Phone]] = []
    waiting: list[Phone] = []  # sure phones, which belong to a stretch only if a doubtful one follows soon
    for phone in phones:
        if phone.confidence >= limit:
            waiting.append(phone)
            continue
        if groups and phone.start - groups[-1][-1].end <= NEAR:
            groups[-1] += [*waiting, phone]
        else:
            groups.append([phone])
        waiting = []
    return tuple(
        Stretch(group[0].start, group[-1].end, tuple(group), min(phone.confidence for phone in group))
        for group in groups
    )
