"""The whole head as parts in metres: `parts()` is the one door to the geometry."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np

from .eyes import eyes
from .figure import ears, shirt
from .hair import brows, cap, lashes
from .mesh import Piece, joined, numbered
from .part import Part, Points, Shapes
from .shapes import skin_shapes, upper_share
from .skin import MARGIN, skin
from .teeth import jaw_motions, lower_teeth, upper_teeth
from .tongue import tongue

METRES = 0.01  # the geometry is drawn in centimetres
LIPS_FROM, MOUTH_FROM = 4, 8  # loops whose faces are lip, and inside of the mouth


@cache
def parts() -> tuple[Part, ...]:
    """Head, teeth_upper, teeth_lower, tongue, eyes, brows, lashes, hair and shirt, in metres, at rest.

    The head carries all 52 ARKit shapes; the others those that move them. Its groups `lips_upper` and `lips_lower`
    list the vertices of the lips' meeting line from the character's right to left, pair by pair (29 of them, the
    fifteenth on the midline).
    """
    lower = lower_teeth()
    return (
        _head(),
        _part("teeth_upper", upper_teeth(), {}),
        _part("teeth_lower", lower, jaw_motions(lower.points)),
        _part("tongue", *tongue()),
        _part("eyes", *eyes()),
        _part("brows", *brows()),
        _part("lashes", *lashes()),
        _part("hair", cap(), {}),
        _part("shirt", shirt(), {}),
    )


def _head() -> Part:
    s = skin()
    face = Piece(s.points, s.topology.quads, _skin_materials())
    crown = tuple(map(int, s.topology.grid[0]))
    throat = tuple(map(int, s.mouth[-1][::-1]))
    capped = Piece(face.points, [*face.faces, crown, throat], [*face.materials, "skin", "mouth"])
    both = joined([capped, ears()])
    still = np.zeros((len(both.points) - len(s.points), 3))
    shapes = {name: np.concatenate([offsets, still]) for name, offsets in skin_shapes().items()}
    margin = s.mouth[MARGIN]
    half = len(margin) // 2
    groups = {"lips_upper": margin[1:half].tolist(), "lips_lower": margin[:half:-1].tolist()}
    upper = np.concatenate([upper_share(), np.zeros(len(still))])
    return replace(_part("head", both, shapes, groups), upper=upper)


def _skin_materials() -> list[str]:
    loops = skin().mouth_loop
    first = [int(loops[list(quad)].min()) for quad in skin().topology.quads]
    return ["mouth" if loop >= MOUTH_FROM else "lips" if loop >= LIPS_FROM else "skin" for loop in first]


def _part(name: str, piece: Piece, shapes: Shapes, groups: dict[str, list[int]] | None = None) -> Part:
    names, numbers = numbered(piece.materials)
    scaled: dict[str, Points] = {key: offsets * METRES for key, offsets in sorted(shapes.items())}
    return Part(name, piece.points * METRES, piece.faces, names, numbers, scaled, groups or {})
