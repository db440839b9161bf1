"""One run fed to the live listener block by block, and what it told when."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from check.speech import Speech, language_of
from numpy.typing import NDArray

from engine.cli.listen import hearer_of
from engine.live.ear import LiveEar
from engine.live.moment import HOP, Moment
from engine.mouth import CHANNELS, Controls
from engine.mouth.curves import FaceCurves
from engine.sound.resample import Resampler

BLOCK = 0.010  # seconds fed at once
RATE = 16000

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Heard:
    """What the listener told of one run.

    `times`: of the moments; `told`: how much of the sound had been fed when each was told (NaN for those that the end
    of the sound brought); `values` [n, channels]; `phones` [rows, classes]: the ear's log-probabilities, row i for
    (i + 0.5) * 10 ms; `seconds` of the processor for the listener.
    """

    times: NDArray[np.float64]
    told: NDArray[np.float64]
    values: Floats
    phones: Floats
    seconds: float

    @property
    def delays(self) -> NDArray[np.float64]:
        """Seconds by which each moment came behind what it speaks of."""
        return (self.told - self.times)[~np.isnan(self.told)]

    @property
    def face(self) -> FaceCurves:
        """The moments as curves, each at the time it speaks of."""
        channels = dict(zip(CHANNELS, self.values.T, strict=True))
        return FaceCurves(float(self.times[0]), HOP, channels)


def hear(speech: Speech, controls: Controls | None = None) -> Heard:
    """Feed a run to a listener of its own, and to an ear of its own for what it heard."""
    listener = hearer_of(language_of(speech.language).code, controls or Controls(), round(speech.rate))
    begun = time.process_time()
    found: list[tuple[float, Moment]] = []
    fed = 0
    for block in blocks(speech.samples.astype(np.float32) / 32768, round(speech.rate)):
        fed += len(block)
        found += [(fed / speech.rate, moment) for moment in listener.push(block)]
    found += [(np.nan, moment) for moment in listener.finish()]
    spent = time.process_time() - begun
    told, moments = zip(*found, strict=True)
    return Heard(
        np.array([moment.time for moment in moments]),
        np.array(told),
        np.array([moment.values for moment in moments], np.float32),
        _posteriors(speech),
        spent,
    )


def blocks(samples: Floats, rate: int) -> Iterator[Floats]:
    """A sound as a microphone gives it: 10 ms at a time."""
    step = round(BLOCK * rate)
    for at in range(0, len(samples), step):
        yield samples[at : at + step]


def _posteriors(speech: Speech) -> Floats:
    ear, turned = LiveEar(), Resampler(round(speech.rate), RATE)
    rows = [
        ear.push(turned.push(block)).phones
        for block in blocks(speech.samples.astype(np.float32) / 32768, round(speech.rate))
    ]
    rows.append(ear.push(turned.finish()).phones)
    rows.append(ear.finish().phones)
    return np.concatenate(rows).astype(np.float32)
