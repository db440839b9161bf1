"""Batches made in a process of their own, so that the trainer's core does nothing but learn."""

from __future__ import annotations

import multiprocessing
from collections.abc import Sequence
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from typing import Any

import numpy as np
import torch
from augment import augment, blank, log_mel, plain_log_mel
from corpus import Corpus, batch
from noises import Music
from running import normalised_live, turned_down
from torch import Tensor

from engine.sound.features import HOP

FRAMES = 400
BATCH = 16
REAL_SHARE = 0.625
TEMPO = (0.82, 1.22)
PATIENCE = 3600.0  # seconds after which whoever makes the batches counts as dead
LOOK_EVERY = 2000  # batches between two looks for new shards


def stamps(synth: Path, real: Path) -> list[tuple[str, int]]:
    """Names and times of the listings that training reads: they change when there is new speech."""
    listings = [*synth.glob("*.jsonl"), *real.glob("*.aligned.jsonl")]
    return sorted((str(p), p.stat().st_mtime_ns) for p in listings)


class Supply:
    """An endless row of batches: normalised log-mels [BATCH, FRAMES, bands] and labels [BATCH, FRAMES, SUB].

    `amount` (0..1) is how strong the effects are; the trainer ramps it up. `live`: normalised as they come, by what was
    heard so far.
    """

    def __init__(self, synth: Path, real: Path, seed: int, without: Sequence[str] = (), live: bool = False) -> None:
        self.amount: Synchronized[float] = multiprocessing.Value("d", 0.0)
        self.queue: multiprocessing.Queue[Any] = multiprocessing.Queue(6)
        work = (synth, real, seed, without, live, self.amount, self.queue)
        self.process = multiprocessing.Process(target=_produce, args=work, daemon=True)
        self.process.start()

    def next(self) -> tuple[Tensor, Tensor]:
        bands, labels = self.queue.get(timeout=PATIENCE)
        return torch.from_numpy(bands), torch.from_numpy(labels)


def _produce(
    synth: Path,
    real: Path,
    seed: int,
    without: Sequence[str],
    live: bool,
    amount: Synchronized[float],
    queue: multiprocessing.Queue[Any],
) -> None:
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    music = Music(rng)
    known: list[tuple[str, int]] = []
    while True:
        if known != (known := stamps(synth, real)):
            parts = _corpora(synth, real, without)
        for _ in range(LOOK_EVERY):
            bands, labels = one(parts, rng, amount.value, music, live)
            queue.put((bands.numpy(), labels.numpy()))


def _corpora(synth: Path, real: Path, without: Sequence[str]) -> list[tuple[Corpus, int]]:
    made = Corpus(synth, ".jsonl", without=without)
    heard = Corpus(real, ".aligned.jsonl", without=without)
    share = round(BATCH * REAL_SHARE) if heard.utterances else 0
    print(f"synthesized {made.hours:.1f} h, real {heard.hours:.1f} h", flush=True)
    return [(made, BATCH - share), *([(heard, share)] if share else [])]


def one(
    parts: list[tuple[Corpus, int]], rng: np.random.Generator, amount: float, music: Music, live: bool = False
) -> tuple[Tensor, Tensor]:
    """One batch from some corpora with effects of a strength; all of it at one tempo."""
    hop = round(HOP * float(rng.uniform(*TEMPO)) / 2) * 2 if rng.random() < 0.5 * amount else HOP
    sound, labels = batch(parts, rng, FRAMES, amount > 0, hop)
    if amount > 0:
        sound = augment(sound, rng, amount, music)
    stretch = np.clip(1 + 0.09 * amount * rng.standard_normal(len(sound)), 0.82, 1.2)
    warps = [round(float(s) * 50) / 50 for s in stretch]
    if live:
        bands = normalised_live(plain_log_mel(turned_down(sound, rng), warps, hop), rng)
    else:
        bands = log_mel(sound, warps, hop)
    return blank(bands, rng, amount), labels
