"""Learn to tell languages: python scripts/ear/languages.py --real DIR --synth DIR [--weights FILE] [--minutes N]

Hears some minutes of each set of recordings and each synthesizer in each language, cuts them into pieces of 3, 10 and
30 s, and learns the layer of engine/recognizer/identify.py (softmax regression, Adam, L2 towards zero), every language
weighing the same and within it every set. Twice a whole set of each language that has two or more is held out, beside
the rows of split "test" (other speakers, whole sets, synthetic voices): these pieces calibrate how sharp the softmax is
and from which probability a language is told, and their figures are printed. Languages with one set of recordings or
none (Korean and Hindi are synthetic alone) are held out by synthetic voice only. What is written is learnt from all
training rows.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from engine.files import write_whole
from engine.languages import codes
from engine.recognizer import Recognizer
from engine.recognizer.identify import OTHER, Layer, counts, probabilities, read_layer
from engine.recognizer.network import Network
from engine.recognizer.search import stretches
from engine.sound.features import RATE, log_mel

TARGET = Path(__file__).resolve().parents[2] / "engine" / "recognizer" / "languages.npz"
LENGTHS = (3, 10, 30)  # seconds of a piece
LEAST_STEP = 900  # frames from one piece to the next
BLOCK = 45.0  # seconds heard at once
GAPS = (0.1, 0.4)  # seconds between utterances
INPUTS = 2500  # counts that the layer looks at, the commonest
ROUNDS, RATE_OF_LEARNING, DECAY = 120, 0.08, 1e-3
RIGHT = 0.9  # share of the told that should be right
SYNTHESIZERS = frozenset({"espeak", "festival", "flite", "rhvoice", "pico", "jtalk", "openjtalk", "rab"})
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Block:
    """Stretches of one speaker: language, set or synthesizer, split, mean posteriors, edges in frames."""

    language: str
    source: str
    split: str
    means: Floats
    edges: NDArray[np.int64]


@dataclass(frozen=True)
class Pieces:
    """Counts [pieces, inputs] with frames of speech, seconds, language and source of each."""

    counts: Floats
    frames: NDArray[np.int64]
    seconds: NDArray[np.int64]
    languages: list[str]
    sources: list[str]

    def __len__(self) -> int:
        return len(self.frames)


Row = tuple[Path, int, int]


def utterances(folder: Path, real: bool) -> dict[tuple[str, str, str], dict[str, list[Row]]]:
    """Rows of shards by (language, source, split) and by speaker."""
    found: dict[tuple[str, str, str], dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for listing in sorted(folder.glob("*.jsonl")):
        if listing.name.endswith(".aligned.jsonl"):
            continue
        for line in listing.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            source = listing.stem if real else listing.stem.split("_")[0]
            speaker = str(row.get("speaker") or row.get("voice") or listing.stem)
            key = (row["language"].split("-")[0], source, row["split"])
            found[key][speaker].append((listing.with_suffix(".npy"), row["start"], row["end"]))
    return found


def blocks(folder: Path, real: bool, minutes: float, ear: Recognizer) -> Iterator[Block]:
    """What is heard in at most some minutes of each source, speakers taking turns."""
    generator = random.Random(3)
    for (language, source, split), speakers in sorted(utterances(folder, real).items()):
        left = minutes * 60.0
        for name in generator.sample(sorted(speakers), len(speakers)):
            rows = generator.sample(speakers[name], len(speakers[name]))
            while rows and left > 0.0:
                sound, rows = _some(rows, generator)
                if len(sound) > LENGTHS[0] * RATE:
                    yield _heard(sound, language, source, split, ear)
                left -= len(sound) / RATE
                if len(speakers) > 2 * left / BLOCK:
                    break


def _some(rows: list[Row], generator: random.Random) -> tuple[Floats, list[Row]]:
    """Utterances with short gaps, about BLOCK seconds of them, and the rows that are left."""
    parts: list[Floats] = []
    length = 0
    while rows and length < BLOCK * RATE:
        path, start, end = rows.pop()
        sound = np.load(path, mmap_mode="r")[start:end].astype(np.float32) / 32768
        parts += [sound, np.zeros(round(generator.uniform(*GAPS) * RATE), np.float32)]
        length += len(sound)
    return np.concatenate(parts), rows


def _heard(sound: Floats, language: str, source: str, split: str, ear: Recognizer) -> Block:
    steps = np.exp(ear.posteriors(log_mel(sound)).phones.astype(np.float32))
    edges = stretches(steps)
    means = np.add.reduceat(steps, edges[:-1], axis=0) / np.diff(edges)[:, None].astype(np.float32)
    return Block(language, source, split, means.astype(np.float32), edges)


def pieces(chosen: Sequence[Block]) -> Pieces:
    """All pieces of LENGTHS of some blocks."""
    rows, frames, seconds, languages, sources = [], [], [], [], []
    for block in chosen:
        for length in LENGTHS:
            for start in range(0, int(block.edges[-1]) - 80 * length, max(100 * length, LEAST_STEP)):
                first, last = np.searchsorted(block.edges[:-1], (start, start + 100 * length))
                part = block.means[first:last]
                rows.append(counts([part]))
                frames.append(int(((1.0 - part[:, 0]) * np.diff(block.edges)[first:last]).sum()))
                seconds.append(length)
                languages.append(block.language)
                sources.append(block.source)
    return Pieces(np.array(rows), np.array(frames), np.array(seconds), languages, sources)


def learn(known: Pieces, names: Sequence[str]) -> dict[str, NDArray[np.generic]]:
    """The arrays of the layer, its softmax not yet calibrated."""
    mean = known.counts.mean(0)
    places = np.sort(np.argsort(-mean)[:INPUTS])
    centred = known.counts[:, places] - mean[places]
    spread = centred.std(0) + 0.003
    wanted = np.array([[name == language for name in names] for language in known.languages], np.float32)
    weights, offset = _descend(centred / (10.0 * spread), wanted, _fair(known))
    weights /= (10.0 * spread)[:, None]
    scale = np.abs(weights).max(0) / 127.0
    return {
        "codes": np.array(names),
        "own": np.array([name in codes() for name in names]),
        "places": places.astype(np.uint16),
        "mean": mean[places].astype(np.float16),
        "weights": np.round(weights / scale).astype(np.int8),
        "scale": scale.astype(np.float32),
        "offset": offset.astype(np.float32),
        "figures": np.array([1.0, 0.0, 0.5]),
    }


def _fair(known: Pieces) -> Floats:
    """Weights of pieces: each language the same, each of its sources the same, each length the same."""
    keys = list(zip(known.languages, known.sources, known.seconds.tolist(), strict=True))
    many = Counter(keys)
    kinds = Counter(key[0] for key in many)
    weights = np.array([1.0 / many[key] / kinds[key[0]] for key in keys], np.float32)
    return weights / weights.sum()


def _descend(rows: Floats, wanted: Floats, fair: Floats) -> tuple[Floats, Floats]:
    """Softmax regression by Adam (Kingma and Ba 2015) on all rows at once."""
    inputs = np.hstack([rows, np.ones((len(rows), 1), np.float32)]).astype(np.float32)
    weights = np.zeros((inputs.shape[1], wanted.shape[1]), np.float32)
    first, second = np.zeros_like(weights), np.zeros_like(weights)
    for turn in range(1, ROUNDS + 1):
        logits = inputs @ weights
        shares = np.exp(logits - logits.max(1, keepdims=True))
        shares /= shares.sum(1, keepdims=True)
        slope = inputs.T @ ((shares - wanted) * fair[:, None]) + DECAY * weights
        first += 0.1 * (slope - first)
        second += 0.01 * (slope * slope - second)
        step = RATE_OF_LEARNING * (1.0 - 0.9 * turn / ROUNDS) / (1.0 - 0.9**turn)
        weights -= step * first / (np.sqrt(second / (1.0 - 0.99**turn)) + 1e-8)
    return weights[:-1], weights[-1]


def folds(heard: Sequence[Block]) -> Iterator[tuple[list[Block], list[Block]]]:
    """Twice what is learnt from and what is held out: a set of each language that has two, and all test rows."""
    sources: dict[str, list[str]] = defaultdict(list)
    for block in heard:
        recorded = block.source not in SYNTHESIZERS
        if block.split == "train" and recorded and block.source not in sources[block.language]:
            sources[block.language].append(block.source)
    for turn in range(2):
        out = {own[turn % len(own)] for own in sources.values() if len(own) > 1}
        learnt = [block for block in heard if block.split == "train" and block.source not in out]
        yield learnt, [block for block in heard if block.source in out or (block.split == "test" and turn == 0)]


def calibrated(trials: list[tuple[Layer, Pieces]]) -> tuple[float, float, float]:
    """Sharpness (two figures) that fits the held-out pieces best, and the probability from which RIGHT are right."""
    best = min(
        ((first, growth) for first in np.arange(0.1, 1.3, 0.1) for growth in np.arange(0.0, 0.6, 0.1)),
        key=lambda two: sum(_loss(_sharp(layer, two), held) for layer, held in trials),
    )
    told = [_told(_sharp(layer, best), held) for layer, held in trials]
    sure = np.concatenate([one[1] for one in told])
    right = np.concatenate([one[2] for one in told])
    shares = [(limit, right[sure >= limit].mean()) for limit in np.arange(0.3, 0.95, 0.01) if (sure >= limit).any()]
    return float(best[0]), float(best[1]), float(next((limit for limit, share in shares if share >= RIGHT), 0.95))


def _sharp(layer: Layer, two: tuple[float, float]) -> Layer:
    return replace(layer, sharpness=(float(two[0]), float(two[1])))


def _loss(layer: Layer, held: Pieces) -> float:
    shares = probabilities(layer, held.counts, held.frames)
    at = [layer.codes.index(language) for language in held.languages]
    return float(-(np.log(shares[np.arange(len(at)), at] + 1e-6) * _fair(held)).sum())


def _told(layer: Layer, held: Pieces) -> tuple[list[str], Floats, NDArray[np.bool_]]:
    """The likeliest of our languages or OTHER for each piece, its probability, whether it is right."""
    shares = probabilities(layer, held.counts, held.frames)
    names = [code for code, own in zip(layer.codes, layer.own, strict=True) if own] + [OTHER]
    grouped = np.column_stack([shares[:, layer.own], shares[:, ~layer.own].sum(1)])
    best = [names[at] for at in grouped.argmax(1)]
    truth = [language if language in names else OTHER for language in held.languages]
    return best, grouped.max(1), np.array([one == other for one, other in zip(best, truth, strict=True)])


def report(title: str, trials: list[tuple[Layer, Pieces]]) -> None:
    """For each length: pieces, right among the told, not told; and the languages one by one at 10 s."""
    for seconds in LENGTHS:
        for real in (True, False):
            right, told, total = _tally(trials, seconds, real)
            if total:
                kind = "recordings" if real else "synthesized"
                print(
                    f"{title}, {kind}, {seconds:2} s: {total:5} pieces, right {100 * right / max(told, 1):5.1f} % of "
                    f"the told, cannot tell {100 * (1 - told / total):5.1f} %"
                )


def _tally(trials: list[tuple[Layer, Pieces]], seconds: int, real: bool) -> tuple[int, int, int]:
    right = told = total = 0
    for layer, held in trials:
        _, sure, good = _told(layer, held)
        chosen = (held.seconds == seconds) & np.array([(source not in SYNTHESIZERS) == real for source in held.sources])
        total += int(chosen.sum())
        told += int((chosen & (sure >= layer.sure)).sum())
        right += int((chosen & good & (sure >= layer.sure)).sum())
    return right, told, total


def by_language(trials: list[tuple[Layer, Pieces]]) -> None:
    """What the 10 s pieces of each held-out source were taken for."""
    heard: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for layer, held in trials:
        best, sure, _ = _told(layer, held)
        for at in np.flatnonzero(held.seconds == 10):
            heard[held.languages[at], held.sources[at]][best[at] if sure[at] >= layer.sure else "-"] += 1
    for (language, source), taken in sorted(heard.items()):
        print(f"  {language} {source}: {', '.join(f'{code} {count}' for code, count in taken.most_common(4))}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--real", type=Path, required=True)
    parser.add_argument("--synth", type=Path, required=True)
    parser.add_argument("--weights", type=Path, help="the recognizer's weights, if not the engine's own")
    parser.add_argument("--minutes", type=float, default=4.0, help="of each set in each language")
    parser.add_argument("--out", type=Path, default=TARGET, help="default: the engine's own layer")
    options = parser.parse_args()
    ear = Recognizer(Network.read(options.weights)) if options.weights else Recognizer.load()
    heard = [*blocks(options.real, True, options.minutes, ear), *blocks(options.synth, False, options.minutes / 2, ear)]
    print(f"{sum(block.edges[-1] for block in heard) / 6000:.0f} minutes heard", flush=True)
    names = sorted({block.language for block in heard if block.split == "train"})
    trials = []
    for learnt, held in folds(heard):
        kept = pieces([block for block in held if block.language in names])
        trials.append((read_layer(learn(pieces(learnt), names)), kept))
    arrays = learn(pieces([block for block in heard if block.split == "train"]), names)
    arrays["figures"] = np.array(calibrated(trials))
    final = read_layer(arrays)
    trials = [(replace(layer, sharpness=final.sharpness, sure=final.sure), held) for layer, held in trials]
    report("held out", trials)
    by_language(trials)
    packed = io.BytesIO()
    np.savez_compressed(packed, **arrays)
    write_whole(options.out, packed.getvalue())
    print(f"told from {final.sure:.2f}; {options.out.name}: {options.out.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
