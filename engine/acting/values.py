"""The acting of one take in its own seconds: what performing goes by."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stress:
    """Syllable number `syllable` of the take gets `amount` -1..1 more prominence."""

    syllable: int
    amount: float


@dataclass(frozen=True, slots=True)
class Feeling:
    """An emotion's name, from `start` to `end` seconds, at `strength` 0..1, in and out within `fade` seconds."""

    start: float
    end: float
    name: str
    strength: float
    fade: float


@dataclass(frozen=True, slots=True)
class Move:
    """A gesture's name, the second of its peak, its duration in seconds and its strength 0..1.

    A nod and a shake begin at `peak`: they accent what is said there and are seen after it (gestures.toml).
    """

    peak: float
    duration: float
    name: str
    strength: float


@dataclass(frozen=True, slots=True)
class Held:
    """Phone number `phone` of the take takes the shape of the sound `ipa`, `strength` 0..1 of the way."""

    phone: int
    ipa: str
    strength: float


@dataclass(frozen=True, slots=True)
class Acting:
    """All of a score but style and edits, resolved in one take."""

    stresses: tuple[Stress, ...] = ()
    feelings: tuple[Feeling, ...] = ()
    moves: tuple[Move, ...] = ()
    held: tuple[Held, ...] = ()
