"""`lockstep ledger`: the checks that a project's ledger holds, as a list, a table, a report."""

from __future__ import annotations

import argparse
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import UsageError
from . import targets

if TYPE_CHECKING:
    from ..ledger import Entry, Filters, Ledger

HELP = "list, export and report the checks of a project"
DESCRIPTION = """\
Show the checks that a project's ledger holds: every check, or with --latest the last one of each shot's line. Offset
and drift (in ten seconds) are in frames, above 0 where the mouth is late; times are in UTC.
"""
# Title, letters at most, whether numbers stand in it; with a space between, 100 letters in all.
COLUMNS = (
    ("SHOT", 22, False), ("CHARACTER", 11, False), ("LINE", 10, False), ("VER", 3, True), ("VERDICT", 7, False),
    ("OFFSET", 6, True), ("DRIFT", 6, True), ("MISSED", 6, True), ("LANG", 4, False), ("TIME", 16, False),
)  # fmt: skip
VERDICTS = ("pass", "look", "fail", "unknown")


def add(parser: argparse.ArgumentParser) -> None:
    """What the command is told."""
    parser.add_argument("ledger", metavar="FILE", type=Path, help="the ledger that checks are kept in")
    parser.add_argument("--shot", metavar="PATTERN", default="", help="with * and ? for any letters, as 'sc010/*'")
    parser.add_argument("--character", metavar="PATTERN", default="")
    parser.add_argument(
        "--verdict", choices=VERDICTS, action="append", default=[], help="may be given several times"
    )  # fmt: skip
    parser.add_argument("--language", metavar="CODE", default="", help="see 'lockstep languages'")
    parser.add_argument("--since", metavar="DATE", default="", help="as 2026-03-31 or 2026-03-31T14:05, UTC")
    parser.add_argument("--latest", action="store_true", help="only the last check of each shot's line")
    parser.add_argument("--worst", metavar="N", type=int, help="the N worst of the last checks, worst first")
    parser.add_argument("--csv", metavar="F.csv", type=Path, help="write these checks as a table, with all figures")
    parser.add_argument(
        "--html", metavar="F.html", type=Path, help="write a report on these lines, with all their versions"
    )
    parser.add_argument("--title", metavar="STR", help="of the report; default: the name of the ledger or its folder")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> None:
    from ..files import write_text
    from ..ledger import Ledger, report
    from ..ledger.csv import table
    from ..ledger.html import project_of

    _check(options)
    book, filters = Ledger(options.ledger), _filters(options)
    entries = _chosen(book, filters, options.worst)
    if options.csv:
        write_text(options.csv, table(entries))
    if options.html:
        title = options.title or project_of(options.ledger)
        told = _with_history(book, entries)
        write_text(options.html, report(told, title) if options.worst is None else report(told, title, options.worst))
    print("\n".join(_listing(entries)))


def _check(options: argparse.Namespace) -> None:
    if options.worst is not None and options.worst < 1:
        raise UsageError(f"The {options.worst} worst cannot be shown; give 1 or more.")
    if options.title is not None and not options.html:
        raise UsageError("A title is for a report; name its file with --html.")
    targets.check_all([path for path in (options.csv, options.html) if path], options.ledger)


def _filters(options: argparse.Namespace) -> Filters:
    from ..ledger import Filters

    return Filters(
        shot=options.shot,
        character=options.character,
        verdicts=tuple(options.verdict),
        language=options.language,
        since=options.since,
        latest=options.latest or options.worst is not None,
    )


def _chosen(book: Ledger, filters: Filters, most: int | None) -> list[Entry]:
    from ..ledger.histories import worst

    entries = list(book.entries(filters))
    return entries if most is None else worst(entries, most)


def _with_history(book: Ledger, entries: Sequence[Entry]) -> list[Entry]:
    """All checks of the lines that these are of."""
    lines = {(entry.shot, entry.character, entry.line) for entry in entries}
    return [entry for entry in book.entries() if (entry.shot, entry.character, entry.line) in lines]


def _listing(entries: Sequence[Entry]) -> list[str]:
    """The table, and below it how many there are of each verdict."""
    if not entries:
        return ["No check is like this."]
    rows = [_row(entry) for entry in entries]
    widths = [
        _width([title, *cells], most) for (title, most, _), cells in zip(COLUMNS, zip(*rows, strict=True), strict=True)
    ]
    lines = [_line([title for title, _, _ in COLUMNS], widths), *(_line(row, widths) for row in rows)]
    shots = {(entry.shot, entry.character, entry.line) for entry in entries}
    counts = [(verdict, sum(entry.verdict == verdict for entry in entries)) for verdict in VERDICTS]
    told = ", ".join(f"{number} {verdict}" for verdict, number in counts if number)
    checks, of = "check" if len(entries) == 1 else "checks", "line" if len(shots) == 1 else "lines"
    return [*lines, f"{len(entries)} {checks} of {len(shots)} {of}: {told}."]


def _row(entry: Entry) -> tuple[str, ...]:
    from ..ledger.histories import number
    from ..ledger.words import minute, missed, signed

    figures = (signed(number(entry, "offset_frames")), signed(number(entry, "drift_frames_per_10s"), 2))
    return (
        entry.shot, entry.character, entry.line, str(entry.version), entry.verdict, *figures, missed(entry),
        entry.language, minute(entry.time),
    )  # fmt: skip


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    shown = (
        _filled(_shortened(cell, wide), wide, right)
        for cell, wide, (_, _, right) in zip(cells, widths, COLUMNS, strict=True)
    )
    return " ".join(shown).rstrip()


def _width(cells: Sequence[str], most: int) -> int:
    return min(most, max(map(_columns, cells)))


def _filled(text: str, wide: int, right: bool) -> str:
    space = " " * (wide - _columns(text))
    return space + text if right else text + space


def _shortened(text: str, wide: int) -> str:
    """A text in so many columns: its middle left out, as shots differ at the end, and no sign that moves the cursor."""
    text = "".join(letter if letter.isprintable() else "?" for letter in text)
    if _columns(text) <= wide:
        return text
    head, tail = "", text
    while _columns(head) < (wide - 1) // 3:
        head += text[len(head)]
    while _columns(head) + 1 + _columns(tail) > wide:
        tail = tail[1:]
    return f"{head}…{tail}"


def _columns(text: str) -> int:
    """Columns that a terminal gives to a text: two to wide letters, none to marks on others."""
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    return len(text) + wide - sum(unicodedata.combining(letter) > 0 for letter in text)
