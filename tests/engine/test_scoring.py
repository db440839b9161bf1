"""The scorer's own arithmetic, on phones made up for it."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts" / "ear"))

import folding
import mouths
import scoring

LINE = [
    (0.50, 0.60, "m"), (0.60, 0.80, "aː"), (0.80, 0.90, "s"), (0.90, 1.00, "iː"), (1.00, 1.10, "f"),
    (1.10, 1.30, "u"), (1.30, 1.40, "p"), (1.40, 1.60, "ɛ"),
]  # fmt: skip
LENGTH = 2.10


def figure(heard: list[mouths.Phone], name: str, line: list[mouths.Phone] = LINE) -> float:
    counts = scoring.in_time(heard, mouths.truth(line, LENGTH))
    return scoring.figures([scoring.row(counts)], draws=10)[name].value


def moved(seconds: float) -> list[mouths.Phone]:
    return [(start + seconds, end + seconds, ipa) for start, end, ipa in LINE]


@pytest.mark.parametrize("name", ["frames", "recall", "closures_f1", "closures_precision", "teeth_f1"])
def test_the_truth_itself_scores_one_hundred(name: str) -> None:
    assert figure(LINE, name) == pytest.approx(100)


def test_the_truth_itself_has_no_edge_error() -> None:
    assert figure(LINE, "edge_ms") == pytest.approx(0)


def test_always_other_has_a_sixth_of_the_recall() -> None:
    assert figure([(0.0, LENGTH, "i")], "recall") == pytest.approx(100 / 6)


def test_nothing_heard_is_right_in_silence_only() -> None:
    assert figure([], "recall") == pytest.approx(100 / 6)
    assert figure([], "closures_recall") == 0
    assert figure([], "closures_f1") == 0


@pytest.mark.parametrize(("late", "found"), [(0.03, 100), (0.06, 0)])
def test_a_closure_is_found_within_forty_milliseconds(late: float, found: float) -> None:
    line = [(0.5, 0.6, "p"), (0.6, 1.0, "a")]
    heard = [(0.6 + late, 0.7, "p"), (0.7, 1.0, "a")]
    assert figure(heard, "closures_recall", line) == found


def test_a_heard_closure_is_true_if_half_of_it_lies_in_a_widened_one() -> None:
    line = [(0.5, 0.6, "p"), (0.6, 1.5, "a")]
    assert figure([(0.60, 0.68, "b")], "closures_precision", line) == 100
    assert figure([(0.60, 0.70, "b")], "closures_precision", line) == 0


def test_edge_error_is_the_mean_over_both_edges() -> None:
    line = [(0.5, 0.6, "m"), (0.6, 1.0, "a")]
    assert figure([(0.51, 0.63, "m")], "edge_ms", line) == pytest.approx(20)


def test_a_closure_heard_in_a_long_silence_is_not_judged() -> None:
    heard = [(0.1, 0.3, "m"), *LINE]
    assert figure(heard, "closures_precision") == pytest.approx(100)
    assert figure(heard, "frames") == pytest.approx(100)


def test_a_gap_under_a_quarter_second_is_not_scored() -> None:
    truth = mouths.truth([(0.0, 0.5, "i"), (0.7, 1.0, "i")], 1.0)
    assert truth.scored[:50].all()
    assert not truth.scored[50:70].any()
    assert truth.pauses == ()


def test_a_long_silence_is_scored_but_for_fifty_milliseconds_at_its_edges() -> None:
    truth = mouths.truth([(0.0, 0.5, "i"), (1.0, 1.5, "i")], 1.5)
    assert list(np.flatnonzero(~truth.scored)) == [*range(45, 55), *range(95, 105)]
    assert (truth.mouth[55:95] == mouths.SILENCE).all()


@pytest.mark.parametrize("ipa", ["h", "ɦ", "ʔ"])
def test_throat_sounds_are_not_scored(ipa: str) -> None:
    truth = mouths.truth([(0.0, 0.5, "i"), (0.5, 0.6, ipa), (0.6, 1.0, "i")], 1.0)
    assert not truth.scored[50:60].any()


def test_the_burst_after_a_closure_is_not_scored() -> None:
    truth = mouths.truth([(0.0, 0.5, "i"), (0.5, 0.6, "pʰ"), (0.6, 1.0, "i")], 1.0)
    assert list(np.flatnonzero(~truth.scored)) == [57, 58, 59]


def test_a_diphthong_is_two_mouths() -> None:
    shown = mouths.frames([(0.0, 0.1, "aʊ"), (0.1, 0.2, "ɔɪ"), (0.2, 0.3, "aɪ")], 30)
    expected = [mouths.OPEN, mouths.ROUNDED, mouths.ROUNDED, mouths.OTHER, mouths.OPEN, mouths.OTHER]
    assert list(shown) == [mouth for mouth in expected for _ in range(5)]


@pytest.mark.parametrize(
    ("ipa", "mouth"),
    [("p", "closed"), ("mʲ", "closed"), ("ɓ", "closed"), ("k͡p", "closed"), ("ɱ", "teeth"), ("ʋ", "teeth"),
     ("ä", "open"), ("ɛ̃", "open"), ("ʏ", "rounded"), ("ɥ", "rounded"), ("β", "other"), ("ɸ", "other"),
     ("ɯ", "other"), ("tʃ", "other"), ("ç", "other"), ("e", "other"), ("", "silence")],
)  # fmt: skip
def test_phones_have_the_mouths_of_the_field(ipa: str, mouth: str) -> None:
    assert mouths.MOUTHS[mouths.mouth_of(mouths.letters_of(ipa))] == mouth


def test_schwa_may_be_open_and_a_consonant_takes_its_vowel() -> None:
    truth = mouths.truth([(0.0, 0.1, "ə"), (0.1, 0.2, "t"), (0.2, 0.3, "u"), (0.3, 0.4, "k"), (0.4, 0.5, "a")], 0.5)
    assert truth.right[5, mouths.OPEN] and truth.right[5, mouths.OTHER]
    assert truth.right[15, mouths.ROUNDED] and truth.right[15, mouths.OTHER]
    assert truth.right[35, mouths.OPEN] and truth.right[35, mouths.ROUNDED]
    assert not truth.right[25, mouths.OTHER]


def test_phone_error_counts_edits_over_true_phones() -> None:
    counts = scoring.in_order(list("abcd"), list("axcde"))
    assert (counts["phone_errors"], counts["phones"]) == (2, 5)


def test_sealing_phones_are_matched_by_the_alignment() -> None:
    counts = scoring.in_order(list("pasb"), list("basi"))
    assert (counts["sealed"], counts["sealed_heard"], counts["sealed_both"]) == (1, 2, 1)


def test_one_or_two_symbols_for_a_diphthong_are_the_same() -> None:
    assert folding.fold(["h", "aɪ", "oʊ"], "en") == folding.fold(["h", "a", "ɪ", "o", "ʊ"], "en")
    assert folding.fold(["ɜː"], "en") == folding.fold(["ə"], "en")
    assert folding.fold(["tː", "t", "", "ʁ"], "it") == ["t", "r"]


def test_utterances_drawn_anew_give_an_interval_around_the_value() -> None:
    rows = [scoring.row({"scored": 100, "right": right}) for right in (60, 70, 80, 90, 100)]
    found = scoring.figures(rows)["frames"]
    assert found.value == pytest.approx(80)
    assert 60 < found.low < 75 and 85 < found.high < 100
    assert scoring.figures(rows) == scoring.figures(rows) or np.isnan(scoring.figures(rows)["teeth_f1"].value)


def test_a_figure_without_truth_is_no_number() -> None:
    assert np.isnan(scoring.figures([scoring.row({"phones": 3, "phone_errors": 1})])["frames"].value)


def test_a_vowel_that_may_be_rounded_is_right_both_ways() -> None:
    line = [(0.5, 0.6, "k"), (0.6, 0.8, "ɑ"), (0.8, 0.9, "t")]
    heard = [(0.5, 0.6, "k"), (0.6, 0.8, "ɔ"), (0.8, 0.9, "t")]
    for either, wanted in ((frozenset(), 0.0), (frozenset("ɑ"), 100.0)):
        counts = scoring.in_time(heard, mouths.truth(line, 1.4, either))
        assert 100 * counts["right_open"] / counts["scored_open"] == wanted
