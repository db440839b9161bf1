"""A take as a row of single sounds with what tells them apart, for laying two takes side by side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..phones import CLASSES, classify, segments
from ..take import Phone, Take

PAUSE = 0.12  # seconds of silence that count as a pause: the longest closures are shorter, breaths longer
SYLLABLE, WORD = 0.5, 0.7  # strength of a break at the start of a syllable, of a word; 1 at a pause
LEAST = 0.005  # seconds, below which the length of a sound tells nothing

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Marks = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Units:
    """The single sounds [n] of a take: a diphthong is two of them, any other phone one.

    `kinds`: number in CLASSES; `starts`, `ends`: seconds; `owners`: the phone that each belongs to; `lengths`: log of
    its length over the take's median one; `stress`: 0 or 1 (vowels only); `words`: number of its word's text, the same
    in both takes, -1 for none; `within`: its place in that word, 0..1. `breaks` [n + 1]: how strong a break lies before
    each and after the last, 0..1; `pauses` [n + 1]: whether it is a silence.
    """

    kinds: Ints
    starts: Floats
    ends: Floats
    owners: Ints
    lengths: Floats
    stress: Floats
    words: Ints
    within: Floats
    breaks: Floats
    pauses: Marks

    def __len__(self) -> int:
        return len(self.kinds)

    @property
    def middles(self) -> Floats:
        """Seconds [n]."""
        return (self.starts + self.ends) / 2.0

    def part(self, chosen: slice) -> Units:
        """The units of a slice, with the breaks on both its sides."""
        edges = slice(chosen.start, chosen.stop + 1)
        return Units(
            self.kinds[chosen], self.starts[chosen], self.ends[chosen], self.owners[chosen], self.lengths[chosen],
            self.stress[chosen], self.words[chosen], self.within[chosen], self.breaks[edges], self.pauses[edges],
        )  # fmt: skip


def units(take: Take, names: dict[str, int]) -> Units:
    """The sounds of a take; `names` numbers the words' texts and grows: give the same one for both takes."""
    sounds = [(at, part) for at, phone in enumerate(take.phones) for part in _parts(phone)]
    owners = np.array([at for at, _ in sounds], np.int64)
    spans = np.array([(start, end) for _, (_, start, end) in sounds]).reshape(-1, 2)
    starts, ends = spans[:, 0], spans[:, 1]
    lengths = np.log(np.maximum(ends - starts, LEAST))
    words, within = _words(take, names, (starts + ends) / 2.0)
    pauses = np.ones(len(sounds) + 1, np.bool_)
    pauses[1:-1] = starts[1:] - ends[:-1] >= PAUSE
    return Units(
        kinds=np.array([CLASSES.index(classify(ipa)) for _, (ipa, _, _) in sounds], np.int64),
        starts=starts,
        ends=ends,
        owners=owners,
        lengths=lengths - np.median(lengths) if len(sounds) else lengths,
        stress=np.array([float(take.phones[at].stress == 1) for at in owners]),
        words=words,
        within=within,
        breaks=_breaks(take, starts, pauses, words),
        pauses=pauses,
    )


def _parts(phone: Phone) -> list[tuple[str, float, float]]:
    """The sounds of a phone in equal parts of its time."""
    letters = segments(phone.ipa) or (phone.ipa,)
    edges = np.linspace(phone.start, phone.end, len(letters) + 1).tolist()
    return [(letter, edges[at], edges[at + 1]) for at, letter in enumerate(letters)]


def _words(take: Take, names: dict[str, int], middles: Floats) -> tuple[Ints, Floats]:
    spoken = [word for word in take.words if word.text and word.status in ("said", "repeated")]
    found, within = np.full(len(middles), -1, np.int64), np.zeros(len(middles))
    if not spoken:
        return found, within
    starts, ends = (np.array([getattr(word, edge) for word in spoken]) for edge in ("start", "end"))
    texts = [names.setdefault(_plain(word.text), len(names)) for word in spoken]
    at = np.searchsorted(starts, middles, side="right") - 1
    inside = (at >= 0) & (middles < ends[at])
    found[inside] = np.array(texts)[at[inside]]
    within[inside] = ((middles - starts[at]) / (ends - starts)[at])[inside]
    return found, within


def _plain(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum()) or text


def _breaks(take: Take, starts: Floats, pauses: Marks, words: Ints) -> Floats:
    found = np.zeros(len(starts) + 1)
    begun = np.array([syllable.start for syllable in take.syllables])
    if len(begun) and len(starts):
        near = np.abs(begun[np.clip(np.searchsorted(begun, starts - 0.002), 0, len(begun) - 1)] - starts) < 0.002
        found[:-1][near] = SYLLABLE
    changed = np.flatnonzero(np.diff(words)) + 1
    found[changed] = WORD
    found[pauses] = 1.0
    return found
