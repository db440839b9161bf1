"""The panel 'Voice': the takes of the line at the playhead, another voice for it, and what the last swap did."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy

from ..engine.errors import LockstepError
from . import classes, compat, correcting, directing, export, takes
from .drawing import draw_text
from .sync import running

SOUNDS = "*.wav;*.flac;*.ogg;*.opus;*.mp3;*.aif;*.aiff;*.m4a;*.wma;*.mp4;*.mov;*.mkv;*.webm;*.avi"


class LOCKSTEP_OT_choose_voice(directing.OfLine, bpy.types.Operator):
    """Choose another recording for this line: it is heard, and all acting and edits are laid on its sounds"""

    bl_idname = "lockstep.choose_voice"
    bl_label = "Swap Voice"
    bl_options = {"INTERNAL"}  # noqa: RUF012

    filepath: bpy.props.StringProperty(subtype="FILE_PATH", options=compat.RELATIVE_PATHS)  # type: ignore[valid-type]
    filter_glob: bpy.props.StringProperty(default=SOUNDS, options={"HIDDEN"})  # type: ignore[valid-type]

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Whoever cannot press it is told why."""
        reason = swap_reason(context)
        if reason:
            cls.poll_message_set(reason)
        return not reason

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[Any]:
        """Open the file browser where the present recording is."""
        self.filepath = _folder(context)
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def draw(self, context: bpy.types.Context) -> None:
        """Beside the files: what is spoken in the new recording."""
        scene: Any = context.scene
        settings = scene.lockstep
        layout = self.layout
        layout.label(text="In the new recording:")
        layout.prop(settings, "language")
        layout.row().prop(settings, "text_from", expand=True)
        layout.prop(settings, "text" if settings.text_from == "LINE" else "script")

    def act(self, context: bpy.types.Context) -> None:
        """Start the work, which goes on after the file browser is gone."""
        start(self.filepath)


def start(path: str) -> None:
    """Swap the voice of the shown line for the sound at `path`. Raises LockstepError with what went wrong."""
    mode = "EXEC_DEFAULT" if bpy.app.background else "INVOKE_DEFAULT"
    try:
        bpy.ops.lockstep.swap_voice(mode, True, audio=path)  # type: ignore[attr-defined]
    except RuntimeError as error:  # an error that the operator has reported
        raise LockstepError(" ".join(str(error).removeprefix("Error: ").split())) from error


def swap_reason(context: bpy.types.Context) -> str:
    """Why the voice cannot be swapped, in one sentence; '' where it can."""
    reason = directing.disabled_reason(context)
    if reason:
        return reason
    try:
        _, span = correcting.shown_line(context)
    except LockstepError as error:
        return str(error)
    return "" if takes.active(span) is not None else directing.NO_TAKE


def _folder(context: bpy.types.Context) -> str:
    _, span = correcting.shown_line(context)
    known = takes.active(span).path
    folder = Path(bpy.path.abspath(known)).parent if known else Path(bpy.data.filepath).parent
    return f"{folder}/" if folder.is_dir() else ""


class LOCKSTEP_UL_takes(bpy.types.UIList):
    """The takes of a line, in the order in which they were made."""

    def draw_item(
        self,
        _context: bpy.types.Context,
        layout: bpy.types.UILayout,
        line: Any,
        item: Any,
        _icon: int | None,
        _active_data: Any,
        _active_property: str | None,
        index: int | None,
        _flags: int | None,
    ) -> None:
        row = layout.row(align=True)
        spoken = index == line.take
        use: Any = row.operator(
            "lockstep.use_take", text="", icon="RADIOBUT_ON" if spoken else "RADIOBUT_OFF", emboss=False
        )
        use.index = index
        row.prop(item, "label", text="", emboss=False)
        about = row.row(align=True)
        about.alignment = "RIGHT"
        about.label(text=f"{item.language}  {item.duration:.1f} s")


class LOCKSTEP_PT_voice(bpy.types.Panel):
    """The takes of the line at the playhead, and another voice for it."""

    bl_idname = "LOCKSTEP_PT_voice"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "Lockstep"
    bl_label = "Voice"
    bl_parent_id = "LOCKSTEP_PT_sync"
    bl_order = 0

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        try:
            return bool(correcting.shown_line(context))
        except LockstepError:
            return False

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        _, line = correcting.shown_line(context)
        if takes.active(line) is None:
            draw_text(layout, context, directing.NO_TAKE, "INFO")
            return
        _draw_takes(layout, line)
        row = layout.row()
        row.scale_y = 1.3
        row.operator(LOCKSTEP_OT_choose_voice.bl_idname, text="Swap Voice…", icon="FILE_SOUND")
        row = layout.row(align=True)
        row.operator(export.LOCKSTEP_OT_export_take.bl_idname, icon="EXPORT")


def _draw_takes(layout: bpy.types.UILayout, line: Any) -> None:
    row = layout.row()
    row.template_list("LOCKSTEP_UL_takes", "", line, "takes", line, "picked", rows=2)
    side = row.column(align=True)
    side.enabled = len(line.takes) > 1 and line.picked != line.take and running() is None
    remove: Any = side.operator("lockstep.remove_take", text="", icon="REMOVE")
    remove.index = line.picked


CLASSES = (LOCKSTEP_OT_choose_voice, LOCKSTEP_UL_takes, LOCKSTEP_PT_voice)


def register() -> None:
    """Register the panel and its button."""
    classes.add(CLASSES)


def unregister() -> None:
    """Take them back."""
    classes.take_back(CLASSES)
