"""A written line laid over its sound: which word was said when, and what was said otherwise."""

from .aligning import align
from .alignment import Alignment
from .correcting import correct
from .edges import sharpen

__all__ = ["Alignment", "align", "correct", "sharpen"]
