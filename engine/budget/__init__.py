"""How long sounds must be visible, how many shapes a medium bears, and what a shot had to give up for it.

report = lay(take, language, track, fps, load_budget())
"""

from .laying import lay
from .report import KINDS, BudgetReport, Overrun
from .table import Budget, Visible, load_budget

__all__ = ["KINDS", "Budget", "BudgetReport", "Overrun", "Visible", "lay", "load_budget"]
