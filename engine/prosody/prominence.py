"""Prominence: how far each syllable stands out.

After Tamburini, 'Automatic prosodic prominence detection in speech using acoustic features' (Eurospeech 2003):
nucleus duration, syllable energy and pitch movement against those nearby; and the stress of the word where a text
tells it.
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
from .syllables import spoken_words, syllables
from .tones import usual_pitch

NEIGHBOURS = 4  # syllables on each side that a syllable is weighed against
PRIMARY, SECONDARY = 0.6, 0.52  # prominence from which a syllable counts as stressed
WEIGHTS = (0.45, 0.4, 0.4)  # of duration, energy and pitch in prominence
LEAST_SPREAD = (0.35, 3.0, 2.0)  # log duration, dB, semitones: what any voice varies by, in however short a sound
REDUCTION = 2.5  # what a reduced vowel takes from prominence, times the language's own reduction
REDUCED = frozenset({"ə", "ɐ", "ᵻ"})  # the vowels that unstressed syllables give way to
LEXICAL = {-1: 0.0, 0: -0.8, 1: 0.9, 2: 0.3}  # what a word's stress adds to prominence; -1: not known
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
    cues = np.array([_cues(span, phones[span.nucleus], tracks, language, usual) for span in spans])
    score = np.zeros(len(spans))
    for column, (weight, spread) in enumerate(zip(WEIGHTS, LEAST_SPREAD, strict=True)):
        score += weight * _against_neighbours(cues[:, column], spread)
    reduced = np.array([ipa.tidy(phones[span.nucleus].ipa) in REDUCED for span in spans])
    score -= REDUCTION * language.prosody.reduction * reduced
    score += np.array([LEXICAL[stress] for stress in told])
    prominence: Doubles = 1.0 / (1.0 + np.exp(-1.2 * score))
    return prominence


def _cues(
    span: Syllable, nucleus: Phone, tracks: Tracks, language: Language, usual_pitch: float
) -> tuple[float, float, float]:
    """Nucleus duration (log of its share of the usual), loudest dB, and the pitch's reach in semitones."""
    duration = float(np.log((nucleus.end - nucleus.start) / language.timing.duration(nucleus.ipa)[0]))
    energy = _part(tracks.energy, nucleus.start, nucleus.end, tracks.hop)
    pitch = _part(tracks.pitch, span.start, span.end, tracks.hop)
    heard = 12.0 * np.log2(pitch[pitch > 0.0])
    # Movement counts fully, height over the voice's own middle by half.
    reach = float(np.ptp(heard) + 0.5 * (heard.max() - usual_pitch)) if len(heard) > 2 else 0.0
    return duration, float(energy.max(initial=-120.0)), min(reach, 18.0)


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
