"""Put a trained live network into the engine: scripts/ear/export_live.py --checkpoint FILE --real DIR --synth DIR

Writes engine/live/weights.npz, or --out, packed as `export.py` packs the recognizer's. Says how far NumPy's
posteriors of a held-out half minute, heard row by row, are from PyTorch's.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from augment import plain_log_mel
from corpus import Corpus, batch
from export import asked, tell, write
from live_network import trained_live
from running import normalised_live

from engine.live.causal import DELAY, CausalNetwork

TARGET = Path(__file__).resolve().parents[2] / "engine" / "live" / "weights.npz"


def main() -> None:
    options = asked(__doc__, TARGET)
    network = trained_live(options.checkpoint)
    write(network, options)
    sound, _ = batch([(Corpus(options.real, ".aligned.jsonl", "test"), 1)], np.random.default_rng(1), 3000, vary=False)
    bands = normalised_live(plain_log_mel(sound, [1.0]))
    with torch.no_grad():
        expected = torch.softmax(network(bands)[0][0], -1).numpy()
    tell(options.out, np.exp(CausalNetwork.read(options.out).stream().push(bands[0].numpy())[0][DELAY:]), expected)


if __name__ == "__main__":
    main()
