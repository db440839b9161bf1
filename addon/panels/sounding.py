"""The button Check Sound: what is wrong with the chosen recording, before anybody listens to it for a sync."""

from __future__ import annotations

from typing import Any

import bpy

from ...engine.errors import LockstepError, UsageError
from .. import classes
from ..lines import hearing
from ..lines.request import Request
from ..sound import audio, strips
from . import measures
from .drawing import draw_text
from .modal import Modal, Work, busy
from .operating import Explained

NOWHERE = -1e6  # a frame, of a sound that does not stand in the scene yet
FIELDS = ("kind", "says", "mend", "grave")


def sound_request(context: bpy.types.Context) -> Request:
    """The sound that the panel shows. Raises LockstepError where there is none."""
    scene: Any = context.scene
    asked = scene.lockstep
    is_file = asked.source == "FILE"
    if is_file and not asked.audio:
        raise UsageError("No sound is chosen; choose a sound file, or a strip.")
    if not is_file:
        strips.find_strip(scene, asked.strip)
    path = strips.absolute(asked.audio) if is_file else None
    if path is not None and not path.is_file():
        raise UsageError(f"The sound '{path}' is not there; choose one that is.")
    part = (asked.sound_in, asked.sound_out) if asked.use_part else (0.0, 0.0)
    return Request(
        scene.name,
        ("", None),
        audio=path,
        strip="" if is_file else asked.strip,
        frame=scene.frame_current,
        sound_in=part[0],
        sound_out=part[1],
    )


def chosen(settings: Any) -> str:
    """What the findings of a scene are known by: the sound that its panel shows."""
    sound = settings.audio if settings.source == "FILE" else settings.strip
    part = f" {settings.sound_in:g} {settings.sound_out:g}" if settings.use_part else ""
    return f"{settings.source} {sound}{part}" if sound else ""


class LOCKSTEP_OT_check_sound(Explained, Modal, bpy.types.Operator):
    """Look for what spoils a sync in this sound: level, clipping, noise, echo, music"""

    bl_idname = "lockstep.check_sound"
    bl_label = "Check Sound"
    bl_options = {"REGISTER"}  # noqa: RUF012
    called = "sound check"

    @classmethod
    def reason(cls, context: bpy.types.Context) -> str:
        """What is missing."""
        return disabled_reason(context)

    def ask(self, context: bpy.types.Context) -> tuple[Request, str]:
        """The sound of the panel, and what it is known by."""
        scene: Any = context.scene
        return sound_request(context), chosen(scene.lockstep)

    def begin(self, asked: tuple[Request, str]) -> Work:
        """The sound check; gives what was found and where the sound stands."""
        from ...engine.soundcheck.checking import check_sound

        with hearing.sound_of(asked[0]) as sound:
            part = audio.part_of(sound.source, sound.placed.start, sound.placed.stop)
            found = yield from check_sound(part)
            return found, sound.placed

    def done(self, asked: tuple[Request, str], result: tuple[Any, strips.Placement]) -> None:
        """List what was found."""
        request, known = asked
        scene: Any = bpy.data.scenes.get(request.scene)
        if scene is None:
            return
        found, placed = result
        settings = scene.lockstep
        settings.sound_checked, settings.sound_figures = known, measures.levels(found)
        settings.findings.clear()
        for finding in found.findings:
            row = settings.findings.add()
            for name in FIELDS:
                setattr(row, name, getattr(finding, name))
            row.start, row.end = finding.start + placed.start, finding.end + placed.start
            row.frame = placed.frame(row.start) if request.strip else NOWHERE
        count = len(found.findings)
        told = (
            "nothing that would spoil a sync" if not count else f"{count} {'thing' if count == 1 else 'things'} amiss"
        )
        self.report({"INFO"}, f"The sound: {told}. {settings.sound_figures}")


def disabled_reason(context: bpy.types.Context) -> str:
    """Why Check Sound cannot be pressed, in one sentence; '' where it can."""
    if busy():
        return busy()
    try:
        sound_request(context)
    except LockstepError as error:
        return str(error)
    return ""


class LOCKSTEP_OT_forget_sound(bpy.types.Operator):
    """Let this list go"""

    bl_idname = "lockstep.forget_sound"
    bl_label = "Close"
    bl_options = {"INTERNAL"}  # noqa: RUF012

    def execute(self, context: bpy.types.Context) -> set[Any]:
        """The findings are found again by Check Sound."""
        scene: Any = context.scene
        scene.lockstep.findings.clear()
        scene.lockstep.sound_checked = scene.lockstep.sound_figures = ""
        return {"FINISHED"}


def draw_found(layout: bpy.types.UILayout, context: bpy.types.Context, settings: Any) -> None:
    """What was found in the chosen sound, where it was looked at."""
    if not settings.sound_checked or settings.sound_checked != chosen(settings):
        return
    box = layout.box()
    row = box.row()
    row.label(text="This sound", icon="SOUND")
    row.operator(LOCKSTEP_OT_forget_sound.bl_idname, text="", icon="X", emboss=False)
    draw_text(box, context, settings.sound_figures, "BLANK1")
    frames = [None if row.frame == NOWHERE else row.frame for row in settings.findings]
    measures.draw_findings(box, context, settings.findings, frames)


CLASSES = (LOCKSTEP_OT_check_sound, LOCKSTEP_OT_forget_sound)


def register() -> None:
    """Register the operators."""
    classes.add(CLASSES)


def unregister() -> None:
    """Take the operators back."""
    classes.take_back(CLASSES)
