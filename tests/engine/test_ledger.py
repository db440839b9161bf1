"""The ledger as a file: what is kept is found again, versions are counted, bad files and paths are told."""

from __future__ import annotations

import math
import os
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from made_checks import check_of, project

from engine.check.result import Fault
from engine.errors import OutputError, UsageError
from engine.ledger import Entry, Filters, Ledger, schema


@pytest.fixture
def book(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "project.ledger")


def shots(book: Ledger, **filters: object) -> list[str]:
    return [entry.shot for entry in book.entries(Filters(**filters))]  # type: ignore[arg-type]


def row_count(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("SELECT count(*) FROM checks").fetchone()[0])


def test_what_is_kept_is_found_again_whole(book: Ledger) -> None:
    entry = check_of(
        "sc010/sh020",
        settings={"intensity": 1.2, "style": "stage", "closed": 1, "nothing": None},
        versions={"lockstep": "0.5.0"},
        reasons=("The mouth is 3 frames late.", "It hardly moves."),
        advice=("Sync it again.",),
        faults=(Fault("offset", 0.25, 9.5, "It is late.", "Move it.", True), Fault("hole", 1.0, 2.0, "A hole.", "")),
    )
    entry = replace(entry, figures={**entry.figures, "worst_at": 3.25, "missed_at": "1.20 3.40", "identified": None})
    kept = book.add(entry)
    assert list(book.entries()) == [kept]
    assert kept == replace(entry, version=1)


def test_every_check_of_a_project_is_found_in_the_order_in_which_it_was_kept(book: Ledger) -> None:
    kept = book.add_all(project(20))
    assert list(book.entries()) == list(kept)
    assert [replace(entry, version=0) for entry in kept] == list(project(20))


def test_another_sound_take_or_motion_is_another_version_of_a_line(book: Ledger) -> None:
    first = check_of()
    changes = ({}, {"motion": "d" * 12}, {"take": "e" * 12}, {"sound": "f" * 64}, {"motion": "d" * 12})
    versions = [book.add(replace(first, **change)).version for change in changes]
    assert versions == [1, 2, 3, 4, 2]


def test_versions_are_counted_for_each_line_of_each_character_of_a_shot(book: Ledger) -> None:
    for part in ("shot", "character", "line"):
        book.add(check_of())
        other = check_of(**{part: "other"}) if part != "shot" else check_of("other")
        assert book.add(replace(other, motion="new")).version == 1, part
        assert book.add(replace(other, motion="newer")).version == 2, part


def test_several_checks_at_once_are_versions_of_one_another(book: Ledger) -> None:
    kept = book.add_all([check_of(), check_of(motion="x"), check_of()])
    assert [entry.version for entry in kept] == [1, 2, 1]


def test_a_name_spelled_in_parts_is_the_same_line(book: Ledger) -> None:
    book.add(check_of("Ufer/Ä1", character="Å"))
    again = book.add(check_of("Ufer/Ä1", character="Å", motion="new"))
    assert again.version == 2
    assert shots(book, shot="Ufer/Ä*") == ["Ufer/Ä1"] * 2


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, "abcd"),
        ({"shot": "sc01*"}, "abd"),
        ({"shot": "sc01?/b"}, "b"),
        ({"shot": "sc01[!0]/*"}, "d"),
        ({"character": "M*"}, "ad"),
        ({"verdicts": ("fail",)}, "b"),
        ({"verdicts": ("fail", "look")}, "bc"),
        ({"language": "de"}, "c"),
        ({"since": "2026-03-03"}, "bcd"),
        ({"since": "2026-03-03T12:00:01"}, "cd"),
        ({"since": "2026-03-04T00:00:00+02:00"}, "cd"),
        ({"shot": "sc01*", "verdicts": ("pass",), "since": "2026-03-03"}, "d"),
        ({"shot": "'; DROP TABLE checks --"}, ""),
    ],
)
def test_checks_are_filtered(book: Ledger, filters: dict[str, object], found: str) -> None:
    book.add_all(
        [
            check_of("sc010/a", time="2026-03-02T12:00:00Z"),
            check_of("sc010/b", character="Teo", verdict="fail", time="2026-03-03T12:00:00Z"),
            check_of("sc020/c", character="Teo", verdict="look", language="de", time="2026-03-03T22:00:00Z"),
            check_of("sc011/d", time="2026-03-05T12:00:00Z"),
        ]
    )
    assert "".join(shot[-1] for shot in shots(book, **filters)) == found


