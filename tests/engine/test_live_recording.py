"""What the microphone heard, in a file that can be read at any moment."""

from __future__ import annotations

import errno
import wave
from datetime import datetime
from io import FileIO
from pathlib import Path

import numpy as np
import pytest
from made_live import steps

from engine.errors import OutputError
from engine.live import recording as room
from engine.live.recording import Recording
from engine.sound.source import FileSource

RATE = 44100
NOON = datetime(2031, 5, 7, 12, 0, 9)


def recording(folder: Path, rate: int = RATE) -> Recording:
    return Recording(folder, rate, lambda: NOON)


def read(path: Path) -> np.ndarray:
    with wave.open(str(path), "rb") as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, RATE)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2")


def test_samples_are_kept_as_they_were(tmp_path: Path) -> None:
    sound = steps(2.0, RATE)
    made = recording(tmp_path / "new" / "folder 声")
    for at in range(0, len(sound), 441):
        made.push(sound[at : at + 441])
    made.close()
    made.close()
    assert np.array_equal(read(made.path), np.rint(sound * 32767.0))
    assert made.duration == pytest.approx(2.0) == FileSource(made.path).duration
    assert made.path == (tmp_path / "new" / "folder 声" / "Live 2031-05-07 12.00.09.wav").resolve()


def test_the_file_can_be_read_while_it_grows_and_misses_a_second_at_most(tmp_path: Path) -> None:
    made = recording(tmp_path)
    sound = steps(3.0, RATE)
    for at in range(0, len(sound), 441):
        made.push(sound[at : at + 441])
        there = read(made.path)
        assert (at + 441 - len(there)) / RATE < 1.0
        if len(there):
            assert FileSource(made.path).duration == len(there) / RATE
    assert np.array_equal(there, np.rint(sound[: len(there)] * 32767.0)) and len(there) > 2.0 * RATE
    made.close()


def test_no_file_is_written_over(tmp_path: Path) -> None:
    made = [recording(tmp_path) for _ in range(3)]
    for number, one in enumerate(made):
        one.push(np.full(RATE, 0.1 * (number + 1), np.float32))
        one.close()
    assert [one.path.name for one in made] == [
        "Live 2031-05-07 12.00.09.wav",
        "Live 2031-05-07 12.00.09 (2).wav",
        "Live 2031-05-07 12.00.09 (3).wav",
    ]
    assert [int(read(one.path)[0]) for one in made] == [3277, 6553, 9830]


def test_a_recording_of_nothing_leaves_nothing(tmp_path: Path) -> None:
    made = recording(tmp_path)
    made.close()
    assert not list(tmp_path.iterdir()) and made.duration == 0.0


def test_what_is_no_number_is_silence_and_what_is_too_loud_is_clipped(tmp_path: Path) -> None:
    made = recording(tmp_path)
    made.push(np.array([np.nan, 3.0, -3.0, np.inf, 0.5] * 10, np.float32))
    made.close()
    assert list(read(made.path)[:5]) == [0, 32767, -32767, 32767, 16384]


def test_after_an_hour_it_is_full(tmp_path: Path) -> None:
    made = recording(tmp_path, 2000)
    for _ in range(60):
        assert not made.full
        made.push(np.zeros(60 * 2000, np.float32))
    assert made.full
    made.close()
    assert FileSource(made.path).duration == 3600.0


def test_a_folder_that_cannot_be_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")
    with pytest.raises(OutputError, match=r"Nothing can be recorded in '.*file.*' \(.*\); choose another folder"):
        recording(tmp_path / "file" / "below")


def test_too_many_recordings_of_one_second_are_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "TRIES", 2)
    made = [recording(tmp_path), recording(tmp_path)]
    with pytest.raises(OutputError, match="holds 2 recordings"):
        recording(tmp_path)
    for one in made:
        one.close()


class LostDisk(FileIO):
    """A file whose disk goes away after so many writes."""

    left = 150

    def write(self, data: object) -> int:
        self.left -= 1
        if self.left < 0:
            raise OSError(errno.EIO, "Input/output error")
        return super().write(data)  # type: ignore[arg-type]


@pytest.mark.parametrize("left", [1, 50, 150])
def test_a_recording_on_a_lost_disk_is_as_long_as_its_header_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, left: int
) -> None:
    monkeypatch.setattr(LostDisk, "left", left)
    monkeypatch.setattr(Path, "open", lambda path, mode, buffering: LostDisk(str(path), mode.strip("b")))
    made = recording(tmp_path)
    with pytest.raises(OutputError, match=r"\(Input/output error\)"):
        for block in np.split(steps(3.0, RATE), 300):
            made.push(block)
    monkeypatch.undo()
    made.close()
    assert made.path.exists() == (left == 150)
    assert made.duration == (FileSource(made.path).duration if left == 150 else 0.0)


class FullDisk(FileIO):
    """A file on a disk with room for so many bytes."""

    room = 100_001

    def write(self, data: object) -> int:
        there = self.seek(0, 1)
        view = memoryview(data)[: max(0, self.room - there)]  # type: ignore[arg-type]
        if not view:
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(view)


def test_a_full_disk_is_a_sentence_and_what_was_recorded_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "open", lambda path, mode, buffering: FullDisk(str(path), mode.strip("b")))
    made = recording(tmp_path)
    sound = steps(2.0, RATE)
    with pytest.raises(OutputError, match=r"\(No space left on device\); choose another folder with --record\.$"):
        for at in range(0, len(sound), 441):
            made.push(sound[at : at + 441])
    monkeypatch.undo()
    made.close()
    there = read(made.path)
    assert len(there) == (FullDisk.room - 44) // 2 and np.array_equal(there, np.rint(sound[: len(there)] * 32767.0))
    assert made.duration == len(there) / RATE
