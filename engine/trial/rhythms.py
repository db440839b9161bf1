"""Readings in odd rhythms, made without a sound: their phones are true."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from ..phones import features
from ..take import HOP, Audio, Phone, Phrase, Syllable, Take, Tracks

LEAD, TAIL = 0.4, 0.5  # seconds of silence before and after
PAUSE = 0.2  # seconds from which a gap parts two phrases
LOUD, VOICED, HISS, CLOSED, SILENT = -18.0, -26.0, -36.0, -48.0, -80.0  # dB: vowel, sonorant, hiss, closure, nothing

Parts = list[tuple[str, float, float]]  # IPA ('' for a pause), seconds, dB louder than usual


def _even() -> Parts:
    """Syllables at an even 8 per second."""
    return [(ipa, 0.0625, 0.0) for _ in range(6) for ipa in ("m", "ɑ", "d", "i", "b", "u", "s", "ɛ")]


def _held() -> Parts:
    """Very long vowels between quick consonants."""
    return [(ipa, 1.3 if features(ipa).vowel else 0.09, 0.0) for ipa in ("m", "ɑ", "p", "i", "f", "u", "b", "o")]


def _staccato() -> Parts:
    """Short syllables, each with a pause behind it."""
    row: Parts = []
    for consonant, vowel in (("p", "ɑ"), ("t", "i"), ("m", "u"), ("f", "ɛ"), ("b", "o"), ("k", "ɑ"), ("p", "i")):
        row += [(consonant, 0.07, 0.0), (vowel, 0.1, 0.0), ("", 0.3, 0.0)]
    return row


def _closures() -> Parts:
    """pa-pa-pa as fast as it can be said."""
    return [(ipa, 0.07 if ipa == "p" else 0.08, 0.0) for _ in range(16) for ipa in ("p", "ɑ")]


def _shout() -> Parts:
    """A whisper, and a shout after it."""
    line = ("m", "ɑ", "b", "i", "f", "u", "p", "ɛ", "s", "o", "m", "i")
    whisper: Parts = [(ipa, 0.09, -24.0) for ipa in line]
    return [*whisper, ("", 0.4, 0.0), *[(ipa, 0.16 if features(ipa).vowel else 0.1, 6.0) for ipa in line]]


def _usual() -> Parts:
    """A line as it is spoken, with a stressed syllable longer than its neighbours."""
    line = "h ɛ l o m a j b i w i m a p ə m p f ɔ r k u l d b o t s n a w".split()
    return [(ipa, 0.11 if features(ipa).vowel else 0.07, 0.0) for ipa in (*line, *line)]


RHYTHMS: Mapping[str, Callable[[], Parts]] = MappingProxyType(
    {
        "as spoken": _usual,
        "even syllables": _even,
        "long vowels": _held,
        "staccato": _staccato,
        "rapid closures": _closures,
        "whisper and shout": _shout,
    }
)


def rhythm(name: str) -> Take:
    """The take of one of RHYTHMS, in a language of no name ('und'), its level as the sounds have it."""
    parts, at = RHYTHMS[name](), LEAD
    phones: list[Phone] = []
    levels: list[tuple[float, float, float]] = []
    for ipa, seconds, louder in parts:
        if ipa:
            stress = int(features(ipa).vowel and len(phones) % 4 == 1)
            phones.append(Phone(at, at + seconds, ipa, 1.0, stress))
            levels.append((at, at + seconds, _level(ipa) + louder))
        at += seconds
    audio = Audio(f"{name}.wav", "0" * 64, at + TAIL, 16000)
    tracks = _tracks(levels, round((at + TAIL) / HOP))
    return Take(audio, "und", "made", None, tuple(phones), _syllables(phones), (), _phrases(phones), tracks)


def _level(ipa: str) -> float:
    own = features(ipa)
    if own.vowel:
        return LOUD
    if ipa in "mnlrjw":
        return VOICED
    return HISS if ipa in "fsh" else CLOSED


def _tracks(levels: list[tuple[float, float, float]], count: int) -> Tracks:
    middles = (np.arange(count) + 0.5) * HOP
    energy = np.full(count, SILENT, np.float32)
    for start, end, level in levels:
        energy[(middles >= start) & (middles < end)] = level
    smooth = np.convolve(np.pad(energy, 1, mode="edge"), np.full(3, 1.0 / 3.0), "valid").astype(np.float32)
    nothing = np.zeros(0, np.float32)
    return Tracks(HOP, nothing, nothing, smooth, nothing)


def _syllables(phones: list[Phone]) -> tuple[Syllable, ...]:
    found, start = [], 0
    for at, phone in enumerate(phones):
        if features(phone.ipa).vowel:
            first = phones[start] if phone.start - phones[start].start < 2.0 * PAUSE else phone
            found.append(Syllable(first.start, phone.end, at, 0.8 if phone.stress else 0.4, phone.stress))
            start = at + 1
    return tuple(found)


def _phrases(phones: list[Phone]) -> tuple[Phrase, ...]:
    spans: list[tuple[float, float]] = []
    for phone in phones:
        if spans and phone.start - spans[-1][1] < PAUSE:
            spans[-1] = (spans[-1][0], phone.end)
        else:
            spans.append((phone.start, phone.end))
    return tuple(Phrase(start, end) for start, end in spans)
