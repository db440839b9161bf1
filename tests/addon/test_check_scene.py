"""A check looks and leaves no trace; it finds the sound of each face, keeps what it found, and writes the ledger."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import bpy
import faces
import numpy as np
import pytest
import screening
import shots
from lockstep.addon import compat, headless, preferences
from lockstep.addon.checking import kept, observe
from lockstep.addon.checking.checking import check
from lockstep.addon.checking.request import CheckRequest
from lockstep.addon.keys import keying
from lockstep.addon.lines import takes
from lockstep.addon.lines.request import address_of
from lockstep.engine.errors import AudioError, RigError, UsageError
from lockstep.engine.ledger import Ledger
from screening import FPS, START, kinds, looked_at, strip

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "headless.py"

if not compat.can_load_sounds():
    pytest.skip("this Blender plays no sound", allow_module_level=True)


@pytest.fixture
def deaf(monkeypatch):
    """Nothing is heard or compared, which is not what these tests are about; gives what was asked."""
    from lockstep.engine import examine as room
    from lockstep.engine.examine.examining import untimed
    from lockstep.engine.progress import Progress

    asked = []

    def examine(source, seen, binding, wanted, recognizer=None, remark=None):
        asked.append((source, seen, binding, wanted))
        yield Progress("Hearing", 0.5)
        return room.Examination(untimed(seen, wanted.circumstances, ()))

    monkeypatch.setattr(room, "examine", examine)
    return asked


def work(**asked):
    scene = bpy.context.scene
    return check(CheckRequest(scene.name, address_of(scene.objects["Face"]), frame=START, **asked))


# Without a trace


def disturbed(face):
    """A scene in the middle of work: a pose that has no key yet, an animated property, subframes, a hidden mesh."""
    rig = faces.make_rig(bones=("head", "jaw"))
    bone = rig.pose.bones["head"]
    bone.rotation_mode = "XYZ"
    for frame, turn in ((1, 0.0), (200, 1.0)):
        bone.rotation_euler[0] = turn
        bone.keyframe_insert("rotation_euler", frame=frame)
        rig["mood"] = turn
        rig.keyframe_insert('["mood"]', frame=frame)
    scene = bpy.context.scene
    scene.frame_set(57, subframe=0.25)
    bone.rotation_euler[0], rig["mood"] = 0.123, 0.77
    faces.block(face, "jawOpen").value = 0.987
    bpy.data.objects["Teeth"].hide_viewport = True
    rig.select_set(True)
    bpy.context.view_layer.objects.active = rig
    bpy.ops.object.mode_set(mode="POSE")
    return rig


def state():
    scene, rig = bpy.context.scene, bpy.data.objects["Rig"]
    return {
        **shots.dump(),
        "frame": (scene.frame_current, scene.frame_subframe),
        "pose": (tuple(rig.pose.bones["head"].rotation_euler), rig["mood"]),
        "mode": (bpy.context.mode, bpy.context.view_layer.objects.active.name),
        "selected": sorted(thing.name for thing in bpy.context.selected_objects),
        "hidden": sorted(thing.name for thing in bpy.data.objects if thing.hide_viewport),
        "kept": len(scene.objects["Face"].lockstep_checks),
    }


def test_a_check_leaves_everything_as_it_was_even_poses_without_a_key(shot, deaf):
    disturbed(shot)
    before = state()
    (found,) = [looked_at(kept=False)]
    assert state() == before
    parts = {part.name: part for part in found.seen.parts}
    assert set(parts) == {"Face", "Teeth"} and np.ptp(parts["Teeth"].values[:, 0]) > 0.3


def test_between_two_steps_the_scene_is_as_the_artist_has_it(shot, deaf, monkeypatch):
    monkeypatch.setattr(observe, "AT_A_TIME", 0.0)  # a frame a step
    disturbed(shot)
    before = state()
    steps = 0
    for number, _ in enumerate(work()):
        steps += 1
        assert bpy.context.scene.frame_current == 57 and bpy.context.scene.frame_subframe == 0.25
        if number % 40 == 0:
            assert state() == before
    assert steps > 300


@pytest.mark.parametrize("stop", ["Looking", "Hearing", "Keeping"])
def test_a_check_that_is_stopped_leaves_nothing(shot, deaf, tmp_path, stop):
    disturbed(shot)
    before, ledger = state(), tmp_path / "ledger.sqlite"
    running = work(ledger=ledger, shot="sh010")
    assert any(step.stage == stop for step in running)
    running.close()
    assert state() == before and not ledger.exists()


def test_an_error_midway_leaves_everything_as_it_was(shot, deaf, monkeypatch):
    disturbed(shot)
    before = state()

    def broken(*_):
        raise RigError("Broken.")

    monkeypatch.setattr(observe, "_read", broken)
    with pytest.raises(RigError, match="Broken"):
        looked_at()
    assert state() == before


def test_a_face_that_goes_away_meanwhile_is_said_in_a_sentence(shot, deaf):
    running = work()
    next(running)
    next(running)
    bpy.data.objects.remove(bpy.data.objects["Teeth"])
    with pytest.raises(RigError, match="'Teeth' changed while it was looked at; start the check again"):
        list(running)
    assert not len(bpy.data.objects["Face"].lockstep_checks)


def test_the_artist_may_move_the_playhead_meanwhile(shot, deaf, monkeypatch):
    monkeypatch.setattr(observe, "AT_A_TIME", 0.0)
    for number, _ in enumerate(work()):
        if number == 50:
            bpy.context.scene.frame_set(99)
    assert bpy.context.scene.frame_current == 99


# What is looked at


def test_every_frame_with_two_seconds_around_the_sound_is_looked_at(shot, deaf):
    looked_at()
    ((source, seen, _, wanted),) = deaf
    assert seen.times[0] == pytest.approx(-2.0, abs=1.5 / FPS)
    assert seen.times[-1] == pytest.approx(source.duration + 2.0, abs=1.5 / FPS)
    assert np.allclose(np.diff(seen.times), 1.0 / FPS) and seen.fps == FPS and seen.speed == 1.0
    assert seen.heard == pytest.approx((0.0, source.duration), abs=1e-6)
    curve = keying.curve_of(shot.data.shape_keys, "jawOpen")
    column = [key.name for key in seen.parts[0].keys].index("jawOpen")
    made = [curve.evaluate(START + at * FPS) for at in seen.times]
    assert np.allclose(seen.parts[0].values[:, column], made, atol=1e-5) and max(made) > 0.4
    assert wanted.language.code == "en" and wanted.transcript is None


def test_the_text_of_a_line_is_known_while_it_is_heard_with_its_own_sound(shot, deaf, spoken):
    bpy.context.scene.frame_set(START)
    bpy.context.scene.lockstep.text = screening.SAID
    assert bpy.ops.lockstep.sync() == {"FINISHED"}
    looked_at()
    strip().sound.filepath = str(spoken.other)
    looked_at()
    looked_at(text="Something else.", language="es")
    assert [one[3].transcript for one in deaf] == [screening.SAID, None, "Something else."]
    assert [one[3].language.code for one in deaf] == ["en", "en", "es"]


def test_the_motion_of_other_lines_is_left_out(shot, deaf, spoken):
    faces.activate(shot)
    last = START + round(12.2 * FPS)
    bpy.context.scene.frame_set(last)
    bpy.context.scene.lockstep.source, bpy.context.scene.lockstep.audio = "FILE", str(spoken.other)
    assert bpy.ops.lockstep.sync() == {"FINISHED"}
    first, second = shot.lockstep_spans
    looked_at(line=first.name)
    looked_at(frame=float(last + 10))
    (_, one, _, _), (_, two, _, _) = deaf
    assert one.times[-1] * FPS + START <= second.first + 1.0
    assert two.times[0] * FPS + last >= min(first.last, last) - 1.0
    named = looked_at(strip=takes.active(second).strip)  # the playhead is elsewhere
    assert named.line_name == second.name and deaf[-1][1].times[0] == two.times[0]


def test_a_muted_shape_key_counts_as_nothing_and_a_pinned_one_alone(shot, deaf):
    faces.block(shot, "jawOpen").mute = True
    found = looked_at()
    names = [key.name for key in found.seen.parts[0].keys]
    assert not found.seen.parts[0].values[:, names.index("jawOpen")].any()
    assert found.seen.parts[0].values[:, names.index("mouthFunnel")].any()
    (fault,) = [one for one in found.examination.check.faults if one.kind == "muted"]
    assert "'jawOpen' of 'Face' is muted" in fault.says and not fault.grave
    shot.show_only_shape_key, shot.active_shape_key_index = True, 3
    found = looked_at()
    pinned = found.seen.parts[0].values[:, names.index("mouthFunnel")]
    assert np.all(pinned == 1.0) and "Shape Key Lock" in " ".join(found.notes)


def test_a_mesh_in_a_collection_that_is_switched_off_is_told(shot, deaf):
    away = bpy.data.collections.new("away")
    bpy.context.scene.collection.children.link(away)
    teeth = bpy.data.objects["Teeth"]
    away.objects.link(teeth)
    bpy.context.scene.collection.objects.unlink(teeth)
    bpy.context.view_layer.layer_collection.children["away"].exclude = True
    found = looked_at()
    assert [part.name for part in found.seen.parts] == ["Face"]
    assert found.notes == ("'Teeth' is in no view layer that is evaluated, and was not looked at.",)


# Which sound


def moving(name="Bob", place=(5.0, 0.0, 0.0)):
    """A face that something else has animated."""
    face = faces.make_face(name, place=place)
    for frame in range(1, 60, 4):
        block = faces.block(face, "jawOpen")
        block.value = 0.5 * (frame % 8 == 1)
        block.keyframe_insert("value", frame=frame)
    return face


def test_a_face_without_a_line_is_checked_against_the_only_sound(shot, deaf):
    found = looked_at(moving())
    assert (found.line_name, found.label, found.sound, found.strip) == ("", "said.wav", "said.wav", "said")
    assert kept.kept_of(bpy.data.objects["Bob"]).base == START
    assert deaf[0][3].language is None


def test_of_several_sounds_one_must_be_chosen(shot, deaf, spoken):
    editor = bpy.context.scene.sequence_editor
    compat.strips(editor).new_sound("music", str(spoken.other), 5, START)
    bob = moving()
    with pytest.raises(UsageError, match=r"Several sounds play here \('said', 'music'\); choose the strip"):
        looked_at(bob, frame=30.0)
    assert looked_at(bob, strip="music").sound == "other.wav"
    assert looked_at().sound == "said.wav"
    compat.strips(editor)["music"].mute = True
    assert looked_at(bob, frame=30.0).sound == "said.wav"


def test_a_scene_without_any_sound_is_said(shot, deaf):
    bpy.context.scene.sequence_editor_clear()
    with pytest.raises(AudioError, match="No sound plays in the scene"):
        looked_at(moving())


def test_a_strip_under_another_name_and_another_strip_in_its_place_are_found(shot, deaf, spoken):
    strip().name = "dialogue"
    assert looked_at().strip == "dialogue"
    compat.strips(bpy.context.scene.sequence_editor).remove(strip())
    compat.strips(bpy.context.scene.sequence_editor).new_sound("mix", str(spoken.other), 2, START + 3)
    found = looked_at()
    assert (found.strip, found.base) == ("mix", START + 3)


def test_a_strip_with_another_speed_is_heard_at_it(shot, deaf):
    from test_strips import retime

    assert retime(strip(), bpy.context.scene, 80.0)
    looked_at()
    ((source, seen, _, _),) = deaf
    assert seen.speed == pytest.approx(0.8, abs=0.01) and seen.rate == pytest.approx(FPS / 0.8, abs=0.3)
    assert source.duration == pytest.approx(11.92, abs=0.1)
    assert np.diff(seen.times)[0] == pytest.approx(0.8 / FPS, abs=1e-3)


def test_a_strip_of_several_speeds_is_heard_as_it_plays(shot, deaf):
    from test_strips import retime

    assert retime(strip(), bpy.context.scene, 50.0)
    strip().retiming_keys.add(timeline_frame=100)
    found = looked_at()
    ((source, seen, _, _),) = deaf
    assert seen.speed == 1.0 and found.base == START + 1
    played = (compat.right_handle(strip()) - START) / FPS
    assert source.duration == pytest.approx(played, abs=0.2) and played > 15.0


def test_a_packed_sound_is_heard_without_its_file(shot, deaf, spoken, tmp_path):
    copy = tmp_path / "packed.wav"
    copy.write_bytes(spoken.sound.read_bytes())
    strip().sound.filepath = str(copy)
    strip().sound.pack()
    copy.unlink()
    assert looked_at().sound == "packed.wav" and deaf[0][0].duration == pytest.approx(11.92, abs=0.05)


def into_meta(one):
    """A strip in a meta strip of its own, as the artist puts it there."""
    window, scene = bpy.context.window_manager.windows[0], bpy.context.scene
    area = window.screen.areas[0]
    area.type = "SEQUENCE_EDITOR"
    if hasattr(bpy.context.workspace, "sequencer_scene"):
        bpy.context.workspace.sequencer_scene = scene
    region = next(region for region in area.regions if region.type == "WINDOW")
    one.select = True
    with bpy.context.temp_override(window=window, screen=window.screen, area=area, region=region, scene=scene):
        assert bpy.ops.sequencer.meta_make() == {"FINISHED"}
    return one.parent_meta()


def test_a_meta_strip_that_is_cut_lets_through_what_is_left(shot, deaf):
    meta = into_meta(strip())
    compat.set_handles(meta, START + 24, START + 120)
    found = looked_at()
    assert found.base == START + 24 and deaf[0][0].duration == pytest.approx(4.0, abs=0.05)
    compat.set_handles(strip(), START + 200, START + 220)
    (fault,) = [one for one in looked_at().examination.check.faults if one.kind == "no sound"]
    assert "the meta strip 'MetaStrip' around it is cut to where it is not" in fault.says


def test_a_muted_piece_of_a_cut_strip_is_silence_and_told(shot, deaf):
    first, at, end = compat.left_handle(strip()), START + 100, compat.right_handle(strip())
    editor = bpy.context.scene.sequence_editor
    pieces = [strip()]
    for number in (1, 2):
        pieces.append(compat.strips(editor).new_sound(f"piece {number}", strip_path(pieces[0]), number + 1, first))
    for piece, (low, high) in zip(pieces, ((first, at), (at, at + 50), (at + 50, end)), strict=True):
        compat.set_handles(piece, low, high)
    pieces[1].mute = True
    found = looked_at()
    assert found.strip == "said, piece 2" and found.notes[0] == "The strip 'piece 1' is silent: it is muted."
    source = deaf[0][0]
    samples = np.concatenate(list(source.blocks(1000)))
    silent = slice(round(1000 * 100 / FPS) + 5, round(1000 * 150 / FPS) - 5)
    assert len(samples) == pytest.approx(11920, abs=40) and not samples[silent].any()
    assert np.abs(samples[: silent.start]).max() > 0.05 and np.abs(samples[silent.stop :]).max() > 0.05
    pieces[0].mute = pieces[2].mute = True
    assert deaf[0][0].sha256() != ""
    assert kinds(looked_at()) == {"no sound"}


def test_a_sliver_of_a_cut_strip_is_left_out_and_told(shot, deaf):
    first, end = compat.left_handle(strip()), compat.right_handle(strip())
    whole = strip()
    other = compat.strips(bpy.context.scene.sequence_editor).new_sound("sliver", strip_path(whole), 3, first)
    compat.set_handles(whole, first + 2, end)
    compat.set_handles(other, first, first + 2)
    found = looked_at()
    assert (found.strip, found.base) == ("said", first + 2)
    (note,) = found.notes
    assert "The strip 'sliver' leaves 0.08 s of sound" in note
    compat.strips(bpy.context.scene.sequence_editor).remove(whole)
    with pytest.raises(AudioError, match="The strip 'sliver' leaves"):
        looked_at()


def strip_path(one):
    return bpy.path.abspath(one.sound.filepath)


def test_a_scene_that_is_not_the_open_one_is_looked_at(shot, deaf):
    home = bpy.context.scene
    other = bpy.data.scenes.new("Other")
    bpy.context.window.scene = other
    assert bpy.context.scene == other
    found = next_of(check(CheckRequest(home.name, address_of(shot), frame=START)))
    assert np.ptp(found.seen.parts[0].values, axis=0).max() > 0.3 and found.base == START
    assert bpy.context.scene == other


def next_of(running):
    from lockstep.engine.progress import drain

    return drain(running)


def test_what_a_handler_of_another_addon_does_is_seen(shot, deaf):
    def smile(scene, *_):
        faces.block(scene.objects["Face"], "mouthSmileLeft").value = 0.4 if scene.frame_current % 2 else 0.0

    layer = keying.tracks.own_layer(shot.data.shape_keys)
    curve = keying.curve_of(shot.data.shape_keys, "mouthSmileLeft")
    compat.curves(layer.action, layer.slot).remove(curve)
    bpy.app.handlers.frame_change_pre.append(smile)
    try:
        found = looked_at()
    finally:
        bpy.app.handlers.frame_change_pre.remove(smile)
    part = found.seen.parts[0]
    column = part.values[:, [key.name for key in part.keys].index("mouthSmileLeft")]
    assert np.ptp(column) == pytest.approx(0.4, abs=1e-6)


def test_an_undo_between_two_steps_does_no_harm(shot, deaf, monkeypatch):
    monkeypatch.setattr(observe, "AT_A_TIME", 0.0)
    bpy.ops.ed.undo_push(message="before")
    faces.block(shot, "browInnerUp").value = 0.5
    bpy.ops.ed.undo_push(message="after")
    steps = 0
    for number, _ in enumerate(work()):
        steps = number
        if number in (20, 200):
            bpy.ops.ed.undo()
            bpy.ops.ed.redo()
    assert steps > 300
    (item,) = bpy.context.scene.objects["Face"].lockstep_checks
    assert item.verdict == "unknown"


# What is kept


def test_a_key_that_is_moved_after_a_check_makes_it_old(shot):
    looked_at()
    span = shot.lockstep_spans[0]
    scene = bpy.context.scene
    assert not kept.is_edited(scene, shot, span)
    curve = keying.curve_of(shot.data.shape_keys, "jawOpen")
    value = curve.keyframe_points[1].co[1]
    curve.keyframe_points[1].co[1] = value + 0.2
    assert kept.is_edited(scene, shot, span) and not kept.is_stale(scene, shot, span)
    curve.keyframe_points[1].co[1] = value
    assert not kept.is_edited(scene, shot, span)
    curve.mute = True
    assert kept.is_edited(scene, shot, span)


def test_what_was_found_is_kept_on_the_face_and_read_back(shot, tmp_path):
    found = looked_at(shot="sh010")
    (item,) = shot.lockstep_checks
    assert (item.line, item.verdict) == (shot.lockstep_spans[0].name, "pass") and item.said.startswith("In sync.")
    path = tmp_path / "saved.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(path))
    bpy.ops.wm.open_mainfile(filepath=str(path))
    face = bpy.context.scene.objects["Face"]
    span = face.lockstep_spans[0]
    read = kept.kept_of(face, span)
    assert kept.kept_of(face, span) is read
    assert (read.check.verdict, read.shot, read.base, read.rate, read.ledger) == ("pass", "sh010", START, FPS, "")
    assert read.check.events.offset == pytest.approx(found.examination.check.events.offset, abs=1e-5)
    assert read.budget.fps == FPS and read.norms.language == "en" and read.sound.loudness < 0.0
    assert len(read.phrases) == len(found.examination.take.phrases)
    assert [line[1] for line in read.lines] == [line.text for line in found.told()]
    assert len(read.check.moments.times) == 0 and read.check.tracks is None
    full = kept.full_check(face, span)
    assert len(full.moments.times) and full.tracks is not None
    assert json.loads(kept.text_of(face, span))["shot"] == "sh010"


def test_a_new_check_takes_the_place_of_the_last_and_a_changed_scene_makes_it_old(shot, deaf):
    span = shot.lockstep_spans[0]
    looked_at()
    scene = bpy.context.scene
    assert len(shot.lockstep_checks) == 1 and not kept.is_stale(scene, shot, span)
    compat.move(strip(), 2)
    assert kept.is_stale(scene, shot, span)
    looked_at()
    assert len(shot.lockstep_checks) == 1 and not kept.is_stale(scene, shot, span)
    scene.render.fps = 30
    assert kept.is_stale(scene, shot, span)


def test_a_check_that_cannot_be_read_is_none(shot, deaf):
    looked_at()
    shot.lockstep_checks[0].data = "damaged"
    shot.lockstep_checks[0].full = "damaged"
    span = shot.lockstep_spans[0]
    assert kept.kept_of(shot, span) is None and kept.full_check(shot, span) is None


@pytest.fixture
def library(shot, tmp_path):
    """The shot's face and teeth in a collection of a file of their own."""
    crew = bpy.data.collections.new("Shot")
    bpy.context.scene.collection.children.link(crew)
    for thing in ("Face", "Teeth"):
        crew.objects.link(bpy.data.objects[thing])
        bpy.context.scene.collection.objects.unlink(bpy.data.objects[thing])
    path = tmp_path / "library.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(path))
    return path


