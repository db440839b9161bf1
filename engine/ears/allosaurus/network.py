"""Allosaurus' network in NumPy: layers of LSTM both ways (Graves and Schmidhuber 2005), then one score a phone."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...progress import Progress, scaled

BEAT = 200  # steps between two yields

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """One layer, both directions: gates in the order input, forget, output, cell.

    `entry` [in, 2 * 4h], `bias` [2 * 4h], `again` [2, h, 4h]. The three sigmoids are had from the hyperbolic tangent,
    and their weights are halved for that.
    """

    entry: Floats
    bias: Floats
    again: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """The layers, and `weights` [2h, units], `bias` [units] of the scores."""

    layers: tuple[Layer, ...]
    weights: Floats
    bias: Floats

    @property
    def width(self) -> int:
        """Numbers that a row of features must have."""
        return int(self.layers[0].entry.shape[0])

    @property
    def units(self) -> int:
        """Scores in a row: the blank, and each phone."""
        return len(self.bias)

    def run(self, rows: Floats) -> Generator[Progress, None, Floats]:
        """Scores [n, units] of features [n, width], neither normalised nor masked."""
        count = len(self.layers)
        for number, layer in enumerate(self.layers):
            rows = yield from scaled(_through(layer, rows), number / count, (number + 1) / count)
        scores: Floats = rows @ self.weights + self.bias
        return scores


def _through(layer: Layer, rows: Floats) -> Generator[Progress, None, Floats]:
    """What a layer says of each row: [n, 2h], forward and backward side by side."""
    count, size = len(rows), layer.again.shape[1]
    into = (rows @ layer.entry + layer.bias).reshape(count, 2, 4 * size)
    out = np.empty((count, 2, size), np.float32)
    cell = np.zeros((2, size), np.float32)
    said = np.zeros((2, 1, size), np.float32)
    for at in range(count):
        if at % BEAT == 0:
            yield Progress("Hearing", at / count)
        back = count - 1 - at
        gates = (said @ layer.again)[:, 0]
        gates[0] += into[at, 0]
        gates[1] += into[back, 1]
        np.tanh(gates, out=gates)
        open_to = gates[:, : 3 * size] * np.float32(0.5) + np.float32(0.5)
        cell = open_to[:, size : 2 * size] * cell + open_to[:, :size] * gates[:, 3 * size :]
        said[:, 0] = open_to[:, 2 * size :] * np.tanh(cell)
        out[at, 0], out[back, 1] = said[0, 0], said[1, 0]
    return out.reshape(count, 2 * size)


def build(tensors: Mapping[str, Floats]) -> Network:
    """The network of a checkpoint's tables (`blstm_layer.*`, `phone_layer.*`, PyTorch's names).

    Raises ValueError, saying what is wrong, where one is missing or has another shape than its neighbours ask for.
    """
    named = {name.removeprefix("module."): table for name, table in tensors.items()}
    layers: list[Layer] = []
    while f"blstm_layer.weight_ih_l{len(layers)}" in named:
        layers.append(_layer(named, len(layers)))
    weights, bias = _table(named, "phone_layer.weight", 2), _table(named, "phone_layer.bias", 1)
    widths = [2 * layer.again.shape[1] for layer in layers]
    if not layers or widths[:-1] != [layer.entry.shape[0] for layer in layers[1:]]:
        raise ValueError("its layers do not follow one another")
    if weights.shape != (len(bias), widths[-1]):
        raise ValueError("its phone layer does not fit its last layer")
    return Network(tuple(layers), np.ascontiguousarray(weights.T), bias)


def _layer(named: Mapping[str, Floats], number: int) -> Layer:
    sides = [_side(named, f"l{number}{way}") for way in ("", "_reverse")]
    if sides[0][0].shape != sides[1][0].shape or sides[0][2].shape != sides[1][2].shape:
        raise ValueError(f"layer {number + 1} has two directions of different sizes")
    entry = np.ascontiguousarray(np.concatenate([side[0] for side in sides], axis=1))
    return Layer(entry, np.concatenate([side[1] for side in sides]), np.stack([side[2] for side in sides]))


def _side(named: Mapping[str, Floats], end: str) -> tuple[Floats, Floats, Floats]:
    """One direction of a layer: [in, 4h], [4h], [h, 4h], PyTorch's gates (input, forget, cell, output) in our order."""
    entry, again = (_table(named, f"blstm_layer.weight_{kind}_{end}", 2) for kind in ("ih", "hh"))
    bias = _table(named, f"blstm_layer.bias_ih_{end}", 1) + _table(named, f"blstm_layer.bias_hh_{end}", 1)
    size = again.shape[1]
    if {len(entry), len(again), len(bias)} != {4 * size}:
        raise ValueError(f"the gates of {end} have different sizes")
    order = np.concatenate([np.arange(2 * size), np.arange(3 * size, 4 * size), np.arange(2 * size, 3 * size)])
    halved = np.where(np.arange(4 * size) < 3 * size, 0.5, 1.0).astype(np.float32)
    return entry[order].T * halved, bias[order] * halved, again[order].T * halved


def _table(named: Mapping[str, Floats], name: str, dimensions: int) -> Floats:
    table = named.get(name)
    if table is None:
        raise ValueError(f"it has no {name}")
    if table.ndim != dimensions or not np.isfinite(table).all():
        raise ValueError(f"its {name} has a wrong shape or is damaged")
    return table
