"""A target of the mouth in time."""

from __future__ import annotations

from dataclasses import dataclass

from .. import phones
from ..languages import Shape


@dataclass(frozen=True, slots=True)
class Gesture:
    """A target of the mouth in seconds: where it heads for (`shape`), and which phone of the take asked for it.

    `kind`: 'vowel', 'glide', 'consonant', 'rest' or 'breath'; `phone` is -1 for rest and breath; `effort` 0..2 as in
    `effort.py`; `pinned`: its shape is the artist's.
    """

    start: float
    end: float
    shape: Shape
    kind: str
    phone: int = -1
    effort: float = 1.0
    pinned: bool = False

    @property
    def duration(self) -> float:
        """Seconds."""
        return self.end - self.start


def kind_of(ipa: str) -> str:
    """The kind of gesture that a sound asks for."""
    own = phones.features(ipa)
    if own.vowel:
        return "vowel"
    return "glide" if own.manner == "approximant" else "consonant"
