"""The listeners that a face in a window of Blender asks: `lockstep listen`, each a process of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import wave
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from live.sound_server import SINK, sound_server

CHECKOUT = Path(__file__).resolve().parents[1]
WAITS = re.compile(r"127\.0\.0\.1:(\d+)")
PAUSE = 1.0  # seconds of silence before, between and after the lines


class ListenerError(Exception):
    """No listener waits; the message is one sentence that says why."""


def string(lines: Sequence[Path], times: int, path: Path) -> None:
    """Write the lines one after the other into one sound, `times` times, with pauses."""
    with wave.open(str(path), "wb") as made:
        for number, line in enumerate(times * tuple(lines)):
            with wave.open(str(line), "rb") as one:
                if number == 0:
                    made.setparams(one.getparams())
                    rest = bytes(round(PAUSE * one.getframerate()) * one.getsampwidth())
                    made.writeframes(rest)
                made.writeframes(one.readframes(one.getnframes()) + rest)


@contextmanager
def listeners(python: Path, sound: Path, count: int, log: Path) -> Iterator[list[tuple[int, int]]]:
    """So many listeners that feed `sound` at its own pace; gives port and process of each, and ends them."""
    with ExitStack() as kept:
        written = kept.enter_context(log.open("w", encoding="utf-8"))
        yield [kept.enter_context(_listener(python, (str(sound),), written.fileno())) for _ in range(count)]


@contextmanager
def microphone(python: Path, sound: Path, folder: Path, log: Path) -> Iterator[tuple[int, int]]:
    """A listener at a microphone that is none, into which `sound` is said again and again; recordings go to `folder`.

    Raises SoundServerError without PulseAudio.
    """
    with TemporaryDirectory() as own, log.open("w", encoding="utf-8") as written, sound_server(Path(own)) as there:
        # its pulseaudio is told by its environment alone, and the loop ends with its group
        saying = ["sh", "-c", f'while paplay --device={SINK} "$0"; do :; done', str(sound)]
        with subprocess.Popen(saying, env=there, start_new_session=True) as speaker:
            try:
                with _listener(python, ("--record", str(folder)), written.fileno(), there) as listener:
                    yield listener
            finally:
                os.killpg(speaker.pid, signal.SIGTERM)


@contextmanager
def _listener(
    python: Path, asked: Sequence[str], log: int, surroundings: Mapping[str, str] = os.environ
) -> Iterator[tuple[int, int]]:
    command = [str(python), "-m", "engine", "listen", *asked, "--language", "en", "--port", "0"]
    surroundings = {**surroundings, "PYTHONUTF8": "1", "OPENBLAS_NUM_THREADS": "1"}
    with subprocess.Popen(
        command, cwd=CHECKOUT, env=surroundings, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        assert process.stderr is not None
        try:
            told = process.stderr.readline()
            os.write(log, told.encode())
            found = WAITS.search(told)
            if found is None:
                raise ListenerError(f"The listener does not wait for a face ({told.strip()}); mend that first.")
            yield int(found[1]), process.pid
        finally:
            process.terminate()
            os.write(log, process.stderr.read().encode())
