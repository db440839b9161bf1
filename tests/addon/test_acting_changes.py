"""What the artist does to single items of a score, and what is meant at the playhead."""

from __future__ import annotations

from dataclasses import replace

import pytest
from lockstep.addon.lines import acting, changes
from lockstep.addon.panels import export, playhead
from lockstep.engine.errors import UsageError
from lockstep.engine.placing import place
from lockstep.engine.score import anchor, new_id, time_of
from lockstep.engine.score.items import Curve, Edit, EditedKey, Emotion, Emphasis, Gesture, Pin, Score
from lockstep.engine.take import Audio, Phone, Phrase, Syllable, Take, Word

LINE = (("h", 0.5, 0.6), ("ə", 0.6, 0.7), ("l", 0.7, 0.8), ("o", 0.8, 1.0), ("m", 1.5, 1.6), ("a", 1.6, 1.9))


@pytest.fixture
def take():
    phones = tuple(Phone(start, end, ipa) for ipa, start, end in LINE)
    return Take(
        Audio("line.wav", "ab" * 32, 3.0, 16000),
        "en",
        "test",
        "hello ma",
        phones,
        syllables=(Syllable(0.5, 0.7, 1, 0.3), Syllable(0.7, 1.0, 3, 0.8), Syllable(1.5, 1.9, 5, 0.5)),
        words=(Word(0.5, 1.0, "hello"), Word(1.5, 1.9, "ma")),
        phrases=(Phrase(0.5, 1.0), Phrase(1.5, 1.9)),
    )


@pytest.fixture
def score(take):
    """One item of each kind."""
    keys = tuple(EditedKey(anchor(take, seconds), 0.5) for seconds in (0.65, 0.75))
    return Score(
        emphases=(Emphasis("emphasis-1", anchor(take, 0.9)),),
        emotions=(Emotion("emotion-1", anchor(take, 0.5), anchor(take, 1.0), "joy"),),
        gestures=(Gesture("gesture-1", anchor(take, 1.2), "brow_raise"),),
        pins=(Pin("pin-1", anchor(take, 1.55), "u"),),
        edits=(
            Edit(
                "edit-1", Curve("jawOpen"), anchor(take, 0.6), anchor(take, 0.8), keys=keys, gone=(anchor(take, 0.7),)
            ),
            Edit("edit-2", Curve("mouthPucker"), anchor(take, 0.5), anchor(take, 1.9), kind="muted"),
        ),
    )


def home(score, take):
    return place(score, take, {}, {})


def test_each_item_can_be_muted_and_deleted_and_nothing_else_changes(score):
    for item in score.items():
        muted = changes.altered(score, item.id, muted=True)
        assert [one.id for one in muted.items() if one.muted] == [item.id]
        assert changes.altered(muted, item.id, muted=False) == score
        left = changes.without(score, item.id)
        assert [one for one in score.items() if one not in list(left.items())] == [item]


def test_an_item_that_is_gone_is_said(score):
    for change in (changes.without, changes.altered):
        with pytest.raises(UsageError, match="no such item any more"):
            change(score, "pin-7")


def test_an_item_is_added_to_its_own_kind(take, score):
    items = list(score.items())
    rebuilt = Score()
    for item in items:
        rebuilt = changes.added(rebuilt, item)
    assert rebuilt == score and new_id(rebuilt, "pin") == "pin-2"


def test_an_edit_is_moved_whole(take, score):
    placed = home(score, take).of("edit-1")
    there = changes.item_of(changes.moved(score, "edit-1", 1.6, take, placed), "edit-1")
    assert [round(time_of(key.at, take), 6) for key in there.keys] == [1.6, 1.7]
    assert [round(time_of(one, take), 6) for one in (there.start, there.end, *there.gone)] == [1.55, 1.75, 1.65]
    assert [key.value for key in there.keys] == [0.5, 0.5]


