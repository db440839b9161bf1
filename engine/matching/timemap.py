"""How the time of one take runs in another: a strictly rising line through knots."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from ..errors import ScoreError

JUMP = 1e-4  # seconds that a stretch takes which the other take does not have
LEAST = 5e-5  # seconds between two knots, at least
JOINED = 0.02  # seconds between two sounds that count as none: edges are heard to 10 or 15 ms
PAUSE = 0.1  # seconds in one take, and next to none in the other, that are a pause put in or left out
UNEVEN = 4.0  # times as long as is usual or in the other take, from which an edge is wrong or a pause put in
BESIDE = 4  # pairs on each side that tell the usual stretch
LOCAL = 0.75  # seconds on each side over which `slope` is taken: about a phrase
MOST_SLOPE = 8.0  # stretch, and 1 / it, from which a stretch is no speech in both

Floats = NDArray[np.float64]
Span = tuple[float, float]
Times = TypeVar("Times", float, Floats)  # a time or an array of them


@dataclass(frozen=True, slots=True, eq=False)
class TimeMap:
    """Knots `old`, `new` [k >= 1], seconds, both strictly rising; straight between them, of slope 1 beyond the ends.

    Raises ScoreError where they do not rise.
    """

    old: Floats
    new: Floats
    _sums: tuple[Floats, Floats] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        rising = len(self.old) and np.all(np.diff(self.old) > 0.0) and np.all(np.diff(self.new) > 0.0)
        if not rising or len(self.old) != len(self.new):
            raise ScoreError("The times of two takes do not rise together; match the takes again.")
        widths, heights = np.diff(self.old), np.diff(self.new)
        common = (heights < MOST_SLOPE * widths) & (widths < MOST_SLOPE * heights)
        sums = (np.concatenate([[0.0], np.cumsum(np.where(common, part, 0.0))]) for part in (widths, heights))
        object.__setattr__(self, "_sums", tuple(sums))

    def forward(self, times: Times) -> Times:
        """Seconds in the old take as seconds in the new one; a number or an array."""
        found: Times = _mapped(times, self.old, self.new)
        return found

    def backward(self, times: Times) -> Times:
        """Seconds in the new take as seconds in the old one; a number or an array."""
        found: Times = _mapped(times, self.new, self.old)
        return found

    def slope(self, times: Times) -> Times:
        """How much longer the new take is about `times` (old seconds), over a phrase or so; 1 where nothing tells.

        What only one take has, a pause or words, does not count.
        """
        at = np.asarray(times, np.float64)
        old, new = (
            np.interp(at + LOCAL, self.old, part) - np.interp(at - LOCAL, self.old, part) for part in self._sums
        )
        slopes: Any = np.where(old > LEAST, new / np.maximum(old, LEAST), 1.0)
        found: Times = slopes if isinstance(times, np.ndarray) else float(slopes)
        return found


def _mapped(times: Any, source: Floats, target: Floats) -> Any:
    at = np.asarray(times, np.float64)
    beyond = np.minimum(0.0, at - source[0]) + np.maximum(0.0, at - source[-1])
    found = np.interp(at, source, target) + beyond
    return found if isinstance(times, np.ndarray) else float(found)


def time_map(pieces: Floats, left_out: Sequence[Span] = (), inserted: Sequence[Span] = ()) -> TimeMap:
    """The map through pieces [k, 4] of (old start, old end, new start, new end), in order and not overlapping.

    `left_out` (old seconds) and `inserted` (new seconds), each between two pieces: crossed in no time of the other
    take. Without pieces time runs as it does.
    """
    if not len(pieces):
        return TimeMap(np.zeros(1), np.zeros(1))
    even = _evened(pieces)
    knots = [(even[0, 0], even[0, 2])]
    gone, come = _by_gap(even[:, 1], left_out), _by_gap(even[:, 3], inserted)
    for at, (before, after) in enumerate(pairwise(even)):
        gap = before[1], after[0], before[3], after[2]
        knots += _between(*gap, gone.get(at), come.get(at))
    knots.append((even[-1, 1], even[-1, 3]))
    return _rising(knots)


def _evened(pieces: Floats) -> Floats:
    """The pieces; of one whose stretch is UNEVEN times that of its neighbours, or less, only the middle."""
    stretch = np.log(np.maximum(pieces[:, 3] - pieces[:, 2], LEAST) / np.maximum(pieces[:, 1] - pieces[:, 0], LEAST))
    padded = np.pad(stretch, BESIDE, mode="reflect") if len(stretch) > BESIDE else np.pad(stretch, BESIDE, mode="wrap")
    usual = np.median(np.lib.stride_tricks.sliding_window_view(padded, 2 * BESIDE + 1), axis=1)
    wrong = np.abs(stretch - usual) > np.log(UNEVEN)
    found = pieces.copy()
    for start, end in ((0, 1), (2, 3)):
        found[wrong, start] = found[wrong, end] = (pieces[wrong, start] + pieces[wrong, end]) / 2.0
    return found


def _by_gap(ends: Floats, spans: Sequence[Span]) -> dict[int, Span]:
    """The span in the gap after each piece, by the piece's number; several in one gap as one."""
    found: dict[int, Span] = {}
    for start, end in spans:
        at = int(np.searchsorted(ends, start + LEAST, side="right")) - 1
        found[at] = (min(start, found[at][0]), max(end, found[at][1])) if at in found else (start, end)
    return found


