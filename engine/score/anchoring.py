"""From seconds to a place in speech, and back in the same take."""

from __future__ import annotations

import math
from bisect import bisect_right

from ..errors import ScoreError
from ..take import Take
from .anchor import Anchor
from .naming import take_id
from .timeline import Timeline, timeline

SNAP = 5e-7  # seconds: as near to a border is on it


def anchor(take: Take, seconds: float) -> Anchor:
    """The place in `take` at `seconds` from the start of its sound, which may lie outside it.

    On the border of two phones it is the start of the second: a closure's own frame belongs to the closure. Where
    nobody speaks it hangs on the nearer edge of speech, halfway on the end before. Raises ScoreError where `seconds` is
    no number.
    """
    line, seconds = timeline(take), float(seconds)
    if not math.isfinite(seconds):
        raise ScoreError(f"A place in speech is at {seconds} s; give a number of seconds.")
    if not line.starts:
        return Anchor(take_id(take), "shot", 0, seconds)
    at = bisect_right(line.starts, seconds + SNAP) - 1
    if at >= 0 and seconds < line.ends[at] - SNAP:
        share = (seconds - line.starts[at]) / (line.ends[at] - line.starts[at])
        return _at(take, line, "phone", at, min(1.0, max(0.0, share)))
    after = seconds - line.ends[at] if at >= 0 else None
    before = line.starts[at + 1] - seconds if at + 1 < len(line.starts) else None
    if before is None or (after is not None and after <= before + SNAP):
        return _at(take, line, "edge", at, seconds - line.ends[at] if seconds > line.ends[at] else 0.0)
    return _at(take, line, "edge", at + 1, -before)


def _at(take: Take, line: Timeline, kind: str, index: int, amount: float) -> Anchor:
    return Anchor(
        take_id(take), kind, index, amount, line.ipas[index], line.before(index), line.after(index),
        line.spelling(index), line.phrase[index], line.share(index),
    )  # fmt: skip


def time_of(anchor: Anchor, take: Take) -> float:
    """The seconds of an anchor in its home take, to 1e-6 s of where it was made.

    Raises ScoreError where the take is another one, or has no such phone.
    """
    if anchor.take != take_id(take):
        raise ScoreError(
            f"A place in speech belongs to the take '{anchor.take}', not to '{take_id(take)}'; place the score in it."
        )
    return seconds_in(anchor, timeline(take))


def seconds_in(anchor: Anchor, line: Timeline) -> float:
    """The seconds of an anchor in the timeline of its home take. Raises ScoreError where there is no such phone."""
    if anchor.kind == "shot":
        return anchor.amount
    if anchor.index >= len(line.starts):
        raise ScoreError(
            f"A place in speech names sound {anchor.index + 1} of a take with {len(line.starts)}; make the item again."
        )
    start, end = line.starts[anchor.index], line.ends[anchor.index]
    if anchor.kind == "phone":
        return start + anchor.amount * (end - start)
    return end + anchor.amount if anchor.amount >= 0.0 else start + anchor.amount
