"""A clean recording of a small voice, and what goes wrong with recordings: each damage as a function of it."""

from __future__ import annotations

import numpy as np
from made_voice import RATE, say

from engine.progress import drain
from engine.sound.source import ArraySource
from engine.soundcheck import Finding, SoundCheck, check_sound

LINE = (
    "_:400 m:90 ɑ:180 s:110 i:140 p:80 ɑ:170 f:100 u:150 t:60 ɛ:130 _:450 n:80 i:150 ʃ:120 ɑ:190 b:70 u:150 m:90 i:160 "
    "_:500 f:110 ɛ:140 s:100 ɑ:200 p:80 i:130 m:80 u:170 _:400"
)
BASE = 0.25  # of full scale, the clean recording's loudest sample


def clean(seconds: float = 9.0) -> np.ndarray:
    """The line again and again, [n] at 16 kHz, with a faint noise 60 dB down."""
    voice = np.concatenate([say(LINE, hertz) for hertz in (120.0, 131.0, 112.0, 125.0)])
    voice = np.resize(voice / np.abs(voice).max() * BASE, int(seconds * RATE))
    return voice + noise(len(voice)) * BASE * 1e-3 * 0.1


def noise(count: int, seed: int = 5) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(count)


def loudness_of(voice: np.ndarray) -> float:
    """Root mean square of what is spoken."""
    frames = np.sqrt((voice[: len(voice) // 400 * 400].reshape(-1, 400) ** 2).mean(axis=1))
    return float(np.sqrt((frames[frames > 0.05 * frames.max()] ** 2).mean()))


def noisy(voice: np.ndarray, decibels: float) -> np.ndarray:
    return voice + noise(len(voice)) * loudness_of(voice) * 10.0 ** (-decibels / 20.0)


def cut_off(voice: np.ndarray, over: float, top: float = 1.0) -> np.ndarray:
    """Driven `over` dB above full scale, clipped there and brought to `top`."""
    loud = np.percentile(np.abs(voice), 99.9)
    return np.clip(voice / loud * 10.0 ** (over / 20.0), -1.0, 1.0) * top


def passed(voice: np.ndarray, low: float, high: float, rate: int = RATE) -> np.ndarray:
    """Between `low` and `high` Hz, with gentle edges."""
    hertz = np.fft.rfftfreq(len(voice), 1.0 / rate)
    gain = np.clip((high + 150.0 - hertz) / 300.0, 0.0, 1.0) * np.clip((hertz - low + 50.0) / 100.0, 0.0, 1.0)
    return np.fft.irfft(np.fft.rfft(voice) * gain, len(voice))


def in_a_room(voice: np.ndarray, seconds: float) -> np.ndarray:
    """In a room that rings for `seconds` (T60), as much of it as of the voice."""
    count = int(1.2 * seconds * RATE)
    tail = noise(count) * 10.0 ** (-3.0 * np.arange(count) / RATE / seconds)
    tail[:48] = 0.0
    tail /= np.sqrt((tail**2).sum())
    tail[0] = 1.0
    size = len(voice) + count
    wet = np.fft.irfft(np.fft.rfft(voice, size) * np.fft.rfft(tail, size), size)[: len(voice)]
    return wet / np.abs(wet).max() * np.abs(voice).max()


def with_music(voice: np.ndarray, decibels: float, seed: int = 1) -> np.ndarray:
    """Over chords of decaying harmonics, `decibels` softer than the voice."""
    draw = np.random.default_rng(seed)
    music = np.zeros(len(voice))
    for start in range(0, len(voice) - RATE // 2, int(0.4 * RATE)):
        time = np.arange(min(len(voice) - start, RATE)) / RATE
        for note in 165.0 * 2.0 ** (draw.choice([0, 3, 7, 12, 16], 2) / 12.0):
            for harmonic in range(1, 6):
                music[start : start + len(time)] += (
                    np.sin(2 * np.pi * note * harmonic * time) * np.exp(-3.0 * time) / harmonic
                )
    return voice + music / music.std() * loudness_of(voice) * 10.0 ** (-decibels / 20.0)


def checked(samples: np.ndarray, rate: int = RATE) -> SoundCheck:
    return drain(check_sound(ArraySource(samples.astype(np.float32), rate, "made")))


def of_kind(check: SoundCheck, kind: str) -> list[Finding]:
    return [finding for finding in check.findings if finding.kind == kind]
