"""Pitch and energy of sounds whose pitch and energy are known."""

from __future__ import annotations

import numpy as np
import pytest

from engine.sound.energy import energy
from engine.sound.pitch import pitch

RATE = 16000


def voice(hertz: np.ndarray, tilt: float = 1.0) -> np.ndarray:
    """A buzz whose pitch follows `hertz` [samples], harmonics falling by `tilt`."""
    phase = 2.0 * np.pi * np.cumsum(hertz) / RATE
    buzz = sum(np.sin(k * phase) / k**tilt * (k * hertz < 7000.0) for k in range(1, 40))
    return (0.1 * buzz).astype(np.float32)


def cents(found: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    return np.abs(1200.0 * np.log2(found / wanted))


@pytest.mark.parametrize("middle", [85.0, 120.0, 200.0, 330.0, 480.0])
@pytest.mark.parametrize("noise", [0.0, 0.02])
def test_a_gliding_voice_is_followed(middle: float, noise: float) -> None:
    time = np.arange(2 * RATE) / RATE
    hertz = middle * 2.0 ** (0.25 * np.sin(2.0 * np.pi * 1.5 * time))
    sound = voice(hertz) + np.random.default_rng(0).normal(0.0, noise, len(time)).astype(np.float32)
    found, wanted = pitch(sound), hertz[80::160]
    assert len(found) == 200
    inside = slice(3, -3)
    assert not np.isnan(found[inside]).any()
    assert np.median(cents(found, wanted)[inside]) < 15.0
    assert np.mean(cents(found, wanted)[inside] > 100.0) < 0.01


def test_voice_and_silence_are_told_apart_to_within_two_frames() -> None:
    sound = voice(np.full(RATE, 150.0))
    sound[:4000] = sound[12000:] = 0.0
    voiced = np.flatnonzero(~np.isnan(pitch(sound)))
    assert abs(voiced[0] - 25) <= 2
    assert abs(voiced[-1] - 74) <= 2
    assert len(voiced) == voiced[-1] - voiced[0] + 1


@pytest.mark.parametrize("colour", [0.0, 0.5, 1.0])
def test_noise_has_no_pitch(colour: float) -> None:
    spectrum = np.fft.rfft(np.random.default_rng(3).normal(size=5 * RATE))
    spectrum /= np.maximum(np.arange(len(spectrum)), 50.0) ** colour
    noise = np.fft.irfft(spectrum)
    assert np.mean(~np.isnan(pitch((0.3 * noise / np.abs(noise).max()).astype(np.float32)))) < 0.01


def test_loudness_does_not_change_the_pitch() -> None:
    sound = voice(np.linspace(100.0, 200.0, RATE))
    assert np.allclose(pitch(sound), pitch(0.001 * sound), atol=0.1, equal_nan=True)


def test_an_octave_is_not_leapt_where_one_period_is_weak() -> None:
    hertz = np.full(RATE, 110.0)
    sound = voice(hertz, 0.5) * (1.0 + 0.15 * np.sign(np.sin(np.pi * np.cumsum(hertz) / RATE))).astype(np.float32)
    found = pitch(sound)[5:-5]
    assert np.median(cents(found, np.full(len(found), 110.0))) < 10.0


@pytest.mark.parametrize("samples", [0, 1, 159, 160, 1600])
def test_short_sounds_give_a_value_for_each_whole_frame(samples: int) -> None:
    sound = np.zeros(samples, np.float32)
    assert len(pitch(sound)) == len(energy(sound)) == samples // 160


def test_energy_of_a_sine_is_three_decibels_below_its_amplitude() -> None:
    sound = (0.1 * np.sin(2.0 * np.pi * 440.0 * np.arange(RATE) / RATE)).astype(np.float32)
    assert np.abs(energy(sound)[3:-3] - (-23.01)).max() < 0.3


def test_energy_of_silence_and_of_an_offset_is_the_floor() -> None:
    assert (energy(np.zeros(RATE, np.float32)) == -120.0).all()
    assert energy(np.full(RATE, 0.25, np.float32))[3:-3].max() < -100.0


def test_a_click_stands_in_its_own_frame() -> None:
    sound = np.zeros(RATE, np.float32)
    sound[80 + 160 * 37] = 1.0
    assert energy(sound).argmax() == 37


def without_lows(sound: np.ndarray) -> np.ndarray:
    """As a telephone passes it on: 300 to 3,400 Hz."""
    spectrum, hertz = np.fft.rfft(sound), np.fft.rfftfreq(len(sound), 1.0 / RATE)
    spectrum[(hertz < 300.0) | (hertz > 3400.0)] = 0.0
    return np.fft.irfft(spectrum, len(sound)).astype(np.float32)


def vowel(hertz: np.ndarray, formant: np.ndarray) -> np.ndarray:
    """A buzz with one strong formant whose frequency is given for each sample."""
    phase = 2.0 * np.pi * np.cumsum(hertz) / RATE
    buzz = sum(np.sin(k * phase) / (1.0 + ((k * hertz - formant) / 60.0) ** 2) for k in range(1, 16))
    return (0.05 * (buzz + np.sin(phase))).astype(np.float32)


def test_a_voice_on_the_telephone_is_not_heard_an_octave_up_where_one_harmonic_is_strong() -> None:
    hertz = np.full(4 * RATE, 210.0)
    formant = np.where(np.arange(len(hertz)) // RATE == 2, 420.0, 700.0)  # of i, u and of e, o
    found = pitch(without_lows(vowel(hertz, formant)))
    inside = np.concatenate([found[5:195], found[205:295], found[305:-5]])
    assert np.mean(np.abs(inside / 210.0 - 1.0) < 0.06) > 0.95


def test_a_voice_that_leaps_an_octave_is_followed() -> None:
    hertz = np.where(np.arange(3 * RATE) // (RATE // 2) == 3, 260.0, 130.0)
    found = pitch(voice(hertz))
    assert np.median(found[155:195]) == pytest.approx(260.0, rel=0.02)
    assert np.median(found[205:]) == pytest.approx(130.0, rel=0.02)


def test_a_whisper_whose_resonances_come_and_go_is_not_voiced() -> None:
    rng = np.random.default_rng(11)
    sound = np.zeros(4 * RATE)
    for start in range(0, len(sound), RATE // 8):  # eight bursts a second of noise around a low resonance, with hiss
        spectrum = np.fft.rfft(rng.normal(size=RATE // 8))
        hertz = np.fft.rfftfreq(RATE // 8, 1.0 / RATE)
        spectrum *= 1.0 / (1.0 + ((hertz - rng.uniform(350.0, 550.0)) / 100.0) ** 2) + 0.03
        sound[start : start + RATE // 12] = (np.fft.irfft(spectrum, RATE // 8) * np.hanning(RATE // 8))[: RATE // 12]
    voiced = ~np.isnan(pitch((0.5 * sound / np.abs(sound).max()).astype(np.float32)))
    assert voiced.mean() < 0.08


def test_a_childs_short_high_syllable_is_voiced() -> None:
    sound = np.zeros(RATE, np.float32)
    sound[6400:8000] = voice(np.full(1600, 380.0)) * np.hanning(1600)
    voiced = np.flatnonzero(~np.isnan(pitch(sound)))
    assert 7 <= len(voiced) <= 13
