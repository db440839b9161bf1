"""The recognizer's network for training, in PyTorch. The engine runs the same network with NumPy.

Log-mels, five frames at a time, go through residual blocks of dilated convolutions (kernel 3) at 10 ms, twelve at
20 ms, and back to 10 ms. Each block: convolution to a narrow layer, LayerNorm, ReLU, linear back, added to its input.
The convolutions are written as one matrix product over three shifted copies, the quickest form on a CPU.

While it learns, each block loses some of its narrow units for a whole chunk at a time: the speakers are few, and the
network knows them by heart too soon.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.phones import CLASSES
from engine.recognizer.articulation import ARTICULATIONS
from engine.sound.features import BANDS

STACK = 5  # frames seen at once by the first layer
WIDTH, NARROW = 192, 128  # at 10 ms
HALF_WIDTH, HALF_NARROW = 256, 144  # at 20 ms
BEFORE, MIDDLE, AFTER = (1, 2), (1, 2, 4, 8, 1, 2, 4, 8, 1, 2, 4, 8), (2, 1)  # dilations
DROPPED = 0.12  # share of the narrow units left out


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
        narrow = functional.relu(self.n(self.a(three)))
        if self.training:
            kept = torch.rand(len(x), 1, narrow.shape[2]) >= DROPPED
            narrow = narrow * (kept / (1 - DROPPED)).to(narrow.dtype)
        return x + self.b(narrow)


class Network(nn.Module):
    """Normalised log-mels [batch, frames (even), BANDS] -> phone logits [.., len(CLASSES)], articulation logits."""

    def __init__(self, middle: Sequence[int] = MIDDLE) -> None:
        super().__init__()
        self.first = nn.Linear(STACK * BANDS, WIDTH)
        self.before = nn.ModuleList(Block(WIDTH, NARROW, d) for d in BEFORE)
        self.down = nn.Linear(2 * WIDTH, HALF_WIDTH)
        self.middle = nn.ModuleList(Block(HALF_WIDTH, HALF_NARROW, d) for d in middle)
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

    def start_from(self, weights: dict[str, Tensor]) -> None:
        """Take over the weights of a smaller network; blocks that it lacks begin as doing nothing."""
        with torch.no_grad():
            for block in self.middle:
                block.b.weight.zero_()
                block.b.bias.zero_()
        self.load_state_dict(weights, strict=False)


def trained(checkpoint: Path) -> Network:
    """The network of a checkpoint (the running mean of its weights), ready to be used; shorter ones are met too."""
    weights = torch.load(checkpoint, weights_only=True, map_location="cpu")["mean"]
    blocks = {name.split(".")[1] for name in weights if name.startswith("middle.")}
    network = Network(MIDDLE[: len(blocks)])
    network.load_state_dict(weights)
    return network.eval()
