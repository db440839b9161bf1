"""The takes of a line, its acting, and what was last laid of it: kept in the .blend, so that the file is enough.

All of it lies in the line itself (LockstepSpan) as text. What is read from a text is remembered by the text, not by
the line, so that undo, copies and other files never meet what is not theirs.
"""

from __future__ import annotations

import base64
import hashlib
import json
import math
import zlib
from collections import OrderedDict
from collections.abc import Callable, Generator, Mapping
from dataclasses import astuple, dataclass, replace
from datetime import datetime
from pathlib import PurePath
from typing import Any, TypeVar

from ...engine.errors import TakeError, UsageError
from ...engine.placing.rehoming import anchors_of
from ...engine.placing.report import SwapReport
from ...engine.progress import Progress, drain, scaled
from ...engine.score.items import Score
from ...engine.take import Take, Tracks, from_json, to_json
from ..sound.strips import Placement
from . import spans

REMEMBERED = 64  # texts whose values are kept in memory

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Kept:
    """A take to be kept with a line: where its sound stands, whose strip it is, and what was asked for (JSON).

    `length`: seconds of the whole sound; `fps`: the scene's.
    """

    take: Take
    placed: Placement
    length: float
    fps: float
    label: str
    path: str
    strip: str
    ours: bool
    asked: str


class Memory:
    """Values by what they were made of; the ones not asked for longest are forgotten."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[Any, Any] = OrderedDict()

    def get(self, key: Any, make: Callable[[], Value]) -> Value:
        """The value of `key`, made where it is not known."""
        if key not in self._values:
            self.put(key, make())
        self._values.move_to_end(key)
        value: Value = self._values[key]
        return value

    def put(self, key: Any, value: Any) -> None:
        """Remember a value."""
        self._values[key] = value
        while len(self._values) > self._most:
            self._values.popitem(last=False)

    def find(self, key: Any) -> Any:
        """The value of `key`, None where it is not known."""
        return self._values.get(key)


_takes = Memory(REMEMBERED)
_scores = Memory(REMEMBERED)
_laid = Memory(REMEMBERED)
_reports = Memory(REMEMBERED)
_matches = Memory(REMEMBERED)
_placed = Memory(REMEMBERED)
_digests = Memory(REMEMBERED)


# Texts


def packed(text: str) -> str:
    """A text made small, in letters that a .blend keeps."""
    return base64.b85encode(zlib.compress(text.encode("utf-8"), 9)).decode("ascii") if text else ""


def unpacked(text: str) -> str:
    """What `packed` was given. Raises UsageError where it is damaged."""
    try:
        return zlib.decompress(base64.b85decode(text)).decode("utf-8") if text else ""
    except (ValueError, zlib.error) as error:
        raise UsageError("What this line keeps is damaged; press Sync from Audio to make it again.") from error


def settled(take: Take) -> Take:
    """The take as it will be read again: a line performed now and one performed after saving are the same."""
    return from_json(to_json(take))


def digest_of(take: Take) -> str:
    """What a take is known by: all of it, not only its sounds."""
    return _digest(to_json(take))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:20]


# Takes


def active(span: Any) -> Any:
    """The LockstepTake that a line speaks; None where it keeps none, as lines of older versions do."""
    return span.takes[span.take] if 0 <= span.take < len(span.takes) else None


def active_take(span: Any) -> Take | None:
    """The take that a line speaks; None where it keeps none. Raises TakeError for one that is damaged."""
    item = active(span)
    return None if item is None else read(item)


def take_at(span: Any, index: int) -> Take:
    """The take of that number. Raises UsageError where there is none, TakeError for one that is damaged."""
    return read(item_at(span, index))


def item_at(span: Any, index: int) -> Any:
    """The LockstepTake of that number. Raises UsageError where there is none."""
    if not 0 <= index < len(span.takes):
        raise UsageError(f"This line has {len(span.takes)} takes, and none of the number {index + 1}; choose another.")
    return span.takes[index]


def numbered(span: Any, name: str) -> int:
    """The index of a take by its label, name or number from 1 on. Raises UsageError where there is none."""
    labels = [item.label for item in span.takes]
    names = [item.name for item in span.takes]
    for known in (labels, names):
        if name in known:
            return known.index(name)
    if name.isdigit() and 1 <= int(name) <= len(labels):
        return int(name) - 1
    listed = ", ".join(f"'{label}'" for label in labels) or "none"
    raise UsageError(f"This line has no take '{name}'; its takes are {listed}.")


def read(item: Any) -> Take:
    """The take in a LockstepTake. Raises TakeError where it is damaged."""
    return _takes.get(item.digest, lambda: from_json(_text(item), f"The take '{item.label}'"))


def _text(item: Any) -> str:
    try:
        return unpacked(item.data)
    except UsageError as error:
        raise TakeError(f"The take '{item.label}' is damaged; sync its sound again.") from error


def place_of(item: Any) -> Placement:
    """Where a take's sound stood when its keys were last written. Raises TakeError where that is damaged."""
    return Placement(*_stood(item)[:4])


