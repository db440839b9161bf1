"""What sounds behind a voice: coloured noise that comes and goes, music, other people; and a voice made to whisper."""

from __future__ import annotations

import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.sound.features import RATE

TUNES = 32  # pieces of music kept
TUNE_LENGTH = 6 * RATE  # samples of each
LIFTER = 28  # cepstral coefficients that make a spectrum's envelope
STEP, SPAN = 128, 512  # samples between and in the frames that whisper


def coloured(rng: np.random.Generator, samples: int) -> Tensor:
    """Noise [samples] of -9..+3 dB an octave with a bump somewhere; in half of the draws it swells and fades."""
    bins = samples // 2 + 1
    octaves = torch.log2(torch.linspace(0, RATE / 2, bins).clamp(min=40.0) / 1000.0)
    slope, centre, height = rng.uniform(-9, 3), rng.uniform(-3, 3), rng.uniform(0, 15)
    decibels = slope * octaves + height * torch.exp(-(((octaves - centre) / 0.7) ** 2))
    noise = torch.fft.irfft(torch.randn(bins, dtype=torch.complex64) * 10 ** (decibels / 20), samples)
    return noise * swell(rng, samples) if rng.random() < 0.5 else noise


def swell(rng: np.random.Generator, samples: int) -> Tensor:
    """A gain [samples] that wanders by some 3-10 dB, one to eight times a second."""
    knots = max(4, int(samples / RATE * rng.uniform(1, 8)))
    decibels = np.interp(np.linspace(0, knots - 1, samples), np.arange(knots), rng.normal(0, rng.uniform(3, 10), knots))
    return torch.from_numpy(10 ** (np.minimum(decibels, 15) / 20)).float()


class Music:
    """Pieces of music made of chords of decaying harmonics with a beat, drawn at random places."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.tunes = [_tune(rng) for _ in range(TUNES)]

    def draw(self, rng: np.random.Generator, samples: int) -> Tensor:
        """Some music [samples]."""
        tune = self.tunes[int(rng.integers(TUNES))]
        return torch.from_numpy(np.resize(np.roll(tune, int(rng.integers(len(tune)))), samples))


def _tune(rng: np.random.Generator) -> NDArray[np.float32]:
    beat = rng.uniform(0.18, 0.6)
    tune = rng.standard_normal(TUNE_LENGTH).astype(np.float32) * np.float32(rng.uniform(0, 0.02))
    root = 110 * 2 ** rng.uniform(0, 1)
    for start in np.arange(0, TUNE_LENGTH / RATE - 0.05, beat):
        notes = root * 2 ** (rng.choice([-12, -5, 0, 3, 4, 7, 9, 12, 16, 19], int(rng.integers(1, 4))) / 12)
        first = int(start * RATE)
        time = np.arange(min(TUNE_LENGTH - first, int(1.2 * RATE)), dtype=np.float32) / RATE
        tilt, decay = rng.uniform(0.8, 2.0), rng.uniform(2, 9)
        for note in notes:
            for harmonic in range(1, 8):
                tune[first : first + len(time)] += (
                    np.sin(2 * math.pi * note * harmonic * time) * np.exp(-decay * time) / harmonic**tilt
                )
        if rng.random() < 0.6:
            hit = rng.standard_normal(len(time)).astype(np.float32) * np.exp(-time * rng.uniform(15, 60))
            tune[first : first + len(time)] += rng.uniform(0.3, 1.5) * hit
    return tune / np.abs(tune).max()


def whispered(sound: Tensor, rng: np.random.Generator) -> Tensor:
    """The voice [samples] on noise instead of its own tone: its spectrum's envelope, the low end taken down."""
    window = torch.hann_window(SPAN)
    spectrum = torch.stft(sound, SPAN, STEP, window=window, return_complex=True)
    logs = torch.log(spectrum.abs() + 1e-5)
    cepstrum = torch.fft.irfft(logs, dim=0)
    cepstrum[LIFTER:-LIFTER] = 0
    envelope = torch.exp(torch.fft.rfft(cepstrum, dim=0).real)
    hertz = torch.linspace(0, RATE / 2, len(envelope))[:, None]
    loss = rng.uniform(3, 9) * torch.log2(1500.0 / hertz.clamp(min=100.0)).clamp(min=0.0)
    noise = torch.randn(envelope.shape, dtype=torch.complex64)
    return torch.istft(envelope * 10 ** (-loss / 20) * noise, SPAN, STEP, window=window, length=len(sound))
