"""Pitch paths of syllables, and the tones of Mandarin.

A path is the voice's pitch through the syllable's rhyme in semitones against the speaker's median: octave leaps of a
creaking voice folded back, short voiceless stretches bridged, each value the mean of a fifth of the rhyme.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ..languages import Language
from ..take import PITCHES, Phone, Syllable, Tracks

LEAST_VOICED = 4  # frames of voice that a path needs
FOLD = 8.0  # semitones: a greater step from frame to frame is an octave's error

Doubles = NDArray[np.float64]


def with_pitch(spans: Sequence[Syllable], phones: Sequence[Phone], tracks: Tracks) -> tuple[Syllable, ...]:
    """The syllables with their pitch paths; () where fewer than 40 ms of the rhyme are voiced."""
    usual = usual_pitch(tracks)
    return tuple(replace(span, pitch=_path(span, phones[span.nucleus], tracks, usual)) for span in spans)


def usual_pitch(tracks: Tracks) -> float:
    """The speaker's median pitch in semitones over 1 Hz; 0 where nothing is voiced."""
    heard = tracks.pitch[tracks.pitch > 0.0]
    return float(12.0 * np.log2(np.median(heard))) if len(heard) else 0.0


def _path(span: Syllable, nucleus: Phone, tracks: Tracks, usual: float) -> tuple[float, ...]:
    first, stop = (round(time / tracks.hop) for time in (nucleus.start, span.end))
    hertz = tracks.pitch[first : max(first + 1, stop)].astype(np.float64)
    voiced = np.flatnonzero(hertz > 0.0)
    if len(voiced) < LEAST_VOICED:
        return ()
    semitones = _unfolded(12.0 * np.log2(hertz[voiced]) - usual)
    inside = np.arange(voiced[0], voiced[-1] + 1)
    whole = _smoothed(np.interp(inside, voiced, semitones))
    edges = np.linspace(0.0, len(whole), PITCHES + 1)
    return tuple(round(_mean(whole, low, high), 2) + 0.0 for low, high in pairwise(edges))


def _unfolded(semitones: Doubles) -> Doubles:
    """Without octave leaps: where the pitch leaps, all of it goes to the octave that lies nearest to the median, 0."""
    steps = np.diff(semitones, prepend=semitones[0])
    octaves = np.cumsum(np.where(np.abs(steps) > FOLD, np.round(steps / 12.0), 0.0))
    level = semitones - 12.0 * octaves
    kept = min(np.unique(octaves), key=lambda octave: abs(np.median(level) + 12.0 * octave))
    unfolded: Doubles = level + 12.0 * kept
    return unfolded


def _smoothed(values: Doubles) -> Doubles:
    """The median of three, so that no single frame stands out."""
    padded = np.concatenate([values[:1], values, values[-1:]])
    smooth: Doubles = np.median(np.stack([padded[:-2], padded[1:-1], padded[2:]]), axis=0)
    return smooth


def _mean(values: Doubles, low: float, high: float) -> float:
    """The mean between two places, counted in values, parts of values included."""
    index = np.arange(len(values))
    shares = np.clip(np.minimum(index + 1, high) - np.maximum(index, low), 0.0, 1.0)
    return float((values * shares).sum() / shares.sum())


def mark_tones(
    spans: Sequence[Syllable], phones: Sequence[Phone], language: Language, tones: Sequence[int] = ()
) -> tuple[Syllable, ...]:
    """The syllables with the tones of the text: `tones` 0..5 for each phone, on nuclei; () where there is no text."""
    if not tones:
        return tuple(spans)
    starts = [phone.start for phone in phones]
    marked = []
    for span in spans:
        first, stop = np.searchsorted(starts, [span.start - 1e-6, span.end - 1e-6])
        marked.append(replace(span, tone=max(tones[first:stop], default=0)))
    return tuple(marked)
