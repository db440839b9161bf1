"""Bones that turn a character's head and eyes: which they are, and about which of their own axes they turn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import bpy
from mathutils import Matrix, Vector

from . import tracks

HEADS, EYES = frozenset({"head"}), frozenset({"eye", "eyes"})
KANJI = {"頭": ("head", ""), "左目": ("eye", "l"), "右目": ("eye", "r"), "両目": ("eyes", "")}  # names of MMD's bones
RIGIFY_HEAD = "spine.006"  # of a metarig, where no bone is named for the head
SIDES = {"l": "l", "left": "l", "r": "r", "right": "r"}
CONTROLS = frozenset({"c", "ctrl", "ctl", "control", "con", "cnt", "master"})
MECHANISM = frozenset({"mch", "org", "vis", "wgt"})
LEFT_OUT = MECHANISM | frozenset(
    {*("jaw", "teeth", "tongue", "chin", "lip", "lips", "mouth", "lid", "lids", "brow", "brows", "lash", "lashes")}
    | {*("top", "end", "tip", "nub", "target", "tgt", "aim", "look", "lookat", "pole", "parent", "pivot", "scale")}
    | {*("hair", "hat", "ear", "ears", "neck", "twist", "stretch", "tweak", "corner", "socket", "spec", "light")}
)
COPYING = frozenset({"COPY_ROTATION", "COPY_TRANSFORMS", "CHILD_OF", "ARMATURE"})
TURNING = COPYING | {"TRACK_TO", "DAMPED_TRACK", "LOCKED_TRACK", "IK", "SPLINE_IK", "TRANSFORM", "ACTION", "PIVOT"}
TURNING |= {"STRETCH_TO", "CLAMP_TO", "FOLLOW_PATH"}
OURS = "Lockstep"  # the constraint that turns a bone
GRAVITY = 0.6  # weight of what is up in the scene, beside what is up in the body
SNAP = 0.966  # cosine (15 degrees) within which an axis of the body is one of the armature's


@dataclass(frozen=True, slots=True)
class Turned:
    """A bone, and its own axes (in its rest, unit length) through the ears to the left, and upwards."""

    name: str
    left: Vector
    up: Vector

    def angles(self, down: float, aside: float) -> tuple[float, float, float]:
        """Euler XYZ (radians) in the bone's space, bowed by `down` and turned to its left by `aside` (radians)."""
        turn = Matrix.Rotation(aside, 3, self.up) @ Matrix.Rotation(down, 3, self.left)
        found = turn.to_euler("XYZ")
        return found.x, found.y, found.z


@dataclass(frozen=True, slots=True)
class Sought:
    """Bones that were looked for: those that may be turned, and for each one that may not the words of why."""

    bones: tuple[Turned, ...] = ()
    notes: tuple[str, ...] = ()


def head(rig: bpy.types.Object) -> Sought:
    """The bone of the head, a control before one that deforms."""
    best = _best(rig, HEADS, "")
    if best is None and RIGIFY_HEAD in rig.pose.bones:
        best = rig.pose.bones[RIGIFY_HEAD]
    return _sought(rig, [] if best is None else [best])


def eyes(rig: bpy.types.Object) -> Sought:
    """The bones of both eyes, or the one that turns both."""
    pair = [found for side in "lr" if (found := _best(rig, EYES, side)) is not None]
    both = _best(rig, EYES, "") if len(pair) < 2 else None
    return _sought(rig, pair if both is None else [both])


def _sought(rig: Any, bones: list[Any]) -> Sought:
    notes = [f"The bone '{bone.name}' {why}" for bone in bones if (why := _hindrance(rig, bone))]
    free = [bone for bone in bones if not _hindrance(rig, bone)]
    if not free or notes:
        return Sought((), tuple(notes))
    left, up = _axes(rig, free[0])
    return Sought(tuple(_turned(bone, left, up) for bone in free))


def _turned(bone: Any, left: Vector, up: Vector) -> Turned:
    own = bone.bone.matrix_local.to_3x3().inverted()
    return Turned(bone.name, (own @ left).normalized(), (own @ up).normalized())


# Which bone


def _best(rig: Any, wanted: frozenset[str], side: str) -> Any:
    """The bone that turns what is `wanted` on a side ('l', 'r', '' for the middle); None without one."""
    found = [bone for bone in rig.pose.bones if _is_named(bone.name, wanted, side) and _drives(rig, bone)]
    return min(found, key=lambda bone: _rank(rig, bone), default=None)


