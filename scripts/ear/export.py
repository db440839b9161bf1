"""Put a trained network into the engine: python scripts/ear/export.py --checkpoint FILE --real DIR --synth DIR

Writes engine/recognizer/weights.npz (float16) with the prior of each class over the training labels, and checks that
NumPy and PyTorch give the same posteriors.
"""

from __future__ import annotations

import argparse
import io
import sys
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from corpus import Corpus, batch
from network import AFTER, BEFORE, trained

from engine.files import write_whole
from engine.phones import CLASSES
from engine.recognizer.network import Network as Runner

TARGET = Path(__file__).resolve().parents[2] / "engine" / "recognizer" / "weights.npz"


def prior(corpora: list[tuple[Corpus, int]]) -> NDArray[np.float16]:
    """Log share of each class among the labels of random chunks."""
    rng = np.random.default_rng(5)
    counts = np.ones(len(CLASSES))
    for _ in range(60):
        _, labels = batch(corpora, rng, 400, vary=False)
        counts += np.bincount(labels.flatten().numpy(), minlength=len(CLASSES))
    return np.log(counts / counts.sum()).astype(np.float16)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--real", type=Path, required=True)
    parser.add_argument("--synth", type=Path, required=True)
    options = parser.parse_args()
    network = trained(options.checkpoint)
    weights = {name: value.numpy().astype(np.float16) for name, value in network.state_dict().items()}
    for part, dilations in (
        ("before", BEFORE),
        ("middle", [block.dilation for block in network.middle]),
        ("after", AFTER),
    ):
        weights[f"{part}.dilations"] = np.array(dilations, np.float16)
    corpora = [(Corpus(options.synth, ".jsonl"), 6), (Corpus(options.real, ".aligned.jsonl"), 10)]
    weights["prior"] = prior([(c, n) for c, n in corpora if c.utterances])
    packed = io.BytesIO()
    np.savez_compressed(packed, **weights)
    write_whole(TARGET, packed.getvalue())
    bands = np.random.default_rng(1).standard_normal((500, 48)).astype(np.float32)
    with torch.no_grad():
        expected = torch.log_softmax(network(torch.from_numpy(bands)[None])[0][0], -1).numpy()
    apart = float(np.abs(Runner.read(TARGET).run(bands)[0] - expected).max())
    print(f"{TARGET.name}: {len(packed.getvalue()) / 1e6:.2f} MB, NumPy and PyTorch at most {apart:.4f} apart (log)")


if __name__ == "__main__":
    main()
