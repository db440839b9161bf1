"""Transcripts that do not say what was said, and whether the words of a take tell where.

Four damages, one in a transcript: a spoken word is left out of the text; a word that nobody said is added; a word
stands in another's place; a word or two were said once more than is written. A damage is found if a flagged word lies
on it or beside it; such flags are due. Words of undamaged transcripts that are flagged are false flags.
"""

from __future__ import annotations

import random
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from trials import Trial

SPARE = (
    "window", "elephant", "seventeen", "guitar", "mountain", "breakfast", "umbrella", "purple", "dictionary", "rocket",
    "village", "chocolate", "holiday", "monkey", "furniture", "whistle", "banana", "october", "telephone", "giraffe",
)  # fmt: skip
KINDS = {
    "left_out": frozenset({"extra", "repeated", "changed"}),
    "added": frozenset({"unsaid", "changed"}),
    "replaced": frozenset({"changed", "unsaid", "extra"}),
    "repeated": frozenset({"repeated", "extra"}),
}
"""Damage -> statuses of words that tell of it; the field's order is scoring.DAMAGES."""
SCRIPTED = frozenset({"said", "changed", "unsaid"})  # statuses of words that are in the text
LEAST_WORDS = 4
SHORTEST_WORD = 4  # letters of a word to be left out or replaced: an 'a' more or less is nobody's concern


@dataclass(frozen=True)
class Damaged:
    """A trial whose text was damaged ("" : it was not) at the word `index` of the text as it is now.

    Of a word left out or said twice, `index` is that of the word before it: the flag belongs behind it.
    """

    trial: Trial
    text: str
    kind: str
    index: int = -1


def words_of(text: str) -> list[str]:
    """The words of a text that has nothing but words and marks; [] of any other."""
    words = text.split()
    return words if all(re.fullmatch(r"[^\W\d_]+(?:'[^\W\d_]+)?[,.;:!?]*", word) for word in words) else []


def damage(trial: Trial, kind: str) -> Damaged | None:
    """The trial with one damage of a kind that `left_out`, `added` and `replaced` name; None where nothing fits it."""
    words = words_of(trial.text)
    generator = random.Random(zlib.crc32(f"{trial.id} {kind}".encode()))
    fitting = [i for i, word in enumerate(words) if i and len(word.strip(",.;:!?'")) >= SHORTEST_WORD]
    if len(words) < LEAST_WORDS or not fitting:
        return None
    at = generator.choice(fitting)
    spare = generator.choice([word for word in SPARE if word[0] != words[at][0].lower()])
    if kind == "left_out":
        return Damaged(trial, " ".join(words[:at] + words[at + 1 :]), kind, at - 1)
    if kind == "added":
        return Damaged(trial, " ".join([*words[:at], spare, *words[at:]]), kind, at)
    return Damaged(trial, " ".join([*words[:at], spare, *words[at + 1 :]]), kind, at)


def said_twice(trial: Trial, text: str) -> Damaged | None:
    """The trial, in which something of its text is said twice, against `text`, which has it once."""
    words, spoken = words_of(text), words_of(trial.text)
    if not words or len(spoken) <= len(words):
        return None
    same = next((i for i, word in enumerate(words) if spoken[i].rstrip(",") != word.rstrip(",")), len(words))
    return Damaged(trial, text, "repeated", max(0, same - 1))


def counts(damaged: Damaged, words: Sequence[tuple[str, str]]) -> dict[str, float] | None:
    """Counts of one transcript from a take's (text, status) words; None where they are not those of the text."""
    scripted = [text for text, status in words if status in SCRIPTED]
    if len(scripted) != len(words_of(damaged.text)):
        return None
    flags, index = [], -1
    for _, status in words:
        index += status in SCRIPTED
        if status != "said":
            flags.append((index, status))
    if not damaged.kind:
        return {"sound_words": len(scripted), "sound_words_flagged": len(flags)}
    due = [status for at, status in flags if _touches(at, damaged)]
    found = any(status in KINDS[damaged.kind] for status in due)
    told = {f"{damaged.kind}_done": 1.0, f"{damaged.kind}_found": float(found)}
    return told | {"flags": len(flags), "flags_due": len(due)}


def _touches(at: int, damaged: Damaged) -> bool:
    reach = 2 if damaged.kind == "repeated" else 1
    return abs(at - damaged.index) <= reach
