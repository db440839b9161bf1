"""The evaluation of the sync check: the shots it makes, the faults it plants in them, and what it counts."""

from __future__ import annotations

import random
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts" / "ear"))
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))

from check import animation, captured, faults, figures, hard, judge, plain, table
from check.speech import RATE, SYNTHESIZED, Speech, joined, language_of

from engine.check.mouth import face_seen
from engine.mouth import Controls
from engine.rig import Grid

WORDS = ["mɑp", "ifu", "tɛs", "obɑ", "niku", "pɛf", "ɑdom", "uvi", "pɑsi", "kɛbu", "mifo", "tɑnɛ"] * 2


def speech(seconds_a_phone: float = 0.09) -> Speech:
    """Made-up words that hum while they are said."""
    phones, now = [], 0.5
    for word in WORDS:
        for ipa in word:
            phones.append((round(now, 3), round(now + seconds_a_phone, 3), ipa))
            now += seconds_a_phone
    clock = np.arange(round((now + 0.5) * RATE)) / RATE
    hum = np.where((clock > 0.5) & (clock < now), 8000 * np.sin(2 * np.pi * 150 * clock), 0.0)
    return Speech("made", SYNTHESIZED, "en", hum.astype(np.int16), tuple(phones), "made")


def shot(rig: str = "arkit", **style: object) -> animation.Shot:
    own = animation.rigs()[rig]
    made = {"controls": Controls(), "grid": Grid(24.0)} | style
    return animation.animate(speech(), own, animation.Style(**made), None)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def right() -> animation.Shot:
    return shot()


def openness(planted: faults.Planted) -> np.ndarray:
    return face_seen(planted.seen, planted.shot.rig.binding).openness


def plant(made: faults.Plant, one: animation.Shot, others: tuple[animation.Shot, ...] = ()) -> faults.Planted:
    found = made(one, random.Random(1), others)
    assert found is not None
    return found


@pytest.mark.parametrize("rig", ["arkit", "vrm", "oculus", "preston_blair", "three shapes"])
def test_a_right_shot_shows_the_speech_frame_by_frame_on_every_rig(rig: str) -> None:
    one = shot(rig)
    planted = plant(faults.good, one)
    assert planted.kind == faults.NONE and planted.offset == planted.drift == 0.0
    assert np.allclose(np.diff(planted.seen.times), 1 / 24.0) and planted.seen.heard == (0.0, one.speech.duration)
    assert np.ptp(openness(planted)) > 0.2


def test_a_late_mouth_shows_each_frame_some_frames_later(right: animation.Shot) -> None:
    good, late, early = (plant(made, right) for made in (faults.good, faults.offset(3), faults.offset(-3)))
    values = good.seen.parts[0].values
    assert np.allclose(late.seen.parts[0].values[3:], values[:-3], atol=1e-6)
    assert np.allclose(early.seen.parts[0].values[:-3], values[3:], atol=1e-6)
    assert late.offset == pytest.approx(3 / 24.0) and early.offset == pytest.approx(-3 / 24.0)
    assert late.frames == early.frames == pytest.approx(3.0)


def test_an_offset_is_whole_frames_of_the_shot_in_seconds_as_heard() -> None:
    one = shot(grid=Grid(12.0), speed=2.0)
    planted = plant(faults.offset(4), one)
    assert one.style.fps == 24.0 and planted.offset == pytest.approx(4 / 24.0)
    good = plant(faults.good, one).seen
    assert np.allclose(np.diff(good.times), 2 / 24.0) and good.speed == 2.0 and good.fps == 24.0
    assert np.allclose(planted.seen.parts[0].values[4:], good.parts[0].values[:-4], atol=1e-6)


def test_a_drift_grows_from_the_start_of_the_sound(right: animation.Shot) -> None:
    planted = plant(faults.drift(2.0), right)
    times = planted.seen.times
    assert np.allclose(planted.seen.parts[0].values, right.at(times / 1.02))
    middle = (right.first + right.last) / 2
    assert planted.offset == pytest.approx(0.02 * middle) and planted.drift == pytest.approx(0.02)
    assert planted.frames == pytest.approx(24.0 * 0.02 * right.last)


