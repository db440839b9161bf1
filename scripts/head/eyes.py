"""Eyeballs with iris, pupil and a glint, and their eight looks. Lengths in centimetres, angles in radians."""

from __future__ import annotations

import numpy as np

from .mesh import Piece, joined, sheet
from .part import Points, Shapes
from .skin import EYE_RADIUS, EYE_REACH, EYE_X, EYE_Z

AROUND = 28
POLAR = np.radians([2.0, 11.0, 13.0, 20.0, 27.0, 29.5, 33.0, 45.0, 65.0, 90.0, 115.0])
BANDS = ("pupil", "iris_inner", "iris_inner", "iris", "iris_rim", "sclera", "sclera", "sclera", "sclera", "sclera")
TURNS = {"Up": 0.36, "Down": -0.42, "In": -0.52, "Out": 0.52}
GLINTS = ((-0.20, 0.21, 0.105), (0.17, -0.17, 0.045))  # direction across and up, radius


def eyes() -> tuple[Piece, Shapes]:
    """Both eyeballs as one mesh, with eyeLook shapes for each."""
    pieces, motions, start = [], {}, 0
    for name, sign in (("Left", 1.0), ("Right", -1.0)):
        ball, glints = _ball(sign), [_glint(sign, *glint) for glint in GLINTS]
        pieces += [ball, *glints]
        for look, angle in TURNS.items():
            axis = "z" if look in ("In", "Out") else "x"
            motions[f"eyeLook{look}{name}"] = (
                start,
                _turned(ball.points, sign, axis, angle * (sign if axis == "z" else 1)),
            )
        start += len(ball.points) + sum(len(glint.points) for glint in glints)
    whole = joined(pieces)
    shapes: Shapes = {}
    for name, (first, moves) in motions.items():
        shapes[name] = np.zeros_like(whole.points)
        shapes[name][first : first + len(moves)] = moves
    return whole, shapes


def _centre(sign: float) -> Points:
    return np.array([sign * EYE_X, -EYE_REACH, EYE_Z])


def _ball(sign: float) -> Piece:
    around = np.linspace(0.0, 2 * np.pi, AROUND, endpoint=False)
    off = EYE_RADIUS * np.sin(POLAR)[:, None]
    radius = 1.0 + 0.02 * np.exp(-((POLAR / 0.4) ** 2))[:, None]
    rows = np.stack(
        [off * np.sin(around), -EYE_RADIUS * radius * np.cos(POLAR)[:, None] + 0 * off * around, off * np.cos(around)],
        -1,
    )
    ball = sheet(rows[:, ::-1] + _centre(sign), "sclera", closed=True, ends=(True, False))
    return Piece(ball.points, ball.faces, [band for band in BANDS for _ in range(AROUND)] + ["pupil"])


def _glint(sign: float, across: float, up: float, size: float) -> Piece:
    """A small bright disc just off the eyeball."""
    around = np.linspace(0.0, 2 * np.pi, 12, endpoint=False)[::-1]
    rings = [
        np.stack([across + size * k * np.sin(around), up + size * k * np.cos(around)], -1) for k in (0.02, 0.6, 1.0)
    ]
    angle = np.array(rings)
    direction = np.stack(
        [np.sin(angle[..., 0]), -np.cos(angle[..., 0]) * np.cos(angle[..., 1]), np.sin(angle[..., 1])], -1
    )
    direction /= np.linalg.norm(direction, axis=-1, keepdims=True)
    return sheet(_centre(sign) + 1.032 * EYE_RADIUS * direction, "glint", closed=True, ends=(True, False))


def _turned(points: Points, sign: float, axis: str, angle: float) -> Points:
    """Offsets of the eyeball's points turned about its centre, positive up or toward +x."""
    arm = points - _centre(sign)
    other = 0 if axis == "z" else 2
    moved = arm.copy()
    moved[:, 1] = arm[:, 1] * np.cos(angle) + arm[:, other] * np.sin(angle)
    moved[:, other] = arm[:, other] * np.cos(angle) - arm[:, 1] * np.sin(angle)
    return moved - arm
