"""Places in speech: where they hang, and that they come back exactly."""

from __future__ import annotations

import math
import random
from dataclasses import replace

import pytest
from made_takes import PAUSE, WORDS, Reading
from spoken import spoken

from engine.errors import ScoreError
from engine.score import anchor, new_id, take_id, time_of
from engine.score.items import Gesture, Score
from engine.take import Phrase, Take, Word, from_json, to_json


def some_text(seed: int, words: int) -> str:
    draw = random.Random(seed)
    return " ".join(PAUSE if draw.random() < 0.15 else draw.choice(list(WORDS)) for _ in range(words))


def test_a_place_in_a_sound_is_that_sound_and_how_far_into_it() -> None:
    take = spoken("w:100 ɔ:200 t:50", phrases=(Phrase(0.5, 0.85),), words=(Word(0.5, 0.85, "wort"),))
    at = anchor(take, 0.65)
    assert (at.kind, at.index, at.ipa, at.word) == ("phone", 1, "ɔ", "wort")
    assert at.amount == pytest.approx(0.25)
    assert (at.before, at.after, at.phrase, at.share) == (("w",), ("t",), 0, 0.5)


def test_the_border_of_two_sounds_belongs_to_the_second() -> None:
    take = spoken("ɔ:100 p:80 ɔ:90")
    for off in (0.0, -2e-7, 2e-7):
        at = anchor(take, take.phones[1].start + off)
        assert (at.kind, at.index, at.amount) == ("phone", 1, pytest.approx(0.0, abs=1e-5))
    assert anchor(take, take.phones[1].start - 1e-3).index == 0


def test_a_place_in_a_pause_hangs_on_the_nearer_edge_of_speech() -> None:
    take = spoken("a:100 _:400 t:100")  # speech ends at 0.6 and begins again at 1.0
    for seconds, index, amount in ((0.6, 0, 0.0), (0.7, 0, 0.1), (0.8, 0, 0.2), (0.81, 1, -0.19), (0.99, 1, -0.01)):
        at = anchor(take, seconds)
        assert (at.kind, at.index) == ("edge", index)
        assert at.amount == pytest.approx(amount)


def test_a_place_before_or_after_all_speech_hangs_on_its_edge() -> None:
    take = spoken("a:100 t:100")
    assert (anchor(take, 0.1).index, anchor(take, 0.1).amount) == (0, pytest.approx(-0.4))
    assert (anchor(take, -2.0).index, anchor(take, -2.0).amount) == (0, pytest.approx(-2.5))
    assert (anchor(take, 9.0).index, anchor(take, 9.0).amount) == (1, pytest.approx(8.3))


def test_a_take_without_speech_has_places_of_its_own_seconds() -> None:
    take = spoken("")
    at = anchor(take, 0.7)
    assert (at.kind, at.amount, time_of(at, take)) == ("shot", 0.7, 0.7)


@pytest.mark.parametrize("seed", range(12))
def test_any_place_comes_back_to_a_microsecond(seed: int) -> None:
    draw = random.Random(seed)
    take = Reading.of(some_text(seed, 25)).said(seed)
    places = [draw.uniform(-2.0, take.audio.duration + 2.0) for _ in range(300)]
    places += [phone.start for phone in take.phones] + [phone.end for phone in take.phones]
    places += [edge + draw.choice((-1, 1)) * 10 ** draw.uniform(-9, -3) for edge in places[300:]]
    for seconds in places:
        assert time_of(anchor(take, seconds), take) == pytest.approx(seconds, abs=1e-6)


def test_places_keep_their_order() -> None:
    take = Reading.of(some_text(5, 40)).said(5)
    draw = random.Random(5)
    places = sorted(draw.uniform(0.0, take.audio.duration) for _ in range(2000))
    back = [time_of(anchor(take, seconds), take) for seconds in places]
    assert back == sorted(back)


def test_sounds_that_overlap_by_a_hair_have_one_place_each() -> None:
    take = spoken("a:100 t:100")
    first, second = take.phones
    take = replace(take, phones=(replace(first, end=second.start + 1e-6), second))
    assert anchor(take, second.start).index == 1
    assert anchor(take, second.start - 1e-5).index == 0


def test_a_place_without_a_number_is_refused() -> None:
    for seconds in (math.nan, math.inf):
        with pytest.raises(ScoreError, match="number"):
            anchor(spoken("a:100"), seconds)


def test_a_place_of_another_take_is_refused() -> None:
    take, other = spoken("a:100 t:100"), spoken("a:100")
    with pytest.raises(ScoreError, match="belongs to the take"):
        time_of(anchor(take, 0.6), other)


def test_a_place_beyond_the_sounds_of_its_take_is_refused() -> None:
    take = spoken("a:100 t:100")
    with pytest.raises(ScoreError, match="names sound 8 of a take with 2"):
        time_of(replace(anchor(take, 0.6), index=7), take)


def test_a_take_is_called_the_same_after_it_was_stored() -> None:
    take = Reading.of(some_text(3, 20)).said(3)
    assert take_id(from_json(to_json(take))) == take_id(take)
    assert len(take_id(take)) == 12 and int(take_id(take), 16) >= 0


def test_takes_that_differ_are_called_differently() -> None:
    take = Reading.of("we keep a boat").said(3)
    first = take.phones[0]
    others = [
        replace(take, phones=take.phones[1:]),
        replace(take, phones=(replace(first, ipa="m"), *take.phones[1:])),
        replace(take, phones=(replace(first, start=first.start + 0.001), *take.phones[1:])),
        replace(take, audio=replace(take.audio, sha256="cd" * 32)),
    ]
    assert len({take_id(one) for one in (take, *others)}) == 5


def test_what_is_said_of_words_and_confidence_leaves_a_takes_name() -> None:
    take = Reading.of("we keep a boat").said(3)
    told: Take = replace(take, words=(), syllables=(), transcript="we keep a boat")
    assert take_id(told) == take_id(take)


def test_phrases_are_told_by_pauses_where_a_take_has_none() -> None:
    take = spoken("a:100 t:100 _:400 p:80 i:100")
    assert [anchor(take, seconds).phrase for seconds in (0.55, 0.65, 1.15, 1.25)] == [0, 0, 1, 1]


def test_new_ids_follow_the_highest_that_is_there() -> None:
    assert new_id((), "edit") == "edit-1"
    assert new_id(("edit-1", "edit-7", "nod-9", "edit-x"), "edit") == "edit-8"
    take = spoken("a:100")
    score = Score(gestures=(Gesture("nod-3", anchor(take, 0.5), "nod"),))
    assert (new_id(score, "nod"), new_id(score, "edit")) == ("nod-4", "edit-1")


def test_an_hour_of_speech_is_anchored() -> None:
    take = Reading.of(some_text(9, 9000)).said(9)
    assert take.audio.duration > 2400
    draw = random.Random(9)
    places = [draw.uniform(0.0, take.audio.duration) for _ in range(5000)]
    found = [anchor(take, seconds) for seconds in places]
    assert [time_of(at, take) for at in found] == pytest.approx(places, abs=1e-6)
