"""Another voice for a line: swapped in, used again, taken away; and a line's acting copied to other characters."""

from __future__ import annotations

from typing import Any

import bpy

from ...engine.errors import LockstepError, UsageError
from .. import classes, compat
from ..lines import exchange, takes
from ..lines.request import Report, Request, phones_file, remembered, scene_of, text_of
from .correcting import shown_line
from .directing import OfLine, disabled_reason
from .sync import Runner


class LOCKSTEP_OT_swap_voice(Runner, bpy.types.Operator):
    """Let this line speak another recording; acting and edits are laid on its sounds"""

    bl_idname = "lockstep.swap_voice"
    bl_label = "Swap Voice"
    bl_options = {"REGISTER", "UNDO"}  # noqa: RUF012

    audio: bpy.props.StringProperty(  # type: ignore[valid-type]
        name="Sound",
        description="The other recording",
        subtype="FILE_PATH",
        options={"SKIP_SAVE", *compat.RELATIVE_PATHS},
    )
    filepath: bpy.props.StringProperty(  # type: ignore[valid-type]
        subtype="FILE_PATH", options={"HIDDEN", "SKIP_SAVE", *compat.RELATIVE_PATHS}
    )
    language: bpy.props.StringProperty(  # type: ignore[valid-type]
        name="Language",
        description="Code of the language that is spoken, or 'auto'; that of the panel where it is empty",
        options={"SKIP_SAVE"},
    )
    text: bpy.props.StringProperty(  # type: ignore[valid-type]
        name="Text",
        description="What is said; the panel's text where this is not set",
        options={"SKIP_SAVE"},
    )

    phones: bpy.props.StringProperty(  # type: ignore[valid-type]
        name="Phones",
        description="A file of timed phones of that recording, taken in place of listening",
        subtype="FILE_PATH",
        options={"SKIP_SAVE", *compat.RELATIVE_PATHS},
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        reason = disabled_reason(context)
        if reason:
            cls.poll_message_set(reason)
        return not reason

    def ask(self, context: bpy.types.Context) -> Request:
        """The shown line with another sound."""
        scene: Any = context.scene
        character, span = shown_line(context)
        text = self.text if self.properties.is_property_set("text") else text_of(scene.lockstep)
        language = self.language or scene.lockstep.language
        audio, phones = self.audio or self.filepath, phones_file(self.phones)
        return exchange.swap_request(scene, character.face, span, audio, language, text, phones)

    def shown(self, request: Request, report: Report) -> None:
        """From now on the panel shows the strip that is spoken, and the file of its phones."""
        settings: Any = scene_of(request).lockstep  # type: ignore[attr-defined]
        settings.phones = str(request.phones or "")
        if report.strip:
            settings.source, settings.strip = "STRIP", report.strip


class LOCKSTEP_OT_use_take(OfLine, bpy.types.Operator):
    """Let this line speak this take again"""

    bl_idname = "lockstep.use_take"
    bl_label = "Use Take"
    bl_options = {"REGISTER", "UNDO"}  # noqa: RUF012

    index: bpy.props.IntProperty(name="Take", description="Its number, from 0 on", min=0)  # type: ignore[valid-type]

    def act(self, context: bpy.types.Context) -> None:
        scene: Any = context.scene
        character, span = shown_line(context)
        report = exchange.use_take(scene, character.face, span, self.index)
        if report.strip and scene.lockstep.source == "STRIP":
            scene.lockstep.strip = report.strip
            asked = remembered(takes.item_at(span, self.index).asked)
            scene.lockstep.phones = str(asked.phones or "") if asked is not None else ""
        scene.lockstep.made, scene.lockstep.notes = report.line, "\n".join(report.notes)
        self.warn(report.notes)


class LOCKSTEP_OT_remove_take(OfLine, bpy.types.Operator):
    """Take this take away; what was made in it stays with the line"""

    bl_idname = "lockstep.remove_take"
    bl_label = "Remove Take"
    bl_options = {"REGISTER", "UNDO"}  # noqa: RUF012

    index: bpy.props.IntProperty(name="Take", description="Its number, from 0 on", min=0)  # type: ignore[valid-type]

    def act(self, context: bpy.types.Context) -> None:
        assert context.scene is not None
        character, span = shown_line(context)
        self.warn(exchange.remove_take(context.scene, character.face, span, self.index))


class LOCKSTEP_OT_copy_acting(OfLine, bpy.types.Operator):
    """Let the other selected characters speak this line as the active one does"""

    bl_idname = "lockstep.copy_acting"
    bl_label = "Copy Line and Acting"
    bl_options = {"REGISTER", "UNDO"}  # noqa: RUF012

    def act(self, context: bpy.types.Context) -> None:
        assert context.scene is not None
        character, span = shown_line(context)
        notes: list[str] = []
        failed: list[str] = []
        others = exchange.selected_others(context, character.face)
        for thing in others:
            try:
                report = exchange.copy_acting(context.scene, character.face, span, thing)
            except LockstepError as error:
                failed.append(f"{thing.name}: {error}")
            else:
                notes += [f"{report.character}: {note}" for note in report.notes]
        if len(failed) == len(others):
            raise UsageError(failed[0])
        self.warn([*failed, *notes])


CLASSES = (LOCKSTEP_OT_swap_voice, LOCKSTEP_OT_use_take, LOCKSTEP_OT_remove_take, LOCKSTEP_OT_copy_acting)


def register() -> None:
    """Register the operators."""
    classes.add(CLASSES)


def unregister() -> None:
    """Take the operators back."""
    classes.take_back(CLASSES)
