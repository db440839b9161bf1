"""The face that is about to speak: its rig, the keys that may be driven, and the lines they get."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import bpy
import numpy as np

from ...engine.acting.values import Acting
from ...engine.errors import RigError
from ...engine.languages import Language
from ...engine.mouth import Controls, FaceCurves
from ...engine.progress import Progress, scaled
from ...engine.rig import CHANNELS, Binding, Grid, KeyCurve, KeyInfo, means_of
from ...engine.take import Take
from .. import props
from ..keys import ground
from ..lines import spans
from ..sound.strips import Placement
from . import scene
from .profiles import AUTO, Fitted, fit
from .scene import Character

if TYPE_CHECKING:
    from ...engine.delivery import Delivery

DIGITS = 4  # of a resting value, so that meshes which agree but for rounding share their curves
MOST_NAMED = 3  # shape keys named in a note

Curves = dict[KeyInfo, KeyCurve | None]


@dataclass(frozen=True, slots=True)
class Speaker:
    """A character with its rig. `binding` drives only what may be keyed."""

    character: Character
    fitted: Fitted
    binding: Binding
    notes: tuple[str, ...]


def find_speaker(thing: bpy.types.Object | None, home: bpy.types.Scene, rig: str = "") -> Speaker:
    """The speaker that an object belongs to. Raises RigError, with what to do, where it cannot speak."""
    character = scene.find_character(thing, home)
    scene.refuse_tweaking(character)
    face: Any = character.face
    corrections = props.corrections(character.face) if not rig else {}
    fitted = fit(character.names, rig or face.lockstep_rig or AUTO, corrections)
    if not fitted.binding.names:
        raise RigError(
            f"No shape key of '{character.name}' is bound to the rig; correct its rows or choose another rig."
        )
    free = {block.name for key, block in scene.blocks(character) if scene.is_free(key, block)}
    binding = fitted.binding.on(free)
    if not any(row.makes for row in binding.rows):
        raise RigError(
            f"All mouth shapes of '{character.name}' follow drivers or are locked or muted; "
            "free them, or key what drives them."
        )
    return Speaker(character, fitted, binding, tuple(_notes(character, fitted)))


def _notes(character: Character, fitted: Fitted) -> Iterator[str]:
    found = scene.obstacles(character, _mouth_names(fitted.binding))
    if found.driven:
        yield f"{_some(found.driven)} follow a driver, which rules them; they are not keyed."
    if found.locked:
        yield f"{_some(found.locked)} are locked or muted; they are left alone."
    yield from scene.jaw_bones(character)


def _some(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _mouth_names(binding: Binding) -> list[str]:
    """The shape keys that belong to the mouth; a profile may know others by name only."""
    return [name for row in binding.rows if row.makes or row.rest for name in row.names]


def speech_names(binding: Binding) -> list[str]:
    """The shape keys of the mouth alone, which a line without acting moves or puts to rest."""
    mouth = set(CHANNELS)
    return [name for row in binding.rows if row.rest or mouth & set(row.makes) for name in row.names]


def key_infos(speaker: Speaker, frame: float) -> Iterator[tuple[bpy.types.Key, KeyInfo]]:
    """Every shape key that may be moved from `frame` on, with its limits and its value at rest."""
    names = {*_mouth_names(speaker.binding), *speaker.binding.expression_names}
    frame = spans.quiet_frame(speaker.character.face, frame)
    for key, block in scene.blocks(speaker.character):
        if block.name in names and scene.is_free(key, block):
            rest = round(ground.resting(speaker.character, key, block.name, frame), DIGITS)
            yield key, KeyInfo(block.name, round(block.slider_min, DIGITS), round(block.slider_max, DIGITS), rest)


def perform_take(
    take: Take,
    language: Language,
    speaker: Speaker,
    controls: Controls,
    grid: Grid,
    placed: Placement,
    acting: Acting,
    delivery: Delivery | None = None,
) -> Generator[Progress, None, tuple[Curves, FaceCurves, tuple[str, ...]]]:
    """The curves of all shape keys, in seconds of the take, the face that they show, and what a delivery saved.

    `placed`: where its sound stands. A key of the mouth that never moves has None for its curve; keys of brows, eyes
    and the like that no acting moves are the artist's own and left out. Changes nothing. Raises RigError, UsageError.
    """
    from ...engine.delivery import reduce_keys
    from ...engine.perform import face_curves, face_keys

    yield Progress("mouth", 0.0)
    face = face_curves(take, language, controls, acting, means_of(speaker.binding))
    found: Curves = {}
    notes: tuple[str, ...] = ()
    mouth = set(speech_names(speaker.binding))
    turns = list(rounds([info for _, info in key_infos(speaker, sound_frames(placed)[0])]))
    for number, infos in enumerate(turns):
        work = face_keys(face, speaker.binding, infos, grid)
        curves = yield from scaled(work, number / len(turns), (number + 1) / len(turns))
        if delivery is not None:
            reduced = reduce_keys(curves, speaker.binding, infos, face.contacts, grid, delivery)
            curves, notes = reduced.curves, notes or reduced.savings.lines()  # later rounds: the same on other meshes
        spoken = {curve.name: curve for curve in curves}
        found |= {info: spoken.get(info.name) for info in infos if info.name in spoken or info.name in mouth}
    return found, face, notes


def rounds(infos: Sequence[KeyInfo]) -> Iterator[list[KeyInfo]]:
    """The keys with each name once; meshes whose key of that name has other limits or rest come in further rounds."""
    variants: dict[str, list[KeyInfo]] = {}
    for info in dict.fromkeys(infos):
        variants.setdefault(info.name, []).append(info)
    for number in range(max(map(len, variants.values()), default=0)):
        yield [found[min(number, len(found) - 1)] for found in variants.values()]


def sound_frames(placed: Placement) -> tuple[float, float]:
    """The whole frames between which a sound lies."""
    return float(np.floor(placed.frame(placed.start) + 1e-4)), float(np.ceil(placed.frame(placed.stop) - 1e-4))


def check_unchanged(curves: Mapping[KeyInfo, KeyCurve | None], speaker: Speaker, placed: Placement) -> None:
    """Raise RigError where the face is no longer the one that `curves` were computed for."""
    mouth = set(speech_names(speaker.binding))
    if any(info not in curves for _, info in key_infos(speaker, sound_frames(placed)[0]) if info.name in mouth):
        raise RigError(f"'{speaker.character.name}' changed while it was computed; start the sync again.")


def with_own_meshes(speaker: Speaker) -> Speaker:
    """The speaker, once overridden objects have mesh data of their own."""
    return replace(speaker, character=scene.own_linked_meshes(speaker.character))
