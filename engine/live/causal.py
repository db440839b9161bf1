"""The causal sibling of the recognizer's network, run with NumPy row by row as a sound comes.

Normalised log-mels, five rows at a time, go through residual blocks of dilated convolutions that look back alone: two
at 10 ms, eight at 20 ms, two at 10 ms. Each block: convolution to a narrow layer, layer normalisation (Ba et al. 2016),
ReLU, linear back, added to its input. The half-rate blocks run when rows 2k and 2k + 1 are there, and are added to rows
2k + 1 and 2k + 2: no row waits for a pair. It was taught to speak of the row DELAY before the newest one.

Every row goes through the same products of the same shapes, however many come at once, so that the numbers do not
depend on how a sound is cut. What a stream keeps is allocated when it begins.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..phones import CLASSES
from ..recognizer.articulation import ARTICULATIONS
from ..recognizer.network import Packed, unpacked
from ..sound.features import BANDS

Floats = NDArray[np.float32]

DELAY = 7  # rows of 10 ms: how much later than its sound a row is spoken of
STACK = 5  # rows seen at once by the first layer
EPSILON = 1e-5


@dataclass(frozen=True, slots=True, eq=False)
class _Block:
    """Weights of a block. `into` [3 * width + 1, narrow], `back` [narrow + 1, width]: each with its bias as last row.

    `into` is centred over its outputs, so that what comes out has the mean 0 that the normalisation asks for.
    """

    dilation: int
    into: Floats
    gain: Floats
    offset: Floats
    back: Floats


class CausalNetwork:
    """The network with its weights, shared by all its streams."""

    def __init__(self, weights: Mapping[str, Packed]) -> None:
        self.first, self.down, self.up = (_linear(weights, name) for name in ("first", "down", "up"))
        self.heads = np.hstack([_linear(weights, "phones"), _linear(weights, "articulation")])
        self.before, self.middle, self.after = (_blocks(weights, part) for part in ("before", "middle", "after"))
        self.prior: Floats = weights["prior"].astype(np.float32)

    @classmethod
    def read(cls, path: Path) -> CausalNetwork:
        """The network of an .npz file."""
        with np.load(path, allow_pickle=False) as file:
            return cls({name: file[name] for name in file.files})

    def stream(self) -> CausalStream:
        """A sound's beginning."""
        return CausalStream(self)


class CausalStream:
    """One sound on its way through the network."""

    def __init__(self, network: CausalNetwork) -> None:
        self._network = network
        self._stacked = _with_one(STACK * BANDS)
        self._pair = _with_one(network.down.shape[0] - 1)
        self._half = np.zeros(network.down.shape[1], np.float32)
        self._rising = _with_one(network.up.shape[0] - 1)
        self._raised = np.zeros((2, network.up.shape[1] // 2), np.float32)
        self._last = _with_one(network.heads.shape[0] - 1)
        self._told = np.zeros(network.heads.shape[1], np.float32)
        self._before, self._middle, self._after = (
            [_BlockStream(block) for block in blocks] for blocks in (network.before, network.middle, network.after)
        )
        self._second = False

    def push(self, bands: Floats) -> tuple[Floats, Floats]:
        """The next rows [n, BANDS] -> log-probabilities [n, classes] and articulation 0..1 [n, 7], row for row.

        What comes out with row i of the sound speaks of its row i - DELAY; the first DELAY rows speak of none.
        """
        phones = np.empty((len(bands), len(CLASSES)), np.float32)
        articulation = np.empty((len(bands), len(ARTICULATIONS)), np.float32)
        for row, log, way in zip(bands, phones, articulation, strict=True):
            self._step(row)
            np.subtract(self._told[: len(log)], self._told[: len(log)].max(), out=log)
            log -= math.log(float(np.exp(log).sum()))
            np.negative(self._told[len(log) :], out=way)
            np.exp(np.minimum(way, np.float32(30.0), out=way), out=way)
            np.reciprocal(np.add(way, np.float32(1.0), out=way), out=way)
        return phones, articulation

    def _step(self, row: Floats) -> None:
        network, stacked, x = self._network, self._stacked, self._last[:-1]
        stacked[: -BANDS - 1] = stacked[BANDS:-1]
        stacked[-BANDS - 1 : -1] = row
        np.dot(stacked, network.first, out=x)
        for block in self._before:
            block.add_to(x)
        width = len(x)
        if self._second:
            self._pair[width:-1] = x
            self._run_half()
            x += self._raised[0]
        else:
            self._pair[:width] = x
            x += self._raised[1]
        self._second = not self._second
        for block in self._after:
            block.add_to(x)
        np.dot(self._last, network.heads, out=self._told)

    def _run_half(self) -> None:
        np.dot(self._pair, self._network.down, out=self._half)
        for block in self._middle:
            block.add_to(self._half)
        np.maximum(self._half, np.float32(0.0), out=self._rising[:-1])
        np.dot(self._rising, self._network.up, out=self._raised.reshape(-1))


class _BlockStream:
    """A block and the rows that it still has to look back at."""

    def __init__(self, block: _Block) -> None:
        self._block = block
        span, width, narrow = 2 * block.dilation + 1, block.back.shape[1], len(block.gain)
        self._ring = np.zeros((span, width), np.float32)
        places = np.arange(span)
        self._looks = np.stack([(places - 2 * block.dilation) % span, (places - block.dilation) % span, places], axis=1)
        self._place = 0
        self._input, self._narrow = _with_one(3 * width), _with_one(narrow)
        self._three, self._scale = self._input[:-1].reshape(3, width), np.empty(narrow, np.float32)
        self._output = np.empty(width, np.float32)

    def add_to(self, x: Floats) -> None:
        """Add the block's output to the next row `x` [width] in place."""
        block, narrow, scale = self._block, self._narrow[:-1], self._scale
        self._ring[self._place] = x
        self._ring.take(self._looks[self._place], axis=0, out=self._three, mode="clip")
        self._place = (self._place + 1) % len(self._ring)
        np.dot(self._input, block.into, out=narrow)
        deviation = math.sqrt(float(narrow.dot(narrow)) / len(narrow) + EPSILON)
        np.multiply(block.gain, np.float32(1.0 / deviation), out=scale)
        narrow *= scale
        narrow += block.offset
        np.maximum(narrow, np.float32(0.0), out=narrow)
        np.dot(self._narrow, block.back, out=self._output)
        x += self._output


def _with_one(length: int) -> Floats:
    """Zeros, and a 1 at the end that meets the bias."""
    vector = np.zeros(length + 1, np.float32)
    vector[-1] = 1.0
    return vector


def _linear(weights: Mapping[str, Packed], name: str) -> Floats:
    return np.vstack(unpacked(weights, name))


def _blocks(weights: Mapping[str, Packed], part: str) -> tuple[_Block, ...]:
    dilations = weights[f"{part}.dilations"]
    return tuple(_block(weights, f"{part}.{i}", int(dilation)) for i, dilation in enumerate(dilations))


def _block(weights: Mapping[str, Packed], name: str, dilation: int) -> _Block:
    into = _linear(weights, f"{name}.a")
    into -= into.mean(1, keepdims=True)
    gain, offset = weights[f"{name}.n.weight"].astype(np.float32), weights[f"{name}.n.bias"].astype(np.float32)
    return _Block(dilation, into, gain, offset, _linear(weights, f"{name}.b"))
