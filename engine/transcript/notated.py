"""IPA as people write it, to sounds: stress before the syllable, tones as digits or bars."""

from __future__ import annotations

import unicodedata

from .. import phones as ipa
from ..errors import TranscriptError
from .script import Sound

_STRESS = {"ˈ": 1, "'": 1, "ˌ": 2}
_BARS = {"˥": 1, "˧˥": 2, "˨˩˦": 3, "˨˩": 3, "˥˩": 4, "˩": 5}
_BAR = "˥˦˧˨˩"
_SKIPPED = "._-|‖‿ ͜͡()"


def sounds_of(text: str) -> tuple[Sound, ...]:
    """Sounds of a word in IPA; empty where it holds none.

    Stress stands before its syllable and is put on the nucleus after it, a tone after its syllable (1 to 5 or bars)
    and is put on the nucleus before it.
    """
    found: list[Sound] = []
    stress = 0
    for part in _parts(unicodedata.normalize("NFD", text)):
        if part in _STRESS:
            stress = _STRESS[part]
        elif part.isdigit() or part[0] in _BAR:
            _toned(found, int(part[0]) if part.isdigit() else _BARS.get(part, 1))
        else:
            for segment in ipa.segments(part):
                nucleus = stress > 0 and (ipa.features(segment).vowel or "\u0329" in segment)
                found.append(Sound(segment, stress if nucleus else 0))
                stress = 0 if nucleus else stress
    return tuple(found)


def check(text: str) -> None:
    """Raises TranscriptError where `text` holds a letter that is no IPA."""
    for segment in ipa.segments("".join(letter for letter in text if letter not in _SKIPPED)):
        for letter in unicodedata.normalize("NFC", segment):
            if letter.isalpha() and not _is_ipa(letter):
                raise TranscriptError(
                    f"'{letter}' in /{text}/ is no sign of IPA; correct it, or leave the slashes out."
                )


def _is_ipa(letter: str) -> bool:
    plain = unicodedata.normalize("NFD", letter)[0]
    return letter in ipa.LETTERS or plain in ipa.LETTERS or unicodedata.category(letter) == "Lm"


def _parts(text: str) -> list[str]:
    """Runs of letters, signs of stress, tones."""
    parts: list[str] = []
    for letter in text:
        bar = letter in _BAR
        if letter in _STRESS or letter in "12345" or (bar and not (parts and parts[-1][0] in _BAR)):
            parts.append(letter)
        elif parts and parts[-1] not in _STRESS and not parts[-1].isdigit() and (bar or parts[-1][0] not in _BAR):
            parts[-1] += letter
        else:
            parts.append(letter)
    return [part for part in parts if part.strip(_SKIPPED)]


def _toned(found: list[Sound], tone: int) -> None:
    for at in range(len(found) - 1, -1, -1):
        if ipa.features(found[at].ipa).vowel:
            while at and ipa.features(found[at - 1].ipa).vowel and not found[at - 1].tone:
                at -= 1
            found[at] = Sound(found[at].ipa, found[at].stress, tone if 1 <= tone <= 5 else 0)
            return
