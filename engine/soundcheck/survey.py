"""One pass through a sound, in blocks: everything that is measured on it."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ..progress import Progress
from ..sound.features import BANDS, HIGHEST, LOWEST, RATE
from ..sound.measure import measure
from ..sound.resample import resample
from ..sound.source import Source, channel_blocks, mean_of
from .channels import Channels
from .clipping import Clipping
from .echo import Ripple
from .gaps import Gaps
from .loudness import Loudness
from .pauses import FRAME
from .spectra import Spectra
from .tones import Tones

LOWEST_OF_DECAY = 250.0  # Hz from which on the level of decays is taken: rumble does not die away

Floats = NDArray[np.float32]


class Meter(Protocol):
    """What takes blocks."""

    def push(self, block: Floats) -> None: ...


@dataclass(frozen=True, slots=True, eq=False)
class Survey:
    """What one pass gives: the meters, and every 10 ms the `level` in dB and the level without lows (`clear`, dB of no
    fixed zero), both [n], of the mean of the channels."""

    seconds: float
    loudness: Loudness
    clipping: Clipping
    channels: Channels
    gaps: Gaps
    spectra: Spectra
    tones: Tones
    ripple: Ripple
    level: Floats
    clear: Floats


def survey(source: Source) -> Generator[Progress, None, Survey]:
    """Measure a sound. Raises AudioError where it cannot be read to its end."""
    rate, channels = source.sample_rate, source.channels
    level: list[Floats] = []
    clear: list[Floats] = []
    loudness, clipping, beside, gaps = Loudness(rate, channels), Clipping(), Channels(channels), Gaps(rate)
    spectra, tones, ripple = Spectra(rate), Tones(rate), Ripple()
    whole = _tapped(_checked(channel_blocks(source), channels), (loudness, clipping, beside, gaps))
    mono = _tapped(mean_of(whole), (spectra, tones))
    done = 0
    for part in measure(_tapped(resample(mono, rate, RATE), (ripple,)), changing=False):
        level.append(part.energy)
        clear.append(_clear(part.bands.astype(np.float32)))
        done += len(part.energy)
        yield Progress("Sound", min(1.0, done * FRAME / max(source.duration, FRAME)))
    seconds = max(source.duration, done * FRAME)
    meters = (loudness, clipping, beside, gaps, spectra, tones, ripple)
    return Survey(seconds, *meters, _joined(level), _joined(clear))


def _tapped(blocks: Iterable[Floats], meters: Sequence[Meter]) -> Iterator[Floats]:
    """The blocks, each shown to the meters on its way."""
    for block in blocks:
        for meter in meters:
            meter.push(block)
        yield block


def _checked(blocks: Iterable[Floats], channels: int) -> Iterator[Floats]:
    """The blocks with as many channels as the source promised: one that only gives its mean has that in all of them."""
    for block in blocks:
        yield block if block.shape[1] == channels else np.repeat(block[:, :1], channels, axis=1)


def _clear(bands: Floats) -> Floats:
    """Level in dB [n] of log-mels [n, 48], the bands under 250 Hz left out, each by its width."""
    low, high = (2595.0 * np.log10(1.0 + hertz / 700.0) for hertz in (LOWEST, HIGHEST))
    edges = 700.0 * (10.0 ** (np.linspace(low, high, BANDS + 2) / 2595.0) - 1.0)
    width = np.where(edges[:-2] >= LOWEST_OF_DECAY, np.diff(edges)[1:], 0.0)
    level: Floats = (10.0 * np.log10(np.exp(bands) @ width)).astype(np.float32)
    return level


def _joined(parts: list[Floats]) -> Floats:
    return np.concatenate([np.zeros(0, np.float32), *parts])
