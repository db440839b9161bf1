"""The panel 'Check': the verdict on the shot, its figures, its faults, what to do, and the plot."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

import bpy

from ...engine.check.result import Fault, SyncCheck
from ...engine.errors import LockstepError
from .. import classes
from ..checking import kept
from ..lines.spans import timecode
from . import checking, figures, modal, pictures, reports
from .checking import LOCKSTEP_OT_check_sync, LOCKSTEP_OT_go_to_frame
from .drawing import draw_text, lately

LISTED = 6  # faults, and pieces of advice, that are listed
ABREAST = 4  # moments beside one another
MOMENTS = 12  # missed closures that are listed
CHANGED = "The shot was changed after this check; check it again."


class LOCKSTEP_PT_check(bpy.types.Panel):
    """Whether the shot is in sync, and what to do where it is not."""

    bl_idname = "LOCKSTEP_PT_check"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "Lockstep"
    bl_label = "Check"
    bl_parent_id = "LOCKSTEP_PT_sync"
    bl_order = 3

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        _draw_button(layout, context)
        try:
            shown = checking.shown(context)
        except LockstepError:
            return  # the button has said why
        if shown.kept is not None:
            _draw_verdict(layout, context, shown)
            _draw_figures(layout, context, shown.kept)
            _draw_faults(layout, context, shown.kept)
            _draw_advice(layout, context, shown.kept)
            _draw_plot(layout, context, shown)


def _draw_button(layout: bpy.types.UILayout, context: bpy.types.Context) -> None:
    if modal.draw_progress(layout, "check"):
        return
    reason = checking.disabled_reason(context)
    row = layout.row()
    row.scale_y = 1.3
    row.operator(LOCKSTEP_OT_check_sync.bl_idname, icon="VIEWZOOM")
    if reason:
        draw_text(layout, context, reason, "INFO")


def _draw_verdict(layout: bpy.types.UILayout, context: bpy.types.Context, shown: checking.Shown) -> None:
    found: Any = shown.kept
    said, icon = figures.VERDICTS[found.check.verdict]
    box = layout.box()
    row = box.row()
    named = row.row()
    named.alert = found.check.verdict == "fail"
    named.label(text=said, icon=icon)  # type: ignore[arg-type]
    when = row.row()
    when.alignment = "RIGHT"
    when.label(text=figures.age(found.made, datetime.now()))
    for reason in found.check.reasons:
        draw_text(box, context, reason, "BLANK1")
    for note in found.notes:
        draw_text(box, context, note, "INFO")
    if kept.is_stale(context.scene, shown.face, shown.span) or _is_edited(context, shown):
        draw_text(box, context, CHANGED, "ERROR")


def _is_edited(context: bpy.types.Context, shown: checking.Shown) -> bool:
    """Whether keys were changed since the check; looked at twice a second at most."""
    found: Any = shown.kept
    line = "" if shown.span is None else shown.span.name
    look = partial(kept.is_edited, context.scene, shown.face, shown.span)
    return bool(lately("edited", f"{shown.face.name} {line} {found.made}", look))


def _draw_figures(layout: bpy.types.UILayout, context: bpy.types.Context, found: kept.Kept) -> None:
    check = found.check
    column = layout.column(align=True)
    rows = tuple(figures.figures(check))
    if rows:
        _draw_row(column, "Mouth to sound", "frames", "ms")
    for row in rows:
        name: Any = _draw_row(column, row.name if row.at < 0.0 else "", row.frames, row.milliseconds)
        if row.at >= 0.0:
            _draw_jump(name, row.name, found.frame(row.at))
    for label, value in figures.shares(check):
        _draw_row(column, label, value)
    _draw_missed(layout, found)
    opinion = figures.second_opinion(check)
    if opinion:
        draw_text(layout, context, opinion, "SPEAKER")


def _draw_row(layout: bpy.types.UILayout, name: str, value: str, other: str = "") -> bpy.types.UILayout:
    """A name, and one or two values at the right; gives the place of the name, which is left free for ''."""
    split = layout.split(factor=0.44, align=True)
    place = split.row(align=True)
    if name:
        place.label(text=name)
    values = split.split(factor=0.68, align=True)
    for text in (value, other):
        cell = values.row(align=True)
        cell.alignment = "RIGHT"
        cell.label(text=text)
    return place


def _draw_jump(layout: bpy.types.UILayout, text: str, frame: float, icon: str = "NONE") -> None:
    button: Any = layout.operator(LOCKSTEP_OT_go_to_frame.bl_idname, text=text, icon=icon)  # type: ignore[arg-type]
    button.frame = frame


def _draw_missed(layout: bpy.types.UILayout, found: kept.Kept) -> None:
    """When lips that had to close did not; a click leads there."""
    missed = found.check.missed
    if not missed:
        return
    column = layout.column(align=True)
    column.label(text="Lips that stay open:", icon="ERROR")
    listed = missed[:MOMENTS]
    for first in range(0, len(listed), ABREAST):
        row = column.row(align=True)
        for at in listed[first : first + ABREAST]:
            _draw_jump(row, timecode(at), found.frame(at))
    if len(missed) > MOMENTS:
        column.label(text=f"{len(missed) - MOMENTS} more", icon="BLANK1")


def _draw_faults(layout: bpy.types.UILayout, context: bpy.types.Context, found: kept.Kept) -> None:
    advised = " ".join(found.advice)
    faults = sorted(found.check.faults, key=lambda fault: not fault.grave)
    for fault in faults[:LISTED]:
        box = layout.box().column(align=True)
        _draw_jump(box, _title(fault, found.check), found.frame(fault.start), "ERROR" if fault.grave else "INFO")
        draw_text(box, context, fault.says, "BLANK1")
        if fault.mend and fault.mend not in advised:
            draw_text(box, context, fault.mend, "TOOL_SETTINGS")
    if len(faults) > LISTED:
        layout.label(text=f"{len(faults) - LISTED} more faults", icon="BLANK1")


def _title(fault: Fault, check: SyncCheck) -> str:
    """What it is, and where; what lasts throughout has no place of its own."""
    named = figures.FAULTS.get(fault.kind, fault.kind.capitalize())
    if fault.kind in ("offset", "drift", "flat", "other take", "no motion", "no sound") or fault.end <= fault.start:
        return named
    return f"{named}, {timecode(fault.start)}–{timecode(fault.end)}"


def _draw_advice(layout: bpy.types.UILayout, context: bpy.types.Context, found: kept.Kept) -> None:
    if not found.advice:
        return
    layout.label(text="What to do, in this order:", icon="PRESET")
    column = layout.column()
    for number, sentence in enumerate(found.advice[:LISTED], 1):
        draw_text(column, context, f"{number}. {sentence}", "BLANK1")


def _draw_plot(layout: bpy.types.UILayout, context: bpy.types.Context, shown: checking.Shown) -> None:
    icon = reports.icon_of(context, shown)
    if icon:
        layout.template_icon(icon_value=icon, scale=pictures.width(context))
    row = layout.row(align=True)
    row.operator(reports.LOCKSTEP_OT_open_plot.bl_idname, text="Open", icon="IMAGE_DATA")
    row.operator(reports.LOCKSTEP_OT_save_plot.bl_idname, text="Plot…", icon="FILE_IMAGE")
    row.operator(reports.LOCKSTEP_OT_save_check.bl_idname, text="Report…", icon="FILE_TEXT")


CLASSES = (LOCKSTEP_PT_check,)


def register() -> None:
    """Register the panel."""
    classes.add(CLASSES)


def unregister() -> None:
    """Take the panel back."""
    classes.take_back(CLASSES)
