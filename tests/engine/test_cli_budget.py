"""`lockstep budget`: shots side by side."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine import cli
from engine.take import Audio, Phone, Phrase, Syllable, Take, write_take


def write(path: Path, language: str, each: float, syllables: int = 30) -> Path:
    """A take of 'pami fu' over and over, each sound `each` seconds long."""
    sounds = [("p", 0), ("a", 1), ("m", 0), ("i", 0), ("f", 0), ("u", 1)] * (syllables // 3)
    phones = tuple(
        Phone(round(0.2 + each * n, 3), round(0.2 + each * (n + 1), 3), ipa, 1.0, stress)
        for n, (ipa, stress) in enumerate(sounds)
    )
    spans = tuple(Syllable(phones[n - 1].start, phones[n].end, n, 0.5) for n in range(1, len(phones), 2))
    end = phones[-1].end
    audio = Audio(f"{path.stem}.wav", "0" * 64, round(end + 0.3, 3), 16000)
    write_take(Take(audio, language, "x", "text", phones, spans, (), (Phrase(0.2, end),)), path)
    return path


@pytest.fixture(scope="module")
def shots(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("shots")
    rows = (("calm", "en", 0.14), ("hasty", "en", 0.045), ("rápida", "es", 0.065))
    return [write(folder / f"{name}.take.json", language, each) for name, language, each in rows]


def test_shots_stand_side_by_side_with_the_worst_places_below(
    shots: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["budget", *map(str, shots), "--worst", "2"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "film at 24 fps, at most 12 shapes a second; over budget of all:"
    assert lines[1].split() == ["calm", "hasty", "rápida"]
    assert lines[2].split() == ["language", "en", "en", "es"]
    closures = next(line for line in lines if line.startswith("closures")).split("  ")
    found = [cell.strip() for cell in closures if " of " in cell]
    assert found[0] == "0 of 20" and found[1] != "0 of 20" and len(found) == 3
    assert not any(line.startswith("calm:") and "over budget" in line for line in lines)
    worst = [at for at, line in enumerate(lines) if line.startswith("hasty:") and "over budget" in line]
    assert len(worst) == 1 and all(line.startswith("  00:0") for line in lines[worst[0] + 1 : worst[0] + 3])
    assert "calm: very slow for English." in lines
    assert any(line.startswith("rápida: ") and line.endswith("ordinary for Spanish.") for line in lines)


def test_all_of_it_is_written_as_json(shots: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "r.json"
    assert cli.main(["budget", *map(str, shots), "--fps", "60", "--medium", "mobile", "--json", str(out)]) == 0
    data = json.loads(out.read_text(encoding="utf-8"))
    assert (data["format"], data["version"]) == ("lockstep.budget", 1)
    assert [shot["take"] for shot in data["shots"]] == ["calm", "hasty", "rápida"]
    calm, hasty, _ = (shot["budget"] for shot in data["shots"])
    assert (calm["fps"], calm["medium"], calm["most"], calm["counts"]["closure"]) == (60.0, "mobile", 8.0, 20)
    assert calm["over"]["closure"] == 0 < len(hasty["overruns"])
    assert data["shots"][0]["norms"]["standings"][0]["name"] == "rate"
    assert "mobile at 60 fps, at most 8 shapes a second" in capsys.readouterr().out


def test_a_dash_prints_json_and_nothing_else(shots: list[Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["budget", str(shots[2]), "--json", "-"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["shots"][0]["take"] == "rápida" and err.startswith("film at 24 fps")


def test_a_drawn_rig_bears_fewer_shapes(shots: list[Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["budget", str(shots[0]), "--rig", "preston_blair"]) == 0
    assert "at most 8 shapes a second" in capsys.readouterr().out


def test_a_projects_budget_is_heeded(shots: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = tmp_path / "own.toml"
    own.write_text("[default]\nclosure = { frames = 12 }\n", encoding="utf-8")
    assert cli.main(["budget", str(shots[0]), "--budget", str(own)]) == 0
    assert "20 of 20" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--medium", "radio"], "no medium 'radio'"),
        (["--fps", "0"], "frame rate is 0"),
        (["--fps", "nan"], "frame rate is nan"),
        (["--rig", "none"], "no rig profile 'none'"),
        (["--budget", "missing.toml"], "missing.toml"),
        (["--worst", "-1"], "--worst is -1"),
        (["--json", "no/such/folder.json"], "make it first"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    options: list[str], said: str, shots: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["budget", str(shots[0]), *options]) == 1
    told = capsys.readouterr()
    assert told.out == "" and said in told.err and len(told.err.strip().splitlines()) == 1


def test_a_take_cannot_be_written_over(shots: list[Path], capsys: pytest.CaptureFixture[str]) -> None:
    before = shots[0].read_bytes()
    assert cli.main(["budget", str(shots[0]), "--json", str(shots[0])]) == 1
    assert "choose another name" in capsys.readouterr().err and shots[0].read_bytes() == before
