"""Keys on shape keys: the only place that writes, cuts or keeps animation curves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import bpy
import numpy as np
from numpy.typing import NDArray

from .. import compat
from . import tracks
from .points import NEAR, Points, cut, joined, keys_between, spoken
from .tracks import Layer

ACTION_NAME = "Lockstep {0}"
BACKUP_NAME = "Lockstep backup {0} {1}"
STILL = 1e-4  # of a shape key: less is no movement
LONGEST_PART = 26  # bytes of a character's name in an action's name, which holds 63 in the oldest Blender

EVERYWHERE = (-np.inf, np.inf)

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
    """The fcurve that animates shape key `name` in the action that a sync writes, or None."""
    layer = tracks.own_layer(key)
    return None if layer is None else layer.find(path_of(name))


def has_driver(key: bpy.types.Key, name: str) -> bool:
    """Whether the value of shape key `name` follows a driver."""
    data = key.animation_data
    return data is not None and data.drivers.find(path_of(name)) is not None


def resting(key: bpy.types.Key, name: str, frame: float) -> float:
    """The value that shape key `name` has without the sound: that of its curve at `frame`, else its own."""
    layer, curve = tracks.own_layer(key), curve_of(key, name)
    if layer is None or curve is None or len(curve.keyframe_points) == 0:
        return float(key.key_blocks[name].value)
    return layer.evaluate(curve, frame)


def is_still(parts: Iterable[tuple[bpy.types.Key, Iterable[str]]], first: float, last: float) -> bool:
    """Whether none of the named shape keys has a key, or moves, strictly between the frames `first` and `last`."""
    for key, names in parts:
        layer = tracks.own_layer(key)
        if layer is None:
            continue
        ends = layer.pace.action(first), layer.pace.action(last)
        curves = [curve for name in names if (curve := layer.find(path_of(name))) is not None]
        if any(_moves(curve, *ends) for curve in curves if len(curve.keyframe_points)):
            return False
    return True


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
    replaced = [(part.key, path_of(shape), 0, points) for part, shape, points in _replaced(parts, first, last)]
    backup = keep(replaced, name, stamp)
    layers = dict(zip((part.key for part in parts), ensure_layers([part.key for part in parts], name), strict=True))
    keys = curves = 0
    for part, shape, line in _lines(parts):
        count = _write_line(layers[part.key], shape, line, first, last)
        keys += count
        curves += count > 0
    names = tuple(dict.fromkeys(layer.action.name for layer in layers.values()))
    return Written(keys, curves, names, backup)


def _lines(parts: Iterable[Part]) -> Iterator[tuple[Part, str, Line]]:
    for part in parts:
        for shape, line in part.lines.items():
            yield part, shape, line


def _write_line(layer: Layer, shape: str, line: Line, first: float, last: float) -> int:
    """Write one curve; gives the number of its keys inside the range."""
    curve = layer.find(path_of(shape))
    if curve is None:
        if len(line.frames) == 0:
            return 0
        curve = new_curve(layer, path_of(shape), 0)
    rest = float(layer.block.key_blocks[shape].value)
    old = Points.read(curve.keyframe_points)
    before, after = cut(old, first, last, rest, curve.evaluate)
    inside = (line.frames > first + NEAR) & (line.frames < last - NEAR)
    own = spoken(
        np.concatenate([[first], line.frames[inside], [last]]),
        np.concatenate([[before.co[-1, 1]], line.values[inside], [after.co[0, 1]]]),
        np.concatenate([[0.0], line.slopes[inside], [0.0]]),
        line.stepped,
    )
    put(curve, joined(before, own, after))
    return len(own.co)


def put(curve: Any, points: Points) -> None:
    """Make these the keys of a curve, in frames of its action."""
    points.write(curve.keyframe_points)
    curve.update()


def new_curve(layer: Layer, path: str, index: int) -> Any:
    """A new fcurve in a layer."""
    return compat.curves(layer.action, layer.slot, make=True).new(path, index=index)


# Actions


def ensure_layers(
    blocks: Sequence[Any], name: str, where: tuple[float, float] = EVERYWHERE, ours: Iterable[Any] = ()
) -> list[Layer]:
    """For each data-block of the character `name` the layer that may be written, marked as the sync's.

    It is the block's own, a copy where others than `ours` use it too, or a new action. `where`: the frames that will be
    written.
    """
    copies: dict[str, Any] = {}
    for block in blocks:
        layer = tracks.own_layer(block, *where)
        if layer is not None:
            own_copy(layer, {*blocks, *ours}, copies)
    common = next((one.action for block in blocks if (one := tracks.own_layer(block, *where)) is not None), None)
    made = []
    for block in blocks:
        layer = _ensure_layer(block, common, name, where)
        common = common or (layer.action if compat.has_slots() else None)
        tracks.mark(layer.action)
        made.append(layer)
    return made


def own_copy(layer: Layer, ours: Iterable[Any], copies: dict[str, Any]) -> Layer:
    """The layer with a copy of its action where writing into it would reach beyond `ours`, or is not possible.

    `copies`: those made so far, by the names of their originals.
    """
    action = layer.action
    beyond = compat.animated_by(action, layer.slot) - set(ours)
    if action.is_editable and not beyond:
        return layer
    if action.name_full not in copies:
        copies[action.name_full] = action.copy()
    copy = copies[action.name_full]
    slot = compat.twin_slot(copy, layer.slot)
    if layer.strip is None:
        compat.assign(layer.block, copy, slot)
    else:
        compat.assign_strip(layer.strip, copy, slot)
    return replace(layer, action=copy, slot=slot)


def _ensure_layer(block: Any, common: Any, name: str, where: tuple[float, float]) -> Layer:
    """The own layer of a data-block; without one, a slot in `common` where slots let it be shared, or a new action."""
    layer = tracks.own_layer(block, *where)
    if layer is not None and (layer.slot is not None or not compat.has_slots()):
        return layer
    if layer is not None and layer.strip is not None:
        compat.assign_strip(layer.strip, layer.action, compat.new_slot(layer.action, block.name))
        return replace(layer, slot=compat.strip_slot(layer.strip))
    if layer is not None:
        action = layer.action
    elif compat.has_slots() and common is not None:
        action = common
    else:
        action = bpy.data.actions.new(ACTION_NAME.format(_short(name)))
    compat.assign(block, action, compat.new_slot(action, block.name))
    if layer is None:
        _let_tracks_speak(block)
    return Layer("", block, action, compat.slot_of(block))


def _let_tracks_speak(key: bpy.types.Key) -> None:
    """Where the NLA animates the face already, a new action rules only as long as its own keys reach."""
    data = key.animation_data
    if data is not None and any(len(track.strips) for track in data.nla_tracks):
        data.action_extrapolation = "NOTHING"


def keep(replaced: Iterable[tuple[Any, str, int, Points]], name: str, stamp: str) -> str:
    """Keep keys that will be replaced in an action with a fake user; gives its name, '' where there are none.

    `replaced`: data-block, path and index of each curve, and what is kept of it. `name` is the character's.
    """
    action: Any = None
    slots: dict[Any, Any] = {}
    made = ""
    for block, path, index, points in replaced:
        if action is None or (block not in slots and not compat.has_slots()):
            action = bpy.data.actions.new(BACKUP_NAME.format(_short(name), stamp))
            action.use_fake_user = True
            made = made or action.name
        if block not in slots:
            slots[block] = compat.new_slot(action, block.name)
        put(compat.curves(action, slots[block], make=True).new(path, index=index), points)
    return made


def _replaced(parts: Iterable[Part], first: float, last: float) -> Iterator[tuple[Part, str, Points]]:
    """The curves that will lose keys: the keys inside the range, with the neighbour on each side that shapes them."""
    for part, shape, _ in _lines(parts):
        curve = curve_of(part.key, shape)
        if curve is None:
            continue
        old = Points.read(curve.keyframe_points)
        if keys_between(old, first, last).any():
            yield part, shape, with_neighbours(old, keys_between(old, first, last))


def with_neighbours(points: Points, chosen: Any) -> Points:
    """The chosen keys (a mask), from the first to the last, with the key on each side that shapes the curve there."""
    found = np.flatnonzero(chosen)
    return points.at(slice(max(0, int(found[0]) - 1), int(found[-1]) + 2))


def _short(name: str) -> str:
    """`name` cut to what the oldest Blender takes beside the rest, whole letters kept."""
    return name.encode("utf-8")[:LONGEST_PART].decode("utf-8", errors="ignore")


def at_rest() -> Line:
    """A line without keys."""
    none: Floats = np.zeros(0)
    return Line(none, none, none)
