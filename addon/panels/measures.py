"""The panels under 'Check': the recording, the time that sounds need, and what is usual in the language."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import bpy

from ...engine.budget.report import BudgetReport
from ...engine.errors import LockstepError
from ...engine.soundcheck.findings import SoundCheck
from .. import classes, preferences
from ..checking.kept import Kept
from ..lines.spans import timecode
from . import checking
from .checking import LOCKSTEP_OT_go_to_frame
from .drawing import draw_text

LISTED = 6  # findings, and places over budget, that are listed
NEEDS = {
    "closure": "Closures",
    "teeth": "Lip on teeth",
    "rounded": "Rounded vowels",
    "stressed": "Stressed vowels",
    "rate": "Seconds of speech",
}


class _Under:
    """A panel under 'Check', there where a check has that part; closed at first."""

    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "Lockstep"
    bl_parent_id = "LOCKSTEP_PT_check"
    bl_options = {"DEFAULT_CLOSED"}  # noqa: RUF012
    part = ""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Whether the last check has it."""
        found = checked(context)
        return found is not None and getattr(found, cls.part) is not None


def checked(context: bpy.types.Context) -> Kept | None:
    """The check that is shown, if any."""
    try:
        return checking.shown(context).kept
    except LockstepError:
        return None


class LOCKSTEP_PT_check_sound(_Under, bpy.types.Panel):  # type: ignore[misc]
    """What is wrong with the recording."""

    bl_idname = "LOCKSTEP_PT_check_sound"
    bl_label = "Recording"
    bl_order = 0
    part = "sound"

    def draw(self, context: bpy.types.Context) -> None:
        found = checked(context)
        assert found is not None and found.sound is not None
        draw_text(self.layout, context, levels(found.sound), "SOUND")
        frames = [found.frame(one.start) for one in found.sound.findings]
        draw_findings(self.layout, context, found.sound.findings, frames)


def levels(sound: SoundCheck) -> str:
    """The main figures of a recording, those that are known, in a sentence."""
    known = ", ".join(_levels(sound))
    return f"{known[:1].upper()}{known[1:]}." if known else "Nothing could be measured."


def _levels(sound: SoundCheck) -> Iterator[str]:
    for value, text in (
        (sound.loudness, f"loudness {sound.loudness:.1f} LUFS"),
        (sound.peak, f"peak {sound.peak:.1f} dBTP"),
        (sound.snr, f"speech {sound.snr:.0f} dB over noise"),
        (sound.bandwidth, f"sound up to {sound.bandwidth / 1000.0:.1f} kHz"),
    ):
        if math.isfinite(value):
            yield text


def draw_findings(
    layout: bpy.types.UILayout, context: bpy.types.Context, findings: Sequence[Any], frames: Sequence[float | None]
) -> None:
    """What was found in a sound, the grave first, each with its mend; a click leads to its frame, if it has one."""
    if not findings:
        layout.label(text="Nothing that would spoil a sync", icon="CHECKMARK")
    paired = sorted(zip(findings, frames, strict=True), key=lambda pair: not pair[0].grave)
    for finding, frame in paired[:LISTED]:
        column = layout.column(align=True)
        icon: Any = "ERROR" if finding.grave else "INFO"
        title = f"{finding.kind.capitalize()}, {timecode(finding.start)}–{timecode(finding.end)}"
        if frame is None:
            column.label(text=title, icon=icon)
        else:
            button: Any = column.operator(LOCKSTEP_OT_go_to_frame.bl_idname, text=title, icon=icon)
            button.frame = frame
        draw_text(column, context, f"{finding.says} {finding.mend}".strip(), "BLANK1")
    if len(findings) > LISTED:
        layout.label(text=f"{len(findings) - LISTED} more", icon="BLANK1")


class LOCKSTEP_PT_check_budget(_Under, bpy.types.Panel):  # type: ignore[misc]
    """How the shot keeps to its budget of time."""

    bl_idname = "LOCKSTEP_PT_check_budget"
    bl_label = "Time Budget"
    bl_order = 1
    part = "budget"

    def draw(self, context: bpy.types.Context) -> None:
        found = checked(context)
        assert found is not None and found.budget is not None
        layout = self.layout
        if preferences.medium(context.scene) != found.budget.medium:
            draw_text(layout, context, f"These figures are for {found.budget.medium}; check again.", "INFO")
        draw_text(layout, context, pace(found.budget), "TIME")
        _draw_needs(layout, found.budget)
        _draw_overruns(layout, context, found)


def pace(report: BudgetReport) -> str:
    """How many shapes a second a mouth shows, beside what its medium bears."""
    most = f"; {report.medium} bears {report.most:.0f}" if report.most > 0.0 else ""
    return f"{report.rate:.1f} shapes a second, {report.fastest:.0f} where it is fastest{most}."


def _draw_needs(layout: bpy.types.UILayout, report: BudgetReport) -> None:
    column = layout.column(align=True)
    for kind, count in report.counts.items():
        over = report.over.get(kind, 0)
        row = column.split(factor=0.6, align=True)
        row.label(text=NEEDS.get(kind, kind.capitalize()), icon="ERROR" if over else "CHECKMARK")
        cell = row.row()
        cell.alignment = "RIGHT"
        cell.label(text=f"{over} of {count} over" if over else f"{count} within")


def _draw_overruns(layout: bpy.types.UILayout, context: bpy.types.Context, found: Kept) -> None:
    """The places over budget, those first where something was given up."""
    assert found.budget is not None
    overruns = sorted(found.budget.overruns, key=lambda one: not one.gave_up)
    for one in overruns[:LISTED]:
        column = layout.column(align=True)
        unit = (1.0, "/s") if one.kind == "rate" else (1000.0, " ms")
        had = f"{one.had * unit[0]:.0f} of {one.wanted * unit[0]:.0f}{unit[1]}"
        text = f"{timecode(one.start)}  {one.sounds}  {had}".strip()
        button: Any = column.operator(LOCKSTEP_OT_go_to_frame.bl_idname, text=text)
        button.frame = found.frame(one.start)
        if one.gave_up:
            draw_text(column, context, one.gave_up, "BLANK1")
    if len(overruns) > LISTED:
        layout.label(text=f"{len(overruns) - LISTED} more", icon="BLANK1")


class LOCKSTEP_PT_check_norms(_Under, bpy.types.Panel):  # type: ignore[misc]
    """The shot beside what is usual in its language; it weighs in no verdict."""

    bl_idname = "LOCKSTEP_PT_check_norms"
    bl_label = "Language"
    bl_order = 2
    part = "norms"

    def draw(self, context: bpy.types.Context) -> None:
        found = checked(context)
        assert found is not None and found.norms is not None
        layout = self.layout
        for one in found.norms.standings:
            column = layout.column(align=True)
            row = column.split(factor=0.55, align=True)
            row.label(text=one.name[:1].upper() + one.name[1:])
            cell = row.row()
            cell.alignment = "RIGHT"
            cell.label(text=f"{one.value:.3g} {one.unit}")
            said = f"{one.says[:1].upper()}{one.says[1:]}"
            draw_text(column, context, f"{said} (usual: {one.mean:.3g} ± {one.spread:.2g}).", "BLANK1")
        if found.norms.remark:
            draw_text(layout, context, found.norms.remark, "INFO")


CLASSES = (LOCKSTEP_PT_check_sound, LOCKSTEP_PT_check_budget, LOCKSTEP_PT_check_norms)


def register() -> None:
    """Register the panels."""
    classes.add(CLASSES)


def unregister() -> None:
    """Take the panels back."""
    classes.take_back(CLASSES)
