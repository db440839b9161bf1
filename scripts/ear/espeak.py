"""espeak-ng's pronunciation of many texts, by the engine's reader."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from engine.progress import drain
from engine.transcript import Speaker

SPAIN = frozenset({"tuxpaint_es"})
"""Sets that are spoken as in Spain; the other Spanish ones are American."""

OWN_NAME = "de fr ru ja sw gd bn ca bg ro da sl sk tr fi el cs nl pl it".split()
VOICES = {"en": "en-us", "zh": "cmn", "pt": "pt-br", "es": "es-419"} | {code: code for code in OWN_NAME}
"""espeak-ng's voice for each language of the recordings."""


def transcribe(texts: Sequence[str], voice: str) -> list[list[str] | None]:
    """Phonemes of each text's clauses (phones apart by '_', words by ' '); None for a text at which the library died.

    Raises TranscriptError where espeak-ng does not know the voice.
    """
    answers = drain(Speaker.find().say([(voice, text) for text in texts]))
    return [list(spoken.ipa) if spoken else None for spoken in answers]
