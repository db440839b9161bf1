"""Long work behind a button: on a timer, with its progress shown and Esc to stop it; at once in a script."""

from __future__ import annotations

import time
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import bpy

from ...engine.errors import LockstepError
from ...engine.progress import Progress, drain
from ..live import session
from .drawing import redraw

TICK = 0.01  # seconds between two steps of the work
STEP = 0.05  # seconds of work in one step, so that the window stays alive

Work = Generator[Progress, None, Any]


@dataclass(slots=True)
class Job:
    """The work that is running: what it is called, what it was asked, and where it stands."""

    work: Work
    asked: Any
    progress: Progress
    called: str = "sync"


class Desk:
    """Where the one running job lies, for the panels and for whoever starts a second one."""

    job: Job | None = None


def running() -> Job | None:
    """The work that is running, if any."""
    return Desk.job


def busy() -> str:
    """Why no other work can begin now, in one sentence; '' where it can."""
    if Desk.job is None:
        return session.reason()
    return f"A {Desk.job.called} is running; wait for its end, or press Esc to stop it."


def stopped(called: str) -> str:
    """What is said of work that was stopped."""
    return f"The {called} was stopped; nothing was changed."


class Modal:
    """An operator with long work: `ask` says what is wanted, `begin` does it, `done` tells of it.

    `called`: what it is in a sentence, after 'A'.
    """

    called = "sync"
    _timer: Any = None

    def ask(self, context: bpy.types.Context) -> Any:
        """What is to be done. Raises LockstepError with what to do where that cannot be."""
        raise NotImplementedError

    def begin(self, asked: Any) -> Work:
        """The work; nothing in the file changes before its last step. Raises LockstepError."""
        raise NotImplementedError

    def done(self, asked: Any, result: Any) -> None:
        """Called with what the work gave, once all is written."""
        raise NotImplementedError

    def execute(self, context: bpy.types.Context) -> set[Any]:
        """Run to the end at once: for scripts."""
        try:
            asked = self.ask(context)
            self.done(asked, drain(self.begin(asked)))
        except LockstepError as error:
            return self.fail(error)
        return {"FINISHED"}

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[Any]:
        """Start the work, to be carried on by a timer."""
        if busy():
            self.report({"ERROR"}, busy())  # type: ignore[attr-defined]
            return {"CANCELLED"}
        try:
            asked = self.ask(context)
        except LockstepError as error:
            return self.fail(error)
        Desk.job = Job(self.begin(asked), asked, Progress("Starting", 0.0), self.called)
        manager = context.window_manager
        self._timer = manager.event_timer_add(TICK, window=context.window)
        manager.progress_begin(0.0, 100.0)
        manager.modal_handler_add(self)  # type: ignore[arg-type]
        return {"RUNNING_MODAL"}

    def modal(self, context: bpy.types.Context, event: bpy.types.Event) -> set[Any]:
        """Carry on for a moment on every tick; Esc stops."""
        if event.type == "ESC" and event.value == "PRESS":
            self.cancel(context)
            self.report({"INFO"}, stopped(self.called))  # type: ignore[attr-defined]
            return {"CANCELLED"}
        if event.type != "TIMER":
            return {"PASS_THROUGH"}
        try:
            end = self._advance()
        except LockstepError as error:
            self.cancel(context)
            return self.fail(error)
        except BaseException:
            self.cancel(context)
            raise
        self._show(context)
        if end is None:
            return {"RUNNING_MODAL"}
        asked = _asked()
        self.cancel(context)
        self.done(asked, end.value)
        return {"FINISHED"}

    def cancel(self, context: bpy.types.Context) -> None:
        """Close the work and clean up; also called by Blender when another file is opened meanwhile."""
        close()
        if self._timer is not None:
            context.window_manager.event_timer_remove(self._timer)
            self._timer = None
        context.window_manager.progress_end()
        _status(context, None)
        redraw(context)

    def fail(self, error: LockstepError) -> set[Any]:
        """Say what is wrong."""
        self.report({"ERROR"}, str(error))  # type: ignore[attr-defined]
        return {"CANCELLED"}

    def _advance(self) -> StopIteration | None:
        """Work for a moment; gives the end of the work once it is reached."""
        job = Desk.job
        assert job is not None
        until = time.perf_counter() + STEP
        while time.perf_counter() < until:
            try:
                job.progress = next(job.work)
            except StopIteration as end:
                return end
        return None

    def _show(self, context: bpy.types.Context) -> None:
        job = Desk.job
        if job is None:
            return
        share = 100.0 * job.progress.fraction
        context.window_manager.progress_update(share)
        _status(context, f"Lockstep: {job.progress.stage} {share:.0f} % (Esc stops)")
        redraw(context)


def draw_progress(layout: bpy.types.UILayout, called: str) -> bool:
    """In the place of a button, how far its work is; tells whether it is running."""
    job = Desk.job
    if job is None or job.called != called:
        return False
    layout.progress(factor=job.progress.fraction, text=f"{job.progress.stage} (Esc stops)")
    return True


def close() -> None:
    """Close the work that is running, if any."""
    job, Desk.job = Desk.job, None
    if job is not None:
        job.work.close()


def _asked() -> Any:
    assert Desk.job is not None
    return Desk.job.asked


def _status(context: bpy.types.Context, text: str | None) -> None:
    if context.workspace is not None:
        context.workspace.status_text_set(text)
