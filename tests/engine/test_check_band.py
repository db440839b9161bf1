"""The level of the speech band: the same however the sound is cut, and of that band alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.check.band import loudness_shape, speech_band
from engine.progress import drain
from engine.sound.source import ArraySource

RATE = 16000


def tone(hertz: float, seconds: float, level: float = 0.1) -> NDArray[np.float32]:
    return (level * np.sin(2.0 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE)).astype(np.float32)


def test_a_tone_within_the_band_has_its_level_and_one_beyond_it_hardly_any() -> None:
    inside, low, high = (drain(speech_band(ArraySource(tone(hertz, 1.0), RATE))) for hertz in (1000.0, 80.0, 6000.0))
    assert len(inside) == 100 and inside.dtype == np.float32
    assert np.allclose(inside[5:-5], 20.0 * np.log10(0.1 / np.sqrt(2.0)), atol=0.3)
    assert low[5:-5].max() < -60.0 and high[5:-5].max() < -60.0


def test_a_long_sound_is_measured_in_blocks_as_in_one() -> None:
    samples = np.concatenate([tone(500.0, 7.0), np.zeros(3 * RATE, np.float32), tone(2000.0, 14.3, 0.02)])
    whole = drain(speech_band(ArraySource(samples, RATE)))
    later = drain(speech_band(ArraySource(samples[11 * RATE :], RATE)))
    assert len(whole) == 2430
    assert np.allclose(whole[1110:2425], later[10:1325], atol=0.01)
    assert whole[800:950].max() == -120.0


def test_what_a_mouth_might_do_is_told_beside_loud_speech() -> None:
    shape = loudness_shape(np.concatenate([np.full(100, -20.0), np.full(100, -90.0)]).astype(np.float32))
    assert np.allclose(shape[:100], 1.0) and np.allclose(shape[100:], 0.0)
    assert len(loudness_shape(np.zeros(0, np.float32))) == 0
