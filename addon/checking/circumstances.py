"""Why a mouth does not move, where the scene can tell: actions, curves, tracks and shape keys that are off or gone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import bpy
import numpy as np

from ...engine.check.result import Fault
from ...engine.check.seen import SeenPart
from ...engine.rig import Binding
from .. import compat
from ..character.scene import Character, keys_of, shapes
from ..keys import keying, tracks

STILL = 0.01  # of a shape key: less is no movement
SMALL = 0.1  # of a shape key: what would move less is not missed
MOST_NAMED = 3

Frames = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why shape keys stand still: what was found, and what to do about it."""

    says: str
    mend: str


def circumstances(
    character: Character, binding: Binding, parts: Sequence[SeenPart], frames: Frames, duration: float
) -> tuple[Fault, ...]:
    """Faults of the kind 'muted'. `parts`: what was seen; `frames`: where the sound, of `duration` seconds, is heard.

    Grave where the face itself, or all that was seen, stands still by it.
    """
    mouth = {name for row in binding.rows if row.makes for name in row.names}
    moving = set().union(*(_moving(part) for part in parts)) & mouth
    faults = []
    for mesh in character.meshes:
        part = next((one for one in parts if one.name == mesh.name), None)
        if part is None:
            continue
        own = [block for block in shapes(keys_of(mesh)) if block.name in mouth]
        if not own:
            continue
        shown = _moving(part)
        if not shown & mouth and (not moving or {block.name for block in own} & moving):
            reason = why_still(mesh, own, frames)
            grave = mesh == character.face or not moving
            faults += [] if reason is None else [_fault(reason, duration, grave)]
        elif shown:
            faults += [_fault(one, duration, False) for one in _some_off(mesh, own, shown, frames)]
    return _once(faults)


def _once(faults: Sequence[Fault]) -> tuple[Fault, ...]:
    """What is said of several meshes, which share an action, is said once, and gravely if it is grave for one."""
    told = {fault.says: fault for fault in sorted(faults, key=lambda one: one.grave)}
    return tuple(told[says] for says in dict.fromkeys(fault.says for fault in faults))


def _fault(reason: Reason, duration: float, grave: bool) -> Fault:
    return Fault("muted", 0.0, duration, reason.says, reason.mend, grave)


def _moving(part: SeenPart) -> set[str]:
    """The shape keys of a part that move at all."""
    reach = np.ptp(part.values, axis=0)
    return {info.name for info, one in zip(part.keys, reach, strict=True) if one > STILL}


# A mesh that stands still


def why_still(mesh: Any, own: Sequence[Any], frames: Frames) -> Reason | None:
    """Why none of a mesh's mouth shapes moves; None where the scene does not tell."""
    key = keys_of(mesh)
    if all(block.mute for block in own):
        return Reason(f"The mouth shapes of '{mesh.name}' are muted.", "Switch the shape keys on again.")
    if mesh.show_only_shape_key:
        return Reason(
            f"'{mesh.name}' shows one shape key alone.", "Switch off Shape Key Lock (the pin) of its shape keys."
        )
    data = key.animation_data
    driven = [block for block in own if keying.has_driver(key, block.name)]
    if len(driven) == len(own):
        off = [block.name for block in driven if _is_off(data.drivers.find(keying.path_of(block.name)))]
        return _drivers_off(mesh, off) if off else None
    if data is None or (data.action is None and not any(len(track.strips) for track in data.nla_tracks)):
        return Reason(
            f"The shape keys of '{mesh.name}' have no action, so nothing moves them.",
            f"Assign {_missed(key)} to them again, or press Sync from Audio.",
        )
    return _of_the_action(mesh, data, own) or _of_the_nla(mesh, data, own, frames)


def _missed(key: bpy.types.Key) -> str:
    """The action that a sync wrote for these shape keys, as far as it is still there."""
    for action in bpy.data.actions:
        if tracks.is_marked(action) and any(_finds(curve, key) for curve in compat.all_curves(action)):
            return f"the action '{action.name}'"
    return "their action"


def _finds(curve: Any, key: bpy.types.Key) -> bool:
    return any(curve.data_path == keying.path_of(block.name) for block in shapes(key))


def _of_the_action(mesh: Any, data: Any, own: Sequence[Any]) -> Reason | None:
    """What is wrong with the active action, where it should move the mouth."""
    action = data.action
    if action is None:
        return None
    if compat.has_slots() and data.action_slot is None:
        return Reason(f"The action '{action.name}' of '{mesh.name}' has no slot chosen.", "Choose its slot again.")
    curves = _curves(action, getattr(data, "action_slot", None), own)
    if not curves:
        other = " in the slot that is chosen" if compat.has_slots() else ""
        if _strips(data, own):
            return None
        return Reason(
            f"The action '{action.name}' of '{mesh.name}' has no curves of the mouth{other}.",
            "Assign the action with the mouth, or press Sync from Audio.",
        )
    if all(compat.is_muted(curve) for curve in curves):
        return Reason(
            f"The curves of the mouth in '{action.name}' are muted.", "Switch them, or their group, on again."
        )
    if data.action_influence <= 0.0:
        return Reason(f"The action '{action.name}' of '{mesh.name}' has no influence.", "Set its influence to 1.")
    solo = next((track.name for track in data.nla_tracks if track.is_solo), "") if data.use_nla else ""
    if solo:
        return Reason(f"The NLA track '{solo}' of '{mesh.name}' plays solo.", "Switch its star off.")
    return None


