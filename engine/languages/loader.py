"""Reading and checking the language tables."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from .. import phones
from ..errors import LanguageError
from .language import Cluster, Diphthong, Language, Prosody, Timing
from .shape import CHANNELS, Claims, Mark, Shape
from .table import Row

FOLDER = Path(__file__).parent
SHARED = "shapes.toml"
ALIASES = {
    **{"auto": "und", "": "und", "cmn": "zh", "mul": "und"},
    **{"eng": "en", "spa": "es", "fra": "fr", "fre": "fr", "deu": "de", "ger": "de", "ita": "it", "por": "pt"},
    **{"rus": "ru", "zho": "zh", "chi": "zh", "jpn": "ja", "kor": "ko", "hin": "hi", "ara": "ar", "arb": "ar"},
}
KINDS = ("@vowel", "@consonant", "@voiceless", "@pause", "@close")


def codes() -> tuple[str, ...]:
    """The codes that `load` knows, in alphabetical order."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml") if path.name != SHARED))


def load(code: str) -> Language:
    """The language for a code: 'en', or a regional or three-letter one that falls to it ('en-US', 'pt_BR', 'cmn').

    Raises LanguageError for a code that is not there, naming those that are, and for a table that is wrong.
    """
    base = code.strip().lower().replace("_", "-").split("-")[0]
    base = ALIASES.get(base, base)
    if base not in codes():
        raise LanguageError(f"There is no language '{code}'; choose one of {', '.join(codes())} ('und' for any other).")
    return _load(FOLDER / f"{base}.toml", FOLDER / SHARED)


@lru_cache(maxsize=32)
def _load(path: Path, shared: Path) -> Language:
    return read(path, shared)


def read(path: Path, shared: Path) -> Language:
    """Read one language's table over the shared one. Raises LanguageError naming file and row."""
    base = _parse(shared)
    table = _parse(path)
    base.only("rest", "breath", "shapes", "marks")
    sections = ("code", "name", "inventory", "shapes", "marks", "diphthongs", "clusters", "prosody", "timing")
    table.only(*sections)
    common = _shapes(base.table("shapes"), {})
    own = _shapes(table.table("shapes"), common)
    shapes = common | own
    language = Language(
        code=table.text("code"),
        name=table.text("name"),
        inventory=_inventory(table),
        shapes={name: shape for name, shape in shapes.items() if not name.startswith("@")},
        own=frozenset(own),
        marks=_marks(base.table("marks")) | _marks(table.table("marks")),
        diphthongs=_diphthongs(table.table("diphthongs")),
        clusters=tuple(_cluster(row) for row in table.tables("clusters")),
        prosody=_prosody(table.table("prosody")),
        timing=_timing(table.table("timing")),
        rest=_shape(base.table("rest"), Shape()),
        breath=_shape(base.table("breath"), Shape()),
    )
    _complete(language, table)
    return language


