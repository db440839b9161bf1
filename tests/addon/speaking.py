"""A listener for tests that says what it is told to, and a clock that is set by hand."""

from __future__ import annotations

import socket
import time

import bpy
from lockstep.addon.live import session
from lockstep.engine.languages import CHANNELS
from lockstep.engine.live.moment import Moment
from lockstep.engine.live.wire import HOST, Ask, Begin, Lines, encode


class Clock:
    """Seconds that pass only when told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Listener:
    """The other end of the line, on a free port; takes one face, and then does as the test says."""

    def __init__(self) -> None:
        self.door = socket.create_server((HOST, 0))
        self.door.settimeout(5.0)
        self.port = self.door.getsockname()[1]
        self.line: socket.socket | None = None
        self.lines = Lines()
        self.heard: list[object] = []

    def accept(self) -> None:
        """Take the next call; the one before has hung up."""
        if self.line is not None:
            self.line.close()
        self.lines, self.heard = Lines(), []
        self.line, _ = self.door.accept()
        self.line.settimeout(5.0)

    def say(self, *messages) -> None:
        self.send(b"".join(encode(message) for message in messages))

    def send(self, data: bytes) -> None:
        self.line.sendall(data)
        time.sleep(0.002)

    def hear(self) -> list[object]:
        """All that the face has said so far; waits for something new."""
        self.heard += self.lines.push(self.line.recv(65536))
        return self.heard

    def hang_up(self) -> None:
        for end in (self.line, self.door):
            if end is not None:
                end.close()
        self.line = None


def moment(at=0.1, level=-20.0, phone="a", **channels) -> Moment:
    """A moment of the mouth: every channel that is not named is 0."""
    return Moment(at, tuple(channels.get(name, 0.0) for name in CHANNELS), phone, level)


def begun(sound="Microphone", delay=0.095, recording="", own=False) -> Begin:
    return Begin(sound, delay, recording, own)


def tick(times=1) -> float | None:
    """What Blender's timer would do; gives what the last of them gave."""
    given = None
    for _ in range(times):
        given = session.tick()
    return given


def until(done, seconds=5.0) -> None:
    """Tick until something is so."""
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "it never came"
        tick()
        time.sleep(0.002)


def start(listener, thing=None, clock=None, **asked):
    """A session with this listener, which has taken the call and heard what is asked for."""
    given = {} if clock is None else {"clock": clock}
    thing = thing or bpy.context.view_layer.objects.active
    live = session.begin(thing, bpy.context.scene, listener.port, Ask(**asked), **given)
    listener.accept()
    tick(2)
    assert isinstance(listener.hear()[0], Ask)
    return live


def drive(listener, **channels):
    """A session whose face shows a moment."""
    live = start(listener)
    listener.say(begun(), moment(**channels))
    until(lambda: live.moment is not None)
    return live


def values(thing) -> dict[str, float]:
    """The values of all shape keys of a mesh."""
    return {block.name: block.value for block in thing.data.shape_keys.key_blocks}
