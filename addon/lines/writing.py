"""A line written into the scene in one go: what the artist changed is gathered, the acting placed, the keys laid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import bpy

from ...engine.errors import RigError, TakeError
from ...engine.placing import place, resolve
from ...engine.placing.placed import Placed
from ...engine.placing.rehoming import rehomed
from ...engine.progress import drain
from ...engine.rig import unshown
from ...engine.score import take_id
from ...engine.score.items import Score
from ...engine.take import Take
from .. import compat
from ..character.scene import meshes_with
from ..character.speaker import Speaker, check_unchanged, find_speaker, sound_frames, with_own_meshes
from ..keys import heads, laying
from ..keys.performed import Laying, Performance, Performed
from ..sound import strips
from ..sound.strips import Placement
from . import acting, spans, takes
from .baseline import Baseline, as_it_was_made
from .request import Report, Request, scene_of, thing_of, to_json

CHANGED = "This line changed while it was computed; start again."


@dataclass(frozen=True, slots=True)
class Plan:
    """A line that is ready to be written.

    `request` is what is asked for, as it will be kept; `line` the name of the face's line that is there, '' for a new
    one, and `index` the number of the take that it will speak, -1 for one more. `path` is the sound's file; `strip` its
    strip, '' where there is none, and one is to be added where it `plays`. `length`: seconds of the whole sound.
    `score`: the line's acting where it is known already, None where the artist's changes are still to be gathered.
    `matches`: to this take, from each home of the acting; `homes`: takes beside those that the line keeps.
    `alone`: other lines of the face stay as they are. `swaps`: the strips of the line's other takes go silent.
    `backup`: what is replaced is kept in an action.
    """

    request: Request
    take: Take
    placed: Placement
    performance: Performance
    path: Path
    strip: str
    length: float
    line: str = ""
    index: int = -1
    score: Score | None = None
    matches: Mapping[str, Any] = field(default_factory=dict)
    baseline: Baseline | None = None
    alone: bool = False
    swaps: bool = False
    backup: bool = True
    plays: bool = True
    homes: Mapping[str, Take] = field(default_factory=dict)


def write(plan: Plan, notes: list[str]) -> Report:
    """Write strip, keys, acting and scene settings; everything that may still fail comes first."""
    home = scene_of(plan.request)
    speaker = find_speaker(thing_of(plan.request), home, plan.request.rig)
    check_unchanged(plan.performance.curves, speaker, plan.placed)
    face: Any = speaker.character.face
    span = _line(face, plan)
    with as_it_was_made(plan.baseline, speaker, span, notes), _strip(home, plan, span, notes) as (strip, ours):
        old = takes.active_take(span) if span is not None else None
        placed = _placed(plan, speaker, span)
        speaker = with_own_meshes(speaker)
        performed = _performed(plan, speaker, span, placed, notes)
        laid = laying.lay_line(performed, span, _stamp() if plan.backup else "")
    span = _keep(plan, face, (strip, ours), placed.score, laid)
    bones = heads.follow(performed, span)
    swap = _swap_report(old, plan, placed)
    takes.set_report(span, swap if swap is not None else takes.report_of(span))
    notes += [
        *plan.performance.notes,
        *laid.notes,
        *bones.notes,
        *unshown(resolve(placed, plan.take), speaker.binding, bones.channels),
        *(swap.warnings if swap is not None else ()),
        *(hush(home, face, span) if plan.swaps else ()),
    ]
    if strips.follow_sound(home, int(laid.last)):
        notes.append(f"The scene now ends at frame {int(laid.last)}, so that the whole sound is heard.")
    acting.refresh(span)
    home.frame_set(home.frame_current, subframe=home.frame_subframe)
    return _told(plan, speaker, span, laid, swap, notes)


def _line(face: Any, plan: Plan) -> Any:
    """The line that is there, None for a new one. Raises RigError where it went while the work was done."""
    span = spans.named(face, plan.line)
    if plan.line and (span is None or plan.index >= max(len(span.takes), 1)):
        raise RigError(CHANGED)
    return span


def gathered(speaker: Speaker, span: Any, bones: bool = True) -> Score:
    """The acting of a line with what the artist changed by hand; of a line that keeps no take, none."""
    take = takes.active_take(span) if span is not None else None
    if take is None:
        return Score()
    score = takes.score_of(span)
    return laying.gather(speaker, span, take, score, bones=bones) if span.laid else score


def _placed(plan: Plan, speaker: Speaker, span: Any) -> Placed:
    """The acting in the take that will be spoken; what was made in a reading that goes is at home in it from now on."""
    score = plan.score
    if score is None:
        score = replace(gathered(speaker, span, plan.request.bones), style=plan.request.controls)
    matches = {**drain(takes.matching(span, takes.homes(score), plan.take, plan.placed)), **plan.matches}
    homes = {**takes.kept_homes(span), **plan.homes}
    placed = place(score, plan.take, matches, homes)
    if span is not None and 0 <= plan.index < len(span.takes):
        gone = span.takes[plan.index].home
        if gone != take_id(plan.take):
            score = rehomed(placed, plan.take, {gone})
            placed = place(score, plan.take, matches, homes)
    return placed


def _performed(plan: Plan, speaker: Speaker, span: Any, placed: Placed, notes: list[str]) -> Performed:
    least, most = _room(plan, speaker.character.face, span, notes)
    return plan.performance.of(
        speaker, plan.take, placed, plan.placed, bones=plan.request.bones, least=least, most=most
    )


def _room(plan: Plan, face: Any, span: Any, notes: list[str]) -> tuple[float, float]:
    """The frames between which a line may write without touching the face's other lines."""
    if not plan.alone:
        return float("-inf"), float("inf")
    first, last = sound_frames(plan.placed)
    others = [one for one in face.lockstep_spans if span is None or one.name != span.name]
    least = max([one.last for one in others if one.sound_first < first], default=float("-inf"))
    most = min([one.first for one in others if one.sound_first >= first], default=float("inf"))
    if last > most:
        notes.append(
            f"'{plan.path.name}' runs {round(last - most)} frames into the next line, which stays; "
            "its end is not keyed."
        )
    return min(least, first), max(most, first + 1.0)


