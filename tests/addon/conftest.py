"""The extension registered as Blender would, a fresh file for each test, and an ear that is quick."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
for folder in (ROOT / "scripts", Path(__file__).parent, ROOT / "tests" / "engine"):  # the last for what it makes
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


@pytest.fixture(scope="session")
def spoken(tmp_path_factory):
    """A saved scene in which a face speaks real words, and the sounds beside it."""
    pytest.importorskip("espeakng_loader")
    import screening

    return screening.make(tmp_path_factory.mktemp("spoken"))


@pytest.fixture
def shot(spoken):
    """That scene, opened anew; gives the face."""
    bpy.ops.wm.open_mainfile(filepath=str(spoken.file))
    return bpy.context.scene.objects["Face"]


@pytest.fixture
def listener(fresh):
    """A listener that says what the test lets it say; afterwards nobody is driven."""
    import speaking
    from lockstep.addon.live import session

    made = speaking.Listener()
    yield made
    session.abandon()
    session.Desk.said = ""
    made.hang_up()


@pytest.fixture
def mouth(face):
    """A face whose artist has set a few keys already."""
    for name, value in {"jawOpen": 0.125, "mouthSmileLeft": 0.5, "browInnerUp": 0.25}.items():
        faces.block(face, name).value = value
    return face


@pytest.fixture
def studio(tmp_path, monkeypatch):
    """An ear that hears what was recorded for it, in the language that is asked for."""
    from lockstep.engine import listen as room
    from recordings import Studio

    made = Studio(tmp_path)
    monkeypatch.setattr(room, "listen", made.listen)
    return made


@pytest.fixture
def ear(tmp_path, monkeypatch, fresh):
    """An ear that knows what its files say."""
    from ears import Ear
    from lockstep.engine import listen as room

    made = Ear(tmp_path)
    monkeypatch.setattr(room, "listen", made)
    return made


@pytest.fixture
def quick_ear(monkeypatch):
    """The button hears LINE in every sound, as far as the sound goes, without the recognizer.

    A language that is to be found is English; the words of a text share the sounds evenly, those too many are not said;
    a correction's sounds share its time. Gives what each call was asked for.
    """
    from lockstep.engine import listen as room
    from lockstep.engine.progress import Progress
    from lockstep.engine.take import Audio, Phone, Phrase, Take

    asked = []

    def listen(
        source, *, language, refined=True, transcript=None, corrections=(), recognizer=None, remark=None, **others
    ):
        assert not others
        asked.append({"language": language and language.code, "transcript": transcript, "corrections": corrections})
        room.check_length(source)
        for _ in source.blocks(16000):
            yield Progress("Reading", 0.5)
        end = source.duration
        spoken = [Phone(a, min(b, end), ipa, 0.9) for a, b, ipa in voice.phones(LINE) if a < end]
        for correction in corrections:
            spoken = corrected(spoken, correction)
        audio = Audio(source.name, source.sha256(), end, source.sample_rate)
        phrases = (Phrase(spoken[0].start, spoken[-1].end),) if spoken else ()
        words = tuple(words_of(transcript, spoken)) if transcript else ()
        return Take(
            audio,
            language.code if language else "en",
            "test",
            transcript,
            tuple(spoken),
            words=words,
            phrases=phrases,
            corrections=tuple(corrections),
            identified=None if language else 0.97,
        )

    monkeypatch.setattr(room, "listen", listen)
    return asked


def corrected(spoken, correction):
    """The phones with a correction's own in its place, evenly."""
    from lockstep.engine.phones import segments
    from lockstep.engine.take import Phone

    start, end = correction.start, correction.end
    said = segments(correction.said) if correction.kind == "phones" else ("o",)
    step = (end - start) / max(1, len(said))
    new = [Phone(start + i * step, start + (i + 1) * step, ipa, 1.0) for i, ipa in enumerate(said)]
    kept = [phone for phone in spoken if phone.end <= start + 1e-3 or phone.start >= end - 1e-3]
    return sorted([*kept, *new], key=lambda phone: phone.start)


def words_of(transcript, spoken):
    """Three phones a word; the last is unsure."""
    from lockstep.engine.take import Word

    for index, text in enumerate(transcript.split()):
        own = spoken[3 * index : 3 * index + 3]
        if own:
            yield Word(own[0].start, own[-1].end, text, "said" if len(own) == 3 else "changed", 0.9)
        else:
            yield Word(spoken[-1].end, spoken[-1].end, text, "unsaid", 0.5)


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
