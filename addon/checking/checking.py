"""One check from beginning to end: look at the face, hear its sound anew, compare, keep what was found."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace
from typing import Any

import bpy
import numpy as np

from ...engine.check.result import Fault
from ...engine.check.seen import Seen
from ...engine.errors import LockstepError
from ...engine.examine.examination import Asked, Examination
from ...engine.progress import Progress, scaled
from ...engine.rig import Binding
from .. import compat, props
from ..character.profiles import AUTO, fit
from ..character.scene import Character, find_character, meshes_with
from ..lines import spans
from ..lines.request import remembered, scene_of, thing_of
from . import kept, recording
from .circumstances import circumstances
from .heard import Heard, sound_heard
from .observe import Flags, Floats, Look, observe
from .request import Checked, CheckRequest
from .wanted import Wanted, line_label, wanted_of

MARGIN = 2.0  # seconds beside the sound that are looked at
REACH = 10.0  # seconds beside the sound up to which a line's keys are looked at
TOGETHER = 1.0  # frames by which the sounds of two lines may overlap and still be one after the other


@dataclass(frozen=True, slots=True)
class Who:
    """The face that is checked, found anew whenever something else may have come between."""

    home: bpy.types.Scene
    character: Character
    binding: Binding
    rig: str
    wanted: Wanted


def check(request: CheckRequest) -> Generator[Progress, None, Checked]:
    """How a face, as the scene shows it, stands to its sound, as the sequencer plays it.

    Between two yields, and afterwards, the scene is as it was; the last step alone keeps the result on the face, and in
    the ledger where one is named. Raises LockstepError: one sentence that says what was found and what to do; where
    the ledger alone cannot be written, the result is kept on the face all the same.
    """
    notes: list[str] = []
    limits = request.delivery.limits(request.limits)
    who = _who(request)
    yield Progress("Looking", 0.0)
    with sound_heard(who.wanted) as heard:
        frames, quiet = _frames(heard, who)
        look = _look(request, who, frames, quiet)
        shown = yield from scaled(observe(who.character, look), 0.0, 0.3)
        who = _who(request)
        seen = _seen(heard, frames, shown.parts, who.home)
        faults = _faults(heard, who, seen)
        found = yield from scaled(
            _examine(request, heard, who, Asked(limits=limits, circumstances=faults), seen, notes), 0.3, 0.98
        )
    yield Progress("Keeping", 0.98)
    who = _who(request)
    checked = Checked(
        character=who.character.name,
        line_name="" if who.wanted.span is None else who.wanted.span.name,
        label=heard.sound if who.wanted.span is None else line_label(who.wanted.span),
        sound=heard.sound,
        strip=", ".join(heard.strips),
        rig=who.rig,
        base=heard.base,
        rate=heard.rate,
        examination=found,
        seen=seen,
        notes=tuple(dict.fromkeys((*heard.notes, *shown.notes, *notes))),
        limits=limits,
        shot=request.shot,
    )
    try:
        checked = recording.record(request, who.wanted, checked)
    except LockstepError:
        _keep(request, who, checked)  # what was found is not lost with its row
        raise
    return _keep(request, who, checked)


def _who(request: CheckRequest) -> Who:
    """The face of a request. Raises LockstepError where it is not there."""
    asked: Any = request
    home = scene_of(asked)
    character = find_character(thing_of(asked), home, linked=True)
    face: Any = character.face
    corrections = props.corrections(face) if not request.rig else {}
    fitted = fit(character.names, request.rig or face.lockstep_rig or AUTO, corrections)
    return Who(home, character, fitted.binding, fitted.profile.name, wanted_of(request, home, face))


# What is looked at


def _frames(heard: Heard, who: Who) -> tuple[Floats, Flags]:
    """The whole frames around the sound, the line's keys with them and other lines left out; where nobody speaks."""
    fps = compat.frames_per_second(who.home)
    first, last = _sounding(heard)
    low, high = first - MARGIN * fps, last + MARGIN * fps
    face: Any = who.character.face
    span = who.wanted.span
    if span is not None:
        low = min(low, span.first) if first - span.first < REACH * fps else low
        high = max(high, span.last) if span.last - last < REACH * fps else high
    lines = spans.lines_of(face)
    for other in lines:
        if span is not None and other.name == span.name:
            continue
        if other.sound_last <= first + TOGETHER:
            low = max(low, min(other.last, first))
        elif other.sound_first >= last - TOGETHER:
            high = min(high, max(other.first, last))
    frames = np.arange(np.floor(low), max(np.ceil(high), np.floor(low) + 1.0) + 1.0)
    quiet = (frames < first) | (frames > last)
    for one in lines:
        quiet &= (frames <= one.first) | (frames >= one.last)
    return frames, quiet


def _sounding(heard: Heard) -> tuple[float, float]:
    """The frames between which the sound is heard, or was to be."""
    duration = heard.source.duration if heard.source is not None else max(one.end for one in heard.faults)
    return heard.base, heard.base + duration * heard.rate


def _look(request: CheckRequest, who: Who, frames: Floats, quiet: Flags) -> Look:
    meshes = meshes_with(who.character, who.binding.names)
    addresses = tuple((mesh.name, mesh.library.filepath if mesh.library else None) for mesh in meshes)
    return Look(request.scene, addresses, frozenset(who.binding.names), frames, quiet)


def _seen(heard: Heard, frames: Floats, parts: Any, home: bpy.types.Scene) -> Seen:
    first, last = _sounding(heard)
    fps = compat.frames_per_second(home)
    return Seen(
        times=(frames - heard.base) / heard.rate,
        parts=parts,
        fps=fps,
        heard=(0.0, (last - first) / heard.rate),
        speed=fps / heard.rate,
        muted=heard.source is None,
    )


def _faults(heard: Heard, who: Who, seen: Seen) -> tuple[Fault, ...]:
    frames = _sounding(heard)
    return (*heard.faults, *circumstances(who.character, who.binding, seen.parts, frames, seen.heard[1]))


# What is heard


def _examine(
    request: CheckRequest, heard: Heard, who: Who, asked: Asked, seen: Seen, notes: list[str]
) -> Generator[Progress, None, Examination]:
    from ...engine.examine import examine

    language, text = _loaded(_language(request, who.wanted)), _text(request, heard, who.wanted) or None
    asked = replace(asked, language=language, transcript=text, medium=request.delivery.medium)
    return (yield from examine(heard.source, seen, who.binding, asked, remark=notes.append))


def _loaded(code: str) -> Any:
    from ...engine.languages import load

    return None if code == "auto" else load(code)


def _language(request: CheckRequest, wanted: Wanted) -> str:
    """The language that is asked for, else the line's, else 'auto'."""
    if request.language or wanted.span is None:
        return request.language or "auto"
    return str(wanted.span.language or "auto")


def _text(request: CheckRequest, heard: Heard, wanted: Wanted) -> str:
    """What is said: as it is asked for, else the line's own text where it is heard with its own sound."""
    if request.text is not None or wanted.item is None:
        return request.text or ""
    same = heard.source is not None and wanted.item.sound in (heard.source.sha256(), heard.digest)
    asked = remembered(wanted.item.asked) if same else None
    return "" if asked is None else asked.text


# What is kept


def _keep(request: CheckRequest, who: Who, checked: Checked) -> Checked:
    face: Any = who.character.face
    if not request.kept:
        return checked
    if face.library is not None:
        note = f"'{face.name}' is linked from another file, so the result is not kept on it."
        return replace(checked, notes=(*checked.notes, note))
    kept.keep(who.home, face, spans.named(face, checked.line_name), checked)
    return checked
