"""Whether there is speech to hear in a sound, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..errors import AudioError

SILENT = -85.0  # dB re full scale: nothing is louder in a silent sound (one 16 bit step is at about -96)
STEADY = 15.0  # dB between the 5th and 99.5th percentile of energy; speech moves over 25 and more
VOICED = 0.05  # share of frames; speech has 0.3 to 0.6
FULL = 0.985  # of full scale, from which three samples in a row count as clipped
CLIPPED = 0.001  # share of samples worth a word

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Quality:
    """What was measured on a sound.

    `loudest` dB; `spread` dB between the 5th and 99.5th percentile of energy; `voiced` share of frames, 0..1; `clipped`
    share of samples, 0..1; `mended` samples that were no numbers and became zero.
    """

    loudest: float
    spread: float
    voiced: float
    clipped: float = 0.0
    mended: int = 0


def measure(energy: Floats, pitch: Floats, clipped: float = 0.0, mended: int = 0) -> Quality:
    """The quality of a sound from its tracks: energy in dB and pitch in Hz (NaN: unvoiced), both [frames].

    The first and last frame are left out: an offset's step from and to nothing is no sound.
    """
    if len(energy) < 3:
        return Quality(-120.0, 0.0, 0.0, clipped, mended)
    energy = energy[1:-1]
    low, high = np.percentile(energy, (5.0, 99.5))
    voiced = float(np.mean(~np.isnan(pitch)))
    return Quality(float(energy.max()), float(high - low), voiced, clipped, mended)


def clipped_samples(samples: Floats) -> int:
    """How many samples lie in runs of three and more at full scale."""
    full = np.abs(samples) >= FULL
    runs = full[:-2] & full[1:-1] & full[2:]
    inside = np.zeros(len(samples), bool)
    for shift in range(3):
        inside[shift : len(samples) - 2 + shift] |= runs
    return int(inside.sum())


def require_speech(quality: Quality, name: str) -> None:
    """Raise AudioError where the sound is silent, or an even noise without a voice."""
    if quality.loudest < SILENT:
        raise AudioError(
            f"No speech found in '{name}': it is silent (nothing above {quality.loudest:.0f} dB); choose another sound."
        )
    if quality.voiced < VOICED and quality.spread < STEADY:
        raise AudioError(f"No speech found in '{name}': it holds nothing but even noise; choose another sound.")


def remarks(quality: Quality) -> tuple[str, ...]:
    """Sentences on what may spoil the reading, though it can be made: clipping, damaged samples."""
    found = []
    if quality.clipped >= CLIPPED:
        found.append(f"{100.0 * quality.clipped:.1f} % of the samples are clipped; record at a lower level if you can.")
    if quality.mended:
        found.append(f"{quality.mended} samples were no numbers and count as silence; export the sound again.")
    return tuple(found)
