"""The listeners that a face in a window of Blender asks: `lockstep listen`, each a process of its own."""

from __future__ import annotations

import os
import re
import subprocess
import wave
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
WAITS = re.compile(r"127\.0\.0\.1:(\d+)")
PAUSE = 1.0  # seconds of silence before, between and after the lines


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
        yield [kept.enter_context(_listener(python, sound, written.fileno())) for _ in range(count)]


@contextmanager
def _listener(python: Path, sound: Path, log: int) -> Iterator[tuple[int, int]]:
    command = [str(python), "-m", "engine", "listen", str(sound), "--language", "en", "--port", "0"]
    surroundings = {**os.environ, "PYTHONUTF8": "1", "OPENBLAS_NUM_THREADS": "1"}
    with subprocess.Popen(
        command, cwd=CHECKOUT, env=surroundings, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        assert process.stderr is not None
        try:
            told = process.stderr.readline()
            os.write(log, told.encode())
            yield int(WAITS.search(told)[1]), process.pid
        finally:
            process.terminate()
            os.write(log, process.stderr.read().encode())
