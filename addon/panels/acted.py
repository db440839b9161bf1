"""The panel 'Acting': what the artist decided about the line at the playhead, and what was changed by hand in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import bpy

from .. import classes
from ..lines import takes
from ..lines.exchange import NO_TAKE
from . import adding, correcting, directing, export, swap
from .drawing import draw_text

ICONS = {"emphasis": "BOLD", "emotion": "FUND", "gesture": "POSE_HLT", "pin": "PINNED", "edit": "KEYFRAME_HLT"}
SIGNS = {"moved": "FORWARD", "unplaced": "ERROR"}  # where a place is not simply its own
ADDED = (
    (adding.LOCKSTEP_OT_add_emphasis.bl_idname, "Emphasis…", "emphasis"),
    (adding.LOCKSTEP_OT_add_emotion.bl_idname, "Emotion…", "emotion"),
    (adding.LOCKSTEP_OT_add_gesture.bl_idname, "Gesture…", "gesture"),
    (adding.LOCKSTEP_OT_add_pin.bl_idname, "Pin Shape…", "pin"),
)


class LOCKSTEP_OT_pick_item(directing.OfItem, bpy.types.Operator):
    """Go to this item of the acting"""

    bl_idname = "lockstep.pick_item"
    bl_label = "Go to Item"
    bl_options = {"INTERNAL"}  # noqa: RUF012

    def act(self, context: bpy.types.Context) -> None:
        directing.chosen_row(context, self.item)
        _, line = correcting.shown_line(context)
        line.act = line.acting.find(self.item)


class LOCKSTEP_UL_acting(bpy.types.UIList):
    """The items of a line's acting, in order of time."""

    def draw_item(
        self,
        _context: bpy.types.Context,
        layout: bpy.types.UILayout,
        _line: Any,
        item: Any,
        _icon: int | None,
        _active_data: Any,
        _active_property: str | None,
        _index: int | None,
        _flags: int | None,
    ) -> None:
        row = layout.row(align=True)
        split = row.split(factor=0.5, align=True)
        named, rest = split.row(align=True), split.row(align=True)
        named.active = rest.active = item.laid
        named.label(text=item.what, icon=SIGNS.get(item.status, ICONS[item.kind]))  # type: ignore[arg-type]
        cells = rest.split(factor=0.62, align=True)
        cells.label(text=item.label)
        cells.label(text=f"{item.frame:.0f}")
        eye: Any = row.operator(
            directing.LOCKSTEP_OT_mute_item.bl_idname,
            text="",
            icon="HIDE_ON" if item.muted else "HIDE_OFF",
            emboss=False,
        )
        eye.item = item.name

    def filter_items(self, _context: bpy.types.Context, line: Any, name: str) -> Any:
        """Only what holds the letters that the artist looks for, in what it is or in its words."""
        wanted = self.filter_name.lower()
        if not wanted:
            return [], []
        shown = [wanted in f"{item.what} {item.label}".lower() for item in getattr(line, name)]
        return [self.bitflag_filter_item if one else 0 for one in shown], []


class LOCKSTEP_PT_acting(correcting.OnLine, bpy.types.Panel):
    """The acting of the line at the playhead."""

    bl_idname = "LOCKSTEP_PT_acting"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "Lockstep"
    bl_label = "Acting"
    bl_parent_id = "LOCKSTEP_PT_sync"
    bl_order = 2

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        _, line = correcting.shown_line(context)
        if takes.active(line) is None:
            draw_text(layout, context, NO_TAKE, "INFO")
            return
        _draw_list(layout, context, line)
        _draw_adding(layout)
        _draw_files(layout)


def _draw_list(layout: bpy.types.UILayout, context: bpy.types.Context, line: Any) -> None:
    layout.template_list("LOCKSTEP_UL_acting", "", line, "acting", line, "act", rows=4)
    if not len(line.acting):
        draw_text(layout, context, "Nothing yet: add below, or edit keys and press See My Edits.", "INFO")
    elif 0 <= line.act < len(line.acting):
        _draw_chosen(layout.box(), context, line.acting[line.act])
    layout.operator(directing.LOCKSTEP_OT_see_edits.bl_idname, icon="FILE_REFRESH")


def _draw_chosen(box: bpy.types.UILayout, context: bpy.types.Context, item: Any) -> None:
    """The chosen item: what it is and where, why it is not at its sound, and what can be done about that."""
    draw_text(box, context, headline(item), ICONS[item.kind])
    if item.reason:
        draw_text(box, context, item.reason, SIGNS.get(item.status, "INFO"))
    column = box.column(align=True)
    if item.status == "unplaced":
        text = "Leave Unplaced" if item.guess else "Place at Best Guess"
        column.operator(directing.LOCKSTEP_OT_guess_item.bl_idname, text=text, icon="QUESTION")
    column.operator(directing.LOCKSTEP_OT_anchor_item.bl_idname, icon="ANCHOR_CENTER")
    row = column.row(align=True)
    if adding.VALUES[item.kind]:
        row.operator(adding.LOCKSTEP_OT_change_item.bl_idname, text="Change…", icon="GREASEPENCIL")
    row.operator(directing.LOCKSTEP_OT_delete_item.bl_idname, text="Delete", icon="TRASH")


def headline(item: Any) -> str:
    """What the chosen item is, the sounds that it is at, and its frames."""
    first, last = round(item.frame), round(item.last)
    frames = f"frame {first}" if first == last else f"frames {first}–{last}"
    said = f" at '{item.label}'" if item.label else ""
    return f"{item.what}{said}, {frames}: {item.about}{', muted' if item.muted else ''}"


def _draw_adding(layout: bpy.types.UILayout) -> None:
    column = layout.column(align=True)
    column.label(text="Add at the playhead:")
    for pair in _pairs(ADDED):
        row = column.row(align=True)
        for name, text, kind in pair:
            row.operator(name, text=text, icon=ICONS[kind])  # type: ignore[arg-type]


def _draw_files(layout: bpy.types.UILayout) -> None:
    """The acting of the line to a file, from one, and to other characters."""
    row = layout.row(align=True)
    row.operator(export.LOCKSTEP_OT_export_acting.bl_idname, text="Export…", icon="EXPORT")
    row.operator(export.LOCKSTEP_OT_import_acting.bl_idname, text="Import…", icon="IMPORT")
    layout.operator(export.LOCKSTEP_OT_export_face.bl_idname, text="Export Face Curves…", icon="FCURVE")
    layout.operator(swap.LOCKSTEP_OT_copy_acting.bl_idname, icon="DUPLICATE")


def _pairs(items: Sequence[tuple[str, str, str]]) -> list[Sequence[tuple[str, str, str]]]:
    return [items[index : index + 2] for index in range(0, len(items), 2)]


CLASSES = (LOCKSTEP_OT_pick_item, LOCKSTEP_UL_acting, LOCKSTEP_PT_acting)


def register() -> None:
    """Register the panel."""
    classes.add(CLASSES)


def unregister() -> None:
    """Take the panel back."""
    classes.take_back(CLASSES)
