"""A shot for hard cases: a face that speaks recordings, what an artist does to it, and all that a file holds."""

from __future__ import annotations

from typing import Any

import bpy
import faces
import numpy as np
import pytest
from lockstep.addon import compat
from lockstep.addon.keys import keying, points, tracks
from lockstep.addon.lines import takes
from lockstep.addon.sound import strips

FPS = 24.0
START = 11  # the frame on which the shot's first sound begins
BLOCKS = ("actions", "armatures", "collections", "libraries", "meshes", "objects", "scenes", "shape_keys", "sounds")
PLAIN = (str, int, float, bool)


@pytest.fixture
def spoken(face, studio):
    """A face that speaks the recording 'anna' from frame START on; gives the recording."""
    anna = studio.record("anna")
    sync(anna)
    return anna


# What the artist presses


def sync(recording=None, frame=START, thing=None, **settings):
    """Sync from Audio: a recording at a frame, or what the panel shows."""
    scene = bpy.context.scene
    if thing is not None:
        faces.activate(thing)
    scene.frame_set(frame)
    if recording is not None:
        scene.lockstep.source, scene.lockstep.audio = "FILE", str(recording.path)
    for name, value in {"language": "en", **settings}.items():
        setattr(scene.lockstep, name, value)
    assert bpy.ops.lockstep.sync() == {"FINISHED"}


def swap(recording, frame=START, thing=None, **given):
    if thing is not None:
        faces.activate(thing)
    bpy.context.scene.frame_set(frame)
    assert bpy.ops.lockstep.swap_voice(audio=str(recording.path), **given) == {"FINISHED"}


def use(index, frame=START, thing=None):
    if thing is not None:
        faces.activate(thing)
    bpy.context.scene.frame_set(frame)
    assert bpy.ops.lockstep.use_take(index=index) == {"FINISHED"}


def seen():
    """See My Edits: the line with what was changed by hand."""
    assert bpy.ops.lockstep.see_edits() == {"FINISHED"}
    return takes.score_of(line()).edits


def reopened(path, *, purge=False):
    """Save, forget everything, open again; gives the face."""
    active = bpy.context.view_layer.objects.active.name
    if purge:
        bpy.ops.outliner.orphans_purge(do_local_ids=True, do_linked_ids=True, do_recursive=True)
    bpy.ops.wm.save_as_mainfile(filepath=str(path))
    bpy.ops.wm.read_factory_settings(use_empty=True)
    for memory in (takes._takes, takes._scores, takes._laid, takes._reports, takes._matches, takes._placed):
        memory._values.clear()
    bpy.ops.wm.open_mainfile(filepath=str(path))
    faces.activate(bpy.context.scene.objects[active])
    return bpy.context.scene.objects[active]


# What there is


def the_face() -> Any:
    return bpy.context.scene.objects["Face"]


def line(thing=None, number=0) -> Any:
    return (thing or the_face()).lockstep_spans[number]


def curve(name="jawOpen", thing=None) -> Any:
    return keying.curve_of((thing or the_face()).data.shape_keys, name)


def frame_of(seconds, start=START, fps=FPS):
    return start + fps * seconds


def inside(made, first=-np.inf, last=np.inf):
    """Indices of the keys where a curve moves, its ends left out."""
    keys = made.keyframe_points
    return [at for at in range(1, len(keys) - 1) if keys[at].co[1] > 0.02 and first <= keys[at].co[0] <= last]


def nearest(seconds, name="jawOpen", start=START, thing=None) -> Any:
    """The key of a curve that stands nearest to a second of the sound."""
    at = frame_of(seconds, start)
    return min(curve(name, thing).keyframe_points, key=lambda one: abs(one.co[0] - at))


def lift(seconds, value, name="jawOpen", start=START, thing=None) -> float:
    """Set the key nearest to a second to a value, its handles along; gives its frame."""
    point = nearest(seconds, name, start, thing)
    point.handle_left_type = point.handle_right_type = "FREE"
    change = value - point.co[1]
    for part in ("co", "handle_left", "handle_right"):
        getattr(point, part)[1] += change
    curve(name, thing).update()
    return float(point.co[0])


def shift(point, frames=0.0, value=0.0):
    for part in ("co", "handle_left", "handle_right"):
        getattr(point, part)[0] += frames
        getattr(point, part)[1] += value


def key(made, frame, value, **kinds):
    """One more key in a curve."""
    point = made.keyframe_points.insert(frame, value)
    for name, kind in kinds.items():
        setattr(point, name, kind)
    made.update()
    return point


def own_curve(name, thing=None, layer=None):
    """A curve of the artist's own, in the line's action or a layer."""
    layer = layer or tracks.own_layer((thing or the_face()).data.shape_keys)
    return keying.new_curve(layer, keying.path_of(name), 0)


def around(frame, value, name="jawOpen", reach=2.0, thing=None) -> list[float]:
    """The frames of the keys with about this value, near a frame."""
    return [
        at
        for at, own in faces.curves(thing or the_face())[name]
        if abs(own - value) < 0.01 and abs(at - frame) <= reach
    ]


# All of it


def keys_of(thing=None) -> dict[str, Any]:
    """Every key of a face's shape keys, with handles and kinds, bit for bit."""
    found = {}
    for block in (thing or the_face()).data.shape_keys.key_blocks:
        made = curve(block.name, thing)
        if made is not None:
            found[block.name] = _curve(made)
    return found


