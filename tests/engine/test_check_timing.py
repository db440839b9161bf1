"""Offset, drift and leaps are measured, named and judged, on every rig and at every frame rate."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from made_shots import Plant, checked, kinds, late, said, shot, slow

from engine.check.result import Limits
from engine.rig import Grid

TAKE = said()
FRAME = 1.0 / 24.0


@pytest.mark.parametrize("rig", ["arkit", "vrm", "oculus", "metahuman", "mmd", "faceit_phonemes", "preston_blair"])
def test_a_right_shot_passes_on_any_rig(rig: str) -> None:
    found = checked(TAKE, *shot(TAKE, rig=rig))
    assert found.verdict == "pass" and not found.faults and found.confidence > 0.8
    assert found.events is not None and abs(found.events.offset) < 0.01 and found.events.drift == 0.0


@pytest.mark.parametrize("fps", [12.0, 15.0, 24000 / 1001, 25.0, 30000 / 1001, 30.0, 48.0, 60.0, 120.0])
def test_a_right_shot_passes_at_any_frame_rate(fps: float) -> None:
    found = checked(TAKE, *shot(TAKE, grid=Grid(fps)))
    assert found.verdict == "pass" and found.events is not None
    assert abs(found.events.offset) < 0.015 and abs(found.events.worst) < 0.05


@pytest.mark.parametrize(("rig", "step"), [("arkit", 2), ("preston_blair", 1), ("preston_blair", 2), ("vrm", 2)])
def test_a_right_shot_of_held_drawings_is_not_late(rig: str, step: int) -> None:
    found = checked(TAKE, *shot(TAKE, rig=rig, grid=Grid(24.0, mode="stepped", step=step)))  # type: ignore[arg-type]
    assert found.verdict == "pass" and found.events is not None
    assert abs(found.events.offset) < 0.3 * FRAME


@pytest.mark.parametrize("frames", [-12, -5, -2, -1, 1, 2, 4, 12])
def test_an_offset_is_told_to_a_tenth_of_a_frame(frames: int) -> None:
    found = checked(TAKE, *shot(TAKE, late(frames * FRAME)))
    assert found.events is not None and abs(found.events.offset - frames * FRAME) < 0.1 * FRAME
    assert kinds(found) == {"offset"} and found.verdict in ("look", "fail")
    assert ("late" if frames > 0 else "early") in found.faults[0].says


def test_the_verdict_of_an_offset_follows_what_is_acceptable_either_way() -> None:
    assert checked(TAKE, *shot(TAKE, late(0.125))).verdict == "fail"
    assert checked(TAKE, *shot(TAKE, late(-0.125))).verdict == "look"
    assert checked(TAKE, *shot(TAKE, late(-0.25))).verdict == "fail"
    patient = Limits(look=5.0, late=0.5)
    assert checked(TAKE, *shot(TAKE, late(0.125)), patient).verdict == "pass"


@pytest.mark.parametrize("times", [0.97, 0.99, 0.995, 1.005, 1.02, 1.03])
def test_a_drift_is_told_with_its_size(times: float) -> None:
    found = checked(TAKE, *shot(TAKE, slow(times)))
    assert found.events is not None and abs(found.events.drift - (times - 1.0)) < 4e-4
    assert "drift" in kinds(found) and found.frames_per_ten == pytest.approx(240.0 * (times - 1.0), abs=0.15)
    assert found.verdict in (("fail",) if abs(times - 1.0) >= 0.03 else ("look", "fail"))


@pytest.mark.parametrize(
    ("times", "fps", "named"),
    [
        (48.0 / 44.1, 24.0, "44.1 kHz read as 48 kHz"),
        (44.1 / 48.0, 24.0, "48 kHz read as 44.1 kHz"),
        (25.0 / 24.0, 24.0, "keys made at 25 fps, scene at 24"),
        (24.0 / 25.0, 25.0, "keys made at 24 fps, scene at 25"),
        (24.0 / 30.0, 30.0, "keys made at 24 fps, scene at 30"),
        (30.0 / 25.0, 25.0, "keys made at 30 fps, scene at 25"),
        (12.0 / 24.0, 24.0, "keys made at 12 fps, scene at 24"),
    ],
)
def test_a_known_mistake_with_rates_is_called_by_its_name(times: float, fps: float, named: str) -> None:
    found = checked(TAKE, *shot(TAKE, slow(times), grid=Grid(fps)))
    drift = next(fault for fault in found.faults if fault.kind == "drift")
    assert found.verdict == "fail" and named in drift.says


def test_a_mouth_that_leaps_is_told_with_the_moment_and_both_sides() -> None:
    middle = TAKE.audio.duration / 2.0
    found = checked(TAKE, *shot(TAKE, Plant(when=lambda t: np.where(t > middle, t - 0.25, t))))
    assert found.verdict == "fail" and kinds(found) == {"jump"}
    assert abs(found.faults[0].start - middle) < 1.0
    assert "in time before" in found.faults[0].says and "late after" in found.faults[0].says


def test_figures_are_as_heard_where_the_sound_plays_faster() -> None:
    seen, binding = shot(TAKE, late(0.2))
    found = checked(TAKE, replace(seen, speed=2.0), binding)
    assert found.events is not None and abs(found.events.offset - 0.1) < 0.005
    assert found.frames(found.events.offset) == pytest.approx(2.4, abs=0.15)


def test_the_second_opinion_shares_nothing_and_agrees() -> None:
    found = checked(TAKE, *shot(TAKE, late(0.25)))
    assert found.energy is not None and found.energy.confidence > 0.2
    assert abs(found.energy.offset - 0.25) < 0.05


def test_the_same_shot_gives_the_same_check_twice() -> None:
    first, second = (checked(TAKE, *shot(TAKE, slow(1.01))) for _ in range(2))
    assert first.events == second.events and first.reasons == second.reasons and first.confidence == second.confidence


@pytest.mark.parametrize("stage", ["classes", "openness"])
def test_how_far_hearing_is_trusted_changes_nothing_for_a_mouth_that_knows_its_phones(stage: str) -> None:
    fallen = replace(TAKE, phrases=tuple(replace(phrase, stage=stage) for phrase in TAKE.phrases))
    for plant in (late(0.0), late(3.0 * FRAME)):
        one, other = checked(TAKE, *shot(TAKE, plant)), checked(fallen, *shot(TAKE, plant))
        assert other.verdict == one.verdict and kinds(other) == kinds(one)
        assert one.events is not None and other.events is not None
        assert other.events.offset == pytest.approx(one.events.offset, abs=1e-9)
