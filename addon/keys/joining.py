"""One curve made anew around a line: what lies outside, the keys at the line's edges, what the line lays between."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .keying import Line
from .points import NEAR, Evaluate, Points, cut, joined, moved, no_points, spoken

LEAST_ROOM = 0.1  # of its surroundings is what a line leaves them when it grows over them

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Edges:
    """Where a line begins and ends on one curve, in scene frames.

    `old`: as it stands (None: it was not there); `room`: how far the old line's surroundings go, whose keys are edits;
    `new`: as it will be written, the old line's frames included where the two meet; `sound`: its own alone. `shared`:
    whether another line begins, or ends, where the old one did.
    """

    old: tuple[float, float] | None
    room: tuple[float, float]
    new: tuple[float, float]
    sound: tuple[float, float]
    shared: tuple[bool, bool] = (False, False)


@dataclass(frozen=True, slots=True, eq=False)
class Outside:
    """What of a curve stays: keys `before` and `after` the line, each closed by a key at the line's edge.

    `carried`: whether the closing keys are those of the line as it stood, on other frames or the same.
    """

    before: Points
    after: Points
    carried: tuple[bool, bool] = (False, False)

    @property
    def edges(self) -> tuple[float, float]:
        """The frames of the closing keys."""
        return float(self.before.co[-1, 0]), float(self.after.co[0, 0])


def outside(points: Points, edges: Edges, rest: float, evaluate: Evaluate) -> Outside:
    """What lies outside a line, once the old line and the edits around it are taken away.

    `rest` is the value of a curve without keys. Where the artist's keys hang on an edge of the line that moves, the
    value at that edge goes along; elsewhere the curve keeps its shape outside exactly.
    """
    if edges.old is None:
        return Outside(*cut(points, *edges.new, rest, evaluate))
    before, after = cut(points, *edges.old, rest, evaluate)
    if edges.old[1] <= edges.new[0] + NEAR or edges.new[1] <= edges.old[0] + NEAR:
        whole = joined(_thinned(before, edges, last=True), _thinned(after, edges, last=False))
        return Outside(*cut(_without_bare_edges(whole, edges), *edges.new, rest, evaluate))
    left, left_carried = _side(points, edges, before, False, rest, evaluate)
    right, right_carried = _side(points, edges, after, True, rest, evaluate)
    return Outside(left, right, (left_carried, right_carried))


def _side(
    points: Points, edges: Edges, part: Points, right: bool, rest: float, evaluate: Evaluate
) -> tuple[Points, bool]:
    """One side of a line that stays about where it was: `part` is what lies there, closed at the old edge."""
    assert edges.old is not None
    at = 0 if right else len(part.co) - 1
    shorter = (edges.old[right] - edges.sound[right]) * (1 if right else -1) > NEAR and not edges.shared[right]
    if len(part.co) == 1 or np.any(_hanging(part, edges, at)) or (shorter and _is_still(part, right)):
        thinned = _thinned(part, edges, last=not right)
        frames = thinned.co[:, 0].astype(np.float64)
        at = 0 if right else len(frames) - 1
        frames[at] = edges.sound[right]
        return _kept_in_order(moved(thinned, frames), at), True
    if abs(edges.new[right] - edges.old[right]) <= NEAR:
        return part, True
    return cut(points, *edges.new, rest, evaluate)[right], False


def _is_still(part: Points, right: bool) -> bool:
    """Whether a part keeps one value from its closing key to the next: that key may then move within it."""
    inner, outer = (0, 1) if right else (-1, -2)
    facing = (
        (part.handle_right[inner], part.handle_left[outer])
        if right
        else (part.handle_left[inner], part.handle_right[outer])
    )
    values = [part.co[inner, 1], part.co[outer, 1], *(handle[1] for handle in facing)]
    return bool(np.ptp(values) <= 1e-6)


def _hanging(part: Points, edges: Edges, closing: int) -> Mask:
    """The artist's keys in the old line's surroundings, the closing key left out."""
    frames = part.co[:, 0]
    found: Mask = (frames >= edges.room[0] - NEAR) & (frames <= edges.room[1] + NEAR)
    found[closing] = False
    return found


def _thinned(part: Points, edges: Edges, last: bool) -> Points:
    """A part without the keys that hang on the line: those are edits, and laid."""
    return part.at(~_hanging(part, edges, len(part.co) - 1 if last else 0))


def _kept_in_order(part: Points, closing: int) -> Points:
    """A part without the keys that its moved closing key has passed."""
    frames = part.co[:, 0]
    if closing:
        return part.at((frames < frames[closing] - NEAR) | (np.arange(len(frames)) == closing))
    return part.at((frames > frames[closing] + NEAR) | (np.arange(len(frames)) == closing))


def _without_bare_edges(points: Points, edges: Edges) -> Points:
    """A curve that a line has left without the keys at its edges, where those are all that there is."""
    assert edges.old is not None
    frames = points.co[:, 0]
    bare = (np.abs(frames - edges.old[0]) <= NEAR) | (np.abs(frames - edges.old[1]) <= NEAR)
    flat = float(np.ptp(points.co[:, 1])) <= 1e-6
    return no_points() if bool(np.all(bare)) and flat else points


def between(kept: Outside, line: Line) -> Points:
    """The keys of a line from edge to edge: the closing keys, and the line's own strictly between them."""
    first, last = kept.edges
    inside = (line.frames > first + NEAR) & (line.frames < last - NEAR)
    own = spoken(
        np.concatenate([[first], line.frames[inside], [last]]),
        np.concatenate([[kept.before.co[-1, 1]], line.values[inside], [kept.after.co[0, 1]]]),
        np.concatenate([[0.0], line.slopes[inside], [0.0]]),
        line.stepped,
    )
    begin = len(kept.before.co) - 1
    return joined(kept.before, own, kept.after).at(slice(begin, begin + len(own.co)))


def with_values(keys: Points, at: int, value: float) -> Points:
    """The keys with another value in one of them, its handles moved along."""
    made = keys.at(slice(None))
    rise = np.float32(value) - made.co[at, 1]
    for places in (made.co, made.handle_left, made.handle_right):
        places[at, 1] += rise
    return made


def squeezed(frame: float, edge: float, far: float, room: float, right: bool) -> float:
    """A frame outside a line's edge where its surroundings, `room` frames long at home, end at the frame `far`.

    Monotone: the edge stays, the end of the surroundings comes to `far`.
    """
    if room <= 0.0:
        return frame
    left = (far - edge) if right else (edge - far)
    share = max(left / room, LEAST_ROOM)
    away = abs(frame - edge)
    return edge + (min(away, room) * share + max(0.0, away - room)) * (1.0 if right else -1.0)
