"""The way from each take in which items were made to the take in which they shall stand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

from ..score.anchor import Anchor
from ..score.naming import take_id
from ..take import Take
from .context import ByContext, Here
from .placed import Place
from .through import Through

if TYPE_CHECKING:
    from ..matching.match import Match


class Way(Protocol):
    """Finds the places of one home take."""

    def seconds(self, anchor: Anchor) -> float:
        """Where it is at home, or about."""

    def find(self, anchor: Anchor, follows: bool = False) -> Place:
        """Where it is in the new take."""

    def pace(self, anchor: Anchor) -> float:
        """How much longer its phrase is there."""


class Ways:
    """The ways to `take`: exact for its own places, through a match where there is one, else by what is around."""

    def __init__(self, take: Take, matches: Mapping[str, Match], homes: Mapping[str, Take]) -> None:
        self.take, self.here = take, take_id(take)
        self._blind = ByContext(take)
        self._ways: dict[str, tuple[Way, int]] = {
            name: (Through(match, homes[name], take), len(homes[name].phones))
            for name, match in matches.items()
            if name in homes and name != self.here
        }
        self._ways[self.here] = (Here(take), len(take.phones))

    def of(self, anchor: Anchor) -> Way:
        """The way for this place; one whose phone its home take does not have goes by what is around it."""
        way, phones = self._ways.get(anchor.take, (self._blind, 0))
        return way if anchor.kind == "shot" or anchor.index < phones else self._blind

    def find(self, anchor: Anchor, follows: bool = False) -> Place:
        """The place of the anchor in the new take."""
        return self.of(anchor).find(anchor, follows)