def _of_the_nla(mesh: Any, data: Any, own: Sequence[Any], frames: Frames) -> Reason | None:
    """What is wrong with the NLA, where strips of it should move the mouth."""
    there = _strips(data, own)
    if not there:
        return None
    if not data.use_nla:
        return Reason(f"The NLA of '{mesh.name}' is switched off.", "Switch it on again.")
    solo = [track for track in data.nla_tracks if track.is_solo]
    reasons = [_why_unheard(track, strip, own, solo, frames) for track, strip in there]
    if not all(reasons):
        return None
    track, strip = there[0]
    return Reason(
        f"The NLA strip '{strip.name}' that moves '{mesh.name}' is not heard: {reasons[0]}.",
        f"Let the strip on the track '{track.name}' play again.",
    )


def _why_unheard(track: Any, strip: Any, own: Sequence[Any], solo: Sequence[Any], frames: Frames) -> str:
    """Why an NLA strip moves nothing, as a clause; '' where it may."""
    if solo and track not in solo:
        return f"the track '{solo[0].name}' plays solo"
    if track.mute:
        return f"its track '{track.name}' is muted"
    if strip.mute:
        return "it is muted"
    if _has_no_influence(strip, frames):
        return "its influence is 0"
    if strip.frame_end <= frames[0] or strip.frame_start >= frames[1]:
        return f"it stands on frames {strip.frame_start:.0f} to {strip.frame_end:.0f}"
    if all(compat.is_muted(curve) for curve in _curves(strip.action, compat.strip_slot(strip), own)):
        return "its curves are muted"
    return ""


def _has_no_influence(strip: Any, frames: Frames) -> bool:
    """Whether an NLA strip's own influence, which Blender computes where it is not animated, is 0 all along."""
    if not strip.use_animated_influence:
        return False
    curve = next((one for one in strip.fcurves if one.data_path == "influence"), None)
    if curve is None or not len(curve.keyframe_points):
        return bool(strip.influence <= 0.0)
    return bool(max(curve.evaluate(frame) for frame in np.linspace(*frames, 50)) <= 0.0)


def _strips(data: Any, own: Sequence[Any]) -> list[tuple[Any, Any]]:
    """The NLA strips with curves of the mouth, with their tracks."""
    return [
        (track, strip)
        for track in data.nla_tracks
        for strip in track.strips
        if strip.action is not None and _curves(strip.action, compat.strip_slot(strip), own)
    ]


def _curves(action: Any, slot: Any, own: Sequence[Any]) -> list[Any]:
    found = compat.curves(action, slot)
    every = [] if found is None else [found.find(keying.path_of(block.name)) for block in own]
    return [curve for curve in every if curve is not None]


# Single shape keys


def _some_off(mesh: Any, own: Sequence[Any], shown: set[str], frames: Frames) -> Iterator[Reason]:
    """Shape keys that stand still beside others that move, though something would move them."""
    key = keys_of(mesh)
    still = [block for block in own if block.name not in shown]
    wanted = [block for block in still if _would_move(key, block.name, frames)]
    muted = [block.name for block in wanted if block.mute]
    if muted:
        yield Reason(
            f"{_some(muted)} of '{mesh.name}' {_are(muted)} muted, and would move otherwise.",
            "Switch the shape keys on again, if that was not meant.",
        )
    curves = [block.name for block in wanted if not block.mute and _curve_off(key, block.name)]
    if curves:
        yield Reason(
            f"The curves of {_some(curves)} of '{mesh.name}' are muted.", "Switch them on again, if that was not meant."
        )
    data = key.animation_data
    drivers = [] if data is None else [data.drivers.find(keying.path_of(block.name)) for block in still]
    off = [block.name for block, one in zip(still, drivers, strict=False) if one is not None and _is_off(one)]
    if off:
        yield _drivers_off(mesh, off)


def _drivers_off(mesh: Any, off: Sequence[str]) -> Reason:
    return Reason(
        f"The drivers of {_some(off)} of '{mesh.name}' are muted or broken.", "Mend them, or switch them on again."
    )


def _is_off(driver: Any) -> bool:
    return bool(driver.mute or not driver.driver.is_valid)


def _curve_off(key: bpy.types.Key, name: str) -> bool:
    curve = keying.curve_of(key, name)
    return curve is not None and compat.is_muted(curve)


def _would_move(key: bpy.types.Key, name: str, frames: Frames) -> bool:
    """Whether the curve of a shape key moves while the sound is heard."""
    layer = tracks.own_layer(key)
    curve = None if layer is None else layer.find(keying.path_of(name))
    if layer is None or curve is None:
        return False
    values = [layer.evaluate(curve, frame) for frame in np.arange(frames[0], frames[1] + 1.0)]
    return bool(np.ptp(values) > SMALL)


def _some(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMED
    return ", ".join(f"'{name}'" for name in names[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _are(names: Sequence[str]) -> str:
    return "is" if len(names) == 1 else "are"
