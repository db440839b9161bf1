"""Where live sound comes from: a file fed at its own pace, or the microphone (`microphone.py`)."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ..errors import UsageError
from ..sound.source import FileSource, check_length

BLOCK = 0.01  # seconds of a block
HURRIED = 0.1  # seconds of a block where nobody waits for it
SLOWEST, FASTEST = 0.1, 100.0  # times the file's own pace; 0: as fast as it goes

Floats = NDArray[np.float32]


class Feed(Protocol):
    """Live sound: mono, float32, full scale 1. Whoever opened it closes it."""

    @property
    def name(self) -> str:
        """What is listened to, as shown."""
        ...

    @property
    def rate(self) -> int:
        """Hz."""
        ...

    @property
    def delay(self) -> float:
        """Seconds from a sound until `read` gives it."""
        ...

    @property
    def kept(self) -> str:
        """The whole path of the file that holds this sound already; '' where it must be recorded to be kept."""
        ...

    @property
    def duration(self) -> float:
        """Seconds of that file; 0 where there is none."""
        ...

    @property
    def patient(self) -> bool:
        """Whether the sound waits where nobody takes it."""
        ...

    def read(self) -> Floats | None:
        """Samples [n] that have come since; none after some milliseconds without any; None at the end of the sound.

        Raises AudioError where there will be no more, and why.
        """
        ...

    def close(self) -> None:
        """Let go of the sound; may be called again."""
        ...


class FileFeed:
    """A file as though it were spoken now: a block is given as soon as its last sample would have been heard.

    `speed`: 0.1..100 times as fast, 0 as fast as it is taken. `clock` gives seconds that never go back.
    Raises AudioError as `FileSource` does, and for less than 0.1 s or more than an hour; UsageError for the speed.
    """

    delay = BLOCK

    def __init__(
        self,
        path: Path,
        speed: float = 1.0,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        check_speed(speed)
        source = FileSource(path)
        check_length(source)
        self.name, self.rate, self.patient = source.name, source.sample_rate, speed == 0.0
        self.kept, self.duration = str(path.resolve()), source.duration
        self._speed, self._clock, self._sleep = speed, clock, sleep
        step = HURRIED if speed == 0.0 else BLOCK * max(1.0, min(speed, HURRIED / BLOCK))
        self._blocks = _cut(source.blocks(self.rate), round(step * self.rate))
        self._began = -1.0
        self._given = 0

    def read(self) -> Floats | None:
        """The next samples [n], when it is their time; None at the end. Raises AudioError for a damaged file."""
        if self._began < 0.0:
            self._began = self._clock()
        block = next(self._blocks, None)
        if block is None:
            return None
        self._given += len(block)
        if self._speed:
            self._wait(self._began + self._given / self.rate / self._speed)
        return block

    def close(self) -> None:
        """Close the file."""
        self._blocks.close()

    def _wait(self, until: float) -> None:
        left = until - self._clock()
        if left > 0.0:
            self._sleep(left)


def check_speed(speed: float) -> None:
    """Raise UsageError where a file cannot be fed so fast."""
    if not (speed == 0.0 or (math.isfinite(speed) and SLOWEST <= speed <= FASTEST)):
        raise UsageError(
            f"A sound cannot be fed {speed:g} times as fast; give a speed from {SLOWEST:g} to {FASTEST:g}, "
            "or 0 for as fast as it goes."
        )


def _cut(blocks: Iterator[Floats], size: int) -> Generator[Floats, None, None]:
    """The same samples in blocks of `size`; the last may be shorter."""
    rest = np.zeros(0, np.float32)
    for block in blocks:
        rest = np.concatenate([rest, block])
        whole = len(rest) // size * size
        for at in range(0, whole, size):
            yield rest[at : at + size]
        rest = rest[whole:]
    if len(rest):
        yield rest
