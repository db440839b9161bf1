"""A face that speaks real words in a saved scene, and the check of it, for tests of what a check must find."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bpy
import faces
from lockstep.addon import compat
from lockstep.addon.checking.checking import check
from lockstep.addon.checking.request import CheckRequest
from lockstep.addon.keys import keying, points, tracks
from lockstep.addon.lines.request import address_of
from lockstep.addon.sound import strips
from lockstep.engine.progress import drain

SPEAK = Path(__file__).resolve().parents[2] / "scripts" / "speak.py"
START = 11  # the frame on which the sound begins
FPS = 24.0
SAID = (
    "My papa made five perfect maps, but a father of above average fame may move far off. "
    "We found a small boat by the river, and people bought apples from the farmer before the shop opened."
)
OTHER = (
    "Please bring me both of the brown books, for Bob would never pay for them himself. "
    "Maybe a warm summer evening will make up for the miserable weather, or we might have to move the boat away."
)


@dataclass(frozen=True)
class Shot:
    """The saved scene, and the sounds beside it."""

    file: Path
    sound: Path
    other: Path


def speak(path: Path, text: str, voice: str = "en-us") -> Path:
    """A WAV file in which espeak-ng says a text, spoken by a process of its own."""
    done = subprocess.run(
        [sys.executable, str(SPEAK), voice, str(path), text], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return path


def make(folder: Path) -> Shot:
    """A face and its teeth that speak SAID from frame START on, as the button lets them."""
    made = Shot(folder / "shot.blend", speak(folder / "said.wav", SAID), speak(folder / "other.wav", OTHER, "en-us+f3"))
    bpy.ops.wm.read_factory_settings(use_empty=True)
    face = faces.make_face()
    faces.make_face("Teeth", faces.TEETH, parent=face)
    faces.activate(face)
    scene = bpy.context.scene
    scene.frame_set(START)
    scene.lockstep.source, scene.lockstep.audio, scene.lockstep.language = "FILE", str(made.sound), "en"
    assert bpy.ops.lockstep.sync() == {"FINISHED"}
    bpy.ops.wm.save_as_mainfile(filepath=str(made.file))
    return made


def looked_at(thing: Any = None, **asked: Any) -> Any:
    """The check of a face, to the end; gives what it found."""
    scene = bpy.context.scene
    thing = thing or scene.objects["Face"]
    given = {"frame": float(scene.frame_current), **asked}
    return drain(check(CheckRequest(scene.name, address_of(thing), **given)))


def kinds(checked: Any) -> set[str]:
    """The kinds of the faults that were found."""
    return {fault.kind for fault in checked.examination.check.faults}


def offset(checked: Any) -> float:
    """How many frames the mouth is late, above 0, or early."""
    found = checked.examination.check
    return float(found.frames(found.events.offset))


def drift(checked: Any) -> float:
    """By how much the mouth falls behind, as a share of the time."""
    return float(checked.examination.check.events.drift)


def strip() -> Any:
    (found,) = strips.sound_strips(bpy.context.scene)
    return found


def curves(thing: Any = None) -> list[Any]:
    """All curves of a face and its teeth, or of one of them."""
    things = [thing] if thing is not None else [bpy.context.scene.objects[name] for name in ("Face", "Teeth")]
    layers = [tracks.own_layer(one.data.shape_keys) for one in things]
    return [curve for layer in layers for curve in compat.curves(layer.action, layer.slot)]


def rewritten(change: Any) -> None:
    """Every curve with its keys as `change` of them gives them; it is given and gives Points."""
    for curve in curves():
        keying.put(curve, change(points.Points.read(curve.keyframe_points)))
