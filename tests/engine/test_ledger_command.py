"""`lockstep ledger` and what it writes: the list, the table for spreadsheets, the report."""

from __future__ import annotations

import csv
import io
import unicodedata
from pathlib import Path

import pytest
from made_checks import check_of, project

from engine.cli import main
from engine.errors import UsageError
from engine.ledger import Ledger, report, write_report
from engine.ledger.csv import table


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    path = tmp_path / "Harbour Lights.ledger"
    Ledger(path).add_all(project(60))
    return path


@pytest.fixture
def output(capsys: pytest.CaptureFixture[str]) -> Run:
    return Run(capsys)


class Run:
    """The command run, and the lines that it printed."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.capsys = capsys

    def __call__(self, *arguments: object) -> list[str]:
        assert main(["ledger", *map(str, arguments)]) == 0
        return self.capsys.readouterr().out.splitlines()

    def refused(self, *arguments: object) -> str:
        assert main(["ledger", *map(str, arguments)]) == 1
        found = self.capsys.readouterr()
        assert not found.out
        return found.err


def wide(text: str) -> int:
    letters = [letter for letter in text if not unicodedata.combining(letter)]
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in letters)


def test_all_checks_are_listed_with_their_figures(ledger: Path, output: Run) -> None:
    lines = output(ledger)
    assert lines[0].split() == "SHOT CHARACTER LINE VER VERDICT OFFSET DRIFT MISSED LANG TIME".split()
    kept = list(Ledger(ledger).entries())
    assert len(lines) == len(kept) + 2
    assert lines[1].startswith(kept[0].shot)
    assert lines[1].endswith(kept[0].time[:16].replace("T", " "))
    assert lines[-1].startswith(f"{len(kept)} checks of ")


def test_the_list_fits_a_hundred_columns_whatever_the_names(tmp_path: Path, output: Run) -> None:
    path = tmp_path / "names.ledger"
    names = ("x" * 300, "港の灯り" * 20, "Ä\u0308" * 60, "a\tb\x1b[31m\n" * 9, "sc010/" + "long" * 20 + "/sh020")
    Ledger(path).add_all(
        check_of(name, character=name, line=name, figures={"offset_frames": -123.4, "drift_frames_per_10s": 99.99})
        for name in names
    )
    lines = output(path)
    assert len(lines) == len(names) + 2
    assert max(map(wide, lines)) <= 100
    assert not any("\x1b" in line for line in lines)
    assert any(line[:22].rstrip().endswith("/sh020") for line in lines)


def test_the_latest_and_the_worst_are_one_check_a_line(ledger: Path, output: Run) -> None:
    latest, ranked = (
        [line.split() for line in output(ledger, *arguments)[1:-1]] for arguments in (["--latest"], ["--worst", 1000])
    )
    assert sorted(latest) == sorted(ranked)
    assert latest != ranked
    assert [line.split() for line in output(ledger, "--worst", 3)[1:-1]] == ranked[:3]
    assert "fail" in ranked[0]
    assert "pass" in ranked[-1]


def test_filters_go_together(ledger: Path, output: Run) -> None:
    lines = output(
        ledger, "--shot", "sc010/*", "--verdict", "fail", "--verdict", "look", "--language", "en", "--since",
        "2026-03-03",
    )[1:-1]  # fmt: skip
    assert lines
    for line in lines:
        assert line.startswith("sc010/")
        assert " fail " in line or " look " in line
        assert " en " in line
    assert output(ledger, "--character", "nobody") == ["No check is like this."]


def test_the_table_holds_what_is_listed(ledger: Path, tmp_path: Path, output: Run) -> None:
    target = tmp_path / "checks.csv"
    output(ledger, "--verdict", "fail", "--csv", target)
    assert b"\r\n" in target.read_bytes()
    rows = list(csv.DictReader(io.StringIO(target.read_bytes().decode("utf-8"), newline="")))
    failed = [entry for entry in Ledger(ledger).entries() if entry.verdict == "fail"]
    assert [row["shot"] for row in rows] == [entry.shot for entry in failed]
    assert [float(row["offset_frames"]) for row in rows] == [entry.figures["offset_frames"] for entry in failed]
    assert {row["settings.lead"] for row in rows} == {"30.0"}


def test_a_table_is_read_back_by_any_reader_of_rfc_4180() -> None:
    says = 'He said "late",\r\nthen left; Ä 港'
    text = table([check_of(says, reasons=(says, "two"))])
    (row,) = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    assert row["shot"] == says
    assert row["reasons"] == f"{says} | two"
    assert text.endswith("\r\n")


@pytest.mark.parametrize("name", ["=1+1", "+cmd|' /C calc'!A0", "-2", "@SUM(A1)", "\t=1", "\r=1", "  =1+1", "＝1"])
def test_a_name_is_no_formula_to_a_spreadsheet(name: str) -> None:
    text = table([check_of(name, character=name, settings={name: name}, figures={name: name, "offset_frames": -2.5})])
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert f"'{name}" in rows[1]
    cells = [cell.lstrip(" ") for row in rows for cell in row if cell != "-2.5"]
    assert not [cell for cell in cells if cell.startswith(tuple("=+-@＝\t\r"))]
    assert "-2.5" in rows[1]


def test_the_report_tells_the_lines_that_are_listed_with_all_their_versions(
    ledger: Path, tmp_path: Path, output: Run
) -> None:
    target = tmp_path / "report.html"
    output(ledger, "--verdict", "fail", "--latest", "--html", target)
    text = target.read_text(encoding="utf-8")
    assert "<h1><bdi>Harbour Lights</bdi></h1>" in text
    entries = list(Ledger(ledger).entries())
    last = {(entry.shot, entry.character, entry.line): entry for entry in entries}
    failed = {line for line, entry in last.items() if entry.verdict == "fail"}
    whole = sum((entry.shot, entry.character, entry.line) in failed for entry in entries)
    assert whole > len(failed)
    assert f"{len(failed)} line" in text
    assert f"· {whole} check" in text


def test_the_report_has_the_title_that_is_asked_for(ledger: Path, tmp_path: Path, output: Run) -> None:
    target = tmp_path / "report.html"
    output(ledger, "--html", target, "--title", "Reel <2>")
    assert "<h1><bdi>Reel &lt;2&gt;</bdi></h1>" in target.read_text(encoding="utf-8")


def test_the_report_on_a_whole_ledger_is_written_in_one_go(ledger: Path, tmp_path: Path) -> None:
    target = tmp_path / "report.html"
    write_report(target, ledger)
    assert target.read_text(encoding="utf-8") == report(Ledger(ledger).entries(), "Harbour Lights")
    write_report(target, Ledger(ledger), "Reel 2")
    assert "<h1><bdi>Reel 2</bdi></h1>" in target.read_text(encoding="utf-8")


def test_a_ledger_without_checks_makes_no_report(tmp_path: Path) -> None:
    (tmp_path / "empty.ledger").touch()
    with pytest.raises(UsageError, match=r"holds no check yet; check a shot first\."):
        write_report(tmp_path / "report.html", tmp_path / "empty.ledger")
    assert not (tmp_path / "report.html").exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--since", "soon"], "'soon' is no date; give one as 2026-03-31 or 2026-03-31T14:05."),
        (["--worst", "0"], "The 0 worst cannot be shown; give 1 or more."),
        (["--title", "x"], "A title is for a report; name its file with --html."),
        (["--csv", "{ledger}"], "is what is read; choose another name to write to."),
        (["--csv", "{folder}/a", "--html", "{folder}/a"], "is to be written twice; give each file a name of its own."),
        (["--html", "{folder}/gone/a.html"], "is not there; make it first or choose another place."),
    ],
)
def test_what_cannot_be_done_is_told_and_nothing_is_written(
    ledger: Path, output: Run, arguments: list[str], says: str
) -> None:
    before = ledger.read_bytes()
    said = output.refused(ledger, *(one.format(ledger=ledger, folder=ledger.parent) for one in arguments))
    assert says in said
    assert said.count("\n") == 1
    assert ledger.read_bytes() == before
    assert list(ledger.parent.iterdir()) == [ledger]


def test_a_ledger_that_is_not_there_is_told(tmp_path: Path, output: Run) -> None:
    assert "is not there; give the file that checks were kept in." in output.refused(tmp_path / "gone.ledger")
    assert "is a folder; give the file that checks were kept in." in output.refused(tmp_path)
