"""Data-blocks found anew at every look: undo, another name and deleting leave no pointer valid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Place:
    """A data-block as it is found again: its name when it was last seen, its library, and its number in this file."""

    name: str
    library: str | None
    uid: int

    def found(self, collection: Any) -> Any:
        """The data-block in its collection of `bpy.data`, whatever it is called by now; None where it is gone."""
        there = collection.get((self.name, self.library))
        if there is not None and there.session_uid == self.uid:
            return there
        return next((block for block in collection if block.session_uid == self.uid), None)


def place_of(block: Any) -> Place:
    """Where to find a data-block again."""
    return Place(block.name, block.library.filepath if block.library else None, block.session_uid)
