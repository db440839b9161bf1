"""Putting right what was misheard: the line is heard once more with the artist's word for it, and keyed anew."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import bpy

from ...engine import correction
from ...engine.errors import LockstepError, UsageError
from ...engine.take import STATUSES, Correction
from .. import classes
from ..character.scene import Character, find_character
from ..lines import spans
from ..lines.alternatives import alternatives
from ..lines.request import Report, Request, address_of, from_json, scene_of, thing_of
from .modal import running
from .sync import Runner

KINDS = (
    ("PHONES", "Sounds", "What is heard, in IPA; nothing where there is silence"),
    ("WORD", "Word", "The word that is said, as it is spelled"),
)
UNSAID = STATUSES.index("unsaid")
ROOM = 0.15  # seconds on each side of where a word that was not heard should be
SILENT = "-"  # in the menu, where nothing may be called nothing
NO_LINE = "This face has no line here yet; press Sync from Audio first."

_menu: list[tuple[str, str, str]] = []  # Blender shows garbage where Python lets go of the texts of a dynamic menu


def shown_line(context: bpy.types.Context) -> tuple[Character, spans.LockstepSpan]:
    """The active character and its line at the playhead, else its last one. Raises LockstepError without one."""
    assert context.scene is not None
    character = find_character(context.active_object, context.scene)
    line = spans.line_at(character.face, context.scene.frame_current_final)
    if line is None:
        raise UsageError(NO_LINE)
    return character, line


class OnLine:
    """A panel that is there where a line is shown."""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Whether a line is shown."""
        try:
            return bool(shown_line(context))
        except LockstepError:
            return False


def shows_words(context: bpy.types.Context, line: spans.LockstepSpan) -> bool:
    """Whether the panel lists the words of a line, not its sounds."""
    scene: Any = context.scene
    return len(line.words) > 0 and scene.lockstep.view == "WORDS"


def chosen(context: bpy.types.Context, line: spans.LockstepSpan) -> Any:
    """The word, or the sound, that is chosen in the list; None where it is empty."""
    items, index = (line.words, line.word) if shows_words(context, line) else (line.phones, line.phone)
    return items[index] if 0 <= index < len(items) else None


def _again(context: bpy.types.Context, corrections: tuple[Correction, ...]) -> Request:
    """The shown line once more, with these corrections of its sound."""
    character, line = shown_line(context)
    assert context.scene is not None
    asked = from_json(line.asked, context.scene.name, address_of(character.face))
    return replace(asked, corrections=corrections, sound=line.sound)


class LOCKSTEP_OT_put_right(Runner, bpy.types.Operator):
    """Say what is heard here; the line is heard again, timed around it and keyed anew"""

    bl_idname = "lockstep.put_right"
    bl_label = "Put Right"
    bl_options = {"UNDO"}  # noqa: RUF012

    start: bpy.props.FloatProperty(name="Start")  # type: ignore[valid-type]
    end: bpy.props.FloatProperty(name="End")  # type: ignore[valid-type]
    kind: bpy.props.EnumProperty(name="Kind", items=KINDS)  # type: ignore[valid-type]
    said: bpy.props.StringProperty(name="Said")  # type: ignore[valid-type]

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return _is_free(context)

    def ask(self, context: bpy.types.Context) -> Request:
        """The shown line with one correction more."""
        character, line = shown_line(context)
        make = correction.sounds if self.kind == "PHONES" else correction.word
        new = make(self.start, self.end, self.said)
        known = spans.corrections(character.face, line.sound)
        return _again(context, (*spans.without(known, new.start, new.end), new))

    def shown(self, request: Request, report: Report) -> None:
        """The list stays where it was."""
        face = find_character(thing_of(request), scene_of(request)).face
        line = spans.line_at(face, scene_of(request).frame_current)
        if line is not None:
            spans.choose_at(line, self.start)


class LOCKSTEP_OT_take_back(Runner, bpy.types.Operator):
    """Hear this stretch again without this correction"""

    bl_idname = "lockstep.take_back"
    bl_label = "Take Back"
    bl_options = {"UNDO"}  # noqa: RUF012

    index: bpy.props.IntProperty()  # type: ignore[valid-type]

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return _is_free(context)

    def ask(self, context: bpy.types.Context) -> Request:
        """The shown line without one of its corrections."""
        character, line = shown_line(context)
        own = spans.own_corrections(character.face, line)
        if not 0 <= self.index < len(own):
            raise UsageError("There is no such correction any more; look at the list again.")
        gone = own[self.index]
        known = spans.corrections(character.face, line.sound)
        kept = [one for one in known if (one.start, one.end, one.said) != (*spans.seconds_of(gone), gone.said)]
        return _again(context, tuple(kept))


