"""A script laid over the posteriors of its sound."""

from __future__ import annotations

from collections.abc import Generator, Sequence

from ..languages import Language
from ..progress import Progress
from ..recognizer import Posteriors, decode
from ..take import Phone
from ..transcript.script import Script
from .alignment import Alignment
from .lattice import lattice
from .scores import scores
from .search import search
from .told import told


def align(
    posteriors: Posteriors, script: Script, language: Language, heard: Sequence[Phone] | None = None
) -> Generator[Progress, None, Alignment]:
    """When each word of the script is said, and what is said otherwise.

    `heard`: the phones that were heard without the text, in seconds; decoded here where they are not given.
    """
    yield Progress("Text", 0.0)
    free = decode(posteriors, language) if heard is None else tuple(heard)
    own = scores(posteriors, free)
    graph = lattice(script.words)
    way = search(graph, own)
    return told(graph, way, own, free).rounded()
