"""Corrections as people write them: '1.20-1.45=/bæt/' for sounds, '1.20-1.45=bat' for a word."""

from __future__ import annotations

import math
import re

from . import phones
from .errors import TakeError, UsageError
from .take import Correction

PATTERN = re.compile(r"\s*(\d+(?:\.\d*)?)\s*[-–]\s*(\d+(?:\.\d*)?)\s*=(.*)", re.DOTALL)
MARGIN = "/[] \t"  # around IPA, as people paste it


def parse(text: str) -> Correction:
    """The correction in 'START-END=/IPA/' or 'START-END=word', START and END in seconds; '//' is silence.

    Raises UsageError for any other text, and where no sound or word is named rightly.
    """
    found = PATTERN.fullmatch(text)
    if found is None:
        raise UsageError(f"'{text}' is no correction; write seconds and what is said, as in 1.20-1.45=/bæt/ or =bat.")
    start, end, said = float(found[1]), float(found[2]), found[3].strip()
    if said.startswith("/") and said.endswith("/"):
        return sounds(start, end, said)
    return word(start, end, said)


def sounds(start: float, end: float, ipa: str) -> Correction:
    """These sounds (IPA, with or without slashes; '' is silence) from `start` to `end` seconds. Raises UsageError."""
    said = ipa.strip(MARGIN)
    for segment in phones.segments(said):
        if not _is_known(segment):
            raise UsageError(f"'{segment}' in '{said}' is no sound of the IPA; write the sounds in IPA, as in /bæt/.")
    if said and not phones.segments(said):
        raise UsageError(f"'{said}' holds no sound; write the sounds in IPA, as in /bæt/, or nothing for silence.")
    return _made(start, end, said, "phones")


def word(start: float, end: float, spelling: str) -> Correction:
    """This word, as it is spelled, from `start` to `end` seconds. Raises UsageError."""
    return _made(start, end, " ".join(spelling.split()), "word")


def _made(start: float, end: float, said: str, kind: str) -> Correction:
    if not (math.isfinite(start) and math.isfinite(end)):
        raise UsageError(f"A correction runs from {start} to {end} s; give its seconds.")
    try:
        return Correction(round(start, 3), round(end, 3), said, kind)
    except TakeError as error:
        raise UsageError(str(error)) from error


def _is_known(segment: str) -> bool:
    return any(segment.startswith(letter) for letter in phones.LETTERS)
