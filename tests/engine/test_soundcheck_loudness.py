"""Loudness and true peak against the values that ITU-R BS.1770-4 and EBU Tech 3341 state."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.soundcheck.loudness import Loudness, gated, k_weighting, weights

RATE = 48000
FULL = 10.0 ** (-23.0 / 20.0)  # amplitude of a sine of -23 dBFS, in both channels -23 LUFS


def sine(seconds: float, level: float = 0.0, hertz: float = 997.0, rate: int = RATE) -> np.ndarray:
    return 10.0 ** (level / 20.0) * np.sin(2.0 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)


def measured(samples: np.ndarray, rate: int = RATE, block: int | None = None) -> Loudness:
    table = samples.astype(np.float32).reshape(len(samples), -1)
    meter = Loudness(rate, table.shape[1])
    step = block or 10 * rate
    for at in range(0, len(table), step):
        meter.push(table[at : at + step])
    return meter


def stereo(*parts: tuple[float, float]) -> np.ndarray:
    """A sine of 1 kHz in both channels: seconds and dBFS of each part."""
    mono = np.concatenate([sine(seconds, level, 1000.0) for seconds, level in parts])
    return np.stack([mono, mono], axis=1)


def test_the_filters_at_48_khz_are_those_of_the_standard() -> None:
    head, high_pass = k_weighting(48000)
    assert np.allclose(head[0], (1.53512485958697, -2.69169618940638, 1.19839281085285), atol=1e-8)
    assert np.allclose(head[1], (1.0, -1.69065929318241, 0.73248077421585), atol=1e-8)
    assert np.allclose(high_pass[1], (1.0, -1.99004745483398, 0.99007225036621), atol=1e-8)


@pytest.mark.parametrize("rate", [8000, 11025, 16000, 22050, 32000, 44100, 48000, 96000, 192000])
def test_a_full_sine_in_one_channel_has_3_01_lufs_at_any_rate(rate: int) -> None:
    tone = sine(5.0, rate=rate)
    nothing = np.zeros_like(tone)
    assert measured(tone, rate).integrated == pytest.approx(-3.01, abs=0.05)
    assert measured(np.stack([tone, nothing], axis=1), rate).integrated == pytest.approx(-3.01, abs=0.05)
    assert measured(np.stack([tone, tone], axis=1), rate).integrated == pytest.approx(0.0, abs=0.05)


@pytest.mark.parametrize(
    ("parts", "lufs"),
    [
        (((20.0, -23.0),), -23.0),
        (((20.0, -33.0),), -33.0),
        (((10.0, -36.0), (60.0, -23.0), (10.0, -36.0)), -23.0),
        (((10.0, -72.0), (10.0, -36.0), (60.0, -23.0), (10.0, -36.0), (10.0, -72.0)), -23.0),
        (((20.0, -26.0), (20.1, -20.0), (20.0, -26.0)), -23.0),
    ],
)
def test_the_sequences_of_ebu_tech_3341_have_the_loudness_it_states(parts: tuple, lufs: float) -> None:
    assert measured(stereo(*parts)).integrated == pytest.approx(lufs, abs=0.1)


def test_surround_channels_count_more_and_effects_not_at_all() -> None:
    assert weights(6).tolist() == [1.0, 1.0, 1.0, 0.0, 1.41, 1.41]
    tone, nothing = sine(3.0, -20.0), np.zeros(3 * RATE)
    behind = measured(np.stack([nothing] * 4 + [tone, nothing], axis=1)).integrated
    effects = measured(np.stack([nothing] * 3 + [tone, nothing, nothing], axis=1)).integrated
    assert behind == pytest.approx(-23.01 + 1.49, abs=0.05)
    assert effects == -math.inf


def test_loudness_does_not_depend_on_how_the_sound_is_cut() -> None:
    sound = stereo((1.3, -20.0), (2.2, -30.0), (1.1, -12.0))
    whole, pieces = measured(sound), measured(sound, block=777)
    assert pieces.integrated == pytest.approx(whole.integrated, abs=1e-3)
    assert pieces.true_peak == pytest.approx(whole.true_peak, abs=1e-3)
    assert np.allclose(pieces.steps, whole.steps, rtol=1e-4, atol=1e-12)


def test_silence_has_no_loudness_and_a_short_sound_has_one() -> None:
    assert measured(np.zeros(RATE)).integrated == -math.inf
    assert measured(np.zeros(RATE)).true_peak == -math.inf
    assert measured(sine(0.25)).integrated == pytest.approx(-3.01, abs=0.3)
    assert gated(np.zeros(0)) == -math.inf


@pytest.mark.parametrize(("parts", "phase", "peak"), [(4, 45.0, -6.02), (6, 60.0, -6.02), (8, 67.5, -6.02)])
def test_peaks_between_samples_are_found(parts: int, phase: float, peak: float) -> None:
    time = np.arange(RATE)
    tone = 0.5 * np.sin(2.0 * np.pi * time / parts + np.deg2rad(phase))
    ramp = np.minimum(1.0, np.minimum(time, time[::-1]) / 500.0)
    assert measured(tone * ramp).true_peak == pytest.approx(peak, abs=0.2)
