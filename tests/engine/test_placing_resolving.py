"""A placed score as acting in seconds, syllables and phones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from made_takes import Reading, true_match
from spoken import centre

from engine.acting.values import Acting, Feeling, Held, Stress
from engine.placing import Place, Placed, PlacedItem, place, resolve
from engine.score import Curve, Edit, Emotion, Emphasis, Gesture, Pin, Score, anchor, take_id
from engine.score.items import Item
from engine.take import Take

READING = Reading.of("we keep a happy monkey _ about seven yellow fish")
TAKE = READING.said(1)


def acting(*items: Item, take: Take = TAKE) -> Acting:
    """The items, in the take that they were made in."""
    rooms = {Emotion: "emotions", Gesture: "gestures", Emphasis: "emphases", Pin: "pins", Edit: "edits"}
    score = Score(**{room: tuple(one for one in items if type(one) is kind) for kind, room in rooms.items()})  # type: ignore[arg-type]
    return resolve(place(score, take, {}, {}), take)


def test_a_score_without_items_resolves_to_no_acting() -> None:
    assert acting() == Acting()


def test_an_emphasis_is_on_the_syllable_that_holds_its_place() -> None:
    for number, syllable in enumerate(TAKE.syllables):
        for seconds in (syllable.start + 0.001, centre(TAKE, syllable.nucleus)):
            assert acting(Emphasis("e", anchor(TAKE, seconds), 0.5)).stresses == (Stress(number, 0.5),)


def test_emphases_on_one_syllable_add_up_within_their_range() -> None:
    at = anchor(TAKE, centre(TAKE, TAKE.syllables[2].nucleus))
    assert acting(Emphasis("a", at, 0.7), Emphasis("b", at, 0.6)).stresses == (Stress(2, 1.0),)
    assert acting(Emphasis("a", at, 0.7), Emphasis("b", at, -0.4)).stresses == (Stress(2, pytest.approx(0.3)),)


def test_an_emphasis_far_from_any_syllable_is_none() -> None:
    pause = (TAKE.phrases[0].end + TAKE.phrases[1].start) / 2.0
    assert acting(Emphasis("e", anchor(TAKE, pause), 0.5)).stresses == ()
    near = acting(Emphasis("e", anchor(TAKE, TAKE.phrases[1].start - 0.05), 0.5)).stresses
    assert [TAKE.syllables[one.syllable].start for one in near] == [TAKE.phrases[1].start]


def test_an_emotion_runs_between_its_places_and_fades_within_them() -> None:
    start, end = TAKE.phrases[0].start, TAKE.phrases[0].end
    made = Emotion("e", anchor(TAKE, start), anchor(TAKE, end), "joy", 0.8, 0.25)
    assert acting(made).feelings == (Feeling(pytest.approx(start), pytest.approx(end), "joy", 0.8, 0.25),)
    short = acting(replace(made, end=anchor(TAKE, start + 0.2))).feelings[0]
    assert short.fade == pytest.approx(0.1)


def test_an_emotion_written_backwards_still_takes_time() -> None:
    made = Emotion("e", anchor(TAKE, 1.0), anchor(TAKE, 0.6), "joy")
    feeling = acting(made).feelings[0]
    assert feeling.end - feeling.start >= 0.019


@pytest.mark.parametrize(("speed", "pace"), [(1.0, (0.8, 1.25)), (0.4, (1.4, 1.4)), (3.0, (0.7, 0.7))])
def test_a_gesture_keeps_its_duration_but_for_the_pace_of_its_phrase(speed: float, pace: tuple[float, float]) -> None:
    new = READING.said(2, speed=speed)
    match = true_match(TAKE, new, READING.origins())
    made = Gesture("g", anchor(TAKE, centre(TAKE, 8)), "nod", 0.7, 0.5)
    placed = place(Score(gestures=(made,)), new, {take_id(TAKE): match}, {take_id(TAKE): TAKE})
    move = resolve(placed, new).moves[0]
    assert (move.name, move.strength, move.peak) == ("nod", 0.7, pytest.approx(centre(new, 8)))
    assert pace[0] * 0.5 - 1e-9 <= move.duration <= pace[1] * 0.5 + 1e-9


def test_a_pin_holds_its_sound() -> None:
    made = Pin("p", anchor(TAKE, centre(TAKE, 6)), "u", 0.9)
    assert acting(made).held == (Held(6, "u", 0.9),)


def test_a_pin_in_a_pause_holds_nothing() -> None:
    assert acting(Pin("p", anchor(TAKE, TAKE.phrases[0].end + 0.1), "u")).held == ()


def test_what_is_muted_or_unplaced_has_no_part() -> None:
    at = anchor(TAKE, centre(TAKE, 6))
    items: Sequence[Item] = (
        Emphasis("a", at, muted=True),
        Emotion("b", at, anchor(TAKE, 1.5), "joy", muted=True),
        Gesture("c", at, "nod", muted=True),
        Pin("d", at, "u", muted=True),
    )
    assert acting(*items) == Acting()
    there = Place(1.0, status="unplaced", reason="It is not here.")
    score = Score(pins=(Pin("d", at, "u"),))
    assert resolve(Placed(score, (PlacedItem("d", "unplaced", there, there, laid=False),)), TAKE) == Acting()


def test_edits_are_no_part_of_the_acting() -> None:
    assert acting(Edit("e", Curve("jawOpen"), anchor(TAKE, 0.5), anchor(TAKE, 0.9), "transform", scale=2.0)) == Acting()


def test_a_take_without_syllables_has_no_stress_and_nothing_breaks() -> None:
    bare = replace(TAKE, syllables=())
    assert acting(Emphasis("e", anchor(bare, centre(bare, 3))), take=bare).stresses == ()
