"""Items that the artist adds to the acting of a line: emphasis, emotion, gesture, pin; and their values changed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import bpy

from ...engine import correction
from ...engine.errors import LockstepError, UsageError
from ...engine.languages.shape import Shape
from ...engine.phones import segments
from ...engine.score.items import EMOTIONS, GESTURES, LONGEST_GESTURE, Emotion, Emphasis, Gesture, Item, Pin, Score
from ...engine.take import Take
from .. import classes
from ..lines import acting, changes, takes
from ..lines.exchange import Change
from . import correcting, playhead
from .directing import OfItem, OfLine, chosen_row, here, perform
from .playhead import Stretch

REACHES = (
    ("WORD", "Word", "The word at the playhead"),
    ("PHRASE", "Phrase", "All that is said between two pauses, around the playhead"),
    ("LINE", "Whole Line", "From the first sound to the last"),
    ("RANGE", "Preview Range", "The preview range of the timeline"),
)
NO_VALUES = "This item has no value to change; change its keys, or mute or delete it."
VALUES: dict[str, tuple[tuple[str, str], ...]] = {  # what an item of each kind has: shown as, called in the score
    "emphasis": (("amount", "amount"),),
    "emotion": (("feeling", "name"), ("strength", "strength"), ("fade", "fade")),
    "gesture": (("gesture", "name"), ("strength", "strength"), ("duration", "duration")),
    "pin": (("shape", "shape"), ("strength", "strength")),
    "edit": (),
}

LOOKS = (  # from which value on a channel gives a shape its look; the greatest of them does
    ("tongue_out", 0.3, "tongue out"),
    ("pucker", 0.35, "rounded"),
    ("funnel", 0.35, "pushed out"),
    ("stretch", 0.25, "spread"),
)
JAWS = ((0.45, "wide open"), (0.2, "open"), (0.0, "nearly closed"))
CONTACTS = {"lips": "lips shut", "teeth": "lip on teeth"}

_offered: list[str] = []  # sounds of the line that a dialog was last opened for, each with how it looks


def _titled(names: tuple[str, ...]) -> tuple[tuple[str, str, str], ...]:
    return tuple((name, name.replace("_", " ").title(), "") for name in names)


def _offer(code: str) -> None:
    """Offer the sounds of a language where a shape is to be chosen."""
    from ...engine.languages import load

    language = load(code)
    _offered[:] = [f"{sound} {looks(language.shape(sound))}" for sound in sorted(language.inventory)]


def looks(shape: Shape) -> str:
    """A mouth shape in words, for those who read no IPA: 'lips shut', 'rounded, nearly closed'."""
    if shape.contact:
        return CONTACTS[shape.contact]
    found = [(shape[channel], f"{name}, ") for channel, least, name in LOOKS if shape[channel] >= least]
    return max(found, default=(0.0, ""))[1] + next(name for least, name in JAWS if shape["jaw"] >= least)


def _shapes(_self: Any, _context: Any, text: str) -> list[str]:
    return [offer for offer in _offered if text in offer]


AMOUNT = bpy.props.FloatProperty(
    name="Amount", description="More weight above 0, less below", default=0.5, min=-1.0, max=1.0, subtype="FACTOR"
)
FEELING = bpy.props.EnumProperty(name="Feeling", items=_titled(EMOTIONS))
GESTURE = bpy.props.EnumProperty(name="Gesture", items=_titled(GESTURES))
SHAPE = bpy.props.StringProperty(
    name="Shape", description="The sound whose mouth shape is taken, in IPA", search=_shapes
)
STRENGTH = bpy.props.FloatProperty(
    name="Strength", description="How much of it is shown", default=0.6, min=0.0, max=1.0, subtype="FACTOR"
)
HOLD = bpy.props.FloatProperty(
    name="Strength", description="How far the mouth goes to that shape", default=1.0, min=0.0, max=1.0, subtype="FACTOR"
)
FADE = bpy.props.FloatProperty(
    name="Fade", description="Seconds in which it comes and goes", default=0.25, min=0.0, max=5.0
)
DURATION = bpy.props.FloatProperty(
    name="Duration", description="Seconds that it lasts", default=0.5, min=0.05, max=LONGEST_GESTURE
)


class _Adding(OfLine):
    """An operator that adds an item at the playhead of the shown line; in a window it asks first."""

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[Any]:
        """Ask, in a dialog."""
        try:
            self.ready(context)
        except LockstepError as error:
            return self.fail(error)
        return context.window_manager.invoke_props_dialog(self)  # type: ignore[arg-type, return-value]

    def ready(self, context: bpy.types.Context) -> None:
        """Look whether there is anything to be asked. Raises LockstepError."""
        here(context)

    def act(self, context: bpy.types.Context) -> None:
        span, _, now = here(context)
        preview = _preview(context, span)
        made: list[Item] = []

        def change(score: Score, take: Take) -> Score:
            made.append(self.item(score, take, now, preview))
            return changes.added(score, made[-1])

        report = perform(context, change)
        _, span = correcting.shown_line(context)
        acting.refresh(span, made[-1].id)
        self.warn(_about(made[-1], report.notes))

    def item(self, score: Score, take: Take, now: float, preview: Stretch | None) -> Item:
        """The item to be added, the playhead being at `now` seconds of the take. Raises LockstepError."""
        raise NotImplementedError


def _about(item: Item, notes: Iterable[str]) -> list[str]:
    """The notes on an emotion or a gesture: what the character has no keys for."""
    if not isinstance(item, Emotion | Gesture):
        return []
    return [note for note in notes if f"'{item.name.replace('_', ' ')}'" in note]


def _preview(context: bpy.types.Context, span: Any) -> Stretch | None:
    """The preview range in seconds of a line's take, None where there is none."""
    scene: Any = context.scene
    if not scene.use_preview_range:
        return None
    return takes.seconds_at(span, scene.frame_preview_start), takes.seconds_at(span, scene.frame_preview_end)


