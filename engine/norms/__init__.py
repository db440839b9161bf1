"""How a reading's rate, pauses and sounds stand to what is usual in its language. Shown, never a gate.

report = norms_of(take, language)
"""

from .report import NormsReport, Standing
from .standing import norms_of

__all__ = ["NormsReport", "Standing", "norms_of"]
