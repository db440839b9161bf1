"""Shots laid against the time that their sounds need to be seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from made_faces import BY_NAME, key_names

from engine.budget import KINDS, BudgetReport, Overrun, lay, load_budget
from engine.check.mouth import MouthTrack, track_of
from engine.errors import UsageError
from engine.languages import codes, load
from engine.mouth import shape_curves
from engine.rig import Binding, Row, bind
from engine.take import Audio, Phone, Phrase, Syllable, Take

BUDGET = load_budget()
Sounds = Sequence[tuple[str, float]]


def take_of(sounds: Sounds, language: str = "en", stressed: str = "", gap: str = "") -> Take:
    """A take of sounds, each as long as it says, from 0.5 s on; vowels among `stressed` are, `gap` is a pause."""
    at, phones = 0.5, []
    for ipa, length in sounds:
        if ipa != gap:
            phones.append(Phone(round(at, 4), round(at + length, 4), ipa, 1.0, int(bool(stressed) and ipa in stressed)))
        at += length
    nuclei = [number for number, phone in enumerate(phones) if phone.ipa[0] in "aeiouɑɛəʊɔy"]
    syllables = tuple(Syllable(phones[n].start, phones[n].end, n, 0.5) for n in nuclei)
    phrases = (Phrase(phones[0].start, phones[-1].end),) if phones else ()
    return Take(Audio("x.wav", "0" * 64, at + 0.5, 16000), language, "x", None, tuple(phones), syllables, (), phrases)


def dense(take: Take) -> MouthTrack:
    """The mouth that Lockstep makes of a take, every 5 ms."""
    face = shape_curves(take, load(take.language))
    return track_of(face, np.arange(0.0, take.audio.duration, 0.005))


def laid(take: Take, fps: float = 24.0, track: MouthTrack | None = None, medium: str = "film") -> BudgetReport:
    return lay(take, load(take.language), track or dense(take), fps, BUDGET, medium)


def only(report: BudgetReport, kind: str) -> Overrun:
    found = [one for one in report.overruns if one.kind == kind]
    assert len(found) == 1, report.overruns
    return found[0]


SLOW: Sounds = [("m", 0.1), ("ɑ", 0.2), ("f", 0.12), ("u", 0.2), ("p", 0.1), ("i", 0.15)]


@pytest.mark.parametrize("fps", [12.0, 15.0, 23.976, 24.0, 25.0, 29.97, 48.0, 60.0, 120.0])
def test_a_shot_spoken_slowly_keeps_to_its_budget_at_any_frame_rate(fps: float) -> None:
    report = laid(take_of(SLOW, stressed="ɑu"), fps)
    assert report.counts == {"closure": 2, "teeth": 1, "rounded": 1, "stressed": 2, "rate": 1}
    assert {kind: report.over[kind] for kind in KINDS[:4]} == dict.fromkeys(KINDS[:4], 0)
    assert report.rate == pytest.approx(6 / 0.87)


def test_a_track_on_frames_and_one_between_them_are_told_alike() -> None:
    take = take_of(SLOW, stressed="ɑu")
    face = shape_curves(take, load("en"))
    on_frames = track_of(face, np.arange(0, int(take.audio.duration * 24)) / 24.0)
    assert laid(take, track=on_frames) == laid(take)


def test_a_closure_shorter_than_a_frame_is_over_budget_and_says_why() -> None:
    track = dense(take_of(SLOW))
    quick = take_of([("m", 0.1), ("ɑ", 0.2), ("p", 0.022), ("ɑ", 0.2)])
    face = track_of(shape_curves(quick, load("en")), np.arange(0, 40) / 24.0)
    shut = np.where((face.times > 0.7) & (face.times < 0.95), 0.3, face.shut)
    shut[19] = 1.0
    one = only(laid(quick, track=replace(face, shut=shut)), "closure")
    assert (one.sounds, one.wanted) == ("p", pytest.approx(2 / 24))
    assert one.had == pytest.approx(1 / 24) and "on 1 of 2 frames" in one.gave_up and "22 ms, 0.5 frames" in one.gave_up
    assert laid(take_of(SLOW), track=track).over["closure"] == 0


def test_a_closure_that_the_keys_leave_open_is_told_with_how_far_it_came() -> None:
    take = take_of(SLOW)
    track = dense(take)
    report = laid(take, track=replace(track, shut=np.minimum(track.shut, 0.6)))
    closures = [one for one in report.overruns if one.kind == "closure"]
    assert report.over["closure"] == report.counts["closure"] == len(closures) == 2
    assert all(one.had == 0.0 and "shut to 60% at most" in one.gave_up for one in closures)
    assert all("the keys do not follow it" in one.gave_up for one in closures)


def test_a_vowel_between_two_closures_that_never_opens_makes_them_one() -> None:
    take = take_of([("ɑ", 0.2), ("p", 0.09), ("ə", 0.04), ("m", 0.09), ("ɑ", 0.2)])
    track = dense(take)
    swallowed = replace(track, shut=np.where((track.times > 0.7) & (track.times < 0.92), 1.0, track.shut))
    one = only(laid(take, track=swallowed), "closure")
    assert one.sounds == "pəm" and one.had == 0.0 and one.wanted == pytest.approx(1 / 24)
    assert "the ə never opens the lips" in one.gave_up and "40 ms, 1.0 frames" in one.gave_up
    parted = replace(track, shut=np.where(abs(track.times - 0.81) < 0.03, 0.2, swallowed.shut))
    assert laid(take, track=parted).over["closure"] == 0


def test_a_rounding_that_is_not_reached_is_told_with_its_share() -> None:
    take = take_of(SLOW)
    track = dense(take)
    one = only(laid(take, track=replace(track, rounding=0.3 * track.rounding)), "rounded")
    assert one.sounds == "u" and one.had == 0.0 and "rounding is not reached" in one.gave_up


def test_a_stressed_nucleus_must_open_and_an_unstressed_one_need_not() -> None:
    take = take_of(SLOW, stressed="ɑ")
    track = dense(take)
    one = only(laid(take, track=replace(track, openness=0.2 * track.openness)), "stressed")
    assert one.sounds == "ɑ" and "does not open for it" in one.gave_up
    assert laid(take_of(SLOW), track=track).counts["stressed"] == 0


def test_a_mouth_that_mumbles_between_closures_says_that_they_leave_no_time() -> None:
    take = take_of([("m", 0.1), ("ɑ", 0.09), ("p", 0.1)], stressed="ɑ")
    track = dense(take)
    one = only(laid(take, track=replace(track, openness=0.0 * track.openness)), "stressed")
    assert "between closures" in one.gave_up


def test_lip_on_teeth_is_counted_by_itself() -> None:
    take = take_of(SLOW)
    track = dense(take)
    report = laid(take, track=replace(track, tucked=0.0 * track.tucked))
    assert (report.over["teeth"], report.over["closure"]) == (1, 0)
    assert "does not reach the teeth" in only(report, "teeth").gave_up


def fast(syllables: int, each: float = 0.06) -> Sounds:
    return [sound for n in range(syllables) for sound in (("p", each), ("ɑ" if n % 2 else "u", each))]


def test_the_rate_of_shapes_is_told_against_what_a_medium_bears() -> None:
    take = take_of(fast(14))
    film, mobile = laid(take), laid(take, medium="mobile")
    assert film.rate == pytest.approx(1 / 0.06) and film.fastest == 17.0
    assert (film.most, mobile.most) == (12.0, 8.0)
    one = only(film, "rate")
    assert (one.wanted, one.had, one.start) == (12.0, 17.0, 0.5) and film.over["rate"] == film.counts["rate"] == 2
    assert laid(take_of(SLOW)).over["rate"] == 0


def test_a_slow_frame_rate_bears_half_as_many_shapes_as_frames() -> None:
    assert laid(take_of(SLOW), 12.0).most == 6.0


def test_sounds_of_the_tongue_alone_are_no_shapes() -> None:
    with_tongue = take_of([("ɑ", 0.2), ("n", 0.08), ("ɑ", 0.2), ("k", 0.08), ("ɑ", 0.2)])
    assert laid(with_tongue).rate == pytest.approx(1 / 0.76)


def test_a_drawn_rig_and_one_of_few_shapes_bear_less_than_the_medium() -> None:
    drawn = bind(BY_NAME["preston_blair"], key_names(BY_NAME["preston_blair"]))
    many = bind(BY_NAME["arkit"], key_names(BY_NAME["arkit"]))
    rows = (Row("open", {"open": 1.0}), Row("shut", {"seal": 1.0}), Row("round", {"pucker": 1.0}))
    few = Binding("ours", tuple(replace(row, names=(row.key,)) for row in rows))
    assert [BUDGET.most("film", 24.0, one) for one in (None, many, drawn, few)] == [12.0, 12.0, 8.0, 6.0]


def test_what_a_rig_has_no_shape_for_is_told_once() -> None:
    take = take_of([*SLOW, *SLOW])
    rows = (Row("open", {"open": 1.0}), Row("shut", {"seal": 1.0}), Row("wide", {"stretch": 1.0, "tuck": 0.05}))
    rig = Binding("ours", tuple(replace(row, names=(row.key,)) for row in rows))
    track = track_of(shape_curves(take, load("en")), np.arange(0, 60) / 24.0, rig)
    report = lay(take, load("en"), track, 24.0, BUDGET, "film", rig)
    assert (report.over["teeth"], report.over["rounded"]) == (2, 2)
    teeth = only(report, "teeth")
    assert (teeth.had, teeth.sounds) == (0.0, "f") and "2 sounds: the rig has no shape" in teeth.gave_up
    assert "no shape that rounds the lips" in only(report, "rounded").gave_up
    assert report.over["closure"] == 0


def test_a_spanish_b_between_vowels_asks_for_no_closure() -> None:
    sounds = [("ɑ", 0.1), ("b", 0.08), ("ɑ", 0.1)]
    assert laid(take_of(sounds, "es")).counts["closure"] == 0
    assert laid(take_of(sounds, "en")).counts["closure"] == 1


def test_geminates_must_be_seen_for_longer() -> None:
    sounds = [("ɑ", 0.15), ("pː", 0.16), ("ɑ", 0.15)]
    take = take_of(sounds, "it")
    track = dense(take)
    middle = abs(track.times - 0.73) < 0.03
    short = replace(track, shut=np.where(middle, 1.0, 0.0))
    assert only(laid(take, 60.0, short), "closure").wanted == pytest.approx(0.09)


def test_a_take_without_speech_has_nothing_to_show() -> None:
    empty = Take(Audio("x.wav", "0" * 64, 2.0, 16000), "en", "x")
    report = laid(empty)
    assert report.overruns == () and set(report.counts.values()) == {0} and report.rate == report.fastest == 0.0


def test_sounds_that_the_shot_does_not_show_are_left_out() -> None:
    take = take_of([*SLOW, *SLOW], stressed="ɑu")
    face = shape_curves(take, load("en"))
    half = track_of(face, np.arange(0, round((0.5 + 0.87) * 24)) / 24.0)
    assert laid(take, track=half).counts == laid(take_of(SLOW, stressed="ɑu")).counts
    assert laid(take, track=half).over["closure"] == 0
    nothing = track_of(face, np.zeros(0))
    assert laid(take, track=nothing).overruns == ()


def test_every_language_has_rows_and_each_is_within_reason() -> None:
    for code in (*codes(), "und"):
        for row in ("closure", "long", "teeth", "rounded", "stressed"):
            assert 0.03 <= BUDGET.visible(row, code).seconds <= 0.12
        assert BUDGET.visible("long", code).seconds > BUDGET.visible("closure", code).seconds


@pytest.mark.parametrize(
    ("fps", "frames"), [(12, 1), (15, 1), (23.976, 2), (24, 2), (25, 2), (30, 2), (60, 3), (120, 7)]
)
def test_frames_of_a_closure_at_each_rate(fps: float, frames: int) -> None:
    assert BUDGET.visible("closure", "en").least_frames(fps) == frames


def test_a_projects_own_rows_stand_over_the_usual_ones(tmp_path: Path) -> None:
    path = tmp_path / "ours.toml"
    path.write_text(
        "[default]\nclosure = { seconds = 0.1 }\n[language.de]\nrounded = { frames = 5 }\n[media]\npark = 9\n"
        "[rigs]\narkit = 7.5\n",
        encoding="utf-8",
    )
    own = load_budget(path)
    assert own.visible("closure", "ru").seconds == own.visible("closure", "en").seconds == 0.1
    assert own.visible("closure", "es").seconds == BUDGET.visible("closure", "es").seconds
    assert own.visible("rounded", "de").frames == 5
    assert own.visible("stressed", "de") == BUDGET.visible("stressed", "de")
    many = bind(BY_NAME["arkit"], key_names(BY_NAME["arkit"]))
    assert (own.most("park", 24.0), own.most("film", 24.0, many)) == (9.0, 7.5)
    assert load_budget() == BUDGET


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[default]\nclosure = { seconds = -1 }", r"'own.toml' has -1 at 'default.closure.seconds'"),
        ("[default]\nclosure = { frames = 1.5 }", r"'default.closure.frames'; give a whole number"),
        ("[default]\nclosure = { seconds = true }", r"True at 'default.closure.seconds'"),
        ("[default]\nclosed = { seconds = 0.1 }", r"'default.closed', which is not known; use closure"),
        ("[default]\nclosure = 0.1", r"no table at 'default.closure'"),
        ("[language.xx]\nclosure = { seconds = 0.1 }", r"'language.xx', which is not known; use .*en"),
        ("[language.en.closure]\nlength = 0.1", r"'language.en.closure.length'"),
        ("[media]\nfilm = 'fast'", r"'fast' at 'media.film'"),
        ("[rigs]\nfew = nan", r"nan at 'rigs.few'"),
        ("language = 3", r"no table at 'language'"),
        ("[defaults]", r"'defaults', which is not known"),
        ("[default", r"is no TOML"),
    ],
)
def test_a_wrong_row_is_named_with_its_file_and_key(text: str, found: str, tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=found) as error:
        load_budget(path)
    assert "own.toml" in str(error.value) and str(error.value).endswith(".")


def test_a_budget_that_is_not_there_and_an_unknown_medium_are_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"none\.toml"):
        load_budget(tmp_path / "none.toml")
    with pytest.raises(UsageError, match="no medium 'radio' in the budget; choose one of film, broadcast"):
        laid(take_of(SLOW), medium="radio")
