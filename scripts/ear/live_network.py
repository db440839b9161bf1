"""The live sibling of the recognizer's network for training, in PyTorch: it sees nothing of what is to come.

The same blocks as in `network.py`, with every convolution looking back alone. The labels come DELAY rows after their
sound instead: so much of the future is heard before it speaks. The half-rate layer sees rows 2k and 2k + 1 and is added
to rows 2k + 1 and 2k + 2, so that no row waits for a pair.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import torch
from network import STACK, Block, Layers
from torch import Tensor
from torch.nn import functional

from engine.live.causal import DELAY

WIDTH, NARROW = 128, 96  # at 10 ms
HALF_WIDTH, HALF_NARROW = 176, 112  # at 20 ms
BEFORE, MIDDLE, AFTER = (1, 2), (1, 2, 4, 8, 1, 2, 4, 8), (1, 2)  # dilations
DROPPED = 0.06  # share of the narrow units left out while it learns
LEVEL, TILT, SPREAD = 0.15, 0.08, 0.1  # how far normalised levels, bands and deviations are off while it learns


class LiveNetwork(Layers):
    """Log-mels [batch, frames (even), BANDS] normalised as they came -> phone logits, articulation logits.

    Both have frames - DELAY rows: row i speaks of row i of the bands, and was known DELAY rows later.
    """

    def __init__(self) -> None:
        block = partial(Block, behind=2, dropped=DROPPED)
        super().__init__(block, (WIDTH, NARROW), (HALF_WIDTH, HALF_NARROW), BEFORE, MIDDLE, AFTER)

    def forward(self, bands: Tensor) -> tuple[Tensor, Tensor]:
        padded = functional.pad(_astray(bands) if self.training else bands, (0, 0, STACK - 1, 0))
        phones, articulation = self.through(padded, late=1)
        return phones[:, DELAY:], articulation[:, DELAY:]

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
