"""The takes of spoken readings: as the recognizer hears them, and as they truly are."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from engine.languages import Language, codes, load
from engine.listen import listen
from engine.progress import drain
from engine.prosody import describe
from engine.recognizer import Recognizer
from engine.sound.source import ArraySource
from engine.take import Phone, Take

from .speech import RATE, Spoken

HEARD, TOLD, TRUE = "heard", "with the text", "true phones"


def language_of(code: str) -> Language:
    """Our language, or that for any other where we have none of the code."""
    return load(code if code in codes() else "und")


@dataclass(frozen=True, eq=False)
class Ears:
    """One recognizer for all: `take(spoken, ear)` is the take as `ear`, HEARD, TOLD or TRUE, has it."""

    recognizer: Recognizer

    def take(self, spoken: Spoken, ear: str) -> Take:
        """The take of a sound. Raises LockstepError where it cannot be heard."""
        if ear == TRUE:
            return true_take(spoken, self._listen(spoken, None))
        return self._listen(spoken, spoken.script if ear == TOLD else None)

    def _listen(self, spoken: Spoken, text: str | None) -> Take:
        source = ArraySource(spoken.samples.astype(np.float32) / 32768, RATE, f"{spoken.name}.wav")
        language = language_of(spoken.language)
        return drain(listen(source, language=language, transcript=text, recognizer=self.recognizer))


def true_take(spoken: Spoken, heard: Take) -> Take:
    """What was truly said in the place of what was heard, with prosody of its own."""
    said = tuple(Phone(round(one.start, 3), round(one.end, 3), one.ipa) for one in spoken.phones)
    said = tuple(phone for phone in said if phone.end > phone.start)
    phones, syllables, phrases = describe(said, (), heard.tracks, language_of(spoken.language))
    return replace(heard, phones=tuple(phones), syllables=tuple(syllables), phrases=tuple(phrases), words=())
