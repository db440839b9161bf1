"""Emotions and gestures over time: smooth, within range, in their own time; and the tables they come from."""

from __future__ import annotations

import numpy as np
import pytest

from engine.acting.channels import EMOTIONS, EXPRESSION, SIGNED
from engine.acting.means import Means
from engine.acting.motion import span, wanted
from engine.acting.recipes import GestureRecipe, emotion, gesture, usual_duration
from engine.acting.values import Acting, Feeling, Move
from engine.errors import ScoreError
from engine.score.items import GESTURES

TIMES = np.arange(-1.0, 6.0, 0.001)
AUS = {  # what EMFACS asks of each emotion, in our channels
    "joy": {"cheek", "smile"},
    "sadness": {"brow_inner", "brow_down", "frown"},
    "anger": {"brow_down", "lid_wide", "squint", "press"},
    "fear": {"brow_inner", "brow_outer", "brow_down", "lid_wide", "stretch"},
    "disgust": {"nose", "frown"},
    "surprise": {"brow_inner", "brow_outer", "lid_wide", "jaw"},
}


def course(name: str, strength: float = 1.0, duration: float | None = None, peak: float = 2.0) -> dict[str, np.ndarray]:
    return wanted(Acting(moves=(Move(peak, duration or usual_duration(name), name, strength),)), TIMES).face


def all_at_once() -> Acting:
    feelings = tuple(Feeling(0.1 * i, 4.0, name, 1.0, 0.3) for i, name in enumerate(EMOTIONS))
    moves = tuple(Move(1.0 + 0.2 * i, 0.6, name, 1.0) for i, name in enumerate(GESTURES))
    return Acting(feelings=feelings, moves=moves + moves)


def test_every_item_of_a_score_has_its_recipe() -> None:
    assert all(emotion(name) for name in EMOTIONS)
    assert all(gesture(name).name == name for name in GESTURES)


@pytest.mark.parametrize("name", EMOTIONS)
def test_an_emotion_moves_the_action_units_of_its_prototype(name: str) -> None:
    assert set(emotion(name)) >= AUS[name]


def test_whatever_comes_together_stays_within_range() -> None:
    asked = wanted(all_at_once(), TIMES)
    for name, values in (asked.face | asked.mouth).items():
        assert values.min() >= (-1.0 if name in SIGNED else 0.0) and values.max() <= 1.0, name
    assert set(asked.face) <= set(EXPRESSION)


@pytest.mark.parametrize("name", GESTURES)
def test_a_gesture_has_no_corner(name: str) -> None:
    for values in course(name).values():
        speed = np.gradient(values, TIMES)
        assert np.abs(np.diff(speed)).max() < 0.12 * np.abs(speed).max()


@pytest.mark.parametrize("name", EMOTIONS)
def test_an_emotion_comes_and_goes_without_a_corner(name: str) -> None:
    asked = wanted(Acting(feelings=(Feeling(0.5, 3.0, name, 0.8, 0.25),)), TIMES)
    for channel, values in (asked.face | asked.mouth).items():
        assert not values[(TIMES <= 0.5) | (TIMES >= 3.0)].any()
        assert values[(TIMES > 0.76) & (TIMES < 2.74)] == pytest.approx(0.8 * emotion(name)[channel])
        speed = np.gradient(values, TIMES)
        assert np.abs(np.diff(speed)).max() < 0.12 * np.abs(speed).max()


def test_a_blink_shuts_in_ninety_milliseconds_and_opens_in_two_hundred_and_forty() -> None:
    blink = course("blink")["blink"]
    moving = TIMES[blink > 1e-6]
    shut = TIMES[blink > 1.0 - 1e-6]
    assert shut[0] - moving[0] == pytest.approx(0.09, abs=0.01)
    assert moving[-1] - shut[-1] == pytest.approx(0.23, abs=0.02)


def test_brows_begin_before_the_word_and_peak_on_it_and_a_nod_begins_on_it() -> None:
    brow, nod = course("brow_raise")["brow_outer"], course("nod")["head_nod"]
    assert TIMES[np.argmax(brow)] == pytest.approx(2.0, abs=0.01) and TIMES[brow > 0.01][0] < 1.9
    assert TIMES[nod > 1e-6][0] >= 2.0 and TIMES[np.argmax(nod)] > 2.2


@pytest.mark.parametrize("strength", [0.2, 1.0])
def test_eyes_get_there_in_a_saccade_and_stay(strength: float) -> None:
    look = course("look_left", strength, 0.9)["look_left"]
    there = TIMES[look > strength * 0.999]
    jump = there[0] - TIMES[look > 1e-6][0]
    assert 0.02 <= jump <= 0.05 and there[0] == pytest.approx(2.0, abs=0.01)
    assert there[-1] - there[0] == pytest.approx(0.9, abs=0.07)


def test_a_head_shakes_to_both_sides() -> None:
    shake = course("shake")["head_shake"]
    assert shake.max() > 0.8 and shake.min() < -0.8 and shake[-1] == 0.0


def test_a_closing_eye_is_not_wide() -> None:
    acting = Acting(feelings=(Feeling(0.0, 4.0, "surprise", 1.0, 0.1),), moves=(Move(2.0, 0.33, "blink", 1.0),))
    face = wanted(acting, TIMES).face
    at = int(np.argmax(face["blink"]))
    assert face["lid_wide"][at] == pytest.approx(0.0, abs=1e-9) and face["lid_wide"].max() > 0.7


def test_a_whole_emotion_is_left_to_its_key() -> None:
    asked = wanted(Acting(feelings=(Feeling(0.0, 4.0, "joy", 0.7, 0.1),)), TIMES, Means(whole=frozenset({"joy"})))
    assert set(asked.whole) == {"joy"} and not asked.mouth and not asked.face
    assert asked.whole["joy"].max() == pytest.approx(0.7)


def test_the_span_holds_all_that_moves() -> None:
    acting = all_at_once()
    start, end = span(acting) or (0.0, 0.0)
    asked = wanted(acting, TIMES)
    for values in (asked.face | asked.mouth).values():
        assert not values[(start > TIMES) | (end < TIMES)].any()
    assert span(Acting()) is None


def test_a_feeling_too_short_to_fade_is_a_bump() -> None:
    asked = wanted(Acting(feelings=(Feeling(1.0, 1.02, "joy", 1.0, 0.25),)), TIMES)
    assert 0.0 < asked.mouth["smile"].max() <= 0.8
    assert not wanted(Acting(feelings=(Feeling(1.0, 1.0, "joy", 1.0, 0.25),)), TIMES).mouth["smile"].any()


def test_names_that_are_not_known_are_told() -> None:
    with pytest.raises(ScoreError, match=r"There is no emotion 'envy'; choose one of joy, .*\."):
        emotion("envy")
    with pytest.raises(ScoreError, match=r"There is no gesture 'wink'; choose one of .*\."):
        wanted(Acting(moves=(Move(1.0, 0.3, "wink", 1.0),)), TIMES)
    with pytest.raises(ScoreError, match="has no path from rest to rest"):
        GestureRecipe("wink", 0.3, {"blink": 1.0}, ((0.0, 0.0), (1.0, 1.0)))
    with pytest.raises(ScoreError, match=r"'wink' moves 'ear' by 1\.0"):
        GestureRecipe("wink", 0.3, {"ear": 1.0}, ((0.0, 0.0), (0.5, 1.0), (1.0, 0.0)))
