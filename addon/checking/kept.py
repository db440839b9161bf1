"""What the last check of a line found, kept on its face: read by the panel, remembered by its text.

One property of the object for each line that was checked, named as the other properties of faces are, so that library
overrides keep it. `data` is all that a panel lists; `full`, read for the plot alone, holds the moments and tracks too.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

import bpy

from ...engine.budget.report import BudgetReport, Overrun
from ...engine.check.result import Limits, Moments, SyncCheck
from ...engine.errors import LockstepError
from ...engine.norms.report import NormsReport, Standing
from ...engine.soundcheck.findings import Finding, SoundCheck
from ...engine.take import Phrase
from .. import compat
from ..character.scene import find_character
from ..keys import tracks
from ..lines import spans, takes
from ..lines.spans import OVERRIDABLE
from ..sound import strips
from .request import Checked, headline

DIGEST = 12  # the last letters of a packed text, which hold its checksum

_kept = takes.Memory(takes.REMEMBERED)
_full = takes.Memory(4)


class LockstepCheck(bpy.types.PropertyGroup):
    """A check of the line `line`, '' for a face without one; `name` is unique on the face.

    `verdict` and `said`: in a word and in a sentence; `made`: local time; `stamp`: what the line was like then;
    `keys`: a sum over all keys of the character; `data`, `full`: packed JSON, see above.
    """

    line: bpy.props.StringProperty(override=OVERRIDABLE)  # type: ignore[valid-type]
    verdict: bpy.props.StringProperty(override=OVERRIDABLE)  # type: ignore[valid-type]
    said: bpy.props.StringProperty(override=OVERRIDABLE)  # type: ignore[valid-type]
    made: bpy.props.StringProperty(override=OVERRIDABLE)  # type: ignore[valid-type]
    stamp: bpy.props.StringProperty(override=OVERRIDABLE)  # type: ignore[valid-type]
    keys: bpy.props.StringProperty(override=OVERRIDABLE)  # type: ignore[valid-type]
    data: bpy.props.StringProperty(override=OVERRIDABLE)  # type: ignore[valid-type]
    full: bpy.props.StringProperty(override=OVERRIDABLE)  # type: ignore[valid-type]


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """A check as it was kept; its seconds count from scene frame `base`, `rate` frames each.

    `check` without moments and tracks; `sound`, `budget`, `norms` None where nothing was heard; `phrases`: how far each
    was trusted; `lines`: all of it in words, as `engine.examine.told` gives them (kind, text, seconds, grave);
    `notes`: what could not be looked at; `limits`: what gave the verdict; `made`: 'YYYY-MM-DD HH:MM'; `ledger`: the
    file of its row, '' for none.
    """

    check: SyncCheck
    sound: SoundCheck | None
    budget: BudgetReport | None
    norms: NormsReport | None
    advice: tuple[str, ...]
    phrases: tuple[Phrase, ...]
    lines: tuple[tuple[str, str, float, bool], ...]
    notes: tuple[str, ...]
    limits: Limits
    base: float
    rate: float
    made: str
    shot: str
    ledger: str

    def frame(self, seconds: float) -> float:
        """The scene frame of a second of the sound as it was checked."""
        return self.base + seconds * self.rate


def kept_of(face: Any, span: Any = None) -> Kept | None:
    """The last check of a line, or of a face without lines (`span` None); None where there is none that can be read."""
    item = item_of(face, span)
    return None if item is None else _kept.get(item.data, lambda: _read(item))


def item_of(face: Any, span: Any = None) -> Any:
    """The LockstepCheck of a line; None where it was never checked."""
    name = "" if span is None else span.name
    return next((item for item in face.lockstep_checks if item.line == name and item.data), None)


def full_check(face: Any, span: Any = None) -> SyncCheck | None:
    """The check with all its moments and tracks, for the plot; None where there is none that can be read."""
    item = item_of(face, span)
    return None if item is None else _full.get(item.full, lambda: _whole(item))


def text_of(face: Any, span: Any = None) -> str:
    """The whole check as JSON, for a file of its own; '' where there is none."""
    item = item_of(face, span)
    return "" if item is None else takes.unpacked(item.full)


def is_stale(home: Any, face: Any, span: Any = None) -> bool:
    """Whether line, take, strip or frame rate are no longer what was checked; keys are looked at by `is_edited`."""
    item = item_of(face, span)
    return item is not None and item.stamp != stamp_of(home, span)


def is_edited(home: Any, face: Any, span: Any = None) -> bool:
    """Whether any key of the character was changed since it was checked. Reads all of them: for now and then."""
    item = item_of(face, span)
    try:
        return item is not None and item.keys != _keys(home, face)
    except LockstepError:
        return True  # the character is no longer the one that was checked


def _keys(home: Any, face: Any) -> str:
    return tracks.checksum(find_character(face, home, linked=True).keys)


def stamp_of(home: Any, span: Any) -> str:
    """What a line is like now, as far as that can be told at once."""
    rate = f"{compat.frames_per_second(home):.6g}"
    item = None if span is None else takes.active(span)
    if item is None:
        return rate
    strip = strips.named(home, item.strip)
    stands = () if strip is None else (compat.left_handle(strip), compat.right_handle(strip), strip.mute)
    base = () if strip is None else (round(compat.content_start(strip), 3), strip.sound.filepath)
    return " ".join(map(str, (rate, item.digest, span.laid[-DIGEST:], *stands, *base)))


# Kept and read


def keep(home: Any, face: Any, span: Any, checked: Checked) -> None:
    """Keep a check on its face, in place of the last one of the same line; those of lines that are gone are dropped."""
    from ...engine.check.file import to_json

    name = "" if span is None else span.name
    _drop(face, {name} | (_checked(face) - {one.name for one in face.lockstep_spans} - {""}))
    item = spans.added(face.lockstep_checks)
    found = checked.examination
    item.line, item.verdict, item.said = name, checked.verdict, headline(found)
    item.made, item.stamp = datetime.now().strftime("%Y-%m-%d %H:%M"), stamp_of(home, span)
    item.keys = _keys(home, face)
    light = replace(found.check, moments=Moments(), tracks=None)
    values = {
        **checked.as_json(),
        "check": json.loads(to_json(light)),
        "made": item.made,
        "phrases": [_values(one) for one in found.take.phrases] if found.take is not None else [],
        "lines": [[one.kind, one.text, one.seconds, one.grave] for one in checked.told()],
    }
    item.data = takes.packed(json.dumps(values, ensure_ascii=False))
    values["check"] = json.loads(to_json(found.check))
    item.full = takes.packed(json.dumps(values, ensure_ascii=False))


def _checked(face: Any) -> set[str]:
    return {item.line for item in face.lockstep_checks}


def _drop(face: Any, names: set[str]) -> None:
    for index in reversed(range(len(face.lockstep_checks))):
        if face.lockstep_checks[index].line in names:
            try:
                face.lockstep_checks.remove(index)
            except TypeError:  # one that came from a library cannot be taken away
                face.lockstep_checks[index].data = ""


def _values(value: Any) -> dict[str, Any]:
    return {one.name: getattr(value, one.name) for one in fields(value)}


def _read(item: Any) -> Kept | None:
    from ...engine.check.file import from_json

    try:
        values = json.loads(takes.unpacked(item.data))
        return Kept(
            check=from_json(json.dumps(values["check"])),
            sound=_made(SoundCheck, values["sound"], findings=Finding),
            budget=_made(BudgetReport, values["budget"], overruns=Overrun),
            norms=_made(NormsReport, values["norms"], standings=Standing),
            advice=tuple(values["advice"]),
            phrases=tuple(Phrase(**one) for one in values["phrases"]),
            lines=tuple((kind, text, seconds, grave) for kind, text, seconds, grave in values["lines"]),
            notes=tuple(values["notes"]),
            limits=Limits(**values["limits"]),
            base=values["base"],
            rate=values["rate"],
            made=values["made"],
            shot=values["shot"],
            ledger=values["ledger"] or "",
        )
    except (LockstepError, ValueError, TypeError, KeyError):
        return None  # made by another version: the panel asks for a new check


def _whole(item: Any) -> SyncCheck | None:
    from ...engine.check.file import from_json

    try:
        return from_json(json.dumps(json.loads(takes.unpacked(item.full))["check"]))
    except (LockstepError, ValueError, TypeError, KeyError):
        return None


def _made(kind: Any, values: Mapping[str, Any] | None, **parts: Any) -> Any:
    """A value of `kind` from its plain fields; None for None. `parts`: what the items of a list are."""
    if values is None:
        return None
    made = {name: math.nan if value is None else value for name, value in values.items()}
    for name, part in parts.items():
        made[name] = tuple(_made(part, one) for one in values[name])
    return kind(**made)


CLASSES = (LockstepCheck,)
