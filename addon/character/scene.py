"""Who speaks: the meshes of one character, the shape keys on them, and what may be keyed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import bpy
from mathutils import Vector

from ...engine.errors import RigError
from ..keys import keying, tracks

SAME_SIZE = 0.8  # two meshes within this ratio of each other, with the same keys, are two faces
MARGIN = 0.15  # of its own size, within which a part belongs to a face
JAW_BONES = ("jaw", "mandible", "teeth")


@dataclass(frozen=True, slots=True)
class Character:
    """One character: its name, the mesh with the face, and all meshes with shape keys that belong to it."""

    name: str
    face: bpy.types.Object
    meshes: tuple[bpy.types.Object, ...]

    @property
    def keys(self) -> tuple[bpy.types.Key, ...]:
        """The shape keys' data-blocks, those that several meshes share once."""
        return tuple(dict.fromkeys(keys_of(mesh) for mesh in self.meshes))

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all shape keys, the face's first, bases left out."""
        return tuple(dict.fromkeys(block.name for key in self.keys for block in shapes(key)))


@dataclass(frozen=True, slots=True)
class Obstacles:
    """Names of shape keys, as 'mesh: key', that cannot or must not be keyed."""

    driven: tuple[str, ...]
    locked: tuple[str, ...]


def keys_of(mesh: bpy.types.Object) -> bpy.types.Key:
    """The shape keys of a mesh object that has some."""
    data: Any = mesh.data
    found: bpy.types.Key = data.shape_keys
    return found


def shapes(key: bpy.types.Key) -> list[bpy.types.ShapeKey]:
    """The shape keys of a data-block, without the base they start from."""
    return [block for block in key.key_blocks if block != key.reference_key]


def find_character(seed: bpy.types.Object | None, scene: bpy.types.Scene, linked: bool = False) -> Character:
    """The character that `seed`, any of its objects, belongs to. Raises RigError, with what to do, without one.

    `linked`: one of another file will do, since nothing is to be written on it.
    """
    if seed is None:
        raise RigError("No object is active; click the face, or its armature, first.")
    _refuse_instance(seed)
    parts = _family(seed, [mesh for mesh in scene.objects if _has_shapes(mesh)])
    if not parts:
        if not linked:
            _refuse_linked(seed)
        raise RigError(_nothing_found(seed))
    _refuse_crowd(seed, parts)
    face = max(parts, key=lambda mesh: (len(shapes(keys_of(mesh))), _volume(mesh)))
    for part in (face, *parts):
        if not linked:
            _refuse_linked(part)
        _refuse_absolute(part)
    ordered = (face, *(part for part in parts if part is not face))
    return Character(_name(face), face, ordered)


def _has_shapes(thing: bpy.types.Object) -> bool:
    data: Any = thing.data
    return thing.type == "MESH" and data.shape_keys is not None and len(data.shape_keys.key_blocks) > 1


def _nothing_found(seed: bpy.types.Object) -> str:
    if seed.type == "MESH":
        return f"'{seed.name}' has no shape keys; choose the mesh with the face, or give it mouth shapes."
    return f"'{seed.name}' has no mesh with shape keys; click the face itself."


def _refuse_crowd(seed: bpy.types.Object, parts: Sequence[bpy.types.Object]) -> None:
    if seed.type in ("MESH", "ARMATURE"):
        return
    for number, part in enumerate(parts):
        for other in parts[number + 1 :]:
            if _are_two_faces(part, other) and not _is_within(part, other):
                raise RigError(f"'{seed.name}' holds several faces ('{part.name}', '{other.name}'); click one of them.")


def _refuse_instance(seed: bpy.types.Object) -> None:
    if seed.type == "EMPTY" and seed.instance_collection is not None:
        raise RigError(
            f"'{seed.name}' only shows the collection '{seed.instance_collection.name}'; "
            "make a library override of it first (Object > Library Override > Make)."
        )


