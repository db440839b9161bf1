"""What differs between Blenders, asked by feature, and answered in this file only."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import bpy

Anything = Any  # bpy's own types have other members in each Blender


def audaspace() -> ModuleType | None:
    """Blender's sound library; None in builds without it."""
    try:
        import aud
    except ImportError:
        return None
    module: ModuleType = aud
    return module


def can_load_sounds() -> bool:
    """Whether this Blender can load and play sounds; one without `aud` still may."""
    return bool(bpy.app.build_options.audaspace)


def version() -> str:
    """This Blender, as it calls itself."""
    return str(bpy.app.version_string)


# Sequencer: `sequences` until 4.3, `strips` from 4.4; 5.2 renames the frames of a strip.


def strips(editor: Anything) -> Anything:
    """The strips of a sequence editor, those inside meta strips left out."""
    return editor.strips if hasattr(editor, "strips") else editor.sequences


def every_strip(editor: Anything) -> Anything:
    """The strips of a sequence editor, those inside meta strips with them."""
    return editor.strips_all if hasattr(editor, "strips_all") else editor.sequences_all


def left_handle(strip: Anything) -> int:
    """The first frame of a strip that is heard."""
    return int(strip.left_handle if hasattr(strip, "left_handle") else strip.frame_final_start)


def right_handle(strip: Anything) -> int:
    """The frame after the last one of a strip that is heard."""
    return int(strip.right_handle if hasattr(strip, "right_handle") else strip.frame_final_end)


def set_handles(strip: Anything, left: int, right: int) -> None:
    """Trim a strip to the frames from `left` up to, but without, `right`."""
    names = (
        ("left_handle", "right_handle") if hasattr(strip, "left_handle") else ("frame_final_start", "frame_final_end")
    )
    setattr(strip, names[0], left)
    setattr(strip, names[1], right)


def content_start(strip: Anything) -> float:
    """The frame at which the untrimmed sound of a strip would begin."""
    return float(strip.content_start if hasattr(strip, "content_start") else strip.frame_start)


def hidden_start(strip: Anything) -> int:
    """Frames of the sound that a strip leaves out before its content."""
    for name in ("content_trim_start", "animation_offset_start"):
        if hasattr(strip, name):
            return int(getattr(strip, name))
    return 0


def move(strip: Anything, frames: int) -> None:
    """Move a strip by so many frames."""
    name = "content_start" if hasattr(strip, "content_start") else "frame_start"
    setattr(strip, name, getattr(strip, name) + frames)


def sound_delay(strip: Anything) -> float:
    """Seconds by which the sound comes later than its strip."""
    return float(getattr(strip, "sound_offset", 0.0))


def content_duration(strip: Anything) -> int:
    """The length of a strip's sound in frames, at its own speed, untrimmed."""
    return int(strip.content_duration if hasattr(strip, "content_duration") else strip.frame_duration)


def channel(owner: Anything, number: int) -> Anything:
    """The channel of that number of a sequence editor or meta strip; None where it has none."""
    channels = getattr(owner, "channels", ())
    return channels[number] if 0 <= number < len(channels) else None


def retiming_frames(strip: Anything) -> list[float]:
    """The frames of a strip's retiming keys; empty at its own speed."""
    return [float(key.timeline_frame) for key in getattr(strip, "retiming_keys", ())]


# Actions: one action for one data-block until 4.3, slots from 4.4 on.


def has_slots() -> bool:
    """Whether one action can animate several data-blocks, each through a slot of its own."""
    return "slots" in bpy.types.Action.bl_rna.properties


def new_slot(action: Anything, name: str, kind: str = "KEY") -> Anything:
    """A new slot for shape keys, or for another `kind` of data-block; None where actions have none."""
    if has_slots():
        return action.slots.new(id_type=kind, name=name)
    action.id_root = kind
    return None


def assign(key: Anything, action: Anything, slot: Anything) -> None:
    """Let `action`, through `slot`, animate the shape keys `key`."""
    data = key.animation_data or key.animation_data_create()
    data.action = action
    if has_slots():
        data.action_slot = slot


