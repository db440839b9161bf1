"""The ledger's file: opened, read, written to in one go beside others who do the same, and its troubles in a sentence.

One file for many Blenders, on a local or a shared disk: a rollback journal (its write-ahead log would need memory that
machines share), the lock taken at once and held for the few milliseconds of one transaction, and patience.
SQLite's own waiting ends early where two of them wait for one another, so the whole is tried again.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from ..errors import LockstepError, OutputError, UsageError
from ..files import check_target
from . import schema

if TYPE_CHECKING:
    import sqlite3

PATIENCE = 20.0  # seconds until a ledger that others write to is given up
WAITING = 2.0  # seconds that SQLite waits for a lock by itself
MEMORY = ":memory:"
PAUSE, LONGEST = 0.01, 0.5  # seconds between two tries, doubled each time up to the longest

# SQLite's result codes (sqlite.org/rescode.html), the extended ones after the primary ones they belong to.
PERMISSION, BUSY, LOCKED, READ_ONLY, IN_OUT, CORRUPT = 3, 5, 6, 8, 10, 11
FULL, CANNOT_OPEN, PROTOCOL, AUTHORITY, NO_DATABASE = 13, 14, 15, 23, 26
LOCKS = {2058, 2314, 3594, 3850}  # a lock that the drive refused: unlocking, reading, reserving, locking
MOVED = 1032  # the file was replaced while it was open

Result = TypeVar("Result")


def read(path: Path, work: Callable[[sqlite3.Connection], Result], patience: float = PATIENCE) -> Result:
    """What `work` finds in a ledger, which it may not change; an older table is brought up to date in memory.

    Raises UsageError where there is no ledger, OutputError where it cannot be read.
    """
    if not path.is_file():
        what = "is a folder" if path.is_dir() else "is not there"
        raise UsageError(f"The ledger '{path}' {what}; give the file that checks were kept in.")

    def once() -> Result:
        with closing(_open(str(path.absolute()), patience)) as connection:
            connection.execute("PRAGMA query_only = ON")
            if schema.version_of(connection, path.name) == len(schema.STEPS):
                return work(connection)
            return _brought_up(connection, path.name, work)

    return _patiently(path, once, patience)


def write(path: Path, work: Callable[[sqlite3.Connection], Result], patience: float = PATIENCE) -> Result:
    """What `work` gives, done in one transaction: all of it is in the ledger afterwards, or nothing.

    The file is made where there is none. Raises UsageError where it is no ledger, OutputError where it cannot be
    written, or where others kept it locked for `patience` seconds.
    """
    check_target(path)

    def once() -> Result:
        with closing(_open(str(path.absolute()), patience)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("BEGIN IMMEDIATE")
            schema.brought_up(connection, path.name)
            result = work(connection)
            connection.execute("COMMIT")
            return result

    return _patiently(path, once, patience)


def _open(name: str, patience: float) -> sqlite3.Connection:
    """A file by its whole path: some builds of SQLite take a name that begins with 'file:' for an address."""
    import sqlite3

    connection = sqlite3.connect(name, timeout=min(WAITING, patience), isolation_level=None)
    connection.row_factory = sqlite3.Row
    return connection


def _brought_up(connection: sqlite3.Connection, name: str, work: Callable[[sqlite3.Connection], Result]) -> Result:
    """What `work` finds in a copy, in memory, of an older ledger."""
    with closing(_open(MEMORY, 0.0)) as copy:
        connection.backup(copy)
        schema.brought_up(copy, name)
        return work(copy)


def _patiently(path: Path, once: Callable[[], Result], patience: float) -> Result:
    """Do it, again and again while others hold the lock."""
    import sqlite3

    end, pause = time.monotonic() + patience, PAUSE
    while True:
        try:
            return once()
        except sqlite3.Error as error:
            if not _passes(error) or time.monotonic() >= end:
                raise told(path, error) from error
        time.sleep(random.uniform(0.5, 1.0) * pause)
        pause = min(2.0 * pause, LONGEST)


def _passes(error: sqlite3.Error) -> bool:
    """Whether another try may go better: others hold the lock, or have put another file in the place of this one."""
    return _primary(error) in (BUSY, LOCKED, PROTOCOL) or _code(error) == MOVED


def _code(error: sqlite3.Error) -> int:
    return int(getattr(error, "sqlite_errorcode", 0))


def _primary(error: sqlite3.Error) -> int:
    return _code(error) & 0xFF


def told(path: Path, error: sqlite3.Error) -> LockstepError:
    """A trouble of SQLite's with this file as a sentence."""
    code, primary = _code(error), _primary(error)
    if primary in (NO_DATABASE, CORRUPT):
        trouble = "is no ledger" if primary == NO_DATABASE else "is damaged"
        return UsageError(f"'{path}' {trouble} ({error}); give another file, or bring back a copy of it.")
    if code in LOCKS or primary == PROTOCOL:
        return OutputError(
            f"The drive of the ledger '{path}' refuses to lock files ({error}); keep it on a drive that allows it."
        )
    return OutputError(f"The ledger '{path}' {_TROUBLES.get(primary, _OTHER).format(error=error)}")


_CLOSED = "cannot be changed ({error}); lift the protection of the file and its folder, or choose another place."
_HELD = "is kept locked by another program ({error}); close what else has it open, and try again."
_OTHER = "cannot be used ({error}); look at the file and its drive, and try again."
_TROUBLES = {
    BUSY: _HELD,
    LOCKED: _HELD,
    READ_ONLY: _CLOSED,
    PERMISSION: _CLOSED,
    AUTHORITY: _CLOSED,
    CANNOT_OPEN: "cannot be opened ({error}); look whether you may read and write the file and its folder.",
    FULL: "cannot grow ({error}); make room on its drive.",
    IN_OUT: "cannot be read or written ({error}); look at its drive, and try again.",
}
