"""The recognizer with its weights, and what it says of each frame."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..sound.features import normalise, raised
from .network import Network

NAME = "lockstep-2"
WEIGHTS = Path(__file__).with_name("weights.npz")

Floats = NDArray[np.float32]
Halves = NDArray[np.float16]


@dataclass(frozen=True, slots=True, eq=False)
class Posteriors:
    """What is heard in each frame of 10 ms.

    `phones`: log-probabilities of phones.CLASSES, float16 [n, classes]; `articulation`: ARTICULATIONS 0..1, float16
    [n, 7]. Row i stands for the time (i + 0.5) * 10 ms. `prior`: log share of each class in the speech that the
    recognizer learnt from, float32 [classes]; None where it is not known, and no class is held back then.
    """

    phones: Halves
    articulation: Halves
    prior: Floats | None = None

    def rows(self, start: int, stop: int) -> Posteriors:
        """Frames `start` up to `stop` alone."""
        return replace(self, phones=self.phones[start:stop], articulation=self.articulation[start:stop])


class Recognizer:
    """The network behind a plain call. `name` is written into the takes it makes."""

    name = NAME

    def __init__(self, network: Network) -> None:
        self._network = network

    @property
    def prior(self) -> Floats:
        """Log share of each class in the training speech, float32 [classes]."""
        return self._network.prior

    @classmethod
    def load(cls) -> Recognizer:
        """The embedded recognizer; read once, then shared."""
        return _embedded()

    def posteriors(self, features: Floats) -> Posteriors:
        """Posteriors of log-mels [n, 48] as `log_mel` gives them; level and microphone are normalised away here.

        The network sees about 1 s to either side: give that much context where a sound is heard in pieces.
        """
        phones, articulation = self._network.run(normalise(raised(features)))
        halves = np.maximum(phones, -60.0).astype(np.float16), articulation.astype(np.float16)
        return Posteriors(*halves, self.prior)


@lru_cache(maxsize=1)
def _embedded() -> Recognizer:
    return Recognizer(Network.read(WEIGHTS))
