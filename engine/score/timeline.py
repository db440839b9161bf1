"""A take's phones laid out for looking up: where each begins and ends, its word and its phrase."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ..prosody.phrases import phrases as told_phrases
from ..take import Phrase, Syllable, Take, Word
from .anchor import CONTEXT


@dataclass(frozen=True, slots=True, eq=False)
class Timeline:
    """The phones [n] of a take: `starts`, `ends` in seconds, and `ipas`.

    `phrase`, `word`, `syllable`: the number of the one that holds each phone (-1: none, but each has a phrase).
    `phrases`: those of the take, or told by its pauses where it has none; `first`, `last`: the phones at the edges of
    each phrase; `words`, `syllables`, `duration` are the take's.
    """

    starts: list[float]
    ends: list[float]
    ipas: list[str]
    phrase: list[int]
    word: list[int]
    syllable: list[int]
    phrases: tuple[Phrase, ...]
    first: list[int]
    last: list[int]
    words: tuple[Word, ...]
    syllables: tuple[Syllable, ...]
    duration: float

    def spelling(self, index: int) -> str:
        """The word of a phone, '' where no text is known."""
        return self.words[self.word[index]].text if self.word[index] >= 0 else ""

    def before(self, index: int) -> tuple[str, ...]:
        """The sounds before a phone, the nearest last."""
        return tuple(self.ipas[max(0, index - CONTEXT) : index])

    def after(self, index: int) -> tuple[str, ...]:
        """The sounds after a phone, the nearest first."""
        return tuple(self.ipas[index + 1 : index + 1 + CONTEXT])

    def share(self, index: int) -> float:
        """A phone's place 0..1 among the phones of its phrase."""
        first, last = self.first[self.phrase[index]], self.last[self.phrase[index]]
        return round((index - first) / (last - first), 4) if last > first else 0.0

    def gap_after(self, index: int) -> float:
        """Seconds from the end of a phone to the next one; endless after the last."""
        return max(0.0, self.starts[index + 1] - self.ends[index]) if index + 1 < len(self.starts) else math.inf

    def gap_before(self, index: int) -> float:
        """Seconds from the phone before to the start of a phone; endless before the first."""
        return self.gap_after(index - 1) if index > 0 else math.inf


@lru_cache(maxsize=16)
def timeline(take: Take) -> Timeline:
    """The timeline of a take, kept for the next who asks."""
    starts, ends = [phone.start for phone in take.phones], [phone.end for phone in take.phones]
    middles = (np.array(starts) + np.array(ends)) / 2.0
    phrases = take.phrases or told_phrases(take.phones)
    numbers = np.clip(np.searchsorted([phrase.start for phrase in phrases], middles, "right") - 1, 0, None)
    first = np.searchsorted(numbers, np.arange(len(phrases)), "left")
    last = np.searchsorted(numbers, np.arange(len(phrases)), "right") - 1
    return Timeline(
        starts, ends, [phone.ipa for phone in take.phones], numbers.tolist(),
        holders(take.words, middles).tolist(), holders(take.syllables, middles).tolist(),
        phrases, first.tolist(), last.tolist(), take.words, take.syllables, take.audio.duration,
    )  # fmt: skip


def holders(spans: Sequence[Word | Syllable], times: NDArray[np.float64]) -> NDArray[np.int64]:
    """The number of the span that holds each time [n], -1 where none does; spans of no length hold nothing."""
    lasting = [number for number, span in enumerate(spans) if span.end > span.start]
    lasting.sort(key=lambda number: spans[number].start)
    if not lasting:
        return np.full(len(times), -1)
    at = np.searchsorted([spans[number].start for number in lasting], times, "right") - 1
    ends = np.array([spans[number].end for number in lasting])
    numbers: NDArray[np.int64] = np.where((at >= 0) & (times < ends[at]), np.array(lasting)[at], -1)
    return numbers