def test_a_linked_face_is_checked_but_nothing_is_kept_on_it(library, deaf, spoken):
    bpy.ops.wm.read_factory_settings(use_empty=True)
    with bpy.data.libraries.load(str(library), link=True) as (_, wanted):
        wanted.collections = ["Shot"]
    scene = bpy.context.scene
    scene.collection.children.link(wanted.collections[0])
    editor = scene.sequence_editor or scene.sequence_editor_create()
    compat.strips(editor).new_sound("said", str(spoken.sound), 1, START)
    scene.frame_end = 400
    found = looked_at(scene.objects["Face"])
    assert np.ptp(found.seen.parts[0].values, axis=0).max() > 0.3
    assert "is linked from another file, so the result is not kept on it" in found.notes[-1]


def test_a_library_override_keeps_its_check(library, deaf, spoken, tmp_path):
    bpy.ops.wm.read_factory_settings(use_empty=True)
    with bpy.data.libraries.load(str(library), link=True) as (_, wanted):
        wanted.collections = ["Shot"]
    scene = bpy.context.scene
    scene.collection.children.link(wanted.collections[0])
    wanted.collections[0].override_hierarchy_create(scene, bpy.context.view_layer)
    editor = scene.sequence_editor or scene.sequence_editor_create()
    compat.strips(editor).new_sound("said", str(spoken.sound), 1, START)
    scene.frame_end = 400
    face = next(thing for thing in scene.objects if thing.name == "Face" and thing.library is None)
    found = looked_at(face)
    assert np.ptp(found.seen.parts[0].values, axis=0).max() > 0.3 and not kinds(found)
    path = tmp_path / "shot.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(path))
    bpy.ops.wm.open_mainfile(filepath=str(path))
    face = next(thing for thing in bpy.context.scene.objects if thing.name == "Face" and thing.library is None)
    assert kept.kept_of(face, face.lockstep_spans[0]).base == START


