"""The microphone, through sounddevice (PortAudio) where that is installed: read when asked, no callback, no thread."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import AudioError, UsageError
from ..sound.source import mean_of

BLOCK = 0.01  # seconds read at once, at least
MOST = 0.5  # seconds read at once, at most: after a standstill
NAP = 0.003  # seconds between two looks
BUFFER = 0.05  # seconds that the device may keep for us; it loses what is beyond
PORTIONS = 4  # in which it gives them
MUTE = 3.0  # seconds of zeros after which a microphone is taken to be muted
WAKING = 10.0  # seconds that a device may need for its first sample: a headset without a wire, say
DEAF = 2.0  # seconds without a sample after which it is taken for lost later; a face waits for three
UNREADABLE = ("Windows DirectSound", "Windows WDM-KS")  # PortAudio reads these by callbacks alone
PREFERRED = "Windows WASAPI"  # on Windows a device appears once for each system of sound: this has the least delay

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Device:
    """An input: its number and names in PortAudio, its channels and rate (Hz), `usual` if the system's choice."""

    index: int
    name: str
    system: str
    channels: int
    rate: int
    least_buffer: float
    usual: bool

    @property
    def readable(self) -> bool:
        """Whether it can be read without a callback."""
        return self.system not in UNREADABLE


def devices(anew: bool = False) -> list[Device]:
    """The inputs there are; `anew`: those plugged in since then too. Raises AudioError where none can be asked."""
    sounddevice = _sounddevice()
    try:
        if anew:
            _look_again(sounddevice)
        systems = sounddevice.query_hostapis()
        found = enumerate(sounddevice.query_devices())
        inputs = [(index, info, systems[info["hostapi"]]) for index, info in found if info["max_input_channels"] > 0]
        usual = _usual(systems)
    except sounddevice.PortAudioError as error:
        raise AudioError(
            f"The system's inputs cannot be listed ({_reason(error)}); look at its sound settings."
        ) from error
    return [
        Device(
            index,
            str(info["name"]),
            str(system["name"]),
            int(info["max_input_channels"]),
            round(info["default_samplerate"]),
            float(info["default_low_input_latency"]),
            index == usual,
        )
        for index, info, system in inputs
    ]


def find(named: str | None, inputs: list[Device]) -> Device:
    """The input with that name, part of a name or number; of those the system's choice where `named` is None.

    Raises UsageError where none fits or several do, AudioError where there is none at all.
    """
    readable = [device for device in inputs if device.readable]
    if not readable:
        raise AudioError("No microphone is found; plug one in, allow its use in the system's settings, or give a file.")
    if named is None:
        return next((device for device in readable if device.usual), readable[0])
    if named.strip().isdecimal():
        return _numbered(int(named), inputs)
    return _named(named, readable)


