"""Time the phones of real speech: python scripts/ear/align.py --real DIR --checkpoint FILE

Each utterance's pronunciations (DIR/<set>.jsonl, from pronounce.py) become a lattice: words in order, alternatives
side by side, silence allowed between words. The network's posteriors choose the best path (Viterbi);
edges are interpolated between frames. Written to DIR/<set>.aligned.jsonl, where `train.py` finds it; utterances that
do not fit their text are left out. Run it again as training goes on: each round's times are better than the last.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path

import numba
import numpy as np
import torch
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from augment import log_mel
from corpus import INDEX
from network import trained

from engine.phones import CLASSES, classify, segments
from engine.recognizer.decode import crossing
from engine.sound.features import HOP, RATE

LEAST_PHONE = 2  # frames
LEAST_PAUSE = 12  # frames
PAUSE_ENTRY, PAUSE_FRAME = -4.0, -1.5  # log: free silences would swallow the closures of stops
PRIOR_SHARE = 0.3
LOWEST = -7.0  # log: one bad frame must not decide
Words = list[dict[str, list[list[str]]]]

LEFT_OUT = 0.06  # share of the worst utterances of each set


@dataclass(frozen=True)
class Lattice:
    """States: class, log cost of a frame and of entry, predecessors (flat, with offsets), number of the phone."""

    classes: NDArray[np.int32]
    frame_cost: NDArray[np.float32]
    entry_cost: NDArray[np.float32]
    offsets: NDArray[np.int32]
    before: NDArray[np.int32]
    phone: NDArray[np.int32]
    initial: NDArray[np.int32]
    final: NDArray[np.int32]


class LatticeBuilder:
    def __init__(self) -> None:
        self.classes: list[int] = []
        self.costs: list[tuple[float, float]] = []
        self.before: list[list[int]] = []
        self.phone: list[int] = []
        self.phones = 0
        self.initial: list[int] = []

    def _state(self, index: int, before: list[int], loops: bool, first: bool, costs: tuple[float, float]) -> int:
        here = len(self.classes)
        self.classes.append(index)
        self.costs.append((costs[0], costs[1] if first else 0.0))
        self.before.append([*before, here] if loops else list(before))
        self.phone.append(self.phones)
        if first and (not before or -1 in before):
            self.initial.append(here)
            self.before[-1] = [b for b in self.before[-1] if b >= 0]
        return here

    def chain(self, index: int, entries: list[int], least: int, costs: tuple[float, float] = (0.0, 0.0)) -> int:
        before, state = entries, -1
        for i in range(least):
            state = self._state(index, before, i == least - 1, i == 0, costs)
            before = [state]
        self.phones += 1
        return state

    def pronunciation(self, ipa: list[str], entries: list[int]) -> int:
        state = -1
        for part in (p for one in ipa for p in segments(one) if p):
            state = self.chain(INDEX[classify(part)], entries, LEAST_PHONE)
            entries = [state]
        return state

    def finish(self, final: list[int]) -> Lattice:
        offsets = np.cumsum([0, *[len(b) for b in self.before]])
        frame, entry = zip(*self.costs, strict=True)
        return Lattice(
            np.array(self.classes, np.int32),
            np.array(frame, np.float32),
            np.array(entry, np.float32),
            offsets.astype(np.int32),
            np.array([b for row in self.before for b in row], np.int32),
            np.array(self.phone, np.int32),
            np.array(self.initial, np.int32),
            np.array(final, np.int32),
        )


def lattice(words: Words) -> Lattice | None:
    """The lattice of an utterance, None where no word has a sound. Entry -1 stands for the start of the sound."""
    build = LatticeBuilder()
    exits = [-1, build.chain(0, [-1], 1)]
    for number, word in enumerate(words):
        said = [build.pronunciation(p, exits) for p in word["phones"] if any(segments(ipa) for ipa in p)]
        if not said:
            continue
        pause = build.chain(0, said, LEAST_PAUSE, (PAUSE_FRAME, PAUSE_ENTRY)) if number < len(words) - 1 else -1
        exits = [*said, pause] if pause >= 0 else said
    if -1 in exits:
        return None
    return build.finish([*exits, build.chain(0, exits, 1)])


@numba.njit(cache=True)
def viterbi(logs, classes, frame_cost, entry_cost, offsets, before, initial, final):  # type: ignore[no-untyped-def]
    frames, states = logs.shape[0], classes.shape[0]
    best = np.full(states, -1e30, np.float32)
    back = np.zeros((frames, states), np.int32)
    for s in initial:
        best[s] = entry_cost[s] + frame_cost[s] + logs[0, classes[s]]
    for t in range(1, frames):
        fresh = np.full(states, -1e30, np.float32)
        for s in range(states):
            top, source = np.float32(-1e30), -1
            for k in range(offsets[s], offsets[s + 1]):
                p = before[k]
                value = best[p] + (entry_cost[s] if p != s else np.float32(0))
                if value > top:
                    top, source = value, p
            back[t, s] = source
            fresh[s] = top + frame_cost[s] + logs[t, classes[s]]
        best = fresh
    end = final[0]
    for s in final:
        if best[s] > best[end]:
            end = s
    path = np.zeros(frames, np.int32)
    path[-1] = end
    for t in range(frames - 1, 0, -1):
        path[t - 1] = back[t, path[t]]
    return path, best[end]


def timed(logs: NDArray[np.float32], graph: Lattice, path: NDArray[np.int32]) -> list[list[object]]:
    """Phones [start, end, IPA] (seconds) of a path."""
    number, classes = graph.phone[path], graph.classes[path]
    edges = [0, *(np.flatnonzero(np.diff(number)) + 1), len(path)]
    times = [crossing(logs, e, classes[e - 1], classes[e]) if 0 < e < len(path) else float(e) for e in edges]
    rows: list[list[object]] = []
    for i, (first, start, end) in enumerate(zip(edges[:-1], times[:-1], times[1:], strict=True)):
        if classes[first] != 0 and edges[i + 1] > first:
            rows.append([round(start * HOP / RATE, 4), round(end * HOP / RATE, 4), CLASSES[classes[first]]])
    return rows


class Aligner:
    def __init__(self, checkpoint: Path) -> None:
        self.network = trained(checkpoint)
        self.prior = np.zeros(len(CLASSES), np.float32)

    @torch.no_grad()
    def logs(self, sound: NDArray[np.int16]) -> NDArray[np.float32]:
        samples = torch.from_numpy(sound.astype(np.float32) / 32768)[None]
        bands = log_mel(samples, [1.0])
        even = bands[:, : bands.shape[1] // 2 * 2]
        with torch.autocast("cpu", torch.bfloat16):
            phones = self.network(even)[0]
        logs: NDArray[np.float32] = torch.log_softmax(phones.float()[0], -1).numpy()
        return logs

    def learn_prior(self, sounds: list[NDArray[np.int16]]) -> None:
        total = sum(np.exp(self.logs(s)).sum(0) for s in sounds)
        self.prior = np.log(total / total.sum() + 1e-4).astype(np.float32)

    def align(self, sound: NDArray[np.int16], words: Words) -> tuple[list[list[object]], float] | None:
        """Timed phones and how well they fit (mean log posterior), None where the words do not fit in the sound."""
        graph = lattice(words)
        if graph is None or len(sound) < 20 * HOP:
            return None
        logs = self.logs(sound)
        scaled = np.maximum(logs - PRIOR_SHARE * self.prior, LOWEST).astype(np.float32)
        if len(graph.classes) - LEAST_PAUSE * len(words) > len(scaled) * 1.2:
            return None
        path, best = viterbi(
            scaled,
            graph.classes,
            graph.frame_cost,
            graph.entry_cost,
            graph.offsets,
            graph.before,
            graph.initial,
            graph.final,
        )
        if best < -1e20:
            return None
        spoken = graph.classes[path] != 0
        fit = logs[np.arange(len(path)), graph.classes[path]][spoken]
        rows = timed(scaled, graph, path)
        return (rows, float(fit.mean())) if rows and len(fit) else None


def align_set(aligner: Aligner, listing: Path, share: float) -> str:
    sound = np.load(listing.with_suffix(".npy"), mmap_mode="r")
    rows, fits = [], []
    lines = [json.loads(line) for line in listing.read_text(encoding="utf-8").splitlines()]
    for number, row in enumerate(lines):
        if number * share % 1.0 >= share:
            continue
        found = aligner.align(np.array(sound[row["start"] : row["end"]]), row["words"])
        if found:
            kept = {k: row[k] for k in ("id", "start", "end", "language", "speaker", "split")}
            rows.append(kept | {"phones": found[0], "fit": round(found[1], 3)})
            fits.append(found[1])
    limit = max(np.quantile(fits, LEFT_OUT), -4.0) if fits else 0.0
    chosen = [json.dumps(row, ensure_ascii=False) for row, fit in zip(rows, fits, strict=True) if fit >= limit]
    target = listing.with_suffix(".aligned.jsonl")
    aside = target.with_suffix(".part")
    aside.write_text("\n".join(chosen) + "\n", encoding="utf-8")
    aside.replace(target)
    return f"{listing.stem}: {len(chosen)} of {len(lines)} kept, mean fit {np.mean(fits) if fits else 0:.2f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--real", type=Path, required=True)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument(
        "--share", type=float, default=1.0, help="share of the utterances to take, for a first quick round"
    )
    options = parser.parse_args()
    torch.set_num_threads(1)
    aligner = Aligner(options.checkpoint)
    listings = [p for p in sorted(options.real.glob("*.jsonl")) if not p.name.endswith(".aligned.jsonl")]
    rng = np.random.default_rng(3)
    some = []
    for listing in listings:
        sound = np.load(listing.with_suffix(".npy"), mmap_mode="r")
        for _ in range(3):
            at = int(rng.integers(0, max(1, len(sound) - 5 * RATE)))
            some.append(np.array(sound[at : at + 5 * RATE]))
    aligner.learn_prior(some)
    for listing in listings:
        print(align_set(aligner, listing, options.share), flush=True)


if __name__ == "__main__":
    main()
