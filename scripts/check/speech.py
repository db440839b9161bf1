"""One piece of speech with what is known of it: sound, phones in time, where it comes from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.errors import LockstepError
from engine.languages import Language, codes, load
from engine.prosody import describe
from engine.sound.source import ArraySource
from engine.take import Audio, Phone, Take, Tracks

RATE = 16000
SYNTHESIZED, DIPHONES, PEOPLE, CAPTURED = "espeak-ng", "diphones", "recordings", "captured"

Samples = NDArray[np.int16]
Timed = tuple[float, float, str]


@dataclass(frozen=True, eq=False)
class Speech:
    """Sound (int16 mono at RATE), its phones as (start, end, IPA) in seconds, and `truth`: who tells when they are.

    `held_out`: whether the recognizer never heard this speaker (or, of two sets, this text); `rate`: what its file
    says its rate is, in Hz; another than RATE plays it faster or slower.
    """

    name: str
    source: str
    language: str
    samples: Samples
    phones: tuple[Timed, ...]
    truth: str
    held_out: bool = True
    rate: float = RATE

    @property
    def duration(self) -> float:
        """Seconds as its file plays it."""
        return len(self.samples) / self.rate

    @property
    def file(self) -> ArraySource:
        """The sound as the engine reads it."""
        return ArraySource(self.samples.astype(np.float32) / 32768, round(self.rate), f"{self.name}.wav")

    def heard_as(self, samples: NDArray[np.floating], name: str) -> Speech:
        """The same said in another place: sound -1..1, kept from clipping; phones where they were."""
        return replace(self, name=f"{self.name}, {name}", samples=int16(samples))


def int16(samples: NDArray[np.floating]) -> Samples:
    """Sound -1..1 as int16; louder sound is turned down."""
    top = max(float(np.abs(samples).max(initial=0.0)), 1e-9)
    return np.round(samples * min(1.0, 0.99 / top) * 32767).astype(np.int16)


def language_of(code: str) -> Language:
    """Our language for a code such as "pt-br"; that for any language where we have none."""
    short = code.split("-")[0]
    return load(short if short in codes() else "und")


def take_of(phones: Sequence[Timed], speech: Speech, tracks: Tracks | None = None) -> Take:
    """A take of phones that are known, as an animator who hears them would time it.

    Of the recognizer's tracks only the sound's own are used, energy and pitch: nothing that it made of the sound.
    """
    said = [Phone(max(0.0, round(start, 3)), round(end, 3), ipa) for start, end, ipa in phones]
    said = [phone for phone in said if phone.end > phone.start]
    own = Tracks() if tracks is None else replace(tracks, openness=Tracks().openness, rounding=Tracks().rounding)
    language = language_of(speech.language)
    audio = Audio(f"{speech.name}.wav", "0" * 64, speech.duration, RATE)
    whole = Take(audio, language.code, "truth", None, tuple(said), tracks=own)
    try:
        described = describe(tuple(said), (), _full(tracks, speech.duration), language)
    except (LockstepError, ValueError, IndexError):
        return whole
    return replace(whole, phones=described[0], syllables=described[1], phrases=described[2])


def _full(tracks: Tracks | None, seconds: float) -> Tracks:
    """Tracks of the sound, or flat ones for a saying that has no sound."""
    if tracks is not None and len(tracks.energy):
        return tracks
    count = max(1, round(seconds / 0.01))
    level, pitch = np.full(count, -20.0, np.float32), np.full(count, np.nan, np.float32)
    return Tracks(0.01, np.zeros(count, np.float32), np.zeros(count, np.float32), level, pitch)


def joined(name: str, parts: Sequence[Speech], pauses: Sequence[float], lead: float = 0.3) -> Speech:
    """Several pieces one after the other, `lead` seconds of silence before and after, `pauses` between them."""
    samples: list[Samples] = [np.zeros(round(lead * RATE), np.int16)]
    phones: list[Timed] = []
    for number, part in enumerate(parts):
        at = sum(map(len, samples)) / RATE
        phones += [(start + at, end + at, ipa) for start, end, ipa in part.phones]
        samples.append(part.samples)
        gap = pauses[number] if number < len(pauses) else lead
        samples.append(np.zeros(round(gap * RATE), np.int16))
    return replace(parts[0], name=name, samples=np.concatenate(samples), phones=tuple(phones))
