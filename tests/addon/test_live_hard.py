"""Live among odd deeds of an artist and odd words of a listener: the artist's own values are what is left of it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import bpy
import faces
import pytest
from lockstep.addon.live import kept, offers, session
from lockstep.addon.panels import live as panel
from lockstep.engine.live.wire import End, encode
from speaking import begun, drive, moment, start, tick, until, values
from test_live import SPOKEN, _called, animate, crashed, shown
from test_panel import drawn


def say(line, at, **channels):
    """A moment, shown after the face was looked for anew."""
    session.current()._looked = -1e9
    line.say(moment(at=at, **channels))
    until(lambda: session.current().moment.time == at)


def linked(path, thing):
    """The object of a file as an override in an empty one."""
    bpy.ops.wm.save_as_mainfile(filepath=str(path))
    name = thing.name
    bpy.ops.wm.read_factory_settings(use_empty=True)
    with bpy.data.libraries.load(str(path), link=True) as (_, into):
        into.objects = [name]
    bpy.context.scene.collection.objects.link(into.objects[0])
    own = into.objects[0].override_create(remap_local_usages=True)
    faces.activate(own)
    return own


# What is done to the keys


def test_a_range_made_narrower_than_what_is_shown_is_no_value_of_the_artists(mouth, listener):
    drive(listener, **SPOKEN)
    faces.block(mouth, "jawOpen").slider_max = 0.3
    say(listener, 0.2, jaw=1.0)
    assert shown(mouth) == pytest.approx(0.3)
    faces.block(mouth, "jawOpen").slider_max = 2.0
    say(listener, 0.3, jaw=1.0)
    session.stop()
    assert shown(mouth) == 0.125


def test_a_key_with_another_name_at_another_place_has_its_value_again(mouth, listener):
    drive(listener, **SPOKEN)
    faces.block(mouth, "jawOpen").name = "renamed"
    mouth.active_shape_key_index = 1
    bpy.ops.object.shape_key_move(type="BOTTOM")
    mouth.shape_key_add(name="new", from_mix=False).value = 0.0
    say(listener, 0.2, jaw=1.0)
    session.stop()
    assert shown(mouth, "renamed") == 0.125 and shown(mouth, "new") == 0.0


def test_keys_whose_names_were_exchanged_have_their_own_values_again(mouth, listener):
    drive(listener, **SPOKEN)
    one, other = faces.block(mouth, "jawOpen"), faces.block(mouth, "mouthSmileLeft")
    one.name = "x"
    other.name = "jawOpen"
    one.name = "mouthSmileLeft"
    say(listener, 0.2, jaw=1.0)
    session.stop()
    assert shown(mouth, "mouthSmileLeft") == 0.125 and shown(mouth, "jawOpen") == 0.5


def test_keys_muted_locked_and_moved_about_have_their_values_again(mouth, listener):
    before = values(mouth)
    drive(listener, **SPOKEN)
    mouth.active_shape_key_index = 1
    bpy.ops.object.shape_key_move(type="BOTTOM")
    faces.block(mouth, "mouthFunnel").mute = True
    faces.block(mouth, "mouthSmileLeft").lock_shape = True
    say(listener, 0.2, jaw=1.0)
    faces.block(mouth, "mouthFunnel").mute = False
    session.stop()
    assert values(mouth) == before


def test_keys_cleared_and_made_anew_stay_as_they_were_made(mouth, listener):
    drive(listener, **SPOKEN)
    mouth.shape_key_clear()
    for name in ("Basis", "jawOpen", "mouthFunnel"):
        mouth.shape_key_add(name=name, from_mix=False).value = 0.0
    session.current()._looked = -1e9
    tick(3)
    session.abandon()
    assert set(values(mouth).values()) == {0.0}


def test_a_key_inserted_meanwhile_is_the_artists_and_an_action_exchanged_is_seen(mouth, listener):
    animate(mouth, "mouthFunnel")
    before = values(mouth)
    drive(listener, **SPOKEN)
    faces.block(mouth, "jawOpen").keyframe_insert("value", frame=1)
    data = mouth.data.shape_keys.animation_data
    data.action = data.action.copy()
    bpy.context.view_layer.update()
    say(listener, 0.2, jaw=0.1)
    session.stop()
    assert values(mouth) == before
    assert faces.curves(mouth)["jawOpen"][0][1] == pytest.approx(0.82, abs=0.01)


def test_modes_of_the_mesh_change_nothing(mouth, listener):
    before = values(mouth)
    drive(listener, **SPOKEN)
    for number, mode in enumerate(("EDIT", "OBJECT", "SCULPT", "OBJECT")):
        bpy.ops.object.mode_set(mode=mode)
        say(listener, number + 1.0, jaw=0.2 * number)
    session.stop()
    assert values(mouth) == before


# Copies and other files


def test_a_copy_made_meanwhile_is_saved_as_the_face_was_and_healed_soon(mouth, listener, tmp_path):
    before = values(mouth)
    drive(listener, **SPOKEN)
    bpy.ops.object.duplicate()
    other = bpy.context.view_layer.objects.active
    assert other != mouth and shown(other) > 0.5
    path = tmp_path / "saved.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(path))
    with bpy.data.libraries.load(str(shutil.copy(path, tmp_path / "copy.blend"))) as (there, into):
        into.meshes = list(there.meshes)
    assert [mesh.shape_keys.key_blocks["jawOpen"].value for mesh in into.meshes] == [0.125, 0.125]
    say(listener, 0.2, jaw=1.0)
    faces.activate(mouth)
    bpy.ops.object.duplicate()
    third = bpy.context.view_layer.objects.active
    say(listener, 0.3, jaw=0.5)
    assert values(other) == values(third) == before and shown(mouth) > 0.3
    session.abandon()
    assert values(mouth) == before


def test_a_mesh_made_single_meanwhile_leaves_both_as_they_were(mouth, listener):
    other = mouth.copy()
    bpy.context.scene.collection.objects.link(other)
    before = values(mouth)
    drive(listener, **SPOKEN)
    mouth.data = mouth.data.copy()
    say(listener, 0.2, jaw=1.0)
    session.stop()
    assert values(mouth) == values(other) == before


@pytest.mark.parametrize("link", [False, True])
def test_a_face_brought_from_a_crashed_file_is_as_its_artist_left_it(mouth, listener, tmp_path, link):
    before = values(mouth)
    drive(listener, **SPOKEN)
    path = tmp_path / "crashed.blend"
    crashed(path)
    session.abandon()
    bpy.ops.wm.read_factory_settings(use_empty=True)
    (bpy.ops.wm.link if link else bpy.ops.wm.append)(directory=str(path) + "/Object/", filename="Face")
    if not hasattr(bpy.app.handlers, "blend_import_post"):  # 4.2: before the file is saved
        bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "brought.blend"), copy=True)
    thing = bpy.data.objects["Face"]
    assert values(thing) == before and thing.data.shape_keys.lockstep_live == ""


def test_a_render_of_an_override_shows_what_the_artist_made(mouth, listener, tmp_path):
    own = linked(tmp_path / "library.blend", mouth)
    before = values(own)
    drive(listener, **SPOKEN)
    assert shown(own) > 0.5
    _called("render_init")(bpy.context.scene)
    assert values(own) == before
    _called("render_complete")(bpy.context.scene)
    say(listener, 0.3, jaw=1.0)
    assert shown(own) > 0.9
    session.stop()
    assert values(own) == before


def test_a_library_loaded_anew_or_made_local_meanwhile_loses_nothing(mouth, listener, tmp_path):
    own = linked(tmp_path / "library.blend", mouth)
    before = values(own)
    drive(listener, **SPOKEN)
    bpy.data.libraries[0].reload()
    session.current()._looked = -1e9
    tick(3)
    own = bpy.data.objects["Face"]
    own.data.make_local()
    session.current()._looked = -1e9
    tick(3)
    session.abandon()
    assert values(bpy.data.objects["Face"]) == before
    assert all(key.lockstep_live == "" for key in bpy.data.shape_keys)


# What a listener may say


def test_numbers_beyond_all_measure_end_it_with_a_sentence(mouth, listener):
    before = values(mouth)
    start(listener)
    listener.say(begun())
    values13 = b",".join([b"0"] * 13)
    listener.send(b'{"say":"moment","time":1' + b"0" * 400 + b',"values":[' + values13 + b'],"phone":"a","level":-1}\n')
    until(lambda: session.current() is None)
    assert session.Desk.failed and "no listener" in session.Desk.said and values(mouth) == before


@pytest.mark.parametrize(("was", "said"), [(b"-20.0", b"20.0"), (b"[0.0,", b"[1.5,"), (b"[0.0,", b"[")])
def test_a_moment_that_cannot_be_ends_it_with_what_to_do(mouth, listener, was, said):
    live = drive(listener, jaw=0.5)
    line = encode(moment(at=0.2))
    assert was in line
    listener.send(line.replace(was, said, 1))
    until(lambda: session.current() is None)
    assert live.failed and "run 'lockstep listen'" in session.Desk.said
    assert shown(mouth) == 0.125


def test_names_that_are_no_text_are_shown_all_the_same(mouth, listener):
    live = start(listener)
    listener.say(begun(sound="caf\udce9.wav"), moment(jaw=0.5))
    until(lambda: live.moment is not None)
    drawn(panel.LOCKSTEP_PT_live).encode("utf-8")
    assert live.begun.sound == "caf?.wav"


@pytest.mark.skipif(os.name != "posix", reason="only there may a folder have a name that is no text")
def test_a_recording_at_a_path_that_is_no_text_is_told_of(mouth, listener, tmp_path):
    folder = tmp_path / os.fsdecode(b"r\xff")
    try:
        folder.mkdir()
    except OSError:
        pytest.skip("this file system has no such names")
    path = str(folder / "Live.wav")
    Path(path).write_bytes(b"RIFF0000WAVE")
    live = start(listener)
    listener.say(begun(recording=path, own=True), moment(at=2.0, jaw=1.0))
    until(lambda: live.moment is not None)
    session.stop()
    listener.say(End("The face has stopped.", path, 2.0))
    until(lambda: session.current() is None)
    assert "cannot keep" in session.Desk.said and "r?/Live.wav" in session.Desk.said
    assert not list(offers.offered(bpy.context.scene)) and Path(path).exists()


@pytest.mark.parametrize("path", ["x" * 5000, "a\0b", "relative.wav", ""])
def test_a_recording_that_cannot_be_is_not_offered(mouth, listener, path):
    live = start(listener)
    listener.say(begun(recording=path, own=True), moment(at=2.0, jaw=0.5))
    until(lambda: live.moment is not None)
    session.stop()
    listener.say(End("The face has stopped.", path, 2.0))
    until(lambda: session.current() is None)
    assert not list(offers.offered(bpy.context.scene))


def test_what_is_kept_follows_names(mouth):
    key = mouth.data.shape_keys
    kept.keep(key, {"jawOpen": 0.5, "mouthFunnel": 0.25})
    kept.rename(key, {"jawOpen": "mouthFunnel"})
    assert kept.kept(key) == {"mouthFunnel": 0.5}
    kept.rename(key, {"mouthFunnel": "jawOpen", "jawOpen": "mouthFunnel"})
    assert kept.kept(key) == {"jawOpen": 0.5}