def test_the_ledger_has_a_row_a_check_and_a_version_a_change(shot, tmp_path):
    path = tmp_path / "ledger.sqlite"
    looked_at(ledger=path, shot="sc010/sh020")
    found = looked_at(ledger=path, shot="sc010/sh020")
    assert found.written == path
    compat.move(strip(), -3)
    looked_at(ledger=path, shot="sc010/sh020")
    rows = list(Ledger(path).entries())
    assert [(row.shot, row.character, row.line, row.rig, row.verdict) for row in rows] == [
        ("sc010/sh020", "Face", "said", "arkit", verdict) for verdict in ("pass", "pass", "fail")
    ]
    assert [row.version for row in rows] == [1, 1, 2]
    assert rows[2].figures["offset_frames"] == pytest.approx(3.0, abs=0.5)
    assert rows[0].settings["keys"] == "frames" and rows[0].settings["medium"] == "film"
    assert rows[0].versions["blender"] == bpy.app.version_string and rows[0].versions["lockstep"]


def test_what_a_shot_is_delivered_for_tightens_its_limits(shot, deaf):
    from lockstep.engine.check.result import Limits
    from lockstep.engine.delivery import delivery_of

    loose = Limits(early=0.9, late=0.9)
    found = [looked_at(medium=name, limits=loose) for name in ("film", "broadcast")]
    wanted = [delivery_of(name).limits(loose) for name in ("film", "broadcast")]
    assert [one.limits for one in found] == [one[3].limits for one in deaf] == wanted
    assert [one[3].medium for one in deaf] == [delivery_of(name).medium for name in ("film", "broadcast")]
    assert kept.kept_of(shot, shot.lockstep_spans[0]).limits == wanted[1]


