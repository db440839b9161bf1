"""One time of listening from Begin to End: how it ends, and that nothing is lost however it does."""

from __future__ import annotations

import errno
import json
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from io import FileIO
from pathlib import Path

import numpy as np
import pytest
from made_live import RATE, Murmur, steps

from engine.errors import AudioError, OutputError, UsageError
from engine.live.moment import Moment
from engine.live.pipe import Pipe
from engine.live.recording import Recording
from engine.live.session import Session, beginning, ending, hold
from engine.live.wire import Begin, End, Message, Refused
from engine.sound.source import FileSource


class Sound:
    """A microphone that gives `steps` in blocks of 10 ms, and nothing now and then."""

    name, rate, delay, kept, duration, patient = "made up", RATE, 0.02, "", 0.0, False

    def __init__(self, seconds: float = 1.0, fault: Exception | None = None) -> None:
        self._blocks: Iterator[np.ndarray] = iter(
            np.split(steps(seconds), max(1, round(seconds * 100))) if seconds else []
        )
        self._fault, self._turn, self.closed = fault, 0, 0

    def read(self) -> np.ndarray | None:
        self._turn += 1
        if self._turn % 3 == 0:
            return np.zeros(0, np.float32)
        block = next(self._blocks, None)
        if block is None and self._fault is not None:
            raise self._fault
        return block

    def close(self) -> None:
        self.closed += 1


class Ears:
    """A face that keeps what it is told, and has enough when `enough` says so."""

    gone = False

    def __init__(self, enough: Callable[[int], str] = lambda _told: "") -> None:
        self.told: list[Message] = []
        self._enough = enough
        self.behind = False

    def say(self, message: Message) -> None:
        self.told.append(message)

    def attend(self) -> str:
        return self._enough(len(self.told))


def session(
    folder: Path, sound: Sound | None = None, face: Ears | None = None, stop: Callable[[], str] = lambda: ""
) -> tuple[Session, Sound, Ears, Recording]:
    sound, face = sound or Sound(), face or Ears()
    recording = Recording(folder, RATE)
    return Session(sound, Murmur(), face, recording, stop), sound, face, recording


def kept(path: str, seconds: float) -> bool:
    """Whether the file holds the first `seconds` of the sound."""
    heard = np.concatenate(list(FileSource(path).blocks(RATE)))
    return len(heard) == round(seconds * RATE) and np.allclose(heard, steps(seconds), atol=1e-4)


def test_a_sound_is_recorded_and_told_from_begin_to_end(tmp_path: Path) -> None:
    made, sound, face, recording = session(tmp_path)
    end = hold(made)
    begin, *moments, last = face.told
    assert begin == Begin("made up", pytest.approx(0.12), str(recording.path), True) and last == end
    assert end == End("'made up' is at its end.", str(recording.path), 1.0) and kept(end.recording, 1.0)
    assert [one.time for one in moments if isinstance(one, Moment)] == [(2 * k + 1) / 200 for k in range(100)]
    assert sound.closed == 1
    assert beginning(made) == f"Listening to 'made up', the mouth 120 ms behind it, recorded in '{recording.path}'."
    assert ending(end) == f"'made up' is at its end. The sound: '{recording.path}', 1.0 s."


@pytest.mark.parametrize("whose", ["face", "stop"])
def test_whoever_wishes_an_end_gets_it_at_the_next_block(tmp_path: Path, whose: str) -> None:
    count = [0]

    def wish() -> str:
        count[0] += 1
        return "Enough." if count[0] > 60 else ""

    face = Ears((lambda _told: wish()) if whose == "face" else (lambda _told: ""))
    made, _sound, _face, _recording = session(tmp_path, None, face, wish if whose == "stop" else (lambda: ""))
    end = hold(made)
    assert end.reason == "Enough." and not end.failed and end.duration == 0.4 and kept(end.recording, 0.4)
    assert isinstance(face.told[-2], Moment) and face.told[-2].time == pytest.approx(0.395)


def test_an_end_before_the_first_sound_leaves_no_file(tmp_path: Path) -> None:
    made = session(tmp_path, None, Ears(lambda _told: "Enough."))[0]
    end = hold(made)
    assert end == End("Enough.") and not list(tmp_path.iterdir())
    assert isinstance(made.face, Ears) and [type(said) for said in made.face.told] == [Begin, End]


def test_a_microphone_that_is_lost_before_it_said_anything_refuses_the_face(tmp_path: Path) -> None:
    made, _sound, face, _ = session(tmp_path, Sound(0.0, AudioError("The microphone is lost.")))
    assert hold(made) == End("The microphone is lost.", failed=True)
    assert face.told == [Refused("The microphone is lost.")] and not list(tmp_path.iterdir())


def test_nothing_is_said_until_the_first_sample_has_come(tmp_path: Path) -> None:
    told_at_first: list[int] = []

    class Waking(Sound):
        def read(self) -> np.ndarray | None:
            if self._turn < 50:
                self._turn += 1
                told_at_first.append(len(face.told))
                return np.zeros(0, np.float32)
            return super().read()

    made, _, face, _ = session(tmp_path, Waking())
    hold(made)
    assert told_at_first == [0] * 50 and isinstance(face.told[0], Begin) and len(face.told) == 102


def test_a_lost_microphone_is_told_and_what_was_heard_is_kept(tmp_path: Path) -> None:
    made, sound, face, _ = session(tmp_path, Sound(0.5, AudioError("The microphone is lost.")))
    end = hold(made)
    assert end.failed and end.reason == "The microphone is lost." and kept(end.recording, 0.5)
    assert face.told[-1] == end and sound.closed == 1


