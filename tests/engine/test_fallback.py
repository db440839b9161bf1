"""Phrases that are hard to hear: which stage they get, why, and how the artist is told."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest
from made_voice import RATE, say
from spoken import spoken, tracks

from engine.cli.analyze import summary
from engine.errors import TakeError
from engine.fallback import fall_back, remarks
from engine.fallback.band import opening, over_noise, powers
from engine.fallback.deciding import Chain, chain
from engine.fallback.measures import MEASURES, measures, sureness
from engine.fallback.reasons import clock, reason
from engine.fallback.staging import with_stages
from engine.languages import load
from engine.listen import listen
from engine.phones import CLASSES, classify
from engine.progress import drain
from engine.prosody.phrases import phrases
from engine.recognizer import Posteriors, articulation_table
from engine.recognizer import identify as room
from engine.sound.features import log_mel
from engine.sound.source import ArraySource
from engine.take import STAGES, Correction, Phone, Phrase, Take, Tracks, from_json, to_json

EN = load("en")
LINE = (
    "_:400 m:90 ɑ:180 s:110 i:150 p:90 u:170 n:80 ɑ:160 ʃ:110 i:150 _:500 "
    "m:90 i:150 t:80 ɑ:180 f:100 u:160 m:90 ɑ:180 _:500"
)
USUAL = {"sure": 0.8, "over_noise": 35.0, "depth": 40.0, "voiced": 0.7, "steady": 0.7, "likeliest": 0.85}


def noisy(decibels: float, seed: int = 0) -> np.ndarray:
    """LINE so many dB above white noise, loudest sample 0.5."""
    speech = say(LINE)
    noise = np.random.default_rng(seed).standard_normal(len(speech))
    mixed = speech + noise * np.sqrt(np.mean(speech**2) / np.mean(noise**2) / 10 ** (decibels / 10))
    return (0.5 * mixed / np.abs(mixed).max()).astype(np.float32)


def heard(sound: np.ndarray, said: list[str] | None = None, **asked: object) -> Take:
    source = ArraySource(sound, RATE, "line.wav")
    return drain(listen(source, language=EN, remark=None if said is None else said.append, **asked))  # type: ignore[arg-type]


def row(**given: float) -> np.ndarray:
    """Measures of a phrase that is heard well, with some others."""
    return np.array([(USUAL | given).get(name, 0.0) for name in MEASURES])


def posteriors(phones: tuple[Phone, ...], count: int, sure: float) -> Posteriors:
    """Each frame's phone with the probability `sure`, the rest spread over all classes."""
    own = np.zeros(count, np.int64)
    for phone in phones:
        own[round(phone.start * 100) : round(phone.end * 100)] = CLASSES.index(classify(phone.ipa))
    shares = np.full((count, len(CLASSES)), (1.0 - sure) / (len(CLASSES) - 1))
    shares[np.arange(count), own] = sure
    return Posteriors(np.log(shares).astype(np.float16), articulation_table()[own].astype(np.float16))


def a_take(confidence: float = 0.9, **given: object) -> Take:
    take = spoken("m:90 'a:160 s:100 'u:150 p:90 'a:170 _:500 b:90 'o:180 f:90 'i:150 m:100 'a:160")
    phones = tuple(replace(phone, confidence=confidence) for phone in take.phones)
    count = round(take.audio.duration * 100)
    track = Tracks(
        openness=np.full(count, 0.5, np.float32),
        rounding=np.full(count, 0.5, np.float32),
        energy=tracks(take).energy,
        pitch=np.full(count, 120.0, np.float32),
    )
    return replace(take, phones=phones, phrases=phrases(phones), tracks=track, **given)


def bands_of(take: Take) -> np.ndarray:
    """Log-mels of a sound that is loud in the first half of each phone."""
    samples = np.random.default_rng(1).standard_normal(round(take.audio.duration * RATE)) * 1e-4
    for phone in take.phones:
        first, last = int(phone.start * RATE), int((phone.start + phone.end) / 2 * RATE)
        samples[first:last] += 0.1 * np.sin(2 * np.pi * 800 * np.arange(last - first) / RATE)
    return log_mel(samples.astype(np.float32)).astype(np.float16)


def fallen(take: Take, sure: float = 0.9) -> Take:
    bands = bands_of(take)
    return fall_back(take, posteriors(take.phones, len(bands), sure), bands)


def test_a_clean_line_is_followed_to_the_phone_and_nothing_is_said() -> None:
    said: list[str] = []
    take = heard(say(LINE).astype(np.float32), said)
    assert [phrase.stage for phrase in take.phrases] == ["phones", "phones"]
    assert said == []
    assert '"stage"' not in to_json(take)


@pytest.mark.parametrize("refined", [True, False])
def test_a_line_under_noise_falls_and_says_why_and_where(refined: bool) -> None:
    said: list[str] = []
    take = heard(noisy(-5.0), said, refined=refined)
    assert take.phrases and all(phrase.stage != "phones" for phrase in take.phrases)
    assert {phrase.reason for phrase in take.phrases} == {"the speech is hard to hear under noise"}
    start = clock(take.phrases[0].start)
    assert any(one.startswith(f"From {start} to ") and "under noise; the mouth " in one for one in said)
    assert take.phones
    again = from_json(to_json(take))
    assert again.phrases == take.phrases