def test_an_edit_that_is_at_home_in_another_take_comes_to_this_one(take, score):
    slow = tuple(replace(one, start=one.start * 2, end=one.end * 2) for one in take.phones[:4])
    other = replace(take, phones=slow, syllables=(), words=(), phrases=(Phrase(1.0, 2.0),))
    placed = place(score, other, {}, {}).of("edit-1")
    there = changes.item_of(changes.moved(score, "edit-1", 1.4, other, placed), "edit-1")
    assert round(time_of(there.keys[0].at, other), 6) == 1.4
    own = anchor(other, 1.0).take
    assert {one.take for one in (there.start, there.end, *there.gone, *(key.at for key in there.keys))} == {own}


def test_an_emotion_keeps_its_length_where_it_is_moved(take, score):
    there = changes.item_of(
        changes.moved(score, "emotion-1", 1.2, take, home(score, take).of("emotion-1")), "emotion-1"
    )
    assert round(time_of(there.start, take), 6) == 1.2 and round(time_of(there.end, take), 6) == 1.7


def test_moving_takes_a_guess_back_and_a_whole_curve_stays(take, score):
    guessed = changes.altered(score, "gesture-1", guess=True)
    there = changes.item_of(changes.moved(guessed, "gesture-1", 0.7, take, None), "gesture-1")
    assert not there.guess and round(time_of(there.at, take), 6) == 0.7
    with pytest.raises(UsageError, match="whole curve"):
        changes.moved(score, "edit-2", 0.7, take, None)


def test_the_rows_say_what_each_item_is_and_come_in_order_of_time(take, score):
    rows = acting.rows(home(score, take))
    assert [row.start for row in rows] == sorted(row.start for row in rows)
    said = {row.id: row.what for row in rows}
    assert said == {
        "emphasis-1": "Emphasis",
        "emotion-1": "Joy",
        "gesture-1": "Brow Raise",
        "pin-1": "Shape u",
        "edit-1": "jawOpen",
        "edit-2": "mouthPucker",
    }
    labels = {row.id: row.label for row in rows}
    assert "hello" in labels["edit-1"] and "ma" in labels["pin-1"]
    edit = next(row for row in rows if row.id == "edit-1")
    assert (round(edit.start, 6), round(edit.end, 6)) == (0.65, 0.75)


def test_the_sound_the_syllable_the_word_and_the_phrase_at_the_playhead_are_meant(take):
    assert playhead.phone_at(take, 0.75) == 2 and playhead.nucleus_at(take, 0.75) == 3
    assert playhead.meant(take, 0.72, "emphasis") == pytest.approx(0.9)
    assert playhead.meant(take, 0.72, "pin") == pytest.approx(0.75)
    assert playhead.meant(take, 0.72, "gesture") == 0.72
    assert playhead.stretch_at(take, 1.6, "WORD", None) == (1.5, 1.9)
    assert playhead.stretch_at(take, 0.4, "PHRASE", None) == (0.5, 1.0)
    assert playhead.stretch_at(take, 0.0, "LINE", None) == (0.5, 1.9)
    assert playhead.stretch_at(take, 0.0, "RANGE", (0.2, 0.4)) == (0.2, 0.4)


@pytest.mark.parametrize(
    ("reach", "seconds", "said"),
    [("WORD", 1.25, "Nobody speaks"), ("PHRASE", 2.5, "Nobody speaks"), ("RANGE", 1.0, "no preview range")],
)
def test_where_nothing_is_meant_it_is_said(take, reach, seconds, said):
    with pytest.raises(UsageError, match=said):
        playhead.stretch_at(take, seconds, reach, None)
    with pytest.raises(UsageError, match="words of this line are not known"):
        playhead.stretch_at(replace(take, words=()), 0.6, "WORD", None)


@pytest.mark.parametrize("typed", ["a", "a.json", "a.score", "a.score.json", "a.SCORE.JSON"])
def test_a_file_gets_its_whole_ending(typed, tmp_path):
    named = export.with_ending(tmp_path / typed, ".score.json").name
    assert named.startswith("a") and named.lower().endswith(".score.json") and named.count("son") == 1
