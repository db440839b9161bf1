"""Events of speech services: Azure's visemes and word boundaries, the speech marks of Amazon Polly.

A viseme lasts until the next, a word until the next or until a pause. Azure: 'Get facial position with viseme' and
'Subscribe to synthesizer events' (offsets in ticks of 100 ns; its examples print milliseconds), in the spellings of its
libraries, as a JSON list or a line each. Polly: 'Speech mark output' in its Developer Guide, a line each, in ms.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Any

from ...errors import UsageError
from ...json_reader import json_text
from ...take import Take, Word
from .labels import tables
from .spans import shapes
from .table import MILLISECONDS, TICKS, Row, Table, number

AZURE, POLLY = "azure", "polly"
MOST = 1e18  # of a duration: all else is no time
LEAST = 20.0  # of a duration in ticks or milliseconds; below, it is in seconds, which the offsets are not
_OFFSETS = ("audiooffset", "offset", "audiooffsetms", "offsetms", "time")
_IDS = ("visemeid", "viseme", "id")
_DURATIONS = ("duration", "durationms")
_WORDS = ("word", "wordboundary", "0")  # how the libraries name the boundary of a word; others are of punctuation

Event = Mapping[str, Any]


def parse(events: Sequence[Event], name: str, beside: Sequence[Event] | None = None) -> Table | None:
    """The visemes among the events of either service; None where there are none. Raises UsageError.

    The words among them, or among all events of the file (`beside`), which may list them apart, come along.
    """
    every = events if beside is None else beside
    marks = [event for event in events if event.get("type") == "viseme" and "value" in event]
    if marks:
        rows = [_mark(event, f"Speech mark {at}", name) for at, event in enumerate(marks, 1)]
        said = [event for event in every if event.get("type") == "word"]
        words = [_mark(event, f"Word mark {at}", name) for at, event in enumerate(said, 1)]
        return Table(tuple(rows), POLLY, (MILLISECONDS,), words=_ended(words, rows, POLLY))
    visemes = [event for event in _timed(events) if _first(event, _IDS) is not None]
    if not visemes:
        return None
    rows = [_viseme(event, f"Viseme {at}", name) for at, event in enumerate(visemes, 1)]
    words = [_boundary(event, f"Word {at}", name) for at, event in enumerate(filter(_is_word, _timed(every)), 1)]
    return Table(tuple(rows), AZURE, (TICKS, MILLISECONDS), words=_ended(words, rows, AZURE))


def require_visemes(events: Sequence[Event], name: str) -> None:
    """Raise UsageError where the events are words alone, of either service."""
    if any(event.get("type") in ("word", "sentence", "ssml") for event in events) or any(map(_is_word, _timed(events))):
        raise UsageError(f"'{name}' has the words of a speech service and no visemes; ask the service for those too.")


def _timed(events: Sequence[Event]) -> list[dict[str, Any]]:
    """Events with a time, their keys in one spelling."""
    return [event for event in map(_plain, events) if _first(event, _OFFSETS) is not None]


def azure_of(take: Take) -> str:
    """The take as a list of Azure's events, offsets in ticks; the last viseme is silence at the sound's end."""
    rows = shapes(take.phones, take.audio.duration, AZURE)
    rows.append(Row(rows[-1].end or 0.0, None, "0"))
    events: list[dict[str, Any]] = [{"audioOffset": _ticks(row.start), "visemeId": int(row.label)} for row in rows]
    at = 0
    for word in _said(take):
        told = {"audioOffset": _ticks(word.start), "duration": _ticks(word.end - word.start), "text": word.text}
        events.append({**told, "textOffset": at, "wordLength": len(word.text), "boundaryType": "WordBoundary"})
        at += len(word.text) + 1
    events.sort(key=lambda event: (event["audioOffset"], "visemeId" in event))
    return "[\n" + ",\n".join(f"  {json_text(event)}" for event in events) + "\n]\n"


def polly_of(take: Take) -> str:
    """The take as Polly's speech marks, words and visemes; the last one is silence at the sound's end."""
    rows = shapes(take.phones, take.audio.duration, POLLY)
    rows.append(Row(rows[-1].end or 0.0, None, "sil"))
    marks: list[dict[str, Any]] = [
        {"time": round(row.start / MILLISECONDS), "type": "viseme", "value": row.label} for row in rows
    ]
    at = 0  # bytes of the text before the word
    for word in _said(take):
        end = at + len(word.text.encode("utf-8"))
        time = round(word.start / MILLISECONDS)
        marks.append({"time": time, "type": "word", "start": at, "end": end, "value": word.text})
        at = end + 1
    marks.sort(key=lambda mark: (mark["time"], mark["type"] == "viseme"))
    return "".join(json_text(mark) + "\n" for mark in marks)


def _said(take: Take) -> list[Word]:
    return [word for word in take.words if word.end > word.start and word.text]


def _ticks(seconds: float) -> int:
    return round(seconds / TICKS)


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


def _is_word(event: Event) -> bool:
    """Whether an event of Azure's is the boundary of a word, in any of the spellings of its libraries."""
    kind = str(event.get("boundarytype", event.get("type", _WORDS[0]))).rpartition(".")[2].casefold()
    return isinstance(event.get("text"), str) and _first(event, _IDS) is None and kind in _WORDS


def _boundary(event: Event, what: str, name: str) -> Row:
    """A word; its end is open where its duration is not there, or written in another unit than its offset."""
    start, told = number(_first(event, _OFFSETS), what, name), _first(event, _DURATIONS)
    length = float(told) if isinstance(told, int | float) and 0.0 <= told <= MOST else 0.0
    return Row(start, start + length if length >= LEAST else None, event["text"])


def _ended(words: Sequence[Row], visemes: Sequence[Row], alphabet: str) -> tuple[Word, ...]:
    """The words in order, each until its end, the next word or, where its end is open, the pause after it."""
    ordered = sorted((word for word in words if word.label.strip()), key=lambda word: word.start)
    shapes = tables()[alphabet]
    pauses = sorted(row.start for row in visemes if shapes.get(row.label, ["?"])[0] == "")
    last = max((row.start for row in visemes), default=0.0)
    found = []
    for word, after in zip(ordered, [*(word.start for word in ordered), math.inf][1:], strict=True):
        behind = bisect_right(pauses, word.start)
        pause = pauses[behind] if behind < len(pauses) else last
        start, end = max(0.0, word.start), min(after, pause if word.end is None else word.end)
        if end > start:
            found.append(Word(start, end, word.label.strip()))
    return tuple(found)
