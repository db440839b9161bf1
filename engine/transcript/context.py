"""Words beside their neighbours: clauses read as a whole, and each word's share of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from . import spans
from .citations import Cited, Said, classes, grouped
from .speaker import TONAL, Asked, Spoken
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


def clauses(words: Sequence[Word]) -> Iterator[range]:
    """Stretches of more than one word, by their places, that one of espeak-ng's voices reads in one breath."""
    first = 0
    for at in range(1, len(words) + 1):
        ends = at == len(words) or words[at - 1].token.pause >= BREAK or at - first == LONGEST
        if ends or words[at].readers != words[at - 1].readers:
            if words[first].readers[0] not in OURS and at - first > 1:
                yield range(first, at)
            first = at


def asked(words: Sequence[Word], clause: range) -> Asked:
    """What is asked of espeak-ng for a clause: the usual voice, and the clause's text."""
    voice = words[clause[0]].readers[0]
    return voice, ("" if voice in TONAL else " ").join(words[at].spellings[0] for at in clause)


def shares(words: Sequence[Word], clause: range, answer: Spoken | None, cited: Cited) -> dict[int, Said]:
    """How the words of a clause are said in it, by their places; those left out are to be said as alone."""
    voice = words[clause[0]].readers[0]
    groups = grouped(answer, voice)
    if not groups:
        return {}
    alone = [next(iter(cited[voice, words[at].spellings[0]]), ()) for at in clause]
    sounds = tuple(sound for group in groups for sound in group)
    starts = [sum(map(len, groups[:at])) for at in range(len(groups))]
    found = spans.split(classes(sounds), starts, [classes(said) for said in alone])
    return {at: sounds[slice(*span)] for at, span in zip(clause, found, strict=True) if span}
