"""The tongue: a soft loft from the throat to behind the lower teeth. Lengths in centimetres."""

from __future__ import annotations

import numpy as np

from .mesh import Piece, sheet
from .part import Points, Shapes, vectors
from .skin import MOUTH_HEIGHT
from .teeth import front, jaw_motions

LENGTH, STATIONS, AROUND = 5.2, 15, 14
TIP_BEHIND_TEETH = 0.75
OUT, OUT_UP = 2.1, 0.42  # how far tongueOut brings the tip forward and up


def tongue() -> tuple[Piece, Shapes]:
    """The tongue and its shapes: the jaw's, by nine tenths, tongueOut, and two that ARKit has not (tip up, back up)."""
    along = 1.0 - (1.0 - np.linspace(0.0, 1.0, STATIONS)) ** 1.6
    turn = np.linspace(0.0, 2 * np.pi, AROUND, endpoint=False)
    width = 1.62 * np.clip(1.0 - along**6, 0.0, 1.0) ** 0.5 * (1.0 - 0.12 * along) + 0.03
    thick = (0.62 - 0.32 * along) * np.clip(1.0 - along**14, 0.0, 1.0) ** 0.5 + 0.02
    arch = 0.75 * np.sin(np.pi * np.clip(along, 0, 1)) ** 1.2 - 0.55 * (1 - along) ** 2
    x = width[:, None] * np.cos(turn)
    groove = 0.10 * np.exp(-((x / 0.3) ** 2)) * (np.sin(turn) > 0) * np.sin(np.pi * along)[:, None]
    z = MOUTH_HEIGHT - 0.62 + 0.25 * arch[:, None] + thick[:, None] * np.sin(turn) - groove
    ahead = front() - TIP_BEHIND_TEETH - LENGTH * (1.0 - along)[:, None] + 0 * x
    piece = sheet(np.stack([x, -ahead, z], axis=-1), "tongue", closed=True, ends=(True, True))
    at = np.repeat(along, AROUND)
    still = np.zeros_like(at)
    moves = {
        "tongueOut": _out(at, piece.points),
        "tongueCurlUp": vectors(still, 0.15 * at**4, 0.95 * at**4),
        "tongueBack": vectors(still, -0.5 * at**2, 1.0 * np.exp(-(((at - 0.3) / 0.25) ** 2))),
    }
    return piece, jaw_motions(piece.points, 0.9) | moves


def _out(along: Points, points: Points) -> Points:
    flatter = -0.25 * (points[:, 2] - (MOUTH_HEIGHT - 0.62)) * along**2
    return vectors(-0.25 * points[:, 0] * along**2, OUT * along**1.6, OUT_UP * along**1.5 + flatter)