def sound_of(item: Any) -> tuple[float, float]:
    """Seconds of a take's whole sound, and the scene's frames per second then. Raises TakeError."""
    _, _, _, _, length, fps = _stood(item)
    return length, fps


def _stood(item: Any) -> list[float]:
    try:
        values = [float(value) for value in json.loads(item.place)]
    except (ValueError, TypeError):
        values = []
    if len(values) != 6 or not all(map(math.isfinite, values)) or values[1] <= 0.0 or values[5] <= 0.0:
        raise TakeError(f"The take '{item.label}' is damaged; sync its sound again.")
    return values


def clock(placed: Placement) -> Placement:
    """A sound's placement in the seconds of a take, which begins where the heard part of the sound does."""
    return Placement(placed.frame(placed.start), placed.rate, 0.0, placed.stop - placed.start)


def frame_at(span: Any, seconds: float) -> float:
    """The scene frame of a second of the line's active take."""
    item = active(span)
    placed = place_of(item) if item is not None else Placement(span.base, span.rate, 0.0, 0.0)
    return clock(placed).frame(seconds)


def seconds_at(span: Any, frame: float) -> float:
    """The second of the line's active take at a scene frame."""
    item = active(span)
    placed = place_of(item) if item is not None else Placement(span.base, span.rate, 0.0, 0.0)
    return clock(placed).seconds(frame)


def keep(span: Any, kept: Kept, index: int = -1) -> int:
    """Keep a take with a line, as number `index` in place of the one there, or as a new one; gives its number."""
    text = to_json(kept.take)
    if index < 0:
        item = spans.added(span.takes)
        index = len(span.takes) - 1
        item.label = _free_label(span, kept.label)
    else:
        item = span.takes[index]
    item.digest, item.data = _digest(text), packed(text)
    item.home = _take_id(kept.take)
    item.ours = kept.ours or (item.ours and item.strip == kept.strip)
    item.path, item.strip, item.asked = kept.path, kept.strip, kept.asked
    item.sound, item.language = kept.take.audio.sha256, kept.take.language
    item.duration = kept.take.audio.duration
    item.ear = kept.take.recognizer
    item.made = datetime.now().strftime("%Y-%m-%d %H:%M:%S")
    set_place(item, kept.placed, kept.length, kept.fps)
    _takes.put(item.digest, kept.take)
    return index


def set_place(item: Any, placed: Placement, length: float, fps: float) -> None:
    """Note where a take's sound stands, how long it is in whole, and at which frames per second of the scene."""
    item.place = json.dumps([float(value) for value in (*astuple(placed), length, fps)])


def label_of(name: str) -> str:
    """What a take is called at first: its file's name without the ending."""
    return PurePath(name.replace("\\", "/")).stem or name


def _free_label(span: Any, label: str) -> str:
    """`label`, with a number where another take of the line has it."""
    taken = {item.label for item in span.takes}
    numbers = (f"{label} {number}" for number in range(2, len(taken) + 3))
    return label if label not in taken else next(name for name in numbers if name not in taken)


def _take_id(take: Take) -> str:
    from ...engine.score import take_id

    return str(take_id(take))


# Acting, and what was laid


def score_of(span: Any) -> Score:
    """The acting of a line; of a line that keeps none, the style that its sync was asked for."""
    if not span.score:
        return Score(style=_style(span))
    return _scores.get(span.score, lambda: _read_score(span.score))


def _read_score(text: str) -> Score:
    from ...engine.score.file import from_json as read_score

    score: Score = read_score(unpacked(text))
    return score


def _style(span: Any) -> Any:
    from ...engine.mouth import Controls
    from .request import remembered

    asked = remembered(span.asked)
    return Controls() if asked is None else asked.controls


def set_score(span: Any, score: Score) -> None:
    """Keep the acting of a line."""
    from ...engine.score.file import to_json as write_score

    span.score = packed(write_score(score))
    _scores.put(span.score, score)


def laid_of(span: Any) -> Mapping[str, Any]:
    """What was last written of a line: `engine.edits.Laid` by its curve; empty where that is not known."""
    if not span.laid:
        return {}

    def unpack() -> Mapping[str, Any]:
        from ...engine.edits.laid import unpack as read_laid

        return read_laid(span.laid)

    return _laid.get(_digest(span.laid), unpack)


def set_laid(span: Any, laid: Mapping[str, Any]) -> None:
    """Keep what was written of a line."""
    from ...engine.edits.laid import pack

    span.laid = pack(laid)


def report_of(span: Any) -> SwapReport | None:
    """The report of the line's last swap; None where there was none."""
    if not span.report:
        return None
    text = span.report
    return _reports.get(text, lambda: SwapReport.from_json(unpacked(text)))


def set_report(span: Any, report: Any) -> None:
    """Keep the report of a swap, or none."""
    span.report = packed(report.as_json()) if report is not None else ""


