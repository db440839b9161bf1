"""The evaluation of swaps: the truth it holds edits against, what it plants, and the faults that it must see."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts" / "ear"))
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))

from swap import fates, figures, lines, plant, table, trip
from swap.desk import Desk
from swap.truth import Truth

from engine.edits.laid import plain
from engine.take import Audio, Phone, Phrase, Syllable, Take, Tracks

VOWELS = "ɑiuɛoa"
WORDS = ["mɑp", "ifu", "tɛs", "obɑ", "niku", "lɛf", "ɑdom", "uvi", "pɑsi", "kɛbu", "mifo", "tɑnɛ"]


@dataclass(frozen=True)
class Said:
    """A true phone."""

    start: float
    end: float
    ipa: str
    origin: int
    line: int = 0


def said(words: list[tuple[str, int]], pace: float = 1.0) -> tuple[Said, ...]:
    """Words with the number of the first reading's word that each is: 90 ms a phone times `pace`, from 0.5 s on."""
    sounds = [(ipa, origin) for word, origin in words for ipa in word]
    step = 0.09 * pace
    return tuple(
        Said(round(0.5 + step * i, 3), round(0.5 + step * (i + 1), 3), ipa, origin)
        for i, (ipa, origin) in enumerate(sounds)
    )


def take_of(phones: tuple[Said, ...], name: str) -> Take:
    """The take that hears them all."""
    heard = tuple(Phone(one.start, one.end, one.ipa, 1.0, int(one.ipa in VOWELS)) for one in phones)
    syllables = tuple(Syllable(one.start, one.end, i, 0.5) for i, one in enumerate(heard) if one.ipa in VOWELS)
    count = round((heard[-1].end + 0.6) / 0.01)
    flat = np.zeros(count, np.float32)
    tracks = Tracks(0.01, flat, flat, np.full(count, -20.0, np.float32), np.full(count, np.nan, np.float32))
    phrases = (Phrase(heard[0].start, heard[-1].end),)
    audio = Audio(f"{name}.wav", name * 64, count / 100, 16000)
    return Take(audio, "en", "tests", None, heard, syllables, (), phrases, tracks)


ALL = list(enumerate(WORDS))
FIRST = said([(word, i) for i, word in ALL])
SLOWER = said([(word, i) for i, word in ALL], 1.5)
WITHOUT = said([(word, i) for i, word in ALL if i != 4])
WITH = said([*((word, i) for i, word in ALL[:4]), ("niku", -1), *((word, i) for i, word in ALL[4:])])


@pytest.fixture(scope="module")
def character() -> trip.Character:
    return trip.Character()


@pytest.fixture(scope="module")
def slower(character: trip.Character) -> trip.Trip:
    return trip.journey(character, take_of(FIRST, "a"), take_of(SLOWER, "b"), 40, 12, "a seed")


def judged(character: trip.Character, swapped: trip.Trip, new: tuple[Said, ...] = SLOWER) -> list[fates.Fate]:
    return fates.fates(swapped, fates.Judge(Truth(FIRST, new), "same text"), character.speaks)


def test_a_phone_belongs_to_the_same_phone_of_the_same_word() -> None:
    truth = Truth(FIRST, SLOWER)
    assert truth.pairs.tolist() == list(range(len(FIRST)))
    phone, like = FIRST[5], SLOWER[5]
    span = truth.span(phone.start + 0.03)
    assert (span.start, span.end, span.there) == (like.start, like.end, True)
    assert truth.instant(phone.start + 0.03) == pytest.approx(like.start + 0.045)
    assert truth.back(like.start + 0.045) == pytest.approx(phone.start + 0.03)
    assert span.distance(like.start - 0.02) == pytest.approx(0.02) and span.distance(like.start + 0.01) == 0.0


def test_a_word_that_is_left_out_is_not_there_and_belongs_between_its_neighbours() -> None:
    truth = Truth(FIRST, WITHOUT)
    gone = [phone for phone in FIRST if phone.origin == 4]
    left = next(phone for phone in reversed(WITHOUT) if phone.origin == 3)
    for phone in gone:
        span = truth.span(phone.start + 0.01)
        assert not span.there and span.start == pytest.approx(left.end) and span.end == pytest.approx(left.end)


def test_a_word_that_is_put_in_is_nobodys_however_alike() -> None:
    truth = Truth(FIRST, WITH)
    like = truth.span(next(phone for phone in FIRST if phone.origin == 4).start + 0.01)
    assert like.start == next(phone for phone in WITH if phone.origin == 4).start


def test_the_conditions_are_the_same_every_time_and_differ_as_they_say() -> None:
    for condition, first, new in lines.pairs(["en", "fr"], quick=False):
        assert condition.reading(new.language) == new
        origins = [word.origin for word in new.words]
        if condition.kind == "same text":
            assert origins == [word.origin for word in first.words]
        if condition.name == "six words less":
            assert len(set(range(len(first.words))) - set(origins)) == 6
        if condition.name == "six words more":
            assert origins.count(lines.NEW) == 6
        if condition.kind == "other text":
            assert set(origins) == {lines.NEW}
        if condition.kind == "other language":
            assert new.language != first.language


def test_each_word_is_known_by_its_place_in_the_text() -> None:
    for condition, _, new in lines.pairs(["de"], quick=False):
        text, places = new.text()
        for place, word in places.items():
            assert text[place - 1 :].startswith(word.text), condition.name


def test_what_is_planted_stands_on_the_curves(character: trip.Character, slower: trip.Trip) -> None:
    kinds = {planted.what for planted in slower.planted}
    assert len(slower.planted) == 52 and len(kinds) >= 10
    for planted in slower.planted:
        for mark in planted.marks:
            if planted.curve and mark.value is not None:
                keys = slower.current[planted.curve]
                at = int(np.argmin(np.abs(keys.times - mark.seconds)))
                assert keys.times[at] == pytest.approx(mark.seconds) and keys.values[at] == pytest.approx(mark.value)