def assert_like(one, other, frames=1e-3, value=1e-4):
    """The same keys within a thousandth of a frame and 1e-4: kinds alike, and what mute says."""
    assert one.keys() == other.keys()
    for name, (muted, *columns) in one.items():
        assert muted == other[name][0], name
        for column, (data, against) in zip(
            points.Points.__slots__, zip(columns, other[name][1:], strict=True), strict=True
        ):
            mine, theirs = (_numbers(column, text) for text in (data, against))
            assert mine.shape == theirs.shape, (name, column)
            if column in ("co", "handle_left", "handle_right"):
                assert np.allclose(mine[0::2], theirs[0::2], rtol=0.0, atol=frames), (name, column)
                assert np.allclose(mine[1::2], theirs[1::2], rtol=0.0, atol=value), (name, column)
            else:
                assert np.allclose(mine, theirs, atol=1e-4), (name, column)


def _numbers(column, data):
    kinds = {"handle_left_type", "handle_right_type", "interpolation", "easing", "type"}
    return np.frombuffer(data, np.int32 if column in kinds else np.float32)


def dump(but=()) -> dict[str, Any]:
    """All that a file holds and the add-on could change: names, curves, NLA, strips, properties; less parts `but`."""
    bpy.context.view_layer.update()
    found = {
        "names": {name: sorted(block.name_full for block in getattr(bpy.data, name)) for name in BLOCKS},
        "actions": {action.name_full: _action(action) for action in bpy.data.actions},
        "layers": {block.name_full: _layers(block) for block in (*bpy.data.objects, *bpy.data.shape_keys)},
        "values": {key.name_full: [(one.value, one.mute) for one in key.key_blocks] for key in bpy.data.shape_keys},
        "objects": {thing.name_full: _object(thing) for thing in bpy.data.objects},
        "scenes": {scene.name_full: _scene(scene) for scene in bpy.data.scenes},
    }
    return {name: value for name, value in found.items() if name not in but}


def _curve(made):
    read = points.Points.read(made.keyframe_points)
    return (made.mute, *(getattr(read, name).tobytes() for name in points.Points.__slots__))


def _action(action):
    curves = [
        ((one.data_path, one.array_index), one.lock, one.extrapolation, _curve(one))
        for one in compat.all_curves(action)
    ]
    slots = [slot.identifier for slot in action.slots] if compat.has_slots() else []
    return (curves, slots, action.use_fake_user, {name: str(action[name]) for name in list(action.keys())})


def _layers(block):
    data = block.animation_data
    if data is None:
        return None
    names = ("name", "mute", "frame_start", "frame_end", "action_frame_start", "action_frame_end", "scale", "repeat")
    names += ("blend_type", "extrapolation", "influence")
    return (
        data.action and data.action.name_full,
        compat.slot_of(block) and compat.slot_of(block).identifier,
        [
            (track.name, track.mute, [[getattr(strip, name) for name in names] for strip in track.strips])
            for track in data.nla_tracks
        ],
    )


def _object(thing):
    return (
        thing.data and thing.data.name_full,
        [plain(item) for item in thing.lockstep_spans],
        [plain(item) for item in thing.lockstep_corrections],
    )


def _scene(scene):
    listed = [
        (strip.name, compat.left_handle(strip), compat.right_handle(strip), compat.content_start(strip), strip.channel,
         strip.mute, strip.volume, bpy.path.abspath(strip.sound.filepath))
        for strip in strips.sound_strips(scene)
    ]  # fmt: skip
    return (scene.frame_start, scene.frame_end, scene.frame_current, scene.sync_mode, listed, plain(scene.lockstep))


def plain(item) -> Any:
    """A property group as plain values, groups within it too."""
    found = {}
    for prop in item.bl_rna.properties:
        if prop.identifier in ("rna_type",):
            continue
        value = getattr(item, prop.identifier)
        if prop.type == "COLLECTION":
            value = [plain(one) for one in value]
        elif prop.type == "POINTER":
            value = value and (value.name_full if hasattr(value, "name_full") else plain(value))
        elif not isinstance(value, PLAIN):
            value = sorted(value) if isinstance(value, set) else tuple(value)
        found[prop.identifier] = value
    return found


def push_down(block, name="pushed", **kinds):
    """The active action as a strip, as the NLA editor's button does it; gives the strip."""
    data = block.animation_data
    action, slot = data.action, compat.slot_of(block)
    track = data.nla_tracks.new()
    track.name = name
    strip = track.strips.new(action.name, int(action.frame_range[0]), action)
    compat.assign_strip(strip, action, slot)
    data.action = None
    for kind, value in kinds.items():
        setattr(strip, kind, value)
    return strip


def shown(thing, name, frames) -> list[float]:
    """What a shape key really has at some frames, whatever animates it."""
    found = []
    for frame in frames:
        bpy.context.scene.frame_set(int(np.floor(frame)), subframe=float(frame - np.floor(frame)))
        found.append(faces.block(thing, name).value)
    return found


def score(thing=None):
    return takes.score_of(line(thing))


def placed(thing=None):
    """Where each item stands, by its id."""
    return {item.id: item for item in takes.placed_of(line(thing)).items}
