"""ARKit's shapes as offsets of the skin, in centimetres at value 1.

The two lips share every sideways and forward move, so that a closed mouth stays closed under it; what opens them fades
to nothing at the corners. mouthClose is made from jawOpen: at equal values the lips meet exactly.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from .part import Points, Shapes, bump, smoothstep, vectors
from .skin import (
    BORDER,
    FOLD,
    LID_EDGE,
    LID_INSIDE,
    LID_LOOPS,
    MARGIN,
    MOUTH,
    above_mouth,
    across_loop,
    lid_edge,
    lid_reach,
    lid_xz,
    lip_height,
    loop_side,
    meeting_line,
    skin,
)
from .surface import reach

HINGE_REACH, HINGE_HEIGHT, JAW_ANGLE = 0.8, -2.2, np.radians(22.0)
CORNER_SHARE = 0.42  # of the jaw's drop that the corners of the mouth follow
LID_FOLLOW = {4: 0.18, 5: 0.46, 6: 0.70, 7: 0.88, 8: 1.0}  # loop: share of the edge's way
BAG_NEAR = {10: 0.85, 11: 0.5, 12: 0.2, 13: 0.0}  # how far the inside of the mouth follows the lips
SIDES = (("Left", 1.0), ("Right", -1.0))

# loop: (forward, toward the meeting line) of the upper and the lower lip rolled in
ROLL_UPPER = {4: (-0.25, 0.22), 5: (-0.52, 0.20), 6: (-0.56, 0.08), 7: (-0.48, 0.0), 8: (-0.4, 0.0), 9: (-0.2, 0.0)}
ROLL_LOWER = {4: (-0.28, 0.26), 5: (-0.58, 0.24), 6: (-0.70, 0.08), 7: (-0.64, 0.0), 8: (-0.45, 0.0), 9: (-0.25, 0.0)}
PRESS = {4: (-0.05, 0.24), 5: (-0.22, 0.16), 6: (-0.20, 0.05), 7: (-0.05, 0.03), 8: (0.0, 0.0)}


@cache
def skin_shapes() -> Shapes:
    """All 52 shapes of the skin, name -> offsets [n, 3] (cm); those that only move the eyeballs hold the lids' part."""
    made: Shapes = {}
    made |= _jaw_shapes()
    made |= _mouth_shapes()
    for name, sign in SIDES:
        made |= {f"{kind}{name}": offsets for kind, offsets in _mouth_side(sign).items()}
        made |= {f"{kind}{name}": offsets for kind, offsets in _eye_side(sign).items()}
        made |= {f"{kind}{name}": offsets for kind, offsets in _brow_side(sign).items()}
    made["browInnerUp"] = _lift(1.4, 3.1, 1.2, 1.5, 1.0, (0.0, 0.05, 0.75)) + _lift(
        1.4, 3.1, 1.2, 1.5, -1.0, (0.0, 0.05, 0.75)
    )
    made["cheekPuff"] = _cheek_puff()
    return made


def jaw_turned(points: Points) -> Points:
    """Offsets [n, 3] (cm) of points rigid with the jaw when it is fully open: turned about its hinge."""
    ahead, up = -points[:, 1] - HINGE_REACH, points[:, 2] - HINGE_HEIGHT
    sine, cosine = np.sin(JAW_ANGLE), np.cos(JAW_ANGLE)
    return vectors(np.zeros_like(up), ahead * (cosine - 1) + up * sine, up * (cosine - 1) - ahead * sine)


@cache
def upper_share() -> Points:
    """For each vertex 1 where it goes with the upper lip, 0 with the lower, softly between beside the mouth."""
    s = skin()
    x, z = s.points[:, 0], s.points[:, 2]
    outside = above_mouth(x, z, 0.15 + 0.5 * np.maximum(np.abs(x) - 2.2, 0.0))
    return np.where(s.mouth_loop >= BORDER, (s.side + 1) / 2, outside)


@cache
def near_lips(above: float, below: float, beside: float) -> Points:
    """1 on the lips, falling to 0 at these distances (cm) from the red; the inside follows as BAG_NEAR says."""
    s = skin()
    x, z = s.points[:, 0], s.points[:, 2]
    out = np.maximum(np.abs(x) - 2.98, 0.0)
    off = z - meeting_line(x)
    over = np.maximum(np.abs(off) - lip_height(np.clip(x / 2.98, -1, 1), np.sign(off)), 0.0)
    away = np.hypot(out / beside, over / np.where(off > 0, above, below))
    ahead = smoothstep(2.0, 4.0, -s.points[:, 1])
    near = np.where(s.mouth_loop >= BORDER, 1.0, (1.0 - smoothstep(0.0, 1.0, away)) * ahead)
    for loop, share in BAG_NEAR.items():
        near[s.mouth_loop == loop] = share
    return near


