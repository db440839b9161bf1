"""How far hearing is to be trusted, phrase by phrase: `fall_back(take, ...)`, and `remarks(phrases)` say so."""

from .reasons import remarks
from .staging import fall_back

__all__ = ["fall_back", "remarks"]
