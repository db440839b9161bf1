"""The panel 'Lockstep' in the sidebar of the 3D view."""

from __future__ import annotations

from typing import Any

import bpy

from ...engine.errors import LockstepError
from .. import classes, preferences, props
from ..character.scene import Character, find_character, meshes_with
from ..lines import takes
from ..lines.request import LOCKSTEP, UNKNOWN
from . import correcting, directing, modal, rows, sounding
from .drawing import draw_text, lately, seen
from .sync import LOCKSTEP_OT_sync, tell_reason


class LOCKSTEP_PT_sync(bpy.types.Panel):
    """Sound, language and the button."""

    bl_idname = "LOCKSTEP_PT_sync"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "Lockstep"
    bl_label = "Lockstep"

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        layout.use_property_split = True
        layout.use_property_decorate = False
        settings = _settings(context)
        _draw_sound(layout, context, settings)
        layout.prop(settings, "language")
        _draw_heard(layout, context, settings)
        _draw_button(layout, context)
        _draw_result(layout, context, settings)


def _settings(context: bpy.types.Context) -> props.LockstepSettings:
    scene: Any = context.scene
    settings: props.LockstepSettings = scene.lockstep
    return settings


def _draw_sound(layout: bpy.types.UILayout, context: bpy.types.Context, settings: props.LockstepSettings) -> None:
    layout.row().prop(settings, "source", expand=True)
    row = layout.row(align=True)
    if settings.source == "FILE":
        row.prop(settings, "audio")
    else:
        row.prop(settings, "strip", icon="SOUND")
    row.operator(sounding.LOCKSTEP_OT_check_sound.bl_idname, text="", icon="VIEWZOOM")
    modal.draw_progress(layout, "sound check")
    sounding.draw_found(layout, context, settings)
    part = layout.column(heading="Part")
    part.prop(settings, "use_part")
    if settings.use_part:
        column = layout.column(align=True)
        column.prop(settings, "sound_in")
        column.prop(settings, "sound_out")


def _draw_heard(layout: bpy.types.UILayout, context: bpy.types.Context, settings: props.LockstepSettings) -> None:
    """What is said: by the sound and its text, or by another ear or a file, whose phones are taken as they are."""
    ear = preferences.recognizer(context)
    layout.prop(settings, "quality")
    text = layout.column()
    text.active = ear == LOCKSTEP and not settings.phones
    _draw_transcript(text, settings)
    layout.prop(settings, "phones")
    if ear != LOCKSTEP and not settings.phones:
        if settings.language == UNKNOWN:
            layout.prop(settings, "inventory")
        draw_text(layout, context, f"{ear.capitalize()} listens, without the transcript.", "INFO")


def _draw_transcript(layout: bpy.types.UILayout, settings: props.LockstepSettings) -> None:
    layout.row().prop(settings, "text_from", expand=True)
    row = layout.row(align=True)
    if settings.text_from == "LINE":
        row.prop(settings, "text")
        row.operator(LOCKSTEP_OT_paste_text.bl_idname, text="", icon="PASTEDOWN")
    else:
        row.template_ID(settings, "script", new="text.new", open="text.open")


def _draw_button(layout: bpy.types.UILayout, context: bpy.types.Context) -> None:
    if modal.draw_progress(layout, "sync"):
        return
    reason = tell_reason(context)
    row = layout.row()
    row.scale_y = 1.6
    row.operator(LOCKSTEP_OT_sync.bl_idname, icon="PLAY_SOUND")
    if reason:
        draw_text(layout, context, reason, "INFO")


def _draw_result(layout: bpy.types.UILayout, context: bpy.types.Context, settings: props.LockstepSettings) -> None:
    if settings.made:
        draw_text(layout, context, settings.made, "CHECKMARK")
    for note in settings.notes.splitlines():
        draw_text(layout, context, note, "ERROR")


class LOCKSTEP_OT_paste_text(bpy.types.Operator):
    """Paste what is said from the clipboard, all its lines as one"""

    bl_idname = "lockstep.paste_text"
    bl_label = "Paste Transcript"
    bl_options = {"UNDO", "INTERNAL"}  # noqa: RUF012

    def execute(self, context: bpy.types.Context) -> set[Any]:
        """Blender's own paste keeps the first line only."""
        text = " ".join(context.window_manager.clipboard.split())
        if not text:
            self.report({"ERROR"}, "There is no text in the clipboard; copy what is said first.")
            return {"CANCELLED"}
        _settings(context).text = text
        return {"FINISHED"}


