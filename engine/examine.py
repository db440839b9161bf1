"""Examining: a sound, and a face as it is seen, in; how they stand to each other out."""

from __future__ import annotations

from dataclasses import dataclass

from .budget.report import BudgetReport
from .check.result import SyncCheck
from .norms.report import NormsReport
from .soundcheck.findings import SoundCheck
from .take import Take


@dataclass(frozen=True, slots=True, eq=False)
class Examination:
    """All that is known of a shot: the `check`, the `take` as it was heard anew, the `sound`, the `budget`, the `norms`.

    `advice`: what to do, in order, a sentence each; empty where nothing needs to be done.
    """

    check: SyncCheck
    take: Take
    sound: SoundCheck
    budget: BudgetReport
    norms: NormsReport
    advice: tuple[str, ...] = ()
