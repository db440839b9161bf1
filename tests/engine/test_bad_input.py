"""Bad input at the command line: one sentence, nothing written, what was there untouched; odd input that is fine."""

from __future__ import annotations

import io
import os
import struct
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from made_sounds import buzz

from engine import cli
from engine.errors import OutputError
from engine.files import writing
from engine.take import Audio, Take, read_take, write_take

ROOT = Path(__file__).resolve().parents[2]
RATE = 16000
FORMS = {"wav": "PCM_16", "flac": "PCM_16", "ogg": "VORBIS", "mp3": "MPEG_LAYER_III"}


def coded(suffix: str, samples: np.ndarray, rate: int = RATE, form: str | None = None) -> bytes:
    """A sound file of that kind."""
    soundfile = pytest.importorskip("soundfile")
    file = io.BytesIO()
    soundfile.write(file, samples, rate, format=suffix.upper(), subtype=form or FORMS[suffix])
    return file.getvalue()


def listing(folder: Path) -> dict[str, bytes]:
    """All files in a folder and below it, with what they hold."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def refused(tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Run a command that must fail; gives the one sentence it said. The folder is as before, down to each byte."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> str:
        (tmp_path / "out").write_bytes(b"what was there")
        before = listing(tmp_path)
        assert cli.main([*arguments, "-o", "out"]) == 1
        said = capfd.readouterr()
        assert listing(tmp_path) == before
        assert said.out == "" and said.err.count("\n") == 1
        sentence = said.err.removeprefix("lockstep: ").strip()
        assert sentence[0].isupper() or sentence[0] in "'0123456789"
        assert sentence.endswith(".") and "; " in sentence and "Traceback" not in sentence
        return sentence

    return run


@pytest.mark.parametrize("suffix", FORMS)
def test_a_file_cut_off_in_its_middle_is_refused_whatever_its_format(
    tmp_path: Path, refused: Callable[..., str], suffix: str
) -> None:
    noise = np.random.default_rng(1).normal(0.0, 0.1, 3 * RATE)
    data = coded(suffix, buzz(3.0) + noise)
    (tmp_path / f"a.{suffix}").write_bytes(data[: len(data) // 2])
    if suffix == "ogg":  # a stream, which promises nothing: half of one is a shorter sound
        assert cli.main(["analyze", str(tmp_path / "a.ogg"), "-o", str(tmp_path / "out")]) == 0
        assert 0.5 < read_take(tmp_path / "out").audio.duration < 2.2
        return
    sentence = refused("analyze", f"a.{suffix}")
    assert "cut off" in sentence and "promises 3.00 s" in sentence


@pytest.mark.parametrize("suffix", FORMS)
@pytest.mark.parametrize("left", [3, 40])
def test_a_file_with_little_but_a_header_is_refused(
    tmp_path: Path, refused: Callable[..., str], suffix: str, left: int
) -> None:
    (tmp_path / f"a.{suffix}").write_bytes(coded(suffix, buzz())[:left])
    assert f"a.{suffix}' " in refused("analyze", f"a.{suffix}")


@pytest.mark.parametrize("suffix", FORMS)
@pytest.mark.parametrize(
    ("samples", "words"),
    [
        (np.zeros(2 * RATE), "No speech found in 'a."),
        (np.random.default_rng(2).normal(0.0, 0.1, 2 * RATE), "No speech found in 'a."),
        (buzz(0.05), "lasts only 0.0"),
    ],
)
def test_silence_noise_and_a_moment_are_refused_in_every_format(
    tmp_path: Path, refused: Callable[..., str], suffix: str, samples: np.ndarray, words: str
) -> None:
    (tmp_path / f"a.{suffix}").write_bytes(coded(suffix, samples))
    sentence = refused("analyze", f"a.{suffix}")
    assert words in sentence or (suffix == "mp3" and len(samples) < RATE and "No speech found" in sentence)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"%PDF-1.7\n" + b"obj " * 400, "letter.wav"),
        (b"\x89PNG\r\n\x1a\n" + bytes(2000), "picture.mp3"),
        (b"OggS" + bytes(300), "broken.ogg"),
        (b"fLaC" + bytes(300), "broken.flac"),
        (b"RIFF" + struct.pack("<I", 4) + b"AVI " + bytes(400), "film.wav"),
        ("Ein Märchen.\n".encode("utf-16") * 50, "text.wav"),
    ],
)
def test_what_is_no_sound_is_refused_whatever_its_name(
    tmp_path: Path, refused: Callable[..., str], data: bytes, name: str
) -> None:
    pytest.importorskip("soundfile")
    (tmp_path / name).write_bytes(data)
    sentence = refused("analyze", name)
    assert f"'{name}'" in sentence and "convert" in sentence


@pytest.mark.parametrize(
    ("rate", "channels", "form"),
    [(RATE, 1, "PCM_U8"), (96000, 1, "PCM_24"), (48000, 6, "PCM_16"), (8000, 2, "FLOAT"), (44100, 1, "DOUBLE")],
)
def test_any_depth_rate_and_channel_count_is_heard(tmp_path: Path, rate: int, channels: int, form: str) -> None:
    samples = np.repeat(buzz(1.0, rate)[:, None], channels, axis=1)
    (tmp_path / "a.wav").write_bytes(coded("wav", samples, rate, form))
    assert cli.main(["analyze", str(tmp_path / "a.wav")]) == 0
    take = read_take(tmp_path / "a.wav.take.json")
    assert take.audio.sample_rate == rate and take.audio.duration == 1.0 and take.phones


def test_samples_that_are_no_numbers_are_remarked_upon_once_and_heard_as_silence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    samples = buzz()
    samples[5000:5010] = np.nan
    samples[6000] = np.inf
    (tmp_path / "a.wav").write_bytes(coded("wav", samples, form="FLOAT"))
    assert cli.main(["analyze", str(tmp_path / "a.wav"), "--language", "en"]) == 0
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "11 samples were no numbers" in said
    assert "NaN" not in (tmp_path / "a.wav.take.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("samples", [np.full(RATE, np.nan), np.full(RATE, np.inf)])
def test_a_sound_of_nothing_but_damage_holds_no_speech(
    tmp_path: Path, refused: Callable[..., str], samples: np.ndarray
) -> None:
    (tmp_path / "a.wav").write_bytes(coded("wav", samples, form="FLOAT"))
    assert "No speech found" in refused("analyze", "a.wav")


@pytest.mark.parametrize("name", ["Ünïcødé 声.wav", "a b.wav", "e\u0301te\u0301.wav", "no suffix", "a.b.c.WAV"])
def test_files_of_any_name_are_read_and_written_beside(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "Größe 日本"
    folder.mkdir()
    (folder / name).write_bytes(coded("wav", buzz()))
    assert cli.main(["analyze", str(folder / name)]) == 0
    assert cli.main(["curves", str(folder / f"{name}.take.json"), "-o", str(folder / f"{name}.csv")]) == 0
    assert sorted(path.name for path in folder.iterdir()) == sorted([name, f"{name}.take.json", f"{name}.csv"])


def test_an_hour_is_read_in_blocks_of_bounded_memory(tmp_path: Path) -> None:
    from engine.sound.measure import measure
    from engine.sound.source import FileSource

    seconds, rate = 600, 48000
    path = tmp_path / "long.wav"
    second = (buzz(1.0, rate) * 32767).astype("<i2").repeat(2).tobytes()
    size = seconds * len(second)
    form = b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 2, rate, 4 * rate, 4, 16) + b"data" + struct.pack("<I", size)
    with path.open("wb") as file:
        file.write(b"RIFF" + struct.pack("<I", size + len(form)) + form)
        for _ in range(60):
            file.write(second * (seconds // 60))
    frames, peaks = 0, []
    tracemalloc.start()
    try:
        for number, part in enumerate(measure(FileSource(path).blocks(RATE))):
            frames += len(part.energy)
            peaks.append(tracemalloc.get_traced_memory()[1])
            if number == 9:
                break
    finally:
        tracemalloc.stop()
    assert frames == 10 * 1000
    assert peaks[-1] < 60e6 and peaks[-1] < 1.05 * peaks[2]


def empty_take() -> Take:
    return Take(Audio("a.wav", "0" * 64, 1.0, RATE), "en", "x")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, "is not there"),
        ("", "is not JSON"),
        ("\0\0\0", "is not JSON"),
        ("[1, 2, 3]", "is not a Lockstep take"),
        ('{"format": "lockstep.take", "version": 99}', "newer than this program reads"),
        ('{"format": "lockstep.take", "version": 1}', "is broken"),
        ('{"format": "lockstep.take", "version": 1, "audio": {"duration": 1e12, "file": "", "sha256": ""}}', "4000"),
    ],
)
def test_a_take_that_is_none_is_refused(
    tmp_path: Path, refused: Callable[..., str], text: str | None, words: str
) -> None:
    if text is not None:
        (tmp_path / "a.json").write_text(text, encoding="utf-8")
    assert words in refused("curves", "a.json")


def test_a_take_cut_off_anywhere_is_refused(tmp_path: Path, refused: Callable[..., str]) -> None:
    write_take(empty_take(), tmp_path / "whole.json")
    data = (tmp_path / "whole.json").read_bytes()
    for end in range(0, len(data) - 2, 40):
        (tmp_path / "a.json").write_bytes(data[:end])
        assert "is not JSON" in refused("curves", "a.json")


def test_a_language_that_is_not_there_is_named_for_a_take_as_well(tmp_path: Path, refused: Callable[..., str]) -> None:
    text = (tmp_path / "a.json", "tlh")
    write_take(Take(Audio("a.wav", "0" * 64, 1.0, RATE), text[1], "x"), text[0])
    assert "There is no language 'tlh'; choose one of" in refused("curves", "a.json")


def deny(monkeypatch: pytest.MonkeyPatch, place: Path) -> None:
    """From now on `place` may not be written to, as far as anybody asks."""
    may = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != place and may(path, mode))


@pytest.mark.parametrize(
    ("denied", "words"), [("out", "'out' is write-protected"), (".", "its folder is closed to you")]
)
def test_a_target_that_may_not_be_written_is_refused_before_the_work(
    tmp_path: Path, refused: Callable[..., str], monkeypatch: pytest.MonkeyPatch, denied: str, words: str
) -> None:
    write_take(empty_take(), tmp_path / "a.json")
    deny(monkeypatch, Path(denied))
    monkeypatch.setattr("engine.perform.perform", lambda *_: pytest.fail("the work was begun"))
    assert words in refused("curves", "a.json")


@pytest.mark.parametrize("step", ["open", "replace"])
def test_a_disk_that_fails_leaves_what_was_there(
    tmp_path: Path, refused: Callable[..., str], monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    write_take(empty_take(), tmp_path / "a.json")
    real = Path.open

    def fail(path: Path, *given: object, **named: object) -> object:
        if step == "replace" or path.suffix == ".part":
            raise OSError(28, "No space left on device")
        return real(path, *given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(Path, step, fail)
    assert "'out' cannot be written (No space left on device)" in refused("curves", "a.json")


def test_work_that_breaks_off_while_writing_leaves_what_was_there(tmp_path: Path) -> None:
    target = tmp_path / "a.csv"
    target.write_bytes(b"before")
    with pytest.raises(KeyboardInterrupt), writing(target) as file:
        file.write(b"half")
        raise KeyboardInterrupt
    assert listing(tmp_path) == {"a.csv": b"before"}


def test_a_link_stays_a_link_and_permissions_stay_as_they_are(tmp_path: Path) -> None:
    target, link = tmp_path / "real.json", tmp_path / "link.json"
    target.write_bytes(b"before")
    target.chmod(0o600)
    mode = target.stat().st_mode
    try:
        link.symlink_to(target)
    except OSError:
        pytest.skip("no links may be made here")
    write_take(empty_take(), link)
    assert link.is_symlink() and read_take(target).language == "en" and target.stat().st_mode == mode
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link.json", "real.json"]


def test_devices_are_never_replaced(tmp_path: Path) -> None:
    device = Path(os.devnull)
    if not device.exists() or device.is_file():
        pytest.skip("there is no device to be found by a path")
    with pytest.raises(OutputError, match="is a device and no file; choose another name"):
        write_take(empty_take(), device)
    assert not device.is_file()


def test_a_name_as_long_as_names_may_be_can_be_written(tmp_path: Path) -> None:
    for name in ("n" * 250 + ".json", "声" * 80 + ".json"):
        write_take(empty_take(), tmp_path / name)
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "utf-8"])
def test_a_terminal_that_cannot_show_a_name_does_not_stop_the_work(tmp_path: Path, encoding: str) -> None:
    folder = tmp_path / "日本"
    folder.mkdir()
    write_take(empty_take(), folder / "声.json")
    surroundings = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0", "LC_ALL": "C"}
    command = [sys.executable, "-X", "utf8=0", "-W", "error", "-m", "engine", "curves"]
    for arguments, code in ((["声.json", "-o", "声.csv"], 0), (["声.json", "-o", "无/声.csv"], 1), (["--help"], 0)):
        given = [str(folder / part) if part[0] not in "-" else part for part in arguments]
        done = subprocess.run([*command, *given], cwd=ROOT, env=surroundings, capture_output=True, check=False)
        assert done.returncode == code, done.stderr
        assert b"Traceback" not in done.stderr and done.stderr.count(b"\n") == code
    assert sorted(path.name for path in folder.iterdir()) == ["声.csv", "声.json"]
