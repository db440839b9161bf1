"""Sounds in Blender: whatever it reads gives the same samples, in blocks; what is no sound is one sentence."""

from __future__ import annotations

from pathlib import Path

import bpy
import faces
import numpy as np
import pytest
import soundfile
import voice
from lockstep.addon import compat
from lockstep.addon.sound import audio
from lockstep.engine.errors import AudioError, OutputError
from lockstep.engine.sound.source import FileSource

SPEECH = voice.speak("m a b i _ s u m e b a")


def samples(source, rate=16000) -> np.ndarray:
    return np.concatenate(list(source.blocks(rate)))


def written(path: Path, data=SPEECH, rate=44100) -> Path:
    soundfile.write(str(path), data, rate)
    return path


@pytest.mark.parametrize(("kind", "error"), [("wav", 1e-4), ("flac", 1e-4), ("aiff", 1e-4), ("ogg", 0.2), ("mp3", 0.2)])
def test_every_kind_of_file_gives_the_sound(tmp_path, kind, error):
    source = audio.open_sound(written(tmp_path / f"sound.{kind}"))
    plain = FileSource(written(tmp_path / "plain.wav"))
    assert (source.sample_rate, source.channels) == (44100, 1)
    assert source.duration == pytest.approx(plain.duration, abs=0.06)
    one, other = samples(source), samples(plain)
    shared = min(len(one), len(other))
    assert abs(len(one) - len(other)) < 1000
    assert np.corrcoef(one[:shared], other[:shared])[0, 1] > 0.9
    if error < 0.1:
        assert np.abs(one[:shared] - other[:shared]).max() < error


def test_wav_is_read_by_the_engine_and_all_else_by_blender(tmp_path):
    assert isinstance(audio.open_sound(written(tmp_path / "a.wav")), FileSource)
    assert isinstance(audio.open_sound(written(tmp_path / "a.flac")), audio.AudSource)


def test_blender_without_its_sound_library_reads_wav_all_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr(compat, "audaspace", lambda: None)
    assert isinstance(audio.open_sound(written(tmp_path / "a.wav")), FileSource)
    assert isinstance(audio.open_sound(written(tmp_path / "a.flac")), FileSource)


@pytest.mark.parametrize("kind", ["flac", "ogg"])
def test_channels_are_averaged(tmp_path, kind):
    stereo = np.stack([SPEECH, -0.5 * SPEECH], axis=1)
    one = samples(audio.open_sound(written(tmp_path / f"stereo.{kind}", stereo)), 44100)
    shared = min(len(one), len(SPEECH))
    scale = np.dot(one[:shared], SPEECH[:shared]) / np.dot(SPEECH[:shared], SPEECH[:shared])
    assert scale == pytest.approx(0.25, abs=0.02)


def test_long_sounds_come_in_blocks_that_join_without_a_seam(tmp_path):
    time = np.arange(25 * 8000) / 8000
    tone = (0.3 * np.sin(2 * np.pi * 100 * time)).astype(np.float32)
    source = audio.open_sound(written(tmp_path / "long.flac", tone, 8000))
    blocks = list(source.blocks(8000))
    assert len(blocks) >= 3 and max(map(len, blocks)) <= 10 * 8000
    assert np.abs(np.concatenate(blocks) - tone).max() < 1e-3


@pytest.mark.parametrize("kind", ["ogg", "mp3"])
@pytest.mark.parametrize("length", [44100, 45056, 50000])
def test_a_long_lossy_sound_comes_by_way_of_the_disk_and_is_the_same(tmp_path, monkeypatch, kind, length):
    path = written(tmp_path / f"a.{kind}", np.stack([SPEECH[:length], -0.5 * SPEECH[:length]], axis=1))
    at_once = samples(audio.open_sound(path), 44100)
    monkeypatch.setattr(audio, "AT_ONCE", 0.5)
    monkeypatch.setattr(audio.tempfile, "tempdir", str(tmp_path))
    unpacked = samples(audio.open_sound(path), 44100)
    shared = min(len(at_once), len(unpacked))
    assert -audio.TOLERATED * 44100 < len(unpacked) - len(at_once) <= audio.WRITTEN
    assert np.abs(at_once[:shared] - unpacked[:shared]).max() < 1e-4
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_a_sound_that_finds_no_place_on_the_disk_is_one_sentence(tmp_path, monkeypatch):
    source = audio.open_sound(written(tmp_path / "a.ogg"))
    monkeypatch.setattr(audio, "AT_ONCE", 0.5)
    monkeypatch.setattr(audio.AudSource, "_unpack", lambda *_: None)
    with pytest.raises(OutputError, match=r"'a\.ogg' cannot be unpacked; free some space on the disk\."):
        samples(source)


def test_a_part_is_cut_to_the_sample(tmp_path):
    whole = audio.open_sound(written(tmp_path / "a.flac", SPEECH, 16000))
    part = audio.part_of(whole, 0.5, 1.25)
    assert part.duration == 0.75
    assert np.array_equal(samples(part), samples(whole)[8000:20000])
    assert part.sha256() == whole.sha256()
    assert audio.part_of(whole, 0.0, whole.duration) is whole


