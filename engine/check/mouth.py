"""The mouth that keys make: how open, whether the lips meet, how rounded. The rig's solve, the other way round.

What is expected goes the same way: a face's curves are solved for the keys that the rig has, and those are read as any
others are. So what a rig cannot show is missed on both sides alike, and a face of three shapes is measured like one of
fifty.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..mouth import FaceCurves
from ..progress import drain
from ..rig import Binding, KeyInfo, Row
from ..rig.channels import CHANNELS, INDEX, stack, targets
from ..rig.keys import weights
from ..rig.profile import matrix
from .seen import Seen, SeenPart

PARTED = 0.15  # of the jaw's way, from which lips count as wholly apart
TEETH_SEEN = 0.3  # of a lip raised or lowered: how far it parts the lips, on the jaw's scale
ROUND = 0.6  # what a full funnel counts beside a full pucker
SMALL = 1e-4  # of a key's reach: less is no movement
MOST = 2.0  # times its reach that a key is believed to go

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class MouthTrack:
    """A mouth at `times` [n] (seconds, rising); all [n], 0..1 and a little beyond for a mouth that overdoes it.

    `openness` between the lips, on the jaw's scale; `shut`: lips touching, 1 at rest too; `tucked`: lower lip on the
    teeth; `rounding`: pucker and funnel.
    """

    times: Floats
    openness: Floats
    shut: Floats
    tucked: Floats
    rounding: Floats


def mouth_of(part: SeenPart, binding: Binding, times: Floats) -> MouthTrack:
    """The mouth that one mesh shows at `times` [n], by what the keys of `binding` make; at rest where it has none."""
    return _made(row_weights(part, binding.rows), binding.rows, times)


def face_seen(seen: Seen, binding: Binding) -> MouthTrack:
    """The mouth that all meshes show together: of those with the same key, the one that moves it most."""
    count = len(seen.times)
    shown = np.zeros((count, len(binding.rows)))
    moves = np.full(len(binding.rows), -1.0)
    for part in seen.parts:
        own = row_weights(part, binding.rows)
        there = ~np.isnan(own).any(axis=0)
        spread = np.where(there, np.ptp(np.nan_to_num(own), axis=0), -1.0)
        better = spread > moves
        shown[:, better], moves[better] = own[:, better], spread[better]
    return _made(shown, binding.rows, seen.times)


def row_weights(part: SeenPart, rows: Sequence[Row]) -> Floats:
    """How far each row of a binding is driven on one mesh [n, rows]: 1 at its full reach, NaN where it has no key."""
    place = {key.name: at for at, key in enumerate(part.keys)}
    table = np.full((len(part.values), len(rows)), np.nan)
    for j, row in enumerate(rows):
        own = [_weight(part.keys[place[name]], part.values[:, place[name]]) for name in row.names if name in place]
        if own:
            table[:, j] = np.mean(own, axis=0)
    return table


def _weight(key: KeyInfo, values: Floats) -> Floats:
    """Key values as shares of the key's reach; a key that is full at rest is driven downwards."""
    reach = key.reach if key.reach > SMALL else key.minimum - key.base
    if abs(reach) <= SMALL:
        return np.zeros(len(values))
    return np.clip((np.asarray(values, np.float64) - key.base) / reach, 0.0, MOST)


def track_of(face: FaceCurves, times: Floats, binding: Binding | None = None) -> MouthTrack:
    """The mouth of a face's curves at `times` [n] (seconds): as the keys of `binding` show it, all of it where None.

    `binding` should hold no more keys than the character has (`Binding.on`).
    """
    wanted = np.clip(times, face.start, face.end)
    base = stack(face.at(wanted), len(wanted))
    if binding is None or not any(row.makes for row in binding.rows):
        return _shown(targets(base) * _told_apart(), times)
    made = drain(weights(base, binding.rows))
    return _made(made, binding.rows, times)


def _told_apart() -> Floats:
    """Leaves out of all channels what stands there a second time: the jaw is there as `open` already."""
    kept = np.ones(len(CHANNELS))
    kept[[INDEX["jaw"], INDEX["shut"]]] = 0.0
    return kept


def _made(shares: Floats, rows: Sequence[Row], times: Floats) -> MouthTrack:
    return _shown(np.nan_to_num(shares) @ matrix(rows), times)


def _shown(channels: Floats, times: Floats) -> MouthTrack:
    """What is seen of channels [n, len(CHANNELS)] as keys add them up."""
    column = {name: channels[:, at] for name, at in INDEX.items()}
    seal, tuck = np.clip(column["seal"], 0.0, 1.0), np.clip(column["tuck"], 0.0, 1.0)
    opened = np.maximum(column["jaw"] - column["shut"], 0.0) + column["open"]
    openness = opened * (1.0 - np.maximum(seal, tuck))
    parted = openness + TEETH_SEEN * (column["upper"] + column["lower"] + column["tongue_out"]) * (1.0 - seal)
    return MouthTrack(
        np.asarray(times, np.float64),
        openness,
        1.0 - np.clip(parted / PARTED, 0.0, 1.0),
        tuck,
        (column["pucker"] + ROUND * column["funnel"]) / (1.0 + ROUND),
    )