@cache
def jaw_share() -> Points:
    """How much of the jaw's turn each vertex takes, 0..1."""
    s = skin()
    x, ahead, z = s.points[:, 0], -s.points[:, 1], s.points[:, 2]
    level = -5.9 + 2.9 * smoothstep(2.7, 7.5, np.abs(x))
    field = smoothstep(level + 1.5, level - 1.9, z)
    field = field * smoothstep(-1.5, 3.0, ahead) * (1.0 - smoothstep(12.0, 14.8, s.down))
    lips = CORNER_SHARE * np.abs(s.across) ** 3 + bump(s.across, 0.6) * (1.0 - upper_share())
    blend = np.where(s.mouth_loop >= BORDER, 1.0, near_lips(1.5, 1.9, 2.2))
    return field + (lips - field) * blend


def _jaw_shapes() -> Shapes:
    s = skin()
    share = jaw_share()[:, None]
    opened = jaw_turned(s.points) * share
    opened[:, 0] -= 0.10 * s.points[:, 0] * near_lips(2.0, 2.2, 2.4)
    made = {"jawOpen": opened, "mouthClose": _closing(opened)}
    for name, move in (("jawForward", (0.0, 0.75, 0.05)), ("jawLeft", (0.8, 0.0, 0.0)), ("jawRight", (-0.8, 0.0, 0.0))):
        made[name] = vectors(*move)[None, :] * share
    return made


def _closing(opened: Points) -> Points:
    """mouthClose: both lips to one place between where jawOpen leaves them; the chin stays down."""
    half = MOUTH.half
    margin = skin().mouth[MARGIN]
    upper = opened[margin[: half + 1]]
    lower = opened[np.concatenate([margin[:1], margin[: half - 1 : -1]])]
    # in height they meet about half-way; the upper lip must not be drawn back onto its teeth
    place = upper + (lower - upper) * (0.5, 0.12, 0.45)
    t = across_loop(half)[: half + 1]
    across, share = skin().across, upper_share()[:, None]
    moves = [np.stack([np.interp(across, t, (place - lip)[:, i]) for i in range(3)], axis=-1) for lip in (upper, lower)]
    return (share * moves[0] + (1.0 - share) * moves[1]) * near_lips(1.7, 2.9, 2.0)[:, None]


def _mouth_shapes() -> Shapes:
    """The shapes of both sides at once."""
    x = skin().points[:, 0]
    near = near_lips(1.9, 2.6, 3.4)
    round_lips = bump(skin().across, 0.5) * near
    pucker = _slid(-0.44 * x * near, 0.0) + vectors(0.0, (0.35 + 0.25 * round_lips) * near, 0.0) + _fuller(0.15)
    funnel = (
        _slid(-0.28 * x * near, 0.0)
        + vectors(0.0, (0.35 + 0.2 * round_lips) * near, 0.0)
        + _opening(0.30, 0.48)
        + _flared()
    )
    shrug = _opening(0.25, -0.40) + vectors(0.0, 0.06 * round_lips * (1 - upper_share()), 0.0) + _chin(0.45)
    return {
        "mouthPucker": pucker,
        "mouthFunnel": funnel,
        "mouthRollUpper": _section(ROLL_UPPER, {}),
        "mouthRollLower": _section({}, ROLL_LOWER),
        "mouthShrugLower": shrug,
        "mouthShrugUpper": _opening(0.14, -0.14) + vectors(0.0, (0.1 + 0.25 * upper_share()) * round_lips, 0.0),
        "mouthLeft": _slid(0.95 * near_lips(1.9, 2.4, 3.0), 0.0),
        "mouthRight": _slid(-0.95 * near_lips(1.9, 2.4, 3.0), 0.0),
        "tongueOut": _opening(0.10, 0.46),
    }


