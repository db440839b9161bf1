"""A check outlives undo: it makes no step of its own, and so the file of an earlier step does not know of it.

What was found is put back after undo and redo, for as long as the file is open; the panel says where it is of a shot
that was changed since.
"""

from __future__ import annotations

from typing import Any

import bpy

from ..checking import kept
from ..lines import spans
from ..lines.request import address_of

FIELDS = ("line", "verdict", "said", "made", "stamp", "keys", "data", "full")
LISTS = ("undo_post", "redo_post")

Known = dict[tuple[tuple[str, str | None], str], dict[str, str]]  # by face and line


class _Desk:
    """The checks that were made in the file that is open."""

    known: Known = {}  # noqa: RUF012


def remember(face: Any, line: str) -> None:
    """The check of a line outlives undo from now on. Handlers end with their file, and what they know with them."""
    if _put_back not in bpy.app.handlers.undo_post:
        _Desk.known.clear()
        for name in LISTS:
            getattr(bpy.app.handlers, name).append(_put_back)
    item = _item(face, line)
    if item is not None:
        _Desk.known[address_of(face), line] = {name: getattr(item, name) for name in FIELDS}


def forget() -> None:
    """Let all go."""
    for name in LISTS:
        handlers = getattr(bpy.app.handlers, name)
        if _put_back in handlers:
            handlers.remove(_put_back)
    _Desk.known.clear()


def _put_back(*_given: Any) -> None:
    """Called after undo and redo."""
    for (thing, line), values in _Desk.known.items():
        face: Any = bpy.data.objects.get(thing)  # type: ignore[call-overload]
        if face is None or (line and spans.named(face, line) is None):
            continue
        item = _item(face, line)
        if item is None:
            item = spans.added(face.lockstep_checks)
        if item.data != values["data"]:
            for name, value in values.items():
                setattr(item, name, value)


def _item(face: Any, line: str) -> Any:
    return kept.item_of(face, spans.named(face, line))
