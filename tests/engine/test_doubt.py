"""Doubtful stretches: which phones belong to one."""

from __future__ import annotations

from engine.doubt import doubtful
from engine.take import Phone


def line(*sure: float, gap_after: int = -1) -> list[Phone]:
    """Phones of 0.1 s with these confidences; a pause of a second after the one with the index `gap_after`."""
    return [
        Phone(round(0.1 * i + (i > gap_after >= 0), 3), round(0.1 * (i + 1) + (i > gap_after >= 0), 3), "a", value)
        for i, value in enumerate(sure)
    ]


def spans(phones: list[Phone], limit: float = 0.6) -> list[tuple[float, float]]:
    return [(stretch.start, stretch.end) for stretch in doubtful(phones, limit)]


def test_a_sure_line_has_no_doubtful_stretch() -> None:
    assert spans(line(0.9, 0.6, 1.0)) == []
    assert spans([]) == []


def test_doubtful_neighbours_are_one_stretch_and_sure_ones_at_its_edges_stay_outside() -> None:
    assert spans(line(0.9, 0.5, 0.4, 0.9)) == [(0.1, 0.3)]


def test_a_sure_phone_between_two_doubtful_ones_belongs_to_their_stretch() -> None:
    (stretch,) = doubtful(line(0.9, 0.4, 0.9, 0.3, 0.9))
    assert (stretch.start, stretch.end, len(stretch.phones), stretch.confidence) == (0.1, 0.4, 3, 0.3)
    assert stretch.ipa == "a a a"


def test_doubtful_phones_more_than_a_syllable_apart_are_two_stretches() -> None:
    assert spans(line(0.5, 0.9, 0.9, 0.9, 0.5)) == [(0.0, 0.1), (0.4, 0.5)]
    assert spans(line(0.5, 0.5, gap_after=0)) == [(0.0, 0.1), (1.1, 1.2)]


def test_the_artist_sets_how_sure_is_sure_enough() -> None:
    phones = line(0.9, 0.7, 0.9)
    assert spans(phones, 0.8) == [(0.1, 0.2)]
    assert spans(phones, 0.0) == [] and len(spans(phones, 1.0)) == 1
