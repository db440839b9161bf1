"""Prosody of a row of phones: syllables, prominence, phrases, pitch paths and tones."""

from .describe import describe
from .phrases import PAUSE, phrases
from .prominence import TRUSTED, mark_prominence
from .syllables import find_nuclei, sonority, spoken_words, syllables
from .tones import mark_tones, with_pitch

__all__ = (
    "PAUSE",
    "TRUSTED",
    "describe",
    "find_nuclei",
    "mark_prominence",
    "mark_tones",
    "phrases",
    "sonority",
    "spoken_words",
    "syllables",
    "with_pitch",
)
