"""What the artist sets: on the scene for the next sync and for its checks, on the face for its rig."""

from __future__ import annotations

import tomllib
import zlib
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import bpy

from ..engine.errors import LockstepError
from ..engine.languages import codes
from ..engine.languages.loader import FOLDER
from ..engine.mouth.controls import Controls
from . import classes, compat
from .character import profiles, scene
from .checking import kept
from .lines import spans
from .lines.spans import INSERTABLE, OVERRIDABLE
from .sound import strips

Items = list[tuple[str, str, str, int]]

KEY_MODES = (
    ("FRAMES", "Whole Frames", "Keys on whole frames, thinned; every closure is shut on at least one of them"),
    ("SUBFRAMES", "Sub-Frames", "Keys where the sound is, between frames too: for slow motion and motion blur"),
    ("ONES", "Stepped on Ones", "A new pose on every frame, held: for drawn mouths"),
    ("TWOS", "Stepped on Twos", "A new pose on every second frame, held: for drawn mouths"),
)

MEDIA = (
    ("FILM", "Film", "For the cinema: all keys stay"),
    ("BROADCAST", "Broadcast", "For television and the web: all keys stay, and sync is held to the narrowest limits"),
    ("GAMES", "Games", "For a game's engine: fewer keys, and narrower limits of sync"),
    ("MOBILE", "Mobile", "For a small screen: the fewest keys"),
)

_shown: dict[str, Items] = {}  # Blender shows garbage where Python lets go of the texts of a dynamic menu


def _kept(menu: str, items: Items) -> Items:
    return _shown.setdefault(menu, items) if _shown.get(menu) == items else _shown.update({menu: items}) or items


def _number(name: str) -> int:
    """A number that stays with a name, whatever else the menu holds."""
    return zlib.crc32(name.encode("utf-8")) & 0x7FFFFFFF or 1


def language_items(_self: Any = None, _context: Any = None) -> Items:
    """The menu of languages."""
    return _kept("language", list(_languages()))


@lru_cache(maxsize=1)
def _languages() -> tuple[tuple[str, str, str, int], ...]:
    listed: Items = [("auto", "Find It", "Find the language by its sounds", 0)]
    named = sorted((_language_name(code), code) for code in codes() if code != "und")
    listed += [(code, name, f"The sounds and mouth shapes of {name}", _number(code)) for name, code in named]
    listed.append(("und", _language_name("und"), "Any language that is not listed", _number("und")))
    return tuple(listed)


def _language_name(code: str) -> str:
    """A language's name from the head of its table: reading all tables whole would hold up the first drawing."""
    head, _, _ = (FOLDER / f"{code}.toml").read_text(encoding="utf-8").partition("\n[")
    return str(tomllib.loads(head)["name"])


def rig_items(_self: Any = None, _context: Any = None) -> Items:
    """The menu of rigs."""
    items: Items = [(profiles.AUTO, "Automatic", "Found by the names of the shape keys", 0)]
    try:
        found = profiles.all_profiles()
    except LockstepError:
        found = ()
    items += [
        (profile.name, profile.title, profile.source or profile.title, _number(profile.name)) for profile in found
    ]
    return _kept("rig", items)


def _strip_names(_self: Any, context: bpy.types.Context, _text: str) -> Iterable[str]:
    return [strip.name for strip in strips.sound_strips(context.scene)]


def _shape_names(self: Any, context: bpy.types.Context, _text: str) -> Iterable[str]:
    try:
        return scene.find_character(self.id_data, context.scene).names
    except LockstepError:
        return ()


def _on_one_line(self: Any, _context: Any) -> None:
    text = " ".join(self.text.split())
    if self.text != text:
        self.text = text


class LockstepShape(bpy.types.PropertyGroup):
    """The name of one shape key that a row of the rig drives."""

    shape: bpy.props.StringProperty(  # type: ignore[valid-type]
        name="Shape Key",
        description="The shape key that is driven; leave it empty for none",
        search=_shape_names,
        override=OVERRIDABLE,
    )


class LockstepRow(bpy.types.PropertyGroup):
    """A row of the rig that the artist may correct."""

    key: bpy.props.StringProperty(name="Row", override=OVERRIDABLE)  # type: ignore[valid-type]
    shapes: bpy.props.CollectionProperty(type=LockstepShape, override=INSERTABLE)  # type: ignore[valid-type]


