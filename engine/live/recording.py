"""What the microphone hears, kept as a WAV file that can be read at any moment."""

from __future__ import annotations

import os
import struct
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from io import FileIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import OutputError

FOLDER = "Lockstep Recordings"  # in the user's home
LONGEST = 3600.0  # seconds: as much as can be heard as one line
RENEWED = 1.0  # seconds between two headers
HEADER = struct.Struct("<4sI4s4sIHHIIHH4sI")
TRIES = 100  # names tried for recordings begun in one second

Floats = NDArray[np.float32]


def usual_folder() -> Path:
    """Where recordings lie unless told otherwise. Raises OutputError where nobody knows the user's home."""
    try:
        return Path.home() / FOLDER
    except RuntimeError as error:
        raise OutputError(
            "Your home folder is not known here; choose a folder for recordings with --record."
        ) from error


class Recording:
    """A 16-bit mono WAV file at `rate` Hz in `folder` (made where it is missing), named by date and time.

    No file is ever written over. Samples go to the file as they are pushed, and once a second its header tells of
    them: whoever reads it meanwhile, or after the process was killed, misses a second at most.
    Raises OutputError where nothing can be written there; so do `push` and `close` where the disk is full, say: what
    was written by then is kept and whole.
    """

    def __init__(self, folder: Path, rate: int, now: Callable[[], datetime] = datetime.now) -> None:
        self.rate = rate
        self._written = 0  # bytes of samples
        self._told = 0  # bytes of samples that the header tells of
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self.path, self._file = _new_file(folder.resolve(), f"Live {now():%Y-%m-%d %H.%M.%S}")
        except OSError as error:
            raise _unwritable(folder, error) from error
        self._guarded(self._renew)

    @property
    def duration(self) -> float:
        """Seconds in the file."""
        return self._written // 2 / self.rate

    @property
    def full(self) -> bool:
        """Whether an hour has been recorded, the most that is heard as one line."""
        return self.duration >= LONGEST

    def push(self, samples: Floats) -> None:
        """Keep samples [n], full scale 1; what is no number becomes silence."""
        good = np.clip(np.nan_to_num(samples), -1.0, 1.0) * np.float32(32767.0)
        self._guarded(lambda: self._append(np.rint(good).astype("<i2").tobytes()))

    def close(self) -> None:
        """End the file; one without a sample is taken away. May be called again."""
        if self._file.closed:
            return
        self._guarded(self._renew)
        self._end()

    def _append(self, data: bytes) -> None:
        left = memoryview(data)
        while left:
            taken = self._file.write(left) or 0
            self._written += taken
            left = left[taken:]
        if self._written - self._told >= 2 * self.rate * RENEWED:
            self._renew()

    def _renew(self) -> None:
        """Write the header anew, for all samples there are."""
        size = self._written // 2 * 2
        form = (b"fmt ", 16, 1, 1, self.rate, 2 * self.rate, 2, 16)
        self._file.seek(0)
        self._file.write(HEADER.pack(b"RIFF", size + HEADER.size - 8, b"WAVE", *form, b"data", size))
        self._file.seek(0, os.SEEK_END)
        self._told = size

    def _guarded(self, work: Callable[[], None]) -> None:
        """Run `work`; where the disk does not go along, end the file as it is. Raises OutputError then."""
        try:
            work()
        except OSError as error:
            with suppress(OSError):
                self._renew()
            self._end()
            raise _unwritable(self.path, error) from error

    def _end(self) -> None:
        """Close the file, which from now on is as long as its header says."""
        self._written = self._told
        with suppress(OSError):
            self._file.close()
        if not self._told:
            with suppress(OSError):
                self.path.unlink()


def _new_file(folder: Path, name: str) -> tuple[Path, FileIO]:
    """A file of that name, or the name with a number, that was not there before. Raises OSError, OutputError."""
    for number in range(1, TRIES + 1):
        path = folder / (f"{name}.wav" if number == 1 else f"{name} ({number}).wav")
        with suppress(FileExistsError):
            return path, path.open("xb", buffering=0)
    raise OutputError(f"'{folder}' holds {TRIES} recordings named '{name}'; choose another folder with --record.")


def _unwritable(path: Path, error: OSError) -> OutputError:
    reason = error.strerror or type(error).__name__
    return OutputError(f"Nothing can be recorded in '{path}' ({reason}); choose another folder with --record.")
