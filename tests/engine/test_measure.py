"""Measuring in stretches gives what measuring the whole gives."""

from __future__ import annotations

import numpy as np
import pytest

from engine.sound.energy import energy
from engine.sound.features import log_mel
from engine.sound.measure import join, measure
from engine.sound.pitch import pitch

RATE = 16000


def speechlike(seconds: float) -> np.ndarray:
    time = np.arange(int(seconds * RATE)) / RATE
    hertz = 140.0 * 2.0 ** (0.3 * np.sin(2.0 * np.pi * 0.37 * time))
    phase = 2.0 * np.pi * np.cumsum(hertz) / RATE
    buzz = sum(np.sin(k * phase) / k for k in range(1, 20)) * (np.sin(2.0 * np.pi * 1.7 * time) > -0.3)
    return (0.1 * buzz + np.random.default_rng(5).normal(0.0, 0.003, len(time))).astype(np.float32)


@pytest.mark.parametrize("seconds", [0.1, 3.0, 10.99, 11.0, 11.01, 20.995, 33.3])
def test_stretches_join_to_the_whole(seconds: float) -> None:
    sound = speechlike(seconds)
    joined = join(measure([sound]))
    assert len(joined.bands) == len(joined.energy) == len(joined.pitch) == len(sound) // 160
    assert np.abs(joined.bands.astype(np.float32) - log_mel(sound)).max() < 0.02
    assert np.abs(joined.energy - energy(sound)).max() < 0.01
    whole = pitch(sound)
    assert np.mean(np.isnan(joined.pitch) != np.isnan(whole)) < 0.005
    both = ~np.isnan(joined.pitch) & ~np.isnan(whole)
    assert np.mean(np.abs(joined.pitch[both] / whole[both] - 1.0) > 0.01) < 0.005


def test_the_cut_of_the_blocks_changes_nothing() -> None:
    sound = speechlike(23.4)
    cuts = np.sort(np.random.default_rng(2).integers(0, len(sound), 40))
    one, many = join(measure([sound])), join(measure(np.split(sound, cuts)))
    assert np.array_equal(one.bands, many.bands)
    assert np.array_equal(one.energy, many.energy)
    assert np.array_equal(one.pitch, many.pitch, equal_nan=True)


def test_no_stretch_is_longer_than_eleven_seconds() -> None:
    parts = list(measure([speechlike(45.0)]))
    assert [len(part.energy) for part in parts] == [1000, 1000, 1000, 1000, 500]


def test_clipped_samples_are_counted_once_where_stretches_meet() -> None:
    sound = np.zeros(30 * RATE, np.float32)
    sound[10 * RATE + 500 : 10 * RATE + 600] = 1.0
    assert join(measure([sound])).clipped == 100


def test_nothing_gives_nothing() -> None:
    assert len(join(measure([])).energy) == 0
    assert len(join(measure([np.zeros(100, np.float32)])).energy) == 0
