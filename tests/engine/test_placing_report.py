"""The report of a swap, and items in words."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from made_takes import Reading, true_match

from engine.errors import ScoreError
from engine.placing import SwapReport, place, report
from engine.score import Curve, Edit, EditedKey, Emotion, Emphasis, Gesture, Pin, Score, anchor, label, take_id
from engine.take import Take

FIRST = Reading.of("we keep a happy monkey _ about seven yellow fish")
TOLD, UNTOLD = FIRST.said(1), FIRST.said(1, texts=False)
CURVE = Curve("mouthPucker")


def keys(take: Take, *times: float, curve: Curve = CURVE, id: str = "edit-1") -> Edit:
    made = tuple(EditedKey(anchor(take, seconds), 0.5) for seconds in times)
    return Edit(id, curve, anchor(take, times[0] - 0.1), anchor(take, times[-1] + 0.1), keys=made)


def begin(word: str) -> float:
    return next(one.start for one in TOLD.words if one.text == word)


def test_edits_are_named_by_their_keys_their_curve_and_their_word() -> None:
    at = begin("happy")
    assert label(keys(TOLD, at + 0.01)) == "1 key on mouthPucker at 'happy' /h/"
    assert label(keys(TOLD, at + 0.01, at + 0.02, at + 0.1)) == "3 keys on mouthPucker at 'happy' /h/"
    assert label(keys(TOLD, at + 0.01, begin("fish") + 0.01)) == "2 keys on mouthPucker from 'happy' to 'fish'"
    layered = keys(TOLD, at + 0.01, curve=Curve("brow", layer="Mine"))
    assert label(layered) == "1 key on brow (layer 'Mine') at 'happy' /h/"


def test_without_a_text_items_are_named_by_the_sounds_around() -> None:
    at = begin("happy")
    assert label(keys(UNTOLD, at + 0.01)) == "1 key on mouthPucker at /ə h æ/"
    assert label(keys(UNTOLD, at + 0.01), TOLD) == "1 key on mouthPucker at 'happy' /h/"  # the same take, told since
    assert label(keys(UNTOLD, UNTOLD.phrases[0].end + 0.1)) == "1 key on mouthPucker after /k i/"


def test_edits_of_other_kinds_say_what_they_do() -> None:
    start, end = anchor(TOLD, begin("keep") + 0.01), anchor(TOLD, begin("fish") + 0.01)
    made = Edit("e", CURVE, start, end, "transform", scale=1.2)
    assert label(made) == "mouthPucker scaled by 1.2 from 'keep' to 'fish'"
    assert label(replace(made, scale=1.0, shift=0.04)) == "mouthPucker moved by +0.04 s from 'keep' to 'fish'"
    assert label(replace(made, scale=1.0, offset=-0.1)) == "mouthPucker offset by -0.1 from 'keep' to 'fish'"
    assert label(replace(made, kind="deleted")) == "mouthPucker deleted"
    assert label(replace(made, kind="muted")) == "mouthPucker muted"
    gone = Edit("e", CURVE, start, end, gone=(start, start))
    assert label(gone) == "2 keys removed from mouthPucker at 'keep' /k/"


def test_other_items_are_named_by_what_they_are_and_their_words() -> None:
    at, end = anchor(TOLD, begin("happy") + 0.01), anchor(TOLD, begin("fish") + 0.01)
    assert label(Emphasis("a", at, 0.5)) == "more emphasis at 'happy' /h/"
    assert label(Emphasis("a", at, -0.5)) == "less emphasis at 'happy' /h/"
    assert label(Gesture("a", at, "brow_raise")) == "brow raise at 'happy' /h/"
    assert label(Pin("a", at, "u")) == "mouth of /u/ at 'happy' /h/"
    assert label(Emotion("a", at, end, "joy")) == "joy from 'happy' to 'fish'"
    assert label(Emotion("a", at, anchor(TOLD, begin("happy") + 0.09), "joy")) == "joy at 'happy' /h/"


def swap() -> SwapReport:
    """'happy' is left out: one edit loses its sound, a gesture is moved, the rest stays."""
    second = FIRST.without_word(3)
    new = second.said(2, speed=0.8)
    match = replace(true_match(TOLD, new, second.origins()), warnings=("Some words are left out.",))
    score = Score(
        gestures=(Gesture("nod-1", anchor(TOLD, begin("happy") + 0.1), "nod"),),
        edits=(keys(TOLD, begin("happy") + 0.1), keys(TOLD, begin("fish") + 0.01, id="edit-2")),
    )
    return report(TOLD, new, match, place(score, new, {take_id(TOLD): match}, {take_id(TOLD): TOLD}))


def test_a_report_counts_in_a_sentence() -> None:
    found = swap()
    assert found.counts == {"matched": 1, "moved": 1, "unplaced": 1}
    assert found.summary == found.lines()[0] == "3 items: 1 at its sound, 1 moved, 1 unplaced."
    assert SwapReport("same text", 1.0).summary == "There was no acting to carry over."


def test_a_report_has_a_line_for_each_item_with_its_reason() -> None:
    found = swap()
    assert [item.id for item in found.items] == ["nod-1", "edit-1", "edit-2"]
    text = "\n".join(found.lines())
    assert "unplaced: 1 key on mouthPucker at 'happy' /æ/. The sound /æ/ of 'happy' is not in this take." in text
    assert "moved: nod at 'happy' /æ/. The sound /æ/ of 'happy' is not in this take; it stands" in text
    assert "matched: 1 key on mouthPucker at 'fish' /f/." in text


def test_a_report_passes_on_what_the_match_warns_of() -> None:
    assert swap().warnings == ("Some words are left out.",)
    assert "Some words are left out." in swap().lines()


def test_a_report_tells_how_long_each_phrase_was_and_is() -> None:
    first, second = swap().phrases
    assert (first.text, second.text) == ("we keep a happy monkey", "about seven yellow fish")
    assert second.old == pytest.approx(TOLD.phrases[1].end - TOLD.phrases[1].start, abs=1e-3)
    assert second.new == pytest.approx(second.old * second.stretch, rel=0.05)
    assert 1.1 < second.stretch < 1.4


def test_a_phrase_without_a_text_is_told_by_its_sounds_and_cut_where_it_is_long() -> None:
    match = true_match(UNTOLD, UNTOLD, range(len(UNTOLD.phones)))
    found = report(UNTOLD, UNTOLD, match, place(Score(), UNTOLD, {}, {})).phrases
    assert found[0].text.startswith("/w i k i p ə h æ p i")
    long = Reading.of("window " * 30).said(1)
    match = true_match(long, long, range(len(long.phones)))
    text = report(long, long, match, place(Score(), long, {}, {})).phrases[0].text
    assert len(text) <= 60 and text.endswith("…")


def test_a_report_comes_back_from_json_as_it_was() -> None:
    found = swap()
    assert SwapReport.from_json(found.as_json()) == found
    assert json.loads(found.as_json())["summary"] == found.summary


def test_a_broken_report_is_refused() -> None:
    for text in (
        "",
        "{}",
        swap().as_json().replace('"moved"', '"lost"'),
        swap().as_json().replace('"items": [', '"items": [3,'),
    ):
        with pytest.raises(ScoreError):
            SwapReport.from_json(text)


def test_a_newer_report_is_refused_by_its_version() -> None:
    newer = json.dumps(json.loads(swap().as_json()) | {"version": 2, "items": "in a new form"})
    with pytest.raises(ScoreError, match=r"a report of version 2, newer than this program reads \(1\)"):
        SwapReport.from_json(newer)


def test_one_item_is_told_in_the_singular() -> None:
    alone = replace(swap(), items=swap().items[2:])
    assert alone.summary == "1 item: 1 at its sound, 0 moved, 0 unplaced."
