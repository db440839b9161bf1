"""Sounds to listen to: files and arrays, read in blocks as mono at the rate that is asked for."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from ..errors import AudioError
from ..files import sha256_of
from . import riff
from .resample import resample

if TYPE_CHECKING:
    from types import ModuleType

BLOCK = 10.0  # seconds read at once
SHORTEST = 0.1  # seconds
LONGEST = 3900.0  # seconds: an hour, and five minutes of grace
SLOWEST, FASTEST = 2000, 768000  # Hz, sample rates that make sense
LOUDEST = np.float32(2.0**32)  # beyond this a sample is damage, not sound

Floats = NDArray[np.float32]


class Source(Protocol):
    """One sound: its name as shown and stored, Hz of the original, channels, and seconds."""

    @property
    def name(self) -> str: ...
    @property
    def sample_rate(self) -> int: ...
    @property
    def channels(self) -> int: ...
    @property
    def duration(self) -> float: ...

    def sha256(self) -> str:
        """Hexadecimal SHA-256 of the bytes of the file (of an array: of its samples)."""
        ...

    def blocks(self, rate: int) -> Iterator[Floats]:
        """Mono (mean of the channels) at `rate` Hz, float32, free of NaN, about 10 s a block."""
        ...


@runtime_checkable
class ChannelSource(Source, Protocol):
    """A sound whose channels can be had apart."""

    def channel_blocks(self) -> Iterator[Floats]:
        """Every channel at the sound's own rate: float32 [n, channels], free of NaN, about 10 s a block."""
        ...


def channel_blocks(source: Source) -> Iterator[Floats]:
    """The channels of a sound, [n, channels] at its own rate; of one that only gives its mean, that: [n, 1]."""
    if isinstance(source, ChannelSource):
        yield from source.channel_blocks()
    else:
        for block in source.blocks(source.sample_rate):
            yield block[:, None]


def mean_of(tables: Iterable[Floats]) -> Iterator[Floats]:
    """Mono blocks [n]: the mean of the channels of each table [n, channels]."""
    for table in tables:
        yield table[:, 0] if table.shape[1] == 1 else table.mean(axis=1, dtype=np.float32)


def check_length(source: Source) -> None:
    """Raise AudioError where the sound is shorter than 0.1 s or longer than an hour."""
    seconds = source.duration
    if seconds <= 0.0:
        raise AudioError(f"'{source.name}' holds no samples; export the sound again.")
    if seconds < SHORTEST:
        raise AudioError(f"'{source.name}' lasts only {seconds:.3f} s; choose a sound of at least {SHORTEST} s.")
    if seconds > LONGEST:
        raise AudioError(f"'{source.name}' lasts {seconds / 60.0:.0f} minutes; split it into parts of up to an hour.")


class ArraySource:
    """Samples in memory: [n] or [n, channels], floats with full scale 1 or whole numbers of any width.

    Raises AudioError where the shape, the kind of numbers or the rate (Hz) make no sense.
    """

    def __init__(self, samples: NDArray[Any], rate: int, name: str = "array") -> None:
        _check_rate(rate, name)
        if samples.ndim not in (1, 2) or (samples.ndim == 2 and samples.shape[1] == 0):
            raise AudioError(f"'{name}' has samples of shape {samples.shape}; give [n] or [n, channels].")
        if samples.dtype.kind not in "iuf":
            raise AudioError(f"'{name}' has samples of type {samples.dtype}; give floats or whole numbers.")
        self._samples = samples[:, None] if samples.ndim == 1 else samples
        self.name = name
        self.sample_rate = int(rate)
        self.channels = self._samples.shape[1]
        self.duration = len(samples) / rate
        self.mended = 0

    def sha256(self) -> str:
        """Hexadecimal SHA-256 of the samples, little-endian, channels interleaved."""
        little = self._samples.dtype.newbyteorder("<")
        return hashlib.sha256(np.ascontiguousarray(self._samples.astype(little, copy=False)).tobytes()).hexdigest()

    def blocks(self, rate: int) -> Iterator[Floats]:
        """Mono float32 blocks at `rate` Hz; `mended` then counts the samples that were no numbers."""
        yield from resample(mean_of(self.channel_blocks()), self.sample_rate, rate)

    def channel_blocks(self) -> Iterator[Floats]:
        """The channels apart, float32 [n, channels]; `mended` as after `blocks`."""
        step = int(BLOCK * self.sample_rate)
        raw = (_as_floats(self._samples[at : at + step]) for at in range(0, len(self._samples), step))
        yield from _mended(raw, self)