def _is_free(context: bpy.types.Context) -> bool:
    """Asked at each drawing of each button: who has no line is told when one is pressed."""
    return running() is None and context.active_object is not None


def _likely_items(_self: Any, _context: Any) -> list[tuple[str, str, str]]:
    return _menu


def _choose(self: Any, _context: Any) -> None:
    self.kind = "PHONES"
    self.said = self.likely if self.likely != SILENT else ""


def _rename(self: Any, context: bpy.types.Context) -> None:
    """What was heard, as it is written for the kind that was chosen."""
    _, line = shown_line(context)
    if self.kind == "PHONES":
        self.said = "".join(spans.phones_in(line, self.start, self.end))
    elif shows_words(context, line):
        item = chosen(context, line)
        self.said = item.text if item is not None else ""


def _question(context: bpy.types.Context) -> tuple[float, float, str, str]:
    """Start, end, kind and text of what is chosen in the list, whose likely ways are then in the menu."""
    _, line = shown_line(context)
    item = chosen(context, line)
    if item is None:
        raise UsageError("Nothing is chosen; click a word or a sound in the list first.")
    start, end = spans.seconds_of_heard(item)
    if end <= start:
        start, end = max(0.0, start - ROOM), end + ROOM
    word = item.text if shows_words(context, line) else ""
    found = alternatives(_again(context, ()), line, start, end, word)
    _menu[:] = [(ipa or SILENT, ipa or "silence", "") for ipa in found]
    return start, end, "WORD" if word else "PHONES", item.text


class LOCKSTEP_OT_ask_right(bpy.types.Operator):
    """Put right the word or sound that is chosen in the list"""

    bl_idname = "lockstep.ask_right"
    bl_label = "Put Right"
    bl_options = {"INTERNAL"}  # noqa: RUF012

    start: bpy.props.FloatProperty(name="Start", description="Second of the sound", min=0.0, precision=3, step=1)  # type: ignore[valid-type]
    end: bpy.props.FloatProperty(name="End", description="Second of the sound", min=0.0, precision=3, step=1)  # type: ignore[valid-type]
    kind: bpy.props.EnumProperty(name="Kind", items=KINDS, update=_rename)  # type: ignore[valid-type]
    said: bpy.props.StringProperty(name="Said", description="What is really heard there")  # type: ignore[valid-type]
    likely: bpy.props.EnumProperty(  # type: ignore[valid-type]
        name="Likely",
        description="What else it may be, the likeliest first",
        items=_likely_items,
        update=_choose,
        options={"SKIP_SAVE"},
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return _is_free(context)

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[Any]:
        """Ask, with what was heard filled in."""
        try:
            self.start, self.end, self.kind, self.said = _question(context)
        except LockstepError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        return context.window_manager.invoke_props_dialog(self, width=320)  # type: ignore[return-value]

    def draw(self, _context: bpy.types.Context) -> None:
        """The dialog."""
        layout = self.layout
        layout.row().prop(self, "kind", expand=True)
        layout.prop(self, "said", text="IPA" if self.kind == "PHONES" else "Word")
        if _menu:
            layout.prop(self, "likely")
        row = layout.row(align=True)
        row.prop(self, "start")
        row.prop(self, "end")

    def execute(self, context: bpy.types.Context) -> set[Any]:
        """Start the work, which goes on after this dialog is gone."""
        given = {"start": self.start, "end": self.end, "kind": self.kind, "said": self.said}
        mode = "EXEC_DEFAULT" if bpy.app.background else "INVOKE_DEFAULT"
        try:
            return bpy.ops.lockstep.put_right(mode, True, **given)  # type: ignore[attr-defined, no-any-return]
        except RuntimeError as error:  # an error that the operator has reported
            self.report({"ERROR"}, " ".join(str(error).removeprefix("Error: ").split()))
            return {"CANCELLED"}


CLASSES = (LOCKSTEP_OT_put_right, LOCKSTEP_OT_take_back, LOCKSTEP_OT_ask_right)


def register() -> None:
    """Register the operators."""
    classes.add(CLASSES)


def unregister() -> None:
    """Take the operators back."""
    classes.take_back(CLASSES)
    _menu.clear()
