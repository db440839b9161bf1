"""What the mouth does, measured on the evaluated mesh: distances in scene units (metres)."""

from __future__ import annotations

from typing import Any

import numpy as np

from .part import Points

MIDDLE = 5  # pairs about the midline that count as the middle of the mouth


def lip_gaps(depsgraph: Any, head: Any) -> Points:
    """The vertical distance of each pair of lip vertices [29], from the character's right to left; negative where the
    lips are pressed into each other.

    `head` is the demo head's object (any object with groups `lips_upper` and `lips_lower` of as many vertices, paired
    in order of their numbers). Raises ValueError without them.
    """
    upper, lower = lip_points(depsgraph, head)
    return upper[:, 2] - lower[:, 2]


def lip_gap(depsgraph: Any, head: Any) -> float:
    """How far the mouth is open: the mean distance of the five middle pairs; about 0 when shut, at least 0."""
    gaps = lip_gaps(depsgraph, head)
    middle = len(gaps) // 2
    return max(0.0, float(gaps[middle - MIDDLE // 2 : middle + MIDDLE // 2 + 1].mean()))


def lip_seal(depsgraph: Any, head: Any) -> float:
    """The widest place between the lips: 0 only when they touch all along."""
    return max(0.0, float(lip_gaps(depsgraph, head).max()))


def lip_to_teeth(depsgraph: Any, head: Any, teeth: Any) -> float:
    """The distance from the middle of the lower lip's edge to the nearest place on `teeth` (the upper ones)."""
    _, lower = lip_points(depsgraph, head)
    middle = len(lower) // 2
    surface = teeth.evaluated_get(depsgraph)
    into = np.linalg.inv(np.array(teeth.matrix_world, float))
    away = []
    for point in lower[middle - MIDDLE // 2 : middle + MIDDLE // 2 + 1]:
        local = into[:3, :3] @ point + into[:3, 3]
        found, place, _, _ = surface.closest_point_on_mesh(local)
        away.append(float(np.linalg.norm(np.array(place) - local)) if found else np.inf)
    return min(away)


def lip_points(depsgraph: Any, head: Any) -> tuple[Points, Points]:
    """The evaluated places [29, 3] of the upper and the lower lip's pairs, in the world."""
    upper, lower = (_group(head, name) for name in ("lips_upper", "lips_lower"))
    if len(upper) != len(lower) or not upper:
        raise ValueError(f"'{head.name}' has no paired groups lips_upper and lips_lower; measure the demo head.")
    points = evaluated(depsgraph, head)
    return points[upper], points[lower]


def evaluated(depsgraph: Any, thing: Any) -> Points:
    """The vertices [n, 3] of an object with shape keys and modifiers applied, in the world."""
    mesh = thing.evaluated_get(depsgraph).data
    flat = np.empty(3 * len(mesh.vertices), np.float32)
    mesh.vertices.foreach_get("co", flat)
    matrix = np.array(thing.matrix_world, float)
    return flat.reshape(-1, 3).astype(float) @ matrix[:3, :3].T + matrix[:3, 3]


def _group(head: Any, name: str) -> list[int]:
    group = head.vertex_groups.get(name)
    if group is None:
        return []
    return [v.index for v in head.data.vertices if any(g.group == group.index for g in v.groups)]
