"""A check as a picture and as a file: its plot in the panel, in the image editor and as PNG, all of it as JSON."""

from __future__ import annotations

import math
from typing import Any

import bpy

from ...engine.check.result import Limits
from ...engine.errors import LockstepError, UsageError
from ...engine.files import check_target, write_text
from .. import classes, preferences
from ..checking import kept
from ..lines import spans
from ..lines.request import address_of
from . import checking, pictures
from .export import AsksFile, with_ending
from .modal import busy
from .operating import Acting
from .pictures import Pixels, Shelf, open_image

IMAGE = "Lockstep check"
LEAST, MOST, STEP = 320, 640, 40  # pixels of the plot in the panel, a square as icons are
WIDTH, HEIGHT = 1280, 720  # pixels of the plot as a picture of its own
PLOT, REPORT = ".check.png", ".check.json"
DIGEST = 12  # last letters of a kept check, by which it is known
DAMAGED = "What was kept of this check is damaged; press Check Sync again."


def _checked(context: bpy.types.Context) -> checking.Shown:
    """The shown line with its check. Raises LockstepError where there is none."""
    found = checking.shown(context)
    if found.kept is None:
        raise UsageError(checking.NOT_CHECKED)
    return found


def plot_of(context: bpy.types.Context, shown: checking.Shown, size: tuple[int, int] = (WIDTH, HEIGHT)) -> Pixels:
    """The plot of a check, `size` pixels wide and high: uint8 [height, width, 4], the top row first.

    Raises UsageError where what was kept is damaged.
    """
    from ...engine.check.plot import plot

    check = kept.full_check(shown.face, shown.span)
    if check is None or shown.kept is None:
        raise UsageError(DAMAGED)
    pixels: Pixels = plot(check, shown.kept.shot, *size, limits=_limits(context))
    return pixels


def _limits(context: bpy.types.Context) -> Limits:
    """What a check of this scene is measured by: the preferences, made tighter by what the shot is delivered for."""
    from ...engine.delivery import delivery_of

    return delivery_of(preferences.medium(context.scene)).limits(preferences.limits(context))


def icon_of(context: bpy.types.Context, shown: checking.Shown) -> int:
    """The number of the icon with the plot; 0 where there is none yet: then it is soon made."""
    item = kept.item_of(shown.face, shown.span)
    if item is None:
        return 0
    line = "" if shown.span is None else shown.span.name
    side = _side(context)
    return SHELF.icon(_key(item, side), (address_of(shown.face), line, side))


def _side(context: bpy.types.Context) -> int:
    """Pixels of the plot in the panel each way: about as many as it has on the screen, so that its letters are read."""
    pixels = pictures.width(context) * pictures.UNIT * (context.preferences.system.ui_scale or 1.0)
    return int(min(max(math.ceil(pixels / STEP) * STEP, LEAST), MOST))


def _key(item: Any, side: int) -> str:
    return f"{item.made} {item.data[-DIGEST:]} {side}"


def _made(ask: Any) -> tuple[str, Pixels] | None:
    """The plot of a line, known by its face and its name."""
    thing, name, side = ask
    face: Any = bpy.data.objects.get(thing)
    if face is None:
        return None
    span = spans.named(face, name)
    item = kept.item_of(face, span)
    if item is None:
        return None
    try:
        shown = checking.Shown("", face, span, kept.kept_of(face, span))
        return _key(item, side), plot_of(bpy.context, shown, (side, side))
    except LockstepError:
        return None


SHELF = Shelf(_made)


class OfCheck(Acting):
    """An operator on a check: grey while something runs, and a sentence where there is no check."""

    @classmethod
    def reason(cls, context: bpy.types.Context) -> str:
        """Nothing may run, and somebody must be shown."""
        return busy() or ("" if context.active_object is not None else checking.disabled_reason(context))

    def suggested(self, context: bpy.types.Context) -> str:
        """What a file is called at first: the shot and the character."""
        found = _checked(context)
        return f"{found.kept.shot} {found.name}" if found.kept is not None else found.name


class LOCKSTEP_OT_open_plot(OfCheck, bpy.types.Operator):
    """Show the plot as large as you like, in a window of Blender's image editor"""

    bl_idname = "lockstep.open_plot"
    bl_label = "Open as Image"
    bl_options = {"UNDO"}  # noqa: RUF012

    def act(self, context: bpy.types.Context) -> None:
        image = open_image(context, IMAGE, plot_of(context, _checked(context)))
        self.report({"INFO"}, f"The plot is the image '{image.name}'.")


class LOCKSTEP_OT_save_plot(OfCheck, AsksFile, bpy.types.Operator):
    """Write the plot (mouth against sound, drift, closures, faults) to a PNG file"""

    bl_idname = "lockstep.save_plot"
    bl_label = "Save Plot"
    ending = PLOT
    filter_glob: bpy.props.StringProperty(default="*.png", options={"HIDDEN"})  # type: ignore[valid-type]

    def act(self, context: bpy.types.Context) -> None:
        found = _checked(context)
        path = with_ending(self.path(), ".png")
        check_target(path)
        from ...engine.drawing.png import write_png

        write_png(path, plot_of(context, found))
        self.report({"INFO"}, f"The plot is in '{path}'.")


class LOCKSTEP_OT_save_check(OfCheck, AsksFile, bpy.types.Operator):
    """Write all that was found (figures, faults, advice, sound, budget, norms) to a JSON file"""

    bl_idname = "lockstep.save_check"
    bl_label = "Save Report"
    ending = REPORT
    filter_glob: bpy.props.StringProperty(default="*.json", options={"HIDDEN"})  # type: ignore[valid-type]

    def act(self, context: bpy.types.Context) -> None:
        found = _checked(context)
        path = with_ending(self.path(), ".json")
        check_target(path)
        write_text(path, kept.text_of(found.face, found.span) + "\n")
        self.report({"INFO"}, f"The report is in '{path}'.")


CLASSES = (LOCKSTEP_OT_open_plot, LOCKSTEP_OT_save_plot, LOCKSTEP_OT_save_check)


def register() -> None:
    """Register the operators, and make room for pictures."""
    classes.add(CLASSES)
    SHELF.set_up()


def unregister() -> None:
    """Take them back."""
    SHELF.take_down()
    classes.take_back(CLASSES)