class LockstepFinding(bpy.types.PropertyGroup):
    """Something that was found in a sound: what it is, from which to which second, the frame, and how to mend it."""

    kind: bpy.props.StringProperty()  # type: ignore[valid-type]
    start: bpy.props.FloatProperty()  # type: ignore[valid-type]
    end: bpy.props.FloatProperty()  # type: ignore[valid-type]
    says: bpy.props.StringProperty()  # type: ignore[valid-type]
    mend: bpy.props.StringProperty()  # type: ignore[valid-type]
    frame: bpy.props.FloatProperty()  # type: ignore[valid-type]
    grave: bpy.props.BoolProperty()  # type: ignore[valid-type]


class LockstepSettings(bpy.types.PropertyGroup):
    """What the next sync of a scene will do, what the last one did, and how the scene is checked."""

    source: bpy.props.EnumProperty(  # type: ignore[valid-type]
        name="Audio",
        items=(
            ("FILE", "File", "A sound file, placed at the playhead"),
            ("STRIP", "Strip", "A sound strip that stands in the sequencer, with its trim and speed"),
        ),
    )
    audio: bpy.props.StringProperty(  # type: ignore[valid-type]
        name="Sound", description="The sound to speak", subtype="FILE_PATH", options=compat.RELATIVE_PATHS
    )
    strip: bpy.props.StringProperty(  # type: ignore[valid-type]
        name="Strip", description="The sound strip to speak", search=_strip_names
    )
    language: bpy.props.EnumProperty(  # type: ignore[valid-type]
        name="Language", description="The language that is spoken", items=language_items
    )
    text_from: bpy.props.EnumProperty(  # type: ignore[valid-type]
        name="Transcript",
        items=(
            ("LINE", "Line", "What is said, in one line; leave it empty where it is not known"),
            ("TEXT", "Text", "What is said, in a text of Blender's text editor: for long scripts"),
        ),
    )
    text: bpy.props.StringProperty(  # type: ignore[valid-type]
        name="Line",
        description="What is said, in any script; *stage directions* are left out, IPA stands /between slashes/",
        update=_on_one_line,
    )
    script: bpy.props.PointerProperty(  # type: ignore[valid-type]
        name="Text", description="What is said, as a text of the text editor", type=bpy.types.Text
    )
    phones: bpy.props.StringProperty(  # type: ignore[valid-type]
        name="Phones",
        description=(
            "A file of timed phones of this sound, taken in place of listening: a TextGrid, CTM, Rhubarb's JSON or "
            "TSV, visemes of Azure or Polly, a take; leave it empty to listen"
        ),
        subtype="FILE_PATH",
        options=compat.RELATIVE_PATHS,
    )
    inventory: bpy.props.StringProperty(  # type: ignore[valid-type]
        name="Sounds Of",
        description="The language whose sounds Allosaurus listens for, by ISO 639-3, as in 'kat'; empty for all",
    )
    view: bpy.props.EnumProperty(  # type: ignore[valid-type]
        name="Show", items=(("WORDS", "Words", "The words of the text"), ("PHONES", "Phones", "The sounds, one by one"))
    )
    quality: bpy.props.EnumProperty(  # type: ignore[valid-type]
        name="Pass",
        items=(
            ("REFINED", "Refined", "Every sound, syllables, and stress"),
            ("QUICK", "Quick", "Fleeting sounds left out: a first look"),
        ),
    )
    intensity: bpy.props.FloatProperty(  # type: ignore[valid-type]
        name="Intensity", description="How far everything moves; closures stay shut", default=1.0, min=0.0, max=2.0
    )
    jaw: bpy.props.FloatProperty(  # type: ignore[valid-type]
        name="Jaw", description="How far the jaw opens", default=1.0, min=0.0, max=2.0
    )
    lips: bpy.props.FloatProperty(  # type: ignore[valid-type]
        name="Lips", description="How far the lips round, stretch and part", default=1.0, min=0.0, max=2.0
    )
    smoothing: bpy.props.FloatProperty(  # type: ignore[valid-type]
        name="Smoothing", description="How much quick movements are smoothed", default=0.0, min=0.0, max=1.0
    )
    lead: bpy.props.FloatProperty(  # type: ignore[valid-type]
        name="Lead (ms)",
        description="How many milliseconds vowels come before their sound; closures stay on theirs",
        default=30.0,
        min=-200.0,
        max=200.0,
        precision=0,
    )
    effort: bpy.props.FloatProperty(  # type: ignore[valid-type]
        name="Effort",
        description="How fully each sound reaches its shape: mumbled below 1, overdone above",
        default=1.0,
        min=0.0,
        max=2.0,
    )
    follow_bones: bpy.props.BoolProperty(  # type: ignore[valid-type]
        name="Bones Follow",
        description=(
            "Nods, shakes and looks turn the bones of head and eyes, added to their own animation; "
            "keys on bones of head and eyes go with the voice"
        ),
        default=True,
    )
    keys: bpy.props.EnumProperty(name="Keys", items=KEY_MODES)  # type: ignore[valid-type]
    use_part: bpy.props.BoolProperty(  # type: ignore[valid-type]
        name="In and Out", description="Speak only a part of the sound"
    )
    sound_in: bpy.props.FloatProperty(  # type: ignore[valid-type]
        name="In", description="Second of the sound to begin with", default=0.0, min=0.0, precision=2
    )
    sound_out: bpy.props.FloatProperty(  # type: ignore[valid-type]
        name="Out", description="Second of the sound to end with; 0 is its end", default=0.0, min=0.0, precision=2
    )
    made: bpy.props.StringProperty(name="Last", description="What the last sync made")  # type: ignore[valid-type]
    notes: bpy.props.StringProperty(name="Notes", description="What the last sync found, one a line")  # type: ignore[valid-type]
    sound_checked: bpy.props.StringProperty(  # type: ignore[valid-type]
        name="Sound Checked", description="The sound whose findings are kept"
    )
    sound_figures: bpy.props.StringProperty(name="Figures")  # type: ignore[valid-type]
    findings: bpy.props.CollectionProperty(type=LockstepFinding)  # type: ignore[valid-type]
    shot: bpy.props.StringProperty(  # type: ignore[valid-type]
        name="Shot",
        description="What the shot is called in the ledger, as in 'sc010/sh020'; the .blend's name where it is empty",
    )
    ledger: bpy.props.StringProperty(  # type: ignore[valid-type]
        name="Ledger",
        description="The file that keeps every check of this shot; that of the preferences where it is empty",
        subtype="FILE_PATH",
        options=compat.RELATIVE_PATHS,
    )
    medium: bpy.props.EnumProperty(  # type: ignore[valid-type]
        name="Delivery",
        description="What the shot is for: its limits, its budget of time and of keys",
        items=MEDIA,
    )


