"""The mouth of phrases that are not to be trusted to the phone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from spoken import centre, spoken, tracks

from engine.acting.values import Acting, Held
from engine.languages import load
from engine.mouth import FaceCurves, shape_curves
from engine.prosody.phrases import phrases
from engine.score.naming import take_id
from engine.take import STAGES, Correction, Take, Tracks

EN = load("en")
LINE = "m:90 'a:160 s:100 'u:150 p:90 'a:170 _:500 b:90 'o:180 f:90 'i:150 m:100 'a:160"
LIPS = ("pucker", "funnel")


def said(*stages: str, sure: float = 0.2, line: str = LINE) -> Take:
    """A take of two phrases, with a stage for each; every phone is `sure`, openness swings at three a second."""
    take = spoken(line)
    count = round(take.audio.duration * 100)
    opening = (0.3 + 0.3 * np.sin(np.arange(count) * 0.06 * np.pi)).astype(np.float32)
    energy = tracks(take).energy
    found = phrases(take.phones)
    told = tuple(replace(one, stage=stage) for one, stage in zip(found, stages or ("phones",) * 2, strict=True))
    phones = tuple(replace(phone, confidence=sure) for phone in take.phones)
    return replace(take, phones=phones, phrases=told, tracks=Tracks(openness=opening, energy=energy))


def inside(take: Take, number: int, side: float = 0.0) -> np.ndarray:
    phrase = take.phrases[number]
    return np.arange(phrase.start - side, phrase.end + side, 0.005)


def same(one: FaceCurves, other: FaceCurves) -> bool:
    alike = all(np.array_equal(one.channels[name], other.channels[name]) for name in one.channels)
    return alike and one.contacts == other.contacts and one.start == other.start


def test_a_take_at_phones_has_the_same_mouth_bit_for_bit_whatever_its_confidence() -> None:
    sure, unsure = said(sure=1.0), said(sure=0.01)
    assert same(shape_curves(sure, EN), shape_curves(unsure, EN))
    explained = replace(sure, phrases=tuple(replace(one, reason="") for one in sure.phrases))
    assert same(shape_curves(sure, EN), shape_curves(explained, EN))


def test_a_stage_changes_its_own_phrase_alone() -> None:
    plain = shape_curves(said(), EN)
    for stage in STAGES[1:]:
        take = said("phones", stage)
        face = shape_curves(take, EN)
        before = np.arange(0.0, take.phrases[0].end, 0.005)
        after = inside(take, 1)
        for name in ("jaw", "seal", "tuck", *LIPS):
            assert face.at(before)[name] == pytest.approx(plain.at(before)[name], abs=0.02), (stage, name)
        assert max(np.abs(face.at(after)[name] - plain.at(after)[name]).max() for name in face.channels) > 0.2


def test_only_sure_closures_stay_closures_at_classes() -> None:
    unsure, sure = (said("classes", "phones", sure=value) for value in (0.2, 0.9))
    first = sure.phrases[0].end
    assert [one for one in shape_curves(unsure, EN).contacts if one.start < first] == []
    kept = [one for one in shape_curves(sure, EN).contacts if one.start < first]
    assert [one.kind for one in kept] == ["lips", "lips"]
    assert kept[1].start == pytest.approx(sure.phones[4].start, abs=1e-6)


def test_sounds_of_one_class_look_alike_at_classes() -> None:
    def face(line: str) -> FaceCurves:
        return shape_curves(said("classes", line=line), EN)

    one, other = face("t:90 'a:160 k:90 'i:150 n:90"), face("n:90 'æ:160 l:90 'e:150 d:90")
    for name in one.channels:
        assert one.channels[name] == pytest.approx(other.channels[name], abs=1e-6), name


def test_vowels_go_less_far_at_classes_but_keep_their_kind() -> None:
    take = said("classes", "phones")
    face, plain = shape_curves(take, EN), shape_curves(said(), EN)
    rounded, open_ = centre(take, 3), centre(take, 5)
    full = sum(float(plain.at(rounded)[name]) for name in LIPS)
    less = sum(float(face.at(rounded)[name]) for name in LIPS)
    assert 0.3 * full < less < full
    assert 0.4 * plain.at(open_)["jaw"] < face.at(open_)["jaw"] < plain.at(open_)["jaw"]


def test_openness_follows_its_track_and_nothing_else() -> None:
    take = said("openness", "phones")
    face = shape_curves(take, EN)
    times = inside(take, 0)[20:-20]
    found = face.at(times)
    assert all(np.all(found[name] < 1e-3) for name in ("seal", "press", "tuck", "tongue_tip", "tongue_out"))
    assert all(np.all(found[name] < 0.02) for name in LIPS)
    wanted = np.interp(times + 0.03, (np.arange(len(take.tracks.openness)) + 0.5) * 0.01, take.tracks.openness)
    assert np.corrcoef(found["jaw"], wanted)[0, 1] > 0.98
    assert 0.2 < found["jaw"].max() < 0.62
    assert not [one for one in face.contacts if one.start < take.phrases[0].end]


def test_a_phrase_at_rest_is_as_still_as_a_pause() -> None:
    take = said("rest", "phones")
    face = shape_curves(take, EN)
    rest = dict(zip(face.channels, (0.0,) * len(face.channels), strict=True))
    for name, values in face.at(np.arange(0.05, take.phrases[0].end + 0.05, 0.005)).items():
        assert values == pytest.approx(max(rest[name], EN.rest[name]), abs=0.02), name


@pytest.mark.parametrize("stage", ["openness", "rest"])
def test_a_take_that_falls_as_a_whole_still_has_a_face(stage: str) -> None:
    take = said(stage, stage)
    face = shape_curves(take, EN)
    assert face.contacts == ()
    assert (face.channels["jaw"].max() > 0.2) == (stage == "openness")
    assert all(np.all(np.isfinite(values)) for values in face.channels.values())


def test_the_mouth_passes_smoothly_from_stage_to_stage() -> None:
    for pair in ((one, other) for one in STAGES for other in STAGES):
        take = said(*pair)
        face = shape_curves(take, EN)
        for name in ("jaw", *LIPS, "lower"):
            steps = np.abs(np.diff(face.channels[name].astype(np.float64)))
            assert steps.max() < 0.09, (pair, name)  # in 5 ms


def test_what_was_put_right_is_made_in_full_at_any_stage() -> None:
    for stage in STAGES[1:]:
        take = said(stage, "phones")
        phone = take.phones[4]
        right = replace(take, corrections=(Correction(phone.start, phone.end, "p", "phones"),))
        face = shape_curves(right, EN)
        contacts = [one for one in face.contacts if one.start < take.phrases[0].end]
        assert [(round(one.start, 3), one.kind) for one in contacts] == [(round(phone.start, 3), "lips")]
        assert face.at(phone.start + 0.03)["seal"] == 1.0


def test_a_pin_is_made_in_full_at_any_stage() -> None:
    for stage in STAGES[1:]:
        take = said(stage, "phones")
        face = shape_curves(take, EN, acting=Acting(held=(Held(1, "u", 1.0),)))
        assert face.at(centre(take, 1))["pucker"] > 0.5, stage


def test_phones_and_the_name_of_the_take_stay_at_every_stage() -> None:
    names = {take_id(said(stage, stage)) for stage in STAGES}
    assert len(names) == 1
