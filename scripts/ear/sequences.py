"""Count which phone follows which: python scripts/ear/sequences.py --synth DIR --real DIR [--kept DIR] [--kilobytes N]

Reads much text of each language as phones (phone_texts.py), counts n-grams (ngrams.py), prunes them to a language's
share of the kilobytes and writes engine/recognizer/sequences.npz. 'und' is counted on the training rows of all
languages, each as often as the next. With --kept, what espeak-ng said of the texts is kept there and used again.
"""

from __future__ import annotations

import argparse
import io
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
import ngrams
import phone_texts
from ngrams import Level
from phone_texts import Weighed

from engine.files import write_whole
from engine.languages import codes
from engine.recognizer.sequence import STEP

ORDER = 6
SHARES = {"en": 5.0, "und": 0.7, "ar": 0.4, "ja": 0.6}  # of the kilobytes, beside 1 for each other language
LEAST, MOST, TRIES = 0.5, 400.0, 9  # thresholds of pruning between which the fitting one is looked for
TARGET = Path(__file__).resolve().parents[2] / "engine" / "recognizer" / "sequences.npz"

Arrays = dict[str, NDArray[np.uint8]]


def texts(language: str, options: argparse.Namespace) -> list[Weighed]:
    """The language's rows, from --kept where they are there."""
    kept = options.kept / f"{language}.npz" if options.kept else None
    if kept and kept.is_file():
        with np.load(kept) as file:
            return [(float(weight), _split(file[f"rows{at}"])) for at, weight in enumerate(file["weights"])]
    found = phone_texts.rows(language, options.real, options.synth)
    if kept:
        kept.parent.mkdir(parents=True, exist_ok=True)
        joined = {f"rows{at}": np.concatenate(rows) for at, (_, rows) in enumerate(found)}
        np.savez_compressed(kept, weights=np.array([weight for weight, _ in found]), **joined)
    return found


def _split(joined: phone_texts.Row) -> list[phone_texts.Row]:
    """Rows that begin and end with a pause, joined, are two pauses apart."""
    at = np.flatnonzero((joined[:-1] == 0) & (joined[1:] == 0)) + 1
    return np.split(joined, at)


def fitted(levels: list[Level], most: float) -> Arrays:
    """The n-grams pruned until they take at most `most` bytes in the file."""
    low, high = np.log(LEAST), np.log(MOST)
    best = ngrams.packed(ngrams.prune(levels, MOST), STEP)
    for _ in range(TRIES):
        middle = (low + high) / 2
        arrays = ngrams.packed(ngrams.prune(levels, float(np.exp(middle))), STEP)
        if size(arrays) <= most:
            best, high = arrays, middle
        else:
            low = middle
    return best


def size(arrays: Arrays) -> int:
    """Bytes in a compressed file."""
    return len(_file(arrays))


def _file(arrays: Arrays) -> bytes:
    packed = io.BytesIO()
    np.savez_compressed(packed, **arrays)
    return packed.getvalue()


def _there() -> Arrays:
    with np.load(TARGET, allow_pickle=False) as file:
        return {name: file[name] for name in file.files}


def everyone(options: argparse.Namespace) -> list[Weighed]:
    """The training rows of all languages, each language weighing the same."""
    found: list[Weighed] = []
    for language in phone_texts.languages(options.real, options.synth):
        rows = [row for _, own in phone_texts.timed_rows(language, options.real, options.synth) for row in own]
        if rows:
            found.append((40_000 / sum(map(len, rows)), rows))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--synth", type=Path, required=True)
    parser.add_argument("--real", type=Path, required=True)
    parser.add_argument("--kept", type=Path, help="folder for the pronounced texts")
    parser.add_argument("--only", nargs="*", help="languages to count anew; the others stay as they are")
    parser.add_argument("--kilobytes", type=float, default=750.0, help="size of the file")
    options = parser.parse_args()
    names = ("und", *(code for code in codes() if code != "und"))
    shares = {name: SHARES.get(name, 1.0) for name in names}
    found = _there() if options.only else {}
    for name in options.only or names:
        weighed = everyone(options) if name == "und" else texts(name, options)
        levels = ngrams.estimate(ngrams.count(weighed, ORDER))
        arrays = fitted(levels, 1000 * options.kilobytes * shares[name] / sum(shares.values()))
        found |= {f"{name}.{part}": values for part, values in arrays.items()}
        length = sum(len(row) for _, rows in weighed for row in rows)
        print(f"{name}: {length} phones, {len(arrays['costs'])} n-grams, {size(arrays) / 1000:.0f} kB", flush=True)
    write_whole(TARGET, _file(found))
    print(f"{TARGET.name}: {TARGET.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