class Microphone:
    """An input that is read live, at its own rate; it begins to hear with the first `read`.

    `remark` is told, once, that sound was lost because nobody took it in time (`lost` counts how often), or that
    nothing but silence comes.
    Raises AudioError where it cannot be opened.
    """

    kept, duration = "", 0.0
    patient = False

    def __init__(
        self,
        device: Device,
        remark: Callable[[str], None] = lambda _sentence: None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._module = _sounddevice()
        self._remark, self._clock, self._sleep = remark, clock, sleep
        self.name, self.rate, self.lost = device.name, device.rate, 0
        self._stream = self._open(device)
        self.delay = max(BLOCK, float(self._stream.latency) / PORTIONS)
        self._heard: float | None = None  # when the last samples came, or it was started
        self._awake = False
        self._silent = 0  # samples that were zero, as long as all were

    def read(self) -> Floats | None:
        """Samples [n] that have come, 10 ms or more; none after 3 ms without any. Raises AudioError once it is lost."""
        try:
            if self._heard is None:
                self._stream.start()
                self._heard = self._clock()
            ready = self._stream.read_available
            if ready < BLOCK * self.rate:
                return self._nothing(self._heard)
            table, overflowed = self._stream.read(min(ready, round(MOST * self.rate)))
        except self._module.PortAudioError as error:
            raise AudioError(self._gone(_reason(error))) from error
        self._heard, self._awake = self._clock(), True
        if overflowed:
            self._overflowed()
        mono: Floats = next(mean_of([table]))
        if self._silent >= 0:
            self._watch(mono)
        return mono

    def close(self) -> None:
        """Let go of the device; one that is lost already, too."""
        with suppress(self._module.PortAudioError):
            self._stream.close()

    def _open(self, device: Device) -> Any:
        """The stream: one channel where the device goes along with that, else two, else all."""
        fault: Exception | None = None
        for channels in sorted({1, min(2, device.channels), device.channels}):
            try:
                return self._module.InputStream(
                    device=device.index,
                    samplerate=device.rate,
                    channels=channels,
                    dtype="float32",
                    latency=max(BUFFER, device.least_buffer),
                )
            except self._module.PortAudioError as error:
                fault = fault or error
        raise AudioError(
            f"The microphone '{device.name}' cannot be opened ({_reason(fault)}); allow its use in the system's "
            "settings, end what else uses it, or choose another (lockstep listen --devices)."
        ) from fault

    def _nothing(self, heard: float) -> Floats:
        patience = DEAF if self._awake else WAKING
        if self._clock() - heard > patience:
            raise AudioError(self._gone(f"no sound for {patience:.0f} s"))
        self._sleep(NAP)
        return np.zeros(0, np.float32)

    def _gone(self, reason: str) -> str:
        return (
            f"The microphone '{self.name}' is lost ({reason}); plug it in again, or choose another "
            "(lockstep listen --devices)."
        )

    def _watch(self, samples: Floats) -> None:
        """Tell where the system gives nothing but zeros instead of a microphone that may not be used."""
        self._silent = -1 if samples.any() else self._silent + len(samples)
        if self._silent > MUTE * self.rate:
            self._silent = -1
            self._remark(
                f"The microphone '{self.name}' gives nothing but silence; turn it up, or allow its use in the system's "
                "settings."
            )

    def _overflowed(self) -> None:
        self.lost += 1
        if self.lost == 1:
            self._remark("Some sound was lost, for the machine was too busy to take it; end what else it is busy with.")


def _sounddevice() -> Any:
    """The module. Raises AudioError where it or PortAudio is missing."""
    try:
        import sounddevice
    except ImportError as error:
        raise AudioError(
            "Listening to a microphone needs sounddevice, which is not installed; run 'pip install sounddevice'."
        ) from error
    except OSError as error:
        raise AudioError(
            "sounddevice is installed, but its library PortAudio is not; install that by your system's means "
            "(libportaudio2 on Debian and Ubuntu)."
        ) from error
    except Exception as error:  # PortAudio may fail to start while the module is loaded: an error of the module's own
        raise AudioError(
            f"PortAudio cannot be started ({_reason(error)}); look at the system's sound settings."
        ) from error
    return sounddevice


def _look_again(sounddevice: Any) -> None:
    """PortAudio lists devices when it starts, and never again."""
    end, begin = getattr(sounddevice, "_terminate", None), getattr(sounddevice, "_initialize", None)
    if end and begin:
        end()
        begin()


def _usual(systems: Any) -> int:
    """The number of the system's own choice; -1 where it has none."""
    ordered = sorted(systems, key=lambda system: str(system["name"]) != PREFERRED)
    chosen = (int(system["default_input_device"]) for system in ordered if system["name"] not in UNREADABLE)
    return next((index for index in chosen if index >= 0), -1)


def _numbered(index: int, inputs: list[Device]) -> Device:
    for device in inputs:
        if device.index == index:
            if device.readable:
                return device
            raise UsageError(
                f"Input {index} is that of {device.system}, which cannot be read live; choose that of {PREFERRED} "
                "(lockstep listen --devices)."
            )
    raise UsageError(f"There is no input {index}; choose one that 'lockstep listen --devices' shows.")


def _named(name: str, inputs: list[Device]) -> Device:
    wanted = name.strip().casefold()
    fitting = [device for device in inputs if wanted in device.name.casefold()]
    for narrower in (
        [device for device in fitting if device.name.casefold() == wanted],
        [device for device in fitting if device.system == PREFERRED],
    ):
        fitting = narrower or fitting
    if not fitting:
        raise UsageError(f"No input is called '{name}'; choose one that 'lockstep listen --devices' shows.")
    if len(fitting) > 1:
        found = ", ".join(f"{device.index} ({device.name})" for device in fitting)
        raise UsageError(f"'{name}' may be several inputs: {found}; give the number of one.")
    return fitting[0]


def _reason(error: BaseException | None) -> str:
    """What PortAudio says, in a line."""
    return " ".join(str(error.args[0] if error and error.args else error).split()).rstrip(".") or "no reason given"
