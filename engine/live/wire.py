"""What a listener and a face say to one another: a line of JSON a message, in ASCII, over a socket or a pipe.

A socket lies on loopback alone. The face speaks first: `Ask`. The listener answers `Begin`, then a `Moment` every
10 ms, and at last `End`; where it cannot begin, `Refused`. The face may say `Stop` at any time, and `End` follows.
Whoever connects and says anything else (a browser, say) is let go without an answer.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from ..errors import UsageError
from ..mouth.controls import Controls
from .moment import Moment

HOST = "127.0.0.1"
PORT = 17811  # where a listener is looked for unless told otherwise
FORM, VERSION = "lockstep.live", 1
LONGEST = 16_384  # bytes of a line: more is none of ours


@dataclass(frozen=True, slots=True)
class Ask:
    """A face wants to be driven: the code of the language spoken, and how its mouth moves."""

    language: str = "und"
    controls: Controls = field(default_factory=Controls)


@dataclass(frozen=True, slots=True)
class Stop:
    """The face has had enough."""


@dataclass(frozen=True, slots=True)
class Begin:
    """Listening begins: to which sound (the microphone's or the file's name), and seconds between sound and mouth.

    `recording`: the whole path of the file that keeps it, '' where nothing does, so that it is known even where no
    `End` comes; `own`: the listener writes that file itself (the face may delete it), it is no file that is fed.
    """

    sound: str
    delay: float
    recording: str = ""
    own: bool = False


@dataclass(frozen=True, slots=True)
class End:
    """Listening has ended: why, in a sentence; the recording's whole path ('' where there is none) and its seconds.

    `failed`: it ended by a fault (a microphone unplugged), not because somebody wished so.
    """

    reason: str
    recording: str = ""
    duration: float = 0.0
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """Listening cannot begin: why, and what to do, in a sentence."""

    reason: str


Message = Ask | Stop | Begin | Moment | End | Refused


def encode(message: Message) -> bytes:
    """One line, its end with it."""
    name = type(message).__name__.lower()
    told: dict[str, Any] = {"say": name, **asdict(message)}
    if isinstance(message, Ask):
        told |= {"form": FORM, "version": VERSION}
    if isinstance(message, Moment):
        told["values"] = [round(value, 4) for value in message.values]
        told["time"], told["level"] = round(message.time, 4), round(message.level, 1)
    return json.dumps(told, ensure_ascii=True, separators=(",", ":")).encode("ascii") + b"\n"


class Lines:
    """Messages from bytes as they arrive, however they are cut."""

    def __init__(self) -> None:
        self._rest = b""

    def push(self, data: bytes) -> list[Message]:
        """The messages that are whole now. Raises UsageError where something else than ours arrives."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > LONGEST:
            raise _foreign()
        return [decode(line) for line in lines if line.strip()]


def decode(line: bytes) -> Message:
    """The message of a line. Raises UsageError where it is none of ours."""
    if len(line) > LONGEST:
        raise _foreign()
    try:
        told = json.loads(line)
        return _MAKERS[told.pop("say")](told)
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
        raise _foreign() from None


def _ask(told: Mapping[str, Any]) -> Ask:
    if told["form"] != FORM or told["version"] != VERSION:
        raise UsageError(
            f"The face speaks version {told['version']!r} of {told['form']!r}, the listener version {VERSION}; update "
            "the older of the two: Lockstep in Blender, or where 'lockstep listen' runs."
        )
    return Ask(str(told["language"]), Controls(**{name: float(value) for name, value in told["controls"].items()}))


def _moment(told: Mapping[str, Any]) -> Moment:
    values = tuple(float(value) for value in told["values"])
    try:
        return Moment(float(told["time"]), values, _shown(told["phone"]), float(told["level"]))
    except UsageError:
        raise _foreign() from None


def _end(told: Mapping[str, Any]) -> End:
    return End(_shown(told["reason"]), str(told["recording"]), float(told["duration"]), bool(told["failed"]))


_MAKERS: dict[str, Callable[[Any], Message]] = {
    "ask": _ask,
    "stop": lambda _told: Stop(),
    "begin": lambda told: Begin(_shown(told["sound"]), float(told["delay"]), str(told["recording"]), bool(told["own"])),
    "moment": _moment,
    "end": _end,
    "refused": lambda told: Refused(_shown(told["reason"])),
}


def _shown(text: object) -> str:
    """Text that can be shown: names of files may hold what is no letter, which Blender draws with an error."""
    return str(text).encode("utf-8", "replace").decode("utf-8")


def _foreign() -> UsageError:
    return UsageError("What answers there is no listener of Lockstep's; run 'lockstep listen' and use its port.")
