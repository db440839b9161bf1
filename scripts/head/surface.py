"""The smooth surface of the head and neck: three outlines (front, side, back) swept around, and soft features on it.

Lengths in centimetres. `around` is the angle from straight ahead (-pi..pi, left positive), `down` runs along the
rows of OUTLINE from the crown (0) to the foot of the neck.
"""

from __future__ import annotations

import numpy as np

from .part import Points, smoothstep

# front height, front reach; side half width, its height, its reach; back reach, its height
OUTLINE = np.array(
    [
        (12.1, -0.8, 0.0, 12.1, -0.8, 0.8, 12.1),
        (11.9, 2.4, 3.3, 11.8, -0.8, 3.9, 11.9),
        (10.8, 5.6, 6.1, 10.5, -0.8, 7.1, 10.6),
        (8.5, 7.9, 7.7, 8.2, -0.8, 9.1, 8.2),
        (5.8, 8.9, 8.3, 5.5, -0.7, 9.8, 5.5),
        (3.0, 9.15, 8.35, 2.9, -0.6, 9.9, 2.9),
        (0.3, 8.95, 8.1, 0.5, -0.5, 9.5, 0.5),
        (-2.4, 8.95, 7.8, -1.7, -0.3, 8.6, -1.5),
        (-4.8, 8.95, 7.35, -3.7, 0.0, 7.4, -3.4),
        (-6.8, 8.75, 6.5, -5.4, 0.3, 6.3, -5.2),
        (-8.5, 8.6, 5.6, -6.9, 0.5, 5.6, -6.8),
        (-9.6, 8.0, 4.9, -7.9, 0.5, 5.2, -8.0),
        (-10.1, 6.7, 4.4, -8.7, 0.1, 4.9, -9.0),
        (-10.4, 5.2, 4.1, -9.5, -0.5, 4.8, -10.0),
        (-11.4, 3.7, 3.85, -10.6, -0.9, 4.8, -11.0),
        (-13.2, 3.1, 3.9, -12.7, -1.0, 5.0, -12.8),
        (-15.4, 3.3, 4.3, -15.1, -1.0, 5.5, -15.2),
    ]
)
LAST = len(OUTLINE) - 1

# soft bumps on the face: height (forward), |x|, z, spread in x, spread in z
BUMPS = (
    (0.40, 4.6, -2.6, 1.9, 1.6),  # cheeks
    (-1.1, 3.5, 0.1, 1.95, 1.45),  # eye sockets
    (0.22, 2.9, 2.9, 2.0, 0.7),  # brow ridge
    (0.50, 0.0, -8.7, 1.7, 1.0),  # chin
    (-0.14, 0.0, -7.75, 1.9, 0.45),  # the hollow under the lower lip
    (0.50, 0.0, -5.7, 3.0, 1.9),  # the mound of the mouth
    (-0.10, 0.0, -4.4, 0.28, 0.6),  # philtrum
    (0.34, 0.0, -2.62, 0.6, 0.55),  # tip of the nose
    (0.60, 0.88, -3.08, 0.38, 0.36),  # wings of the nose
    (-0.30, 1.75, -3.3, 0.5, 0.8),  # where cheek meets nose
)
NOSE_HEIGHT = (
    (2.6, 0.0),
    (1.2, 0.22),
    (0.2, 0.34),
    (-1.0, 0.78),
    (-2.0, 1.3),
    (-2.6, 1.5),
    (-3.05, 1.3),
    (-3.75, 0.1),
    (-4.4, 0.0),
)
NOSE_WIDTH = ((2.6, 0.8), (0.4, 0.62), (-1.2, 0.7), (-2.5, 0.84), (-3.2, 0.8), (-4.4, 0.6))


def skull(around: Points, down: Points) -> Points:
    """Points [n, 3] of the bare swept surface, without features."""
    front_z, front, width, side_z, side, back, back_z = _outline(down).T
    sine, cosine = np.sin(around), np.cos(around)
    ahead = cosine >= 0
    reach = np.where(ahead, front - side, side + back)
    height = side_z + np.where(ahead, front_z - side_z, back_z - side_z) * cosine**2
    return np.stack([width * sine, -(side + reach * cosine), height], axis=-1)


def face(around: Points, down: Points) -> Points:
    """Points [n, 3] of the surface with its features: the skin before lips and lids are worked into it."""
    points = skull(around, down)
    points[:, 1] -= relief(points[:, 0], points[:, 2]) * smoothstep(0.0, 0.6, np.cos(around))
    return points


def relief(x: Points, z: Points) -> Points:
    """How far (cm) the features stand forward of the swept surface at (x, z)."""
    total = np.zeros(np.broadcast(x, z).shape)
    for height, at_x, at_z, spread_x, spread_z in BUMPS:
        total += height * np.exp(-(((np.abs(x) - at_x) / spread_x) ** 2) - ((z - at_z) / spread_z) ** 2)
    return total + _along(NOSE_HEIGHT, z) * np.exp(-(np.abs(x / _along(NOSE_WIDTH, z)) ** 2.0))


def locate(x: Points, z: Points) -> tuple[Points, Points]:
    """The (around, down) of the front surface's points at (x, z), by Newton's method."""
    down = np.interp(-z, -OUTLINE[:, 0], np.arange(LAST + 1.0))
    around = np.zeros_like(down)
    for _ in range(25):
        around = np.arcsin(np.clip(x / np.maximum(_outline(down)[:, 2], 1e-6), -0.999, 0.999))
        here = skull(around, down)[:, 2]
        slope = (skull(around, down + 1e-3)[:, 2] - here) / 1e-3
        down = np.clip(down - (here - z) / np.minimum(slope, -0.3), 0.0, LAST)
    return around, down


def reach(x: Points, z: Points) -> Points:
    """How far forward (cm) the featured face is at (x, z)."""
    return -face(*locate(np.asarray(x, float), np.asarray(z, float)))[:, 1]


def _outline(down: Points) -> Points:
    """Catmull-Rom through the rows of OUTLINE."""
    down = np.clip(down, 0.0, LAST)
    row = np.minimum(down.astype(int), LAST - 1)
    t = (down - row)[:, None]
    before, here, there, after = (OUTLINE[np.clip(row + k, 0, LAST)] for k in (-1, 0, 1, 2))
    return here + 0.5 * t * (
        there - before + t * (2 * before - 5 * here + 4 * there - after + t * (3 * (here - there) + after - before))
    )


def _along(table: tuple[tuple[float, float], ...], z: Points) -> Points:
    """A smooth value from a table of (height, value), heights falling: straight lines rounded by a short average."""
    heights, values = np.array(table).T
    return sum(np.interp(-(z + shift), -heights, values) for shift in (-0.3, -0.15, 0.0, 0.15, 0.3)) / 5