def _refuse_linked(part: bpy.types.Object) -> None:
    if part.library is not None:
        raise RigError(
            f"'{part.name}' is linked from another file, and keys on it would be lost; "
            "make a library override of it first (Object > Library Override > Make)."
        )


def _refuse_absolute(part: bpy.types.Object) -> None:
    if not keys_of(part).use_relative:
        raise RigError(f"'{part.name}' has absolute shape keys; switch on 'Relative' in its shape keys first.")


def _name(face: bpy.types.Object) -> str:
    rig = face.find_armature()
    return (rig or face).name


# Which meshes are one character's


def _family(seed: bpy.types.Object, meshes: Sequence[bpy.types.Object]) -> list[bpy.types.Object]:
    """The meshes tied to `seed`, directly or through one another, in the order of the scene."""
    members = [mesh for mesh in meshes if mesh == seed or _is_bound(mesh, seed)]
    for member in members:  # grows while it is walked
        for mesh in meshes:
            if mesh not in members and _is_kin(mesh, member) and not any(_are_rivals(mesh, one) for one in members):
                members.append(mesh)
    return [mesh for mesh in meshes if mesh in members]


def _is_bound(mesh: bpy.types.Object, seed: bpy.types.Object) -> bool:
    """Whether `mesh` hangs on `seed` (or the other way round), or both follow one armature."""
    rig, other = mesh.find_armature(), _rig_of(seed)
    if rig is not None and rig == other:
        return True
    if rig is not None and other is not None:
        return False
    return seed in _ancestors(mesh) or mesh in _ancestors(seed)


def _rig_of(seed: bpy.types.Object) -> bpy.types.Object | None:
    return seed if seed.type == "ARMATURE" else seed.find_armature()


def _is_kin(mesh: bpy.types.Object, member: bpy.types.Object) -> bool:
    """Whether two meshes belong to one character: by armature or parent, else by standing in one another's place."""
    if _is_bound(mesh, member):
        return True
    rigs = {rig for rig in (mesh.find_armature(), member.find_armature()) if rig is not None}
    if len(rigs) == 2 or not _same_place(mesh, member):
        return False
    return _is_within(mesh, member) or _is_within(member, mesh)


def _are_rivals(mesh: bpy.types.Object, other: bpy.types.Object) -> bool:
    """Whether two meshes are faces of different characters, for all that they stand in one place."""
    return not _is_bound(mesh, other) and _are_two_faces(mesh, other)


def _same_place(mesh: bpy.types.Object, other: bpy.types.Object) -> bool:
    """Whether two meshes share their topmost parent or, hanging on nothing of their own, a collection."""
    roots = [(_ancestors(part) or [None])[-1] for part in (mesh, other)]
    if roots[0] is not None and roots[1] is not None:
        return roots[0] == roots[1]
    return not set(mesh.users_collection).isdisjoint(other.users_collection)


def _ancestors(thing: bpy.types.Object) -> list[bpy.types.Object]:
    found = []
    parent = thing.parent
    while parent is not None and parent not in found:
        found.append(parent)
        parent = parent.parent
    return found


def _are_two_faces(mesh: bpy.types.Object, other: bpy.types.Object) -> bool:
    """Whether two meshes are of one size and have the same keys: then each is a face of its own."""
    ours, theirs = ({block.name for block in shapes(keys_of(part))} for part in (mesh, other))
    if len(ours & theirs) < SAME_SIZE * len(ours | theirs):
        return False
    a, b = _size(mesh), _size(other)
    return all(min(a[axis], b[axis]) >= SAME_SIZE * max(a[axis], b[axis]) for axis in range(3))


def _box(mesh: bpy.types.Object) -> tuple[Vector, Vector]:
    """Lowest and highest corner of a mesh in the world."""
    corners = [mesh.matrix_world @ Vector(corner) for corner in mesh.bound_box]
    low = Vector([min(corner[axis] for corner in corners) for axis in range(3)])
    high = Vector([max(corner[axis] for corner in corners) for axis in range(3)])
    return low, high


