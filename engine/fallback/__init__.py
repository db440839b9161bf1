"""How far hearing is to be trusted, phrase by phrase: `fall_back(take, ...)`, and `remarks(phrases)` says so."""

from .reasons import remarks, stages
from .staging import fall_back

__all__ = ["fall_back", "remarks", "stages"]
