"""Silent and noisy sounds are told from speech."""

from __future__ import annotations

import numpy as np
import pytest

from engine.errors import AudioError
from engine.sound.energy import energy
from engine.sound.pitch import pitch
from engine.sound.quality import Quality, clipped_samples, measure, remarks, require_speech

RATE = 16000


def quality(samples: np.ndarray) -> Quality:
    sound = samples.astype(np.float32)
    return measure(energy(sound), pitch(sound))


def syllabic_buzz() -> np.ndarray:
    time = np.arange(3 * RATE) / RATE
    buzz = sum(np.sin(2.0 * np.pi * 120.0 * k * time) / k for k in range(1, 20))
    return 0.1 * buzz * np.maximum(0.0, np.sin(2.0 * np.pi * 2.0 * time)) ** 2


@pytest.mark.parametrize("level", [0.0, 1e-5, 3e-5])
def test_silence_and_dither_are_silent(level: float) -> None:
    with pytest.raises(AudioError, match=r"No speech found in 'a\.wav': it is silent"):
        require_speech(quality(np.random.default_rng(0).normal(0.0, level, 2 * RATE)), "a.wav")


@pytest.mark.parametrize("colour", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("level", [0.001, 0.2])
def test_even_noise_of_any_colour_is_no_speech(colour: float, level: float) -> None:
    spectrum = np.fft.rfft(np.random.default_rng(7).normal(size=4 * RATE))
    noise = np.fft.irfft(spectrum / np.maximum(np.arange(len(spectrum)), 50.0) ** colour)
    with pytest.raises(AudioError, match="nothing but even noise"):
        require_speech(quality(level * noise / noise.std()), "a.wav")


@pytest.mark.parametrize("gain", [1.0, 0.01, 0.001])
def test_a_voice_passes_however_quiet(gain: float) -> None:
    require_speech(quality(gain * syllabic_buzz()), "a.wav")


def test_a_whisper_passes_for_its_loudness_moves() -> None:
    noise = np.random.default_rng(1).normal(size=3 * RATE)
    require_speech(quality(np.sign(syllabic_buzz()) * np.abs(syllabic_buzz()) ** 0.5 * noise * 0.1), "a.wav")


def test_clipping_is_counted_in_runs_and_remarked() -> None:
    sound = np.clip(3.0 * np.sin(2.0 * np.pi * 200.0 * np.arange(RATE) / RATE), -1.0, 1.0).astype(np.float32)
    assert clipped_samples(sound) == pytest.approx(0.78 * RATE, rel=0.05)
    assert "clipped" in remarks(Quality(0.0, 30.0, 0.5, clipped=0.2))[0]


def test_a_full_scale_sine_is_not_clipped_by_a_single_peak() -> None:
    assert clipped_samples(np.array([0.0, 1.0, 0.0, 1.0, 1.0, 0.0], np.float32)) == 0
    assert clipped_samples(np.array([0.0, 1.0, -1.0, 1.0, 0.0], np.float32)) == 3


def test_damaged_samples_are_remarked_and_a_clean_sound_is_not() -> None:
    assert "12 samples" in remarks(Quality(0.0, 30.0, 0.5, mended=12))[0]
    assert remarks(Quality(0.0, 30.0, 0.5)) == ()


@pytest.mark.parametrize("count", [0, 1, 2])
def test_hardly_any_samples_are_never_clipped(count: int) -> None:
    assert clipped_samples(np.ones(count, np.float32)) == 0
