"""One sound, looked for on the frames of a shot."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..rig import Binding
from .needs import Need
from .shown import Shown

SHUT, TUCKED = 0.9, 0.8  # of full contact: what must hold (facts, section 2)
HALF = 0.5  # of a rounding or an opening: less is another vowel
LEAST_OPEN = 0.02  # of the jaw's way: a nucleus that asks for less is seen where the lips are apart
# Seconds before and after a sound within which its shape counts as its own: a contact within 40 ms (facts, section 9),
# a shape of a vowel as far as it is led and as coarticulation carries it.
AROUND = {"closure": (0.04, 0.04), "teeth": (0.04, 0.04), "rounded": (0.09, 0.06), "stressed": (0.06, 0.03)}

# What a rig must make for a kind to be seen at all, and what it does. Lips meet on any rig: most are shut at rest.
SHAPES = {
    "teeth": (("tuck",), "puts the lower lip on the teeth"),
    "rounded": (("pucker", "funnel"), "rounds the lips"),
    "stressed": (("open", "jaw"), "opens the mouth"),
}
FAINT = 0.2  # of a channel: a key that makes less of it does not show it

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sight:
    """On how many `frames` a sound is seen, and its `peak`: the most that its shape is reached, 1 in full."""

    frames: int
    peak: float


def unshown(binding: Binding | None) -> dict[str, str]:
    """The kinds that a rig has no shape for, each with what such a shape does; none where the rig is not known."""
    rows = [] if binding is None else [row for row in binding.rows if row.names]
    made = {channel for row in rows for channel, amount in row.makes.items() if amount >= FAINT}
    return {kind: does for kind, (wanted, does) in SHAPES.items() if rows and made.isdisjoint(wanted)}


def see(need: Need, view: Shown, room: tuple[float, float]) -> Sight:
    """The sight of a sound, looked for around it and within `room` (seconds)."""
    before, after = AROUND[need.kind]
    part = view.frames(max(need.start - before, room[0]), min(need.end + after, room[1]))
    reached, enough = _reached(need, view, part)
    return Sight(int(np.sum(reached >= enough)), min(1.0, float(reached.max(initial=0.0))))


def _reached(need: Need, view: Shown, part: slice) -> tuple[Floats, float]:
    """How far the shape is reached on these frames, and how far is enough."""
    if need.kind == "closure":
        return view.shut[part], SHUT
    if need.kind == "teeth":
        return view.tucked[part], TUCKED
    if need.kind == "rounded":
        return view.rounding[part] / need.target, HALF
    return view.openness[part] / max(need.target, LEAST_OPEN), HALF