def test_another_frame_rate_keeps_the_values_of_the_frames(right: animation.Shot) -> None:
    good, planted = plant(faults.good, right), plant(faults.rebased(24, 25), right)
    assert planted.seen.fps == pytest.approx(25.0) and planted.drift == pytest.approx(24 / 25 - 1)
    first = [int(np.searchsorted(one.seen.times, -1e-6)) for one in (good, planted)]
    count = min(len(good.seen.times) - first[0], len(planted.seen.times) - first[1])
    shown = [one.seen.parts[0].values[at : at + count] for one, at in zip((good, planted), first, strict=True)]
    assert np.allclose(*shown, atol=1e-6)


def test_a_mistaken_rate_plays_the_same_samples_faster(right: animation.Shot) -> None:
    planted = plant(faults.resampled(44.1, 48), right)
    assert planted.speech.samples is right.speech.samples
    assert planted.speech.duration == pytest.approx(right.speech.duration * 44.1 / 48, rel=1e-4)
    assert planted.drift == pytest.approx(48 / 44.1 - 1) and planted.offset is not None and planted.offset > 0.0


def test_a_hole_is_at_rest_within_speech_and_nothing_else_changes(right: animation.Shot) -> None:
    good, planted = openness(plant(faults.good, right)), openness(plant(faults.hole(1.0), right))
    changed = np.flatnonzero(np.abs(planted - good) > 1e-6) / 24.0
    assert 0.6 < np.ptp(changed) <= 1.05
    assert right.first < changed[0] - right.style.margin and changed[-1] < right.last + right.style.margin


def test_speech_goes_on_after_motion_and_begins_before_it(right: animation.Shot) -> None:
    times = plant(faults.good, right).seen.times
    after, before = (openness(plant(made(1.5), right)) for made in (faults.ends_early, faults.begins_late))
    assert not after[times > right.last - 1.3].any() and after[times < right.last - 1.6].any()
    assert not before[times < right.first + 1.3].any() and before[times > right.first + 1.6].any()


def test_a_jump_leaves_the_first_half_where_it_was(right: animation.Shot) -> None:
    good, planted = plant(faults.good, right), plant(faults.jump(5), right)
    one, other = good.seen.parts[0].values, planted.seen.parts[0].values
    third = len(one) // 3
    assert np.allclose(one[:third], other[:third]) and np.allclose(
        one[2 * third : -5], other[2 * third + 5 :], atol=1e-6
    )


def test_closures_that_are_taken_out_stay_open(right: animation.Shot) -> None:
    good, planted = plant(faults.good, right), plant(faults.closures_open, right)
    frames = [int(np.argmin(np.abs(good.seen.times - (one.start + one.end) / 2))) for one in right.closures]
    shut = [face_seen(one.seen, right.rig.binding).shut[frames] for one in (good, planted)]
    assert np.mean(shut[0] > 0.9) > 0.9 and np.mean(shut[1] > 0.9) < 0.4


def test_a_flat_mouth_moves_by_its_share_and_no_motion_not_at_all(right: animation.Shot) -> None:
    good, less, none = (
        plant(made, right).seen.parts[0].values for made in (faults.good, faults.flat(0.15), faults.no_motion)
    )
    assert np.allclose(less, 0.15 * good) and not none.any()


def test_coarse_keys_are_straight_between_knots(right: animation.Shot) -> None:
    values = plant(faults.coarse(0.5), right).seen.parts[0].values
    bent = np.abs(np.diff(values, 2, axis=0)).max(axis=1) > 1e-6
    assert bent.any() and np.mean(bent) < 0.2


def test_a_part_that_is_still_stands_beside_one_that_moves(right: animation.Shot) -> None:
    parts = plant(faults.part_still, right).seen.parts
    assert len(parts) == 2 and sorted(part.values.any() for part in parts) == [False, True]


def test_another_line_and_another_voice_move_otherwise(right: animation.Shot) -> None:
    second = replace(speech(0.12), name="second", phones=tuple(reversed_times(speech(0.12))))
    other = animation.animate(second, right.rig, right.style, None)
    good = openness(plant(faults.good, right))
    assert np.corrcoef(good, openness(plant(faults.other_line, right, (right, other))))[0, 1] < 0.5
    voiced = plant(faults.other_voice, right)
    assert voiced.frames >= faults.TELLABLE and np.corrcoef(good, openness(voiced))[0, 1] < 0.8


