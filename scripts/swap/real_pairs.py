"""Recordings of people that bear the same text, two and two, and when each of their phones is said.

English is aligned by PocketSphinx, which is a machine's truth (11 ms off on average on voices whose times are known);
Spanish, Russian and German by the engine with the transcript, which leaves its own errors of time out of the account.
The recognizer has learnt from most of these recordings, but not from their pairs.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from ears import pronunciation
from numpy.typing import NDArray
from recordings import Utterance, read_table, sounds
from sphinx import Sphinx

from engine.languages import load
from engine.listen import listen
from engine.progress import drain
from engine.recognizer import Recognizer
from engine.sound.source import ArraySource

from .speech import RATE, Spoken, TruePhone

LEAST_WORDS = 5
COPY = 0.02  # seconds: two files of so nearly one length are one recording
PAD = round(0.2 * RATE)
SPHINX, OWN = "PocketSphinx's alignment", "our alignment with the text"


@dataclass(frozen=True)
class Set:
    """Recordings of one `table`; `name` as the row is called; seconds a word of the slower reading, at most and least.

    speechocean762 has few texts twice, and most of those once by a beginner who breaks off and repeats words.
    """

    table: str
    name: str
    language: str
    slowest: float = math.inf
    quickest: float = 0.0

    def has(self, pace: float) -> bool:
        """Whether a pair whose slower reading takes `pace` seconds a word belongs to it."""
        return self.quickest <= pace < self.slowest


FLUENT = 0.5  # seconds a word

SETS = (
    Set("speechocean762", "two speakers, en", "en", slowest=FLUENT),
    Set("speechocean762", "a halting speaker, en", "en", quickest=FLUENT),
    Set("kathleen", "read again, en", "en"),
    Set("tuxpaint_es", "read again, es", "es"),
    Set("tuxpaint_ru", "read again, ru", "ru"),
    Set("kerstin", "read again, de", "de"),
)


class Recordings:
    """Finds pairs and aligns them."""

    def __init__(self, folder: Path, recognizer: Recognizer) -> None:
        self._folder, self._ear, self._sphinx = folder, recognizer, Sphinx()

    def truth(self, one: Set) -> str:
        """Who tells when each phone is said."""
        return SPHINX if one.language == "en" else OWN

    def pairs(self, one: Set, limit: int) -> Iterator[tuple[Spoken, Spoken]]:
        """At most `limit` pairs of a set, evenly chosen; those that do not align are left out."""
        table = self._folder / f"{one.table}.tsv"
        found = [] if not table.is_file() else _repeated(read_table(table))
        wanted = {utterance.id: utterance for pair in found for utterance in pair}
        heard = {
            utterance.id: sound for utterance, sound in sounds(sorted(wanted.values(), key=_place))
        }  # by file, each read once
        pairs = [
            pair
            for pair in found
            if all(each.id in heard for each in pair) and not _copied(*(heard[each.id] for each in pair))
        ]
        made = 0
        for pair in pairs[:: max(1, len(pairs) // limit)]:
            both = [self._spoken(utterance, heard[utterance.id], one) for utterance in pair]
            if made < limit and both[0] and both[1] and one.has(max(_pace(spoken) for spoken in both if spoken)):
                made += 1
                yield both[0], both[1]

    def _spoken(self, utterance: Utterance, sound: NDArray[np.int16], one: Set) -> Spoken | None:
        samples = np.pad(sound, (PAD, PAD))
        text = utterance.text.lower() if utterance.text.isupper() else utterance.text
        phones = self._by_sphinx(samples, text) if one.language == "en" else self._by_engine(samples, text, one)
        return Spoken(utterance.id, samples, one.language, text, phones) if phones else None

    def _by_sphinx(self, samples: NDArray[np.int16], text: str) -> tuple[TruePhone, ...]:
        spoken = {word.lower().strip("'"): ipa for word, ipa in pronunciation(text, "en")}
        found = self._sphinx.align_words(samples, text, spoken) or []
        return tuple(TruePhone(start, end, ipa, word, 0) for (start, end, ipa), word in found)

    def _by_engine(self, samples: NDArray[np.int16], text: str, one: Set) -> tuple[TruePhone, ...]:
        source = ArraySource(samples.astype(np.float32) / 32768, RATE, "truth.wav")
        take = drain(listen(source, language=load(one.language), transcript=text, recognizer=self._ear))
        if sum(word.status == "said" for word in take.words) < 0.9 * len(text.split()):
            return ()
        found = []
        for phone in take.phones:
            middle = (phone.start + phone.end) / 2
            held = [i for i, word in enumerate(take.words) if word.text and word.start <= middle < word.end]
            found.append(TruePhone(phone.start, phone.end, phone.ipa, held[0] if held else -1, 0))
        return tuple(found)


def _place(utterance: Utterance) -> tuple[str, float]:
    return str(utterance.file), utterance.start


def _pace(spoken: Spoken) -> float:
    """Seconds a word."""
    return (spoken.phones[-1].end - spoken.phones[0].start) / len(spoken.script.split())


def _repeated(utterances: Sequence[Utterance]) -> list[tuple[Utterance, Utterance]]:
    """The first two utterances of each text of a few words that is said more than once."""
    by_text: dict[str, list[Utterance]] = {}
    for utterance in utterances:
        plain = " ".join(re.findall(r"[\w']+", utterance.text.lower()))
        if len(plain.split()) >= LEAST_WORDS and not re.search(r"\d", plain):
            by_text.setdefault(plain, []).append(utterance)
    return [(found[0], found[1]) for _, found in sorted(by_text.items()) if len(found) > 1]


def _copied(one: NDArray[np.int16], other: NDArray[np.int16]) -> bool:
    """Whether two files hold one recording."""
    return abs(len(one) - len(other)) < COPY * RATE
