"""What the mouth makes of phrases that are not to be trusted to the phone: see `Phrase.stage`.

At 'classes' a phone counts as its mouth class alone: each class has one shape, the vowels' nearer to the neutral one
the less is known, and lips and teeth meet only in phones that are sure. At 'openness' nothing but the take's openness
track speaks, at 'rest' nothing at all. What the artist put right or pinned is made in full at any stage.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ..languages import Claims, Language, Shape
from ..phones import mouth_class
from ..take import STAGES, Take
from .blending import smooth
from .curves import HOP
from .effort import LIPS
from .gesture import Gesture, kind_of
from .jaw import OPEN_JAW, heard

PHONES, CLASSES, OPENNESS, REST = STAGES
SURE = 0.6  # confidence from which a closure at 'classes' stays one
SOFT = 0.5  # of the way from a class's vowel to the neutral one
EASED = 0.03  # seconds of Gaussian over which openness comes and goes at the edges of a phrase
# A vowel or glide, and a consonant, that stand for each class; then for a contact that is not sure.
NEUTRAL = "ə"
MODELS = {"open": ("a", "a"), "rounded": ("o", "w"), "other": (NEUTRAL, "d"), "closed": ("b", "b"), "teeth": ("v", "v")}
UNSURE = {"closed": "β", "teeth": "ʋ"}
ROUNDINGS = ("pucker", "funnel")

Doubles = NDArray[np.float64]


def stages_of(take: Take) -> tuple[str, ...]:
    """The stage of each phone: its phrase's, 'phones' where the artist put it right."""
    if all(phrase.stage == PHONES for phrase in take.phrases):
        return (PHONES,) * len(take.phones)
    starts = [phrase.start for phrase in take.phrases]
    found = []
    for phone in take.phones:
        middle = (phone.start + phone.end) / 2.0
        phrase = take.phrases[max(0, int(np.searchsorted(starts, middle, "right")) - 1)]
        right = any(one.start <= middle < one.end for one in take.corrections)
        found.append(PHONES if right else phrase.stage)
    return tuple(found)


def of_class(ipa: str, confidence: float, language: Language) -> Shape:
    """The shape of a phone's mouth class; `confidence` 0..1 of the phone says whether its contact is one."""
    kind, made = mouth_class(ipa), kind_of(ipa)
    if kind in UNSURE:
        return language.shape(MODELS[kind][0] if confidence >= SURE else UNSURE[kind])
    model = language.shape(MODELS[kind][0 if made == "vowel" or (kind == "other" and made == "glide") else 1])
    return between(model, language.shape(NEUTRAL), SOFT) if made == "vowel" else model


def between(one: Shape, other: Shape, share: float) -> Shape:
    """`one`, with its targets and claims `share` 0..1 of the way to the other's."""
    targets = (1.0 - share) * np.array(one.targets) + share * np.array(other.targets)
    pairs = [(getattr(one.claims, name), getattr(other.claims, name)) for name in ("jaw", "lips", "tongue")]
    claims = Claims(*((1.0 - share) * first + share * second for first, second in pairs))
    return replace(one, targets=tuple(float(value) for value in targets), claims=claims)


def followed(spoken: Sequence[Gesture], stages: Sequence[str]) -> list[Gesture]:
    """The gestures that are made: those of phones at 'phones' and 'classes', and what is pinned."""
    return [gesture for gesture in spoken if gesture.pinned or stages[gesture.phone] in (PHONES, CLASSES)]


def opened(take: Take, row: Sequence[Gesture], times: Doubles) -> Doubles | None:
    """How far energy opens the mouth at `times` [n] (seconds of the sound), 0..1; None where it does so nowhere.

    Not where a gesture of `row` is made within such a phrase: that is the artist's.
    """
    phrases = [phrase for phrase in take.phrases if phrase.stage == OPENNESS]
    if not phrases or not len(take.tracks.openness):
        return None
    inside = np.zeros(len(times))
    for phrase in phrases:
        first, last = np.searchsorted(times, (phrase.start, phrase.end))
        inside[first:last] = 1.0
    for gesture in row:
        if gesture.phone >= 0:
            first, last = np.searchsorted(times, (gesture.start, gesture.end))
            inside[first:last] = 0.0
    track = heard(take.tracks.openness, take.tracks.hop, times, 0.0)
    opening: Doubles = track * smooth(inside[:, None], EASED, HOP)[:, 0]
    return opening


def opened_lips(opening: Doubles, language: Language) -> Doubles:
    """What an `opening` [n] does to the channels LIPS [n, 6]: the open vowel's parting, and no rounding."""
    model = language.shape(MODELS["open"][0])
    parted = np.array([0.0 if name in ROUNDINGS else model[name] for name in LIPS])
    lips: Doubles = opening[:, None] * parted
    return lips


def opened_jaw(opening: Doubles) -> Doubles:
    """The jaw of an `opening` [n]."""
    return OPEN_JAW * opening