@pytest.mark.parametrize("kind", ["wav", "flac", "ogg"])
def test_channels_come_apart_and_a_part_has_them_too(tmp_path, kind):
    stereo = np.stack([SPEECH, -0.5 * SPEECH], axis=1)
    whole = audio.open_sound(written(tmp_path / f"stereo.{kind}", stereo))
    table = np.concatenate(list(whole.channel_blocks()))
    assert table.shape[1] == 2
    assert np.corrcoef(table[:, 0], table[:, 1])[0, 1] < -0.98
    part = audio.part_of(whole, 0.2, 0.5)
    cut = np.concatenate(list(part.channel_blocks()))
    assert np.array_equal(cut, table[round(0.2 * 44100) :][: len(cut)]) and len(cut) == round(0.3 * 44100)


def test_the_same_bytes_have_the_same_fingerprint(tmp_path):
    import hashlib

    path = written(tmp_path / "a.flac")
    assert audio.open_sound(path).sha256() == hashlib.sha256(path.read_bytes()).hexdigest()


def cut_off(path: Path, kind: str) -> Path:
    whole = written(path.with_name(f"whole.{kind}")).read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    return path


def wrong_files(folder: Path) -> dict[str, Path]:
    """Files that are no sound to speak, by what is wrong with them."""
    empty, text, short = folder / "empty.wav", folder / "text.mp3", folder / "short.wav"
    empty.write_bytes(b"")
    text.write_bytes(b"I am no sound at all. " * 100)
    voice.write_wav(short, SPEECH[:800])
    silent = voice.write_wav(folder / "silent.wav", np.zeros(32000))
    empty_flac = folder / "empty.flac"
    empty_flac.write_bytes(b"")
    return {
        "missing": folder / "missing.wav",
        "a folder": folder,
        "empty": empty,
        "empty flac": empty_flac,
        "no sound": text,
        "too short": short,
        "silent": silent,
        "cut off": cut_off(folder / "cut.wav", "wav"),
        "cut off flac": cut_off(folder / "cut.flac", "flac"),
    }


WRONG = ("missing", "a folder", "empty", "empty flac", "no sound", "too short", "silent", "cut off", "cut off flac")


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_file_is_one_sentence_and_nothing_is_changed(face, tmp_path, what):
    path = wrong_files(tmp_path)[what]
    asked = bpy.context.scene.lockstep
    asked.source, asked.audio = "FILE", str(path)
    before = faces.fingerprint()
    with pytest.raises(RuntimeError) as found:
        bpy.ops.lockstep.sync()
    said = str(found.value).strip().removeprefix("Error: ")
    said = said.rpartition("poll() ")[2]
    assert path.name in said and said.endswith(".") and "\n" not in said
    assert "Traceback" not in said
    assert faces.fingerprint() == before


@pytest.mark.parametrize("kind", ["wav", "flac"])
def test_the_bytes_of_a_file_are_summed_once_a_sync(face, tmp_path, press, monkeypatch, kind):
    from lockstep.engine import files
    from lockstep.engine.sound import source

    summed = []

    def counted(path):
        summed.append(path)
        return files.sha256_of(path)

    for room in (audio, source):
        monkeypatch.setattr(room, "sha256_of", counted)
    path = written(tmp_path / f"sound.{kind}")
    press(audio=str(path))
    press()
    assert summed == [path, path]


@pytest.mark.parametrize(
    ("subtype", "rate", "channels"),
    [("PCM_U8", 16000, 1), ("PCM_24", 96000, 2), ("FLOAT", 48000, 6), ("PCM_16", 8000, 1), ("MS_ADPCM", 22050, 1)],
)
def test_odd_but_sound_files_are_spoken(face, tmp_path, press, subtype, rate, channels):
    many = np.repeat(np.repeat(SPEECH, max(1, rate // 16000))[:, None], channels, axis=1)
    path = tmp_path / "odd.wav"
    soundfile.write(str(path), many, rate, subtype=subtype)
    press(audio=str(path))
    assert faces.curves(face)["jawOpen"]


def test_samples_that_are_no_numbers_are_silence(face, tmp_path, press):
    broken = SPEECH.copy()
    broken[5000:5050] = np.nan
    path = tmp_path / "nan.wav"
    soundfile.write(str(path), broken, 16000, subtype="FLOAT")
    assert np.isfinite(samples(audio.open_sound(path))).all()
    press(audio=str(path))
    assert faces.curves(face)["jawOpen"]


def test_a_file_that_blender_cannot_read_is_said(tmp_path):
    path = tmp_path / "text.ogg"
    path.write_bytes(b"no sound" * 50)
    with pytest.raises(AudioError, match="is not a sound that Blender can read"):
        audio.open_sound(path)
