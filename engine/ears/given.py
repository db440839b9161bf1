"""Phones that were given, as the posteriors that an ear would have had of them.

Tracks and corrections go by posteriors. Those of given phones are nearly sure of each, and change from one to the next
over some 50 ms, as a mouth does.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..languages import Language
from ..phones import CLASSES, classify
from ..recognizer import ARTICULATIONS, Posteriors, articulation_table
from ..take import HOP, Phone

CHANGE = (1.0 / 9.0, 2.0 / 9.0, 3.0 / 9.0, 2.0 / 9.0, 1.0 / 9.0)  # shares of frames on each side in what is heard
LEAST = 1e-4  # probability of what is not said
CHUNK = 6000  # frames worked on at once

Classes = NDArray[np.int64]


def posteriors_of(phones: Sequence[Phone], language: Language, frames: int) -> Posteriors:
    """Posteriors [frames] of phones in order that do not overlap; a diphthong changes where the language has it."""
    classes = _classes(phones, language, frames)
    table = articulation_table()
    half = len(CHANGE) // 2
    padded = np.concatenate([classes[:1].repeat(half), classes, classes[-1:].repeat(half)])
    logs = np.empty((frames, len(CLASSES)), np.float16)
    articulation = np.empty((frames, len(ARTICULATIONS)), np.float16)
    for at in range(0, frames, CHUNK):
        rows = np.arange(at, min(frames, at + CHUNK))
        shares = np.zeros((len(rows), len(CLASSES)), np.float32)
        for shift, share in enumerate(CHANGE):
            shares[rows - at, padded[rows + shift]] += np.float32(share)
        logs[rows] = np.log(np.maximum(shares, LEAST))
        articulation[rows] = shares @ table
    return Posteriors(logs, articulation)


def _classes(phones: Sequence[Phone], language: Language, frames: int) -> Classes:
    """The class of each frame, 0 for silence."""
    found = np.zeros(frames, np.int64)
    for phone in phones:
        length = phone.end - phone.start
        for part in language.parts(phone.ipa):
            first, stop = (round((phone.start + share * length) / HOP) for share in (part.start, part.end))
            found[first:stop] = CLASSES.index(classify(part.ipa))
    return found
