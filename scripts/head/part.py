"""One mesh of the head as plain arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]  # [n, 3], metres once a Part is made: x to the character's left, -y forward, z up
Shapes = dict[str, Points]  # name -> offsets [n, 3] at value 1


@dataclass(frozen=True)
class Part:
    """A mesh: vertices [n, 3] in metres, faces as vertex indices, one of `materials` per face, shapes, vertex groups,
    and, where the part has lips, how far each vertex [n] goes with the upper one (0..1).

    Raises ValueError where the arrays do not belong together.
    """

    name: str
    vertices: Points
    faces: Sequence[tuple[int, ...]]
    materials: tuple[str, ...]
    face_material: NDArray[np.int32]
    shapes: Shapes = field(default_factory=dict)
    groups: dict[str, list[int]] = field(default_factory=dict)
    upper: Points | None = None

    def __post_init__(self) -> None:
        count = len(self.vertices)
        if self.vertices.shape != (count, 3) or len(self.face_material) != len(self.faces):
            raise ValueError(f"{self.name}: vertices must be [n, 3] and each face needs a material.")
        if any(min(face) < 0 or max(face) >= count for face in self.faces):
            raise ValueError(f"{self.name}: a face names a vertex that is not there.")
        if any(offsets.shape != (count, 3) for offsets in self.shapes.values()):
            raise ValueError(f"{self.name}: each shape needs an offset for each vertex.")


def smoothstep(low: float, high: float, x: Points) -> Points:
    """0 below `low`, 1 above `high` and a cubic between; `low` may be the greater for a falling step."""
    share = np.clip((x - low) / (high - low), 0.0, 1.0)
    return share * share * (3.0 - 2.0 * share)


def bump(x: Points, power: float) -> Points:
    """(1 - x^2)^power within -1..1, 0 outside."""
    return np.clip(1.0 - x * x, 0.0, 1.0) ** power


def vectors(x: Points | float, forward: Points | float, up: Points | float) -> Points:
    """Stack components into [n, 3], forward being -y."""
    return np.stack(np.broadcast_arrays(x, -np.asarray(forward), up), axis=-1).astype(float)
