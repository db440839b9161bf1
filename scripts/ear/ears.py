"""The engine as an ear: it hears a trial as the add-on and the command line do, by `engine.listen`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from measure import Heard
from trials import Trial

from engine import languages
from engine.errors import LockstepError, TranscriptError
from engine.languages import Language
from engine.listen import listen
from engine.progress import drain
from engine.recognizer import Posteriors, Recognizer
from engine.recognizer.network import Network
from engine.sound.features import log_mel
from engine.sound.source import ArraySource
from engine.take import Take
from engine.transcript import read_script


def language_of(code: str) -> Language:
    """Our language for a code such as "pt-br"; that for any language where we have none."""
    code = code.split("-")[0]
    return languages.load(code if code in languages.codes() else "und")


def pronunciation(text: str, code: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Each word of a text with the IPA of its usual reading; () where it cannot be read."""
    try:
        script = drain(read_script(text, languages.load(code)))
    except TranscriptError:
        return ()
    return tuple((word.text, tuple(sound.ipa for sound in word.readings[0].sounds)) for word in script.words)


class Lockstep:
    """The engine with the weights of a file (None: its own)."""

    def __init__(self, weights: Path | None = None) -> None:
        self.recognizer = Recognizer(Network.read(weights)) if weights else Recognizer.load()
        self.refusals: dict[str, int] = {}

    def hear(self, trial: Trial) -> Heard:
        """Phones without a transcript, refined."""
        return self._heard(trial, None)

    def hear_quickly(self, trial: Trial) -> Heard:
        """Phones without a transcript, in the quick pass."""
        return self._heard(trial, None, refined=False)

    def hear_in_any_language(self, trial: Trial) -> Heard:
        """Phones without a transcript, refined, in the language that is found."""
        return self._heard(trial, None, found=True)

    def told(self, trial: Trial) -> Heard:
        """Phones and words with the trial's text as the transcript."""
        return self._heard(trial, trial.text)

    def posteriors(self, trial: Trial) -> Posteriors:
        """What the recognizer says of each frame of a trial at 16 kHz."""
        return self.recognizer.posteriors(log_mel(trial.samples.astype(np.float32) / 32768))

    def identify(self, trial: Trial) -> str | None:
        """The language that is found in a trial at 16 kHz; None where it cannot be told."""
        from engine.recognizer.identify import identify

        return identify(self.posteriors(trial)).code

    def _heard(self, trial: Trial, text: str | None, refined: bool = True, found: bool = False) -> Heard:
        try:
            take = self._take(trial, text, refined, None if found else language_of(trial.language))
        except LockstepError as error:
            self.refusals[str(error)] = self.refusals.get(str(error), 0) + 1
            return Heard(())
        return Heard(
            tuple((phone.start, phone.end, phone.ipa) for phone in take.phones),
            tuple(phone.confidence for phone in take.phones),
            tuple((word.text, word.status) for word in take.words),
        )

    def _take(self, trial: Trial, text: str | None, refined: bool, spoken: Language | None) -> Take:
        source = ArraySource(trial.samples.astype(np.float32) / 32768, trial.rate, "trial.wav")
        return drain(listen(source, language=spoken, refined=refined, transcript=text, recognizer=self.recognizer))
