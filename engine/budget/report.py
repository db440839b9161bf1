"""A shot laid against its budget of time."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Overrun:
    """One place over budget: `kind` ('closure', 'rounded', 'stressed', 'rate'), seconds of the sound, the sounds there.

    `wanted`, `had` seconds visible (shapes a second for 'rate'); `gave_up`: what the mouth left out there, and why, in
    a sentence; '' where all of it is shown nevertheless.
    """

    kind: str
    start: float
    end: float
    sounds: str
    wanted: float
    had: float
    gave_up: str = ""


@dataclass(frozen=True, slots=True)
class BudgetReport:
    """How a shot keeps to its budget: `counts` and `over` by kind; `rate`, `fastest`: shapes a second, mean, most."""

    language: str
    medium: str
    fps: float
    counts: dict[str, int]
    over: dict[str, int]
    rate: float
    fastest: float
    overruns: tuple[Overrun, ...] = ()
