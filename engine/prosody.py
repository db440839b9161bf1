"""Syllables, prominence and phrases of a row of phones.

Syllables by sonority with maximal onsets. Prominence after Tamburini, 'Automatic prosodic prominence detection in
speech using acoustic features' (Eurospeech 2003): nucleus duration, syllable energy and pitch movement against those
nearby.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from . import phones as ipa
from .languages import Language
from .take import Phone, Phrase, Syllable, Tracks

PAUSE = 0.25  # seconds of silence that end a phrase
BREAK = 0.12  # seconds of silence that no syllable spans
NEIGHBOURS = 4  # syllables on each side that a syllable is weighed against
PRIMARY, SECONDARY = 0.6, 0.52  # prominence from which a syllable counts as stressed
WEIGHTS = (0.45, 0.4, 0.4)  # of duration, energy and pitch in prominence
LEAST_SPREAD = (0.35, 3.0, 2.0)  # log duration, dB, semitones: what any voice varies by, in however short a sound
REDUCTION = 2.5  # what a reduced vowel takes from prominence, times the language's own reduction
REDUCED = frozenset({"ə", "ɐ", "ᵻ"})  # the vowels that unstressed syllables give way to

_SONORITY = {"plosive": 0, "affricate": 1, "fricative": 2, "nasal": 3, "lateral": 4, "trill": 4, "tap": 4}
_SONORITY |= {"approximant": 5}
VOWEL = 6
CLOSE = 0.2  # height of vowels, from here down they can be the glide of a diphthong

Doubles = NDArray[np.float64]


def phrases(phones: Sequence[Phone], pause: float = PAUSE) -> tuple[Phrase, ...]:
    """The stretches between silences of at least `pause` seconds."""
    return tuple(Phrase(run[0].start, run[-1].end) for run in _split(phones, pause))


def _split(phones: Sequence[Phone], gap: float) -> list[list[Phone]]:
    runs: list[list[Phone]] = []
    for phone in phones:
        if not runs or phone.start - runs[-1][-1].end >= gap - 1e-6:
            runs.append([])
        runs[-1].append(phone)
    return runs


def sonority(phone: str) -> int:
    """0 plosive, 1 affricate, 2 fricative, 3 nasal, 4 liquid, 5 glide, 6 vowel."""
    own = ipa.features(phone)
    return VOWEL if own.vowel else _SONORITY.get(own.manner, 0)


def syllables(phones: Sequence[Phone], language: Language) -> tuple[Syllable, ...]:
    """The syllables in order, each phone in one of them; prominence 0 for now."""
    found: list[Syllable] = []
    at = 0
    for run in _split(phones, BREAK):
        names = [phone.ipa for phone in run]
        nuclei = find_nuclei(names, language)
        starts = [0, *(_onset(names, left, right, language) for left, right in pairwise(nuclei))]
        for start, end, nucleus in zip(starts, [*starts[1:], len(run)], nuclei, strict=True):
            found.append(Syllable(run[start].start, run[end - 1].end, at + nucleus, 0.0))
        at += len(run)
    return tuple(found)


def find_nuclei(names: Sequence[str], language: Language) -> list[int]:
    """Indices of the phones that carry a syllable: vowels (of a diphthong the more open part), syllabic consonants.

    A row without either is carried by its most sonorous phone.
    """
    levels = [-1, *(sonority(name) for name in names), -1]
    found: list[int] = []
    for index, name in enumerate(names):
        before, own, after = levels[index : index + 3]
        if own == VOWEL:
            if found and found[-1] == index - 1 and _one_nucleus(names[index - 1], name, language):
                found[-1] = index if _height(name) > _height(names[index - 1]) else index - 1
            else:
                found.append(index)
        elif _may_carry(name, language) and before < own and after < own and index > 0:
            found.append(index)
    return found or [max(range(len(names)), key=lambda index: (levels[index + 1], -index))]


def _may_carry(name: str, language: Language) -> bool:
    own = ipa.features(name)
    listed = {ipa.classify(phone) for phone in language.prosody.syllabic}
    return not own.vowel and (own.syllabic or ipa.classify(name) in listed)


def _height(name: str) -> float:
    return ipa.features(name).height


def _one_nucleus(first: str, second: str, language: Language) -> bool:
    """Whether two vowels in a row are one: the same twice, or a diphthong of the language (its glide may be a vowel).

    Where a language lists none, any step from an open or mid vowel to a close one is a diphthong.
    """
    pair = (_glide(first), _glide(second))
    if pair[0] == pair[1]:
        return True
    if not language.diphthongs:
        return _height(second) <= CLOSE < _height(first)
    return any(pair == tuple(_glide(part) for part in known.parts) for known in language.diphthongs.values())


def _glide(name: str) -> str:
    heard = ipa.classify(name)
    return {"ɪ": "i", "j": "i", "ʊ": "u", "w": "u"}.get(heard, heard)


def _onset(names: Sequence[str], left: int, right: int, language: Language) -> int:
    """Where the syllable of nucleus `right` begins, after that of `left`: the longest beginning that may be."""
    first = left + 1
    if first < right and sonority(names[first]) == VOWEL:
        first += 1  # the second half of a diphthong stays with its first
    most, least = language.prosody.max_onset, language.prosody.min_onset
    start = right
    while start > first and right - start < most:
        fits = start == right or _begins(names[start - 1], names[start])
        if right - start >= least and (not fits or ipa.tidy(names[start - 1]) == "ŋ"):
            break
        start -= 1
    return start


def _begins(one: str, other: str) -> bool:
    """Whether two consonants may begin a syllable: clearly rising to a liquid or glide, or s before another."""
    low, high = sonority(one), sonority(other)
    if ipa.tidy(one) in ("s", "ʃ"):
        return high not in (_SONORITY["affricate"], _SONORITY["fricative"])
    return high >= _SONORITY["lateral"] and high - low >= 2


def mark_prominence(
    phones: Sequence[Phone], tracks: Tracks, language: Language
) -> tuple[tuple[Phone, ...], tuple[Syllable, ...]]:
    """Weigh the syllables: gives the phones with `stress` 1 or 2 on stressed nuclei, and syllables with prominence."""
    spans = syllables(phones, language)
    if not spans:
        return tuple(phones), ()
    weights = _prominence(spans, phones, tracks, language)
    weighed = tuple(replace(span, prominence=round(float(w), 3)) for span, w in zip(spans, weights, strict=True))
    marked = [replace(phone, stress=0) for phone in phones]
    for syllable, stress in zip(weighed, _stresses(weighed), strict=True):
        marked[syllable.nucleus] = replace(marked[syllable.nucleus], stress=stress)
    return tuple(marked), weighed


def _prominence(spans: Sequence[Syllable], phones: Sequence[Phone], tracks: Tracks, language: Language) -> Doubles:
    usual = _usual_pitch(tracks)
    cues = np.array([_cues(span, phones[span.nucleus], tracks, language, usual) for span in spans])
    score = np.zeros(len(spans))
    for column, (weight, spread) in enumerate(zip(WEIGHTS, LEAST_SPREAD, strict=True)):
        score += weight * _against_neighbours(cues[:, column], spread)
    reduced = np.array([ipa.tidy(phones[span.nucleus].ipa) in REDUCED for span in spans])
    score -= REDUCTION * language.prosody.reduction * reduced
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


def _usual_pitch(tracks: Tracks) -> float:
    """The median pitch in semitones over 1 Hz; 0 where there is none."""
    heard = tracks.pitch[tracks.pitch > 0.0]
    return float(12.0 * np.log2(np.median(heard))) if len(heard) else 0.0


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
