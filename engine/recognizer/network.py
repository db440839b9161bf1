"""The recognizer's network, run with NumPy.

Log-mels, five frames at a time, go through residual blocks of dilated convolutions (kernel 3) at 10 ms, then at 20 ms,
and back to 10 ms. Each block: convolution to a narrow layer, layer normalisation (Ba et al. 2016), ReLU, linear back,
added to its input. Large matrices are kept as int8 with a float16 scale for each output, all else as float16; all of it
runs as float32.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Packed = NDArray[np.float16] | NDArray[np.int8]

STACK = 5  # frames seen at once by the first layer
EPSILON = np.float32(1e-5)


@dataclass(frozen=True, slots=True, eq=False)
class _Linear:
    weight: Floats  # [inputs, outputs]
    bias: Floats

    def __call__(self, x: Floats) -> Floats:
        y: Floats = x @ self.weight
        y += self.bias
        return y


@dataclass(frozen=True, slots=True, eq=False)
class _Block:
    dilation: int
    into: _Linear  # three shifted copies side by side -> narrow
    gain: Floats
    offset: Floats
    back: _Linear

    def add_to(self, x: Floats) -> None:
        """Add the block's output to `x` [frames, width] in place."""
        step, width = self.dilation, x.shape[1]
        narrow: Floats = x @ self.into.weight[width : 2 * width]
        if len(x) > step:
            narrow[step:] += x[:-step] @ self.into.weight[:width]
            narrow[:-step] += x[step:] @ self.into.weight[2 * width :]
        narrow += self.into.bias
        narrow -= narrow.mean(1, keepdims=True)
        narrow *= 1.0 / np.sqrt(np.mean(narrow * narrow, axis=1, keepdims=True) + EPSILON)
        narrow *= self.gain
        narrow += self.offset
        np.maximum(narrow, 0.0, out=narrow)
        x += self.back(narrow)


class Network:
    """The network with its weights: `run` is all there is to it."""

    def __init__(self, weights: Mapping[str, Packed]) -> None:
        self._first = _linear(weights, "first")
        self._down, self._up = _linear(weights, "down"), _linear(weights, "up")
        self._phones, self._articulation = _linear(weights, "phones"), _linear(weights, "articulation")
        self._before, self._middle, self._after = (_blocks(weights, part) for part in ("before", "middle", "after"))
        self.prior: Floats = weights["prior"].astype(np.float32)

    @classmethod
    def read(cls, path: Path) -> Network:
        """The network of an .npz file."""
        with np.load(path, allow_pickle=False) as file:
            return cls({name: file[name] for name in file.files})

    def run(self, bands: Floats) -> tuple[Floats, Floats]:
        """Normalised log-mels [n, bands] -> log-probabilities [n, classes] and articulation 0..1 [n, 7]."""
        length = len(bands)
        if length == 0:
            return np.zeros((0, len(self.prior)), np.float32), np.zeros((0, len(self._articulation.bias)), np.float32)
        padded = np.pad(bands, ((STACK // 2, STACK // 2 + length % 2), (0, 0)))
        x = self._first(np.concatenate([padded[i : i + length + length % 2] for i in range(STACK)], axis=1))
        for block in self._before:
            block.add_to(x)
        half = self._down(x.reshape(len(x) // 2, -1))
        for block in self._middle:
            block.add_to(half)
        x += self._up(np.maximum(half, 0.0)).reshape(x.shape)
        for block in self._after:
            block.add_to(x)
        return _log_softmax(self._phones(x)[:length]), _sigmoid(self._articulation(x)[:length])


def unpacked(weights: Mapping[str, Packed], name: str) -> tuple[Floats, Floats]:
    """The matrix [inputs, outputs] and the bias [outputs] of a layer, as they are run."""
    weight = np.ascontiguousarray(weights[f"{name}.weight"].astype(np.float32).T)
    if f"{name}.scale" in weights:
        weight *= weights[f"{name}.scale"].astype(np.float32)
    return weight, weights[f"{name}.bias"].astype(np.float32)


def _linear(weights: Mapping[str, Packed], name: str) -> _Linear:
    return _Linear(*unpacked(weights, name))


def _blocks(weights: Mapping[str, Packed], part: str) -> tuple[_Block, ...]:
    dilations = weights[f"{part}.dilations"]
    return tuple(_block(weights, f"{part}.{i}", int(dilation)) for i, dilation in enumerate(dilations))


def _block(weights: Mapping[str, Packed], name: str, dilation: int) -> _Block:
    gain, offset = weights[f"{name}.n.weight"].astype(np.float32), weights[f"{name}.n.bias"].astype(np.float32)
    return _Block(dilation, _linear(weights, f"{name}.a"), gain, offset, _linear(weights, f"{name}.b"))


def _log_softmax(x: Floats) -> Floats:
    shifted: Floats = x - x.max(1, keepdims=True)
    shifted -= np.log(np.exp(shifted).sum(1, keepdims=True))
    return shifted


def _sigmoid(x: Floats) -> Floats:
    result: Floats = (1.0 / (1.0 + np.exp(-np.clip(x, -30.0, 30.0)))).astype(np.float32)
    return result
