"""Where a line stands in the scene now, and the curves there: its keys may have been moved since they were written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import bpy
import numpy as np

from ...engine.edits import CurveKeys, Laid
from ...engine.errors import LockstepError
from .. import compat
from ..character import scene
from ..character.scene import Character
from ..lines import takes
from ..sound import strips
from ..sound.strips import Placement
from . import keying, tracks
from .points import Points, retimed, to_keys
from .tracks import Address, Layer

AROUND = 1.0  # seconds beside a line in which the artist's keys hang on its edge
NEAR = 0.02  # frames within which a key stands where it was laid
SAME = 1e-3  # of a value, likewise
MORE = 1.25  # times as many keys must stand at another placement than where they were laid
LEAST = 3  # keys, likewise
TINY = 1e-3  # frames
BESIDE = 0.1  # frames from another line's outermost key, which is that line's own
# Names in what was laid beside those of the curves: the keys at a line's edges as the sync made them, the artist's keys
# that a line has grown over, and the ends of its surroundings.
BORDER, UNDER, FAR = "border ", "under ", "far"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the keys of a line stand: `clock` turns frames into its take's seconds and back.

    `first`, `last`: the frames of its keys; `low`, `high`: how far its surroundings go, up to the face's other lines.
    """

    clock: Placement
    first: float
    last: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A curve of the character: the layer it lies in, the fcurve, and its keys in frames of the scene."""

    layer: Layer
    curve: Any
    points: Points

    def evaluate(self, frame: float) -> float:
        """Its value at a scene frame."""
        return self.layer.evaluate(self.curve, frame)

    @property
    def frames(self) -> Any:
        """The scene frames of its keys, float64."""
        return self.points.co[:, 0].astype(np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """All curves of a character that a line may have to do with, by their addresses.

    `names`: of each address the shape key, or a bone's channel as 'head/location[0]'. `blocks`: of each owner its
    data-block; `own`: of each owner the layer that the sync writes, where there is one. `kept_shut`: the addresses of
    curves that the artist has locked, or muted before the first sync. `notes`: sentences on what cannot be followed.
    """

    curves: Mapping[Address, Found]
    names: Mapping[Address, str]
    blocks: Mapping[str, Any]
    own: Mapping[str, Layer]
    kept_shut: frozenset[Address]
    notes: tuple[str, ...]


# The curves


def look(character: Character, first: float, last: float, bones: bool = True) -> Face:
    """The curves of a character; those of layers above ours, and of `bones` of head and eyes, with them."""
    blocks: dict[str, Any] = {owner_of(character, key): key for key in character.keys}
    own: dict[str, Layer] = {}
    layers: list[tuple[str, Layer]] = []
    notes: list[str] = []
    for owner, key in blocks.items():
        layer = tracks.own_layer(key, first, last)
        stack = tracks.stack(key, first, last)
        if layer is not None:
            own[owner] = layer
            layers += [(owner, one) for one in (layer, *stack.above)]
        notes += [_odd(name) for name in stack.odd]
    rig = character.face.find_armature() if bones else None
    if rig is not None and rig.animation_data is not None and rig.animation_data.action is not None:
        blocks[rig.name] = rig
        own[rig.name] = Layer("", rig, rig.animation_data.action, compat.slot_of(rig))
        layers.append((rig.name, own[rig.name]))
    return _collected(layers, blocks, own, notes)


def _odd(name: str) -> str:
    return (
        f"The NLA strip '{name}' repeats, runs backwards or has a time of its own; the keys in it are left where they "
        "are."
    )


def _collected(
    layers: list[tuple[str, Layer]], blocks: dict[str, Any], own: dict[str, Layer], notes: list[str]
) -> Face:
    curves: dict[Address, Found] = {}
    names: dict[Address, str] = {}
    shut: set[Address] = set()
    for owner, layer in layers:
        known = _names(blocks[owner])
        for curve in layer.curves:
            name = known(curve)
            if name:
                address = Address(owner, curve.data_path, curve.array_index, layer.name)
                curves[address] = Found(layer, curve, read(layer, curve))
                names[address] = name
                if compat.is_kept_shut(curve) or (not layer.name and tracks.is_left_alone(layer, curve)):
                    shut.add(address)
    return Face(curves, names, blocks, own, frozenset(shut), tuple(dict.fromkeys(notes)))


def _names(block: Any) -> Any:
    """What tells the name of a curve of a data-block as edits have it; '' for curves that are none of ours."""
    if isinstance(block, bpy.types.Key):
        known = {keying.path_of(shape.name): shape.name for shape in scene.shapes(block)}
        return lambda curve: known.get(curve.data_path, "")
    return lambda curve: tracks.channel_name(curve.data_path, curve.array_index)


def owner_of(character: Character, key: Any) -> str:
    """The name of the first mesh object with these shape keys."""
    return next(mesh.name for mesh in character.meshes if scene.keys_of(mesh) == key)


def read(layer: Layer, curve: Any) -> Points:
    """The keys of a curve on the frames of the scene."""
    points = Points.read(curve.keyframe_points)
    return points if layer.pace == tracks.AT_HOME else retimed(points, layer.pace.scene)


def between(points: Points, first: float, last: float) -> Any:
    """Which keys [n] lie from `first` to `last`, both included."""
    frames = points.co[:, 0]
    return (frames >= first - TINY) & (frames <= last + TINY)


def keys_in(points: Points, standing: Standing, first: float, last: float) -> CurveKeys:
    """The keys from frame `first` to `last`, in the seconds of the line's take."""
    return to_keys(points.at(between(points, first, last)), standing.clock.seconds)


