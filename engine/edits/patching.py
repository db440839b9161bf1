"""Changed keys gathered into edits: between two of the sync's keys that nobody touched, each."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from ..score.items import Edit
from .comparing import TOLERANCE, Indices, alike
from .gathering import clusters
from .keys import CurveKeys
from .laid import OWN, SCALED, SHOWN, Laid, Span
from .line import Line
from .rewriting import NEAR, Writer

JOINED = 0.15  # seconds: runs of changes as near as this, with one key between them at most, are one edit


@dataclass(slots=True)
class Region:
    """What lies between the fixed keys number `first` and `last`, neither included, with the edits that reach in."""

    first: int
    last: int
    spans: list[Span] = field(default_factory=list)


class Fixed:
    """The keys that stand as laid: their places in the laid and in the current keys, and times; with both ends."""

    def __init__(self, laid: Laid, current: CurveKeys, found: Indices) -> None:
        there = np.flatnonzero(found >= 0)
        here = found[there]
        base = (laid.numbers[here] == OWN) | (laid.numbers[here] == SCALED)
        self.laid: list[int] = [-1, *here.tolist(), len(laid.keys)]
        self.current: list[int] = [-1, *there.tolist(), len(current)]
        self.times: list[float] = [-math.inf, *laid.keys.times[here].tolist(), math.inf]
        self.base: list[bool] = [True, *base.tolist(), True]

    def runs(self) -> list[Region]:
        """Where something is between two fixed keys."""
        steps = np.maximum(np.diff(self.laid), np.diff(self.current))
        return [Region(at, at + 1) for at in np.flatnonzero(steps > 1).tolist()]

    def bounds(self, span: Span) -> tuple[int, int]:
        """The fixed keys on, or else outside, the borders of an edit that was laid."""
        return bisect_right(self.times, span.start + NEAR) - 1, bisect_left(self.times, span.end - NEAR)


def patched(laid: Laid, current: CurveKeys, found: Indices, line: Line, edits: list[Edit]) -> list[Edit]:
    """The edits as the keys stand now; `found` as `partners` gives it, `edits` those known."""
    if not np.any((laid.numbers == OWN) | (laid.numbers == SCALED)) and not len(laid.hidden):
        return clusters(laid, current, found, line, edits)
    fixed = Fixed(laid, current, found)
    runs = fixed.runs()
    if not runs:
        return edits
    regions = _grown(_joined(runs, fixed, laid, current), fixed, laid)
    writer = Writer(laid, current, found, line)
    for region in regions:
        edits = _rewritten(region, fixed, writer, edits)
    return edits


def _joined(runs: Sequence[Region], fixed: Fixed, laid: Laid, current: CurveKeys) -> list[Region]:
    """Runs of changes, those close together as one."""
    joined = [runs[0]]
    for run in runs[1:]:
        last = joined[-1]
        if run.first == last.last and _start(run, fixed, laid, current) - _end(last, fixed, laid, current) < JOINED:
            last.last = run.last
        else:
            joined.append(run)
    return joined


def _start(region: Region, fixed: Fixed, laid: Laid, current: CurveKeys) -> float:
    return min(_times(region.first, fixed, laid, current))


def _end(region: Region, fixed: Fixed, laid: Laid, current: CurveKeys) -> float:
    return max(_times(region.last - 1, fixed, laid, current))


def _times(at: int, fixed: Fixed, laid: Laid, current: CurveKeys) -> list[float]:
    """The first and the last of what lies between a fixed key and the next."""
    times = []
    for keys, places in ((laid.keys, fixed.laid), (current, fixed.current)):
        if places[at + 1] - places[at] > 1:
            times += [float(keys.times[places[at] + 1]), float(keys.times[places[at + 1] - 1])]
    return times


def _grown(regions: Sequence[Region], fixed: Fixed, laid: Laid) -> list[Region]:
    """The regions with the edits that they reach into, up to keys of the sync's own on both sides."""
    spans = [(span, *fixed.bounds(span)) for span in laid.spans if span.kind == "keys"]
    grown: list[Region] = []
    for region in regions:
        _grow(region, fixed, spans)
        while grown and region.first < grown[-1].last:
            region = _both(grown.pop(), region)
            _grow(region, fixed, spans)
        grown.append(region)
    return grown


def _both(one: Region, other: Region) -> Region:
    spans = [*one.spans, *(span for span in other.spans if span not in one.spans)]
    return Region(min(one.first, other.first), max(one.last, other.last), spans)


def _grow(region: Region, fixed: Fixed, spans: Sequence[tuple[Span, int, int]]) -> None:
    size = (-1, -1)
    while size != (region.first, region.last):
        size = region.first, region.last
        while not fixed.base[region.first]:
            region.first -= 1
        while not fixed.base[region.last]:
            region.last += 1
        for span, first, last in spans:
            if span not in region.spans and first < region.last and region.first < last:
                region.spans.append(span)
                region.first, region.last = min(region.first, first), max(region.last, last)


def _rewritten(region: Region, fixed: Fixed, writer: Writer, edits: list[Edit]) -> list[Edit]:
    """The edits with one for the region, in the place of those that reach into it."""
    ids = {span.id for span in region.spans}
    merged = [edit for edit in edits if edit.id in ids]
    first, last = fixed.current[region.first] + 1, fixed.current[region.last]
    gone = range(fixed.laid[region.first] + 1, fixed.laid[region.last])
    borders = fixed.times[region.first], fixed.times[region.last]
    made = []
    if not _is_the_syncs(writer, range(first, last), gone, borders):
        made = [writer.edit(range(first, last), gone, borders, merged, region.spans)]
    at = edits.index(merged[0]) if merged else len(edits)
    return [*edits[:at], *made, *(edit for edit in edits[at:] if edit.id not in ids)]


def _is_the_syncs(writer: Writer, chosen: range, rows: range, borders: tuple[float, float]) -> bool:
    """Whether the current keys `chosen` are those that the sync made there: the artist took the edit back."""
    laid, current = writer.laid, writer.current
    own = [row for row in rows if laid.numbers[row] in (OWN, SCALED) or laid.numbers[row] <= SHOWN]
    hidden = np.flatnonzero((laid.hidden.times > borders[0] + NEAR) & (laid.hidden.times < borders[1] - NEAR))
    if len(own) + len(hidden) != len(chosen) or not len(hidden):
        return False
    seen = np.array(chosen)
    matched = 0
    for keys, indices in ((laid.keys, np.array(own, np.intp)), (laid.hidden, hidden)):
        places = np.searchsorted(current.times, keys.times[indices] - TOLERANCE)
        inside = (places >= seen[0]) & (places <= seen[-1])
        same = alike(keys, indices[inside], current, places[inside], TOLERANCE)
        matched += int(np.count_nonzero(same))
    return matched == len(chosen)
