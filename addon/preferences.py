"""What holds for all files of an artist: who listens, how sure is sure enough, when a shot fails, the ledger."""

from __future__ import annotations

from pathlib import Path
from textwrap import wrap
from typing import Any

import bpy

from .. import __package__ as base_package
from ..engine.check.result import Limits
from ..engine.doubt import LIMIT
from ..engine.errors import LockstepError, OutputError
from ..engine.live.wire import PORT
from . import classes, compat

USUAL = Limits()
LEDGER = "lockstep-ledger.sqlite"
LIMITS = tuple(Limits.__slots__)
IN_MS = ("early", "late")
ROWS = (
    ("look", "drift", "early", "late"),
    ("closures_look", "closures_fail"),
    ("amplitude_look", "amplitude_fail"),
    ("sure",),
)  # the limits, those of a kind together
RECOGNIZERS = (
    ("LOCKSTEP", "Lockstep", "The recognizer that comes along, made for mouths; it tells how sure it is"),
    ("ALLOSAURUS", "Allosaurus", "A model of Allosaurus' that you have downloaded: phones of two thousand languages"),
)
MODEL_FIELD = "in Edit > Preferences > Add-ons > Lockstep, where Recognizer is Allosaurus"
FOUND = "The model '{}' was found; it runs without any package."
LETTERS = 90  # of a sentence in a line
DIGITS = 6  # of a limit: preferences are single floats


def _frames(name: str, about: str, value: float) -> Any:
    return bpy.props.FloatProperty(name=name, description=about, default=value, min=0.0, soft_max=24.0, precision=1)


def _milliseconds(name: str, about: str, value: float) -> Any:
    return bpy.props.FloatProperty(
        name=name, description=about, default=1000.0 * value, min=0.0, soft_max=500.0, precision=0, step=100
    )


def _share(name: str, about: str, value: float) -> Any:
    return bpy.props.FloatProperty(name=name, description=about, default=value, min=0.0, max=1.0, subtype="FACTOR")


class LockstepPreferences(bpy.types.AddonPreferences):
    """What holds for all files of an artist."""

    bl_idname = str(base_package)

    doubt: _share(  # type: ignore[valid-type]
        "Doubtful Below",
        "Sounds that are less sure than this are listed as doubtful",
        LIMIT,
    )
    recognizer: bpy.props.EnumProperty(  # type: ignore[valid-type]
        name="Recognizer",
        description="Who listens to a sound that is synced; Check Sync always listens with Lockstep's own",
        items=RECOGNIZERS,
    )
    allosaurus: bpy.props.StringProperty(  # type: ignore[valid-type]
        name="Model's Folder",
        description="The folder of Allosaurus' model, such as 'uni2005', with model.pt in it",
        subtype="DIR_PATH",
    )
    ledger: bpy.props.StringProperty(  # type: ignore[valid-type]
        name="Ledger",
        description="The file that keeps every check, '//' being the .blend's folder; where it is empty, none is kept",
        subtype="FILE_PATH",
        options=compat.RELATIVE_PATHS,
    )
    look: _frames(  # type: ignore[valid-type]
        "Offset, Drift: Look From (frames)",
        "Frames of offset, or of drift in ten seconds, from which on a shot is to be looked at",
        USUAL.look,
    )
    drift: _frames(  # type: ignore[valid-type]
        "Drift: Fail From (frames in 10 s)",
        "Frames of drift in ten seconds from which on a shot fails",
        USUAL.drift,
    )
    early: _milliseconds(  # type: ignore[valid-type]
        "Mouth Early: Fail From (ms)",
        "How far the mouth may be before its sound",
        USUAL.early,
    )
    late: _milliseconds(  # type: ignore[valid-type]
        "Mouth Late: Fail From (ms)",
        "How far the mouth may be behind its sound",
        USUAL.late,
    )
    closures_look: _share(  # type: ignore[valid-type]
        "Closures Missed: Look From",
        "Share of closures that are missed from which on a shot is to be looked at",
        USUAL.closures_look,
    )
    closures_fail: _share(  # type: ignore[valid-type]
        "Closures Missed: Fail From",
        "Share of closures that are missed from which on a shot fails",
        USUAL.closures_fail,
    )
    amplitude_look: _share(  # type: ignore[valid-type]
        "Amplitude: Look Below",
        "Agreement under which a mouth that hardly moves is to be looked at",
        USUAL.amplitude_look,
    )
    amplitude_fail: _share(  # type: ignore[valid-type]
        "Amplitude: Fail Below",
        "Agreement under which a mouth that hardly moves fails",
        USUAL.amplitude_fail,
    )
    sure: _share(  # type: ignore[valid-type]
        "Confidence: Tell From",
        "How sure a check must be to give a verdict at all",
        USUAL.sure,
    )
    port: bpy.props.IntProperty(  # type: ignore[valid-type]
        name="Live: Port",
        description="Where 'lockstep listen' is found on this computer: the same as its --port",
        default=PORT,
        min=1024,
        max=65535,
    )

    def draw(self, context: bpy.types.Context) -> None:
        """The preferences of the extension."""
        layout = self.layout
        layout.use_property_split = True
        layout.prop(self, "recognizer")
        if self.recognizer == "ALLOSAURUS":
            layout.prop(self, "allosaurus")
            _draw_model(layout, context)
        layout.prop(self, "doubt", slider=True)
        layout.prop(self, "ledger")
        layout.prop(self, "port")
        box = layout.box()
        box.label(text="From where on a shot is out of sync")
        for names in ROWS:
            column = box.column(align=True)
            for name in names:
                column.prop(self, name)
        box.operator(LOCKSTEP_OT_reset_limits.bl_idname, icon="LOOP_BACK")


