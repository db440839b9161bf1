"""Brows, lashes and a cap of hair. Lengths in centimetres."""

from __future__ import annotations

import numpy as np

from .mesh import Piece, joined, mirrored, sheet
from .part import Points, Shapes, smoothstep
from .shapes import skin_shapes
from .skin import LID_EDGE, skin
from .surface import reach, skull

BROW = (
    (1.45, 2.95, 0.24),
    (2.3, 3.2, 0.30),
    (3.4, 3.48, 0.29),
    (4.5, 3.4, 0.22),
    (5.5, 2.85, 0.06),
)  # x, z, half height
HAIRLINE = (
    (0.0, 3.35),
    (0.35, 3.3),
    (0.75, 3.8),
    (1.0, 4.7),
    (1.2, 5.6),
    (1.33, 6.4),
    (1.45, 6.2),
    (1.6, 5.6),
    (1.9, 6.2),
    (2.1, 8.0),
    (2.5, 10.2),
    (3.15, 10.8),
)

# locks swept from a parting over the left eye: knots around and down, lift (cm), half width (cm)
LOCKS = (
    ((0.45, 0.15, -0.35, -0.85), (1.9, 2.6, 3.35, 4.6), (1.0, 1.25, 1.0, 0.35), 1.05),
    ((0.40, 0.00, -0.60, -1.10), (1.5, 2.1, 3.0, 5.2), (1.0, 1.3, 1.1, 0.4), 1.10),
    ((0.35, -0.20, -0.85, -1.28), (1.1, 1.6, 2.8, 5.8), (1.0, 1.3, 1.15, 0.4), 1.10),
    ((0.50, 0.38, 0.10, -0.40), (2.2, 2.9, 3.6, 4.05), (0.95, 1.1, 0.85, 0.25), 0.80),
    ((0.50, 0.75, 1.00, 1.18), (1.9, 2.7, 3.9, 5.6), (0.95, 1.1, 0.9, 0.35), 1.00),
    ((0.48, 0.62, 0.82, 1.02), (2.2, 3.0, 3.8, 4.9), (0.9, 1.0, 0.75, 0.25), 0.75),
)


def brows() -> tuple[Piece, Shapes]:
    """Both brows, following the skin under them."""
    left = _brow()
    piece = joined([left, mirrored(left)])
    return piece, follow(piece.points, "brow")


