"""A language's ways of saying words, and the readings of one word: forms, rules, the cheapest few."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from .. import phones as ipa
from ..errors import TranscriptError
from . import rules
from .notated import sounds_of
from .rules import Edge, Rule
from .script import Reading

FOLDER = Path(__file__).with_name("readings")
MOST = 6
"""Readings of a word at most, the cheapest."""
COMMON = "common"
DISTRUSTED = 1.5
"""What is added to the cost of espeak-ng's way where a trusted table has others."""


@dataclass(frozen=True, slots=True)
class Ways:
    """What a language's table says.

    `short`: abbreviations with a point; `symbols`: what signs and short forms are called; `years`: how those are said;
    `words` with more ways of their own (IPA -> cost), and whether those are `trusted` beyond what espeak-ng says;
    `exact`: words that are said so and not as they are spelt; `rules`, in the order in which they are used.
    """

    short: frozenset[str] = frozenset()
    symbols: Mapping[str, str] = field(default_factory=dict)
    years: str = ""
    words: Mapping[str, tuple[Reading, ...]] = field(default_factory=dict)
    trusted: bool = False
    exact: Mapping[str, tuple[Reading, ...]] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()


@lru_cache(maxsize=64)
def ways(code: str) -> Ways:
    """The table of a language; for one without a table the rules that hold in common.

    Raises TranscriptError where the table is wrong.
    """
    common, path = FOLDER / f"{COMMON}.toml", FOLDER / f"{code if code.isalpha() else COMMON}.toml"
    path = path if path.is_file() else common
    try:
        shared, read = (tomllib.loads(file.read_text(encoding="utf-8")) for file in (common, path))
        return Ways(
            frozenset(read.get("short", ())),
            dict(read.get("symbols", {})),
            str(read.get("years", "")),
            _listed(read.get("words", {})),
            bool(read.get("trusted", False)),
            _listed(shared["exact"] | read.get("exact", {})),
            tuple(rules.rule(row) for row in read.get("rules", ())),
        )
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, ValueError, KeyError, AttributeError) as error:
        raise TranscriptError(f"The table of readings '{path.name}' is wrong ({error}); restore it.") from error


def _listed(rows: Mapping[str, Mapping[str, float]]) -> dict[str, tuple[Reading, ...]]:
    return {word: _forms(row) for word, row in rows.items()}


def _forms(row: Mapping[str, float]) -> tuple[Reading, ...]:
    return tuple(Reading(sounds_of(form), float(cost), False, rules.LISTED) for form, cost in row.items())


def readings(bases: Iterable[Reading], word: str, edge: Edge, own: Ways) -> tuple[Reading, ...]:
    """The ways to say a word, the cheapest first, at most 6; no two that sound alike to the recognizer.

    `bases`: forms to begin with; `word`: its spelling in small letters.
    """
    listed = own.words.get(word, ())
    if listed and own.trusted:
        bases = [replace(base, cost=base.cost + DISTRUSTED) for base in bases]
    found = _distinct([*bases, *listed])
    for rule in own.rules:
        changed = [(reading, rule.used(reading, word, edge)) for reading in found]
        made = [new for _, new in changed if new]
        if not made:
            continue
        # an obligatory change leaves the plain form only for where a pause follows after all
        plain = [reading for reading, new in changed if not rule.always or new is None or new.joined]
        found = _distinct([*made, *plain] if rule.always else [*plain, *made])
    return found


def _distinct(found: Iterable[Reading]) -> tuple[Reading, ...]:
    """The cheapest few, of those that sound alike the cheapest; one at least that can stand before a pause."""
    kept: dict[tuple[tuple[str, ...], bool], Reading] = {}
    for reading in sorted(found, key=lambda each: each.cost):
        key = tuple(ipa.classify(sound.ipa) for sound in reading.sounds)
        if (key, False) not in kept:
            kept.setdefault((key, reading.joined), reading)
    ordered = tuple(kept.values())
    first = next((reading for reading in ordered if not reading.joined), None)
    few = ordered[:MOST]
    return few if first is None or first in few else (*few[:-1], first)
