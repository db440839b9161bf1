"""What is asked about a shot, and all that was found."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from ..budget.report import BudgetReport
from ..check.result import Fault, Limits, SyncCheck
from ..languages import Language
from ..norms.report import NormsReport
from ..soundcheck.findings import SoundCheck
from ..take import Take

if TYPE_CHECKING:
    from ..budget.table import Budget

FORMAT, VERSION = "lockstep.examination", 1


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """What a shot is measured by. `language` None: found; `transcript`: what is said, where it is known.

    `limits` of the verdict; `medium` and `budget` of the time that sounds need, the usual one where None;
    `circumstances`: faults that only the scene can tell.
    """

    language: Language | None = None
    transcript: str | None = None
    limits: Limits = field(default_factory=Limits)
    medium: str = "film"
    budget: Budget | None = None
    circumstances: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Examination:
    """All that is known of a shot: the `check`, the `take` as heard anew, the `sound`, the `budget`, the `norms`.

    Where there is no speech to compare with, or no sound, only the check and what could be told besides. `advice`: what
    to do, in order, a sentence each; empty where nothing needs to be done.
    """

    check: SyncCheck
    take: Take | None = None
    sound: SoundCheck | None = None
    budget: BudgetReport | None = None
    norms: NormsReport | None = None
    advice: tuple[str, ...] = ()


def as_json(found: Examination) -> dict[str, Any]:
    """An examination as plain values for JSON: the check as `engine/check/file.py` has it, the rest by its fields.

    Numbers that are not known are None. The take is left out but for its language.
    """
    from ..check.file import as_data

    parts = {"sound": found.sound, "budget": found.budget, "norms": found.norms}
    return {
        "format": FORMAT,
        "version": VERSION,
        "check": as_data(found.check),
        "language": None if found.take is None else found.take.language,
        **{name: None if part is None else _plain(asdict(part)) for name, part in parts.items()},
        "advice": list(found.advice),
    }


def _plain(value: Any) -> Any:
    """Values as JSON has them: no tuple, no number that is not finite."""
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, float | np.floating):
        return float(value) if math.isfinite(value) else None
    return int(value) if isinstance(value, np.integer) else value
