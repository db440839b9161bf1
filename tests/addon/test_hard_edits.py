"""What an artist does to curves, in every mixture and place: all of it there again after a swap, and exact at home."""

from __future__ import annotations

import bpy
import faces
import numpy as np
import pytest
import shots
from lockstep.addon import compat
from lockstep.addon.keys import tracks
from lockstep.addon.lines import takes
from recordings import middle
from shots import curve, frame_of, inside, keys_of, lift, line, spoken, swap, sync, use

__all__ = ["spoken"]

MANY = "m a b i _ s u m e b a _ m u b a s i _ " * 8


def there_and_back(recording, thing=None):
    before = keys_of(thing)
    swap(recording)
    there, number = keys_of(thing), line(thing).take
    use(0)
    shots.assert_like(keys_of(thing), before)
    use(number)
    shots.assert_like(keys_of(thing), there)
    use(0)
    shots.assert_like(keys_of(thing), before)


def mixed():
    """One of everything, on several curves."""
    jaw = curve().keyframe_points
    at = inside(curve())
    shots.shift(jaw[at[2]], value=0.2)
    jaw[at[5]].interpolation = "LINEAR"
    jaw[at[7]].interpolation, jaw[at[7]].easing = "BOUNCE", "EASE_IN_OUT"
    jaw[at[9]].handle_left_type = jaw[at[9]].handle_right_type = "AUTO"
    jaw[at[11]].handle_left_type = jaw[at[11]].handle_right_type = "VECTOR"
    jaw[at[13]].handle_right_type = "FREE"
    jaw[at[13]].handle_right[1] += 0.2
    jaw.remove(jaw[at[15]])
    curve().update()
    funnel = curve("mouthFunnel").keyframe_points
    for index in inside(curve("mouthFunnel"))[3:11]:
        for part in ("co", "handle_left", "handle_right"):
            getattr(funnel[index], part)[1] *= 0.6
    curve("mouthFunnel").update()
    curve("mouthPucker").mute = True
    key = shots.the_face().data.shape_keys
    compat.curves(key.animation_data.action, compat.slot_of(key)).remove(curve("mouthRollLower"))
    brow = shots.own_curve("browInnerUp")
    for number, kind in enumerate(("BEZIER", "CONSTANT", "ELASTIC", "SINE", "BACK", "EXPO")):
        shots.key(brow, 14.5 + 11.25 * number, 0.1 * number, interpolation=kind)


def test_a_mixture_of_all_kinds_of_edits_is_exact_there_and_back(spoken, studio):
    mixed()
    edits = shots.seen()
    assert {edit.kind for edit in edits} >= {"keys", "muted", "deleted"}
    swap(studio.record("bert", speed=0.7))
    assert curve("mouthPucker").mute and curve("mouthRollLower") is None and not curve().mute
    kinds = [point.interpolation for point in curve().keyframe_points]
    assert kinds.count("BOUNCE") == 1 and kinds.count("LINEAR") == 1
    (bounce,) = (point for point in curve().keyframe_points if point.interpolation == "BOUNCE")
    assert bounce.easing == "EASE_IN_OUT"
    kept = [point.interpolation for point in curve("browInnerUp").keyframe_points]
    assert kept == ["BEZIER", "CONSTANT", "ELASTIC", "SINE", "BACK", "EXPO"]
    use(0)
    there_and_back(studio.record("carl", speed=1.3, lead=0.6))
    assert {edit.id: edit.kind for edit in shots.score().edits} == {edit.id: edit.kind for edit in edits}


def test_edits_made_in_each_of_two_takes_are_there_each_with_its_own(spoken, studio):
    bert = studio.record("bert", speed=0.75, lead=0.5)
    lift(middle(spoken, 8), 0.97)
    swap(bert)
    lift(middle(bert, 3), 0.81)
    lift(middle(bert, 12), 0.85)
    in_bert = keys_of()
    use(0)
    assert shots.around(frame_of(middle(spoken, 8)), 0.97)
    assert shots.around(frame_of(middle(spoken, 12)), 0.85)
    lift(middle(spoken, 6), 0.88)
    in_anna = keys_of()
    use(1)
    for number, value in ((8, 0.97), (3, 0.81), (12, 0.85), (6, 0.88)):
        assert shots.around(frame_of(middle(bert, number)), value), number
    there = keys_of()
    assert in_bert.keys() == keys_of().keys()
    use(0)
    shots.assert_like(keys_of(), in_anna)
    use(1)
    shots.assert_like(keys_of(), there)
    assert len(shots.score().edits) == 4 and len(takes.homes(shots.score())) == 2