def _parse(path: Path) -> Row:
    try:
        return Row(path.name, "", tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise LanguageError(
            f"The language table '{path.name}' cannot be read ({error}); mend or restore it."
        ) from error


def _spelled(row: Row, ipa: str) -> str:
    tidy = phones.tidy(ipa)
    if not tidy or unicodedata.normalize("NFC", tidy) != unicodedata.normalize("NFC", ipa):
        raise row.wrong(f"'{ipa}' is not spelled as phones are here, write '{tidy}'")
    return tidy


def _inventory(table: Row) -> frozenset[str]:
    listed = [_spelled(table, ipa) for ipa in table.texts("inventory")]
    if not listed:
        raise table.wrong("'inventory' is empty, list the language's phones")
    twice = {ipa for ipa in listed if listed.count(ipa) > 1}
    if twice:
        raise table.wrong(f"'inventory' lists {', '.join(sorted(twice))} twice, list each phone once")
    return frozenset(listed)


def _shapes(rows: Row, known: Mapping[str, Shape]) -> dict[str, Shape]:
    found: dict[str, Shape] = {}
    for name in rows.names():
        row = rows.table(name)
        phone = name if name.startswith("@") else _spelled(row, name)
        like = row.text("like", "")
        start = found.get(like) or known.get(like) if like else known.get(phone, Shape())
        if start is None:
            raise row.wrong(f"it is like '{like}', which no row above it states")
        found[phone] = _shape(row, start)
    return found


def _shape(row: Row, start: Shape) -> Shape:
    row.only("like", "claims", "heavy", "yields", "ceiling", "release", *CHANNELS)
    targets = tuple(row.share(name, old) for name, old in zip(CHANNELS, start.targets, strict=True))
    shape = Shape(
        targets,
        _claims(row.table("claims"), start.claims),
        row.flag("heavy", start.heavy),
        row.flag("yields", start.yields),
        row.share("ceiling", start.ceiling),
        row.share("release", start.release),
    )
    if shape["seal"] not in (0.0, 1.0):
        raise row.wrong("'seal' is neither 0 nor 1, lips are shut or they are not")
    return shape


def _claims(row: Row, start: Claims) -> Claims:
    row.only("jaw", "lips", "tongue")
    return Claims(row.share("jaw", start.jaw), row.share("lips", start.lips), row.share("tongue", start.tongue))


def _marks(rows: Row) -> dict[str, Mark]:
    found = {}
    for name in rows.names():
        row = rows.table(name)
        row.only("add", "times", "claims", "on")
        add, times = row.table("add"), row.table("times")
        for part in (add, times):
            part.only("release", *(channel for channel in CHANNELS if channel != "seal"))
        found[name] = Mark(
            {key: add.share(key) for key in add.names()},
            {key: times.number(key, 0.0, 2.0) for key in times.names()},
            _claims(row.table("claims"), Claims()),
            row.choice("on", ("", "vowel", "consonant"), ""),
        )
    return found


def _diphthongs(rows: Row) -> dict[str, Diphthong]:
    found = {}
    for name in rows.names():
        row = rows.table(name)
        row.only("parts", "split")
        parts = [_spelled(row, ipa) for ipa in row.texts("parts")]
        if len(parts) != 2:
            raise row.wrong(f"'parts' holds {len(parts)} phones, a diphthong has two")
        found[_spelled(row, name)] = Diphthong((parts[0], parts[1]), row.share("split", 0.5))
    return found


def _cluster(row: Row) -> Cluster:
    row.only("phones", "after", "before", "becomes")
    sides = []
    for side in ("after", "before"):
        wanted = row.texts(side, ())
        sides.append(frozenset(name if name in KINDS else _spelled(row, name) for name in wanted))
    heard = frozenset(_spelled(row, ipa) for ipa in row.texts("phones"))
    return Cluster(heard, sides[0], sides[1], _spelled(row, row.text("becomes")))


def _prosody(row: Row) -> Prosody:
    row.only("rhythm", "stress", "accent", "reduction", "min_onset", "max_onset", "syllabic")
    return Prosody(
        row.choice("rhythm", ("stress", "syllable", "mora")),
        row.choice("stress", ("first", "penultimate", "last", "none")),
        row.share("reduction"),
        int(row.number("min_onset", 0, 5, 1)),
        int(row.number("max_onset", 0, 5, 3)),
        frozenset(_spelled(row, ipa) for ipa in row.texts("syllabic", ())),
        row.choice("accent", ("stress", "pitch", "tone", "phrase"), "stress"),
    )


def _timing(row: Row) -> Timing:
    row.only("syllables_per_second", "spread", "pause", "pauses_per_minute", "vowel", "consonant", "durations")
    listed = row.table("durations")
    return Timing(
        row.optional("syllables_per_second", 1.0, 15.0),
        row.optional("spread", 0.0, 5.0),
        row.optional("pause", 0.0, 5.0),
        row.optional("pauses_per_minute", 0.0, 60.0),
        _usual_and_least(row, "vowel"),
        _usual_and_least(row, "consonant"),
        {_spelled(listed, ipa): _usual_and_least(listed, ipa) for ipa in listed.names()},
    )


def _usual_and_least(row: Row, key: str) -> tuple[float, float]:
    values: Any = row.values.get(key)
    if (
        not isinstance(values, list)
        or len(values) != 2
        or not all(isinstance(value, int | float) for value in values)
        or not 1000 > values[0] >= values[1] > 0
    ):
        raise row.wrong(f"'{key}' must be [usual, least] in milliseconds")
    return values[0] / 1000.0, values[1] / 1000.0


def _complete(language: Language, table: Row) -> None:
    """Raises unless each phone, part of a diphthong and result of a cluster rule has a row, itself or by its letter."""
    named = set(language.inventory) | {part for rule in language.diphthongs.values() for part in rule.parts}
    named |= {rule.becomes for rule in language.clusters} | set(language.prosody.syllabic)
    for ipa in sorted(named):
        if len(phones.segments(ipa)) != 1 or not any(ipa[:n] in language.shapes for n in range(len(ipa), 0, -1)):
            raise table.wrong(f"'{ipa}' has no row among the shapes, add one")
