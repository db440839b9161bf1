"""Pitch paths of syllables, and the tones of Mandarin.

A path is the voice's pitch through the syllable's rhyme in semitones against the speaker's median: octave leaps of a
creaking voice folded back, short voiceless stretches bridged, each value the mean of a fifth of the rhyme. A tone is
told from its path and those beside it by a multinomial logistic model; its constants are in tones.toml, which
scripts/ear/prosody_trials.py fits and scores.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..languages import Language
from ..take import PITCHES, Phone, Syllable, Tracks

LEAST_VOICED = 4  # frames of voice that a path needs
FOLD = 8.0  # semitones: a greater step from frame to frame is an octave's error
CONSTANTS = Path(__file__).with_name("tones.toml")
CLEAR = 0.8  # probability from which a tone is told by ear
TONES = (1, 2, 3, 4, 5)
SHAPE = (
    *("level", "slope", "bend", "least", "step_before", "step_after", "has_before", "has_after"),
    *("level_squared", "slope_squared", "level_and_slope", "bend_squared"),
)
"""What is measured of a path, in this order, in semitones (the squares in tenths); see `shapes`."""

NEAR = 0.1  # seconds of silence over which syllables are still each other's neighbours
FIFTHS = np.linspace(0.0, 1.0, PITCHES + 1)
_PLACES = np.linspace(-1.0, 1.0, PITCHES)
LINE = _PLACES / (_PLACES @ _PLACES)
PARABOLA = (_PLACES**2 - 0.5) / ((_PLACES**2 - 0.5) @ (_PLACES**2 - 0.5))

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
    sums = np.concatenate(
        [[0.0], np.cumsum(whole)]
    )  # from one frame's edge to the next, so that shares of frames count
    width = len(whole) / PITCHES
    means = np.diff(np.interp(FIFTHS * len(whole), np.arange(len(sums)), sums)) / width
    return tuple(round(value, 2) + 0.0 for value in means.tolist())


def _unfolded(semitones: Doubles) -> Doubles:
    """Without octave leaps: where the pitch leaps, all of it goes to the octave that lies nearest to the median, 0."""
    steps = np.diff(semitones, prepend=semitones[0])
    if np.abs(steps).max() <= FOLD:
        return semitones
    octaves = np.cumsum(np.where(np.abs(steps) > FOLD, np.round(steps / 12.0), 0.0))
    level = semitones - 12.0 * octaves
    kept = min(np.unique(octaves), key=lambda octave: abs(np.median(level) + 12.0 * octave))
    unfolded: Doubles = level + 12.0 * kept
    return unfolded


def _smoothed(values: Doubles) -> Doubles:
    """The median of three, so that no single frame stands out."""
    padded = np.concatenate([values[:1], values, values[-1:]])
    left, middle, right = padded[:-2], padded[1:-1], padded[2:]
    smooth: Doubles = np.maximum(np.minimum(left, middle), np.minimum(np.maximum(left, middle), right))
    return smooth


def mark_tones(
    spans: Sequence[Syllable], phones: Sequence[Phone], language: Language, tones: Sequence[int] = ()
) -> tuple[Syllable, ...]:
    """The syllables, which have their paths, with their tones: of the text, or in a tone language by ear where clear.

    `tones`: the text's tone 0..5 of each phone, on nuclei; () where there is no text.
    """
    told = _told(spans, phones, tones) if tones else [0] * len(spans)
    heard = by_ear(spans) if language.prosody.accent == "tone" else told
    return tuple(replace(span, tone=own or other) for span, own, other in zip(spans, told, heard, strict=True))


def _told(spans: Sequence[Syllable], phones: Sequence[Phone], tones: Sequence[int]) -> list[int]:
    starts = [phone.start for phone in phones]
    edges = [np.searchsorted(starts, [span.start - 1e-6, span.end - 1e-6]) for span in spans]
    return [max(tones[first:stop], default=0) for first, stop in edges]


def by_ear(spans: Sequence[Syllable]) -> list[int]:
    """The tone 1..5 of each syllable by its path, 0 where it is not clear or there is no path."""
    shares = probabilities(spans)
    best = shares.argmax(axis=1) if len(spans) else np.zeros(0, np.intp)
    return [TONES[tone] if shares[at, tone] >= CLEAR else 0 for at, tone in enumerate(best.tolist())]


def probabilities(spans: Sequence[Syllable]) -> Doubles:
    """The probability of each of TONES for each syllable, float64 [syllables, 5]; 0 where there is no path."""
    weights, constants = _model()
    odds = shapes(spans) @ weights + constants
    shares = np.exp(odds - odds.max(axis=1, keepdims=True)) if len(spans) else odds
    shares /= shares.sum(axis=1, keepdims=True)
    found: Doubles = shares * np.array([[bool(span.pitch)] for span in spans]).reshape(-1, 1)
    return found


@lru_cache(maxsize=1)
def _model() -> tuple[Doubles, Doubles]:
    """Weights [SHAPE, TONES] and constants [TONES]."""
    with CONSTANTS.open("rb") as file:
        table = tomllib.load(file)
    return np.array([table["weights"][name] for name in SHAPE]), np.array(table["constants"])


def shapes(spans: Sequence[Syllable]) -> Doubles:
    """SHAPE of each syllable's path [syllables, SHAPE], zeros where there is none.

    `level` the mean, `slope` and `bend` the parts of a line and of a parabola from edge to edge, `least` the lowest;
    the steps are from the path before and to the one after, where there are such without a pause between.
    """
    paths = [np.array(span.pitch) for span in spans]
    rows = np.zeros((len(spans), len(SHAPE)))
    for at, path in enumerate(paths):
        if not len(path):
            continue
        before = at > 0 and len(paths[at - 1]) > 0 and spans[at].start - spans[at - 1].end < NEAR
        after = at + 1 < len(spans) and len(paths[at + 1]) > 0 and spans[at + 1].start - spans[at].end < NEAR
        steps = (path[0] - paths[at - 1][-1] if before else 0.0, paths[at + 1][0] - path[-1] if after else 0.0)
        level, slope, bend = float(path.mean()), float(path @ LINE), float(path @ PARABOLA)
        rows[at, :8] = (level, slope, bend, path.min(), *steps, before, after)
        rows[at, 8:] = level * level / 10.0, slope * slope / 10.0, level * slope / 10.0, bend * abs(bend) / 10.0
    return rows
