"""A line's keys with the artist's edits over them, written in one go; what the artist changed before is gathered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import bpy
import numpy as np

from ..engine.edits import CurveKeys, Laid, no_keys, plain
from ..engine.rig import KeyCurve, KeyInfo
from ..engine.score.items import Edit
from ..engine.score.placed import PlacedItem
from . import compat, ground, joining, keying, scene, spans, takes, tracks
from .gathering import gather, name_of
from .ground import AROUND, BORDER, FAR, UNDER, Face, Found, Standing
from .performed import Laying, Performed
from .points import NEAR, Points, alike, from_keys, keys_between, merged, moved, no_points, retimed, to_keys
from .speaker import Speaker, sound_frames
from .strips import Placement
from .tracks import Address, Layer

__all__ = ["gather", "lay_line", "standing", "would_lay"]

MOST_NOTES = 6


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """What all curves of one writing have in common.

    `old`: where the line stands, None for a new one; `known`: whether it is known what was laid of it. `new`: the
    frames of its keys, the old ones included where the two meet; `sound`: those it needs by itself; `low`, `high`: how
    far its surroundings go, `far` in seconds of the take. `homes`: where speech begins and ends in each take.
    """

    performed: Performed
    face: Face
    old: Standing | None
    known: Mapping[Address, Laid]
    borders: Mapping[Address, CurveKeys]
    under: Mapping[Address, CurveKeys]
    new: tuple[float, float]
    sound: tuple[float, float]
    far: tuple[float, float]
    homes: Mapping[str, tuple[float, float]]
    edits: Mapping[tuple[str, str], Sequence[tuple[Edit, PlacedItem]]]

    @property
    def clock(self) -> Placement:
        """Frames and seconds of the take."""
        return self.performed.clock

    @property
    def reach(self) -> tuple[float, float]:
        """The frames of the line and its surroundings as it will be written."""
        low, high = (float(self.clock.frame(seconds)) for seconds in self.far)
        return min(low, self.new[0]), max(high, self.new[1])


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


def lay_line(performed: Performed, span: Any, stamp: str) -> Laying:
    """Write a performed line with the edits of its score; see addon/performed.py.

    Curves that stand as they shall be are not touched. What can fail fails before the first write: RigError where the
    keys lie in an NLA strip that cannot be followed.
    """
    frame = _frame(performed, span)
    planned = list(_planned(frame))
    return _Writing(frame, planned, stamp).write()


def would_lay(performed: Performed, span: Any) -> Mapping[str, Laid]:
    """What `lay_line` would give to be kept of a line, without writing."""
    frame = _frame(performed, span)
    return _kept(frame, {one.address: one.laid for one in _planned(frame)}, [])


def standing(speaker: Speaker, span: Any, laid: Mapping[str, Laid], clock: Placement) -> Mapping[str, CurveKeys]:
    """The keys as they stand between a line's frames, in the seconds of `clock`, of each curve that `laid` names."""
    face = ground.look(speaker.character, span.first, span.last)
    there = {str(address): found.points for address, found in face.curves.items()}
    place = Standing(clock, span.first, span.last, span.first, span.last)
    return {
        name: ground.keys_in(there[name], place, place.first, place.last) if name in there else no_keys()
        for name in map(str, ground.curves_laid(laid))
    }


# What is common


def _frame(performed: Performed, span: Any) -> Frame:
    character = performed.speaker.character
    sound = sound_frames(performed.sound)
    laid = takes.laid_of(span) if span is not None else {}
    ends = sound if span is None else (span.first, span.last)
    face = ground.look(character, *ends, performed.bones)
    for layer in face.own.values():
        tracks.refuse_odd(layer)
    old = None if span is None else ground.stand(character, span, laid, face)
    own, new = _ranges(performed, old, face, sound)
    return Frame(
        performed=performed,
        face=face,
        old=old,
        known=ground.curves_laid(laid),
        borders={address: one.keys for address, one in ground.curves_laid(laid, BORDER).items()},
        under={address: one.keys for address, one in ground.curves_laid(laid, UNDER).items()},
        new=new,
        sound=own,
        far=_far(performed, laid, new),
        homes=_homes(performed, span),
        edits=_edits(performed),
    )


