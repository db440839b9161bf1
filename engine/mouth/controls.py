"""What the artist may ask of the mouth."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

from ..errors import UsageError

RANGES = {
    "intensity": (0.0, 2.0),
    "jaw": (0.0, 2.0),
    "lips": (0.0, 2.0),
    "smoothing": (0.0, 1.0),
    "lead": (-200.0, 200.0),
    "effort": (0.0, 2.0),
}


@dataclass(frozen=True, slots=True)
class Controls:
    """How far and how smoothly the mouth moves.

    `intensity` 0..2 scales all movement, `jaw` and `lips` 0..2 their own; `smoothing` 0..1 rounds off movement but
    never weakens a contact; `lead` -200..200 ms: how far vowels are ahead of their sound (contacts stay on theirs);
    `effort` 0..2: how fully sounds reach their shapes, from mumbled to overdone, see `effort.py`.

    Raises UsageError for a value out of range.
    """

    intensity: float = 1.0
    jaw: float = 1.0
    lips: float = 1.0
    smoothing: float = 0.0
    lead: float = 30.0
    effort: float = 1.0

    def __post_init__(self) -> None:
        for item in fields(self):
            value = getattr(self, item.name)
            least, most = RANGES[item.name]
            if not math.isfinite(value) or not least <= value <= most:
                raise UsageError(f"The control '{item.name}' is {value:g}; choose a value from {least:g} to {most:g}.")
