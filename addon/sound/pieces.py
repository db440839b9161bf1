"""A sound made of pieces of others, as a strip that was cut is heard: each where it stands, silence between them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...engine.sound.source import Source
from .audio import part_of

SILENCE = 10.0  # seconds of it in one block


@dataclass(frozen=True, slots=True)
class Piece:
    """The seconds from `start` to `stop` of a source, heard from second `at` of the whole on."""

    source: Any
    at: float
    start: float
    stop: float

    @property
    def end(self) -> float:
        """The second of the whole at which it is over."""
        return self.at + self.stop - self.start


class Pieces:
    """Pieces, in order of time, as one sound; where two are heard at once, the first is heard to its end."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self._pieces = tuple(sorted(pieces, key=lambda piece: piece.at))
        first: Source = self._pieces[0].source
        self.name, self.sample_rate, self.channels = first.name, first.sample_rate, first.channels
        self.duration = max(piece.end for piece in self._pieces)

    def sha256(self) -> str:
        """Hexadecimal SHA-256 over the sounds and where their pieces stand."""
        told = [f"{p.source.sha256()} {p.at:.4f} {p.start:.4f} {p.stop:.4f}" for p in self._pieces]
        return hashlib.sha256("\n".join(told).encode("utf-8")).hexdigest()

    def blocks(self, rate: int) -> Iterator[NDArray[np.float32]]:
        """Mono float32 blocks at `rate` Hz, each piece on its sample."""
        done = 0
        for piece in self._pieces:
            begin, end = round(piece.at * rate), round(piece.end * rate)
            yield from _silence(begin - done, rate)
            done = max(done, begin)
            skip = done - begin
            for block in part_of(piece.source, piece.start, piece.stop).blocks(rate):
                kept = block[skip:][: end - done]
                skip = max(0, skip - len(block))
                done += len(kept)
                if len(kept):
                    yield kept


def _silence(count: int, rate: int) -> Iterator[NDArray[np.float32]]:
    step = round(SILENCE * rate)
    for at in range(0, max(0, count), step):
        yield np.zeros(min(step, count - at), np.float32)