class FileSource:
    """A sound file: WAV by itself; flac, ogg, mp3 and the like through soundfile, where that is installed.

    Raises AudioError, with one sentence, where the file is missing, empty, cut off, no sound or without samples.
    After `blocks` has run, `mended` counts the samples that were no numbers and became zero.
    """

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        self.name = self.path.name
        self.mended = 0
        _check_file(self.path)
        try:
            self._wave = riff.parse(self.path)
        except OSError as error:
            raise _unreadable(self.path, error) from error
        self.sample_rate, self.channels, self._frames = self._measure()
        _check_rate(self.sample_rate, self.name)
        self.duration = self._frames / self.sample_rate

    def sha256(self) -> str:
        """Hexadecimal SHA-256 of the file's bytes."""
        try:
            return sha256_of(self.path)
        except OSError as error:
            raise _unreadable(self.path, error) from error

    def blocks(self, rate: int) -> Iterator[Floats]:
        """Mono float32 blocks at `rate` Hz. Raises AudioError where the file ends before its header says."""
        yield from resample(mean_of(self.channel_blocks()), self.sample_rate, rate)

    def channel_blocks(self) -> Iterator[Floats]:
        """The channels apart, float32 [n, channels]. Raises AudioError as `blocks` does."""
        size = int(BLOCK * self.sample_rate)
        raw = self._wave.blocks(size) if self._wave else self._decoded(size)
        try:
            yield from _mended(raw, self)
        except OSError as error:
            raise _unreadable(self.path, error) from error

    def _measure(self) -> tuple[int, int, int]:
        """Hz, channels, frames."""
        if self._wave is None:
            with _open_with_soundfile(self.path) as sound:
                rate, channels, frames = int(sound.samplerate), int(sound.channels), int(sound.frames)
        else:
            rate, channels, frames = self._wave.rate, self._wave.channels, self._wave.frames
            if frames < self._wave.promised:
                raise _cut_off(self.path, frames / rate, self._wave.promised / rate)
        if frames <= 0:
            raise AudioError(f"'{self.name}' holds no samples; export the sound again.")
        return rate, channels, frames

    def _decoded(self, size: int) -> Iterator[Floats]:
        read = 0
        with _open_with_soundfile(self.path) as sound:
            while True:
                try:
                    with _hushed():
                        block: Floats = sound.read(size, dtype="float32", always_2d=True)
                except RuntimeError as error:
                    raise _cut_off(self.path, read / self.sample_rate, self.duration) from error
                if len(block) == 0:
                    break
                read += len(block)
                yield block
        if read < self._frames - self.sample_rate // 10:  # an mp3's length may be an estimate
            raise _cut_off(self.path, read / self.sample_rate, self.duration)


def _mended(raw: Iterable[Floats], owner: ArraySource | FileSource) -> Iterator[Floats]:
    """The blocks, what is no number replaced by zero and counted in `owner.mended`."""
    owner.mended = 0
    for block in raw:
        good = np.abs(block) <= LOUDEST  # false for NaN as well
        if not good.all():
            owner.mended += int(good.size - good.sum())
            block = np.where(good, block, np.float32(0.0))
        yield block


def _as_floats(block: NDArray[Any]) -> Floats:
    if block.dtype.kind == "f":
        with np.errstate(over="ignore"):
            return block.astype(np.float32)
    bits = 8 * block.dtype.itemsize
    centred = block.astype(np.float64) - (2.0 ** (bits - 1) if block.dtype.kind == "u" else 0.0)
    return (centred / 2.0 ** (bits - 1)).astype(np.float32)


def _check_rate(rate: int, name: str) -> None:
    if not SLOWEST <= rate <= FASTEST:
        raise AudioError(f"'{name}' claims {rate} samples a second, which cannot be; export the sound again.")


def _check_file(path: Path) -> None:
    if path.is_dir():
        raise AudioError(f"'{path}' is a folder; choose a sound file in it.")
    try:
        size = path.stat().st_size
    except FileNotFoundError as error:
        raise AudioError(f"The sound '{path}' is not there; check its path.") from error
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    if size == 0:
        raise AudioError(f"'{path.name}' is empty (0 bytes); export the sound again.")


def _unreadable(path: Path, error: Exception) -> AudioError:
    reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return AudioError(f"'{path}' cannot be read ({reason}); choose a sound that you may read.")


def _cut_off(path: Path, found: float, promised: float) -> AudioError:
    return AudioError(
        f"'{path.name}' is cut off: {found:.2f} s of sound are there, its header promises {promised:.2f} s; "
        "copy or export it again."
    )


def _open_with_soundfile(path: Path) -> Any:
    soundfile = _soundfile()
    if soundfile is None:
        raise AudioError(f"'{path.name}' is not a WAV file, and soundfile is not installed; convert it to WAV.")
    try:
        with _hushed():
            return soundfile.SoundFile(str(path))
    except (RuntimeError, TypeError, ValueError) as error:
        raise AudioError(
            f"'{path.name}' is not a sound that can be read here; convert it to wav, flac, ogg or mp3."
        ) from error


@contextmanager
def _hushed() -> Iterator[None]:
    """While the context lasts, nothing reaches standard error: the MP3 decoder writes its warnings there by itself."""
    try:
        kept = os.dup(2)
    except OSError:  # there is no standard error
        yield
        return
    nothing = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nothing, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nothing)


def _soundfile() -> ModuleType | None:
    try:
        import soundfile
    except (ImportError, OSError):  # OSError: the module without its library
        return None
    module: ModuleType = soundfile
    return module
