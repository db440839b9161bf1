"""Each curve of a line as it will be, computed before anything is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import bpy
import numpy as np

from ...engine.edits import CurveKeys, Laid, no_keys, plain
from ...engine.placing.placed import PlacedItem
from ...engine.rig import KeyCurve, KeyInfo
from ...engine.score.items import Edit
from ..character import scene
from ..character.speaker import sound_frames
from ..lines import spans
from . import ground, joining, keying, tracks
from .framing import Frame, frames_of
from .gathering import name_of
from .ground import Found
from .performed import Performed
from .points import NEAR, Points, alike, from_keys, keys_between, merged, moved, no_points, to_keys
from .tracks import Address


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """One curve as it will be: all its keys `made` in scene frames, and which of them (`mine`) are those of `laid`.

    `border`: the line's outermost keys as the sync made them; `under`: the artist's keys that lie in the line and stay;
    `lost`: what is replaced and kept nowhere else.
    """

    address: Address
    found: Found | None
    made: Points
    mine: Any
    laid: Laid
    border: CurveKeys | None = None
    under: CurveKeys = field(default_factory=no_keys)
    lost: Points = field(default_factory=no_points)

    @property
    def stands(self) -> bool:
        """Whether the curve already is as it shall be, key by key."""
        if self.found is None:
            return len(self.made.co) == 0
        return alike(self.found.points, self.made)


def planned(frame: Frame) -> Iterator[Curve]:
    generated = dict(_generated(frame))
    for address in _addresses(frame, generated):
        if address in frame.face.kept_shut or _is_refused(address, frame):
            continue
        if address in generated:
            made = _spoken(frame, address, generated[address])
        elif _was_spoken(frame.known.get(address)) and _has_outside(frame, address):
            made = _spoken(frame, address, None)
        else:
            made = _own_keys(frame, address)
        if made is not None:
            yield made


def _generated(frame: Frame) -> Iterator[tuple[Address, KeyCurve | None]]:
    """The curve that the take gives each shape key that may be keyed."""
    curves = frame.performed.curves
    named: dict[str, list[KeyInfo]] = {}
    for info in curves:
        named.setdefault(info.name, []).append(info)
    for owner, key in frame.face.blocks.items():
        for block in scene.shapes(key) if isinstance(key, bpy.types.Key) else ():
            infos = named.get(block.name, ())
            if infos and scene.is_free(key, block):
                yield Address(owner, keying.path_of(block.name)), curves[_closest(infos, key, block, frame)]


def _closest(infos: Sequence[KeyInfo], key: Any, block: Any, frame: Frame) -> KeyInfo:
    """The one of several shape keys of one name, on as many meshes, that this one is."""
    if len(infos) == 1:
        return infos[0]
    character = frame.performed.speaker.character
    quiet = spans.quiet_frame(character.face, sound_frames(frame.performed.sound)[0])
    own = (block.slider_min, block.slider_max, ground.resting(character, key, block.name, quiet))
    return min(infos, key=lambda info: float(np.abs(np.subtract((info.minimum, info.maximum, info.rest), own)).sum()))


def _addresses(frame: Frame, generated: Iterable[Address]) -> list[Address]:
    """Every curve that may change: those generated, those laid before, those with edits, the artist's own."""
    found = dict.fromkeys([*generated, *frame.known])
    for address, name in frame.face.names.items():
        if (name, address.layer) in frame.edits or frame.old is not None:
            found[address] = None
    for (name, layer), edits in frame.edits.items():
        for address in [] if layer else _bearing(frame, name):
            if any(edit.curve.owner in ("", address.owner) for edit, _ in edits):
                found[address] = None
    return list(found)


def _bearing(frame: Frame, name: str) -> Iterator[Address]:
    """Where the character has the shape key, or the bone's channel, that an edit names."""
    for owner, block in frame.face.blocks.items():
        shapes = getattr(block, "key_blocks", None)
        if shapes is not None and name in shapes:
            yield Address(owner, keying.path_of(name))
        elif shapes is None and (path := tracks.channel_path(name)) is not None and path[0] in block.pose.bones:
            yield Address(owner, path[1], path[2])


