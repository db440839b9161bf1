"""The skin at rest: where each vertex of the topology lies, with lips and lids worked in. Lengths in centimetres."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from .part import Points, bump, smoothstep
from .surface import LAST, OUTLINE, face, locate, reach
from .topology import Block, Ids, Topology, neighbours, weave

COLUMNS_AHEAD, COLUMNS_BEHIND, STEP_AHEAD = 16, 12, 0.056  # columns a side; radians between those of the face
CENTRE = COLUMNS_AHEAD + COLUMNS_BEHIND
CROWN_ROWS, FACE_ROWS, NECK_ROWS = 13, 29, 11
FACE_TOP, FACE_STEP = 3.0, 0.425

MOUTH = Block(CENTRE - 10, CENTRE + 10, CROWN_ROWS + 16, CROWN_ROWS + 26, 13)
EYE_LEFT = Block(CENTRE + 3, CENTRE + 15, CROWN_ROWS + 2, CROWN_ROWS + 12, 9)
EYE_RIGHT = Block(CENTRE - 15, CENTRE - 3, CROWN_ROWS + 2, CROWN_ROWS + 12, 9)

MOUTH_HEIGHT = -5.925
BORDER, MARGIN, INNER = 4, 7, 9  # loops: edge of the red, where the lips meet, behind them
# loop: half width, share of the lip's height, how far forward of the face (middle, corner)
LIP_SECTION = {
    4: (2.98, 1.00, 0.10, 0.00),
    5: (2.88, 0.55, 0.50, 0.02),
    6: (2.79, 0.17, 0.50, -0.02),
    7: (2.72, 0.00, 0.26, -0.10),
}
# loop: half width, height off the meeting line, how far behind it
BAG_SECTION = {
    8: (2.66, 0.20, 0.22),
    9: (2.64, 0.60, 0.32),
    10: (2.70, 1.15, 0.36),
    11: (2.85, 1.55, 1.20),
    12: (2.80, 1.75, 3.20),
    13: (1.60, 1.40, 5.60),
}
UPPER_LIP, LOWER_LIP = 0.74, 0.95  # heights of the red at the middle

EYE_X, EYE_Z, EYE_RADIUS = 3.5, 0.0, 1.95
EYE_REACH = 6.28  # of the eyeball's centre
LID_RADIUS = 1.07 * EYE_RADIUS
LID_HALF_ANGLE, UPPER_LID, LOWER_LID = 0.94, 0.46, 0.43  # radians around the eye: half width, heights of the opening
FOLD, LID_EDGE, LID_INSIDE = 4, 8, 9  # loops of the eye
LID_LOOPS = {4: 1.60, 5: 1.38, 6: 1.20, 7: 1.08, 8: 1.0}  # loop: size against the opening's edge


@dataclass(frozen=True)
class Skin:
    """The skin at rest: points [n, 3] (cm), its topology, and for vertices on loops which loop and where on it.

    `mouth_loop` [n] is the loop's number or 0, `across` [n] runs -1..1 from the right corner of the mouth to the left
    one, `side` [n] is 1 on the upper lip, -1 on the lower, 0 at the corners and off the mouth; `down` [n] runs from the
    crown to the foot of the neck as in `surface`.
    """

    topology: Topology
    points: Points
    down: Points
    mouth_loop: Ids
    across: Points
    side: Points

    @property
    def mouth(self) -> Ids:
        """Vertex numbers [loops, 60]: from the right corner over the upper lip to the left one, back below."""
        return self.topology.loops[0]


@cache
def skin() -> Skin:
    """Make the skin; the same object each time."""
    topology = weave(CROWN_ROWS + FACE_ROWS + NECK_ROWS, 2 * CENTRE, (MOUTH, EYE_LEFT, EYE_RIGHT))
    around, down = _spread(topology)
    points = face(around, down)
    _set_lips(points, topology.loops[0])
    for loops, sign in ((topology.loops[1], 1.0), (topology.loops[2], -1.0)):
        _set_lids(points, loops, sign)
    return _described(topology, points, down)


def across_loop(half: int) -> Points:
    """-1..1..-1 for a loop's 2 * half vertices, a little closer together at the corners."""
    share = np.arange(half + 1) / half
    there = 0.55 * (2 * share - 1) - 0.45 * np.cos(np.pi * share)
    return np.concatenate([there, there[-2:0:-1]])


