"""The extension registered as Blender would, a fresh file for each test, and an ear that is quick."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
for folder in (ROOT / "scripts", Path(__file__).parent):
    if str(folder) not in sys.path:
        sys.path.append(str(folder))

import bpy  # noqa: E402
import faces  # noqa: E402
import voice  # noqa: E402
from headless import load_extension  # noqa: E402

LINE = "m a b i _ s u m e b a"

if not hasattr(bpy.types.Scene, "lockstep"):
    load_extension().register()


def pytest_unconfigure() -> None:
    """Blender's module crashes at exit where classes are still registered."""
    if hasattr(bpy.types.Scene, "lockstep"):
        load_extension().unregister()


@pytest.fixture
def fresh():
    """A file with nothing in it but a scene; gives the scene."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    return bpy.context.scene


@pytest.fixture(scope="session")
def sound(tmp_path_factory) -> Path:
    """A WAV file of about two seconds in which LINE is spoken."""
    return voice.write_wav(tmp_path_factory.mktemp("sound") / "line.wav", voice.speak(LINE))


@pytest.fixture
def quick_ear(monkeypatch):
    """The button hears LINE in every sound, as far as the sound goes, without the recognizer."""
    from lockstep.engine import listen as room
    from lockstep.engine.progress import Progress
    from lockstep.engine.take import Audio, Phone, Phrase, Take

    def listen(source, *, language, refined=True, transcript=None, recognizer=None, remark=None):
        room.check_length(source)
        for _ in source.blocks(16000):
            yield Progress("Reading", 0.5)
        end = source.duration
        spoken = tuple(Phone(a, min(b, end), ipa) for a, b, ipa in voice.phones(LINE) if a < end)
        audio = Audio(source.name, source.sha256(), end, source.sample_rate)
        phrases = (Phrase(spoken[0].start, spoken[-1].end),) if spoken else ()
        return Take(audio, language.code, "test", transcript, spoken, phrases=phrases)

    monkeypatch.setattr(room, "listen", listen)


@pytest.fixture
def face(fresh):
    """A small face, active, in a fresh file."""
    thing = faces.make_face()
    faces.activate(thing)
    return thing


@pytest.fixture
def press(fresh, quick_ear):
    """Press the button with these settings; gives the settings, which say what was made."""

    def pressed(thing=None, frame=1, **settings):
        scene = bpy.context.scene
        if thing is not None:
            faces.activate(thing)
        scene.frame_set(frame)
        for name, value in settings.items():
            setattr(scene.lockstep, name, value)
        if "audio" in settings:
            scene.lockstep.source = "FILE"
        assert bpy.ops.lockstep.sync() == {"FINISHED"}
        return scene.lockstep

    return pressed