def test_the_latest_check_of_a_line_is_the_one_kept_last_whatever_else_is_asked_for(book: Ledger) -> None:
    fail, passed = check_of(verdict="fail"), check_of(motion="mended")
    book.add_all([fail, passed, check_of("other", verdict="fail")])
    assert [entry.verdict for entry in book.entries(Filters(latest=True))] == ["pass", "fail"]
    assert shots(book, latest=True, verdicts=("fail",)) == ["other"]


def test_figures_that_are_not_known_stay_unknown(book: Ledger) -> None:
    figures = {"offset_frames": math.nan, "amplitude": math.inf, "sound_music": math.nan, "closures": 3}
    (kept,) = book.add_all([check_of(figures=figures, settings={"odd": -math.inf})])
    assert kept.figures["offset_frames"] is None
    assert kept.figures["amplitude"] is None
    assert kept.figures["sound_music"] is None
    assert kept.figures["closures"] == 3
    assert kept.settings == {"odd": None}


def test_a_name_that_is_no_text_is_kept_written_out(book: Ledger) -> None:
    book.add(check_of("shot\udcff", reasons=("odd \ud800",)))
    (found,) = book.entries()
    assert found.shot == "shot\\udcff"
    assert found.reasons == ("odd \\ud800",)


def test_a_time_elsewhere_is_kept_in_utc(book: Ledger) -> None:
    assert book.add(check_of(time="2026-03-02T01:30:00+02:00")).time == "2026-03-01T23:30:00Z"
    assert book.add(check_of(time="2026-03-02T01:30:00")).time == "2026-03-02T01:30:00Z"


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"verdict": "good"}, "'good' is no verdict; give one of pass, look, fail, unknown."),
        ({"time": "yesterday"}, "'yesterday' is no date"),
        ({"fps": 0.0}, "is at 0.0 frames a second; give a rate above 0."),
        ({"fps": math.nan}, "is at nan frames a second"),
        ({"shot": ""}, "The check has no shot"),
    ],
)
def test_an_entry_that_makes_no_sense_is_refused_and_nothing_is_written(
    book: Ledger, wrong: dict[str, object], says: str
) -> None:
    with pytest.raises(UsageError, match=says):
        book.add_all([check_of(), replace(check_of(), **wrong)])
    assert not book.path.exists()


@pytest.mark.parametrize("wrong", [{"since": "31.3."}, {"since": "0001-01-01T00:00+23:00"}, {"verdicts": ("bad",)}])
def test_a_filter_that_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(UsageError, match=r"give one (as|of) "):
        Filters(**wrong)  # type: ignore[arg-type]


ODD = ["a #1.ledger", "50 %20.db", "Übung 台本.sqlite", "it's; --.db"]
ODDER = [] if os.name == "nt" else ["a?.ledger", "file:odd?mode=ro"]  # no names of files on Windows


@pytest.mark.parametrize("name", [*ODD, *ODDER])
def test_any_name_of_a_file_does(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "über # alles %41"
    folder.mkdir()
    book = Ledger(folder / name)
    book.add(check_of())
    assert shots(book) == ["sc010/sh010"]
    assert [path.name for path in folder.iterdir()] == [name]


@pytest.mark.skipif(os.name == "nt", reason="no names of files on Windows")
@pytest.mark.parametrize("name", [":memory:", "file:odd"])
def test_a_name_that_sqlite_takes_for_something_else_is_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Ledger(Path(name)).add(check_of())
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert shots(Ledger(Path(name))) == ["sc010/sh010"]


def test_nothing_is_left_beside_a_ledger_and_it_can_be_moved_away(book: Ledger) -> None:
    book.add(check_of())
    list(book.entries())
    assert [path.name for path in book.path.parent.iterdir()] == [book.path.name]
    moved = book.path.rename(book.path.with_name("moved.ledger"))
    assert shots(Ledger(moved)) == ["sc010/sh010"]


def test_reading_makes_no_ledger(book: Ledger) -> None:
    with pytest.raises(UsageError, match=r"is not there; give the file that checks were kept in\."):
        book.entries()
    assert not book.path.exists()


def test_an_empty_file_is_a_ledger_without_checks(book: Ledger) -> None:
    book.path.touch()
    assert list(book.entries()) == []
    assert book.path.stat().st_size == 0
    assert book.add(check_of()).version == 1


def test_a_folder_is_no_ledger(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"is a folder; give the name of a file in it\."):
        Ledger(tmp_path).add(check_of())
    with pytest.raises(UsageError, match=r"is a folder; give the file that checks were kept in\."):
        Ledger(tmp_path).entries()


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"The folder '.*gone' is not there; make it first or choose another place\."):
        Ledger(tmp_path / "gone" / "project.ledger").add(check_of())


