"""A take: one reading by one voice, timed. All that the mouth needs to speak it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from .errors import TakeError

FORMAT = "lockstep.take"
VERSION = 1
HOP = 0.01  # seconds between two values of a track

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Phone:
    """One speech sound.

    `start`, `end` in seconds from the start of the file (end > start); `ipa` one segment in IPA, affricates as one;
    `confidence` 0..1; `stress` 0 none, 1 primary, 2 secondary, on the nucleus of a stressed syllable.
    """

    start: float
    end: float
    ipa: str
    confidence: float = 1.0
    stress: int = 0

    def __post_init__(self) -> None:
        if not 0.0 <= self.start < self.end:
            raise TakeError(
                f"Phone '{self.ipa}' runs from {self.start} to {self.end} s; its end must be after its start."
            )


@dataclass(frozen=True, slots=True)
class Syllable:
    """A syllable: seconds, the index of its nucleus in the take's phones, and its prominence 0..1."""

    start: float
    end: float
    nucleus: int
    prominence: float


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the transcript, in seconds."""

    start: float
    end: float
    text: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """A stretch of speech between two pauses, in seconds."""

    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Audio:
    """Which sound the take was heard from: file name as given, SHA-256 of its bytes, seconds, Hz."""

    file: str
    sha256: str
    duration: float
    sample_rate: int


def _no_values() -> Floats:
    return np.zeros(0, np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Tracks:
    """Values every `hop` seconds: openness and rounding 0..1, energy in dB (full scale 0), pitch in Hz (NaN: unvoiced).

    Value i stands for the time (i + 0.5) * hop.
    """

    hop: float = HOP
    openness: Floats = field(default_factory=_no_values)
    rounding: Floats = field(default_factory=_no_values)
    energy: Floats = field(default_factory=_no_values)
    pitch: Floats = field(default_factory=_no_values)


@dataclass(frozen=True, slots=True, eq=False)
class Take:
    """One reading by one voice. Phones are in order and do not overlap; silence is the gap between them."""

    audio: Audio
    language: str
    recognizer: str
    transcript: str | None = None
    phones: tuple[Phone, ...] = ()
    syllables: tuple[Syllable, ...] = ()
    words: tuple[Word, ...] = ()
    phrases: tuple[Phrase, ...] = ()
    tracks: Tracks = field(default_factory=Tracks)
