"""Who listens for a line: our own recognizer, Allosaurus' model by NumPy, or nobody, where a file has timed phones."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import bpy

from ...engine.errors import UsageError
from ...engine.take import Take
from .. import preferences
from ..sound.strips import Placement
from .request import LOCKSTEP, Request

if TYPE_CHECKING:
    from ...engine.ears import Ear


def settled(request: Request) -> Request:
    """The request with what its file of phones holds now (a SHA-256). Raises UsageError where it cannot be read."""
    if request.phones is None:
        return replace(request, phones_digest="")
    from ...engine.ears.files import digest_of

    return replace(request, phones_digest=digest_of(request.phones))


def ear_of(request: Request, placed: Placement, duration: float, remark: Callable[[str], None]) -> Ear | None:
    """Who listens, None for our own recognizer; the sound has `duration` seconds, of which `placed` says what is heard.

    Blender has neither Allosaurus' package nor PyTorch: its model is run by NumPy. Raises UsageError.
    """
    if request.phones is not None:
        from ...engine.ears.files import FileEar, Part

        part = Part(placed.start, placed.stop, duration)
        return FileEar(request.phones, remark, part=part if part.duration < duration else None, strict=True)
    if request.recognizer == LOCKSTEP:
        return None
    from ...engine.ears.allosaurus import open_ear

    folder, where = _folder(request), preferences.MODEL_FIELD
    return open_ear(folder, plain=True, remark=remark, where=where, inventory=request.inventory)


def is_same(kept: Request, wanted: Request, take: Take) -> bool:
    """Whether the take, which came about as `kept` asked, was heard by whom `wanted` asks for.

    A model that is not there any more need not hear again what it has heard.
    """
    if kept.phones_digest or wanted.phones_digest:
        return kept.phones_digest == wanted.phones_digest
    if (kept.recognizer, kept.inventory) != (wanted.recognizer, wanted.inventory):
        return False
    return wanted.recognizer == LOCKSTEP or take.recognizer == _model(wanted, take.recognizer)


def _model(request: Request, known: str) -> str:
    """What takes call the model that is asked for; `known` where there is none."""
    from ...engine.ears.allosaurus import find_folder, name_of

    with suppress(UsageError):
        return name_of(find_folder(_folder(request)), request.inventory)
    return known


def _folder(request: Request) -> Path | None:
    return request.model or preferences.model_folder(bpy.context)
