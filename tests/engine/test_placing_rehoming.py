"""What was made in a take that is to go stands where it stood, and is at home in the take that stays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from engine.matching.match import match_takes
from engine.placing import place
from engine.placing.rehoming import anchors_of, rehomed
from engine.progress import drain
from engine.score import anchor, take_id
from engine.score.items import Curve, Edit, EditedKey, Emotion, Emphasis, Gesture, Pin, Score
from engine.take import Audio, Phone, Phrase, Syllable, Take


def make_take(name: str, speed: float = 1.0, lead: float = 0.2) -> Take:
    """Sixteen phones of 100 ms over `speed`, from `lead` seconds on, in one phrase."""
    phones = tuple(
        Phone(round(lead + i * 0.1 / speed, 3), round(lead + (i + 1) * 0.1 / speed, 3), ipa)
        for i, ipa in enumerate("mabisumebalupiko")
    )
    syllables = tuple(Syllable(p.start, q.end, i * 2 + 1, 0.5) for i, (p, q) in enumerate(_pairs(phones)))
    phrases = (Phrase(phones[0].start, phones[-1].end),)
    return Take(
        Audio(f"{name}.wav", name * 64, 4.0, 16000), "en", "test", phones=phones, syllables=syllables, phrases=phrases
    )


def _pairs(phones: Sequence[Phone]) -> Iterator[tuple[Phone, Phone]]:
    return zip(phones[::2], phones[1::2], strict=True)


@pytest.fixture
def takes() -> tuple[Take, Take]:
    return make_take("a"), make_take("b", 0.5, 0.4)


@pytest.fixture
def score(takes: tuple[Take, Take]) -> Score:
    old, _ = takes
    keys = tuple(EditedKey(anchor(old, at), 0.6, (-0.02, -0.1), (0.04, 0.2)) for at in (0.65, 0.75))
    return Score(
        emphases=(Emphasis("emphasis-1", anchor(old, 0.35)),),
        emotions=(Emotion("emotion-1", anchor(old, 0.3), anchor(old, 1.2), "joy"),),
        gestures=(Gesture("gesture-1", anchor(old, 0.9), "nod"),),
        pins=(Pin("pin-1", anchor(old, 0.55), "u"),),
        edits=(
            Edit("edit-1", Curve("jawOpen"), anchor(old, 0.6), anchor(old, 0.8), keys=keys, gone=(anchor(old, 0.7),)),
            Edit("edit-2", Curve("jawOpen"), anchor(old, 1.0), anchor(old, 1.3), "transform", scale=1.2, shift=0.02),
        ),
    )


def test_all_of_it_stands_where_it_stood(takes: tuple[Take, Take], score: Score) -> None:
    old, new = takes
    placed = place(score, new, {take_id(old): drain(match_takes(old, new))}, {take_id(old): old})
    moved = rehomed(placed, new, {take_id(old)})
    assert {at.take for item in moved.items() for at in anchors_of(item)} == {take_id(new)}
    for before, after in zip(placed.items, place(moved, new, {}, {}).items, strict=True):
        ends = [(one.start.seconds, one.end.seconds) for one in (before, after)]
        assert ends[0] == pytest.approx(ends[1], abs=1e-6), before.id
        assert [at.seconds for at in before.keys] == pytest.approx([at.seconds for at in after.keys], abs=1e-6)


def test_handles_and_shifts_become_as_long_as_the_new_take_is_slow(takes: tuple[Take, Take], score: Score) -> None:
    old, new = takes
    placed = place(score, new, {take_id(old): drain(match_takes(old, new))}, {take_id(old): old})
    edit, transform = rehomed(placed, new, {take_id(old)}).edits
    for key, at in zip(edit.keys, placed.of("edit-1").keys, strict=True):
        assert key.left == pytest.approx((-0.02 * at.stretch, -0.1)) and at.stretch > 1.5
    assert transform.shift == pytest.approx(0.02 * placed.of("edit-2").start.stretch)


def test_what_is_unplaced_or_at_home_elsewhere_keeps_its_places(takes: tuple[Take, Take], score: Score) -> None:
    old, new = takes
    placed = place(score, new, {take_id(old): drain(match_takes(old, new))}, {take_id(old): old})
    lost = replace(placed, items=tuple(replace(item, status="unplaced") for item in placed.items))
    assert rehomed(lost, new, {take_id(old)}) == score
    assert rehomed(placed, new, {"another"}) == score
