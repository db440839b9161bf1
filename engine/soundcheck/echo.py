"""What a room adds to a voice: one clear echo, and reverberation.

An echo leaves a ripple on the spectrum, the same at all times, and so a peak in the mean cepstrum (Bogert, Healy and
Tukey 1963). Reverberation is told by how fast the sound falls where it falls fastest: a voice stops as it likes, a room
does not (after Ratnam et al., 'Blind estimation of reverberation time', JASA 114, 2003).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from ..sound.features import RATE
from ..sound.runs import runs

SIZE = 32768  # samples of a cepstrum, 2 s
EARLIEST, LATEST = 0.025, 0.5  # seconds after which an echo is looked for
SILENT = 1e-8  # mean power
RANGE = 1e-9  # of the strongest bin: what is weaker counts as this
SPAN = 16  # frames of 10 ms in which the sound must fall
FALL = 6.0  # dB, at least
BELOW = 20.0  # dB under loud speech where a fall may start at most
ABOVE = 6.0  # dB over the noise where it must end
LEAST = 6  # falls that must be seen
FASTEST = 75.0  # percentile of the falls that counts
MEASURED = (0.30, 0.36, 0.45, 0.57, 0.77, 1.05, 1.2, 1.5)  # seconds for 60 dB as the falls have it,
TRUE = (0.05, 0.15, 0.30, 0.50, 0.80, 1.50, 2.5, 4.0)  # in rooms of such times, with a source two metres away

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]


class Ripple:
    """Fed with mono blocks at 16 kHz; asked for the echo in them."""

    def __init__(self) -> None:
        self._left = np.zeros(0, np.float32)
        self._sum: Doubles = np.zeros(SIZE // 2 + 1)
        self._count = 0

    def push(self, block: Floats) -> None:
        """Take a block."""
        samples = np.concatenate([self._left, block])
        at = 0
        while at + SIZE <= len(samples):
            self._add(samples[at : at + SIZE])
            at += SIZE // 2
        self._left = samples[at:]

    @property
    def echo(self) -> tuple[float, float, float]:
        """The likeliest echo: seconds after the sound, its strength, 0..1, and how far it stands out of the cepstrum
        (times the spread of what lies about it)."""
        if not self._count and len(self._left) > RATE // 2:
            self._add(np.pad(self._left, (0, SIZE - len(self._left))))
        if not self._count:
            return 0.0, 0.0, 0.0
        cepstrum = np.fft.irfft(self._sum / self._count)[int(EARLIEST * RATE) : int(LATEST * RATE)]
        spread = 1.4826 * float(np.median(np.abs(cepstrum - np.median(cepstrum))))
        best = int(cepstrum.argmax())
        late = int(EARLIEST * RATE) + best
        window = np.hanning(SIZE)
        shared = float(window[late:] @ window[:-late] / (window @ window))  # of sound and echo in one window
        return late / RATE, float(cepstrum[best]) / shared, float(cepstrum[best]) / max(spread, 1e-9)

    def _add(self, samples: Floats) -> None:
        if float(np.mean(samples * samples)) < SILENT:
            return
        spectrum = np.fft.rfft(samples * np.hanning(SIZE).astype(np.float32))
        power = spectrum.real**2 + spectrum.imag**2
        self._sum += np.log(power + RANGE * power.max())
        self._count += 1


def reverberation(level: Floats, loud: float, noise: float, least: int = LEAST) -> float:
    """Seconds for 60 dB (T60), estimated from a level every 10 ms in dB; NaN where it falls less than `least` times."""
    if len(level) < SPAN:
        return math.nan
    frames = sliding_window_view(level.astype(np.float64), SPAN)
    place = np.arange(SPAN) - (SPAN - 1) / 2.0
    slopes = frames @ place / (place @ place) * 100.0
    falls = (frames[:, 0] > loud - BELOW) & (frames[:, -1] > noise + ABOVE) & (frames[:, 0] - frames[:, -1] > FALL)
    steepest = [-float(slopes[first:last].min()) for first, last in runs(falls)]
    if len(steepest) < least:
        return math.nan
    return float(np.interp(60.0 / np.percentile(steepest, FASTEST), MEASURED, TRUE))
