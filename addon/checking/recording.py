"""The ledger's row of a check: which shot, which line, by whose settings, and in which versions of everything."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from ...engine.mouth import Controls
from .. import compat
from ..lines import takes
from ..lines.request import remembered
from .request import Checked, CheckRequest
from .wanted import Wanted

MANIFEST = Path(__file__).resolve().parents[2] / "blender_manifest.toml"


def record(request: CheckRequest, wanted: Wanted, checked: Checked) -> Checked:
    """Write the row of a check where a ledger is named; gives the check with its entry. Raises LockstepError."""
    from ...engine.ledger import Ledger, entry_of, motion_of, stamp

    entry = entry_of(
        checked.examination,
        shot=checked.shot,
        time=stamp(),
        character=checked.character,
        line=line_of(wanted, checked),
        rig=checked.rig,
        motion=motion_of(checked.seen),
        sound="" if wanted.item is None else wanted.item.sound,
        base=checked.base,
        limits=checked.limits,
        settings=settings_of(request, wanted),
        versions=versions_of(checked.examination),
    )
    if request.ledger is not None:
        entry = Ledger(request.ledger).add(entry)
    return replace(checked, entry=entry, written=request.ledger)


def line_of(wanted: Wanted, checked: Checked) -> str:
    """What a line is called from version to version: as its first take, whatever it speaks now, else as its sound."""
    span = wanted.span
    if span is None or not len(span.takes):
        return takes.label_of(checked.sound)
    first = str(span.takes[0].label)
    labels = [str(one.takes[0].label) for one in span.id_data.lockstep_spans if len(one.takes)]
    return first if labels.count(first) == 1 else f"{first} ({span.name})"


def settings_of(request: CheckRequest, wanted: Wanted) -> Mapping[str, object]:
    """How the line was performed, and for which medium."""
    settings: dict[str, object] = {"medium": request.medium}
    if wanted.span is None:
        return settings
    style = takes.score_of(wanted.span).style
    settings |= {name: getattr(style, name) for name in Controls.__slots__}
    if wanted.item is not None:
        asked = remembered(wanted.item.asked)
        if asked is not None:
            settings |= {"keys": asked.keys.lower(), "pass": "refined" if asked.refined else "quick"}
    return settings


def versions_of(found: Any) -> Mapping[str, object]:
    """The versions of Lockstep, of its recognizer, and of Blender."""
    recognizer = "" if found.take is None else found.take.recognizer
    return {"lockstep": _own_version(), "recognizer": recognizer, "blender": compat.version()}


@lru_cache(maxsize=1)
def _own_version() -> str:
    with MANIFEST.open("rb") as file:
        return str(tomllib.load(file)["version"])
