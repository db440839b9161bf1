"""The line on loopback: who knocks, who is driven, and what is said to them; nobody is ever waited for."""

from __future__ import annotations

import errno
import select
import socket
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress

from ..errors import LockstepError, UsageError
from .moment import Moment
from .session import Session, beginning, ending, hold
from .wire import FORM, HOST, Ask, End, Lines, Message, Refused, Stop, encode

PATIENCE = 2.0  # seconds for a caller to ask
PARTING = 10.0  # seconds for one who leaves to take what is still to be said, while others are served
CLOSING = 2.0  # the same at the end of all
KEPT = 50  # moments kept for a slow reader: half a second; older ones are dropped
LOOK = 0.25  # seconds waited at once for somebody to knock: an interruption is heard no later, on Windows too
BRIEF = 0.05  # seconds waited at once while somebody is leaving
CALLERS = 16  # at once; more are let go
ROOM = 32_768  # bytes that the system may keep for a slow reader, beside those
TAKEN = 65_536  # bytes taken at once


class Caller:
    """Whoever has connected: lines to them and from them, without waiting.

    What does not fit is kept: moments up to half a second, of which the oldest are dropped then; other messages all.
    A line that has begun is always finished first. `gone` once they have hung up; `foreign` once they have said what
    no face says, `fault` in a sentence where it was a face of another version or with impossible wishes.
    """

    def __init__(self, connection: socket.socket, clock: Callable[[], float] = time.monotonic) -> None:
        connection.setblocking(False)
        with suppress(OSError):  # a matter of taste, and an error where they are gone again
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, ROOM)
        self.socket = connection
        self.gone = self.foreign = False
        self.fault = ""
        self.until = clock() + PATIENCE
        self.dropped = 0
        self._lines = Lines()
        self._waiting: deque[tuple[bytes, bool]] = deque()  # lines, and whether each may be dropped
        self._begun = b""  # what is left of the line that is being sent
        self._moments = 0  # among those
        self._unheard: list[Message] = []
        self._leaving = False

    @property
    def waiting(self) -> bool:
        """Whether there is something that they have not taken yet."""
        return bool(self._begun or self._waiting)

    @property
    def behind(self) -> bool:
        """Whether half of what is kept for them waits already."""
        return self._moments >= KEPT // 2

    def hear(self) -> list[Message]:
        """What they have said since."""
        said, self._unheard = self._unheard, []
        try:
            data = self.socket.recv(TAKEN)
        except (BlockingIOError, InterruptedError):
            return said
        except OSError:
            data = b""
        self.gone = self.gone or not data
        if self._leaving or self.foreign:
            return []
        try:
            return said + self._lines.push(data)
        except UsageError as error:
            self.foreign = True
            self.fault = str(error) if FORM.encode() in data else ""
            return said

    def put_back(self, messages: list[Message]) -> None:
        """`hear` shall give these first."""
        self._unheard = messages

    def say(self, message: Message) -> None:
        """Send a message, or keep it until there is room."""
        passing = isinstance(message, Moment)
        if passing and self._moments >= KEPT:
            self._drop()
        self._waiting.append((encode(message), passing))
        self._moments += passing
        self.send()

    def send(self) -> None:
        """Send as much as there is room for."""
        while self.waiting and not self.gone:
            if not self._begun:
                self._begun, passing = self._waiting.popleft()
                self._moments -= passing
            try:
                self._begun = self._begun[self.socket.send(self._begun) :]
            except (BlockingIOError, InterruptedError):
                break
            except OSError:
                self.gone = True
        if self._leaving and not self.waiting:
            with suppress(OSError):
                self.socket.shutdown(socket.SHUT_WR)

    def leave(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Nothing more is said to them; what was said may still be taken for ten seconds."""
        self.until = clock() + PARTING
        self._leaving = True
        self.send()

    def close(self) -> None:
        """Hang up."""
        with suppress(OSError):
            self.socket.close()

    def _drop(self) -> None:
        """Drop the oldest moment that has not begun to be sent."""
        for number, (_line, passing) in enumerate(self._waiting):
            if passing:
                del self._waiting[number]
                self._moments -= 1
                self.dropped += 1
                return


class Door:
    """Where faces knock: a port on this machine's loopback, which nobody beyond it can reach.

    `port` 0 takes a free one; `port` then says which. Raises UsageError where it cannot be had.
    """

    def __init__(self, port: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._strangers: list[Caller] = []
        self._leaving: list[Caller] = []
        self._socket = _bound(port)
        self.port: int = self._socket.getsockname()[1]

    def wait(self, seconds: float) -> tuple[Caller, Ask] | None:
        """The next face that asks to be driven, or None after some time, `seconds` at the most."""
        found = self._attend(seconds)
        for caller, _ask in found[1:]:
            self.refuse(caller, "Another face asked at the same moment; try again when it has stopped.")
        return found[0] if found else None

    def turn_away(self, reason: str, unless: Callable[[], str]) -> str:
        """Refuse all who ask now, for `reason`, unless `unless` then gives a reason of its own: `wait` gives them then.

        Gives what `unless` gave. Who asks because the face before has hung up must not be refused because of it.
        """
        asking = self._attend(0.0)
        ended = unless()
        for caller, ask in asking:
            if ended:
                caller.put_back([ask, *caller.hear()])
                self._strangers.append(caller)
            else:
                self.refuse(caller, reason)
        return ended

    def refuse(self, caller: Caller, reason: str) -> None:
        """Say why not, and let them go."""
        caller.say(Refused(reason))
        self.let_go(caller)

    def let_go(self, caller: Caller) -> None:
        """Let a caller go who may still have something to take; see `wait` and `close`."""
        caller.leave(self._clock)
        self._leaving.append(caller)
        if len(self._leaving) > CALLERS:
            self._leaving.pop(0).close()

    def close(self) -> None:
        """Let nobody in any more; those who are leaving have two seconds."""
        self._socket.close()
        for caller in self._leaving:
            caller.until = min(caller.until, self._clock() + CLOSING)
        for caller in self._strangers:
            caller.close()
        self._strangers = []
        while self._leaving:
            self._see_off()
            time.sleep(0.01 if self._leaving else 0.0)

    def _attend(self, seconds: float) -> list[tuple[Caller, Ask]]:
        """Do what is to be done at the door, waiting for it no longer than `seconds`; give who asks, and what."""
        watched = [self._socket, *(caller.socket for caller in self._strangers)]
        ready, _, _ = select.select(watched, [], [], min(seconds, BRIEF) if self._leaving else seconds)
        self._see_off()
        if self._socket in ready:
            self._let_in()
        asking = []
        strangers, self._strangers = self._strangers, []
        for caller in strangers:
            ask = self._question(caller)
            if ask is not None:
                asking.append((caller, ask))
        return asking

    def _question(self, caller: Caller) -> Ask | None:
        """What a stranger asks for, if anything; who asks for nothing may stay for two seconds."""
        said = caller.hear()
        if said and isinstance(said[0], Ask):
            caller.put_back(said[1:])
            return said[0]
        if caller.fault:
            self.refuse(caller, caller.fault)
        elif said or caller.foreign or caller.gone or self._clock() > caller.until:
            caller.close()
        else:
            self._strangers.append(caller)
        return None

    def _let_in(self) -> None:
        while True:
            try:
                connection, _address = self._socket.accept()
            except OSError:  # nobody is there, or they are gone again
                return
            if len(self._strangers) < CALLERS:
                self._strangers.append(Caller(connection, self._clock))
            else:
                connection.close()

    def _see_off(self) -> None:
        for caller in self._leaving:
            caller.send()
            caller.hear()
            if caller.gone or self._clock() > caller.until:
                caller.close()
        self._leaving = [caller for caller in self._leaving if caller.socket.fileno() >= 0]


class Driven:
    """The face that is driven meanwhile, for `hold`; whoever else asks is refused."""

    def __init__(self, caller: Caller, door: Door) -> None:
        self._caller, self._door = caller, door
        self.say = caller.say

    @property
    def behind(self) -> bool:
        """Whether moments will soon be dropped."""
        return self._caller.behind

    @property
    def gone(self) -> bool:
        """Whether it has hung up, or says what no face says."""
        return self._caller.gone or self._caller.foreign

    def attend(self) -> str:
        """Why listening shall end, in a sentence; '' for going on."""
        return self._door.turn_away("Another face is driven already; stop that one first.", self._ended)

    def _ended(self) -> str:
        self._caller.send()
        said = self._caller.hear()
        if any(isinstance(message, Stop) for message in said):
            return "The face has stopped."
        return "The face has hung up." if self.gone else ""


def serve(
    door: Door,
    begin: Callable[[Ask, Driven], Session],
    stop: Callable[[], str],
    tell: Callable[[str], None],
    once: bool = False,
) -> End | None:
    """Drive one face after the other, until `stop` gives a reason, or with `once` the first has ended; gives its end.

    `begin` may raise a LockstepError: the face is refused for that reason. What happens is told in sentences.
    """
    try:
        while not stop():
            found = door.wait(LOOK)
            if found is None:
                continue
            caller, ask = found
            end = _drive(door, caller, ask, begin, tell)
            if once:
                return end
    finally:
        door.close()
    return None


def _drive(
    door: Door, caller: Caller, ask: Ask, begin: Callable[[Ask, Driven], Session], tell: Callable[[str], None]
) -> End:
    try:
        session = begin(ask, Driven(caller, door))
    except LockstepError as error:
        door.refuse(caller, str(error))
        tell(str(error))
        return End(str(error), failed=True)
    tell(beginning(session))
    end = hold(session)
    door.let_go(caller)
    tell(ending(end))
    return end


def _bound(port: int) -> socket.socket:
    """A socket that listens on loopback at `port`, and that no other program can share. Raises UsageError."""
    opened = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        # Windows alone has the first; elsewhere the second lets the port be had again at once after an end.
        exclusive = getattr(socket, "SO_EXCLUSIVEADDRUSE", None)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR if exclusive is None else exclusive, 1)
        opened.bind((HOST, port))
        opened.listen(CALLERS)
        opened.setblocking(False)
    except (OSError, OverflowError) as error:
        opened.close()
        raise UsageError(_unavailable(port, error)) from error
    return opened


def _unavailable(port: int, error: Exception) -> str:
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        reason = "is in use, perhaps by another 'lockstep listen'; end that one, or give another"
    elif isinstance(error, OSError):
        reason = f"cannot be had ({error.strerror or type(error).__name__}); give another"
    else:
        reason = "does not exist; give one from 1024 to 65535"
    return f"Port {port} {reason} with --port, and the same in the add-on's preferences."
