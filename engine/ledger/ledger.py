"""The ledger: checks kept in a file, and found again."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import UsageError
from . import connection, schema
from .entry import Entry
from .filters import Filters, check_verdict, composed, utc

if TYPE_CHECKING:
    import sqlite3

EVERY = Filters()
_PLACES = ", ".join(f":{name}" for name in schema.COLUMNS)
_INSERT = f"INSERT INTO checks ({', '.join(schema.COLUMNS)}) VALUES ({_PLACES})"
_LINE = "shot = :shot AND character = :character AND line = :line"
_SAME = f"SELECT version FROM checks WHERE {_LINE} AND sound = :sound AND take = :take AND motion = :motion LIMIT 1"
_NEXT = f"SELECT coalesce(max(version), 0) + 1 FROM checks WHERE {_LINE}"


class Ledger:
    """The book of a project's checks in the file `path`, which may be used by many at once.

    The file is made by the first `add`; it is open only while something is read or written. `patience`: seconds to wait
    for others.
    """

    def __init__(self, path: Path, patience: float = connection.PATIENCE) -> None:
        self.path = path
        self.patience = patience

    def add(self, entry: Entry) -> Entry:
        """Keep a check; gives it as it is kept, with its version. Raises as `add_all`."""
        return self.add_all((entry,))[0]

    def add_all(self, entries: Iterable[Entry]) -> tuple[Entry, ...]:
        """Keep several checks, in this order, all or none; gives them as they are kept, with their versions.

        The same sound, take and motion again is another check of the version that had them. Raises UsageError where an
        entry has no shot, verdict, time or frame rate, or the file is no ledger or of a newer Lockstep; OutputError
        where it cannot be written, or others keep it locked.
        """
        rows = [schema.row_of(_settled(entry)) for entry in entries]

        def work(book: sqlite3.Connection) -> None:
            for row in rows:
                found = book.execute(_SAME, row).fetchone() or book.execute(_NEXT, row).fetchone()
                row["version"] = found[0]
                book.execute(_INSERT, row)

        connection.write(self.path, work, self.patience)
        return tuple(schema.entry_in(row) for row in rows)

    def entries(self, filters: Filters = EVERY) -> Iterator[Entry]:
        """The checks asked for, in the order in which they were kept.

        All rows are fetched before the first is given, so that nobody waits for who reads slowly. Raises UsageError
        where there is no ledger, it is of a newer Lockstep or damaged; OutputError where it cannot be read.
        """
        condition, values = filters.where()
        select = f"SELECT * FROM checks WHERE {condition} ORDER BY id"
        rows = connection.read(self.path, lambda book: book.execute(select, values).fetchall(), self.patience)
        return map(schema.entry_in, rows)


def _settled(entry: Entry) -> Entry:
    """An entry as it is kept: names composed, its time in UTC. Raises UsageError."""
    check_verdict(entry.verdict)
    if not entry.shot:
        raise UsageError("The check has no shot; save the file or name its shot.")
    if not (math.isfinite(entry.fps) and entry.fps > 0.0):
        raise UsageError(f"The check of '{entry.shot}' is at {entry.fps} frames a second; give a rate above 0.")
    return replace(
        entry,
        shot=composed(entry.shot),
        character=composed(entry.character),
        line=composed(entry.line),
        time=utc(entry.time),
    )
