"""The acting of a line: what the artist decided, tied to speech; two takes matched; items placed in a take."""

from .anchor import Anchor
from .anchoring import anchor, time_of
from .items import Curve, Edit, EditedKey, Emotion, Emphasis, Gesture, Item, Pin, Score
from .naming import new_id, take_id
from .placed import Place, Placed, PlacedItem
from .placing import place
from .resolving import resolve

__all__ = [
    "Anchor",
    "Curve",
    "Edit",
    "EditedKey",
    "Emotion",
    "Emphasis",
    "Gesture",
    "Item",
    "Pin",
    "Place",
    "Placed",
    "PlacedItem",
    "Score",
    "anchor",
    "new_id",
    "place",
    "resolve",
    "take_id",
    "time_of",
]
