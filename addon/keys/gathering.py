"""What the artist changed by hand on a line since it was written: seen by comparing, never asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ...engine.edits import CurveKeys, Laid, no_keys, plain
from ...engine.rig import Grid, KeyInfo
from ...engine.rig.names import split_side
from ...engine.score.items import Curve, Edit, Score
from ...engine.take import Take
from .. import compat
from ..character.speaker import Speaker
from ..lines import takes
from ..sound.strips import Placement
from . import ground, tracks
from .ground import Face, Standing
from .tracks import Address

SAME_TIME, SAME_VALUE = 1e-5, 1e-4  # seconds and values within which two meshes have the same key
LEFT_SIDE = ("left", "left_type")
RIGHT_SIDE = ("right", "right_type", "interpolation", "easing", "back", "amplitude", "period")
SIDES = {"l": "left", "r": "right", "": ""}


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """A curve of a line as it was laid and as it stands, in the take's seconds; `muted` by the artist."""

    address: Address
    laid: Laid
    now: CurveKeys
    muted: bool


def gather(
    speaker: Speaker, span: Any, take: Take, score: Score, laid: Mapping[str, Laid] | None = None, bones: bool = True
) -> Score:
    """The score of a line with all that the artist changed by hand since the line was last written.

    `span` is the LockstepSpan as it stands, `take` the take that it speaks, `score` what it keeps; `laid` what was
    written, that of the span where it is None. `bones`: keys on bones of head, neck, eyes, lids and brows as well.
    Curves that lie in an action which is gone keep their edits, and get no new ones. Changes nothing in the file.
    """
    laid = takes.laid_of(span) if laid is None else laid
    if not laid:
        return score
    face = ground.look(speaker.character, span.first, span.last, bones)
    place = ground.stand(speaker.character, span, laid, face)
    score = _renamed(score, face, ground.curves_laid(laid))
    clock = ground.clock_of(span)  # keys that were scaled to another rate still have the old one's frames
    return _Gathering(speaker, take, score, face, clock).all_of(list(_seen(face, place, laid)))


def _seen(face: Face, place: Standing, laid: Mapping[str, Laid]) -> Iterator[Seen]:
    """Every curve with keys in the line, or with laid ones; locked curves and those of lost actions are left out."""
    curves = ground.curves_laid(laid)
    known = {_now_at(address, face, curves): one for address, one in curves.items()}
    under = {address: one.keys for address, one in ground.curves_laid(laid, ground.UNDER).items()}
    lost = {owner for owner in face.blocks if not _is_there(owner, known, face)}
    for address in dict.fromkeys([*known, *face.curves]):
        found = face.curves.get(address)
        if address in face.kept_shut or (address.owner in lost and not address.layer) or not _exists(address, face):
            continue
        now = no_keys() if found is None else _keys_now(found, place, under.get(address))
        was = _within(known.get(address, plain(no_keys())), place)
        now = _own_sides(now, was.keys)
        if len(now) or address in known:
            muted = found is not None and not address.layer and address in known and compat.is_muted(found.curve)
            yield Seen(address, was, now, muted)


def _own_sides(now: CurveKeys, was: CurveKeys) -> CurveKeys:
    """The keys without what lies on the outer sides of the first and the last: another line may have begun there."""
    if not len(now) or not len(was):
        return now
    changed: dict[str, Any] = {}
    for at, names in ((0, LEFT_SIDE), (-1, RIGHT_SIDE)):
        if abs(now.times[at] - was.times[at]) < SAME_TIME and abs(now.values[at] - was.values[at]) < SAME_VALUE:
            for name in names:
                changed.setdefault(name, getattr(now, name).copy())[at] = getattr(was, name)[at]
    return replace(now, **changed)


def _keys_now(found: ground.Found, place: Standing, under: CurveKeys | None) -> CurveKeys:
    """The keys of a curve in the line and its surroundings, less those that the line has grown over."""
    points = found.points.at(~ground.is_under(found.points, under, place))
    return ground.keys_in(points, place, place.low, place.high)


def _is_there(owner: str, known: Mapping[Address, Laid], face: Face) -> bool:
    """Whether the action that was written for an owner is still there: it, or at least one curve of the line in it."""
    ours = [address for address in known if address.owner == owner and not address.layer and len(known[address].keys)]
    return not ours or any(address in face.curves for address in ours)


def _exists(address: Address, face: Face) -> bool:
    """Whether the shape key, or the bone, that a curve moves is still there."""
    block = face.blocks.get(address.owner)
    if block is None:
        return False
    try:
        block.path_resolve(address.path)
    except ValueError:
        return False
    return True


def _now_at(address: Address, face: Face, laid: Mapping[Address, Laid]) -> Address:
    """Where a curve lies now whose object or layer bears another name than when it was laid."""
    if address in face.curves or (not address.layer and address.owner in face.blocks):
        return address
    alike = [
        other
        for other in face.curves
        if (other.path, other.index) == (address.path, address.index)
        and other not in laid
        and bool(other.layer) == bool(address.layer)
        and (other.owner == address.owner or address.owner not in face.blocks)
    ]
    return alike[0] if len(alike) == 1 else address


def _renamed(score: Score, face: Face, laid: Mapping[Address, Laid]) -> Score:
    """The score with the present names of objects and layers in the curves of its edits."""
    moved = {address: _now_at(address, face, laid) for address in laid}
    layers = {(name_of(old), old.layer): new.layer for old, new in moved.items()}
    owners = {old.owner: new.owner for old, new in moved.items()}
    edits = [
        replace(edit, curve=replace(edit.curve, layer=layer, owner=owner))
        for edit in score.edits
        for layer in [layers.get((edit.curve.name, edit.curve.layer), edit.curve.layer)]
        for owner in [owners.get(edit.curve.owner, edit.curve.owner)]
    ]
    return replace(score, edits=tuple(edits))


