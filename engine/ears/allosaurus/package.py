"""Allosaurus' own package run for its scores alone, outside Blender, where it is installed.

Of the package its features and its network are used; what it makes of the scores (each phone 45 ms long, repeated ones
as one) is not.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Generator
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import UsageError
from ...progress import Progress
from .folder import ModelFolder

Floats = NDArray[np.float32]


class PackageNetwork:
    """The model of a folder, run by the package and PyTorch."""

    def __init__(self, folder: ModelFolder, modules: tuple[Any, ...]) -> None:
        features, network, self._audio, self._torch = modules
        self._rate = folder.settings.rate
        try:
            self._features = features.read_pm(folder.path, None)
            self._network = network.read_am(folder.path, Namespace(device_id=-1)).eval()
        except Exception as error:
            raise UsageError(
                f"The package 'allosaurus' cannot read the model in '{folder.path}' ({type(error).__name__}); "
                "download that model anew."
            ) from error

    def scores(self, samples: Floats) -> Generator[Progress, None, Floats]:
        """Scores [n, units] of samples at the model's rate, full scale 32768, as `PlainNetwork` gives them."""
        yield Progress("Hearing", 0.0)
        rows = self._features.compute(self._audio.Audio(samples, self._rate))
        with self._torch.no_grad():
            found = self._network(
                self._torch.from_numpy(np.ascontiguousarray(rows, np.float32))[None],
                self._torch.tensor([len(rows)], dtype=self._torch.int64),
            )
        scores: Floats = found[0].numpy()
        return scores


def package_network(folder: ModelFolder) -> PackageNetwork | None:
    """The package's way to run a model; None where the package, or what it needs, is not installed."""
    names = ("allosaurus.pm.factory", "allosaurus.am.factory", "allosaurus.audio", "torch")
    try:
        modules = tuple(import_module(name) for name in names)
    except (ImportError, OSError):  # OSError: a library of PyTorch's that does not load
        return None
    return PackageNetwork(folder, modules)
