"""Where the items of a score stand in one take: what place() finds, and what performing and laying go by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..score.items import Score

Status = Literal["matched", "moved", "unplaced"]


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a take: `seconds`, the local `stretch` of time there (new over old), and how sure it is, 0..1.

    `status` 'matched': at its own sound; 'moved': its sound is missing or another, it stands where that would be;
    'unplaced': not in this take, `seconds` being the best guess. `phone`: the index of the take's phone, -1 in a pause.
    `reason`: a sentence wherever it is not 'matched', '' there.
    """

    seconds: float
    stretch: float = 1.0
    confidence: float = 1.0
    status: Status = "matched"
    phone: int = -1
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PlacedItem:
    """An item by its id: where it begins and ends, the places of an edit's keys and of its `gone`, and how it fared.

    `laid`: whether it takes part: not where it is muted, nor where it is unplaced and the artist asked for no guess.
    """

    id: str
    status: Status
    start: Place
    end: Place
    keys: tuple[Place, ...] = ()
    gone: tuple[Place, ...] = ()
    laid: bool = True
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Placed:
    """A score in a take: an item each, in the order of `score.items()`.

    `inserted`: stretches of the take (seconds) that have no like in the old one, where the sync's own curve shows.
    """

    score: Score
    items: tuple[PlacedItem, ...] = ()
    inserted: tuple[tuple[float, float], ...] = ()

    def of(self, id: str) -> PlacedItem:
        """The item of that id. Raises KeyError."""
        return next(item for item in self.items if item.id == id)
