"""Light, camera and engine for a picture of a face."""

from __future__ import annotations

import math
from typing import Any

import bpy
from head.materials import linear

BACKGROUND = "#B9C7CF"
FACE = (0.0, -0.055, -0.02)  # metres: what the camera looks at


def engine(scene: Any, name: str, samples: int) -> None:
    """Set the render engine ('CYCLES', 'EEVEE' or 'BLENDER_WORKBENCH') with its cheapest settings that look good."""
    if name == "EEVEE":
        known = {item.identifier for item in scene.render.bl_rna.properties["engine"].enum_items}
        name = "BLENDER_EEVEE_NEXT" if "BLENDER_EEVEE_NEXT" in known else "BLENDER_EEVEE"
        scene.eevee.taa_render_samples = samples
    scene.render.engine = name
    if name == "CYCLES":
        scene.cycles.samples = samples
        scene.cycles.use_denoising = True
        scene.cycles.max_bounces = 3
    elif name == "BLENDER_WORKBENCH":
        _workbench(scene)


def light(scene: Any) -> None:
    """A warm key light, a cool fill and a rim light, before a plain background."""
    world = bpy.data.worlds.new("studio")
    scene.world = world
    world.color = linear(BACKGROUND)
    if world.node_tree is None:
        world.use_nodes = True
    ground = next(node for node in world.node_tree.nodes if node.type == "BACKGROUND")
    ground.inputs[0].default_value = (*linear(BACKGROUND), 1.0)
    ground.inputs[1].default_value = 0.75
    _area(scene, "key", (0.7, -1.1, 0.75), 0.6, 22.0, "#FFE6CC")
    _area(scene, "fill", (-1.0, -0.9, 0.1), 0.9, 7.0, "#D5E6FF")
    _area(scene, "rim", (-0.6, 0.9, 0.8), 0.5, 9.0, "#FFFFFF")
    scene.view_settings.view_transform = "Standard"


def camera(scene: Any) -> Any:
    """A portrait lens, as the scene's camera."""
    lens = bpy.data.cameras.new("portrait")
    lens.lens, lens.clip_start = 80.0, 0.01
    thing = bpy.data.objects.new("portrait", lens)
    scene.collection.objects.link(thing)
    scene.camera = thing
    return thing


def aim(thing: Any, turn: float, distance: float, height: float = FACE[2]) -> None:
    """Place the camera `turn` radians around the face (toward its left), `distance` metres away, level at `height`."""
    thing.location = (FACE[0] + math.sin(turn) * distance, FACE[1] - math.cos(turn) * distance, height)
    thing.rotation_euler = (math.pi / 2, 0.0, turn)


def _area(scene: Any, name: str, place: tuple[float, float, float], size: float, power: float, colour: str) -> None:
    lamp = bpy.data.lights.new(name, "AREA")
    lamp.size, lamp.energy, lamp.color = size, power, linear(colour)
    thing = bpy.data.objects.new(name, lamp)
    thing.location = place
    x, y, z = (target - at for target, at in zip(FACE, place, strict=True))
    thing.rotation_euler = (math.atan2(math.hypot(x, y), -z), 0.0, math.atan2(-x, y))
    scene.collection.objects.link(thing)


def _workbench(scene: Any) -> None:
    shading = scene.display.shading
    shading.light, shading.color_type = "STUDIO", "MATERIAL"
    shading.show_cavity, shading.cavity_type = True, "WORLD"
    shading.show_shadows = False
    shading.show_specular_highlight = True
    scene.display.render_aa = "8"
