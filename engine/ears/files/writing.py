"""A take's phones in the formats of other programs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ...errors import UsageError
from ...files import write_text
from ...take import Take, to_json
from . import ctm, events, rhubarb, textgrid

ENDINGS: dict[str, Callable[[Take], str]] = {
    ".TextGrid": textgrid.text_of,
    ".ctm": ctm.text_of,
    ".rhubarb.json": rhubarb.object_of,
    ".tsv": rhubarb.lines_of,
    ".azure.json": events.azure_of,
    ".polly.json": events.polly_of,
    ".marks": events.polly_of,
    ".take.json": to_json,
}
"""How a file's name ends -> the text of its form."""


def check_ending(path: Path) -> Callable[[Take], str]:
    """What makes the text for a file of that name. Raises UsageError where its ending names no form."""
    name = path.name.casefold()
    for ending, text_of in ENDINGS.items():
        if name.endswith(ending.casefold()):
            return text_of
    raise UsageError(f"'{path.name}' names no form of timed phones; end it with one of {', '.join(ENDINGS)}.")


def write_phones(take: Take, path: Path) -> None:
    """Write the take's phones in the form that the file's name ends with (ENDINGS), whole or not at all.

    IPA, stress, words where the form has room for them; mouth shapes are those of the phone, or of the nearest listed.
    Raises UsageError for an ending that names no form, OutputError where the file cannot be written.
    """
    write_text(path, check_ending(path)(take))