def corrections(face: Any) -> dict[str, tuple[str, ...]]:
    """The artist's corrections of a face's rig: the shape keys of each row."""
    return {row.key: tuple(item.shape for item in row.shapes if item.shape) for row in face.lockstep_rows}


def controls(settings: Any) -> Controls:
    """The style that a scene asks for."""
    return Controls(**{name: getattr(settings, name) for name in Controls.__slots__})


CLASSES = (*spans.CLASSES, *kept.CLASSES, LockstepFinding, LockstepShape, LockstepRow, LockstepSettings)


def register() -> None:
    """Register the properties on scenes and objects."""
    classes.add(CLASSES)
    bpy.types.Scene.lockstep = bpy.props.PointerProperty(type=LockstepSettings)  # type: ignore[attr-defined]
    for name, made in _of_faces().items():
        setattr(bpy.types.Object, f"lockstep_{name}", made)


def _of_faces() -> dict[str, Any]:
    """How the face of a character is rigged, which lines it speaks, and what was put right in them.

    Each is a property of the object itself: Blender 5.0 loses a group of them on a character from a library that has
    never seen it. Their items have names of their own: without, an override loses the last one.
    """
    return {
        "rig": bpy.props.EnumProperty(
            name="Rig", description="Which naming scheme the shape keys follow", items=rig_items, override=OVERRIDABLE
        ),
        "rows": bpy.props.CollectionProperty(type=LockstepRow, override=INSERTABLE),
        "row": bpy.props.IntProperty(name="Row", override=OVERRIDABLE),
        "spans": bpy.props.CollectionProperty(type=spans.LockstepSpan, override=INSERTABLE),
        "corrections": bpy.props.CollectionProperty(type=spans.LockstepCorrection, override=INSERTABLE),
        "checks": bpy.props.CollectionProperty(type=kept.LockstepCheck, override=INSERTABLE),
    }


def unregister() -> None:
    """Take the properties back."""
    for name in _of_faces():
        delattr(bpy.types.Object, f"lockstep_{name}")
    del bpy.types.Scene.lockstep  # type: ignore[attr-defined]
    classes.take_back(CLASSES)
    _shown.clear()
