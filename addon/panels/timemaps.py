"""The time map of a line's last swap as a picture: in the panel, and as an image of Blender's own.

A picture is computed on a timer, never while a panel is drawn, and remembered by what it shows.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import bpy
import numpy as np
from bpy.utils import previews
from numpy.typing import NDArray

from ...engine.errors import LockstepError, UsageError
from ...engine.progress import drain
from .. import classes
from ..lines import takes
from ..lines.request import address_of
from . import correcting, directing
from .drawing import redraw

IMAGE = "Lockstep time map"
REMEMBERED = 8  # pictures
SOON = 0.05  # seconds after drawing, at which a picture is computed
NO_SWAP = "This line has no swap to show; swap its voice first."

Pixels = NDArray[np.uint8]


class _Shelf:
    """The pictures that were made, by what they show, and the lines whose picture is to be made."""

    icons: Any = None
    asked: set[tuple[tuple[str, str | None], str]] = set()  # noqa: RUF012


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
    if found is None or _Shelf.icons is None:
        return 0
    key = _key(line, found)
    if key in _Shelf.icons:
        return int(_Shelf.icons[key].icon_id)
    _Shelf.asked.add((address_of(face), line.name))
    if not (bpy.app.background or bpy.app.timers.is_registered(make_asked)):  # no panel is seen in the background
        bpy.app.timers.register(make_asked, first_interval=SOON)
    return 0


def _key(line: Any, found: tuple[Any, Any]) -> str:
    return f"{found[0].digest} {found[1].digest} {hash(line.score)}"


def make_asked() -> None:
    """Make the pictures that were asked for while a panel was drawn, and let the panels be drawn again."""
    asked, _Shelf.asked = _Shelf.asked, set()
    for thing, name in asked:
        face: Any = bpy.data.objects.get(thing)  # type: ignore[call-overload]
        line = face.lockstep_spans.get(name) if face is not None else None
        found = compared(line) if line is not None else None
        if found is not None:
            with suppress(LockstepError):  # a take that is damaged has no picture
                _keep(_key(line, found), picture_of(line))
                redraw(bpy.context)


def _keep(key: str, pixels: Pixels) -> None:
    if key in _Shelf.icons:
        return
    if len(_Shelf.icons) >= REMEMBERED:
        _Shelf.icons.clear()
    square = _squared(pixels)
    icon = _Shelf.icons.new(key)
    icon.image_size = (square.shape[1], square.shape[0])
    icon.image_pixels_float.foreach_set(_for_blender(square))


def _squared(pixels: Pixels) -> Pixels:
    """As high as wide: an icon has the room of a square, and what a picture leaves of it would lie empty."""
    rows = np.linspace(0.0, pixels.shape[0] - 1.0, pixels.shape[1])
    above = np.floor(rows).astype(np.intp)
    below = np.minimum(above + 1, pixels.shape[0] - 1)
    share = (rows - above)[:, None, None]
    return np.asarray(pixels[above] * (1.0 - share) + pixels[below] * share + 0.5, np.uint8)


def _for_blender(pixels: Pixels) -> NDArray[np.float32]:
    """Pixels as Blender stores them: 0..1, the bottom row first."""
    return (pixels[::-1].astype(np.float32) / 255.0).ravel()


class LOCKSTEP_OT_open_time_map(directing.OfLine, bpy.types.Operator):
    """Show this picture as large as you like, in a window of Blender's image editor"""

    bl_idname = "lockstep.open_time_map"
    bl_label = "Open as Image"
    bl_options = {"UNDO"}  # noqa: RUF012

    def act(self, context: bpy.types.Context) -> None:
        _, line = correcting.shown_line(context)
        image = _image(picture_of(line))
        if not bpy.app.background:
            _show(context, image)
        self.report({"INFO"}, f"The time map is the image '{image.name}'.")


def _image(pixels: Pixels) -> Any:
    """The image with these pixels, kept in the .blend until its next saving."""
    height, width = pixels.shape[:2]
    image: Any = bpy.data.images.get(IMAGE)
    if image is None or tuple(image.size) != (width, height):
        if image is not None:
            bpy.data.images.remove(image)
        image = bpy.data.images.new(IMAGE, width, height, alpha=True)
    image.pixels.foreach_set(_for_blender(pixels))
    image.update()
    return image


def _show(context: bpy.types.Context, image: Any) -> None:
    """An image editor in a window of its own, with the image."""
    known = set(context.window_manager.windows)
    bpy.ops.wm.window_new()
    window = next((one for one in context.window_manager.windows if one not in known), None)
    if window is None:
        return
    area: Any = window.screen.areas[0]
    area.type = "IMAGE_EDITOR"
    area.spaces.active.image = image
    region = next(one for one in area.regions if one.type == "WINDOW")
    with context.temp_override(window=window, area=area, region=region):
        bpy.ops.image.view_all(fit_view=True)


CLASSES = (LOCKSTEP_OT_open_time_map,)


def register() -> None:
    """Register the operator, and make room for pictures."""
    classes.add(CLASSES)
    _Shelf.icons = previews.new()


def unregister() -> None:
    """Take them back."""
    if bpy.app.timers.is_registered(make_asked):
        bpy.app.timers.unregister(make_asked)
    previews.remove(_Shelf.icons)
    _Shelf.icons = None
    _Shelf.asked.clear()
    classes.take_back(CLASSES)
