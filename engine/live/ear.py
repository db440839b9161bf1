"""The live ear: sound in, and what is heard of it a little later."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..phones import CLASSES
from ..recognizer.articulation import ARTICULATIONS
from ..recognizer.model import Posteriors
from ..sound.features import HOP, RATE
from .causal import DELAY, CausalNetwork
from .mels import AFTER, StreamingMels
from .normalising import RunningNormaliser

NAME = "lockstep-live-1"
WEIGHTS = Path(__file__).with_name("weights.npz")
BOUND = 8.0  # of full scale: what a faulty device may bring at most
LATEST = DELAY * HOP + AFTER  # samples from a row's beginning until it is spoken of

Floats = NDArray[np.float32]


class LiveEar:
    """One sound as it is heard. `row`: which row of the sound comes next (its time is (row + 0.5) * 10 ms).

    `delay`: seconds from the middle of a row until the last sample is there that it is heard by; blocks come on top.
    """

    name = NAME
    delay = (LATEST - HOP / 2) / RATE

    def __init__(self, network: CausalNetwork | None = None) -> None:
        self._network = network or embedded()
        self._mels, self._normaliser = StreamingMels(), RunningNormaliser()
        self._stream = self._network.stream()
        self._samples = self._rows = 0

    @property
    def row(self) -> int:
        return max(0, self._rows - DELAY)

    @property
    def prior(self) -> Floats:
        """Log share of each class in the training speech, float32 [classes]."""
        return self._network.prior

    def push(self, samples: Floats) -> Posteriors:
        """The next samples (mono, 16 kHz, full scale 1) -> the rows that are known now, none or several.

        They are the same however the sound is cut.
        """
        self._samples += len(samples)
        return self._hear(_finite(samples))

    def finish(self) -> Posteriors:
        """The rows that are still due when a sound has ended: as if silence followed. Nothing may be pushed then."""
        missing = self._samples // HOP - self.row
        if missing <= 0:
            return _none(self.prior)
        return self._hear(np.zeros(LATEST + HOP, np.float32)).rows(0, missing)

    def _hear(self, samples: Floats) -> Posteriors:
        bands = self._mels.push(samples)
        phones, articulation = self._stream.push(self._normaliser.push(bands))
        early = min(len(bands), max(0, DELAY - self._rows))
        self._rows += len(bands)
        halves = np.maximum(phones[early:], -60.0).astype(np.float16), articulation[early:].astype(np.float16)
        return Posteriors(*halves, self.prior)


def _finite(samples: Floats) -> Floats:
    """Samples without what is no number, which no stream would ever forget, and within BOUND."""
    if float(np.dot(samples, samples)) <= BOUND * BOUND:  # not so where one of them is no number
        return samples
    return np.clip(np.nan_to_num(samples, nan=0.0), np.float32(-BOUND), np.float32(BOUND))


def _none(prior: Floats) -> Posteriors:
    phones, articulation = (np.zeros((0, len(names)), np.float16) for names in (CLASSES, ARTICULATIONS))
    return Posteriors(phones, articulation, prior)


@lru_cache(maxsize=1)
def embedded() -> CausalNetwork:
    """The network that comes with the engine; read once, then shared."""
    return CausalNetwork.read(WEIGHTS)
