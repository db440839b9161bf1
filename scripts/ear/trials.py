"""What is put before the recognizers: held-out utterances from shards, evenly chosen, and the same in a noisy room."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from mouths import Phone
from numpy.typing import NDArray

RATE = 16000
ADULT = 18  # years
NATIVE = ("kathleen", "ljspeech141_en", "asterisk_en")
LONGEST = 20.0  # seconds

REVERBERATION = 0.4  # seconds to fall by 60 dB
DIRECT = 10 ** (3 / 10)  # power of the direct sound over that of the room's
SIGNAL_TO_NOISE = 10.0  # dB

Row = dict[str, Any]


@dataclass(frozen=True)
class Trial:
    """One utterance: int16 mono at `rate` Hz, its text, its phones in time where they are known.

    `spoken`: each word ("" where espeak-ng ran words together) with its IPA.
    """

    id: str
    samples: NDArray[np.int16]
    language: str
    text: str = ""
    spoken: tuple[tuple[str, tuple[str, ...]], ...] = ()
    phones: tuple[Phone, ...] = ()
    rate: int = RATE
    voice: str = ""

    @property
    def seconds(self) -> float:
        return len(self.samples) / self.rate


def held_out(shards: Iterable[Path], wanted: Callable[[Row], bool]) -> list[tuple[Path, Row]]:
    """Test lines of the shards (`<name>.jsonl` beside `<name>.npy`) that are wanted and at most 20 s long."""
    known = sorted(path for path in shards if not path.name.endswith(".aligned.jsonl") and path.is_file())
    return [(path.with_suffix(".npy"), row) for path in known for row in _tests(path) if wanted(row)]


@lru_cache(maxsize=1000)
def _tests(path: Path) -> list[Row]:
    """A shard's test lines of bearable length; each file is read once."""
    lines = (line for line in path.read_text(encoding="utf-8").splitlines() if '"split": "test"' in line)
    rows = [json.loads(line) | {"set": path.stem} for line in lines]
    return [row for row in rows if row["split"] == "test" and row["end"] - row["start"] <= LONGEST * RATE]


def choose(found: Sequence[tuple[Path, Row]], most: int) -> list[Trial]:
    """At most `most` of them at even distances, with their sound."""
    count = min(most, len(found))
    return [read(*found[int((index + 0.5) * len(found) / count)]) for index in range(count)]


def read(shard: Path, row: Row) -> Trial:
    """One line of a shard with its sound."""
    samples = np.array(np.load(shard, mmap_mode="r")[row["start"] : row["end"]])
    words = row.get("words", [])
    return Trial(
        id=row["id"],
        samples=samples,
        language=row["language"],
        text=row["text"],
        spoken=tuple((word["text"], tuple(word["phones"][0])) for word in words),
        phones=tuple((start, end, ipa) for start, end, ipa in row.get("phones", [])),
        voice=f"{row['set']} {row.get('voice') or row.get('speaker') or ''}".strip(),
    )


def in_a_noisy_room(trial: Trial) -> Trial:
    """The same with a room of 0.4 s (direct sound 3 dB above it, in place) and pink noise 10 dB below the speech."""
    generator = np.random.default_rng(sum(trial.id.encode()))
    speech = trial.samples.astype(np.float64) / 32768
    time = np.arange(int(REVERBERATION * RATE)) / RATE
    room = generator.standard_normal(len(time)) * 10 ** (-3 * time / REVERBERATION)
    room[: RATE // 500] = 0.0
    room *= np.sqrt(1 / (DIRECT * np.sum(room**2)))
    room[0] = 1.0
    sound = convolve(speech, room)[: len(speech)]
    noise = pink(len(sound), generator)
    noise *= np.sqrt(np.mean(sound**2) / (10 ** (SIGNAL_TO_NOISE / 10) * np.mean(noise**2)))
    mixed = sound + noise
    mixed *= min(1.0, 0.99 / max(float(np.abs(mixed).max()), 1e-9))
    return replace(trial, samples=np.round(mixed * 32767).astype(np.int16))


def convolve(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """One sound through the other, [len(one) + len(other)] and more."""
    size = 1 << (len(one) + len(other) - 1).bit_length()
    product: NDArray[np.float64] = np.fft.irfft(np.fft.rfft(one, size) * np.fft.rfft(other, size), size)
    return product


def pink(count: int, generator: np.random.Generator) -> NDArray[np.float64]:
    """Noise with equal power in every octave above 20 Hz."""
    spectrum = np.fft.rfft(generator.standard_normal(count))
    spectrum /= np.sqrt(np.maximum(np.arange(len(spectrum)), 20 * count / RATE))
    noise: NDArray[np.float64] = np.fft.irfft(spectrum, count)
    return noise
