"""Log-mels against librosa, and their place in time."""

import numpy as np
import pytest

from engine.sound import features


def _noise(seconds):
    return np.random.default_rng(1).standard_normal(int(seconds * features.RATE)).astype(np.float32) * 0.1


def test_log_mels_agree_with_librosa():
    librosa = pytest.importorskip("librosa")
    sound = _noise(1.0)
    filters = librosa.filters.mel(
        sr=features.RATE, n_fft=features.SPECTRUM, n_mels=features.BANDS, fmin=60.0, fmax=7600.0, htk=True, norm=None
    )
    filters /= filters.sum(1, keepdims=True)
    before = (features.WINDOW - features.HOP) // 2
    padded = np.pad(sound, (before, features.WINDOW))
    frames = librosa.util.frame(padded, frame_length=features.WINDOW, hop_length=features.HOP)[:, :100]
    window = librosa.filters.get_window("hann", features.WINDOW)
    window = window / np.sqrt((window**2).sum())
    power = np.abs(np.fft.rfft(frames * window[:, None], features.SPECTRUM, axis=0)) ** 2
    expected = np.log(filters @ power + features.FLOOR).T
    assert np.abs(features.log_mel(sound) - expected).max() < 1e-3


def test_a_click_is_loudest_in_the_frame_it_falls_into():
    sound = np.zeros(features.RATE, np.float32)
    sound[int(0.505 * features.RATE)] = 1.0
    assert features.log_mel(sound).mean(1).argmax() == 50


def test_a_row_for_each_whole_hop():
    assert features.log_mel(_noise(0.1234)).shape == (12, features.BANDS)
    assert features.log_mel(np.zeros(10, np.float32)).shape == (0, features.BANDS)


def test_level_and_a_steady_filter_drop_out():
    sound = _noise(1.0)
    bands = features.log_mel(sound)
    coloured = bands + np.linspace(-3, 3, features.BANDS, dtype=np.float32)
    assert np.abs(features.normalise(bands) - features.normalise(coloured)).max() < 0.02
    assert np.abs(features.normalise(bands) - features.normalise(features.log_mel(sound * 0.1))).max() < 0.05


def test_a_quiet_sound_is_raised_to_what_it_would_be_if_it_were_louder():
    loud = _noise(1.0) * 0.1
    quiet = features.raised(features.log_mel(loud * 0.02))
    assert np.percentile(quiet.mean(1), 95) == pytest.approx(features.QUIETEST, abs=0.4)
    assert np.abs(features.normalise(quiet) - features.normalise(features.log_mel(loud))).max() < 0.5


def test_a_sound_of_ordinary_level_is_not_raised():
    bands = features.log_mel(_noise(1.0))
    assert features.raised(bands) is bands
    assert len(features.raised(bands[:0])) == 0
