"""The acting of a line: what the artist decided, tied to speech."""

from .anchor import Anchor
from .anchoring import anchor, time_of
from .file import from_json, read_score, to_json, write_score
from .items import Curve, Edit, EditedKey, Emotion, Emphasis, Gesture, Item, Pin, Score
from .labels import label
from .naming import new_id, take_id

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
    "Score",
    "anchor",
    "from_json",
    "label",
    "new_id",
    "read_score",
    "take_id",
    "time_of",
    "to_json",
    "write_score",
]
