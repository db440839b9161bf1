"""The same speech as different files: whatever the rate, the channels or the line, the lips shut as often."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import espeakng_loader
import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts" / "ear"))

from synth_espeak import Espeak, Mark

from engine.languages import load
from engine.listen import listen
from engine.phones import mouth_class
from engine.progress import drain
from engine.sound.source import ArraySource

RATE = 22050  # espeak-ng's
LINE = "My brother may buy a big map, but Pam will keep both lamps."
NEAR = 0.04  # seconds
Floats = np.ndarray


@lru_cache(maxsize=1)
def reading() -> tuple[Floats, tuple[Mark, ...]]:
    """The line as a voice of espeak-ng says it, -1..1, and its marks."""
    espeak = Espeak(str(espeakng_loader.get_library_path()), str(espeakng_loader.get_data_path()))
    assert espeak.rate == RATE and espeak.select("en-us+m3", 150, 50, 50)
    samples, marks = espeak.speak(LINE)
    sound = samples / 32768.0
    sound.setflags(write=False)
    return sound, tuple(marks)


def spoken() -> Floats:
    return reading()[0]


def closures(samples: Floats, rate: int = RATE) -> list[tuple[float, float]]:
    """When the lips are heard to shut."""
    take = drain(listen(ArraySource(samples, rate), language=load("en")))
    return [(phone.start, phone.end) for phone in take.phones if mouth_class(phone.ipa) == "closed"]


@lru_cache(maxsize=1)
def plain() -> tuple[tuple[float, float], ...]:
    return tuple(closures(spoken()))


def agreeing(found: list[tuple[float, float]], wanted: list[tuple[float, float]]) -> int:
    """How many of the wanted closures overlap one that was found, widened by NEAR."""
    return sum(any(s < end + NEAR and e > start - NEAR for s, e in found) for start, end in wanted)


def at_rate(rate: int) -> Floats:
    sound = spoken()
    wanted = round(len(sound) * rate / RATE)
    spectrum, fitted = np.fft.rfft(sound), np.zeros(wanted // 2 + 1, complex)
    shared = min(len(spectrum), len(fitted))
    fitted[:shared] = spectrum[:shared]
    return np.fft.irfft(fitted, wanted) * (wanted / len(sound))


def band(low: float, high: float) -> Floats:
    spectrum = np.fft.rfft(spoken())
    hertz = np.fft.rfftfreq(len(spoken()), 1 / RATE)
    spectrum[(hertz < low) | (hertz > high)] = 0.0
    return np.fft.irfft(spectrum, len(spoken()))


def noisy(decibels: float) -> Floats:
    sound = spoken()
    noise = np.random.default_rng(4).standard_normal(len(sound))
    return sound + noise * np.sqrt(np.mean(sound**2) / (10 ** (decibels / 10) * np.mean(noise**2)))


def test_the_closures_of_plain_speech_are_found_where_they_are() -> None:
    marks = reading()[1]
    true = [(m.start, after.start) for m, after in pairwise(marks) if m.ipa[:1] in set("pbm")]
    assert len(true) == 14
    assert agreeing(list(plain()), true) >= 13
    assert agreeing(true, list(plain())) >= len(plain()) - 1


@pytest.mark.parametrize("rate", [8000, 11025, 22050, 44100, 48000, 96000])
def test_the_same_closures_are_found_at_every_rate(rate: int) -> None:
    found = closures(at_rate(rate), rate)
    lost = 2 if rate < RATE else 0  # what lies above half the rate is gone
    assert agreeing(found, list(plain())) >= len(plain()) - lost
    assert abs(len(found) - len(plain())) <= lost


SAME: dict[str, Callable[[], Floats]] = {
    "stereo": lambda: np.stack([spoken(), spoken()], 1),
    "whole numbers": lambda: np.round(spoken() * 32767).astype(np.int16),
    "upside down": lambda: -spoken(),
}


@pytest.mark.parametrize("name", SAME)
def test_what_changes_no_sound_changes_no_closure(name: str) -> None:
    found = closures(SAME[name]())
    assert len(found) == len(plain())
    assert np.abs(np.array(found) - np.array(plain())).max() < 0.005


SPOILT: dict[str, tuple[float, Callable[[], Floats]]] = {  # the share of closures that must still be found
    "one of two channels": (0.75, lambda: np.stack([spoken(), np.zeros(len(spoken()))], 1)),
    "half as loud": (0.75, lambda: 0.5 * spoken()),
    "on a direct current": (0.5, lambda: spoken() + 0.2),
    "clipped": (0.75, lambda: np.clip(4 * spoken(), -1, 1)),
    "a mains hum": (0.5, lambda: spoken() + 0.02 * np.sin(2 * np.pi * 50 * np.arange(len(spoken())) / RATE)),
    "40 dB softer": (0.5, lambda: 0.01 * spoken()),
    "noise 10 dB below": (0.5, lambda: noisy(10.0)),
    "telephone": (0.5, lambda: band(300.0, 3400.0)),
}


@pytest.mark.parametrize("name", SPOILT)
def test_most_closures_are_found_in_a_spoilt_sound(name: str) -> None:
    share, spoil = SPOILT[name]
    found = closures(spoil())
    assert agreeing(found, list(plain())) >= share * len(plain())
    assert len(found) <= len(plain()) + 2
