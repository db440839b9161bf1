"""A line's keys with the artist's edits over them, written in one go; what the artist changed before is gathered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import bpy
import numpy as np

from ...engine.edits import CurveKeys, Laid, hermite_keys, no_keys, plain
from .. import compat
from ..character.speaker import Speaker
from ..sound.strips import Placement
from . import ground, keying, tracks
from .framing import Frame, frame_of
from .gathering import gather
from .ground import BORDER, FAR, UNDER, Standing
from .performed import Laying, Performed
from .planning import Curve, planned
from .points import retimed, to_keys
from .tracks import Address, Layer

__all__ = ["gather", "lay_line", "standing", "would_lay"]

MOST_NOTES = 6


def lay_line(performed: Performed, span: Any, stamp: str) -> Laying:
    """Write a performed line with the edits of its score; see addon/keys/performed.py.

    Curves that stand as they shall be are not touched. What can fail fails before the first write: RigError where the
    keys lie in an NLA strip that cannot be followed.
    """
    frame = frame_of(performed, span)
    return _Writing(frame, list(planned(frame)), stamp).write()


def would_lay(performed: Performed, span: Any) -> Mapping[str, Laid]:
    """What `lay_line` would give to be kept of a line, without writing."""
    frame = frame_of(performed, span)
    curves = list(planned(frame))
    return _kept(frame, {one.address: one.laid for one in curves}, curves)


def standing(speaker: Speaker, span: Any, laid: Mapping[str, Laid], clock: Placement) -> Mapping[str, CurveKeys]:
    """The keys as they stand between a line's frames, in the seconds of `clock`, of each curve that `laid` names."""
    face = ground.look(speaker.character, span.first, span.last)
    there = {str(address): found.points for address, found in face.curves.items()}
    place = Standing(clock, span.first, span.last, span.first, span.last)
    return {
        name: ground.keys_in(there[name], place, place.first, place.last) if name in there else no_keys()
        for name in map(str, ground.curves_laid(laid))
    }


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
                self._note_unheard(self.layers[place], frames)
        for (owner, name), layer in self.layers.items():
            if not name and isinstance(self.frame.face.blocks[owner], bpy.types.Key):
                tracks.hold_rest(layer.block, layer)

    def _note_unheard(self, layer: Layer, frames: Sequence[float]) -> None:
        """Say where the strips beside a layer's own leave no room for some of its keys."""
        low, high = tracks.room_for(layer, min(frames), max(frames))
        count = sum(frame < low - ground.TINY or frame > high + ground.TINY for frame in frames)
        if count:
            self.notes.append(
                f"{count} keys lie beyond the NLA strip '{layer.strip.name}' and are not heard, since the next strip "
                "on its track begins there; move one of the two to another track and sync again."
            )

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
    found[FAR] = plain(hermite_keys(far, np.zeros(2), np.zeros(2)))
    return found