def _mouth_side(sign: float) -> Shapes:
    """The shapes of one side of the mouth (sign 1 left)."""
    corner = _corner(sign)
    half = smoothstep(-1.3, 1.3, sign * skin().points[:, 0])
    cheek = _lift(4.3, -3.0, 1.5, 1.3, sign, (0.1, 0.22, 0.35))
    return {
        "mouthSmile": _slid(sign * 0.6 * corner, 0.72 * corner) + cheek,
        "mouthFrown": _slid(sign * 0.12 * corner, -0.62 * corner),
        "mouthDimple": _slid(sign * 0.45 * corner, 0.08 * corner) + vectors(0.0, -0.22 * corner, 0.0),
        "mouthStretch": _slid(sign * 0.78 * corner, -0.16 * corner) + _section(PRESS, PRESS, half * 0.35),
        "mouthPress": _slid(sign * 0.14 * corner, 0.06 * corner) + _section(PRESS, PRESS, half),
        "mouthUpperUp": _opening(0.62, 0.0, half),
        "mouthLowerDown": _opening(0.0, 0.75, half),
        "noseSneer": _lift(1.0, -2.8, 0.8, 0.9, sign, (0.05, 0.08, 0.36)),
        "cheekSquint": _lift(3.9, -2.0, 1.7, 0.9, sign, (0.0, 0.18, 0.42)) + _lids(sign, 0.0, 0.22),
    }


def _eye_side(sign: float) -> Shapes:
    return {
        "eyeBlink": _lids(sign, 0.96, 0.04),
        "eyeSquint": _lids(sign, 0.16, 0.34) + _lift(3.4, -1.6, 1.5, 0.6, sign, (0.0, 0.06, 0.15)),
        "eyeWide": _lids(sign, -0.22, -0.08),
        "eyeLookUp": _lids(sign, -0.14, 0.08),
        "eyeLookDown": _lids(sign, 0.34, -0.14),
        "eyeLookIn": _lids(sign, 0.02, 0.0),
        "eyeLookOut": _lids(sign, 0.02, 0.0),
    }


def _brow_side(sign: float) -> Shapes:
    return {
        "browDown": _lift(2.6, 3.0, 2.0, 1.1, sign, (-0.18, 0.1, -0.55)),
        "browOuterUp": _lift(4.7, 3.0, 1.5, 1.4, sign, (0.0, 0.0, 0.8)),
    }


def _corner(sign: float) -> Points:
    """1 at one corner of the mouth, falling toward the middle of the lips and into the cheek."""
    outward = np.clip(sign * skin().points[:, 0] / 2.72, 0.0, 1.0)
    return outward**1.8 * near_lips(2.0, 2.2, 3.0)


def _slid(across: Points | float, up: Points | float) -> Points:
    """A move of (across, up) cm that follows the face's curve forward and back."""
    s = skin()
    move = vectors(across, 0.0, np.broadcast_to(up, len(s.points)))
    moved = np.abs(move).sum(axis=1) > 1e-6
    # the inside and the nose's relief would jump: follow the curve at the height of the mouth
    x, z = s.points[moved, 0], meeting_line(s.points[moved, 0])
    move[moved, 1] = reach(x, z) - reach(x + move[moved, 0], z + move[moved, 2])
    return move


def _opening(upper: float, lower: float, weight: Points | float = 1.0) -> Points:
    """The upper lip raised and the lower lip lowered by so many cm at the middle, nothing at the corners."""
    s = skin()
    profile = bump(s.across, 0.8) * near_lips(1.45, 1.9, 1.2) * weight
    share = upper_share()
    return vectors(0.0, 0.06 * profile, profile * (share * upper - (1.0 - share) * lower))


def _section(
    upper: dict[int, tuple[float, float]], lower: dict[int, tuple[float, float]], weight: Points | float = 1.0
) -> Points:
    """Each lip loop moved forward and toward the meeting line as the tables say, fading to the corners."""
    s = skin()
    move = np.zeros_like(s.points)
    profile = bump(s.across, 0.45) * weight
    for table, side in ((upper, 1.0), (lower, -1.0)):
        for loop, (forward, inward) in table.items():
            here = (s.mouth_loop == loop) & (s.side == side)
            move[here] = (vectors(0.0, forward, -side * inward) * profile[:, None])[here]
    return move + _dragged(upper, lower, profile)


