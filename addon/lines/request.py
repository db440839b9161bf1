"""What one sync is asked to do, and what it has done: plain values, the same for the button and the command."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal

import bpy

from ...engine.ears import NAMES, OF_FILE, OF_MODEL
from ...engine.errors import RigError, UsageError
from ...engine.mouth import Controls
from ...engine.placing.report import SwapReport
from ...engine.take import Correction, Take
from .. import preferences, props
from ..sound import strips

GRIDS: dict[str, tuple[Literal["frames", "subframes", "stepped"], int]] = {
    "FRAMES": ("frames", 1),
    "SUBFRAMES": ("subframes", 1),
    "ONES": ("stepped", 1),
    "TWOS": ("stepped", 2),
}

UNKNOWN = "und"  # the language of those that cannot be told
LOCKSTEP = NAMES[0]  # our own recognizer
AGAIN: tuple[str, ...] = ("strip", "frame", "language", "rig", "refined", "keys", "sound_in", "sound_out", "text")
AGAIN += ("bones", "medium", "recognizer", "inventory", "phones_digest")


@dataclass(frozen=True, slots=True)
class Request:
    """One sound for one character.

    `scene` and `thing` are names (an object and its library, None for one of this file), so that the request outlives
    an undo. `audio` is a file, heard from `frame` on; or `strip` names a sound strip. `language` a code or 'auto';
    `rig` a profile's name, or '' for what is set on the face; `keys` a key of GRIDS; `sound_in`, `sound_out` seconds of
    the sound, an out of 0 being its end. `text` is what is said, '' where that is not known; `corrections` what the
    artist puts right, in seconds of the whole sound, None for what the face keeps of it; they hold for the sound with
    the SHA-256 `sound`, any where that is ''. `bones`: head and eye bones follow. `line`: the name of
    the face's line that is to speak this sound in place of its own, '' for a sync. `kept`: controls that are those of
    a line that is there. `medium`: what the keys are delivered for, a name of engine/delivery. `recognizer`: who
    listens, one of engine.ears.NAMES, and `model` the folder of Allosaurus', None for that of the preferences;
    `inventory`: the list of its whose sounds it listens for (ISO 639-3), '' for that of the language.
    `phones`: a file of timed phones of this sound, taken in place of listening, and `phones_digest` the SHA-256 of what
    was in it. Raises UsageError.
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
    kept: tuple[str, ...] = ()
    keys: str = "FRAMES"
    sound_in: float = 0.0
    sound_out: float = 0.0
    text: str = ""
    corrections: tuple[Correction, ...] | None = None
    sound: str = ""
    bones: bool = True
    line: str = ""
    medium: str = "film"
    recognizer: str = LOCKSTEP
    model: Path | None = None
    inventory: str = ""
    phones: Path | None = None
    phones_digest: str = ""

    def __post_init__(self) -> None:
        check_recognizer(self.recognizer)
        if self.keys not in GRIDS:
            raise UsageError(f"There is no key mode '{self.keys}'; choose one of {', '.join(GRIDS).lower()}.")
        if (self.audio is None) == (not self.strip):
            raise UsageError("A sync needs one sound; choose a sound file or a sound strip.")
        if self.sound_in < 0.0 or (self.sound_out and self.sound_out <= self.sound_in):
            raise UsageError(f"In is {self.sound_in:g} s and out is {self.sound_out:g} s; put the out after the in.")


def check_recognizer(name: str) -> None:
    """Raise UsageError where nobody of that name listens in Blender."""
    if name not in NAMES:
        raise UsageError(f"There is no recognizer '{name}' in Blender; choose one of {', '.join(NAMES)}.")


def address_of(thing: Any) -> tuple[str, str | None]:
    """How a request names an object."""
    return thing.name, thing.library.filepath if thing.library else None


def to_json(request: Request) -> str:
    """What can be asked again: all but who speaks where, and the corrections."""
    values = {name: getattr(request, name) for name in AGAIN}
    controls = {name: getattr(request.controls, name) for name in Controls.__slots__}
    files = {"audio": str(request.audio or ""), "phones": str(request.phones or "")}
    return json.dumps({**values, **files, "controls": controls}, ensure_ascii=False)


def from_json(text: str, scene: str, thing: tuple[str, str | None]) -> Request:
    """The request that `to_json` wrote, for an object of a scene. Raises UsageError where it is none."""
    try:
        values = json.loads(text)
        audio, controls = values.pop("audio"), Controls(**values.pop("controls"))
        given = values.pop("phones", "")
        phones = Path(given) if given else None
        return Request(scene, thing, Path(audio) if audio else None, controls=controls, phones=phones, **values)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise UsageError("How this line was made is not known any more; press Sync from Audio once.") from error


