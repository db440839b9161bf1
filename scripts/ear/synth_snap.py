"""Bring the edges that align.py found in clean synthesized sets to where the sound changes.

    python scripts/ear/synth_snap.py --real DIR

The network's edges lie off the sound's by an amount that is much the same for a voice and a pair of classes (a
fricative after a vowel comes 10 to 20 ms late, say). It is measured and corrected as with the voices that tell their
times, then sharp changes within 8 ms are taken, and phones beside a pause begin and end where the sound does.
Rewrites DIR/<set>.aligned.jsonl; a set is snapped once (its lines are marked).
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from synth_edges import Phone, correct_edges, measure_offsets, settle_pauses

MEASURED = 300  # utterances


def _phones(row: dict[str, Any]) -> list[Phone]:
    return [Phone(start, end, ipa) for start, end, ipa in row["phones"]]


def snapped(sound: NDArray[np.int16], rows: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], str]:
    """The rows with corrected phones, and the offsets (ms) that were found."""
    pairs = [(np.asarray(sound[row["start"] : row["end"]]), _phones(row)) for row in rows]
    offsets = measure_offsets(pairs[:MEASURED])
    result = []
    for row, (samples, phones) in zip(rows, pairs, strict=True):
        found = settle_pauses(correct_edges(phones, samples, offsets), samples)
        timed = [[round(p.start, 4), round(p.end, 4), p.ipa] for p in found]
        result.append(row | {"phones": timed, "snapped": True})
    return result, " ".join(f"{before}|{after} {ms:+d}" for (before, after), ms in sorted(offsets.items()))


def snap_set(listing: Path) -> str:
    """Correct one set; return a line of report."""
    rows = [json.loads(line) for line in listing.read_text(encoding="utf-8").splitlines()]
    name = listing.name.removesuffix(".aligned.jsonl")
    if not rows or rows[0].get("snapped"):
        return f"{name}: nothing to do"
    found, offsets = snapped(np.load(listing.with_name(f"{name}.npy"), mmap_mode="r"), rows)
    aside = listing.with_suffix(".part")
    aside.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in found), encoding="utf-8")
    aside.replace(listing)
    return f"{name}: {len(found)} utterances, offsets, ms: {offsets}"


def main() -> None:
    """Correct every aligned set of the folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--real", type=Path, required=True, help="folder of the aligned sets")
    options = parser.parse_args()
    for listing in sorted(options.real.glob("*.aligned.jsonl")):
        print(snap_set(listing), flush=True)


if __name__ == "__main__":
    main()
