"""The panel 'Voice': the takes of a line, another recording for it, and the report of the last swap with its map."""

from __future__ import annotations

import bpy
import numpy as np
import pytest
from lockstep.addon.lines import takes
from lockstep.addon.panels import acted, heard, modal, timemaps, voices
from test_acting import LINE, OTHER, TEXT, press, raise_key, shown, sync_with, to_second
from test_panel import drawn

SLOWER = 1.4
PANELS = (voices.LOCKSTEP_PT_voice, voices.LOCKSTEP_PT_report)


@pytest.fixture
def line(ear, face):
    """A face that speaks LINE from frame 11 on, with an edit by hand and a gesture; its line."""
    sync_with(ear.record("first", LINE), text=TEXT)
    raise_key(by=0.3)
    to_second(0.38)
    press("add_gesture", gesture="blink")
    return shown()


@pytest.fixture
def swapped(ear, line):
    """The same line after a swap to a slower voice."""
    press("choose_voice", filepath=ear.record("second", LINE, SLOWER))
    return shown()


def test_a_line_shows_its_take_and_how_to_give_it_another_voice(line):
    text = drawn(voices.LOCKSTEP_PT_voice)
    assert "Swap Voice…" in text and "first" in [item.label for item in line.takes]
    assert "en" in text and f"{line.takes[0].duration:.1f} s" in text
    assert not voices.LOCKSTEP_PT_report.poll(bpy.context)


def test_a_line_of_an_older_version_is_given_another_voice_by_the_button(ear, line):
    line.takes.clear()
    line.take, line.score, line.laid = -1, "", ""
    text = drawn(voices.LOCKSTEP_PT_voice)
    assert "older Lockstep" in text and "Swap Voice…" in text
    assert voices.swap_reason(bpy.context) == ""
    press("choose_voice", filepath=ear.record("second", LINE, SLOWER))
    assert [item.label for item in shown().takes] == ["first", "second"] and shown().take == 1


def test_another_recording_becomes_a_take_and_the_report_tells_what_became_of_the_acting(swapped):
    assert [item.label for item in swapped.takes] == ["first", "second"] and swapped.take == 1
    assert voices.LOCKSTEP_PT_report.poll(bpy.context)
    text = drawn(*PANELS)
    assert "2 items: 2 at their sound, 0 moved, 0 unplaced." in text
    assert "0.5 → 0.8 s" in text or "0.6 → 0.8 s" in text
    assert "Open Time Map" in text


def test_the_rows_stand_where_their_sounds_are_in_the_new_voice(ear, line):
    before = {row.name: takes.seconds_at(line, row.frame) for row in line.acting}
    press("choose_voice", filepath=ear.record("second", LINE, SLOWER))
    after = {row.name: takes.seconds_at(shown(), row.frame) for row in shown().acting}
    assert after.keys() == before.keys() and len(after) == 2
    for name, seconds in before.items():
        assert after[name] == pytest.approx(seconds * SLOWER, abs=0.03)


def test_what_is_not_said_is_listed_with_its_reason_and_a_click_leads_there(ear, face):
    sync_with(ear.record("first", LINE))
    to_second(1.33)  # the u, which the other recording does not say
    press("add_pin", shape="o")
    press("choose_voice", filepath=ear.record("other", OTHER))
    row = shown().acting[0]
    assert row.status in ("moved", "unplaced") and row.reason
    text = drawn(*PANELS, acted.LOCKSTEP_PT_acting)
    assert f"{row.what} at '{row.label}' {row.status}" in text
    assert row.reason.split()[0] in text
    bpy.context.scene.frame_set(1)
    press("pick_item", item=row.name)
    assert bpy.context.scene.frame_current == round(row.frame)


def test_the_take_before_is_used_again_by_its_button_and_all_is_as_it_was(ear, line):
    before = values()
    press("choose_voice", filepath=ear.record("second", LINE, SLOWER))
    assert not np.allclose(values(), before)
    press("use_take", index=0)
    assert shown().take == 0 and np.allclose(values(), before, atol=1e-3)


def values():
    from test_acting import values as of_curve

    return np.array(of_curve())


def test_a_take_keeps_the_name_that_it_is_given(swapped):
    swapped.takes[0].label = "Rehearsal"
    assert swapped.takes[0].label == "Rehearsal"
    press("use_take", index=0)
    assert [item.label for item in shown().takes] == ["Rehearsal", "second"]


