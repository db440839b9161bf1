"""`lockstep listen`: a microphone, or a file at its own pace, heard live for a face."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Callable
from io import FileIO
from pathlib import Path
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Any

from ..errors import UsageError
from .terminal import remark

if TYPE_CHECKING:
    from ..live.feed import Feed
    from ..live.recording import Recording
    from ..live.session import Face, Hearer, Session
    from ..live.wire import Ask
    from ..mouth.controls import Controls

HELP = "hear a microphone live and drive a face in Blender"
DESCRIPTION = """\
Listen live and drive a face. Without AUDIO the microphone is heard, which needs sounddevice
('pip install sounddevice'). With AUDIO that file is fed as though it were spoken now.

It waits on this machine's loopback until a face asks ('Live' in the add-on's panel), opens the microphone only then,
and waits for the next face when one has stopped; Ctrl+C ends it. What the microphone hears is kept as a WAV file,
readable at any moment. With --stdout it begins at once and writes a line of JSON each 10 ms to standard output:
'begin', moments ('time' in seconds, 'values' from 0 to 1 for each channel of the mouth, 'phone', 'level' in dB) and
'end', or 'refused'; remarks go to standard error.
"""
EXAMPLES = """\
examples:
  lockstep listen                                  wait for a face, then hear the system's microphone
  lockstep listen --devices                        list the inputs
  lockstep listen --device "USB" --record takes    another microphone, another folder
  lockstep listen line.wav --once                  a recording drives one face, at its own pace
  lockstep listen line.wav --stdout --speed 0 --language en > curves.jsonl
"""
ENDING = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")  # those that the system knows
PORTS = 65535
PORT, FOLDER = 17811, "Lockstep Recordings"  # as in live/, which is not read for the sake of other commands


def add(parser: argparse.ArgumentParser) -> None:
    """What the command is told."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EXAMPLES
    parser.add_argument(
        "audio",
        metavar="AUDIO",
        type=Path,
        nargs="?",
        help="wav, flac, ogg or mp3, 0.1 s to an hour; default: the microphone",
    )
    parser.add_argument(
        "--language",
        metavar="CODE",
        default="und",
        help="see 'lockstep languages'; a face that names one gets that; default: und, which suits any",
    )
    to = parser.add_mutually_exclusive_group()
    to.add_argument(
        "--port", metavar="N", type=int, default=PORT, help=f"where faces look; 0: any free one; default: {PORT}"
    )
    to.add_argument("--stdout", action="store_true", help="write to standard output instead of waiting for a face")
    kept = parser.add_mutually_exclusive_group()
    kept.add_argument(
        "--record", metavar="FOLDER", type=Path, help=f"where recordings lie; default: '{FOLDER}' in your home"
    )
    kept.add_argument("--no-recording", action="store_true", help="keep nothing of what the microphone hears")
    parser.add_argument("--device", metavar="NAME|N", help="the microphone: a part of its name, or its number")
    parser.add_argument("--devices", action="store_true", help="list the inputs and end")
    parser.add_argument(
        "--speed", metavar="X", type=float, help="feed AUDIO X times as fast, 0: as fast as it goes; default: 1"
    )
    parser.add_argument("--once", action="store_true", help="end when the first face has stopped")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    if options.devices:
        return _list()
    _check(options)
    feeds = _feeds(options)
    try:
        with Interruption() as stop:
            return _write(options, feeds, stop) if options.stdout else _serve(options, feeds, stop)
    except KeyboardInterrupt:
        remark("Broken off; what was recorded by then is kept.")
        return 1


def _list() -> int:
    from ..live.microphone import devices, find

    inputs = devices()
    find(None, inputs)
    for device in inputs:
        if device.readable:
            print(f"{'*' if device.usual else ' '}{device.index:>3}  {device.name}, {device.system}, {device.rate} Hz")
    return 0


