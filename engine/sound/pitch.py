"""The voice's pitch, every 10 ms.

Short-term autocorrelation divided by that of its window, after Boersma, 'Accurate short-term analysis of the
fundamental frequency' (IFA Proceedings 17, 1993), here on a spectrum limited to 40-3,000 Hz; then the best path through
each frame's candidates (Viterbi), where octave leaps and changes of voicing cost. A sound without lows (a telephone's)
leaves harmonics alone in sight: there a second path keeps near the median of the first. Short, high and weak stretches
of voice are taken for the resonances of a whisper.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from .features import HOP, RATE

LOWEST, HIGHEST = 65.0, 600.0  # Hz
WINDOW = 640  # samples, 40 ms
SPECTRUM = 1024  # samples of the Fourier transform
KEPT = 256  # bins of the spectrum that are kept, 4 kHz; so the autocorrelation comes at 8 kHz
LAG_RATE = 2 * KEPT * RATE // SPECTRUM  # Hz
CANDIDATES = 5  # voiced ones; one unvoiced comes beside them
VOICING = 0.48  # autocorrelation from which a frame counts as voiced
SILENCE = 0.02  # of the peak amplitude: quieter frames lean towards unvoiced
OCTAVE = 0.02  # favour an octave up has, in autocorrelation: against subharmonics
LEAP, CHANGE = 0.35, 0.14  # costs of an octave's leap and of a change of voicing between two frames
LOWS, MIDS = (80.0, 250.0), (300.0, 1000.0)  # Hz
THIN = 0.01  # of the power of the mids: a sound with less in the lows lacks its fundamental
USUAL, ASTRAY = 0.5, 0.3  # octaves from the median that cost nothing in a thin sound; cost of each octave beyond
BRIEF, HIGH, WEAK = 15, 280.0, 0.8  # frames, Hz, autocorrelation: a voice so short, high and weak is a whisper's hiss
BLOCK = 250  # frames worked on at once: they stay in the cache

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Hz and strength of each frame's candidates, float32 [frames, CANDIDATES + 1]; column 0 is unvoiced (0 Hz).

    `thin`: whether the sound lacks the lows, where the fundamental should be.
    """

    hertz: Floats
    strength: Floats
    thin: bool = False


def pitch(samples: Floats) -> Floats:
    """Pitch in Hz (65..600), NaN where unvoiced, float32 [len(samples) // HOP]; value i stands at (i + 0.5) * 10 ms.

    `samples`: mono at 16 kHz, full scale 1. Beyond both ends the sound counts as silent.
    """
    found = candidates(samples)
    if not len(found.hertz):
        return np.zeros(0, np.float32)
    path = best_path(found)
    if found.thin and (path > 0.0).any():
        path = best_path(_near_median(found, path))
    return _without_whispers(found, path)


def _without_whispers(found: Candidates, path: Floats) -> Floats:
    """The path without what the resonances of a whisper look like: short, high and weak stretches of voice."""
    voiced = path > 0.0
    chosen = np.abs(found.hertz - np.where(voiced, path, 0.0)[:, None]).argmin(axis=1)
    strength = found.strength[np.arange(len(path)), chosen]
    steps = np.diff(voiced.astype(np.int8), prepend=0, append=0)
    kept = path.copy()
    for start, end in zip(np.flatnonzero(steps == 1), np.flatnonzero(steps == -1), strict=True):
        weak = end - start < BRIEF and strength[start:end].mean() < WEAK
        if weak and np.median(path[start:end]) > HIGH:
            kept[start:end] = np.nan
    return kept


def _near_median(found: Candidates, path: Floats) -> Candidates:
    """The candidates with those weakened that lie far from the median of a first path."""
    away = np.abs(np.log2(np.maximum(found.hertz, LOWEST) / np.median(path[path > 0.0])))
    cost = ASTRAY * np.maximum(0.0, away - USUAL)
    cost[:, 0] = 0.0
    return Candidates(found.hertz, (found.strength - cost).astype(np.float32))


def candidates(samples: Floats) -> Candidates:
    """The candidates of each frame; strengths are autocorrelations, about 0..1."""
    count = len(samples) // HOP
    before = (WINDOW - HOP) // 2
    padded = np.concatenate([np.zeros(before, np.float32), samples, np.zeros(WINDOW, np.float32)])
    frames = sliding_window_view(padded, WINDOW)[: count * HOP : HOP]
    loudest = max(float(np.abs(samples).max(initial=0.0)), 1e-9)
    hertz = np.zeros((count, CANDIDATES + 1), np.float32)
    strength = np.zeros((count, CANDIDATES + 1), np.float32)
    shares = np.zeros(2)
    for at in range(0, count, BLOCK):
        some = frames[at : at + BLOCK]
        rows = slice(at, at + len(some))
        power = _power(some)
        shares += [float(power[:, band].sum()) for band in _bins()]
        hertz[rows, 1:], strength[rows, 1:] = _peaks(_autocorrelation(power))
        quiet = np.abs(some).max(axis=1) / loudest / SILENCE
        strength[rows, 0] = VOICING + np.maximum(0.0, 1.0 - quiet)
    return Candidates(hertz, strength, bool(shares[0] < THIN * shares[1]))


