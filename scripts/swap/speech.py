"""A reading spoken by espeak-ng: its sound, and its phones in time with the word that each belongs to."""

from __future__ import annotations

import multiprocessing
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from synth_edges import Phone, loudness, resample, settle_pauses, snap_releases
from synth_espeak import Espeak, Mark
from synth_espeak_plan import label
from synth_phones import espeak_phones

from .lines import NORMAL, Reading
from .texts import VOICES

RATE = 16000
PITCH, RANGE = 50, 55
LEAD = 0.3  # seconds of silence before and after


@dataclass(frozen=True)
class TruePhone:
    """A phone from `start` to `end` seconds; the word of the first reading that it belongs to, and its line."""

    start: float
    end: float
    ipa: str
    origin: int
    line: int


@dataclass(frozen=True)
class Spoken:
    """Sound (int16 mono at RATE), what was said, and its true phones."""

    name: str
    samples: NDArray[np.int16]
    language: str
    script: str
    phones: tuple[TruePhone, ...]


def say(readings: Sequence[Reading]) -> list[Spoken]:
    """The readings spoken, the same samples every time: each by a process of its own, since the library remembers."""
    own = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=own, max_tasks_per_child=1) as pool:
        return list(pool.map(_say, readings))


def _say(reading: Reading) -> Spoken:
    return Voice().say(reading)


class Voice:
    """espeak-ng's library in this process. What it has said before shows a little in what it says next."""

    def __init__(self) -> None:
        import espeakng_loader

        self._espeak = Espeak(str(espeakng_loader.get_library_path()), str(espeakng_loader.get_data_path()))

    def say(self, reading: Reading) -> Spoken:
        """The reading spoken. Raises ValueError where espeak-ng lacks its voice."""
        voice = f"{VOICES[reading.language]}+{reading.variant}"
        if not self._espeak.select(voice, round(NORMAL * reading.speed), PITCH, RANGE):
            raise ValueError(f"espeak-ng has no voice '{voice}'.")
        text, places = reading.text()
        sound, marks = self._espeak.speak(text)
        samples = resample(sound, self._espeak.rate)
        first = label(marks, len(sound) / self._espeak.rate, loudness(samples), reading.language)
        settled = settle_pauses(snap_releases(first, samples), samples)
        heard = [(mark, espeak_phones(mark.ipa, reading.language)) for mark in marks]
        words = [_word_of(phone, heard) for phone in first]
        pad = round(LEAD * RATE)
        phones = []
        for phone in settled:
            place = words[_same(phone, first)]
            said = places[max(at for at in places if at <= max(place + 1, 1))]  # a full stop may be counted late
            phones.append(TruePhone(phone.start + LEAD, phone.end + LEAD, phone.ipa, said.origin, said.line))
        name = f"{voice} {reading.speed:g}"
        return Spoken(name, np.pad(samples, (pad, pad)), reading.language, reading.script, tuple(phones))


def _word_of(phone: Phone, heard: Sequence[tuple[Mark, tuple[str, ...]]]) -> int:
    """Where the word of a labelled phone begins in the text: that of the nearest event with its sound."""
    alike = [mark for mark, phones in heard if phone.ipa.rstrip("ʲ") in phones] or [mark for mark, _ in heard]
    return min(alike, key=lambda mark: max(phone.start - mark.start, mark.start - phone.end, 0.0)).word


def _same(phone: Phone, first: Sequence[Phone]) -> int:
    """The labelled phone that a settled one was."""
    middle = (phone.start + phone.end) / 2
    alike = [place for place, one in enumerate(first) if one.ipa == phone.ipa] or list(range(len(first)))
    return min(alike, key=lambda place: abs((first[place].start + first[place].end) / 2 - middle))
