"""Sounds from files and arrays: every bit depth, every kind of damage."""

from __future__ import annotations

import builtins
import hashlib
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.errors import AudioError
from engine.sound.source import ArraySource, ChannelSource, FileSource, Source, channel_blocks, check_length

RATE = 16000


def shape(seconds: float = 0.5, rate: int = RATE) -> np.ndarray:
    time = np.arange(int(seconds * rate)) / rate
    return 0.5 * np.sin(2.0 * np.pi * 220.0 * time) + 0.2 * np.sin(2.0 * np.pi * 1000.0 * time)


def heard(source: Source, rate: int = RATE) -> np.ndarray:
    return np.concatenate([np.zeros(0, np.float32), *source.blocks(rate)])


def coded(values: np.ndarray, bits: int, floats: bool) -> bytes:
    if floats:
        return values.astype(f"<f{bits // 8}").tobytes()
    if bits == 8:
        return np.round(values * 127.0 + 128.0).astype(np.uint8).tobytes()
    whole = np.round(values * (2.0 ** (bits - 1) - 1.0)).astype("<i4")
    if bits == 24:
        return whole.view(np.uint8).reshape(-1, 4)[:, :3].tobytes()
    return whole.astype(f"<i{bits // 8}").tobytes()


def wav(
    values: np.ndarray,
    bits: int = 16,
    floats: bool = False,
    rate: int = RATE,
    extensible: bool = False,
    promised: int | None = None,
    extra: bytes = b"",
) -> bytes:
    """A WAV file by hand, `values` [n] or [n, channels] within -1..1; `promised` bytes in its header."""
    values = values[:, None] if values.ndim == 1 else values
    data = coded(values.reshape(-1), bits, floats)
    channels, step = values.shape[1], values.shape[1] * bits // 8
    code = 3 if floats else 1
    form = struct.pack("<HHIIHH", 0xFFFE if extensible else code, channels, rate, rate * step, step, bits)
    if extensible:
        form += (
            struct.pack("<HHI", 22, bits, 0) + struct.pack("<H", code) + bytes.fromhex("000000001000800000aa00389b71")
        )
    size = len(data) if promised is None else promised
    body = b"WAVE" + b"fmt " + struct.pack("<I", len(form)) + form + extra + b"data" + struct.pack("<I", size) + data
    return b"RIFF" + struct.pack("<I", min(len(body), 0xFFFFFFFF)) + body


@pytest.fixture
def no_soundfile(monkeypatch: pytest.MonkeyPatch) -> None:
    """As inside Blender, where soundfile is not."""
    real = builtins.__import__

    def without(name: str, *rest: Any, **named: Any) -> Any:
        if name == "soundfile":
            raise ImportError(name)
        return real(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", without)


def write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def refusal(path: Path) -> str:
    """The one sentence with which a file is refused, on opening or on reading."""
    with pytest.raises(AudioError) as caught:
        source = FileSource(path)
        check_length(source)
        heard(source)
    message = str(caught.value)
    assert "\n" not in message and message.endswith(".")
    return message


@pytest.mark.parametrize("extensible", [False, True])
@pytest.mark.parametrize(
    ("bits", "floats", "close"),
    [(8, False, 0.01), (16, False, 1e-4), (24, False, 1e-6), (32, False, 1e-6), (32, True, 1e-7), (64, True, 1e-7)],
)
def test_wav_of_every_bit_depth_is_read_without_any_library(
    tmp_path: Path, no_soundfile: None, bits: int, floats: bool, close: float, extensible: bool
) -> None:
    source = FileSource(write(tmp_path / "a.wav", wav(shape(), bits, floats, extensible=extensible)))
    assert (source.sample_rate, source.channels, source.duration) == (RATE, 1, 0.5)
    assert np.abs(heard(source) - shape()).max() < close


@pytest.mark.parametrize(("bits", "floats"), [(8, False), (16, False), (24, False), (32, False), (32, True)])
def test_wav_is_read_as_soundfile_reads_it(tmp_path: Path, bits: int, floats: bool) -> None:
    soundfile = pytest.importorskip("soundfile")
    path = write(tmp_path / "a.wav", wav(np.stack([shape(), 0.3 * shape()], axis=1), bits, floats))
    theirs, rate = soundfile.read(path, dtype="float32", always_2d=True)
    assert rate == RATE
    assert np.abs(heard(FileSource(path)) - theirs.mean(axis=1)).max() < 1e-6


def test_chunks_before_the_samples_are_passed_over(tmp_path: Path) -> None:
    extra = b"LIST" + struct.pack("<I", 5) + b"12345\0"
    assert len(heard(FileSource(write(tmp_path / "a.wav", wav(shape(), extra=extra))))) == 8000


def test_a_wav_written_to_a_pipe_is_read_to_its_end(tmp_path: Path) -> None:
    path = write(tmp_path / "a.wav", wav(shape(), promised=0xFFFFFFFF))
    assert FileSource(path).duration == 0.5


@pytest.mark.parametrize(("suffix", "form"), [("flac", "PCM_16"), ("ogg", "VORBIS"), ("mp3", "MPEG_LAYER_III")])
def test_other_formats_come_through_soundfile(tmp_path: Path, suffix: str, form: str) -> None:
    soundfile = pytest.importorskip("soundfile")
    path = tmp_path / f"Stimme è 声.{suffix}"
    with path.open("wb") as file:
        soundfile.write(file, shape(1.0, 44100), 44100, format=suffix.upper(), subtype=form)
    source = FileSource(path)
    assert source.name == path.name
    assert source.duration == pytest.approx(1.0, abs=0.06)
    samples = heard(source)
    assert len(samples) == pytest.approx(RATE, abs=1000)
    assert np.sqrt(np.mean(samples**2)) == pytest.approx(np.sqrt(np.mean(shape() ** 2)), rel=0.1)


def test_six_channels_become_their_mean(tmp_path: Path) -> None:
    channels = np.stack([shape() * gain for gain in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)], axis=1)
    source = FileSource(write(tmp_path / "a.wav", wav(channels, 24)))
    assert source.channels == 6
    assert np.abs(heard(source) - 0.5 * shape()).max() < 1e-5


