"""Frames that pass while a face is driven: curves that do not move their key leave the artist's value alone."""

from __future__ import annotations

import bpy
import faces
import pytest
from lockstep.addon.live import session
from speaking import drive, moment, until, values
from test_live import SPOKEN, animate, shown


@pytest.fixture
def animated(face):
    """A face whose jaw has a curve, which ends before the frames that are shown."""
    animate(face, ends=(0.0, 0.125))
    return face


def mute_curve(key):
    data = key.animation_data
    bag = data.action.layers[0].strips[0].channelbags[0] if hasattr(data.action, "layers") else data.action
    bag.fcurves[0].mute = True


def mute_track(key):
    data = key.animation_data
    action, data.action = data.action, None
    track = data.nla_tracks.new()
    track.strips.new("Early", 1, action)
    track.mute = True


@pytest.mark.parametrize("still", [mute_curve, mute_track])
def test_a_curve_that_is_muted_meanwhile_leaves_the_artists_value(animated, listener, still):
    scene = bpy.context.scene
    scene.frame_set(51)
    before = values(animated)
    assert shown(animated) == 0.125
    drive(listener, **SPOKEN)
    still(animated.data.shape_keys)
    scene.frame_set(52)
    listener.say(moment(at=0.2, **SPOKEN))
    until(lambda: session.current().moment.time == 0.2)
    assert shown(animated) > 0.6
    scene.frame_set(53)
    session.stop()
    assert values(animated) == before


def test_a_value_given_right_before_a_frame_is_kept_where_the_track_is_muted(animated, listener):
    mute_track(animated.data.shape_keys)
    bpy.context.scene.frame_set(51)
    drive(listener, **SPOKEN)
    faces.block(animated, "jawOpen").value = 0.375
    bpy.context.scene.frame_set(52)
    session.stop()
    assert shown(animated) == 0.375