def lashes() -> tuple[Piece, Shapes]:
    """A dark fringe on each upper lid that goes wherever the lid goes."""
    s = skin()
    pieces, sources = [], []
    for number, sign in ((1, 1.0), (2, -1.0)):
        loops = s.topology.loops[number]
        edge = loops[LID_EDGE][: loops.shape[1] // 2 + 1]
        outer = (sign * np.linspace(-1.0, 1.0, len(edge)) + 1) / 2
        length = 0.08 + 0.30 * outer**1.3 * (1 - 0.55 * smoothstep(0.93, 1.0, outer))
        away = np.stack([sign * 0.55 * outer, np.full_like(outer, -0.75), 0.35 + 0.4 * outer], axis=-1)
        root = s.points[edge] + (0.0, 0.02, 0.0)
        thick = np.stack([0 * outer, -0.03 + 0 * outer, 0.05 + 0.06 * outer], axis=-1)
        rows = np.stack([root + thick, root + away * length[:, None], root - (0, 0.02, 0.01)])
        pieces.append(sheet(rows, "lashes"))
        sources.append(np.tile(edge, 3))
    source = np.concatenate(sources)
    moving = {name: offsets[source] for name, offsets in skin_shapes().items()}
    return joined(pieces), {name: move for name, move in moving.items() if np.abs(move).max() > 0.02}


def cap() -> Piece:
    """Short hair: a shell over the skull that ends at the hairline, fuller on top, with a soft sweep of strands."""
    around = np.linspace(-np.pi, np.pi, 84, endpoint=False)
    share = np.linspace(0.0, 1.0, 30)[:, None]
    heights, levels = np.array(HAIRLINE).T
    part = 0.35 * np.sin(around + 0.5) * np.exp(-((around / 0.8) ** 2))
    ends = np.interp(np.abs(around), heights, levels) + part
    down = 0.12 + (ends - 0.12) * share
    base = skull(np.broadcast_to(around, down.shape).ravel(), down.ravel())
    normal = base - (0.0, 0.6, 1.5)
    normal /= np.linalg.norm(normal, axis=1, keepdims=True)
    offset = _thickness(around[None, :], share, down)
    shell = sheet(
        (base + normal * offset.reshape(-1, 1)).reshape(*down.shape, 3), "hair", closed=True, ends=(True, False)
    )
    return joined([shell, *(_lock(*lock) for lock in LOCKS)])


def _lock(around: tuple[float, ...], down: tuple[float, ...], lift: tuple[float, ...], width: float) -> Piece:
    """A tapered lock along knots (around, down) on the skull, lifted off it by so many cm."""
    s = np.linspace(0.0, 1.0, 12)
    knots = np.linspace(0.0, 1.0, len(around))
    along, level, off = (_smooth(np.interp(s, knots, values)) for values in (around, down, lift))
    spine = skull(along, level)
    out = spine - (0.0, 0.6, 1.5)
    out /= np.linalg.norm(out, axis=1, keepdims=True)
    spine = spine + out * off[:, None]
    run = np.gradient(spine, axis=0)
    run /= np.linalg.norm(run, axis=1, keepdims=True)
    beside = np.cross(run, out)
    size = width * (np.sin(np.pi * np.clip(0.16 + 0.84 * s, 0, 1)) ** 0.7 + 0.03)
    turn = np.linspace(0.0, 2 * np.pi, 10, endpoint=False)
    ring = np.cos(turn)[:, None] * beside[:, None, :] + 0.42 * np.sin(turn)[:, None] * out[:, None, :]
    return sheet(spine[:, None, :] + size[:, None, None] * ring, "hair", closed=True, ends=(True, True))


def _smooth(values: Points) -> Points:
    inner = np.convolve(values, [0.25, 0.5, 0.25], "valid")
    return np.concatenate([values[:1], inner, values[-1:]])


def _thickness(around: Points, share: Points, down: Points) -> Points:
    front = np.exp(-((around - 0.25) ** 2) / 0.9)
    full = 0.75 + 0.35 * smoothstep(5.5, 0.5, down) + 0.55 * front * smoothstep(1.0, 3.2, down)
    edge = np.clip(1.0 - share**7, 0.0, 1.0) ** 0.5
    strands = 0.05 * np.sin(26.0 * around + 3.0 * down) + 0.07 * np.sin(11.0 * around - 2.2 * down)
    return full * edge * (1.0 + strands * smoothstep(0.05, 0.5, share)) - 0.12 * share**7


def _brow() -> Piece:
    knots = np.array(BROW)
    s = np.linspace(0.0, len(BROW) - 1.0, 17)
    x, z, half = (np.interp(s, np.arange(len(BROW)), knots[:, i]) for i in range(3))
    kernel = np.array([0.25, 0.5, 0.25])
    for _ in range(2):
        x[1:-1], z[1:-1], half[1:-1] = (np.convolve(v, kernel, "valid") for v in (x, z, half))
    half[0] *= 0.6
    turn = np.linspace(0.0, 2 * np.pi, 8, endpoint=False)
    tall = half[:, None] * np.sin(turn)
    lean = x[:, None] + 0.25 * tall
    height = z[:, None] + tall
    ground = reach(lean.ravel(), height.ravel()).reshape(tall.shape)
    ahead = ground + 0.02 + 0.20 * (half / 0.4)[:, None] ** 0.5 * np.maximum(np.cos(turn), -0.3)
    return sheet(np.stack([lean, -ahead, height], axis=-1)[:, ::-1], "hair", closed=True, ends=(True, True))


def follow(points: Points, prefix: str) -> Shapes:
    """The skin's shapes whose name begins with `prefix`, carried to points near it (four nearest, by distance)."""
    base = skin().points
    away = ((points[:, None, :] - base[None, :, :]) ** 2).sum(axis=-1)
    nearest = np.argpartition(away, 4, axis=1)[:, :4]
    weight = 1.0 / (np.take_along_axis(away, nearest, 1) + 1e-3)
    weight /= weight.sum(axis=1, keepdims=True)
    return {
        name: (offsets[nearest] * weight[..., None]).sum(axis=1)
        for name, offsets in skin_shapes().items()
        if name.startswith(prefix)
    }
