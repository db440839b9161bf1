"""The keys of one curve as arrays: read and written at one go, cut at a frame, joined."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Any

import bpy
import numpy as np
from numpy.typing import NDArray

from ...engine.edits.keys import EASINGS, HANDLES, INTERPOLATIONS, TYPES, CurveKeys

NEAR = 1e-3  # frames within which two keys stand on the same frame
APART = 0.01  # frames between keys that would stand on one frame
STEP = 1.0  # frames between the keys that stand for an easing that cannot be cut

Floats = NDArray[np.float32]
Integers = NDArray[np.int32]
Evaluate = Callable[[float], float]
To = Callable[[NDArray[np.float64]], NDArray[np.float64]]
LOOSE = 1e-2  # frames within which two handles point alike
SAME = 1e-4  # of a value
OWN_HANDLES = ("AUTO", "AUTO_CLAMPED", "VECTOR")  # kinds of handle that Blender places itself


def _code(prop: str, item: str) -> int:
    return int(bpy.types.Keyframe.bl_rna.properties[prop].enum_items[item].value)  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """Keys [n] of one curve, in order; places are [n, 2] (frame, value), kinds are Blender's own numbers."""

    co: Floats
    handle_left: Floats
    handle_right: Floats
    handle_left_type: Integers
    handle_right_type: Integers
    interpolation: Integers
    easing: Integers
    type: Integers
    back: Floats
    amplitude: Floats
    period: Floats

    @classmethod
    def read(cls, keys: Any) -> Points:
        """The keys of `fcurve.keyframe_points`."""
        count = len(keys)
        found: dict[str, NDArray[Any]] = {}
        for name, kind, width in _columns():
            values: NDArray[Any] = np.zeros(count * width, kind)
            keys.foreach_get(name, values)
            found[name] = values.reshape(count, width) if width > 1 else values
        return cls(**found)

    def write(self, keys: Any) -> None:
        """Make these the keys of `fcurve.keyframe_points`."""
        keys.clear()
        keys.add(len(self.co))
        for name, _, _ in _columns():
            keys.foreach_set(name, np.ascontiguousarray(getattr(self, name)).ravel())

    def at(self, chosen: Any) -> Points:
        """Some of the keys: a slice, a mask or indices."""
        return Points(**{name: getattr(self, name)[chosen].copy() for name, _, _ in _columns()})


def no_points() -> Points:
    """No keys."""
    return spoken(np.zeros(0), np.zeros(0), np.zeros(0), False)


# Keys of the engine


def _numbers(prop: str, names: Sequence[str]) -> Integers:
    """Blender's number of each name; the first one's for a name that this Blender does not know."""
    known = bpy.types.Keyframe.bl_rna.properties[prop].enum_items  # type: ignore[attr-defined]
    return np.array([known[name if name in known else names[0]].value for name in names], np.int32)


KINDS = {
    "left_type": ("handle_left_type", HANDLES),
    "right_type": ("handle_right_type", HANDLES),
    "interpolation": ("interpolation", INTERPOLATIONS),
    "easing": ("easing", EASINGS),
    "type": ("type", TYPES),
}
REALS = ("back", "amplitude", "period")


def to_keys(points: Points, seconds: To) -> CurveKeys:
    """The keys as the engine has them; `seconds` gives the take's seconds of the points' frames."""
    codes: dict[str, Any] = {
        name: _code_of(getattr(points, prop), prop, names) for name, (prop, names) in KINDS.items()
    }
    reals = {name: getattr(points, name).astype(np.float64) for name in REALS}
    reals["period"] *= _pace(seconds)
    co, left, right = (_mapped(places, seconds) for places in (points.co, points.handle_left, points.handle_right))
    return CurveKeys(times=co[:, 0], values=co[:, 1], left=left, right=right, **codes, **reals)


def _code_of(numbers: Integers, prop: str, names: Sequence[str]) -> NDArray[np.int8]:
    known = _numbers(prop, names)
    table = np.zeros(int(max(known.max(), numbers.max(initial=0))) + 1, np.int8)
    for code in reversed(range(len(names))):
        table[known[code]] = code
    return table[numbers]