def _size(mesh: bpy.types.Object) -> Vector:
    low, high = _box(mesh)
    return high - low


def _volume(mesh: bpy.types.Object) -> float:
    size = _size(mesh)
    return float(size[0] * size[1] * size[2])


def _is_within(part: bpy.types.Object, face: bpy.types.Object) -> bool:
    """Whether the middle of `part` lies in the box around `face`, a little margin added."""
    low, high = _box(part)
    middle = (low + high) / 2
    low, high = _box(face)
    margin = (high - low) * MARGIN
    return all(low[axis] - margin[axis] <= middle[axis] <= high[axis] + margin[axis] for axis in range(3))


# What may be keyed


def obstacles(character: Character, names: Iterable[str]) -> Obstacles:
    """Which of the shape keys `names` follow a driver, and which are locked or muted."""
    wanted = set(names)
    driven, locked = [], []
    for key, block in blocks(character):
        if block.name not in wanted:
            continue
        if keying.has_driver(key, block.name):
            driven.append(f"{_owner(character, key)}: {block.name}")
        elif is_locked(key, block):
            locked.append(f"{_owner(character, key)}: {block.name}")
    return Obstacles(tuple(driven), tuple(locked))


def blocks(character: Character) -> Iterator[tuple[bpy.types.Key, bpy.types.ShapeKey]]:
    """All shape keys of a character with the data-block they are in."""
    for key in character.keys:
        for block in shapes(key):
            yield key, block


def meshes_with(character: Character, names: Iterable[str]) -> list[bpy.types.Object]:
    """The meshes of a character that have any of the shape keys `names`."""
    wanted = set(names)
    return [mesh for mesh in character.meshes if wanted & {block.name for block in shapes(keys_of(mesh))}]


def is_locked(key: bpy.types.Key, block: bpy.types.ShapeKey) -> bool:
    """Whether the artist has locked or muted a shape key, or the curve that animates it.

    A curve of ours that was muted after it was written is an edit: it is written on, and stays muted.
    """
    if block.mute or getattr(block, "lock_shape", False):
        return True
    layer = tracks.own_layer(key)
    curve = None if layer is None else layer.find(keying.path_of(block.name))
    return curve is not None and tracks.is_left_alone(layer, curve)


def is_free(key: bpy.types.Key, block: bpy.types.ShapeKey) -> bool:
    """Whether a shape key may be keyed."""
    return not is_locked(key, block) and not keying.has_driver(key, block.name)


def _owner(character: Character, key: bpy.types.Key) -> str:
    return next(mesh.name for mesh in character.meshes if keys_of(mesh) == key)


def refuse_tweaking(character: Character) -> None:
    """Raise RigError while the artist edits an NLA strip of this face: its action is not the face's own then."""
    for mesh in character.meshes:
        data = keys_of(mesh).animation_data
        if data is not None and data.use_tweak_mode:
            raise RigError(f"An NLA strip of '{mesh.name}' is being edited; leave that (Tab in the NLA editor) first.")


def own_linked_meshes(character: Character) -> Character:
    """Override the mesh data that an overridden object still takes from its library; keys on that would be lost."""
    for mesh in character.meshes:
        data: Any = mesh.data
        if data.library is not None:
            mesh.data = data.override_create(remap_local_usages=False)
    return character


def jaw_bones(character: Character) -> tuple[str, ...]:
    """Sentences on meshes whose jaw or teeth follow a bone, which shape keys do not move."""
    rig = character.face.find_armature()
    if rig is None:
        return ()
    armature: Any = rig.data
    bones = [bone.name for bone in armature.bones if bone.use_deform and _is_jaw(bone.name)]
    found = []
    for bone in bones:
        held = [part.name for part in rig.children_recursive if part.type == "MESH" and bone in part.vertex_groups]
        if held:
            found.append(f"The bone '{bone}' moves {', '.join(held)}, and shape keys do not move it.")
    return tuple(found)


def _is_jaw(name: str) -> bool:
    return any(word in name.lower() for word in JAW_BONES)
