"""Training speech: shards of sound with timed phones, drawn as chunks of equal length with frame targets.

A shard is `<name>.npy` (int16, mono, 16 kHz, utterances end to end) and `<name>.jsonl` (one utterance a line: start and
end in samples, language, split, phones as [start, end, IPA] in seconds from the utterance's start). Real speech gets
its phones from `align.py`, in `<name>.aligned.jsonl`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from engine.phones import CLASSES, classify, segments
from engine.sound.features import HOP, RATE

SUB = 4  # labels a frame: soft edges
FAVOURED = {"en": 1.6}  # languages drawn more often than by their hours

Sound = NDArray[np.float32]
Labels = NDArray[np.int16]
INDEX = {phone: i for i, phone in enumerate(CLASSES)}


@dataclass(frozen=True)
class Utterance:
    """A stretch of a shard (samples) with its phones: starts, ends (seconds) and class indices."""

    shard: int
    start: int
    end: int
    language: str
    starts: NDArray[np.float32]
    ends: NDArray[np.float32]
    classes: NDArray[np.int16]


def timed_classes(phones: list[list[object]]) -> tuple[list[float], list[float], list[int]]:
    """Timed IPA as timed classes; a diphthong is split in two halves (the first takes 55 %), [start, end, IPA] each."""
    starts: list[float] = []
    ends: list[float] = []
    classes: list[int] = []
    for start, end, ipa in phones:
        parts = [p for p in segments(str(ipa)) if p]
        edges = np.linspace(float(start), float(end), len(parts) + 1)  # type: ignore[arg-type]
        if len(parts) == 2:
            edges[1] = edges[0] + 0.55 * (edges[2] - edges[0])
        for i, part in enumerate(parts):
            starts.append(float(edges[i]))
            ends.append(float(edges[i + 1]))
            classes.append(INDEX[classify(part)])
    return starts, ends, classes


class Corpus:
    """All shards of a folder. `draw` gives chunks; utterances are drawn by length, languages by hours ** 0.6.

    `without` names languages (two letters) that are left out.
    """

    def __init__(self, folder: Path, suffix: str, split: str = "train", without: Sequence[str] = ()) -> None:
        self.without = frozenset(without)
        self.sounds: list[NDArray[np.int16]] = []
        self.utterances: list[Utterance] = []
        for listing in sorted(folder.glob(f"*{suffix}")):
            name = listing.name.removesuffix(suffix)
            self.sounds.append(np.load(folder / f"{name}.npy", mmap_mode="r"))
            for line in listing.read_text(encoding="utf-8").splitlines():
                self._add(json.loads(line), split)
        hours = np.array([u.end - u.start for u in self.utterances], np.float64)
        languages = [u.language[:2] for u in self.utterances]
        totals = {code: sum(h for h, c in zip(hours, languages, strict=True) if c == code) for code in set(languages)}
        weights = hours * np.array([totals[c] ** -0.4 * FAVOURED.get(c, 1.0) for c in languages])
        self.hours = float(hours.sum() / RATE / 3600)
        self.cumulative = np.cumsum(weights / weights.sum()) if len(weights) else weights

    def _add(self, row: dict[str, object], split: str) -> None:
        if row["split"] != split or not row.get("phones") or str(row["language"])[:2] in self.without:
            return
        starts, ends, classes = timed_classes(row["phones"])  # type: ignore[arg-type]
        arrays = (np.array(starts, np.float32), np.array(ends, np.float32), np.array(classes, np.int16))
        span = (int(row["start"]), int(row["end"]))  # type: ignore[call-overload]
        self.utterances.append(Utterance(len(self.sounds) - 1, *span, str(row["language"]), *arrays))

    def draw(
        self, rng: np.random.Generator, frames: int, speed: float = 1.0, hop: int = HOP
    ) -> tuple[NDArray[np.float32], NDArray[np.int16]]:
        """One chunk: samples [frames * hop] and labels [frames, SUB], played `speed` times as fast.

        `hop` is the samples from one frame to the next: another than HOP changes the tempo and not the voice.
        """
        need = int(frames * hop * speed) + 2
        sound = np.zeros(need, np.float32)
        labels = np.zeros(int(np.ceil(need / HOP * SUB)), np.int16)
        at = int(rng.uniform(0, 0.3) * RATE) if rng.random() < 0.5 else 0
        pick = int(np.searchsorted(self.cumulative, rng.random()))
        shard = self.utterances[min(pick, len(self.utterances) - 1)].shard
        while at < need and pick < len(self.utterances) and self.utterances[pick].shard == shard:
            at = self._paste(self.utterances[pick], rng, sound, labels, at) + int(rng.uniform(0.0, 0.35) * RATE)
            pick += 1
        return self._at_speed(sound, labels, frames, speed, hop)

    def _paste(self, said: Utterance, rng: np.random.Generator, sound: Sound, labels: Labels, at: int) -> int:
        room, length = len(sound) - at, said.end - said.start
        skip = int(rng.integers(0, length - room)) if length > room and at == 0 else 0
        take = min(length - skip, room)
        sound[at : at + take] = self.sounds[said.shard][said.start + skip : said.start + skip + take] / np.float32(
            32768
        )
        scale = RATE / HOP * SUB
        shift = (at - skip) / HOP * SUB
        first = np.clip(np.round(said.starts * scale + shift).astype(int), 0, len(labels))
        last = np.clip(np.round(said.ends * scale + shift).astype(int), 0, len(labels))
        for a, b, phone in zip(first, last, said.classes, strict=True):
            labels[a:b] = phone
        return at + take

    @staticmethod
    def _at_speed(sound: Sound, labels: Labels, frames: int, speed: float, hop: int) -> tuple[Sound, Labels]:
        if speed != 1.0:
            places = np.arange(frames * hop, dtype=np.float32) * np.float32(speed)
            low = places.astype(np.int32)
            share = places - low
            sound = sound[low] * (1 - share) + sound[low + 1] * share
        chosen = np.minimum((np.arange(frames * SUB) + 0.5) * speed * hop / HOP, len(labels) - 1).astype(int)
        return sound[: frames * hop].astype(np.float32), labels[chosen].reshape(frames, SUB)


def batch(
    corpora: list[tuple[Corpus, int]], rng: np.random.Generator, frames: int, vary: bool, hop: int = HOP
) -> tuple[torch.Tensor, torch.Tensor]:
    """Chunks from several corpora (corpus, how many): samples [batch, frames * hop], labels [batch, frames, SUB].

    `vary`: most are played up to a quarter faster or slower, pitch and formants with them.
    """
    sounds, labels = [], []
    for corpus, count in corpora:
        for _ in range(count):
            speed = float(np.clip(rng.normal(1.0, 0.09), 0.8, 1.25)) if vary and rng.random() < 0.6 else 1.0
            sound, label = corpus.draw(rng, frames, speed, hop)
            sounds.append(sound)
            labels.append(label)
    return torch.from_numpy(np.stack(sounds)), torch.from_numpy(np.stack(labels).astype(np.int64))
