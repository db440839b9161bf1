"""What the evaluation counts beside mouths: boundaries, confidence, damaged transcripts, conditions, targets."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts" / "ear"))

import boundaries
import conditions
import damage
import diphones
import judging
import scoring
import tables
import targets
from measure import OURS, Result
from trials import RATE, Trial

TRUE = [(0.1, 0.2, "m"), (0.2, 0.35, "aɪ"), (0.35, 0.45, "t"), (0.45, 0.6, "iː")]


def figures(*counts: dict[str, float]) -> dict[str, scoring.Figure]:
    return scoring.figures([scoring.row(count) for count in counts], draws=50)


def test_boundaries_that_are_right_have_no_error() -> None:
    found = figures(boundaries.counts(TRUE, TRUE, "en"))
    assert found["boundary_ms"].value == 0.0
    assert found["boundary_20ms"].value == 100.0


def test_boundaries_are_measured_between_the_phones_that_belong_together() -> None:
    heard = [
        (0.11, 0.21, "m"),
        (0.21, 0.28, "a"),
        (0.28, 0.36, "ɪ"),
        (0.36, 0.46, "t"),
        (0.46, 0.47, "s"),
        (0.47, 0.61, "i"),
    ]
    error = boundaries.errors(heard, TRUE, "en")
    assert len(error) == 8
    assert sorted(np.round(1000 * error).astype(int)) == [10] * 7 + [20]


def test_a_missing_phone_spoils_its_own_boundaries_only() -> None:
    error = boundaries.errors([TRUE[0], TRUE[1], TRUE[3]], TRUE, "en")
    assert len(error) == 6
    assert error.max() < 1e-9


def test_the_median_boundary_is_read_from_counts_by_millisecond() -> None:
    moved = [
        (start + shift, end + shift, ipa)
        for (start, end, ipa), shift in zip(TRUE, (0.004, 0.004, 0.03, 0.2), strict=True)
    ]
    found = figures(boundaries.counts(moved, TRUE, "en"))
    assert 3.0 <= found["boundary_median_ms"].value <= 31.0
    assert found["boundary_20ms"].value == 50.0
    assert found["boundary_ms"].value == pytest.approx(59.5)


def test_confidence_is_held_against_what_was_right() -> None:
    heard = [(0.1, 0.2, "m"), (0.2, 0.35, "a"), (0.35, 0.45, "k"), (0.7, 0.8, "s")]
    found = figures(scoring.confidence(heard, (0.9, 0.9, 0.9, 0.1), TRUE))
    assert found["sure_right"].value == pytest.approx(100 * 2 / 3)
    assert found["calibration_error"].value == pytest.approx(100 * (abs(2.7 - 2) + 0.1) / 4)


def trial(text: str, name: str = "u1") -> Trial:
    return Trial(name, np.zeros(RATE, np.int16), "en", text)


SENTENCE = "The brown horses never jumped over fences."


@pytest.mark.parametrize(("kind", "words"), [("left_out", 6), ("added", 8), ("replaced", 7)])
def test_a_transcript_is_damaged_at_one_word(kind: str, words: int) -> None:
    damaged = damage.damage(trial(SENTENCE), kind)
    assert damaged is not None
    assert len(damaged.text.split()) == words
    again = damage.damage(trial(SENTENCE), kind)
    assert again is not None and (again.text, again.index) == (damaged.text, damaged.index)
    same = set(SENTENCE.split()) & set(damaged.text.split())
    assert len(same) == {"left_out": 6, "added": 7, "replaced": 6}[kind]


def test_what_cannot_be_damaged_is_left_alone() -> None:
    assert damage.damage(trial("In 1987 they sold 30 of them."), "added") is None
    assert damage.damage(trial("Go on."), "left_out") is None


def flagged(damaged: damage.Damaged, statuses: dict[int, str]) -> list[tuple[str, str]]:
    return [(word, statuses.get(index, "said")) for index, word in enumerate(damaged.text.split())]


def test_a_flag_on_the_damage_finds_it_and_one_elsewhere_is_not_due() -> None:
    damaged = damage.damage(trial(SENTENCE), "added")
    assert damaged is not None
    hit = damage.counts(damaged, flagged(damaged, {damaged.index: "unsaid"}))
    away = (damaged.index + 4) % 8
    miss = damage.counts(damaged, flagged(damaged, {away: "unsaid"}))
    assert hit is not None and (hit["added_found"], hit["flags_due"]) == (1.0, 1)
    assert miss is not None and (miss["added_found"], miss["flags"], miss["flags_due"]) == (0.0, 1, 0)


def test_a_word_left_out_is_found_by_an_extra_word_in_its_place() -> None:
    damaged = damage.damage(trial(SENTENCE), "left_out")
    assert damaged is not None
    words = flagged(damaged, {})
    words.insert(damaged.index + 1, ("", "extra"))
    counted = damage.counts(damaged, words)
    assert counted is not None and counted["left_out_found"] == 1.0


def test_flags_in_a_sound_transcript_are_false() -> None:
    sound = damage.Damaged(trial(SENTENCE), SENTENCE, "")
    counted = damage.counts(sound, flagged(sound, {2: "changed"}))
    assert counted == {"sound_words": 7, "sound_words_flagged": 1}


def test_words_of_another_text_are_not_counted() -> None:
    assert damage.counts(damage.Damaged(trial(SENTENCE), SENTENCE, ""), [("The", "said")]) is None


def test_words_said_twice_are_written_once() -> None:
    again = judging.repeated("we sailed over the quiet harbour", random.Random(4))
    assert again != "we sailed over the quiet harbour"
    assert judging.once(again) == "we sailed over the quiet harbour"
    twice = damage.said_twice(trial(again), judging.once(again))
    assert twice is not None
    words = [(word, "said") for word in judging.once(again).split()]
    words.insert(twice.index + 1, ("", "repeated"))
    counted = damage.counts(twice, words)
    assert counted is not None and counted["repeated_found"] == 1.0


def voiced(name: str, seed: int = 0) -> Trial:
    time = np.arange(2 * RATE) / RATE
    buzz = sum(np.sin(2 * np.pi * 130 * k * time) / k for k in range(1, 20))
    gate = np.clip(2 * np.sin(2 * np.pi * (1.5 + seed) * time), 0, 1)
    return Trial(
        name, np.round(8000 * buzz * gate / np.abs(buzz).max()).astype(np.int16), "en", phones=((0.2, 0.4, "a"),)
    )


OTHERS = [voiced(f"o{index}", index) for index in range(6)]


@pytest.mark.parametrize("name", conditions.CONDITIONS)
def test_a_condition_keeps_the_time_and_comes_out_the_same_again(name: str) -> None:
    changed = conditions.CONDITIONS[name](OTHERS[0], OTHERS)
    again = conditions.CONDITIONS[name](OTHERS[0], OTHERS)
    assert np.array_equal(changed.samples, again.samples)
    assert not np.array_equal(changed.samples, OTHERS[0].samples)
    ratio = changed.phones[0][1] / OTHERS[0].phones[0][1]
    assert changed.seconds == pytest.approx(OTHERS[0].seconds * ratio, abs=0.001)


@pytest.mark.parametrize(
    "name", [name for name in conditions.CONDITIONS if name.startswith("10 dB") and "room" not in name]
)
def test_what_lies_behind_is_ten_decibels_softer(name: str) -> None:
    speech = OTHERS[0].samples.astype(float)
    both = conditions.CONDITIONS[name](OTHERS[0], OTHERS).samples.astype(float)
    gain = (speech @ both) / (speech @ speech)
    noise = both - gain * speech
    assert 10 * np.log10(np.mean((gain * speech) ** 2) / np.mean(noise**2)) == pytest.approx(10, abs=1.0)


def test_a_whisper_has_no_pitch_and_keeps_the_loudness_of_its_moments() -> None:
    whispered = conditions.whisper(OTHERS[0]).samples.astype(float)
    voice = OTHERS[0].samples.astype(float)

    def lag_of_pitch(sound: np.ndarray) -> float:
        part = sound[2000:10000]
        return float(part[:-123] @ part[123:] / (part @ part))

    assert lag_of_pitch(voice) > 0.7
    assert abs(lag_of_pitch(whispered)) < 0.3
    loud = [np.add.reduceat(sound**2, np.arange(0, len(sound), 1600)) for sound in (voice, whispered)]
    assert np.corrcoef(loud[0], loud[1])[0, 1] > 0.7


def test_a_telephone_leaves_its_band_only() -> None:
    line = conditions.telephone(OTHERS[0])
    power = np.abs(np.fft.rfft(line.samples.astype(float))) ** 2
    hertz = np.fft.rfftfreq(len(line.samples), 1 / line.rate)
    assert line.rate == 8000
    assert power[hertz < 250].sum() < 0.02 * power.sum()


def test_a_voices_phone_names_become_ipa() -> None:
    assert diphones.phones_of("us1", "r=") == ("ɝ",)
    assert diphones.phones_of("de4", "?aU") == ("ʔ", "aʊ")
    assert diphones.phones_of("pl1", "ts'") == ("tɕ",)
    assert diphones.phones_of("us1", "_") == ()
    with pytest.raises(KeyError):
        diphones.phones_of("us1", "no such phone")


def test_a_manner_changes_times_and_pitch_and_keeps_the_names() -> None:
    rows = [diphones.Row("m", 80, ((0, 100),)), diphones.Row("A", 160, ((50, 121),))]
    slow = diphones.said(rows, diphones.Manner(slowness=2.0, pitch=1.5, liveliness=0.0))
    assert [(row.name, row.length) for row in slow] == [("m", 160), ("A", 320)]
    assert [hertz for row in slow for _, hertz in row.pitch] == [165, 165]


def test_targets_are_judged_against_our_own_row_and_shown_beside_the_peers() -> None:
    def result(system: str, share: float) -> Result:
        counts = scoring.row({"scored": 100, "right": share, "scored_open": 100, "right_open": share})
        return Result("audio only", "English, 10 dB noise + room", system, "", 1, 1.0, 0.0, scoring.figures([counts]))

    (judged,) = targets.judge([result("peer", 50), result(OURS, 90)])
    assert (judged.found.value, judged.peer, judged.target.met(judged.found.value)) == (90.0, 50.0, True)
    assert tables.verdict(judged).endswith("met")
    assert tables.verdict(targets.judge([result(OURS, 80)])[0]).endswith("NOT MET")
    text = tables.markdown([result("peer", 50), result(OURS, 90)], [judged])
    assert "| English, 10 dB noise + room | lockstep | 1 | 90.0 (90.0-90.0) |" in text
    assert "| 10 dB noise and room | frames | >= 86 | 90.0 (90.0-90.0) | 50.0 | met |" in text


def test_what_a_language_loses_when_it_is_held_out_is_drawn_from_the_same_utterances() -> None:
    def result(system: str, *shares: float) -> Result:
        rows = [{"scored": 100, "right": share, "scored_open": 100, "right_open": share} for share in shares]
        counts = tuple(scoring.row(row) for row in rows)
        return Result("audio only", "pl", system, "", len(rows), 1.0, 0.0, scoring.figures(counts), counts=counts)

    learnt = result(targets.LEARNT, 90, 70, 50)
    frames, recall = targets.differences([learnt, result(targets.HELD_OUT, 87, 67, 47)])
    assert "3.0 (3.0-3.0)" in frames and frames.endswith(" met")
    assert "recall" in recall
    assert targets.differences([learnt, result(targets.HELD_OUT, 80, 60, 40)])[0].endswith("NOT MET")
