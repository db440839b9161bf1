"""The sounds of two takes that stand for each other, and how sure that is."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..progress import Progress
from ..take import Phone, Take
from .agreement import agreement
from .band import band
from .between import NEAR, fill
from .chain import chain
from .costs import closeness, costs
from .lattice import Likely, likely
from .repeats import later
from .units import Floats, Ints, Units, units

SURE = 0.5  # sureness from which a pair holds
LIKELY = 0.2  # the same for one that was found by time: told as heard otherwise, where it is under SURE
RUN = 9.0  # sure and like pairs in a row, that are no chance far from all others
CLEARLY = 0.2  # sureness by which a diphthong's second part must lead, for its pair to count
SLIP = 2  # sounds without a like within such a row
FAR = 10  # sounds of both takes on each side that have no like: far from all others
REPEATED = 0.8  # sureness of the later of two likes, at least: the lattice cannot tell which is meant
OVERLAP = 0.3  # share of the shorter of two phones of the same sound that must be common to both

Pairs = NDArray[np.int32]
Marks = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Alike:
    """What was found alike in two takes: `like` [old units]: the new unit, -1 for none; `sureness` 0..1 of each.

    `close` [old units]: how alike the two sounds are, 0..1; `by_time` [old units]: whether the pair is what is said at
    the same time (see between.py); `likeness`: 0..1 of the takes; `phones`: of the old take.
    """

    old: Units
    new: Units
    like: Ints
    sureness: Floats
    close: Floats
    by_time: Marks
    likeness: float
    phones: int

    def kept(self, all_over: bool) -> tuple[Pairs, Floats]:
        """The pairs that are sure, by phone, and their sureness (see Match).

        Where not `all_over`, only those in runs that are alike.
        """
        held = self.held(all_over)
        pairs, sureness = np.full(self.phones, -1, np.int32), np.zeros(self.phones)
        for at in np.flatnonzero(self.like >= 0).tolist():
            owner = int(self.old.owners[at])
            if held[at] and (pairs[owner] < 0 or self.sureness[at] > sureness[owner] + CLEARLY):
                pairs[owner] = self.new.owners[self.like[at]]
            if held[at] or pairs[owner] < 0:
                sureness[owner] = max(sureness[owner], self.sureness[at])
        return pairs, sureness

    def held(self, all_over: bool) -> Marks:
        """The old units whose pairs are sure."""
        held = (self.like >= 0) & (self.sureness >= SURE)
        return held & self._in_runs(held, FAR if all_over else 1) | self.by_time & (self.sureness >= LIKELY)

    def pieces(self, pairs: Pairs) -> Floats:
        """The pieces [k, 4] of old and new seconds (see time_map) of the phones that are paired so."""
        own, other = self.old, self.new
        if not np.any(pairs >= 0):
            return np.zeros((0, 4))
        apart = np.abs(other.owners[self.like] - pairs[own.owners])  # a diphthong's parts may lie in two phones
        sure = self.sureness >= SURE  # between them time runs evenly, better than by sounds that are unlike
        rows = np.flatnonzero((self.like >= 0) & sure & (pairs[own.owners] >= 0) & (apart <= 1))
        rows = rows[np.argsort(-self.sureness[rows], kind="stable")]
        columns, first = np.unique(self.like[rows], return_index=True)  # of those that share a sound, the surest
        rows = rows[first]
        return np.stack([own.starts[rows], own.ends[rows], other.starts[columns], other.ends[columns]], axis=1)

    def _in_runs(self, held: Marks, far: int) -> Marks:
        """Those in runs that are worth RUN, and any run that is not far from others.

        Far is where `far` sounds of both takes stand without a like on each side.
        """
        found = held.copy()
        rows = np.flatnonzero(held)
        ends = np.concatenate([[-1], rows, [len(held)]]), np.concatenate([[-1], self.like[rows], [len(self.new)]])
        gaps = np.minimum(*(np.diff(end) - 1 for end in ends))
        slips = np.maximum(*(np.diff(end) - 1 for end in ends))
        for run in np.split(np.arange(len(rows)), np.flatnonzero(slips[1:-1] > SLIP) + 1):
            lone = len(run) and (far == 1 or min(gaps[run[0]], gaps[run[-1] + 1]) >= far)
            if lone and (self.close * self.sureness)[rows[run]].sum() < RUN:
                found[rows[run]] = False
        return found


def alike(old: Take, new: Take) -> Generator[Progress, None, Alike]:
    """Lay the sounds of two takes side by side (see `likely`) and take the likeliest order of pairs."""
    names: dict[str, int] = {}
    own, other = units(old, names), units(new, names)
    like, sureness = np.full(len(own), -1, np.int64), np.zeros(len(own))
    if len(own) and len(other):
        found = yield from likely(costs(own, other), *band(own.kinds, other.kinds))
        like, sureness = _chosen(own, other, found)
    close = np.where(like >= 0, closeness()[own.kinds, other.kinds[like]] if len(other) else 0.0, 0.0)
    held = sureness * agreement(like, close * sureness, len(other))
    likeness = float((close * held).sum() / max(1, min(len(own), len(other))))
    return Alike(own, other, like, held, close, np.zeros(len(own), np.bool_), min(1.0, likeness), len(old.phones))


def filled(found: Alike) -> Generator[Progress, None, Alike]:
    """What was found in takes of the same text, and what is said between it at the same time in both."""
    held = found.held(True)
    like, sureness = yield from fill(costs(found.old, found.new), np.where(held, found.like, -1))
    better = ~held & (sureness >= np.where(found.like >= 0, found.sureness, 0.0)) & (like >= 0)
    like = np.where(held, found.like, np.where(better, like, -1))
    sureness = np.where(better, sureness, np.where(held, found.sureness, 0.0))
    close = np.where(like >= 0, closeness()[found.old.kinds, found.new.kinds[like]], 0.0)
    likeness = float((close * sureness).sum() / max(1, min(len(found.old), len(found.new))))
    return replace(found, like=like, sureness=sureness, close=close, by_time=better, likeness=min(1.0, likeness))


def _chosen(own: Units, other: Units, found: Likely) -> tuple[Ints, Floats]:
    """The likeliest order of pairs, and how likely the counterpart of each old sound lies where it is thought to."""
    first = np.full(len(own), -1, np.int64)
    chosen = chain(found.old, found.new, found.chance)
    first[found.old[chosen]] = found.new[chosen]
    like, moved = later(first, own.kinds, other.kinds, closeness())
    near = np.abs(other.middles[found.new] - other.middles[like[found.old]]) <= NEAR
    twice = np.abs(other.middles[found.new] - other.middles[first[found.old]]) <= NEAR
    near |= twice & moved[found.old] & (first[found.old] >= 0)
    sureness = np.minimum(1.0, np.bincount(found.old, found.chance * near, minlength=len(own)))
    sureness[moved] = np.maximum(sureness[moved], REPEATED)
    sureness[like < 0] = 0.0
    return like, sureness


def same_sound(old: Take, new: Take) -> tuple[Pairs, Floats]:
    """The phone of another reading of the same sound that lies where each old one lies, and how much they overlap."""
    pairs, sureness = np.full(len(old.phones), -1, np.int32), np.zeros(len(old.phones))
    other, least = 0, 0
    for at, phone in enumerate(old.phones):
        while other < len(new.phones) and new.phones[other].end <= phone.start:
            other += 1
        shares = [(_common(phone, new.phones[k]), -k) for k in range(other, min(other + 8, len(new.phones)))]
        share, number = max(shares, default=(0.0, 0))
        if share >= OVERLAP and -number >= least:
            pairs[at], sureness[at], least = -number, share, -number
    return pairs, sureness


def _common(one: Phone, other: Phone) -> float:
    """The share of the shorter phone that both have in common."""
    shorter = min(one.end - one.start, other.end - other.start)
    return max(0.0, min(one.end, other.end) - max(one.start, other.start)) / shorter
