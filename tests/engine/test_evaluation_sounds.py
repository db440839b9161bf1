"""What the evaluation puts before the recognizers: choice of utterances, the noisy room, kept answers."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts" / "ear"))

import memory
import trials

RATE = trials.RATE


@pytest.fixture
def shard(tmp_path: Path) -> Path:
    sounds = [np.full(RATE, value, np.int16) for value in range(10)] + [np.zeros(25 * RATE, np.int16)]
    edges = np.cumsum([0, *(len(sound) for sound in sounds)])
    rows = [
        {"id": f"u{i}", "start": int(edges[i]), "end": int(edges[i + 1]), "language": "en", "text": "a"}
        | {"split": "train" if i == 3 else "test", "words": [{"text": "a", "phones": [["eɪ"], ["ə"]]}]}
        for i in range(len(sounds))
    ]
    np.save(tmp_path / "set.npy", np.concatenate(sounds))
    lines = tmp_path / "set.jsonl"
    lines.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return lines


def test_only_held_out_utterances_of_bearable_length_are_taken(shard: Path) -> None:
    found = trials.held_out([shard], lambda row: True)
    assert [row["id"] for _, row in found] == [f"u{i}" for i in range(10) if i != 3]
    assert {row["set"] for _, row in found} == {"set"}


def test_chosen_utterances_are_spread_evenly_and_bring_their_own_sound(shard: Path) -> None:
    chosen = trials.choose(trials.held_out([shard], lambda row: True), 3)
    assert [trial.id for trial in chosen] == ["u1", "u5", "u8"]
    assert [int(trial.samples[0]) for trial in chosen] == [1, 5, 8]
    assert chosen[0].spoken == (("a", ("eɪ",)),)


def spoken() -> trials.Trial:
    generator = np.random.default_rng(1)
    samples = generator.normal(0, 3000, 2 * RATE)
    samples[: RATE // 2] = samples[-RATE // 2 :] = 0
    return trials.Trial("noise", samples.astype(np.int16), "en")


def test_the_noisy_room_keeps_every_sound_in_its_place() -> None:
    trial = spoken()
    noisy = trials.in_a_noisy_room(trial)
    assert len(noisy.samples) == len(trial.samples)
    one, other = (np.fft.rfft(sound.samples.astype(float), 4 * RATE) for sound in (trial, noisy))
    assert int(np.argmax(np.fft.irfft(other * np.conj(one)))) == 0


def test_the_noise_lies_ten_decibels_below_the_speech() -> None:
    noisy = trials.in_a_noisy_room(spoken()).samples.astype(float)
    noise, both = np.mean(noisy[: RATE // 4] ** 2), np.mean(noisy**2)
    assert 10 * np.log10((both - noise) / noise) == pytest.approx(10, abs=2)


def test_the_same_utterance_has_the_same_noise() -> None:
    assert np.array_equal(trials.in_a_noisy_room(spoken()).samples, trials.in_a_noisy_room(spoken()).samples)


def test_a_sound_is_asked_about_once_even_after_saving(tmp_path: Path) -> None:
    asked = []

    def answer() -> list[tuple[float, float, str]]:
        asked.append(1)
        return [(0.0, 0.1, "a")]

    for _ in range(2):
        kept = memory.Memory(tmp_path / "deep" / "kept.json")
        assert kept.ask("x", spoken().samples, answer)[0] == [(0.0, 0.1, "a")]
        assert kept.ask("x", spoken().samples, answer)[0] == [(0.0, 0.1, "a")]
        kept.save()
    assert len(asked) == 1
    kept.ask("y", spoken().samples, answer)
    assert len(asked) == 2
