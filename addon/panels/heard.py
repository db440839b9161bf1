"""The panel 'Heard': the words and sounds of a line, where they are doubtful, and what was put right."""

from __future__ import annotations

from bisect import bisect_right
from typing import Any

import bpy

from ...engine.doubt import Stretch, doubtful
from ...engine.errors import LockstepError
from ...engine.take import STAGES, STATUSES
from .. import classes, preferences
from ..lines import spans, takes
from ..lines.request import heard_by
from . import correcting
from .drawing import draw_text, lately

ICONS = {"said": "NONE", "changed": "ERROR", "repeated": "FILE_REFRESH", "extra": "ADD", "unsaid": "REMOVE"}
TITLES = {"changed": "said otherwise", "repeated": "said again", "extra": "not in the text", "unsaid": "not said"}
FOLLOWED = {
    "phones": "all sounds",
    "classes": "lips and jaw only",
    "openness": "loudness only",
    "rest": "mouth at rest",
}
SHOWN = 5  # doubtful stretches listed at once, from the playhead on


class LOCKSTEP_OT_jump(bpy.types.Operator):
    """Go to this moment of the line"""

    bl_idname = "lockstep.jump"
    bl_label = "Go There"
    bl_options = {"INTERNAL"}  # noqa: RUF012

    seconds: bpy.props.FloatProperty(name="Seconds", description="Second of the sound")  # type: ignore[valid-type]

    def execute(self, context: bpy.types.Context) -> set[Any]:
        """Choose what is heard there, and move the playhead to it."""
        try:
            _, line = correcting.shown_line(context)
        except LockstepError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        spans.choose_at(line, self.seconds)
        context.scene.frame_set(spans.frame_in(line, self.seconds))
        return {"FINISHED"}


def _cells(layout: bpy.types.UILayout, share: float) -> tuple[bpy.types.UILayout, bpy.types.UILayout]:
    """A line cut in two: its first part has this share of it."""
    split = layout.split(factor=share, align=True)
    return split.row(align=True), split.row(align=True)


class LOCKSTEP_UL_heard(bpy.types.UIList):
    """The words, or the sounds, of a line, in order of time."""

    def draw_item(
        self,
        context: bpy.types.Context,
        layout: bpy.types.UILayout,
        line: Any,
        item: Any,
        _icon: int | None,
        _active_data: Any,
        active_property: str | None,
        _index: int | None,
        _flags: int | None,
    ) -> None:
        status = STATUSES[item.status]
        start, end = spans.seconds_of_heard(item)
        named, rest = _cells(layout, 0.34)
        named.alert = status in ("changed", "unsaid")
        named.label(text=item.text or "…", icon=ICONS[status])  # type: ignore[arg-type]
        if active_property == "word":
            sounds, rest = _cells(rest, 0.43)
            sounds.label(text=TITLES[status] if status == "unsaid" else "".join(spans.phones_in(line, start, end)))
        moment, sure = _cells(rest, 0.44)
        moment.label(text=spans.timecode(start))
        sure.alignment = "RIGHT"
        sure.alert = item.times[2] < preferences.doubt_limit(context)
        sure.label(text="" if status == "unsaid" else f"{item.times[2]:.0%}")

    def filter_items(self, _context: bpy.types.Context, line: Any, name: str) -> Any:
        """Only what holds the letters that the artist looks for."""
        if not self.filter_name:
            return [], []
        find = bpy.types.UI_UL_list.filter_items_by_name
        return find(self.filter_name, self.bitflag_filter_item, getattr(line, name), "text"), []


class LOCKSTEP_PT_heard(correcting.OnLine, bpy.types.Panel):
    """What was heard in the line at the playhead."""

    bl_idname = "LOCKSTEP_PT_heard"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "Lockstep"
    bl_label = "Heard"
    bl_parent_id = "LOCKSTEP_PT_sync"
    bl_order = 1

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        character, line = correcting.shown_line(context)
        _draw_list(layout, context, line)
        _draw_stages(layout, context, line)
        _draw_doubts(layout, context, character.name, line)
        _draw_corrections(layout, character.face, line)


def _draw_list(layout: bpy.types.UILayout, context: bpy.types.Context, line: Any) -> None:
    scene: Any = context.scene
    words = correcting.shows_words(context, line)
    item = takes.active(line)
    who = heard_by(item.ear) if item is not None else ""
    if who:
        draw_text(layout, context, f"{who[:1].upper()}{who[1:]}.", "INFO")
    if len(line.words):
        layout.row().prop(scene.lockstep, "view", expand=True)
        _draw_amiss(layout, context, line)
    kind, active = ("words", "word") if words else ("phones", "phone")
    layout.template_list("LOCKSTEP_UL_heard", kind, line, kind, line, active, rows=6)
    layout.operator(correcting.LOCKSTEP_OT_ask_right.bl_idname, text="Put Right…", icon="GREASEPENCIL")


