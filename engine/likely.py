"""What else may be said in a stretch of sound: the menu of someone who puts a reading right."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .errors import AudioError
from .languages import Language
from .phones import CLASSES, SILENCE, classify, distance
from .recognizer import Posteriors, Recognizer, decode
from .recognizer.decode import PRIOR_SHARE
from .sound.features import HOP as STEP
from .sound.features import RATE
from .sound.measure import join, measure
from .sound.source import Source

HOP = STEP / RATE  # seconds
SHARE = 0.5  # of a phone's frames that count, those about its middle: its neighbours are heard at its edges


@dataclass(frozen=True, slots=True, eq=False)
class Hearing:
    """A short sound as the recognizer hears it."""

    posteriors: Posteriors

    def sounds(self, start: float, end: float, language: Language) -> tuple[str, ...]:
        """The sounds of a language and silence (''), the likeliest first, between two seconds of the sound."""
        frames = _about_the_middle(start, end, len(self.posteriors.phones))
        level = self.posteriors.phones[frames].astype(np.float32).mean(axis=0)
        if self.posteriors.prior is not None:
            level = level - PRIOR_SHARE * self.posteriors.prior
        return tuple(sorted({*language.inventory, SILENCE}, key=lambda phone: _rank(phone, level)))

    def freely(self, start: float, end: float, language: Language) -> str:
        """IPA of what is heard between two seconds without any text."""
        heard = decode(self.posteriors, language)
        return "".join(phone.ipa for phone in heard if start <= (phone.start + phone.end) / 2.0 < end)


def hear(source: Source) -> Hearing:
    """Hear a short sound, whole and at once: give some seconds about the stretch that is asked for.

    Raises AudioError where it cannot be read, or is shorter than a frame.
    """
    bands = join(measure(source.blocks(RATE), changing=False)).bands
    if len(bands) == 0:
        raise AudioError(f"'{source.name}' is too short to be heard; give more of it.")
    return Hearing(Recognizer.load().posteriors(bands.astype(np.float32)))


def _about_the_middle(start: float, end: float, count: int) -> slice:
    middle, half = (start + end) / 2.0 / HOP, (end - start) / 2.0 / HOP * SHARE
    first = min(max(0, int(middle - half)), count - 1)
    return slice(first, max(first + 1, min(count, round(middle + half))))


def _rank(phone: str, level: NDArray[np.float32]) -> tuple[float, float, str]:
    """Its class's level, high first; of the phones of one class those most like it."""
    heard_as = classify(phone)
    apart = distance(phone, heard_as) if phone else 0.0
    return -float(level[CLASSES.index(heard_as)]), apart, phone
