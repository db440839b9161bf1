"""A script laid over the posteriors of its sound, piece by piece."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Generator, Sequence

from ..languages import Language
from ..progress import Progress
from ..recognizer import Posteriors, decode
from ..take import HOP, Phone, Word
from ..transcript.script import Script
from .alignment import Alignment
from .lattice import lattice
from .pieces import Piece, pieces
from .scores import scores
from .search import search
from .told import extra, told, within


def align(
    posteriors: Posteriors, script: Script, language: Language, heard: Sequence[Phone] | None = None
) -> Generator[Progress, None, Alignment]:
    """When each word of the script is said, and what is said otherwise: an hour as well as a line.

    `heard`: the phones that were heard without the text, in seconds; decoded here where they are not given. Times of
    the result are in whole milliseconds. Nothing raises: of a text that does not fit, little is found to be said.
    """
    free = decode(posteriors, language) if heard is None else tuple(heard)
    frames = len(posteriors.phones)
    yield Progress("Text", 0.0)
    found: list[Alignment] = []
    for piece in pieces(script.words, free, frames):
        found.append(_aligned(posteriors, script, free, piece))
        yield Progress("Text", piece.stop / max(1, frames))
    return _joined(found).rounded()


def _aligned(posteriors: Posteriors, script: Script, heard: Sequence[Phone], piece: Piece) -> Alignment:
    low = bisect_left(heard, piece.start * HOP, key=lambda phone: phone.end)
    high = bisect_left(heard, piece.stop * HOP, key=lambda phone: phone.start)
    own = within(heard[low:high], piece.start * HOP, piece.stop * HOP)
    words = script.words[piece.first : piece.last]
    if not words or piece.apart or piece.start == piece.stop:
        place = piece.start * HOP
        unsaid = tuple(Word(place, place, word.text, "unsaid") for word in words)
        return Alignment(own, (*unsaid, *extra(own)), (0,) * len(own))
    part = Posteriors(
        posteriors.phones[piece.start : piece.stop], posteriors.articulation[piece.start : piece.stop], posteriors.prior
    )
    graph, found = lattice(words), scores(part, own, piece.start)
    return told(graph, search(graph, found), found, own, piece.start)


def _joined(parts: Sequence[Alignment]) -> Alignment:
    return Alignment(
        tuple(phone for part in parts for phone in part.phones),
        tuple(word for part in parts for word in part.words),
        tuple(tone for part in parts for tone in part.tones),
    )