def test_a_shot_is_called_by_its_file_and_by_its_scene_where_there_are_several(shot):
    scene = bpy.context.scene
    assert preferences.shot_name(scene) == "shot"
    other = bpy.data.scenes.new("Close-up")
    assert (preferences.shot_name(scene), preferences.shot_name(other)) == ("shot Scene", "shot Close-up")
    other.lockstep.shot = " sc010/sh020 "
    assert preferences.shot_name(other) == "sc010/sh020"


# Without a window


def run(*arguments):
    return subprocess.run(
        [sys.executable, str(SCRIPT), *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        timeout=240,
        check=False,
    )


def test_a_process_of_its_own_checks_every_face_and_saves_nothing(shot, spoken, tmp_path):
    moving()
    compat.move(strip(), -4)
    file = tmp_path / "shot two.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(file))
    before = file.read_bytes()
    ledger, plot = tmp_path / "ledger.sqlite", tmp_path / "sync.png"
    page = tmp_path / "sync.html"
    given = ("--all", "--strict", "--ledger", ledger, "--plot", plot, "--html", page, "--json", "-")
    done = run(file, "check", *given)
    assert done.returncode == 3, done.stderr
    summary = json.loads(done.stdout.splitlines()[-1])
    assert summary["ok"] and [one["character"] for one in summary["checks"]] == ["Face", "Bob"]
    assert summary["checks"][0]["check"]["verdict"] == "fail" and summary["checks"][0]["audio"] == "said.wav"
    assert "Face, said (said.wav, strip said):" in done.stdout and "frames" in done.stdout
    assert file.read_bytes() == before
    assert {row.shot for row in Ledger(ledger).entries()} == {"shot two"}
    names = ["sync-1-Face-said", "sync-2-Bob-said_wav"]
    assert sorted(path.stem for path in tmp_path.glob("*.png")) == names
    assert sorted(path.stem for path in tmp_path.glob("*.html")) == names
    assert "data:image/png" in (tmp_path / f"{names[0]}.html").read_text(encoding="utf-8")


def test_the_command_checks_the_face_or_the_line_that_is_named(shot, deaf, capsys):
    assert headless.main(["check"]) == 0
    assert headless.main(["check", "--object", "Teeth", "--line", "1"]) == 0
    assert headless.main(["check", "--object", "Face", "--line", "said", "--strict"]) == 0
    assert headless.main(["check", "--strip", "said", "--language", "de"]) == 0
    assert capsys.readouterr().out.count("Face, said (said.wav, strip said)") == 4
    assert [one[3].language.code for one in deaf] == ["en", "en", "en", "de"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--object", "Nobody"], "There is no object 'Nobody' in the scene 'Scene'"),
        (["--line", "third"], "'Face' has no line 'third'; its lines are 'said'"),
        (["--strip", "none"], "There is no sound strip 'none'"),
        (["--language", "tlh"], "There is no language 'tlh'"),
        (["--rig", "wood"], "There is no rig 'wood'"),
        (["--scene", "None"], "There is no scene 'None'"),
        (["--all", "--strip", "said"], "--line, --start and --strip are for one face"),
        (["--plot", "sync.jpg"], "give it a name that ends in .png"),
        (["--html", "sync.txt"], "give it a name that ends in .html"),
        (["--medium", "radio"], "There is no delivery 'radio'"),
        (["--json", "no/such/folder.json"], "is not there; make it first"),
    ],
)
def test_what_makes_no_sense_is_said_in_one_sentence(shot, deaf, capsys, options, said):
    before = shots.dump()
    assert headless.main(["check", *options]) == 1
    told = [line for line in capsys.readouterr().err.splitlines() if line.startswith("lockstep:")]
    assert len(told) == 1 and said in told[0], told
    assert shots.dump() == before and not len(shot.lockstep_checks)


def test_with_all_a_face_that_cannot_be_checked_does_not_keep_the_others(shot, deaf, spoken, capsys):
    compat.strips(bpy.context.scene.sequence_editor).new_sound("music", str(spoken.other), 5, START)
    moving()
    assert headless.main(["check", "--all"]) == 1
    told = capsys.readouterr()
    assert "Face, said" in told.out and "lockstep: Bob: Several sounds play here" in told.err


def test_a_scene_in_which_nobody_speaks_is_said(fresh, capsys):
    faces.make_face()
    assert headless.main(["check"]) == 1
    assert headless.main(["check", "--all"]) == 1
    told = capsys.readouterr().err
    assert "Faces that speak a line here: none" in told and "speaks a line or moves its mouth; sync one first" in told
