"""The streaming resampler: right samples at the right times, however the sound is cut into blocks."""

from __future__ import annotations

import numpy as np
import pytest

from engine.sound.resample import Resampler, resample

RATES = (8000, 11025, 12000, 16000, 22050, 32000, 37800, 44100, 48000, 96000, 192000)


def tone(rate: int, seconds: float, hertz: float) -> np.ndarray:
    return np.sin(2.0 * np.pi * hertz * np.arange(int(rate * seconds)) / rate).astype(np.float32)


def whole(samples: np.ndarray, rate: int, wanted: int = 16000) -> np.ndarray:
    return np.concatenate([np.zeros(0, np.float32), *resample([samples], rate, wanted)])


@pytest.mark.parametrize("rate", [*RATES, 44099])
def test_a_tone_comes_out_as_the_same_tone_at_the_new_rate(rate: int) -> None:
    heard = whole(tone(rate, 1.3, 1234.5), rate)
    wanted = tone(16000, 1.3, 1234.5)
    assert len(heard) == -(-int(rate * 1.3) * 16000 // rate)
    count = min(len(heard), len(wanted))
    assert np.abs(heard[:count] - wanted[:count])[400:-400].max() < 1e-4


@pytest.mark.parametrize("rate", RATES)
def test_blocks_of_any_size_give_what_the_whole_gives(rate: int) -> None:
    rng = np.random.default_rng(rate)
    samples = rng.normal(0.0, 0.2, int(rate * 0.7)).astype(np.float32)
    cuts = np.sort(rng.integers(0, len(samples), 25))
    parts = list(resample(np.split(samples, cuts), rate, 16000))
    assert np.allclose(np.concatenate(parts), whole(samples, rate), atol=2e-6)


@pytest.mark.parametrize("rate", [44100, 44099])
def test_single_samples_may_be_fed(rate: int) -> None:
    samples = np.random.default_rng(1).normal(0.0, 0.2, 900).astype(np.float32)
    parts = list(resample(iter(samples.reshape(-1, 1)), rate, 16000))
    assert np.allclose(np.concatenate(parts), whole(samples, rate), atol=2e-6)


@pytest.mark.parametrize("rate", [44100, 48000])
def test_an_hour_does_not_drift(rate: int) -> None:
    """A click at the end of an hour stands where it should to a small part of a sample."""
    resampler = Resampler(rate, 16000)
    silence = np.zeros(60 * rate, np.float32)
    given = sum(len(resampler.push(silence)) for _ in range(60))
    last = np.zeros(rate, np.float32)
    click = rate // 2 // 3 * 3  # whole samples of both rates
    last[click] = 1.0
    heard = np.concatenate([resampler.push(last), resampler.finish()])
    assert given + len(heard) == 3601 * 16000
    peak = int(np.abs(heard).argmax())
    around = heard[peak - 40 : peak + 41].astype(np.float64)
    centre = float(np.sum(np.arange(-40, 41) * around) / around.sum())
    assert abs((given + peak + centre) - (3600.0 + click / rate) * 16000.0) < 0.02


def test_what_lies_above_the_new_band_is_taken_out() -> None:
    heard = whole(tone(48000, 0.5, 9500.0), 48000)
    assert np.abs(heard[400:-400]).max() < 1e-3


@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_a_handful_of_samples_is_enough(count: int) -> None:
    heard = whole(np.ones(count, np.float32), 44100)
    assert len(heard) == -(-count * 160 // 441)
    assert np.isfinite(heard).all()


def test_a_rate_of_zero_is_refused() -> None:
    with pytest.raises(ValueError, match="positive"):
        Resampler(0, 16000)
