"""A small voice made of formants, for tests: closures, hisses and vowels at known times."""

from __future__ import annotations

import numpy as np

RATE = 16000
STEP = 80  # samples between two settings of the filters
VOWELS = {"ɑ": (730, 1090, 2440), "i": (280, 2250, 2890), "u": (310, 870, 2250), "ɛ": (530, 1840, 2480)}  # Hz
NASALS = {"m": (250, 1000, 2200), "n": (250, 1700, 2600)}
HISSES = {"s": (6000.0, 1500.0, 0.25), "ʃ": (3000.0, 1200.0, 0.3), "f": (5500.0, 5000.0, 0.06)}  # middle, width, level
LOCUS = {"m": 900, "p": 900, "b": 900, "f": 1000, "n": 1700, "t": 1800, "s": 1700, "ʃ": 1900}  # Hz of F2 beside it
GLIDE = 0.045  # seconds in which a vowel's formants reach their place

Parts = list[tuple[str, float, float]]


def parts_of(line: str) -> Parts:
    """(phone, start, end) in seconds of a line such as "_:200 m:90 ɑ:180": milliseconds each, _ is silence."""
    found, at = [], 0.0
    for word in line.split():
        phone, length = word.split(":")
        found.append((phone, at, at + int(length) / 1000.0))
        at = found[-1][2]
    return found


def say(line: str, hertz: float = 120.0) -> np.ndarray:
    """The sound of a line, float64 at 16 kHz, loudest sample 0.5."""
    parts = parts_of(line)
    count = round(parts[-1][2] * RATE)
    time = np.arange(count) / RATE
    phase = np.cumsum(hertz * (1.0 + 0.08 * np.sin(2 * np.pi * 0.9 * time))) / RATE
    pulses = np.diff(np.floor(phase), prepend=0.0)
    noise = np.random.default_rng(3).standard_normal(count)
    voice = _filtered(pulses, _tracks(parts, count))
    voice /= np.abs(voice).max()
    hiss = np.zeros(count)
    for phone, start, end in parts:
        hiss += _noise_of(phone, start, end, noise, time)
    out = voice * _levels(parts, time) + hiss
    return 0.5 * out / np.abs(out).max() + 1e-4 * noise


def _tracks(parts: Parts, count: int) -> np.ndarray:
    """Three formants in Hz for each STEP, [steps, 3]: vowels glide from and to their neighbours' locus."""
    at = np.arange(0, count, STEP) / RATE
    tracks = np.tile(np.array([500.0, 1500.0, 2500.0]), (len(at), 1))
    for index, (phone, start, end) in enumerate(parts):
        inside = (at >= start) & (at < end)
        if phone in NASALS:
            tracks[inside] = NASALS[phone]
        elif phone in VOWELS:
            goal = np.array(VOWELS[phone], float)
            tracks[inside] = goal
            for neighbour, edge in ((parts[index - 1][0], start), (parts[min(index + 1, len(parts) - 1)][0], end)):
                if neighbour in LOCUS:
                    near = np.exp(-np.abs(at - edge) / (GLIDE / 2))[:, None]
                    locus = np.array([300.0, LOCUS[neighbour], goal[2]])
                    tracks[inside] = (tracks * (1 - near) + locus * near)[inside]
    return tracks


def _filtered(pulses: np.ndarray, tracks: np.ndarray) -> np.ndarray:
    """The pulses through three resonators in a row (Klatt 1980), and the fall of a voice's spectrum."""
    sound = pulses.copy()
    for formant, width in zip(range(3), (70.0, 100.0, 140.0), strict=True):
        sound = _resonator(sound, tracks[:, formant], width)
    return sound


def _resonator(sound: np.ndarray, hertz: np.ndarray, width: float) -> np.ndarray:
    out = np.zeros(len(sound) + 2)
    radius = np.exp(-np.pi * width / RATE)
    for step, middle in enumerate(hertz):
        second, first = -radius * radius, 2 * radius * np.cos(2 * np.pi * middle / RATE)
        gain = 1 - first - second
        for i in range(step * STEP, min(len(sound), (step + 1) * STEP)):
            out[i + 2] = gain * sound[i] + first * out[i + 1] + second * out[i]
    return out[2:]


def _levels(parts: Parts, time: np.ndarray) -> np.ndarray:
    """How loud the voice is: full in vowels, less in nasals, a murmur in b, none in voiceless sounds."""
    level = np.zeros(len(time))
    for phone, start, end in parts:
        loud = 1.0 if phone in VOWELS else 0.35 if phone in NASALS else 0.05 if phone == "b" else 0.0
        level[(time >= start) & (time < end)] = loud
    kernel = np.hanning(RATE // 100)
    return np.convolve(level, kernel / kernel.sum(), "same")


def _noise_of(phone: str, start: float, end: float, noise: np.ndarray, time: np.ndarray) -> np.ndarray:
    """The hiss of a fricative, or the burst at the end of a stop."""
    if phone in HISSES:
        middle, width, level = HISSES[phone]
        gate = np.clip(np.minimum(time - start, end - time) / 0.02, 0, 1)
    elif phone in ("p", "b", "t"):
        middle, width, level = (800.0, 1500.0, 0.12) if phone in "pb" else (4000.0, 2500.0, 0.25)
        gate = ((time >= end - (0.03 if phone != "b" else 0.01)) & (time < end)).astype(float)
    else:
        return np.zeros(len(time))
    spectrum = np.fft.rfft(noise)
    bins = np.fft.rfftfreq(len(noise), 1 / RATE)
    shaped = np.fft.irfft(spectrum * np.exp(-(((bins - middle) / width) ** 2)), len(noise))
    return level * gate * shaped / np.abs(shaped).max()
