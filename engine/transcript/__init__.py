"""Written text to a lattice of sounds: what was to be said, and the ways in which it may have been said.

The readers of all the writings are loaded when a text is read: most sounds come without one.
"""

from __future__ import annotations

from collections.abc import Generator

from ..languages import Language
from ..progress import Progress
from .script import Reading, Script, ScriptWord, Sound
from .speaker import Speaker

__all__ = ["Reading", "Script", "ScriptWord", "Sound", "Speaker", "read_script", "say_word"]


def read_script(
    transcript: str, language: Language, *, speaker: Speaker | None = None
) -> Generator[Progress, None, Script]:
    """As `reading.read_script`: the words of a transcript, each with its readings. Raises TranscriptError."""
    from . import reading

    return reading.read_script(transcript, language, speaker=speaker)


def say_word(word: str, language: Language, *, speaker: Speaker | None = None) -> tuple[Reading, ...]:
    """As `reading.say_word`: the ways to say one word, the usual way first. Raises TranscriptError."""
    from . import reading

    return reading.say_word(word, language, speaker=speaker)