def test_the_same_seed_plants_the_same() -> None:
    take = take_of(FIRST, "a")
    made_twice = [plant.items(take, 12, "a seed") for _ in range(2)]
    assert made_twice[0] == made_twice[1] != plant.items(take, 12, "another")


def test_a_true_swap_loses_nothing_and_puts_nothing_astray(character: trip.Character, slower: trip.Trip) -> None:
    found = judged(character, slower)
    assert len(found) == 52
    assert not [fate for fate in found if fate.status == fates.LOST or fate.astray]
    assert np.mean([fate.distance <= figures.NEAR for fate in found if fate.distance == fate.distance]) > 0.95
    for returned in (figures.back(slower), figures.again(slower)):
        assert returned.value < 1e-4 and returned.frames < 1e-3 and returned.curves == 0


def test_an_edit_that_is_not_found_counts_as_lost(character: trip.Character, slower: trip.Trip) -> None:
    edits = [edit for edit in slower.edits if edit.keys]
    less = replace(slower, edits=[edit for edit in slower.edits if edit is not edits[0]])
    lost = [fate for fate in judged(character, less) if fate.status == fates.LOST]
    assert lost and all(fate.planted.curve == edits[0].curve.name for fate in lost)


def test_an_edit_that_is_not_on_the_curve_counts_as_lost(character: trip.Character, slower: trip.Trip) -> None:
    name = next(planted.curve for planted in slower.planted if planted.what == "re-valued")
    bare = replace(slower.there, laid={**slower.there.laid, name: plain(slower.there.generated[name])})
    found = [fate for fate in judged(character, replace(slower, there=bare)) if fate.planted.curve == name]
    assert found and all(fate.status == fates.LOST for fate in found)


def test_an_edit_far_from_its_sound_is_astray(character: trip.Character, slower: trip.Trip) -> None:
    late = tuple(replace(one, start=one.start + 0.3, end=one.end + 0.3) for one in SLOWER)
    found = judged(character, slower, late)
    assert np.mean([fate.astray for fate in found]) > 0.5
    laid = [fate.distance for fate in found if fate.planted.what == "re-valued" and fate.distance == fate.distance]
    assert np.median(laid) > 0.15


def test_closures_that_stand_open_are_counted(character: trip.Character, slower: trip.Trip) -> None:
    there = slower.there
    shut = {name: plain(there.generated[name]) for name in figures.LIPS}
    whole = replace(slower, there=replace(there, laid={**there.laid, **shut}))
    count, opened = figures.closures(whole, Truth(FIRST, SLOWER))
    assert count >= 6 and opened == 0
    jaw = there.generated["jawOpen"]
    up = np.array([0.0, 0.3])
    raised = plain(replace(jaw, values=jaw.values + up[1], left=jaw.left + up, right=jaw.right + up))
    open_jaw = replace(whole, there=replace(there, laid={**there.laid, **shut, "jawOpen": raised}))
    assert figures.closures(open_jaw, Truth(FIRST, SLOWER)) == (count, count)


def test_a_return_that_differs_is_measured(character: trip.Character, slower: trip.Trip) -> None:
    name = next(iter(slower.back.laid))
    keys = slower.back.laid[name].keys
    moved = plain(replace(keys, values=keys.values + 0.25, times=keys.times + 0.5 / trip.FPS))
    worse = replace(slower, back=replace(slower.back, laid={**slower.back.laid, name: moved}))
    found = figures.back(worse)
    assert found.value > 0.2 and found.frames == pytest.approx(0.5, abs=0.01)
    gone = replace(slower, back=replace(slower.back, laid={**slower.back.laid, name: plain(keys.at(slice(1)))}))
    assert figures.back(gone).curves == 1


def test_an_artist_touches_no_key_twice(character: trip.Character) -> None:
    take = take_of(FIRST, "a")
    shot = character.shoot(take, trip.scored([]), {}, {})
    desk = Desk({name: one.keys for name, one in shot.laid.items()}, trip.FPS)
    planted = plant.Artist(desk, sorted(character.speaks & set(shot.generated)), take, "x").edit(60)
    touched = [(one.curve, round(mark.seconds, 4)) for one in planted for mark in one.marks if mark.value is not None]
    assert len(planted) == 60 and len(touched) == len(set(touched))


def test_a_row_says_all_its_figures_in_its_columns(character: trip.Character, slower: trip.Trip) -> None:
    row = figures.Row("slower", "same text", "true phones")
    row.add(slower, judged(character, slower), Truth(FIRST, SLOWER))
    line = table.line(figures.pooled("all", [row, row]))
    assert len(line) == len(table.HEAD) and line.split()[:5] == ["all", "true", "phones", "104", "0"]
    assert len(table.kinds([row])) == 1 + len({planted.what for planted in slower.planted})


def test_espeaks_words_are_told_apart() -> None:
    pytest.importorskip("espeakng_loader")
    from swap.speech import Voice

    readings = _readings("six words less")
    first, new = (Voice().say(reading) for reading in readings)
    left_out = {word.origin for word in readings[0].words} - {word.origin for word in readings[1].words}
    likes = Truth(first.phones, new.phones).pairs.tolist()
    missing = [phone.origin for phone, like in zip(first.phones, likes, strict=True) if like < 0]
    assert set(missing) == left_out
    assert len(missing) + len(new.phones) == len(first.phones)


def _readings(name: str) -> tuple[lines.Reading, lines.Reading]:
    return next((first, new) for condition, first, new in lines.pairs(["en"], quick=False) if condition.name == name)