def test_an_edit_taken_back_by_hand_in_another_take_is_gone_in_both(spoken, studio):
    """What is changed to another value in B is one edit with that value, not two that fight."""
    lift(middle(spoken, 8), 0.97)
    bert = studio.record("bert", speed=0.75)
    swap(bert)
    lift(middle(bert, 8), 0.66)
    use(0)
    at = frame_of(middle(spoken, 8))
    assert shots.around(at, 0.66) and not shots.around(at, 0.97)
    use(1)
    assert shots.around(frame_of(middle(bert, 8)), 0.66)


@pytest.mark.parametrize(
    "names", [("FRAMES", "SUBFRAMES"), ("FRAMES", "TWOS"), ("SUBFRAMES", "ONES"), ("TWOS", "TWOS")]
)
def test_edits_outlive_every_way_of_keying(face, studio, names):
    first, second = names
    anna, bert = studio.record("anna"), studio.record("bert", speed=0.75)
    sync(anna, keys=first)
    frame = lift(middle(anna, 8), 0.97)
    before = keys_of()
    sync(keys=second)
    assert 0.97 in [round(value, 3) for at, value in faces.curves(face)["jawOpen"] if abs(at - frame) <= 1.0]
    swap(bert)
    assert shots.around(frame_of(middle(bert, 8)), 0.97)
    if second in ("ONES", "TWOS"):
        assert {point.interpolation for point in curve("mouthFunnel").keyframe_points[1:-1]} == {"CONSTANT"}
    use(0)
    sync(keys=first)
    shots.assert_like(keys_of(), before, frames=0.02, value=5e-3)


# Where nobody speaks


def test_keys_of_the_mouth_around_and_between_the_speech_stay_where_they_belong(face, studio):
    anna, bert = studio.record("anna", lead=0.6), studio.record("bert", speed=0.6, lead=0.9)
    sync(anna, frame=41)
    first, last = (frame_of(time, 41) for time in (anna.phones[0][0], anna.phones[-1][1]))
    pause = frame_of((anna.phones[3][1] + anna.phones[4][0]) / 2, 41)
    beyond = line().last + 9.0
    for frame, value in ((first - 8.5, 0.31), (pause, 0.42), (last + 5.5, 0.53), (beyond, 0.64), (5.0, 0.77)):
        shots.key(curve("mouthSmileLeft"), frame, value)
    before = keys_of()
    sync(frame=41)
    assert keys_of() == before
    swap(bert, frame=41)
    found = {round(value, 2): at for at, value in faces.curves(face)["mouthSmileLeft"]}
    new = [frame_of(time, 41) for time in (bert.phones[0][0], bert.phones[3][1], bert.phones[4][0], bert.phones[-1][1])]
    assert found[0.31] < new[0] and new[1] <= found[0.42] <= new[2] and found[0.53] > new[3] - 0.5
    assert found[0.53] < found[0.64] and found[0.77] == 5.0
    use(0, frame=41)
    shots.assert_like(keys_of(), before)


def test_the_other_lines_of_the_face_keep_every_key_and_every_edit(face, studio):
    anna, bert = studio.record("anna"), studio.record("bert", speed=0.8)
    second = studio.record("second", line="b a s i _ m u b a")
    sync(anna)
    sync(second, frame=170)
    sync(studio.record("third", line="s a m i m a b u"), frame=300)
    lift(middle(second, 1), 0.97, start=170)
    lift(middle(anna, 8), 0.91)
    others = {name: [key for key in keys if key[0] > 150] for name, keys in faces.curves(face).items()}
    kept = [shots.plain(span) for span in list(face.lockstep_spans)[1:]]
    before = keys_of()
    swap(bert)
    use(0)
    swap(studio.record("carl", speed=1.6))
    assert {name: [key for key in keys if key[0] > 150] for name, keys in faces.curves(face).items()} == others
    assert [shots.plain(span) for span in list(face.lockstep_spans)[1:]] == kept
    use(0)
    shots.assert_like(keys_of(), before)
    swap(studio.record("dora", line="b a s i _ m u b a", speed=1.2), frame=175)
    assert shots.around(frame_of(middle(studio.known["dora.wav"], 1), 170), 0.97)
    assert shots.around(frame_of(middle(anna, 8)), 0.91)


