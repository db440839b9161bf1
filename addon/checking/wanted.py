"""Which line or strip is to be checked, and what is known of it before anything is heard."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bpy

from ...engine.errors import LockstepError, UsageError
from ..lines import spans, takes
from ..lines.request import remembered
from .request import CheckRequest


@dataclass(frozen=True, slots=True)
class Wanted:
    """A face's line (`span` and its active take `item`, None for a face without) or a strip of the scene.

    `frames`: where the line's sound stood; `part`: which seconds of its sound the take is of; `only`: the seconds to
    which the artist kept the line of a strip that others may speak as well, None for all of it; `spoken`: strips that
    other lines speak; `sound`: the file's name.
    """

    home: bpy.types.Scene
    span: Any
    item: Any
    strip: str
    frame: float
    frames: tuple[float, float]
    part: tuple[float, float] | None
    only: tuple[float, float] | None
    spoken: frozenset[str]
    sound: str


def wanted_of(request: CheckRequest, home: bpy.types.Scene, face: Any) -> Wanted:
    """What a request means for a face. Raises UsageError where the line is not there."""
    span = _line(request, face)
    item = None if span is None else takes.active(span)
    frames = (request.frame, request.frame) if span is None else (span.sound_first, span.sound_last)
    return Wanted(
        home=home,
        span=span,
        item=item,
        strip=request.strip or _asked_strip(span, item),
        frame=request.frame,
        frames=frames,
        part=None if item is None else _part(item),
        only=None if item is None else _only(item),
        spoken=frozenset(_spoken(home, face, span)),
        sound="" if item is None else Path(item.path.replace("\\", "/")).name,
    )


def _line(request: CheckRequest, face: Any) -> Any:
    """The line of that name, by the label of its take or by its number; else the one at the playhead."""
    if not request.line:
        found = spans.line_at(face, request.frame)
        if found is None or not request.strip or _speaks(found, request.strip):
            return found
        return next((one for one in spans.lines_of(face) if _speaks(one, request.strip)), None)
    found = spans.named(face, request.line)
    if found is not None and found.rate > 0.0:
        return found
    for span in spans.lines_of(face):
        item = takes.active(span)
        if item is not None and item.label == request.line:
            return span
    names = ", ".join(f"'{line_label(span)}'" for span in spans.lines_of(face)) or "none"
    raise UsageError(f"'{face.name}' has no line '{request.line}'; its lines are {names}.")


def _speaks(span: Any, strip: str) -> bool:
    item = takes.active(span)
    return item is not None and bool(item.strip == strip)


def line_label(span: Any) -> str:
    """What a line is called: as its take, else by its name."""
    item = takes.active(span)
    return str(span.name if item is None else item.label)


def _asked_strip(span: Any, item: Any) -> str:
    """The strip of a line that an older version made, which keeps no take."""
    asked = remembered(span.asked) if span is not None and item is None else None
    return "" if asked is None else asked.strip


def _part(item: Any) -> tuple[float, float] | None:
    try:
        placed = takes.place_of(item)
    except LockstepError:
        return None
    return placed.start, placed.stop


def _only(item: Any) -> tuple[float, float] | None:
    """In and out as they were asked for, in a strip that was there before."""
    asked = remembered(item.asked)
    if asked is None or not asked.strip or not (asked.sound_in or asked.sound_out):
        return None
    return asked.sound_in, asked.sound_out or float("inf")


def _spoken(home: bpy.types.Scene, face: Any, span: Any) -> set[str]:
    """The strips that lines, but for this one, speak."""
    found = set()
    for thing in home.objects:
        for other in thing.lockstep_spans:  # type: ignore[attr-defined]
            item = takes.active(other)
            if item is not None and (span is None or thing != face or other.name != span.name):
                found.add(str(item.strip))
    return found - ({span_strip} if (span_strip := _strip_of(span)) else set())


def _strip_of(span: Any) -> str:
    item = None if span is None else takes.active(span)
    return "" if item is None else str(item.strip)
