"""Small faces for tests: few vertices, many shape keys."""

from __future__ import annotations

import bpy

MOUTH = (
    *("jawOpen", "mouthClose", "mouthFunnel", "mouthPucker", "mouthRollLower", "mouthRollUpper", "mouthShrugLower"),
    *("mouthSmileLeft", "mouthSmileRight", "mouthStretchLeft", "mouthStretchRight", "mouthPressLeft"),
    *("mouthPressRight", "mouthUpperUpLeft", "mouthUpperUpRight", "mouthLowerDownLeft", "mouthLowerDownRight"),
    *("tongueOut", "mouthShrugUpper", "eyeBlinkLeft", "eyeBlinkRight", "browInnerUp"),
)
TEETH = ("jawOpen", "mouthClose")


def make_face(name="Face", keys=MOUTH, place=(0.0, 0.0, 0.0), size=1.0, parent=None, collection=None):
    """A tetrahedron with shape keys, in `collection` or the scene's own."""
    mesh = bpy.data.meshes.new(name)
    corners = [(0, 0, 0), (size, 0, 0), (0, size, 0), (0, 0, size)]
    mesh.from_pydata(corners, [], [(0, 1, 2), (0, 1, 3), (0, 2, 3), (1, 2, 3)])
    thing = bpy.data.objects.new(name, mesh)
    (collection or bpy.context.scene.collection).objects.link(thing)
    thing.location = place
    thing.parent = parent
    for key in ("Basis", *keys) if keys else ():
        block = thing.shape_key_add(name=key, from_mix=False)
        block.value = 0.0  # from 5.0 on a new key stands at 1
        block.data[3].co.z += 0.1
    bpy.context.view_layer.update()
    return thing


def make_rig(name="Rig", bones=("head",)):
    """An armature with some bones."""
    rig = bpy.data.objects.new(name, bpy.data.armatures.new(name))
    bpy.context.scene.collection.objects.link(rig)
    activate(rig)
    bpy.ops.object.mode_set(mode="EDIT")
    for bone in bones:
        rig.data.edit_bones.new(bone).tail = (0.0, 0.0, 1.0)
    bpy.ops.object.mode_set(mode="OBJECT")
    return rig


def bind_to(rig, mesh):
    """Let `mesh` follow `rig` through an armature modifier."""
    mesh.modifiers.new("Armature", "ARMATURE").object = rig


def activate(thing) -> None:
    """Make `thing` the active object."""
    for other in bpy.context.view_layer.objects:
        other.select_set(other == thing)
    bpy.context.view_layer.objects.active = thing


def block(thing, name: str):
    """A shape key of a mesh object."""
    return thing.data.shape_keys.key_blocks[name]


def curves(thing) -> dict[str, list[tuple[float, float]]]:
    """The keys of a mesh's shape keys: (frame, value) by the name of the shape key."""
    from lockstep.addon.keys import keying

    found = {}
    for one in thing.data.shape_keys.key_blocks:
        curve = keying.curve_of(thing.data.shape_keys, one.name)
        if curve is not None:
            found[one.name] = [(round(point.co[0], 3), round(point.co[1], 4)) for point in curve.keyframe_points]
    return found


def values(thing, name: str, frames) -> list[float]:
    """What a shape key's curve gives at `frames`."""
    from lockstep.addon.keys import keying

    curve = keying.curve_of(thing.data.shape_keys, name)
    return [curve.evaluate(frame) for frame in frames]


def fingerprint() -> dict[str, object]:
    """All that a sync could change in the file."""
    from lockstep.addon import compat
    from lockstep.addon.sound import strips

    return {
        "scenes": [
            (
                *(scene.name, scene.frame_start, scene.frame_end, scene.sync_mode, scene.lockstep.made),
                *(scene.lockstep.source, scene.lockstep.strip, scene.lockstep.notes, scene.frame_current),
                [(strip.name, compat.left_handle(strip), strip.channel) for strip in strips.sound_strips(scene)],
            )
            for scene in bpy.data.scenes
        ],
        "actions": sorted((action.name, tuple(action.frame_range)) for action in bpy.data.actions),
        "sounds": sorted(sound.name for sound in bpy.data.sounds),
        "meshes": sorted(mesh.name for mesh in bpy.data.meshes),
        "values": [
            (key.name, [block.value for block in key.key_blocks], key.animation_data is not None)
            for key in bpy.data.shape_keys
        ],
        "spans": [
            (thing.name, len(thing.lockstep_spans), [item.said for item in thing.lockstep_corrections])
            for thing in bpy.data.objects
        ],
    }
