"""Where the curves of a character lie: the action that the sync writes, and the layers of the artist's own above it."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import bpy
import numpy as np
from numpy.typing import NDArray

from ...engine.errors import RigError
from .. import compat

MARK = "lockstep"  # the property of an action that the sync writes
VERSION = 2
OLD_NAME, BACKUP_NAME = "Lockstep ", "Lockstep backup "  # how versions before the mark named theirs
LEFT_MUTED = "lockstep_muted"  # data paths that were muted before the sync came: the artist's own
TOP = "active action"  # the layer of an action above ours that lies in no track
REST_TRACK = "Lockstep rest"
HEAD_MARK = "lockstep_head"  # the property of an action that addon/keys/heads.py turns bones with
FOLLOWING = frozenset({"head", "neck", "eye", "eyes", "lid", "lids", "eyelid", "eyelids", "brow", "brows"})
FOLLOWING |= {"eyebrow", "eyebrows"}
LEFT_OUT = frozenset({"jaw", "teeth", "tongue", "chin", "lip", "lips", "mouth"})
BONE = re.compile(r'^pose\.bones\["(.*)"\]\.(location|rotation_euler|rotation_quaternion|rotation_axis_angle)$')
CHANNEL = re.compile(r"^(.*)/(location|rotation_\w+)\[(\d)\]$")
SHAPE = re.compile(r'^key_blocks\["(.*)"\]\.value$')
WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
EXACT = 1e-6

Frames = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Address:
    """A curve of a character: `owner` the name of the object that it moves, `path` and `index` as Blender has them.

    `layer`: '' for the action that the sync writes (and an armature's own), else the layer above it.
    """

    owner: str
    path: str
    index: int = 0
    layer: str = ""

    def __str__(self) -> str:
        return json.dumps([self.owner, self.path, self.index, self.layer], ensure_ascii=False)

    @classmethod
    def read(cls, text: str) -> Address:
        """The address that `str` gave."""
        owner, path, index, layer = json.loads(text)
        return cls(owner, path, index, layer)


@dataclass(frozen=True, slots=True)
class Pace:
    """How an action's frames stand in the scene: scene = action * `scale` + `offset`."""

    scale: float = 1.0
    offset: float = 0.0

    def scene(self, frames: Any) -> Any:
        """Scene frames of an action's frames."""
        return frames if self == AT_HOME else frames * self.scale + self.offset

    def action(self, frames: Any) -> Any:
        """An action's frames of scene frames."""
        return frames if self == AT_HOME else (frames - self.offset) / self.scale


AT_HOME = Pace()


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """One action as it moves one data-block: through a strip of its NLA, or as its active action (`strip` None).

    `name`: '' for the one that the sync writes.
    """

    name: str
    block: Any
    action: Any
    slot: Any
    strip: Any = None
    pace: Pace = AT_HOME

    @property
    def curves(self) -> Any:
        """Its fcurves, () where there are none."""
        found = compat.curves(self.action, self.slot)
        return () if found is None else found

    def find(self, path: str, index: int = 0) -> Any:
        """The fcurve of that path, or None."""
        found = compat.curves(self.action, self.slot)
        return None if found is None else found.find(path, index=index)

    def evaluate(self, curve: Any, frame: float) -> float:
        """What one of its curves gives at a scene frame."""
        return float(curve.evaluate(float(self.pace.action(frame))))


@dataclass(frozen=True, slots=True, eq=False)
class Stack:
    """What animates one data-block: the `own` layer that the sync writes, if any; those `above` it, from below upwards.

    `odd`: names of strips above that cannot be followed, for repeating, running backwards or having a time of their
    own.
    """

    own: Layer | None
    above: tuple[Layer, ...] = ()
    odd: tuple[str, ...] = ()


# The mark


def mark(action: Any) -> None:
    """Mark an action as one that the sync writes; what the artist has muted in it stays the artist's."""
    if is_marked(action) and MARK in action:
        return
    if MARK not in action:
        muted = [curve.data_path for curve in compat.all_curves(action) if compat.is_muted(curve)]
        action[LEFT_MUTED] = json.dumps(muted, ensure_ascii=False)
    action[MARK] = VERSION


def is_marked(action: Any) -> bool:
    """Whether the sync writes this action: it bears the mark, or the name that older versions gave."""
    if MARK in action:
        return True
    if HEAD_MARK in action:
        return False
    return bool(action.name.startswith(OLD_NAME) and not action.name.startswith((BACKUP_NAME, REST_TRACK)))


def is_left_alone(layer: Layer, curve: Any) -> bool:
    """Whether a curve is the artist's own matter: locked, or muted before the sync first wrote its action."""
    if compat.is_kept_shut(curve):
        return True
    if not compat.is_muted(curve):
        return False
    return MARK not in layer.action or curve.data_path in json.loads(layer.action.get(LEFT_MUTED, "[]"))


# Actions and strips


def stack(block: Any, first: float = -np.inf, last: float = np.inf) -> Stack:
    """What animates a data-block between two scene frames.

    The own layer is the active action where it is marked; else the marked one whose strip covers most of the frames,
    the upmost of equals; else none.
    """
    layers = list(_layers(block))
    marked = [layer for layer in layers if is_marked(layer.action)]
    own = max(marked, key=lambda layer: _rank(layer, layers.index(layer), first, last), default=None)
    if own is None:
        return Stack(None)
    beside = _beside(own) if own.strip is not None else []
    above = [
        layer
        for layer in layers[layers.index(own) + 1 :]
        if layer.action != own.action and not any(layer.strip == strip for strip in beside)
    ]
    odd = [layer.strip.name for layer in above if layer.strip is not None and _is_odd(layer.strip)]
    even = tuple(layer for layer in above if layer.strip is None or not _is_odd(layer.strip))
    return Stack(Layer("", block, own.action, own.slot, own.strip, own.pace), even, tuple(odd))


def _rank(layer: Layer, place: int, first: float, last: float) -> tuple[float, int]:
    if layer.strip is None:
        return np.inf, place
    covered = min(last, layer.strip.frame_end) - max(first, layer.strip.frame_start)
    return max(0.0, covered), place


def _layers(block: Any) -> Iterator[Layer]:
    """All actions of a data-block, from below upwards."""
    data = block.animation_data
    if data is None:
        return
    seen: dict[str, int] = {}
    for track in data.nla_tracks:
        for strip in track.strips:
            if strip.type == "CLIP" and strip.action is not None and track.name != REST_TRACK:
                name = track.name if len(track.strips) == 1 else f"{track.name}: {strip.name}"
                seen[name] = seen.get(name, 0) + 1
                name = name if seen[name] == 1 else f"{name} {seen[name]}"
                yield Layer(name, block, strip.action, compat.strip_slot(strip), strip, _pace(strip))
    if data.action is not None:
        yield Layer(TOP, block, data.action, compat.slot_of(block))


def _pace(strip: Any) -> Pace:
    scale = float(strip.scale) or 1.0
    return Pace(scale, float(strip.frame_start) - float(strip.action_frame_start) * scale)


def _is_odd(strip: Any) -> bool:
    return bool(abs(strip.repeat - 1.0) > EXACT or strip.use_reverse or strip.use_animated_time or strip.scale <= 0.0)


def checksum(blocks: Iterable[Any]) -> str:
    """A sum over all keys that animate these data-blocks, and over what is muted: another one where any was changed."""
    total = 0
    for block in blocks:
        for layer in _layers(block):
            strip = layer.strip
            total = zlib.crc32(repr((layer.name, layer.pace, strip is not None and strip.mute)).encode(), total)
            for curve in layer.curves:
                points = np.empty(2 * len(curve.keyframe_points), np.float32)
                curve.keyframe_points.foreach_get("co", points)
                total = zlib.crc32(points.tobytes(), zlib.crc32(f"{curve.data_path} {curve.mute}".encode(), total))
    return f"{total:08x}"


def own_layer(block: Any, first: float = -np.inf, last: float = np.inf) -> Layer | None:
    """The layer that the sync writes, else the active action, which it would write; None without either."""
    data = block.animation_data
    if data is None:
        return None
    active = None if data.action is None else Layer("", block, data.action, compat.slot_of(block))
    if active is not None and is_marked(active.action):  # no strip comes before it
        return active
    return stack(block, first, last).own or active


def refuse_odd(layer: Layer) -> None:
    """Raise RigError where the own layer lies in a strip in which one key is heard at several times, or at none."""
    if layer.strip is not None and _is_odd(layer.strip):
        raise RigError(
            f"The NLA strip '{layer.strip.name}' with the line's keys repeats, runs backwards or has a time of its "
            "own; give it its plain time first."
        )


def room_for(layer: Layer, first: float, last: float) -> tuple[float, float]:
    """The scene frames, at most from `first` to `last`, in which keys of a layer can be heard.

    A strip may be lengthened as far as the strips beside it; an active action is heard everywhere.
    """
    if layer.strip is None:
        return first, last
    strips = _beside(layer)
    low = max((strip.frame_end for strip in strips if strip.frame_end <= layer.strip.frame_start), default=-np.inf)
    high = min((strip.frame_start for strip in strips if strip.frame_start >= layer.strip.frame_end), default=np.inf)
    return max(first, low), min(last, high)


def _beside(layer: Layer) -> list[Any]:
    """The other strips of the track that a strip lies in."""
    for track in layer.block.animation_data.nla_tracks:
        if any(strip == layer.strip for strip in track.strips):
            return [strip for strip in track.strips if strip != layer.strip]
    return []


def lengthen(layer: Layer, first: float, last: float) -> None:
    """Let a layer's strip sound from scene frame `first` to `last` at least, as far as the strips beside it allow.

    The keys that it has stay on their frames.
    """
    strip = layer.strip
    if strip is None:
        return
    first, last = room_for(layer, first, last)
    start, end = float(layer.pace.action(first)), float(layer.pace.action(last))
    if end > strip.action_frame_end + EXACT:
        strip.action_frame_end = end
    if start < strip.action_frame_start - EXACT:
        place = float(layer.pace.scene(start))
        strip.action_frame_start = start
        strip.frame_start = place
    strip.use_sync_length = False


# Bones


def follows(bone: str) -> bool:
    """Whether a bone goes with what is said: one of head, neck, eyes, lids or brows by the words of its name."""
    words = {word.casefold() for word in WORD.findall(bone)}
    return bool(words & FOLLOWING) and not words & LEFT_OUT


def bone_channel(path: str) -> tuple[str, str] | None:
    """Bone and property of a curve that turns or moves a bone which goes with what is said; None for others."""
    found = BONE.match(path)
    if found is None:
        return None
    bone = bpy.utils.unescape_identifier(found[1])
    return (bone, found[2]) if follows(bone) else None


def bone_path(bone: str, channel: str) -> str:
    """The data path of a bone's location or rotation."""
    return f'pose.bones["{bpy.utils.escape_identifier(bone)}"].{channel}'


# Blenders in which the NLA takes shape keys for full (compat.rests_at_one)


def hold_rest(block: Any, layer: Layer) -> None:
    """Give shape keys that only `layer` animates their rest where it does not reach, in Blenders that give them 1.

    A track of their own values, all along; they are in no other track, so it rules nothing else.
    """
    if not compat.rests_at_one() or not _has_strips(block) or _reaches_everywhere(layer):
        return
    track = block.animation_data.nla_tracks.get(REST_TRACK)
    known = _paths(_tracks(block, but=layer.action))
    held = (
        set()
        if track is None
        else _paths([Layer("", block, track.strips[0].action, compat.strip_slot(track.strips[0]))])
    )
    alone = [curve for curve in layer.curves if curve.data_path not in known | held and len(curve.keyframe_points)]
    values = {curve.data_path: float(curve.keyframe_points[0].co[1]) for curve in alone}
    if not values:
        return
    if track is None:
        action = bpy.data.actions.new(REST_TRACK)
        slot = compat.new_slot(action, block.name)
    else:
        action, slot = track.strips[0].action, compat.strip_slot(track.strips[0])
    curves = compat.curves(action, slot, make=True)
    for path, value in values.items():
        point = curves.new(path, index=0).keyframe_points
        point.add(1)
        point[0].co = (1.0, value)
    if track is None:
        _add_rest(block, action, slot)


def _add_rest(block: Any, action: Any, slot: Any) -> None:
    track = block.animation_data.nla_tracks.new()
    track.name = REST_TRACK
    strip = track.strips.new(REST_TRACK, 1, action)
    compat.assign_strip(strip, action, slot)
    strip.extrapolation = "HOLD"


def _has_strips(block: Any) -> bool:
    data = block.animation_data
    return data is not None and any(len(track.strips) for track in data.nla_tracks)


def _reaches_everywhere(layer: Layer) -> bool:
    if layer.strip is not None:
        return bool(layer.strip.extrapolation == "HOLD")
    return bool(layer.block.animation_data.action_extrapolation == "HOLD")


def _tracks(block: Any, but: Any) -> list[Layer]:
    return [layer for layer in _layers(block) if layer.strip is not None and layer.action != but]


def _paths(layers: Iterable[Layer]) -> set[str]:
    return {curve.data_path for layer in layers for curve in layer.curves}


# Names


def shape_of(path: str) -> str:
    """The shape key whose value a data path is; the path itself where it is none."""
    found = SHAPE.match(path)
    return path if found is None else bpy.utils.unescape_identifier(found[1])


def channel_name(path: str, index: int) -> str:
    """A bone's channel as edits name it, 'head/location[0]'; '' for curves that `bone_channel` knows not."""
    found = bone_channel(path)
    return "" if found is None else f"{found[0]}/{found[1]}[{index}]"


def channel_path(name: str) -> tuple[str, str, int] | None:
    """Bone, data path and index of a bone's channel from what `channel_name` gives; None for other names."""
    found = CHANNEL.match(name)
    return None if found is None else (found[1], bone_path(found[1], found[2]), int(found[3]))
