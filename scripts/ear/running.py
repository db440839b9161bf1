"""Log-mels of a batch as the live ear would have normalised them: from the first word, or after a while of speech."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.live import normalising
from engine.live.normalising import Tracks
from engine.sound.features import BANDS

SPOKEN = 0.5  # share of the chunks before which the voice has spoken for a while
LEVEL_ROWS, BAND_ROWS = (80.0, 350.0), (150.0, 1500.0)  # loud rows that it has spoken
OTHER_LEVEL, OTHER_BANDS = 0.2, 0.25  # how far what was said then was from what is said now, in log power
QUIETER, SHARE = 16.0, 0.4  # dB by which some of the sounds are made quieter still: microphones turned down

Floats = NDArray[np.float32]


def normalised_live(bands: Tensor, rng: np.random.Generator | None = None) -> Tensor:
    """Log-mels [batch, frames, BANDS] as they came, normalised row by row.

    With `rng`, SPOKEN of them begin with what would be known of them after a while; without, all begin anew.
    """
    rows = bands.numpy()
    tracks = Tracks(len(rows))
    if rng is not None:
        _prime(tracks, rows, rng)
    return torch.from_numpy(np.stack([tracks.step(rows[:, i]) for i in range(rows.shape[1])], axis=1))


def _prime(tracks: Tracks, rows: Floats, rng: np.random.Generator) -> None:
    level = rows.mean(2)
    top, noise = np.percentile(level, 96, axis=1), np.percentile(level, 4, axis=1)
    for i in np.flatnonzero(rng.random(len(rows)) < SPOKEN):
        loud = rows[i][level[i] > max(top[i] - normalising.LOUD, noise[i] + normalising.CLEAR)]
        if len(loud) < 20:
            continue
        tracks.smooth[i] = tracks.noise[i] = noise[i]
        tracks.loudest[i] = top[i] + rng.normal(0.0, OTHER_LEVEL)
        mean = float(loud.mean()) + rng.normal(0.0, OTHER_LEVEL)
        shape = loud.mean(0) - loud.mean() + OTHER_BANDS * rng.standard_normal(BANDS)
        spread = loud.std(0) * np.exp(0.1 * rng.standard_normal(BANDS))
        tracks.level_rows[i], tracks.band_rows[i] = rng.uniform(*LEVEL_ROWS), rng.uniform(*BAND_ROWS)
        tracks.level_sum[i] = mean * tracks.level_rows[i]
        tracks.band_sum[i] = shape * tracks.band_rows[i]
        tracks.square_sum[i] = spread**2 * tracks.band_rows[i]


def turned_down(sound: Tensor, rng: np.random.Generator) -> Tensor:
    """Sound [batch, samples], some of it quieter by up to QUIETER dB."""
    lower = np.where(rng.random((len(sound), 1)) < SHARE, rng.uniform(0.0, QUIETER, (len(sound), 1)), 0.0)
    return sound * torch.from_numpy(10.0 ** (-lower / 20.0)).float()
