"""A score as JSON: written and read back whole, older ones read, newer and broken ones refused with the place."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from made_takes import Reading

from engine.errors import OutputError, ScoreError
from engine.mouth.controls import Controls
from engine.score import (
    Curve,
    Edit,
    EditedKey,
    Emotion,
    Emphasis,
    Gesture,
    Pin,
    Score,
    anchor,
    from_json,
    read_score,
    to_json,
    write_score,
)
from engine.score.items import EMOTIONS, GESTURES, HANDLES


def a_score(seed: int = 0) -> Score:
    """Some of everything, each value by chance."""
    draw = random.Random(seed)
    take = Reading.of("we keep a happy monkey _ about seven yellow fish _ mama paper window").said(seed)

    def at() -> Any:
        return anchor(take, draw.uniform(-0.5, take.audio.duration + 0.5))

    def key() -> EditedKey:
        handles = [(draw.uniform(-0.1, 0.1), draw.random()) for _ in range(2)]
        kinds = [draw.choice(HANDLES) for _ in range(2)]
        return EditedKey(
            at(), draw.gauss(0.0, 1e3), *handles, *kinds, "ELASTIC", "EASE_OUT", "JITTER", 2.5, draw.random(), 0.25,
            0.125, 0.5, 24.0,
        )  # fmt: skip

    curve = Curve(
        "head/rotation_euler[0]", "Körper", "My 'layer'", "face", (("jaw", 0.5), ("open", 1.0)), "left", 0.1, 2.0
    )
    return Score(
        Controls(1.5, 0.5, 0.75, 0.25, -20.0),
        (Emphasis("m-1", at(), -0.5), Emphasis("m-2", at(), muted=True)),
        tuple(Emotion(f"f-{name}", at(), at(), name, draw.random(), draw.random()) for name in EMOTIONS),
        tuple(Gesture(f"g-{name}", at(), name, draw.random(), 0.3, guess=True) for name in GESTURES),
        (Pin("p-1", at(), "tʃ", 0.3),),
        (
            Edit("e-1", curve, at(), at(), "keys", tuple(key() for _ in range(5)), (at(), at()), opens=True),
            Edit(
                "e-2",
                Curve("jawOpen"),
                at(),
                at(),
                "transform",
                (),
                (),
                1.25,
                -0.1,
                1 / 3,
                True,
                True,
                False,
                True,
                30.0,
            ),
            Edit("e-3", Curve("jawOpen"), at(), at(), "muted"),
        ),
    )


def data(seed: int = 0) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(to_json(a_score(seed)))
    return loaded


@pytest.mark.parametrize("seed", range(5))
def test_a_score_comes_back_from_json_as_it_was(seed: int) -> None:
    score = a_score(seed)
    assert from_json(to_json(score)) == score
    assert to_json(from_json(to_json(score))) == to_json(score)


def test_an_empty_score_comes_back_too() -> None:
    assert from_json(to_json(Score())) == Score()


def test_each_item_stands_on_a_line_of_its_own() -> None:
    lines = to_json(a_score()).splitlines()
    for item in a_score().items():
        assert sum(f'"id": "{item.id}"' in line for line in lines) == 1
    assert max(map(len, lines)) < 4000


def test_what_stands_at_its_default_is_left_out() -> None:
    made = data()["edits"][2]
    assert set(made) == {"id", "curve", "start", "end", "kind"}
    assert made["curve"] == {"name": "jawOpen"}


def test_the_json_has_the_form_that_is_published() -> None:
    found = data()
    assert list(found) == ["format", "version", "style", "emphases", "emotions", "gestures", "pins", "edits"]
    assert (found["format"], found["version"]) == ("lockstep.score", 1)
    assert found["style"]["intensity"] == 1.5
    assert set(found["pins"][0]["at"]) >= {"take", "kind", "index", "amount", "ipa", "before", "after"}


def test_numbers_of_numpy_are_written_as_plain_numbers() -> None:
    take = Reading.of("we keep").said(1)
    made = Emphasis("e", anchor(take, np.float32(0.5)), np.float32(0.5))  # type: ignore[arg-type]
    assert from_json(to_json(Score(emphases=(made,)))).emphases[0].amount == 0.5


def test_what_is_not_known_is_passed_over_and_what_is_missing_has_its_default() -> None:
    found = {"format": "lockstep.score", "version": 1, "later": [1, 2], "emphases": [dict(data()["emphases"][0])]}
    found["emphases"][0] |= {"colour": "red"}
    del found["emphases"][0]["amount"]
    score = from_json(json.dumps(found))
    assert score.emphases[0].amount == 0.5
    assert score.style == Controls() and not score.edits


def test_a_file_is_written_and_read_whatever_its_name(tmp_path: Path) -> None:
    path = tmp_path / "Spiel ä 声.score.json"
    write_score(a_score(), path)
    assert read_score(path) == a_score()
    assert [item.name for item in tmp_path.iterdir()] == [path.name]


def test_a_target_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="is not there"):
        write_score(a_score(), tmp_path / "none" / "a.json")


def test_a_newer_score_is_refused_with_a_sentence() -> None:
    with pytest.raises(ScoreError, match=r"is a score of version 9, newer than this program reads \(1\); update it\.$"):
        from_json(json.dumps(data() | {"version": 9}))


@pytest.mark.parametrize("version", [0, -1, "1", 1.5, None, True])
def test_a_version_that_never_was_is_refused(version: object) -> None:
    with pytest.raises(ScoreError, match="never was"):
        from_json(json.dumps(data() | {"version": version}))


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "3", '{"format": "lockstep.take", "version": 1}', '{"a": NaN}', "[" * 9999]
)
def test_what_is_no_score_is_refused(text: str) -> None:
    with pytest.raises(ScoreError, match=r"is not (JSON|a Lockstep score)"):
        from_json(text)


def test_a_file_that_is_missing_or_no_text_is_named(tmp_path: Path) -> None:
    with pytest.raises(ScoreError, match=r"The score .*none\.json' is not there"):
        read_score(tmp_path / "none.json")
    path = tmp_path / "picture.json"
    path.write_bytes(b"\xff\xd8\x00")
    with pytest.raises(ScoreError, match=r"'picture\.json' is not a Lockstep score"):
        read_score(path)


def at(*steps: object, value: object) -> Callable[[Any], None]:
    """A change: `value` at the place that `steps` lead to."""

    def change(found: Any) -> None:
        for step in steps[:-1]:
            found = found[step]
        found[steps[-1]] = value

    return change


BROKEN: list[tuple[Callable[[Any], None], str]] = [
    (at("edits", value={}), "edits should be a list"),
    (at("edits", 1, value=3), r"edits\[1\] should be an object"),
    (at("edits", 0, "id", value=7), r"edits\[0\].id should be text"),
    (at("edits", 0, "kind", value="torn"), r"edits\[0\] does not hold \(An edit .* is of the kind 'torn'"),
    (at("edits", 0, "keys", 3, "value", value="high"), r"edits\[0\].keys\[3\].value should be a number"),
    (at("edits", 0, "keys", 3, "left", value=[1]), "a key's 'left' should be two numbers"),
    (at("edits", 0, "keys", 2, "left_type", value="BENT"), r"keys\[2\] does not hold \(An edited key has .* 'BENT'"),
    (at("edits", 0, "keys", 2, "right_type", value="BENT"), r"keys\[2\] does not hold \(An edited key has .* 'BENT'"),
    (
        at("edits", 0, "keys", 2, "at", "kind", value="word"),
        r"keys\[2\].at does not hold \(A place in speech has the kind",
    ),
    (at("edits", 0, "gone", 1, "index", value=1.5), r"gone\[1\].index should be a whole number"),
    (at("edits", 0, "gone", 1, "before", value=[1]), r"gone\[1\].before should hold texts"),
    (at("edits", 0, "curve", "makes", value=[["jaw"]]), r"curve.makes should hold pairs"),
    (at("edits", 0, "curve", "makes", value=[["jaw", "half"]]), "'makes' should hold pairs of a channel and a number"),
    (at("edits", 0, "muted", value=1), r"edits\[0\].muted should be true or false"),
    (at("emphases", 0, "amount", value=3.0), r"emphases\[0\] does not hold \(An emphasis is 3"),
    (at("emphases", 1, "id", value="m-1"), "Two items of the acting are called 'm-1'"),
    (at("emphases", 1, "id", value=""), "An item of the acting has no id"),
    (at("gestures", 0, "name", value="dance"), r"gestures\[0\] does not hold \(There is no gesture 'dance'"),
    (at("gestures", 0, "at", "amount", value=None), r"gestures\[0\].at.amount should be a number"),
    (at("pins", 0, "at", value=None), r"pins\[0\].at should be an object"),
    (at("style", "jaw", value=5.0), "style does not hold"),
    (at("style", "jaw", value="wide"), "style.jaw should be a number"),
]


@pytest.mark.parametrize(("change", "said"), BROKEN)
def test_a_broken_score_is_refused_with_the_place_in_one_sentence(change: Callable[[Any], None], said: str) -> None:
    found = data()
    change(found)
    with pytest.raises(ScoreError, match=said) as caught:
        from_json(json.dumps(found), "'a.json'")
    assert str(caught.value).startswith("'a.json' is broken: ")
    assert str(caught.value).endswith("; make the score again.") and "\n" not in str(caught.value)


@pytest.mark.parametrize("seed", range(40))
def test_a_score_cut_or_scrambled_anywhere_is_read_or_refused_and_nothing_else(seed: int) -> None:
    draw = random.Random(seed)
    text = to_json(a_score())
    cut = text[: draw.randrange(len(text))]
    place = draw.randrange(len(text) - 9)
    scrambled = (
        text[:place] + "".join(draw.choice('0"[]{},:e-xn') for _ in range(draw.randrange(1, 5))) + text[place + 3 :]
    )
    with pytest.raises(ScoreError):
        from_json(cut)
    try:
        from_json(scrambled)
    except ScoreError as error:
        assert str(error).endswith(".")


@pytest.mark.parametrize("name", ["scale", "offset", "shift"])
def test_an_edit_by_no_number_is_refused_whichever_it_is(name: str) -> None:
    with pytest.raises(ScoreError, match=r"An edit of 'jawOpen' .*nan.*; give finite numbers\."):
        replace(a_score().edits[1], **{name: float("nan")})


def test_scores_that_differ_are_written_differently() -> None:
    score = a_score()
    assert to_json(replace(score, pins=())) != to_json(score)
    assert to_json(replace(score, style=Controls())) != to_json(score)
