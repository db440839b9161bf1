"""The whole chain: 'lockstep listen' in a process of its own, a face in Blender, and what is left of both."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import bpy
import faces
import pytest
from lockstep.addon import compat
from lockstep.addon.live import offers, session
from lockstep.addon.sound import strips
from lockstep.engine.live.wire import Ask
from speaking import tick, until, values

ROOT = Path(__file__).resolve().parents[2]
WAITING = re.compile(r"127\.0\.0\.1:(\d+)")
MICROPHONE = "from made_live import fake_sounddevice\nglobals().update(vars(fake_sounddevice(1e9)))\n"


@contextmanager
def listening(*arguments, **surroundings):
    """'lockstep listen' on a free port: the process, and the port."""
    command = [sys.executable, "-m", "engine", "listen", *map(str, arguments), "--port", "0"]
    surroundings = {**os.environ, "OPENBLAS_NUM_THREADS": "1", **surroundings}
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True, env=surroundings) as child:
        try:
            yield child, int(WAITING.search(child.stderr.readline()).group(1))
        finally:
            child.kill()


@pytest.fixture(autouse=True)
def quiet():
    yield
    session.abandon()
    session.Desk.said = ""


def begin(thing, port):
    return session.begin(thing, bpy.context.scene, port, Ask("en"))


def watch(thing, done, seconds=30.0) -> list[float]:
    """How far the jaw was open, tick by tick, until something is so."""
    seen, end = [], time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "it never came"
        tick()
        seen.append(faces.block(thing, "jawOpen").value)
        time.sleep(0.002)
    return seen


def offered():
    return list(offers.offered(bpy.context.scene))


def test_a_file_that_is_fed_moves_the_face_and_can_be_kept_with_the_real_ear(face, sound):
    before = values(face)
    bpy.context.scene.frame_set(12)
    with listening(sound, "--speed", "2", "--once") as (child, port):
        live = begin(face, port)
        jaw = watch(face, lambda: session.current() is None)
        assert child.wait(20.0) == 0
    assert max(jaw) > 0.15 and len({round(value, 3) for value in jaw}) > 20
    assert 0.05 < live.begun.delay <= 0.13 and live.begun.sound == sound.name
    assert values(face) == before and not session.Desk.failed
    (offer,) = offered()
    assert (offer.path, offer.frame) == (str(sound), 12)
    bpy.context.scene.lockstep.language = "en"
    assert bpy.ops.lockstep.keep_recording() == {"FINISHED"}
    assert max(value for _, value in faces.curves(face)["jawOpen"]) > 0.1
    (strip,) = strips.sound_strips(bpy.context.scene)
    assert compat.left_handle(strip) == 12 and sound.is_file()


def test_a_stop_in_the_middle_ends_the_listening_and_the_next_face_is_taken(face, sound):
    with listening(sound) as (child, port):
        for _ in range(2):
            live = begin(face, port)
            until(lambda live=live: live.moment is not None, 20.0)
            session.stop()
            assert set(values(face).values()) == {0.0}
            until(lambda: session.current() is None, 20.0)
            assert not live.failed and not session.Desk.said and child.poll() is None
    assert [offer.path for offer in offered()] == [str(sound)]


def test_a_listener_that_is_killed_leaves_the_face_as_it_was_and_the_recording_whole(face, tmp_path, quick_ear):
    (tmp_path / "sounddevice.py").write_text(MICROPHONE, encoding="utf-8")
    places = os.pathsep.join(map(str, (tmp_path, ROOT, ROOT / "tests" / "engine")))
    folder = tmp_path / "takes"
    with listening("--record", folder, PYTHONPATH=places) as (child, port):
        live = begin(face, port)
        until(lambda: live.moment is not None and live.moment.time > 2.2, 30.0)
        child.kill()
        until(lambda: session.current() is None)
    assert live.failed and "has gone" in session.Desk.said
    assert set(values(face).values()) == {0.0}
    (offer,) = offered()
    assert Path(offer.path).parent == folder and offers.is_own(offer.path)
    assert bpy.ops.lockstep.keep_recording("EXEC_DEFAULT", True) == {"FINISHED"}
    (strip,) = strips.sound_strips(bpy.context.scene)
    assert compat.content_duration(strip) > 1.0 * compat.frames_per_second(bpy.context.scene)


def test_what_the_microphone_heard_is_deleted_where_it_is_discarded(face, tmp_path):
    (tmp_path / "sounddevice.py").write_text(MICROPHONE, encoding="utf-8")
    places = os.pathsep.join(map(str, (tmp_path, ROOT, ROOT / "tests" / "engine")))
    folder = tmp_path / "takes"
    with listening("--record", folder, PYTHONPATH=places) as (_child, port):
        live = begin(face, port)
        until(lambda: live.moment is not None and live.moment.time > 0.5, 30.0)
        session.stop()
        until(lambda: session.current() is None, 20.0)
    (recorded,) = folder.iterdir()
    assert [offer.path for offer in offered()] == [str(recorded)]
    assert bpy.ops.lockstep.discard_recording() == {"FINISHED"}
    assert not list(folder.iterdir()) and not offered()


def test_a_blender_that_goes_without_a_word_leaves_a_listener_that_waits_for_the_next(face, sound):
    with listening(sound) as (child, port):
        live = begin(face, port)
        until(lambda: live.moment is not None, 20.0)
        live._client.close()
        session.abandon()
        again = begin(face, port)
        until(lambda: again.moment is not None, 20.0)
        assert child.poll() is None
