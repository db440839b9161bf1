"""Confidence: what of the posteriors it rests on, and what it makes of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.phones import CLASSES
from engine.recognizer import ARTICULATIONS, Posteriors, articulation_table
from engine.recognizer.confidence import MEASURES, Scale, calibrated, measures, scale
from engine.take import Phone

FRAMES = 8  # of each phone


def heard(spoken: str, shares: float | list[float] = 0.9, rival: str = "ə") -> tuple[tuple[Phone, ...], Posteriors]:
    """Phones of 80 ms whose class has the given share of each frame's probability, a rival nearly all of the rest."""
    letters = spoken.split()
    each = shares if isinstance(shares, list) else [shares] * len(letters)
    logs = np.full((len(letters) * FRAMES, len(CLASSES)), 1e-4)
    articulation = np.zeros((len(logs), len(ARTICULATIONS)))
    phones = []
    for at, (letter, share) in enumerate(zip(letters, each, strict=True)):
        rows = slice(at * FRAMES, (at + 1) * FRAMES)
        logs[rows, CLASSES.index(letter)] = share
        logs[rows, CLASSES.index(rival if rival != letter else "ɪ")] = 1.0 - share
        articulation[rows] = articulation_table()[CLASSES.index(letter)]
        phones.append(Phone(at * FRAMES / 100, (at + 1) * FRAMES / 100, letter))
    logs /= logs.sum(axis=1, keepdims=True)
    return tuple(phones), Posteriors(np.log(logs).astype(np.float16), articulation.astype(np.float16))


def measure(phones: tuple[Phone, ...], posteriors: Posteriors, name: str) -> np.ndarray:
    return measures(phones, posteriors)[:, MEASURES.index(name)]


@pytest.mark.parametrize("kind", ["heard", "aligned"])
def test_the_constants_rise_from_odds_to_shares_within_0_and_1(kind: str) -> None:
    own = scale(kind)
    assert len(own.odds) == len(own.shares) >= 3
    assert (np.diff(own.odds) > 0.0).all()
    assert (np.diff(own.shares) > 0.0).all()
    assert 0.0 <= own.shares[0] < own.shares[-1] <= 1.0


@pytest.mark.parametrize("aligned", [False, True])
def test_what_is_heard_more_clearly_is_surer(aligned: bool) -> None:
    clear, vague = (calibrated(*heard("t a s i k o m", share), aligned) for share in (0.97, 0.2))
    assert all(one.confidence > other.confidence + 0.02 for one, other in zip(clear, vague, strict=True))
    assert all(0.0 <= phone.confidence <= 1.0 for phone in (*clear, *vague))


def test_one_vague_phone_among_clear_ones_is_the_doubtful_one() -> None:
    phones, posteriors = heard("t a s i k o m a n", [0.97, 0.97, 0.97, 0.97, 0.25, 0.97, 0.97, 0.97, 0.97])
    sure = [phone.confidence for phone in calibrated(phones, posteriors, False)]
    assert sure.index(min(sure)) == 4


def test_a_phone_that_its_text_tells_is_surer_than_the_same_heard_alone() -> None:
    phones, posteriors = heard("t a s i k o m", 0.5)
    alone, told = (calibrated(phones, posteriors, aligned) for aligned in (False, True))
    assert np.mean([p.confidence for p in told]) > np.mean([p.confidence for p in alone])
    mixed = calibrated(phones, posteriors, [True, False] * 3 + [True])
    assert [p.confidence for p in mixed] == [(told, alone)[i % 2][i].confidence for i in range(7)]


def test_nothing_but_confidence_changes_and_no_phones_are_no_phones() -> None:
    phones, posteriors = heard("t a s i")
    stressed = tuple(replace(phone, stress=1) for phone in phones)
    found = calibrated(stressed, posteriors, False)
    assert [replace(phone, confidence=1.0) for phone in found] == list(stressed)
    assert calibrated((), posteriors, False) == ()


def test_the_measures_are_those_of_the_phones_own_frames() -> None:
    phones, posteriors = heard("t a s", [0.9, 0.5, 0.8])
    assert measure(phones, posteriors, "log") == pytest.approx(np.log([0.895, 0.497, 0.796]), abs=0.01)
    assert measure(phones, posteriors, "margin") == pytest.approx(np.log([9.0, 1.0, 4.0]), abs=0.01)
    assert measure(phones, posteriors, "length") == pytest.approx([0.0, 0.0, 0.0], abs=1e-6)
    assert measure(phones, posteriors, "beside")[1] == pytest.approx(np.log([0.895, 0.796]).mean(), abs=0.01)
    assert measure(phones, posteriors, "plosive").tolist() == [1.0, 0.0, 0.0]
    assert measure(phones, posteriors, "after_pause").tolist() == [1.0, 0.0, 0.0]
    assert measure(phones, posteriors, "astray") == pytest.approx([0.0] * 3, abs=0.01)


def test_lips_that_are_seen_open_make_a_closure_doubtful() -> None:
    phones, posteriors = heard("a p a", 0.7)
    astray = posteriors.articulation.copy()
    astray[FRAMES : 2 * FRAMES] = 0.5
    seen = calibrated(phones, replace(posteriors, articulation=astray), False)[1].confidence
    assert seen < calibrated(phones, posteriors, False)[1].confidence


def test_a_phone_shorter_than_a_frame_or_at_the_very_end_is_measured() -> None:
    _, posteriors = heard("t a s")
    phones = (Phone(0.001, 0.003, "t"), Phone(0.08, 0.0845, "a"), Phone(0.239, 0.24, "s"))
    assert np.isfinite(measures(phones, posteriors)).all()


def test_many_phones_are_measured_as_few_are() -> None:
    phones, posteriors = heard("t a s i " * 300, 0.8)
    few, fewer = heard("t a s i " * 30, 0.8)
    middle = measures(phones, posteriors)[480:520]
    assert middle == pytest.approx(measures(few, fewer)[40:80], abs=1e-6)


def test_a_scale_turns_odds_into_shares_between_its_points() -> None:
    weights = np.zeros(len(MEASURES))
    weights[0] = 1.0
    own = Scale(weights, 0.0, np.array([-1.0, 1.0]), np.array([0.2, 0.8]))
    table = np.zeros((4, len(MEASURES)))
    table[:, 0] = (-5.0, -1.0, 0.0, 5.0)
    assert own.confidence(table) == pytest.approx([0.2, 0.2, 0.5, 0.8])
