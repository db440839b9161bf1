"""Pictures in panels and in Blender's image editor.

A picture is computed on a timer, never while a panel is drawn, and remembered by what it shows.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

import bpy
import numpy as np
from bpy.utils import previews
from numpy.typing import NDArray

from .drawing import redraw

REMEMBERED = 8  # pictures
SOON = 0.05  # seconds after drawing, at which a picture is computed
UNIT = 20.0  # pixels of a button's height at scale 1
MARGIN = 3.0  # units of the sidebar that a picture leaves free

Pixels = NDArray[np.uint8]
Make = Callable[[Any], tuple[str, Pixels] | None]  # from what was asked for: what it shows, and its pixels


class Shelf:
    """The pictures that were made, by what they show, and what was asked for while a panel was drawn."""

    def __init__(self, make: Make) -> None:
        self._make = make
        self.icons: Any = None
        self.asked: set[Hashable] = set()
        self._soon = self.make_asked  # a timer is known by its object

    def set_up(self) -> None:
        """Make room for pictures."""
        self.icons = previews.new()

    def take_down(self) -> None:
        """Let all go."""
        if bpy.app.timers.is_registered(self._soon):
            bpy.app.timers.unregister(self._soon)
        previews.remove(self.icons)
        self.icons = None
        self.asked.clear()

    def icon(self, key: str, ask: Hashable) -> int:
        """The number of the icon that shows `key`; 0 where there is none yet: it is soon made from `ask`."""
        if self.icons is None:
            return 0
        if key in self.icons:
            return int(self.icons[key].icon_id)
        self.asked.add(ask)
        if not (bpy.app.background or bpy.app.timers.is_registered(self._soon)):  # no panel is seen in the background
            bpy.app.timers.register(self._soon, first_interval=SOON)
        return 0

    def make_asked(self) -> None:
        """Make the pictures that were asked for, and let the panels be drawn again."""
        asked, self.asked = self.asked, set()
        for ask in asked:
            made = self._make(ask)
            if made is not None:
                self._keep(*made)
                redraw(bpy.context)

    def _keep(self, key: str, pixels: Pixels) -> None:
        if key in self.icons:
            return
        if len(self.icons) >= REMEMBERED:
            self.icons.clear()
        square = _squared(pixels)
        icon = self.icons.new(key)
        icon.image_size = (square.shape[1], square.shape[0])
        icon.image_pixels_float.foreach_set(_for_blender(square))


def width(context: bpy.types.Context) -> float:
    """The width of the sidebar in units of the interface, its margins and tabs left out."""
    region = context.region
    units = region.width / (UNIT * (context.preferences.system.ui_scale or 1.0)) if region else 0.0
    return max(6.0, min(24.0, units - MARGIN))


def open_image(context: bpy.types.Context, name: str, pixels: Pixels) -> Any:
    """The image of that name with these pixels, in a window of the image editor; it lasts until the next saving."""
    image = _image(name, pixels)
    if not bpy.app.background:
        _show(context, image)
    return image


def _squared(pixels: Pixels) -> Pixels:
    """As high as wide: an icon has the room of a square, and what a picture leaves of it would lie empty."""
    if pixels.shape[0] == pixels.shape[1]:
        return pixels
    rows = np.linspace(0.0, pixels.shape[0] - 1.0, pixels.shape[1])
    above = np.floor(rows).astype(np.intp)
    below = np.minimum(above + 1, pixels.shape[0] - 1)
    share = (rows - above)[:, None, None]
    return np.asarray(pixels[above] * (1.0 - share) + pixels[below] * share + 0.5, np.uint8)


def _for_blender(pixels: Pixels) -> NDArray[np.float32]:
    """Pixels as Blender stores them: 0..1, the bottom row first."""
    return (pixels[::-1].astype(np.float32) / 255.0).ravel()


def _image(name: str, pixels: Pixels) -> Any:
    height, width = pixels.shape[:2]
    image: Any = bpy.data.images.get(name)
    if image is None or tuple(image.size) != (width, height):
        if image is not None:
            bpy.data.images.remove(image)
        image = bpy.data.images.new(name, width, height, alpha=True)
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