def reversed_times(one: Speech) -> list[tuple[float, float, str]]:
    sounds = [ipa for *_, ipa in one.phones][::-1]
    return [(start, end, ipa) for (start, end, _), ipa in zip(one.phones, sounds, strict=True)]


def test_another_voice_says_the_same_sounds_in_order() -> None:
    said = speech().phones
    other = faults.twin(said, random.Random(2))
    assert [ipa for *_, ipa in other] == [ipa for *_, ipa in said]
    assert all(start < end for start, end, _ in other)
    assert all(after[0] >= before[1] - 1e-9 for before, after in pairwise(other))


def test_every_fault_of_the_menu_comes_up_and_the_same_ones_each_time() -> None:
    chosen = [faults.choose(number, 7) for number in range(52)]
    assert {made for row in chosen for made in row} == set(faults.MENU)
    assert chosen == [faults.choose(number, 7) for number in range(52)]
    assert all(len(set(row)) > 4 for row in chosen)


def test_the_animation_takes_nothing_from_what_the_recognizer_made_of_the_sound() -> None:
    from check.speech import take_of

    from engine.take import Tracks

    count = round(speech().duration / 0.01)
    tracks = Tracks(0.01, *(np.full(count, value, np.float32) for value in (0.9, 0.8, -20.0, 120.0)))
    take = take_of(speech().phones, speech(), tracks)
    assert not len(take.tracks.openness) and not len(take.tracks.rounding) and len(take.tracks.energy) == count
    assert [phone.ipa for phone in take.phones] == [ipa for *_, ipa in speech().phones]


def test_a_plain_face_shuts_its_lips_for_their_sounds_and_rests_around_speech() -> None:
    face = plain.plain_face(speech().phones, speech().duration)
    times = face.start + face.hop * np.arange(len(face.channels["jaw"]))
    for contact in plain.contacts(speech().phones):
        assert face.at([(contact.start + contact.end) / 2 - 0.01])["seal"][0] > 0.9
    assert not face.channels["jaw"][times < 0.4].any() and face.channels["jaw"].max() > 0.4


def test_edits_by_hand_change_some_keys_and_keep_the_curves_whole(right: animation.Shot) -> None:
    changed = animation.edited(right.curves, right.style, "a seed")
    assert [curve.name for curve in changed] == [curve.name for curve in right.curves]
    before, after = (sum(len(curve.times) for curve in curves) for curves in (right.curves, changed))
    assert 0.9 * before < after < before
    times = np.arange(0.0, right.speech.duration, 0.04)
    assert 0.0 < np.abs(animation.motion(changed, right.rig)(times) - right.at(times)).max() < 0.8


def test_pieces_are_joined_with_their_phones_in_place() -> None:
    one = speech()
    both = joined("both", [one, one], [0.25], lead=0.1)
    assert both.duration == pytest.approx(2 * one.duration + 0.45, abs=1e-3)
    shift = 0.1 + one.duration + 0.25
    assert both.phones[len(one.phones)][0] == pytest.approx(one.phones[0][0] + shift, abs=1e-3)


@pytest.mark.parametrize("decibels", [20.0, 5.0])
def test_noise_lies_so_far_under_the_speech(decibels: float) -> None:
    clean, found = speech(), hard.noisy(speech(), decibels)
    gain = np.dot(found.samples.astype(float), clean.samples) / np.dot(clean.samples.astype(float), clean.samples)
    noise = found.samples / gain - clean.samples
    loud = clean.samples[np.abs(clean.samples) > 0.01 * np.abs(clean.samples).max()].astype(float)
    assert 10 * np.log10(np.mean(loud**2) / np.mean(noise**2)) == pytest.approx(decibels, abs=0.5)


def test_what_is_sung_holds_its_vowels_and_keeps_the_order() -> None:
    sung = hard.sung(speech())
    assert [ipa for *_, ipa in sung.phones] == [ipa for *_, ipa in speech().phones]
    lengths = {ipa: end - start for start, end, ipa in sung.phones}
    assert lengths["ɑ"] == pytest.approx(0.09 * hard.HELD, rel=0.02) and lengths["t"] == pytest.approx(0.09, rel=0.05)
    assert sung.duration > 1.4 * speech().duration and np.abs(sung.samples).max() > 1000


