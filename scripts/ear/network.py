"""The recognizer's network for training, in PyTorch. The engine runs the same network with NumPy.

Log-mels, five frames at a time, go through residual blocks of dilated convolutions (kernel 3) at 10 ms, twelve at
20 ms, and back to 10 ms. Each block: convolution to a narrow layer, LayerNorm, ReLU, linear back, added to its input.
The convolutions are written as one matrix product over three shifted copies, the quickest form on a CPU.

While it learns, each block loses some of its narrow units for a whole chunk at a time: the speakers are few, and the
network knows them by heart too soon.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
    """`behind`: how many dilations its kernel looks back, of two in all; `dropped`: share of units lost meanwhile."""

    def __init__(self, width: int, narrow: int, dilation: int, behind: int = 1, dropped: float = DROPPED) -> None:
        super().__init__()
        self.dilation, self.behind, self.dropped = dilation, behind, dropped
        self.a = nn.Linear(3 * width, narrow)
        self.n = nn.LayerNorm(narrow)
        self.b = nn.Linear(narrow, width)

    def forward(self, x: Tensor) -> Tensor:
        step, length = self.dilation, x.shape[1]
        padded = functional.pad(x, (0, 0, self.behind * step, (2 - self.behind) * step))
        three = torch.cat([padded[:, i * step : i * step + length] for i in range(3)], -1)
        narrow = functional.relu(self.n(self.a(three)))
        if self.training:
            kept = torch.rand(len(x), 1, narrow.shape[2]) >= self.dropped
            narrow = narrow * (kept / (1 - self.dropped)).to(narrow.dtype)
        return x + self.b(narrow)


class Layers(nn.Module):
    """The layers of a network, `block(width, narrow, dilation)` making its blocks, and the way through them.

    `widths`, `half_widths`: of the blocks at 10 ms and at 20 ms, and of their narrow layers.
    """

    def __init__(
        self,
        block: Callable[[int, int, int], Block],
        widths: tuple[int, int],
        half_widths: tuple[int, int],
        before: Sequence[int],
        middle: Sequence[int],
        after: Sequence[int],
    ) -> None:
        super().__init__()
        width, half = widths[0], half_widths[0]
        self.first = nn.Linear(STACK * BANDS, width)
        self.before = nn.ModuleList(block(*widths, d) for d in before)
        self.down = nn.Linear(2 * width, half)
        self.middle = nn.ModuleList(block(*half_widths, d) for d in middle)
        self.up = nn.Linear(half, 2 * width)
        self.after = nn.ModuleList(block(*widths, d) for d in after)
        self.phones = nn.Linear(width, len(CLASSES))
        self.articulation = nn.Linear(width, len(ARTICULATIONS))

    def through(self, padded: Tensor, late: int = 0) -> tuple[Tensor, Tensor]:
        """Bands with STACK - 1 frames more -> logits; what the half-rate blocks say is added `late` frames later."""
        length = padded.shape[1] - STACK + 1
        x = self.first(torch.cat([padded[:, i : i + length] for i in range(STACK)], -1))
        for block in self.before:
            x = block(x)
        half = self.down(x.reshape(x.shape[0], length // 2, -1))
        for block in self.middle:
            half = block(half)
        up = self.up(functional.relu(half)).reshape(x.shape)
        x = x + functional.pad(up, (0, 0, late, 0))[:, :length]
        for block in self.after:
            x = block(x)
        return self.phones(x), self.articulation(x)


class Network(Layers):
    """Normalised log-mels [batch, frames (even), BANDS] -> phone logits [.., len(CLASSES)], articulation logits."""

    def __init__(self, middle: Sequence[int] = MIDDLE) -> None:
        super().__init__(Block, (WIDTH, NARROW), (HALF_WIDTH, HALF_NARROW), BEFORE, middle, AFTER)

    def forward(self, bands: Tensor) -> tuple[Tensor, Tensor]:
        return self.through(functional.pad(bands, (0, 0, STACK // 2, STACK // 2)))

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