def _within(laid: Laid, place: Standing) -> Laid:
    """What was laid, as far as it lies in the line's present stretch: a later line may have taken a part of it."""
    frames = place.clock.frame(laid.keys.times)
    inside = (frames >= place.low - ground.TINY) & (frames <= place.high + ground.TINY)
    if np.all(inside):
        return laid
    owners = tuple(owner for owner, kept in zip(laid.owners, inside, strict=True) if kept)
    return replace(laid, keys=laid.keys.at(inside), owners=owners, numbers=laid.numbers[inside])


class _Gathering:
    """One pass over the curves of a line: edits found, ids given."""

    def __init__(self, speaker: Speaker, take: Take, score: Score, face: Face, clock: Placement) -> None:
        self.speaker, self.take, self.score, self.face = speaker, take, score, face
        self.grid = Grid(clock.rate, float(clock.seconds(round(clock.base))))
        self.ids = {item.id for item in score.items()}
        self.made: list[Edit] = []
        self.visited: set[str] = set()  # ids of known edits whose curves were looked at

    def all_of(self, seen: Iterable[Seen]) -> Score:
        """The score with the edits as they are now, in the order in which they were made."""
        groups: dict[tuple[str, str], list[Seen]] = {}
        for one in seen:
            groups.setdefault((self.face.names.get(one.address) or name_of(one.address), one.address.layer), []).append(
                one
            )
        for (name, layer), members in groups.items():
            self._group(name, layer, members)
        standing_now = {edit.id: edit for edit in self.made}
        kept = [
            standing_now.pop(edit.id, edit)
            for edit in self.score.edits
            if edit.id in standing_now or edit.id not in self.visited
        ]
        return replace(self.score, edits=(*kept, *standing_now.values()))

    def _group(self, name: str, layer: str, members: list[Seen]) -> None:
        """The edits of one shape key or channel on all meshes that have it: together where they agree."""
        known = [edit for edit in self.score.edits if (edit.curve.name, edit.curve.layer) == (name, layer)]
        own = [edit for edit in known if edit.curve.owner]
        if (
            not own
            and len(members) == self._bearers(members[0])
            and all(_agree(members[0], one) for one in members[1:])
        ):
            self._find(members[0], self._curve(name, "", layer, members[0]), known)
            return
        for number, one in enumerate(members):
            theirs = [edit for edit in known if edit.curve.owner in ("", one.address.owner)]
            curve = self._curve(name, one.address.owner, layer, one)
            split = [replace(edit, curve=replace(edit.curve, owner=one.address.owner)) for edit in theirs]
            self._find(one, curve, split, renew=number > 0)

    def _bearers(self, one: Seen) -> int:
        """How many of the character's data-blocks have the shape key, or the channel, of a curve."""
        count = 0
        for block in self.face.blocks.values():
            try:
                block.path_resolve(one.address.path)
                count += 1
            except ValueError:
                continue
        return count

    def _curve(self, name: str, owner: str, layer: str, one: Seen) -> Curve:
        return curve_named(self.speaker, self.face.blocks.get(one.address.owner), name, owner, layer)

    def _find(self, one: Seen, curve: Curve, known: list[Edit], renew: bool = False) -> None:
        from ...engine.edits.finding import find

        self.visited |= {edit.id for edit in known}
        now = one.now if len(one.now) or not len(one.laid.keys) else None
        found = find(one.laid, now, curve, self.take, known, self._new_id, grid=self.grid, muted=one.muted)
        for edit in found:
            if renew and edit.id in {made.id for made in self.made}:
                edit = replace(edit, id=self._new_id("edit"))
            self.made.append(edit)

    def _new_id(self, prefix: str) -> str:
        from ...engine.score import new_id

        made = new_id(self.ids, prefix)
        self.ids.add(made)
        return made


def name_of(address: Address) -> str:
    """The name that an edit gives a curve which is not there any more."""
    return tracks.channel_name(address.path, address.index) or tracks.shape_of(address.path)


def _agree(one: Seen, other: Seen) -> bool:
    """Whether two meshes were given the same keys, and still have them."""
    return _same(one.laid.keys, other.laid.keys) and _same(one.now, other.now) and one.muted == other.muted


def _same(one: CurveKeys, other: CurveKeys) -> bool:
    if len(one) != len(other):
        return False
    return bool(
        np.all(np.abs(one.times - other.times) < SAME_TIME) and np.all(np.abs(one.values - other.values) < SAME_VALUE)
    )


def curve_named(speaker: Speaker, block: Any, name: str, owner: str, layer: str) -> Curve:
    """The curve of a shape key, or of a bone's channel, with what its like on another rig is found by."""
    binding = speaker.binding
    row = next((row for row in speaker.fitted.binding.rows if name in row.names and (row.makes or row.rest)), None)
    shown = next((own for own in binding.expressions if name in own.names), None)
    source = row or shown
    makes = tuple(sorted(source.makes.items())) if source is not None else ()
    side = getattr(source, "side", "") or (SIDES[split_side(name)[1]] if source is not None and source.sides else "")
    shapes = getattr(block, "key_blocks", None)
    shape = shapes.get(name) if shapes is not None else None
    info = KeyInfo(name) if shape is None else KeyInfo(name, shape.slider_min, shape.slider_max, 0.0)
    rest, reach = (0.0, 0.0) if shape is None else (info.base, info.reach)
    return Curve(name, owner, layer, "mouth" if row is not None else "face", makes, side, rest, reach)
