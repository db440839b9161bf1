"""The panel 'Voice': the takes of the line at the playhead, another voice for it, and what the last swap did."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import bpy

from ...engine.errors import LockstepError
from .. import classes, compat
from ..lines import takes
from ..lines.exchange import NO_TAKE
from . import acted, correcting, directing, export, pictures, swap, timemaps
from .drawing import draw_text
from .modal import running

SHOWN = 5  # phrases, and items, of a report that are listed
SOUNDS = "*.wav;*.flac;*.ogg;*.opus;*.mp3;*.aif;*.aiff;*.m4a;*.wma;*.mp4;*.mov;*.mkv;*.webm;*.avi"


class LOCKSTEP_OT_choose_voice(directing.OfLine, bpy.types.Operator):
    """Choose another recording for this line: it is heard, and all acting and edits are laid on its sounds"""

    bl_idname = "lockstep.choose_voice"
    bl_label = "Swap Voice"
    bl_options = {"INTERNAL"}  # noqa: RUF012

    filepath: bpy.props.StringProperty(subtype="FILE_PATH", options=compat.RELATIVE_PATHS)  # type: ignore[valid-type]
    filter_glob: bpy.props.StringProperty(default=SOUNDS, options={"HIDDEN"})  # type: ignore[valid-type]
    phones: bpy.props.StringProperty(  # type: ignore[valid-type]
        name="Phones",
        description="The path of a file of timed phones of the new recording; leave it empty to listen",
        options={"SKIP_SAVE"},
    )

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
        layout.prop(self, "phones")

    def act(self, context: bpy.types.Context) -> None:
        """Start the work, which goes on after the file browser is gone."""
        start(self.filepath, self.phones)


def start(path: str, phones: str = "") -> None:
    """Swap the voice of the shown line for the sound at `path`, with a file of its phones where one is named.

    Raises LockstepError with what went wrong.
    """
    mode = "EXEC_DEFAULT" if bpy.app.background else "INVOKE_DEFAULT"
    try:
        bpy.ops.lockstep.swap_voice(mode, True, audio=path, phones=phones)  # type: ignore[attr-defined]
    except RuntimeError as error:  # an error that the operator has reported
        raise LockstepError(" ".join(str(error).removeprefix("Error: ").split())) from error


def swap_reason(context: bpy.types.Context) -> str:
    """Why the voice cannot be swapped, in one sentence; '' where it can."""
    reason = directing.disabled_reason(context)
    if reason:
        return reason
    try:
        correcting.shown_line(context)
    except LockstepError as error:
        return str(error)
    return ""


def _folder(context: bpy.types.Context) -> str:
    """The folder of the present recording, else of the .blend, as the file browser takes it; '' without either."""
    _, span = correcting.shown_line(context)
    item = takes.active(span)
    beside = bpy.path.abspath(item.path) if item is not None and item.path else bpy.data.filepath
    folder = Path(beside).parent
    return f"{folder}/" if beside and folder.is_dir() else ""


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
            swap.LOCKSTEP_OT_use_take.bl_idname, text="", icon="RADIOBUT_ON" if spoken else "RADIOBUT_OFF", emboss=False
        )
        use.index = index
        row.prop(item, "label", text="", emboss=False)
        about = row.row(align=True)
        about.alignment = "RIGHT"
        about.label(text=f"{item.language}  {item.duration:.1f} s")


class LOCKSTEP_PT_voice(correcting.OnLine, bpy.types.Panel):
    """The takes of the line at the playhead, and another voice for it."""

    bl_idname = "LOCKSTEP_PT_voice"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "Lockstep"
    bl_label = "Voice"
    bl_parent_id = "LOCKSTEP_PT_sync"
    bl_order = 0

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        _, line = correcting.shown_line(context)
        if takes.active(line) is None:
            draw_text(layout, context, NO_TAKE, "INFO")
        else:
            _draw_takes(layout, line)
        row = layout.row()
        row.scale_y = 1.3
        row.operator(LOCKSTEP_OT_choose_voice.bl_idname, text="Swap Voice…", icon="FILE_SOUND")


def _draw_takes(layout: bpy.types.UILayout, line: Any) -> None:
    row = layout.row()
    row.template_list("LOCKSTEP_UL_takes", "", line, "takes", line, "picked", rows=2)
    side = row.column(align=True)
    chosen = side.row(align=True)
    chosen.enabled = len(line.takes) > 1 and line.picked != line.take and running() is None
    remove: Any = chosen.operator(swap.LOCKSTEP_OT_remove_take.bl_idname, text="", icon="REMOVE")
    remove.index = line.picked
    side.operator(export.LOCKSTEP_OT_export_take.bl_idname, text="", icon="EXPORT")


class LOCKSTEP_PT_report(bpy.types.Panel):
    """What the last swap of the line at the playhead did with its acting."""

    bl_idname = "LOCKSTEP_PT_report"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "Lockstep"
    bl_label = "Report"
    bl_parent_id = "LOCKSTEP_PT_voice"
    bl_options = {"DEFAULT_CLOSED"}  # noqa: RUF012

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        try:
            _, line = correcting.shown_line(context)
        except LockstepError:
            return False
        return bool(line.report)

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        character, line = correcting.shown_line(context)
        report = takes.report_of(line)
        draw_text(layout, context, report.summary, "CHECKMARK")
        for warning in report.warnings:
            draw_text(layout, context, warning, "ERROR")
        _draw_amiss(layout, context, line)
        _draw_phrases(layout, context, report.phrases)
        _draw_map(layout, context, character.face, line)


def _draw_amiss(layout: bpy.types.UILayout, context: bpy.types.Context, line: Any) -> None:
    """What is not at its own sound, what has no place first; a click leads there."""
    amiss = [item for item in line.acting if item.status in acted.SIGNS]
    amiss.sort(key=lambda item: item.status != "unplaced")
    column = layout.column(align=True)
    for item in amiss[:SHOWN]:
        text = f"{item.what} at '{item.label}' {item.status}" if item.label else f"{item.what} {item.status}"
        sign: Any = acted.SIGNS[item.status]
        pick: Any = column.operator(acted.LOCKSTEP_OT_pick_item.bl_idname, text=text, icon=sign)
        pick.item = item.name
    if len(amiss) > SHOWN:
        draw_text(layout, context, f"{len(amiss) - SHOWN} more in the list of the acting.", "BLANK1")


def _draw_phrases(layout: bpy.types.UILayout, context: bpy.types.Context, phrases: Sequence[Any]) -> None:
    """How much longer or shorter each phrase became, what changed most first."""
    if not phrases:
        return
    layout.label(text="Phrases, old length → new:", icon="TIME")
    column = layout.column(align=True)
    for phrase in sorted(phrases, key=_change, reverse=True)[:SHOWN]:
        row = column.split(factor=0.6, align=True)
        row.label(text=phrase.text)
        row.label(text=_stretch(phrase))
    if len(phrases) > SHOWN:
        draw_text(layout, context, f"{len(phrases) - SHOWN} more that changed less.", "BLANK1")


def _change(phrase: Any) -> float:
    """How much a phrase changed: twice as long counts as half as long; what is not there on one side comes first."""
    if phrase.old <= 0.0 or phrase.new <= 0.0:
        return math.inf
    return abs(math.log(phrase.new / phrase.old))


def _stretch(phrase: Any) -> str:
    if phrase.new <= 0.0:
        return f"{phrase.old:.1f} s, left out"
    if phrase.old <= 0.0:
        return f"{phrase.new:.1f} s, new"
    return f"{phrase.old:.1f} → {phrase.new:.1f} s"


def _draw_map(layout: bpy.types.UILayout, context: bpy.types.Context, face: Any, line: Any) -> None:
    """The time map, as large as the sidebar is wide."""
    if timemaps.compared(line) is None:
        return
    icon = timemaps.icon_of(face, line)
    if icon:
        layout.template_icon(icon_value=icon, scale=pictures.width(context))
        draw_text(layout, context, "Old voice across, new voice upwards; red has no place.", "BLANK1")
    layout.operator(timemaps.LOCKSTEP_OT_open_time_map.bl_idname, text="Open Time Map", icon="IMAGE_DATA")


CLASSES = (LOCKSTEP_OT_choose_voice, LOCKSTEP_UL_takes, LOCKSTEP_PT_voice, LOCKSTEP_PT_report)


def register() -> None:
    """Register the panel and its button."""
    classes.add(CLASSES)


def unregister() -> None:
    """Take them back."""
    classes.take_back(CLASSES)
