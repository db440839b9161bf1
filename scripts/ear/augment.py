"""Variety for training: rooms, noises, microphones, bands and levels, put on batches of sound; and their log-mels.

All linear effects are one product of spectra: room (decaying noise after the direct sound), equaliser (a smooth curve
in dB), band limit; noise, music and other voices are added at a signal-to-noise ratio. What comes out of a
microphone is never wholly silent: a faint noise lies under everything. Then stripes of the log-mels are blanked
(Park et al. 2019, SpecAugment), so that a sound is also known by what stands around it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from noises import Music, coloured, whispered
from torch import Tensor

from engine.sound import features

RATE = features.RATE
TAIL = 8000  # samples of room kept behind the sound
BLANK_BANDS, BLANK_FRAMES = 8, 12  # widest stripes


@dataclass(frozen=True)
class Strength:
    """How often each effect comes (0..1), scaled by `amount` 0..1 that training ramps up."""

    room: float = 0.45
    equaliser: float = 0.65
    band: float = 0.25
    noise: float = 0.5
    music: float = 0.08
    voices: float = 0.2
    whisper: float = 0.025
    clip: float = 0.05
    stripes: float = 0.6


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


def augment(
    sound: Tensor, rng: np.random.Generator, amount: float, music: Music, strength: Strength | None = None
) -> Tensor:
    """Sound [batch, samples] with effects put on; `amount` 0 leaves it as it is."""
    odds = strength or Strength()
    clean = _through_rooms(sound, rng, amount, odds)
    mixed = clean.clone()
    for i, one in enumerate(mixed):
        _add(one, torch.randn(len(one)), rng.uniform(35, 75))
        if rng.random() < odds.noise * amount:
            _add(one, coloured(rng, len(one)), rng.uniform(0, 32))
        if rng.random() < odds.music * amount:
            _add(one, music.draw(rng, len(one)), rng.uniform(2, 28))
        if rng.random() < odds.voices * amount:
            _add(one, _others(clean, i, rng), rng.uniform(5, 25))
        if rng.random() < odds.band * amount:
            spectrum = torch.fft.rfft(one, len(one) + TAIL)
            one.copy_(torch.fft.irfft(spectrum * _band(rng, len(spectrum)), len(one) + TAIL)[: len(one)])
    return _levels(mixed, rng, odds.clip * amount)


def _through_rooms(sound: Tensor, rng: np.random.Generator, amount: float, odds: Strength) -> Tensor:
    """The voices alone: some whisper, some stand in rooms, some are coloured by a microphone."""
    size = sound.shape[1] + TAIL
    voices = [whispered(one, rng) if rng.random() < odds.whisper * amount else one for one in sound]
    spectrum = torch.fft.rfft(torch.stack(voices), size)
    for one in spectrum:
        if rng.random() < odds.room * amount:
            one *= torch.fft.rfft(_room(rng), size)
        if rng.random() < odds.equaliser * amount:
            one *= _equaliser(rng, len(one))
    return torch.fft.irfft(spectrum, size)[:, : sound.shape[1]]


def _add(sound: Tensor, noise: Tensor, decibels: float) -> None:
    """Add `noise` to `sound` in place, that many dB under it."""
    noise = noise[: len(sound)]
    sound += noise * (sound.norm() / noise.norm().clamp(min=1e-9) * 10 ** (-decibels / 20))


def _others(clean: Tensor, own: int, rng: np.random.Generator) -> Tensor:
    """One to five other voices of the batch together, each from another moment on."""
    count = min(len(clean) - 1, int(rng.choice([1, 1, 2, 3, 5])))
    chosen = rng.choice([i for i in range(len(clean)) if i != own], count, replace=False)
    rolled = [clean[i].roll(int(rng.integers(clean.shape[1]))) for i in chosen.tolist()]
    return torch.stack([voice / voice.norm().clamp(min=1e-6) for voice in rolled]).sum(0)


def _levels(sound: Tensor, rng: np.random.Generator, clipped: float) -> Tensor:
    peak = sound.abs().amax(1, keepdim=True).clamp(min=1e-5)
    target = torch.from_numpy(10 ** (rng.uniform(-30, 0, (len(sound), 1)) / 20)).float()
    gain = target / peak
    hard = torch.from_numpy(rng.random((len(sound), 1)) < clipped)
    return torch.where(hard, gain * 4, gain).mul(sound).clamp(-1, 1)


_WINDOW = torch.from_numpy(features.hann().copy())


def log_mel(sound: Tensor, warps: list[float], hop: int = features.HOP) -> Tensor:
    """`engine.sound.features.log_mel` and `normalise` for a batch: [batch, samples] -> [batch, frames, BANDS]."""
    return normalise(plain_log_mel(sound, warps, hop))


def plain_log_mel(sound: Tensor, warps: list[float], hop: int = features.HOP) -> Tensor:
    """`engine.sound.features.log_mel` for a batch: [batch, samples] -> [batch, frames, BANDS]."""
    count = sound.shape[1] // hop
    before = (features.WINDOW - hop) // 2
    padded = torch.nn.functional.pad(sound, (before, features.WINDOW))
    frames = padded.unfold(1, features.WINDOW, hop)[:, :count]
    spectrum = torch.view_as_real(torch.fft.rfft(frames * _WINDOW, features.SPECTRUM))
    power = spectrum.square().sum(-1)
    filters = torch.stack([torch.from_numpy(features.mel_filters(w).copy()) for w in warps])
    return torch.log(power @ filters + features.FLOOR)


def blank(bands: Tensor, rng: np.random.Generator, amount: float, strength: Strength | None = None) -> Tensor:
    """Log-mels [batch, frames, BANDS] with one or two stripes of bands and of frames set to the mean (0), in place."""
    odds = strength or Strength()
    for one in bands:
        for _ in range(2):
            if rng.random() < odds.stripes * amount:
                width = int(rng.integers(1, BLANK_BANDS + 1))
                first = int(rng.integers(bands.shape[2] - width))
                one[:, first : first + width] = 0.0
            if rng.random() < odds.stripes * amount:
                width = int(rng.integers(1, BLANK_FRAMES + 1))
                first = int(rng.integers(bands.shape[1] - width))
                one[first : first + width] = 0.0
    return bands


def normalise(bands: Tensor) -> Tensor:
    level = bands.mean(2)
    loud = (level >= torch.quantile(level, 0.95, dim=1, keepdim=True) - 35.0 / 4.343).float().unsqueeze(2)
    count = loud.sum(1, keepdim=True)
    mean = (bands * loud).sum(1, keepdim=True) / count
    deviation = (((bands - mean).square() * loud).sum(1, keepdim=True) / count).sqrt()
    return ((bands - mean) / deviation.clamp(min=0.5)).clamp(min=-6.0)
