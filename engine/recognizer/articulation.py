"""What lips, jaw and voice do in each class of phones: the recognizer's articulatory outputs.

Figures are fractions 0..1: closed, labiodental, sibilant and voiced by definition; rounding, openness and spread
graded after the IPA chart (open vowel 1, close vowel 0.2), consonants by how wide they leave the mouth.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..phones import CLASSES, SILENCE, Features, features, mouth_class

ARTICULATIONS = ("closed", "labiodental", "rounding", "openness", "spread", "sibilance", "voicing")

_SIBILANTS = frozenset({"s", "z", "ʃ", "ʒ", "ɕ", "tʃ", "dʒ", "ts", "tɕ"})
_HALF_ROUNDED = {"ʃ": 0.5, "ʒ": 0.5, "tʃ": 0.5, "dʒ": 0.5, "ɹ": 0.4}
_SPREAD = {
    "i": 1.0,
    "ɪ": 0.7,
    "e": 0.7,
    "j": 0.8,
    "ɛ": 0.4,
    "æ": 0.4,
    "s": 0.5,
    "z": 0.5,
    "ts": 0.5,
    "ɕ": 0.6,
    "tɕ": 0.6,
}
_SPREAD |= {"ɨ": 0.4, "ɯ": 0.4, "ç": 0.6, "ɲ": 0.3, "ʎ": 0.4}
_MANNER_OPENNESS = {"plosive": 0.1, "affricate": 0.1, "fricative": 0.12, "nasal": 0.12, "tap": 0.2, "trill": 0.2}
_BACK_OPENNESS = {"velar": 0.25, "uvular": 0.3, "pharyngeal": 0.5, "glottal": 0.4}


def _openness(phone: str, own: Features) -> float:
    if own.vowel:
        return 0.2 + 0.8 * own.height
    if mouth_class(phone) == "closed":
        return 0.0
    if own.rounded:
        return 0.15
    return _BACK_OPENNESS.get(own.place, _MANNER_OPENNESS.get(own.manner, 0.25))


def _row(phone: str) -> tuple[float, ...]:
    if phone == SILENCE:
        return (0.0,) * len(ARTICULATIONS)
    own, mouth = features(phone), mouth_class(phone)
    rounding = 1.0 if own.rounded else _HALF_ROUNDED.get(phone, 0.0)
    return (
        float(mouth == "closed"),
        float(mouth == "teeth"),
        rounding,
        _openness(phone, own),
        _SPREAD.get(phone, 0.0),
        float(phone in _SIBILANTS),
        float(own.voiced),
    )


def articulation_table() -> NDArray[np.float32]:
    """The articulation of each class of CLASSES: float32 [len(CLASSES), len(ARTICULATIONS)], 0..1."""
    return np.array([_row(phone) for phone in CLASSES], np.float32)