def loop_side(half: int) -> Points:
    """1 over the upper half of a loop, -1 below, 0 at the corners."""
    return np.concatenate([[0.0], np.ones(half - 1), [0.0], -np.ones(half - 1)])


def meeting_line(x: Points) -> Points:
    """The height (cm) at which the lips meet: a faint bow, the corners a touch up."""
    t = np.clip(np.abs(x) / 2.72, 0.0, 1.3)
    return MOUTH_HEIGHT - 0.05 * np.exp(-((t / 0.25) ** 2)) + 0.03 * t + 0.14 * t**4


def lip_height(t: Points, side: Points) -> Points:
    """How far (cm) the red reaches above (side 1) or below (-1) the meeting line at `t` across."""
    upper = UPPER_LIP * bump(t, 0.72) * (1.0 - 0.17 * np.exp(-((t / 0.13) ** 2)))
    return np.where(side > 0, upper, LOWER_LIP * bump(t, 0.6)) * np.abs(side)


def lid_reach(x: Points, z: Points, sign: float) -> Points:
    """How far forward the skin is at (x, z) near an eye (sign 1 left): the face and the lid's sphere, blended."""
    off2 = (x - sign * EYE_X) ** 2 + (z - EYE_Z) ** 2
    ball = EYE_REACH + np.sqrt(np.maximum(LID_RADIUS**2 - off2, 0.0)) - 4.0 * np.maximum(off2 - LID_RADIUS**2, 0.0)
    skin_reach = reach(x, z)
    blend = 0.22
    high = np.maximum(ball, skin_reach)
    return high + blend * np.log1p(np.exp(-np.abs(ball - skin_reach) / blend))


def lid_edge(t: Points, side: Points, size: Points | float) -> tuple[Points, Points]:
    """(azimuth, elevation) around the eye of the lid's edge at `t` across (outer corner positive), scaled by `size`."""
    tilt = 0.05 * t
    height = np.where(side > 0, UPPER_LID * bump(t, 0.62), -LOWER_LID * bump(t, 0.8)) * np.abs(side)
    return LID_HALF_ANGLE * t * (1 + (size - 1) * 0.45), tilt + height * size


def lid_xz(azimuth: Points, elevation: Points, sign: float) -> tuple[Points, Points]:
    """(x, z) on the lid's sphere for a direction from the eye's centre; azimuths are positive outward."""
    outward = np.sin(azimuth) * np.cos(elevation)
    return sign * (EYE_X + LID_RADIUS * outward), EYE_Z + LID_RADIUS * np.sin(elevation)


def _rows() -> Points:
    """The `down` of each row of the grid."""
    heights = FACE_TOP - FACE_STEP * np.arange(FACE_ROWS)
    of_face = np.interp(-heights, -OUTLINE[:, 0], np.arange(LAST + 1.0))
    crown = np.linspace(0.15, of_face[0], CROWN_ROWS + 1)[:-1]
    neck = np.linspace(of_face[-1], LAST, NECK_ROWS + 1)[1:]
    return np.concatenate([crown, of_face, neck])


def _columns() -> Points:
    """The `around` of each column, from straight behind over the right and the front to the left."""
    rest = np.pi - COLUMNS_AHEAD * STEP_AHEAD
    sizes = np.linspace(0.08, 2 * rest / COLUMNS_BEHIND - 0.08, COLUMNS_BEHIND)
    left = np.concatenate([STEP_AHEAD * np.arange(COLUMNS_AHEAD + 1), COLUMNS_AHEAD * STEP_AHEAD + np.cumsum(sizes)])
    return np.concatenate([-left[:0:-1], left[:-1]])


def _spread(topology: Topology) -> tuple[Points, Points]:
    """(around, down) of every vertex: grid at its places, lip and lid edges at theirs, what lies between evened out."""
    rows, columns = np.meshgrid(_rows(), _columns(), indexing="ij")
    place = np.zeros((topology.count, 2))
    kept = topology.grid >= 0
    place[topology.grid[kept]] = np.stack([columns[kept], rows[kept]], axis=-1)
    loose = np.zeros(topology.count, bool)
    for block, loops, edge, goal in _edges(topology):
        outer = place[loops[0]]
        for ring in range(1, edge + 1):
            place[loops[ring]] = outer + (goal - outer) * ring / edge
        near = topology.grid[block.top - 3 : block.bottom + 4, block.left - 2 : block.right + 3]
        loose[near[near >= 0]] = True
        loose[loops[:edge]] = True
    for _, loops, edge, _ in _edges(topology):
        loose[loops[edge:]] = False
    return _evened(topology, place, loose)


