"""What the ear needs of a sound, measured in stretches so that memory stays bounded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from . import change as changes
from .change import Change, change
from .energy import energy
from .features import BANDS, HOP, log_mel
from .pitch import pitch
from .quality import clipped_samples

STRETCH = 1000  # frames measured at once, 10 s
CONTEXT = 100  # frames of sound seen on each side, 1 s
STEPS = HOP // changes.STEP  # of changes in a frame

Floats = NDArray[np.float32]
Halves = NDArray[np.float16]


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """Measures of some frames of 10 ms: log-mels [n, 48], energy in dB [n], pitch in Hz (NaN: unvoiced) [n].

    `clipped` counts samples in runs at full scale; `change`: where the sound changes, every 2.5 ms [4 n], or [0] where
    it was not asked for.
    """

    bands: Halves
    energy: Floats
    pitch: Floats
    clipped: int
    change: Change


def measure(blocks: Iterable[Floats], changing: bool = True) -> Iterator[Measured]:
    """Measure mono blocks at 16 kHz, of any length, in stretches of 10 s; the last may be up to 11 s long.

    All in all `samples // 160` frames come out, the same ones however the sound was cut into blocks.
    `changing`: measure `change` too, which only the sharpening of edges needs.
    """
    for samples, skipped, kept in _stretches(blocks):
        rows = slice(skipped, skipped + kept)
        own = samples[skipped * HOP : (skipped + kept) * HOP]
        bands = log_mel(samples)[rows].astype(np.float16)
        steps = slice(skipped * STEPS, (skipped + kept) * STEPS)
        levels = energy(samples)[rows], pitch(samples)[rows]
        moving = change(samples)[steps] if changing else changes.join([])
        yield Measured(bands, *levels, clipped_samples(own), moving)


def join(parts: Iterable[Measured]) -> Measured:
    """The stretches as one."""
    none = np.zeros(0, np.float32)
    listed = list(parts) or [Measured(np.zeros((0, BANDS), np.float16), none, none, 0, changes.join([]))]
    return Measured(
        np.concatenate([part.bands for part in listed]),
        np.concatenate([part.energy for part in listed]),
        np.concatenate([part.pitch for part in listed]),
        sum(part.clipped for part in listed),
        changes.join([part.change for part in listed]),
    )


def _stretches(blocks: Iterable[Floats]) -> Iterator[tuple[Floats, int, int]]:
    """Samples with their context, the frames to skip at their start, and the frames that count."""
    waiting: list[Floats] = []
    held = 0  # samples waiting
    skipped = 0
    for block in blocks:
        waiting.append(block)
        held += len(block)
        while held >= (skipped + STRETCH + CONTEXT) * HOP:
            samples = np.concatenate(waiting)
            yield samples[: (skipped + STRETCH + CONTEXT) * HOP], skipped, STRETCH
            left = samples[(skipped + STRETCH - CONTEXT) * HOP :]
            waiting, held, skipped = [left], len(left), CONTEXT
    frames = held // HOP - skipped
    if frames > 0:
        yield np.concatenate(waiting), skipped, frames
