"""Keys on shape keys: the only place that writes, cuts or keeps animation curves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import bpy
import numpy as np
from numpy.typing import NDArray

from . import compat
from .points import NEAR, Points, cut, joined, keys_between, spoken

ACTION_NAME = "Lockstep {0}"
BACKUP_NAME = "Lockstep backup {0} {1}"
STILL = 1e-4  # of a shape key: less is no movement
LONGEST_PART = 26  # bytes of a character's name in an action's name, which holds 63 in the oldest Blender

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """The keys of one shape key for one sound, all [k].

    `frames` ascending, `values`, `slopes` per frame; `stepped` holds each value until the next key.
    No keys at all put the shape key at rest for the whole range.
    """

    frames: Floats
    values: Floats
    slopes: Floats
    stepped: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """What one Key data-block (the shape keys of one mesh) shall speak: a line for each shape key by its name."""

    key: bpy.types.Key
    lines: Mapping[str, Line]


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: keys and curves; the actions' names; the name of the action that keeps what was replaced."""

    keys: int
    curves: int
    actions: tuple[str, ...]
    backup: str


def path_of(name: str) -> str:
    """The data path of a shape key's value."""
    return f'key_blocks["{bpy.utils.escape_identifier(name)}"].value'


def curve_of(key: bpy.types.Key, name: str) -> Any:
    """The fcurve that animates shape key `name`, or None."""
    data = key.animation_data
    if data is None or data.action is None:
        return None
    found = compat.curves(data.action, compat.slot_of(key))
    return None if found is None else found.find(path_of(name), index=0)


def has_driver(key: bpy.types.Key, name: str) -> bool:
    """Whether the value of shape key `name` follows a driver."""
    data = key.animation_data
    return data is not None and data.drivers.find(path_of(name)) is not None


def resting(key: bpy.types.Key, name: str, frame: float) -> float:
    """The value that shape key `name` has without the sound: that of its curve at `frame`, else its own."""
    curve = curve_of(key, name)
    if curve is None or len(curve.keyframe_points) == 0:
        return float(key.key_blocks[name].value)
    return float(curve.evaluate(frame))


def is_still(parts: Iterable[tuple[bpy.types.Key, Iterable[str]]], first: float, last: float) -> bool:
    """Whether none of the named shape keys has a key, or moves, strictly between the frames `first` and `last`."""
    curves = [curve for key, names in parts for name in names if (curve := curve_of(key, name)) is not None]
    return not any(_moves(curve, first, last) for curve in curves if len(curve.keyframe_points))


def _moves(curve: Any, first: float, last: float) -> bool:
    values = [curve.evaluate(first + (last - first) * share) for share in (0.0, 0.5, 1.0)]
    return max(values) - min(values) > STILL or bool(
        keys_between(Points.read(curve.keyframe_points), first, last).any()
    )


def write(parts: Sequence[Part], first: float, last: float, name: str, stamp: str) -> Written:
    """Replace what lies between the frames `first` and `last` by the lines of `parts`, for the character `name`.

    Keys outside the range stay, and so does the shape of the curves there. What is replaced is kept in an action of its
    own, named with `stamp`. A shape key without a line is left alone.
    """
    backup = _keep(parts, first, last, BACKUP_NAME.format(_short(name), stamp))
    _ensure_actions(parts, name)
    keys = curves = 0
    for part, shape, line in _lines(parts):
        count = _write_line(part.key, shape, line, first, last)
        keys += count
        curves += count > 0
    names = tuple(dict.fromkeys(_action(part.key).name for part in parts if _action(part.key) is not None))
    return Written(keys, curves, names, backup)


def _lines(parts: Iterable[Part]) -> Iterator[tuple[Part, str, Line]]:
    for part in parts:
        for shape, line in part.lines.items():
            yield part, shape, line


def _action(key: bpy.types.Key) -> Any:
    return key.animation_data.action if key.animation_data else None


