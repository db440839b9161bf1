"""Another voice for a line: swapped in, used again, taken away; and a line's acting copied to other characters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import bpy

from ...engine.errors import AudioError, LockstepError, UsageError
from ...engine.score.items import Score
from ...engine.take import Take
from .. import classes, compat
from ..lines import exchange, hearing, takes
from ..lines.request import Report, Request, scene_of, text_of
from ..lines.request import from_json as request_of
from ..sound import strips
from .correcting import shown_line
from .sync import RUNNING, Runner, running

NOBODY = "No object is active; click the face, or its armature, first."


def perform_again(context: bpy.types.Context, face: Any, span: Any, change: Callable[[Score, Take], Score]) -> Report:
    """Perform a line once more: what was changed by hand is gathered, then `change` makes another score of it.

    `change` is given the score and the take that the line speaks. The caller's operator makes the undo step. Raises
    LockstepError; nothing is changed then.
    """
    assert context.scene is not None
    return exchange.perform_again(context.scene, face, span, change)


def seen(context: bpy.types.Context, face: Any, span: Any) -> Score:
    """The acting of a line with what was changed by hand until now; changes nothing. Raises LockstepError."""
    assert context.scene is not None
    return exchange.seen(context.scene, face, span)


def disabled_reason(context: bpy.types.Context) -> str:
    """Why no voice can be swapped now, '' where it can; who has no line is told when a button is pressed."""
    if running() is not None:
        return RUNNING
    return NOBODY if context.active_object is None else ""


def swap_request(scene: bpy.types.Scene, face: Any, span: Any, audio: str, language: str, text: str) -> Request:
    """What is asked for where a line of a face is to speak another sound. Raises LockstepError."""
    if not audio:
        raise UsageError("No sound is chosen; choose the other recording.")
    path = strips.absolute(audio)
    if not path.is_file():
        raise AudioError(f"The sound '{path}' is not there; choose one that is.")
    base = request_of(span.asked, scene.name, exchange.address_of(face))
    return replace(
        base,
        audio=path,
        strip="",
        frame=_first(scene, span),
        language=language,
        text=" ".join(text.split()),
        controls=takes.score_of(span).style,
        sound_in=0.0,
        sound_out=0.0,
        line=span.name,
    )


def _first(scene: bpy.types.Scene, span: Any) -> int:
    """The frame on which the line's sound begins: where its strip stands now."""
    item = takes.active(span)
    if item is None:
        return round(float(span.sound_first))
    placed = hearing.standing(item, scene)
    first: int = round(placed.frame(placed.start))
    return first


class _OfVoice:
    """What the operators share: they say why they are grey, and what went wrong."""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Asked at each drawing of each button, and so cheap."""
        reason = disabled_reason(context)
        if reason:
            cls.poll_message_set(reason)  # type: ignore[attr-defined]
        return not reason

    def execute(self, context: bpy.types.Context) -> set[Any]:
        """Do it; what cannot be done is said, and changes nothing."""
        try:
            notes = self.act(context)
        except LockstepError as error:
            self.report({"ERROR"}, str(error))  # type: ignore[attr-defined]
            return {"CANCELLED"}
        for note in notes:
            self.report({"WARNING"}, note)  # type: ignore[attr-defined]
        return {"FINISHED"}

    def act(self, context: bpy.types.Context) -> list[str]:
        """What the operator does; gives notes. Raises LockstepError."""
        raise NotImplementedError


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
    filepath: bpy.props.StringProperty(subtype="FILE_PATH", options={"HIDDEN", "SKIP_SAVE"})  # type: ignore[valid-type]
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
        return swap_request(scene, character.face, span, self.audio or self.filepath, language, text)

    def shown(self, request: Request, report: Report) -> None:
        """From now on the panel shows the strip that is spoken."""
        settings: Any = scene_of(request).lockstep  # type: ignore[attr-defined]
        if report.strip:
            settings.source, settings.strip = "STRIP", report.strip


class LOCKSTEP_OT_use_take(_OfVoice, bpy.types.Operator):
    """Let this line speak this take again"""

    bl_idname = "lockstep.use_take"
    bl_label = "Use Take"
    bl_options = {"REGISTER", "UNDO"}  # noqa: RUF012

    index: bpy.props.IntProperty(name="Take", description="Its number, from 0 on", min=0)  # type: ignore[valid-type]

    def act(self, context: bpy.types.Context) -> list[str]:
        scene: Any = context.scene
        character, span = shown_line(context)
        report = exchange.use_take(scene, character.face, span, self.index)
        if report.strip and scene.lockstep.source == "STRIP":
            scene.lockstep.strip = report.strip
        scene.lockstep.made, scene.lockstep.notes = report.line, "\n".join(report.notes)
        return list(report.notes)


class LOCKSTEP_OT_remove_take(_OfVoice, bpy.types.Operator):
    """Take this take away; what was made in it stays with the line"""

    bl_idname = "lockstep.remove_take"
    bl_label = "Remove Take"
    bl_options = {"REGISTER", "UNDO"}  # noqa: RUF012

    index: bpy.props.IntProperty(name="Take", description="Its number, from 0 on", min=0)  # type: ignore[valid-type]

    def act(self, context: bpy.types.Context) -> list[str]:
        assert context.scene is not None
        character, span = shown_line(context)
        return exchange.remove_take(context.scene, character.face, span, self.index)


class LOCKSTEP_OT_copy_acting(_OfVoice, bpy.types.Operator):
    """Let the other selected characters speak this line as the active one does"""

    bl_idname = "lockstep.copy_acting"
    bl_label = "Copy Line and Acting"
    bl_options = {"REGISTER", "UNDO"}  # noqa: RUF012

    def act(self, context: bpy.types.Context) -> list[str]:
        assert context.scene is not None
        character, span = shown_line(context)
        notes: list[str] = []
        for thing in exchange.selected_others(context, character.face):
            report = exchange.copy_acting(context.scene, character.face, span, thing)
            notes += [f"{report.character}: {note}" for note in report.notes]
        return notes


CLASSES = (LOCKSTEP_OT_swap_voice, LOCKSTEP_OT_use_take, LOCKSTEP_OT_remove_take, LOCKSTEP_OT_copy_acting)


def register() -> None:
    """Register the operators."""
    classes.add(CLASSES)


def unregister() -> None:
    """Take the operators back."""
    classes.take_back(CLASSES)
