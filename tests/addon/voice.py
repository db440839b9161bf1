"""A voice for tests: vowels by formants, nasals, closures, hisses: no recording has to lie in the checkout."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np

RATE = 16000
PITCH = 118.0  # Hz
FORMANTS = {
    "a": (730.0, 1090.0, 2440.0),
    "i": (270.0, 2290.0, 3010.0),
    "u": (300.0, 870.0, 2240.0),
    "e": (530.0, 1840.0, 2480.0),
    "m": (250.0, 1100.0, 2100.0),
}
LOUDNESS = {"m": 0.25, "s": 0.12, "b": 0.02, "_": 0.0}
LENGTH = {"m": 0.10, "s": 0.12, "b": 0.09, "_": 0.30}
VOWEL = 0.18  # seconds


def speak(line: str, seed: int = 1) -> np.ndarray:
    """Samples at 16 kHz of a line such as 'm a b i _ u': letters of FORMANTS, s, b (a voiced closure), _ (silence)."""
    noise = np.random.default_rng(seed)
    spoken = [_sound(letter, noise) for letter in line.split()]
    gap = np.zeros(RATE // 5)
    samples = np.concatenate([gap, *spoken, gap])
    return (0.5 * samples / max(1e-6, np.abs(samples).max())).astype(np.float32)


def _sound(letter: str, noise: np.random.Generator) -> np.ndarray:
    count = int(LENGTH.get(letter, VOWEL) * RATE)
    time = np.arange(count) / RATE
    if letter in FORMANTS:
        source = sum(np.cos(2 * np.pi * PITCH * k * time) / k for k in range(1, 40))
        for formant in FORMANTS[letter]:
            source = _resonate(source, formant, 90.0)
    elif letter == "s":
        source = np.diff(noise.standard_normal(count + 2), 2)
    else:
        source = np.sin(2 * np.pi * PITCH * time)
    source = source / max(1e-9, np.abs(source).max()) * LOUDNESS.get(letter, 1.0)
    edge = np.clip(np.minimum(time, time[::-1]) / 0.012, 0.0, 1.0)
    return source * edge


def _resonate(signal: np.ndarray, hertz: float, width: float) -> np.ndarray:
    """One two-pole resonator, applied in the frequency domain."""
    pole = np.exp(-np.pi * width / RATE + 2j * np.pi * hertz / RATE)
    turn = np.exp(-2j * np.pi * np.fft.rfftfreq(2 * len(signal)))
    gain = 1.0 / ((1 - pole * turn) * (1 - np.conj(pole) * turn))
    return np.fft.irfft(np.fft.rfft(signal, 2 * len(signal)) * gain)[: len(signal)]


def write_wav(path: Path, samples: np.ndarray, rate: int = RATE, channels: int = 1) -> Path:
    """Samples [n] as a 16-bit WAV file, the same on every channel."""
    whole = (np.clip(samples, -1.0, 1.0) * 32767).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(np.repeat(whole[:, None], channels, axis=1).tobytes())
    return path


def phones(line: str) -> list[tuple[float, float, str]]:
    """The phones of a line that `speak` says: seconds and IPA."""
    found, at = [], 0.2
    for letter in line.split():
        length = LENGTH.get(letter, VOWEL)
        if letter != "_":
            found.append((round(at, 3), round(at + length, 3), letter))
        at += length
    return found
