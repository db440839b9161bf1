"""The panel 'Live': a face that speaks as somebody speaks, and the recording of it that may be kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import bpy

from ...engine.errors import LockstepError, UsageError
from ...engine.live.moment import Moment
from ...engine.live.wire import Ask
from .. import classes, preferences, props
from ..character.speaker import find_speaker
from ..lines.request import UNKNOWN, Report, Request, of_recording, scene_of
from ..live import offers, session
from .drawing import draw_text, lately
from .modal import busy, draw_progress
from .operating import Acting, Explained
from .sync import Runner

QUIET = -60.0  # dB of full scale at which the meter begins
SILENCE = "·"  # in the place of a sound
LISTED = 5  # recordings that are listed

WAITING = "Waiting for the listener…"
ENDING = "The listener is ending; wait a moment."
NO_RECORDING = "There is no such recording any more; look at the list again."


def disabled_reason(context: bpy.types.Context) -> str:
    """Why Live cannot be pressed, in one sentence; '' where it can.

    While the listener ends it is not: Blender leaves a button grey that was drawn so until the pointer leaves it, and
    the pointer is on this one then.
    """
    if session.current() is not None:
        return ""
    if busy():
        return busy()
    thing, scene = context.active_object, context.scene
    named = "" if thing is None else f"{thing.name_full} {thing.session_uid}"
    return str(lately("live", f"{scene.name} {named}", lambda: _face_reason(thing, scene)))


def _face_reason(thing: bpy.types.Object | None, scene: bpy.types.Scene) -> str:
    try:
        find_speaker(thing, scene)
    except LockstepError as error:
        return str(error)
    return ""


class LOCKSTEP_OT_live(Explained, bpy.types.Operator):
    """Let the face speak as 'lockstep listen' hears somebody speak, without keys; press it again to stop"""

    bl_idname = "lockstep.live"
    bl_label = "Live"
    bl_options = {"INTERNAL"}  # noqa: RUF012

    @classmethod
    def reason(cls, context: bpy.types.Context) -> str:
        """There must be a face that can speak."""
        return disabled_reason(context)

    def execute(self, context: bpy.types.Context) -> set[Any]:
        """Begin, or stop."""
        if session.current() is not None:
            session.stop()
            return {"FINISHED"}
        scene: Any = context.scene
        settings = scene.lockstep
        language = UNKNOWN if settings.language == "auto" else settings.language
        try:
            ask = Ask(language, props.controls(settings))
            live = session.begin(context.active_object, scene, preferences.port(context), ask)
        except LockstepError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        for note in live.driver.notes:
            self.report({"WARNING"}, note)
        return {"FINISHED"}


class LOCKSTEP_OT_keep_recording(Runner, bpy.types.Operator):
    """Put the recording where Live began, listen to it thoroughly and let the face speak it with keys"""

    bl_idname = "lockstep.keep_recording"
    bl_label = "Keep Recording"
    bl_options = {"REGISTER", "UNDO"}  # noqa: RUF012

    path: bpy.props.StringProperty(options={"HIDDEN", "SKIP_SAVE"})  # type: ignore[valid-type]

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        reason = _no_recording(context)
        if reason:
            cls.poll_message_set(reason)
        return not reason

    def ask(self, context: bpy.types.Context) -> Request:
        """The recording with what the panel shows, spoken by the face that was driven."""
        offer = _offer(context, self.path)
        if not Path(offer.path).is_file():
            raise UsageError(f"The recording '{offer.path}' is not there any more; discard it.")
        request = of_recording(context, _who(context, offer), Path(offer.path), offer.frame)
        self.path = offer.path
        if offers.settle():  # one step back from here is the recording that is offered, not the time before it
            bpy.ops.ed.undo_push(message="Live")
        return request

    def shown(self, request: Request, report: Report) -> None:
        """It is kept; from now on the panel shows its strip, no part or phones of the sound that it showed before."""
        scene: Any = scene_of(request)
        offers.take_back(scene, self.path)
        settings = scene.lockstep
        settings.use_part, settings.phones = False, ""
        if report.strip:
            settings.source, settings.strip = "STRIP", report.strip


class LOCKSTEP_OT_discard_recording(Acting, bpy.types.Operator):
    """Delete the recording; a sound file that was played to the listener stays where it is"""

    bl_idname = "lockstep.discard_recording"
    bl_label = "Discard"
    bl_options = {"INTERNAL"}  # noqa: RUF012

    path: bpy.props.StringProperty(options={"HIDDEN", "SKIP_SAVE"})  # type: ignore[valid-type]

    @classmethod
    def reason(cls, context: bpy.types.Context) -> str:
        """There must be a recording."""
        return _no_recording(context)

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[Any]:
        """Ask first."""
        try:
            offer = _offer(context, self.path)
        except LockstepError as error:
            return self.fail(error)
        self.path = offer.path
        if offers.is_own(offer.path):
            said, button = f"'{offer.path}' is deleted for good.", "Delete"
        else:
            said, button = f"'{offer.path}' stays where it is.", "Discard"
        manager: Any = context.window_manager
        found: set[Any] = manager.invoke_confirm(
            self, event, title="Discard Recording", message=said, confirm_text=button
        )
        return found

    def act(self, context: bpy.types.Context) -> None:
        """Let it go."""
        offers.discard(context.scene, _offer(context, self.path).path)


def _no_recording(context: bpy.types.Context) -> str:
    if busy():
        return busy()
    return "" if any(offers.offered(context.scene)) else "Nothing is recorded; press Live first."


def _offer(context: bpy.types.Context, path: str) -> offers.Offer:
    """The recording that is meant: the newest, where none is named. Raises UsageError where it is not there."""
    found = offers.found(context.scene, path) if path else next(offers.offered(context.scene), None)
    if found is None:
        raise UsageError(NO_RECORDING)
    return found


def _who(context: bpy.types.Context, offer: offers.Offer) -> tuple[str, str | None]:
    """The face that was driven; where it has another name by now, the active object. Raises UsageError."""
    objects: Any = bpy.data.objects
    face = objects.get(offer.face)
    if face is not None and context.scene in face.users_scene:
        return offer.face
    thing: Any = context.active_object
    if thing is None:
        raise UsageError(f"'{offer.face[0]}' is not there any more; click the face that shall speak this.")
    return thing.name, thing.library.filepath if thing.library else None


class LOCKSTEP_PT_live(bpy.types.Panel):
    """A face that speaks as somebody speaks."""

    bl_idname = "LOCKSTEP_PT_live"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "Lockstep"
    bl_label = "Live"
    bl_parent_id = "LOCKSTEP_PT_sync"
    bl_order = 6

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        live = session.current()
        _draw_button(layout, context, live)
        if live is not None and live.is_driving:
            _draw_state(layout, context, live)
        elif live is None and session.Desk.said:
            draw_text(layout, context, session.Desk.said, "ERROR" if session.Desk.failed else "INFO")
        _draw_offers(layout, context)


def _draw_button(layout: bpy.types.UILayout, context: bpy.types.Context, live: session.Session | None) -> None:
    reason = disabled_reason(context)
    row = layout.row()
    row.scale_y = 1.3
    if live is None:
        row.operator(LOCKSTEP_OT_live.bl_idname, icon="REC")
    else:
        row.operator(LOCKSTEP_OT_live.bl_idname, text="Stop", icon="SNAP_FACE", depress=True)
    if reason or (live is not None and not live.is_driving):
        draw_text(layout, context, reason or ENDING, "INFO")


def _draw_state(layout: bpy.types.UILayout, context: bpy.types.Context, live: session.Session) -> None:
    """The level, the sound that is heard now, and how far the mouth is behind."""
    if live.begun is None:
        draw_text(layout, context, WAITING, "TIME")
        return
    hears = f"{live.driver.name} listens to '{live.begun.sound}'."
    if live.moment is None:
        draw_text(layout, context, hears, "TIME")
        return
    moment: Moment = live.moment
    layout.progress(factor=meter(moment.level), text=f"{moment.level:.0f} dB")
    row = layout.row()
    row.label(text=f"Heard: {moment.phone or SILENCE}", icon="SPEAKER")
    place = row.row()
    place.alignment = "RIGHT"
    place.label(text=f"{moment.time:.1f} s, delay {1000.0 * live.begun.delay:.0f} ms")
    draw_text(layout, context, hears, "BLANK1")
    for note in live.driver.notes:
        draw_text(layout, context, note, "INFO")


def meter(level: float) -> float:
    """How far a meter of sound stands, 0..1, at a level in dB of full scale."""
    return min(1.0, max(0.0, 1.0 - level / QUIET))


def _draw_offers(layout: bpy.types.UILayout, context: bpy.types.Context) -> None:
    """What was recorded, and the two things that can be done with it."""
    listed = list(_listed(context.scene))
    if listed and draw_progress(layout, LOCKSTEP_OT_keep_recording.called):
        return
    for offer in listed:
        box = layout.box()
        box.label(text=f"Recorded {offer.seconds:.1f} s at frame {offer.frame}", icon="FILE_SOUND")
        row = box.row(align=True)
        for kind in (LOCKSTEP_OT_keep_recording, LOCKSTEP_OT_discard_recording):
            button: Any = row.operator(kind.bl_idname)
            button.path = offer.path


def _listed(scene: Any) -> Iterator[offers.Offer]:
    for number, offer in enumerate(offers.offered(scene)):
        if number < LISTED:
            yield offer


CLASSES = (LOCKSTEP_OT_live, LOCKSTEP_OT_keep_recording, LOCKSTEP_OT_discard_recording, LOCKSTEP_PT_live)


def register() -> None:
    """Register the panel and its buttons."""
    classes.add(CLASSES)


def unregister() -> None:
    """Take them back."""
    classes.take_back(CLASSES)
