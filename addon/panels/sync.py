"""The button: Sync from Audio, with progress, Esc, and a reason wherever it is grey; and all that speaks like it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import bpy

from ...engine.errors import LockstepError
from .. import classes, props
from ..character.speaker import find_speaker
from ..lines.job import speak
from ..lines.request import Report, Request, from_scene, scene_of, thing_of
from .modal import Modal, Work, busy, close

AT_ONCE = 0.25  # seconds within which Blender asks whether the button that a panel has just drawn is grey


@dataclass(frozen=True, slots=True)
class _Told:
    """Why a face cannot speak ('' where it can), and when that was found out."""

    time: float
    who: tuple[Any, ...]
    reason: str


class _Desk:
    """What was found out about a face a moment ago."""

    asked: _Told | None = None  # the last answer about a face
    told: _Told | None = None  # the same, while it may be given once more


def disabled_reason(context: bpy.types.Context) -> str:
    """Why Sync from Audio cannot be pressed, in one sentence; '' where it can."""
    return _reason(context, None)


def tell_reason(context: bpy.types.Context) -> str:
    """`disabled_reason` for a panel that draws the button, about which Blender then asks once more."""
    _Desk.asked = None
    reason = disabled_reason(context)
    _Desk.told = _Desk.asked
    return reason


def _reason(context: bpy.types.Context, told: _Told | None) -> str:
    if busy():
        return busy()
    try:
        request = from_scene(context)
        if request.audio is not None and not request.audio.is_file():
            return f"The sound '{request.audio}' is not there; choose one that is."
        return _face_reason(request, told)
    except LockstepError as error:
        return str(error)


def _face_reason(request: Request, told: _Told | None) -> str:
    """Why the face cannot speak: the dear part, and so not looked up again for a button that was just drawn."""
    who = (request.scene, request.thing, request.rig)
    if told is not None and told.who == who and time.perf_counter() - told.time < AT_ONCE:
        return told.reason
    try:
        find_speaker(thing_of(request), scene_of(request), request.rig)
        reason = ""
    except LockstepError as error:
        reason = str(error)
    _Desk.asked = _Told(time.perf_counter(), who, reason)
    return reason


class Runner(Modal):
    """An operator that lets a face speak: at once in a script, on a timer in a window. `ask` says what is wanted."""

    def ask(self, context: bpy.types.Context) -> Request:
        """What is to be done. Raises LockstepError with what to do where that cannot be."""
        raise NotImplementedError

    def shown(self, request: Request, report: Report) -> None:
        """Called once all is written."""

    def begin(self, asked: Request) -> Work:
        """The sync, or the swap."""
        return speak(asked)

    def done(self, asked: Request, result: Report) -> None:
        """Say what was made, here and in the panel."""
        settings: props.LockstepSettings = scene_of(asked).lockstep  # type: ignore[attr-defined]
        settings.made, settings.notes = result.line, "\n".join(result.notes)
        self.shown(asked, result)
        for note in result.notes:
            self.report({"WARNING"}, note)  # type: ignore[attr-defined]
        self.report({"INFO"}, result.line)  # type: ignore[attr-defined]


class LOCKSTEP_OT_sync(Runner, bpy.types.Operator):
    """Listen to the sound and let the face speak it"""

    bl_idname = "lockstep.sync"
    bl_label = "Sync from Audio"
    bl_options = {"REGISTER", "UNDO"}  # noqa: RUF012

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        told, _Desk.told = _Desk.told, None
        reason = _reason(context, told)
        if reason:
            cls.poll_message_set(reason)
        return not reason

    def ask(self, context: bpy.types.Context) -> Request:
        """What the panel shows."""
        return from_scene(context)

    def shown(self, request: Request, report: Report) -> None:
        """From now on the panel shows the strip that was made."""
        settings: props.LockstepSettings = scene_of(request).lockstep  # type: ignore[attr-defined]
        if request.audio is not None and report.strip:
            settings.source, settings.strip = "STRIP", report.strip


CLASSES = (LOCKSTEP_OT_sync,)


def register() -> None:
    """Register the operator."""
    classes.add(CLASSES)


def unregister() -> None:
    """Stop what runs, and take the operator back."""
    close()
    classes.take_back(CLASSES)
