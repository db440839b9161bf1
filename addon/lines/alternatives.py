"""What else may be said in a stretch of a line, for the menu of someone who puts it right."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from typing import Any

from ...engine import phones
from ...engine.errors import LockstepError
from ...engine.languages import Language, load
from ..sound import audio
from . import spans
from .request import Request

OFFERED = 12  # sounds in the menu
ABOUT = 2.0  # seconds heard on each side
FAR = 180.0  # seconds into a sound, from which looking for the stretch again would take too long


def alternatives(request: Request, line: Any, start: float, end: float, word: str = "") -> list[str]:
    """IPA of what may be said between two seconds of a line, what was heard first; '' is silence.

    For one sound the sounds of its language, the likeliest first; else what is heard there without the text, and the
    ways to say `word`. Where the sound or espeak-ng is not there, what can be told without.
    """
    language = load(line.language)
    heard = list(spans.phones_in(line, start, end))
    found = (
        _sounds(request, language, heard[0], start, end)
        if len(heard) == 1 and not word
        else _whole(request, language, word, start, end)
    )
    return list(dict.fromkeys(["".join(heard), *islice(found, OFFERED)]))


def _sounds(request: Request, language: Language, heard: str, start: float, end: float) -> Iterator[str]:
    try:
        hearing, shift = _hear(request, start, end)
        yield from hearing.sounds(start - shift, end - shift, language)
    except LockstepError:
        yield from sorted(language.inventory, key=lambda phone: (phones.distance(heard, phone), phone))


def _whole(request: Request, language: Language, word: str, start: float, end: float) -> Iterator[str]:
    from ...engine.transcript import say_word

    with suppress(LockstepError):
        hearing, shift = _hear(request, start, end)
        yield hearing.freely(start - shift, end - shift, language)
    with suppress(LockstepError):
        for way in say_word(word, language) if word else ():
            yield "".join(sound.ipa for sound in way.sounds)


def _hear(request: Request, start: float, end: float) -> tuple[Any, float]:
    """The stretch of the line's sound with what is about it, and the second at which that begins."""
    from ...engine.likely import hear
    from .hearing import sound_of

    if start > FAR:
        raise LockstepError("This stretch lies too far into the sound to be heard again for a menu.")
    with sound_of(request) as sound:
        low = max(0.0, start - ABOUT)
        return hear(audio.part_of(sound.source, low, min(sound.source.duration, end + ABOUT))), low
