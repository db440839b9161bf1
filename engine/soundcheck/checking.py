"""Checking a sound: a source in, its figures and findings out."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace

from ..progress import Progress
from ..sound.source import Source, check_length
from .figures import figures
from .findings import SoundCheck
from .judging import judged
from .pauses import find_pauses
from .survey import survey


def check_sound(
    source: Source, speech: Sequence[tuple[float, float]] = (), phrases: Sequence[tuple[float, float]] = ()
) -> Generator[Progress, None, SoundCheck]:
    """What is wrong with a recording for lip sync: 0.1 s to an hour, in blocks, so that memory stays bounded.

    `speech`: where somebody speaks, in seconds, and `phrases`: the phrases whose levels are compared; without them
    both are found by the level. Loudness after ITU-R BS.1770-4; the rest as the modules of this room say.

    Raises AudioError where the sound is too short, too long or cannot be read to its end.
    """
    check_length(source)
    measured = yield from survey(source)
    pauses = find_pauses(measured.level, speech)
    found = figures(measured, pauses)
    return replace(found, findings=tuple(judged(found, measured, pauses, phrases)))