def _is_refused(address: Address, frame: Frame) -> bool:
    """Whether a curve cannot be written: its shape key is gone, locked or driven, or its bone's action is not ours."""
    block = frame.face.blocks.get(address.owner)
    if block is None or (address.layer and address not in frame.face.curves):
        return True
    if not isinstance(block, bpy.types.Key):
        layer = frame.face.own[address.owner]
        return not layer.action.is_editable
    shape: Any = block.key_blocks.get(tracks.shape_of(address.path))
    return shape is None or (not address.layer and not scene.is_free(block, shape))


def _was_spoken(laid: Laid | None) -> bool:
    return laid is not None and any(not owner for owner in laid.owners)


def _has_outside(frame: Frame, address: Address) -> bool:
    """Whether a curve has keys beyond the line, whose shape its outermost keys keep."""
    found = frame.face.curves.get(address)
    return found is not None and frame.old is not None and not np.all(_inside(frame, found.points))


def _inside(frame: Frame, points: Points) -> Any:
    """Which keys [n] lie in the old line or its surroundings."""
    if frame.old is None:
        return np.zeros(len(points.co), bool)
    return ground.between(points, frame.old.low, frame.old.high)


def _pairs(frame: Frame, address: Address) -> list[tuple[Edit, PlacedItem]]:
    """The edits of one curve."""
    name = frame.face.names.get(address) or name_of(address)
    found = frame.edits.get((name, address.layer), ())
    return [(edit, item) for edit, item in found if edit.curve.owner in ("", address.owner)]


def _lay(frame: Frame, generated: CurveKeys, address: Address) -> Laid:
    """The artist's edits of a curve over what was generated; closures rule where it moves the mouth."""
    from ...engine.edits.laying import lay
    from ...engine.score import take_id

    pairs = _pairs(frame, address)
    if not pairs:
        return plain(generated)
    performed, take = frame.performed, frame.performed.take
    mouth = len(generated) > 0 and any(edit.curve.part == "mouth" for edit, _ in pairs)
    contacts = performed.face.contacts if mouth else ()
    inserted = performed.placed.inserted if len(generated) else ()
    return lay(generated, pairs, contacts, inserted, performed.grid, take=take_id(take), phones=take.phones)


def _spoken(frame: Frame, address: Address, curve: KeyCurve | None) -> Curve | None:
    """A curve that the take moves, or puts to rest: cut out where the line was and will be, and made anew there."""
    found = frame.face.curves.get(address)
    if found is None and curve is None and not _pairs(frame, address):
        return None
    line = keying.at_rest() if curve is None else _line(curve, frame.performed)
    block = frame.face.blocks[address.owner]
    ends = frame.borders.get(address)
    rest = float(block.key_blocks[tracks.shape_of(address.path)].value if ends is None else ends.values[0])
    points = no_points() if found is None else found.points
    evaluate = (lambda _frame: rest) if found is None else found.evaluate
    edges = _edges(frame, address)
    kept = joining.outside(points, edges, rest, evaluate)
    own = _with_old_ends(ends, joining.between(kept, line), kept)
    generated = to_keys(own, frame.clock.seconds)
    laid = _lay(frame, generated, address)
    mine = _placed_keys(frame, laid, kept.edges)
    made, order = merged(kept.before.at(slice(0, -1)), mine, kept.after.at(slice(1, None)))
    begin = len(kept.before.co) - 1
    return Curve(
        address=address,
        found=found,
        made=made,
        mine=np.argsort(order)[begin : begin + len(mine.co)],
        laid=laid,
        border=generated.at([0, -1]),
        lost=_lost(frame, points, kept.edges),
    )


def _line(curve: KeyCurve, performed: Performed) -> keying.Line:
    slopes = np.asarray(curve.slopes, np.float64) / performed.clock.rate
    values = np.asarray(curve.values, np.float64)
    return keying.Line(frames_of(curve, performed), values, slopes, curve.interpolation == "CONSTANT")


def _edges(frame: Frame, address: Address) -> joining.Edges:
    """Where the line begins and ends on one curve; its own outermost keys know best where it did."""
    if frame.old is None:
        return joining.Edges(None, frame.new, frame.new, frame.sound)
    old = frame.old.first, frame.old.last
    kept = frame.borders.get(address)
    if kept is not None and len(kept) == 2:
        old = float(frame.old.clock.frame(kept.times[0])), float(frame.old.clock.frame(kept.times[1]))
    room = (frame.old.low, frame.old.high) if frame.known else old
    meets = old[0] < frame.sound[1] and old[1] > frame.sound[0]
    least, most = frame.performed.least, frame.performed.most
    new = (max(least, min(old[0], frame.sound[0])), min(most, max(old[1], frame.sound[1]))) if meets else frame.sound
    return joining.Edges(old, room, new, frame.sound, _shared(frame, old))


