"""The button: Sync from Audio, with progress, Esc, and a reason wherever it is grey; and all that works like it."""

from __future__ import annotations

import time
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import bpy

from ...engine.errors import LockstepError
from ...engine.progress import Progress, drain
from .. import classes, props
from ..character.speaker import find_speaker
from ..lines.job import speak
from ..lines.request import Report, Request, from_scene, scene_of, thing_of
from .drawing import redraw

TICK = 0.01  # seconds between two steps of the work
STEP = 0.05  # seconds of work in one step, so that the window stays alive
AT_ONCE = 0.25  # seconds within which Blender asks whether the button that a panel has just drawn is grey
RUNNING = "A sync is running; wait for its end, or press Esc to stop it."
STOPPED = "The sync was stopped; nothing was changed."


@dataclass(slots=True)
class Job:
    """The sync that is running: its work, what it was asked, and where it stands."""

    work: Generator[Progress, None, Report]
    request: Request
    progress: Progress


@dataclass(frozen=True, slots=True)
class _Told:
    """Why a face cannot speak ('' where it can), and when that was found out."""

    time: float
    who: tuple[Any, ...]
    reason: str


class _Desk:
    """Where the one running job lies, for the panel and for whoever starts a second one."""

    job: Job | None = None
    asked: _Told | None = None  # the last answer about a face
    told: _Told | None = None  # the same, while it may be given once more


def running() -> Job | None:
    """The sync that is running, if any."""
    return _Desk.job


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
    if _Desk.job is not None:
        return RUNNING
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


class Runner:
    """An operator that lets a face speak: at once in a script, on a timer in a window. `ask` says what is wanted."""

    _timer: Any = None

    def ask(self, context: bpy.types.Context) -> Request:
        """What is to be done. Raises LockstepError with what to do where that cannot be."""
        raise NotImplementedError

    def shown(self, request: Request, report: Report) -> None:
        """Called once all is written."""

    def execute(self, context: bpy.types.Context) -> set[Any]:
        """Run to the end at once: for scripts."""
        try:
            request = self.ask(context)
            self._finish(request, drain(speak(request)))
        except LockstepError as error:
            return self._fail(error)
        return {"FINISHED"}

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[Any]:
        """Start the work, to be carried on by a timer."""
        if _Desk.job is not None:
            self.report({"ERROR"}, RUNNING)  # type: ignore[attr-defined]
            return {"CANCELLED"}
        try:
            request = self.ask(context)
        except LockstepError as error:
            return self._fail(error)
        _Desk.job = Job(speak(request), request, Progress("Starting", 0.0))
        manager = context.window_manager
        self._timer = manager.event_timer_add(TICK, window=context.window)
        manager.progress_begin(0.0, 100.0)
        manager.modal_handler_add(self)  # type: ignore[arg-type]
        return {"RUNNING_MODAL"}

    def modal(self, context: bpy.types.Context, event: bpy.types.Event) -> set[Any]:
        """Carry on for a moment on every tick; Esc stops."""
        if event.type == "ESC" and event.value == "PRESS":
            self.cancel(context)
            self.report({"INFO"}, STOPPED)  # type: ignore[attr-defined]
            return {"CANCELLED"}
        if event.type != "TIMER":
            return {"PASS_THROUGH"}
        try:
            report = self._advance()
        except LockstepError as error:
            self.cancel(context)
            return self._fail(error)
        except BaseException:
            self.cancel(context)
            raise
        self._show(context)
        if report is None:
            return {"RUNNING_MODAL"}
        request = _request()
        self.cancel(context)
        self._finish(request, report)
        return {"FINISHED"}

    def cancel(self, context: bpy.types.Context) -> None:
        """Close the work and clean up; also called by Blender when another file is opened meanwhile."""
        job, _Desk.job = _Desk.job, None
        if job is not None:
            job.work.close()
        if self._timer is not None:
            context.window_manager.event_timer_remove(self._timer)
            self._timer = None
        context.window_manager.progress_end()
        _status(context, None)
        redraw(context)

    def _advance(self) -> Report | None:
        """Work for a moment; gives the report at the end."""
        job = _Desk.job
        assert job is not None
        until = time.perf_counter() + STEP
        while time.perf_counter() < until:
            try:
                job.progress = next(job.work)
            except StopIteration as end:
                report: Report = end.value
                return report
        return None

    def _show(self, context: bpy.types.Context) -> None:
        job = _Desk.job
        if job is None:
            return
        share = 100.0 * job.progress.fraction
        context.window_manager.progress_update(share)
        _status(context, f"Lockstep: {job.progress.stage} {share:.0f} % (Esc stops)")
        redraw(context)

    def _finish(self, request: Request, report: Report) -> None:
        """Say what was made, here and in the panel."""
        settings: props.LockstepSettings = scene_of(request).lockstep  # type: ignore[attr-defined]
        settings.made, settings.notes = report.line, "\n".join(report.notes)
        self.shown(request, report)
        for note in report.notes:
            self.report({"WARNING"}, note)  # type: ignore[attr-defined]
        self.report({"INFO"}, report.line)  # type: ignore[attr-defined]

    def _fail(self, error: LockstepError) -> set[Any]:
        self.report({"ERROR"}, str(error))  # type: ignore[attr-defined]
        return {"CANCELLED"}


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


def _request() -> Request:
    assert _Desk.job is not None
    return _Desk.job.request


def _status(context: bpy.types.Context, text: str | None) -> None:
    if context.workspace is not None:
        context.workspace.status_text_set(text)


CLASSES = (LOCKSTEP_OT_sync,)


def register() -> None:
    """Register the operator."""
    classes.add(CLASSES)


def unregister() -> None:
    """Stop what runs, and take the operator back."""
    if _Desk.job is not None:
        _Desk.job.work.close()
        _Desk.job = None
    classes.take_back(CLASSES)
