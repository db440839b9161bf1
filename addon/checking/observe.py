"""What is shown of a face, frame by frame: its shape keys as Blender evaluates them, whatever moves them."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import bpy
import numpy as np
from numpy.typing import NDArray

from ...engine.check.seen import SeenPart
from ...engine.errors import RigError
from ...engine.progress import Progress
from ...engine.rig import KeyInfo
from ..character.scene import Character, keys_of, shapes

AT_A_TIME = 0.1  # seconds between two yields, after each of which the scene is as it was
DIGITS = 4  # of a limit or a value at rest, as for the keys that a sync writes

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Look:
    """What is to be looked at: the scene, the face's meshes and their shape keys by name (an undo may come between).

    `quiet` [frames]: where nobody speaks, so that the mouth is at rest.
    """

    scene: str
    meshes: tuple[tuple[str, str | None], ...]
    names: frozenset[str]
    frames: Floats
    quiet: Flags


@dataclass(frozen=True, slots=True)
class Shown:
    """What was seen: a part for each mesh, and what could not be looked at."""

    parts: tuple[SeenPart, ...]
    notes: tuple[str, ...]


def observe(character: Character, look: Look) -> Generator[Progress, None, Shown]:
    """Look at each frame of a face. Whenever it yields, and after it, the scene is exactly as it was.

    A mesh that is hidden in renders is left out, where others are not; so is one that no view layer evaluates. Raises
    RigError where no mesh is left, or the face changes meanwhile.
    """
    from .untouched import as_it_was

    notes: list[str] = []
    meshes = _rendered(character, look, notes)
    rows: dict[str, list[Floats]] = {mesh.name: [] for mesh in meshes}
    done, count = 0, len(look.frames)
    while done < count:
        yield Progress("Looking", done / count)
        home = _scene(look)
        meshes = [_mesh(look, address) for address in look.meshes if address[0] in rows]
        until = time.perf_counter() + AT_A_TIME
        with as_it_was(home, [mesh for mesh in meshes if mesh.hide_viewport]):
            for frame in look.frames[done:]:
                _set(home, float(frame))
                _read(home, meshes, rows)
                done += 1
                if time.perf_counter() >= until:
                    break
    return Shown(tuple(_parts(meshes, look, rows, notes)), tuple(notes))


def _scene(look: Look) -> bpy.types.Scene:
    found: bpy.types.Scene | None = bpy.data.scenes.get(look.scene)
    if found is None:
        raise RigError(f"The scene '{look.scene}' is gone; start the check again.")
    return found


def _mesh(look: Look, address: tuple[str, str | None]) -> Any:
    found: Any = bpy.data.objects.get(address)  # type: ignore[call-overload]
    if found is None or keys_of(found) is None:
        raise RigError(f"'{address[0]}' changed while it was looked at; start the check again.")
    return found


def _set(home: bpy.types.Scene, frame: float) -> None:
    whole = int(np.floor(frame))
    home.frame_set(whole, subframe=min(frame - whole, 0.9999))


def _rendered(character: Character, look: Look, notes: list[str]) -> list[Any]:
    """The meshes of the mouth that are in the picture; all of them where none is."""
    home = _scene(look)
    meshes = [_mesh(look, address) for address in look.meshes]
    hidden = [mesh for mesh in meshes if is_hidden(mesh, home)]
    if len(hidden) == len(meshes):
        notes.append(f"'{character.name}' is hidden in renders; it was looked at all the same.")
        return meshes
    notes += [f"'{mesh.name}' is hidden in renders and was not looked at." for mesh in hidden]
    return [mesh for mesh in meshes if mesh not in hidden]


def is_hidden(mesh: Any, home: bpy.types.Scene) -> bool:
    """Whether no render shows a mesh: it, or each collection of the scene that it is in, is hidden there."""
    if mesh.hide_render:
        return True
    return not any(mesh.name in collection.objects for collection in _shown_in(home.collection))


def _shown_in(collection: Any) -> Iterator[Any]:
    if collection.hide_render:
        return
    yield collection
    for child in collection.children:
        yield from _shown_in(child)


def _read(home: bpy.types.Scene, meshes: Sequence[Any], rows: dict[str, list[Floats]]) -> None:
    """One more row of what each mesh shows; of a mesh that nobody evaluates none."""
    graphs = [layer.depsgraph for layer in _layers(home) if layer.depsgraph is not None]
    for mesh in meshes:
        key = next((one for graph in graphs if (one := keys_of(mesh).evaluated_get(graph)).is_evaluated), None)
        if key is not None:
            rows[mesh.name].append(_weights(mesh, key))


def _layers(home: bpy.types.Scene) -> list[Any]:
    """The view layers of a scene, the one that is shown first."""
    layers: list[Any] = list(home.view_layers)
    return sorted(layers, key=lambda layer: (layer != bpy.context.view_layer, not layer.use))


def _weights(mesh: Any, key: Any) -> Floats:
    """How much of each shape key is shown, in the order of the key's blocks."""
    blocks = key.key_blocks
    values, muted = np.zeros(len(blocks), np.float32), np.zeros(len(blocks), bool)
    blocks.foreach_get("value", values)
    blocks.foreach_get("mute", muted)
    if mesh.show_only_shape_key:
        values[:] = 0.0
        values[min(mesh.active_shape_key_index, len(blocks) - 1)] = 1.0
    shown: Floats = np.where(muted, 0.0, values).astype(np.float64)
    return shown


def _parts(meshes: Sequence[Any], look: Look, rows: dict[str, list[Floats]], notes: list[str]) -> Iterator[SeenPart]:
    """What was seen of each mesh. Raises RigError where nothing was."""
    whole = [mesh for mesh in meshes if len(rows[mesh.name]) == len(look.frames)]
    for mesh in meshes:
        if mesh not in whole:
            notes.append(f"'{mesh.name}' is in no view layer that is evaluated, and was not looked at.")
        elif mesh.show_only_shape_key:
            notes.append(f"'{mesh.name}' shows one shape key alone; switch off its Shape Key Lock (the pin).")
    if not whole:
        raise RigError("No view layer of this scene shows the face; switch its collection on in one.")
    for mesh in whole:
        yield _part(mesh, np.array(rows[mesh.name]), look)


def _part(mesh: Any, values: Floats, look: Look) -> SeenPart:
    key = keys_of(mesh)
    order = {block.name: index for index, block in enumerate(key.key_blocks)}
    own = [block for block in shapes(key) if block.name in look.names]
    columns = values[:, [order[block.name] for block in own]]
    infos = [_info(block, column, look.quiet) for block, column in zip(own, columns.T, strict=True)]
    return SeenPart(mesh.name, tuple(infos), columns)


def _info(block: Any, values: Floats, quiet: Flags) -> KeyInfo:
    """A key with its limits and its value at rest: what it mostly is where nobody speaks, else none."""
    least, most = round(block.slider_min, DIGITS), round(block.slider_max, DIGITS)
    rest = float(np.median(values[quiet])) if quiet.any() else min(max(0.0, least), most)
    return KeyInfo(block.name, least, most, round(rest, DIGITS))
