"""The time map of a line's last swap as a picture: in the panel, and as an image of Blender's own."""

from __future__ import annotations

from typing import Any

import bpy

from ...engine.errors import LockstepError, UsageError
from ...engine.progress import drain
from .. import classes
from ..lines import takes
from ..lines.request import address_of
from . import correcting, directing
from .pictures import Pixels, Shelf, open_image

IMAGE = "Lockstep time map"
NO_SWAP = "This line has no swap to show; swap its voice first."


def compared(line: Any) -> tuple[Any, Any] | None:
    """The two takes of a line's last swap; None where it had none, or one is no longer kept."""
    report = takes.report_of(line)
    known = {item.home: item for item in line.takes}
    if report is None or not {report.old, report.new} <= set(known):
        return None
    return known[report.old], known[report.new]


def picture_of(line: Any) -> Pixels:
    """The time map of a line's last swap: [height, width, 4], the top row first. Raises UsageError without one."""
    from ...engine.placing.picture import picture

    found = compared(line)
    if found is None:
        raise UsageError(NO_SWAP)
    old, new = found
    before, after = takes.read(old), takes.read(new)
    match = drain(takes.match(before, takes.place_of(old), after, takes.place_of(new)))
    placed = takes.placed_of(line) if takes.active(line) == new else None
    made: Pixels = picture(match, before, after, placed)
    return made


def icon_of(face: Any, line: Any) -> int:
    """The number of the icon with a line's time map; 0 where there is none, or none yet: then it is soon made."""
    found = compared(line)
    return SHELF.icon(_key(line, found), (address_of(face), line.name)) if found is not None else 0


def _key(line: Any, found: tuple[Any, Any]) -> str:
    return f"{found[0].digest} {found[1].digest} {hash(line.score)}"


def _made(ask: Any) -> tuple[str, Pixels] | None:
    """The picture of a line, known by its face and its name."""
    thing, name = ask
    face: Any = bpy.data.objects.get(thing)
    line = face.lockstep_spans.get(name) if face is not None else None
    found = compared(line) if line is not None else None
    if found is None:
        return None
    try:
        return _key(line, found), picture_of(line)
    except LockstepError:  # a take that is damaged has no picture
        return None


SHELF = Shelf(_made)


class LOCKSTEP_OT_open_time_map(directing.OfLine, bpy.types.Operator):
    """Show this picture as large as you like, in a window of Blender's image editor"""

    bl_idname = "lockstep.open_time_map"
    bl_label = "Open as Image"
    bl_options = {"UNDO"}  # noqa: RUF012

    def act(self, context: bpy.types.Context) -> None:
        _, line = correcting.shown_line(context)
        image = open_image(context, IMAGE, picture_of(line))
        self.report({"INFO"}, f"The time map is the image '{image.name}'.")


CLASSES = (LOCKSTEP_OT_open_time_map,)


def register() -> None:
    """Register the operator, and make room for pictures."""
    classes.add(CLASSES)
    SHELF.set_up()


def unregister() -> None:
    """Take them back."""
    SHELF.take_down()
    classes.take_back(CLASSES)