def test_ninety_six_kilohertz_come_down_to_sixteen(tmp_path: Path) -> None:
    samples = heard(FileSource(write(tmp_path / "a.wav", wav(shape(0.5, 96000), 24, rate=96000))))
    assert np.abs(samples - shape())[400:-400].max() < 1e-4


def test_values_that_are_no_numbers_become_silence_and_are_counted(tmp_path: Path) -> None:
    values = shape()
    values[[10, 20, 30]] = np.nan, np.inf, -np.inf
    source = FileSource(write(tmp_path / "a.wav", wav(values, 32, True)))
    samples = heard(source)
    assert source.mended == 3
    assert (samples[[10, 20, 30]] == 0.0).all()
    assert np.isfinite(samples).all()


def test_doubles_beyond_all_measure_are_mended_too() -> None:
    source = ArraySource(np.array([0.0, 1e300, -1e20, 0.5] * 1000), RATE)
    assert np.abs(heard(source)).max() == 0.5
    assert source.mended == 2000


def test_the_hash_is_that_of_the_files_bytes(tmp_path: Path) -> None:
    path = write(tmp_path / "a.wav", wav(shape(3.0)))
    assert FileSource(path).sha256() == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert "is not there" in refusal(tmp_path / "gone.wav")


def test_a_folder_is_no_sound(tmp_path: Path) -> None:
    assert "is a folder" in refusal(tmp_path)


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    assert "is empty (0 bytes)" in refusal(write(tmp_path / "a.wav", b""))


def test_a_wav_without_samples_is_refused(tmp_path: Path) -> None:
    assert "holds no samples" in refusal(write(tmp_path / "a.wav", wav(np.zeros(0))))


def test_a_cut_off_wav_says_how_much_is_there(tmp_path: Path) -> None:
    data = wav(shape(2.0))
    message = refusal(write(tmp_path / "a.wav", data[: 44 + RATE]))
    assert "0.50 s" in message and "2.00 s" in message


