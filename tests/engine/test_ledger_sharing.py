"""Many at one ledger: several processes write at once, one is killed midway, one keeps it locked, one may not write."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from made_checks import check_of

from engine.errors import OutputError, UsageError
from engine.ledger import Ledger
from engine.ledger.connection import BUSY, FULL, IN_OUT, MOVED, PROTOCOL, told, write

TESTS = Path(__file__).resolve().parent
SETUP = f"""
import os, sys
sys.path[:0] = [{str(TESTS.parents[1])!r}, {str(TESTS)!r}]
from pathlib import Path
from made_checks import check_of
from engine.errors import LockstepError
from engine.ledger import Filters, Ledger
import sqlite3
path, name = Path(sys.argv[1]), sys.argv[2]
book = Ledger(path)
"""
WRITER = """
for number in range(int(sys.argv[3])):
    kept = book.add(check_of(f"shot {number % 3}", motion=f"{name} {number}"))
    print(kept.shot, kept.version, flush=True)
"""
HALFWAY = """
connection = sqlite3.connect(path, isolation_level=None)
connection.execute("PRAGMA cache_size = 2")  # pages go to the file before the end
connection.execute("BEGIN IMMEDIATE")
connection.execute("UPDATE checks SET rest = 'spoilt' || hex(randomblob(4000)), verdict = 'spoilt'")
print("halfway", flush=True)
sys.stdin.read()
"""
NOBODY = """
if hasattr(os, "setuid") and os.getuid() == 0:
    os.setuid(65534)
try:
    book.add(check_of("new"))
    print("written")
except LockstepError as error:
    print(type(error).__name__, error)
try:
    print([entry.shot for entry in book.entries()])
except LockstepError as error:
    print(type(error).__name__, error)
