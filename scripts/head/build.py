"""The demo head as Blender objects."""

from __future__ import annotations

from typing import Any

import bpy
import numpy as np

from .geometry import parts
from .materials import material
from .part import Part, Shapes
from .schemes import METAHUMAN_PREFIX, QUARTERS, TOGETHER, shapes_of


def build_head(scheme: str = "arkit", name: str = "Hannah", collection: Any = None) -> dict[str, Any]:
    """Build the head in `collection` (the scene's own by default) and give its objects by part name.

    `scheme` is one of `schemes.SCHEMES`; every object is named '<name>_<part>', the parts hang from `<name>_head`.
    All shape keys are at 0. Raises ValueError for a scheme that is not there.
    """
    shapes = {part.name: shapes_of(part, scheme) for part in parts()}
    made = {part.name: add_part(part, shapes[part.name], name, collection) for part in parts()}
    for part_name, thing in made.items():
        if part_name != "head":
            thing.parent = made["head"]
    if scheme == "metahuman":
        _combine(made["head"])
    return made


def add_part(part: Part, shapes: Shapes, name: str, collection: Any = None) -> Any:
    """One part as the object '<name>_<part>', its keys at 0."""
    mesh = bpy.data.meshes.new(f"{name}_{part.name}")
    mesh.from_pydata(part.vertices.tolist(), [], [list(face) for face in part.faces])
    for wanted in part.materials:
        mesh.materials.append(material(wanted))
    mesh.polygons.foreach_set("material_index", part.face_material)
    mesh.polygons.foreach_set("use_smooth", np.ones(len(part.faces), bool))
    mesh.update()
    thing = bpy.data.objects.new(mesh.name, mesh)
    (collection or bpy.context.scene.collection).objects.link(thing)
    for group, members in part.groups.items():
        thing.vertex_groups.new(name=group).add(members, 1.0, "REPLACE")
    if shapes:
        _add_keys(thing, part, shapes)
    return thing


def _add_keys(thing: Any, part: Part, shapes: Shapes) -> None:
    thing.shape_key_add(name="Basis", from_mix=False).value = 0.0
    for name, offsets in shapes.items():
        key = thing.shape_key_add(name=name, from_mix=False)
        key.value = 0.0  # from 5.0 on a new key stands at 1
        key.data.foreach_set("co", (part.vertices + offsets).astype(np.float32).ravel())
    thing.data.shape_keys.name = thing.name


def _combine(head: Any) -> None:
    """Drive the corrective key as MetaHuman's rig does: jaw times lips together."""
    keys = head.data.shape_keys
    driver = keys.key_blocks[TOGETHER].driver_add("value").driver
    driver.type = "SCRIPTED"
    names = {"jaw": "jawOpen"} | {place: f"mouthLipsTogether{place}" for place in QUARTERS}
    for short, wanted in names.items():
        variable = driver.variables.new()
        variable.name = short
        variable.targets[0].id_type = "KEY"
        variable.targets[0].id = keys
        variable.targets[0].data_path = f'key_blocks["{METAHUMAN_PREFIX}{wanted}"].value'
    driver.expression = f"jaw * ({' + '.join(QUARTERS)}) / 4"
