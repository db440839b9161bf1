"""How sure a phone is: the share of such phones that are right.

A logistic model of what the posteriors show of the phone and of those around it (Jiang, 'Confidence measures for speech
recognition', Speech Communication 45, 2005, tells of such measures), and then a rising line through points, fitted by
isotonic regression, that turns its score into a share. A phone is right where the class that covers most of its span in
truth is its own. Constants in confidence.toml, written by scripts/ear/calibrate.py.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..phones import CLASSES, classify, features, mouth_class
from ..take import HOP, Phone
from .articulation import articulation_table
from .model import Posteriors

CONSTANTS = Path(__file__).with_name("confidence.toml")
LOWEST = -8.0  # log-probability: further down, nothing is worse
BLOCK = 500  # phones looked at in one go
AROUND = 8  # phones on each side whose mean stands for how well this stretch is heard
PAUSE = 0.05  # seconds of silence beside a phone that count as a pause
MANNERS = ("plosive", "affricate", "fricative", "nasal", "trill", "tap", "approximant", "lateral")
MEASURES = (
    *("log", "log_of_mean", "least", "margin", "entropy", "length", "brief", "beside", "around", "astray"),
    *("after_pause", "before_pause", "closed", "teeth"),
    *MANNERS,
)
"""What is measured of each phone, in this order; the manners, 'closed' and 'teeth' are 0 or 1."""

Doubles = NDArray[np.float64]
Frames = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Scale:
    """Weight of each of MEASURES and a constant; and the points, both rising, from the score's log odds to a share."""

    weights: Doubles
    constant: float
    odds: Doubles
    shares: Doubles

    def confidence(self, measured: Doubles) -> Doubles:
        """The share 0..1 of phones with these measures [n, MEASURES] that are right."""
        found: Doubles = np.interp(self.score(measured), self.odds, self.shares)
        return found

    def score(self, measured: Doubles) -> Doubles:
        """The log odds that the logistic model gives."""
        found: Doubles = measured @ self.weights + self.constant
        return found


def calibrated(phones: Sequence[Phone], posteriors: Posteriors, aligned: bool | Sequence[bool]) -> tuple[Phone, ...]:
    """The phones with the share of such phones that are right as their confidence, 0..1, rounded to 0.001.

    `posteriors` of the sound from its start, in which the phones lie; `aligned`: whether a text told the phones (it is
    then known better what they are, and the doubt is whether they were said, and when), for all or for each of them.
    """
    if not phones:
        return ()
    measured = measures(phones, posteriors)
    told = np.full(len(phones), aligned) if isinstance(aligned, bool) else np.array(aligned, np.bool_)
    scales = scale("heard"), scale("aligned")
    sure = np.where(told, scales[1].confidence(measured), scales[0].confidence(measured))
    return tuple(replace(phone, confidence=round(float(one), 3)) for phone, one in zip(phones, sure, strict=True))


@lru_cache(maxsize=2)
def scale(kind: str) -> Scale:
    """The constants for phones that were 'heard' or 'aligned'."""
    with CONSTANTS.open("rb") as file:
        table = tomllib.load(file)[kind]
    weights = np.array([table["weights"][name] for name in MEASURES])
    return Scale(weights, table["constant"], np.array(table["odds"]), np.array(table["shares"]))


def measures(phones: Sequence[Phone], posteriors: Posteriors) -> Doubles:
    """MEASURES of each phone, float64 [phones, MEASURES]."""
    seen = np.concatenate([_seen(block, posteriors) for block in _blocks(phones)])
    own = np.array([_kind(phone.ipa) for phone in phones])
    length = np.log([max(phone.end - phone.start, HOP) / 0.08 for phone in phones])
    brief = np.maximum(0.0, np.log(0.05 / 0.08) - length)
    beside = _beside(seen[:, 0])
    around = _around(seen[:, 0])
    pauses = _pauses(phones)
    columns = [*seen[:, :5].T, length, brief, beside, around, seen[:, 5], *pauses.T, *own.T]
    return np.stack(columns, axis=1)


def _blocks(phones: Sequence[Phone]) -> Iterator[Sequence[Phone]]:
    for at in range(0, len(phones), BLOCK):
        yield phones[at : at + BLOCK]


def _seen(phones: Sequence[Phone], posteriors: Posteriors) -> Doubles:
    """Of each phone [phones, 6]: log, log_of_mean, least, margin, entropy, astray, over its frames."""
    index, at = _frames(phones, len(posteriors.phones))
    classes = np.array([CLASSES.index(classify(phone.ipa)) for phone in phones])
    counts = np.diff(np.append(at, len(index)))
    owned = np.repeat(classes, counts)
    logs = np.maximum(posteriors.phones[index].astype(np.float32), np.float32(LOWEST))
    rows = np.arange(len(index))
    own = logs[rows, owned]
    entropy = -(np.exp(logs) * logs).sum(axis=1)
    logs[rows, owned] = LOWEST
    margin = own - logs.max(axis=1)
    astray = np.abs(posteriors.articulation[index].astype(np.float32) - articulation_table()[owned]).mean(axis=1)
    means = [np.add.reduceat(each, at) / counts for each in (own, np.exp(own), margin, entropy, astray)]
    least = np.minimum.reduceat(own, at)
    columns = [means[0], np.log(means[1]), least, means[2], means[3], means[4]]
    return np.stack(columns, axis=1).astype(np.float64)


def _frames(phones: Sequence[Phone], count: int) -> tuple[Frames, Frames]:
    """The frames whose centres lie in each phone, one after another (one at least), and where each phone's begin."""
    starts = np.array([phone.start for phone in phones]) / HOP
    ends = np.array([phone.end for phone in phones]) / HOP
    first = np.clip(np.ceil(starts - 0.5 - 1e-6), 0, count - 1).astype(np.intp)
    stop = np.clip(np.ceil(ends - 0.5 - 1e-6), first + 1, count).astype(np.intp)
    at = np.concatenate([[0], np.cumsum(stop - first)[:-1]]).astype(np.intp)
    index = np.arange(int((stop - first).sum())) + np.repeat(first - at, stop - first)
    return index, at


@lru_cache(maxsize=1024)
def _kind(ipa: str) -> tuple[float, ...]:
    own, mouth = features(ipa), mouth_class(ipa)
    manner = "" if own.vowel else own.manner
    return (float(mouth == "closed"), float(mouth == "teeth"), *(float(manner == each) for each in MANNERS))


def _beside(values: Doubles) -> Doubles:
    """The mean of the phone before and the one after; at the ends of the one that there is."""
    padded = np.concatenate([values[1:2], values, values[-2:-1]]) if len(values) > 1 else np.tile(values, 3)
    beside: Doubles = (padded[:-2] + padded[2:]) / 2.0
    return beside


def _around(values: Doubles) -> Doubles:
    """The mean over the phones within AROUND."""
    sums = np.concatenate([[0.0], np.cumsum(values)])
    index = np.arange(len(values))
    low, high = np.maximum(index - AROUND, 0), np.minimum(index + AROUND + 1, len(values))
    around: Doubles = (sums[high] - sums[low]) / (high - low)
    return around


def _pauses(phones: Sequence[Phone]) -> Doubles:
    """Whether there is a pause before and after each phone, 0 or 1 [phones, 2]."""
    gaps = [after.start - before.end > PAUSE for before, after in pairwise(phones)]
    return np.array([(before, after) for before, after in zip([True, *gaps], [*gaps, True], strict=True)], np.float64)
