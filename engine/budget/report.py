"""A shot laid against its budget of time."""

from __future__ import annotations

from dataclasses import dataclass

KINDS = ("closure", "teeth", "rounded", "stressed", "rate")


@dataclass(frozen=True, slots=True)
class Overrun:
    """One place over budget: `kind` one of KINDS, seconds of the sound, the sounds there.

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
    """How a shot keeps to its budget: `counts` and `over` by kind; `rate`, `fastest`: shapes a second, mean, most.

    For 'rate' they count seconds of speech, begun ones included. `most`: shapes a second that are borne.
    """

    language: str
    medium: str
    fps: float
    counts: dict[str, int]
    over: dict[str, int]
    rate: float
    fastest: float
    overruns: tuple[Overrun, ...] = ()
    most: float = 0.0
