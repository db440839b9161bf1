"""Lips that shut between two looks at the listener are seen shut, in a window that is drawn seldom too."""

from __future__ import annotations

import pytest
from speaking import begun, moment, start, until


def row(*seals, since=1):
    """Moments 10 ms apart, with the lips as told."""
    return [moment(at=0.01 * (since + number), jaw=0.5, seal=seal) for number, seal in enumerate(seals)]


def looked(listener, live, *seals) -> tuple[float, float]:
    """What a single look shows of these moments: the time of the moment, and its seal."""
    before = live.moment
    since = 1 if before is None else round(100.0 * before.time) + 10
    listener.say(*row(*seals, since=since))
    until(lambda: live.moment is not before)
    return live.moment.time - 0.01 * (since - 1), live.moment.values[1]


def live_on(face, listener):
    live = start(listener, face)
    listener.say(begun())
    until(lambda: live.state == "live")
    return live


def test_a_closure_between_two_looks_is_shown_at_its_last_moment(face, listener):
    live = live_on(face, listener)
    assert looked(listener, live, 0.0, 0.5, 1.0, 1.0, 1.0, 0.4, 0.0, 0.0) == pytest.approx((0.05, 1.0))


def test_the_next_look_lets_the_lips_open_even_if_they_were_shut_at_its_beginning(face, listener):
    live = live_on(face, listener)
    looked(listener, live, 0.0, 1.0, 1.0, 1.0, 1.0)
    assert looked(listener, live, 1.0, 1.0, 0.5, 0.0, 0.0, 0.0) == pytest.approx((0.06, 0.0))


def test_a_window_that_looks_often_enough_always_shows_the_newest(face, listener):
    live = live_on(face, listener)
    assert looked(listener, live, 1.0, 0.2, 0.0) == pytest.approx((0.03, 0.0))


def test_a_closure_of_more_than_a_tenth_of_a_second_ago_is_past(face, listener):
    live = live_on(face, listener)
    assert looked(listener, live, 1.0, 1.0, *[0.0] * 12) == pytest.approx((0.14, 0.0))


def test_nothing_else_that_came_along_is_passed_over(face, listener):
    live = start(listener, face)
    listener.say(begun(), *row(0.0, 1.0, 1.0, 0.0, 0.0))
    until(lambda: live.moment is not None)
    assert live.state == "live" and live.begun is not None and live.moment.values[1] == 1.0
