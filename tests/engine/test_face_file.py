"""Face curves as a file: written and read back, refused where they are broken or newer, and rigged from the file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from spoken import spoken

from engine.acting.values import Acting, Move
from engine.cli import main
from engine.errors import UsageError
from engine.languages import CHANNELS, load
from engine.mouth import Controls, FaceCurves
from engine.mouth.file import from_json, read_face, to_json, write_face
from engine.perform import face_curves
from engine.take import write_take

LINE = "p:90 'u:120 t:60 ə:50 s:100 'ɑ:150 m:80 _:500 ʃ:110 'i:120 f:90 ɪ:60 ŋ:70 w:60 'aɪ:180 b:60 l:60 z:90"


def a_face() -> FaceCurves:
    return face_curves(spoken(LINE), load("en"), Controls(), Acting(moves=(Move(0.6, 0.5, "brow_raise", 0.8),)))


def test_a_face_is_read_as_it_was_written(tmp_path: Path) -> None:
    face, path = a_face(), tmp_path / "line.face.json"
    write_face(face, path)
    again = read_face(path)
    assert (again.start, again.hop, tuple(again.channels)) == (pytest.approx(face.start, abs=1e-4), face.hop, CHANNELS)
    assert set(again.expression) == set(face.expression) != set()
    for name, values in (*face.channels.items(), *face.expression.items()):
        read = again.channels.get(name, again.expression.get(name))
        assert read is not None and np.abs(read - values).max() <= 0.5001e-4, name
    assert [one.kind for one in again.contacts] == [one.kind for one in face.contacts]
    assert [one.start for one in again.contacts] == pytest.approx([one.start for one in face.contacts], abs=1e-4)
    assert to_json(again) == path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"version": 2}, "newer than this program reads"),
        ({"format": "lockstep.take"}, "is not a Lockstep face"),
        ({"channels": {}, "expression": {}}, "one length"),
        ({"channels": {"jaw": [0.0, 1.5]}, "expression": {}}, "'jaw' should stay between 0 and 1"),
        ({"channels": {"jaw": [0.0, "x"]}}, "channels.jaw should hold numbers"),
        ({"contacts": [{"start": 1.0, "end": 1.2, "kind": "nose"}]}, "one of lips, teeth"),
        ({"contacts": [{"start": 1.0, "end": 0.5, "kind": "lips"}]}, "its end must be after its start"),
        ({"hop": 0.0}, "hop should be a number"),
    ],
)
def test_what_is_no_face_is_told_in_a_sentence(change: dict[str, Any], said: str) -> None:
    text = json.dumps({**json.loads(to_json(a_face())), **change})
    with pytest.raises(UsageError, match=said):
        from_json(text, "'line.face.json'")


def test_a_channel_that_is_missing_is_at_rest_and_an_unknown_field_is_passed_over() -> None:
    face = from_json('{"format": "lockstep.face", "version": 1, "start": 0, "hop": 0.005, "new": 1,'
                     ' "channels": {"jaw": [0, 0.5, 0]}}')  # fmt: skip
    assert face.channels["jaw"].tolist() == [0.0, 0.5, 0.0] and not face.channels["seal"].any()
    assert not face.contacts and not face.expression


def test_a_rig_moves_by_the_face_as_by_its_take(tmp_path: Path) -> None:
    take, face = tmp_path / "line.take.json", tmp_path / "line.face.json"
    by_take, by_face = tmp_path / "take.csv", tmp_path / "face.csv"
    write_take(spoken(LINE), take)
    assert main(["curves", str(take), "-o", str(face)]) == 0
    assert main(["curves", str(take), "-o", str(by_take)]) == 0
    assert main(["curves", str(face), "-o", str(by_face)]) == 0
    one, other = (np.loadtxt(path, delimiter=",", skiprows=1) for path in (by_take, by_face))
    rows = min(len(one), len(other))
    assert rows > 100 and one[:rows, 1:].max() > 0.5
    assert np.abs(one[:rows] - other[:rows]).max() < 0.02


def test_a_face_is_not_performed_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, output = tmp_path / "line.face.json", tmp_path / "line.csv"
    write_face(a_face(), path)
    assert main(["curves", str(path), "-o", str(output), "--jaw", "0.5"]) == 1
    assert "is performed already" in capsys.readouterr().err and not output.exists()
