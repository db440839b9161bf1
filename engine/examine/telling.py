"""An examination in words: lines to print, and to list in a panel."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from ..check.result import SyncCheck, Timing
from ..check.wording import clock
from .examination import Examination

VERDICTS = {"pass": "In sync", "look": "Look at it", "fail": "Not in sync", "unknown": "Cannot tell"}
MOST_NAMED = 8  # closures named in a line
MOST_LOST = 12  # places over budget, a line each
BUDGETED = {
    "closure": "closures",
    "teeth": "lips on teeth",
    "rounded": "rounded vowels",
    "stressed": "stressed vowels",
    "rate": "seconds too dense",
}
NONE = -1.0


@dataclass(frozen=True, slots=True)
class Line:
    """One line: `kind` 'verdict', 'reason', 'figure', 'fault', 'advice', 'sound', 'budget' or 'norm'.

    `seconds`: the moment of the sound that it speaks of, below 0 for none; `grave`: it weighs in the verdict.
    """

    kind: str
    text: str
    seconds: float = NONE
    grave: bool = False


def told(found: Examination) -> tuple[Line, ...]:
    """All that was found, the verdict first, in words."""
    check = found.check
    lines = [Line("verdict", f"{VERDICTS[check.verdict]}.", NONE, check.verdict == "fail")]
    said = {fault.says for fault in check.faults}
    lines += [Line("reason", reason) for reason in check.reasons if reason not in said]
    lines += [Line("fault", one.says, one.start, one.grave) for one in check.faults]
    lines += _figures(check)
    lines += [Line("advice", sentence) for sentence in found.advice]
    if found.sound is not None:
        lines += [Line("sound", f"{one.says} {one.mend}", one.start, one.grave) for one in found.sound.findings]
    lines += _budget(found)
    if found.norms is not None:
        lines += [Line("norm", f"{one.name}: {one.says}") for one in found.norms.standings]
        lines += [Line("norm", found.norms.remark)] if found.norms.remark else []
    return tuple(lines)


def _figures(check: SyncCheck) -> Iterator[Line]:
    for name, timing in (("By what is heard", check.events), ("By the sound's energy", check.energy)):
        if timing is not None:
            yield Line("figure", f"{name}: {_timing(check, timing)}", timing.worst_at)
    if check.closures:
        missed = ", ".join(clock(at) for at in check.missed[:MOST_NAMED])
        more = f" and {len(check.missed) - MOST_NAMED} more" if len(check.missed) > MOST_NAMED else ""
        where = f" (at {missed}{more})" if check.missed else ""
        first = check.missed[0] if check.missed else NONE
        yield Line("figure", f"Closures missed: {len(check.missed)} of {check.closures}{where}.", first)
    if not math.isnan(check.amplitude):
        yield Line(
            "figure", f"Amplitude agreement {check.amplitude:.0%}; confidence of the check {check.confidence:.0%}."
        )


def _timing(check: SyncCheck, timing: Timing) -> str:
    """One way of measuring in a sentence: each figure in frames and milliseconds, early and late apart."""
    drift = check.frames(10.0 * timing.drift)
    return (
        f"offset {_apart(check, timing.offset)}, drift {drift:+.2f} frames ({10000.0 * timing.drift:+.0f} ms) in 10 s, "
        f"residual {_both(check, timing.residual)}, worst {_apart(check, timing.worst)} at {clock(timing.worst_at)}; "
        f"at most {_both(check, timing.early)} early, {_both(check, timing.late)} late; "
        f"{timing.confidence:.0%} sure."
    )


def _apart(check: SyncCheck, seconds: float) -> str:
    side = "mouth late" if seconds > 0.0 else "mouth early"
    return f"{_both(check, abs(seconds))} {side}" if abs(seconds) >= 0.0005 else "0"


def _both(check: SyncCheck, seconds: float) -> str:
    return f"{check.frames(seconds):.2f} frames ({1000.0 * seconds:.0f} ms)"


def _budget(found: Examination) -> Iterator[Line]:
    laid = found.budget
    if laid is None or any(fault.kind == "no motion" for fault in found.check.faults):
        return  # of a mouth that stands still it would list everything
    parts = [
        f"{laid.over[kind]} of {count} {BUDGETED.get(kind, kind)}"
        for kind, count in laid.counts.items()
        if laid.over.get(kind)
    ]
    told = f"over budget: {', '.join(parts)}" if parts else "within its budget"
    yield Line("budget", f"For {laid.medium} at {laid.fps:g} fps, {told}; {laid.rate:.1f} shapes a second.")
    lost = [one for one in laid.overruns if one.gave_up]
    for one in lost[:MOST_LOST]:
        yield Line("budget", f"{clock(one.start)} {one.gave_up}", one.start)
    if len(lost) > MOST_LOST:
        yield Line("budget", f"And {len(lost) - MOST_LOST} places more; 'lockstep budget' lists them.")
