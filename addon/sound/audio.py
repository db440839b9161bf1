"""Blender's ear for files: whatever `aud` reads, and the engine's own reader where `aud` is missing."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...engine.errors import AudioError, OutputError
from ...engine.files import sha256_of
from ...engine.sound import riff
from ...engine.sound.resample import resample
from ...engine.sound.source import BLOCK, LOUDEST, FileSource, Source, channel_blocks, mean_of
from .. import compat

EXACT = {".wav", ".flac", ".aif", ".aiff"}  # formats in which Blender finds any second to the sample
KNOWN_LENGTH = EXACT | {".ogg", ".oga", ".opus", ".mp3"}  # formats whose length Blender tells rightly
TOLERATED = 0.1  # seconds by which a file may be shorter than it says
AT_ONCE = 300.0  # seconds up to which a sound of any other format is read at one go
MEASURED = 600.0  # seconds up to which a sound whose header is not to be trusted is measured by reading it
WRITTEN = 1024  # frames that Blender writes at once; the last ones are filled up with silence

Floats = NDArray[np.float32]


class EngineSource(FileSource):
    """A sound file read by the engine's own reader, its bytes summed once: one sync asks for that several times."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._sha256 = ""

    def sha256(self) -> str:
        """Hexadecimal SHA-256 of the file's bytes when it was first asked for."""
        self._sha256 = self._sha256 or super().sha256()
        return self._sha256


class AudSource:
    """A sound file read by Blender, in blocks of about 10 s. Raises AudioError, one sentence, where it cannot be."""

    def __init__(self, path: Path, aud: Any) -> None:
        self.path = path
        self.name = path.name
        self._aud = aud
        self._sha256 = ""
        _check_file(path)
        self._sound = aud.Sound.file(str(path))
        try:
            rate, channels = self._sound.specs
            length = self._sound.length
        except aud.error as error:
            raise AudioError(
                f"'{path.name}' is not a sound that Blender can read; convert it to WAV or FLAC."
            ) from error
        self.sample_rate, self.channels = int(rate), int(channels)
        told = length / rate
        self._promised = told if path.suffix.lower() in KNOWN_LENGTH else None
        self.duration = told if self._promised is not None else self._measure(told)
        if self.duration <= 0.0:
            raise AudioError(f"'{path.name}' holds no samples; export the sound again.")

    def sha256(self) -> str:
        """Hexadecimal SHA-256 of the file's bytes when it was first asked for."""
        try:
            self._sha256 = self._sha256 or sha256_of(self.path)
        except OSError as error:
            raise AudioError(f"'{self.path}' is no longer there; choose a sound that is.") from error
        return self._sha256

    def blocks(self, rate: int) -> Iterator[Floats]:
        """Mono (mean of the channels) float32 blocks at `rate` Hz. Raises AudioError where the file is cut off."""
        yield from resample(mean_of(self.channel_blocks()), self.sample_rate, rate)

    def channel_blocks(self) -> Iterator[Floats]:
        """The channels apart, float32 [n, channels] at the sound's own rate. Raises AudioError as `blocks` does."""
        try:
            if self.path.suffix.lower() in EXACT:
                yield from self._seek()
            elif self.duration <= AT_ONCE:
                yield from self._at_once()
            else:
                yield from self._unpacked()
        except self._aud.error as error:
            raise AudioError(f"'{self.name}' breaks off while it is read; copy or export it again.") from error

    def _seek(self) -> Iterator[Floats]:
        read, at = 0, 0.0
        while True:
            block = self._sound.limit(at, at + BLOCK).data()
            read += len(block)
            if len(block):
                yield _table(block)
            if len(block) < int(BLOCK * self.sample_rate):
                break
            at += BLOCK
        self._check_end(read / self.sample_rate)

    def _at_once(self) -> Iterator[Floats]:
        samples = self._sound.data()
        self._check_end(len(samples) / self.sample_rate)
        step = int(BLOCK * self.sample_rate)
        for at in range(0, len(samples), step):
            yield _table(samples[at : at + step])

    def _unpacked(self) -> Iterator[Floats]:
        """The blocks by way of a WAV file on the disk: an hour in memory would take gigabytes."""
        with scratch() as folder:
            path = folder / "unpacked.wav"
            self._unpack(path)
            if not path.is_file():
                raise OutputError(f"'{self.name}' cannot be unpacked; free some space on the disk.")
            plain = FileSource(path)
            self._check_end(plain.duration)
            yield from plain.channel_blocks()

    def _unpack(self, path: Path) -> None:
        aud = self._aud
        kind = (aud.FORMAT_S16, aud.CONTAINER_WAV, aud.CODEC_PCM)
        with suppress(aud.error):  # raised where the sound ends with a buffer; what was written is measured instead
            self._sound.write(str(path), self.sample_rate, self.channels, *kind, 0, WRITTEN)

    def _check_end(self, read: float) -> None:
        if self._promised is not None and read < self._promised - TOLERATED:
            raise AudioError(
                f"'{self.name}' is cut off: {read:.2f} s of sound are there, its header promises "
                f"{self._promised:.2f} s; copy or export it again."
            )

    def _measure(self, told: float) -> float:
        """Seconds of a sound whose header is not to be trusted; only a rough figure is had for a long one."""
        if told > MEASURED:
            return float(told)
        return len(self._sound.data()) / self.sample_rate