def _edges(topology: Topology) -> list[tuple[Block, Ids, int, Points]]:
    """For each block: its loops, the number of the loop whose place is known, and that place (around, down)."""
    x, z, _ = lip_points(BORDER)
    found = [(MOUTH, topology.loops[0], BORDER, np.stack(locate(x, z), axis=-1))]
    for block, loops, sign in ((EYE_LEFT, topology.loops[1], 1.0), (EYE_RIGHT, topology.loops[2], -1.0)):
        x, z = _lid_loop(FOLD, sign)
        found.append((block, loops, FOLD, np.stack(locate(x, z), axis=-1)))
    return found


def _evened(topology: Topology, place: Points, loose: np.ndarray) -> tuple[Points, Points]:
    ends, others = neighbours(topology)
    degree = np.bincount(ends, minlength=topology.count)[:, None]
    for _ in range(60):
        mean = np.stack([np.bincount(ends, place[others, i], topology.count) for i in (0, 1)], axis=-1) / degree
        place = np.where(loose[:, None], 0.4 * place + 0.6 * mean, place)
    return place[:, 0], place[:, 1]


def lip_points(loop: int) -> tuple[Points, Points, Points]:
    """(x, z, reach) of a lip loop from the edge of the red (4) to the meeting line (7)."""
    t, side = across_loop(MOUTH.half), loop_side(MOUTH.half)
    half_width, share, middle, corner = LIP_SECTION[loop]
    x = half_width * t
    line = meeting_line(x)
    z = line + np.sign(side) * share * lip_height(t, side)
    full = bump(t, 0.5)
    ground = reach(x, z if loop == BORDER else line)
    return x, z, ground + corner + (middle - corner) * full


def _set_lips(points: Points, loops: Ids) -> None:
    for loop in LIP_SECTION:
        x, z, forward = lip_points(loop)
        points[loops[loop]] = np.stack([x, -forward, z], axis=-1)
    t, side = across_loop(MOUTH.half), loop_side(MOUTH.half)
    x, z, forward = lip_points(MARGIN)
    round_open = np.sign(side) * bump(t, 0.5)
    for loop, (half_width, height, behind) in BAG_SECTION.items():
        height_here = z + height * round_open
        deep = np.minimum(forward - behind, reach(half_width * t, height_here) - 0.35)  # never out through the skin
        points[loops[loop]] = np.stack([half_width * t, -deep, height_here], axis=-1)


def _lid_loop(loop: int, sign: float) -> tuple[Points, Points]:
    """(x, z) of a lid loop; across runs with x, so outward for the left eye and inward for the right."""
    t, side = across_loop(EYE_LEFT.half) * sign, loop_side(EYE_LEFT.half)
    return lid_xz(*lid_edge(t, side, LID_LOOPS[loop]), sign)


def _set_lids(points: Points, loops: Ids, sign: float) -> None:
    for loop in LID_LOOPS:
        x, z = _lid_loop(loop, sign)
        points[loops[loop]] = np.stack([x, -lid_reach(x, z, sign), z], axis=-1)
    centre = np.array([sign * EYE_X, -EYE_REACH, EYE_Z])
    points[loops[LID_INSIDE]] = centre + (points[loops[LID_EDGE]] - centre) * 0.88
    for loop in loops[:FOLD]:
        x, z = points[loop, 0], points[loop, 2]
        points[loop, 1] = np.minimum(points[loop, 1], -lid_reach(x, z, sign))


def _described(topology: Topology, points: Points, down: Points) -> Skin:
    loop_of = np.zeros(topology.count, np.int64)
    across = np.clip(points[:, 0] / LIP_SECTION[MARGIN][0], -1.0, 1.0)
    side = np.zeros(topology.count)
    for number, loop in enumerate(topology.loops[0]):
        if number >= BORDER:
            loop_of[loop] = number
            across[loop] = across_loop(MOUTH.half)
            side[loop] = loop_side(MOUTH.half)
    return Skin(topology, points, down, loop_of, across, side)


def above_mouth(x: Points, z: Points, softness: Points | float) -> Points:
    """1 above the meeting line, 0 below, over `softness` cm either way."""
    off = z - meeting_line(x)
    return smoothstep(-1.0, 1.0, off / softness)
