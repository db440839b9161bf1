"""The most probable row of phones under a model of contexts: a beam search over stretches of like frames.

Frames that hardly differ are searched as one (a phone changes only between stretches), which leaves about a third of
the steps. A hypothesis is a context of the sequence model with the phone that is going on; of those that meet in one
context the best lives on (Viterbi 1967), and those far behind the best are dropped.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .sequence import Sequences

ALIKE = 0.10  # distance of posteriors 0..2 under which neighbouring frames are alike
LONGEST = 12  # frames of a stretch
BEAM = 14.0  # log: how far behind the best a hypothesis may be
WIDTH = 120  # hypotheses
CHOICES = 9  # classes tried in a stretch
SHORT = 1.0  # log: cost of each frame that a phone lacks of its least duration

Floats = NDArray[np.float32]
Indices = NDArray[np.int32]


@dataclass(slots=True, eq=False)
class _Beam:
    score: Floats
    context: Indices
    phone: Indices
    lasted: Indices


def search(scores: Floats, steps: Floats, model: Sequences, entry: Floats, least: Indices) -> NDArray[np.int64]:
    """The class of each frame [n] from their scores [n, classes].

    `steps`: posteriors 0..1 [n, classes], by which like frames are found; `model`: its logs are weighed already;
    `entry` [classes]: log cost of beginning each class; `least`: frames that each should last.
    """
    edges = stretches(steps)
    lengths = np.diff(edges)
    sums = np.add.reduceat(scores, edges[:-1], axis=0)
    beam = _Beam(
        np.zeros(1, np.float32),
        np.array([model.after_pause], np.int32),
        np.zeros(1, np.int32),
        np.full(1, 99, np.int32),
    )
    scratch = np.zeros(len(model.logs), np.int32)
    trail: list[tuple[Indices, Indices]] = []
    for total, length in zip(sums, lengths.tolist(), strict=True):
        beam, came = _advance(beam, total, length, model, entry, least, scratch)
        trail.append((came, beam.phone))
    return _trace(trail, int(beam.score.argmax()), lengths)


def stretches(steps: Floats) -> NDArray[np.int64]:
    """Edges [stretches + 1] between unlike frames, at the steepest places; 0 and n are among them."""
    n = len(steps)
    moved = np.abs(np.diff(steps, axis=0)).sum(1)
    padded = np.concatenate([[0.0], moved, [0.0]])
    peak = (moved > padded[:-2]) & (moved >= padded[2:]) & (moved > ALIKE)
    edges = [0, *(np.flatnonzero(peak) + 1).tolist(), n]
    found = [0]
    for edge in edges[1:]:
        while edge - found[-1] > LONGEST:
            found.append(found[-1] + LONGEST // 2)
        found.append(edge)
    return np.array(found)


def _advance(
    beam: _Beam, total: Floats, length: int, model: Sequences, entry: Floats, least: Indices, scratch: Indices
) -> tuple[_Beam, Indices]:
    """One stretch on: every hypothesis goes on with its phone or changes to one of the likely classes."""
    choices = np.flatnonzero(total >= np.partition(total, -CHOICES)[-CHOICES])
    missing = np.maximum(least[beam.phone] - beam.lasted, 0)
    leave = beam.score - SHORT * missing
    change = model.logs[beam.context[:, None], choices] + (entry + total)[choices] + leave[:, None]
    change[beam.phone[:, None] == choices] = -np.inf
    stay = beam.score + total[beam.phone]
    score = np.concatenate([stay, change.ravel()])
    alive = np.flatnonzero(score > score.max() - BEAM)
    if len(alive) > 3 * WIDTH:
        alive = alive[np.argpartition(score[alive], -3 * WIDTH)[-3 * WIDTH :]]
    alive = alive[np.argsort(score[alive])]
    count = len(beam.score)
    came, pick = np.divmod(alive - count, len(choices))
    stays = alive < count
    came = np.where(stays, alive, came).astype(np.int32)
    phone = np.where(stays, beam.phone[came], choices[pick])
    context = np.where(stays, beam.context[came], model.following[beam.context[came], phone])
    scratch[context] = np.arange(len(alive))  # the last, which is the best, of those that meet
    best = np.flatnonzero(scratch[context] == np.arange(len(alive)))[-WIDTH:]
    lasted = np.where(stays[best], beam.lasted[came[best]], 0) + length
    new = _Beam(score[alive[best]], context[best], phone[best].astype(np.int32), lasted.astype(np.int32))
    return new, np.where(stays[best], came[best], -1 - came[best])


def _trace(trail: list[tuple[Indices, Indices]], last: int, lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    path = np.zeros(len(trail), np.int64)
    for at in range(len(trail) - 1, -1, -1):
        came, phones = trail[at]
        path[at] = phones[last]
        origin = int(came[last])
        last = origin if origin >= 0 else -1 - origin
    return np.repeat(path, lengths)
