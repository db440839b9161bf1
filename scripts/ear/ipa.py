"""espeak-ng's phoneme notation to plain IPA, as the engine reads it."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from engine.transcript.notation import moraic_nasal, phones

ForeignSpelling = ValueError
"""What `phones` raises where espeak-ng spelt a word out in another language."""

__all__ = ["ForeignSpelling", "moraic_nasal", "phones"]