def test_a_file_that_is_no_database_is_left_alone(book: Ledger) -> None:
    book.path.write_text("My dear diary, " * 100, encoding="utf-8")
    before = book.path.read_bytes()
    for use in (lambda: book.add(check_of()), book.entries):
        with pytest.raises(UsageError, match=r"is no ledger .*; give another file, or bring back a copy of it\."):
            use()
    assert book.path.read_bytes() == before


def test_a_database_of_something_else_is_left_alone(book: Ledger) -> None:
    with closing(sqlite3.connect(book.path)) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
    before = book.path.read_bytes()
    for use in (lambda: book.add(check_of()), book.entries):
        with pytest.raises(UsageError, match=r"is a database, but no Lockstep ledger; give another name\."):
            use()
    assert book.path.read_bytes() == before


def test_a_damaged_ledger_is_told(book: Ledger) -> None:
    book.add_all(project(40))
    with book.path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 40_000)
    with pytest.raises(UsageError, match=r"is damaged .*; give another file, or bring back a copy of it\."):
        list(book.entries())


def test_a_damaged_row_is_told(book: Ledger) -> None:
    book.add(check_of())
    with closing(sqlite3.connect(book.path)) as connection, connection:
        connection.execute("UPDATE checks SET rest = '{}'")
    with pytest.raises(UsageError, match=r"Check 1 of the ledger is damaged \('figures'\); bring back a copy of it\."):
        list(book.entries())


def test_a_newer_ledger_is_refused_and_left_alone(book: Ledger) -> None:
    book.add(check_of())
    with closing(sqlite3.connect(book.path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    before = book.path.read_bytes()
    for use in (lambda: book.add(check_of()), book.entries):
        with pytest.raises(UsageError, match=r"was written by a newer Lockstep; update Lockstep to use it\."):
            use()
    assert book.path.read_bytes() == before


MOOD = ("ALTER TABLE checks ADD COLUMN mood TEXT NOT NULL DEFAULT 'calm'",)


def test_an_older_ledger_is_read_as_it_is_and_brought_up_by_the_next_check(
    book: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    book.add_all([check_of(), check_of("second")])
    before = book.path.read_bytes()
    monkeypatch.setattr(schema, "STEPS", (*schema.STEPS, MOOD))
    seen: list[Entry] = list(book.entries())
    assert [entry.shot for entry in seen] == ["sc010/sh010", "second"]
    assert book.path.read_bytes() == before
    book.add(check_of("third"))
    with closing(sqlite3.connect(book.path)) as connection:
        assert connection.execute("SELECT shot, mood FROM checks WHERE id = 3").fetchall() == [("third", "calm")]
        assert connection.execute("PRAGMA user_version").fetchone() == (2,)
    assert shots(book) == ["sc010/sh010", "second", "third"]


def test_an_update_of_the_table_that_fails_leaves_the_older_one(book: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    book.add(check_of())
    before = book.path.read_bytes()
    monkeypatch.setattr(schema, "STEPS", (*schema.STEPS, (*MOOD, "ALTER TABLE nothing ADD COLUMN x")))
    with pytest.raises(OutputError, match="cannot be used"):
        book.add(check_of("second"))
    assert book.path.read_bytes() == before
    assert row_count(book.path) == 1
