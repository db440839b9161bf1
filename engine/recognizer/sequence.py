"""Which phone follows which: a back-off n-gram model of each language's phones, counted on text.

`scripts/ear/sequences.py` makes the file. An n-gram is a node of a tree: the first level holds all classes, each
node's children the classes that were met after it, level by level in the order of their parents. `<code>.children`
holds the number of each node's children (all levels but the last), `<code>.phones` the class of each node from the
second level on, `<code>.costs` minus the log-probability of each node after its context in steps of STEP. Classes that
a context lacks are weighed by the next shorter context (Katz 1987); no context reaches over a pause.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..phones import CLASSES

FILE = Path(__file__).with_name("sequences.npz")
STEP = 0.1  # nats
MOST_BACKOFF = 0.7  # nats: what rounded costs may leave for the rest

Floats = NDArray[np.float32]
Indices = NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Sequences:
    """A language's model as a table of contexts.

    `logs` [contexts, classes]: log-probability of each class in a context; `following` [contexts, classes]: the context
    after it; `after_pause`: the context in which speech begins.
    """

    logs: Floats
    following: Indices
    after_pause: int


def sequences(code: str) -> Sequences:
    """The model of a language; that of all languages together for a code that has none."""
    return _unfolded(code if f"{code}.costs" in _file() else "und")


@lru_cache(maxsize=1)
def _file() -> dict[str, NDArray[np.uint8]]:
    with np.load(FILE, allow_pickle=False) as file:
        return {name: file[name] for name in file.files}


@lru_cache(maxsize=3)
def _unfolded(code: str) -> Sequences:
    file = _file()
    children, phones, costs = (file[f"{code}.{part}"] for part in ("children", "phones", "costs"))
    return unfold(children, phones, costs)


def unfold(children: NDArray[np.uint8], phones: NDArray[np.uint8], costs: NDArray[np.uint8]) -> Sequences:
    """The table of a packed tree, context by context from the shortest (the empty one is row 0)."""
    count = len(CLASSES)
    has_row = np.flatnonzero(children)
    logs = np.empty((len(has_row) + 1, count), np.float32)
    following = np.zeros((len(has_row) + 1, count), np.int32)
    row_of = np.zeros(len(costs), np.int32)
    row_of[has_row] = np.arange(1, len(has_row) + 1)
    weights = -STEP * costs.astype(np.float32)
    logs[0], following[0] = weights[:count], row_of[:count]
    shorter = np.zeros(len(has_row) + 1, np.int32)
    first, stop = 0, count
    while first < len(children):
        parents = np.repeat(np.arange(first, stop), children[first:stop])
        nodes = np.arange(stop, stop + len(parents))
        _fill(logs, following, shorter, row_of[parents], phones[nodes - count], weights[nodes], row_of[nodes])
        first, stop = stop, stop + len(parents)
    return Sequences(logs, following, int(following[0, 0]))


def _fill(
    logs: Floats,
    following: Indices,
    shorter: Indices,
    rows: Indices,
    phones: NDArray[np.uint8],
    weights: Floats,
    deeper: Indices,
) -> None:
    """The rows of contexts of one length: their own followers, the rest as the shorter context has them.

    A child's shorter context is what follows its parent's shorter context, so `shorter` runs one length ahead.
    """
    own = np.unique(rows)
    size = len(logs)
    below = logs[shorter[rows], phones]
    left = 1.0 - np.bincount(rows, np.exp(weights), size)[own]
    left_below = 1.0 - np.bincount(rows, np.exp(below), size)[own]
    backoff = np.log(np.maximum(left, 1e-3) / np.maximum(left_below, 1e-3)).astype(np.float32)
    np.minimum(backoff, MOST_BACKOFF, out=backoff)
    logs[own] = logs[shorter[own]] + backoff[:, None]
    following[own] = following[shorter[own]]
    inherited = following[rows, phones]
    logs[rows, phones] = weights
    following[rows, phones] = np.where(deeper > 0, deeper, inherited)
    shorter[deeper[deeper > 0]] = inherited[deeper > 0]
