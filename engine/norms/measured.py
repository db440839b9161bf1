"""A reading's own figures: rate, pauses, how long its sounds are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from .. import phones
from ..take import Phone, Take

PAUSE = 0.15  # seconds from which a gap is a pause, and left out of the rate (Coupé et al. 2019)
MANNERS = {"plosive": "stop", "fricative": "fricative", "nasal": "nasal"}
LIQUIDS = ("lateral", "trill", "tap", "approximant")


@dataclass(frozen=True, slots=True)
class Measured:
    """What a reading has: `speech` seconds without pauses, `syllables`, the `pauses` in seconds, `durations` by class.

    `durations`: mean seconds and number of the sounds of each class of `table.CLASSES` that is there.
    """

    speech: float
    syllables: int
    pauses: tuple[float, ...]
    durations: dict[str, tuple[float, int]]

    @property
    def whole(self) -> float:
        """Seconds from the first sound to the last, pauses included."""
        return self.speech + sum(self.pauses)


def measure(take: Take) -> Measured:
    """The figures of a take; all of them 0 or empty where it holds no phone."""
    gaps = [after.start - before.end for before, after in pairwise(take.phones)]
    pauses = tuple(gap for gap in gaps if gap >= PAUSE)
    whole = take.phones[-1].end - take.phones[0].start if take.phones else 0.0
    return Measured(whole - sum(pauses), len(take.syllables), pauses, _durations(take.phones))


def _durations(row: Sequence[Phone]) -> dict[str, tuple[float, int]]:
    found: dict[str, list[float]] = {}
    for phone in row:
        sounds = _class(phone.ipa)
        if sounds:
            found.setdefault(sounds, []).append(phone.end - phone.start)
    return {sounds: (sum(own) / len(own), len(own)) for sounds, own in found.items()}


def _class(ipa: str) -> str:
    own = phones.features(ipa)
    if own.vowel:
        return "vowel"
    return "liquid" if own.manner in LIQUIDS else MANNERS.get(own.manner, "")
