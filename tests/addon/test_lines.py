"""Lines one after another, actors beside each other: each sync touches its own stretch of its own face."""

from __future__ import annotations

import bpy
import faces
import pytest
import voice
from lockstep.addon import compat
from lockstep.addon.sound import strips

LENGTH = 60  # frames, more than the line lasts


def spans_of(face):
    return [(span.first, span.last) for span in face.lockstep_spans]


def test_lines_one_after_another_leave_one_another_alone(face, sound, press):
    press(audio=str(sound), frame=1)
    first = faces.curves(face)
    press(audio=str(sound), frame=101)
    second = faces.curves(face)
    for name, keys in first.items():
        assert [key for key in second[name] if key[0] <= LENGTH] == keys
        moved = [(frame - 100, value) for frame, value in second[name] if frame > LENGTH + 10]
        assert [frame for frame, _ in moved] == [frame for frame, _ in keys]
        assert [value for _, value in moved] == pytest.approx([value for _, value in keys], abs=1e-3)
    assert len(strips.sound_strips(bpy.context.scene)) == 2
    assert [action.name for action in bpy.data.actions if action.use_fake_user] == []


def test_a_line_right_behind_another_keeps_the_end_of_the_first(face, sound, press):
    press(audio=str(sound), frame=1)
    (strip,) = strips.sound_strips(bpy.context.scene)
    end = compat.right_handle(strip)
    before = faces.curves(face)["jawOpen"]
    press(audio=str(sound), frame=end)
    after = faces.curves(face)["jawOpen"]
    assert [key for key in after if key[0] < end] == [key for key in before if key[0] < end]
    assert max(value for frame, value in after if frame > end) > 0.1
    assert after[-1][1] == 0.0


def test_lines_that_overlap_stand_on_channels_of_their_own_and_the_later_one_rules(face, sound, press):
    press(audio=str(sound), frame=1)
    press(audio=str(sound), frame=21)
    channels = {strip.channel for strip in strips.sound_strips(bpy.context.scene)}
    assert len(channels) == 2
    assert [action for action in bpy.data.actions if action.name.startswith("Lockstep backup")]


def test_the_same_line_again_gives_the_same_keys_and_keeps_no_copy_of_what_is_known(face, sound, press):
    press(audio=str(sound))
    first = faces.curves(face)
    press()
    assert faces.curves(face) == first
    assert not [action for action in bpy.data.actions if action.use_fake_user]
    assert len(spans_of(face)) == 1


def test_a_resting_smile_is_at_rest_again_after_each_line_and_each_repetition(face, sound, press):
    smile = faces.block(face, "mouthSmileLeft")
    smile.value = 0.25
    for _ in range(3):
        press(audio=str(sound), frame=1)
    press(audio=str(sound), frame=45)
    keys = faces.curves(face).get("mouthSmileLeft", [(0, 0.25)])
    assert keys[0][1] == keys[-1][1] == pytest.approx(0.25)
    assert min(value for _, value in keys) >= 0.25 - 1e-4


def test_animation_of_the_artist_outside_the_sound_stays(face, sound, press):
    block = faces.block(face, "jawOpen")
    for frame, value in ((-40, 0.0), (-20, 0.6), (150, 0.1), (180, 0.8)):
        block.value = value
        block.keyframe_insert("value", frame=frame)
    outside = [*range(-50, 1), *range(LENGTH, 200)]
    before = faces.values(face, "jawOpen", outside)
    press(audio=str(sound), frame=1)
    assert faces.values(face, "jawOpen", outside) == pytest.approx(before, abs=2e-5)
    block = faces.block(face, "eyeBlinkLeft")
    block.keyframe_insert("value", frame=20)
    press()
    assert faces.curves(face)["eyeBlinkLeft"] == [(20.0, 0.0)]