def _ranges(
    performed: Performed, old: Standing | None, face: Face, sound: tuple[float, float]
) -> tuple[tuple[float, float], tuple[float, float]]:
    """The frames that the line needs by itself, and those with the old line's where the two meet."""
    first, last = spans.pads(performed.speaker.character.face, *sound) if old is None else sound
    moving = [_frames_of(curve, performed) for curve in performed.curves.values() if curve is not None]
    low = min([first, *(float(np.floor(frames[0])) for frames in moving)])
    high = max([last, *(float(np.ceil(frames[-1])) for frames in moving)])
    ours = [found for address, found in face.curves.items() if _is_ours(address, performed)]
    meets = old is not None and old.first < last and old.last > first
    covered = (old.first, old.last) if old is not None and meets else (first, last)
    low = low if low >= covered[0] or _is_still(ours, low - 1.0, min(first, covered[0])) else min(first, covered[0])
    high = high if high <= covered[1] or _is_still(ours, max(last, covered[1]), high + 1.0) else max(last, covered[1])
    own = max(low, performed.least), min(high, performed.most)
    whole = min(own[0], covered[0]), max(own[1], covered[1])
    return own, (max(whole[0], performed.least), min(whole[1], performed.most))


def _is_ours(address: Address, performed: Performed) -> bool:
    name = tracks.shape_of(address.path)
    return not address.layer and any(info.name == name for info in performed.curves)


def _is_still(curves: Iterable[Found], first: float, last: float) -> bool:
    """Whether none of the curves has a key, or moves, strictly between two frames."""
    for found in curves:
        if len(found.points.co) == 0:
            continue
        values = [found.evaluate(first + (last - first) * share) for share in (0.0, 0.5, 1.0)]
        if max(values) - min(values) > keying.STILL or keys_between(found.points, first, last).any():
            return False
    return True


def _far(performed: Performed, laid: Mapping[str, Laid], new: tuple[float, float]) -> tuple[float, float]:
    """How far the surroundings go in the take's seconds: as when the line was first written, else a second."""
    kept = laid.get(FAR)
    if kept is not None and len(kept.keys) == 2:
        return float(kept.keys.times[0]), float(kept.keys.times[1])
    clock = performed.clock
    return float(clock.seconds(new[0])) - AROUND, float(clock.seconds(new[1])) + AROUND


def _homes(performed: Performed, span: Any) -> dict[str, tuple[float, float]]:
    from ..engine.score import take_id

    found = {} if span is None else {item.home: takes.read(item) for item in span.takes}
    found[take_id(performed.take)] = performed.take
    return {home: (take.phones[0].start, take.phones[-1].end) for home, take in found.items() if take.phones}


def _edits(performed: Performed) -> dict[tuple[str, str], list[tuple[Edit, PlacedItem]]]:
    """The edits that take part, by the name and the layer of their curves."""
    placed = {item.id: item for item in performed.placed.items}
    found: dict[tuple[str, str], list[tuple[Edit, PlacedItem]]] = {}
    for edit in performed.placed.score.edits:
        item = placed.get(edit.id)
        if item is not None and item.laid:
            found.setdefault((edit.curve.name, edit.curve.layer), []).append((edit, item))
    return found


# Each curve


def _planned(frame: Frame) -> Iterator[Curve]:
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
    shape = block.key_blocks.get(tracks.shape_of(address.path))
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
    from ..engine.edits.laying import lay
    from ..engine.score import take_id

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
    return keying.Line(_frames_of(curve, performed), values, slopes, curve.interpolation == "CONSTANT")


def _frames_of(curve: KeyCurve, performed: Performed) -> Any:
    frames = performed.clock.frame(np.asarray(curve.times, np.float64))
    return frames if performed.grid.mode == "subframes" else np.round(frames)


