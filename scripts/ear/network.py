"""The recognizer's network for training, in PyTorch. The engine runs the same network with NumPy.

Log-mels, five frames at a time, go through residual blocks of dilated convolutions (kernel 3) at 10 ms, eight at
20 ms, and back to 10 ms. Each block: convolution to a narrow layer, LayerNorm, ReLU, linear back, added to its input.
The convolutions are written as one matrix product over three shifted copies, the quickest form on a CPU.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.phones import CLASSES
from engine.recognizer.articulation import ARTICULATIONS
from engine.sound.features import BANDS

STACK = 5  # frames seen at once by the first layer
WIDTH, NARROW = 192, 128  # at 10 ms
HALF_WIDTH, HALF_NARROW = 256, 144  # at 20 ms
BEFORE, MIDDLE, AFTER = (1, 2), (1, 2, 4, 8, 1, 2, 4, 8), (2, 1)  # dilations


class Block(nn.Module):
    def __init__(self, width: int, narrow: int, dilation: int) -> None:
        super().__init__()
        self.dilation = dilation
        self.a = nn.Linear(3 * width, narrow)
        self.n = nn.LayerNorm(narrow)
        self.b = nn.Linear(narrow, width)

    def forward(self, x: Tensor) -> Tensor:
        step, length = self.dilation, x.shape[1]
        padded = functional.pad(x, (0, 0, step, step))
        three = torch.cat([padded[:, i * step : i * step + length] for i in range(3)], -1)
        return x + self.b(functional.relu(self.n(self.a(three))))


class Network(nn.Module):
    """Normalised log-mels [batch, frames (even), BANDS] -> phone logits [.., len(CLASSES)], articulation logits."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Linear(STACK * BANDS, WIDTH)
        self.before = nn.ModuleList(Block(WIDTH, NARROW, d) for d in BEFORE)
        self.down = nn.Linear(2 * WIDTH, HALF_WIDTH)
        self.middle = nn.ModuleList(Block(HALF_WIDTH, HALF_NARROW, d) for d in MIDDLE)
        self.up = nn.Linear(HALF_WIDTH, 2 * WIDTH)
        self.after = nn.ModuleList(Block(WIDTH, NARROW, d) for d in AFTER)
        self.phones = nn.Linear(WIDTH, len(CLASSES))
        self.articulation = nn.Linear(WIDTH, len(ARTICULATIONS))

    def forward(self, bands: Tensor) -> tuple[Tensor, Tensor]:
        length = bands.shape[1]
        padded = functional.pad(bands, (0, 0, STACK // 2, STACK // 2))
        x = self.first(torch.cat([padded[:, i : i + length] for i in range(STACK)], -1))
        for block in self.before:
            x = block(x)
        half = self.down(x.reshape(x.shape[0], length // 2, 2 * WIDTH))
        for block in self.middle:
            half = block(half)
        x = x + self.up(functional.relu(half)).reshape(x.shape)
        for block in self.after:
            x = block(x)
        return self.phones(x), self.articulation(x)