def test_the_more_noise_the_lower_the_confidence_and_never_a_higher_stage() -> None:
    shown = []
    for decibels in (40.0, 10.0, -5.0):
        take = heard(noisy(decibels))
        shown.append(np.mean([STAGES.index(phrase.stage) for phrase in take.phrases]))
    assert shown == sorted(shown) and shown[0] == 0.0 < shown[-1]


def test_sure_phones_stay_and_unsure_ones_fall() -> None:
    assert all(phrase.stage == "phones" for phrase in fallen(a_take(0.9)).phrases)
    low = fallen(a_take(0.25), sure=0.2)
    assert all(phrase.stage != "phones" and phrase.reason for phrase in low.phrases)
    assert low.phones == a_take(0.25).phones


def test_a_take_that_stays_is_the_same_object() -> None:
    take = a_take(0.9)
    bands = bands_of(take)
    assert fall_back(take, posteriors(take.phones, len(bands), 0.9), bands) is take


def test_a_take_without_phrases_falls_nowhere() -> None:
    take = replace(a_take(), phones=(), phrases=(), syllables=())
    bands = bands_of(a_take())
    assert fall_back(take, posteriors((), len(bands), 0.9), bands) is take


def test_what_the_artist_put_right_for_the_most_part_is_followed_to_the_phone() -> None:
    take = a_take(0.25)
    first = take.phrases[0]
    most = Correction(first.start, first.start + 0.6 * (first.end - first.start), "masup", "phones")
    little = Correction(first.start, take.phones[0].end, "m", "phones")
    assert [one.stage == "phones" for one in fallen(replace(take, corrections=(most,)), 0.2).phrases] == [True, False]
    assert [one.stage == "phones" for one in fallen(replace(take, corrections=(little,)), 0.2).phrases] == [
        False,
        False,
    ]


def test_openness_is_that_of_energy_and_rest_has_none() -> None:
    take = a_take()
    bands = bands_of(take)
    low = with_stages(take, [("openness", "noise"), ("rest", "noise")], bands)
    first, second = (slice(round(one.start * 100), round(one.end * 100)) for one in take.phrases)
    inside = low.tracks.openness[first]
    assert 0.3 < inside.max() <= 1.0
    assert inside == pytest.approx(opening(*powers(bands, first.start, first.stop)), abs=6e-4)
    assert np.all(low.tracks.rounding[first] == 0.0)
    assert np.all(low.tracks.openness[second] == 0.0) and np.all(low.tracks.rounding[second] == 0.0)
    between = slice(first.stop + 1, second.start - 1)
    assert np.array_equal(low.tracks.openness[between], take.tracks.openness[between])
    assert np.array_equal(low.tracks.energy, take.tracks.energy)


def test_openness_is_smooth_and_does_not_care_for_the_recordings_level() -> None:
    sound = say(LINE)
    found = []
    for gain in (1.0, 0.1):
        bands = log_mel((gain * sound).astype(np.float32)).astype(np.float16)
        found.append(opening(*powers(bands, 40, 170)))
    assert np.abs(np.diff(found[0])).max() < 0.15
    assert found[0] == pytest.approx(found[1], abs=0.05)
    assert found[0].max() > 0.35 > 0.2 > found[0].min()


def test_noise_shows_in_how_far_speech_stands_over_it() -> None:
    levels = []
    for decibels in (40.0, 20.0, 10.0, 0.0, -5.0):
        bands = log_mel(noisy(decibels)).astype(np.float16)
        levels.append(over_noise(*powers(bands, 40, 170)))
    assert levels == sorted(levels, reverse=True)
    assert levels[0] - levels[-1] > 15.0


def test_confidence_weighs_by_length() -> None:
    take = a_take(0.2)
    phones = (replace(take.phones[0], confidence=1.0), *take.phones[1:])
    share = 0.09 / (take.phrases[0].end - take.phrases[0].start)
    assert sureness(replace(take, phones=phones)) == pytest.approx([0.2 + 0.8 * share, 0.2])


def test_measures_are_one_row_for_each_phrase_that_is_asked_for() -> None:
    take = a_take(0.7)
    bands = bands_of(take)
    heard_well, heard_ill = (
        measures(take, sureness(take), (1, 0), posteriors(take.phones, len(bands), sure), bands) for sure in (0.9, 0.2)
    )
    assert heard_well.shape == (2, len(MEASURES)) and np.all(np.isfinite(heard_well))
    at = MEASURES.index
    assert heard_well[:, at("sure")] == pytest.approx([0.7, 0.7])
    assert heard_well[:, at("likeliest")] == pytest.approx(0.9, abs=0.07)
    assert np.all(heard_ill[:, at("likeliest")] < 0.8)
    assert heard_well[:, [at("voiced"), at("steady")]].tolist() == [[1.0, 1.0]] * 2
    assert measures(take, sureness(take), (), posteriors(take.phones, len(bands), 0.9), bands).shape == (0, 7)