def _shared(frame: Frame, old: tuple[float, float]) -> tuple[bool, bool]:
    """Whether another line of the face ends where this one begins, and begins where it ends: the key is theirs too."""
    face: Any = frame.performed.speaker.character.face
    before = any(abs(one.last - old[0]) < ground.BESIDE for one in face.lockstep_spans)
    return before, any(abs(one.first - old[1]) < ground.BESIDE for one in face.lockstep_spans)


def _with_old_ends(ends: CurveKeys | None, own: Points, kept: joining.Outside) -> Points:
    """The line's keys with the outermost ones as the sync made them, where they stay: edits of them come after."""
    if ends is None or len(ends) != 2:
        return own
    for at, index in ((0, 0), (1, len(own.co) - 1)):
        if kept.carried[at]:
            own = joining.with_values(own, index, float(ends.values[at]))
    return own


def _placed_keys(frame: Frame, laid: Laid, edges: tuple[float, float]) -> Points:
    """The keys that were laid, in scene frames; the artist's outside the line within what its surroundings leave."""
    points = from_keys(laid.keys, frame.clock.frame)
    if len(points.co) == 0:
        return points
    frames = points.co[:, 0].astype(np.float64)
    for index in np.flatnonzero((frames < edges[0] - NEAR) | (frames > edges[1] + NEAR)):
        frames[index] = _outer(frame, laid, int(index), float(frames[index]), edges)
    frames = np.clip(frames, frame.performed.least, frame.performed.most)
    return points if np.array_equal(frames, points.co[:, 0]) else moved(points, frames)


def _outer(frame: Frame, laid: Laid, index: int, at: float, edges: tuple[float, float]) -> float:
    """Where an artist's key beside the line comes to stand: nearer to it, where the line has grown towards others."""
    from ...engine.score import take_id

    edit = next((edit for pairs in frame.edits.values() for edit, _ in pairs if edit.id == laid.owners[index]), None)
    if edit is None:
        return at
    number = int(laid.numbers[index])
    home = (edit.keys[number].at if 0 <= number < len(edit.keys) else edit.start).take
    own, there = frame.homes.get(take_id(frame.performed.take)), frame.homes.get(home)
    if own is None or there is None or home == take_id(frame.performed.take):
        return at
    right = at > edges[1]
    shift = (own[right] - there[right]) * frame.clock.rate
    far = float(frame.clock.frame(frame.far[right]))
    edge = edges[right]
    room = (far + shift - edge) if right else (edge - far - shift)
    return joining.squeezed(at, edge, far, room, right)


def _lost(frame: Frame, points: Points, edges: tuple[float, float]) -> Points:
    """The keys that are replaced and not known to be the sync's own or in the score, with those that shape them."""
    gone = keys_between(points, *edges)
    if frame.old is not None:
        gone |= keys_between(points, frame.old.first, frame.old.last)
    if frame.known:
        gone &= ~_inside(frame, points)
    return keying.with_neighbours(points, gone) if gone.any() else no_points()


def _own_keys(frame: Frame, address: Address) -> Curve | None:
    """A curve of the artist's own: its keys in the line and around it are edits, and moved in place."""
    found = frame.face.curves.get(address)
    laid = _lay(frame, no_keys(), address)
    if frame.old is None and not len(laid.keys):
        return None
    points = no_points() if found is None else found.points
    inside = _inside(frame, points) & ~_is_under(frame, address, points)
    if not frame.known:
        inside[:] = False
    if not inside.any() and not len(laid.keys) and not laid.deleted:
        return None
    stays = points.at(~inside)
    mine = _placed_keys(frame, laid, frame.new)
    made, order = merged(stays, mine)
    under = to_keys(stays.at(ground.between(stays, *frame.reach)), frame.clock.seconds)
    return Curve(address, found, made, np.argsort(order)[len(stays.co) :], laid, under=under)


def _is_under(frame: Frame, address: Address, points: Points) -> Any:
    """Which keys [n] were in the artist's curve where the line has grown over it, and are none of the line's."""
    if frame.old is None:
        return np.zeros(len(points.co), bool)
    return ground.is_under(points, frame.under.get(address), frame.old)
