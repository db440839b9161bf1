"""Sound of any rate as it comes -> moments of the mouth."""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

from ..errors import UsageError
from ..languages import Language, load
from ..mouth.controls import Controls
from ..recognizer.model import Posteriors
from ..sound.features import RATE
from ..sound.resample import Resampler
from .ear import LiveEar
from .level import Levels
from .moment import HOP, Moment
from .mouth import LiveMouth, Shown

Floats = NDArray[np.float32]


class Listener:
    """One sound at `rate` Hz, heard in `language` (one, or its code) while it is going on.

    `push` it piece by piece, `finish` when it has ended: in all, a moment for each whole 10 ms, each once and in order,
    the same however the sound is cut. What is kept does not grow. `delay`: seconds from a sound to the moment that
    speaks of it, the time to gather a piece left out. Raises LanguageError for a code without a language, UsageError
    for a rate that is none.
    """

    def __init__(self, language: Language | str, controls: Controls | None = None, rate: int = RATE) -> None:
        if rate <= 0:
            raise UsageError(f"A sound of {rate} samples a second cannot be heard; give its sample rate.")
        spoken = load(language) if isinstance(language, str) else language
        self._resampler, self._levels = Resampler(rate, RATE, prompt=True), Levels()
        self._ear, self._mouth = LiveEar(), LiveMouth(spoken, controls)
        self._pending: deque[float] = deque()  # levels of rows that the ear has not told of yet
        self._shown: deque[float] = deque()  # levels of rows that the mouth has not shown yet
        self._told = 0
        self.delay = self._resampler.delay + self._ear.delay + self._mouth.delay

    def push(self, samples: Floats) -> list[Moment]:
        """The next samples [n], mono, full scale 1 -> the moments that can be told now, none or several.

        What is no number counts as silence, what is beyond full scale as full scale.
        """
        return self._hear(self._resampler.push(_mended(samples)))

    def finish(self) -> list[Moment]:
        """The moments that are left when the sound has ended. Nothing may be pushed then."""
        moments = self._hear(self._resampler.finish())
        self._pending.extend(self._levels.finish())
        moments += self._tell(self._ear.finish())
        return moments + self._moments(self._mouth.finish())

    def _hear(self, samples: Floats) -> list[Moment]:
        self._pending.extend(self._levels.push(samples))
        return self._tell(self._ear.push(samples))

    def _tell(self, rows: Posteriors) -> list[Moment]:
        levels = np.array([self._pending.popleft() for _ in range(len(rows.phones))])
        self._shown.extend(levels.tolist())
        return self._moments(self._mouth.push(rows.phones, rows.articulation, levels))

    def _moments(self, shown: list[Shown]) -> list[Moment]:
        moments = []
        for values, phone in shown:
            time = (self._told + 0.5) * HOP
            moments.append(Moment(time, tuple(values.tolist()), phone, self._shown.popleft()))
            self._told += 1
        return moments


def _mended(samples: Floats) -> Floats:
    samples = samples.astype(np.float32, copy=False)
    if not len(samples) or float(np.maximum(samples.max(), -samples.min())) <= 1.0:
        return samples
    mended: Floats = np.clip(np.nan_to_num(samples, nan=0.0, posinf=0.0, neginf=0.0), -1.0, 1.0)
    return mended