def _between(
    old: float, old_next: float, new: float, new_next: float, gone: Span | None, come: Span | None
) -> Iterator[tuple[float, float]]:
    """The knots at the end of a piece, in the gap, and at the start of the next one."""
    wide, high = old_next - old, new_next - new
    if gone is None and come is None:
        yield from _plain(old, old_next, new, new_next)
        return
    yield old, new
    left, right = gone or (0.0, 0.0), come or (0.0, 0.0)
    if gone is None:
        share = _share(right[0] - new, new_next - right[1])
        left = (old + share * wide, old + share * wide)
    elif come is None:
        share = _share(left[0] - old, old_next - left[1])
        right = (new + share * high, new + share * high)
    yield left[0] - JUMP / 2 * (gone is None), right[0] - JUMP / 2 * (come is None)
    yield left[1] + JUMP / 2 * (gone is None), right[1] + JUMP / 2 * (come is None)
    yield old_next, new_next


def _share(before: float, after: float) -> float:
    return before / (before + after) if before + after > LEAST else 0.5


def _plain(old: float, old_next: float, new: float, new_next: float) -> Iterator[tuple[float, float]]:
    wide, high = old_next - old, new_next - new
    middle = (old + old_next) / 2.0, (new + new_next) / 2.0
    if max(wide, high) >= PAUSE and max(wide, high) > UNEVEN * min(wide, high):
        less = min(wide, high) / 2.0  # what both have is split between the two sides of the pause
        yield old, new
        yield middle[0] - JUMP / 2 if wide < high else old + less, middle[1] - JUMP / 2 if high < wide else new + less
        yield (
            middle[0] + JUMP / 2 if wide < high else old_next - less,
            middle[1] + JUMP / 2 if high < wide else new_next - less,
        )
        yield old_next, new_next
    elif min(wide, high) < JOINED:
        yield middle
    else:
        yield old, new
        yield old_next, new_next


def _rising(knots: Sequence[tuple[float, float]]) -> TimeMap:
    """The knots that rise; those that stand still in one take and not in the other are moved on by LEAST."""
    kept = [knots[0]]
    for old, new in knots[1:]:
        steps = old - kept[-1][0], new - kept[-1][1]
        if max(steps) >= LEAST and min(steps) > -2.0 * JUMP:
            kept.append((kept[-1][0] + max(steps[0], LEAST), kept[-1][1] + max(steps[1], LEAST)))
    found = np.array(kept, np.float64)
    return TimeMap(found[:, 0].copy(), found[:, 1].copy())
