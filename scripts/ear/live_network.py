"""The live sibling of the recognizer's network for training, in PyTorch: it sees nothing of what is to come.

The same blocks as in `network.py`, with every convolution looking back alone. The labels come DELAY rows after their
sound instead: so much of the future is heard before it speaks. The half-rate layer sees rows 2k and 2k + 1 and is added
to rows 2k + 1 and 2k + 2, so that no row waits for a pair.
"""

from __future__ import annotations

from pathlib import Path

import torch
from network import STACK
from torch import Tensor, nn
from torch.nn import functional

from engine.live.causal import DELAY
from engine.phones import CLASSES
from engine.recognizer.articulation import ARTICULATIONS
from engine.sound.features import BANDS

WIDTH, NARROW = 128, 96  # at 10 ms
HALF_WIDTH, HALF_NARROW = 176, 112  # at 20 ms
BEFORE, MIDDLE, AFTER = (1, 2), (1, 2, 4, 8, 1, 2, 4, 8), (1, 2)  # dilations
DROPPED = 0.06  # share of the narrow units left out while it learns
LEVEL, TILT, SPREAD = 0.15, 0.08, 0.1  # how far normalised levels, bands and deviations are off while it learns


class Block(nn.Module):
    def __init__(self, width: int, narrow: int, dilation: int) -> None:
        super().__init__()
        self.dilation = dilation
        self.a = nn.Linear(3 * width, narrow)
        self.n = nn.LayerNorm(narrow)
        self.b = nn.Linear(narrow, width)

    def forward(self, x: Tensor) -> Tensor:
        step, length = self.dilation, x.shape[1]
        padded = functional.pad(x, (0, 0, 2 * step, 0))
        three = torch.cat([padded[:, i * step : i * step + length] for i in range(3)], -1)
        narrow = functional.relu(self.n(self.a(three)))
        if self.training:
            kept = torch.rand(len(x), 1, narrow.shape[2]) >= DROPPED
            narrow = narrow * (kept / (1 - DROPPED)).to(narrow.dtype)
        return x + self.b(narrow)


class LiveNetwork(nn.Module):
    """Log-mels [batch, frames (even), BANDS] normalised as they came -> phone logits, articulation logits.

    Both have frames - DELAY rows: row i speaks of row i of the bands, and was known DELAY rows later.
    """

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
        padded = functional.pad(_astray(bands) if self.training else bands, (0, 0, STACK - 1, 0))
        x = self.first(torch.cat([padded[:, i : i + length] for i in range(STACK)], -1))
        for block in self.before:
            x = block(x)
        half = self.down(x.reshape(x.shape[0], length // 2, 2 * WIDTH))
        for block in self.middle:
            half = block(half)
        up = self.up(functional.relu(half)).reshape(x.shape)
        x = x + functional.pad(up, (0, 0, 1, 0))[:, :length]
        for block in self.after:
            x = block(x)
        return self.phones(x)[:, DELAY:], self.articulation(x)[:, DELAY:]

    def start_from(self, weights: dict[str, Tensor]) -> None:
        self.load_state_dict(weights)


def _astray(bands: Tensor) -> Tensor:
    count = len(bands)
    moved = LEVEL * torch.randn(count, 1, 1) + TILT * torch.randn(count, 1, bands.shape[2])
    return bands * (1 + SPREAD * torch.randn(count, 1, 1)) + moved


def trained_live(checkpoint: Path) -> LiveNetwork:
    """The network of a checkpoint (the running mean of its weights), ready to be used."""
    network = LiveNetwork()
    network.load_state_dict(torch.load(checkpoint, weights_only=True, map_location="cpu")["mean"])
    return network.eval()
