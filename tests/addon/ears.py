"""Recordings for tests of swaps: sounds whose names an ear knows, each with phones at times that are known exactly."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import voice

LINE = "m a b i _ s u m e b a _ m u b a s i"
VOWELS = "aeiou"


@dataclass(frozen=True)
class Recording:
    """A sound file and the phones in it: (start, end, IPA) in seconds."""

    path: Path
    phones: tuple[tuple[float, float, str], ...]

    @property
    def end(self) -> float:
        return self.phones[-1][1] + 0.2


class Studio:
    """Records lines into a folder, and hears what it has recorded; `asked` tells what each hearing was asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.known: dict[str, Recording] = {}
        self.asked: list[dict[str, object]] = []

    def record(self, name: str, line: str = LINE, speed: float = 1.0, lead: float = 0.2) -> Recording:
        """A line said `speed` times as fast, after `lead` seconds of silence."""
        phones = tuple(
            (round(lead + (start - 0.2) / speed, 3), round(lead + (end - 0.2) / speed, 3), ipa)
            for start, end, ipa in voice.phones(line)
        )
        made = Recording(self.folder / f"{name}.wav", phones)
        seed = sum(map(ord, name))
        samples = 0.1 * np.random.default_rng(seed).standard_normal(round(made.end * 8000))
        voice.write_wav(made.path, samples.astype(np.float32), 8000)
        self.known[made.path.name] = made
        return made

    def listen(self, source, *, language, refined=True, transcript=None, corrections=(), recognizer=None, remark=None):
        """As engine.listen.listen: what was recorded; in a file that nobody spoke into, no speech."""
        from conftest import corrected, words_of
        from lockstep.engine import listen as room
        from lockstep.engine.errors import AudioError
        from lockstep.engine.progress import Progress
        from lockstep.engine.take import Audio, Phone, Take

        self.asked.append({"name": source.name, "language": language and language.code, "text": transcript})
        room.check_length(source)
        for _ in source.blocks(16000):
            yield Progress("Reading", 0.5)
        if source.name not in self.known:
            raise AudioError(f"No speech found in '{source.name}'; choose a sound in which somebody speaks.")
        first = getattr(source, "_start", 0.0)
        end = round(source.duration, 3)
        spoken = [
            Phone(round(max(0.0, a - first), 3), round(min(b - first, end), 3), ipa, 0.9)
            for a, b, ipa in self.known[source.name].phones
            if b - first > 0.02 and a - first < end - 0.02
        ]
        for correction in corrections:
            spoken = corrected(spoken, correction)
        return Take(
            Audio(source.name, source.sha256(), end, source.sample_rate),
            language.code if language else "en",
            "test",
            transcript,
            tuple(spoken),
            syllables=tuple(_syllables(spoken)),
            words=tuple(words_of(transcript, spoken)) if transcript else (),
            phrases=tuple(_phrases(spoken)),
            corrections=tuple(corrections),
            identified=None if language else 0.97,
        )


def _syllables(spoken):
    from lockstep.engine.take import Syllable

    for index, phone in enumerate(spoken):
        if phone.ipa in VOWELS:
            before = spoken[index - 1] if index and spoken[index - 1].end == phone.start else phone
            yield Syllable(before.start, phone.end, index, 0.5)


def _phrases(spoken):
    from lockstep.engine.take import Phrase

    first = 0
    for index in range(1, len(spoken) + 1):
        if index == len(spoken) or spoken[index].start > spoken[index - 1].end + 0.1:
            yield Phrase(spoken[first].start, spoken[index - 1].end)
            first = index


def middle(recording: Recording, number: int, share: float = 0.5) -> float:
    """The second at a share of phone `number`."""
    start, end, _ = recording.phones[number]
    return start + share * (end - start)
