"""Brows and lids on a character: keyed where a gesture or an emotion moves them, the artist's own elsewhere."""

from __future__ import annotations

import bpy
import faces
import numpy as np
import pytest
from ears import Ear
from lockstep.addon.keys import keying
from lockstep.addon.lines import exchange, takes
from lockstep.addon.panels import correcting

LINE = "m a b i _ s u m e b a"


@pytest.fixture
def line(monkeypatch, tmp_path, fresh, face):
    """A face that speaks LINE from frame 11 on; its line."""
    from lockstep.engine import listen as room

    ear = Ear(tmp_path)
    monkeypatch.setattr(room, "listen", ear)
    bpy.context.scene.frame_set(11)
    settings = bpy.context.scene.lockstep
    settings.source, settings.audio, settings.language = "FILE", ear.record("first", LINE), "en"
    assert bpy.ops.lockstep.sync() == {"FINISHED"}
    return shown()


def shown():
    return correcting.shown_line(bpy.context)[1]


def to_second(seconds):
    frame = takes.frame_at(shown(), seconds)
    bpy.context.scene.frame_set(int(frame), subframe=frame - int(frame))


def points(name):
    found = keying.curve_of(bpy.data.objects["Face"].data.shape_keys, name)
    return np.array([point.co[:] for point in found.keyframe_points]) if found is not None else np.zeros((0, 2))


def test_a_line_without_acting_keys_no_brows_and_no_lids(line):
    assert len(points("jawOpen")) and not len(points("eyeBlinkLeft")) and not len(points("browInnerUp"))


def test_a_blink_closes_both_eyes_and_goes_when_it_is_deleted(line):
    mouth = points("jawOpen")
    to_second(1.0)
    assert bpy.ops.lockstep.add_gesture(gesture="blink", strength=1.0) == {"FINISHED"}
    left, right = points("eyeBlinkLeft"), points("eyeBlinkRight")
    assert np.array_equal(left, right) and left[:, 1].max() == pytest.approx(1.0, abs=0.02)
    assert abs(left[np.argmax(left[:, 1]), 0] - takes.frame_at(shown(), 1.0)) < 1.0
    shut = left[left[:, 1] > 0.0]
    assert left[0, 1] == left[-1, 1] == 0.0 and np.ptp(shut[:, 0]) < 0.4 * 24.0
    assert np.allclose(points("jawOpen"), mouth, atol=1e-4) and not len(points("browInnerUp"))
    item = shown().acting[0].name
    assert bpy.ops.lockstep.delete_item(item=item) == {"FINISHED"}
    assert not np.any(points("eyeBlinkLeft")[:, 1] if len(points("eyeBlinkLeft")) else 0.0)


def test_the_artists_own_brows_stay_where_no_acting_moves_them(line):
    block = faces.block(bpy.data.objects["Face"], "browInnerUp")
    for frame, value in ((15, 0.3), (20, 0.7)):
        block.value = value
        block.keyframe_insert("value", frame=frame)
    before = points("browInnerUp")
    to_second(1.0)
    assert bpy.ops.lockstep.add_gesture(gesture="blink", strength=1.0) == {"FINISHED"}
    assert np.array_equal(points("browInnerUp"), before)


def test_joy_smiles_through_the_line_and_shuts_the_lips_at_its_closures(line):
    to_second(takes.active_take(shown()).phones[0].end)
    assert bpy.ops.lockstep.add_emotion(feeling="joy", reach="PHRASE", strength=1.0) == {"FINISHED"}
    assert points("mouthSmileLeft")[:, 1].max() > 0.3
    take, span = takes.active_take(shown()), shown()
    key = bpy.data.objects["Face"].data.shape_keys
    jaw, close = keying.curve_of(key, "jawOpen"), keying.curve_of(key, "mouthClose")
    closures = [phone for phone in take.phones if phone.ipa in ("m", "b")]
    assert closures
    for phone in closures:
        first, last = (round(takes.frame_at(span, seconds)) for seconds in (phone.start, phone.end))
        assert min(jaw.evaluate(f) - close.evaluate(f) for f in range(first - 1, last + 2)) < 0.03


def test_a_nod_that_no_key_shows_is_told(line, monkeypatch):
    told = []
    performed = exchange.perform_again
    monkeypatch.setattr(exchange, "perform_again", lambda *given: told.append(performed(*given)) or told[-1])
    to_second(1.0)
    assert bpy.ops.lockstep.add_gesture(gesture="nod", strength=1.0) == {"FINISHED"}
    assert "The rig has no key for 'nod'." in told[0].notes
