"""The list of a line's acting and what its buttons do to the animation, each in one step of undo."""

from __future__ import annotations

import bpy
import faces
import numpy as np
import pytest
from lockstep.addon.keys import keying
from lockstep.addon.lines import acting, takes
from lockstep.addon.panels import acted, adding, correcting, directing, export, main, modal
from test_panel import drawn

LINE = "m a b i _ s u m e b a"
OTHER = "m a b i _ m e b a"
TEXT = "mab isu meb a"


@pytest.fixture
def line(ear, face):
    """A face that speaks LINE from frame 11 on; its line."""
    sync_with(ear.record("first", LINE), text=TEXT)
    return shown()


def sync_with(path, frame=11, **settings):
    scene = bpy.context.scene
    scene.frame_set(frame)
    scene.lockstep.source, scene.lockstep.audio = "FILE", path
    for name, value in {"language": "en", **settings}.items():
        setattr(scene.lockstep, name, value)
    assert bpy.ops.lockstep.sync() == {"FINISHED"}


def shown():
    return correcting.shown_line(bpy.context)[1]


def undo_points():
    """Blender's module keeps no undo steps in the background until one is pushed."""
    bpy.ops.ed.undo_push(message="before")


def press(name, **given):
    """Press a button as a hand would: with its step of undo."""
    return getattr(bpy.ops.lockstep, name)("EXEC_DEFAULT", True, **given)


def to_second(seconds):
    """Move the playhead to a second of the take."""
    scene = bpy.context.scene
    frame = takes.frame_at(shown(), seconds)
    scene.frame_set(int(frame), subframe=frame - int(frame))


def curve(name="jawOpen"):
    key = bpy.data.objects["Face"].data.shape_keys
    found = keying.curve_of(key, name)
    return (
        []
        if found is None
        else [(*point.co, *point.handle_left, *point.handle_right) for point in found.keyframe_points]
    )


def everything():
    return {name: curve(name) for name in faces.MOUTH}


def alike(one, other, tolerance=1e-3):
    assert one.keys() == other.keys()
    for name in one:
        assert np.shape(one[name]) == np.shape(other[name]), name
        assert np.allclose(one[name], other[name], atol=tolerance), name
    return True


