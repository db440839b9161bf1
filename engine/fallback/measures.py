"""What is measured of a phrase to tell how far its hearing is to be trusted."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ..doubt import LIMIT
from ..languages import Language
from ..phones import CLASSES, SILENCE, mouth_class
from ..prosody import TRUSTED, spoken_words
from ..recognizer import Posteriors, articulation_table
from ..recognizer.decode import spelling
from ..recognizer.identify import identify
from ..take import HOP, Phone, Phrase, Take
from .band import over_noise, powers

LOWEST = -8.0  # log-probability: further down, nothing is worse
OVER_NOISE = (0.0, 35.0)  # dB: beyond, nothing is easier to hear
STEADY = 0.25  # semitones between two frames under which a voice holds its pitch as instruments do
CONTACTS = ("closed", "teeth")
MEASURES = (
    *("sure", "sure_lips", "doubtful", "pace", "length", "told"),
    *("entropy", "mouths", "likeliest", "astray", "outside", "silent"),
    *("over_noise", "depth", "voiced", "steady", "foreign"),
)
"""What is measured of each phrase, in this order."""

Doubles = NDArray[np.float64]
Halves = NDArray[np.float16]


def measures(take: Take, posteriors: Posteriors, bands: Halves, language: Language) -> Doubles:
    """MEASURES of each phrase of a take [phrases, MEASURES].

    `posteriors` and `bands` (log-mels [frames, 48]) of the whole sound. `sure`, `sure_lips`, `doubtful`: mean
    confidence of phones and of those that bring lips into contact, and the share under 0.45; `pace` phones a second;
    `length` log seconds; `told` share that a text tells; `entropy`, `mouths`: of phones and of mouth classes, in nats;
    `likeliest`: probability of the likeliest mouth; `astray`: distance of the articulators from those of the likeliest
    phone; `outside`: share of what is heard that the language lacks; `silent`: probability of silence; `over_noise`
    dB; `depth` dB between loud and soft; `voiced` share of frames, `steady` share of those with an even pitch;
    `foreign`: probability that the whole sound is in another language than the one given, 0 where it was found.
    """
    if not take.phrases:
        return np.zeros((0, len(MEASURES)))
    starts = [phone.start for phone in take.phones]
    told = spoken_words(take.phones, take.words)
    lacking, foreign = _lacking(language.inventory), _foreign(take, posteriors)
    rows = []
    for phrase in take.phrases:
        own = slice(bisect_left(starts, phrase.start - 1e-6), bisect_left(starts, phrase.end))
        words = [owner >= 0 and take.words[owner].status in TRUSTED for owner in told[own]]
        first, stop = frames_of(phrase, len(bands))
        heard = [*_of_phones(take.phones[own], words), *_of_posteriors(posteriors.rows(first, stop), lacking)]
        rows.append([*heard, *_of_sound(take, bands, first, stop), foreign])
    return np.array(rows, np.float64)


def frames_of(phrase: Phrase, count: int) -> tuple[int, int]:
    """The first frame of a phrase and the one after its last, of `count`."""
    first = min(int(phrase.start / HOP), count - 1)
    return first, max(first + 1, min(count, round(phrase.end / HOP)))


def _of_phones(phones: Sequence[Phone], told: Sequence[bool]) -> list[float]:
    """sure, sure_lips, doubtful, pace, length, told."""
    sure = np.array([phone.confidence for phone in phones])
    length = np.array([phone.end - phone.start for phone in phones])
    lips = np.array([mouth_class(phone.ipa) in CONTACTS for phone in phones])
    mean = float(sure @ length / length.sum())
    seconds = phones[-1].end - phones[0].start
    of_lips = float(sure[lips].mean()) if lips.any() else mean
    doubtful = float(length[sure < LIMIT].sum() / length.sum())
    return [mean, of_lips, doubtful, len(phones) / seconds, float(np.log(seconds)), float(np.mean(told))]


def _of_posteriors(posteriors: Posteriors, lacking: NDArray[np.bool_]) -> list[float]:
    """entropy, mouths, likeliest, astray, outside, silent: means over frames."""
    logs = np.maximum(posteriors.phones.astype(np.float32), np.float32(LOWEST))
    shares = np.exp(logs)
    mouths = shares @ _mouths()
    entropy = -(shares * logs).sum(axis=1)
    mixed = -(mouths * np.log(np.maximum(mouths, 1e-6))).sum(axis=1)
    likeliest = logs.argmax(axis=1)
    astray = np.abs(posteriors.articulation.astype(np.float32) - articulation_table()[likeliest]).mean(axis=1)
    outside = shares[:, lacking].sum(axis=1)
    columns = (entropy, mixed, mouths.max(axis=1), astray, outside, shares[:, 0])
    return [float(column.mean()) for column in columns]


def _of_sound(take: Take, bands: Halves, first: int, stop: int) -> list[float]:
    """over_noise, depth, voiced, steady."""
    power, noise = powers(bands, first, stop)
    level = 10.0 * np.log10(power.sum(axis=1))
    depth = float(np.subtract(*np.percentile(level, (90.0, 10.0))))
    semitones = 12.0 * np.log2(take.tracks.pitch[first:stop].astype(np.float64))
    voiced = float(np.mean(~np.isnan(semitones)))
    steps = np.abs(np.diff(semitones))
    known = steps[~np.isnan(steps)]
    steady = float(np.mean(known < STEADY)) if len(known) else 0.0
    return [float(np.clip(over_noise(power, noise), *OVER_NOISE)), depth, voiced, steady]


def _foreign(take: Take, posteriors: Posteriors) -> float:
    """Where the language was given, the probability that it is another."""
    found = identify(posteriors) if take.identified is None else None
    return 0.0 if found is None or found.code is None else 1.0 - found.scores.get(take.language, 1.0)


@lru_cache(maxsize=1)
def _mouths() -> NDArray[np.float32]:
    """Which mouth each class of phones makes, 0 or 1 [classes, mouths]; silence is one of its own."""
    kinds = [mouth_class(phone) if phone else SILENCE for phone in CLASSES]
    return np.array([[kind == each for each in sorted(set(kinds))] for kind in kinds], np.float32)


@lru_cache(maxsize=16)
def _lacking(inventory: frozenset[str]) -> NDArray[np.bool_]:
    """The classes that no phone of a language is heard as [classes]."""
    return np.array([bool(phone) and not written for phone, written in zip(CLASSES, spelling(inventory), strict=True)])
