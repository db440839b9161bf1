"""Faults that are seen without any timing: nothing moves, one mesh of several does not, nothing is heard."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..rig import Binding
from .mouth import MouthTrack, row_weights
from .movement import is_still
from .result import Fault
from .seen import Seen

MOVES = 0.05  # of its reach that a key must go to move
STANDS = 0.01  # of its reach within which it stands still
MAIN = frozenset({"jaw", "open", "seal", "shut", "pucker", "funnel"})  # what is missed when it stands still

Floats = NDArray[np.float64]


def no_sound(seen: Seen) -> Fault:
    """Nothing is heard."""
    start, end = seen.heard
    return Fault(
        "no sound",
        start,
        max(end, start),
        "The sound is not heard: its strip is muted, silent or outside the frames that are shown.",
        "Unmute the strip, or move it into the frame range.",
        True,
    )


def no_motion(start: float, end: float) -> Fault:
    """Nothing moves."""
    return Fault(
        "no motion",
        start,
        end,
        "The mouth does not move at all.",
        "Look whether its action is assigned and not muted; else sync the line.",
        True,
    )


def moves(track: MouthTrack) -> bool:
    """Whether anything of the mouth moves."""
    rows = (track.openness, track.shut, track.rounding, track.tucked)
    return not all(is_still(row) for row in rows)


def parts_still(seen: Seen, binding: Binding) -> tuple[Fault, ...]:
    """A fault for each mesh that stands still in keys which move on another."""
    if len(seen.parts) < 2:
        return ()
    reach = np.stack([_reach(row_weights(part, binding.rows)) for part in seen.parts])
    main = np.array([not MAIN.isdisjoint(row.makes) for row in binding.rows])
    found = []
    for at, part in enumerate(seen.parts):
        others = np.delete(reach, at, axis=0)
        shared = ~np.isnan(reach[at]) & (np.nan_to_num(others).max(axis=0) > MOVES) & main
        if shared.any() and not np.any(reach[at][shared] > STANDS):
            names = [binding.rows[j].key for j in np.flatnonzero(shared)]
            found.append(_still(part.name, names, seen.heard))
    return tuple(found)


def _reach(shares: Floats) -> Floats:
    """How far each row moves [rows]; NaN where there is no key."""
    return np.where(np.isnan(shares).any(axis=0), np.nan, np.ptp(np.nan_to_num(shares), axis=0))


def _still(name: str, keys: list[str], heard: tuple[float, float]) -> Fault:
    more = f" and {len(keys) - 2} more" if len(keys) > 2 else ""
    return Fault(
        "part still",
        *heard,
        f"'{name}' does not move with the rest of the face: its keys {' and '.join(keys[:2])}{more} stand still.",
        f"Sync the line with '{name}' among the meshes of the face, or give it the face's action.",
        True,
    )
