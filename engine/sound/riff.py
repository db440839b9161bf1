"""WAV files without any library: 8, 16, 24 and 32 bit whole numbers, 32 and 64 bit floats, any channel count.

Chunks as in Microsoft's 'Multiple Channel Audio Data and WAVE Files'. Unlike the standard library's `wave` this reads
floats and WAVE_FORMAT_EXTENSIBLE, and tells how much of a cut-off file is there.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

PCM, FLOAT, EXTENSIBLE = 1, 3, 0xFFFE
STREAMED = 0x7FFFF000  # sizes from here on are what writers to a pipe put in: 'until the end'

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Wave:
    """Where the samples of a WAV file lie: `frames` are there, `promised` are in the header; `width` in bytes."""

    path: Path
    rate: int
    channels: int
    width: int
    floats: bool
    offset: int
    frames: int
    promised: int

    def blocks(self, frames: int) -> Iterator[Floats]:
        """The samples as float32 [up to `frames`, channels], full scale 1."""
        step = self.width * self.channels
        with self.path.open("rb") as file:
            file.seek(self.offset)
            left = self.frames
            while left > 0:
                data = file.read(min(frames, left) * step)
                count = len(data) // step
                if count == 0:
                    return
                yield _decode(data[: count * step], self.width, self.floats).reshape(count, self.channels)
                left -= count


def parse(path: Path) -> Wave | None:
    """Read the header of a WAV file; None where it is none, or its samples are coded in another way.

    Raises OSError where the file cannot be opened.
    """
    with path.open("rb") as file:
        start = file.read(12)
        if len(start) < 12 or start[:4] != b"RIFF" or start[8:] != b"WAVE":
            return None
        size = path.stat().st_size
        form = b""
        for name, length, offset in _chunks(file, size):
            if name == b"fmt ":
                form = file.read(min(length, 40))
            elif name == b"data":
                return _wave(path, form, length, offset, start[4:8] in (b"\0\0\0\0", b"\xff\xff\xff\xff"))
    return None


def _chunks(file: BinaryIO, size: int) -> Iterator[tuple[bytes, int, int]]:
    at = 12
    while at + 8 <= size:
        file.seek(at)
        name, length = struct.unpack("<4sI", file.read(8))
        yield name, length, at + 8
        at += 8 + length + length % 2


def _wave(path: Path, form: bytes, length: int, offset: int, streamed: bool) -> Wave | None:
    if len(form) < 16:
        return None
    code, channels, rate, _, align, bits = struct.unpack("<HHIIHH", form[:16])
    if code == EXTENSIBLE and len(form) >= 26:
        code = struct.unpack("<H", form[24:26])[0]
    width = align // channels if channels else 0
    whole = code == PCM and width in (1, 2, 3, 4) and 0 < bits <= 8 * width
    if not (whole or (code == FLOAT and width in (4, 8))) or rate == 0:
        return None
    there = path.stat().st_size - offset
    if (length >= STREAMED and there < length) or (length == 0 and streamed):
        length = there
    step = width * channels
    return Wave(path, rate, channels, width, code == FLOAT, offset, min(length, there) // step, length // step)


def _decode(data: bytes, width: int, floats: bool) -> Floats:
    if floats:
        with np.errstate(over="ignore"):  # doubles beyond a float's range become infinite and are mended later
            return np.frombuffer(data, f"<f{width}").astype(np.float32)
    if width == 1:
        return (np.frombuffer(data, np.uint8).astype(np.float32) - 128.0) / np.float32(128.0)
    if width == 3:
        wide = np.zeros((len(data) // 3, 4), np.uint8)
        wide[:, 1:] = np.frombuffer(data, np.uint8).reshape(-1, 3)
        data, width = wide.tobytes(), 4
    return np.frombuffer(data, f"<i{width}").astype(np.float32) / np.float32(2.0 ** (8 * width - 1))