def test_the_chain_stops_at_the_first_stage_that_is_not_left() -> None:
    weights, measured = np.zeros((2, len(MEASURES))), np.zeros((1, len(MEASURES)))
    for constants, stage in (((-1.0, 1.0), "classes"), ((1.0, -1.0), "openness"), ((1.0, 1.0), "rest")):
        assert Chain(0.5, weights, np.array(constants)).below(measured) == (stage,)


def test_the_constants_that_are_kept_know_every_measure_and_rest_only_where_there_is_no_speech() -> None:
    kept = chain()
    assert kept.weights.shape == (len(STAGES) - 2, len(MEASURES)) and 0.3 < kept.sure < 0.6
    speech = row(sure=0.4, likeliest=0.75, silent=0.05, over_noise=20.0, depth=20.0)
    whisper = row(sure=0.4, likeliest=0.75, silent=0.05, over_noise=30.0, depth=30.0, voiced=0.05, steady=0.3)
    hum = row(sure=0.24, likeliest=0.5, silent=0.4, over_noise=12.0, depth=4.0, voiced=0.0, steady=0.0)
    assert "rest" not in kept.below(np.array([speech, whisper]))
    assert np.all(kept.odds(np.array([hum]))[0] > kept.odds(np.array([speech]))[0])


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"over_noise": 10.0, "voiced": 0.3}, "the speech is hard to hear under noise"),
        ({"over_noise": 15.0, "voiced": 0.9, "steady": 0.9}, "the speech is hard to hear under music"),
        ({"over_noise": 15.0, "voiced": 0.9, "steady": 0.5}, "the speech is hard to hear under other voices"),
        ({}, "the speech is unclear"),
    ],
)
def test_the_reason_is_what_was_measured(given: dict[str, float], why: str) -> None:
    assert reason("classes", row(**given)) == why


def test_another_language_is_the_reason_only_where_nothing_lies_over_the_speech() -> None:
    assert reason("classes", row(), foreign=True) == "the sounds are unlike the chosen language"
    assert reason("classes", row(over_noise=10.0, voiced=0.3), foreign=True).endswith("under noise")


def test_a_language_other_than_the_one_given_is_named_where_that_is_sure(monkeypatch: pytest.MonkeyPatch) -> None:
    def remarked(code: str | None, probability: float, language: str = "en") -> list[str]:
        found = room.Identified(code, probability, MappingProxyType({}))
        monkeypatch.setattr(room, "identify", lambda _posteriors: found)
        said: list[str] = []
        source = ArraySource(say(LINE).astype(np.float32), RATE, "line.wav")
        drain(listen(source, language=load(language), remark=said.append))
        return said

    assert remarked("es", 0.95) == [
        "The speech sounds like Spanish, not English; choose Spanish if that is what is spoken."
    ]
    for code, probability in (("es", 0.85), ("en", 0.99), ("und", 0.99), (None, 0.99)):
        assert remarked(code, probability) == []
    assert not any("sounds like" in sentence for sentence in remarked("es", 0.95, "und"))


def test_at_rest_the_reason_says_what_is_heard_instead() -> None:
    assert reason("rest", row(over_noise=10.0, voiced=0.1)) == "only noise is heard"
    assert reason("rest", row(over_noise=10.0, voiced=0.9, steady=0.9)) == "only music is heard"


def test_one_sentence_tells_each_reason_with_its_places() -> None:
    why = "the speech is hard to hear under noise"
    told = [Phrase(float(at), at + 0.5, "classes", why) for at in (3, 10, 62, 80, 90)]
    told += [Phrase(100.0, 101.0, "rest", "only music is heard"), Phrase(110.0, 111.0)]
    first, second = remarks(told)
    assert first == (
        "From 0:03.0 to 0:03.5, from 0:10.0 to 0:10.5, from 1:02.0 to 1:02.5 and in 2 more places the speech is hard "
        "to hear under noise; the mouth follows its classes of sound only."
    )
    assert second == "From 1:40.0 to 1:41.0 only music is heard; the mouth rests."
    assert list(remarks([Phrase(0.0, 1.0)])) == []


def test_the_summary_of_a_take_counts_its_stages() -> None:
    take = a_take()
    assert "phrases" not in summary(take)
    told = (replace(take.phrases[0], stage="classes", reason="noise"), take.phrases[1])
    assert summary(replace(take, phrases=told)).endswith("phrases: 1 phones, 1 classes.")


def test_a_phrase_without_a_stage_is_read_as_phones_and_a_strange_one_is_refused() -> None:
    take = a_take()
    text = to_json(take)
    assert '"stage"' not in text
    assert [phrase.stage for phrase in from_json(text).phrases] == ["phones", "phones"]
    told = replace(
        take, phrases=(replace(take.phrases[0], stage="rest", reason="only music is heard"), take.phrases[1])
    )
    assert from_json(to_json(told)).phrases == told.phrases
    with pytest.raises(TakeError, match="'half'; give one of phones, classes, openness, rest"):
        from_json(to_json(told).replace('"rest"', '"half"'))
