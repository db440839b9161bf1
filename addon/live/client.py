"""The face's end of the line to a listener: never waits, whatever the other side does."""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Callable
from contextlib import suppress

from ...engine.errors import UsageError
from ...engine.languages import CHANNELS
from ...engine.live.moment import Moment
from ...engine.live.wire import HOST, Ask, Begin, End, Lines, Message, Refused, Stop, encode

REACHED = 2.0  # seconds within which somebody must take the call
ANSWERED = 30.0  # seconds within which listening must begin: a microphone may have to be allowed first
SILENT = 3.0  # seconds without a moment after which the listener is lost
SHUT = 0.9  # of a moment's seal: the lips are shut
FEW, BACK = 3, 10  # moments of one look: up to so many are no gap; so far back a closure is looked for
MOST = 65_536  # bytes read at once: four seconds of moments, which are through in a hundredth of one

SEAL = CHANNELS.index("seal")

NOBODY = "No listener answers at port {}; run 'lockstep listen' in a terminal, then press Live again."
MUTE = "The listener at port {} does not begin; see what it says in its terminal, then press Live again."
GONE = "The listener has gone; start 'lockstep listen' again, then press Live."
STILL = "Nothing has come from the listener for {:.0f} s; see what it says in its terminal, then press Live again."


class Client:
    """A connection to the listener at `port` of this computer, which is asked for `ask` as soon as it answers.

    `poll` is to be called many times a second; it takes what has come, and waits for nothing.
    """

    def __init__(self, port: int, ask: Ask, clock: Callable[[], float] = time.monotonic) -> None:
        self._port, self._clock = port, clock
        self._since = clock()  # when the call began, the question was sent, the last message came
        self._reached = self._begun = self._over = self._cut = self._shut = False
        self._lines = Lines()
        self._unsent = encode(ask)
        self._socket = _opened()
        with suppress(BlockingIOError):
            self._call()

    @property
    def over(self) -> bool:
        """Whether the listener has said its last word."""
        return self._over

    def poll(self) -> list[Message]:
        """What the listener has said since, of several moments one alone: the newest, if it passes over no closure.

        Raises UsageError, once, where there is no listener, none of ours, or none any more: the line is closed then.
        """
        if self._socket.fileno() < 0:
            return []
        try:
            return self._polled()
        except (OSError, UsageError, ValueError) as error:
            self.close()
            if isinstance(error, UsageError):
                raise
            raise UsageError(GONE if self._reached else NOBODY.format(self._port)) from error

    def stop(self) -> None:
        """Tell the listener that it is enough; what it says of the end comes with `poll`."""
        self._unsent += encode(Stop())
        with suppress(OSError):
            self._send()

    def close(self) -> None:
        """Hang up."""
        with suppress(OSError):
            self._socket.close()

    def _call(self) -> None:
        try:
            self._socket.connect((HOST, self._port))
        except BlockingIOError:
            raise
        except OSError:
            self._cut = True
        else:
            self._connected()

    def _connected(self) -> None:
        self._reached, self._since = True, self._clock()

    def _polled(self) -> list[Message]:
        if self._cut:
            raise UsageError(GONE if self._reached else NOBODY.format(self._port))
        if not self._reached and not self._is_reached():
            return []
        self._send()
        said = self._lines.push(self._received())
        self._note(said)
        return self._telling(said)

    def _is_reached(self) -> bool:
        """Whether the call was taken. Raises OSError, or UsageError after a while, where nobody takes it."""
        _, taken, refused = select.select([], [self._socket], [self._socket], 0.0)
        if taken or refused:
            code = self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if code or refused:
                raise OSError(code, "refused")
            self._connected()
            return True
        if self._clock() - self._since > REACHED:
            raise UsageError(NOBODY.format(self._port))
        return False

    def _send(self) -> None:
        with suppress(BlockingIOError, InterruptedError):
            while self._unsent and self._reached:
                self._unsent = self._unsent[self._socket.send(self._unsent) :]

    def _received(self) -> bytes:
        """What has come, at most MOST bytes."""
        try:
            data = self._socket.recv(MOST)
        except (BlockingIOError, InterruptedError):
            return b""
        except ConnectionError:
            data = b""
        self._cut = self._cut or not data
        return data

    def _note(self, said: list[Message]) -> None:
        """Keep account of who is there. Raises UsageError where the listener is silent for too long."""
        now = self._clock()
        self._begun = self._begun or any(isinstance(message, Begin) for message in said)
        if any(isinstance(message, End | Refused) for message in said):
            self._over = True
            self.close()
        elif said:
            self._since = now
        elif not self._cut and now - self._since > (SILENT if self._begun else ANSWERED):
            raise UsageError(STILL.format(SILENT) if self._begun else MUTE.format(self._port))

    def _telling(self, said: list[Message]) -> list[Message]:
        """All of it, but of the moments one alone.

        Lips are shut for some 60 ms; where the scene is drawn less often, they would stay open half of the time.
        """
        moments = [message for message in said if isinstance(message, Moment)]
        if not moments:
            return said
        shown = moments[-1]
        if len(moments) > FEW and not self._shut:
            shown = next((one for one in reversed(moments[-BACK:]) if _is_shut(one)), shown)
        self._shut = _is_shut(shown)
        return [message for message in said if not isinstance(message, Moment) or message is shown]


def _is_shut(moment: Moment) -> bool:
    return moment.values[SEAL] >= SHUT


def _opened() -> socket.socket:
    """A socket that waits for nothing. Raises UsageError where the system gives none."""
    try:
        made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    except OSError as error:
        raise UsageError(f"The system gives no connection ({error.strerror}); close some programs first.") from error
    made.setblocking(False)
    return made
