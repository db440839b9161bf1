"""A long script and a long sound cut at places where both surely agree, so that each piece is small."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ..phones import classify
from ..take import HOP, Phone
from ..transcript.script import ScriptWord
from .lattice import INDEX, parts
from .matching import match

FEW_WORDS, FEW_FRAMES = 40, 2000  # what is searched in one piece
USUAL = 1200  # frames of a piece, where there is a place to cut
BESIDE = 12  # written phones on each side of a cut that are looked at
SURE = 0.6  # share of them that must be heard
PAUSE = 0.12  # seconds of silence that make a good cut
LARGEST = 1_000_000  # words times frames of a piece
EDGE_WORDS, EDGE_FRAMES = 200, 2500  # what is searched at each end of a larger one


@dataclass(frozen=True, slots=True)
class Piece:
    """Words [first, last) of the script in frames [start, stop) of the sound.

    `apart`: what is written here is not what is said here.
    """

    first: int
    last: int
    start: int
    stop: int
    apart: bool = False


@dataclass(frozen=True, slots=True)
class _Cut:
    word: int
    frame: int
    pause: bool


def pieces(words: Sequence[ScriptWord], heard: Sequence[Phone], frames: int) -> tuple[Piece, ...]:
    """The pieces of a script and its sound in order; they cover all words and all frames."""
    cuts = [_Cut(0, 0, True)]
    if len(words) > FEW_WORDS or frames > FEW_FRAMES:
        cuts += _chosen(list(_cuts(words, heard)), frames)
    cuts.append(_Cut(len(words), frames, True))
    whole = (Piece(one.word, other.word, one.frame, other.frame) for one, other in pairwise(cuts))
    return tuple(part for piece in whole for part in _bounded(piece))


def _bounded(piece: Piece) -> tuple[Piece, ...]:
    """A piece that is too large as its two ends and what lies between them."""
    words, frames = piece.last - piece.first, piece.stop - piece.start
    if words * frames <= LARGEST:
        return (piece,)
    some, short = min(EDGE_WORDS, words // 2), min(EDGE_FRAMES, frames // 2)
    first, last, start, stop = piece.first + some, piece.last - some, piece.start + short, piece.stop - short
    return (
        Piece(piece.first, first, piece.start, start),
        Piece(first, last, start, stop, apart=True),
        Piece(last, piece.last, stop, piece.stop),
    )


def _cuts(words: Sequence[ScriptWord], heard: Sequence[Phone]) -> Iterator[_Cut]:
    """The places between two words about which both rows agree."""
    written = [(part, number) for number, word in enumerate(words) for _, part in parts(word.readings[0])]
    owner = np.array([number for _, number in written])
    place = match([part for part, _ in written], [INDEX[classify(phone.ipa)] for phone in heard])
    sums = np.concatenate([[0], np.cumsum(place >= 0)])
    for at in (np.flatnonzero(np.diff(owner)) + 1).tolist():
        left, right = int(place[at - 1]), int(place[at])
        low, high = max(0, at - BESIDE), min(len(place), at + BESIDE)
        agree = min((sums[at] - sums[low]) / (at - low), (sums[high] - sums[at]) / (high - at))
        if left < 0 or right != left + 1 or agree < SURE or not _is_even(place[low:high]):
            continue
        silence = heard[right].start - heard[left].end
        frame = round((heard[right].start + heard[left].end) / 2.0 / HOP)
        yield _Cut(int(owner[at]), frame, silence >= PAUSE)


def _is_even(places: NDArray[np.int64]) -> bool:
    """Whether about as much is heard there as is written."""
    known = places[places >= 0]
    return int(known[-1] - known[0]) < 2 * len(places)


def _chosen(cuts: Sequence[_Cut], frames: int) -> list[_Cut]:
    """Cuts about every 12 s: at the first pause after 8 s, at any sure place after 16 s."""
    found: list[_Cut] = []
    last = 0
    for cut in cuts:
        long = cut.frame - last
        if (long >= USUAL * 2 // 3 and cut.pause) or long >= USUAL * 4 // 3:
            found.append(cut)
            last = cut.frame
    return found
