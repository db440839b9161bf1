"""The values of an alignment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..take import Phone, Word

SHORTEST = 0.001  # seconds
LETTERS = 25.0  # letters that are spoken in a second, at most


@dataclass(frozen=True, slots=True)
class Alignment:
    """What was said, in order: phones (seconds), words with their status, and the text's tone of each phone.

    `tones`: one for each phone, 0 none, 1 to 5 on the nuclei of Mandarin; 0 for what was heard without the text.
    """

    phones: tuple[Phone, ...] = ()
    words: tuple[Word, ...] = ()
    tones: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if len(self.tones) != len(self.phones):
            raise ValueError(f"There are {len(self.tones)} tones for {len(self.phones)} phones.")

    @property
    def agreement(self) -> float:
        """How well text and sound agree, 0..1: the share of the letters that are said, by how sure they are, times the
        share of the speech that they take up. Of a text too long for its sound no more counts than could be said.
        """
        said = [word for word in self.words if word.status == "said"]
        written = sum(len(word.text) for word in self.words if word.status in ("said", "changed", "unsaid"))
        speech = sum(phone.end - phone.start for phone in self.phones)
        if not said or speech <= 0.0:
            return 0.0
        sure = sum(len(word.text) * word.confidence for word in said) / min(written, max(1.0, LETTERS * speech))
        return min(1.0, sure) * min(1.0, sum(word.end - word.start for word in said) / speech)

    def at(self, phones: Sequence[Phone]) -> Alignment:
        """The same with phones of other times, as many as there are; words begin and end with them."""
        moved: dict[float, float] = {}
        for old, new in zip(self.phones, phones, strict=True):
            moved[old.start], moved[old.end] = new.start, new.end
        return Alignment(tuple(phones), tuple(_moved(self.words, moved)), self.tones)

    def rounded(self) -> Alignment:
        """The same with times in whole milliseconds, none shorter than one, and confidence to 0.001."""
        moved: dict[float, float] = {}
        phones: list[Phone] = []
        last = 0.0
        for phone in self.phones:
            start = max(round(phone.start, 3), last)
            last = max(round(phone.end, 3), round(start + SHORTEST, 3))
            moved[phone.start], moved[phone.end] = start, last
            phones.append(replace(phone, start=start, end=last, confidence=round(float(phone.confidence), 3)))
        return Alignment(tuple(phones), tuple(_moved(self.words, moved)), self.tones)


def _moved(words: Sequence[Word], moved: dict[float, float]) -> list[Word]:
    found = []
    for word in words:
        start = moved.get(word.start, round(word.start, 3))
        end = start if word.status == "unsaid" else max(moved.get(word.end, round(word.end, 3)), start + SHORTEST)
        found.append(replace(word, start=start, end=round(end, 3), confidence=round(float(word.confidence), 3)))
    return found
