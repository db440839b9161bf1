"""Prominence: how far each syllable stands out.

After Tamburini, 'Automatic prosodic prominence detection in speech using acoustic features' (Eurospeech 2003):
vowel duration, energy and pitch movement against those nearby, weighed as the language's accent asks; the vowel's own
quality; and the stress of the word where a text tells it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from .. import phones as ipa
from ..languages import Language
from ..take import Phone, Syllable, Tracks, Word
from .phrases import PAUSE
from .syllables import BREAK, VOWEL, sonority, spoken_words, syllables
from .tones import LEAST_VOICED, usual_pitch

NEIGHBOURS = 4  # syllables on each side that a syllable is weighed against
PRIMARY, SECONDARY = 0.6, 0.52  # prominence from which a syllable counts as stressed
CUES = ("duration", "energy", "range", "rise", "level")
LEAST_SPREAD = (0.35, 3.0, 2.0, 6.0, 2.0)  # log duration, dB, semitones: what any voice varies by, in any short sound
# What a cue's distance from those nearby, in spreads, adds to the log odds of prominence. Fitted to the stress of 5,000
# words of 11 languages (scripts/ear/prosody_trials.py); the rows of pitch and phrase accent are set by hand after it.
WEIGHTS = {
    "stress": (0.56, 0.40, 0.26, 0.28, 0.0),
    "pitch": (0.15, 0.30, 0.30, 0.10, 0.50),
    "tone": (0.56, 0.40, 0.26, 0.0, 0.0),
    "phrase": (0.56, 0.35, 0.26, 0.20, 0.0),
}
FINAL = -0.6  # of the last syllable before a pause, which is long anyway; not where accent itself is the phrase's
REDUCTION = -5.9  # of a reduced vowel, times the language's own reduction
HEIGHT = 1.3  # of an open vowel over a mid one, twice of a mid one over a close one, times the same
REDUCED = frozenset({"ə", "ɐ", "ᵻ"})  # the vowels that unstressed syllables give way to
LEXICAL = (-1.0, 1.1, 0.4)  # of no, primary and secondary stress, where the text tells it
TRUSTED = ("said", "repeated")  # words whose phones, and so their stress, are the text's

Doubles = NDArray[np.float64]


def mark_prominence(
    phones: Sequence[Phone], tracks: Tracks, language: Language, words: Sequence[Word] = ()
) -> tuple[tuple[Phone, ...], tuple[Syllable, ...]]:
    """Weigh the syllables: gives the phones with `stress` 1 or 2 on stressed nuclei, and syllables with prominence.

    In `words` of a text that are 'said' or 'repeated' the phones' own stress is the word's: it stays, on the nucleus,
    stands in the syllable's `stress`, and weighs in prominence where the text marks stress at all. Elsewhere phones
    get their stress by ear.
    """
    spans = syllables(phones, language, words)
    if not spans:
        return tuple(phones), ()
    told = _told(spans, phones, words)
    weights = _prominence(spans, phones, tracks, language, told)
    weighed = [
        replace(span, prominence=round(float(weight), 3), stress=max(stress, 0))
        for span, weight, stress in zip(spans, weights, told, strict=True)
    ]
    marked = [replace(phone, stress=0) for phone in phones]
    for syllable, heard, stress in zip(weighed, _stresses(weighed), told, strict=True):
        marked[syllable.nucleus] = replace(marked[syllable.nucleus], stress=heard if stress < 0 else stress)
    return tuple(marked), tuple(weighed)


def _told(spans: Sequence[Syllable], phones: Sequence[Phone], words: Sequence[Word]) -> list[int]:
    """The stress that the text gives each syllable; -1 for those it says nothing of."""
    owners = spoken_words(phones, words)
    known = [index >= 0 and words[index].status in TRUSTED for index in owners]
    if not any(phone.stress and trusted for phone, trusted in zip(phones, known, strict=True)):
        return [-1] * len(spans)
    starts = [phone.start for phone in phones]
    told = []
    for span in spans:
        first, stop = np.searchsorted(starts, [span.start - 1e-6, span.end - 1e-6])
        own = [phone.stress for phone in phones[first:stop] if phone.stress]
        told.append(min(own, default=0) if known[span.nucleus] else -1)
    return told


def _prominence(
    spans: Sequence[Syllable], phones: Sequence[Phone], tracks: Tracks, language: Language, told: Sequence[int]
) -> Doubles:
    usual = usual_pitch(tracks)
    cues = np.array([_cues(span, phones, tracks, usual) for span in spans])
    score = np.zeros(len(spans))
    for column, weight in enumerate(WEIGHTS[language.prosody.accent]):
        if weight:
            score += weight * _against_neighbours(cues[:, column], LEAST_SPREAD[column])
    if language.prosody.accent != "phrase":
        score[_before_pauses(spans)] += FINAL
    quality = [_quality(phones[span.nucleus].ipa, language) for span in spans]
    score += [own if stress < 0 else LEXICAL[stress] for own, stress in zip(quality, told, strict=True)]
    prominence: Doubles = 1.0 / (1.0 + np.exp(-score))
    return prominence


def _quality(nucleus: str, language: Language) -> float:
    """What the vowel itself tells: full and open ones are stressed where others give way."""
    height = ipa.features(nucleus).height - 0.5
    return language.prosody.reduction * (HEIGHT * height + REDUCTION * (ipa.tidy(nucleus) in REDUCED))


def _before_pauses(spans: Sequence[Syllable]) -> NDArray[np.intp]:
    last = [i for i in range(len(spans)) if i + 1 == len(spans) or spans[i + 1].start - spans[i].end >= BREAK - 1e-6]
    return np.array(last, np.intp)


def _cues(
    span: Syllable, phones: Sequence[Phone], tracks: Tracks, usual_pitch: float
) -> tuple[float, float, float, float, float]:
    """CUES of a syllable: log seconds of its vowels, mean dB of its nucleus, and its pitch in semitones."""
    nucleus = phones[span.nucleus]
    energy = _part(tracks.energy, nucleus.start, nucleus.end, tracks.hop)
    pitch = _part(tracks.pitch, span.start, span.end, tracks.hop)
    heard = 12.0 * np.log2(pitch[pitch > 0.0]) - usual_pitch
    duration = float(np.log(_vowel_length(span, phones)))
    loudness = float(energy.mean()) if len(energy) else -120.0
    if len(heard) < LEAST_VOICED:
        return duration, loudness, 0.0, 0.0, 0.0
    reach = min(float(np.ptp(heard)), 18.0)
    return duration, loudness, reach, float(np.clip(heard[-1] - heard[0], -12.0, 12.0)), float(heard.mean())


def _vowel_length(span: Syllable, phones: Sequence[Phone]) -> float:
    """Seconds of the nucleus and the vowels that touch it in its syllable: a diphthong counts as a whole."""
    first = last = span.nucleus
    while first > 0 and _is_vowel_in(span, phones[first - 1]):
        first -= 1
    while last + 1 < len(phones) and _is_vowel_in(span, phones[last + 1]):
        last += 1
    return phones[last].end - phones[first].start


def _is_vowel_in(span: Syllable, phone: Phone) -> bool:
    inside = phone.start >= span.start - 1e-6 and phone.end <= span.end + 1e-6
    return inside and sonority(phone.ipa) == VOWEL


def _part(track: NDArray[np.float32], start: float, end: float, hop: float) -> Doubles:
    first = int(start / hop)
    return track[first : max(first + 1, round(end / hop))].astype(np.float64)


def _against_neighbours(values: Doubles, least_spread: float) -> Doubles:
    """Each value's distance from the mean of those around it, in deviations of the whole row."""
    deviation = max(float(values.std()), least_spread)
    sums = np.concatenate([[0.0], np.cumsum(values)])
    index = np.arange(len(values))
    low, high = np.maximum(index - NEIGHBOURS, 0), np.minimum(index + NEIGHBOURS + 1, len(values))
    local = (sums[high] - sums[low]) / (high - low)
    apart: Doubles = (values - local) / deviation
    return apart


def _stresses(spans: Sequence[Syllable]) -> list[int]:
    """1 on peaks of prominence, 2 on lesser ones with none beside them; the strongest of a phrase is always 1."""
    weights = [span.prominence for span in spans]
    stresses = [0] * len(spans)
    for first, last in _groups(spans):
        inside = range(first, last)
        for index in inside:
            around = [weights[i] for i in (index - 1, index + 1) if first <= i < last]
            if weights[index] >= PRIMARY and weights[index] >= max(around, default=0.0):
                stresses[index] = 1
        stresses[max(inside, key=lambda index: (weights[index], -index))] = 1
        for index in inside:
            beside = [stresses[i] for i in (index - 1, index + 1) if first <= i < last]
            if stresses[index] == 0 and weights[index] >= SECONDARY and 1 not in beside:
                stresses[index] = 2
    return stresses


def _groups(spans: Sequence[Syllable]) -> list[tuple[int, int]]:
    """First and past-the-last index of the syllables of each phrase."""
    cuts = [i for i in range(1, len(spans)) if spans[i].start - spans[i - 1].end >= PAUSE - 1e-6]
    return list(zip([0, *cuts], [*cuts, len(spans)], strict=True))
