"""What the artist does with the acting of a line: its items muted, moved, guessed and deleted, its style applied."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import bpy

from ...engine.errors import UsageError
from ...engine.take import Take
from .. import classes, props
from ..lines import changes, exchange, takes
from ..lines.exchange import NO_TAKE, Change
from ..lines.request import Report
from . import correcting, playhead
from .modal import busy
from .operating import Acting

NOBODY = "No object is active; click the face, or its armature, first."
NOTHING = "Nothing is chosen; click an item of the list first."


def disabled_reason(context: bpy.types.Context) -> str:
    """Why no line can be changed now, '' where they can; who has no line is told when a button is pressed."""
    if busy():
        return busy()
    return NOBODY if context.active_object is None else ""


def here(context: bpy.types.Context) -> tuple[Any, Take, float]:
    """The shown line, the take that it speaks, and the playhead in its seconds. Raises LockstepError without one."""
    _, span = correcting.shown_line(context)
    take = takes.active_take(span)
    if take is None:
        raise UsageError(NO_TAKE)
    assert context.scene is not None
    return span, take, takes.seconds_at(span, context.scene.frame_current_final)


def perform(context: bpy.types.Context, change: Change) -> Report:
    """Perform the shown line once more with its score changed, and tell how. Raises LockstepError."""
    assert context.scene is not None
    character, span = correcting.shown_line(context)
    return exchange.perform_again(context.scene, character.face, span, change)


class OfLine(Acting):
    """An operator on the shown line."""

    @classmethod
    def reason(cls, context: bpy.types.Context) -> str:
        """There must be a line."""
        return disabled_reason(context)


class LOCKSTEP_OT_see_edits(OfLine, bpy.types.Operator):
    """List what was changed by hand since the last sync; the animation stays as it is"""

    bl_idname = "lockstep.see_edits"
    bl_label = "See My Edits"
    bl_options = {"UNDO"}  # noqa: RUF012

    def act(self, context: bpy.types.Context) -> None:
        perform(context, lambda score, _take: score)


def chosen_row(context: bpy.types.Context, item: str = "") -> Any:
    """The row of an item, of the chosen one for ''. Raises UsageError where there is none."""
    _, span = correcting.shown_line(context)
    index = span.acting.find(item) if item else span.act
    if not 0 <= index < len(span.acting):
        raise UsageError(changes.GONE if item else NOTHING)
    return span.acting[index]


class OfItem(OfLine):
    """An operator on one item of the shown line: `item` is its id, '' the chosen one."""

    item: bpy.props.StringProperty(options={"SKIP_SAVE"})  # type: ignore[valid-type]

    def act(self, context: bpy.types.Context) -> None:
        perform(context, self.change(context, chosen_row(context, self.item)))

    def change(self, context: bpy.types.Context, row: Any) -> Change:
        """How the score changes for the item of a row. Raises LockstepError."""
        raise NotImplementedError


class LOCKSTEP_OT_mute_item(OfItem, bpy.types.Operator):
    """Leave this item out of the animation, or take it in again; it is kept either way"""

    bl_idname = "lockstep.mute_item"
    bl_label = "Mute"
    bl_options = {"UNDO"}  # noqa: RUF012

    def change(self, _context: bpy.types.Context, row: Any) -> Change:
        id, muted = row.name, not row.muted
        return lambda score, _take: changes.altered(score, id, muted=muted)


class LOCKSTEP_OT_delete_item(OfItem, bpy.types.Operator):
    """Delete this item; the animation is then as if it had never been made"""

    bl_idname = "lockstep.delete_item"
    bl_label = "Delete Item"
    bl_options = {"UNDO"}  # noqa: RUF012

    def change(self, _context: bpy.types.Context, row: Any) -> Change:
        id = row.name
        return lambda score, _take: changes.without(score, id)


class LOCKSTEP_OT_guess_item(OfItem, bpy.types.Operator):
    """Place this item where its sound would be in this voice, or take that back"""

    bl_idname = "lockstep.guess_item"
    bl_label = "Place at Best Guess"
    bl_options = {"UNDO"}  # noqa: RUF012

    def change(self, _context: bpy.types.Context, row: Any) -> Change:
        id, guess = row.name, not row.guess
        return lambda score, _take: changes.altered(score, id, guess=guess)


class LOCKSTEP_OT_anchor_item(OfItem, bpy.types.Operator):
    """Move this item to the playhead, and tie it to what is said there"""

    bl_idname = "lockstep.anchor_item"
    bl_label = "Re-anchor Here"
    bl_options = {"UNDO"}  # noqa: RUF012

    def change(self, context: bpy.types.Context, row: Any) -> Change:
        span, _, now = here(context)
        id, kind, placed = row.name, row.kind, takes.placed_of(span)
        where = next((one for one in placed.items if one.id == id), None)
        return lambda score, take: changes.moved(score, id, playhead.meant(take, now, kind), take, where)


class LOCKSTEP_OT_apply_style(OfLine, bpy.types.Operator):
    """Perform this line once more with these values; what was done by hand stays"""

    bl_idname = "lockstep.apply_style"
    bl_label = "Apply to This Line"
    bl_options = {"UNDO"}  # noqa: RUF012

    def act(self, context: bpy.types.Context) -> None:
        scene: Any = context.scene
        style = props.controls(scene.lockstep)
        perform(context, lambda score, _take: replace(score, style=style))


CLASSES = (
    LOCKSTEP_OT_see_edits,
    LOCKSTEP_OT_mute_item,
    LOCKSTEP_OT_delete_item,
    LOCKSTEP_OT_guess_item,
    LOCKSTEP_OT_anchor_item,
    LOCKSTEP_OT_apply_style,
)


def register() -> None:
    """Register the operators."""
    classes.add(CLASSES)


def unregister() -> None:
    """Take the operators back."""
    classes.take_back(CLASSES)
