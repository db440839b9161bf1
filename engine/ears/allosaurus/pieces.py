"""A long sound in pieces that a network hears one by one, cut where it is quietest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...sound.energy import loud_level
from ...take import HOP

SHORTEST, LONGEST = 1500, 3000  # rows of 10 ms in a piece, but for a short sound
CONTEXT = 100  # rows heard beside it on each side
TAIL = 500  # rows that are left for the last piece at least
LULL = 10  # rows over which quiet is looked for
LOUD_DROP, ABOVE_NOISE, CLEAR = 35.0, 10.0, 20.0  # dB

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Piece:
    """Rows of 10 ms: `start` up to `end` count, `before` up to `after` are heard."""

    start: int
    end: int
    before: int
    after: int


def quiet_level(energy: Floats) -> float:
    """The level in dB under which nothing is said: 35 dB under loud speech, higher where the pauses are noisy."""
    if not len(energy):
        return 0.0
    loud, floor = loud_level(energy), float(np.percentile(energy, 5.0))
    return max(loud - LOUD_DROP, min(floor + ABOVE_NOISE, loud - CLEAR))


def pieces(energy: Floats) -> Iterator[Piece]:
    """Pieces of 15 to 30 s of a sound, its level in dB every 10 ms; silent ones are left out."""
    start, rows = 0, len(energy)
    quiet = quiet_level(energy)
    while start < rows:
        end = rows if rows - start <= LONGEST else _lull(energy, start + SHORTEST, min(start + LONGEST, rows - TAIL))
        if energy[start:end].max() > quiet:
            yield Piece(start, end, max(0, start - CONTEXT), min(rows, end + CONTEXT))
        start = end


def _lull(energy: Floats, low: int, high: int) -> int:
    sums = np.concatenate([[0.0], np.cumsum(energy[low : high + LULL], dtype=np.float64)])
    return low + int((sums[LULL:] - sums[:-LULL]).argmin()) + LULL // 2


def samples_of(wanted: Sequence[Piece], blocks: Iterable[Floats], rate: int) -> Iterator[Floats]:
    """The samples of each piece with its context, from blocks at `rate` Hz; only what is needed is held."""
    held: Floats = np.zeros(0, np.float32)
    first = 0
    coming = iter(blocks)
    for piece in wanted:
        low, high = (round(row * HOP * rate) for row in (piece.before, piece.after))
        while first + len(held) < high:
            block = next(coming, None)
            if block is None:
                break
            dropped = min(max(0, low - first), len(held))
            held, first = np.concatenate([held[dropped:], block]), first + dropped
        yield held[low - first : high - first]