def _check(options: argparse.Namespace) -> None:
    """Raise what is wrong with the options, before anything is opened."""
    from ..languages import load
    from ..live.feed import check_speed

    load(options.language)
    if not 0 <= options.port <= PORTS:
        raise UsageError(f"There is no port {options.port}; give one from 1024 to {PORTS}, or 0 for any free one.")
    if options.audio is None and options.speed is not None:
        raise UsageError("A microphone has no speed; name a file to feed, or leave --speed away.")
    if options.audio is not None and (options.record is not None or options.device is not None):
        raise UsageError("A file is neither recorded nor heard by a microphone; leave --record and --device away.")
    check_speed(1.0 if options.speed is None else options.speed)


def _feeds(options: argparse.Namespace) -> Callable[[], Feed]:
    """What opens the sound, once for each face. Raises AudioError, UsageError where there is none now already."""
    from ..live.feed import FileFeed
    from ..live.microphone import Microphone, devices, find

    if options.audio is not None:
        speed = 1.0 if options.speed is None else options.speed
        FileFeed(options.audio, speed).close()
        return lambda: FileFeed(options.audio, speed)
    find(options.device, devices())
    return lambda: Microphone(find(options.device, devices(anew=True)), remark)


def _serve(options: argparse.Namespace, feeds: Callable[[], Feed], stop: Callable[[], str]) -> int:
    """Faces over the socket."""
    from ..live.serving import Door, serve
    from ..live.wire import HOST

    def begin(ask: Ask, face: Face) -> Session:
        spoken = options.language if ask.language == "und" else ask.language
        return _session(options, feeds, spoken, ask.controls, face, stop)

    door = Door(options.port)
    remark(f"Waiting at {HOST}:{door.port} for a face; press Live in Blender, or Ctrl+C here to end.")
    end = serve(door, begin, stop, remark, options.once)
    return int(end is not None and end.failed)


def _write(options: argparse.Namespace, feeds: Callable[[], Feed], stop: Callable[[], str]) -> int:
    """Moments to standard output."""
    from ..live.pipe import Pipe
    from ..live.session import beginning, ending, hold
    from ..mouth.controls import Controls

    pipe = Pipe(_standard_output(), patient=options.audio is not None)
    session = _session(options, feeds, options.language, Controls(), pipe, stop)
    remark(beginning(session))
    end = hold(session)
    remark(ending(end))
    return int(end.failed)


def _session(
    options: argparse.Namespace,
    feeds: Callable[[], Feed],
    language: str,
    controls: Controls,
    face: Face,
    stop: Callable[[], str],
) -> Session:
    """All that takes part. Raises what opening it raises; nothing stays open then."""
    from ..live.session import Session

    feed = feeds()
    try:
        hearer = hearer_of(language, controls, feed.rate)
        return Session(feed, hearer, face, _recording(options, feed), stop)
    except BaseException:
        feed.close()
        raise


def hearer_of(language: str, controls: Controls, rate: int) -> Hearer:
    """Who makes moments of sound at `rate` Hz. Raises LanguageError."""
    from ..live.listener import Listener

    return Listener(language, controls, rate)


def _recording(options: argparse.Namespace, feed: Feed) -> Recording | None:
    from ..live.recording import Recording, usual_folder

    if options.no_recording or feed.kept:
        return None
    return Recording(options.record or usual_folder(), feed.rate)


def _standard_output() -> FileIO:
    """Standard output without a buffer. Raises UsageError where there is none."""
    try:
        return FileIO(sys.stdout.fileno(), "w", closefd=False)
    except (AttributeError, OSError, ValueError) as error:
        raise UsageError("There is no standard output here; leave --stdout away, or send it to a file.") from error


class Interruption:
    """Ctrl+C and other wishes of the system to end, taken as a wish: what is going on ends well.

    Called, it gives the reason in a sentence, '' as long as nobody wishes so. A second Ctrl+C breaks off.
    """

    def __init__(self) -> None:
        self._reason = ""
        self._before: dict[int, Any] = {}

    def __call__(self) -> str:
        return self._reason

    def __enter__(self) -> Interruption:
        for number in filter(None, (getattr(signal, name, None) for name in ENDING)):
            if signal.getsignal(number) not in (signal.SIG_IGN, None):  # nohup, say; a host's own
                self._before[number] = signal.signal(number, self._take)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._restore()

    def _take(self, number: int, frame: FrameType | None) -> None:
        self._reason = "The listener was ended."
        self._restore()

    def _restore(self) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._before = {}
