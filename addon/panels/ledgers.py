"""The panel 'Ledger': where every check is kept, what the shot is called there, and the report of the whole project."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy

from ...engine.errors import OutputError, UsageError
from .. import classes, preferences
from .drawing import draw_text
from .export import AsksFile, with_ending
from .modal import busy
from .operating import Acting

REPORT = ".html"
UNSAVED = "This file was never saved; save it first, so that the ledger can lie beside it."
NO_LEDGER = "No ledger is kept; press Keep a Ledger, or name its file, and check the shot."


class _OfLedger(Acting):
    """An operator on the ledger: grey while something runs."""

    @classmethod
    def reason(cls, context: bpy.types.Context) -> str:
        """Nothing may run, and there must be what it needs."""
        return busy() or cls.needs(context)

    @classmethod
    def needs(cls, context: bpy.types.Context) -> str:
        """What it lacks, '' for nothing."""
        raise NotImplementedError


class LOCKSTEP_OT_keep_ledger(_OfLedger, bpy.types.Operator):
    """Keep every check of this shot from now on, in a file beside the .blend"""

    bl_idname = "lockstep.keep_ledger"
    bl_label = "Keep a Ledger"
    bl_options = {"REGISTER", "UNDO"}  # noqa: RUF012

    @classmethod
    def needs(cls, _context: bpy.types.Context) -> str:
        """There must be a .blend."""
        return "" if bpy.data.filepath else UNSAVED

    def act(self, context: bpy.types.Context) -> None:
        scene: Any = context.scene
        scene.lockstep.ledger = f"//{preferences.LEDGER}"
        self.report({"INFO"}, f"From the next check on, '{preferences.ledger_path(context, scene)}' is written.")


class LOCKSTEP_OT_open_report(_OfLedger, AsksFile, bpy.types.Operator):
    """Write the report of all shots in the ledger (worst first, over time, by language) as one page, and open it"""

    bl_idname = "lockstep.open_report"
    bl_label = "Open Report"
    ending = REPORT
    filter_glob: bpy.props.StringProperty(default="*.html", options={"HIDDEN"})  # type: ignore[valid-type]

    @classmethod
    def needs(cls, context: bpy.types.Context) -> str:
        """There must be a ledger by name; whether it is there is told when the button is pressed."""
        return "" if preferences.ledger_text(context, context.scene) else NO_LEDGER

    def suggested(self, context: bpy.types.Context) -> str:
        """As the ledger."""
        return _ledger(context).stem

    def act(self, context: bpy.types.Context) -> None:
        from ...engine.ledger import write_report

        ledger = _ledger(context)
        path = with_ending(self.path(), REPORT)
        write_report(path, ledger)
        self.report({"INFO"}, f"The report is in '{path}'.")
        if not bpy.app.background:
            bpy.ops.wm.url_open(url=path.as_uri())


def _ledger(context: bpy.types.Context) -> Path:
    """The ledger's file. Raises LockstepError where there is none."""
    path = preferences.ledger_path(context, context.scene)
    if path is None:
        raise OutputError(UNSAVED) if preferences.ledger_text(context, context.scene) else UsageError(NO_LEDGER)
    if not path.is_file():
        raise UsageError(f"There is no ledger '{path}' yet; check the shot first, which writes it.")
    return path


class LOCKSTEP_PT_ledger(bpy.types.Panel):
    """Where checks are kept."""

    bl_idname = "LOCKSTEP_PT_ledger"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "Lockstep"
    bl_label = "Ledger"
    bl_parent_id = "LOCKSTEP_PT_check"
    bl_order = 3
    bl_options = {"DEFAULT_CLOSED"}  # noqa: RUF012

    def draw(self, context: bpy.types.Context) -> None:
        scene: Any = context.scene
        layout = self.layout
        column = layout.column()
        column.use_property_split = True
        column.use_property_decorate = False
        column.prop(scene.lockstep, "shot", placeholder=preferences.shot_name(scene))
        usual = "" if scene.lockstep.ledger else preferences.ledger_text(context, scene)
        column.prop(scene.lockstep, "ledger", placeholder=usual)
        if not preferences.ledger_text(context, scene):
            draw_text(layout, context, "No check is kept; keep a ledger to compare shots and days.", "INFO")
            layout.operator(LOCKSTEP_OT_keep_ledger.bl_idname, icon="FILE_TICK")
            if not bpy.data.filepath:
                draw_text(layout, context, UNSAVED, "INFO")
            return
        layout.operator(LOCKSTEP_OT_open_report.bl_idname, text="Open Report…", icon="URL")


CLASSES = (LOCKSTEP_OT_keep_ledger, LOCKSTEP_OT_open_report, LOCKSTEP_PT_ledger)


def register() -> None:
    """Register the panel and its buttons."""
    classes.add(CLASSES)


def unregister() -> None:
    """Take them back."""
    classes.take_back(CLASSES)