# Where it stands


def curves_laid(laid: Mapping[str, Laid], kind: str = "") -> dict[Address, Laid]:
    """What was laid, by the addresses of the curves; of a `kind`: BORDER or UNDER."""
    start = f"{kind}["
    return {Address.read(text.removeprefix(kind)): one for text, one in laid.items() if text.startswith(start)}


def is_under(points: Points, under: CurveKeys | None, place: Standing) -> Any:
    """Which keys [n] are those that the line has grown over, and still where they were."""
    if under is None or len(under) == 0:
        return np.zeros(len(points.co), bool)
    frames = place.clock.frame(under.times)
    near = np.abs(points.co[:, 0][:, None] - frames[None]) < NEAR
    alike = np.abs(points.co[:, 1][:, None] - under.values[None]) < SAME
    return np.any(near & alike, axis=1)


def stand(character: Character, span: Any, laid: Mapping[str, Laid], face: Face) -> Standing:
    """Where a line's keys stand now: where they were laid or, where more of them are found there, with its strip."""
    was = clock_of(span)
    clocks = [was, *_elsewhere(character, span, was, laid, face)]
    counts = [_count(laid, face, clock) for clock in clocks]
    best = max(range(len(clocks)), key=counts.__getitem__)
    clock = clocks[best] if counts[best] >= max(LEAST, MORE * counts[0]) else was
    first, last = (clock.frame(was.seconds(frame)) for frame in (span.first, span.last))
    low, high = _surroundings(character, span, laid, clock, first, last)
    return Standing(clock, first, last, low, high)


def clock_of(span: Any) -> Placement:
    """Frames and seconds of a line's take, as its keys were last written."""
    item = takes.active(span)
    if item is not None:
        return takes.clock(takes.place_of(item))
    start = (span.sound_first - span.base) / span.rate
    return Placement(span.sound_first, span.rate, 0.0, (span.sound_last - span.base) / span.rate - start)


