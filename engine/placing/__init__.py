"""A score in another take: where each of its items stands there, what became of it, and the report of a swap."""

from .placed import Place, Placed, PlacedItem
from .placing import place
from .report import ItemLine, PhraseLine, SwapReport, report
from .resolving import resolve

__all__ = ["ItemLine", "PhraseLine", "Place", "Placed", "PlacedItem", "SwapReport", "place", "report", "resolve"]
