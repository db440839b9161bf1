"""Where a strip puts each second of its sound, measured against what Blender itself plays."""

from __future__ import annotations

import shutil
import wave
from pathlib import Path

import bpy
import faces
import numpy as np
import pytest
import voice
from lockstep.addon import compat
from lockstep.addon.panels import sync
from lockstep.addon.sound import strips
from lockstep.engine.errors import AudioError

CLICKS = (0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5)  # seconds
LENGTH = 4.1  # seconds


@pytest.fixture
def clicks(tmp_path) -> Path:
    samples = np.zeros(int(LENGTH * voice.RATE))
    for number, second in enumerate(CLICKS):
        at = int(second * voice.RATE)
        samples[at : at + 160] = 0.2 + 0.1 * number
    return voice.write_wav(tmp_path / "clicks.wav", samples)


@pytest.fixture
def strip(fresh, clicks):
    fresh.render.fps, fresh.frame_start, fresh.frame_end = 24, 0, 300
    editor = fresh.sequence_editor_create()
    return compat.strips(editor).new_sound("clicks", str(clicks), 1, 10)


def played(scene, folder) -> list[float]:
    """The frames at which Blender lets the clicks sound."""
    path = folder / "mix.wav"
    bpy.ops.sound.mixdown(filepath=str(path), container="WAV", codec="PCM")
    with wave.open(str(path)) as file:
        rate, channels = file.getframerate(), file.getnchannels()
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, channels)[:, 0] / 32768
    loud = np.flatnonzero(np.abs(samples) > 0.05)
    starts = loud[np.diff(loud, prepend=-rate) > 0.05 * rate]
    return [float(start / rate * compat.frames_per_second(scene) + scene.frame_start) for start in starts]


def computed(strip, scene) -> list[float]:
    placed = strips.place_strip(strip, scene, LENGTH)
    frames = [placed.frame(second) for second in CLICKS if placed.start <= second < placed.stop]
    return [frame for frame in frames if frame >= scene.frame_start]


def retime(strip, scene, speed):
    """Give a strip another speed, as the artist does; False where this needs a window."""
    window = bpy.context.window_manager.windows[0]
    area = window.screen.areas[0]
    area.type = "SEQUENCE_EDITOR"
    if hasattr(bpy.context.workspace, "sequencer_scene"):
        bpy.context.workspace.sequencer_scene = scene
    region = next(region for region in area.regions if region.type == "WINDOW")
    strip.select = strip.show_retiming_keys = True
    scene.sequence_editor.active_strip = strip
    with bpy.context.temp_override(window=window, screen=window.screen, area=area, region=region, scene=scene):
        return bpy.ops.sequencer.retiming_segment_speed_set(speed=speed) == {"FINISHED"}


@pytest.mark.parametrize(("fps", "base"), [(24, 1.0), (25, 1.0), (30, 1.001), (60, 1.0)])
@pytest.mark.parametrize("change", ["as it is", "moved", "trimmed", "delayed", "ahead"])
def test_seconds_stand_where_blender_plays_them(strip, fresh, tmp_path, fps, base, change):
    fresh.render.fps, fresh.render.fps_base = fps, base
    if change == "moved":
        setattr(strip, "content_start" if hasattr(strip, "content_start") else "frame_start", -27.0)
    if change == "trimmed":
        compat.set_handles(strip, 28, 76)
    if change == "delayed":
        strip.sound_offset = 0.25
    if change == "ahead":
        strip.sound_offset = -0.25
    heard = played(fresh, tmp_path)
    assert len(heard) >= 2
    assert computed(strip, fresh) == pytest.approx(heard, abs=0.3)


@pytest.mark.parametrize("speed", [50.0, 150.0])
def test_another_speed_is_followed(strip, fresh, tmp_path, speed):
    assert retime(strip, fresh, speed)
    compat.set_handles(strip, 20, compat.right_handle(strip))
    assert strips.is_evenly_paced(strip)
    heard = played(fresh, tmp_path)
    assert len(heard) >= 5
    wanted = computed(strip, fresh)
    assert wanted[: len(heard)] == pytest.approx(heard, abs=0.5)


def test_a_strip_of_several_speeds_is_heard_as_it_plays(fresh, face, sound, tmp_path, press):
    editor = bpy.context.scene.sequence_editor_create()
    strip = compat.strips(editor).new_sound("line", str(sound), 1, 10)
    assert retime(strip, bpy.context.scene, 50.0)
    strip.retiming_keys.add(timeline_frame=40)
    assert not strips.is_evenly_paced(strip)
    other = compat.strips(editor).new_sound("other", str(sound), 2, 10)
    before = [bpy.context.scene.frame_start, bpy.context.scene.frame_end]
    with strips.rendered(strip, bpy.context.scene) as (path, first):
        assert path.is_file() and first == 11  # the frame after the first: at that one Blender 4.5 may crash
    assert not path.exists()
    assert [bpy.context.scene.frame_start, bpy.context.scene.frame_end] == before and not other.mute
    press(source="STRIP", strip="line")
    assert faces.curves(face)["jawOpen"]
    assert compat.left_handle(strip) == 10


