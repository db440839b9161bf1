"""Which phones of a clause belong to which of its words.

espeak-ng runs words together ("of the" is one group, "vous avez" shares a z), so its spaces alone do not tell. The
clause's phones are aligned with the words' citation forms, one after the other, by edit distance in a band.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from .. import phones as ipa

GAP = 0.8
BAND = 12  # phones that clause and citations may be out of step
UNLIKE = 0.6  # mean cost a phone from which on a word's share of the clause is not believed
_FAR = 1e9

Span = tuple[int, int]


def split(clause: Sequence[str], groups: Sequence[int], citations: Sequence[Sequence[str]]) -> list[Span | None]:
    """The stretch [first, last) of `clause` (IPA) for each word, or None where it is not to be told.

    `groups`: where espeak-ng's groups begin in the clause; `citations`: each word said alone.
    """
    direct = _one_to_one(clause, groups, citations)
    if direct is not None:
        return list(direct)
    cited = [(phone, word) for word, citation in enumerate(citations) for phone in citation]
    words = _owners(clause, cited)
    spans: list[Span | None] = []
    for word, citation in enumerate(citations):
        own = [at for at, owner in enumerate(words) if owner == word]
        span = (own[0], own[-1] + 1) if own else None
        spans.append(span if span and _alike(clause[slice(*span)], citation) else None)
    return spans


def _one_to_one(clause: Sequence[str], groups: Sequence[int], citations: Sequence[Sequence[str]]) -> list[Span] | None:
    if len(groups) != len(citations):
        return None
    spans = list(zip(groups, [*groups[1:], len(clause)], strict=True))
    fits = all(_alike(clause[start:end], citation) for (start, end), citation in zip(spans, citations, strict=True))
    return spans if fits else None


def _alike(said: Sequence[str], citation: Sequence[str]) -> bool:
    if tuple(said) == tuple(citation) or tuple(said) == tuple(citation[: len(said)]):
        return True  # the same, or the beginning: a letter's name where the word is meant (French y, Russian в)
    if abs(len(said) - len(citation)) > max(1, len(citation) // 2):
        return False
    return _table(said, citation)[-1][-1] <= UNLIKE * max(len(said), len(citation))


def _owners(clause: Sequence[str], cited: Sequence[tuple[str, int]]) -> list[int]:
    """The word of each phone of the clause."""
    table = _table(clause, [phone for phone, _ in cited])
    owners = [0] * len(clause)
    row, column = len(clause), len(cited)
    while row:
        here = table[row][column]
        word = cited[min(column, len(cited)) - 1][1]
        if column and here == table[row - 1][column - 1] + unlike(clause[row - 1], cited[column - 1][0]):
            row, column = row - 1, column - 1
            owners[row] = word
        elif column and here == table[row][column - 1] + GAP:
            column -= 1
        else:
            row -= 1
            owners[row] = word if column else cited[0][1]
    return owners


def _table(clause: Sequence[str], cited: Sequence[str]) -> list[list[float]]:
    """Edit distances of all beginnings; [row][column] after so many phones of the clause and of the citations."""
    band = BAND + abs(len(clause) - len(cited))
    table = [[GAP * column for column in range(len(cited) + 1)]]
    for row, said in enumerate(clause, 1):
        line = [GAP * row] + [_FAR] * len(cited)
        above = table[-1]
        for column in range(max(1, row - band), min(len(cited), row + band) + 1):
            line[column] = min(
                above[column - 1] + unlike(said, cited[column - 1]), above[column] + GAP, line[column - 1] + GAP
            )
        table.append(line)
    return table


@lru_cache(maxsize=16384)
def unlike(one: str, other: str) -> float:
    """How unlike two phones are for this purpose: 0 the same class, 1.5 a vowel and a consonant."""
    if one == other or ipa.classify(one) == ipa.classify(other):
        return 0.0
    vowels = ipa.features(one).vowel, ipa.features(other).vowel
    if vowels[0] != vowels[1]:
        return 1.5
    return 0.4 if all(vowels) else 0.7
