"""Pass, look, fail, or that it cannot be told: by the limits, with the reasons."""

from __future__ import annotations

from collections.abc import Sequence

from .result import Fault, Limits, Timing, Verdict
from .wording import clock, frames, side

HARD = frozenset({"no sound", "no motion", "muted", "part still"})  # seen without any hearing
MEASURED = 0.02  # seconds by which one moment in ten is measured wrong (scripts/evaluate.py check)
WANDERS = 0.1  # seconds off, for two seconds and more, from which a mouth that is right on the whole is looked at,
WANDERING = 2.4  # and how often what is looked at on the whole


def judge(
    timing: Timing | None, faults: Sequence[Fault], confidence: float, limits: Limits, fps: float, doubts: Sequence[str]
) -> tuple[Verdict, tuple[str, ...]]:
    """The verdict and a sentence for each reason. `doubts`: why it may be that nothing can be told."""
    hard = [fault.says for fault in faults if fault.kind in HARD and fault.grave]
    if hard:
        return "fail", tuple(hard)
    grave = [fault.says for fault in faults if fault.grave]
    light = [fault.says for fault in faults if not fault.grave]
    if confidence < limits.sure or timing is None:
        sure = [fault.says for fault in faults if fault.kind in HARD]
        return "unknown", (*sure, *doubts, *(() if doubts else ("The mouth and its sound cannot be compared surely.",)))
    far = _far(timing, limits, fps) if not grave else []
    if grave or far:
        return "fail", (*grave, *far, *light)
    wandering = [] if light else _wanders(timing, limits, fps)
    if light or wandering:
        return "look", (*light, *wandering, *doubts)
    return "pass", (_well(timing, fps), *doubts)


def _far(timing: Timing, limits: Limits, fps: float) -> list[str]:
    """A moment beyond what is acceptable, by more than the error of measuring."""
    late, early = timing.late - MEASURED > limits.late, timing.early - MEASURED > limits.early
    if not (late or early):
        return []
    limit = limits.late if late else limits.early
    off = timing.late if late else -timing.early
    return [
        f"At {clock(timing.worst_at)} the mouth is {frames(off, fps)} {side(off)}; up to {limit * 1000.0:.0f} ms "
        "would be acceptable."
    ]


def _wanders(timing: Timing, limits: Limits, fps: float) -> list[str]:
    """A stretch that is off though the whole is not."""
    if abs(timing.worst) < max(WANDERS, WANDERING * limits.look / fps):
        return []
    return [f"Around {clock(timing.worst_at)} the mouth is {frames(timing.worst, fps)} {side(timing.worst)}."]


def _well(timing: Timing, fps: float) -> str:
    return (
        f"The mouth is with its sound: {frames(timing.offset, fps)} {side(timing.offset)} on the whole, "
        f"{frames(timing.worst, fps)} at worst."
    )
