"""A take with the stage of each of its phrases, and the tracks that go with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ..recognizer import Posteriors
from ..take import STAGES, Phrase, Take, Tracks
from .band import opening, powers
from .deciding import chain
from .measures import frames_of, measures, sureness
from .reasons import reason

PHONES, CLASSES, OPENNESS, REST = STAGES
PUT_RIGHT = 0.5  # share of a phrase's sounds from which, being put right, they make it one to follow

Halves = NDArray[np.float16]


def fall_back(take: Take, posteriors: Posteriors, bands: Halves, foreign: bool = False) -> Take:
    """The take with the stage of each phrase and its reason; openness and rounding as the stages have them.

    `posteriors` and `bands` (log-mels, float16 [frames, 48]) of the whole sound. Where a phrase is at 'openness' the
    take's openness is that of the speech band's energy and its rounding 0; at 'rest' both are 0. A phrase of which
    the artist put most right stays at 'phones'. `foreign`: the sound is in another language than it is heard in, which
    is then the reason where nothing else is. Phones, words and syllables stay in any case.
    """
    kept, sure = chain(), sureness(take)
    right = _put_right(take)
    low = [number for number in range(len(take.phrases)) if sure[number] < kept.sure and not right[number]]
    if not low:
        return take
    measured = measures(take, sure, low, posteriors, bands)
    told = [(PHONES, "")] * len(take.phrases)
    for number, stage, row in zip(low, kept.below(measured), measured, strict=True):
        told[number] = stage, reason(stage, row, foreign)
    return with_stages(take, told, bands)


def with_stages(take: Take, told: Sequence[tuple[str, str]], bands: Halves) -> Take:
    """The take with a stage and a reason for each of its phrases, and the tracks that these go with."""
    phrases = [
        replace(phrase, stage=stage, reason=why)
        for phrase, (stage, why) in zip(take.phrases, told, strict=True)
    ]  # fmt: skip
    return replace(take, phrases=tuple(phrases), tracks=_tracks(take.tracks, phrases, bands))


def _put_right(take: Take) -> list[bool]:
    """Whether most of each phrase was put right by the artist."""
    if not take.corrections:
        return [False] * len(take.phrases)
    middles = np.array([(phone.start + phone.end) / 2.0 for phone in take.phones])
    right = np.zeros(len(middles))
    for one in take.corrections:
        right[(middles >= one.start) & (middles < one.end)] = 1.0
    edges = [np.searchsorted(middles, (phrase.start, phrase.end)) for phrase in take.phrases]
    return [last > first and float(right[first:last].mean()) > PUT_RIGHT for first, last in edges]


def _tracks(tracks: Tracks, phrases: Sequence[Phrase], bands: Halves) -> Tracks:
    openness, rounding = tracks.openness.copy(), tracks.rounding.copy()
    for phrase in phrases:
        if phrase.stage in (OPENNESS, REST):
            first, stop = frames_of(phrase, len(bands))
            energy = opening(*powers(bands, first, stop)) if phrase.stage == OPENNESS else np.float32(0.0)
            openness[first:stop] = np.round(energy, 3)
            rounding[first:stop] = 0.0
    return replace(tracks, openness=openness, rounding=rounding)
