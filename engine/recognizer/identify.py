"""Which language is spoken: from the phones that are heard and which of them follow one another.

Expected counts of phones and of pairs of phones, over stretches of like frames, go into one linear layer with a softmax
(phonotactics: Zissman 1996; the layer: Campbell et al. 2006). `scripts/ear/languages.py` trains it and writes
languages.npz; how often it is right, and how often it cannot tell, stands in MODEL.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from .model import Posteriors
from .search import stretches

FILE = Path(__file__).with_name("languages.npz")
OTHER = "und"  # a language that has no file in engine/languages
LEAST_SPEECH = 100  # frames of speech under which nobody could tell
LISTENED = 3000  # frames of one part that is listened to
PARTS = 6  # of a long sound, evenly spread

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Identified:
    """What language a sound seems to be in.

    `code`: one of engine.languages, 'und' where it is a language that has no file there, None where it cannot be told;
    `probability` 0..1 of what is most likely, whether it is told or not; `scores`: the probability of every language
    that was learnt, by ISO 639 code (those without a file among them).
    """

    code: str | None
    probability: float
    scores: Mapping[str, float]


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """The linear layer: counts [inputs] at `places` of all counts, less `mean`, times `weights` [inputs, languages].

    `codes` of the languages, and whether each has a file (`own`); `sharpness`: of the softmax for one second and by
    how much it grows with the log of the seconds; `sure`: the probability from which a language is told.
    """

    codes: tuple[str, ...]
    own: NDArray[np.bool_]
    places: NDArray[np.int64]
    mean: Floats
    weights: Floats
    offset: Floats
    sharpness: tuple[float, float]
    sure: float


def identify(posteriors: Posteriors) -> Identified:
    """The language that the posteriors [n, classes] speak of; of a long sound six parts of 30 s are listened to.

    Under a second of speech, and where no language is likely enough, the code is None.
    """
    layer = _layer()
    counts, frames = listened(posteriors.phones)
    shares = probabilities(layer, counts[None], np.array([frames]))[0]
    own = {code: float(share) for code, share, known in zip(layer.codes, shares, layer.own, strict=True) if known}
    own[OTHER] = float(shares[~layer.own].sum())
    best = max(own, key=lambda code: own[code])
    told = own[best] >= layer.sure and frames >= LEAST_SPEECH
    scores = {code: float(share) for code, share in zip(layer.codes, shares, strict=True)}
    return Identified(best if told else None, own[best], MappingProxyType(scores))


def listened(logs: NDArray[np.float16]) -> tuple[Floats, int]:
    """Counts of the parts of a sound that are listened to, and how many frames of speech they hold."""
    starts = np.linspace(0, max(0, len(logs) - LISTENED), PARTS if len(logs) > PARTS * LISTENED else 1).astype(int)
    length = LISTENED if len(starts) > 1 else PARTS * LISTENED
    parts = [speech(logs[start : start + length].astype(np.float32)) for start in starts]
    return counts([steps for steps, _ in parts]), sum(frames for _, frames in parts)


def speech(logs: Floats) -> tuple[Floats, int]:
    """Mean posteriors of each stretch of like frames [stretches, classes], and the frames of speech."""
    steps = np.exp(logs)
    if len(steps) == 0:
        return steps, 0
    edges = stretches(steps)
    means: Floats = np.add.reduceat(steps, edges[:-1], axis=0)
    means /= np.diff(edges)[:, None].astype(np.float32)
    return means, round(float(len(steps) - steps[:, 0].sum()))


def counts(parts: list[Floats]) -> Floats:
    """Square roots of the shares of phones and of pairs of phones [classes - 1 + classes ** 2] (Hellinger's)."""
    single = sum(part[:, 1:].sum(0) for part in parts)
    double = sum((part[:-1].T @ part[1:]).ravel() for part in parts)
    shares = [np.sqrt(found / max(float(found.sum()), 1e-6)) for found in (np.asarray(single), np.asarray(double))]
    return np.concatenate(shares).astype(np.float32)


def probabilities(layer: Layer, counts: Floats, frames: NDArray[np.int64]) -> Floats:
    """Of each language [sounds, languages], from counts [sounds, inputs] and frames of speech [sounds]."""
    logits = (counts[:, layer.places] - layer.mean) @ layer.weights + layer.offset
    logits *= sharpness(layer.sharpness, frames)[:, None]
    shares: Floats = np.exp(logits - logits.max(1, keepdims=True))
    shares /= shares.sum(1, keepdims=True)
    return shares


def sharpness(two: tuple[float, float], frames: NDArray[np.int64]) -> Floats:
    """By how much the logits are multiplied: little evidence, little trust."""
    found: Floats = (two[0] + two[1] * np.log(np.maximum(frames, 50) / 100.0)).astype(np.float32)
    return found


@lru_cache(maxsize=1)
def _layer() -> Layer:
    with np.load(FILE, allow_pickle=False) as file:
        return read_layer({name: file[name] for name in file.files})


def read_layer(file: Mapping[str, NDArray[np.generic]]) -> Layer:
    """The layer from the arrays of its file; weights are kept as int8 with a scale for each language."""
    weights = file["weights"].astype(np.float32) * file["scale"].astype(np.float32)
    first, growth, sure = (float(value) for value in file["figures"].astype(np.float64))
    return Layer(
        tuple(str(code) for code in file["codes"]),
        file["own"].astype(np.bool_),
        file["places"].astype(np.int64),
        file["mean"].astype(np.float32),
        weights,
        file["offset"].astype(np.float32),
        (first, growth),
        sure,
    )
