"""Items of a score in another take: at their sounds, beside them, or unplaced with the reason."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import pytest
from made_takes import PAUSE, WORDS, Reading, true_match
from spoken import centre

from engine.matching.match import Match
from engine.placing import PlacedItem, place
from engine.score import Curve, Edit, EditedKey, Emotion, Emphasis, Gesture, Item, Pin, Score, anchor, take_id
from engine.take import Audio, Take

TEXT = "we keep a happy monkey _ about seven yellow fish _ mama paper window"
MOUTH, FACE = Curve("mouthPucker"), Curve("browInnerUp", part="face")


def sound_of(reading: Reading, word: str, at: int = 0) -> int:
    """The number of a phone of the first reading: phone `at` of the first such word."""
    return reading.sounds[reading.words.index(word)][at].origin


def edit(take: Take, times: Sequence[float], curve: Curve = MOUTH, id: str = "edit-1", **given: object) -> Edit:
    """Keys at some seconds, with borders 60 ms outside."""
    keys = tuple(EditedKey(anchor(take, seconds), 0.5) for seconds in times)
    return Edit(id, curve, anchor(take, times[0] - 0.06), anchor(take, times[-1] + 0.06), "keys", keys, **given)  # type: ignore[arg-type]


def in_other(item: Item, take: Take, old: Take, match: Match | None) -> PlacedItem:
    rooms = {Edit: "edits", Emotion: "emotions", Gesture: "gestures", Emphasis: "emphases", Pin: "pins"}
    score = Score(**{rooms[type(item)]: (item,)})  # type: ignore[arg-type]
    matches = {} if match is None else {take_id(old): match}
    return place(score, take, matches, {take_id(old): old}).items[0]


def readings(change: Reading | None = None, **said: float) -> tuple[Reading, Take, Take, Match]:
    first = Reading.of(TEXT)
    second = change or first
    old, new = first.said(1), second.said(2, **said)  # type: ignore[arg-type]
    return first, old, new, true_match(old, new, second.origins())


def test_in_its_own_take_everything_stands_exactly_where_it_was_made() -> None:
    old = Reading.of(TEXT).said(1)
    draw = random.Random(4)
    for seconds in [draw.uniform(-0.5, old.audio.duration + 0.5) for _ in range(200)]:
        for item in (Gesture("a", anchor(old, seconds), "nod"), edit(old, (seconds,)), edit(old, (seconds,), FACE)):
            placed = in_other(item, old, old, None)
            own = placed.keys[0] if placed.keys else placed.start
            assert (placed.status, placed.reason, placed.laid) == ("matched", "", True)
            assert own.seconds == pytest.approx(seconds, abs=1e-6)
            assert (own.stretch, own.confidence) == (1.0, 1.0)


@pytest.mark.parametrize("speed", [0.6, 1.0, 1.7])
def test_keys_follow_their_sounds_to_the_same_part_of_them(speed: float) -> None:
    _, old, new, match = readings(speed=speed)
    for index, phone in enumerate(old.phones):
        for share in (0.0, 0.3, 0.9):
            placed = in_other(edit(old, (phone.start + share * (phone.end - phone.start),)), new, old, match)
            other = new.phones[index]
            assert placed.status == "matched"
            assert placed.keys[0].seconds == pytest.approx(other.start + share * (other.end - other.start), abs=1e-5)
            assert (placed.keys[0].phone, placed.keys[0].confidence) == (index, 0.9)


def test_a_key_of_the_mouth_whose_word_is_left_out_is_unplaced_and_says_of_which_sound_it_was() -> None:
    first = Reading.of(TEXT)
    _, old, new, match = readings(first.without_word(3))
    placed = in_other(edit(old, (centre(old, sound_of(first, "happy", 2)),)), new, old, match)
    assert (placed.status, placed.laid) == ("unplaced", False)
    assert placed.reason == "The sound /p/ of 'happy' is not in this take."
    monkey = new.phones[sound_of(first, "happy", 0)]
    assert placed.keys[0].seconds == pytest.approx(monkey.start, abs=0.05)  # the guess: where the word would be


def test_without_a_text_the_reason_tells_the_sounds_around() -> None:
    first = Reading.of(TEXT)
    old, second = first.said(1, texts=False), first.without_word(3)
    new = second.said(2, texts=False)
    at = centre(old, sound_of(first, "happy", 2))
    placed = in_other(edit(old, (at,)), new, old, true_match(old, new, second.origins()))
    assert placed.reason == "The sound /p/ in /æ p i/ is not in this take."


def test_what_is_unplaced_is_laid_at_the_best_guess_where_the_artist_asks() -> None:
    first = Reading.of(TEXT)
    _, old, new, match = readings(first.without_word(3))
    made = edit(old, (centre(old, sound_of(first, "happy", 2)),))
    one, other = (in_other(replace(made, guess=guess), new, old, match) for guess in (False, True))
    assert (other.status, other.laid) == ("moved", True)
    assert other.keys[0].seconds == one.keys[0].seconds
    assert other.reason == "The sound /p/ of 'happy' is not in this take; it stands at the best guess."
    assert other.keys[0].status == "moved"


def test_a_sound_heard_as_another_between_its_neighbours_carries_the_key_and_says_so() -> None:
    first = Reading.of(TEXT)
    _, old, new, match = readings(first.with_sound(3, 2, "t"))
    index = sound_of(first, "happy", 2)
    placed = in_other(edit(old, (centre(old, index),)), new, old, match)
    assert (placed.status, placed.keys[0].phone) == ("moved", index)
    assert placed.keys[0].seconds == pytest.approx(centre(new, index), abs=1e-3)
    assert placed.reason == "The sound /p/ of 'happy' is heard as /t/ in this take."


def test_a_sound_swallowed_between_its_neighbours_leaves_the_key_where_they_meet() -> None:
    first = Reading.of(TEXT)
    _, old, new, match = readings(first.without_sound(3, 2))
    index = sound_of(first, "happy", 2)
    placed = in_other(edit(old, (centre(old, index),)), new, old, match)
    assert placed.status == "moved" and "is not in this take" in placed.reason
    assert new.phones[index - 1].start < placed.keys[0].seconds < new.phones[index].end


def test_two_sounds_heard_as_one_other_carry_their_keys_in_order() -> None:
    first = Reading.of(TEXT)
    _, old, new, match = readings(first.without_sound(4, 3).with_sound(4, 2, "m"))  # 'monkey': ŋ k heard as m
    index = sound_of(first, "monkey", 2)
    placed = in_other(edit(old, (centre(old, index), centre(old, index + 1))), new, old, match)
    assert placed.status == "moved"
    start, end = new.phones[index].start, new.phones[index].end
    assert start < placed.keys[0].seconds < placed.keys[1].seconds < end
    assert all(key.phone == index for key in placed.keys)


def test_a_key_of_a_word_that_is_another_now_is_unplaced() -> None:
    first = Reading.of(TEXT)
    second = first.without_word(3).with_word(3, "water")
    _, old, new, match = readings(second)
    for at in range(4):
        placed = in_other(edit(old, (centre(old, sound_of(first, "happy", at)),)), new, old, match)
        assert placed.status == "unplaced"


def test_a_sound_missing_at_the_edge_of_its_word_is_unplaced() -> None:
    first = Reading.of(TEXT)
    _, old, new, match = readings(first.without_sound(4, 0))
    placed = in_other(edit(old, (centre(old, sound_of(first, "monkey", 0)),)), new, old, match)
    assert placed.status == "unplaced"


def test_brows_go_on_in_their_phrase_where_their_word_is_left_out() -> None:
    first = Reading.of(TEXT)
    _, old, new, match = readings(first.without_word(3))
    seconds = centre(old, sound_of(first, "happy", 1))
    for item in (edit(old, (seconds,), FACE), Gesture("a", anchor(old, seconds), "brow_raise")):
        placed = in_other(item, new, old, match)
        found = placed.keys[0] if placed.keys else placed.start
        assert (placed.status, placed.laid) == ("moved", True)
        assert new.phrases[0].start < found.seconds < new.phrases[0].end
        assert "is not in this take; it stands where that would be" in placed.reason


def test_brows_are_unplaced_where_their_whole_phrase_is_left_out() -> None:
    first = Reading.of(TEXT)
    last = first
    for _ in range(3):
        last = last.without_word(len(last.words) - 1)
    _, old, new, match = readings(last)
    placed = in_other(edit(old, (centre(old, sound_of(first, "paper")),), FACE), new, old, match)
    assert placed.status == "unplaced"
    assert placed.reason == "The phrase with the sound /p/ of 'paper' is not in this take."


def test_in_a_longer_pause_a_key_keeps_its_seconds_from_speech() -> None:
    first = Reading.of(TEXT)
    old = first.said(1)
    new = first.said(2, speed=0.7)
    match = true_match(old, new, first.origins())
    end, start = first.sounds[4][-1].origin, first.sounds[6][0].origin
    assert new.phones[start].start - new.phones[end].end > old.phones[start].start - old.phones[end].end
    after = in_other(edit(old, (old.phones[end].end + 0.1,)), new, old, match)
    before = in_other(edit(old, (old.phones[start].start - 0.12,)), new, old, match)
    assert after.status == before.status == "matched"
    assert after.keys[0].seconds == pytest.approx(new.phones[end].end + 0.1, abs=1e-6)
    assert before.keys[0].seconds == pytest.approx(new.phones[start].start - 0.12, abs=1e-6)


def test_in_a_shorter_pause_keys_are_pressed_together_and_stay_out_of_speech() -> None:
    first = Reading.of(TEXT)
    old, new = first.said(1), first.said(2, speed=2.5)
    match = true_match(old, new, first.origins())
    end, start = first.sounds[4][-1].origin, first.sounds[6][0].origin
    was, now = (take.phones[start].start - take.phones[end].end for take in (old, new))
    assert now < was
    for share in (0.1, 0.45, 0.55, 0.9):
        placed = in_other(edit(old, (old.phones[end].end + share * was,)), new, old, match)
        assert placed.keys[0].seconds == pytest.approx(new.phones[end].end + share * now, abs=1e-6)


def test_before_and_after_all_speech_keys_keep_their_seconds_from_its_edge() -> None:
    _, old, new, match = readings(speed=0.8)
    early = in_other(edit(old, (old.phones[0].start - 1.5,)), new, old, match)
    late = in_other(edit(old, (old.phones[-1].end + 2.5,)), new, old, match)
    assert early.keys[0].seconds == pytest.approx(new.phones[0].start - 1.5)
    assert late.keys[0].seconds == pytest.approx(new.phones[-1].end + 2.5)
    assert early.status == late.status == "matched"


def test_a_key_after_the_line_does_not_enter_words_that_follow_now() -> None:
    first = Reading.of(TEXT)
    second = first.with_word(len(first.words), PAUSE).with_word(len(first.words) + 1, "boat")
    _, old, new, match = readings(second)
    last = len(old.phones) - 1
    placed = in_other(edit(old, (old.phones[-1].end + 0.3,)), new, old, match)
    assert (
        new.phones[last].end < placed.keys[0].seconds < (new.phones[last].end + new.phones[last + 1].start) / 2 + 1e-6
    )


def test_a_key_in_a_pause_hangs_on_the_sound_across_where_its_own_is_missing() -> None:
    first = Reading.of(TEXT)
    _, old, new, match = readings(first.without_word(4))  # the word before the pause
    end, start = first.sounds[4][-1].origin, first.sounds[6][0].origin
    placed = in_other(edit(old, (old.phones[end].end + 0.1,)), new, old, match)
    there = new.phones[second_start := second_number(first.without_word(4), start)].start
    assert placed.status == "moved"
    assert new.phones[second_start - 1].end < placed.keys[0].seconds < there


def second_number(reading: Reading, origin: int) -> int:
    return reading.origins().index(origin)


def test_what_was_made_before_a_false_start_and_after_it_keeps_its_order() -> None:
    first = Reading.of(TEXT)
    second = first.with_word(1, "keep").with_word(2, PAUSE).with_word(3, "we")
    _, old, new, match = readings(second)
    times = [phone.start + 0.01 for phone in old.phones]
    placed = in_other(edit(old, times), new, old, match)
    found = [key.seconds for key in placed.keys]
    assert placed.status == "matched" and found == sorted(found)


def test_a_few_keys_without_a_sound_stand_between_the_others() -> None:
    first = Reading.of(TEXT)
    _, old, new, match = readings(first.without_word(3))
    index = sound_of(first, "happy")
    times = [centre(old, at) for at in range(index - 3, index + 8)]
    placed = in_other(edit(old, times), new, old, match)
    found = [key.seconds for key in placed.keys]
    assert (placed.status, placed.laid) == ("moved", True)
    assert [key.status for key in placed.keys] == ["matched"] * 3 + ["moved"] * 4 + ["matched"] * 4
    assert all(b - a >= 0.000999 for a, b in pairwise(found))
    assert placed.reason == "The sound /h/ of 'happy' is not in this take; it stands by the other keys of its edit."
    assert found[2] == pytest.approx(centre(new, index - 1)) and found[7] == pytest.approx(centre(new, index))


def test_an_edit_most_of_whose_keys_have_no_sound_is_unplaced_as_a_whole() -> None:
    first = Reading.of(TEXT)
    _, old, new, match = readings(first.without_word(3))
    index = sound_of(first, "happy")
    placed = in_other(edit(old, [centre(old, at) for at in range(index - 1, index + 4)]), new, old, match)
    assert (placed.status, placed.laid) == ("unplaced", False)


def test_borders_whose_sound_is_missing_do_not_unplace_an_edit() -> None:
    first = Reading.of(TEXT)
    _, old, new, match = readings(first.without_word(3))
    index = sound_of(first, "monkey")
    made = edit(old, (centre(old, index),))
    made = replace(made, start=anchor(old, centre(old, index - 2)))
    placed = in_other(made, new, old, match)
    assert placed.status == "matched"
    assert placed.start.seconds < placed.keys[0].seconds < placed.end.seconds


@pytest.mark.parametrize("seed", range(10))
def test_whatever_is_said_keys_keep_their_order_and_stay_apart_within_their_borders(seed: int) -> None:
    draw = random.Random(seed)
    first = second = Reading.of(
        " ".join(PAUSE if draw.random() < 0.15 else draw.choice(list(WORDS)) for _ in range(20))
    )
    for _ in range(4):
        second = second.without_word(draw.randrange(len(second.words)))
        second = second.with_word(draw.randrange(len(second.words)), draw.choice([PAUSE, *WORDS]))
    old, new = first.said(seed), second.said(seed + 100, speed=draw.uniform(0.6, 1.7))
    match = true_match(old, new, second.origins())
    for number in range(25):
        start = draw.uniform(-0.3, old.audio.duration - 0.5)
        times = sorted(start + draw.uniform(0.0, 1.2) for _ in range(draw.randrange(1, 12)))
        times = [time + 0.002 * at for at, time in enumerate(times)]
        gone = tuple(anchor(old, draw.uniform(times[0], times[-1])) for _ in range(3))
        made = replace(edit(old, times, draw.choice([MOUTH, FACE]), f"e{number}"), gone=gone)
        placed = in_other(made, new, old, match)
        found = [placed.start.seconds, *(key.seconds for key in placed.keys), placed.end.seconds]
        assert all(b - a >= 0.000999 for a, b in pairwise(found))
        assert all(found[0] <= one.seconds <= found[-1] for one in placed.gone)
        assert (placed.reason == "") is (placed.status == "matched")
        assert len(placed.keys) == len(times) and len(placed.gone) == 3


def test_an_edit_that_only_removed_keys_goes_by_these() -> None:
    first, old, new, match = readings()
    at = centre(old, 5)
    made = Edit("e", MOUTH, anchor(old, at - 0.1), anchor(old, at + 0.1), gone=(anchor(old, at),))
    placed = in_other(made, new, old, match)
    assert placed.status == "matched" and placed.keys == ()
    assert placed.gone[0].seconds == pytest.approx(centre(new, 5))
    assert first.origins()[5] == placed.gone[0].phone


def test_a_transform_runs_from_sound_to_sound_and_is_moved_where_one_is_missing() -> None:
    first = Reading.of(TEXT)
    _, old, new, match = readings(first.without_word(3))
    start, end = sound_of(first, "keep"), sound_of(first, "fish")
    made = Edit("e", MOUTH, anchor(old, centre(old, start)), anchor(old, centre(old, end)), "transform", scale=1.2)
    placed = in_other(made, new, old, match)
    assert placed.status == "matched"
    assert placed.end.seconds == pytest.approx(centre(new, end - 4))
    missing = replace(made, start=anchor(old, centre(old, sound_of(first, "happy"))))
    moved = in_other(missing, new, old, match)
    assert moved.status == "moved" and moved.reason.endswith("is not in this take; it stands where that would be.")
    nowhere = replace(missing, end=anchor(old, centre(old, sound_of(first, "happy", 3))))
    assert in_other(nowhere, new, old, match).status == "unplaced"


def test_a_curve_deleted_or_muted_as_a_whole_is_so_in_any_take() -> None:
    _, old, new, match = readings()
    other = replace(match, kind="other text", pairs=match.pairs * 0 - 1)
    for kind in ("deleted", "muted"):
        made = Edit("e", MOUTH, anchor(old, centre(old, 3)), anchor(old, centre(old, 5)), kind)
        assert in_other(made, new, old, other).status == "matched"
        assert in_other(made, new, old, other).laid


def test_what_is_muted_is_placed_and_takes_no_part() -> None:
    _, old, new, match = readings()
    made = edit(old, (centre(old, 7),), muted=True)
    placed = in_other(made, new, old, match)
    assert (placed.status, placed.laid) == ("matched", False)
    assert placed.keys[0].seconds == pytest.approx(centre(new, 7))


def test_an_emotion_keeps_the_edges_of_its_phrases() -> None:
    first = Reading.of(TEXT)
    _, old, new, match = readings(first.without_word(6), speed=0.7)
    made = Emotion("e", anchor(old, old.phrases[1].start), anchor(old, old.phrases[1].end), "joy")
    placed = in_other(made, new, old, match)
    assert placed.status == "moved"  # the first word of the phrase is not said
    assert placed.start.seconds == pytest.approx(new.phrases[1].start, abs=0.02)
    assert placed.end.seconds == pytest.approx(new.phrases[1].end, abs=1e-6)


def test_an_emphasis_stays_on_its_syllable_though_its_vowel_is_heard_as_another() -> None:
    first = Reading.of(TEXT)
    number = len(first.words) - 1
    _, old, new, match = readings(first.with_sound(number, 4, "u"))  # 'window', its last vowel
    vowel = sound_of(first, "window", 4)
    mark = Emphasis("e", anchor(old, centre(old, vowel)))
    placed = in_other(mark, new, old, match)
    assert (placed.status, placed.start.phone) == ("moved", vowel)
    assert placed.start.seconds == pytest.approx(centre(new, vowel))


def test_an_emphasis_is_unplaced_where_its_word_is_left_out() -> None:
    first = Reading.of(TEXT)
    _, old, new, match = readings(first.without_word(3))
    placed = in_other(Emphasis("e", anchor(old, centre(old, sound_of(first, "happy", 1)))), new, old, match)
    assert (placed.status, placed.reason) == ("unplaced", "The sound /æ/ of 'happy' is not in this take.")


def test_a_pin_needs_a_sound_to_hold() -> None:
    first = Reading.of(TEXT)
    _, old, new, match = readings(first.without_sound(3, 2))
    made = Pin("p", anchor(old, centre(old, sound_of(first, "happy", 2))), "f")
    assert in_other(made, new, old, match).status == "unplaced"
    _, old, new, match = readings(first.with_sound(3, 2, "t"))
    placed = in_other(made := replace(made, at=anchor(old, centre(old, sound_of(first, "happy", 2)))), new, old, match)
    assert (placed.status, placed.start.phone) == ("moved", made.at.index)


def other_text() -> tuple[Take, Take, Match]:
    """Two takes of different words in three phrases each."""
    old = Reading.of("we keep a boat _ mama paper garden _ seven fish").said(1)
    new = Reading.of("shadow window yellow _ about tulip water monkey _ happy fire").said(2)
    return old, new, true_match(old, new, [-1] * len(new.phones), "other text")


def test_in_another_text_mouth_edits_are_unplaced_unless_a_guess_is_asked_for() -> None:
    old, new, match = other_text()
    made = edit(old, (centre(old, 6),))
    placed = in_other(made, new, old, match)
    assert (placed.status, placed.laid) == ("unplaced", False)
    assert placed.reason.startswith("This take has another text, without the sound /")
    guess = in_other(replace(made, guess=True), new, old, match)
    assert (guess.status, guess.laid) == ("moved", True)
    assert new.phrases[0].start <= guess.keys[0].seconds <= new.phrases[0].end


def test_in_another_text_gestures_and_emotions_go_with_their_phrases() -> None:
    old, new, match = other_text()
    was, now = old.phrases[1], new.phrases[1]
    for share in (0.1, 0.5, 0.9):
        placed = in_other(Gesture("g", anchor(old, was.start + share * (was.end - was.start)), "nod"), new, old, match)
        assert placed.status == "moved"
        assert placed.start.seconds == pytest.approx(now.start + share * (now.end - now.start), abs=0.02)
    made = Emotion("e", anchor(old, was.start), anchor(old, was.end), "joy")
    placed = in_other(made, new, old, match)
    assert (placed.status, placed.laid) == ("moved", True)
    assert placed.start.seconds == pytest.approx(now.start, abs=0.02)
    assert placed.end.seconds == pytest.approx(now.end, abs=0.02)


def test_in_another_text_what_stands_in_a_pause_stays_at_the_edge_of_its_phrase() -> None:
    old, new, match = other_text()
    for index in (0, 1):
        off = 0.08
        placed = in_other(edit(old, (old.phrases[index].end + off,)), new, old, match)
        assert placed.status == "moved"
        assert 0.02 <= placed.keys[0].seconds - new.phrases[index].end <= off + 1e-9


def test_in_another_text_emphases_go_to_prominent_syllables_each_to_its_own() -> None:
    old, new, match = other_text()
    inside = [one for one in old.syllables if old.phrases[1].start <= one.start < old.phrases[1].end][:3]
    marks = tuple(Emphasis(f"e{at}", anchor(old, centre(old, one.nucleus))) for at, one in enumerate(inside))
    placed = place(Score(emphases=marks), new, {take_id(old): match}, {take_id(old): old})
    chosen = [item.start.phone for item in placed.items]
    nuclei = {one.nucleus: one.prominence for one in new.syllables}
    assert len(set(chosen)) == 3 and set(chosen) <= set(nuclei)
    assert all(new.phrases[1].start < item.start.seconds < new.phrases[1].end for item in placed.items)
    there = [one for one in new.syllables if new.phrases[1].start <= one.start < new.phrases[1].end]
    assert nuclei[chosen[0]] >= sorted(one.prominence for one in there)[len(there) // 2]


def test_two_readings_of_one_sound_keep_what_was_made_at_its_seconds() -> None:
    first = Reading.of(TEXT)
    old = first.said(1, sha="ab" * 32)
    index = sound_of(first, "happy", 2)
    heard = [phone for at, phone in enumerate(old.phones) if at not in (index, index + 1)]
    new = replace(old, phones=tuple(heard), syllables=())
    pairs = [at for at in range(len(old.phones)) if at not in (index, index + 1)]
    match = true_match(old, new, pairs, "same sound")
    for at in (index - 1, index, index + 1, index + 2):
        placed = in_other(edit(old, (centre(old, at),)), new, old, match)
        assert placed.keys[0].seconds == pytest.approx(centre(old, at), abs=1e-3)
        assert placed.laid


def test_a_silent_take_leaves_everything_unplaced_and_nothing_lost() -> None:
    old = Reading.of(TEXT).said(1)
    new = Take(Audio("silent.wav", "00" * 32, 2.0, 16000), "en", "made")
    match = true_match(old, new, [], "other text")
    for item in (edit(old, (1.0, 1.1)), Gesture("g", anchor(old, 1.0), "nod"), Emphasis("e", anchor(old, 1.0))):
        placed = in_other(item, new, old, match)
        assert placed.status == "unplaced" and placed.reason


def test_what_was_made_in_silence_keeps_its_seconds_within_the_sound() -> None:
    old = Take(Audio("silent.wav", "00" * 32, 9.0, 16000), "en", "made")
    new = Reading.of("we keep a boat").said(2)
    match = true_match(old, new, [-1] * len(new.phones), "other text")
    for seconds, found in ((1.0, 1.0), (8.5, new.audio.duration)):
        placed = in_other(Gesture("g", anchor(old, seconds), "nod"), new, old, match)
        assert (placed.status, placed.start.seconds) == ("matched", found)


def test_without_its_take_an_item_is_found_by_what_is_around_it() -> None:
    first = Reading.of(TEXT)
    old, new = first.said(1), first.said(2, speed=1.3)
    for index in range(len(old.phones)):
        placed = in_other(edit(old, (centre(old, index),)), new, old, None)
        assert placed.status == "matched"
        assert placed.keys[0].seconds == pytest.approx(centre(new, index), abs=1e-6)


def test_without_its_take_an_item_is_unplaced_where_nothing_is_alike() -> None:
    old, new, _ = other_text()
    placed = in_other(edit(old, (centre(old, 6),)), new, old, None)
    assert placed.status == "unplaced" and placed.reason.startswith(
        "The take in which this was made is gone, and this one has no place like '"
    )


def test_without_its_take_the_place_in_the_line_tells_like_places_apart() -> None:
    first = Reading.of("mama keep boat _ mama keep boat _ mama keep boat")
    old, new = first.said(1), first.said(2)
    for index in range(len(old.phones)):
        placed = in_other(edit(old, (centre(old, index),)), new, old, None)
        assert placed.keys[0].phone == index


def test_a_home_take_with_fewer_sounds_than_an_item_says_is_left_for_what_is_around_it() -> None:
    first, old, new, match = readings()
    at = replace(anchor(old, centre(old, 5)), index=5000)
    placed = in_other(Gesture("g", at, "nod"), new, old, match)
    assert placed.start.seconds == pytest.approx(centre(new, 5))
    assert first.origins()[5] == 5


def test_items_stay_in_their_order() -> None:
    _, old, new, match = readings()
    at = [anchor(old, centre(old, index)) for index in (9, 2, 5)]
    score = Score(
        emphases=tuple(Emphasis(f"m{number}", one) for number, one in enumerate(at)),
        gestures=tuple(Gesture(f"g{number}", one, "blink") for number, one in enumerate(at)),
        edits=(edit(old, (centre(old, 8),), id="z"), edit(old, (centre(old, 4),), id="a")),
    )
    placed = place(score, new, {take_id(old): match}, {take_id(old): old})
    assert [item.id for item in placed.items] == [item.id for item in score.items()]


def test_inserted_words_are_told_whatever_was_made_in_them_here() -> None:
    first = Reading.of(TEXT)
    second = first.with_word(3, "window").with_word(3, "yellow")
    _, old, new, match = readings(second)
    assert len(match.inserted) == 1
    matches, homes = {take_id(old): match}, {take_id(old): old}
    made = edit(old, (centre(old, 3), centre(old, 12)))
    assert place(Score(edits=(made,)), new, matches, homes).inserted == match.inserted
    start, end = match.inserted[0]
    there = edit(new, ((start + end) / 2.0,), id="edit-2")
    assert place(Score(edits=(made, there)), new, matches, homes).inserted == match.inserted


def test_keys_that_stand_close_at_home_stay_as_they_are() -> None:
    old = Reading.of(TEXT).said(1)
    times = (1.0, 1.0002, 1.0004)
    made = replace(edit(old, times), start=anchor(old, 0.9999), end=anchor(old, 1.0005))
    placed = in_other(made, old, old, None)
    found = [placed.start.seconds, *(key.seconds for key in placed.keys), placed.end.seconds]
    assert found == pytest.approx([0.9999, *times, 1.0005], abs=1e-6)


def test_there_and_back_is_exact_since_homes_are_kept() -> None:
    first = Reading.of(TEXT)
    old, new = first.said(1), first.said(2, speed=1.5)
    homes = {take_id(old): old, take_id(new): new}
    there = {take_id(old): true_match(old, new, first.origins())}
    back = {take_id(new): true_match(new, old, first.origins())}
    score = Score(edits=(edit(old, (1.0, 1.1, 1.2)), edit(new, (0.9, 1.0), id="edit-2")))
    one, two = place(score, new, there, homes), place(score, old, back, homes)
    assert [key.seconds for key in one.items[1].keys] == pytest.approx([0.9, 1.0], abs=1e-6)
    assert [key.seconds for key in two.items[0].keys] == pytest.approx([1.0, 1.1, 1.2], abs=1e-6)


def test_an_edit_of_two_takes_stands_by_each_keys_own() -> None:
    first = Reading.of(TEXT)
    old, new = first.said(1), first.said(2, speed=1.5)
    made = edit(old, (centre(old, 4), centre(old, 6)))
    keys = (made.keys[0], EditedKey(anchor(new, centre(new, 5)), 0.3), made.keys[1])
    placed = in_other(replace(made, keys=keys), new, old, true_match(old, new, first.origins()))
    assert [key.seconds for key in placed.keys] == pytest.approx([centre(new, at) for at in (4, 5, 6)], abs=1e-6)


def test_five_hundred_edits_are_all_placed() -> None:
    draw = random.Random(0)
    words = " ".join(PAUSE if draw.random() < 0.15 else draw.choice(list(WORDS)) for _ in range(400))
    first = Reading.of(words)
    old, new = first.said(1), first.said(2, speed=1.2)
    match = true_match(old, new, first.origins())
    starts = [draw.uniform(0.0, old.audio.duration - 1.0) for _ in range(500)]
    edits = [edit(old, [s + 0.08 * at for at in range(10)], id=f"e{n}") for n, s in enumerate(starts)]
    score = Score(edits=tuple(edits))
    placed = place(score, new, {take_id(old): match}, {take_id(old): old})
    assert all(item.status == "matched" for item in placed.items)
