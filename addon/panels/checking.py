"""The button Check Sync: the scene as it is seen against the sound as it is heard, and what was kept of that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import bpy

from ...engine.errors import LockstepError
from .. import classes
from ..character.scene import find_character
from ..checking import kept
from ..checking.request import Checked, CheckRequest, request_of
from ..lines import spans
from . import outliving
from .modal import Modal, Work, busy
from .operating import Explained

NOT_CHECKED = "This shot was not checked yet; press Check Sync first."


@dataclass(frozen=True, slots=True)
class Shown:
    """The character and the line that are shown, None for a face without one, and the last check of it, if any."""

    name: str
    face: Any
    span: Any
    kept: kept.Kept | None


def shown(context: bpy.types.Context) -> Shown:
    """What the panel 'Check' shows: the active character, its line at the playhead. Raises LockstepError."""
    assert context.scene is not None
    character = find_character(context.active_object, context.scene, linked=True)
    face: Any = character.face
    span = spans.line_at(face, context.scene.frame_current_final)
    return Shown(character.name, face, span, kept.kept_of(face, span))


def _face(asked: CheckRequest) -> Any:
    """The face of a request; None where it is gone."""
    home: Any = bpy.data.scenes.get(asked.scene)
    thing: Any = bpy.data.objects.get(asked.thing)  # type: ignore[call-overload]
    if home is None or thing is None:
        return None
    return find_character(thing, home, linked=True).face


def disabled_reason(context: bpy.types.Context) -> str:
    """Why Check Sync cannot be pressed, in one sentence; '' where it can."""
    if busy():
        return busy()
    try:
        assert context.scene is not None
        request_of(context)
        find_character(context.active_object, context.scene, linked=True)
    except LockstepError as error:
        return str(error)
    return ""


class LOCKSTEP_OT_check_sync(Explained, Modal, bpy.types.Operator):
    """Look at the mouth as it is shown, frame by frame, and listen to its sound: are they together?"""

    # No step of undo: nothing of the scene changes, and what was undone before the check can still be done again.
    bl_idname = "lockstep.check_sync"
    bl_label = "Check Sync"
    bl_options = {"REGISTER"}  # noqa: RUF012
    called = "check"

    @classmethod
    def reason(cls, context: bpy.types.Context) -> str:
        """What is missing."""
        return disabled_reason(context)

    def ask(self, context: bpy.types.Context) -> CheckRequest:
        """The active character's line at the playhead, measured as the preferences say."""
        return request_of(context)

    def begin(self, asked: CheckRequest) -> Work:
        """The check, whose last step keeps what it found."""
        from ..checking.checking import check

        return check(asked)

    def done(self, asked: CheckRequest, result: Checked) -> None:
        """Say what was found; undo shall not take it away."""
        face = _face(asked)
        if face is not None:
            outliving.remember(face, result.line_name)
        for note in result.notes:
            self.report({"WARNING"}, note)
        self.report({"INFO"}, result.line)


class LOCKSTEP_OT_go_to_frame(bpy.types.Operator):
    """Go to this moment"""

    bl_idname = "lockstep.go_to_frame"
    bl_label = "Go There"
    bl_options = {"INTERNAL"}  # noqa: RUF012

    frame: bpy.props.FloatProperty(name="Frame")  # type: ignore[valid-type]

    def execute(self, context: bpy.types.Context) -> set[Any]:
        """Move the playhead to the nearest whole frame."""
        assert context.scene is not None
        context.scene.frame_set(round(self.frame))
        return {"FINISHED"}


CLASSES = (LOCKSTEP_OT_check_sync, LOCKSTEP_OT_go_to_frame)


def register() -> None:
    """Register the operators."""
    classes.add(CLASSES)


def unregister() -> None:
    """Take the operators back."""
    outliving.forget()
    classes.take_back(CLASSES)
