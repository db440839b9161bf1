"""What is measured of a phrase to tell how far its hearing is to be trusted."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ..phones import CLASSES, SILENCE, mouth_class
from ..recognizer import Posteriors
from ..take import HOP, Phone, Phrase, Take
from .band import over_noise, powers

OVER_NOISE = (0.0, 35.0)  # dB: beyond, nothing is easier to hear
STEADY = 0.25  # semitones between two frames under which a voice holds its pitch as instruments do
MEASURES = ("sure", "silent", "likeliest", "over_noise", "depth", "voiced", "steady")
"""What is measured of each phrase, in this order."""

Doubles = NDArray[np.float64]
Halves = NDArray[np.float16]


def sureness(take: Take) -> Doubles:
    """Of each phrase the mean confidence of its phones by their length, 0..1 [phrases]."""
    found = []
    for own in _phones(take):
        length = [phone.end - phone.start for phone in own]
        sure = sum(phone.confidence * each for phone, each in zip(own, length, strict=True))
        found.append(sure / sum(length) if own else 1.0)
    return np.array(found, np.float64)


def _phones(take: Take) -> Iterator[Sequence[Phone]]:
    """The phones of each phrase."""
    starts = [phone.start for phone in take.phones]
    for phrase in take.phrases:
        yield take.phones[bisect_left(starts, phrase.start - 1e-6) : bisect_left(starts, phrase.end)]


def measures(take: Take, sure: Doubles, numbers: Sequence[int], posteriors: Posteriors, bands: Halves) -> Doubles:
    """MEASURES of the phrases with these numbers [numbers, MEASURES]; `sure` of all phrases as `sureness` gives it.

    `posteriors` and `bands` (log-mels [frames, 48]) of the whole sound. `silent`: mean probability of silence;
    `likeliest`: of the likeliest mouth class; `over_noise`: dB of loud frames over the quietest in the speech band;
    `depth`: dB between loud and soft there; `voiced`: share of frames with a pitch, `steady`: share of those that hold
    it.
    """
    rows = []
    for number in numbers:
        first, stop = frames_of(take.phrases[number], len(bands))
        heard = _of_posteriors(posteriors.rows(first, stop))
        rows.append([float(sure[number]), *heard, *_of_sound(take, bands, first, stop)])
    return np.array(rows, np.float64).reshape(len(rows), len(MEASURES))


def frames_of(phrase: Phrase, count: int) -> tuple[int, int]:
    """The first frame of a phrase and the one after its last, of `count`."""
    first = min(int(phrase.start / HOP), count - 1)
    return first, max(first + 1, min(count, round(phrase.end / HOP)))


def _of_posteriors(posteriors: Posteriors) -> tuple[float, float]:
    """silent, likeliest: means over frames."""
    shares = np.exp(posteriors.phones.astype(np.float32))
    return float(shares[:, 0].mean()), float((shares @ _mouths()).max(axis=1).mean())


def _of_sound(take: Take, bands: Halves, first: int, stop: int) -> tuple[float, float, float, float]:
    """over_noise, depth, voiced, steady."""
    power, noise = powers(bands, first, stop)
    level = 10.0 * np.log10(power.sum(axis=1))
    depth = float(np.subtract(*np.percentile(level, (90.0, 10.0))))
    semitones = 12.0 * np.log2(take.tracks.pitch[first:stop].astype(np.float64))
    steps = np.abs(np.diff(semitones))
    known = steps[~np.isnan(steps)]
    steady = float(np.mean(known < STEADY)) if len(known) else 0.0
    over = float(np.clip(over_noise(power, noise), *OVER_NOISE))
    return over, depth, float(np.mean(~np.isnan(semitones))), steady


@lru_cache(maxsize=1)
def _mouths() -> NDArray[np.float32]:
    """Which mouth each class of phones makes, 0 or 1 [classes, mouths]; silence is one of its own."""
    kinds = [mouth_class(phone) if phone else SILENCE for phone in CLASSES]
    return np.array([[kind == each for each in sorted(set(kinds))] for kind in kinds], np.float32)
