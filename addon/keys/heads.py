"""Nods, shakes and looks on bones: added to what the artist has made of them, in a layer of its own.

A Transformation constraint 'Lockstep' turns the bone in its own space, and an NLA track of the armature animates the
constraint. So the bone's own rotation is never touched, and turns are seen even where an active action keys the bone,
over which no NLA track could be heard.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import bpy
import numpy as np
from numpy.typing import NDArray

from ...engine.acting.channels import HEAD, LOOKS
from ...engine.progress import drain
from ...engine.rig import means_of
from .. import compat
from . import bones, keying, tracks
from .bones import OURS, Turned
from .performed import Performed
from .points import Points, spoken

ACTION_NAME = "Lockstep head {0}"
# Our choice: nods and shakes that accent speech are small beside those that say yes or no; eyes turn further without
# the head, but seldom do.
NOD, SHAKE = math.radians(12.0), math.radians(12.0)
ASIDE, UP, DOWN = math.radians(25.0), math.radians(20.0), math.radians(20.0)
CLOSE = 0.002  # radians by which a curve may miss its values
SEEN = 1e-4
AXES = "xyz"
ROOM_LESS = "The armature has no bone that stays where head and eyes turn (add a root bone)"

Frames = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Shown:
    """What of a line's acting its bones show: `channels` of the expression, and sentences on what they cannot."""

    channels: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Turn:
    """A bone's turns at whole `frames` [n]: Euler angles [3, n] in radians."""

    bone: Turned
    frames: Frames
    angles: Frames


def follow(performed: Performed, span: Any) -> Shown:
    """Let the bones of head and eyes follow a line that was written, in place of what they did in it before.

    Where the character has shape keys for a look, bones leave it to them.
    """
    rig: Any = performed.speaker.character.face.find_armature()
    if rig is None:
        return Shown()
    wanted = _wanted(performed) if performed.bones else {}
    if rig.library is not None:
        return Shown((), (f"'{rig.name}' is linked; its bones do not move.",) if wanted else ())  # type: ignore[arg-type]
    if _is_tweaked(rig):
        note = f"An NLA strip of '{rig.name}' is being edited; leave that (Tab in the NLA editor) and sync again."
        return Shown(notes=(note,) if wanted else ())
    turns, shown = _turns(performed, rig, wanted)
    mark = _own_mark(performed.speaker.character.face, rig, span)
    _take_away(rig, {mark})
    span.head = mark if turns else ""
    for number, turn in enumerate(turns):
        if number == 0:
            action = bpy.data.actions.new(ACTION_NAME.format(rig.name.encode()[:40].decode(errors="ignore")))
            action[tracks.HEAD_MARK] = mark
            slot = compat.new_slot(action, rig.name, "OBJECT")
        _write(compat.curves(action, slot, make=True), rig, turn, performed)
    if turns:
        _play(rig, action, slot, performed.speaker.character.name)
    _sweep(rig)
    return shown


def _wanted(performed: Performed) -> dict[str, Any]:
    """The channels that move and that no shape key shows, with their values."""
    keyed = means_of(performed.speaker.binding).face
    return {
        name: values
        for name in (*HEAD, *LOOKS)
        if name not in keyed
        and (values := performed.face.expression.get(name)) is not None
        and float(np.max(np.abs(values))) > SEEN
    }


def _turns(performed: Performed, rig: Any, wanted: Mapping[str, Any]) -> tuple[list[Turn], Shown]:
    turns: list[Turn] = []
    channels: list[str] = []
    notes: list[str] = []
    for names, find in ((HEAD, bones.head), (LOOKS, bones.eyes)):
        own = {name: wanted[name] for name in names if name in wanted}
        if not own:
            continue
        found = find(rig)
        notes += [_unseen(why, own) for why in found.notes]
        targets = [_anchor(rig, bone.name, performed.speaker.character.face) for bone in found.bones]
        if not all(targets):
            notes.append(_unseen(ROOM_LESS, own))
        elif found.bones:
            frames, down, aside = _sampled(performed, own)
            turns += [_turn(bone, frames, down, aside) for bone in found.bones]
            channels += own
    if turns and not rig.animation_data_create().use_nla:
        notes.append(f"The NLA of '{rig.name}' is switched off, and nods and looks on bones are not seen.")
    return turns, Shown(frozenset(channels), tuple(notes))