class LOCKSTEP_OT_add_emphasis(_Adding, bpy.types.Operator):
    """Say the syllable at the playhead with more weight, or with less"""

    bl_idname = "lockstep.add_emphasis"
    bl_label = "Add Emphasis"
    bl_options = {"REGISTER", "UNDO"}  # noqa: RUF012

    amount: AMOUNT  # type: ignore[valid-type]

    def item(self, score: Score, take: Take, now: float, _preview: Stretch | None) -> Item:
        from ...engine.score import anchor, new_id

        at = anchor(take, playhead.meant(take, now, "emphasis"))
        return Emphasis(new_id(score, "emphasis"), at, self.amount)


class LOCKSTEP_OT_add_emotion(_Adding, bpy.types.Operator):
    """Let the face show a feeling while this is said"""

    bl_idname = "lockstep.add_emotion"
    bl_label = "Add Emotion"
    bl_options = {"REGISTER", "UNDO"}  # noqa: RUF012

    feeling: FEELING  # type: ignore[valid-type]
    reach: bpy.props.EnumProperty(name="During", items=REACHES, default="PHRASE")  # type: ignore[valid-type]
    strength: STRENGTH  # type: ignore[valid-type]
    fade: FADE  # type: ignore[valid-type]

    def item(self, score: Score, take: Take, now: float, preview: Stretch | None) -> Item:
        from ...engine.score import anchor, new_id

        start, end = (anchor(take, seconds) for seconds in playhead.stretch_at(take, now, self.reach, preview))
        return Emotion(new_id(score, "emotion"), start, end, self.feeling, self.strength, self.fade)


class LOCKSTEP_OT_add_gesture(_Adding, bpy.types.Operator):
    """Move brows, lids, eyes or head: at the playhead brows and lids are at their height, eyes there, a nod begins"""

    bl_idname = "lockstep.add_gesture"
    bl_label = "Add Gesture"
    bl_options = {"REGISTER", "UNDO"}  # noqa: RUF012

    gesture: GESTURE  # type: ignore[valid-type]
    strength: STRENGTH  # type: ignore[valid-type]
    duration: bpy.props.FloatProperty(  # type: ignore[valid-type]
        name="Duration",
        description="Seconds that it lasts; 0: as long as such a movement takes",
        default=0.0,
        min=0.0,
        max=LONGEST_GESTURE,
    )

    def item(self, score: Score, take: Take, now: float, _preview: Stretch | None) -> Item:
        from ...engine.acting.recipes import usual_duration
        from ...engine.score import anchor, new_id

        duration = max(self.duration, 0.05) if self.duration > 0.0 else usual_duration(self.gesture)
        return Gesture(new_id(score, "gesture"), anchor(take, now), self.gesture, self.strength, duration)


