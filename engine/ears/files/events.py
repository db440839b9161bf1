"""Viseme events of speech services: Azure's, and the speech marks of Amazon Polly. Each lasts until the next.

Azure: 'Get facial position with viseme' (offsets in ticks of 100 ns; its examples print milliseconds), in the spellings
of its libraries, as a JSON list or a line each. Polly: 'Speech mark output' in its Developer Guide, a line each, in ms.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...json_reader import json_text
from ...take import Take
from .spans import shapes
from .table import MILLISECONDS, TICKS, Row, Table, number

AZURE, POLLY = "azure", "polly"
_OFFSETS = ("audiooffset", "offset", "audiooffsetms", "offsetms", "time")
_IDS = ("visemeid", "viseme", "id")

Event = Mapping[str, Any]


def parse(events: Sequence[Event], name: str) -> Table | None:
    """The visemes among the events of either service; None where there are none. Raises UsageError."""
    marks = [event for event in events if event.get("type") == "viseme"]
    if marks:
        rows = [_mark(event, f"Speech mark {at}", name) for at, event in enumerate(marks, 1)]
        return Table(tuple(rows), POLLY, (MILLISECONDS,))
    known = [_plain(event) for event in events]
    visemes = [event for event in known if _first(event, _IDS) is not None and _first(event, _OFFSETS) is not None]
    if not visemes:
        return None
    rows = [_viseme(event, f"Viseme {at}", name) for at, event in enumerate(visemes, 1)]
    return Table(tuple(rows), AZURE, (TICKS, MILLISECONDS))


def azure_of(take: Take) -> str:
    """The take as a list of Azure's events, offsets in ticks; the last one is silence at the sound's end."""
    rows = shapes(take.phones, take.audio.duration, AZURE)
    rows.append(Row(rows[-1].end or 0.0, None, "0"))
    events = [{"audioOffset": round(row.start / TICKS), "visemeId": int(row.label)} for row in rows]
    return "[\n" + ",\n".join(f"  {json_text(event)}" for event in events) + "\n]\n"


def polly_of(take: Take) -> str:
    """The take as Polly's speech marks; the last one is silence at the sound's end."""
    rows = shapes(take.phones, take.audio.duration, POLLY)
    rows.append(Row(rows[-1].end or 0.0, None, "sil"))
    marks = [{"time": round(row.start / MILLISECONDS), "type": "viseme", "value": row.label} for row in rows]
    return "".join(json_text(mark) + "\n" for mark in marks)


def _mark(event: Event, what: str, name: str) -> Row:
    return Row(number(event.get("time"), what, name), None, str(event.get("value", "")))


def _plain(event: Event) -> dict[str, Any]:
    """The event with its keys in one spelling: audioOffset, audio_offset, AudioOffset and privAudioOffset are one."""
    return {key.replace("_", "").casefold().removeprefix("priv"): value for key, value in event.items()}


def _first(event: Event, keys: Sequence[str]) -> object:
    return next((event[key] for key in keys if event.get(key) is not None), None)


def _viseme(event: Event, what: str, name: str) -> Row:
    found = number(_first(event, _IDS), what, name)
    return Row(number(_first(event, _OFFSETS), what, name), None, f"{found:g}")