def _unseen(why: str, channels: Iterable[str]) -> str:
    names = ", ".join(f"'{name.removeprefix('head_').replace('_', ' ')}'" for name in channels)
    return f"{why}; it is left alone and does not show {names}."


def _turn(bone: Turned, frames: Frames, down: Frames, aside: Frames) -> Turn:
    angles = [bone.angles(float(bow), float(turn)) for bow, turn in zip(down, aside, strict=True)]
    return Turn(bone, frames, np.array(angles).T)


def _sampled(performed: Performed, own: Mapping[str, Any]) -> tuple[Frames, Frames, Frames]:
    """Whole frames, and at each how far down and to the left the channels turn a bone, in radians."""
    face, clock = performed.face, performed.clock
    count = len(next(iter(own.values())))
    seconds: Frames = np.asarray(face.start + face.hop * np.arange(count), np.float64)
    places: Frames = clock.frame(seconds)
    moving = np.flatnonzero(np.max([np.abs(values) for values in own.values()], axis=0) > SEEN)
    first, last = np.floor(places[moving[0]]) - 1.0, np.ceil(places[moving[-1]]) + 1.0
    frames = np.arange(first, last + 0.5)
    at = {name: np.interp(frames, places, values, left=0.0, right=0.0) for name, values in own.items()}
    none = np.zeros(len(frames))
    down = NOD * at.get("head_nod", none) + DOWN * at.get("look_down", none) - UP * at.get("look_up", none)
    aside = SHAKE * at.get("head_shake", none) + ASIDE * (at.get("look_left", none) - at.get("look_right", none))
    down[[0, -1]] = aside[[0, -1]] = 0.0
    return frames, down, aside


# The constraint


def _anchor(rig: Any, bone: str, face: Any) -> tuple[Any, str] | None:
    """What the constraint names as its target, which never matters: a bone that does not follow this one."""
    posed = rig.pose.bones[bone]
    if posed.parent is not None:
        return rig, posed.parent.name
    below = {posed.name, *(one.name for one in posed.children_recursive)}
    other = next((one.name for one in rig.pose.bones if one.name not in below and one.parent is None), None)
    if other is not None and not _looks_at(rig.pose.bones[other], below):
        return rig, other
    return (face, "") if face.parent_type != "BONE" and not len(face.constraints) else None


def _looks_at(bone: Any, names: set[str]) -> bool:
    return any(getattr(one, "subtarget", "") in names for one in bone.constraints)


def _constraint(rig: Any, bone: str, face: Any) -> Any:
    """The bone's constraint, made before all others where it is missing, so that limits limit it too."""
    own = rig.pose.bones[bone].constraints
    found = next((one for one in own if one.name == OURS and one.type == "TRANSFORM"), None)
    if found is None:
        found = own.new("TRANSFORM")
        found.name = OURS
        found.owner_space = found.target_space = "LOCAL"
        found.map_from, found.map_to = "LOCATION", "ROTATION"
        found.mix_mode_rot, found.to_euler_order = "AFTER", "XYZ"
        found.show_expanded = False
        if len(own) > 1 and rig.override_library is None:
            own.move(len(own) - 1, 0)
            found = own[0]
    anchor = _anchor(rig, bone, face)
    if found.target is None and anchor is not None:
        found.target = anchor[0]
        found.subtarget = anchor[1]
    return found


def _path(bone: str, axis: str) -> str:
    return tracks.bone_path(bone, f'constraints["{OURS}"].to_min_{axis}_rot')


# The layer


def _write(curves: Any, rig: Any, turn: Turn, performed: Performed) -> None:
    _constraint(rig, turn.bone.name, performed.speaker.character.face)
    for axis, points in zip(AXES, _points(turn, performed), strict=True):
        keying.put(curves.new(_path(turn.bone.name, axis)), points)


