"""What live listening owes the file: whoever saves, renders, undoes or opens another finds no trace of it."""

from __future__ import annotations

import atexit
from collections.abc import Callable, Iterator
from typing import Any

import bpy

from . import kept, offers, session


def _saving(*_given: Any) -> None:
    """Before a file is written: it gets the artist's own values, in copies made meanwhile as well."""
    live = session.current()
    if live is not None:
        live.driver.put_back()
    kept.heal()


def _saved(*_given: Any) -> None:
    live = session.current()
    if live is not None:
        live.show()


def _rendering(*_given: Any) -> None:
    """Before a render, which shows what the artist made; Blender calls this beside its main thread."""
    live = session.current()
    if live is not None:
        live.rest(True)


def _rendered(*_given: Any) -> None:
    """After it; the next moment moves the face again."""
    live = session.current()
    if live is not None:
        live.rest(False)


def _framing(*_given: Any) -> None:
    """Before another frame is computed: what no curve moves then stands as the artist left it."""
    live = session.current()
    if live is not None:
        live.await_frame()


def _framed(*_given: Any) -> None:
    """After another frame is computed: curves have just given keys their values, which playback does not show now."""
    live = session.current()
    if live is not None and not live.is_resting:
        live.note_frame()
        if session.is_playing(scrubbing=True):
            live.show()


def _gone_back(*_given: Any) -> None:
    """After undo and redo."""
    live = session.current()
    session.heal_others()
    if live is not None:
        live.renew()
    offers.put_back()


def _closing(*_given: Any) -> None:
    """Before another file is opened."""
    session.abandon()


def _opened(*_given: Any) -> None:
    """A file that was written in the middle of it, by autosave or a crash, gets its values back."""
    session.abandon()
    offers.forget()
    kept.heal()


def _brought(*_given: Any) -> None:
    """After data was appended or linked, perhaps from a file that was written in the middle of it."""
    session.heal_others()


CALLED: dict[str, Callable[..., None]] = {
    "save_pre": _saving,
    "save_post": _saved,
    "save_post_fail": _saved,
    "render_init": _rendering,
    "render_complete": _rendered,
    "render_cancel": _rendered,
    "frame_change_pre": _framing,
    "frame_change_post": _framed,
    "undo_post": _gone_back,
    "redo_post": _gone_back,
    "load_pre": _closing,
    "load_post": _opened,
    "blend_import_post": _brought,
}


def _lists() -> Iterator[tuple[Any, Callable[..., None]]]:
    for name, called in CALLED.items():
        found = getattr(bpy.app.handlers, name, None)
        if found is not None:
            yield found, called


def register() -> None:
    """Put the handlers in; they stay when another file is opened, but not beyond Python's end."""
    for found, called in _lists():
        bpy.app.handlers.persistent(called)
        found.append(called)
    atexit.register(_ended)


def unregister() -> None:
    """End what goes on, and take the handlers out."""
    atexit.unregister(_ended)
    session.abandon()
    _take_out()


def _take_out() -> None:
    for found, called in _lists():
        if called in found:
            found.remove(called)


def _ended() -> None:
    """At Python's end nothing of ours may be left in Blender's lists; its data is gone by then, and not looked at."""
    session.forget()
    _take_out()
