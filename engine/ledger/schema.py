"""The ledger's table: its columns, its versions, and an entry as a row of it.

What is filtered, sorted or compared has a column of its own; the rest lies as JSON in `rest`. The file's `user_version`
is the version of the table, its `application_id` says that it is a ledger.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..check.result import Fault
from ..errors import UsageError
from ..json_reader import json_text
from .entry import Entry, Figures

if TYPE_CHECKING:
    import sqlite3

APPLICATION = 0x4C4F434B  # 'LOCK'
NAMES = ("shot", "character", "line", "sound", "take", "motion", "rig", "language", "verdict", "time")
MEASURES = (
    "offset_frames", "drift_frames_per_10s", "residual_frames", "worst_frames", "energy_offset_frames", "amplitude",
    "confidence",
)  # fmt: skip
COUNTS = ("closures", "closures_missed")
HEADLINES = (*MEASURES, *COUNTS)
COLUMNS = (*NAMES, "fps", "version", *HEADLINES, "rest")

# Step i takes a table of version i to version i + 1; a new column is a new step, never a change of an old one.
STEPS: tuple[tuple[str, ...], ...] = (
    (
        f"""CREATE TABLE checks (
            id INTEGER PRIMARY KEY,
            {", ".join(f"{name} TEXT NOT NULL" for name in NAMES)},
            fps REAL NOT NULL,
            version INTEGER NOT NULL,
            {", ".join(f"{name} REAL" for name in MEASURES)},
            {", ".join(f"{name} INTEGER" for name in COUNTS)},
            rest TEXT NOT NULL
        )""",
        "CREATE INDEX checks_of_a_line ON checks (shot, character, line)",
        "CREATE INDEX checks_by_time ON checks (time)",
        f"PRAGMA application_id = {APPLICATION}",
    ),
)


def brought_up(connection: sqlite3.Connection, name: str) -> None:
    """Make the table where there is none, and bring an older one up to date, within the transaction that is open.

    Raises UsageError where the file, which errors call `name`, is no ledger or of a newer version.
    """
    version = version_of(connection, name)
    for step in STEPS[version:]:
        for statement in step:
            connection.execute(statement)
    if version < len(STEPS):
        connection.execute(f"PRAGMA user_version = {len(STEPS)}")


def version_of(connection: sqlite3.Connection, name: str) -> int:
    """The version of the table, 0 for a file with nothing in it. Raises UsageError, as `brought_up` does."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if application != APPLICATION and (application or version or tables):
        raise UsageError(f"'{name}' is a database, but no Lockstep ledger; give another name.")
    if version > len(STEPS):
        raise UsageError(f"The ledger '{name}' was written by a newer Lockstep; update Lockstep to use it.")
    return int(version)


def row_of(entry: Entry) -> dict[str, Any]:
    """An entry as the columns of its row."""
    figures = {name: plain(value) for name, value in entry.figures.items()}
    rest = {
        "figures": {name: value for name, value in figures.items() if name not in HEADLINES},
        "settings": _plain(entry.settings),
        "versions": _plain(entry.versions),
        "reasons": [clean(reason) for reason in entry.reasons],
        "advice": [clean(advice) for advice in entry.advice],
        "faults": [[clean(one.kind), one.start, one.end, clean(one.says), clean(one.mend), one.grave]
                   for one in entry.faults],
    }  # fmt: skip
    return {
        **{name: clean(getattr(entry, name)) for name in NAMES},
        **{name: figures.get(name) for name in HEADLINES},
        "fps": float(entry.fps),
        "version": entry.version,
        "rest": json_text(rest),
    }


def entry_in(row: Mapping[str, Any]) -> Entry:
    """The entry that a row holds. Raises UsageError where it was damaged."""
    try:
        rest = json.loads(row["rest"])
        return Entry(
            **{name: str(row[name]) for name in NAMES},
            fps=float(row["fps"]),
            version=int(row["version"]),
            figures={**{name: row[name] for name in HEADLINES}, **rest["figures"]},
            settings=rest["settings"],
            versions=rest["versions"],
            reasons=tuple(rest["reasons"]),
            advice=tuple(rest["advice"]),
            faults=tuple(Fault(*fault) for fault in rest["faults"]),
        )
    except (ValueError, TypeError, KeyError) as error:
        raise UsageError(f"Check {row['id']} of the ledger is damaged ({error}); bring back a copy of it.") from error


def plain(value: object) -> float | int | str | None:
    """A figure as the ledger keeps it: a number that is not finite is not known."""
    if isinstance(value, str):
        return clean(value)
    if value is None or isinstance(value, int):
        return None if value is None else int(value)
    number = float(value)  # type: ignore[arg-type]  # numbers of NumPy among them
    return number if math.isfinite(number) else None


def clean(text: str) -> str:
    """A text that any file can hold: a name that was no text in its system is written out."""
    return str(text).encode("utf-8", "backslashreplace").decode("utf-8")


def _plain(values: Figures) -> dict[str, float | int | str | None]:
    return {clean(name): plain(value) for name, value in values.items()}