def _points(turn: Turn, performed: Performed) -> Iterator[Points]:
    """The keys of a turn's three angles, on twos where the line's are."""
    from ...engine.rig.thin import thin

    if performed.grid.mode == "stepped":
        kept = np.arange(len(turn.frames)) % performed.grid.step == 0
        kept[-1] = True
        for values in turn.angles:
            yield spoken(turn.frames[kept], values[kept], np.zeros(int(kept.sum())), True)
        return
    knots, slopes = drain(thin(turn.frames, turn.angles, np.full(turn.angles.shape, CLOSE)))
    for kept, values, leans in zip(knots, turn.angles, slopes, strict=True):
        yield spoken(turn.frames[kept], values[kept], leans[kept], False)


def _play(rig: Any, action: Any, slot: Any, name: str) -> None:
    """A strip for the action in our topmost track with room for it; strips are added, so that lines may overlap."""
    first, last = action.frame_range
    data = rig.animation_data_create()
    track = next((one for one in data.nla_tracks if _is_ours(one) and _has_room(one, first, last)), None)
    if track is None:
        track = data.nla_tracks.new()
        track.name = OURS
    strip = track.strips.new(name, round(first), action)
    compat.assign_strip(strip, action, slot)
    strip.blend_type, strip.extrapolation = "ADD", "NOTHING"


def _has_room(track: Any, first: float, last: float) -> bool:
    return all(strip.frame_end <= first or strip.frame_start >= last for strip in track.strips)


def _is_ours(track: Any) -> bool:
    """Whether a track holds strips of ours and nothing else."""
    return len(track.strips) > 0 and all(_mark(strip) for strip in track.strips)


def _mark(strip: Any) -> str:
    return "" if strip.action is None else str(strip.action.get(tracks.HEAD_MARK, ""))


def _is_tweaked(rig: Any) -> bool:
    return rig.animation_data is not None and bool(rig.animation_data.use_tweak_mode)


def _take_away(rig: Any, marks: Iterable[str]) -> None:
    """Take the strips of these lines away, with tracks that are empty then and actions that nobody uses."""
    data = rig.animation_data
    if data is None:
        return
    gone = set(marks)
    for track in list(data.nla_tracks):
        strips = [strip for strip in track.strips if _mark(strip) in gone and _mark(strip)]
        for strip in strips:
            action = strip.action
            track.strips.remove(strip)
            if action.users == 0:
                bpy.data.actions.remove(action)
        if strips and len(track.strips) == 0:
            data.nla_tracks.remove(track)


def _sweep(rig: Any) -> None:
    """Take away what lines left that are gone, and constraints that nothing animates any more."""
    known = {span.head for face in _faces(rig) for span in face.lockstep_spans}
    _take_away(rig, {_mark(strip) for strip in _strips(rig)} - known)
    paths = {curve.data_path for strip in _strips(rig) for curve in compat.all_curves(strip.action)}
    for bone in rig.pose.bones:
        for one in [one for one in bone.constraints if one.name == OURS and one.type == "TRANSFORM"]:
            if _path(bone.name, AXES[0]) not in paths:
                bone.constraints.remove(one)


def _strips(rig: Any) -> list[Any]:
    data = rig.animation_data
    return [] if data is None else [strip for track in data.nla_tracks for strip in track.strips if _mark(strip)]


# Whose strip


def _faces(rig: Any) -> Iterator[Any]:
    for thing in bpy.data.objects:
        own: Any = thing
        if thing.type == "MESH" and len(own.lockstep_spans) and thing.find_armature() == rig:
            yield own


def _own_mark(face: Any, rig: Any, span: Any) -> str:
    """The mark of a line's strips, which no other line on this armature has."""
    taken = {
        other.head
        for owner in {*_faces(rig), face}
        for other in owner.lockstep_spans
        if owner != face or other.name != span.name
    }
    if span.head and span.head not in taken:
        return str(span.head)
    return next(mark for number in range(1, len(taken) + 2) if (mark := f"line {number}") not in taken)