class LOCKSTEP_OT_reset_limits(bpy.types.Operator):
    """Put all limits of a check back to what they were at first"""

    bl_idname = "lockstep.reset_limits"
    bl_label = "Reset Limits"
    bl_options = {"INTERNAL"}  # noqa: RUF012

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Only where there are preferences to be reset."""
        return _own(context) is not None

    def execute(self, context: bpy.types.Context) -> set[Any]:
        """Each limit as it comes."""
        own = _own(context)
        for name in LIMITS:
            own.property_unset(name)
        return {"FINISHED"}


def _own(context: Any) -> Any:
    """The preferences of this extension; None where it was not enabled as one."""
    found = context.preferences.addons.get(base_package)
    return found.preferences if found is not None else None


def _draw_model(layout: bpy.types.UILayout, context: bpy.types.Context) -> None:
    """Whether there is a model, or where to put one."""
    found, sentence = model_state(context)
    column = layout.column(align=True)
    for number, line in enumerate(wrap(sentence, LETTERS)):
        column.label(text=line, icon="BLANK1" if number else "CHECKMARK" if found else "ERROR")


def model_state(context: Any) -> tuple[bool, str]:
    """Whether a model of Allosaurus' is where the preferences say, and one sentence on it."""
    from ..engine.ears.allosaurus import find_folder, read_folder

    try:
        found = read_folder(find_folder(model_folder(context), MODEL_FIELD))
    except LockstepError as error:
        return False, str(error)
    return True, FOUND.format(found.path)


def recognizer(context: Any) -> str:
    """Who listens, by the name that `engine.ears` has for it, as the artist has chosen."""
    own = _own(context)
    return str(own.recognizer if own is not None else RECOGNIZERS[0][0]).lower()


def model_folder(context: Any) -> Path | None:
    """The folder of Allosaurus' model, as the artist has named it; None where it is not named."""
    own = _own(context)
    named = str(own.allosaurus).strip() if own is not None else ""
    return Path(bpy.path.abspath(named)) if named else None


def port(context: Any) -> int:
    """Where on this computer a listener is looked for."""
    own = _own(context)
    return int(own.port) if own is not None else PORT


def doubt_limit(context: Any) -> float:
    """The confidence under which a sound is doubtful, as the artist has set it."""
    own = _own(context)
    return float(own.doubt) if own is not None else LIMIT


def limits(context: Any) -> Limits:
    """From which figures on a shot is to be looked at, and fails, as the artist has set them."""
    own = _own(context)
    if own is None:
        return USUAL
    set_ = {name: float(getattr(own, name)) for name in LIMITS}
    return Limits(**{name: round(value / (1000.0 if name in IN_MS else 1.0), DIGITS) for name, value in set_.items()})


def ledger_text(context: Any, scene: Any) -> str:
    """The ledger's path as it was typed, of the scene or else of the preferences; '' where none is kept."""
    own = _own(context)
    return str(scene.lockstep.ledger or (own.ledger if own is not None else "")).strip()


def ledger_path(context: Any, scene: Any) -> Path | None:
    """The file that keeps the checks of a scene; None where none was asked for.

    A path that is not whole lies beside the .blend, as one that begins with '//'. That of the preferences is not kept
    for a .blend that was never saved, beside which it would lie; that of the scene is asked for, and raises OutputError
    then.
    """
    text = ledger_text(context, scene)
    if not text:
        return None
    if not Path(text).is_absolute():
        text = f"//{text}"
    if text.startswith("//") and not bpy.data.filepath:
        if not scene.lockstep.ledger:
            return None
        raise OutputError(f"The ledger '{text}' lies beside this file, which was never saved; save it first.")
    path = Path(bpy.path.abspath(text))
    return path / LEDGER if path.is_dir() else path


def shot_name(scene: Any) -> str:
    """What a shot is called in the ledger: as the artist says, else its .blend's name, else the scene's.

    Where a file has several scenes, the scene's name is added: each is a shot of its own.
    """
    named = str(scene.lockstep.shot).strip()
    if named or not bpy.data.filepath:
        return named or str(scene.name)
    stem = Path(bpy.data.filepath).stem
    return stem if len(bpy.data.scenes) == 1 else f"{stem} {scene.name}"


def medium(scene: Any) -> str:
    """What a scene is for, as the budget calls it: 'film', 'broadcast', 'games' or 'mobile'."""
    return str(scene.lockstep.medium).lower()


CLASSES = (LockstepPreferences, LOCKSTEP_OT_reset_limits)


def register() -> None:
    """Register the preferences."""
    classes.add(CLASSES)


def unregister() -> None:
    """Take them back."""
    classes.take_back(CLASSES)