class LOCKSTEP_PT_face(bpy.types.Panel):
    """How far the mouth moves, what follows the voice, and where the keys lie."""

    bl_idname = "LOCKSTEP_PT_face"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "Lockstep"
    bl_label = "Performance"
    bl_parent_id = "LOCKSTEP_PT_sync"
    bl_order = 5
    bl_options = {"DEFAULT_CLOSED"}  # noqa: RUF012

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        layout.use_property_split = True
        layout.use_property_decorate = False
        settings = _settings(context)
        column = layout.column(align=True)
        for name in ("intensity", "jaw", "lips", "effort"):
            column.prop(settings, name, slider=True)
        column = layout.column(align=True)
        column.prop(settings, "smoothing", slider=True)
        column.prop(settings, "lead")
        if _has_take(context):
            layout.operator(directing.LOCKSTEP_OT_apply_style.bl_idname, icon="CHECKMARK")
        layout.separator()
        layout.prop(settings, "keys")
        layout.prop(settings, "medium")
        layout.prop(settings, "follow_bones")


def _has_take(context: bpy.types.Context) -> bool:
    """Whether there is a line that can be performed once more."""
    try:
        _, line = correcting.shown_line(context)
    except LockstepError:
        return False
    return takes.active(line) is not None


class LOCKSTEP_UL_rows(bpy.types.UIList):
    """The rows of a rig."""

    def draw_item(
        self,
        _context: bpy.types.Context,
        layout: bpy.types.UILayout,
        _data: Any,
        item: Any,
        _icon: int | None,
        _active_data: Any,
        _active_property: str | None,
        _index: int | None,
        _flags: int | None,
    ) -> None:
        split = layout.split(factor=0.4)
        split.label(text=item.key)
        cells = split.row(align=True)
        for shape in item.shapes:
            cells.prop(shape, "shape", text="")


class LOCKSTEP_PT_rig(bpy.types.Panel):
    """The rig that was found, and its corrections."""

    bl_idname = "LOCKSTEP_PT_rig"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "Lockstep"
    bl_label = "Rig"
    bl_parent_id = "LOCKSTEP_PT_sync"
    bl_order = 4

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        try:
            assert context.scene is not None
            character = find_character(context.active_object, context.scene)
        except LockstepError as error:
            draw_text(layout, context, str(error), "INFO")
            return
        face: Any = character.face
        layout.prop(face, "lockstep_rig")
        _draw_found(layout, context, character)
        if len(face.lockstep_rows):
            layout.template_list("LOCKSTEP_UL_rows", "", face, "lockstep_rows", face, "lockstep_row", rows=6)
            row = layout.row(align=True)
            row.operator(rows.LOCKSTEP_OT_forget_corrections.bl_idname, text="Forget", icon="LOOP_BACK")
            row.operator(rows.LOCKSTEP_OT_save_profile.bl_idname, icon="FILE_TICK")
        else:
            layout.operator(rows.LOCKSTEP_OT_correct_rig.bl_idname, icon="GREASEPENCIL")


def _draw_found(layout: bpy.types.UILayout, context: bpy.types.Context, character: Character) -> None:
    try:
        found = lately("rig", f"{character.face.name}{len(character.names)}", lambda: rows.fitted(character))
    except LockstepError as error:
        draw_text(layout, context, str(error), "ERROR")
        return
    layout.label(text=found.label, icon="CHECKMARK")
    parts = ", ".join(mesh.name for mesh in meshes_with(character, found.binding.names))
    draw_text(layout, context, f"{len(found.binding.names)} shape keys on {parts}.", "SHAPEKEY_DATA")
    if found.missing:
        draw_text(layout, context, f"Missing: {', '.join(found.missing)}.", "BLANK1")


CLASSES = (LOCKSTEP_OT_paste_text, LOCKSTEP_UL_rows, LOCKSTEP_PT_sync, LOCKSTEP_PT_rig, LOCKSTEP_PT_face)


def register() -> None:
    """Register the panels."""
    classes.add(CLASSES)


def unregister() -> None:
    """Take the panels back."""
    classes.take_back(CLASSES)
    seen.clear()
