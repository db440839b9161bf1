"""Recordings whose sounds are known without the recognizer: what each file says, and how fast."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import voice

VOWELS = "aiue"


class Ear:
    """Stands in for `listen`: hears in each file what was said in it when it was made."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.said: dict[str, tuple[str, float]] = {}

    def record(self, name: str, line: str, pace: float = 1.0) -> str:
        """A WAV file in which `line` (see voice.py) is said, `pace` times as slowly; gives its path."""
        samples = voice.speak(line)
        slow = np.interp(np.arange(0, len(samples), 1.0 / pace), np.arange(len(samples)), samples)
        self.said[f"{name}.wav"] = line, pace
        return str(voice.write_wav(self.folder / f"{name}.wav", slow))

    def __call__(self, source, *, language, transcript=None, corrections=(), remark=None, **_others):
        from lockstep.engine.progress import Progress
        from lockstep.engine.take import Audio, Phone, Phrase, Syllable, Take, Word

        yield Progress("Reading", 0.5)
        line, pace = self.said[source.name]
        phones = tuple(Phone(a * pace, b * pace, ipa, 0.9) for a, b, ipa in voice.phones(line))
        nuclei = [index for index, phone in enumerate(phones) if phone.ipa in VOWELS]
        texts = (transcript or "").split()
        words = tuple(
            Word(phones[3 * n].start, phones[min(3 * n + 2, len(phones) - 1)].end, text, "said", 0.9)
            for n, text in enumerate(texts)
            if 3 * n < len(phones)
        )
        yield Progress("Hearing", 0.9)
        return Take(
            Audio(source.name, source.sha256(), source.duration, source.sample_rate),
            language.code if language else "en",
            "test",
            transcript,
            phones,
            syllables=tuple(Syllable(phones[n].start, phones[n].end, n, 0.5) for n in nuclei),
            words=words,
            phrases=tuple(Phrase(*one) for one in _phrases(phones)),
            corrections=tuple(corrections),
        )


def _phrases(phones):
    """Stretches of speech between pauses."""
    start = phones[0].start
    for before, after in zip(phones, [*phones[1:], None], strict=True):
        if after is None or after.start - before.end > 0.15:
            yield start, before.end
            start = after.start if after else 0.0