def raise_key(name="jawOpen", by=0.2):
    """Change one key in the middle of a curve by hand; gives its frame."""
    found = keying.curve_of(bpy.data.objects["Face"].data.shape_keys, name)
    inside = [point for point in found.keyframe_points if point.co[1] > 0.05]
    point = inside[len(inside) // 2]
    for part in ("co", "handle_left", "handle_right"):
        getattr(point, part)[1] += by
    found.update()
    return point.co[0]


def rows():
    return [(row.kind, row.what, row.status) for row in shown().acting]


def test_a_line_begins_without_items_and_the_panel_says_what_to_do(line):
    text = drawn(acted.LOCKSTEP_PT_acting)
    assert len(line.acting) == 0 and "add below" in text and "See My Edits" in text
    for name in ("Emphasis…", "Emotion…", "Gesture…", "Pin Shape…"):
        assert name in text


def test_a_key_changed_by_hand_is_listed_when_asked_for_and_stands_as_it_was(line):
    frame = raise_key()
    before = everything()
    assert press("see_edits") == {"FINISHED"}
    assert rows() == [("edit", "jawOpen", "matched")]
    assert shown().acting[0].frame == pytest.approx(frame, abs=1e-2)
    assert alike(before, everything())
    assert "1 key" in drawn(acted.LOCKSTEP_PT_acting)


def test_a_click_in_the_list_goes_to_the_frame(line):
    frame = raise_key()
    press("see_edits")
    to_second(0.0)
    shown().act = 0
    assert bpy.context.scene.frame_current == round(frame)


def test_muting_shows_the_syncs_own_curve_and_unmuting_the_edit_again(line):
    own = everything()
    raise_key()
    edited = everything()
    press("see_edits")
    item = shown().acting[0].name
    assert press("mute_item", item=item) == {"FINISHED"}
    assert alike(own, everything()) and shown().acting[0].muted
    press("mute_item", item=item)
    assert alike(edited, everything()) and not shown().acting[0].muted


def test_deleting_an_edit_gives_the_syncs_own_curve_and_one_undo_the_edit(line):
    own = everything()
    raise_key()
    press("see_edits")
    edited = everything()
    undo_points()
    assert press("delete_item") == {"FINISHED"}
    assert alike(own, everything()) and len(shown().acting) == 0
    bpy.ops.ed.undo()
    assert alike(edited, everything()) and len(shown().acting) == 1


def test_an_edit_is_moved_to_the_playhead(line):
    raise_key(by=0.3)
    press("see_edits")
    before = values()
    old = shown().acting[0].frame
    to_second(takes.seconds_at(shown(), old) + 0.5)
    undo_points()
    assert press("anchor_item") == {"FINISHED"}
    now = bpy.context.scene.frame_current_final
    assert shown().acting[0].frame == pytest.approx(now, abs=0.02)
    assert any(abs(point[0] - now) < 0.02 for point in curve())
    assert not np.allclose(values(), before)
    bpy.ops.ed.undo()
    assert np.allclose(values(), before) and shown().acting[0].frame == pytest.approx(old, abs=1e-2)


def values(name="jawOpen"):
    return faces.values(bpy.data.objects["Face"], name, range(1, 70))


@pytest.mark.parametrize(
    ("name", "given", "what", "moves"),
    [
        ("add_emphasis", {"amount": 0.9}, "Emphasis", "jawOpen"),
        ("add_emotion", {"feeling": "joy", "reach": "PHRASE", "strength": 1.0}, "Joy", "mouthSmileLeft"),
        ("add_gesture", {"gesture": "blink", "strength": 1.0}, "Blink", "eyeBlinkLeft"),
        ("add_pin", {"shape": "u"}, "Shape u", "mouthPucker"),
    ],
)
def test_each_kind_of_item_is_added_at_the_playhead_and_seen_in_the_face(line, name, given, what, moves):
    before = values(moves) if curve(moves) else np.zeros(69)
    to_second(0.38)  # within the first a
    undo_points()
    assert press(name, **given) == {"FINISHED"}
    assert [row.what for row in shown().acting] == [what]
    assert shown().acting[0].label.startswith("mab")
    assert np.abs(np.array(values(moves)) - before).max() > 0.02
    assert "".join(acted.ICONS[row.kind] for row in shown().acting)
    bpy.ops.ed.undo()
    assert len(shown().acting) == 0
    after = values(moves) if curve(moves) else np.zeros(69)
    assert np.allclose(after, before)


def test_an_emotion_lasts_as_long_as_is_asked(line):
    scene = bpy.context.scene
    to_second(0.38)
    with pytest.raises(RuntimeError, match="no preview range"):
        press("add_emotion", reach="RANGE")
    scene.use_preview_range, scene.frame_preview_start, scene.frame_preview_end = True, 20, 40
    for reach in ("WORD", "PHRASE", "LINE", "RANGE"):
        press("add_emotion", feeling="anger", reach=reach)
    found = {row.name: (row.frame, row.last) for row in shown().acting}
    first, phrase, whole, preview = (found[f"emotion-{number}"] for number in (1, 2, 3, 4))
    assert preview == pytest.approx((20.0, 40.0), abs=0.02)
    assert first[1] - first[0] < phrase[1] - phrase[0] < whole[1] - whole[0]


def test_the_item_that_was_added_is_the_chosen_one_and_the_playhead_stays(line):
    to_second(1.2)
    press("add_gesture", gesture="nod")
    frame = bpy.context.scene.frame_current
    to_second(0.3)
    press("add_gesture", gesture="blink")
    chosen = shown().acting[shown().act]
    assert chosen.what == "Blink" and bpy.context.scene.frame_current < frame


def test_the_values_of_an_item_are_changed(line):
    to_second(0.38)
    press("add_gesture", gesture="blink", strength=0.2)
    before = max(values("eyeBlinkLeft"))
    undo_points()
    assert press("change_item", strength=0.9, duration=0.3) == {"FINISHED"}
    gesture = takes.score_of(shown()).gestures[0]
    assert (round(gesture.strength, 3), round(gesture.duration, 3), gesture.name) == (0.9, 0.3, "blink")
    assert max(values("eyeBlinkLeft")) > before + 0.2
    bpy.ops.ed.undo()
    assert max(values("eyeBlinkLeft")) == pytest.approx(before, abs=1e-4)


def test_what_makes_no_sense_is_said_and_changes_nothing(line):
    before = everything()
    to_second(0.05)
    for name, given, said in (
        ("add_pin", {"shape": "u"}, "Nobody speaks at the playhead"),
        ("add_emphasis", {}, "Nobody speaks at the playhead"),
        ("delete_item", {}, "Nothing is chosen"),
        ("mute_item", {"item": "edit-9"}, "no such item any more"),
    ):
        with pytest.raises(RuntimeError, match=said):
            press(name, **given)
    to_second(0.38)
    for shape, said in (("ab", "not one sound"), ("7", "no sound"), ("", "not one sound")):
        with pytest.raises(RuntimeError, match=said):
            press("add_pin", shape=shape)
    assert alike(before, everything()) and len(shown().acting) == 0


def test_shapes_are_offered_with_words_for_those_who_read_no_ipa(line):
    to_second(0.38)
    adding._offer("en")
    seen = dict(offer.split(maxsplit=1) for offer in adding._shapes(None, None, ""))
    assert seen["p"] == "lips shut" and seen["f"] == "lip on teeth" and seen["u"] == "rounded, nearly closed"
    assert seen["ʃ"].startswith("pushed out") and seen["θ"].startswith("tongue out") and seen["ɑ"] == "wide open"
    assert seen["i"].startswith("spread")
    assert {adding.shape_of(offer) for offer in adding._shapes(None, None, "shut")} == {"p", "b", "m"}
    press("add_pin", shape="u rounded, nearly closed")
    assert takes.score_of(shown()).pins[0].shape == "u"


def test_an_edit_has_no_values_to_change(line):
    raise_key()
    press("see_edits")
    with pytest.raises(RuntimeError, match="no value to change"):
        press("change_item", strength=0.3)


def test_the_style_is_applied_to_the_line_and_edits_stay(line):
    frame = raise_key(by=0.3)
    edited = [point for point in curve() if abs(point[0] - frame) < 0.01]
    plain = max(values("mouthSmileLeft") + values("mouthPucker"))
    bpy.context.scene.lockstep.intensity = 0.3
    assert press("apply_style") == {"FINISHED"}
    assert takes.score_of(shown()).style.intensity == pytest.approx(0.3)
    assert [point[:2] for point in curve() if abs(point[0] - frame) < 0.01] == [pytest.approx(edited[0][:2], abs=1e-3)]
    assert max(values("mouthSmileLeft") + values("mouthPucker")) < 0.6 * plain


def test_buttons_are_grey_for_a_reason(fresh, monkeypatch):
    every = [*directing.CLASSES, *adding.CLASSES, *export.CLASSES]
    assert directing.disabled_reason(bpy.context) == directing.NOBODY
    assert not any(kind.poll(bpy.context) for kind in every)
    faces.activate(faces.make_face())
    assert all(kind.poll(bpy.context) for kind in every)
    for kind in every:
        with pytest.raises(RuntimeError, match="has no line here yet"):
            press(kind.bl_idname.split(".")[1])
    monkeypatch.setattr(modal.Desk, "job", modal.Job(iter(()), None, None))
    assert directing.disabled_reason(bpy.context).startswith("A sync is running; wait")


def test_nothing_is_read_or_gathered_while_the_panel_is_drawn(line, monkeypatch):
    raise_key()
    press("see_edits")

    def forbidden(*_given, **_named):
        raise AssertionError("asked while drawing")

    for name in ("placed_of", "read", "score_of", "laid_of"):
        monkeypatch.setattr(takes, name, forbidden)
    assert "1 key" in drawn(acted.LOCKSTEP_PT_acting, main.LOCKSTEP_PT_face)


# Files


def test_acting_goes_out_to_a_file_and_comes_in_again(line, tmp_path):
    raise_key()
    to_second(0.38)
    press("add_gesture", gesture="blink")
    path = tmp_path / "a.score.json"
    assert press("export_acting", filepath=str(path)) == {"FINISHED"}
    with_acting = everything()
    before = rows()
    for row in [row.name for row in shown().acting]:
        press("delete_item", item=row)
    assert not rows()
    undo_points()
    assert press("import_acting", filepath=str(path)) == {"FINISHED"}
    assert rows() == before and alike(with_acting, everything())
    bpy.ops.ed.undo()
    assert not rows()


def test_an_export_holds_edits_that_nobody_asked_to_see(line, tmp_path):
    from lockstep.engine.score.file import read_score

    raise_key()
    press("export_acting", filepath=str(tmp_path / "b"))
    score = read_score(tmp_path / "b.score.json")
    assert [edit.curve.name for edit in score.edits] == ["jawOpen"]


def test_what_is_in_the_file_already_is_not_taken_twice(line, tmp_path):
    to_second(0.38)
    press("add_gesture", gesture="blink")
    press("export_acting", filepath=str(tmp_path / "c"))
    press("add_emphasis")
    press("import_acting", filepath=str(tmp_path / "c.score.json"))
    assert sorted(row.what for row in shown().acting) == ["Blink", "Emphasis"]


def test_a_take_goes_out_to_a_file(line, tmp_path):
    from lockstep.engine.take import read_take

    assert press("export_take", filepath=str(tmp_path / "t.take.json")) == {"FINISHED"}
    assert read_take(tmp_path / "t.take.json").phones == takes.active_take(line).phones


def test_a_face_goes_out_to_a_file_with_what_acts_in_it(line, tmp_path):
    from lockstep.engine.mouth.file import read_face

    press("add_gesture", gesture="blink")
    assert press("export_face", filepath=str(tmp_path / "f")) == {"FINISHED"}
    face = read_face(tmp_path / "f.face.json")
    assert face.contacts and face.channels["jaw"].max() > 0.1
    assert any(values.max() > 0.1 for values in face.expression.values())


@pytest.mark.parametrize(
    "content", [None, "", "{", '{"format": "lockstep.take"}', '{"format": "lockstep.score", "version": 99}']
)
def test_a_bad_file_is_said_in_a_sentence_and_changes_nothing(line, tmp_path, content):
    path = tmp_path / "bad.score.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    before = faces.fingerprint(), everything()
    with pytest.raises(RuntimeError, match=r"[.]\n?$") as caught:
        press("import_acting", filepath=str(path))
    assert "Traceback" not in str(caught.value)
    assert before[0] == faces.fingerprint() and alike(before[1], everything())


def test_a_file_that_cannot_be_written_is_said(line, tmp_path):
    for name in ("export_take", "export_acting", "export_face"):
        with pytest.raises(RuntimeError, match="is not there; make it first"):
            press(name, filepath=str(tmp_path / "no" / "x"))
        with pytest.raises(RuntimeError, match="No file is named"):
            press(name, filepath="")
    assert not (tmp_path / "no").exists()


def test_a_line_of_an_older_version_is_shown_with_what_to_do(line):
    line.takes.clear()
    line.take = -1
    assert "older Lockstep" in drawn(acted.LOCKSTEP_PT_acting)
    with pytest.raises(RuntimeError, match="older Lockstep"):
        press("add_gesture")
    acting.refresh(line)
    assert len(line.acting) == 0
