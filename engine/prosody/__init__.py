"""Prosody of a row of phones: syllables, prominence, phrases, pitch paths and tones."""

from .describe import describe
from .phrases import PAUSE, phrases
from .prominence import mark_prominence
from .syllables import find_nuclei, sonority, syllables
from .tones import mark_tones, with_pitch

__all__ = (
    "PAUSE",
    "describe",
    "find_nuclei",
    "mark_prominence",
    "mark_tones",
    "phrases",
    "sonority",
    "syllables",
    "with_pitch",
)