def _keep(plan: Plan, face: Any, strip: tuple[str, bool], score: Score, laid: Laying) -> Any:
    """Note the line with its take, its acting, and what was laid; gives the line. `strip`: its name, whether ours."""
    request = plan.request
    again = replace(request, audio=None, strip=strip[0]) if strip[0] else request
    first, last = sound_frames(plan.placed)
    sound = (first, min(last, laid.last)) if plan.alone else (first, last)
    heard = (plan.placed.base, plan.placed.rate, plan.placed.start, plan.take)
    spoken = spans.Spoken(sound, (laid.first, laid.last), *heard, to_json(again))
    span = spans.note(face, spoken, plan.line)
    fps = compat.frames_per_second(scene_of(request))
    label, asked = takes.label_of(plan.path.name), spoken.asked
    kept = takes.Kept(plan.take, plan.placed, plan.length, fps, label, str(plan.path), *strip, asked)
    span.take = span.picked = takes.keep(span, kept, plan.index)
    takes.set_score(span, score)
    takes.set_laid(span, laid.laid)
    return span


def _swap_report(old: Take | None, plan: Plan, placed: Placed) -> Any:
    """How the acting fared; None where the line speaks the take that it spoke before."""
    from ...engine.placing.report import report

    if old is None or take_id(old) == take_id(plan.take):
        return None
    match = plan.matches.get(take_id(old))
    return None if match is None else report(old, plan.take, match, placed)


def _told(plan: Plan, speaker: Speaker, span: Any, laid: Laying, swap: Any, notes: list[str]) -> Report:
    item = takes.active(span)
    return Report(
        take=plan.take,
        character=speaker.character.name,
        meshes=tuple(mesh.name for mesh in meshes_with(speaker.character, speaker.binding.names)),
        audio=str(plan.path) if plan.request.audio else plan.path.name,
        strip=item.strip,
        language=plan.performance.language,
        rig=speaker.fitted.label,
        score=round(speaker.fitted.score, 3),
        keys=laid.written.keys,
        curves=laid.written.curves,
        first=int(laid.first),
        last=int(laid.last),
        actions=laid.written.actions,
        backup=laid.written.backup,
        notes=(*speaker.notes, *notes),
        seconds={},
        label=item.label,
        span=span.name,
        swap=swap,
    )


def _stamp() -> str:
    return datetime.now().strftime("%Y-%m-%d %H.%M.%S")


# Strips


@contextmanager
def _strip(home: bpy.types.Scene, plan: Plan, span: Any, notes: list[str]) -> Iterator[tuple[str, bool]]:
    """The strip that plays the sound, '' in a Blender that has none, and whether it is new.

    A new one is taken away again where an error ends the context.
    """
    before = {strip.name for strip in strips.sound_strips(home)}
    name = _playing(home, plan, span, notes)
    try:
        yield name, bool(name) and name not in before
    except BaseException:
        if name and name not in before:
            strips.remove(home, strips.find_strip(home, name))
        raise


def _playing(home: bpy.types.Scene, plan: Plan, span: Any, notes: list[str]) -> str:
    if plan.strip:
        return str(strips.find_strip(home, plan.strip).name)
    if not plan.plays:
        return ""
    if not compat.can_load_sounds():
        notes.append("This Blender cannot play sound, so no strip was added; the keys are in place.")
        return ""
    item = takes.active(span) if span is not None else None
    old = strips.named(home, item.strip) if item is not None else None
    lowest = old.channel if old is not None and plan.swaps else 1
    return str(strips.add_sound(home, plan.path, plan.placed, lowest).name)


def hush(home: bpy.types.Scene, face: Any, span: Any) -> list[str]:
    """Let the strip of the line's active take be heard and those of its other takes not, but for what others speak."""
    active, notes = takes.active(span).strip, []
    for item in span.takes:
        shared = is_spoken(home, item.strip, face, span)
        strip = _found_again(home, item)
        if strip is None or item.strip == active:
            continue
        if shared or is_spoken(home, item.strip, face, span):
            notes.append(f"The strip '{item.strip}' stays on, since another line speaks it.")
        else:
            strip.mute = True
    strip = strips.named(home, active)
    if strip is not None:
        strip.mute = False
    return notes


def _found_again(home: bpy.types.Scene, item: Any) -> Any:
    """The strip of a take, or None; one that the artist has renamed is noted by its new name."""
    strip = strips.named(home, item.strip)
    if strip is not None or not item.strip:
        return strip
    with suppress(TakeError):
        placed = takes.place_of(item)
        strip = strips.playing(home, Path(item.path), round(placed.frame(placed.start)))
        item.strip = item.strip if strip is None else strip.name
    return strip


def is_spoken(home: bpy.types.Scene, strip: str, face: Any, span: Any) -> bool:
    """Whether another line, of this face or another one, speaks this strip."""
    for thing in home.objects:
        for other in thing.lockstep_spans:  # type: ignore[attr-defined]
            item = takes.active(other)
            if item is not None and item.strip == strip and (thing != face or other.name != span.name):
                return True
    return False
