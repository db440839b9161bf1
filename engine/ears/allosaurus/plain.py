"""A model run by NumPy alone, inside Blender and wherever the package is not installed."""

from __future__ import annotations

from collections.abc import Generator

import numpy as np
from numpy.typing import NDArray

from ...progress import Progress
from .features import features
from .folder import ModelFolder

Floats = NDArray[np.float32]


class PlainNetwork:
    """The model of a folder, its weights read here. Raises UsageError where they cannot be."""

    def __init__(self, folder: ModelFolder) -> None:
        self._settings = folder.settings
        self._network = folder.network()

    def scores(self, samples: Floats) -> Generator[Progress, None, Floats]:
        """Scores [n, units] of samples at the model's rate, full scale 32768, blank first, neither masked nor scaled.

        Row i is centred on `settings.first + i * settings.hop` seconds.
        """
        return (yield from self._network.run(features(samples, self._settings)))
