"""CTM, the time-marked list of NIST's scoring tools and of Kaldi: file, channel, start, duration, label, confidence.

After 'ctm file format' in the documentation of NIST's SCTK. Comments begin with ';;'; of alternatives, which stand
between <ALT_BEGIN> and <ALT_END>, the first is taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import PurePath

from ...errors import UsageError
from ...take import Take
from .spans import labelled, tiles
from .table import Row, Table, number

LEAST, MOST = 5, 8  # columns
SILENCE = "sil"
SEEN = 1000  # rows that tell the form
NAMED = 5  # recordings that an error names


def fits(lines: Sequence[str]) -> bool:
    """Whether most of the first lines look like rows of a CTM."""
    rows = list(islice(_columns(lines), SEEN))
    return bool(rows) and 2 * sum(_is_row(columns) for _, columns in rows) > len(rows)


def _is_row(columns: Sequence[str]) -> bool:
    try:
        return LEAST <= len(columns) <= MOST and min(float(columns[2]), float(columns[3])) > -1.0
    except ValueError:
        return columns[2:4] == ["*", "*"]


def parse(text: str, name: str, sound: str = "") -> Table:
    """The rows of the recording named as the sound, or of the only one there is. Raises UsageError."""
    rows = list(_chosen(_columns(text.splitlines())))
    for line, columns in rows:
        if len(columns) < LEAST:
            raise UsageError(
                f"Line {line} of '{name}' has {len(columns)} columns of at least {LEAST}; export the file again."
            )
    channel, remarks = _channel([(columns[0], columns[1]) for _, columns in rows], name, sound)
    found = [_row(columns, f"Line {line}", name) for line, columns in rows if tuple(columns[:2]) == channel]
    return Table(tuple(found), tiled=True, remarks=remarks)


def text_of(take: Take) -> str:
    """The take as a CTM of one recording, its phones in IPA with their stress, 'sil' in the gaps."""
    recording = "_".join(PurePath(take.audio.file).stem.split()) or "sound"
    rows = tiles(labelled(take.phones), take.audio.duration, SILENCE)
    lines = [
        f"{recording} 1 {row.start:.3f} {(row.end or row.start) - row.start:.3f} {row.label} {row.confidence:.3f}"
        for row in rows
    ]
    return "\n".join(lines) + "\n"


def _columns(lines: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """The lines that hold rows, each with its number."""
    for at, line in enumerate(lines, 1):
        if line.strip() and not line.startswith(";;"):
            yield at, line.split()


def _chosen(rows: Iterator[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    """The rows with the first of alternatives alone."""
    taken = True
    for line, columns in rows:
        mark = columns[4] if len(columns) > 4 else ""
        if mark.startswith("<ALT"):
            taken = mark in ("<ALT_BEGIN>", "<ALT_END>")
        elif taken:
            yield line, columns


def _channel(found: Sequence[tuple[str, str]], name: str, sound: str) -> tuple[tuple[str, str], tuple[str, ...]]:
    recordings = list(dict.fromkeys(recording for recording, _ in found)) or [""]
    own = ["_".join(sound.split()), "_".join(PurePath(sound).stem.split())]
    chosen = next((recording for recording in recordings if recording in own), recordings[0])
    if len(recordings) > 1 and chosen not in own:
        named = ", ".join(recordings[:NAMED])
        raise UsageError(
            f"'{name}' holds {len(recordings)} recordings ({named}), none named as the sound; keep its rows alone."
        )
    channels = list(dict.fromkeys(channel for recording, channel in found if recording == chosen)) or [""]
    if len(channels) == 1:
        return (chosen, channels[0]), ()
    return (chosen, channels[0]), (f"'{name}' has {len(channels)} channels; the first, {channels[0]}, was taken.",)


def _row(columns: Sequence[str], what: str, name: str) -> Row:
    start, length = (number(column, what, name) for column in columns[2:4])
    sure = number(columns[5], what, name) if len(columns) > 5 and columns[5].upper() != "NA" else 1.0
    return Row(start, start + length, columns[4], min(1.0, max(0.0, sure)))