def _surroundings(
    character: Character, span: Any, laid: Mapping[str, Laid], clock: Placement, first: float, last: float
) -> tuple[float, float]:
    """How far a line's surroundings go: as when it was first written, and over all its keys, up to the next lines."""
    low, high = first - AROUND * clock.rate, last + AROUND * clock.rate
    kept = laid.get(FAR)
    if kept is not None and len(kept.keys) == 2:
        low, high = (float(clock.frame(seconds)) for seconds in kept.keys.times)
    placed = [clock.frame(one.keys.times) for one in curves_laid(laid).values() if len(one.keys)]
    low = min([low, *(float(frames[0]) for frames in placed)])
    high = max([high, *(float(frames[-1]) for frames in placed)])
    face: Any = character.face
    others = [other for other in face.lockstep_spans if other.name != span.name]
    before = max((other.last for other in others if other.last <= first + TINY), default=-np.inf)
    after = min((other.first for other in others if other.first >= last - TINY), default=np.inf)
    return min(first, max(low, before + BESIDE)), max(last, min(high, after - BESIDE))


def _elsewhere(
    character: Character, span: Any, was: Placement, laid: Mapping[str, Laid], face: Face
) -> Iterator[Placement]:
    """Other placements that a line may have now: its strip's, and the frames of another frame rate."""
    item = takes.active(span)
    if item is None:
        return
    _, fps = takes.sound_of(item)
    for home in bpy.data.scenes:
        if character.face.name not in home.objects:
            continue
        now = _of_strip(item, home)
        if now is not None:
            yield now
        rate = now.rate if now is not None else was.rate * compat.frames_per_second(home) / fps
        if abs(rate - was.rate) > 1e-6:
            scaled = replace(was, base=was.base * rate / was.rate, rate=rate)
            yield scaled
            yield replace(scaled, base=scaled.base + _shift(laid, face, scaled))


def _of_strip(item: Any, home: Any) -> Placement | None:
    """Where a take's strip puts it now; None without a strip, or where it has several speeds."""
    strip = strips.named(home, item.strip)
    if strip is None or not strips.is_evenly_paced(strip):
        return None
    try:
        placed = strips.place_strip(strip, home, takes.sound_of(item)[0])
        return takes.clock(replace(placed, start=takes.place_of(item).start))
    except LockstepError:
        return None


def _pairs(laid: Mapping[str, Laid], face: Face) -> Iterator[tuple[CurveKeys, Found]]:
    """The curves that the sync made, as they were laid and as they are."""
    for address, one in curves_laid(laid).items():
        found = face.curves.get(address)
        if found is not None and len(one.keys) and not address.layer:
            yield one.keys, found


def _shift(laid: Mapping[str, Laid], face: Face, clock: Placement) -> float:
    """By how many frames the keys stand later than `clock` says, from the curves that have as many as were laid."""
    away = [
        found.frames - clock.frame(keys.times) for keys, found in _pairs(laid, face) if len(found.frames) == len(keys)
    ]
    return float(np.median(np.concatenate(away))) if away else 0.0


def _count(laid: Mapping[str, Laid], face: Face, clock: Placement) -> int:
    """How many keys stand as they were laid, where `clock` puts them."""
    count = 0
    for keys, found in _pairs(laid, face):
        frames = found.frames
        if len(frames) == 0:
            continue
        wanted = clock.frame(keys.times)
        at = np.clip(np.searchsorted(frames, wanted), 1, max(1, len(frames) - 1))
        for index in (at - 1, np.minimum(at, len(frames) - 1)):
            near = np.abs(frames[index] - wanted) < NEAR
            count += int(np.count_nonzero(near & (np.abs(found.points.co[index, 1] - keys.values) < SAME)))
    return count


def resting(character: Character, key: Any, name: str, frame: float) -> float:
    """The value that a shape key has without any line, at a frame in no line or on the edge of one.

    A line's outermost keys as the sync made them, whatever the artist has made of them since.
    """
    address = BORDER + str(Address(owner_of(character, key), keying.path_of(name)))
    face: Any = character.face
    for span in face.lockstep_spans:
        if abs(span.first - frame) < 0.5 and span.laid:
            edge = takes.laid_of(span).get(address)
            if edge is not None and len(edge.keys):
                return float(edge.keys.values[0])
    return keying.resting(key, name, frame)
