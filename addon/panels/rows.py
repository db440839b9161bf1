"""Correcting the rig of a face: rows to edit, back to what was found, and saving them as a profile."""

from __future__ import annotations

from typing import Any

import bpy

from ...engine.errors import LockstepError
from .. import classes, props
from ..character import profiles
from ..character.scene import Character, find_character
from .operating import Acting


def _character(context: bpy.types.Context) -> Character:
    assert context.scene is not None
    return find_character(context.active_object, context.scene)


def fitted(character: Character) -> profiles.Fitted:
    """The rig of a character as the artist has set and corrected it. Raises RigError."""
    face: Any = character.face
    return profiles.fit(character.names, face.lockstep_rig, props.corrections(face))


def _reason(context: bpy.types.Context) -> str:
    try:
        fitted(_character(context))
    except LockstepError as error:
        return str(error)
    return ""


class _FaceOperator(Acting):
    """An operator on a face."""

    @classmethod
    def reason(cls, context: bpy.types.Context) -> str:
        """There must be one."""
        return _reason(context)

    def act(self, context: bpy.types.Context) -> None:
        """Change it."""
        self.change(_character(context))

    def change(self, character: Character) -> None:
        raise NotImplementedError


class LOCKSTEP_OT_correct_rig(_FaceOperator, bpy.types.Operator):
    """List what drives what, so that any row can be corrected"""

    bl_idname = "lockstep.correct_rig"
    bl_label = "Correct Rows"
    bl_options = {"REGISTER", "UNDO"}  # noqa: RUF012

    def change(self, character: Character) -> None:
        face: Any = character.face
        rows = face.lockstep_rows
        found = fitted(character).binding
        rows.clear()
        for row in found.rows:
            made = rows.add()
            made.name = made.key = row.key
            for name in row.names + ("",) * ((2 if row.sides else 1) - len(row.names)):
                made.shapes.add().shape = name


class LOCKSTEP_OT_forget_corrections(_FaceOperator, bpy.types.Operator):
    """Go back to the rows as they were found"""

    bl_idname = "lockstep.forget_corrections"
    bl_label = "Forget Corrections"
    bl_options = {"REGISTER", "UNDO"}  # noqa: RUF012

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        try:
            return len(props.corrections(_character(context).face)) > 0
        except LockstepError:
            return False

    def change(self, character: Character) -> None:
        face: Any = character.face
        face.lockstep_rows.clear()


class LOCKSTEP_OT_save_profile(_FaceOperator, bpy.types.Operator):
    """Save the rows as a rig profile of your own, found again on every face with these keys"""

    bl_idname = "lockstep.save_profile"
    bl_label = "Save as Profile"
    bl_options = {"REGISTER", "UNDO"}  # noqa: RUF012

    title: bpy.props.StringProperty(name="Name", description="What the profile is called")  # type: ignore[valid-type]

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[Any]:
        return context.window_manager.invoke_props_dialog(self)  # type: ignore[return-value]

    def change(self, character: Character) -> None:
        path = profiles.save(fitted(character).binding, self.title)
        face: Any = character.face
        face.lockstep_rig = path.stem
        face.lockstep_rows.clear()
        self.report({"INFO"}, f"Saved as '{path}'.")


CLASSES = (LOCKSTEP_OT_correct_rig, LOCKSTEP_OT_forget_corrections, LOCKSTEP_OT_save_profile)


def register() -> None:
    """Register the operators."""
    classes.add(CLASSES)


def unregister() -> None:
    """Take the operators back."""
    classes.take_back(CLASSES)
