"""Bad input in Blender: the button and the command say one sentence, and the file and the folder stay as they were."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
from pathlib import Path

import bpy
import faces
import numpy as np
import pytest
import voice
from lockstep.addon import headless
from lockstep.addon.character import profiles
from lockstep.addon.lines.job import sync as job
from lockstep.addon.lines.request import from_scene
from lockstep.addon.panels import sync
from lockstep.addon.sound import audio, strips
from lockstep.engine.errors import AudioError, LockstepError
from lockstep.engine.progress import drain

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "headless.py"
RATE = 16000


def wav(samples: np.ndarray, rate: int = RATE, bits: int = 16, floats: bool = False) -> bytes:
    """A WAV file of samples [n] or [n, channels]."""
    samples = samples[:, None] if samples.ndim == 1 else samples
    if floats:
        data = samples.astype("<f4").tobytes()
    elif bits == 8:
        data = np.round(samples * 127.0 + 128.0).astype(np.uint8).tobytes()
    else:
        data = np.round(samples * 32767.0).astype("<i2").tobytes()
    channels, step = samples.shape[1], samples.shape[1] * bits // 8
    form = struct.pack("<HHIIHH", 3 if floats else 1, channels, rate, rate * step, step, bits)
    body = b"WAVEfmt " + struct.pack("<I", 16) + form + b"data" + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", len(body)) + body


def noise(seconds: float = 2.0) -> np.ndarray:
    return np.random.default_rng(3).normal(0.0, 0.05, int(seconds * RATE))


def line() -> np.ndarray:
    return voice.speak("m a b i _ s u m e b a")


WHOLE = wav(line())
UNHEARD = {
    "missing.wav": (None, "is not there"),
    "empty.wav": (b"", "is empty (0 bytes)"),
    "cut.wav": (WHOLE[: len(WHOLE) // 2], "is cut off"),
    "header.wav": (WHOLE[:30], "is not a sound"),
    "letter.wav": (b"Dear all,\n" * 300, "is not a sound"),
    "letter.mp3": (b"Dear all,\n" * 300, "is not a sound"),
    "picture.flac": (b"\x89PNG\r\n\x1a\n" + bytes(3000), "is not a sound"),
    "silent.wav": (wav(np.zeros(2 * RATE)), "No speech found"),
    "noise.wav": (wav(noise()), "No speech found"),
    "damaged.wav": (wav(np.full(RATE, np.nan), bits=32, floats=True), "No speech found"),
    "moment.wav": (wav(line()[: RATE // 20]), "0.05"),
}


def said(capfd) -> str:
    """The one sentence of the command on standard error."""
    told = [one for one in capfd.readouterr().err.splitlines() if one.startswith("lockstep:") or "Traceback" in one]
    assert len(told) == 1
    sentence = told[0].removeprefix("lockstep: ")
    assert sentence.endswith(".") and "; " in sentence
    return sentence


def listing(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


@pytest.fixture
def shot(fresh, tmp_path) -> Path:
    faces.activate(faces.make_face())
    path = tmp_path / "shot.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(path))
    return path


@pytest.mark.parametrize("name", UNHEARD)
def test_a_sound_that_cannot_be_heard_changes_neither_file_nor_folder(shot, capfd, name):
    data, words = UNHEARD[name]
    if data is not None:
        (shot.parent / name).write_bytes(data)
    before, files = faces.fingerprint(), listing(shot.parent)
    given = ["sync", "--audio", str(shot.parent / name), "--object", "Face"]
    assert headless.main([*given, "--in-place"]) == 1
    assert words in said(capfd)
    assert headless.main([*given, "--save-as", str(shot.parent / "new.blend")]) == 1
    assert faces.fingerprint() == before and listing(shot.parent) == files
    settings = bpy.context.scene.lockstep
    settings.source, settings.audio = "FILE", str(shot.parent / name)
    before = faces.fingerprint()
    with pytest.raises(RuntimeError) as caught:
        bpy.ops.lockstep.sync()
    assert words in str(caught.value) and "Traceback" not in str(caught.value)
    assert faces.fingerprint() == before


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (wav(line(), bits=8), "eight bits.wav"),
        (wav(np.repeat(line(), 6), rate=96000), "ninety-six.wav"),
        (wav(np.repeat(line()[:, None], 6, axis=1)), "six channels.wav"),
        (WHOLE, "Größe 声 e\u0301.wav"),
    ],
)
def test_odd_sounds_that_are_fine_are_spoken(shot, data, name):
    (shot.parent / name).write_bytes(data)
    assert headless.main(["sync", "--audio", str(shot.parent / name), "--object", "Face", "--in-place"]) == 0
    bpy.ops.wm.open_mainfile(filepath=str(shot))
    assert max(value for _, value in faces.curves(bpy.data.objects["Face"])["jawOpen"]) > 0.1


def test_samples_that_are_no_numbers_are_told_and_heard_as_silence(shot, capfd):
    samples = line()
    samples[4000:4005] = np.nan
    (shot.parent / "a.wav").write_bytes(wav(samples, bits=32, floats=True))
    assert headless.main(["sync", "--audio", str(shot.parent / "a.wav"), "--object", "Face", "--in-place"]) == 0
    assert "5 samples were no numbers" in capfd.readouterr().err


def build_plain():
    faces.make_face("Plain", ())


def build_odd():
    faces.make_face("Plain", ("Key 1", "Muscles"))


def build_driven():
    face = faces.make_face("Plain")
    for name in faces.MOUTH:
        faces.block(face, name).driver_add("value")


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (None, "There is no object 'Plain'"),
        (build_plain, "has no shape keys"),
        (build_odd, "No rig profile fits"),
        (build_driven, "follow drivers or are locked or muted"),
    ],
)
def test_a_face_that_cannot_speak_is_said_by_the_command(shot, sound, quick_ear, capfd, build, words):
    if build:
        bpy.data.objects.remove(bpy.data.objects["Face"])
        build()
    before, files = faces.fingerprint(), listing(shot.parent)
    assert headless.main(["sync", "--audio", str(sound), "--object", "Plain", "--in-place"]) == 1
    assert words in said(capfd)
    assert faces.fingerprint() == before and listing(shot.parent) == files


def test_a_linked_face_without_override_is_said_by_the_command(shot, sound, quick_ear, capfd):
    bpy.ops.wm.read_factory_settings(use_empty=True)
    with bpy.data.libraries.load(str(shot), link=True) as (_, wanted):
        wanted.objects = ["Face"]
    bpy.context.scene.collection.objects.link(wanted.objects[0])
    before = faces.fingerprint()
    out = shot.parent / "out.blend"
    assert headless.main(["sync", "--audio", str(sound), "--object", "Face", "--save-as", str(out)]) == 1
    assert "make a library override of it first" in said(capfd)
    assert faces.fingerprint() == before and not out.exists()


def test_a_path_beside_an_unsaved_file_is_said(face, capfd):
    settings = bpy.context.scene.lockstep
    settings.source = "FILE"
    settings["audio"] = "//line.wav"
    assert "is beside a .blend that is not saved yet; save it" in sync.disabled_reason(bpy.context)


def test_a_sound_that_vanishes_while_it_is_heard_is_said(shot, quick_ear):
    path = shot.parent / "a.wav"
    path.write_bytes(WHOLE)
    settings = bpy.context.scene.lockstep
    settings.source, settings.audio = "FILE", str(path)
    before = faces.fingerprint()
    work = job(from_scene(bpy.context))
    next(work)
    path.unlink()
    with pytest.raises(LockstepError) as caught:
        drain(work)
    assert "a.wav" in str(caught.value) and faces.fingerprint() == before


def test_a_sound_that_may_not_be_read_is_said(shot, monkeypatch):
    path = shot.parent / "a.wav"
    path.write_bytes(WHOLE)
    opened = Path.open

    def closed(self, *given, **named):
        if self == path:
            raise PermissionError(13, "Permission denied")
        return opened(self, *given, **named)

    monkeypatch.setattr(Path, "open", closed)
    with pytest.raises(AudioError, match=r"cannot be read \(Permission denied\); choose a sound that you may read"):
        audio.open_sound(path)


def test_a_summary_that_cannot_be_written_is_said(shot, sound, quick_ear, capfd):
    given = [
        "sync",
        "--audio",
        str(sound),
        "--object",
        "Face",
        "--in-place",
        "--json",
        str(shot.parent / "no" / "a.json"),
    ]
    assert headless.main(given) == 1
    assert "is not there; make it first" in said(capfd)


def test_paths_written_on_windows_are_found_elsewhere(shot):
    folder = shot.parent / "sounds"
    folder.mkdir()
    (folder / "a.wav").write_bytes(WHOLE)
    assert strips.absolute("//sounds\\a.wav").samefile(folder / "a.wav")
    assert not strips.absolute("//sounds\\b.wav").exists()


@pytest.mark.parametrize("spelling", ["same", "link", "dots"])
def test_a_file_by_another_spelling_is_the_same_strip(shot, sound, quick_ear, spelling):
    path = shot.parent / "a.wav"
    path.write_bytes(WHOLE)
    other = {"same": path, "link": shot.parent / "b.wav", "dots": shot.parent / "x" / ".." / "a.wav"}[spelling]
    (shot.parent / "x").mkdir()
    if spelling == "link":
        try:
            other.symlink_to(path)
        except OSError:
            pytest.skip("no links may be made here")
    for one in (path, other):
        assert headless.main(["sync", "--audio", str(one), "--object", "Face", "--start", "3", "--in-place"]) == 0
    assert len(strips.sound_strips(bpy.context.scene)) == 1


def test_a_packed_sound_whose_name_no_other_system_takes_is_heard(shot, press, monkeypatch):
    path = shot.parent / "a.wav"
    path.write_bytes(WHOLE)
    press(audio=str(path))
    (strip,) = strips.sound_strips(bpy.context.scene)
    strip.sound.pack()
    strip.sound.filepath = '//who? "me": a|b*.wav'
    path.unlink()
    with strips.sound_file(strip.sound) as unpacked:
        assert unpacked.read_bytes() == WHOLE
        assert not set('<>:"|?*') & set(unpacked.name)
    assert not unpacked.exists()


@pytest.mark.parametrize(("title", "name"), [("Con", "con_rig"), ("LPT1", "lpt1_rig"), ("Connie", "connie")])
def test_a_profile_is_never_named_as_a_device(face, tmp_path, monkeypatch, title, name):
    monkeypatch.setattr(profiles, "own_folder", lambda make=False: tmp_path)
    saved = profiles.save(profiles.fit(faces.MOUTH).binding, title)
    assert saved.name == f"{name}.toml" and saved.is_file()


@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
def test_a_terminal_that_cannot_show_a_name_does_not_stop_the_work(fresh, sound, tmp_path, encoding):
    faces.make_face("日本 é")
    shot = tmp_path / "声.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(shot))
    surroundings = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    command = [sys.executable, str(SCRIPT), str(shot), "sync", "--audio", str(sound), "--object"]
    for name, code in (("日本 é", 0), ("声", 1)):
        done = subprocess.run(
            [*command, name, "--in-place"], env=surroundings, capture_output=True, timeout=240, check=False
        )
        assert done.returncode == code, done.stderr
        assert b"Traceback" not in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix == ".blend") == ["声.blend"]
