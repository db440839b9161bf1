"""A reading at another speed: every time of a take divided, its tracks as long as they then last."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from .errors import UsageError
from .take import Phone, Phrase, Syllable, Take, Tracks, Word

SLOWEST, FASTEST = 0.1, 10.0

Timed = TypeVar("Timed", Phone, Syllable, Word, Phrase)
Floats = NDArray[np.float32]


def at_speed(take: Take, speed: float) -> Take:
    """The take as it is when its sound plays at `speed` times its own; what was put right in it is left out.

    Raises UsageError for a speed outside 0.1 to 10.
    """
    if not SLOWEST <= speed <= FASTEST:
        raise UsageError(f"The speed is {speed}; give one from {SLOWEST} to {FASTEST}.")
    if speed == 1.0:
        return take
    return replace(
        take,
        audio=replace(take.audio, duration=take.audio.duration / speed),
        phones=_moved(take.phones, speed),
        syllables=_moved(take.syllables, speed),
        words=_moved(take.words, speed),
        phrases=_moved(take.phrases, speed),
        tracks=_tracks(take.tracks, speed),
        corrections=(),
    )


def _moved(items: tuple[Timed, ...], speed: float) -> tuple[Timed, ...]:
    return tuple(replace(item, start=item.start / speed, end=item.end / speed) for item in items)


def _tracks(tracks: Tracks, speed: float) -> Tracks:
    rows = (tracks.openness, tracks.rounding, tracks.energy, tracks.pitch)
    return Tracks(tracks.hop, *(_track(row, speed) for row in rows))


def _track(values: Floats, speed: float) -> Floats:
    """The values at the new moments; no number lies between one that is and one that is not."""
    if not len(values):
        return values
    wanted = (np.arange(max(1, round(len(values) / speed))) + 0.5) * speed - 0.5
    moved: Floats = np.interp(wanted, np.arange(len(values)), values).astype(np.float32)
    return moved
