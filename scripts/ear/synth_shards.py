"""Shards of labelled speech: one .npy of samples and one .jsonl with a line for each utterance."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from synth_edges import RATE, Phone


@dataclass(frozen=True)
class Utterance:
    """Labelled sound: 16 kHz mono samples, phones in seconds from its start, and where it comes from."""

    samples: NDArray[np.int16]
    phones: Sequence[Phone]
    language: str
    engine: str
    voice: str
    split: str
    text: str


def padded(utterance: Utterance, generator: random.Random) -> Utterance:
    """The same with up to 0.3 s of silence before and after."""
    before, after = (round(generator.uniform(0.0, 0.3) * RATE) for _ in range(2))
    phones = [Phone(p.start + before / RATE, p.end + before / RATE, p.ipa) for p in utterance.phones]
    return replace(utterance, samples=np.pad(utterance.samples, (before, after)), phones=phones)


@dataclass
class Shard:
    """Utterances gathered until `write` puts them down, the sound first and the lines last, each aside and renamed."""

    name: str
    sound: list[NDArray[np.int16]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    length: int = 0

    @property
    def seconds(self) -> float:
        """How much sound has been gathered."""
        return self.length / RATE

    def add(self, utterance: Utterance) -> None:
        """Append one utterance."""
        start, self.length = self.length, self.length + len(utterance.samples)
        self.sound.append(utterance.samples)
        line = {
            "id": f"{self.name}_{len(self.lines):04d}",
            "start": start,
            "end": self.length,
            "language": utterance.language,
            "engine": utterance.engine,
            "voice": utterance.voice,
            "split": utterance.split,
            "text": utterance.text,
            "phones": [[round(p.start, 4), round(p.end, 4), p.ipa] for p in utterance.phones],
        }
        self.lines.append(json.dumps(line, ensure_ascii=False))

    def write(self, folder: Path) -> None:
        """Write `<name>.npy` and `<name>.jsonl` into `folder`; whoever finds the .jsonl finds both whole."""
        aside = folder / f"{self.name}.npy.partial"
        with aside.open("wb") as handle:
            np.save(handle, np.concatenate(self.sound))
        aside.replace(folder / f"{self.name}.npy")
        aside = folder / f"{self.name}.jsonl.partial"
        aside.write_text("\n".join(self.lines) + "\n", encoding="utf-8")
        aside.replace(folder / f"{self.name}.jsonl")


def read_shards(folder: Path) -> Iterator[tuple[Path, NDArray[np.int16], list[dict[str, object]]]]:
    """Each whole shard of a folder: its .jsonl, its samples (mapped, not loaded) and its lines."""
    for path in sorted(folder.glob("*.jsonl")):
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        yield path, np.load(path.with_suffix(".npy"), mmap_mode="r"), lines
