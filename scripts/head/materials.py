"""The head's materials: one look for Cycles and EEVEE, one colour for the plain viewport and Workbench."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import bpy


@dataclass(frozen=True)
class Look:
    """Colour as sRGB hex, roughness 0..1, light passing under the skin 0..1, clear coat 0..1, own light."""

    colour: str
    roughness: float = 0.5
    under_skin: float = 0.0
    coat: float = 0.0
    glow: float = 0.0


LOOKS = {
    "skin": Look("#E8AE8C", 0.52),
    "lips": Look("#C4605A", 0.36, 0.0, 0.15),
    "mouth": Look("#5E1A1C", 0.45),
    "teeth": Look("#FBF4E6", 0.22, 0.0, 0.3),
    "gums": Look("#C25F62", 0.35),
    "tongue": Look("#E08C88", 0.38, 0.0, 0.2),
    "sclera": Look("#F7F4EF", 0.18, 0.0, 0.5),
    "iris": Look("#2F7F86", 0.15, 0.0, 0.6, 0.05),
    "iris_inner": Look("#6FC0AE", 0.15, 0.0, 0.6, 0.08),
    "iris_rim": Look("#123A45", 0.15, 0.0, 0.6),
    "pupil": Look("#050608", 0.08, 0.0, 0.6),
    "glint": Look("#FFFFFF", 0.1, 0.0, 0.0, 2.5),
    "hair": Look("#5A3322", 0.55),
    "lashes": Look("#1B1110", 0.6),
    "real_skin": Look("#C99A82", 0.48, 0.2),
    "real_iris": Look("#4A3423", 0.12, 0.0, 0.6),
    "shirt": Look("#3E6C8F", 0.8),
}


def material(name: str) -> Any:
    """The material of that name, made at its first use in this file."""
    found = bpy.data.materials.get(f"lockstep_{name}")
    if found is not None:
        return found
    look = LOOKS[name]
    made = bpy.data.materials.new(f"lockstep_{name}")
    colour = linear(look.colour)
    made.diffuse_color = (*colour, 1.0)
    made.roughness = look.roughness
    if made.node_tree is None:  # always there from 5.0 on
        made.use_nodes = True
    shader = next(node for node in made.node_tree.nodes if node.type == "BSDF_PRINCIPLED")
    shader.inputs["Base Color"].default_value = (*colour, 1.0)
    shader.inputs["Roughness"].default_value = look.roughness
    shader.inputs["Subsurface Weight"].default_value = look.under_skin
    shader.inputs["Subsurface Radius"].default_value = (1.0, 0.35, 0.2)
    shader.inputs["Subsurface Scale"].default_value = 0.006
    shader.inputs["Coat Weight"].default_value = look.coat
    shader.inputs["Emission Color"].default_value = (*colour, 1.0)
    shader.inputs["Emission Strength"].default_value = look.glow
    return made


def linear(colour: str) -> tuple[float, float, float]:
    """sRGB hex ("#RRGGBB") as linear red, green, blue."""
    parts = (int(colour[i : i + 2], 16) / 255.0 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return red, green, blue
