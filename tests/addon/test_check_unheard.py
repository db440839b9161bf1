"""Checks in a Blender that has no sound: a line is compared with its file, where its keys stand."""

from __future__ import annotations

import bpy
import faces
import pytest
import screening
from lockstep.addon import compat, headless
from lockstep.addon.checking import kept
from lockstep.addon.sound import strips
from lockstep.engine.errors import AudioError
from screening import FPS, START, kinds, looked_at, offset


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    pytest.importorskip("espeakng_loader")
    monkeypatch = pytest.MonkeyPatch()
    monkeypatch.setattr(compat, "can_load_sounds", lambda: False)
    shot = screening.make(tmp_path_factory.mktemp("check"))
    monkeypatch.undo()
    return shot


@pytest.fixture
def shot(made, monkeypatch):
    """The shot, opened anew, in a Blender without sound; gives the face."""
    monkeypatch.setattr(compat, "can_load_sounds", lambda: False)
    bpy.ops.wm.open_mainfile(filepath=str(made.file))
    return bpy.context.scene.objects["Face"]


def test_a_line_without_a_strip_is_checked_against_its_file(shot):
    assert not strips.sound_strips(bpy.context.scene)
    found = looked_at()
    assert (found.verdict, kinds(found), found.sound, found.strip) == ("pass", set(), "said.wav", "")
    assert abs(offset(found)) < 0.5 and found.base == START and found.rate == FPS
    assert found.notes == (
        "This Blender cannot play sound; the line was checked against its file, where its keys stand.",
    )
    assert kept.kept_of(shot, shot.lockstep_spans[0]).check.verdict == "pass"


def test_keys_that_were_moved_are_found_without_strips_too(shot):
    screening.rewritten(moved)
    found = looked_at()
    assert offset(found) == pytest.approx(4.0, abs=0.5) and found.verdict == "fail"


def moved(keys):
    made = keys.at(slice(None))
    for name in ("co", "handle_left", "handle_right"):
        getattr(made, name)[:, 0] += 4.0
    return made


def test_a_file_that_is_gone_is_said_in_a_sentence(shot, capsys):
    shot.lockstep_spans[0].takes[0].path = "/nowhere/said.wav"
    with pytest.raises(AudioError, match="is not there"):
        looked_at()
    assert headless.main(["check"]) == 1
    assert "is not there" in capsys.readouterr().err and not len(shot.lockstep_checks)


def test_a_blender_that_can_play_sound_says_that_nothing_is_heard(shot, monkeypatch):
    monkeypatch.setattr(compat, "can_load_sounds", lambda: True)
    found = looked_at()
    assert found.verdict == "fail" and kinds(found) == {"no sound"}
    assert "No strip plays the sound of this line, 'said.wav'" in found.examination.check.reasons[0]


def test_the_command_checks_such_a_line_too(shot, capsys):
    faces.activate(shot)
    assert headless.main(["check", "--strict"]) == 0
    assert "In sync" in capsys.readouterr().out