def _mapped(places: NDArray[Any], to: To) -> NDArray[np.float64]:
    made = places.astype(np.float64)
    made[:, 0] = to(made[:, 0])
    return made


def _pace(to: To) -> float:
    """How long one unit of time is after `to`."""
    start, end = to(np.array([0.0, 1.0]))
    return float(end - start)


def from_keys(keys: CurveKeys, frames: To) -> Points:
    """The keys as Blender has them; `frames` gives the frames of the take's seconds."""
    kinds = {prop: _numbers(prop, names)[getattr(keys, name)] for name, (prop, names) in KINDS.items()}
    places = np.stack([keys.times, keys.values], axis=1)
    co, left, right = (_mapped(one, frames).astype(np.float32) for one in (places, keys.left, keys.right))
    reals = {name: getattr(keys, name).astype(np.float32) for name in REALS}
    reals["period"] *= np.float32(_pace(frames))
    return Points(co=co, handle_left=left, handle_right=right, **kinds, **reals)


def retimed(points: Points, to: To) -> Points:
    """The same keys on other frames, their handles on the frames that `to` gives for theirs."""
    made = points.at(slice(None))
    for places in (made.co, made.handle_left, made.handle_right):
        places[:, 0] = to(places[:, 0].astype(np.float64))
    return made


def moved(points: Points, frames: NDArray[Any]) -> Points:
    """The same keys on `frames` [n], their handles with them."""
    made = points.at(slice(None))
    shift = frames - points.co[:, 0]
    for places in (made.co, made.handle_left, made.handle_right):
        places[:, 0] += shift
    return made


def merged(*parts: Points) -> tuple[Points, NDArray[np.intp]]:
    """All keys of several curves in order of time, and for each which one of all it was.

    Where two fall on one frame, the later part's is put a little after it: none is lost.
    """
    whole = Points(**{name: np.concatenate([getattr(part, name) for part in parts]) for name, _, _ in _columns()})
    order = np.argsort(whole.co[:, 0], kind="stable")
    whole = whole.at(order)
    frames = whole.co[:, 0].astype(np.float64)
    for index in np.flatnonzero(np.diff(frames) < APART / 2.0) + 1:
        frames[index] = max(frames[index], frames[index - 1] + APART)
    if np.any(frames != whole.co[:, 0]):
        whole = moved(whole, frames)
    return whole, order


def alike(one: Points, other: Points) -> bool:
    """Whether two curves have the same keys, but for rounding; handles that Blender places itself are not looked at."""
    if len(one.co) != len(other.co):
        return False
    if np.any(np.abs(one.co - other.co) > (NEAR, SAME)):
        return False
    if any(np.any(getattr(one, prop) != getattr(other, prop)) for prop, _ in KINDS.values()):
        return False
    own = [_code("handle_left_type", name) for name in OWN_HANDLES]
    for places in ("handle_left", "handle_right"):
        free = ~np.isin(getattr(one, f"{places}_type"), own)
        away = np.abs((getattr(one, places) - one.co) - (getattr(other, places) - other.co))
        if np.any(away[free] > (LOOSE, SAME)):
            return False
    return all(np.allclose(getattr(one, name), getattr(other, name), atol=SAME) for name in REALS)


def _columns() -> Sequence[tuple[str, type, int]]:
    places, reals = ("co", "handle_left", "handle_right"), ("back", "amplitude", "period")
    return [
        (f.name, np.float32 if f.name in places + reals else np.int32, 2 if f.name in places else 1)
        for f in fields(Points)
    ]