def _dragged(upper: dict[int, tuple[float, float]], lower: dict[int, tuple[float, float]], profile: Points) -> Points:
    """The skin around follows the edge of the red."""
    s = skin()
    share = upper_share()
    follow = np.where(s.mouth_loop == 0, near_lips(0.9, 1.2, 0.8) * profile, 0.0)
    (ahead_up, in_up), (ahead_low, in_low) = upper.get(BORDER, (0.0, 0.0)), lower.get(BORDER, (0.0, 0.0))
    forward = share * ahead_up + (1 - share) * ahead_low
    up = -share * in_up + (1 - share) * in_low
    return vectors(0.0, 0.8 * follow * forward, 0.8 * follow * up)


def _fuller(amount: float) -> Points:
    """The red of both lips swelling forward."""
    s = skin()
    swell = np.select([s.mouth_loop == loop for loop in (5, 6, 7)], [1.0, 1.0, 0.5], 0.0)
    return vectors(0.0, amount * swell * bump(s.across, 0.5), 0.0)


def _flared() -> Points:
    """The lips turned out as for a trumpet: what is near the opening comes forward, the red grows taller."""
    s = skin()
    forward = np.select([s.mouth_loop == loop for loop in (5, 6, 7, 8)], [0.2, 0.34, 0.34, 0.2], 0.0)
    return vectors(0.0, forward * bump(s.across, 0.5), 0.0)


def _chin(amount: float) -> Points:
    x, z = skin().points[:, 0], skin().points[:, 2]
    profile = np.exp(-((x / 1.7) ** 2) - ((z + 8.7) / 0.9) ** 2) * smoothstep(3.0, 5.0, -skin().points[:, 1])
    return vectors(0.0, 0.25 * amount * profile, amount * profile)


def _lift(
    x: float, z: float, spread_x: float, spread_z: float, sign: float, move: tuple[float, float, float]
) -> Points:
    """A soft move (outward, forward, up) around (x, z) of one side's face, off the lips and lids' own loops."""
    s = skin()
    outward = sign * s.points[:, 0]
    profile = np.exp(-(((outward - x) / spread_x) ** 2) - ((s.points[:, 2] - z) / spread_z) ** 2)
    profile *= smoothstep(1.0, 4.0, -s.points[:, 1]) * np.where(
        s.mouth_loop >= BORDER, 0.0, 1.0 - near_lips(0.5, 0.5, 0.5)
    )
    profile[np.concatenate([loops[FOLD + 1 :].ravel() for loops in s.topology.loops[1:]])] = 0.0
    return vectors(sign * move[0] * profile, move[1] * profile, move[2] * profile)


def _cheek_puff() -> Points:
    x, z, ahead = skin().points[:, 0], skin().points[:, 2], -skin().points[:, 1]
    profile = np.exp(-(((np.abs(x) - 5.2) / 1.9) ** 2) - ((z + 5.2) / 1.7) ** 2) * smoothstep(0.0, 3.0, ahead)
    lips = 0.18 * near_lips(1.5, 1.5, 2.0)
    return vectors(0.75 * np.sign(x) * profile, 0.6 * profile + lips, 0.0)


def _lids(sign: float, upper: float, lower: float) -> Points:
    """The lids closing by these shares of the opening (negative: opening wider), on the lids' sphere."""
    s = skin()
    loops = s.topology.loops[1 if sign > 0 else 2]
    move = np.zeros_like(s.points)
    t, side = across_loop(loops.shape[1] // 2) * sign, loop_side(loops.shape[1] // 2)
    share = np.where(side > 0, upper, lower) * np.abs(side)
    _, goal_up = lid_edge(t, -side, 1.0)  # the other lid's edge
    for loop, follow in LID_FOLLOW.items():
        azimuth, elevation = lid_edge(t, side, LID_LOOPS[loop])
        # elsewhere than at the edge the loops keep their order: the fold ends above the edge
        rest = (LID_LOOPS[loop] - 1.0) * 0.35 * (elevation - goal_up)
        x, z = lid_xz(azimuth, elevation + share * follow * (goal_up + rest - elevation), sign)
        now = np.stack([x, -lid_reach(x, z, sign) - 0.05 * np.abs(share) * follow, z], axis=-1)
        move[loops[loop]] = now - s.points[loops[loop]]
    move[loops[LID_INSIDE]] = move[loops[LID_EDGE]] * 0.95
    for loop, follow in ((3, 0.45), (2, 0.15)):
        move[loops[loop]] = follow * move[loops[FOLD]]
    return move