def test_a_captured_face_is_seen_at_any_frame_rate() -> None:
    weights = np.zeros((60, len(captured.MAKES)))
    weights[30:40, 0] = 0.6
    silent = Speech("captured", "captured", "zh", np.zeros(2 * RATE, np.int16), (), "the capture")
    one = animation.captured(
        captured.Performance(silent, weights, 30.0), animation.Style(Controls(), Grid(24.0), margin=0.0)
    )
    mouth = face_seen(one.seen(), one.rig.binding)
    opened = mouth.times[mouth.openness > 0.3]
    assert opened[0] == pytest.approx(1.0, abs=0.05) and opened[-1] == pytest.approx(1.3, abs=0.05)


def outcome(kind: str, frames: float, verdict: str, found: tuple[str, ...] = (), error: float = 0.1) -> judge.Outcome:
    """An outcome of a check."""
    told = {"shot": "s", "source": "made", "language": "en", "held_out": True, "rig": "arkit", "style": "24 fps frames"}
    measured = {"offset_error": error, "drift_error": 0.0, "energy_offset": 0.2, "energy_drift": 0.0}
    rest = {"duration": 9.0, "confidence": 1.0, "amplitude": 1.0, "reasons": (), "seconds": 0.1, "hearing": 0.2}
    named = kind in found
    return judge.Outcome(
        kind=kind, size="", frames=frames, verdict=verdict, found=found, named=named, **told, **measured, **rest
    )  # type: ignore[arg-type]


def test_the_sums_count_what_is_found_named_and_cried_for_nothing() -> None:
    found = figures.summed(
        [
            outcome("none", 0.0, "pass"),
            outcome("none", 0.0, "look", ("offset",), 0.7),
            outcome("none", 0.0, "look", ("closures open",)),
            outcome("none", 0.0, "unknown"),
            outcome("offset", 3.0, "fail", ("offset",)),
            outcome("offset", 3.0, "look", ("drift",)),
            outcome("offset", 3.0, "unknown", ("offset",)),
            outcome("offset", 3.0, "pass"),
            outcome("offset", 1.0, "pass"),
        ]
    )
    assert (found.shots, found.faults, found.found, found.named) == (4, 4, 50.0, 50.0)
    assert (found.alarms, found.other, found.silent, found.silent_faults) == (25.0, 25.0, 25.0, 25.0)
    assert found.offset.median == pytest.approx(0.1) and found.energy.median == pytest.approx(0.2)


def test_a_fail_of_a_right_shot_is_a_false_alarm_whatever_it_is_for() -> None:
    assert outcome("none", 0.0, "fail", ("closures open",)).false_alarm
    assert not outcome("none", 0.0, "look", ("flat",)).false_alarm
    assert outcome("none", 0.0, "look").false_alarm and not outcome("none", 0.0, "unknown").false_alarm


def test_rows_have_the_columns_of_their_heads() -> None:
    some = [outcome("none", 0.0, "pass"), outcome("offset", 3.0, "fail", ("offset",))]
    assert len(table.line("all", some)) == len(table.HEAD)
    assert len(table.hard_line("sung", some[:1], some[1:])) == len(table.HARD_HEAD)
    assert table.fault_line("offset", "+3", some[1:]).endswith("offset 1")
    aims = table.aims(figures.summed(some), 0, 1)
    assert len(aims) == 4 and all(row.endswith(" met") for row in aims)
    missed = table.aims(figures.summed([outcome("none", 0.0, "fail", ("offset",), 0.8)]), 1, 1)
    assert sum(row.endswith("NOT MET") for row in missed) == 4


def test_a_language_without_a_table_is_heard_as_any() -> None:
    assert language_of("pt-br").code == "pt" and language_of("cs").code == "und"


def test_each_draw_goes_through_the_whole_menu_of_faults_in_its_own_order() -> None:
    orders = [
        tuple(plant for number in range(52) for plant in faults.choose(number, 7, stride)) for stride in faults.STRIDES
    ]
    assert all(set(order) == set(faults.MENU) for order in orders)
    assert len(set(orders)) == len(faults.STRIDES)
