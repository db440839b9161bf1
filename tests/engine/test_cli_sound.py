"""`lockstep sound`: what it prints, what it writes, what it refuses."""

from __future__ import annotations

import json
import wave
from pathlib import Path

import numpy as np
import pytest
from made_recordings import clean, noisy
from made_voice import RATE

from engine import cli


def write_wav(path: Path, samples: np.ndarray) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes((samples * 32767.0).astype("<i2").tobytes())
    return path


@pytest.fixture(scope="module")
def sounds(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("sounds")
    voice = clean(5.0)
    return write_wav(folder / "clean 声.wav", voice), write_wav(folder / "noisy.wav", noisy(voice, 5.0))


def test_a_clean_sound_has_its_figures_told(sounds: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["sound", str(sounds[0])]) == 0
    out = capsys.readouterr().out
    assert "clean 声.wav: -" in out and "LUFS" in out and "Nothing stands in the way" in out


def test_findings_are_told_and_written(
    sounds: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "found.json"
    assert cli.main(["sound", *map(str, sounds), "--json", str(target)]) == 0
    assert "!! noise: The speech is only" in capsys.readouterr().out
    told = json.loads(target.read_text(encoding="utf-8"))
    assert (told["format"], told["version"]) == ("lockstep.sound", 1)
    assert [sound["file"] for sound in told["sounds"]] == ["clean 声.wav", "noisy.wav"]
    assert [finding["kind"] for finding in told["sounds"][1]["findings"]] == ["noise"]
    assert told["sounds"][1]["reverberation"] is None and told["sounds"][0]["snr"] > 30.0


def test_a_dash_prints_instead_of_writing(
    sounds: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(["sound", str(sounds[1]), "--json", "-"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["sounds"][0]["file"] == "noisy.wav" and "!! noise" in err
    assert not list(tmp_path.iterdir())


def test_what_cannot_be_read_is_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "no.wav").write_bytes(b"RIFF")
    assert cli.main(["sound", str(tmp_path / "no.wav"), "--json", str(tmp_path / "o.json")]) == 1
    err = capsys.readouterr().err.strip()
    assert err.startswith("lockstep: ") and err.endswith(".") and not (tmp_path / "o.json").exists()


def test_the_sound_itself_is_not_written_over(sounds: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    before = sounds[0].read_bytes()
    assert cli.main(["sound", str(sounds[0]), "--json", str(sounds[0])]) == 1
    assert "another name" in capsys.readouterr().err and sounds[0].read_bytes() == before
