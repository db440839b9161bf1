"""One row of the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..check.result import Fault

Figures = Mapping[str, float | int | str | None]


@dataclass(frozen=True, slots=True)
class Entry:
    """One check of one version of a shot.

    `shot`: its name, such as 'sc010/sh020' or that of the .blend; `character`, `line`; `sound`: SHA-256 of the
    recording; `take`: `take_id` of what was heard; `motion`: a digest of what was seen; `rig`, `language`, `fps`;
    `settings`, `versions` (of Lockstep, its recognizer, Blender), `figures`: plain values by name; `verdict`, with its
    `reasons`; `advice`; `time`: UTC, ISO 8601 to the second, given by whoever makes the entry; `version`: counts the
    versions of a shot's line from 1 (another sound, take or motion is another version), 0 until it is in the ledger;
    `faults` as the check found them.
    """

    shot: str
    character: str
    line: str
    sound: str
    take: str
    motion: str
    rig: str
    language: str
    fps: float
    verdict: str
    time: str
    settings: Figures = field(default_factory=dict)
    versions: Figures = field(default_factory=dict)
    figures: Figures = field(default_factory=dict)
    reasons: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()
    version: int = 0
    faults: tuple[Fault, ...] = ()
