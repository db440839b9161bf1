"""Channels -> key values: bounded least squares, for all frames at once.

For each frame the key values x (0..limit) minimise

    sum over channels of COST * (what the keys make - what is wanted)^2
    + sum over keys of RIDGE * (s x)^2 + 2 * SPARSE * s x

where s is the size of what a key makes. The ridge makes the answer unique and continuous in the wanted channels, and
so in time; the linear price prefers the one key that fits to several that add up to it. What a missing key would have
made is taken over by the others as far as they can.

Solved exactly by block principal pivoting (Judice and Pires 1994, Kim and Park 2011): guess which keys are at 0, at
their limit or between, solve for those between, move every key that is on the wrong side, repeat; frames that have not
settled after a while move one key at a time, which cannot go in circles.
"""

from __future__ import annotations

from collections.abc import Generator

import numpy as np
from numpy.typing import NDArray

from ..progress import Progress
from .channels import COSTS, Floats

RIDGE = 0.002
SPARSE = 0.005
SMALL = 1e-6  # squared size of a key that makes nothing
SLACK = 1e-9
CHUNK = 4096  # frames solved together: bounds the memory
TOGETHER = 12  # rounds in which all keys on the wrong side move at once
ROUNDS = 400

AT_ZERO, FREE, AT_LIMIT = -1, 0, 1
Sides = NDArray[np.int8]


def solve(wanted: Floats, makes: Floats, limits: Floats) -> Generator[Progress, None, Floats]:
    """Key values [n, keys], 0..limit, for `wanted` [n, channels]; `makes` [keys, channels], `limits` [keys]."""
    values = np.zeros((len(wanted), len(makes)))
    moving = np.flatnonzero(np.any(wanted > 0.0, axis=1))
    if not len(makes):
        return values
    gram, goal = system(wanted, makes)
    for first in range(0, len(moving), CHUNK):
        part = moving[first : first + CHUNK]
        values[part] = bounded(gram, goal[part], limits)
        yield Progress("shapes", (first + len(part)) / len(moving))
    return values


def system(wanted: Floats, makes: Floats) -> tuple[Floats, Floats]:
    """The price as x gram x / 2 - goal x, halved and without what x cannot change: [keys, keys] and [n, keys]."""
    weighted = makes * COSTS
    gram = weighted @ makes.T
    size = np.sqrt(np.maximum(np.diag(gram), SMALL))
    gram[np.diag_indices_from(gram)] += RIDGE * size**2
    goal: Floats = wanted @ weighted.T - SPARSE * size
    return gram, goal


def bounded(gram: Floats, goal: Floats, limits: Floats) -> Floats:
    """The x [n, keys] within 0..limits that minimise x gram x / 2 - goal x."""
    values = np.zeros_like(goal)
    sides: Sides = np.where(goal > 0.0, FREE, AT_ZERO).astype(np.int8)
    left = np.arange(len(goal))
    for turn in range(ROUNDS):
        x = _between(gram, goal[left], limits, sides[left])
        values[left] = x
        moved = moved_sides(x, x @ gram - goal[left], limits, sides[left])
        wrong = moved != sides[left]
        if turn >= TOGETHER:
            wrong &= np.cumsum(wrong, axis=1) == 1
        sides[left] = np.where(wrong, moved, sides[left])
        left = left[np.any(wrong, axis=1)]
        if not len(left):
            break
    return np.clip(values, 0.0, limits)


def _between(gram: Floats, goal: Floats, limits: Floats, sides: Sides) -> Floats:
    """Keys at 0 and at their limit there, the free ones where the sum is least."""
    free = sides == FREE
    pinned = np.where(sides == AT_LIMIT, limits, 0.0)
    patterns, which = np.unique(free, axis=0, return_inverse=True)
    right = np.where(free, goal - pinned @ gram, 0.0)
    result: Floats = pinned + np.einsum("nij,nj->ni", inverses(gram, patterns)[which.reshape(-1)], right)
    return result


def inverses(gram: Floats, patterns: NDArray[np.bool_]) -> Floats:
    """The inverse of `gram` among the free keys of each pattern, 0 elsewhere: [patterns, keys, keys].

    Gauss-Jordan elimination in place, all patterns at once; the ridge makes pivoting needless. LAPACK would wake every
    core for each of these small systems, and on a busy machine wait for them each time.
    """
    both = patterns[:, :, None] & patterns[:, None, :]
    table = np.where(both, gram, np.eye(len(gram)))
    for i in range(len(gram)):
        pivot = 1.0 / table[:, i, i]
        column = table[:, :, i].copy()
        column[:, i] = 0.0
        row = table[:, i, :] * pivot[:, None]
        row[:, i] = pivot
        table[:, :, i] = 0.0
        table -= column[:, :, None] * row[:, None, :]
        table[:, i, :] = row
    inverse: Floats = np.where(both, table, 0.0)
    return inverse


def moved_sides(x: Floats, slope: Floats, limits: Floats, sides: Sides) -> Sides:
    """Where each key should be: free ones past an end at that end, those at an end that pull inwards free."""
    moved = sides.copy()
    free = sides == FREE
    moved[free & (x < -SLACK)] = AT_ZERO
    moved[free & (x > limits + SLACK)] = AT_LIMIT
    moved[(sides == AT_ZERO) & (slope < -SLACK)] = FREE
    moved[(sides == AT_LIMIT) & (slope > SLACK)] = FREE
    return moved
