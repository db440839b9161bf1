"""A sound played faster or slower at its own pitch.

Waveform similarity overlap-add (WSOLA; Verhelst and Roelands, ICASSP 1993): pieces of the sound are laid one over
another at the new pace, each taken from where, near its place, it continues the one before best. Onsets stay sharp, and
nothing is off its place by more than the search reaches.
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

PIECE = 0.030  # seconds of a piece; half of it overlaps the next
SEARCH = 0.006  # seconds to each side in which the best continuation is looked for
FAINT = 1e-6  # power of a piece that counts as none

Floats = NDArray[np.float32]


def stretched(samples: Floats, rate: int, speed: float) -> Floats:
    """Mono samples [n] at `rate` Hz, played at `speed` (above 0; 2: twice as fast): [round(n / speed)]."""
    if speed == 1.0 or not len(samples):
        return samples
    half = max(1, round(PIECE * rate / 2.0))
    reach = max(1, round(SEARCH * rate))
    window = np.hanning(2 * half + 1)[:-1]
    count = round(len(samples) / speed)
    pieces = -(-count // half) + 1
    padded = np.concatenate([np.zeros(half + reach), samples, np.zeros(4 * half + 3 * reach + round(half * speed))])
    made = np.zeros((pieces + 1) * half)
    at = reach  # in `padded`, of the piece that is laid
    for number in range(pieces):
        if number:
            at = _best(padded, at + half, reach + round(number * half * speed), reach, 2 * half)
        made[number * half : number * half + 2 * half] += window * padded[at : at + 2 * half]
    played: Floats = made[half : half + count].astype(np.float32)
    return played


def _best(padded: NDArray[np.float64], going_on: int, place: int, reach: int, length: int) -> int:
    """Where within `reach` of `place` the sound is most like what would go on from the piece before."""
    last = len(padded) - length
    going_on, low, high = min(going_on, last), max(0, min(place - reach, last)), min(place + reach, last)
    near = sliding_window_view(padded[low : high + length], length)
    likeness = near @ padded[going_on : going_on + length]
    return low + int((likeness / np.sqrt((near * near).sum(axis=1) + FAINT)).argmax())
