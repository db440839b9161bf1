"""Put a trained live network into the engine: scripts/ear/export_live.py --checkpoint FILE --real DIR --synth DIR

Writes engine/live/weights.npz, or --out, packed as `export.py` packs the recognizer's. Says how far NumPy's
posteriors of a held-out half minute, heard row by row, are from PyTorch's.
"""

from __future__ import annotations

import argparse
import io
import sys
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from augment import plain_log_mel
from corpus import Corpus, batch
from export import packed, prior
from live_network import AFTER, BEFORE, MIDDLE, trained_live
from running import normalised_live

from engine.files import write_whole
from engine.live.causal import DELAY, CausalNetwork

TARGET = Path(__file__).resolve().parents[2] / "engine" / "live" / "weights.npz"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--real", type=Path, required=True)
    parser.add_argument("--synth", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=TARGET, help="default: the engine's own weights")
    options = parser.parse_args()
    network = trained_live(options.checkpoint)
    weights = packed(network.state_dict())
    for part, dilations in (("before", BEFORE), ("middle", MIDDLE), ("after", AFTER)):
        weights[f"{part}.dilations"] = np.array(dilations, np.float16)
    weights["prior"] = prior([(Corpus(options.synth, ".jsonl"), 6), (Corpus(options.real, ".aligned.jsonl"), 10)])
    file = io.BytesIO()
    np.savez_compressed(file, **weights)
    write_whole(options.out, file.getvalue())
    sound, _ = batch([(Corpus(options.real, ".aligned.jsonl", "test"), 1)], np.random.default_rng(1), 3000, vary=False)
    bands = normalised_live(plain_log_mel(sound, [1.0]))
    with torch.no_grad():
        expected = torch.softmax(network(bands)[0][0], -1).numpy()
    made = np.exp(CausalNetwork.read(options.out).stream().push(bands[0].numpy())[0][DELAY:])
    apart = np.abs(made - expected)
    size = len(file.getvalue()) / 1e6
    print(f"{options.out.name}: {size:.2f} MB; probabilities {apart.mean():.5f} apart, at most {apart.max():.3f}")


if __name__ == "__main__":
    main()