# Matches


def homes(score: Score) -> set[str]:
    """The ids of the takes in which the items of a score were made."""
    return {anchor.take for item in score.items() for anchor in anchors_of(item)}


def kept_homes(span: Any) -> dict[str, Take]:
    """The takes that a line keeps, by their ids."""
    return {item.home: read(item) for item in span.takes} if span is not None else {}


def matching(span: Any, wanted: set[str], take: Take, placed: Placement) -> Generator[Progress, None, dict[str, Any]]:
    """A match of each of a line's takes with an id in `wanted` to `take`, whose sound stands at `placed`."""
    own = _take_id(take)
    known = {item.home: item for item in span.takes} if span is not None else {}
    old = sorted(home for home in wanted if home != own and home in known)
    matches: dict[str, Any] = {}
    for number, home in enumerate(old):
        work = match(read(known[home]), place_of(known[home]), take, placed)
        matches[home] = yield from scaled(work, number / len(old), (number + 1) / len(old))
    return matches


def match(old: Take, old_place: Placement, new: Take, new_place: Placement) -> Generator[Progress, None, Any]:
    """The match of two takes, remembered."""
    from ...engine.matching.match import match_takes

    parts = _are_parts(old, old_place, new, new_place)
    starts = (round(old_place.start, 6), round(new_place.start, 6)) if parts else ()
    key = (digest_of_known(old), digest_of_known(new), starts)
    found = _matches.find(key)
    if found is None:
        if not parts:
            found = yield from match_takes(old, new)
        elif old_place.start < new_place.stop and new_place.start < old_place.stop:
            found = yield from _match_parts(old, new, old_place.start, new_place.start)
        else:  # said twice in one recording
            other = replace(new, audio=replace(new.audio, sha256=f"{new.audio.sha256} {new_place.start:.3f}"))
            found = replace((yield from match_takes(old, other)), new=_take_id(new))
        _matches.put(key, found)
    return found


def _are_parts(old: Take, old_place: Placement, new: Take, new_place: Placement) -> bool:
    """Whether two takes are of different parts of one sound."""
    same = old.audio.sha256 == new.audio.sha256
    return same and (old_place.start, old.audio.duration) != (new_place.start, new.audio.duration)


def digest_of_known(take: Take) -> str:
    """`digest_of`, counted once for each take in memory."""
    known = _digests.find(id(take))
    if known is None or known[0] is not take:
        known = (take, digest_of(take))
        _digests.put(id(take), known)
    digest: str = known[1]
    return digest


def _match_parts(old: Take, new: Take, old_start: float, new_start: float) -> Generator[Progress, None, Any]:
    """The match of two parts of one sound, which begin at other seconds of it."""
    from ...engine.matching.match import match_takes

    least = min(old_start, new_start)
    length = max(old.audio.duration + old_start, new.audio.duration + new_start) - least
    parts = (_in_whole(old, old_start - least, length), _in_whole(new, new_start - least, length))
    whole = yield from match_takes(*parts)
    return _in_parts(whole, old, new, old_start - least, new_start - least)


def _in_parts(match: Any, old: Take, new: Take, before: float, after: float) -> Any:
    phrases = tuple(
        replace(
            phrase,
            old_start=phrase.old_start - before,
            old_end=phrase.old_end - before,
            new_start=phrase.new_start - after,
            new_end=phrase.new_end - after,
        )
        for phrase in match.phrases
    )
    time = replace(match.time, old=match.time.old - before, new=match.time.new - after)
    inserted = tuple((start - after, end - after) for start, end in match.inserted)
    return replace(match, old=_take_id(old), new=_take_id(new), phrases=phrases, time=time, inserted=inserted)


def _in_whole(take: Take, seconds: float, length: float) -> Take:
    """A part's take in a sound `length` seconds long, all of it later by `seconds`; no match looks at tracks there."""
    lists: dict[str, Any] = {
        name: tuple(replace(item, start=item.start + seconds, end=item.end + seconds) for item in getattr(take, name))
        for name in ("phones", "syllables", "words", "phrases", "corrections")
    }
    return replace(take, audio=replace(take.audio, duration=length), tracks=Tracks(), **lists)


def matches_for(span: Any, take: Take, placed: Placement) -> dict[str, Any]:
    """`matching` for the acting that a line keeps, at once."""
    return drain(matching(span, homes(score_of(span)), take, placed))


def placed_of(span: Any) -> Any:
    """Where the acting of a line stands in its active take (`engine.placing.Placed`); None where it keeps no take."""
    item = active(span)
    if item is None:
        return None
    key = (_digest(span.score), item.digest, item.place, *(other.digest for other in span.takes))
    return _placed.get(key, lambda: _place(span, item))


def _place(span: Any, item: Any) -> Any:
    from ...engine.placing import place

    score, take = score_of(span), read(item)
    return place(score, take, matches_for(span, take, place_of(item)), kept_homes(span))