def _edges(frame: Frame, address: Address) -> joining.Edges:
    """Where the line begins and ends on one curve; its own outermost keys know best where it did."""
    if frame.old is None:
        return joining.Edges(None, frame.new, frame.new, frame.sound)
    old = frame.old.first, frame.old.last
    kept = frame.borders.get(address)
    if kept is not None and len(kept) == 2:
        old = tuple(float(one) for one in frame.old.clock.frame(kept.times))
    room = (frame.old.low, frame.old.high) if frame.known else old
    meets = old[0] < frame.sound[1] and old[1] > frame.sound[0]
    least, most = frame.performed.least, frame.performed.most
    new = (max(least, min(old[0], frame.sound[0])), min(most, max(old[1], frame.sound[1]))) if meets else frame.sound
    return joining.Edges(old, room, new, frame.sound)


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
    from ..engine.score import take_id

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


# Writing


class _Writing:
    """The last step: everything before it has changed nothing."""

    def __init__(self, frame: Frame, planned: Sequence[Curve], stamp: str) -> None:
        self.frame, self.planned, self.stamp = frame, planned, stamp
        self.name = frame.performed.speaker.character.name
        self.layers: dict[tuple[str, str], Layer] = {}
        self.notes: list[str] = list(frame.face.notes)

    def write(self) -> Laying:
        """Write all curves; gives what was written, and what is to be kept of it."""
        changed = [one for one in self.planned if not one.stands]
        backup = self._back_up()
        self._prepare(changed)
        for one in changed:
            self._put(one)
        for one in self.planned:
            self._mute(one)
        self._let_be_heard(changed)
        laid = {one.address: self._read_back(one, one in changed) for one in self.planned}
        keys, curves = self._counted(laid)
        written = keying.Written(keys, curves, self._actions(), backup)
        first, last = self._range()
        return Laying(written, first, last, _kept(self.frame, laid, self.planned), tuple(self._told(laid)))

    def _back_up(self) -> str:
        if not self.stamp:
            return ""
        blocks = self.frame.face.blocks
        lost = [(blocks[one.address.owner], one.address.path, one.address.index, one.lost) for one in self.planned]
        return keying.keep([row for row in lost if len(row[3].co)], self.name, self.stamp)

    def _prepare(self, changed: Sequence[Curve]) -> None:
        """Layers that may be written, for all curves that will be."""
        blocks = self.frame.face.blocks
        ours = list(blocks.values())
        keys = [owner for owner, block in blocks.items() if isinstance(block, bpy.types.Key)]
        wanted = {one.address.owner for one in self.planned if not one.address.layer}
        keys = [owner for owner in keys if owner in wanted]
        made = keying.ensure_layers([blocks[owner] for owner in keys], self.name, self.frame.new, ours)
        self.layers |= {(owner, ""): layer for owner, layer in zip(keys, made, strict=True)}
        copies: dict[str, Any] = {}
        for one in changed:
            place = (one.address.owner, one.address.layer)
            if place not in self.layers:
                layer = self.frame.face.own[place[0]] if one.found is None else one.found.layer
                self.layers[place] = keying.own_copy(layer, ours, copies)

    def _put(self, one: Curve) -> None:
        layer = self.layers[one.address.owner, one.address.layer]
        curve = layer.find(one.address.path, one.address.index)
        if len(one.made.co) == 0:
            if curve is not None:
                compat.curves(layer.action, layer.slot).remove(curve)
                self._rest(one)
            return
        if curve is None:
            curve = keying.new_curve(layer, one.address.path, one.address.index)
        keying.put(curve, one.made if layer.pace == tracks.AT_HOME else retimed(one.made, layer.pace.action))

    def _rest(self, one: Curve) -> None:
        """Leave a shape key that has lost its curve at rest: it would stay as it is at this very frame."""
        edge = self.frame.borders.get(one.address)
        shapes = getattr(self.frame.face.blocks[one.address.owner], "key_blocks", None)
        if shapes is not None and edge is not None and len(edge):
            shapes[tracks.shape_of(one.address.path)].value = float(edge.values[0])

    def _mute(self, one: Curve) -> None:
        """Mute a curve that an edit mutes; let one be heard again whose edit is gone."""
        was = self.frame.known.get(one.address)
        if one.laid.muted or (was is not None and was.muted):
            curve = self._curve(one.address)
            if curve is not None and curve.mute != one.laid.muted:
                curve.mute = one.laid.muted

    def _curve(self, address: Address) -> Any:
        layer = self.layers.get((address.owner, address.layer))
        if layer is None:
            found = self.frame.face.curves.get(address)
            return None if found is None else found.curve
        return layer.find(address.path, address.index)

    def _let_be_heard(self, changed: Sequence[Curve]) -> None:
        """Lengthen strips to their keys, and give shape keys their rest in Blenders that would not."""
        reached: dict[tuple[str, str], list[float]] = {}
        for one in changed:
            if len(one.made.co):
                ends = reached.setdefault((one.address.owner, one.address.layer), [])
                mine = one.made.co[one.mine, 0] if len(one.mine) else one.made.co[:0, 0]
                ends += [float(frame) for frame in mine]
        for place, frames in reached.items():
            if frames:
                tracks.lengthen(self.layers[place], min(frames), max(frames))
        for (owner, layer), one in self.layers.items():
            if not layer and isinstance(self.frame.face.blocks[owner], bpy.types.Key):
                tracks.hold_rest(one.block, one)

    def _read_back(self, one: Curve, changed: bool) -> Laid:
        """What was laid, with the keys as they stand: Blender rounds them, and places some handles itself."""
        if not len(one.mine):
            return one.laid
        if not changed:
            assert one.found is not None
            points = one.found.points
        else:
            layer = self.layers[one.address.owner, one.address.layer]
            points = ground.read(layer, layer.find(one.address.path, one.address.index))
        return replace(one.laid, keys=to_keys(points.at(one.mine), self.frame.clock.seconds))

    def _counted(self, laid: Mapping[Address, Laid]) -> tuple[int, int]:
        counts = [len(laid[one.address].keys) for one in self.planned if one.border is not None]
        return sum(counts), sum(count > 0 for count in counts)

    def _actions(self) -> tuple[str, ...]:
        keys = [layer for (_, name), layer in self.layers.items() if not name]
        return tuple(dict.fromkeys(layer.action.name for layer in keys))

    def _range(self) -> tuple[float, float]:
        """From the first to the last of the keys at the line's edges."""
        edges = [self.frame.clock.frame(one.border.times) for one in self.planned if one.border is not None]
        if not edges:
            return self.frame.sound
        return float(np.round(min(ends[0] for ends in edges), 3)), float(np.round(max(ends[-1] for ends in edges), 3))

    def _told(self, laid: Mapping[Address, Laid]) -> Iterator[str]:
        yield from self.notes
        told = dict.fromkeys(sentence for one in laid.values() for _, sentence in (*one.removed, *one.notes))
        yield from list(told)[:MOST_NOTES]
        if len(told) > MOST_NOTES:
            yield f"{len(told) - MOST_NOTES} more edits stand elsewhere than they were made; see the list of acting."


def _kept(frame: Frame, laid: Mapping[Address, Laid], planned: Sequence[Curve]) -> dict[str, Laid]:
    """What is to be kept of a line: what was laid of each curve, the edges as the sync made them, its surroundings."""
    found = {str(address): one for address, one in laid.items()}
    found |= {BORDER + str(one.address): plain(one.border) for one in planned if one.border is not None}
    found |= {UNDER + str(one.address): plain(one.under) for one in planned if len(one.under)}
    far = np.array(frame.far)
    from ..engine.edits import hermite_keys

    found[FAR] = plain(hermite_keys(far, np.zeros(2), np.zeros(2)))
    return found
