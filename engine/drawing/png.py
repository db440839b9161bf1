"""Pixels as PNG (ISO/IEC 15948): 8 bits RGBA, rows unfiltered."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..files import write_whole


def write_png(path: Path, pixels: NDArray[np.uint8]) -> None:
    """Write `pixels` (uint8 [h, w, 4], RGBA) as a PNG file. Raises OutputError where it cannot be written."""
    write_whole(path, png_bytes(pixels))


def png_bytes(pixels: NDArray[np.uint8]) -> bytes:
    """`pixels` (uint8 [h, w, 4], RGBA, first row uppermost) as the bytes of a PNG file."""
    height, width, _ = pixels.shape
    rows = np.concatenate([np.zeros((height, 1), np.uint8), pixels.reshape(height, width * 4)], axis=1)
    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows.tobytes(), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
