"""`lockstep listen` among hostile callers, among many, and without a terminal."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from made_live import steps, write_wav
from test_live_listening import PROGRAM, Client, Listening, moments

from engine.live.wire import HOST, Ask, Begin, End, Refused, Stop, decode, encode

ROOT, HERE = Path(__file__).resolve().parents[2], Path(__file__).parent
ASK = b'{"say":"ask","form":"lockstep.live","version":1,"language":%s,"controls":%s}\n'


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_wav(tmp_path_factory.mktemp("sound") / "line.wav", steps(3.0))


@pytest.fixture(scope="module")
def running(sound: Path) -> Iterator[tuple[Listening, int]]:
    """A listener for all tests here, and its port: none of them may end it."""
    made = Listening(str(sound), "--port", "0", "--speed", "50", stdout=subprocess.DEVNULL)
    port = made.port()
    yield made, port
    ended = made.process.poll()
    made.process.kill()
    made.process.communicate()
    assert ended is None


def served(port: int, seconds: float = 5.0) -> bool:
    """Whether a face that asks again and again is driven, within some seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        face = Client(port)
        try:
            heard = face.ended()
            if isinstance(heard[0], Begin):
                return len(moments(heard)) > 100
        except (AssertionError, OSError):  # all places are taken yet
            pass
        finally:
            face.socket.close()
        time.sleep(0.1)
    return False


SAID = {
    "an integer that no float holds": ASK % (b'"en"', b'{"jaw":1' + b"0" * 400 + b"}"),
    "no number": ASK % (b'"en"', b'{"jaw":NaN}'),
    "no controls": ASK % (b'"en"', b"null"),
    "a long language": ASK % (b'"' + b"x" * 16_000 + b'"', b"{}"),
    "a path for a language": ASK % (b'"../en"', b"{}"),
    "a zero in a language": ASK % (b'"a\\u0000b"', b"{}"),
    "lists in lists": b"[" * 10_000 + b"\n",
    "digits": b"9" * 5000 + b"\n",
    "a list for a word": b'{"say":[1]}\n',
    "zeros": b"\0" * 100 + b"\n",
    "a stop first": encode(Stop()),
    "UTF-16": "stop\n".encode("utf-16"),
}


@pytest.mark.parametrize("said", SAID.values(), ids=SAID.keys())
def test_whatever_a_caller_says_the_next_face_is_driven(running: tuple[Listening, int], said: bytes) -> None:
    with socket.create_connection((HOST, running[1]), timeout=5.0) as line:
        line.sendall(said)
        heard = b""
        while data := line.recv(65_536):
            heard += data
    assert all(isinstance(decode(one), Refused) for one in heard.splitlines())
    assert served(running[1])


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="open files are counted as Linux lists them")
def test_forty_faces_that_come_and_go_leave_nothing_open(running: tuple[Listening, int]) -> None:
    listening, port = running
    assert served(port)
    folder = Path(f"/proc/{listening.process.pid}/fd")
    before = len(list(folder.iterdir()))
    for number in range(40):
        with socket.create_connection((HOST, port), timeout=5.0) as line:
            line.sendall(encode(Ask("en")) + (encode(Stop()) if number % 4 == 0 else b""))
            if number % 4 == 1:
                line.recv(100)
            if number % 4 == 2:  # hung up as a process does that is killed
                line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    assert served(port)
    end = time.monotonic() + 5.0
    while len(list(folder.iterdir())) > before and time.monotonic() < end:
        time.sleep(0.05)
    assert len(list(folder.iterdir())) <= before


def test_callers_that_dawdle_keep_no_face_away_for_long(running: tuple[Listening, int]) -> None:
    lines = [socket.create_connection((HOST, running[1]), timeout=5.0) for _ in range(30)]
    try:
        for line in lines:
            line.sendall(b"{")
        assert served(running[1])
    finally:
        for line in lines:
            line.close()


@pytest.mark.skipif(os.name != "posix", reason="a shell closes what a command writes to")
@pytest.mark.parametrize("where", ["2>&-", "2>/dev/full"])
def test_moments_come_where_nobody_can_be_told_anything(sound: Path, where: str) -> None:
    if "full" in where and not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full")
    program = PROGRAM.format(root=str(ROOT), here=str(HERE), microphone=False, fails_after=0.0)
    done = subprocess.run(
        [
            "sh",
            "-c",
            f'"$@" {where}',
            "sh",
            sys.executable,
            "-c",
            program,
            "listen",
            str(sound),
            "--stdout",
            "--speed",
            "0",
        ],
        stdout=subprocess.PIPE,
        timeout=20.0,
        check=False,
    )
    heard = [decode(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0 and isinstance(heard[-1], End) and len(moments(heard)) == 300
