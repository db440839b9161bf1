"""The channels a face curve gives, the channels derived from them for rigs, and how much each of them matters.

Base channels (0..1) are those of the mouth room, described in CONTRIBUTING.md. Derived channels, all 0..1 and made
here only, from the base channels of the same moment:

| derived | formula | for |
|---|---|---|
| `open` | jaw * (1 - max(seal, tuck)) | shapes that open lips and jaw together (visemes) |
| `shut` | jaw * seal | a key that brings the lips together over an open jaw (ARKit's mouthClose) |
| `roll_upper` | 0.44 * press | upper lip rolled in (0.22 at a PP whose press is 0.5: OpenFaceFX's table) |
| `roll_lower` | 0.44 * press + (0.3 + 0.5 * pucker) * tuck | lower lip rolled in (likewise; FF 0.3, rounded more) |

Channels that part the lips give way to contacts here already, so that the solve never aims at both.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ..languages import CHANNELS as MOUTH

Floats = NDArray[np.float64]

BASE = MOUTH  # what the mouth gives
DERIVED = ("open", "shut", "roll_upper", "roll_lower")
CHANNELS = BASE + DERIVED
INDEX = {name: i for i, name in enumerate(CHANNELS)}

# What a miss costs in the solve: contacts most, then the opening, then what is read from the lips, the tongue last.
COST = {
    "seal": 8.0,
    "tuck": 5.0,
    "shut": 4.0,
    "jaw": 4.0,
    "open": 4.0,
    "pucker": 2.0,
    "funnel": 1.5,
    "stretch": 1.0,
    "upper": 0.7,
    "lower": 0.7,
    "smile": 0.6,
    "press": 0.6,
    "tongue_out": 0.5,
    "tongue_tip": 0.4,
    "tongue_back": 0.2,
    "roll_upper": 0.3,
    "roll_lower": 0.3,
}
COSTS: Floats = np.array([COST[name] for name in CHANNELS])

# A key that makes one of these pulls the lips apart, or off the teeth, and gives way to that contact.
PARTS = {
    "seal": frozenset({"open", "upper", "lower", "funnel", "tongue_out", "tuck"}),
    "tuck": frozenset({"open", "lower", "funnel", "tongue_out"}),
}
# The jaw that a lip on the teeth allows (FF in OpenFaceFX's table has 0.07).
JAW_IN_TUCK = 0.12


def stack(channels: Mapping[str, NDArray[np.floating]], n: int) -> Floats:
    """`channels` (each [n], 0..1; those absent count as 0) as one float64 [n, len(BASE)] array, clipped to 0..1."""
    table = np.zeros((n, len(BASE)))
    for i, name in enumerate(BASE):
        if name in channels:
            table[:, i] = channels[name]
    return np.clip(np.nan_to_num(table), 0.0, 1.0)


def openness(base: Floats) -> Floats:
    """The derived channel `open` [n] of base channels [n, len(BASE)]."""
    contact = np.maximum(base[:, INDEX["seal"]], base[:, INDEX["tuck"]])
    result: Floats = base[:, INDEX["jaw"]] * (1.0 - contact)
    return result


def targets(base: Floats) -> Floats:
    """Base channels [n, len(BASE)] with the derived ones beside them: [n, len(CHANNELS)], what a rig should make."""
    full = np.zeros((len(base), len(CHANNELS)))
    full[:, : len(BASE)] = base
    seal = base[:, INDEX["seal"]]
    tuck = base[:, INDEX["tuck"]] * (1.0 - seal)
    for contact, amount in (("seal", seal), ("tuck", tuck)):
        for name in PARTS[contact] & set(BASE):
            full[:, INDEX[name]] *= 1.0 - amount
    press = base[:, INDEX["press"]]
    full[:, INDEX["open"]] = openness(base)
    full[:, INDEX["shut"]] = base[:, INDEX["jaw"]] * seal
    full[:, INDEX["roll_upper"]] = 0.44 * press
    rolled = 0.3 + 0.5 * base[:, INDEX["pucker"]]
    full[:, INDEX["roll_lower"]] = np.minimum(0.44 * press + rolled * tuck, 1.0)
    return full
