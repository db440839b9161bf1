"""Small tools that turn rows of points into meshes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .part import Points

Faces = list[tuple[int, ...]]


@dataclass(frozen=True)
class Piece:
    """Points [n, 3] (cm), faces, and one material name per face."""

    points: Points
    faces: Faces
    materials: list[str]


def sheet(rows: Points, material: str, *, closed: bool = False, ends: tuple[bool, bool] = (False, False)) -> Piece:
    """Quads over rows of points [rows, columns, 3]; `closed` joins the columns, `ends` caps first and last row.

    Seen with the columns running to the right and the rows down, the faces look at the viewer.
    """
    count, width, _ = rows.shape
    faces: Faces = [
        (r * width + c, (r + 1) * width + c, (r + 1) * width + (c + 1) % width, r * width + (c + 1) % width)
        for r in range(count - 1)
        for c in range(width if closed else width - 1)
    ]
    if ends[0]:
        faces.append(tuple(range(width)))
    if ends[1]:
        faces.append(tuple(range(count * width - 1, (count - 1) * width - 1, -1)))
    return Piece(rows.reshape(-1, 3), faces, [material] * len(faces))


def mirrored(piece: Piece) -> Piece:
    """The piece on the other side of the face."""
    return Piece(piece.points * (-1.0, 1.0, 1.0), [face[::-1] for face in piece.faces], piece.materials)


def joined(pieces: Sequence[Piece]) -> Piece:
    """Several pieces as one, in order."""
    starts = np.cumsum([0, *(len(piece.points) for piece in pieces)])
    faces = [
        tuple(int(start) + i for i in face)
        for start, piece in zip(starts, pieces, strict=False)
        for face in piece.faces
    ]
    return Piece(np.concatenate([p.points for p in pieces]), faces, [name for p in pieces for name in p.materials])


def numbered(materials: Sequence[str]) -> tuple[tuple[str, ...], NDArray[np.int32]]:
    """The distinct names in order of first use, and the number of each."""
    names = tuple(dict.fromkeys(materials))
    return names, np.array([names.index(name) for name in materials], np.int32)