def test_what_the_artist_had_inside_is_kept(face, sound, press):
    block = faces.block(face, "jawOpen")
    for frame, value in ((1, 0.0), (20, 0.9), (40, 0.3)):
        block.value = value
        block.keyframe_insert("value", frame=frame)
    before = faces.values(face, "jawOpen", range(1, 41))
    press(audio=str(sound), frame=1)
    (backup,) = (action for action in bpy.data.actions if action.use_fake_user)
    (curve,) = compat.curves(backup, backup.slots[0] if compat.has_slots() else None)
    assert [curve.evaluate(frame) for frame in range(1, 41)] == pytest.approx(before, abs=1e-6)


def test_two_actors_speak_each_their_own_line(fresh, sound, press):
    ann, bob = faces.make_face("Ann"), faces.make_face("Bob", place=(5, 0, 0))
    press(ann, audio=str(sound), frame=1)
    spoken = faces.curves(ann)
    press(bob, audio=str(sound), frame=30)
    assert faces.curves(ann) == spoken
    assert faces.curves(bob)["jawOpen"] != spoken["jawOpen"]
    assert len(strips.sound_strips(fresh)) == 2
    actions = {thing.data.shape_keys.animation_data.action.name for thing in (ann, bob)}
    assert actions == {"Lockstep Ann", "Lockstep Bob"}


def test_a_copy_of_a_character_that_shares_its_action_gets_an_action_of_its_own(fresh, sound, press):
    ann = faces.make_face("Ann")
    press(ann, audio=str(sound), frame=1)
    spoken = faces.curves(ann)
    copy = bpy.data.objects.new("Ann 2", ann.data.copy())
    fresh.collection.objects.link(copy)
    copy.location.x = 5
    bpy.context.view_layer.update()
    key = copy.data.shape_keys
    if key.animation_data is None or key.animation_data.action is None:
        ours = ann.data.shape_keys
        compat.assign(key, ours.animation_data.action, compat.slot_of(ours))
    assert faces.curves(copy) == spoken
    press(copy, audio=str(sound), frame=15)
    assert faces.curves(ann) == spoken
    assert faces.curves(copy) != spoken


@pytest.mark.parametrize(
    ("fps", "base", "start"), [(24, 1.0, 1), (25, 1.0, 101), (30, 1.001, -50), (30, 1.0, 1), (60, 1.0, 0), (1, 0.05, 5)]
)
def test_keys_stand_on_their_sound_at_any_rate_and_any_first_frame(face, sound, press, fps, base, start):
    scene = bpy.context.scene
    scene.render.fps, scene.render.fps_base = fps, base
    scene.frame_start = start
    press(audio=str(sound), frame=start, lead=0.0)
    (strip,) = strips.sound_strips(scene)
    assert compat.left_handle(strip) == start
    rate = fps / base
    for begin, end, ipa in voice.phones("m a b i _ s u m e b a"):
        middle = start + (begin + end) / 2 * rate
        (jaw,) = faces.values(face, "jawOpen", [middle])
        if ipa == "a":
            assert jaw > 0.15, (ipa, begin)
    last = max(keys[-1][0] for keys in faces.curves(face).values())
    assert scene.frame_end >= last - 1


def test_in_and_out_cut_the_sound_and_the_strip(face, sound, press):
    press(audio=str(sound), frame=10, use_part=True, sound_in=0.2, sound_out=0.8)
    (strip,) = strips.sound_strips(bpy.context.scene)
    assert compat.left_handle(strip) == 10
    assert compat.right_handle(strip) == 10 + round(0.6 * 24)
    assert compat.content_start(strip) == pytest.approx(10 - 0.2 * 24, abs=0.51)


def test_two_scenes_have_lines_of_their_own(fresh, sound, press):
    other = bpy.data.scenes.new("Other")
    fresh.sync_mode = other.sync_mode = "NONE"
    ann = faces.make_face("Ann")
    press(ann, audio=str(sound))
    assert strips.sound_strips(fresh) and not strips.sound_strips(other)
    assert (fresh.sync_mode, other.sync_mode) == ("AUDIO_SYNC", "NONE")
