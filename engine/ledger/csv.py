"""The ledger as a table for spreadsheets: CSV by RFC 4180, UTF-8, a row a check."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from .entry import Entry
from .schema import HEADLINES

FIRST = ("shot", "character", "line", "version", "verdict", "time", "language", "fps", "rig")
IDENTITY = ("sound", "take", "motion")
BETWEEN = " | "
# What a spreadsheet takes a cell for a formula by (OWASP, CSV injection), the fullwidth signs among them.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def table(entries: Iterable[Entry]) -> str:
    """All of the checks: first what they are known by, then figures, `settings` and `versions`, a column for each name.

    Texts that a spreadsheet would take for a formula are given an apostrophe before them.
    """
    kept = tuple(entries)
    figures = _names(kept, "figures", HEADLINES)
    groups = [(part, _names(kept, part)) for part in ("settings", "versions")]
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    named = [f"{part}.{name}" for part, names in groups for name in names]
    header = (*FIRST, *figures, "reasons", "advice", "faults", *IDENTITY, *named)
    writer.writerow([_safe(name) for name in header])
    for entry in kept:
        cells = [*_first(entry), *(entry.figures.get(name) for name in figures), *_sentences(entry)]
        cells += [getattr(entry, name) for name in IDENTITY]
        cells += [getattr(entry, part).get(name) for part, names in groups for name in names]
        writer.writerow([_safe(cell) for cell in cells])
    return text.getvalue()


def _names(entries: tuple[Entry, ...], part: str, first: tuple[str, ...] = ()) -> list[str]:
    found = {name for entry in entries for name in getattr(entry, part)}
    return [*first, *sorted(found - set(first))]


def _first(entry: Entry) -> list[object]:
    return [getattr(entry, name) for name in FIRST]


def _sentences(entry: Entry) -> Iterator[str]:
    yield BETWEEN.join(entry.reasons)
    yield BETWEEN.join(entry.advice)
    yield BETWEEN.join(f"{fault.kind} {fault.start:.2f}-{fault.end:.2f}" for fault in entry.faults)


def _safe(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.lstrip(" ").startswith(FORMULA) else cell