class LOCKSTEP_OT_add_pin(_Adding, bpy.types.Operator):
    """Give the sound at the playhead the mouth shape of another sound"""

    bl_idname = "lockstep.add_pin"
    bl_label = "Pin Shape"
    bl_options = {"REGISTER", "UNDO"}  # noqa: RUF012

    shape: SHAPE  # type: ignore[valid-type]
    strength: HOLD  # type: ignore[valid-type]

    def ready(self, context: bpy.types.Context) -> None:
        """At first the shape is that of the sound at the playhead."""
        span, take, now = here(context)
        self.shape = take.phones[playhead.phone_at(take, now)].ipa
        _offer(span.language)

    def item(self, score: Score, take: Take, now: float, _preview: Stretch | None) -> Item:
        from ...engine.score import anchor, new_id

        at = anchor(take, playhead.meant(take, now, "pin"))
        return Pin(new_id(score, "pin"), at, shape_of(self.shape), self.strength)


def shape_of(text: str) -> str:
    """One sound in IPA, as people write it or as it is offered, with its looks. Raises UsageError for anything else."""
    said = correction.sounds(0.0, 1.0, "".join(text.split()[:1])).said
    if len(segments(said)) != 1:
        raise UsageError(f"'{text}' is not one sound; write one in IPA, as in 'u', or choose one of the list.")
    return said


class LOCKSTEP_OT_change_item(OfItem, bpy.types.Operator):
    """Change what this item is, how strong it is, and how long it lasts"""

    bl_idname = "lockstep.change_item"
    bl_label = "Change Item"
    bl_options = {"UNDO"}  # noqa: RUF012

    amount: AMOUNT  # type: ignore[valid-type]
    feeling: FEELING  # type: ignore[valid-type]
    gesture: GESTURE  # type: ignore[valid-type]
    shape: SHAPE  # type: ignore[valid-type]
    strength: STRENGTH  # type: ignore[valid-type]
    fade: FADE  # type: ignore[valid-type]
    duration: DURATION  # type: ignore[valid-type]

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[Any]:
        """Ask, in a dialog that shows how it is."""
        try:
            row = chosen_row(context, self.item)
            span, _, _ = here(context)
            item = changes.item_of(takes.score_of(span), row.name)
            _offer(span.language)
        except LockstepError as error:
            return self.fail(error)
        self.item = row.name
        for shown, name in VALUES[row.kind]:
            setattr(self, shown, getattr(item, name))
        return context.window_manager.invoke_props_dialog(self)  # type: ignore[return-value]

    def draw(self, context: bpy.types.Context) -> None:
        """The dialog: the values that an item of this kind has."""
        self.layout.use_property_split = True
        for shown, _ in VALUES[chosen_row(context, self.item).kind]:
            self.layout.prop(self, shown)

    def change(self, _context: bpy.types.Context, row: Any) -> Change:
        id = row.name
        asked = self.properties
        given = {name: getattr(self, shown) for shown, name in VALUES[row.kind] if asked.is_property_set(shown)}
        if not given:
            raise UsageError(NO_VALUES)
        if "shape" in given:
            given["shape"] = shape_of(given["shape"])
        return lambda score, _take: changes.altered(score, id, **given)


CLASSES = (
    LOCKSTEP_OT_add_emphasis,
    LOCKSTEP_OT_add_emotion,
    LOCKSTEP_OT_add_gesture,
    LOCKSTEP_OT_add_pin,
    LOCKSTEP_OT_change_item,
)


def register() -> None:
    """Register the operators."""
    classes.add(CLASSES)


def unregister() -> None:
    """Take the operators back."""
    classes.take_back(CLASSES)
    _offered.clear()
