"""How far confidence can be believed: figures, and a plot of it."""

from __future__ import annotations

import struct
import zlib
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

PARTS = 10  # equal parts of the phones, by their confidence
SIDE, EDGE = 420, 44  # pixels of a square and of the space around it
COLOURS = ((31, 97, 141), (120, 170, 210), (176, 58, 46), (230, 150, 130))
INK, LINES = (60, 60, 60), (225, 225, 225)
DIGITS = {
    "0": ("111", "101", "101", "101", "111"),
    "1": ("010", "110", "010", "010", "111"),
    "5": ("111", "100", "111", "001", "111"),
    ".": ("000", "000", "000", "000", "010"),
}

Doubles = NDArray[np.float64]
Flags = NDArray[np.bool_]
Picture = NDArray[np.uint8]


def parts(sure: Doubles, right: Flags) -> tuple[Doubles, Doubles]:
    """Mean confidence and the share that is right in each of PARTS equal parts of the phones, ordered by confidence."""
    order = np.array_split(np.argsort(sure, kind="stable"), PARTS)
    return np.array([sure[part].mean() for part in order]), np.array([right[part].mean() for part in order])


def error(sure: Doubles, right: Flags) -> float:
    """The expected calibration error: the mean distance between the two of `parts`."""
    said, true = parts(sure, right)
    return float(np.abs(said - true).mean())


def area(sure: Doubles, right: Flags) -> float:
    """The probability that a right phone is surer than a wrong one; 0.5 tells nothing. NaN where all are alike."""
    if right.all() or not right.any():
        return float("nan")
    _, place, counts = np.unique(sure, return_inverse=True, return_counts=True)
    ranks = np.cumsum(counts)[place] - (counts[place] - 1) / 2.0
    count = int(right.sum())
    return float((ranks[right].sum() - count * (count + 1) / 2.0) / (count * (~right).sum()))


def write(path: Path, drawn: dict[str, dict[str, tuple[Doubles, Flags]]]) -> None:
    """A PNG with one square a kind of phone, side by side: confidence to the right, the share that is right upwards.

    A line a group, in the order of their names and of COLOURS; the diagonal is what they should be.
    """
    picture = np.full((SIDE + 2 * EDGE, len(drawn) * (SIDE + EDGE) + EDGE, 3), 255, np.uint8)
    for number, groups in enumerate(drawn.values()):
        _square(picture, EDGE + number * (SIDE + EDGE), groups)
    rows = b"".join(b"\0" + row.tobytes() for row in picture)
    size = struct.pack(">IIBBBBB", picture.shape[1], picture.shape[0], 8, 2, 0, 0, 0)
    chunks = _chunk(b"IHDR", size) + _chunk(b"IDAT", zlib.compress(rows, 9)) + _chunk(b"IEND", b"")
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunks)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _square(picture: Picture, left: int, groups: dict[str, tuple[Doubles, Flags]]) -> None:
    for tenth in range(11):
        at = tenth / 10
        _stroke(picture, left, (at, 0.0), (at, 1.0), LINES, 0)
        _stroke(picture, left, (0.0, at), (1.0, at), LINES, 0)
    _stroke(picture, left, (0.0, 0.0), (1.0, 1.0), INK, 0)
    for text, at in (("0", 0.0), (".5", 0.5), ("1", 1.0)):
        _write(picture, text, left + round(at * SIDE) - 6, EDGE + SIDE + 8)
        _write(picture, text, left - 30, EDGE + round((1.0 - at) * SIDE) - 7)
    for colour, name in zip(COLOURS, sorted(groups), strict=False):
        points = list(zip(*parts(*groups[name]), strict=True))
        for one, other in pairwise(points):
            _stroke(picture, left, one, other, colour, 1)
        for point in points:
            _stroke(picture, left, point, point, colour, 4)


def _stroke(
    picture: Picture, left: int, one: tuple[float, float], other: tuple[float, float], ink: tuple[int, ...], wide: int
) -> None:
    """A line between two points 0..1 of the square, `wide` pixels to each side."""
    for share in np.linspace(0.0, 1.0, 2 * SIDE if one != other else 1):
        x = left + round(float(one[0] + share * (other[0] - one[0])) * SIDE)
        y = EDGE + SIDE - round(float(one[1] + share * (other[1] - one[1])) * SIDE)
        picture[y - wide : y + wide + 1, x - wide : x + wide + 1] = ink


def _write(picture: Picture, text: str, x: int, y: int) -> None:
    for letter in text:
        shape = np.array([[int(bit) for bit in row] for row in DIGITS[letter]], np.bool_).repeat(3, 0).repeat(3, 1)
        picture[y : y + 15, x : x + 9][shape] = INK
        x += 12
