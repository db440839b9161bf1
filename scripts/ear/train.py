"""Train the recognizer: python scripts/ear/train.py --synth DIR --real DIR --out DIR --minutes 90

Goes on from OUT/checkpoint.pt where there is one, or begins with the weights of --start and in full variety. Without
it, the first part of the time is spent on clean synthesized speech; then rooms, noises and microphones are ramped up.
Real speech is taken in as soon as `align.py` has timed it (REAL/*.aligned.jsonl; looked for anew every few minutes).
One process learns on one thread, another makes the batches.

Cross-entropy over the phones (labels at a quarter of a frame, so edges are soft; lip closures and lip-to-teeth
sounds count more) and binary cross-entropy over the articulation. Matrices learn by Muon (Jordan et al. 2024), the rest
by AdamW. With --live it is the causal sibling that learns (`live_network.py`), from log-mels normalised as they came.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from augment import log_mel, plain_log_mel
from corpus import Corpus, batch
from live_network import LiveNetwork
from network import Network
from running import normalised_live
from supply import BATCH, FRAMES, Supply, stamps

from engine.phones import CLASSES, SILENCE, mouth_class
from engine.recognizer.articulation import articulation_table

AVERAGE = 0.998  # decay of the running mean of the weights
BEGUN = 8  # first rows of a chunk that are not learnt live: what came before them is missing
MOUTHS = ("silence", "closed", "teeth", "open", "rounded", "other")


def class_weights() -> Tensor:
    table = {"closed": 1.8, "teeth": 1.8, "open": 1.0, "rounded": 1.1, "other": 1.0}
    return torch.tensor([0.7 if phone == SILENCE else table[mouth_class(phone)] for phone in CLASSES])


def mouth_index() -> Tensor:
    return torch.tensor([0 if phone == SILENCE else MOUTHS.index(mouth_class(phone)) for phone in CLASSES])


WEIGHTS, MOUTH, TABLE = class_weights(), mouth_index(), torch.from_numpy(articulation_table())


def loss_of(phones: Tensor, articulation: Tensor, labels: Tensor) -> Tensor:
    logs = functional.log_softmax(phones.float(), -1)
    picked = logs.gather(-1, labels)
    weights = WEIGHTS[labels]
    entropy = -(weights * picked).sum() / weights.sum()
    smooth = -logs.mean()
    target = TABLE[labels].mean(-2)
    made = functional.binary_cross_entropy_with_logits(articulation.float(), target)
    return 0.95 * entropy + 0.05 * smooth + 0.5 * made


@torch.no_grad()
def score(network: nn.Module, chunks: list[tuple[Tensor, Tensor]]) -> str:
    """Frames right in phones and in six mouths, and the mean recall of the six, on clean chunks."""
    right = total = 0
    confusion = torch.zeros(6, 6)
    for bands, labels in chunks:
        with torch.autocast("cpu", torch.bfloat16):
            guess = network(bands)[0].argmax(-1)
        truth = labels[:, : guess.shape[1], 1]
        right += int((guess == truth).sum())
        total += truth.numel()
        confusion += torch.bincount((MOUTH[truth] * 6 + MOUTH[guess]).flatten(), minlength=36).reshape(6, 6)
    recall = confusion.diag() / confusion.sum(1).clamp(min=1)
    mouths = confusion.diag().sum() / confusion.sum()
    rows = " ".join(f"{name} {100 * r:.0f}" for name, r in zip(MOUTHS, recall, strict=True))
    return f"phones {100 * right / total:.1f} mouths {100 * mouths:.1f} recall {100 * recall.mean():.1f} ({rows})"


def held_out(folder: Path, suffix: str, live: bool = False) -> list[tuple[Tensor, Tensor]]:
    corpus = Corpus(folder, suffix, "test")
    if not corpus.utterances:
        return []
    rng = np.random.default_rng(7)
    chunks = []
    for _ in range(6):
        sound, labels = batch([(corpus, BATCH)], rng, FRAMES, vary=False)
        warps = [1.0] * BATCH
        bands = normalised_live(plain_log_mel(sound, warps)) if live else log_mel(sound, warps)
        chunks.append((bands, labels))
    return chunks


class Trainer:
    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.network, self.mean = self._made(), self._made().eval()
        if options.start:
            self.network.start_from(torch.load(options.start, weights_only=True)["mean"])
        self.mean.load_state_dict(self.network.state_dict())
        matrices = [p for n, p in self.network.named_parameters() if p.ndim == 2 and (".a." in n or ".b." in n)]
        chosen = {id(p) for p in matrices}
        others = [p for p in self.network.parameters() if id(p) not in chosen]
        self.optimizers = [
            torch.optim.Muon(matrices, lr=1.0, weight_decay=0.02, adjust_lr_fn="match_rms_adamw"),
            torch.optim.AdamW(others, lr=1.0, weight_decay=0.01, betas=(0.9, 0.98)),
        ]
        self.steps, self.elapsed = 0, 0.0
        self.file = options.out / "checkpoint.pt"
        if self.file.exists():
            self._resume()

    def _made(self) -> Network | LiveNetwork:
        return LiveNetwork() if self.options.live else Network()

    def _resume(self) -> None:
        state = torch.load(self.file, weights_only=True)
        self.network.load_state_dict(state["network"])
        self.mean.load_state_dict(state["mean"])
        for optimizer, saved in zip(self.optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(saved)
        self.steps, self.elapsed = state["steps"], state["elapsed"]

    def save(self) -> None:
        state = {
            "network": self.network.state_dict(),
            "mean": self.mean.state_dict(),
            "optimizers": [o.state_dict() for o in self.optimizers],
            "steps": self.steps,
            "elapsed": self.elapsed,
        }
        aside = self.file.with_suffix(".part")
        torch.save(state, aside)
        aside.replace(self.file)

    def step(self, done: float) -> float:
        rate = (
            self.options.rate * min(1.0, (self.steps + 1) / 200) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * done)))
        )
        self.supply.amount.value = 1.0 if self.options.start else min(1.0, max(0.0, done - 0.03) / 0.25)
        bands, labels = self.supply.next()
        with torch.autocast("cpu", torch.bfloat16):
            phones, articulation = self.network(bands)
        begun = BEGUN if self.options.live else 0
        loss = loss_of(phones[:, begun:], articulation[:, begun:], labels[:, begun : phones.shape[1]])
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        for optimizer in self.optimizers:
            for group in optimizer.param_groups:
                group["lr"] = rate
            optimizer.step()
            optimizer.zero_grad()
        decay = min(AVERAGE, 1 - 1 / (self.steps + 2) ** 0.8)
        with torch.no_grad():
            for mean, value in zip(self.mean.parameters(), self.network.parameters(), strict=True):
                mean.lerp_(value, 1 - decay)
        self.steps += 1
        return float(loss.detach())

    def run(self) -> None:
        options, seed = self.options, 1000 * self.options.seed + self.steps
        self.supply = Supply(options.synth, options.real, seed, options.without, options.live)
        known: list[tuple[str, int]] = []
        begun, last, losses = time.monotonic() - self.elapsed, time.monotonic(), []
        while (done := self._share(time.monotonic() - begun)) < 1.0:
            losses.append(self.step(done))
            now = time.monotonic()
            if now - last < 60.0 * self.options.report:
                continue
            last, self.elapsed = now, now - begun
            self.save()
            if known != (known := stamps(self.options.synth, self.options.real)):
                sets = {
                    "synthesized": held_out(options.synth, ".jsonl", options.live),
                    "real, aligned": held_out(options.real, ".aligned.jsonl", options.live),
                }
            self._report(float(np.mean(losses)), sets)
            losses = []
        self.elapsed = time.monotonic() - begun
        self.save()

    def _share(self, elapsed: float) -> float:
        """How much of the training is done, 0..1: by steps where their number is given, else by minutes."""
        return self.steps / self.options.steps if self.options.steps else elapsed / (60.0 * self.options.minutes)

    def _report(self, loss: float, sets: dict[str, list[tuple[Tensor, Tensor]]]) -> None:
        hours = self.steps * BATCH * FRAMES / 100 / 3600
        print(f"{self.elapsed / 60:.1f} min {self.steps} steps {hours:.1f} h loss {loss:.3f}", flush=True)
        for name, chunks in sets.items():
            if chunks:
                print(f"  {name}: {score(self.mean, chunks)}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--synth", type=Path, required=True)
    parser.add_argument("--real", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=90.0, help="wall-clock length of the whole training")
    parser.add_argument("--steps", type=int, help="length of the whole training in steps of 64 s, instead of minutes")
    parser.add_argument("--report", type=float, default=3.0, help="minutes between reports and checkpoints")
    parser.add_argument("--start", type=Path, help="a checkpoint whose weights to begin with, in full variety at once")
    parser.add_argument("--rate", type=float, default=2.0e-3, help="highest learning rate")
    parser.add_argument("--without", nargs="*", default=[], metavar="XX", help="languages left out, by two letters")
    parser.add_argument("--live", action="store_true", help="the causal sibling that hears a sound as it comes")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    Trainer(options).run()


if __name__ == "__main__":
    main()