def test_a_longer_first_line_presses_on_the_second_and_gives_it_back(face, studio):
    """The second line begins seven frames after the first; a voice at half the pace would run over it."""
    anna = studio.record("anna")
    begin = round(frame_of(anna.end)) + 7
    second = studio.record("second", line="b a s i _ m u b a")
    sync(anna)
    sync(second, frame=begin)
    lift(middle(anna, 14), 0.93)
    lift(middle(second, 1), 0.97, start=begin)
    lift(second.phones[0][0], 0.21, start=begin)
    frames = np.arange(0.0, begin + 60.0, 0.5)
    before = {name: faces.values(face, name, frames) for name in keys_of()}
    theirs = faces.curves(face)["jawOpen"]
    slow = studio.record("slow", speed=0.5)
    swap(slow)
    first = face.lockstep_spans[1].first
    now = faces.curves(face)["jawOpen"]
    assert [key for key in now if key[0] > first + 0.5] == [key for key in theirs if key[0] > first + 0.5]
    assert "next line" in bpy.context.scene.lockstep.notes
    assert len(face.lockstep_spans) == 2 and len(shots.score().edits) >= 1
    use(0)
    for name, values in before.items():
        assert faces.values(face, name, frames) == pytest.approx(values, abs=0.02), name
    bpy.context.scene.frame_set(begin + 10)
    assert bpy.ops.lockstep.see_edits() == {"FINISHED"}
    edits = takes.score_of(face.lockstep_spans[1]).edits
    assert {edit.curve.name for edit in edits} == {"jawOpen"}, "a border that the second line shares was taken away"


# How many, and on what


def test_five_hundred_edits_are_all_there_after_there_and_back(face, studio):
    anna, bert = studio.record("anna", MANY), studio.record("bert", MANY, speed=0.8)
    sync(anna)
    wanted: dict[str, set[float]] = {}
    for name in faces.MOUTH:
        made = curve(name)
        room = 500 - sum(map(len, wanted.values()))
        for at in (inside(made) if made is not None else [])[1::3][:room]:
            value = round(0.5 + 0.0005 * sum(map(len, wanted.values())), 4)
            shots.shift(made.keyframe_points[at], value=value - made.keyframe_points[at].co[1])
            wanted.setdefault(name, set()).add(value)
    assert sum(map(len, wanted.values())) == 500
    before = keys_of()
    swap(bert)
    values = {name: {round(value, 4) for _, value in keys} for name, keys in faces.curves(face).items()}
    missing = {name: sorted(own - values[name])[:4] for name, own in wanted.items() if own - values[name]}
    lost = sum(len(own - values[name]) for name, own in wanted.items())
    use(0)
    shots.assert_like(keys_of(), before)
    unlaid = [item for item in shots.placed().values() if item.status == "unplaced"]
    assert not unlaid and lost == 0, missing


def test_shape_keys_that_no_profile_knows_keep_all_that_was_done_to_them(fresh, studio):
    own = ("cheekDimpleX", "wrinkle.forehead", 'say "ah"', "corrective 12")
    face = faces.make_face(keys=(*faces.MOUTH, *own))
    anna, bert = studio.record("anna"), studio.record("bert", speed=0.7)
    sync(anna, thing=face)
    for place, name in enumerate(own):
        made = shots.own_curve(name)
        for number in (1, 5, 9, 14):
            shots.key(made, frame_of(middle(anna, number)), 0.1 * (place + 1) + 0.01 * number, interpolation="LINEAR")
    there_and_back(bert)
    use(1)
    wanted = [frame_of(middle(bert, number)) for number in (1, 5, 9, 14)]
    for name in own:
        assert [at for at, _ in faces.curves(face)[name]] == pytest.approx(wanted, abs=1.0), name
    curve(own[0]).keyframe_points.remove(curve(own[0]).keyframe_points[1])
    shots.shift(curve(own[1]).keyframe_points[2], frames=2.0)
    use(0)
    assert len(curve(own[0]).keyframe_points) == 3
    expected = frame_of(middle(anna, 9)) + 2.0 * 0.7
    assert curve(own[1]).keyframe_points[2].co[0] == pytest.approx(expected, abs=1.0)