def test_a_full_disk_is_told_and_ends_it(tmp_path: Path) -> None:
    made, sound, face, recording = session(tmp_path)

    class Full(FileIO):
        def write(self, data: object) -> int:
            if self.tell() > 10_000:
                raise OSError(errno.ENOSPC, "No space left on device")
            return super().write(data)  # type: ignore[arg-type]

    recording._file.close()
    recording._file = Full(str(recording.path), "r+")
    recording._file.seek(0, os.SEEK_END)
    end = hold(made)
    assert end.failed and "(No space left on device)" in end.reason and face.told[-1] == end and sound.closed == 1
    assert kept(end.recording, end.duration) and 0.3 < end.duration < 0.4


def test_an_hour_ends_it_with_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.live.recording.LONGEST", 0.5)
    end = hold(session(tmp_path)[0])
    assert end.reason.startswith("An hour is recorded") and not end.failed and kept(end.recording, 0.5)


def test_a_slip_of_the_programs_own_still_leaves_the_recording_whole(tmp_path: Path) -> None:
    made, sound, _face, recording = session(tmp_path, Sound(0.5, ZeroDivisionError("a slip")))
    with pytest.raises(ZeroDivisionError):
        hold(made)
    assert sound.closed == 1 and kept(str(recording.path), 0.5)


def test_a_device_that_cannot_be_let_go_still_leaves_the_recording_whole(tmp_path: Path) -> None:
    class Stuck(Sound):
        def close(self) -> None:
            raise RuntimeError("a slip")

    made, _sound, _face, recording = session(tmp_path, Stuck(0.5))
    with pytest.raises(RuntimeError):
        hold(made)
    assert kept(str(recording.path), 0.5)


def test_a_hearer_that_fails_ends_it_with_its_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_self: Murmur, _samples: np.ndarray) -> list[Moment]:
        raise UsageError("That cannot be heard.")

    monkeypatch.setattr(Murmur, "push", fail)
    end = hold(session(tmp_path)[0])
    assert end.failed and end.reason == "That cannot be heard." and kept(end.recording, 0.01)


def test_a_patient_sound_waits_for_a_face_that_is_behind(tmp_path: Path) -> None:
    face = Ears()
    turns = [0]

    def stop() -> str:
        turns[0] += 1
        face.behind = turns[0] % 4 != 0
        return ""

    sound = Sound(0.1)
    sound.patient = True
    made = session(tmp_path, sound, face, stop)[0]
    assert hold(made).duration == pytest.approx(0.1) and turns[0] >= 40


@pytest.fixture
def ends() -> Iterator[tuple[FileIO, FileIO]]:
    read, write = os.pipe()
    with FileIO(read, "r") as reading, FileIO(write, "w") as writing:
        yield reading, writing


def moment(number: int) -> Moment:
    return Moment(number / 100.0, (0.25,) * 13, "ɑ", -20.0)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not tell whether a pipe has room")
def test_a_pipe_waits_for_no_reader_and_its_lines_stay_whole(ends: tuple[FileIO, FileIO]) -> None:
    reading, writing = ends
    pipe = Pipe(writing, patient=False)
    began = time.monotonic()
    for number in range(5000):
        pipe.say(moment(number))
    assert time.monotonic() - began < 3.0 and 1000 < pipe.dropped < 5000 and not pipe.gone
    os.set_blocking(reading.fileno(), False)
    lines = b"".join(iter(lambda: reading.read(65_536) or b"", b"")).splitlines(keepends=True)
    assert len(lines) == 5000 - pipe.dropped and all(line.endswith(b"}\n") for line in lines)
    assert json.loads(lines[-1])["time"] == (len(lines) - 1) / 100.0


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pipes that do not wait")
def test_a_full_pipe_that_does_not_wait_is_waited_for_in_sleep(ends: tuple[FileIO, FileIO]) -> None:
    reading, writing = ends
    os.set_blocking(writing.fileno(), False)
    heard: list[bytes] = []

    def read() -> None:
        time.sleep(1.0)
        while data := reading.read(65_536):
            heard.append(data)

    reader = threading.Thread(target=read)
    reader.start()
    pipe, begun = Pipe(writing, patient=True), time.process_time()
    for number in range(1000):
        pipe.say(moment(number))
    spent = time.process_time() - begun
    writing.close()
    reader.join()
    assert b"".join(heard).count(b"\n") == 1000 and pipe.dropped == 0 and spent < 0.5


def test_a_pipe_whose_reader_has_gone_is_no_fault(ends: tuple[FileIO, FileIO]) -> None:
    reading, writing = ends
    pipe = Pipe(writing, patient=True)
    pipe.say(moment(1))
    assert pipe.attend() == ""
    reading.close()
    pipe.say(moment(2))
    pipe.say(End("Enough."))
    assert pipe.gone and pipe.attend() == "Nobody reads the moments any more."


def test_a_place_that_takes_no_more_is_a_sentence(tmp_path: Path) -> None:
    class Full(FileIO):
        def write(self, data: object) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    with (
        Full(str(tmp_path / "curves.jsonl"), "w") as full,
        pytest.raises(OutputError, match=r"^The moments cannot be written \(No space left on device\); choose another"),
    ):
        Pipe(full, patient=True).say(moment(1))