def test_only_a_take_that_is_not_spoken_is_removed(swapped):
    with pytest.raises(RuntimeError, match="is the take that the line speaks"):
        press("remove_take", index=1)
    assert press("remove_take", index=0) == {"FINISHED"}
    assert [item.label for item in shown().takes] == ["second"]
    assert "first" not in drawn(voices.LOCKSTEP_PT_voice)


def test_the_map_is_made_after_drawing_and_once_for_what_it_shows(face, swapped, monkeypatch):
    from lockstep.engine.placing import picture as room

    made = []
    real = room.picture
    monkeypatch.setattr(room, "picture", lambda *given, **named: made.append(1) or real(*given, **named))
    timemaps.SHELF.icons.clear()
    drawn(*PANELS)
    assert not made and len(timemaps.SHELF.asked) == 1
    timemaps.SHELF.make_asked()
    drawn(*PANELS)
    timemaps.SHELF.make_asked()
    assert len(made) == 1
    icon = next(iter(timemaps.SHELF.icons.values()))
    assert min(icon.image_size) > 100
    press("delete_item")
    drawn(*PANELS)
    timemaps.SHELF.make_asked()
    assert len(made) == 2


def test_the_map_is_drawn_as_wide_as_the_sidebar(face, swapped, monkeypatch):
    monkeypatch.setattr(timemaps, "icon_of", lambda _face, _line: 7)
    assert "<picture>" in drawn(*PANELS)


def test_the_map_opens_as_an_image_with_its_top_row_on_top(swapped):
    assert press("open_time_map") == {"FINISHED"}
    image = bpy.data.images[timemaps.IMAGE]
    pixels = timemaps.picture_of(shown())
    height, width = pixels.shape[:2]
    assert tuple(image.size) == (width, height)
    found = np.array(image.pixels[:], np.float32).reshape(height, width, 4)[::-1]
    assert np.abs(found * 255.0 - pixels).max() < 1.0
    press("open_time_map")
    assert len([one for one in bpy.data.images if one.name.startswith(timemaps.IMAGE)]) == 1


def test_without_a_swap_there_is_no_map_to_open(line):
    with pytest.raises(RuntimeError, match="no swap to show"):
        press("open_time_map")


def test_the_button_says_why_it_cannot_be_pressed(fresh, face, monkeypatch):
    assert "has no line here yet" in voices.swap_reason(bpy.context)
    assert not bpy.ops.lockstep.choose_voice.poll()
    bpy.context.view_layer.objects.active = None
    assert "No object is active" in voices.swap_reason(bpy.context)
    monkeypatch.setattr(modal.Desk, "job", modal.Job(iter(()), None, None))
    assert voices.swap_reason(bpy.context).startswith("A sync is running; wait")


def test_a_recording_that_cannot_be_read_is_said_and_changes_nothing(line, tmp_path):
    before = values()
    for path, said in ((str(tmp_path / "none.wav"), "is not there"), ("", "No sound is chosen")):
        with pytest.raises(RuntimeError, match=said):
            press("choose_voice", filepath=path)
    assert len(shown().takes) == 1 and np.allclose(values(), before)


def test_drawing_does_no_work(swapped, monkeypatch):
    drawn(*PANELS)

    def forbidden(*_given, **_named):
        raise AssertionError("asked while drawing")

    for name in ("placed_of", "read", "score_of", "laid_of", "match", "matching"):
        monkeypatch.setattr(takes, name, forbidden)
    drawn(*PANELS, acted.LOCKSTEP_PT_acting, heard.LOCKSTEP_PT_heard)


def test_a_phrase_that_is_twice_as_long_changed_as_much_as_one_half_as_long():
    from lockstep.engine.placing.report import PhraseLine

    one, half, same, gone = (PhraseLine("a", old, new, 1.0) for old, new in ((1, 2), (2, 1), (1, 1), (1, 0)))
    assert voices._change(one) == pytest.approx(voices._change(half))
    assert voices._change(one) > voices._change(same) == 0.0
    assert voices._change(gone) > voices._change(one)
    assert voices._stretch(gone) == "1.0 s, left out" and voices._stretch(one) == "1.0 → 2.0 s"
