"""What is said at a moment of a line: the sound, the syllable, the word or the phrase that the artist means."""

from __future__ import annotations

from collections.abc import Sequence

from ...engine.errors import UsageError
from ...engine.take import Take

NEAR = 0.15  # seconds from the playhead within which a sound is still meant
SILENT = "Nobody speaks at the playhead; go to the sound that is meant."
NO_RANGE = "There is no preview range; set one in the timeline (P), or choose the word, the phrase or the line."
NO_WORDS = "The words of this line are not known; choose the phrase, or sync with a transcript first."
NO_SPEECH = "Nobody speaks in this line; choose the preview range."

Stretch = tuple[float, float]  # seconds


def phone_at(take: Take, seconds: float) -> int:
    """The phone that is said at a second, or close to it. Raises UsageError where nobody speaks."""
    return _nearest([(phone.start, phone.end) for phone in take.phones], seconds)


def nucleus_at(take: Take, seconds: float) -> int:
    """The phone that is the nucleus of the syllable at a second, or close to it. Raises UsageError."""
    if not take.syllables:
        return phone_at(take, seconds)
    return take.syllables[_nearest([(one.start, one.end) for one in take.syllables], seconds)].nucleus


def meant(take: Take, seconds: float, kind: str) -> float:
    """The second that an item of this kind is tied to: the middle of its sound where it is at one as a whole.

    An 'emphasis' is at a nucleus and a 'pin' at a sound; others are where they are. Raises UsageError.
    """
    if kind == "emphasis":
        return _middle(take, nucleus_at(take, seconds))
    return _middle(take, phone_at(take, seconds)) if kind == "pin" else seconds


def _middle(take: Take, phone: int) -> float:
    return (take.phones[phone].start + take.phones[phone].end) / 2.0


def stretch_at(take: Take, seconds: float, reach: str, preview: Stretch | None) -> Stretch:
    """From where to where 'WORD', 'PHRASE' or 'LINE' lasts at a second, or 'RANGE', which is `preview`.

    Raises UsageError where there is none.
    """
    if reach == "RANGE":
        if preview is None:
            raise UsageError(NO_RANGE)
        return preview
    if not take.phones:
        raise UsageError(NO_SPEECH)
    if reach == "LINE":
        return take.phones[0].start, take.phones[-1].end
    words = [(word.start, word.end) for word in take.words if word.end > word.start]
    if reach == "WORD" and not words:
        raise UsageError(NO_WORDS)
    listed = words if reach == "WORD" else [(phrase.start, phrase.end) for phrase in take.phrases]
    return listed[_nearest(listed, seconds)]


def _nearest(stretches: Sequence[Stretch], seconds: float) -> int:
    """The stretch in which a second lies, or the one next to it."""
    away = [max(start - seconds, seconds - end, 0.0) for start, end in stretches]
    if not away or min(away) > NEAR:
        raise UsageError(SILENT)
    inside = [index for index, (start, end) in enumerate(stretches) if start <= seconds < end]
    return inside[0] if inside else away.index(min(away))
