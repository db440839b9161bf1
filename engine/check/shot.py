"""All that a check compares: the mouth as shown, the mouth as the sound asks for it, the sound itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..mouth import Contact
from ..take import Phone, Take
from .band import loudness_shape
from .mouth import MouthTrack
from .signals import FEATURES, HOP, Signals, box, feature_weights, sharpened, shown

SAY = (1.0, 0.7, 0.5)  # of openness, of lips shut, of rounding
PAD = 2.6  # seconds of mouth before and after
LEAST = 0.5  # seconds of sound and mouth together without which there is nothing to compare

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Shot:
    """One mouth and one sound, compared from `times[0]` to `times[-1]` (every HOP seconds of the sound).

    `mouth` frame by frame; `expected` at `times`; `contacts` of the lips that the sound asks for; `phones` within;
    `level` [n] of the speech band, 0..1; `fps` and `speed` as in `Seen`.
    """

    times: Floats
    mouth: MouthTrack
    expected: MouthTrack
    contacts: tuple[Contact, ...]
    phones: tuple[Phone, ...]
    level: Floats
    fps: float
    speed: float

    @property
    def frame(self) -> float:
        """Seconds of the sound in a frame."""
        return self.speed / self.fps

    def signals(self) -> Signals:
        """Mouth and sound by the recognizer's events: openness, lips shut, rounding."""
        raw = np.stack([getattr(self.expected, name) for name in FEATURES])
        expected = sharpened(box(raw, self.frame))
        seen = sharpened(shown(self.mouth, self._padded()))
        return Signals(float(self.times[0]), self._pad, expected, seen, feature_weights(expected, seen, SAY))

    def energy_signals(self) -> Signals:
        """The mouth's opening and the speech band's level."""
        expected = sharpened(box(self.level[None, :], self.frame))
        seen = sharpened(shown(self.mouth, self._padded())[:1])
        return Signals(float(self.times[0]), self._pad, expected, seen, feature_weights(expected, seen, (1.0,)))

    def seen_at(self, times: Floats) -> Floats:
        """Openness, lips shut and rounding of the mouth as shown at `times`: [3, n]."""
        return shown(self.mouth, times)

    @property
    def _pad(self) -> int:
        return round(PAD / HOP)

    def _padded(self) -> Floats:
        places = np.arange(-self._pad, len(self.times) + self._pad)
        padded: Floats = self.times[0] + HOP * places
        return padded

    @property
    def trust(self) -> float:
        """How sure the reading is of its sounds, 0..1: the mean confidence, by length."""
        lengths = [phone.end - phone.start for phone in self.phones]
        total = sum(lengths)
        return sum(length * phone.confidence for length, phone in zip(lengths, self.phones, strict=True)) / total


def level_at(energy: Sequence[float] | NDArray[np.float32], times: Floats) -> Floats:
    """The speech band's level, dB every 10 ms, as 0..1 at `times`; 0 where there is none."""
    shape = loudness_shape(np.asarray(energy, np.float32))
    if not len(shape):
        return np.zeros(len(times))
    return np.interp(times, (np.arange(len(shape)) + 0.5) * HOP, shape, left=0.0, right=0.0)


def phones_within(take: Take, start: float, end: float) -> tuple[Phone, ...]:
    """The phones whose middle is heard from `start` to `end`."""
    return tuple(phone for phone in take.phones if start <= 0.5 * (phone.start + phone.end) <= end)
