"""What all curves of one line have in common when it is written: where it stood, where it will, what it knows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...engine.edits import CurveKeys, Laid
from ...engine.placing.placed import PlacedItem
from ...engine.rig import KeyCurve
from ...engine.score.items import Edit
from ..character.speaker import sound_frames
from ..lines import spans, takes
from ..sound.strips import Placement
from . import ground, keying, tracks
from .ground import AROUND, BORDER, FAR, UNDER, Face, Found, Standing
from .performed import Performed
from .points import keys_between
from .tracks import Address


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


def frame_of(performed: Performed, span: Any) -> Frame:
    character = performed.speaker.character
    sound = sound_frames(performed.sound)
    laid = takes.laid_of(span) if span is not None else {}
    ends = sound if span is None else (span.first, span.last)
    face = ground.look(character, ends[0], ends[1], performed.bones)
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
    moving = [frames_of(curve, performed) for curve in performed.curves.values() if curve is not None]
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
    from ...engine.score import take_id

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


def frames_of(curve: KeyCurve, performed: Performed) -> Any:
    frames = performed.clock.frame(np.asarray(curve.times, np.float64))
    return frames if performed.grid.mode == "subframes" else np.round(frames)
