"""How the time of one take runs in another."""

from __future__ import annotations

import numpy as np
import pytest

from engine.errors import ScoreError
from engine.matching.timemap import TimeMap, time_map


def pieces(*rows: tuple[float, float, float, float]) -> np.ndarray:
    return np.array(rows, float)


def steady(count: int, length: float = 0.1, stretch: float = 1.0, old: float = 0.5, new: float = 0.5) -> np.ndarray:
    """Pieces one after another, each `length` seconds in the old take and `stretch` times that in the new one."""
    at = np.arange(count) * length
    return np.stack(
        [old + at, old + at + length, new + at * stretch, new + (at + length) * stretch], axis=1
    )  # fmt: skip


def test_time_runs_on_at_its_own_pace_before_and_after_what_is_matched() -> None:
    found = TimeMap(np.array([1.0, 3.0]), np.array([2.0, 6.0]))
    assert found.forward(0.25) == pytest.approx(1.25)
    assert found.forward(2.0) == pytest.approx(4.0)
    assert found.forward(3.5) == pytest.approx(6.5)
    assert found.backward(6.5) == pytest.approx(3.5)


def test_numbers_give_numbers_and_arrays_arrays() -> None:
    found = TimeMap(np.array([1.0, 3.0]), np.array([2.0, 6.0]))
    for ask in (found.forward, found.backward, found.slope):
        assert isinstance(ask(2.0), float)
        many = ask(np.array([0.0, 2.0, 9.0]))
        assert many.shape == (3,) and many[1] == pytest.approx(ask(2.0))


def test_there_and_back_is_the_same_time() -> None:
    draw = np.random.default_rng(2)
    found = TimeMap(np.cumsum(draw.uniform(0.02, 0.3, 80)), np.cumsum(draw.uniform(0.02, 0.3, 80)))
    times = np.linspace(-1.0, 14.0, 500)
    assert np.abs(found.backward(found.forward(times)) - times).max() < 1e-9


@pytest.mark.parametrize(
    "old, new", [([1.0, 1.0], [1.0, 2.0]), ([1.0, 2.0], [2.0, 1.0]), ([1.0], [1.0, 2.0]), ([], [])]
)
def test_times_that_do_not_rise_are_refused(old: list[float], new: list[float]) -> None:
    with pytest.raises(ScoreError, match="do not rise together"):
        TimeMap(np.array(old), np.array(new))


def test_each_sound_begins_and_ends_on_its_like() -> None:
    found = time_map(pieces((0.5, 0.6, 1.0, 1.2), (0.6, 0.8, 1.2, 1.3), (1.1, 1.2, 1.5, 1.7)))
    for old, new in ((0.5, 1.0), (0.6, 1.2), (0.8, 1.3), (1.1, 1.5), (1.2, 1.7)):
        assert found.forward(old) == pytest.approx(new, abs=1e-6)


def test_one_wrong_edge_does_not_bend_the_time_of_its_neighbours() -> None:
    rows = steady(20)
    rows[9, 3] = rows[10, 2] = rows[9, 2] + 0.01  # an edge that was heard 90 ms early
    found = time_map(rows)
    middle = (rows[9, 0] + rows[9, 1]) / 2.0
    assert abs(found.forward(middle) - middle) < 0.05
    assert abs(found.slope(middle) - 1.0) < 0.1


def test_a_pause_put_in_is_crossed_in_no_old_time() -> None:
    rows = steady(10)
    rows[5:, 2:] += 0.7
    found = time_map(rows)
    assert found.forward(0.99) == pytest.approx(0.99, abs=2e-3)
    assert found.forward(1.01) == pytest.approx(1.71, abs=2e-3)
    assert found.backward(1.6) - found.backward(1.1) < 2e-4


def test_a_pause_left_out_is_crossed_in_no_new_time() -> None:
    rows = steady(10)
    rows[5:, :2] += 0.7
    found = time_map(rows)
    assert found.forward(1.6) - found.forward(1.1) < 2e-4
    assert found.forward(1.75) == pytest.approx(1.05, abs=2e-3)


def test_a_pause_maps_to_the_pause() -> None:
    rows = steady(10)
    rows[5:, :2] += 0.4
    rows[5:, 2:] += 0.8
    found = time_map(rows)
    assert found.forward(1.2) == pytest.approx(1.4)
    assert found.slope(1.2) == pytest.approx(1.0, rel=0.5)


def test_words_put_in_into_a_pause_are_jumped_over_where_they_stand() -> None:
    rows = steady(10)
    rows[5:, :2] += 0.4
    rows[5:, 2:] += 1.6
    found = time_map(rows, inserted=[(1.2, 2.0)])
    assert found.forward(1.0) == pytest.approx(1.0, abs=1e-3)
    assert found.forward(1.4) == pytest.approx(2.6, abs=1e-3)
    assert found.backward(1.95) - found.backward(1.25) < 2e-4
    assert found.forward(1.39) == pytest.approx(2.58, abs=1e-3)


def test_words_left_out_are_crossed_in_no_new_time() -> None:
    rows = steady(10)
    rows[5:, :2] += 1.0
    found = time_map(rows, left_out=[(1.0, 2.0)])
    assert found.forward(1.95) - found.forward(1.05) < 3e-4
    assert found.forward(2.05) == pytest.approx(1.05, abs=1e-3)


def test_other_words_in_the_place_of_some_fill_their_time() -> None:
    rows = steady(10)
    rows[5:, :2] += 1.0
    rows[5:, 2:] += 0.5
    found = time_map(rows, left_out=[(1.0, 2.0)], inserted=[(1.0, 1.5)])
    assert found.forward(1.5) == pytest.approx(1.25, abs=1e-3)


def test_the_slope_is_that_of_the_phrase_without_pauses_and_jitter() -> None:
    draw = np.random.default_rng(5)
    rows = steady(40, 0.1, 1.5)
    edges = np.append(rows[:, 2], rows[-1, 3])
    edges[1:-1] += draw.normal(0.0, 0.015, 39)
    rows[:, 2], rows[:, 3] = edges[:-1], edges[1:]
    rows[20:, 2:] += 2.0
    found = time_map(rows)
    slopes = found.slope(np.linspace(0.6, 4.4, 100))
    assert np.abs(slopes - 1.5).max() < 0.12


def test_without_anything_matched_time_is_as_it_was() -> None:
    found = time_map(np.zeros((0, 4)))
    assert found.forward(3.25) == 3.25
    assert found.slope(3.25) == 1.0


def test_maps_of_any_pieces_rise() -> None:
    draw = np.random.default_rng(9)
    for _ in range(50):
        old, new = (np.cumsum(draw.choice([0.0, 0.001, 0.05, 0.3], 60, p=[0.4, 0.1, 0.4, 0.1])) for _ in range(2))
        rows = np.stack([old[::2], old[1::2], new[::2], new[1::2]], axis=1)
        found = time_map(rows)
        assert np.all(np.diff(found.old) > 0.0) and np.all(np.diff(found.new) > 0.0)
        close = np.abs(found.forward(rows[:, 0]) - rows[:, 2])
        assert np.median(close) < 0.05