def remembered(text: str) -> Request | None:
    """The request that `to_json` wrote, of nobody and nowhere; None where it is not known any more."""
    try:
        return from_json(text, "", ("", None))
    except UsageError:
        return None


@dataclass(frozen=True, slots=True)
class Report:
    """What one sync made of `take`, which the face's line of the name `span` keeps as `label`.

    `first` and `last` are scene frames, `seconds` the time that each stage took; `swap` tells how the acting fared
    where the line spoke another take before.
    """

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
    label: str = ""
    span: str = ""
    swap: SwapReport | None = None

    @property
    def line(self) -> str:
        """One line that says what was made."""
        made = f"{len(self.take.phones)} phones, {self.keys} keys on {self.curves} shape keys"
        about = ", ".join(filter(None, (self.rig, self.spoken, self.heard)))
        return f"{self.character}: {made}, frames {self.first} to {self.last} ({about})."

    @property
    def heard(self) -> str:
        """Who heard it; '' where it was our own recognizer."""
        return heard_by(self.take.recognizer)

    @property
    def spoken(self) -> str:
        """The language and, where it was found and not given, how probable it is."""
        sure = self.take.identified
        if sure is None:
            return self.language
        if self.take.language == UNKNOWN:
            return "language not found"
        return f"{self.language}, found, {sure:.0%} sure"

    def as_json(self) -> dict[str, Any]:
        """The report as values that JSON knows, of the take only what it counts."""
        values = {
            item.name: getattr(self, item.name) for item in fields(self) if item.name not in ("take", "swap", "span")
        }
        take = self.take
        found = {"identified": take.identified, "words": len(take.words), "corrections": len(take.corrections)}
        swap = None if self.swap is None else json.loads(self.swap.as_json())
        return {**values, "phones": len(take.phones), **found, "recognizer": take.recognizer, "swap": swap}


def heard_by(name: str) -> str:
    """Who heard a take, by the name that it has for its ear, as a clause; '' where it was our own recognizer."""
    if name.startswith(OF_MODEL):
        return f"heard by {name}"
    return f"phones of {name.removeprefix(OF_FILE)}" if name.startswith(OF_FILE) else ""


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
    return _asked(
        context,
        address_of(thing),
        audio=strips.absolute(asked.audio) if is_file else None,
        strip="" if is_file else asked.strip,
        frame=scene.frame_current,
        sound_in=asked.sound_in if asked.use_part else 0.0,
        sound_out=asked.sound_out if asked.use_part else 0.0,
        phones=phones_file(asked.phones),
    )


def of_recording(context: bpy.types.Context, thing: tuple[str, str | None], audio: Path, frame: int) -> Request:
    """What the panel asks for, of a whole sound file that is heard from `frame` on. Raises LockstepError."""
    return _asked(context, thing, audio=audio, frame=frame)


def _asked(context: bpy.types.Context, thing: tuple[str, str | None], **sound: Any) -> Request:
    scene: Any = context.scene
    asked: props.LockstepSettings = scene.lockstep
    ear = preferences.recognizer(context)
    return Request(
        scene=scene.name,
        thing=thing,
        language=asked.language,
        refined=asked.quality == "REFINED",
        controls=props.controls(asked),
        keys=asked.keys,
        text=text_of(asked),
        bones=asked.follow_bones,
        medium=asked.medium.lower(),
        recognizer=ear,
        inventory=inventory_of(scene, asked.language, ear),
        **sound,
    )


def inventory_of(scene: Any, language: str, ear: str) -> str:
    """The list of sounds that a scene names for a language without a table; '' where it is not asked for."""
    return str(scene.lockstep.inventory).strip().lower() if ear != LOCKSTEP and language == UNKNOWN else ""


def phones_file(text: str) -> Path | None:
    """The file of phones that a field names; None where it is empty. Raises LockstepError where it is not there."""
    if not text.strip():
        return None
    path = strips.absolute(text.strip())
    if not path.is_file():
        raise UsageError(f"The phones '{path}' are not there; choose a file that is, or empty the field to listen.")
    return path


def text_of(asked: props.LockstepSettings) -> str:
    """The transcript that the panel shows, '' without one. Raises UsageError where its text is gone or empty."""
    if asked.text_from == "LINE":
        return " ".join(asked.text.split())
    if asked.script is None:
        raise UsageError("No text is chosen; choose one of the text editor's, or switch to Line and leave it empty.")
    text: str = asked.script.as_string().strip()
    if not text:
        raise UsageError(f"The text '{asked.script.name}' is empty; write what is said, or switch to Line.")
    return text


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
