"""What Allosaurus sees of a sound: cepstra of a mel spectrum, normalised over the utterance, three frames in one.

The settings are those of the model's own folder. Mel filters and window are Kaldi's (Povey et al. 2011): triangles on
1127 ln(1 + f / 700), a Hann window to the power of 0.85, the first sample's pre-emphasis against itself. Beside the
package the figures agree to rounding, and so all is done in the precision that it uses at each step.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

EMPHASIS = np.float32(0.97)
LIFTER = 22
TINY = np.finfo(np.float64).eps  # power of what is silent
FLAT = 1e-6  # deviation under which a column says nothing

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Settings:
    """How a model wants its sound.

    `rate` Hz; `window`, `shift` seconds of a frame; `banks` filters between `low` and `high` Hz (0 or less: so far
    under half the rate); `cepstra` kept of them; `energy`: the first one is the log of the frame's power; `normalised`:
    mean 0, deviation 1 over the utterance; `joined`: frames put side by side, 1 or 3, one row for each so many.
    """

    rate: int
    window: float
    shift: float
    banks: int
    cepstra: int
    low: float
    high: float
    energy: bool
    normalised: bool
    joined: int

    @property
    def hop(self) -> float:
        """Seconds between two rows."""
        return self.shift * self.joined

    @property
    def first(self) -> float:
        """Seconds at the middle of the first row."""
        return self.window / 2.0

    @property
    def width(self) -> int:
        """Numbers in a row."""
        return self.cepstra * self.joined

    @property
    def least(self) -> int:
        """Samples without which there is no row."""
        return _half_up(self.window * self.rate) + 2 * _half_up(self.shift * self.rate)


def features(samples: Floats, settings: Settings) -> Floats:
    """Rows [n, settings.width] of mono samples at `settings.rate` Hz, full scale 32768.

    Row i is centred on `settings.first + i * settings.hop` seconds. Raises ValueError for fewer samples than
    `settings.least`.
    """
    if len(samples) < settings.least:
        raise ValueError(f"{len(samples)} samples are too few to be heard.")
    frames = _frames(samples, settings)
    cepstra = _cepstra(frames, settings)
    if settings.energy:
        cepstra[:, 0] = np.log(np.maximum(np.sum(frames.astype(np.float64) ** 2, axis=1), TINY))
    rows = cepstra.astype(np.float32)
    if settings.normalised:
        rows = _normalised(rows)
    return _joined(rows) if settings.joined == 3 else rows


def _half_up(number: float) -> int:
    return int(np.floor(number + 0.5))


def _frames(samples: Floats, settings: Settings) -> Floats:
    """Windows of sound, the mean of each taken out."""
    size, step = _half_up(settings.window * settings.rate), _half_up(settings.shift * settings.rate)
    frames = sliding_window_view(samples.astype(np.float32, copy=False), size)[::step]
    centred: Floats = frames - frames.mean(axis=1, keepdims=True)
    return centred


def _cepstra(frames: Floats, settings: Settings) -> Doubles:
    rising = np.concatenate([(1.0 - EMPHASIS) * frames[:, :1], frames[:, 1:] - EMPHASIS * frames[:, :-1]], axis=1)
    size = frames.shape[1]
    points = 1 << max(0, int(settings.window * settings.rate) - 1).bit_length()
    window = (0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(size) / (size - 1))) ** 0.85
    spectrum = np.fft.rfft(rising * window, points, axis=1)
    power = (spectrum.real**2 + spectrum.imag**2) @ _filters(settings, points)
    logs = np.log(np.where(power == 0.0, TINY, power))
    lift = 1.0 + LIFTER / 2.0 * np.sin(np.pi * np.arange(settings.cepstra) / LIFTER)
    cepstra: Doubles = (logs @ _cosines(settings.banks)[:, : settings.cepstra]) * lift
    return cepstra


def _filters(settings: Settings, points: int) -> Doubles:
    """Weights [points // 2 + 1, banks]: triangles of height 1, even on the mel scale; the last point counts nowhere."""
    half = settings.rate / 2.0
    high = settings.high if settings.high > 0.0 else half + settings.high
    edges = np.linspace(_mel(settings.low), _mel(high), settings.banks + 2)
    places = _mel(np.arange(points // 2 + 1) * settings.rate / points)[:, None]
    rising = (places - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - places) / (edges[2:] - edges[1:-1])
    weights: Doubles = np.maximum(0.0, np.minimum(rising, falling))
    weights[-1] = 0.0
    return weights


def _mel(hertz: float | Doubles) -> Doubles:
    mel: Doubles = 1127.0 * np.log(1.0 + np.asarray(hertz, np.float64) / 700.0)
    return mel


def _cosines(count: int) -> Doubles:
    """The orthonormal discrete cosine transform (II) as a matrix [in, out]."""
    at = np.arange(count)
    table: Doubles = np.sqrt(2.0 / count) * np.cos(np.pi * (at[:, None] + 0.5) * at / count)
    table[:, 0] /= np.sqrt(2.0)
    return table


def _normalised(rows: Floats) -> Floats:
    """Mean 0 and deviation 1 in each column, in single precision as the models saw it when they learnt."""
    count = np.float32(len(rows))
    mean = np.sum(rows, axis=0) / count
    variance = np.sum(rows * rows, axis=0) / count - mean * mean
    normal: Floats = (rows - mean) / np.sqrt(np.maximum(variance, np.float32(FLAT**2)))
    return normal


def _joined(rows: Floats) -> Floats:
    """Each third row between its neighbours; the first one's is the last row, as the models learnt it."""
    return np.concatenate([np.roll(rows, 1, axis=0), rows, np.roll(rows, -1, axis=0)], axis=1)[::3]
