"""`lockstep listen` as a process of its own: a face on the socket, a pipe, interruptions, an end by force."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from made_live import RATE, steps, write_wav
from made_sounds import buzz

from engine import cli
from engine.cli import listen as command
from engine.live import recording, wire
from engine.live.moment import Moment
from engine.live.wire import Ask, Begin, End, Lines, Message, Refused, Stop, decode, encode
from engine.sound.source import FileSource

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
# The command with a hearer that tells what it hears, and, where that is asked for, with a microphone that is made up.
# Signals are as a terminal has them: what a shell runs in its background ignores some, and so would its children.
PROGRAM = """
import signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)
if hasattr(signal, "SIGHUP"):
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
sys.path[:0] = [{root!r}, {here!r}]
from made_live import Murmur, fake_sounddevice
from engine import cli
from engine.cli import listen
from engine.languages import load
listen.hearer_of = lambda language, controls, rate: load(language) and Murmur(rate)
if {microphone}:
    sys.modules["sounddevice"] = fake_sounddevice({fails_after})
sys.exit(cli.main(sys.argv[1:]))
"""


class Listening:
    """The command, running."""

    def __init__(self, *arguments: str, microphone: bool = False, fails_after: float = 1e9, **more: Any) -> None:
        program = PROGRAM.format(root=str(ROOT), here=str(HERE), microphone=microphone, fails_after=fails_after)
        flags = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP} if sys.platform == "win32" else {}
        self.process = subprocess.Popen(
            [sys.executable, "-c", program, "listen", *arguments],
            stdout=more.get("stdout", subprocess.PIPE),
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONIOENCODING": "utf-8", "PYTHONWARNINGS": "error"},
            **flags,  # type: ignore[call-overload]
        )

    def port(self) -> int:
        """Where it waits, as soon as it does."""
        line = self.line()
        found = re.search(r"Waiting at 127\.0\.0\.1:(\d+) for a face", line)
        assert found, line
        return int(found[1])

    def line(self) -> str:
        assert self.process.stderr is not None
        return self.process.stderr.readline().decode("utf-8").strip()

    def interrupt(self) -> None:
        self.process.send_signal(signal.CTRL_BREAK_EVENT if sys.platform == "win32" else signal.SIGINT)

    def end(self) -> tuple[int, bytes, list[str]]:
        """Its exit code, its output, what else it said."""
        out, err = self.process.communicate(timeout=10.0)
        return self.process.returncode, out or b"", err.decode("utf-8").splitlines()


@pytest.fixture
def listen() -> Iterator[Callable[..., Listening]]:
    started: list[Listening] = []

    def start(*arguments: object, **more: Any) -> Listening:
        started.append(Listening(*map(str, arguments), **more))
        return started[-1]

    yield start
    for one in started:
        if one.process.poll() is None:
            one.process.kill()
        one.process.communicate()


Listen = Callable[..., Listening]


class Client:
    """A face; `room`: bytes that the system keeps for it."""

    def __init__(self, port: int, ask: Ask | None = None, room: int = 1 << 20) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
        self.socket.settimeout(10.0)
        self.socket.connect(("127.0.0.1", port))
        self._lines = Lines()
        self.heard: list[Message] = []
        self.times: list[float] = []
        self.say(ask or Ask())

    def say(self, message: Message) -> None:
        self.socket.sendall(encode(message))

    def until(self, enough: Callable[[list[Message]], bool]) -> list[Message]:
        """All that came until there was enough of it."""
        while not enough(self.heard):
            data = self.socket.recv(4096)
            assert data, self.heard[-2:]
            new = self._lines.push(data)
            self.heard += new
            self.times += [time.monotonic()] * len(new)
        return self.heard

    def ended(self) -> list[Message]:
        """All that came until the end; the line is closed after it."""
        heard = self.until(lambda heard: bool(heard) and isinstance(heard[-1], End | Refused))
        assert self.socket.recv(100) == b""
        self.socket.close()
        return heard


def moments(heard: list[Message]) -> list[Moment]:
    return [message for message in heard if isinstance(message, Moment)]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_wav(tmp_path_factory.mktemp("sound") / "línea 声.wav", steps(20.0))


def test_a_face_hears_a_file_in_order_and_in_time_and_the_next_face_too(listen: Listen, sound: Path) -> None:
    running = listen(sound, "--speed", "20", "--port", "0")
    port = running.port()
    for _ in range(2):
        asked = time.monotonic()
        client = Client(port)
        heard = client.ended()
        begin, *told, end = heard
        assert begin == Begin(sound.name, pytest.approx(0.11), str(sound.resolve()), False)
        assert end == End(f"'{sound.name}' is at its end.", str(sound.resolve()), pytest.approx(20.0))
        rows = range(2000)
        assert [one.time for one in moments(heard)] == [pytest.approx((k + 0.5) / 100) for k in rows]
        assert [one.values[0] for one in moments(heard)] == pytest.approx(
            [k % 100 / 100 + 0.01 for k in rows], abs=1e-3
        )
        assert len(told) == len(rows)
        spoken = np.array([one.time + 0.1 for one in moments(heard)[:-10]]) / 20  # the last ten come with the end
        passed = np.array(client.times[1:-11]) - asked
        assert (passed >= spoken).all() and np.median(passed - spoken) < 1.0
    running.interrupt()
    code, out, said = running.end()
    assert (code, out) == (0, b"") and len(said) == 4
    assert said[1].startswith(f"lockstep: '{sound.name}' is at its end. The sound: ") and said[1].endswith("20.0 s.")


def test_a_stop_in_the_middle_ends_it_at_once_and_the_next_face_begins_anew(listen: Listen, sound: Path) -> None:
    running = listen(sound, "--port", "0")
    port = running.port()
    client = Client(port)
    client.until(lambda heard: len(moments(heard)) >= 30)
    client.say(Stop())
    stopped = time.monotonic()
    heard = client.ended()
    assert time.monotonic() - stopped < 2.0 and isinstance(heard[-1], End)
    assert heard[-1].reason == "The face has stopped." and not heard[-1].failed and len(moments(heard)) < 100
    second = Client(port)
    assert moments(second.until(lambda heard: len(heard) > 3))[0].time == 0.005
    second.socket.close()


def test_a_killed_face_leaves_room_for_the_next(listen: Listen, sound: Path) -> None:
    running = listen(sound, "--port", "0")
    port = running.port()
    script = (
        f"import socket, time; s = socket.create_connection(('127.0.0.1', {port})); s.sendall({encode(Ask())!r});"
        "print(s.recv(10)); time.sleep(60)"
    )
    face = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE)
    assert face.stdout is not None and face.stdout.readline()
    face.kill()
    face.communicate()
    second = Client(port)
    assert isinstance(second.until(bool)[0], Begin)
    second.socket.close()
    running.line()
    assert "lockstep: The face has hung up. The sound: " in running.line()


def test_a_second_face_is_refused_while_one_is_driven(listen: Listen, sound: Path) -> None:
    running = listen(sound, "--port", "0")
    port = running.port()
    first = Client(port)
    first.until(lambda heard: len(heard) > 3)
    assert Client(port).ended() == [Refused("Another face is driven already; stop that one first.")]
    assert len(first.until(lambda heard: len(heard) > 20)) > 20
    first.socket.close()


def test_a_face_that_does_not_read_for_three_seconds_gets_whole_lines_and_the_newest(
    listen: Listen, sound: Path
) -> None:
    running = listen(sound, "--port", "0", "--speed", "20")
    client = Client(running.port(), room=8192)
    client.until(bool)
    time.sleep(3.0)
    heard = client.ended()
    assert isinstance(heard[-1], End)
    times = [one.time for one in moments(heard)]
    assert times == sorted(times) and times[-1] == 19.995 and 50 < len(times) < 2000


def test_a_file_that_is_fed_as_fast_as_it_goes_waits_for_a_slow_face(listen: Listen, sound: Path) -> None:
    client = Client(listen(sound, "--port", "0", "--speed", "0").port())
    client.until(bool)
    time.sleep(0.5)
    assert [one.time for one in moments(client.ended())] == pytest.approx([(k + 0.5) / 100 for k in range(2000)])


def test_a_language_that_is_not_there_refuses_the_face_and_the_next_one_comes(listen: Listen, sound: Path) -> None:
    port = listen(sound, "--port", "0", "--speed", "100").port()
    (refused,) = Client(port, Ask("tlh")).ended()
    assert isinstance(refused, Refused) and "tlh" in refused.reason and refused.reason.endswith(".")
    assert isinstance(Client(port).ended()[-1], End)


def test_a_microphone_is_recorded_and_each_face_has_a_recording_of_its_own(listen: Listen, tmp_path: Path) -> None:
    running = listen("--port", "0", "--record", tmp_path / "new", microphone=True)
    port = running.port()
    paths = []
    for _ in range(2):
        client = Client(port)
        client.until(lambda heard: len(moments(heard)) >= 50)
        client.say(Stop())
        begin, *_, end = client.ended()
        assert isinstance(begin, Begin) and isinstance(end, End)
        assert begin.own and begin.sound == "made up" and begin.recording == end.recording
        source = FileSource(end.recording)
        assert source.duration == pytest.approx(end.duration) and end.duration > 0.6
        heard = np.concatenate(list(source.blocks(source.sample_rate)))
        assert np.allclose(heard, steps(10.0)[: len(heard)], atol=1e-4)
        paths.append(end.recording)
    assert sorted(paths) == sorted(map(str, (tmp_path / "new").resolve().iterdir())) and len(set(paths)) == 2


def test_a_killed_listener_leaves_a_recording_that_misses_a_second_at_most(listen: Listen, tmp_path: Path) -> None:
    running = listen("--port", "0", "--record", tmp_path, microphone=True)
    client = Client(running.port())
    client.until(lambda heard: len(moments(heard)) >= 180)
    running.process.kill()
    running.process.wait()
    told = moments(client.heard)[-1].time
    begin = client.heard[0]
    assert isinstance(begin, Begin)
    source = FileSource(begin.recording)
    assert told - 1.0 < source.duration < told + 1.0 and source.duration >= 1.0
    assert np.allclose(np.concatenate(list(source.blocks(16000)))[:16000], steps(1.0), atol=1e-4)
    client.socket.close()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("number", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_an_interruption_ends_well_and_tells_where_the_recording_lies(
    listen: Listen, tmp_path: Path, number: str
) -> None:
    running = listen("--port", "0", "--record", tmp_path, microphone=True)
    client = Client(running.port())
    client.until(lambda heard: len(moments(heard)) >= 20)
    running.process.send_signal(getattr(signal, number))
    end = client.ended()[-1]
    code, _out, said = running.end()
    assert isinstance(end, End) and end.reason == "The listener was ended." and not end.failed
    assert code == 0 and end.recording in said[-1] and FileSource(end.recording).duration == pytest.approx(end.duration)


def test_nobody_came_and_ctrl_c_ends_it_at_once(listen: Listen, sound: Path) -> None:
    running = listen(sound, "--port", "0")
    running.port()
    running.interrupt()
    began = time.monotonic()
    assert running.end() == (0, b"", []) and time.monotonic() - began < 4.0


def test_an_unplugged_microphone_ends_it_with_a_sentence_and_what_was_heard_is_kept(
    listen: Listen, tmp_path: Path
) -> None:
    running = listen("--port", "0", "--record", tmp_path, "--once", microphone=True, fails_after=0.5)
    end = Client(running.port()).ended()[-1]
    assert isinstance(end, End) and end.failed
    assert end.reason.startswith("The microphone 'made up' is lost (Device unav")
    assert FileSource(end.recording).duration == pytest.approx(end.duration) == pytest.approx(0.5, abs=0.05)
    assert running.end()[0] == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a disk that is full")
def test_a_full_disk_for_the_moments_is_a_sentence(listen: Listen, sound: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        code, _out, said = listen(sound, "--stdout", "--speed", "0", stdout=full).end()
    assert code == 1 and said[-1].startswith("lockstep: The moments cannot be written (No space left on device);")


def test_a_recording_folder_that_cannot_be_refuses_the_face_and_goes_on(listen: Listen, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    running = listen("--port", "0", "--record", tmp_path / "file", microphone=True)
    port = running.port()
    for _ in range(2):
        (refused,) = Client(port).ended()
        assert isinstance(refused, Refused) and "Nothing can be recorded in" in refused.reason


def test_standard_output_has_a_line_of_json_for_each_moment(listen: Listen, sound: Path) -> None:
    code, out, said = listen(sound, "--stdout", "--speed", "0", "--language", "en").end()
    lines = [json.loads(line) for line in out.decode("ascii").splitlines()]
    assert code == 0 and b"\r" not in out and len(lines) == 2002
    assert [lines[0]["say"], lines[1]["say"], lines[-1]["say"]] == ["begin", "moment", "end"]
    assert lines[-1]["recording"] == str(sound.resolve()) and len(said) == 2 and all(one.endswith(".") for one in said)


def test_lines_are_there_as_soon_as_they_are_said(listen: Listen, sound: Path) -> None:
    running = listen(sound, "--stdout")
    assert running.process.stdout is not None
    for _ in range(5):
        running.process.stdout.readline()
    began = time.monotonic()
    times = [json.loads(running.process.stdout.readline())["time"] for _ in range(50)]
    assert times[-1] - times[0] == pytest.approx(0.49) and 0.2 < time.monotonic() - began < 2.0


def test_a_reader_that_has_enough_ends_it_without_a_word_of_python(listen: Listen, sound: Path) -> None:
    running = listen(sound, "--stdout", "--speed", "50")
    assert running.process.stdout is not None
    running.process.stdout.readline()
    running.process.stdout.close()
    running.process.wait(10.0)
    assert running.process.stderr is not None
    said = running.process.stderr.read().decode("utf-8")
    assert running.process.returncode == 0 and "Nobody reads the moments any more." in said
    assert "Traceback" not in said and "Exception" not in said


def test_a_reader_of_a_file_is_waited_for_and_misses_nothing(listen: Listen, sound: Path) -> None:
    running = listen(sound, "--stdout", "--speed", "0")
    time.sleep(1.0)
    code, out, _said = running.end()
    assert code == 0 and out.count(b"\n") == 2002


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["{sound}", "--speed", "-1"], "cannot be fed -1 times as fast"),
        (["{sound}", "--speed", "nan"], "cannot be fed nan times as fast"),
        (["{sound}", "--device", "x"], "A file is neither recorded nor heard by a microphone"),
        (["{sound}", "--record", "x"], "A file is neither recorded nor heard by a microphone"),
        (["{sound}", "--port", "70000"], "There is no port 70000"),
        (["{sound}", "--port", "-1"], "There is no port -1"),
        (["{sound}", "--language", "tlh"], "tlh"),
        (["{sound}.none"], "is not there; check its path"),
        (["--speed", "2"], "A microphone has no speed"),
    ],
)
def test_what_makes_no_sense_is_one_sentence(
    sound: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert cli.main(["listen", *(argument.format(sound=sound) for argument in arguments)]) == 1
    told = capsys.readouterr().err.strip().splitlines()
    assert len(told) == 1 and told[0].startswith("lockstep: ") and told[0].endswith(".") and said in told[0]


def test_the_help_names_the_port_and_folder_that_are_used() -> None:
    assert (command.PORT, command.FOLDER) == (wire.PORT, recording.FOLDER)


def test_the_command_as_it_is_opens_a_mouth_where_something_is_said(tmp_path: Path) -> None:
    sound = np.concatenate([np.zeros(RATE // 2), buzz(1.5), np.zeros(RATE // 2)]).astype(np.float32)
    path = write_wav(tmp_path / "said.wav", sound)
    done = subprocess.run(
        [sys.executable, "-m", "engine", "listen", str(path), "--stdout", "--speed", "0", "--language", "en"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    begin, *told, end = map(decode, done.stdout.splitlines())
    assert isinstance(begin, Begin) and begin.delay < 0.125 and isinstance(end, End) and not end.failed
    heard = moments(told)
    assert [one.time for one in heard] == pytest.approx([(k + 0.5) / 100 for k in range(250)])
    jaw = np.array([one.values[0] for one in heard])
    assert jaw[60:190].max() > 0.15 and jaw[:30].max() < 0.05 and jaw[-20:].max() < 0.1
