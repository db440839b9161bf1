"""Pictures of a face: light, camera and engine, frames, and a movie of them with its sound."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import bpy
from head.materials import linear

BACKGROUND = "#B9C7CF"
FACE = (0.0, -0.055, -0.02)  # metres: what the camera looks at

SIZES = (512, 448, 384, 320, 256)  # pixels


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
        scene.cycles.denoising_quality = scene.cycles.denoising_prefilter = "FAST"
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
    _seen_brighter(world.node_tree, ground.inputs[1])
    _area(scene, "key", (0.7, -1.1, 0.75), 0.6, 15.0, "#FFEBD8")
    _area(scene, "fill", (-1.0, -0.9, 0.1), 0.9, 4.5, "#D5E6FF")
    _area(scene, "rim", (-0.6, 0.9, 0.8), 0.5, 10.0, "#FFFFFF")
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


def fit(scene: Any, count: int, budget: float, folder: Path) -> int:
    """Set the largest of SIZES at which `count` frames take at most `budget` seconds, judged by trial frames.

    The first frame of an engine is slow and does not count. Gives the size in pixels.
    """
    _set_size(scene, SIZES[-1])
    seconds = []
    for name in ("warm.png", "trial.png", "trial.png"):
        begun = time.perf_counter()
        _picture(scene, folder / name)
        seconds.append(time.perf_counter() - begun)
    share = count * min(seconds[1:]) / budget
    size = next((size for size in SIZES if (size / SIZES[-1]) ** 2 * share <= 1.0), SIZES[-1])
    _set_size(scene, size)
    return size


def frames(scene: Any, needed: set[int], last: int, budget: float, folder: Path) -> Iterator[dict[int, Path]]:
    """Render the `needed` frames and, as far as `budget` seconds allow, all others of 1..last, evenly spread first.

    Gives after each picture all that are there, by frame.
    """
    begun = time.perf_counter()
    done: dict[int, Path] = {}
    for number in _order(needed | {1}, last):
        if number not in needed | {1} and time.perf_counter() - begun > budget:
            return
        scene.frame_set(number)
        done[number] = folder / f"frame_{number:05d}.png"
        _picture(scene, done[number])
        yield done


def _order(needed: set[int], last: int) -> list[int]:
    """The needed frames, then every eighth of the rest, every fourth, every second, all."""
    rest = [number for step in (8, 4, 2, 1) for number in range(1, last + 1, step)]
    return list(dict.fromkeys([*sorted(needed), *rest]))


def movie(pictures: Sequence[Path], sound: Path, path: Path, fps: float, delay: float = 0.0) -> None:
    """Join pictures of one size and a sound into an MP4 at `path`; the sound begins `delay` seconds into it."""
    scene = bpy.data.scenes.new("movie")
    with_size = bpy.data.images.load(str(pictures[0]))
    scene.render.resolution_x, scene.render.resolution_y = with_size.size
    bpy.data.images.remove(with_size)
    scene.render.fps = math.ceil(fps - 1e-6)
    scene.render.fps_base = scene.render.fps / fps
    scene.frame_start, scene.frame_end = 1, len(pictures)
    scene.view_settings.view_transform = "Standard"
    editor = scene.sequence_editor_create()
    strips = editor.strips if hasattr(editor, "strips") else editor.sequences
    strip = strips.new_image("pictures", str(pictures[0]), channel=1, frame_start=1)
    for picture in pictures[1:]:
        strip.elements.append(picture.name)
    strip.frame_final_duration = len(pictures)
    strips.new_sound("sound", str(sound), channel=2, frame_start=1 + round(delay * fps))
    aside = path.with_name(f"{path.stem}.part{path.suffix}")
    _as_video(scene, aside)
    bpy.ops.render.render(animation=True, scene=scene.name)
    aside.replace(path)


def _as_video(scene: Any, path: Path) -> None:
    settings = scene.render.image_settings
    if hasattr(settings, "media_type"):  # from 5.0 on it comes before the format
        settings.media_type = "VIDEO"
    settings.file_format = "FFMPEG"
    scene.render.ffmpeg.format = "MPEG4"
    scene.render.ffmpeg.codec = "H264"
    scene.render.ffmpeg.constant_rate_factor = "HIGH"
    scene.render.ffmpeg.audio_codec = "AAC"
    scene.render.ffmpeg.audio_bitrate = 160
    scene.render.use_file_extension = False
    scene.render.use_sequencer = True
    scene.render.filepath = str(path)


def _set_size(scene: Any, size: int) -> None:
    scene.render.resolution_x = scene.render.resolution_y = size
    scene.render.resolution_percentage = 100


def _picture(scene: Any, path: Path) -> None:
    scene.render.image_settings.file_format = "PNG"
    scene.render.filepath = str(path)
    bpy.ops.render.render(write_still=True, scene=scene.name)


def _seen_brighter(tree: Any, strength: Any) -> None:
    """The world lights with 0.62 of what the camera sees of it."""
    ray, factor = tree.nodes.new("ShaderNodeLightPath"), tree.nodes.new("ShaderNodeMath")
    factor.operation = "MULTIPLY_ADD"
    factor.inputs[1].default_value, factor.inputs[2].default_value = 0.38, 0.62
    tree.links.new(ray.outputs["Is Camera Ray"], factor.inputs[0])
    tree.links.new(factor.outputs[0], strength)


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
    shading.light, shading.studio_light, shading.color_type = "STUDIO", "paint.sl", "MATERIAL"
    shading.show_cavity, shading.cavity_type = True, "WORLD"
    shading.show_shadows = False
    shading.show_specular_highlight = True
    scene.display.render_aa = "8"
