"""Keys of the sync scaled and shifted together."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ..rig.curves import Grid
from ..score.items import Edit
from .keys import CurveKeys, Floats

APART = 1e-3  # seconds that a shifted key keeps from a neighbour that stays
NEAR = 1e-3  # seconds: a key as near as this to an end of the selection belongs to it


@dataclass(frozen=True, slots=True)
class Relation:
    """What a selection of keys went through: value * `scale` + `offset`, `shift` seconds later."""

    scale: float = 1.0
    offset: float = 0.0
    shift: float = 0.0

    def after(self, earlier: Relation) -> Relation:
        """Both, one after the other."""
        offset = self.scale * earlier.offset + self.offset
        return Relation(self.scale * earlier.scale, offset, self.shift + earlier.shift)


def shift_on(edit: Edit, grid: Grid) -> float:
    """The seconds of an edit's shift: whole frames again on another grid, where it was whole frames."""
    if not edit.fps or grid.mode == "subframes" or abs(edit.fps - grid.fps) < 1e-6:
        return edit.shift
    return round(edit.shift * grid.fps) / grid.fps


def within(keys: CurveKeys, start: float, end: float) -> slice:
    """The keys from `start` to `end` (seconds), both included."""
    first, last = np.searchsorted(keys.times, (start - NEAR, end + NEAR))
    return slice(int(first), int(last))


def transformed(keys: CurveKeys, chosen: slice, relation: Relation) -> tuple[CurveKeys, int]:
    """The keys with those `chosen` related anew, handles and all; and how many had to stop before a neighbour."""
    times, wanted = keys.times.copy(), keys.times[chosen] + relation.shift
    kept = _kept_in_order(keys, chosen, wanted)
    times[chosen] = kept
    left, right = keys.left.copy(), keys.right.copy()
    for handles in (left, right):
        handles[chosen, 0] += kept - keys.times[chosen]
        handles[:, 1] = _related(handles[:, 1], chosen, relation)
    values = _related(keys.values, chosen, relation)
    stopped = int(np.count_nonzero(np.abs(kept - wanted) > 1e-9))
    return replace(keys, times=times, values=values, left=left, right=right), stopped


def _related(values: Floats, chosen: slice, relation: Relation) -> Floats:
    made = values.copy()
    made[chosen] = made[chosen] * relation.scale + relation.offset
    return made


def _kept_in_order(keys: CurveKeys, chosen: slice, wanted: Floats) -> Floats:
    """The times `wanted`, none of them beyond a neighbour outside the selection."""
    kept, steps = wanted, APART * np.arange(len(wanted))
    if chosen.stop < len(keys):
        kept = np.minimum(kept, keys.times[chosen.stop] - APART - steps[::-1])
    if chosen.start > 0:
        kept = np.maximum(kept, keys.times[chosen.start - 1] + APART + steps)
    if chosen.stop < len(keys):
        kept = np.minimum(kept, keys.times[chosen.stop])
    ordered: Floats = np.maximum.accumulate(kept) if len(kept) else kept
    return ordered
