"""What stands still: ears and the collar and shoulders under the neck. Lengths in centimetres."""

from __future__ import annotations

import numpy as np

from .mesh import Piece, joined, mirrored, sheet

EAR_PLACE = (7.55, 0.55, -0.75)  # centre: x, y, z
# ring: size against the outline, how far out it stands
EAR_RINGS = (
    (0.62, -0.75),
    (0.86, 0.02),
    (1.0, 0.42),
    (1.02, 0.62),
    (0.94, 0.72),
    (0.82, 0.60),
    (0.70, 0.36),
    (0.55, 0.34),
    (0.40, 0.14),
    (0.18, 0.0),
)
# height, half width, front reach, back reach
SHIRT = (
    (-13.6, 4.3, 3.0, 5.4),
    (-12.7, 4.45, 3.45, 5.7),
    (-12.35, 4.75, 3.8, 5.95),
    (-12.6, 5.05, 4.1, 6.2),
    (-13.6, 5.3, 4.4, 6.4),
    (-14.4, 6.4, 4.9, 6.7),
    (-15.2, 9.4, 5.5, 7.0),
    (-16.2, 13.0, 6.2, 7.3),
    (-17.8, 15.6, 7.0, 7.5),
    (-20.5, 16.8, 7.9, 7.7),
    (-24.0, 17.0, 8.4, 7.8),
)


def ears() -> Piece:
    """Both ears: a rim, a fold and a hollow."""
    around = np.linspace(0.0, 2 * np.pi, 26, endpoint=False)
    up, back = np.cos(around), np.sin(around)
    outline_z = np.where(up > 0, 2.25, 2.35) * up
    outline_y = np.where(back > 0, 1.75 - 0.45 * (up < 0) * np.abs(up), 0.95) * back
    size, out = np.array(EAR_RINGS).T
    y = size[:, None] * outline_y
    z = size[:, None] * outline_z
    lobe = np.clip(-up - 0.5, 0, 1) * (size[:, None] < 1.0)
    x = (
        out[:, None] * (1 - 0.5 * np.clip(-back, 0, 1))
        + 0.42 * np.maximum(y, -0.4)
        + 0.45 * lobe * (size[:, None] > 0.5)
    )
    tilted = np.stack([x, y - 0.22 * z, z + 0.1 * y], axis=-1) + EAR_PLACE
    left = sheet(tilted[:, ::-1], "skin", closed=True, ends=(False, True))
    return joined([left, mirrored(left)])


def shirt() -> Piece:
    """A round collar and shoulders."""
    around = np.linspace(-np.pi, np.pi, 48, endpoint=False)
    height, width, ahead, behind = (np.array(column)[:, None] for column in zip(*SHIRT, strict=True))
    cosine = np.cos(around)
    x = width * np.sin(around)
    y = np.where(cosine > 0, -ahead * cosine, -behind * cosine) + 0.3
    sag = -0.55 * np.clip(cosine, 0, 1) ** 2 * (np.arange(len(SHIRT)) < 6)[:, None]
    return sheet(np.stack([x, y, height + sag + 0 * x], axis=-1), "shirt", closed=True)
