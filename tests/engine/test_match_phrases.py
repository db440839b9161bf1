"""The phrases of two takes: by what they share, and by their order and length where they share nothing."""

from __future__ import annotations

import numpy as np
import pytest
from heard_takes import hear, text
from spoken import spoken

from engine.matching.match import Match, match_takes
from engine.matching.phrases import PhraseMatch, match_phrases
from engine.progress import drain
from engine.prosody.phrases import phrases
from engine.take import Audio, Phone, Take

ONE, OTHER = "ts e k i b o n", "l ʊ ʃ ɔ f a ɡ"


def take(*lengths: float, sounds: str = ONE, pause: float = 0.6, pauses: dict[int, float] | None = None) -> Take:
    """Phrases of those lengths in seconds, of sounds of 0.1 s, with pauses between them."""
    names, time, found = sounds.split(), 0.5, []
    for number, length in enumerate(lengths):
        for at in range(round(length / 0.1)):
            found.append(Phone(round(time, 4), round(time + 0.1, 4), names[at % len(names)]))
            time += 0.1
        time += (pauses or {}).get(number, pause)
    return Take(
        Audio(f"{sounds[0]}.wav", "", time + 0.5, 16000), "en", "hand", phones=tuple(found), phrases=phrases(found)
    )


def matched(old: Take, new: Take) -> Match:
    return drain(match_takes(old, new))


def numbers(found: tuple[PhraseMatch, ...]) -> list[tuple[int, int]]:
    return [(one.old, one.new) for one in found]


def test_phrases_of_another_text_go_in_order() -> None:
    match = matched(take(2.0, 0.8, 3.0), take(2.4, 1.0, 3.5, sounds=OTHER))
    assert match.kind == "other text"
    assert numbers(match.phrases) == [(0, 0), (1, 1), (2, 2)]
    assert [one.stretch for one in match.phrases] == pytest.approx([1.2, 1.25, 1.17], abs=0.01)
    assert match.time.forward(0.5) == pytest.approx(0.5, abs=1e-3)
    assert match.time.forward(2.5) == pytest.approx(2.9, abs=1e-3)
    assert match.time.forward(3.1) == pytest.approx(3.5, abs=1e-3)


def test_one_long_phrase_stands_for_all_that_are_as_long_together() -> None:
    old, new = take(3.6, 3.4, 4.0, 3.0, 4.0, 3.4), take(3.0, 3.2, 3.6, 11.6, sounds=OTHER)
    found = numbers(matched(old, new).phrases)
    assert found == [(0, 0), (1, 1), (2, 2), (3, 3), (4, 3), (5, 3)]
    assert numbers(matched(new, old).phrases) == [(two, one) for one, two in found]


def test_a_phrase_is_divided_at_its_inner_pauses() -> None:
    old = take(3.0, 2.0, 4.0)
    new = take(3.6, 2.3, 4.6, sounds=OTHER, pauses={0: 0.2, 1: 0.2})
    assert len(new.phrases) == 1
    match = matched(old, new)
    assert numbers(match.phrases) == [(0, 0), (1, 0), (2, 0)]
    assert match.phrases[1].new_start == pytest.approx(0.5 + 3.6 + 0.2, abs=0.02)
    assert match.phrases[1].new_end == pytest.approx(0.5 + 3.6 + 0.2 + 2.3, abs=0.02)


def test_a_phrase_without_a_like_is_told_by_minus_one() -> None:
    said = text(40, 3)
    at = [number for number, word in enumerate(said) if word == "_"]
    longer = [*said[: at[1] + 1], *text(6, 9000), "_", *said[at[1] + 1 :]]
    old, new = hear(said, 1).take, hear(longer, 2).take
    match = matched(old, new)
    alone = [one for one in match.phrases if one.old == -1]
    assert [one.new for one in alone] == [2]
    assert alone[0].old_start == alone[0].old_end == pytest.approx(old.phrases[1].end, abs=0.2)
    back = [one for one in matched(new, old).phrases if one.new == -1]
    assert [one.old for one in back] == [2]
    assert back[0].new_start == back[0].new_end


def test_a_pause_put_in_makes_two_parts_of_a_phrase() -> None:
    said = [word for word in text(12, 5) if word != "_"]
    old, new = hear(said, 1).take, hear([*said[:6], "_", *said[6:]], 2).take
    match = matched(old, new)
    assert numbers(match.phrases) == [(0, 0), (0, 1)]
    assert match.phrases[0].old_end == pytest.approx(match.phrases[1].old_start, abs=0.15)
    assert match.phrases[0].new_end <= new.phrases[0].end + 1e-6
    assert numbers(matched(new, old).phrases) == [(0, 0), (1, 0)]


def test_every_phrase_of_both_takes_is_told() -> None:
    for seed in range(8):
        old, new = hear(text(50, seed), 1).take, hear(text(40, 4000 + seed), 2).take
        match = matched(old, new)
        assert {one.old for one in match.phrases} - {-1} == set(range(len(old.phrases)))
        assert {one.new for one in match.phrases} - {-1} == set(range(len(new.phrases)))
        starts = [one.old_start for one in match.phrases if one.old >= 0]
        assert starts == sorted(starts)


def test_a_single_phrase_stands_for_a_single_phrase() -> None:
    match = matched(spoken("t:80 o:100 m:70 a:100 s:90 i:100"), spoken("l:80 ɛ:90 ʃ:90 u:120 ɡ:80"))
    assert numbers(match.phrases) == [(0, 0)]
    assert match.phrases[0].stretch == pytest.approx(0.46 / 0.54, abs=0.01)


def test_takes_without_phrases_have_none() -> None:
    empty = Take(Audio("none.wav", "", 2.0, 16000), "en", "hand")
    assert match_phrases(empty, empty, np.zeros(0, np.int32)) == ()
    only_new = match_phrases(empty, take(1.0), np.zeros(0, np.int32))
    assert numbers(only_new) == [(-1, 0)]


def test_the_phrases_of_ten_minutes_are_all_told() -> None:
    draw = np.random.default_rng(3)
    old, new = (take(*draw.uniform(0.6, 4.0, 180), sounds=sounds) for sounds in (ONE, OTHER))
    found = match_phrases(old, new, np.full(len(old.phones), -1, np.int32), by_sound=False)
    assert len(found) >= 180