def test_an_existing_strip_stays_where_it_stands_and_is_heard_in_its_trim(face, sound, press):
    editor = bpy.context.scene.sequence_editor_create()
    strip = compat.strips(editor).new_sound("line", str(sound), 3, 40)
    compat.set_handles(strip, 44, 60)
    press(frame=200, source="STRIP", strip="line")
    assert (compat.left_handle(strip), compat.right_handle(strip), strip.channel) == (44, 60, 3)
    frames = [frame for keys in faces.curves(face).values() for frame, _ in keys]
    assert min(frames) > 30 and max(frames) < 80
    assert len(strips.sound_strips(bpy.context.scene)) == 1


def test_a_packed_sound_is_heard_without_its_file(face, sound, press, tmp_path):
    path = tmp_path / "away.wav"
    shutil.copy(sound, path)
    editor = bpy.context.scene.sequence_editor_create()
    strip = compat.strips(editor).new_sound("line", str(path), 1, 1)
    strip.sound.pack()
    path.unlink()
    with strips.sound_file(strip.sound) as found:
        folder = found.parent
        assert found.read_bytes() == sound.read_bytes()
    assert not folder.exists()
    press(source="STRIP", strip="line")
    assert faces.curves(face)["jawOpen"]


def test_a_sound_beside_the_blend_is_found_once_that_is_saved(face, sound, tmp_path, press):
    shutil.copy(sound, tmp_path / "beside.wav")
    bpy.context.scene.lockstep.audio = "//beside.wav"
    assert "is beside a .blend that is not saved yet" in sync.disabled_reason(bpy.context)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "shot.blend"))
    assert sync.disabled_reason(bpy.context) == ""
    press(audio="//beside.wav")
    (strip,) = strips.sound_strips(bpy.context.scene)
    assert strip.sound.filepath == "//beside.wav"


def test_an_unsaved_blend_and_a_path_beyond_ascii_are_no_hindrance(face, sound, tmp_path, press):
    path = tmp_path / "日本語 – é.wav"
    shutil.copy(sound, path)
    press(audio=str(path))
    (strip,) = strips.sound_strips(bpy.context.scene)
    assert strips.sound_path(strip.sound) == path


def test_a_new_sound_takes_a_free_channel(face, sound, press):
    editor = bpy.context.scene.sequence_editor_create()
    for channel in (1, 2, 4):
        compat.strips(editor).new_effect("block", "COLOR", channel, 1, **_length(500))
    press(audio=str(sound), frame=30)
    (strip,) = strips.sound_strips(bpy.context.scene)
    assert (strip.channel, compat.left_handle(strip)) == (3, 30)


def _length(frames: int) -> dict[str, int]:
    function = bpy.types.SequenceEditor.bl_rna.properties
    holder = function["strips"] if "strips" in function else function["sequences"]
    names = {parameter.identifier for parameter in holder.srna.functions["new_effect"].parameters}
    return {"length": frames} if "length" in names else {"frame_end": frames}


def test_strips_inside_a_meta_strip_can_be_spoken(face, sound, press):
    editor = bpy.context.scene.sequence_editor_create()
    strip = compat.strips(editor).new_sound("inner", str(sound), 1, 20)
    meta = compat.strips(editor).new_meta("meta", 2, 20)
    strip.move_to_meta(meta)
    press(source="STRIP", strip="inner")
    assert faces.curves(face)["jawOpen"]


def test_a_trim_that_leaves_no_sound_is_said(strip, fresh):
    compat.set_handles(strip, 10, 11)
    with pytest.raises(AudioError, match=r"leaves 0\.04 s of sound"):
        strips.place_strip(strip, fresh, LENGTH)


def test_a_strip_whose_file_is_gone_is_said(face, sound, tmp_path, quick_ear):
    path = tmp_path / "gone.wav"
    shutil.copy(sound, path)
    editor = bpy.context.scene.sequence_editor_create()
    compat.strips(editor).new_sound("gone", str(path), 1, 1)
    path.unlink()
    asked = bpy.context.scene.lockstep
    asked.source, asked.strip = "STRIP", "gone"
    with pytest.raises(RuntimeError, match=r"gone\.wav' is not there"):
        bpy.ops.lockstep.sync()
    assert not bpy.data.actions