def _write_line(key: bpy.types.Key, shape: str, line: Line, first: float, last: float) -> int:
    """Write one curve; gives the number of its keys inside the range."""
    curve = curve_of(key, shape)
    if curve is None:
        if len(line.frames) == 0:
            return 0
        curves = compat.curves(_action(key), compat.slot_of(key), make=True)
        curve = curves.new(path_of(shape), index=0)
    rest = float(key.key_blocks[shape].value)
    old = Points.read(curve.keyframe_points)
    before, after = cut(old, first, last, rest, curve.evaluate)
    inside = (line.frames > first + NEAR) & (line.frames < last - NEAR)
    own = spoken(
        np.concatenate([[first], line.frames[inside], [last]]),
        np.concatenate([[before.co[-1, 1]], line.values[inside], [after.co[0, 1]]]),
        np.concatenate([[0.0], line.slopes[inside], [0.0]]),
        line.stepped,
    )
    made = joined(before, own, after)
    made.write(curve.keyframe_points)
    curve.update()
    return len(own.co)


def _ensure_actions(parts: Sequence[Part], name: str) -> None:
    """Give every part an action that may be written: its own, a copy where others use it too, or a new one."""
    ours: set[Any] = {part.key for part in parts}
    copies: dict[str, Any] = {}
    for part in parts:
        action = _action(part.key)
        if action is not None and _is_shared(part.key, action, ours):
            if action.name_full not in copies:
                copies[action.name_full] = action.copy()
            slot = compat.twin_slot(copies[action.name_full], compat.slot_of(part.key))
            compat.assign(part.key, copies[action.name_full], slot)
    common = next((_action(part.key) for part in parts if _action(part.key) is not None), None)
    for part in parts:
        common = _ensure_action(part.key, common, name) or common


def _is_shared(key: bpy.types.Key, action: Any, ours: set[Any]) -> bool:
    """Whether writing into `action` would reach beyond the character, or is not possible."""
    return not action.is_editable or bool(compat.animated_by(action, compat.slot_of(key)) - ours)


def _ensure_action(key: bpy.types.Key, common: Any, name: str) -> Any:
    """Give `key` an action and a slot; gives the action where slots let the next key share it."""
    action = _action(key)
    if action is None:
        share = compat.has_slots() and common is not None
        action = common if share else bpy.data.actions.new(ACTION_NAME.format(_short(name)))
        compat.assign(key, action, compat.new_slot(action, key.name))
        _let_tracks_speak(key)
    elif compat.has_slots() and compat.slot_of(key) is None:
        compat.assign(key, action, compat.new_slot(action, key.name))
    return action if compat.has_slots() else None


def _let_tracks_speak(key: bpy.types.Key) -> None:
    """Where the NLA animates the face already, a new action rules only as long as its own keys reach."""
    data = key.animation_data
    if data is not None and any(len(track.strips) for track in data.nla_tracks):
        data.action_extrapolation = "NOTHING"


def _keep(parts: Sequence[Part], first: float, last: float, label: str) -> str:
    """Keep what the range holds in an action with a fake user; gives its name, '' where there was nothing."""
    kept = [(part.key, shape, points) for part, shape, points in _replaced(parts, first, last)]
    action: Any = None
    slots: dict[Any, Any] = {}
    name = ""
    for key, shape, points in kept:
        if action is None or (key not in slots and not compat.has_slots()):
            action = bpy.data.actions.new(label)
            action.use_fake_user = True
            name = name or action.name
        if key not in slots:
            slots[key] = compat.new_slot(action, key.name)
        curve = compat.curves(action, slots[key], make=True).new(path_of(shape), index=0)
        points.write(curve.keyframe_points)
        curve.update()
    return name


def _replaced(parts: Iterable[Part], first: float, last: float) -> Iterator[tuple[Part, str, Points]]:
    """The curves that will lose keys: the keys inside the range, with the neighbour on each side that shapes them."""
    for part, shape, _ in _lines(parts):
        curve = curve_of(part.key, shape)
        if curve is None:
            continue
        old = Points.read(curve.keyframe_points)
        lost = np.flatnonzero(keys_between(old, first, last))
        if len(lost):
            yield part, shape, old.at(slice(max(0, int(lost[0]) - 1), int(lost[-1]) + 2))


def _short(name: str) -> str:
    """`name` cut to what the oldest Blender takes beside the rest, whole letters kept."""
    return name.encode("utf-8")[:LONGEST_PART].decode("utf-8", errors="ignore")


def at_rest() -> Line:
    """A line without keys."""
    none: Floats = np.zeros(0)
    return Line(none, none, none)
