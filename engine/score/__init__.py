"""The acting of a line: what the artist decided, tied to speech; two takes matched; items placed in a take."""

from .anchor import Anchor
from .anchoring import anchor, time_of
from .file import from_json, read_score, to_json, write_score
from .items import Curve, Edit, EditedKey, Emotion, Emphasis, Gesture, Item, Pin, Score
from .labels import label
from .naming import new_id, take_id
from .placed import Place, Placed, PlacedItem
from .placing import place
from .report import ItemLine, PhraseLine, SwapReport, report
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
    "ItemLine",
    "PhraseLine",
    "Pin",
    "Place",
    "Placed",
    "PlacedItem",
    "Score",
    "SwapReport",
    "anchor",
    "from_json",
    "label",
    "new_id",
    "place",
    "read_score",
    "report",
    "resolve",
    "take_id",
    "time_of",
    "to_json",
    "write_score",
]
