"""The microphone, through a sounddevice that is made up: what is found, and what is said where nothing is."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from engine import cli
from engine.errors import AudioError, UsageError
from engine.live.microphone import Device, Microphone, devices, find


class PortAudioError(Exception):
    pass


class Stream:
    """An input that has `ready` samples whenever it is asked."""

    latency = 0.06

    def __init__(self, **asked: Any) -> None:
        if asked["channels"] in self.refused:
            raise PortAudioError("Error opening InputStream: Invalid number of channels [PaErrorCode -9998]")
        self.asked, self.started, self.closed = asked, 0, 0
        self.ready: list[int] = []
        self.overflows: list[bool] = []

    refused: tuple[int, ...] = ()
    loudness = 1.0

    def start(self) -> None:
        self.started += 1

    @property
    def read_available(self) -> int:
        if not self.ready:
            raise PortAudioError("Unanticipated host error")
        return self.ready[0]

    def read(self, frames: int) -> tuple[np.ndarray, bool]:
        self.ready.pop(0)
        table = self.loudness * np.tile(
            np.linspace(0.0, 1.0, self.asked["channels"] + 1, dtype=np.float32)[1:], (frames, 1)
        )
        return table, self.overflows.pop(0) if self.overflows else False

    def close(self) -> None:
        self.closed += 1
        raise PortAudioError("it is gone already")


def system(name: str, usual: int) -> dict[str, Any]:
    return {"name": name, "default_input_device": usual, "default_output_device": -1}


def device(name: str, system: int, channels: int = 2, rate: float = 48000.0) -> dict[str, Any]:
    return {
        "name": name,
        "hostapi": system,
        "max_input_channels": channels,
        "default_samplerate": rate,
        "default_low_input_latency": 0.01,
    }


LINUX = (
    [system("ALSA", 2)],
    [
        device("HDA Intel (hw:0,0)", 0),
        device("HDMI", 0, channels=0),
        device("default", 0, rate=44100.0),
        device("USB Ünit (hw:1,0)", 0, channels=1),
        device("USB Ünit 2 (hw:2,0)", 0, channels=4),
    ],
)
WINDOWS = (
    [system("MME", 0), system("Windows DirectSound", 2), system("Windows WASAPI", 4), system("Windows WDM-KS", 5)],
    [
        device("Mikrofon (Realtek High Definiti", 0, rate=44100.0),
        device("Headset", 0),
        device("Mikrofon (Realtek High Definition Audio)", 1),
        device("Headset", 1),
        device("Mikrofon (Realtek High Definition Audio)", 2),
        device("Headset", 3),
        device("Headset", 2),
    ],
)


@pytest.fixture
def plug(monkeypatch: pytest.MonkeyPatch) -> Callable[..., ModuleType]:
    """Make a sounddevice that knows such systems and inputs."""

    def plugged(systems: list[dict[str, Any]], inputs: list[dict[str, Any]]) -> ModuleType:
        module = ModuleType("sounddevice")
        made: list[Stream] = []
        told: list[str] = []

        def open_stream(**asked: Any) -> Stream:
            made.append(Stream(**asked))
            return made[-1]

        vars(module).update(
            PortAudioError=PortAudioError,
            InputStream=open_stream,
            query_devices=lambda: inputs,
            query_hostapis=lambda: tuple(systems),
            _terminate=lambda: told.append("end"),
            _initialize=lambda: told.append("begin"),
            made=made,
            told=told,
        )
        monkeypatch.setitem(sys.modules, "sounddevice", module)
        return module

    return plugged


Plug = Callable[..., ModuleType]


def test_the_systems_choice_is_heard_unless_another_is_named(plug: Plug) -> None:
    plug(*LINUX)
    inputs = devices()
    assert [one.index for one in inputs] == [0, 2, 3, 4]
    assert find(None, inputs) == Device(2, "default", "ALSA", 2, 44100, 0.01, True)
    assert find("4", inputs).channels == 4
    assert find("hda", inputs).index == 0
    assert find(" usb ünit (HW:1,0)", inputs).index == 3


def test_on_windows_each_input_is_there_once_and_the_quickest_way_is_taken(plug: Plug) -> None:
    plug(*WINDOWS)
    inputs = devices()
    assert find(None, inputs).index == 4
    assert find("Realtek", inputs).index == 4
    assert find("Headset", inputs).index == 6
    assert find("0", inputs).system == "MME"
    with pytest.raises(
        UsageError, match="that of Windows DirectSound, which cannot be read live; choose that of Windows W"
    ):
        find("2", inputs)


def test_without_a_choice_of_the_systems_the_first_input_is_heard(plug: Plug) -> None:
    plug([system("ALSA", -1)], LINUX[1])
    assert find(None, devices()).index == 0


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("usb", r"'usb' may be several inputs: 3 \(USB Ünit \(hw:1,0\)\), 4 \(USB .*\)\); give the number of one\."),
        ("Blue", r"No input is called 'Blue'; choose one that 'lockstep listen --devices' shows\."),
        ("1", r"There is no input 1; choose one that"),
        ("99", r"There is no input 99; choose one that"),
    ],
)
def test_a_name_that_fits_none_or_several_is_a_sentence(plug: Plug, name: str, said: str) -> None:
    plug(*LINUX)
    with pytest.raises(UsageError, match=said):
        find(name, devices())


def test_no_input_at_all_is_a_sentence(plug: Plug) -> None:
    plug([system("ALSA", -1)], [device("HDMI", 0, channels=0)])
    with pytest.raises(AudioError, match=r"^No microphone is found; plug one in, .*\.$"):
        find(None, devices())


def test_inputs_that_were_plugged_in_later_are_found_anew(plug: Plug) -> None:
    module = plug(*LINUX)
    devices(anew=True)
    assert module.told == ["end", "begin"]


def missing(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """Importing sounddevice ends in `error`."""

    class Finder:
        def find_spec(self, name: str, path: object = None, target: object = None) -> None:
            if name == "sounddevice":
                raise error

    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Finder(), *sys.meta_path])


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ImportError("No module named 'sounddevice'"), "not installed; run 'pip install sounddevice'."),
        (OSError("PortAudio library not found"), "its library PortAudio is not; install that by your system's means"),
        (PortAudioError("Error initializing PortAudio: no sound"), "PortAudio cannot be started (Error initializing"),
    ],
)
@pytest.mark.parametrize("arguments", [["listen"], ["listen", "--devices"], ["listen", "--stdout"]])
def test_without_sounddevice_or_its_library_there_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    error: Exception,
    said: str,
    arguments: list[str],
) -> None:
    missing(monkeypatch, error)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cli.main(arguments) == 1
    told = capsys.readouterr().err.strip()
    assert told.startswith("lockstep: ") and said in told and "\n" not in told and not list(tmp_path.iterdir())


def test_the_inputs_are_listed(plug: Plug, capsys: pytest.CaptureFixture[str]) -> None:
    plug(*WINDOWS)
    assert cli.main(["listen", "--devices"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "   0  Mikrofon (Realtek High Definiti, MME, 44100 Hz",
        "   1  Headset, MME, 48000 Hz",
        "*  4  Mikrofon (Realtek High Definition Audio), Windows WASAPI, 48000 Hz",
        "   6  Headset, Windows WASAPI, 48000 Hz",
    ]


def microphone(plug: Plug, number: int = 3, **more: Any) -> tuple[Microphone, Stream]:
    module = plug(*LINUX)
    made = Microphone(find(str(number), devices()), **more)
    return made, module.made[0]


def test_an_input_is_opened_at_its_own_rate_and_starts_with_the_first_read(plug: Plug) -> None:
    heard, stream = microphone(plug, 2)
    assert stream.asked == {"device": 2, "samplerate": 44100, "channels": 1, "dtype": "float32", "latency": 0.05}
    assert (heard.name, heard.rate, heard.kept, heard.patient, stream.started) == ("default", 44100, "", False, 0)
    assert heard.delay == pytest.approx(0.015)
    stream.ready = [500, 40_000]
    assert [len(block) for block in (heard.read(), heard.read()) if block is not None] == [500, 22_050]
    assert stream.started == 1
    heard.close()
    assert stream.closed == 1


@pytest.mark.parametrize(("refused", "channels"), [((), 1), ((1,), 2), ((1, 2), 4)])
def test_an_input_without_a_single_channel_gives_the_mean_of_all(
    plug: Plug, monkeypatch: pytest.MonkeyPatch, refused: tuple[int, ...], channels: int
) -> None:
    monkeypatch.setattr(Stream, "refused", refused)
    heard, stream = microphone(plug, 4)
    stream.ready = [480]
    block = heard.read()
    assert stream.asked["channels"] == channels
    assert block is not None and block.dtype == np.float32 and block.shape == (480,)
    assert np.allclose(block, (1.0 + 1.0 / channels) / 2.0)


def test_an_input_that_does_not_open_is_a_sentence(plug: Plug, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Stream, "refused", (1, 2, 4))
    with pytest.raises(
        AudioError, match=r"^The microphone 'USB Ünit 2 .*' cannot be opened \(.*-9998\]\); allow .*\.$"
    ):
        microphone(plug, 4)


def test_an_unplugged_input_is_a_sentence(plug: Plug) -> None:
    heard, stream = microphone(plug)
    stream.ready = [480]
    assert heard.read() is not None
    with pytest.raises(
        AudioError, match=r"^The microphone .* is lost \(Unanticipated host error\); plug it in again, .*\.$"
    ):
        heard.read()
    heard.close()


@pytest.mark.parametrize(("awake", "seconds"), [(False, 10), (True, 2)])
def test_an_input_that_gives_nothing_is_a_sentence_after_a_while(plug: Plug, awake: bool, seconds: int) -> None:
    now = [0.0]
    heard, stream = microphone(plug, clock=lambda: now[0], sleep=lambda nap: now.__setitem__(0, now[0] + nap))
    stream.ready = [480] * awake + [100] * 10_000
    if awake:
        heard.read()
    for _ in range(600):
        block = heard.read()
        assert block is not None and len(block) == 0
    assert now[0] == pytest.approx(1.8)
    with pytest.raises(AudioError, match=rf"is lost \(no sound for {seconds} s\)"):
        for _ in range(4000):
            heard.read()
    assert now[0] == pytest.approx(seconds, abs=0.01)


def test_lost_sound_is_counted_and_told_once(plug: Plug) -> None:
    told: list[str] = []
    heard, stream = microphone(plug, remark=told.append)
    stream.ready, stream.overflows = [480] * 5, [False, True, False, True, True]
    for _ in range(5):
        heard.read()
    assert heard.lost == 3 and len(told) == 1 and told[0].startswith("Some sound was lost") and told[0].endswith(".")


@pytest.mark.parametrize("loud", [False, True])
def test_a_microphone_that_may_not_be_used_is_told_once(plug: Plug, loud: bool) -> None:
    told: list[str] = []
    heard, stream = microphone(plug, remark=told.append)
    stream.ready = [4800] * 60
    stream.loudness = 1e-4 if loud else 0.0
    for _ in range(60):
        heard.read()
    assert len(told) == (0 if loud else 1)
    assert loud or (told[0].startswith("The microphone 'USB Ünit (hw:1,0)' gives nothing but silence;"))