def joined(*parts: Points) -> Points:
    """Keys one part after another; where two parts meet on a frame, the later part's key continues the earlier one's.

    Such a key arrives as in the earlier part and leaves as in the later one.
    """
    whole = parts[0]
    for part in parts[1:]:
        if len(whole.co) and len(part.co) and abs(whole.co[-1, 0] - part.co[0, 0]) <= NEAR:
            part.handle_left[0] = whole.handle_left[-1]
            part.handle_left_type[0] = whole.handle_left_type[-1]
            whole = whole.at(slice(0, -1))
        whole = Points(
            **{name: np.concatenate([getattr(whole, name), getattr(part, name)]) for name, _, _ in _columns()}
        )
    return whole


def keys_between(points: Points, first: float, last: float) -> NDArray[np.bool_]:
    """Which keys lie strictly between two frames."""
    frames = points.co[:, 0]
    return (frames > first + NEAR) & (frames < last - NEAR)


def spoken(
    frames: NDArray[np.float64], values: NDArray[np.float64], slopes: NDArray[np.float64], stepped: bool
) -> Points:
    """Keys of a cubic Hermite curve: a Bezier whose free handles stand a third of the way to the neighbour.

    `frames` ascending, `values`, `slopes` per frame, all [n]. `stepped`: each value is held until the next key.
    """
    count = len(frames)
    gaps = np.diff(frames)
    left = np.concatenate([gaps[:1], gaps]) / 3.0 if count > 1 else np.full(count, 1.0 / 3.0)
    right = np.concatenate([gaps, gaps[-1:]]) / 3.0 if count > 1 else np.full(count, 1.0 / 3.0)
    return Points(
        co=_places(frames, values),
        handle_left=_places(frames - left, values - slopes * left),
        handle_right=_places(frames + right, values + slopes * right),
        handle_left_type=_filled(count, "handle_left_type", "FREE"),
        handle_right_type=_filled(count, "handle_right_type", "FREE"),
        interpolation=_filled(count, "interpolation", "CONSTANT" if stepped else "BEZIER"),
        easing=_filled(count, "easing", "AUTO"),
        type=_filled(count, "type", "KEYFRAME"),
        back=np.full(count, 1.70158, np.float32),
        amplitude=np.zeros(count, np.float32),
        period=np.zeros(count, np.float32),
    )


def _places(frames: NDArray[Any], values: NDArray[Any]) -> Floats:
    return np.stack([frames, values], axis=1).astype(np.float32)


def _filled(count: int, prop: str, item: str) -> Integers:
    return np.full(count, _code(prop, item), np.int32)


def cut(points: Points, first: float, last: float, rest: float, evaluate: Evaluate) -> tuple[Points, Points]:
    """What of a curve lies before `first` and after `last`, each closed by a key on that frame.

    The curve runs outside as it ran before: Bezier stretches are split exactly (de Casteljau), other easings that cross
    the border are keyed every frame. `rest` is the value of a curve without keys.
    """
    if len(points.co) == 0:
        return _single(first, rest), _single(last, rest)
    frames = points.co[:, 0]
    upto = points.at(frames <= first + NEAR)
    beyond = points.at(frames >= last - NEAR)
    head = _closing(points, upto, first, evaluate)
    tail = _opening(points, beyond, last, evaluate)
    return head, tail


def _single(frame: float, value: float) -> Points:
    return spoken(np.array([frame]), np.array([value]), np.zeros(1), False)


def _closing(points: Points, upto: Points, frame: float, evaluate: Evaluate) -> Points:
    """`upto`, the keys up to `frame`, ended by a key on it."""
    count = len(upto.co)
    if count and abs(upto.co[-1, 0] - frame) <= NEAR:
        return _freed(upto, -1)
    upto = _freed(upto, -1)
    if count == 0:
        return _single(frame, evaluate(frame))
    if count == len(points.co):
        upto.interpolation[-1] = _code("interpolation", "LINEAR")  # as the curve ran on beyond its last key
        return joined(upto, _single(frame, evaluate(frame)))
    kind = upto.interpolation[-1]
    if kind == _code("interpolation", "BEZIER"):
        before, _ = _split(points, count - 1, frame)
        upto.handle_right[-1] = before[1]
        end = _single(frame, float(before[3][1]))
        end.handle_left[0] = before[2]
        return joined(upto, end)
    if kind in (_code("interpolation", "CONSTANT"), _code("interpolation", "LINEAR")):
        return joined(upto, _single(frame, evaluate(frame)))
    upto.interpolation[-1] = _code("interpolation", "LINEAR")
    return joined(upto, _baked(float(upto.co[-1, 0]) + STEP, frame, evaluate))