def _bins() -> tuple[slice, slice]:
    """The bins of the lows and of the mids."""
    edges = [[round(hertz * SPECTRUM / RATE) for hertz in band] for band in (LOWS, MIDS)]
    return slice(*edges[0]), slice(*edges[1])


def _power(frames: Floats) -> Floats:
    """Power spectrum [frames, KEPT + 1] under the window."""
    window, _ = _windows()
    centred = (frames - frames.mean(axis=1, keepdims=True)) * window
    spectrum = np.fft.rfft(centred, SPECTRUM, axis=1)[:, : KEPT + 1]
    return (spectrum.real**2 + spectrum.imag**2).astype(np.float32, copy=False)


def _autocorrelation(power: Floats) -> Floats:
    """Autocorrelation [frames, lags], 1 at lag 0 for a periodic sound; lags at LAG_RATE."""
    _, own = _windows()
    raw = np.fft.irfft(power * _band(), 2 * KEPT, axis=1)[:, : len(own)]
    scaled: Floats = (raw / np.maximum(raw[:, :1], 1e-12) / own).astype(np.float32)
    return scaled


@lru_cache(maxsize=1)
def _windows() -> tuple[Floats, Floats]:
    """The Hann window [WINDOW], and its autocorrelation [lags] under the same band."""
    window = np.hanning(WINDOW + 1)[:-1].astype(np.float32)
    power = np.abs(np.fft.rfft(window, SPECTRUM)[: KEPT + 1]) ** 2
    own = np.fft.irfft(power, 2 * KEPT)[: int(LAG_RATE / LOWEST) + 3]
    return window, (own / own[0]).astype(np.float32)


@lru_cache(maxsize=1)
def _band() -> Floats:
    """Weight of each bin's power: rising to 300 Hz, against rumble, and fading out from 1,500 to 3,000 Hz."""
    hertz = np.arange(KEPT + 1) * RATE / SPECTRUM
    rise = np.clip((hertz - 40.0) / 260.0, 0.0, 1.0) ** 2
    fall = 0.5 + 0.5 * np.cos(np.pi * np.clip((hertz - 1500.0) / 1500.0, 0.0, 1.0))
    band: Floats = (rise * fall).astype(np.float32)
    return band


def _peaks(correlation: Floats) -> tuple[Floats, Floats]:
    """Hz and strength [frames, CANDIDATES] of the highest peaks, found between lags by a parabola."""
    first = int(LAG_RATE / HIGHEST)
    left, middle, right = correlation[:, first - 1 : -2], correlation[:, first:-1], correlation[:, first + 1 :]
    peak = (middle > left) & (middle >= right) & (middle > 0.2)
    lags = np.arange(first, first + middle.shape[1], dtype=np.float32)
    favour = OCTAVE * np.log2(LAG_RATE / lags / LOWEST)
    score = np.where(peak, middle + favour, -1.0)
    best = np.argpartition(-score, CANDIDATES, axis=1)[:, :CANDIDATES]
    rows = np.arange(len(score))[:, None]
    a, b, c = left[rows, best], middle[rows, best], right[rows, best]
    bend = np.minimum(a - 2.0 * b + c, -1e-6)
    shift = np.clip(0.5 * (a - c) / bend, -0.5, 0.5)
    hertz = LAG_RATE / (lags[best] + shift)
    height = np.minimum(b - 0.25 * (a - c) * shift, 1.0) + favour[best]
    found = peak[rows, best] & (hertz >= LOWEST) & (hertz <= HIGHEST)
    strength = np.where(found, height, np.float32(-1.0))
    return np.where(found, hertz, LOWEST).astype(np.float32), strength.astype(np.float32)


def best_path(found: Candidates) -> Floats:
    """The cheapest way through the candidates: Hz, NaN where unvoiced, float32 [frames] (frames > 0)."""
    octaves = np.log2(np.maximum(found.hertz, LOWEST)).astype(np.float32)
    octaves[:, 0] = 0.0
    voiced = np.arange(found.hertz.shape[1]) > 0
    change = np.where(voiced[:, None] != voiced[None, :], np.float32(CHANGE), np.float32(0.0))
    both = (voiced[:, None] & voiced[None, :]) * np.float32(LEAP)
    costs = both * np.abs(octaves[1:, None, :] - octaves[:-1, :, None]) + change  # [frames - 1, from, to]
    total = found.strength[0].copy()
    came = np.zeros(found.hertz.shape, np.int8)
    for frame in range(1, len(octaves)):
        reach = total[:, None] - costs[frame - 1]
        came[frame] = reach.argmax(axis=0)
        total = reach.max(axis=0) + found.strength[frame]
    chosen = np.zeros(len(octaves), np.int64)
    chosen[-1] = total.argmax()
    for frame in range(len(octaves) - 1, 0, -1):
        chosen[frame - 1] = came[frame, chosen[frame]]
    hertz = found.hertz[np.arange(len(chosen)), chosen]
    return np.where(chosen > 0, hertz, np.float32(np.nan))
