"""A take performed by a face, computed and not yet written."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from typing import Any

from ...engine.acting.values import Acting
from ...engine.progress import Progress
from ...engine.take import Take
from .. import compat
from ..character.speaker import Speaker, perform_take
from ..keys.performed import Performance
from ..sound.strips import Placement
from .request import GRIDS, Request, scene_of

UNREDUCED = "film"  # keys as they are made


def perform_request(
    request: Request, speaker: Speaker, take: Take, placed: Placement, acting: Acting
) -> Generator[Progress, None, Performance]:
    """What the face does where it speaks `take`, whose sound stands at `placed`, as `request` asks. Changes nothing.

    Raises LanguageError, RigError, UsageError.
    """
    from ...engine.delivery import delivery_of
    from ...engine.languages import load

    language, grid = load(take.language), _grid(request, placed)
    delivery = None if request.medium == UNREDUCED else delivery_of(request.medium)
    work = perform_take(take, language, speaker, _at_speed(request, placed), grid, placed, acting, delivery)
    curves, face, notes = yield from work
    return Performance(curves, face, grid, language.name, notes)


def _grid(request: Request, placed: Placement) -> Any:
    from ...engine.rig import Grid

    mode, step = GRIDS[request.keys]
    whole = round(placed.frame(placed.start))
    return Grid(placed.rate, placed.seconds(whole) - placed.start, mode, step)


def _at_speed(request: Request, placed: Placement) -> Any:
    """The controls with their lead in milliseconds of the sound, which may be played faster or slower."""
    speed = compat.frames_per_second(scene_of(request)) / placed.rate
    return replace(request.controls, lead=max(-200.0, min(200.0, request.controls.lead * speed)))
