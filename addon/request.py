"""What one sync is asked to do, and what it has done: plain values, the same for the button and the command."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal

import bpy

from ..engine.errors import RigError, UsageError
from ..engine.mouth import Controls
from ..engine.take import Take
from . import props, strips

GRIDS: dict[str, tuple[Literal["frames", "subframes", "stepped"], int]] = {
    "FRAMES": ("frames", 1),
    "SUBFRAMES": ("subframes", 1),
    "ONES": ("stepped", 1),
    "TWOS": ("stepped", 2),
}


@dataclass(frozen=True, slots=True)
class Request:
    """One sound for one character.

    `scene` and `thing` are names (an object and its library, None for one of this file), so that the request outlives
    an undo. `audio` is a file, heard from `frame` on; or `strip` names a sound strip. `language` a code or 'auto';
    `rig` a profile's name, or '' for what is set on the face; `keys` a key of GRIDS; `sound_in`, `sound_out` seconds of
    the sound, an out of 0 being its end. Raises UsageError.
    """

    scene: str
    thing: tuple[str, str | None]
    audio: Path | None = None
    strip: str = ""
    frame: int = 1
    language: str = "auto"
    rig: str = ""
    refined: bool = True
    controls: Controls = field(default_factory=Controls)
    keys: str = "FRAMES"
    sound_in: float = 0.0
    sound_out: float = 0.0

    def __post_init__(self) -> None:
        if self.keys not in GRIDS:
            raise UsageError(f"There is no key mode '{self.keys}'; choose one of {', '.join(GRIDS).lower()}.")
        if (self.audio is None) == (not self.strip):
            raise UsageError("A sync needs one sound; choose a sound file or a sound strip.")
        if self.sound_in < 0.0 or (self.sound_out and self.sound_out <= self.sound_in):
            raise UsageError(f"In is {self.sound_in:g} s and out is {self.sound_out:g} s; put the out after the in.")


@dataclass(frozen=True, slots=True)
class Report:
    """What one sync made of `take`. `first` and `last` are scene frames, `seconds` the time that each stage took."""

    take: Take
    character: str
    meshes: tuple[str, ...]
    audio: str
    strip: str
    language: str
    rig: str
    score: float
    keys: int
    curves: int
    first: int
    last: int
    actions: tuple[str, ...]
    backup: str
    notes: tuple[str, ...]
    seconds: dict[str, float]

    @property
    def line(self) -> str:
        """One line that says what was made."""
        made = f"{len(self.take.phones)} phones, {self.keys} keys on {self.curves} shape keys"
        return f"{self.character}: {made}, frames {self.first} to {self.last} ({self.rig}, {self.language})."

    def as_json(self) -> dict[str, Any]:
        """The report as values that JSON knows, of the take only the number of its phones."""
        values = {item.name: getattr(self, item.name) for item in fields(self) if item.name != "take"}
        return {**values, "phones": len(self.take.phones)}


def from_scene(context: bpy.types.Context) -> Request:
    """What the panel asks for. Raises LockstepError with what to do where something is missing."""
    scene: Any = context.scene
    asked: props.LockstepSettings = scene.lockstep
    thing = context.active_object
    if thing is None:
        raise RigError("No object is active; click the face, or its armature, first.")
    is_file = asked.source == "FILE"
    if is_file and not asked.audio:
        raise UsageError("No sound is chosen; choose a sound file, or a strip.")
    if not is_file:
        strips.find_strip(scene, asked.strip)
    return Request(
        scene=scene.name,
        thing=(thing.name, thing.library.filepath if thing.library else None),
        audio=strips.absolute(asked.audio) if is_file else None,
        strip="" if is_file else asked.strip,
        frame=scene.frame_current,
        language=asked.language,
        refined=asked.quality == "REFINED",
        controls=Controls(asked.intensity, asked.jaw, asked.lips, asked.smoothing, asked.lead),
        keys=asked.keys,
        sound_in=asked.sound_in if asked.use_part else 0.0,
        sound_out=asked.sound_out if asked.use_part else 0.0,
    )


def scene_of(request: Request) -> bpy.types.Scene:
    """The scene of a request. Raises UsageError where it is gone."""
    found: bpy.types.Scene | None = bpy.data.scenes.get(request.scene)
    if found is None:
        raise UsageError(f"There is no scene '{request.scene}'; choose one that is there.")
    return found


def thing_of(request: Request) -> bpy.types.Object:
    """The object of a request. Raises RigError where it is gone, or not in the scene."""
    found: Any = bpy.data.objects.get(request.thing)  # type: ignore[call-overload]
    if found is None or found.name not in scene_of(request).objects:
        raise RigError(
            f"There is no object '{request.thing[0]}' in the scene '{request.scene}'; name one that is there."
        )
    thing: bpy.types.Object = found
    return thing