def words(name: str) -> tuple[str, ...]:
    """The words of a bone's name in lower case, its side as 'l' or 'r': 'mixamorig:LeftEye' is mixamorig, l, eye."""
    if name in KANJI:
        return tuple(word for word in KANJI[name] if word)
    found = [word.casefold() for word in tracks.WORD.findall(name)]
    return tuple(SIDES.get(word, word) for word in found)


def _is_named(name: str, wanted: frozenset[str], side: str) -> bool:
    own = set(words(name))
    return bool(own & wanted) and not own & LEFT_OUT and own & {"l", "r"} == set(side)


def _rank(rig: Any, bone: Any) -> tuple[bool, bool, bool, int, int]:
    own = words(bone.name)
    control = bone.custom_shape is not None or bool(CONTROLS & set(own))
    return _hindrance(rig, bone) != "", "def" in own, not control, len(own), len(bone.parent_recursive)


def _drives(rig: Any, bone: Any) -> bool:
    """Whether a mesh follows a bone: it deforms, or one below it does, or one that copies it."""
    if any(one.bone.use_deform for one in (bone, *bone.children_recursive)):
        return True
    followed = {bone.name, *(one.name for one in bone.children_recursive)}
    return any(_copies(one, rig, followed) for one in rig.pose.bones)


def _copies(bone: Any, rig: Any, followed: set[str]) -> bool:
    for constraint in bone.constraints:
        if constraint.type == "ARMATURE":
            pairs = [(target.target, target.subtarget) for target in constraint.targets]
        else:
            pairs = [(getattr(constraint, "target", None), getattr(constraint, "subtarget", ""))]
        if constraint.type in COPYING and any(thing == rig and name in followed for thing, name in pairs):
            return True
    return False


def _hindrance(rig: Any, bone: Any) -> str:
    """Why a bone is not turned, as the end of a sentence; '' where nothing is in the way."""
    if any(bone.lock_rotation):
        return "has its rotation locked"
    data = rig.animation_data
    start = tracks.bone_path(bone.name, "rotation")
    if data is not None and any(driver.data_path.startswith(start) for driver in data.drivers):
        return "follows a driver"
    for constraint in bone.constraints:
        if (
            constraint.type in TURNING
            and constraint.name != OURS
            and not constraint.mute
            and constraint.influence > 0.0
        ):
            return f"is turned by its constraint '{constraint.name}'"
    return ""


# Which axes


def _axes(rig: Any, bone: Any) -> tuple[Vector, Vector]:
    """The body's left and up at rest, in the armature's space.

    Up is Z, or Y as in rigs that came from FBX: by the way from the root to the bone, and by what is up in the scene.
    Left is from the bones of the right to those of the left; without such, X: characters look along -Y.
    """
    up = _up(rig, bone)
    aside = _middle(rig, "l") - _middle(rig, "r")
    aside -= up * aside.dot(up)
    if aside.length < 1e-3 * max(1e-6, float(bone.bone.length)):
        return Vector((1.0, 0.0, 0.0)), up
    return _snapped(aside.normalized()), up


def _up(rig: Any, bone: Any) -> Vector:
    chain = [bone, *bone.parent_recursive]
    way = chain[0].bone.head_local - chain[-1].bone.head_local
    if way.length < 0.5 * bone.bone.length:
        way = bone.bone.tail_local - bone.bone.head_local
    sky = rig.matrix_world.to_3x3().inverted_safe() @ Vector((0.0, 0.0, 1.0))
    wanted = way.normalized() + GRAVITY * sky.normalized()
    return max((Vector((0.0, 0.0, 1.0)), Vector((0.0, 1.0, 0.0))), key=wanted.dot)


def _middle(rig: Any, side: str) -> Vector:
    places = list(_places(rig.data.bones, side))
    return sum(places, Vector()) / max(1, len(places))


def _places(bones: Iterable[Any], side: str) -> Iterator[Vector]:
    """Where the bones of one side begin that have a like on the other."""
    twins = {"l": "r", "r": "l"}
    known = {tuple(words(bone.name)) for bone in bones}
    for bone in bones:
        own = words(bone.name)
        if side in own and tuple(twins.get(word, word) for word in own) in known:
            yield bone.head_local.copy()


def _snapped(axis: Vector) -> Vector:
    """The armature's own axis that a direction is meant to be, else the direction."""
    units = [Vector([sign * (number == at) for number in range(3)]) for at in range(3) for sign in (1.0, -1.0)]
    nearest = max(units, key=axis.dot)
    return nearest if axis.dot(nearest) >= SNAP else axis
