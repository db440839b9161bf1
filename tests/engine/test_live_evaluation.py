"""The evaluation of the live mode: the lag that it finds, the contacts and turns it counts, the rows it reads."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from made_voice import parts_of, say

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts" / "ear"))
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))

import mouths
import scoring
from check.speech import PEOPLE, SYNTHESIZED, Speech, int16
from live import judging, mouth, runs, table
from live.hearing import hear

from engine.mouth import CHANNELS
from engine.mouth.curves import FaceCurves
from engine.phones import CLASSES

LINE = "_:300 " + "m:90 ɑ:160 p:90 i:150 f:100 u:170 _:400 " * 3


def face(start: float = 0.0, **channels: np.ndarray) -> FaceCurves:
    count = len(next(iter(channels.values())))
    rest = {name: np.zeros(count, np.float32) for name in CHANNELS}
    return FaceCurves(start, 0.01, rest | {name: np.asarray(one, np.float32) for name, one in channels.items()})


def babble(seconds: float = 12.0, seed: int = 1) -> np.ndarray:
    """A jaw that moves like one that speaks, 0..1, every 10 ms."""
    drawn = np.random.default_rng(seed).random(round(seconds * 100))
    kernel = np.hanning(16)
    moved = np.convolve(drawn, kernel / kernel.sum(), "same")
    return np.clip((moved - moved.min()) / np.ptp(moved), 0.0, 1.0)


@pytest.mark.parametrize("late", [-0.05, 0.0, 0.04, 0.115])
def test_the_lag_of_a_mouth_is_found(late: float) -> None:
    jaw = babble()
    found = mouth.ways(face(late, jaw=0.7 * jaw), face(jaw=jaw))["openness"]
    lag, correlation = mouth.peak(found.curve)
    assert lag == pytest.approx(late, abs=0.003) and correlation > 0.99
    assert found.size == pytest.approx(0.7, abs=0.06)


def test_the_lag_to_the_sounds_themselves_is_found() -> None:
    classes = np.full(1200, mouths.OTHER, np.int8)
    for at in np.random.default_rng(2).choice(np.arange(20, 1180, 30), 20, replace=False):
        classes[at : at + 12] = mouths.ROUNDED
    pucker = np.convolve(classes == mouths.ROUNDED, np.ones(5) / 5, "same")
    found = mouth.to_sounds(face(0.025, pucker=pucker), classes)
    assert mouth.peak(found["rounding"].curve)[0] == pytest.approx(0.02, abs=0.003)
    assert np.isnan(mouth.peak(found["openness"].curve)[0])


def test_another_mouth_correlates_little() -> None:
    found = mouth.ways(face(jaw=babble(seed=1)), face(jaw=babble(seed=2)))["openness"]
    assert mouth.peak(found.curve)[1] < 0.35


def test_a_mouth_at_rest_has_no_lag() -> None:
    lag, correlation = mouth.peak(mouth.ways(face(jaw=np.zeros(500)), face(jaw=babble(5.0)))["openness"].curve)
    assert np.isnan(lag) and np.isnan(correlation)


def test_contacts_count_where_they_really_shut() -> None:
    seal, tuck = np.zeros(100), np.zeros(100)
    seal[20:30], seal[50:60], tuck[70:80] = 1.0, 0.8, 0.9
    tuck[25:30] = 1.0
    lips, teeth = mouth.contacts(face(seal=seal, tuck=tuck))
    assert [tuple(np.round(span, 3)) for span in lips] == [(0.195, 0.295)]
    assert [tuple(np.round(span, 3)) for span in teeth] == [(0.695, 0.795)]


def test_edges_of_contacts_are_compared_with_a_sign() -> None:
    begun, ended = mouth.edge_shifts([(1.0, 1.1), (2.0, 2.1)], [(1.02, 1.09), (3.0, 3.1)])
    assert begun == pytest.approx([0.02]) and ended == pytest.approx([-0.01])


def test_turns_and_trembling_are_those_of_the_mouth() -> None:
    clock = np.arange(0, 10, 0.01)
    calm = 0.4 + 0.3 * np.sin(2 * np.pi * clock)
    shaken = calm + 0.02 * np.random.default_rng(1).standard_normal(len(clock))
    assert mouth.turns(face(jaw=calm)) == pytest.approx(20, abs=1)
    assert mouth.turns(face(jaw=shaken)) == pytest.approx(20, abs=2)
    assert mouth.restless(face(jaw=shaken)) > 5 * mouth.restless(face(jaw=calm))


def test_a_row_shows_the_mouth_class_that_is_likeliest_in_all() -> None:
    shares = np.full((3, len(CLASSES)), 1e-6, np.float32)
    for ipa, share in (("n", 0.4), ("m", 0.3), ("b", 0.25)):
        shares[1, CLASSES.index(ipa)] = share
    shares[[0, 2], CLASSES.index("")] = 1.0
    assert judging.phones_of(np.log(shares)) == ((0.01, 0.02, "m"),)


def test_moments_that_are_missing_double_or_late_are_counted() -> None:
    right = (np.arange(100) + 0.5) * 0.01
    assert judging.gaps(right, 1.0) == 0
    assert judging.gaps(right[:-2], 1.0) == 2
    assert judging.gaps(np.concatenate([right[:50], right[49:]]), 1.0) > 50
    assert judging.gaps(right + 0.01, 1.0) == 100


def test_a_part_of_the_truth_is_scored_alone() -> None:
    phones = tuple((start, end, ipa) for ipa, start, end in parts_of(LINE) if ipa != "_")
    whole = mouths.truth(phones, 3.8)
    first, rest = judging.part(whole, 0.0, 2.0), judging.part(whole, 2.0, 3.8)
    assert first.scored.sum() + rest.scored.sum() == whole.scored.sum()
    assert first.scored.sum() > 0 and rest.scored.sum() > 0
    assert len(first.closures) + len(rest.closures) == len(whole.closures)
    heard = scoring.in_time(phones, first)
    assert heard["right"] == heard["scored"]
    assert heard["closures_true"] == heard["closures_heard"] == len(first.closures)


def test_microphones_change_the_sound_and_not_its_phones() -> None:
    speech = made()
    for name, changed in runs.MICROPHONES.items():
        other = changed(speech)
        assert other.phones == speech.phones and other.duration == pytest.approx(speech.duration, abs=1e-3), name
        assert round(other.rate) != 16000 or not np.array_equal(other.samples, speech.samples), name
    quiet = runs.MICROPHONES["30 dB quieter"](speech)
    assert np.abs(quiet.samples).max() == pytest.approx(np.abs(speech.samples).max() / 31.6, rel=0.05)


def made() -> Speech:
    phones = tuple((start, end, ipa) for ipa, start, end in parts_of(LINE) if ipa != "_")
    return Speech("made", SYNTHESIZED, "en", int16(say(LINE)), phones, "made")


@pytest.mark.parametrize("rate", [16000, 44100, 48000])
def test_a_run_is_fed_as_a_microphone_gives_it(rate: int) -> None:
    heard = hear(made() if rate == 16000 else runs.at_rate(rate)(made()))
    assert judging.gaps(heard.times, made().duration) == 0
    assert len(heard.phones) == pytest.approx(len(heard.times), abs=1)
    assert 0.05 < heard.delays.max() <= 0.120
    assert np.isnan(heard.told).any(), "the last moments come with the end of the sound"
    assert heard.values.min() >= 0.0 and heard.values.max() <= 1.0


def test_targets_are_met_by_a_live_mouth_that_is_right_and_missed_by_one_that_is_not() -> None:
    jaw = babble()
    good = outcome(mouth.ways(face(jaw=jaw), face(jaw=jaw)), right=95.0, delay=0.1)
    late = outcome(mouth.ways(face(0.05, jaw=jaw), face(jaw=jaw)), right=70.0, delay=0.1)
    assert all(aim.met for aim in table.aims([good]))
    missed = [aim.what for aim in table.aims([late]) if not aim.met]
    assert len(missed) == 4, missed
    assert any("behind" in what for what in missed) and any("agree" in what for what in missed)
    people = table.aims([replace(good, source=PEOPLE)])
    assert all(aim.what.startswith("recordings") for aim in people[:4])
    for line in (table.line("all", [good, late]), table.mouth_line("all", [good, late])):
        assert line.startswith("all") and "nan" not in line


def outcome(ways: dict[str, mouth.Way], right: float, delay: float) -> judging.Outcome:
    counts = {"scored": 100.0, "right": right, "scored_open": 100.0, "right_open": right}
    counts |= {"closures": 100.0, "closures_found": right, "closures_heard": 100.0, "closures_true": right}
    counts |= {"teeth": 10.0, "teeth_found": 10.0, "teeth_heard": 10.0, "teeth_true": 10.0}
    names = (judging.LIVE, judging.REFINED, judging.AGREED, judging.EARLY_LIVE, judging.LATER_LIVE)
    row = {name: scoring.row(counts) for name in (*names, judging.EARLY_REFINED)}
    known = ways | {"rounding": ways["openness"]}
    return judging.Outcome(
        "made", SYNTHESIZED, "en", runs.CLEAN, 12.0, 0.03, delay, delay, 0, row, known, known, known,
        known, (3.0, 3.0), (2.0, 2.0), 0.1, (0.01,), (0.01,),
    )  # fmt: skip