def test_a_shape_key_that_was_renamed_or_removed_breaks_nothing(spoken, studio):
    lift(middle(spoken, 8), 0.97)
    face = shots.the_face()
    made = shots.own_curve("browInnerUp")
    shots.key(made, 30.0, 0.5)
    face.shape_key_remove(face.data.shape_keys.key_blocks["browInnerUp"])
    bert = studio.record("bert", speed=0.7)
    swap(bert)
    assert shots.around(frame_of(middle(bert, 8)), 0.97)
    face.data.shape_keys.key_blocks["mouthFunnel"].name = "mouthFunnelOld"
    use(0)
    assert shots.around(frame_of(middle(spoken, 8)), 0.97)


# Another language


def test_another_text_keeps_brows_in_their_phrases_and_shows_mouth_edits_as_unplaced(spoken, studio):
    brow = shots.own_curve("browInnerUp")
    for number in (1, 6, 13):  # one in each phrase
        shots.key(brow, frame_of(middle(spoken, number)), 0.1 + 0.05 * number)
    lift(middle(spoken, 8), 0.97)
    lift(middle(spoken, 15), 0.94)
    before = keys_of()
    olga = studio.record("olga", line="k o l o _ g o t k o r o _ l o k o t o g", speed=0.9)
    swap(olga, language="es", text="")
    assert takes.report_of(line()).kind == "other text"
    phrases = [(frame_of(phrase.start), frame_of(phrase.end)) for phrase in takes.active_take(line()).phrases]
    for (at, _), (start, end) in zip(faces.curves(shots.the_face())["browInnerUp"], phrases, strict=True):
        assert start - 1 <= at <= end + 1
    items = shots.placed()
    mouth = [edit for edit in shots.score().edits if edit.curve.part == "mouth"]
    assert len(mouth) == 2
    for edit in mouth:
        assert items[edit.id].status == "unplaced" and items[edit.id].reason and not items[edit.id].laid
    jaw = {round(value, 3) for _, value in faces.curves(shots.the_face())["jawOpen"]}
    assert not jaw & {0.97, 0.94}
    rows = {row.name: row for row in line().acting}
    assert all(rows[edit.id].status == "unplaced" and rows[edit.id].reason for edit in mouth)
    assert bpy.ops.lockstep.guess_item(item=mouth[0].id) == {"FINISHED"}
    assert shots.around(0, 0.97, reach=1e6) and not shots.around(0, 0.94, reach=1e6)
    assert bpy.ops.lockstep.guess_item(item=mouth[0].id) == {"FINISHED"}
    assert not shots.around(0, 0.97, reach=1e6)
    use(0)
    shots.assert_like(keys_of(), before)


def test_a_guess_is_no_edit_of_the_artist_and_home_stays_exact(spoken, studio):
    lift(middle(spoken, 8), 0.97)
    before = keys_of()
    swap(studio.record("olga", line="k o l o _ g o t k o r o _ l o k o t o g"), language="es", text="")
    (edit,) = shots.score().edits
    assert bpy.ops.lockstep.guess_item(item=edit.id) == {"FINISHED"}
    there = keys_of()
    assert len(shots.seen()) == 1 and keys_of() == there
    use(0)
    shots.assert_like(keys_of(), before)
    (back,) = shots.score().edits
    assert back.keys == edit.keys


def test_the_curves_of_the_line_lie_in_one_layer_of_one_action(spoken, studio):
    """However often voices are swapped, no action is left behind."""
    lift(middle(spoken, 8), 0.97)
    bert = studio.record("bert", speed=0.8)
    swap(bert)
    names = sorted(action.name for action in bpy.data.actions)
    for _ in range(3):
        use(0)
        use(1)
        swap(spoken)
        swap(bert)
    assert sorted(action.name for action in bpy.data.actions) == names
    assert tracks.own_layer(shots.the_face().data.shape_keys).action.name in names
    assert len(line().takes) == 2 and np.all([np.isfinite(point.co[:]).all() for point in curve().keyframe_points])
