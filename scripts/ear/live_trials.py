"""What the live ear hears beside the recognizer: python scripts/ear/live_trials.py --synth DIR --real DIR [--judge DIR]

Streams of held-out utterances, each heard from its beginning in blocks of 10 ms, as they are and as a microphone may
bring them. Prints a Markdown table: frames right in phones and in six mouths, the mean recall of the six, and the
mouths of the first two seconds of speech; for the recognizer, which hears the whole stream at once, the same. Neither
has a sequence model behind it here: the likeliest class of each row counts.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from corpus import Corpus, batch
from train import MOUTH

from engine.live.causal import CausalNetwork
from engine.live.ear import WEIGHTS, LiveEar
from engine.recognizer import Recognizer
from engine.sound.features import HOP, RATE, log_mel

SECONDS, STREAMS, FIRST = 24, 12, 200
BLOCK = HOP

Floats = NDArray[np.float32]
Truth = NDArray[np.int64]
Change = Callable[[Floats, np.random.Generator], tuple[Floats, int]]
"""A stream as a microphone brings it, and how many rows come before it."""


def _noise(rng: np.random.Generator, count: int, decibels: float) -> Floats:
    """Noise that falls by 3 dB an octave, its mean power `decibels` of full scale."""
    spectrum = np.fft.rfft(rng.standard_normal(count)) / np.sqrt(np.arange(count // 2 + 1) + 10.0)
    noise = np.fft.irfft(spectrum, count)
    return (noise * 10 ** (decibels / 20) / noise.std()).astype(np.float32)


def _level(sound: Floats) -> float:
    loud = np.sort(np.square(sound).reshape(-1, HOP).mean(1))[-len(sound) // HOP // 2 :]
    return float(10 * np.log10(loud.mean() + 1e-12))


def _as_it_is(sound: Floats, rng: np.random.Generator) -> tuple[Floats, int]:
    return sound, 0


def _quiet(sound: Floats, rng: np.random.Generator) -> tuple[Floats, int]:
    return sound * np.float32(10 ** ((-45.0 - _level(sound)) / 20)) + _noise(rng, len(sound), -75.0), 0


def _room_first(sound: Floats, rng: np.random.Generator) -> tuple[Floats, int]:
    return np.concatenate([np.zeros(5 * RATE, np.float32), sound]) + _noise(
        rng, len(sound) + 5 * RATE, _level(sound) - 30
    ), 500


def _knock_first(sound: Floats, rng: np.random.Generator) -> tuple[Floats, int]:
    knock = _noise(rng, RATE, 0.0) * np.exp(-np.arange(RATE) / (0.03 * RATE)).astype(np.float32)
    quiet = sound * np.float32(10 ** ((-35.0 - _level(sound)) / 20))
    return np.concatenate([knock, quiet]) + _noise(rng, len(sound) + RATE, -70.0), 100


def _nearer_and_farther(sound: Floats, rng: np.random.Generator) -> tuple[Floats, int]:
    gain = np.where(np.arange(len(sound)) // (6 * RATE) % 2, 10 ** (-18 / 20), 1.0)
    return (sound * gain).astype(np.float32) + _noise(rng, len(sound), _level(sound) - 45), 0


def _noisy(sound: Floats, rng: np.random.Generator) -> tuple[Floats, int]:
    return sound + _noise(rng, len(sound), _level(sound) - 15), 0


CONDITIONS: dict[str, Change] = {
    "as they are": _as_it_is,
    "a microphone turned down (-45 dB)": _quiet,
    "5 s of the room first": _room_first,
    "a knock 35 dB louder first": _knock_first,
    "18 dB softer for 6 s in 12": _nearer_and_farther,
    "noise 15 dB below": _noisy,
}


@dataclass
class Count:
    """Rows that were heard: right in phones, and mouths as they are and as they were heard."""

    right: int = 0
    total: int = 0
    first: tuple[int, int] = (0, 0)

    def __post_init__(self) -> None:
        self.mouths = np.zeros((6, 6))

    def add(self, guess: Truth, truth: Truth) -> None:
        mouth = MOUTH.numpy()
        self.right += int((guess == truth).sum())
        self.total += len(truth)
        np.add.at(self.mouths, (mouth[truth], mouth[guess]), 1)
        begin = int(np.flatnonzero(truth)[0])
        same = mouth[guess[begin : begin + FIRST]] == mouth[truth[begin : begin + FIRST]]
        self.first = self.first[0] + int(same.sum()), self.first[1] + len(same)

    def cells(self) -> str:
        recall = np.mean(self.mouths.diagonal() / np.maximum(self.mouths.sum(1), 1))
        shares = (
            self.right / self.total,
            self.mouths.trace() / self.mouths.sum(),
            recall,
            self.first[0] / self.first[1],
        )
        return " | ".join(f"{100 * share:.1f}" for share in shares)


def live(sound: Floats, network: CausalNetwork) -> Truth:
    ear = LiveEar(network)
    parts = [ear.push(sound[i : i + BLOCK]) for i in range(0, len(sound), BLOCK)]
    return np.concatenate([part.phones for part in [*parts, ear.finish()]]).argmax(1)


def whole(sound: Floats) -> Truth:
    return Recognizer.load().posteriors(log_mel(sound)).phones.argmax(1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--synth", type=Path, required=True)
    parser.add_argument("--real", type=Path, required=True)
    parser.add_argument("--judge", type=Path, help="diphone voices of judging.py")
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    parser.add_argument("--streams", type=int, default=STREAMS)
    options = parser.parse_args()
    sets = {"real": (options.real, ".aligned.jsonl"), "synthesized": (options.synth, ".jsonl")}
    if options.judge:
        sets["diphones"] = (options.judge, ".jsonl")
    network = CausalNetwork.read(options.weights)
    print("| speech | heard by | phones | mouths | recall | first 2 s |\n|---|---|---|---|---|---|")
    for name, (folder, suffix) in sets.items():
        rng = np.random.default_rng(11)
        sounds, labels = batch([(Corpus(folder, suffix, "test"), options.streams)], rng, 100 * SECONDS, vary=False)
        for condition, change in CONDITIONS.items():
            counts = {"live": Count(), "recognizer": Count()}
            for sound, truth in zip(sounds.numpy(), labels[..., 1].numpy(), strict=True):
                brought, before = change(sound, np.random.default_rng(3))
                counts["live"].add(live(brought, network)[before:], truth)
                counts["recognizer"].add(whole(brought)[before:], truth)
            for ear, count in counts.items():
                print(f"| {name}, {condition} | {ear} | {count.cells()} |", flush=True)


if __name__ == "__main__":
    main()