def _opening(points: Points, beyond: Points, frame: float, evaluate: Evaluate) -> Points:
    """`beyond`, the keys from `frame` on, begun by a key on it."""
    count = len(beyond.co)
    if count and abs(beyond.co[0, 0] - frame) <= NEAR:
        return _freed(beyond, 0)
    beyond = _freed(beyond, 0)
    if count == 0:
        return _single(frame, evaluate(frame))
    if count == len(points.co):
        start = _single(frame, evaluate(frame))
        start.interpolation[0] = _code("interpolation", "LINEAR")
        return joined(start, beyond)
    at = len(points.co) - count - 1  # the key before the border
    kind = points.interpolation[at]
    if kind == _code("interpolation", "BEZIER"):
        _, after = _split(points, at, frame)
        start = _single(frame, float(after[0][1]))
        start.handle_right[0] = after[1]
        beyond.handle_left[0] = after[2]
        return joined(start, beyond)
    if kind in (_code("interpolation", "CONSTANT"), _code("interpolation", "LINEAR")):
        start = _single(frame, evaluate(frame))
        start.interpolation[0] = kind
        return joined(start, beyond)
    return joined(_baked(frame, float(beyond.co[0, 0]) - STEP / 2, evaluate), beyond)


def _freed(points: Points, index: int) -> Points:
    """The same keys, the handles of one of them free: automatic ones would move with their new neighbour."""
    if len(points.co):
        points.handle_left_type[index] = _code("handle_left_type", "FREE")
        points.handle_right_type[index] = _code("handle_right_type", "FREE")
    return points


def _baked(start: float, end: float, evaluate: Evaluate) -> Points:
    """Linear keys each frame from `start`, and one on `end`."""
    frames = np.append(np.arange(start, end - NEAR, STEP), end)
    made = spoken(frames, np.array([evaluate(float(frame)) for frame in frames]), np.zeros(len(frames)), False)
    made.interpolation[:] = _code("interpolation", "LINEAR")
    return made


def _split(points: Points, at: int, frame: float) -> tuple[list[Floats], list[Floats]]:
    """The Bezier stretch from key `at` to the next one, split at `frame`: two lists of four places."""
    p0, p3 = (points.co[at + k].astype(np.float64) for k in (0, 1))
    p1, p2 = points.handle_right[at].astype(np.float64), points.handle_left[at + 1].astype(np.float64)
    p1, p2 = _shortened(p0, p1, p2, p3)
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _bezier(p0, p1, p2, p3, middle)[0] < frame else (low, middle)
    t = (low + high) / 2
    a, b, c = (p + (q - p) * t for p, q in ((p0, p1), (p1, p2), (p2, p3)))
    d, e = a + (b - a) * t, b + (c - b) * t
    f = d + (e - d) * t
    f[0] = frame
    return [p0, a, d, f], [f, e, c, p3]


def _shortened(p0: Any, p1: Any, p2: Any, p3: Any) -> tuple[Any, Any]:
    """Handles as Blender evaluates them: none reaches beyond the neighbouring key."""
    length, left, right = p3[0] - p0[0], abs(p1[0] - p0[0]), abs(p3[0] - p2[0])
    if left > length:
        p1 = p0 + (p1 - p0) * (length / left)
    if right > length:
        p2 = p3 + (p2 - p3) * (length / right)
    return p1, p2


def _bezier(p0: Any, p1: Any, p2: Any, p3: Any, t: float) -> Any:
    s = 1.0 - t
    return p0 * s**3 + 3 * p1 * s * s * t + 3 * p2 * s * t * t + p3 * t**3
