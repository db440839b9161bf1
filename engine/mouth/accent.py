"""How far a vowel goes towards its target: stress, loudness, length and speed of the speech around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from .. import phones
from ..acting.values import Stress
from ..errors import UsageError
from ..languages import CHANNELS, Language, Shape
from ..take import Phone, Take
from .effort import EMPHASIS, reduction, time_needed

LOUDER = 0.02  # jaw's share for each dB above the usual of the phrase
LOUDNESS = (0.7, 1.15)  # the jaw's factor for the softest and the loudest syllables
STRESS = {0: 0.3, 1: 0.85, 2: 0.6}  # prominence that a stress mark stands for where no syllables are given
CHANGE_OVER = 4.0  # syllables a second from which jaw travel shrinks and the upper lip's grows (Nelson et al. 1984)
SPEED_SPAN = 0.75  # seconds on each side over which the speed is counted

Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Accents:
    """For each phone of a take: `prominence` 0..1 (NaN: unknown), `loudness` a factor, `speed` syllables a second.

    `effort` 0..2, see `effort.py`.
    """

    prominence: Doubles
    loudness: Doubles
    speed: Doubles
    effort: Doubles
    reduction: float

    @classmethod
    def of(cls, take: Take, language: Language, effort: float = 1.0, stresses: Sequence[Stress] = ()) -> Accents:
        """Read from syllables and energy where the take has them, else from stress marks, else unknown.

        `effort` of the whole take; `stresses` are the artist's. Raises UsageError for a syllable that is not there.
        """
        starts = np.array([phone.start for phone in take.phones])
        nuclei = _nuclei(take)
        prominence, loudness, speed = _prominence(take), _loudness(take, nuclei), _speed(starts, nuclei)
        efforts = np.full(len(take.phones), effort)
        for stress in stresses:
            own = _in_syllable(take, stress.syllable)
            prominence[own] = np.clip(prominence[own] + stress.amount, 0.0, 1.0)
            efforts[own] = np.clip(efforts[own] + EMPHASIS * stress.amount, 0.0, 2.0)
        return cls(prominence, loudness, speed, efforts, language.prosody.reduction)

    def shape(self, shape: Shape, neutral: Shape, index: int, phone: Phone, usual: tuple[float, float]) -> Shape:
        """A vowel's `shape` as phone `index` makes it: `usual` is its usual and least duration in seconds."""
        own = np.array(shape.targets)
        prominence, effort = self.prominence[index], float(self.effort[index])
        weak = 0.0 if np.isnan(prominence) else float(np.clip((0.5 - prominence) / 0.35, 0.0, 1.0))
        own += min(self.reduction * weak * reduction(effort), 0.9) * (np.array(neutral.targets) - own)
        own[JAW] *= self._opening(index)
        freely = 1.0 if np.isnan(prominence) else 0.4 + 0.6 * weak
        own = _undershot(own, (phone.end - phone.start) / time_needed(effort), usual, freely)
        own[UPPER] *= float(np.clip(1.0 + 0.08 * (self.speed[index] - CHANGE_OVER), 1.0, 1.35))
        return replace(shape, targets=tuple(float(value) for value in np.clip(own, 0.0, 1.0)))

    def _opening(self, index: int) -> float:
        prominence = self.prominence[index]
        stress = 1.0 if np.isnan(prominence) else 0.84 + 0.32 * prominence
        return float(np.clip(stress * self.loudness[index], 0.65, 1.25))


JAW, UPPER = CHANNELS.index("jaw"), CHANNELS.index("upper")
HALF_WAY = np.array([0.15 if name == "jaw" else 0.0 for name in CHANNELS])  # where the mouth is between two targets


def _in_syllable(take: Take, number: int) -> list[int]:
    """The phones of a syllable, by where they start."""
    if not 0 <= number < len(take.syllables):
        raise UsageError(
            f"An emphasis is on syllable {number}, but the take has {len(take.syllables)}; place the acting again."
        )
    owner = np.searchsorted([syllable.start for syllable in take.syllables], [p.start + 1e-6 for p in take.phones]) - 1
    nucleus = take.syllables[number].nucleus
    return [at for at, own in enumerate(np.maximum(owner, 0).tolist()) if own == number or at == nucleus]


def _undershot(own: Doubles, duration: float, usual: tuple[float, float], amount: float) -> Doubles:
    """Targets reached in proportion to the duration, down to half for the shortest; `amount` 0..1: how freely."""
    needed = usual[1] + 0.35 * (usual[0] - usual[1])
    reached = 1.0 - 0.5 * amount * (1.0 - min(1.0, duration / needed))
    undershot: Doubles = HALF_WAY + (own - HALF_WAY) * np.where(own > HALF_WAY, reached, 1.0)
    undershot[UPPER] = own[UPPER]  # the upper lip travels further, not less far, in fast speech
    return undershot


def _nuclei(take: Take) -> NDArray[np.intp]:
    """Indices of the phones that carry syllables: as the take says, else its vowels."""
    if take.syllables:
        return np.array([syllable.nucleus for syllable in take.syllables], np.intp)
    return np.array([i for i, phone in enumerate(take.phones) if phones.features(phone.ipa).vowel], np.intp)


def _prominence(take: Take) -> Doubles:
    known = np.full(len(take.phones), np.nan)
    if take.syllables:
        owner = {syllable.nucleus: syllable.prominence for syllable in take.syllables}
        spans = np.array([syllable.start for syllable in take.syllables])
        for index, phone in enumerate(take.phones):
            within = max(0, int(np.searchsorted(spans, phone.start + 1e-6)) - 1)
            known[index] = owner.get(index, take.syllables[within].prominence)
    elif any(phone.stress for phone in take.phones):
        known[:] = [STRESS.get(phone.stress, 0.3) for phone in take.phones]
    return known


def _loudness(take: Take, nuclei: NDArray[np.intp]) -> Doubles:
    """A factor for each phone's jaw: its energy against the median of the nuclei around it in the phrase."""
    track = take.tracks
    if not len(track.energy) or not len(nuclei):
        return np.ones(len(take.phones))
    level = np.array([_mean(track.energy, phone.start, phone.end, track.hop) for phone in take.phones])
    starts = np.array([phone.start for phone in take.phones])
    usual = np.empty(len(level))
    phrase = np.searchsorted([p.start for p in take.phrases], starts + 1e-6)
    for number in np.unique(phrase):
        inside = phrase == number
        loud = level[nuclei[inside[nuclei]]]
        usual[inside] = np.median(loud) if len(loud) else level[inside].max()
    factor: Doubles = np.clip(1.0 + LOUDER * (level - usual), *LOUDNESS)
    return factor


def _mean(track: NDArray[np.float32], start: float, end: float, hop: float) -> float:
    first = min(int(start / hop), len(track) - 1)
    return float(track[first : max(first + 1, round(end / hop))].mean())


def _speed(starts: Doubles, nuclei: NDArray[np.intp]) -> Doubles:
    times = np.sort(starts[nuclei]) if len(nuclei) else np.zeros(0)
    count = np.searchsorted(times, starts + SPEED_SPAN) - np.searchsorted(times, starts - SPEED_SPAN)
    speed: Doubles = count / (2.0 * SPEED_SPAN)
    return speed
