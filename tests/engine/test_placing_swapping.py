"""A score carried from one reading to another by the match of the two, and back: nothing lost, sounds kept."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from made_takes import PAUSE, WORDS, Reading

from engine.matching.match import match_takes
from engine.placing import Placed, SwapReport, place, report, resolve
from engine.placing.rehoming import anchors_of
from engine.progress import drain
from engine.score import Curve, Edit, EditedKey, Emotion, Emphasis, Gesture, Pin, Score, anchor, take_id, time_of
from engine.take import Take

NEAR = 0.04  # seconds


def text(draw: random.Random, words: int = 30) -> str:
    found = [draw.choice(list(WORDS)) for _ in range(words)]
    return " ".join(word if draw.random() > 0.15 else f"{word} {PAUSE}" for word in found)


def changed(reading: Reading, draw: random.Random) -> Reading:
    """Three words less, three more, two pauses more."""
    for _ in range(3):
        reading = reading.without_word(draw.randrange(len(reading.words)))
    for word in (draw.choice(list(WORDS)), draw.choice(list(WORDS)), draw.choice(list(WORDS)), PAUSE, PAUSE):
        reading = reading.with_word(draw.randrange(len(reading.words)), word)
    return reading


def one_of_each(take: Take, draw: random.Random, count: int) -> Score:
    """Items all over a take."""

    def somewhere() -> float:
        return draw.uniform(take.phones[0].start - 0.2, take.phones[-1].end + 0.2)

    def edit(number: int) -> Edit:
        start = somewhere()
        times = [start + 0.06 * at for at in range(draw.randrange(1, 5))]
        keys = tuple(EditedKey(anchor(take, time), draw.random()) for time in times)
        curve = Curve("jawOpen") if number % 3 else Curve("browInnerUp", part="face")
        borders = anchor(take, times[0] - 0.05), anchor(take, times[-1] + 0.05)
        return Edit(f"edit-{number}", curve, *borders, keys=keys, gone=(anchor(take, start + 0.01),))

    numbers = range(count)
    return Score(
        emphases=tuple(Emphasis(f"stress-{at}", anchor(take, somewhere())) for at in numbers),
        emotions=tuple(
            Emotion(f"joy-{at}", anchor(take, (s := somewhere())), anchor(take, s + 0.5), "joy") for at in numbers
        ),
        gestures=tuple(Gesture(f"nod-{at}", anchor(take, somewhere()), "nod") for at in numbers),
        pins=tuple(Pin(f"pin-{at}", anchor(take, somewhere()), "u") for at in numbers),
        edits=tuple(edit(at) for at in numbers),
    )


def carried(score: Score, takes: Sequence[Take], to: Take) -> tuple[Placed, SwapReport]:
    homes = {take_id(take): take for take in takes}
    matches = {name: drain(match_takes(take, to)) for name, take in homes.items() if take is not to}
    placed = place(score, to, matches, homes)
    return placed, report(takes[0], to, drain(match_takes(takes[0], to)), placed)


@pytest.mark.parametrize("seed", range(6))
def test_nothing_is_lost_whatever_is_said(seed: int) -> None:
    draw = random.Random(seed)
    first = Reading.of(text(draw))
    second = Reading.of(text(draw)) if seed == 0 else changed(first, draw)
    old, new = first.said(seed, texts=seed % 2 == 0), second.said(seed + 50, draw.uniform(0.6, 1.7), seed % 3 == 0)
    score = one_of_each(old, draw, 20)
    placed, told = carried(score, [old], new)
    assert [item.id for item in placed.items] == [item.id for item in score.items()] == [line.id for line in told.items]
    assert sum(told.counts.values()) == 100
    for item in placed.items:
        assert (item.reason == "") is (item.status == "matched")
        assert item.laid is (item.status != "unplaced")
        assert not item.reason or item.reason.endswith(".")
    for line in told.lines():
        assert "\n" not in line and line.endswith((".", ")."))
    acting = resolve(placed, new)
    assert len(acting.feelings) == sum(item.laid for item in placed.items if item.id.startswith("joy"))
    assert all(feeling.end > feeling.start for feeling in acting.feelings)


@pytest.mark.parametrize("seed", range(6))
def test_keys_are_at_their_true_sounds_where_these_are_said(seed: int) -> None:
    draw = random.Random(seed + 20)
    first = Reading.of(text(draw))
    second = changed(first, draw) if seed else first
    old, new = first.said(seed), second.said(seed + 50, draw.uniform(0.7, 1.5))
    origins = second.origins()
    match = drain(match_takes(old, new))
    good = wrong = laid = 0
    for index, phone in enumerate(old.phones):
        made = Edit("e", Curve("jawOpen"), anchor(old, phone.start - 0.2), anchor(old, phone.end + 0.2),
                    keys=(EditedKey(anchor(old, (phone.start + phone.end) / 2.0), 0.5),))  # fmt: skip
        item = place(Score(edits=(made,)), new, {take_id(old): match}, {take_id(old): old}).items[0]
        if item.laid:
            laid += 1
            there = [new.phones[at] for at, origin in enumerate(origins) if origin == index]
            seconds = item.keys[0].seconds
            near = bool(there) and there[0].start - NEAR <= seconds <= there[0].end + NEAR
            good += near
            wrong += item.status == "matched" and not near
    assert laid >= 0.8 * len(old.phones)
    assert good >= 0.95 * laid
    assert wrong <= 0.03 * len(old.phones)


def test_there_and_back_stands_as_it_was() -> None:
    draw = random.Random(7)
    first = Reading.of(text(draw))
    old, new = first.said(1), changed(first, draw).said(2, 1.3)
    score = one_of_each(old, draw, 20)
    carried(score, [old, new], new)
    back, told = carried(score, [old, new], old)
    assert told.counts == {"matched": 100, "moved": 0, "unplaced": 0}
    for item, at in zip(score.items(), back.items, strict=True):
        own = [key.at for key in item.keys] if isinstance(item, Edit) else list(anchors_of(item))
        places = at.keys if isinstance(item, Edit) else (at.start, at.end)[: len(own)]
        assert [one.seconds for one in places] == pytest.approx([time_of(one, old) for one in own], abs=1e-6)


def test_what_is_unplaced_in_one_take_is_at_its_sound_again_in_the_next() -> None:
    first = Reading.of("we keep a happy monkey about seven yellow fish")
    old, without, third = first.said(1), first.without_word(3).said(2), first.said(3, 1.4)
    at = next(word.start for word in old.words if word.text == "happy") + 0.1
    keys = (EditedKey(anchor(old, at), 0.5),)
    score = Score(edits=(Edit("e", Curve("jawOpen"), anchor(old, at - 0.1), anchor(old, at + 0.1), keys=keys),))
    assert carried(score, [old, without], without)[0].items[0].status == "unplaced"
    placed = carried(score, [old, without], third)[0].items[0]
    assert placed.status == "matched"
    word = next(word for word in third.words if word.text == "happy")
    assert word.start < placed.keys[0].seconds < word.end
