"""The outcomes as lines of text."""

from __future__ import annotations

from collections.abc import Sequence

from .faults import GROSS
from .figures import ALARM_AIM, FOUND_AIM, OFFSET_AIM, Spread, Sum, share, spread, summed
from .judge import Outcome

LEGEND = """\
offset    error of the offset, frames at 24 a second: median, 90th percentile, mean (above 0: told too late)
drift     error of the drift, the same in frames in ten seconds: median, 90th percentile
energy    the second opinion alone: error of its offset, median and 90th percentile, and of its drift, median
faults    of two frames at 24 or more, anywhere in the speech; found: the verdict is look or fail; named: of those, by
          their kind
alarms    right shots that fail, or are to be looked at for their timing; looks: for something else; ?: cannot be told
s         seconds of the processor for a comparison, and for hearing a sound"""
HEAD = (
    f"{'':26} {'shots':>5} {'offset':>6} {'90 %':>5} {'mean':>5} {'drift':>6} {'90 %':>5}"
    f" {'energy':>6} {'90 %':>5} {'drift':>5}"
    f" {'faults':>6} {'found':>6} {'named':>6} {'?':>5} {'alarms':>6} {'looks':>6} {'?':>5} {'s':>5} {'s':>5}"
)
FAULTS_HEAD = (
    f"{'fault':16} {'size':14} {'count':>5} {'tellable':>8} {'found':>6} {'named':>6} {'fail':>5} {'look':>5} {'?':>5}"
    f" {'offset':>7} {'drift':>6}  named as"
)
HARD_HEAD = (
    f"{'right, but hard to hear':26} {'shots':>5} {'pass':>5} {'look':>5} {'by timing':>9} {'?':>5} {'fail':>5}"
    f" {'offset':>7} {'90 %':>5} | {'6 frames off: found':>19} {'?':>5} {'passed':>6}"
)


def line(name: str, outcomes: Sequence[Outcome]) -> str:
    """One row of the shots' table."""
    found = summed(outcomes)
    return (
        f"{name:26} {found.shots:5} {_two(found.offset.median):>6} {_two(found.offset.high):>5}"
        f" {_two(found.offset.mean):>5} {_two(found.drift.median):>6} {_two(found.drift.high):>5}"
        f" {_two(found.energy.median):>6} {_two(found.energy.high):>5} {_two(found.energy_drift.median):>5}"
        f" {found.faults:6} {_one(found.found):>6} {_one(found.named):>6} {_one(found.silent_faults):>5}"
        f" {_one(found.alarms):>6} {_one(found.other):>6} {_one(found.silent):>5}"
        f" {_two(found.seconds):>5} {_two(found.hearing):>5}"
    )


def fault_line(kind: str, size: str, outcomes: Sequence[Outcome]) -> str:
    """One row of the faults' table."""
    big = [one for one in outcomes if one.frames >= 2.0 - 1e-6]
    caught = [one for one in big if one.caught]
    offset, drift = spread(one.offset_error for one in outcomes), spread(one.drift_error for one in outcomes)
    names: dict[str, int] = {}
    for one in outcomes:
        for name in one.found or ("-",):
            names[name] = names.get(name, 0) + 1
    told = ", ".join(f"{name} {count}" for name, count in sorted(names.items(), key=lambda item: -item[1])[:4])
    size = size or ("" if any(one.frames < GROSS for one in outcomes) else "all of it")
    return (
        f"{kind:16} {size:14} {len(outcomes):5} {len(big):8} {_one(share(big, lambda one: one.caught)):>6}"
        f" {_one(share(caught, lambda one: one.named)):>6}"
        f" {_verdict(outcomes, 'fail')} {_verdict(outcomes, 'look')} {_verdict(outcomes, 'unknown')}"
        f" {_two(offset.median):>7} {_two(drift.median):>6}  {told}"
    )


def hard_line(name: str, right: Sequence[Outcome], wrong: Sequence[Outcome]) -> str:
    """One row of the table of what is hard to hear."""
    offset = spread(one.offset_error for one in right)
    timing = share(right, lambda one: one.verdict == "look" and one.false_alarm)
    return (
        f"{name:26} {len(right):5} {_verdict(right, 'pass')} {_verdict(right, 'look')} {_one(timing):>9}"
        f" {_verdict(right, 'unknown')} {_verdict(right, 'fail')} {_two(offset.median):>7} {_two(offset.high):>5} |"
        f" {_one(share(wrong, lambda one: one.caught)):>19} {_verdict(wrong, 'unknown')}"
        f" {_one(share(wrong, lambda one: one.verdict == 'pass')):>6}"
    )


def aims(whole: Sum, false_fails: int, hard: int) -> list[str]:
    """The aims, met or not."""
    offset = whole.offset.median
    rows = [
        (f"offset error, median, under {OFFSET_AIM} frame at 24 fps", _two(offset), offset < OFFSET_AIM),
        (f"faults of 2 frames or more found, {FOUND_AIM:g} %", _one(whole.found), whole.found >= FOUND_AIM),
        (f"false alarms, at most {ALARM_AIM:g} %", _one(whole.alarms), whole.alarms <= ALARM_AIM),
    ]  # fmt: skip
    if hard:
        rows.append((f"no right shot fails for being hard to hear, of {hard}", str(false_fails), false_fails == 0))
    return [f"{name:62} {figure:>7}  {'met' if met else 'NOT MET'}" for name, figure, met in rows]


def worst(outcomes: Sequence[Outcome], count: int) -> list[str]:
    """The outcomes that are furthest from what is true, a line each: false alarms, faults not found, large errors."""

    def badness(one: Outcome) -> float:
        missed = one.frames >= 2.0 - 1e-6 and not one.caught
        error = (
            abs(one.offset_error) if one.kind in ("none", "offset") and one.offset_error == one.offset_error else 0.0
        )
        return 100.0 * one.false_alarm + 50.0 * missed + error

    chosen = sorted(outcomes, key=badness, reverse=True)[:count]
    return [_told(one) for one in chosen if badness(one) > 1.0]


def _told(one: Outcome) -> str:
    what = f"{one.kind} {one.size}".strip()
    return (
        f"  {one.condition or one.source}: {one.shot} | {one.rig}, {one.style} | {what} ({one.frames:.1f} fr) ->"
        f" {one.verdict} {', '.join(one.found)} | offset {_two(one.offset_error)} (energy {_two(one.energy_offset)})"
        f" drift {_two(one.drift_error)} sure {one.confidence:.2f} amp {one.amplitude:.2f}"
        f" | {' '.join(one.reasons)[:160]}"
    )


def _verdict(outcomes: Sequence[Outcome], verdict: str) -> str:
    return f"{_one(share(outcomes, lambda one: one.verdict == verdict)):>5}"


def _one(value: float) -> str:
    return "-" if value != value else f"{value:.1f}"


def _two(value: float) -> str:
    return "-" if value != value else f"{value:.2f}"


__all__ = ["Spread", "aims", "fault_line", "hard_line", "line", "worst"]
