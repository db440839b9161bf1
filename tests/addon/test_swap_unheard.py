"""Swaps in a Blender that has no sound: there are no strips, and takes, acting and edits go on all the same."""

from __future__ import annotations

import bpy
import faces
import pytest
from lockstep.addon import compat
from lockstep.addon.lines import spans, takes
from lockstep.addon.sound import strips
from test_swap import edit, frame_of, middle, peak, points, same, swap, sync, use


@pytest.fixture
def spoken(face, studio, monkeypatch):
    """A face that speaks 'anna' from frame 11 on, without a strip; gives the recording."""
    monkeypatch.setattr(compat, "can_load_sounds", lambda: False)
    anna = studio.record("anna")
    sync(audio=anna.path, frame=11, language="en")
    return anna


def line():
    return spans.line_at(bpy.data.objects["Face"], 11)


def test_a_line_without_a_strip_keeps_its_take_and_is_synced_again_where_it_stands(spoken, studio):
    assert not strips.sound_strips(bpy.context.scene)
    edit(middle(spoken, 8), 0.97)
    before = points()
    sync(audio=spoken.path, frame=11)
    same(points(), before)
    assert len(studio.asked) == 1 and len(line().takes) == 1 and len(takes.score_of(line()).edits) == 1


def test_another_voice_there_and_back_without_strips(spoken, studio, tmp_path):
    edit(middle(spoken, 8), 0.97)
    before = points()
    bert = studio.record("bert", speed=0.8)
    swap(bert)
    assert peak(about=frame_of(middle(bert, 8)), reach=3)[1] == pytest.approx(0.97, abs=0.01)
    use(0)
    same(points(), before)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "shot.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "shot.blend"))
    faces.activate(bpy.data.objects["Face"])
    use(1)
    use(0)
    same(points(), before)
    assert bpy.ops.lockstep.remove_take(index=1) == {"FINISHED"}
    assert [item.label for item in line().takes] == ["anna"]


def test_edits_keep_to_their_sounds_at_another_frame_rate_without_a_strip(spoken, studio):
    frame = edit(middle(spoken, 8), 0.97)
    swap(studio.record("bert", speed=0.8))
    bpy.context.scene.render.fps = 30
    use(0)
    then = 11 + (frame - 11) * 30 / 24
    at, value = peak(about=then, reach=2)
    assert value == pytest.approx(0.97, abs=0.02) and abs(at - then) <= 1.0
