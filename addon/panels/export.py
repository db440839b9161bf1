"""Take, acting and face as files beside the .blend, written whole or not at all; acting read again on a line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy

from ...engine.errors import LockstepError, UsageError
from ...engine.files import check_target
from ...engine.take import write_take
from .. import classes, compat
from ..lines import changes, exchange, takes
from ..sound import strips
from . import correcting, directing

TAKE = ".take.json"
SCORE = ".score.json"
FACE = ".face.json"


class AsksFile:
    """An operator that asks for a file; `ending` is that of its name, `suggested` what it is called at first."""

    ending = ""
    check_existing: bpy.props.BoolProperty(default=True, options={"HIDDEN"})  # type: ignore[valid-type]
    filepath: bpy.props.StringProperty(subtype="FILE_PATH", options=compat.RELATIVE_PATHS)  # type: ignore[valid-type]

    def suggested(self, context: bpy.types.Context) -> str:
        """A name without its ending. Raises LockstepError where there is nothing to be written or read for."""
        raise NotImplementedError

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[Any]:
        """Open the file browser, a name filled in."""
        try:
            name = bpy.path.clean_name(self.suggested(context).replace(" ", "_"))
            self.filepath = self.filepath or str(beside(f"{name}{self.ending}"))
        except LockstepError as error:
            self.report({"ERROR"}, str(error))  # type: ignore[attr-defined]
            return {"CANCELLED"}
        context.window_manager.fileselect_add(self)  # type: ignore[arg-type]
        return {"RUNNING_MODAL"}

    def path(self) -> Path:
        """The file that was chosen. Raises UsageError where none was, AudioError where no .blend is beside it yet."""
        if not self.filepath.strip():
            raise UsageError("No file is named; choose one.")
        return strips.absolute(self.filepath)


class _File(AsksFile, directing.OfLine):
    """An operator on the shown line that asks for a file."""

    filter_glob: bpy.props.StringProperty(default="*.json", options={"HIDDEN"})  # type: ignore[valid-type]

    def suggested(self, context: bpy.types.Context) -> str:
        """The character and the take."""
        directing.here(context)
        character, span = correcting.shown_line(context)
        return f"{character.name} {takes.active(span).label}"


def beside(name: str) -> Path:
    """A file beside the .blend; in the user's folder where that is not saved yet."""
    return Path(bpy.data.filepath).parent / name if bpy.data.filepath else Path.home() / name


def with_ending(path: Path, ending: str) -> Path:
    """A path that ends in `ending`, such as '.take.json', whatever part of that was typed."""
    name = path.name
    for typed in (ending, f".{ending.rpartition('.')[2]}"):
        if name.lower().endswith(typed):
            name = name[: -len(typed)]
            break
    return path.with_name(name + ending)


class LOCKSTEP_OT_export_take(_File, bpy.types.Operator):
    """Write what was heard in this line (sounds, words, syllables, pitch) to a file"""

    bl_idname = "lockstep.export_take"
    bl_label = "Export Take"
    ending = TAKE

    def act(self, context: bpy.types.Context) -> None:
        _, take, _ = directing.here(context)
        path = with_ending(self.path(), TAKE)
        check_target(path)
        write_take(take, path)
        self.report({"INFO"}, f"The take is in '{path}'.")


class LOCKSTEP_OT_export_acting(_File, bpy.types.Operator):
    """Write the acting of this line (style, emphasis, emotions, gestures, pins, edits by hand) to a file"""

    bl_idname = "lockstep.export_acting"
    bl_label = "Export Acting"
    ending = SCORE

    def act(self, context: bpy.types.Context) -> None:
        from ...engine.score.file import write_score

        assert context.scene is not None
        directing.here(context)
        path = with_ending(self.path(), SCORE)
        check_target(path)
        character, span = correcting.shown_line(context)
        write_score(exchange.seen(context.scene, character.face, span), path)
        self.report({"INFO"}, f"The acting is in '{path}'.")


class LOCKSTEP_OT_export_face(_File, bpy.types.Operator):
    """Write how the face moves in this line (jaw, lips, tongue, brows, eyes), as curves for any rig, to a file"""

    bl_idname = "lockstep.export_face"
    bl_label = "Export Face Curves"
    ending = FACE

    def act(self, context: bpy.types.Context) -> None:
        from ...engine.languages import load
        from ...engine.mouth.file import write_face
        from ...engine.perform import face_curves
        from ...engine.placing import resolve

        span, take, _ = directing.here(context)
        path = with_ending(self.path(), FACE)
        check_target(path)
        acting = resolve(takes.placed_of(span), take)
        write_face(face_curves(take, load(take.language), takes.score_of(span).style, acting), path)
        self.report({"INFO"}, f"The face curves are in '{path}'.")


class LOCKSTEP_OT_import_acting(_File, bpy.types.Operator):
    """Perform this line with the acting in a file, beside what it has or in place of it"""

    bl_idname = "lockstep.import_acting"
    bl_label = "Import Acting"
    bl_options = {"UNDO"}  # noqa: RUF012
    ending = SCORE
    check_existing: bpy.props.BoolProperty(default=False, options={"HIDDEN"})  # type: ignore[valid-type]
    keep: bpy.props.BoolProperty(  # type: ignore[valid-type]
        name="Keep Own Items", description="What this line has already stays beside what is read", default=True
    )

    def act(self, context: bpy.types.Context) -> None:
        from ...engine.score.file import read_score

        directing.here(context)
        read = read_score(self.path())
        directing.perform(context, lambda own, _take: changes.joined(own, read) if self.keep else read)
        self.report({"INFO"}, f"{len(list(read.items()))} items of acting were read.")


CLASSES = (LOCKSTEP_OT_export_take, LOCKSTEP_OT_export_acting, LOCKSTEP_OT_export_face, LOCKSTEP_OT_import_acting)


def register() -> None:
    """Register the operators."""
    classes.add(CLASSES)


def unregister() -> None:
    """Take the operators back."""
    classes.take_back(CLASSES)
