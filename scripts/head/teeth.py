"""Upper and lower teeth with their gums, an arch each; the lower ones go with the jaw. Lengths in centimetres."""

from __future__ import annotations

import numpy as np

from .mesh import Piece, joined, sheet
from .part import Points, Shapes, vectors
from .shapes import jaw_turned
from .skin import MARGIN, MOUTH_HEIGHT, skin

UPPER_EDGE, LOWER_EDGE = MOUTH_HEIGHT - 0.34, MOUTH_HEIGHT - 0.10
CROWN = 1.0  # visible height of a tooth
BEHIND_LIPS, OVERBITE = 0.40, 0.34
ARCH_WIDTH, ARCH_DEPTH = 2.62, 2.8
WIDTHS_UPPER = (0.86, 0.66, 0.68, 0.62, 0.62, 0.9)  # from the middle outward
WIDTHS_LOWER = (0.56, 0.6, 0.64, 0.64, 0.66, 0.9)


def front() -> float:
    """How far forward (cm) the upper incisors reach."""
    s = skin()
    middle = s.mouth[MARGIN][s.mouth.shape[1] // 4]
    return float(-s.points[middle, 1]) - BEHIND_LIPS


def upper_teeth() -> Piece:
    """Twelve teeth hanging from their gum."""
    return _arch(WIDTHS_UPPER, front(), UPPER_EDGE, 1.0)


def lower_teeth() -> Piece:
    """Twelve teeth standing on their gum, a little behind the upper ones."""
    return _arch(WIDTHS_LOWER, front() - OVERBITE, LOWER_EDGE, -1.0)


def jaw_motions(points: Points, share: float = 1.0) -> Shapes:
    """The jaw's four shapes for points that go with it by `share`."""
    still = np.zeros_like(points)
    return {
        "jawOpen": jaw_turned(points) * share,
        "jawForward": still + vectors(0.0, 0.75 * share, 0.05 * share),
        "jawLeft": still + vectors(0.8 * share, 0.0, 0.0),
        "jawRight": still - vectors(0.8 * share, 0.0, 0.0),
    }


def _arch(widths: tuple[float, ...], reach: float, edge: float, up: float) -> Piece:
    scale = ARCH_WIDTH / 2.35
    angle = np.linspace(0.0, 1.5, 400)
    x, depth = ARCH_WIDTH * np.sin(angle), ARCH_DEPTH * (1.0 - np.cos(angle))
    length = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(x), np.diff(depth)))])
    ends = np.cumsum(widths) * scale
    pieces = []
    for number, (width, end) in enumerate(zip(widths, ends, strict=True)):
        at = float(np.interp(end - width * scale / 2, length, angle))
        for sign in (1.0, -1.0):
            pieces.append(_tooth(at * sign, width * scale, reach, edge, up, number))
    return joined([*pieces, _gum(reach, edge + up * CROWN, up)])


def _tooth(angle: float, width: float, reach: float, edge: float, up: float, number: int) -> Piece:
    """A rounded crown on the arch: rings from the root (row 0) to the edge, narrower at the gum."""
    around = np.linspace(0.0, 2 * np.pi, 12, endpoint=False)
    levels = np.array([1.15, 0.7, 0.35, 0.1, 0.0])  # of CROWN above the edge
    breadth = np.array([0.84, 0.96, 1.0, 0.97, 0.80])
    thick = np.array([1.0, 0.9, 0.65, 0.42, 0.24]) * (0.34 if number < 3 else 0.55)
    shorter = (0.07 * (number in (1, 4, 5)) - 0.03 * (number == 2)) * (up > 0)
    square = 0.55
    across = np.sign(np.cos(around)) * np.abs(np.cos(around)) ** square
    deep = np.sign(np.sin(around)) * np.abs(np.sin(around)) ** square
    side = 0.5 * 0.98 * width * breadth[:, None] * across
    forward = thick[:, None] * (deep - 1.0) - 0.03 * across**2
    height = edge + up * (np.maximum(levels, 0.0) * CROWN + shorter * (1 - levels / 1.15))[:, None] + 0 * side
    tangent_x, tangent_y = np.cos(angle), np.sin(angle)  # along the arch, and outward is (sin, cos) in (x, forward)
    slope = np.hypot(ARCH_WIDTH * tangent_x, ARCH_DEPTH * tangent_y)
    tx, ty = ARCH_WIDTH * tangent_x / slope, -ARCH_DEPTH * tangent_y / slope
    x = ARCH_WIDTH * np.sin(angle) + side * tx - forward * ty
    ahead = reach - ARCH_DEPTH * (1.0 - np.cos(angle)) + side * ty + forward * tx
    rows = np.stack([x, -ahead, height], axis=-1)
    return sheet(rows if up > 0 else rows[:, ::-1], "teeth", closed=True, ends=(True, True))


def _gum(reach: float, level: float, up: float) -> Piece:
    """A tube along the arch in which the teeth stand."""
    angle = np.linspace(-1.5, 1.5, 29)[:, None]
    turn = np.linspace(0.0, 2 * np.pi, 8, endpoint=False)[None, :]
    out, height = 0.24 * np.cos(turn) - 0.30, 0.42 * np.sin(turn) + 0.22 * up + 0.07 * np.cos(angle * 13.0)
    x = (ARCH_WIDTH + out) * np.sin(angle)
    ahead = reach - ARCH_DEPTH + (ARCH_DEPTH + out) * np.cos(angle)
    rows = np.stack([x, -ahead, level + height + 0 * x], axis=-1)
    return sheet(rows[:, ::-1], "gums", closed=True, ends=(True, True))