"""


@pytest.fixture
def book(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "shared # 1.ledger")


def start(code: str, path: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", SETUP + code, str(path), *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        env={**os.environ, "PYTHONUTF8": "1", "OPENBLAS_NUM_THREADS": "1"},
    )


def sound(path: Path) -> bool:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_processes_that_write_at_once_lose_nothing_and_count_versions_together(book: Ledger) -> None:
    writers = [start(WRITER, book.path, f"writer {number}", "12") for number in range(4)]
    done = [writer.communicate(timeout=60)[0].splitlines() for writer in writers]
    assert [writer.returncode for writer in writers] == [0] * 4
    assert [len(lines) for lines in done] == [12] * 4
    for shot in ("shot 0", "shot 1", "shot 2"):
        kept = [entry.version for entry in book.entries() if entry.shot == shot]
        assert kept == list(range(1, 17))
    assert sorted(line for lines in done for line in lines) == sorted(
        f"{entry.shot} {entry.version}" for entry in book.entries()
    )
    assert sound(book.path)


def test_a_process_killed_while_it_writes_takes_nothing_with_it_that_it_had_kept(book: Ledger) -> None:
    told_of: list[str] = []
    for turn in range(3):
        writer = start(WRITER, book.path, f"turn {turn}", "100000")
        assert writer.stdout is not None
        told_of += [writer.stdout.readline().strip() for _ in range(5 + turn)]
        writer.kill()
        told_of += writer.communicate(timeout=60)[0].splitlines()
        book.add(check_of("after"))
    found = [f"{entry.shot} {entry.version}" for entry in book.entries()]
    assert set(told_of) <= set(found)
    assert len(found) <= len(told_of) + 6  # each may have died between keeping and telling
    assert found.count("after 1") == 3
    assert sound(book.path)


def left_halfway(book: Ledger) -> None:
    """Have a process die in the middle of a transaction, its changes half in the file."""
    book.add_all(check_of(f"shot {number}") for number in range(200))
    before = book.path.read_bytes()
    process = start(HALFWAY, book.path, "halfway")
    assert process.stdout is not None
    assert process.stdout.readline() == "halfway\n"
    process.kill()
    process.communicate(timeout=60)
    assert book.path.read_bytes() != before
    assert book.path.with_name(book.path.name + "-journal").stat().st_size > 0


def test_half_a_transaction_is_undone_by_who_reads_next(book: Ledger) -> None:
    left_halfway(book)
    assert {entry.verdict for entry in book.entries()} == {"pass"}
    assert not book.path.with_name(book.path.name + "-journal").exists()
    assert sound(book.path)


def test_half_a_transaction_is_undone_by_who_writes_next(book: Ledger) -> None:
    left_halfway(book)
    assert book.add(check_of("shot 7", motion="new")).version == 2
    assert len(list(book.entries())) == 201
    assert sound(book.path)


def test_a_ledger_that_stays_locked_is_given_up_in_a_sentence_and_waited_for_until_then(book: Ledger) -> None:
    book.add(check_of())
    hasty = Ledger(book.path, patience=0.0)
    with closing(sqlite3.connect(book.path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        for use in (lambda: hasty.add(check_of()), hasty.entries):
            with pytest.raises(OutputError, match=r"is kept locked by another program .*; close what else has it"):
                use()
        other.execute("ROLLBACK")
    assert hasty.add(check_of()).version == 1


HOLDER = """
connection = sqlite3.connect(path, isolation_level=None)
connection.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
import time
time.sleep(3.0)
connection.execute("ROLLBACK")
"""


def test_who_waits_for_a_lock_longer_than_sqlite_does_gets_it_in_the_end(book: Ledger) -> None:
    book.add(check_of())
    with start(HOLDER, book.path, "holder") as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        assert book.add(check_of(motion="later")).version == 2
    assert holder.returncode == 0


def test_a_reader_who_takes_long_keeps_nobody_waiting(book: Ledger) -> None:
    book.add_all(check_of(f"shot {number}") for number in range(50))
    reading: Iterator[object] = book.entries()
    next(reading)
    Ledger(book.path, patience=0.0).add(check_of("meanwhile"))
    assert len(list(reading)) == 49


def test_a_ledger_that_somebody_set_to_a_write_ahead_log_is_set_back(book: Ledger) -> None:
    book.add(check_of())
    with closing(sqlite3.connect(book.path)) as connection:
        assert connection.execute("PRAGMA journal_mode = WAL").fetchone() == ("wal",)
    book.add(check_of())
    with closing(sqlite3.connect(book.path)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that another user may look into."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.skipif(not hasattr(os, "setuid"), reason="rights of files are another matter on Windows")
def test_who_may_not_write_is_told_so_and_may_read(open_folder: Path) -> None:
    book = Ledger(open_folder / "project.ledger")
    book.add(check_of())
    before = book.path.read_bytes()
    for mode, folder in ((0o444, 0o755), (0o666, 0o755)):  # a closed file; an open one in a closed folder
        book.path.chmod(mode)
        open_folder.chmod(folder if os.getuid() == 0 else 0o555)
        lines = start(NOBODY, book.path, "nobody").communicate(timeout=60)[0].splitlines()
        assert lines[0].startswith("OutputError '"), lines
        assert ("is write-protected; choose" if mode == 0o444 else "closed to you); choose") in lines[0]
        assert lines[1] == "['sc010/sh010']"
    open_folder.chmod(0o755)
    assert book.path.read_bytes() == before


@pytest.mark.skipif(not hasattr(os, "setuid"), reason="rights of files are another matter on Windows")
def test_who_may_not_write_cannot_read_what_was_left_halfway_and_is_told_so(open_folder: Path) -> None:
    book = Ledger(open_folder / "project.ledger")
    left_halfway(book)
    book.path.chmod(0o444)
    open_folder.chmod(0o755 if os.getuid() == 0 else 0o555)
    lines = start(NOBODY, book.path, "nobody").communicate(timeout=60)[0].splitlines()
    open_folder.chmod(0o755)
    assert lines[1].startswith("OutputError The ledger '")
    assert lines[1].endswith(".")


@pytest.mark.skipif(not hasattr(os, "setuid"), reason="rights of files are another matter on Windows")
def test_a_ledger_that_may_not_be_read_is_told(open_folder: Path) -> None:
    book = Ledger(open_folder / "project.ledger")
    book.add(check_of())
    book.path.chmod(0o000)
    lines = start(NOBODY, book.path, "nobody").communicate(timeout=60)[0].splitlines()
    assert "cannot be opened (unable to open database file); look whether you may read" in lines[1]


def refused(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("code", "says"),
    [
        (3850, "refuses to lock files (disk I/O error); keep it on a drive that allows it."),
        (2314, "refuses to lock files (disk I/O error); keep it on a drive that allows it."),
        (PROTOCOL, "refuses to lock files (disk I/O error); keep it on a drive that allows it."),
        (FULL, "cannot grow (disk I/O error); make room on its drive."),
        (IN_OUT, "cannot be read or written (disk I/O error); look at its drive, and try again."),
        (BUSY | 1 << 8, "is kept locked by another program"),
        (0, "cannot be used (disk I/O error)"),
    ],
)
def test_what_a_drive_refuses_is_told_in_a_sentence(code: int, says: str) -> None:
    error = told(Path("project.ledger"), refused(code))
    assert isinstance(error, OutputError)
    assert says in str(error)
    assert str(error).endswith(".")


def test_a_full_disk_leaves_the_ledger_as_it_was(book: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    book.add(check_of())
    before = book.path.read_bytes()
    from engine.ledger import connection

    plain = connection._open

    def small(name: str, patience: float) -> sqlite3.Connection:
        opened = plain(name, patience)
        opened.execute(f"PRAGMA max_page_count = {len(before) // 4096 + 1}")
        return opened

    monkeypatch.setattr(connection, "_open", small)
    with pytest.raises(OutputError, match=r"cannot grow .*; make room on its drive\."):
        book.add_all(check_of(f"shot {number}", reasons=("long " * 500,)) for number in range(20))
    assert book.path.read_bytes() == before


def test_a_file_that_is_cut_short_is_told(book: Ledger) -> None:
    book.add_all(check_of(f"shot {number}") for number in range(100))
    data = book.path.read_bytes()
    book.path.write_bytes(data[: len(data) // 2])
    with pytest.raises(UsageError, match="is damaged"):
        list(book.entries())


def test_stopping_by_hand_halfway_leaves_nothing(book: Ledger) -> None:
    book.add(check_of())
    from engine.ledger.connection import write

    def stopped(connection: sqlite3.Connection) -> None:
        connection.execute("DELETE FROM checks")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write(book.path, stopped)
    assert len(list(book.entries())) == 1


def test_a_ledger_that_is_replaced_while_it_is_written_is_opened_again(book: Ledger) -> None:
    tries = []

    def work(connection: sqlite3.Connection) -> str:
        tries.append(connection)
        if len(tries) == 1:
            error = sqlite3.OperationalError("attempt to write a readonly database")
            error.sqlite_errorcode = MOVED
            raise error
        return "done"

    assert write(book.path, work) == "done" and len(tries) == 2 and tries[0] is not tries[1]
