"""What really goes wrong is found and named; what is only unusual is not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from made_shots import LINE, OTHER, Plant, band_of, checked, kinds, said, shot

from engine.check.mouth import track_of
from engine.check.result import Fault
from engine.check.seen import Seen, SeenPart
from engine.check.sync import check_track
from engine.languages import load
from engine.mouth import Controls, shape_curves
from engine.phones import mouth_class
from engine.progress import drain
from engine.rig import Grid, KeyInfo
from engine.take import Take

TAKE = said()


def test_another_take_under_the_animation_fails() -> None:
    other = said(OTHER, seed=7)
    seen, binding = shot(other)
    found = checked(TAKE, seen, binding)
    assert found.verdict == "fail" and kinds(found) & {"other take", "drift", "jump", "offset"}


def test_another_take_whose_words_are_not_heard_surely_is_not_called_wrong() -> None:
    unsure = replace(TAKE, phones=tuple(replace(phone, confidence=0.3) for phone in TAKE.phones))
    found = checked(unsure, *shot(said(OTHER, seed=7)))
    assert found.verdict == "unknown" and not found.faults
    assert any("hard to hear" in reason for reason in found.reasons)


@pytest.mark.parametrize("length", [0.6, 1.0, 2.0])
def test_a_hole_is_found_where_it_is(length: float) -> None:
    start = TAKE.phrases[2].start + 0.1
    found = checked(TAKE, *shot(TAKE, Plant(rest=[(start, start + length)])))
    holes = [fault for fault in found.faults if fault.kind == "hole"]
    assert found.verdict == "fail" and holes
    assert abs(holes[0].start - start) < 0.25


def test_speech_after_the_motion_and_before_it_is_told() -> None:
    last, first = TAKE.phrases[-2].start, TAKE.phrases[1].end
    ends = checked(TAKE, *shot(TAKE, Plant(rest=[(last, 99.0)])))
    begins = checked(TAKE, *shot(TAKE, Plant(rest=[(-9.0, first)])))
    assert ends.verdict == "fail" and "speech goes on" in kinds(ends)
    assert begins.verdict == "fail" and "speech before" in kinds(begins)


def test_motion_without_speech_is_told_but_no_failure_by_itself() -> None:
    half = TAKE.phrases[len(TAKE.phrases) // 2].end + 0.1
    short = replace(TAKE, phones=tuple(phone for phone in TAKE.phones if phone.end <= half), syllables=(), words=())
    level = band_of(TAKE)
    level[round(half * 100) :] = -70.0
    found = checked(short, *shot(TAKE), band=level)
    assert "motion alone" in kinds(found) and found.verdict == "look"


@pytest.mark.parametrize(("scale", "verdict"), [(0.15, "fail"), (0.35, "look"), (0.8, "pass"), (1.4, "pass")])
def test_a_mouth_that_hardly_moves_is_not_in_sync(scale: float, verdict: str) -> None:
    found = checked(TAKE, *shot(TAKE, Plant(scale=scale)))
    assert found.verdict == verdict and ("flat" in kinds(found)) == (verdict != "pass")
    assert abs(found.amplitude - min(1.0, scale)) < 0.1


def test_too_few_keys_are_told_apart_from_another_take() -> None:
    found = checked(TAKE, *shot(TAKE, Plant(every=0.4)))
    assert "coarse" in kinds(found) and "other take" not in kinds(found) and found.verdict == "fail"


def test_nothing_that_moves_is_a_failure_without_any_hearing() -> None:
    found = checked(TAKE, *shot(TAKE, Plant(scale=0.0)))
    assert found.verdict == "fail" and kinds(found) == {"no motion"} and found.events is None


def test_one_mesh_of_several_that_stands_still_is_named() -> None:
    seen, binding = shot(TAKE, Plant(still=["teeth"]), meshes=("face", "teeth"))
    found = checked(TAKE, seen, binding)
    assert found.verdict == "fail" and kinds(found) == {"part still"} and "'teeth'" in found.faults[0].says
    assert found.events is not None and abs(found.events.offset) < 0.01


def test_a_mesh_without_keys_of_the_mouth_may_stand_still() -> None:
    seen, binding = shot(TAKE)
    brows = SeenPart("brows", (KeyInfo("browInnerUp"),), np.zeros((len(seen.times), 1)))
    assert checked(TAKE, replace(seen, parts=(*seen.parts, brows)), binding).verdict == "pass"


def test_a_sound_that_is_not_heard_fails_whatever_the_mouth_does() -> None:
    seen, binding = shot(TAKE)
    found = checked(TAKE, replace(seen, muted=True), binding)
    assert found.verdict == "fail" and kinds(found) == {"no sound"}


def test_what_only_the_scene_can_tell_counts() -> None:
    muted = Fault("muted", 0.0, 1.0, "The action 'Talk' is muted.", "Unmute it.", True)
    found = checked(TAKE, *shot(TAKE), circumstances=[muted])
    assert found.verdict == "fail" and found.reasons == (muted.says,) and muted in found.faults


def test_lips_that_never_close_are_told_with_their_moments() -> None:
    parted = replace(TAKE, phones=tuple(
        replace(phone, ipa="s") if mouth_class(phone.ipa) == "closed" else phone for phone in TAKE.phones
    ))  # fmt: skip
    found = checked(TAKE, *shot(parted))
    assert "closures open" in kinds(found) and found.verdict in ("look", "fail")
    assert len(found.missed) >= 0.8 * found.closures > 5


def test_an_animators_own_style_passes() -> None:
    style = Controls(jaw=0.7, lips=1.3, smoothing=0.3, effort=1.3)
    found = checked(TAKE, *shot(TAKE, controls=style))
    assert found.verdict == "pass" and found.events is not None and abs(found.events.offset) < 0.015


def test_a_face_of_three_shapes_inverted_keys_and_limits_passes() -> None:
    infos = [KeyInfo("jawOpen", 0.0, 0.5), KeyInfo("mouthPucker", 0.2, 1.0, 0.2), KeyInfo("mouthClose")]
    found = checked(TAKE, *shot(TAKE, infos=infos))
    assert found.verdict == "pass" and found.confidence > 0.8
    seen, binding = shot(TAKE, infos=infos)
    part = seen.parts[0]
    upside_down = KeyInfo("jawOpen", 0.0, 0.5, 0.5)
    values = part.values.copy()
    values[:, 0] = 0.5 - values[:, 0]
    turned = SeenPart("face", (upside_down, *part.keys[1:]), values)
    assert checked(TAKE, replace(seen, parts=(turned,)), binding).verdict == "pass"


@pytest.mark.parametrize("speed", [0.5, 1.0, 2.0])
def test_slow_and_fast_speech_that_is_right_passes(speed: float) -> None:
    take = said(speed=speed)
    assert checked(take, *shot(take)).verdict == "pass"


def test_little_speech_cannot_be_told() -> None:
    take = said("we", times=1)
    found = checked(take, *shot(said("shadow", times=1)))
    assert found.verdict == "unknown" and not found.faults


def test_a_part_of_the_sound_in_which_nothing_is_said_cannot_be_told() -> None:
    seen, binding = shot(TAKE)
    found = checked(TAKE, replace(seen, heard=(0.0, 0.3)), binding)
    assert found.verdict == "unknown" and found.events is None and found.reasons


def test_exported_curves_are_checked_without_a_rig() -> None:
    frames = np.arange(0.0, TAKE.audio.duration, 1.0 / 60.0)
    track = track_of(shape_curves(TAKE, load("en")), frames - 0.2)
    shifted = replace(track, times=frames)
    found = drain(check_track(shifted, TAKE, band_of(TAKE), load("en"), 60.0))
    assert found.events is not None and abs(found.events.offset - 0.2) < 0.005 and kinds(found) == {"offset"}


def test_a_minute_is_checked_within_a_second() -> None:
    import time

    take: Take = said(LINE, times=9)
    seen, binding = shot(take)
    band = band_of(take)
    start = time.perf_counter()
    assert checked(take, seen, binding, band=band).verdict == "pass"
    assert time.perf_counter() - start < 3.0 * take.audio.duration / 60.0 + 1.0


def test_a_shot_of_hundreds_of_frames_at_a_time_is_looked_at_from_where_it_is_seen() -> None:
    seen, binding = shot(TAKE, grid=Grid(24.0))
    inside = (seen.times >= 3.0) & (seen.times <= 12.0)
    part = SeenPart("face", seen.parts[0].keys, seen.parts[0].values[inside])
    found = checked(TAKE, Seen(seen.times[inside], (part,), 24.0, seen.heard), binding)
    assert found.verdict == "pass" and found.tracks is not None
    assert found.tracks.start == pytest.approx(3.0)
