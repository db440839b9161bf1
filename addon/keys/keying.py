"""Curves of shape keys and the actions that they lie in: found, made ready to be written, written and kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import bpy
import numpy as np
from numpy.typing import NDArray

from .. import compat
from . import tracks
from .points import Points
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
