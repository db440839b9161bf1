"""The line on loopback: who is let in, who is refused, and how little a reader can do who does not read."""

from __future__ import annotations

import os
import socket
import struct
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from made_live import RATE, Murmur, steps, write_wav

from engine.errors import AudioError, UsageError
from engine.languages import CHANNELS
from engine.live import serving
from engine.live.feed import FileFeed
from engine.live.moment import Moment
from engine.live.serving import CALLERS, KEPT, Caller, Door, serve
from engine.live.session import Face, Session
from engine.live.wire import Ask, Begin, End, Lines, Message, Refused, Stop, encode
from engine.mouth.controls import Controls

Answer = tuple[Caller, Ask]


@pytest.fixture
def brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those who leave have less time: the clients here read only afterwards."""
    monkeypatch.setattr(serving, "CLOSING", 0.2)


@pytest.fixture
def door() -> Iterator[Door]:
    made = Door(0)
    yield made
    made.close()


class Client:
    """A face, or what claims to be one."""

    def __init__(self, port: int, *said: Message | bytes) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=5.0)
        self._lines = Lines()
        for message in said:
            self.say(message)

    def say(self, message: Message | bytes) -> None:
        self.socket.sendall(message if isinstance(message, bytes) else encode(message))

    def everything(self) -> list[Message]:
        """What comes until the other side hangs up."""
        heard: list[Message] = []
        while data := self.socket.recv(4096):
            heard += self._lines.push(data)
        self.socket.close()
        return heard


def moment(number: int) -> Moment:
    return Moment(number / 100.0, tuple(0.5 for _ in CHANNELS), "ɑ", -20.0)


def wait_for(door: Door, seconds: float = 1.0) -> Answer | None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = door.wait(0.05)
        if found:
            return found
    return None


def test_a_face_that_asks_is_let_in_with_its_wishes(door: Door) -> None:
    ask = Ask("en", Controls(intensity=1.5))
    client = Client(door.port, encode(ask)[:20])
    assert wait_for(door, 0.2) is None
    client.say(encode(ask)[20:] + encode(Stop()))
    found = wait_for(door)
    assert found is not None and found[1] == ask and found[0].hear() == [Stop()]
    client.socket.close()
    found[0].close()


@pytest.mark.parametrize(
    "said",
    [
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(256)),
        b"x" * 40_000,
        encode(Stop()),
        encode(moment(1)),
        b'{"say":"ask"}\n',
        b"[" * 15_000 + b"\n",
    ],
    ids=["browser", "tls", "flood", "stop", "moment", "half an ask", "brackets"],
)
def test_who_says_anything_else_is_let_go_without_an_answer(door: Door, said: bytes) -> None:
    client = Client(door.port, said)
    assert wait_for(door, 0.3) is None
    try:
        assert client.everything() == []
    except ConnectionResetError:  # more was said than anybody listened to
        client.socket.close()


def test_a_face_of_another_version_or_with_impossible_wishes_is_told_so(door: Door) -> None:
    newer = Client(door.port, encode(Ask()).replace(b'"version":1', b'"version":2'))
    odd = Client(door.port, encode(Ask()).replace(b'"intensity":1.0', b'"intensity":9.0'))
    assert wait_for(door, 0.3) is None
    (refused,) = newer.everything()
    assert isinstance(refused, Refused) and "version 2" in refused.reason and refused.reason.endswith(".")
    (refused,) = odd.everything()
    assert isinstance(refused, Refused) and "'intensity' is 9; choose" in refused.reason


def test_who_says_nothing_is_let_go_after_two_seconds() -> None:
    now = [0.0]
    door = Door(0, lambda: now[0])
    silent = Client(door.port)
    assert wait_for(door, 0.1) is None
    now[0] = 1.9
    assert wait_for(door, 0.1) is None
    silent.socket.setblocking(False)
    with pytest.raises(BlockingIOError):
        silent.socket.recv(1)
    now[0] = 2.1
    assert wait_for(door, 0.1) is None
    silent.socket.settimeout(1.0)
    assert silent.everything() == []
    door.close()


def test_a_crowd_that_says_nothing_does_not_keep_a_face_out(door: Door) -> None:
    crowd = [Client(door.port) for _ in range(10)]
    face = Client(door.port, Ask("de"))
    found = wait_for(door)
    assert found is not None and found[1].language == "de"
    for client in (*crowd, face):
        client.socket.close()
    found[0].close()


def test_more_than_sixteen_strangers_are_let_go_at_once(door: Door) -> None:
    crowd: list[Client] = []
    for _ in range(20):
        crowd.append(Client(door.port))
        door.wait(0.0)
    wait_for(door, 0.1)
    gone = 0
    for client in crowd:
        client.socket.setblocking(False)
        try:
            gone += client.socket.recv(1) == b""
        except BlockingIOError:
            continue
        finally:
            client.socket.close()
    assert gone == 4


def test_faces_that_ask_and_never_leave_are_let_go_when_there_are_many(door: Door) -> None:
    crowd = [Client(door.port, Ask())]
    first = wait_for(door)
    assert first is not None
    for _ in range(40):
        crowd.append(Client(door.port, Ask()))
        door.turn_away("Not now.", lambda: "")
    until = time.monotonic() + 1.0
    while door._strangers and time.monotonic() < until:
        door.turn_away("Not now.", lambda: "")
    assert len(door._leaving) <= CALLERS and not door._strangers
    for client in crowd:
        client.socket.close()
    first[0].close()


def test_a_port_in_use_is_a_sentence(door: Door) -> None:
    with pytest.raises(
        UsageError, match=rf"^Port {door.port} is in use, perhaps by another .*; end that one, or give .*\.$"
    ):
        Door(door.port)


def test_a_port_that_does_not_exist_is_a_sentence() -> None:
    with pytest.raises(UsageError, match=r"^Port 70000 does not exist; give one from 1024"):
        Door(70_000)


def test_the_port_can_be_had_again_at_once() -> None:
    first = Door(0)
    client = Client(first.port, Ask())
    found = wait_for(first)
    assert found is not None
    first.let_go(found[0])
    client.socket.close()
    first.close()
    Door(first.port).close()


def test_nobody_beyond_this_machine_is_let_in(door: Door) -> None:
    assert door._socket.getsockname()[0] == "127.0.0.1"


def driven(door: Door) -> tuple[Client, Caller]:
    client = Client(door.port, Ask())
    found = wait_for(door)
    assert found is not None
    return client, found[0]


def test_a_reader_who_does_not_read_costs_old_moments_only_and_nothing_grows(door: Door) -> None:
    client, caller = driven(door)
    caller.say(Begin("a.wav", 0.1))
    longest = 0.0
    for number in range(20_000):
        began = time.perf_counter()
        caller.say(moment(number))
        longest = max(longest, time.perf_counter() - began)
    caller.say(End("Enough."))
    assert caller.behind and len(caller._waiting) <= KEPT + 2 and longest < 2.0
    door.let_go(caller)
    client.socket.setblocking(True)
    heard: list[Message] = []
    while data := client.socket.recv(1000):  # bytes cut anywhere: each line must be whole
        heard += client._lines.push(data)
        door.wait(0.0)
    client.socket.close()
    moments = [message for message in heard if isinstance(message, Moment)]
    assert heard[0] == Begin("a.wav", 0.1) and heard[-1] == End("Enough.") and len(moments) == len(heard) - 2
    times = [one.time for one in moments]
    assert times == sorted(times) and times[-KEPT:] == [number / 100.0 for number in range(20_000 - KEPT, 20_000)]
    assert len(moments) + caller.dropped == 20_000 and caller.dropped > 10_000


def test_who_hangs_up_without_a_word_is_noticed(door: Door) -> None:
    client, caller = driven(door)
    client.socket.close()
    time.sleep(0.05)
    caller.hear()
    for number in range(100):
        caller.say(moment(number))
    assert caller.gone
    caller.close()


def test_a_reset_is_noticed(door: Door) -> None:
    client, caller = driven(door)
    client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("hh" if os.name == "nt" else "ii", 1, 0))
    client.socket.close()
    time.sleep(0.05)
    caller.hear()
    assert caller.gone
    caller.close()


def begin(path: Path, asked: list[Ask], speed: float = 10.0) -> Callable[[Ask, Face], Session]:
    def opened(ask: Ask, face: Face) -> Session:
        asked.append(ask)
        if ask.language == "xx":
            raise AudioError("There is no microphone; plug one in.")
        return Session(FileFeed(path, speed), Murmur(RATE), face, None, lambda: "")

    return opened


@pytest.mark.usefixtures("brisk")
def test_faces_are_driven_one_after_the_other_and_a_refusal_ends_nothing(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "a.wav", steps(0.5))
    door, asked, told = Door(0), [], []  # type: ignore[var-annotated]
    clients = [Client(door.port, Ask("xx"))]
    left = [Ask("de"), Ask("fr")]

    def stop() -> str:
        if len(asked) == len(clients) and left:
            clients.append(Client(door.port, left.pop(0)))
        return "Enough." if len(asked) == 3 else ""

    assert serve(door, begin(path, asked), stop, told.append) is None
    (refused,), first, second = (client.everything() for client in clients)
    assert refused == Refused("There is no microphone; plug one in.")
    for heard in (first, second):
        assert heard[0] == Begin("a.wav", 0.11, str(path.resolve()), False) and len(heard) == 52
        assert heard[-1] == End("'a.wav' is at its end.", str(path.resolve()), 0.5)
    assert [ask.language for ask in asked] == ["xx", "de", "fr"]
    assert told[0] == refused.reason and len(told) == 5 and all(sentence.endswith(".") for sentence in told)


@pytest.mark.usefixtures("brisk")
def test_with_once_the_first_end_ends_all(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "a.wav", steps(0.2))
    door = Door(0)
    client = Client(door.port, Ask())
    end = serve(door, begin(path, []), lambda: "", lambda _sentence: None, once=True)
    assert end is not None and not end.failed and client.everything()[-1] == end
