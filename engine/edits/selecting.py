"""A selection of keys that were scaled or shifted together, seen in how the keys stand now."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .comparing import TOLERANCE, alike
from .keys import CurveKeys
from .laid import OWN, SCALED, Laid
from .transforming import APART, Relation, transformed

LEAST = 4  # keys that must have changed alike
RESIDUAL = 5e-5  # of value: what a key may be off; more would not give the artist's keys again
ODD = 2  # keys in a row that may go their own way within a selection
SHARE = 0.8  # of the changed keys of a selection that must go its way
FLAT = 1e-3  # of value: less is no rise
PROBES = 8  # keys from which a relation is guessed

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Selection:
    """The laid keys from index `first` to `last`, both included, that went through `relation`."""

    first: int
    last: int
    relation: Relation


def selections(
    laid: Laid, current: CurveKeys, found: NDArray[np.intp], tolerance: float = TOLERANCE
) -> list[Selection]:
    """Where the sync's own keys were scaled or shifted together; `found` as `partners` gives it.

    At least LEAST keys that changed by one relation of values and one shift in time; keys that the relation leaves as
    they are belong to it. Not where edits stand in the way, which laying could not do alike.
    """
    stands = np.zeros(len(laid.keys), bool)
    stands[found[found >= 0]] = True
    if np.count_nonzero(~stands) < LEAST:
        return []
    search = _Search(laid, current, stands, tolerance)
    selected: list[Selection] = []
    at = 0
    for first, offset in _starts(stands, found):
        if first < at:
            continue
        best = search.from_key(first, offset)
        if best is not None:
            selected.append(best)
            at = best.last + 1
    return selected


def _starts(stands: Mask, found: NDArray[np.intp]) -> Iterator[tuple[int, int]]:
    """Each laid key that changed, and how far ahead of it in the current keys it would stand."""
    after = np.full(len(stands), 0, np.intp)
    at = np.flatnonzero(found >= 0)
    after[found[at]] = at - found[at]
    offset = 0
    for key, (still, own) in enumerate(zip(stands.tolist(), after.tolist(), strict=True)):
        if still:
            offset = own
        else:
            yield key, offset


class _Search:
    def __init__(self, laid: Laid, current: CurveKeys, stands: Mask, tolerance: float) -> None:
        self._laid, self._current, self._stands, self._tolerance = laid, current, stands, tolerance
        self._base = (laid.numbers == OWN) | (laid.numbers == SCALED)
        self._patches = [span for span in laid.spans if span.kind == "keys"]
        self._old: list[tuple[float, float]] = list(
            zip(laid.keys.times.tolist(), laid.keys.values.tolist(), strict=True)
        )
        self._new: list[tuple[float, float]] = list(zip(current.times.tolist(), current.values.tolist(), strict=True))

    def from_key(self, first: int, offset: int) -> Selection | None:
        """The longest selection that begins with laid key `first`."""
        count = min(len(self._laid.keys) - first, len(self._current) - first - offset)
        if count < LEAST or first + offset < 0 or not self._base[first]:
            return None
        best, explained = None, LEAST - 1
        for relation in self._guesses(first, offset, count):
            if not self._may_fit(relation, first, offset, count):
                continue
            fits = self._fits(relation, first, offset, count)
            chosen, number = self._reach(fits, first)
            if number > explained and chosen is not None:
                selection = Selection(first, chosen, relation)
                if self._can_be_laid(selection):
                    best, explained = selection, number
        return best

    def _guesses(self, first: int, offset: int, count: int) -> Iterator[Relation]:
        """Relations that the first keys may have gone through, the plainest first."""
        (time, old), (now, new) = self._old[first], self._new[first + offset]
        shift = 0.0 if abs(now - time) <= self._tolerance else now - time
        yield Relation(1.0, 0.0, shift)
        if new != old:
            yield Relation(1.0, new - old, shift)
        if abs(old) > FLAT and new != old:
            yield Relation(new / old, 0.0, shift)
        probed = [at for at in range(first, first + min(count, PROBES)) if self._base[at]][:LEAST]
        points = [point for at in probed for point in self._points(at, at + offset)]
        low, high = min(points), max(points)
        if high[0] - low[0] > FLAT:
            scale = (high[1] - low[1]) / (high[0] - low[0])
            yield Relation(scale, low[1] - scale * low[0], shift)

    def _points(self, old: int, new: int) -> Iterator[tuple[float, float]]:
        """Values before and now, those of handles among them."""
        yield self._old[old][1], self._new[new][1]
        before, now = self._laid.keys, self._current
        yield float(before.left[old, 1]), float(now.left[new, 1])
        yield float(before.right[old, 1]), float(now.right[new, 1])

    def _may_fit(self, relation: Relation, first: int, offset: int, count: int) -> bool:
        """Whether the first keys go this way, by times and values alone: a quick look."""
        odd = 0
        for at in range(first, first + min(count, PROBES)):
            (time, value), (now, became) = self._old[at], self._new[at + offset]
            off = abs(value * relation.scale + relation.offset - became)
            near = off <= RESIDUAL * max(1.0, abs(became)) * 2.0 and abs(time + relation.shift - now) <= self._tolerance
            odd = 0 if near else odd + bool(self._base[at])
            if odd > ODD or (not near and at == first):
                return False
        return True

    def _fits(self, relation: Relation, first: int, offset: int, count: int) -> Mask:
        window = self._laid.keys.at(slice(first, first + count))
        made, _ = transformed(window, slice(0, count), relation)
        numbers = np.arange(count)
        fits = alike(made, numbers, self._current, numbers + first + offset, self._tolerance, RESIDUAL)
        fits &= self._base[first : first + count]
        return fits

    def _reach(self, fits: Mask, first: int) -> tuple[int | None, int]:
        """The last key that goes this way, and how many changed keys do; nothing where too many others changed."""
        last, number, odd, others = None, 0, 0, 0
        for at, (fit, still, base) in enumerate(
            zip(fits.tolist(), self._stands[first:].tolist(), self._base[first:].tolist(), strict=False)
        ):
            if fit:
                odd = 0
                if not still:
                    last, number = first + at, number + 1
            elif base:
                odd += 1
                others += not still
                if odd > ODD:
                    break
        if last is None or number < SHARE * (number + max(others - odd, 0)):
            return None, 0
        return last, number

    def _can_be_laid(self, selection: Selection) -> bool:
        """Whether laying the selection over the sync's keys gives what stands there now."""
        first, last, relation = selection.first, selection.last, selection.relation
        near, far, numbers = first - 1, last + 1, self._laid.numbers
        while near > 0 and numbers[near] >= 0:
            near -= 1
        while far < len(numbers) - 1 and numbers[far] >= 0:
            far += 1
        inside = numbers[max(near, 0) : far + 1]
        if np.any((inside < OWN) & (inside != SCALED)):  # what was cut from the curve would be cut otherwise
            return False
        if relation.shift == 0.0:
            return True
        times, keys = self._laid.keys.times, len(self._laid.keys)
        low, high = float(times[first]) + relation.shift, float(times[last]) + relation.shift
        before = float(times[first - 1]) if first > 0 else -math.inf
        after = float(times[last + 1]) if last + 1 < keys else math.inf
        if low < before + APART or high > after - APART or not self._base[first : last + 1].all():
            return False
        return not any(span.start <= after and span.end >= before for span in self._patches)