def slot_of(key: Anything) -> Anything:
    """The slot through which a Key is animated; None without one, or where actions have no slots."""
    return getattr(key.animation_data, "action_slot", None)


def twin_slot(action: Anything, slot: Anything) -> Anything:
    """The slot of a copied action that stands for `slot` of the original."""
    if slot is None:
        return None
    return next((found for found in action.slots if found.identifier == slot.identifier), None)


def strip_slot(strip: Anything) -> Anything:
    """The slot through which an NLA strip's action is heard; None without one, or where actions have no slots."""
    return getattr(strip, "action_slot", None)


def assign_strip(strip: Anything, action: Anything, slot: Anything) -> None:
    """Let an NLA strip play `action` through `slot`, between the frames that it played before."""
    frames = [(name, getattr(strip, name)) for name in ("action_frame_start", "action_frame_end", "scale")]
    place = strip.frame_start
    if strip.action != action:
        strip.action = action
    if has_slots() and slot is not None:
        strip.action_slot = slot
    for name, value in frames:
        setattr(strip, name, value)
    strip.frame_start = place


def all_curves(action: Anything) -> list[Anything]:
    """The fcurves of all slots of an action."""
    if not has_slots():
        return list(action.fcurves)
    found = []
    for layer in action.layers:
        for strip in layer.strips:
            for bag in strip.channelbags:
                found.extend(bag.fcurves)
    return found


def is_muted(curve: Anything) -> bool:
    """Whether a curve is muted, by itself or with its group."""
    return bool(curve.mute or getattr(curve.group, "mute", False))


def is_kept_shut(curve: Anything) -> bool:
    """Whether a curve is locked, by itself or with its group."""
    return bool(curve.lock or getattr(curve.group, "lock", False))


def rests_at_one() -> bool:
    """Whether the NLA of this Blender gives shape keys the value 1 where no strip reaches: 5.0.0 and 5.0.1 do."""
    return (5, 0, 0) <= bpy.app.version < (5, 1, 0)


def animated_by(action: Anything, slot: Anything) -> set[Anything]:
    """The data-blocks that `action` animates, through `slot` where there are slots."""
    if slot is not None:
        return set(slot.users())
    return {block for block in bpy.data.user_map(subset={action})[action] if hasattr(block, "animation_data")}


def curves(action: Anything, slot: Anything, make: bool = False) -> Anything:
    """The fcurves of `action` for `slot`; None where it has none yet and `make` does not ask for them."""
    if not has_slots():
        return action.fcurves
    if slot is None:
        return None
    for layer in action.layers:
        for strip in layer.strips:
            bag = strip.channelbag(slot)
            if bag is not None:
                return bag.fcurves
    if not make:
        return None
    layer = action.layers[0] if len(action.layers) else action.layers.new("Layer")
    strip = layer.strips[0] if len(layer.strips) else layer.strips.new(type="KEYFRAME")
    return strip.channelbag(slot, ensure=True).fcurves


# Paths and files.

# Without this, paths that begin with '//' are refused from 4.5 on; older ones do not know it.
RELATIVE_PATHS = {"PATH_SUPPORTS_BLEND_RELATIVE"} if bpy.app.version >= (4, 5, 0) else set()


def user_folder(package: str, name: str, make: bool = False) -> Path:
    """A folder of the user's for this extension; `make` creates it where it is missing.

    `extension_path_user` refuses a package that was not installed as an extension, such as a checkout under test.
    """
    try:
        return Path(bpy.utils.extension_path_user(package, path=name, create=make))
    except ValueError:
        path = str(Path("lockstep") / name)
        return Path(bpy.utils.user_resource("CONFIG", path=path, create=make) or path)


def frames_per_second(scene: Anything) -> float:
    """Frames per second of a scene: `fps` over `fps_base`."""
    return float(scene.render.fps / scene.render.fps_base)