def _draw_amiss(layout: bpy.types.UILayout, context: bpy.types.Context, line: Any) -> None:
    counted = [(sum(STATUSES[word.status] == status for word in line.words), title) for status, title in TITLES.items()]
    amiss = ", ".join(f"{count} {title}" for count, title in counted if count)
    if amiss:
        draw_text(layout, context, f"Of {len(line.words)} words: {amiss}.", "INFO")


def _draw_stages(layout: bpy.types.UILayout, context: bpy.types.Context, line: Any) -> None:
    """The phrases whose sounds are not trusted: what the mouth follows there, and why; a click leads there."""
    count = len(line.stages)
    if not count:
        return
    layout.label(text=f"{count} {'phrase' if count == 1 else 'phrases'} heard in part:", icon="ERROR")
    for item in line.stages[:SHOWN]:
        start, end = spans.seconds_of_heard(item)
        text = f"{spans.timecode(start)}–{spans.timecode(end)}  {FOLLOWED[STAGES[item.status]]}"
        button: Any = layout.operator(LOCKSTEP_OT_jump.bl_idname, text=text)
        button.seconds = start
        if item.text:
            draw_text(layout, context, f"{item.text[:1].upper()}{item.text[1:]}.", "BLANK1")
    if count > SHOWN:
        draw_text(layout, context, f"{count - SHOWN} more.", "BLANK1")


def stretches(context: bpy.types.Context, name: str, line: Any) -> tuple[Stretch, ...]:
    """The doubtful stretches of a character's line, in seconds of its sound."""
    limit = preferences.doubt_limit(context)
    key = f"{name}{line.sound_first}{line.sound_last}{len(line.phones)}{limit}"
    found: tuple[Stretch, ...] = lately("doubts", key, lambda: doubtful(spans.phones(line), limit))
    return found


def _draw_doubts(layout: bpy.types.UILayout, context: bpy.types.Context, name: str, line: Any) -> None:
    found = stretches(context, name, line)
    if not found:
        layout.label(text="No doubtful stretches", icon="CHECKMARK")
        return
    now = (context.scene.frame_current - line.base) / line.rate
    frame = 0.5 / line.rate
    next_one = bisect_right([stretch.start for stretch in found], now + frame)
    before = bisect_right([stretch.start for stretch in found], now - frame) - 1
    row = layout.row(align=True)
    row.label(text=f"{len(found)} doubtful {'stretch' if len(found) == 1 else 'stretches'}", icon="QUESTION")
    _draw_step(row, found, before, "PREV_KEYFRAME")
    _draw_step(row, found, next_one, "NEXT_KEYFRAME")
    column = layout.column(align=True)
    first = max(0, min(next_one - 1, len(found) - SHOWN))
    for stretch in found[first : first + SHOWN]:
        _draw_stretch(column, line, stretch)


def _draw_step(row: bpy.types.UILayout, found: tuple[Stretch, ...], index: int, icon: str) -> None:
    step = row.row(align=True)
    step.enabled = 0 <= index < len(found)
    button: Any = step.operator(LOCKSTEP_OT_jump.bl_idname, text="", icon=icon)  # type: ignore[arg-type]
    button.seconds = found[index].start if step.enabled else 0.0


def _draw_stretch(column: bpy.types.UILayout, line: Any, stretch: Stretch) -> None:
    frames = f"{spans.frame_in(line, stretch.start)}–{spans.frame_in(line, stretch.end)}"
    heard = "".join(phone.ipa for phone in stretch.phones)
    text = f"{spans.timecode(stretch.start)}  [{frames}]  {heard}  {stretch.confidence:.0%}"
    button: Any = column.operator(LOCKSTEP_OT_jump.bl_idname, text=text)
    button.seconds = stretch.start


def _draw_corrections(layout: bpy.types.UILayout, face: Any, line: Any) -> None:
    own = spans.own_corrections(face, line)
    if own:
        layout.label(text="Put right", icon="GREASEPENCIL")
    column = layout.column(align=True)
    for index, item in enumerate(own):
        row = column.row(align=True)
        said = f"/{item.said}/" if item.kind == "phones" else item.said
        row.label(text=f"{spans.timecode(item.start)}–{spans.timecode(item.end)}  {said}")
        button: Any = row.operator(correcting.LOCKSTEP_OT_take_back.bl_idname, text="", icon="X")
        button.index = index


CLASSES = (LOCKSTEP_OT_jump, LOCKSTEP_UL_heard, LOCKSTEP_PT_heard)


def register() -> None:
    """Register the panel."""
    classes.add(CLASSES)


def unregister() -> None:
    """Take the panel back."""
    classes.take_back(CLASSES)
