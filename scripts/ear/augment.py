"""Variety for training: rooms, noises, microphones, bands and levels, put on batches of sound; and their log-mels.

All linear effects are one product of spectra: room (decaying noise after the direct sound), equaliser (a smooth curve
in dB), band limit; then coloured noise and other voices are added at a signal-to-noise ratio.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.sound import features

RATE = features.RATE
TAIL = 8000  # samples of room kept behind the sound


@dataclass(frozen=True)
class Strength:
    """How often each effect comes (0..1), scaled by `amount` 0..1 that training ramps up."""

    room: float = 0.45
    equaliser: float = 0.6
    band: float = 0.25
    noise: float = 0.55
    voices: float = 0.15
    clip: float = 0.05


def _colour(rng: np.random.Generator, bins: int) -> Tensor:
    """Amplitude [bins] of noise with a random slope of -9..+3 dB an octave and a random bump."""
    hertz = torch.linspace(0, RATE / 2, bins).clamp(min=40.0)
    octaves = torch.log2(hertz / 1000.0)
    slope, centre, height = rng.uniform(-9, 3), rng.uniform(-3, 3), rng.uniform(0, 15)
    decibels = slope * octaves + height * torch.exp(-(((octaves - centre) / 0.7) ** 2))
    return 10 ** (decibels / 20)


def _equaliser(rng: np.random.Generator, bins: int) -> Tensor:
    knots = np.linspace(math.log(60), math.log(8000), 7)
    hertz = np.log(np.maximum(np.linspace(0, RATE / 2, bins), 30.0))
    return torch.from_numpy(10 ** (np.interp(hertz, knots, rng.normal(0, rng.uniform(1, 6), 7)) / 20)).float()


def _band(rng: np.random.Generator, bins: int) -> Tensor:
    hertz = torch.linspace(0, RATE / 2, bins)
    high = rng.choice([3400.0, 3800.0, rng.uniform(3500, 7500)])
    low = rng.choice([0.0, 0.0, rng.uniform(50, 350)])
    gate = torch.sigmoid((high - hertz) / 60.0)
    return gate * torch.sigmoid((hertz - low) / 20.0) if low > 0 else gate


def _room(rng: np.random.Generator) -> Tensor:
    """Impulse response [TAIL]: the direct sound, then noise that dies by 60 dB in 0.1..0.9 s."""
    decay = rng.uniform(0.1, 0.9)
    time = torch.arange(TAIL) / RATE
    tail = torch.from_numpy(rng.standard_normal(TAIL).astype(np.float32)) * 10 ** (-3 * time / decay)
    tail[: int(rng.uniform(0.001, 0.01) * RATE)] = 0
    tail *= 10 ** (-rng.uniform(-2, 14) / 20) / tail.norm().clamp(min=1e-6)
    tail[0] = 1.0
    return tail


def augment(sound: Tensor, rng: np.random.Generator, amount: float, strength: Strength | None = None) -> Tensor:
    """Sound [batch, samples] with effects put on; `amount` 0 leaves it as it is."""
    odds = strength or Strength()
    batch, length = sound.shape
    size = length + TAIL
    spectrum = torch.fft.rfft(sound, size)
    bins = spectrum.shape[1]
    for i in range(batch):
        if rng.random() < odds.room * amount:
            spectrum[i] *= torch.fft.rfft(_room(rng), size)
        if rng.random() < odds.equaliser * amount:
            spectrum[i] *= _equaliser(rng, bins)
    level = spectrum.abs().square().mean(1).sqrt()
    mixed = spectrum.clone()
    for i in range(batch):
        if rng.random() < odds.noise * amount:
            noise = torch.randn(bins, dtype=torch.complex64) * _colour(rng, bins)
            mixed[i] += noise * (level[i] / noise.abs().square().mean().sqrt() * 10 ** (-rng.uniform(0, 32) / 20))
        if rng.random() < odds.voices * amount:
            other = spectrum[int(rng.integers(batch))]
            shift = torch.exp(-2j * math.pi * torch.arange(bins) * (rng.uniform(0.2, 0.8)))
            mixed[i] += (
                other
                * shift
                * (level[i] / (other.abs().square().mean().sqrt() + 1e-9))
                * 10 ** (-rng.uniform(8, 25) / 20)
            )
        if rng.random() < odds.band * amount:
            mixed[i] *= _band(rng, bins)
    result = torch.fft.irfft(mixed, size)[:, :length]
    return _levels(result, rng, odds.clip * amount)


def _levels(sound: Tensor, rng: np.random.Generator, clipped: float) -> Tensor:
    peak = sound.abs().amax(1, keepdim=True).clamp(min=1e-5)
    target = torch.from_numpy(10 ** (rng.uniform(-30, 0, (len(sound), 1)) / 20)).float()
    gain = target / peak
    hard = torch.from_numpy(rng.random((len(sound), 1)) < clipped)
    return torch.where(hard, gain * 4, gain).mul(sound).clamp(-1, 1)


_WINDOW = torch.from_numpy(features._window().copy())


def log_mel(sound: Tensor, warps: list[float]) -> Tensor:
    """`engine.sound.features.log_mel` and `normalise` for a batch: [batch, samples] -> [batch, frames, BANDS]."""
    count = sound.shape[1] // features.HOP
    before = (features.WINDOW - features.HOP) // 2
    padded = torch.nn.functional.pad(sound, (before, features.WINDOW))
    frames = padded.unfold(1, features.WINDOW, features.HOP)[:, :count]
    spectrum = torch.view_as_real(torch.fft.rfft(frames * _WINDOW, features.SPECTRUM))
    power = spectrum.square().sum(-1)
    filters = torch.stack([torch.from_numpy(features.mel_filters(w).copy()) for w in warps])
    return normalise(torch.log(power @ filters + features.FLOOR))


def normalise(bands: Tensor) -> Tensor:
    level = bands.mean(2)
    loud = (level >= torch.quantile(level, 0.95, dim=1, keepdim=True) - 35.0 / 4.343).float().unsqueeze(2)
    count = loud.sum(1, keepdim=True)
    mean = (bands * loud).sum(1, keepdim=True) / count
    deviation = (((bands - mean).square() * loud).sum(1, keepdim=True) / count).sqrt()
    return ((bands - mean) / deviation.clamp(min=0.5)).clamp(min=-6.0)