def test_a_cut_off_flac_is_refused(tmp_path: Path) -> None:
    soundfile = pytest.importorskip("soundfile")
    path = tmp_path / "a.flac"
    soundfile.write(path, np.random.default_rng(1).normal(0.0, 0.1, 3 * RATE), RATE)
    data = path.read_bytes()
    message = refusal(write(tmp_path / "b.flac", data[: len(data) // 2]))
    assert "cut off" in message and "3.00 s" in message


@pytest.mark.parametrize(
    "data", [b"This is a letter and no sound.\n" * 50, b"RIFF\0\0", b"\x00" * 3000, bytes(range(256)) * 9]
)
def test_what_is_no_sound_is_refused(tmp_path: Path, data: bytes) -> None:
    pytest.importorskip("soundfile")
    for name in ("a.wav", "a.txt", "a.mp3", "a.raw"):
        assert "is not a sound that can be read" in refusal(write(tmp_path / name, data))


def test_without_soundfile_other_formats_are_asked_for_as_wav(tmp_path: Path, no_soundfile: None) -> None:
    assert "convert it to WAV" in refusal(write(tmp_path / "a.flac", b"fLaC" + b"\0" * 100))


@pytest.mark.parametrize(("seconds", "words"), [(0.05, "lasts only 0.050 s"), (0.0, "holds no samples")])
def test_a_sound_that_is_too_short_is_refused(seconds: float, words: str) -> None:
    with pytest.raises(AudioError, match=words):
        check_length(ArraySource(shape(seconds), RATE))


def test_a_tenth_of_a_second_is_enough() -> None:
    check_length(ArraySource(shape(0.1), RATE))


def test_more_than_an_hour_is_refused_and_an_hour_is_not() -> None:
    def lasting(seconds: int) -> ArraySource:
        return ArraySource(np.broadcast_to(np.zeros(1, np.float32), seconds * 2000), 2000, "long")

    check_length(lasting(3600))
    with pytest.raises(AudioError, match="lasts 90 minutes"):
        check_length(lasting(5400))


@pytest.mark.parametrize(
    ("samples", "wanted"),
    [
        (np.array([0, 16384, -32768] * 800, np.int16), [0.0, 0.5, -1.0]),
        (np.array([128, 192, 0] * 800, np.uint8), [0.0, 0.5, -1.0]),
        (np.array([0, 2**30, -(2**31)] * 800, np.int32), [0.0, 0.5, -1.0]),
        (np.array([0.0, 0.5, -1.0] * 800, ">f8"), [0.0, 0.5, -1.0]),
    ],
)
def test_arrays_of_any_kind_of_number_are_taken_at_full_scale(samples: np.ndarray, wanted: list[float]) -> None:
    assert heard(ArraySource(samples, RATE))[:3].tolist() == wanted


@pytest.mark.parametrize(
    ("samples", "rate", "words"),
    [
        (np.zeros((2, 2, 2)), RATE, "shape"),
        (np.zeros((10, 0)), RATE, "shape"),
        (np.array(["a"]), RATE, "type"),
        (np.zeros(10), 0, "samples a second"),
    ],
)
def test_arrays_that_make_no_sense_are_refused(samples: np.ndarray, rate: int, words: str) -> None:
    with pytest.raises(AudioError, match=words):
        ArraySource(samples, rate)


def test_an_arrays_hash_does_not_depend_on_its_layout() -> None:
    samples = np.random.default_rng(0).normal(size=(100, 2)).astype(np.float32)
    one = ArraySource(samples, RATE).sha256()
    assert ArraySource(np.asfortranarray(samples).astype(">f4"), RATE).sha256() == one
    assert ArraySource(samples[:, ::-1], RATE).sha256() != one


def test_closing_the_blocks_early_frees_the_file(tmp_path: Path) -> None:
    path = write(tmp_path / "a.wav", wav(shape(25.0)))
    blocks = iter(FileSource(path).blocks(RATE))
    next(blocks)
    blocks.close()  # type: ignore[attr-defined]
    path.unlink()
    assert not path.exists()


def test_channels_come_apart_at_the_sounds_own_rate(tmp_path: Path) -> None:
    both = np.stack([shape(12.0), -0.5 * shape(12.0)], axis=1)
    (tmp_path / "stereo.wav").write_bytes(wav(both))
    for source in (FileSource(tmp_path / "stereo.wav"), ArraySource(both, RATE)):
        assert isinstance(source, ChannelSource)
        blocks = list(channel_blocks(source))
        assert len(blocks) == 2 and np.allclose(np.concatenate(blocks), both, atol=1e-4)


def test_what_is_no_number_is_silence_in_its_channel_alone() -> None:
    both = np.stack([shape(), shape()], axis=1)
    both[100, 1] = np.nan
    source = ArraySource(both, RATE)
    (block,) = channel_blocks(source)
    assert block[100, 1] == 0.0 and block[100, 0] != 0.0 and source.mended == 1


def test_a_source_that_only_gives_its_mean_has_one_channel() -> None:
    class OneMean:
        name, sample_rate, channels, duration = "mean", RATE, 2, 0.5

        def sha256(self) -> str:
            return ""

        def blocks(self, rate: int) -> Iterator[np.ndarray]:
            yield np.zeros(rate // 2, np.float32)

    assert [block.shape for block in channel_blocks(OneMean())] == [(RATE // 2, 1)]
