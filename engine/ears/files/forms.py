"""Which form a file has, told by what it holds, and its bytes as text."""

from __future__ import annotations

import codecs
import hashlib
import json
from pathlib import Path
from typing import Any

from ...errors import UsageError
from . import ctm, events, own, rhubarb, textgrid
from .table import Table, broken

LARGEST = 64_000_000  # bytes: an hour of phones has four, of a take ten
READ = "a TextGrid, CTM, Rhubarb's JSON or TSV, viseme events of Azure or Polly, or a Lockstep take"
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def bytes_in(path: Path) -> bytes:
    """What is in a file of phones. Raises UsageError where it cannot be read, or is too large to be one."""
    try:
        if path.stat().st_size > LARGEST:
            raise UsageError(f"'{path.name}' is too large for a list of phones; give {READ}.")
        return path.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"The phones '{path}' cannot be read ({reason}); check the file's path.") from error


def digest_of(path: Path) -> str:
    """Hexadecimal SHA-256 of a file of phones. Raises UsageError as `bytes_in`."""
    return hashlib.sha256(bytes_in(path)).hexdigest()


def text_in(path: Path) -> str:
    """The text in a file, UTF-8 or UTF-16. Raises UsageError where it cannot be read as such."""
    data = bytes_in(path)
    if data.startswith(textgrid.BINARY.encode("ascii")):
        raise UsageError(f"'{path.name}' is one of Praat's binary files; save it as a text file in Praat.")
    try:
        return data.decode(_encoding(data))
    except UnicodeDecodeError as error:
        raise UsageError(f"'{path.name}' is no text in UTF-8 or UTF-16; give {READ}.") from error


def _encoding(data: bytes) -> str:
    """By its mark, or by where the zeros of plain letters stand."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding
    if b"\0" not in data[:200]:
        return "utf-8"
    return "utf-16-be" if data[:1] == b"\0" else "utf-16-le"


def parse(text: str, name: str, sound: str = "") -> Table:
    """The rows of a file's text, whichever form it has; `sound` names its recording. Raises UsageError, TakeError."""
    begun = text.lstrip()
    lines = text.splitlines()
    if not begun:
        raise UsageError(f"'{name}' is empty; give {READ}.")
    if textgrid.MARK in lines[0] or textgrid.MARK in begun[:100]:
        return textgrid.parse(text, name)
    if begun[0] in "[{":
        return _json(text, name)
    if rhubarb.fits(lines):
        return rhubarb.parse_lines(text, name)
    if ctm.fits(lines):
        return ctm.parse(text, name, sound)
    raise UsageError(f"'{name}' holds no timed phones that are known here; give {READ}.")


def _json(text: str, name: str) -> Table:
    data = _values(text, name)
    if isinstance(data, dict) and str(data.get("format", "")).startswith("lockstep."):
        return own.parse(text, name)
    if isinstance(data, dict) and rhubarb.CUES in data:
        return rhubarb.parse_object(data, name)
    lists = _lists(data)
    every = [event for listed in lists for event in listed]
    table = next((table for listed in lists if (table := events.parse(listed, name, every))), None)
    if table is None:
        events.require_visemes(every, name)
        raise UsageError(f"'{name}' is JSON, but holds no timed phones that are known here; give {READ}.")
    return table


def _values(text: str, name: str) -> Any:
    """The JSON, or the list of what stands in each line."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as whole:
        try:
            return [json.loads(line) for line in text.splitlines() if line.strip()]
        except (ValueError, RecursionError):
            broken(name, f"it is no JSON ({whole})")


def _lists(data: Any) -> list[list[dict[str, Any]]]:
    """The lists of objects in it: itself, or those that it names."""
    if isinstance(data, dict):
        inner = [found for value in data.values() if isinstance(value, list) for found in _lists(value)]
        return [*inner, [data]]
    return [[event for event in data if isinstance(event, dict)]] if isinstance(data, list) else []
