"""Rhubarb Lip Sync's JSON and TSV, as its manual describes them: nine mouth shapes, seconds, each until the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from ...errors import UsageError
from ...json_reader import json_text
from ...take import Take
from .spans import shapes
from .table import Row, Table, broken, number

SHAPES = "rhubarb"
CUES = "mouthCues"
SEEN = 1000  # rows that tell the form


def fits(lines: Sequence[str]) -> bool:
    """Whether most of the first lines look like a time and a shape."""
    rows = list(islice((line.split() for line in lines if line.strip()), SEEN))
    return bool(rows) and 2 * sum(_is_row(row) for row in rows) > len(rows)


def _is_row(columns: Sequence[str]) -> bool:
    try:
        return len(columns) == 2 and float(columns[0]) > -1.0 and len(columns[1]) == 1
    except ValueError:
        return False


def parse_lines(text: str, name: str) -> Table:
    """The cues of a TSV; its last row ends the last shape. Raises UsageError."""
    rows = []
    for at, line in enumerate(text.splitlines(), 1):
        columns = line.split()
        if columns and len(columns) != 2:
            raise UsageError(f"Line {at} of '{name}' has {len(columns)} columns, not a time and a shape; export again.")
        if columns:
            rows.append(Row(number(columns[0], f"Line {at}", name), None, columns[1]))
    return Table(tuple(rows), SHAPES)


def parse_object(data: Mapping[str, Any], name: str) -> Table:
    """The cues of the JSON. Raises UsageError."""
    cues = data[CUES]
    if not isinstance(cues, list) or not all(isinstance(cue, dict) for cue in cues):
        broken(name, f"its {CUES} are no list of cues")
    rows = []
    for at, cue in enumerate(cues, 1):
        start, end = (number(cue.get(key), f"Cue {at}", name) for key in ("start", "end"))
        rows.append(Row(start, end, str(cue.get("value", ""))))
    metadata = data.get("metadata")
    length = metadata.get("duration") if isinstance(metadata, dict) else None
    known = None if length is None else number(length, "The metadata", name)
    return Table(tuple(rows), SHAPES, length=known, tiled=True)


def lines_of(take: Take) -> str:
    """The take as a TSV."""
    rows = shapes(take.phones, take.audio.duration, SHAPES, halved=True)
    rows.append(Row(rows[-1].end or 0.0, None, "X"))
    return "".join(f"{row.start:.3f}\t{row.label}\n" for row in rows)


def object_of(take: Take) -> str:
    """The take as JSON."""
    rows = shapes(take.phones, take.audio.duration, SHAPES, halved=True)
    cues = [{"start": row.start, "end": row.end, "value": row.label} for row in rows]
    head = {"soundFile": take.audio.file, "duration": round(take.audio.duration, 3)}
    listed = ",\n".join(f"    {json_text(cue)}" for cue in cues)
    return f'{{\n  "metadata": {json_text(head)},\n  "{CUES}": [\n{listed}\n  ]\n}}\n'
