"""Our own take as a file of timed phones."""

from __future__ import annotations

from ...take import from_json
from .spans import labelled
from .table import OWN, Table


def parse(text: str, name: str) -> Table:
    """The phones, words and language of a take. Raises TakeError."""
    take = from_json(text, f"'{name}'")
    return Table(
        tuple(labelled(take.phones)), OWN, length=take.audio.duration, words=take.words, language=take.language
    )
