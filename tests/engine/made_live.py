"""Who takes part in listening live, made for tests: a hearer whose moments tell what it heard, a sound that counts."""

from __future__ import annotations

import time
import wave
from pathlib import Path
from types import ModuleType

import numpy as np

from engine.languages import CHANNELS
from engine.live.moment import HOP, Moment

RATE = 16000


class Murmur:
    """A hearer that opens the mouth as far as the sound is loud, a tenth of a second late."""

    delay = 0.1

    def __init__(self, rate: int = RATE) -> None:
        self._rate = rate
        self._rest = np.zeros(0, np.float32)
        self._made = 0

    def push(self, samples: np.ndarray) -> list[Moment]:
        self._rest = np.concatenate([self._rest, samples])
        size, late = round(HOP * self._rate), round(self.delay * self._rate)
        made = []
        while len(self._rest) >= size + late:
            made.append(self._moment(self._rest[:size]))
            self._rest = self._rest[size:]
        return made

    def finish(self) -> list[Moment]:
        return self.push(np.zeros(round(self.delay * self._rate), np.float32))

    def _moment(self, samples: np.ndarray) -> Moment:
        values = (float(min(1.0, np.abs(samples).max())), *(0.0 for _ in CHANNELS[1:]))
        self._made += 1
        return Moment(round((self._made - 0.5) * HOP, 3), values, "a", -20.0)


def steps(seconds: float, rate: int = RATE) -> np.ndarray:
    """A sound whose loudness grows by a hundredth each 10 ms, and falls back after a second: 0.01, 0.02, ..., 1.0."""
    size = round(HOP * rate)
    loudness = np.arange(round(seconds / HOP)) % 100 + 1
    return np.repeat(loudness / 100.0, size).astype(np.float32) * np.tile(
        np.float32([1.0, -1.0]), len(loudness) * size // 2
    )


def write_wav(path: Path, samples: np.ndarray, rate: int = RATE) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, rate, 0, "NONE", ""))
        file.writeframes(np.rint(samples * 32767.0).astype("<i2").tobytes())
    return path


def fake_sounddevice(fails_after: float) -> ModuleType:
    """A sounddevice with one input, in which `steps` are heard in real time until it is unplugged."""
    module = ModuleType("sounddevice")
    sound = steps(10.0)

    class PortAudioError(Exception):
        pass

    class InputStream:
        latency = 0.005

        def __init__(self, **asked: object) -> None:
            self._given = 0

        def start(self) -> None:
            self._began = time.monotonic()

        @property
        def read_available(self) -> int:
            passed = time.monotonic() - self._began
            if passed > fails_after + 0.1:
                raise PortAudioError("Device unavailable")
            return min(round(min(passed, fails_after) * RATE), len(sound)) - self._given

        def read(self, frames: int) -> tuple[np.ndarray, bool]:
            self._given += frames
            return sound[self._given - frames : self._given, None], False

        def close(self) -> None:
            pass

    info = {"name": "made up", "hostapi": 0, "max_input_channels": 1, "default_samplerate": 16000.0}
    vars(module).update(
        PortAudioError=PortAudioError,
        InputStream=InputStream,
        query_devices=lambda: [{**info, "default_low_input_latency": 0.01}],
        query_hostapis=lambda: ({"name": "Test", "default_input_device": 0},),
    )
    return module
