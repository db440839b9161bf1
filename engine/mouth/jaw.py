"""The jaw beyond the phones: drawn to the openness heard, less where the voice is weak, limited where it must be."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..take import Take
from .blending import smooth
from .gesture import Gesture

OPEN_JAW = 0.62  # the jaw where the openness track is 1
TRACK_SAY = 0.4  # the say of the openness track in the jaw; the rest is the decided phones'
TRACK_RANGE = (0.7, 1.25)  # how far the track may move the phones' jaw, as factors
# Loud is what 15 % of a phrase exceeds; 6 dB under it the jaw begins to give way, 2.5 % for each dB, at most to 0.4.
LOUD, MARGIN, WEAKER, WEAKEST = 85.0, 6.0, 0.025, 0.4
ENERGY_SMOOTH = 0.03  # seconds
ENERGY_AHEAD = 0.01  # seconds that the jaw is ahead of the energy: against a captured face
QUIET = -90.0  # dB
# Seconds before and after a sound that limits the jaw, over which the limit comes and goes, and how softly: at least
# as slowly as jaws move (0.2 m/s where a jaw key opens 3 cm).
SIDE, POWER = 0.1, 1.3

Doubles = NDArray[np.float64]


def follow(jaw: Doubles, take: Take, times: Doubles, lead: float) -> Doubles:
    """The phones' `jaw` [n] at `times` [n] (seconds), as the take's openness and energy have it, where it has them."""
    track = take.tracks
    if len(track.openness):
        expected = OPEN_JAW * heard(track.openness, track.hop, times + lead, 0.0)
        jaw = jaw + TRACK_SAY * (np.clip(expected, TRACK_RANGE[0] * jaw, TRACK_RANGE[1] * jaw) - jaw)
    return jaw * _strength(take, times + ENERGY_AHEAD) if len(track.energy) else jaw


def heard(track: NDArray[np.float32], hop: float, times: Doubles, outside: float) -> Doubles:
    """A track [frames] of a take at `times` (seconds), `outside` its ends and where it has no number."""
    values = np.nan_to_num(track.astype(np.float64), nan=outside, posinf=outside, neginf=outside)
    return np.interp(times, (np.arange(len(values)) + 0.5) * hop, values, outside, outside)


def _strength(take: Take, times: Doubles) -> Doubles:
    """A factor for the jaw: 1 in the loud part of each phrase, less where it is weak."""
    track = take.tracks
    energy = np.maximum(heard(track.energy, track.hop, times, QUIET), QUIET)
    level = smooth(energy[:, None], ENERGY_SMOOTH, float(times[1] - times[0]))[:, 0]
    loud = np.full(len(times), np.percentile(level, LOUD))
    for phrase in take.phrases:
        first, last = np.searchsorted(times, (phrase.start, phrase.end))
        if last > first:
            loud[first:last] = np.percentile(level[first:last], LOUD)
    factor: Doubles = np.clip(1.0 + WEAKER * (level - loud + MARGIN), WEAKEST, 1.0)
    return factor


def limit(jaw: Doubles, row: Sequence[Gesture], times: Doubles) -> Doubles:
    """`jaw` [n] under the ceilings of hisses and closures, which come and go over SIDE."""
    ceiling = np.ones(len(times))
    for gesture in row:
        if gesture.shape.ceiling < 1.0:
            end = gesture.end - gesture.shape.release * gesture.duration
            first, last = np.searchsorted(times, (gesture.start - SIDE, end + SIDE))
            around = times[first:last]
            apart = np.maximum(np.maximum(gesture.start - around, around - end), 0.0) / SIDE
            most = gesture.shape.ceiling + (1.0 - gesture.shape.ceiling) * apart**POWER
            ceiling[first:last] = np.minimum(ceiling[first:last], most)
    return np.minimum(jaw, ceiling)
