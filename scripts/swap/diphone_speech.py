"""The same readings by MBROLA's diphones of real speakers, where they are installed: real timbre, exact times."""

from __future__ import annotations

import shutil
from collections.abc import Sequence

import diphones
import numpy as np
from synth_edges import Phone, correct_edges, measure_offsets

from engine.phones import distance

from .lines import Reading
from .speech import LEAD, RATE, Spoken, TruePhone

VOICES = {"en": "us2", "de": "de4", "es": "es1", "fr": "fr4", "pl": "pl1"}
SECOND = {"en": "us1"}
"""Another speaker of the language."""

LEFT_OUT = 0.6  # cost beside distances 0..1


def installed() -> bool:
    """Whether MBROLA and one of the voices are there."""
    return shutil.which("mbrola") is not None and any((diphones.VOICES / voice).is_dir() for voice in VOICES.values())


def say(reading: Reading, voice: str, words: Spoken) -> Spoken | None:
    """The reading by a diphone voice; `words`: the same by espeak-ng, which tells the words. None where it cannot."""
    if not (diphones.VOICES / voice).is_dir():
        return None
    rows = diphones.said(diphones.rows_of(reading.script, voice), diphones.Manner(slowness=1.0 / reading.speed))
    spoken = diphones.speak(rows, voice)
    if spoken is None:
        return None
    samples, phones = spoken
    fitted = correct_edges(phones, samples, measure_offsets([(samples, phones)]))
    likes = _alike(fitted, words.phones)
    pad = round(LEAD * RATE)
    true = tuple(
        TruePhone(one.start + LEAD, one.end + LEAD, one.ipa, words.phones[like].origin, words.phones[like].line)
        for one, like in zip(fitted, likes, strict=True)
    )
    return Spoken(f"mbrola {voice}", np.pad(samples, (pad, pad)), reading.language, reading.script, true)


def _alike(phones: Sequence[Phone], others: Sequence[TruePhone]) -> list[int]:
    """For each phone the like of it in another saying of the same text; what has none goes with the one before."""
    apart = np.array([[distance(one.ipa, other.ipa) for other in others] for one in phones])
    costs = np.full((len(phones) + 1, len(others) + 1), np.inf)
    costs[0], costs[:, 0] = LEFT_OUT * np.arange(len(others) + 1), LEFT_OUT * np.arange(len(phones) + 1)
    for i in range(len(phones)):
        for j in range(len(others)):
            skipped = min(costs[i, j + 1], costs[i + 1, j]) + LEFT_OUT
            costs[i + 1, j + 1] = min(costs[i, j] + apart[i, j], skipped)
    found, i, j = [0] * len(phones), len(phones), len(others)
    while i:
        if j and costs[i, j] == costs[i - 1, j - 1] + apart[i - 1, j - 1]:
            i, j = i - 1, j - 1
            found[i] = j
        elif j and costs[i, j] == costs[i, j - 1] + LEFT_OUT:
            j -= 1
        else:
            i -= 1
            found[i] = max(j - 1, 0)
    return found
