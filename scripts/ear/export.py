"""Put a trained network into the engine: python scripts/ear/export.py --checkpoint FILE --real DIR --synth DIR

Writes engine/recognizer/weights.npz, or --out: the blocks' matrices in int8 with a scale for each output, the rest in
float16, with the prior of each class over the training labels. Says how far NumPy's posteriors of real speech are from
PyTorch's.
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
from augment import log_mel
from corpus import Corpus, batch
from network import Layers, trained

from engine.files import write_whole
from engine.phones import CLASSES
from engine.recognizer.network import Network as Runner

TARGET = Path(__file__).resolve().parents[2] / "engine" / "recognizer" / "weights.npz"


def packed(state: dict[str, torch.Tensor]) -> dict[str, NDArray[np.float16] | NDArray[np.int8]]:
    """The weights as they are kept: int8 with `<layer>.scale` where a matrix lies between blocks or in one."""
    kept: dict[str, NDArray[np.float16] | NDArray[np.int8]] = {}
    for name, value in state.items():
        weights = value.numpy()
        if weights.ndim == 2 and name.split(".")[0] in ("before", "middle", "after", "down", "up"):
            scale = (np.abs(weights).max(1) / 127).astype(np.float16)
            scale = np.maximum(np.nextafter(scale, np.float16(1)), np.float16(1e-6))
            kept[name.removesuffix("weight") + "scale"] = scale
            kept[name] = np.round(weights / scale[:, None].astype(np.float32)).clip(-127, 127).astype(np.int8)
        else:
            kept[name] = weights.astype(np.float16)
    return kept


def prior(corpora: list[tuple[Corpus, int]]) -> NDArray[np.float16]:
    """Log share of each class among the labels of random chunks."""
    rng = np.random.default_rng(5)
    counts = np.ones(len(CLASSES))
    for _ in range(60):
        _, labels = batch(corpora, rng, 400, vary=False)
        counts += np.bincount(labels.flatten().numpy(), minlength=len(CLASSES))
    return np.log(counts / counts.sum()).astype(np.float16)


def asked(about: str | None, target: Path) -> argparse.Namespace:
    """What an export is told: `checkpoint`, `real`, `synth`, `out`."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--real", type=Path, required=True)
    parser.add_argument("--synth", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=target, help="default: the engine's own weights")
    return parser.parse_args()


def write(network: Layers, options: argparse.Namespace) -> None:
    """Write the weights of a network with its dilations and the prior of the classes."""
    weights = packed(network.state_dict())
    for part in ("before", "middle", "after"):
        weights[f"{part}.dilations"] = np.array([block.dilation for block in getattr(network, part)], np.float16)
    corpora = [(Corpus(options.synth, ".jsonl"), 6), (Corpus(options.real, ".aligned.jsonl"), 10)]
    weights["prior"] = prior([(c, n) for c, n in corpora if c.utterances])
    file = io.BytesIO()
    np.savez_compressed(file, **weights)
    write_whole(options.out, file.getvalue())


def tell(path: Path, made: NDArray[np.float32], expected: NDArray[np.float32]) -> None:
    """Say how large the file is, and how far NumPy's probabilities are from PyTorch's."""
    apart, size = np.abs(made - expected), path.stat().st_size / 1e6
    print(f"{path.name}: {size:.2f} MB; probabilities {apart.mean():.5f} apart, at most {apart.max():.3f}")


def main() -> None:
    options = asked(__doc__, TARGET)
    network = trained(options.checkpoint)
    write(network, options)
    speech = Corpus(options.real, ".aligned.jsonl")
    bands = log_mel(batch([(speech, 1)], np.random.default_rng(1), 3000, vary=False)[0], [1.0])
    with torch.no_grad():
        expected = torch.softmax(network(bands)[0][0], -1).numpy()
    tell(options.out, np.exp(Runner.read(options.out).run(bands[0].numpy())[0]), expected)


if __name__ == "__main__":
    main()
