"""The sound of a shot at other speeds, heard anew."""

from __future__ import annotations

from collections.abc import Generator, Sequence

import numpy as np

from ..check.band import speech_band
from ..ears.protocol import Ear
from ..errors import AudioError, UsageError
from ..languages import Language
from ..listen import listen
from ..progress import Progress, scaled
from ..sound.features import RATE
from ..sound.source import ArraySource, Source
from .stretch import stretched
from .trying import Heard

LONGEST = 600.0  # seconds of a sound that is stretched: it lies in memory as a whole


def hear_at(
    source: Source,
    language: Language,
    speeds: Sequence[float],
    transcript: str | None = None,
    recognizer: Ear | None = None,
) -> Generator[Progress, None, dict[float, Heard]]:
    """By speed, what is heard of the sound stretched to it; speeds at which no speech is heard are left out.

    Raises AudioError where the sound cannot be read, UsageError where it lasts more than ten minutes.
    """
    if source.duration > LONGEST:
        raise UsageError(f"'{source.name}' lasts {source.duration / 60.0:.0f} minutes; try parts of up to ten minutes.")
    samples = np.concatenate([np.zeros(0, np.float32), *source.blocks(RATE)])
    found = {}
    for place, speed in enumerate(speeds):
        played = ArraySource(stretched(samples, RATE, speed), RATE, f"{source.name} at {speed:g}")
        low, high = place / len(speeds), (place + 1) / len(speeds)
        try:
            work = listen(played, language=language, transcript=transcript, recognizer=recognizer)
            take = yield from scaled(work, low, high)
        except AudioError:
            continue
        found[speed] = Heard(take, (yield from scaled(speech_band(played), high, high)))
    return found
