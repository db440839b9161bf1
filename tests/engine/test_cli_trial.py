"""`lockstep trial`: its table, its exit code, and what it refuses."""

from __future__ import annotations

import json
import wave
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from made_recordings import LINE
from made_voice import RATE, say

from engine import cli
from engine.mouth.file import read_face, write_face
from engine.take import write_take
from engine.trial import rhythm

FEW = ("--speeds", "1,1.5", "--fps", "24,30")


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("trial") / "line.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes((say(LINE) * 32767.0).astype("<i2").tobytes())
    return path


def test_a_take_is_tried_by_itself(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_take(rhythm("as spoken"), tmp_path / "line.take.json")
    target = tmp_path / "trial.json"
    assert cli.main(["trial", str(tmp_path / "line.take.json"), *FEW, "--json", str(target)]) == 0
    out = capsys.readouterr().out.splitlines()
    assert "on arkit" in out[0] and len(out) == 7 and out[-1].startswith("The mouth stays")
    told = json.loads(target.read_text(encoding="utf-8"))
    assert told["format"] == "lockstep.trial" and len(told["trials"][0]["cells"]) == 4


def test_a_dash_prints_json_and_nothing_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write_take(rhythm("as spoken"), tmp_path / "line.take.json")
    before = list(tmp_path.iterdir())
    monkeypatch.chdir(tmp_path)
    assert cli.main(["trial", "line.take.json", "--speeds", "1", "--fps", "24", "--json", "-"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["format"] == "lockstep.trial" and "The mouth stays" in err
    assert list(tmp_path.iterdir()) == before


def test_a_sound_is_heard_anew_at_every_speed(sound: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["trial", str(sound), "--language", "en", "--speeds", "1,1.25", "--fps", "24"]) in (0, 3)
    rows = capsys.readouterr().out.splitlines()[2:4]
    heard = [row.split()[7] for row in rows]
    assert abs(float(heard[0])) < 1.0, rows


def test_a_face_that_is_late_exits_with_3(sound: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    take, face = tmp_path / "a.take.json", tmp_path / "a.face.json"
    assert cli.main(["analyze", str(sound), "--language", "en", "-o", str(take)]) == 0
    assert cli.main(["curves", str(take), "-o", str(face)]) == 0
    curves = read_face(face)
    late = tuple(replace(one, start=one.start + 0.25, end=one.end + 0.25) for one in curves.contacts)
    write_face(replace(curves, start=curves.start + 0.25, contacts=late), face)
    capsys.readouterr()
    arguments = ["trial", str(face), "--audio", str(sound), "--language", "en", "--speeds", "1", "--fps", "24"]
    assert cli.main(arguments) == 3
    assert "too late" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["a.face.json"], "--audio"),
        (["no.take.json"], "no.take.json"),
        (["a.take.json", "--speeds", "fast"], "list of numbers"),
        (["a.take.json", "--fps", "0"], "frame rate"),
        (["a.take.json", "--rig", "none"], "rig profile"),
        (["--audio", "a.wav"], "belongs to a shot"),
        (["a.take.json", "--json", "a.take.json"], "choose another name"),
    ],
)
def test_what_cannot_be_tried_is_a_sentence(
    arguments: list[str], says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_take(rhythm("staccato"), tmp_path / "a.take.json")
    (tmp_path / "a.face.json").write_text("{}", encoding="utf-8")
    assert cli.main(["trial", *arguments]) == 1
    err = capsys.readouterr().err.strip()
    assert err.startswith("lockstep: ") and err.endswith(".") and says in err


def test_the_sound_of_another_take_is_refused(sound: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_take(rhythm("staccato"), tmp_path / "a.take.json")
    assert cli.main(["trial", str(tmp_path / "a.take.json"), "--audio", str(sound), *FEW]) == 1
    assert "not the sound of this take" in capsys.readouterr().err


def test_odd_rhythms_are_played_on_odd_mouths(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["trial", "--speeds", "1", "--fps", "24"]) == 0
    out = capsys.readouterr().out
    assert out.count("The mouth stays") == 30 and "inverted keys" in out and "rapid closures" in out
    assert np.all([line.startswith(" 1.00") for line in out.splitlines() if "24.000" in line])
