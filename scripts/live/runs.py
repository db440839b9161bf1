"""The runs that are fed to the listener: who speaks, and through which microphone."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import conditions
import numpy as np
from check import voices
from check.speech import RATE, Speech, int16
from trials import Trial, pink

from engine.recognizer import Recognizer

SECONDS = 20.0  # of a run
SENTENCES = 6  # that espeak-ng says in one
CLEAN = "as it is"
QUIETER, BESIDE = -30.0, 10.0  # dB


@dataclass(frozen=True)
class Counts:
    """How many runs of each source."""

    synthesized: int = 24
    diphones: int = 30
    people: int = 40

    def limited(self, most: int | None, thin: int = 1) -> Counts:
        """One in `thin`, at least one and at most `most` of each."""
        wanted = (max(1, count // thin) for count in (self.synthesized, self.diphones, self.people))
        return Counts(*(min(count, most or count) for count in wanted))


def runs(judge: Path | None, real: Path | None, counts: Counts, ear: Recognizer) -> Iterator[Speech]:
    """The runs as they are, source by source; of people, those alone who were never heard in training."""
    yield from voices.spoken(voices.lines(counts.synthesized, SENTENCES, "live"))
    if judge is not None:
        yield from voices.diphones(judge, counts.diphones, SECONDS)
    if real is not None:
        from check.people import People  # PocketSphinx comes with it

        yield from (one for one in People(real, ear).speeches(counts.people, SECONDS) if one.held_out)


def quieter(speech: Speech) -> Speech:
    """A microphone turned down by 30 dB."""
    return speech.heard_as(_floats(speech) * 10 ** (QUIETER / 20), "quiet")


def noisy(speech: Speech) -> Speech:
    """Pink noise 10 dB under the speech, from the first moment on."""
    sound = _floats(speech).astype(np.float64)
    noise = pink(len(sound), np.random.default_rng(zlib.crc32(speech.name.encode())))
    share = np.sqrt(np.mean(sound**2) / (10 ** (BESIDE / 10) * np.mean(noise**2)))
    return speech.heard_as(sound + share * noise, "noisy")


def at_rate(rate: int) -> Callable[[Speech], Speech]:
    """What makes of a run the same as a microphone of `rate` Hz gives it."""

    def made(speech: Speech) -> Speech:
        trial = conditions.at_rate(Trial(speech.name, speech.samples, speech.language), rate)
        return replace(speech, name=f"{speech.name}, {rate} Hz", samples=trial.samples, rate=trial.rate)

    return made


MICROPHONES: dict[str, Callable[[Speech], Speech]] = {
    "30 dB quieter": quieter,
    "10 dB of noise": noisy,
    "44.1 kHz": at_rate(44100),
    "48 kHz": at_rate(48000),
    "8 kHz": at_rate(8000),
}
"""By the row's name: what the microphone does to a run."""


def _floats(speech: Speech) -> np.ndarray:
    assert speech.rate == RATE
    return speech.samples.astype(np.float32) / 32768


__all__ = ["CLEAN", "MICROPHONES", "Counts", "int16", "runs"]
