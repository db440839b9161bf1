"""Words beside their neighbours: clauses read as a whole, and each word's share of them."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass

from ..progress import Progress, scaled
from . import spans
from .citations import TONAL, Cited, Said, classes, grouped
from .speaker import Speaker, Spoken
from .text import BREAK, Token
from .voices import OURS

LONGEST = 24
"""Words of a clause at most; one that goes on is cut here."""


@dataclass(frozen=True, slots=True)
class Word:
    """A token, who reads it, the usual reader first, and the spellings in which it is read, the usual first.

    `foreign`: the language's own rules do not hold for it.
    """

    token: Token
    readers: tuple[str, ...]
    spellings: tuple[str, ...]
    foreign: bool = False


def listen(words: Sequence[Word], cited: Cited, speaker: Speaker | None) -> Generator[Progress, None, dict[int, Said]]:
    """How words are said in their clauses, by their place in `words`; those left out are to be said as alone.

    Raises TranscriptError where espeak-ng is needed and missing.
    """
    clauses = [range(*clause) for clause in _clauses(words) if clause[1] - clause[0] > 1]
    voices = tuple(dict.fromkeys(words[clause[0]].readers[0] for clause in clauses))
    found: dict[int, Said] = {}
    for number, voice in enumerate(voices):
        own = [clause for clause in clauses if words[clause[0]].readers[0] == voice]
        gap = "" if voice == TONAL else " "
        texts = [gap.join(words[at].spellings[0] for at in clause) for clause in own]
        work = (speaker or Speaker.find()).say(texts, voice, names=voice == TONAL)
        answers = yield from scaled(work, number / len(voices), (number + 1) / len(voices))
        for clause, answer in zip(own, answers, strict=True):
            alone = [cited[voice, words[at].spellings[0]] for at in clause]
            found.update(zip_found(clause, _shares(answer, voice, [ways[0] if ways else () for ways in alone])))
    return found


def zip_found(clause: range, shares: Sequence[Said]) -> Iterator[tuple[int, Said]]:
    """The words of a clause that have a share of it."""
    return ((at, share) for at, share in zip(clause, shares, strict=False) if share)


def _clauses(words: Sequence[Word]) -> Iterator[tuple[int, int]]:
    """Stretches [first, last) of words that one voice reads in one breath."""
    first = 0
    for at in range(1, len(words) + 1):
        ends = at == len(words) or words[at - 1].token.pause >= BREAK or at - first == LONGEST
        if ends or words[at].readers != words[at - 1].readers:
            if words[first].readers[0] not in OURS:
                yield first, at
            first = at


def _shares(answer: Spoken | None, voice: str, alone: Sequence[Said]) -> list[Said]:
    groups = grouped(answer, voice)
    if not groups:
        return []
    sounds = tuple(sound for group in groups for sound in group)
    starts = [sum(map(len, groups[:at])) for at in range(len(groups))]
    found = spans.split(classes(sounds), starts, [classes(said) for said in alone])
    return [sounds[slice(*span)] if span else () for span in found]