class Part:
    """The stretch of a sound between two of its seconds, as a sound of its own."""

    def __init__(self, whole: Source, start: float, stop: float) -> None:
        self._whole = whole
        self._start = start
        self.name = whole.name
        self.sample_rate = whole.sample_rate
        self.channels = whole.channels
        self.duration = stop - start

    def sha256(self) -> str:
        """Hexadecimal SHA-256 of the whole file's bytes."""
        return self._whole.sha256()

    def blocks(self, rate: int) -> Iterator[Floats]:
        """Mono float32 blocks at `rate` Hz, cut to the sample."""
        yield from self._cut(self._whole.blocks(rate), rate)

    def channel_blocks(self) -> Iterator[Floats]:
        """The channels apart, float32 [n, channels] at the sound's own rate, cut to the sample."""
        yield from self._cut(channel_blocks(self._whole), self.sample_rate)

    def _cut(self, blocks: Iterator[Floats], rate: int) -> Iterator[Floats]:
        skip, left = round(self._start * rate), round(self.duration * rate)
        for block in blocks:
            kept = block[skip : skip + left]
            skip = max(0, skip - len(block))
            left -= len(kept)
            if len(kept):
                yield kept
            if left <= 0:
                return


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder for temporary files, gone when the context ends. Raises OutputError where there is no place for one."""
    try:
        folder = tempfile.TemporaryDirectory(prefix="lockstep-", ignore_cleanup_errors=True)
    except OSError as error:
        raise OutputError("There is no place for temporary files; free some space on the disk.") from error
    with folder as name:
        yield Path(name)


def open_sound(path: Path) -> Source:
    """The sound at `path`: WAV by the engine's own reader, all else by Blender's. Raises AudioError."""
    aud = compat.audaspace()
    try:
        if aud is None or not path.is_file() or riff.parse(path) is not None:
            return EngineSource(path)
    except OSError:
        return EngineSource(path)  # which says why it cannot be read
    return AudSource(path, aud)


def part_of(whole: Source, start: float, stop: float) -> Source:
    """`whole` itself, or the stretch of it between `start` and `stop` seconds."""
    if start <= 0.0 and stop >= whole.duration:
        return whole
    return Part(whole, start, stop)


def _table(block: NDArray[Any]) -> Floats:
    """A block as [n, channels], with silence for what is no number."""
    table: Floats = block.reshape(len(block), -1)
    good = np.abs(table) <= LOUDEST  # false for NaN as well
    if not good.all():
        table = np.where(good, table, np.float32(0.0))
    return table


def _check_file(path: Path) -> None:
    if path.stat().st_size == 0:
        raise AudioError(f"'{path.name}' is empty (0 bytes); export the sound again.")
