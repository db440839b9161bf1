"""A reading beside what is usual in its language."""

from __future__ import annotations

import numpy as np
import pytest

from engine.languages import codes, load
from engine.norms import NormsReport, Standing, norms_of
from engine.norms.table import load_norms
from engine.take import Audio, Phone, Syllable, Take


def reading(rate: float, seconds: float = 6.0, pause: float = 0.5, every: int = 12, text: str | None = "x") -> Take:
    """A take of 'ta' at `rate` syllables a second, with a pause after each `every` of them."""
    length, at, phones, syllables = 1.0 / rate, 0.2, [], []
    for number in range(round(rate * seconds)):
        at += pause if number and number % every == 0 else 0.0
        phones += [Phone(at, at + 0.4 * length, "t"), Phone(at + 0.4 * length, at + length, "a")]
        syllables.append(Syllable(at, at + length, len(phones) - 1, 0.5))
        at += length
    return Take(Audio("x.wav", "0" * 64, at + 1.0, 16000), "en", "x", text, tuple(phones), tuple(syllables))


def standing(report: NormsReport, name: str) -> Standing:
    return next(one for one in report.standings if one.name == name)


def rate_of(rate: float, code: str) -> Standing:
    return standing(norms_of(reading(rate), load(code)), "rate")


def test_a_rate_is_told_by_its_language_and_by_the_nearest_other_one() -> None:
    assert rate_of(7.7, "zh").says == "very fast for Mandarin Chinese, ordinary for Spanish"
    assert rate_of(7.7, "es").says == "ordinary for Spanish"
    assert rate_of(4.7, "en").says == "slow for English, ordinary for Thai"


def test_the_same_rate_is_ordinary_in_one_language_and_fast_in_another() -> None:
    said = {code: rate_of(7.0, code).says for code in ("it", "ko", "fr", "zh", "de")}
    assert all(said[code].startswith("ordinary") for code in ("it", "ko", "fr"))
    assert "fast for Mandarin" in said["zh"] and "fast for German" in said["de"]


def test_no_language_is_named_where_the_rate_is_ordinary_in_none() -> None:
    assert rate_of(14.0, "es").says == "very fast for Spanish"
    assert rate_of(2.0, "zh").says == "very slow for Mandarin Chinese"


def test_every_norm_is_ordinary_for_its_own_language() -> None:
    for code, norm in load_norms().languages.items():
        if code in codes():
            assert rate_of(norm.rate, code).says == f"ordinary for {norm.name}"


def test_pauses_of_150_ms_are_left_out_of_the_rate_and_shorter_gaps_are_not() -> None:
    english = load("en")
    paused = standing(norms_of(reading(6.0, pause=0.5), english), "rate")
    gapped = standing(norms_of(reading(6.0, pause=0.1), english), "rate")
    assert paused.value == pytest.approx(6.0)
    assert gapped.value == pytest.approx(36 / (6.0 + 2 * 0.1))


def test_pauses_are_told_of_a_reading_that_is_long_enough() -> None:
    report = norms_of(reading(6.0, 30.0, pause=1.5, every=12), load("en"))
    many, mean = standing(report, "pauses"), standing(report, "mean pause")
    assert mean.value == pytest.approx(1.5) and mean.says == "very long for English"
    assert many.value == pytest.approx(60 * 14 / (30 + 14 * 1.5)) and many.says == "ordinary for English"
    short = {one.name for one in norms_of(reading(6.0, 6.0), load("en")).standings}
    assert not short & {"pauses", "mean pause"}


def test_durations_are_told_by_class_of_sounds() -> None:
    report = norms_of(reading(6.37), load("en"))
    vowels, stops = standing(report, "vowels"), standing(report, "stops")
    assert vowels.value == pytest.approx(0.6 / 6.37 * 1000) and vowels.says == "very long for English"
    assert stops.value == pytest.approx(0.4 / 6.37 * 1000) and stops.says == "ordinary for English"
    assert standing(norms_of(reading(7.71), load("es")), "vowels").says == "ordinary for Spanish"
    assert {one.name for one in report.standings} == {"rate", "vowels", "stops"}


def test_deviations_count_spreads() -> None:
    found = rate_of(8.0, "en")
    assert found.deviations == pytest.approx((8.0 - found.mean) / found.spread)


def test_syllables_that_are_missed_without_a_text_are_made_up_for() -> None:
    with_text, without = (norms_of(reading(6.0, text=text), load("de")) for text in ("x", None))
    assert standing(without, "rate").value == pytest.approx(6.0 / 0.82)
    assert with_text.remark == "" and "about 18 syllables of 100" in without.remark


def test_nothing_is_told_of_little_speech_or_of_a_language_without_a_norm() -> None:
    short = norms_of(reading(6.0, 2.0), load("en"))
    assert short.standings == () and "2.0 s of speech" in short.remark
    unknown = norms_of(reading(6.0), load("und"))
    assert unknown.standings == () and "choose it" in unknown.remark
    hindi = norms_of(reading(6.0), load("hi"))
    assert hindi.standings == () and "Hindi" in hindi.remark
    empty = norms_of(Take(Audio("x.wav", "0" * 64, 9.0, 16000), "en", "x"), load("en"))
    assert empty.standings == () and empty.remark.endswith(".")


def test_the_norms_agree_with_what_the_languages_state_of_themselves() -> None:
    for code in codes():
        timing, norm = load(code).timing, load_norms().languages.get(code)
        if norm is not None and timing.syllables_per_second is not None:
            stated = (timing.syllables_per_second, timing.pause, timing.pauses_per_minute)
            assert (norm.rate, norm.pause, norm.pauses) == stated


def test_norms_are_within_what_mouths_can_do() -> None:
    for norm in load_norms().languages.values():
        assert 4.0 <= norm.rate <= 8.5 and 0.2 <= norm.spread <= 1.2 and 0.7 <= norm.heard <= 1.0
        assert all(0.02 <= norm.duration(sounds) <= 0.13 for sounds in norm.shares)
        assert np.isfinite(norm.rate)
