"""Count which phone follows which: python scripts/ear/sequences.py --synth DIR --real DIR

Reads the phones of synthesized shards and the pronunciations of real transcripts (G2P), and writes the
log-probabilities of pairs for each language to engine/recognizer/sequences.npz (float16 [classes, classes]
each). Counts are smoothed towards the mean of all languages ('und'), that towards the frequency of the second phone.
"""

from __future__ import annotations

import argparse
import io
import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from corpus import INDEX

from engine.files import write_whole
from engine.languages import codes
from engine.phones import CLASSES, classify, segments

PAUSE = 0.15  # seconds of gap that count as silence
SMOOTHING = 400.0  # pairs' worth of belief in the broader table
TARGET = Path(__file__).resolve().parents[2] / "engine" / "recognizer" / "sequences.npz"


def synthesized(row: dict[str, list[list[float]]]) -> Iterator[str]:
    last = 0.0
    for start, end, ipa in row["phones"]:
        if start - last > PAUSE:
            yield ""
        yield str(ipa)
        last = end


def spoken(row: dict[str, list[dict[str, list[list[str]]]]]) -> Iterator[str]:
    for word in row["words"]:
        yield from word["phones"][0] if word["phones"] else []


def count(folder: Path, real: bool, counts: dict[str, NDArray[np.float64]]) -> None:
    for listing in sorted(folder.glob("*.jsonl")):
        if listing.name.endswith(".aligned.jsonl"):
            continue
        for line in listing.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if row["split"] != "train":
                continue
            said = [p for ipa in (spoken if real else synthesized)(row) for p in (segments(ipa) or ("",))]
            indices = [0, *(INDEX[classify(p)] for p in said), 0]
            np.add.at(counts[row["language"].split("-")[0]], (indices[:-1], indices[1:]), 1.0)


def smoothed(own: NDArray[np.float64], broad: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rows of probabilities: counts with SMOOTHING pairs of the broader table mixed into each row."""
    return (own + SMOOTHING / 10 * broad) / (own.sum(1, keepdims=True) + SMOOTHING / 10)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--synth", type=Path, required=True)
    parser.add_argument("--real", type=Path, required=True)
    options = parser.parse_args()
    size = len(CLASSES)
    counts: dict[str, NDArray[np.float64]] = defaultdict(lambda: np.zeros((size, size)))
    count(options.synth, False, counts)
    count(options.real, True, counts)
    shares = sum(table / table.sum() for table in counts.values()) / len(counts)
    frequency = shares.sum(0, keepdims=True) + 1e-4
    total = sum(table.sum() for table in counts.values())
    und = smoothed(shares * min(total, 200_000.0), frequency / frequency.sum())
    tables = {"und": und} | {code: smoothed(counts[code], und) for code in codes() if code in counts}
    packed = io.BytesIO()
    np.savez_compressed(packed, **{code: np.log(table).astype(np.float16) for code, table in sorted(tables.items())})
    write_whole(TARGET, packed.getvalue())
    for code in sorted(counts):
        print(f"{code}: {int(counts[code].sum())} pairs{'' if code in tables else ' (in und alone)'}")
    print(f"{TARGET.name}: {len(packed.getvalue()) / 1000:.0f} kB, {len(tables)} tables")


if __name__ == "__main__":
    main()
