"""The plot of a check."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.check.headline import headline
from engine.check.plot import plot
from engine.check.plot_colours import BAD, EXPECTED, FAULT, GRAVE_INK, MISSED, SEEN, VERDICTS
from engine.check.plot_sheet import error_range, span
from engine.check.result import Fault, Limits, Moments, SyncCheck, Timing, Tracks, Verdict
from engine.drawing.letters import text_bitmap
from engine.errors import UsageError

WIDTH, HEIGHT = 1280, 720


def tracks(seconds: float, late: float = 0.0, hop: float = 0.01) -> Tracks:
    times = np.arange(0.0, seconds, hop)

    def mouth(at: np.ndarray) -> np.ndarray:
        return np.clip(0.35 + 0.35 * np.sin(2 * np.pi * 2.0 * at), 0.0, 1.0)

    expected, seen = mouth(times), mouth(times - late)
    shut = [np.where(one < 0.02, 1.0, 0.0) for one in (seen, expected)]
    return Tracks(0.0, hop, seen, expected, np.clip(expected + 0.1, 0.0, 1.0), shut[0], shut[1])


def checked(
    verdict: Verdict = "pass",
    offset: float = 0.0,
    drift: float = 0.0,
    seconds: float = 8.0,
    faults: tuple[Fault, ...] = (),
) -> SyncCheck:
    times = np.arange(0.5, seconds - 0.4, 0.4)
    errors = offset + drift * (times - seconds / 2)
    worst = int(np.argmax(abs(errors)))
    timing = Timing(
        offset, drift, 0.001, float(errors[worst]), float(times[worst]), max(0.0, -float(errors.min())),
        max(0.0, float(errors.max())), len(times), 0.9, seconds / 2,
    )  # fmt: skip
    moments = Moments(times, errors, np.full(len(times), 0.9), ("window",) * len(times))
    second = replace(timing, confidence=0.5)
    said = ("The mouth is with its sound.",)
    shown = tracks(seconds, offset)
    return SyncCheck(verdict, said, timing, second, 12, (), 0.97, 0.9, 24.0, 1.0, faults, moments, shown)


def near(pixels: np.ndarray, colour: tuple[int, int, int], off: int = 20) -> np.ndarray:
    """Which pixels have that colour."""
    return np.asarray(np.abs(pixels[..., :3].astype(int) - colour).max(axis=2) <= off)


def has_text(pixels: np.ndarray, text: str, size: int, colour: tuple[int, int, int]) -> bool:
    """Whether these letters stand somewhere in that colour, dot by dot."""
    shown = near(pixels, colour, 3)
    dots = np.kron(text_bitmap(text), np.ones((size, size), bool))
    windows = np.lib.stride_tricks.sliding_window_view(shown, dots.shape)
    rows, columns = np.nonzero(dots)
    first = windows[:, :, rows[0], columns[0]]
    places = np.argwhere(first)
    return any(windows[row, column][dots].all() for row, column in places)


def test_a_plot_is_opaque_of_its_size_and_the_same_each_time() -> None:
    pixels = plot(checked())
    assert pixels.shape == (HEIGHT, WIDTH, 4) and pixels.dtype == np.uint8 and np.all(pixels[..., 3] == 255)
    assert np.array_equal(pixels, plot(checked()))
    assert plot(checked(), width=480, height=480).shape == (480, 480, 4)


@pytest.mark.parametrize("verdict", ["pass", "look", "fail", "unknown"])
def test_the_verdict_stands_in_words_and_colour_in_the_head(verdict: Verdict) -> None:
    words, colour = VERDICTS[verdict]
    assert has_text(plot(checked(verdict))[:60], words, 3, colour)


def test_the_figures_say_frames_and_milliseconds_with_their_side() -> None:
    late, early = checked(offset=0.125), checked(offset=-0.05, drift=0.01)
    assert "offset 3.0 frames (125 ms) late" in list(headline(late))
    assert "offset 1.2 frames (50 ms) early" in list(headline(early))
    assert "drift +2.4 frames in 10 s" in list(headline(early))
    assert {"closures missed 0 of 12", "amplitude 97%", "24 fps", "90% sure"} <= set(headline(late))


def test_a_mouth_in_time_covers_what_is_asked_and_a_late_one_does_not() -> None:
    good, late = plot(checked()), plot(checked("fail", 0.125))
    assert near(good, SEEN).sum() > 3000
    assert near(late, EXPECTED).sum() > 2 * near(good, EXPECTED).sum()


def test_late_errors_lie_above_the_zero_and_early_ones_below() -> None:
    field = slice(480, 690)

    def middle(check: SyncCheck) -> float:
        rows, _ = np.nonzero(near(plot(check)[field, 80:1180], (226, 228, 232), 30))
        return float(np.median(rows))

    late, good, early = (middle(checked(offset=offset)) for offset in (0.06, 0.0, -0.06))
    assert late < good - 10 and early > good + 10


def test_a_drift_is_a_sloping_line() -> None:
    pixels = plot(checked("look", drift=-0.02))[480:690, 80:1180]
    rows, columns = np.nonzero(near(pixels, SEEN, 40))
    assert len(rows) > 500 and np.corrcoef(rows, columns)[0, 1] > 0.98


def test_the_range_holds_the_limits_and_the_points() -> None:
    low, high = error_range(checked(), Limits())
    assert low < -24 * 0.185 and high > 24 * 0.09
    low, high = error_range(checked(offset=0.4), Limits())
    assert high > 24 * 0.4
    assert error_range(checked(offset=5.0), Limits())[1] == 24.0
    assert near(plot(checked()), BAD, 200)[480:690].any()


def test_faults_are_named_spans_grave_ones_red() -> None:
    hole = Fault("hole", 2.0, 4.0, "Somebody speaks, but the mouth rests.", "Sync it anew.", True)
    coarse = Fault("coarse", 2.5, 5.0, "There are few keys.", "Key it more finely.")
    pixels, without = plot(checked("fail", faults=(hole, coarse))), plot(checked("fail"))
    assert has_text(pixels, "hole", 2, GRAVE_INK) and has_text(pixels, "coarse", 2, FAULT)
    assert not has_text(without, "hole", 2, GRAVE_INK)
    columns = np.nonzero((pixels[220] != without[220]).any(axis=1))[0]
    left, right = (68 + at / 7.99 * (1204 - 68) for at in (2.0, 5.0))
    assert columns.min() == pytest.approx(left, abs=3) and columns.max() == pytest.approx(right, abs=3)


def test_faults_that_overlap_are_no_darker_than_one() -> None:
    one = Fault("hole", 2.0, 6.0, "Somebody speaks, but the mouth rests.", "Sync it anew.", True)
    more = tuple(replace(one, start=start) for start in (3.0, 4.0, 5.0))
    alone, together = (plot(checked("fail", faults=faults)) for faults in ((one,), (one, *more)))
    assert np.array_equal(alone[300, 400:800], together[300, 400:800])


def test_many_faults_at_once_do_not_leave_the_field() -> None:
    faults = tuple(Fault("closures open", 1.0 + 0.01 * n, 7.0, "Open.", "Mend.") for n in range(20))
    assert plot(checked("look", faults=faults)).shape == (HEIGHT, WIDTH, 4)


def test_closures_that_are_missed_are_red_marks() -> None:
    check = replace(checked(), missed=(2.0, 6.0))
    columns = np.nonzero(near(plot(check)[380:440, 70:1200], MISSED).any(axis=0))[0] + 70
    for seconds in check.missed:
        assert np.abs(columns - (68 + seconds / 7.99 * (1204 - 68))).min() <= 2
    assert not near(plot(checked())[380:440], MISSED).any()


def test_where_nothing_was_measured_the_plot_says_so() -> None:
    empty = SyncCheck("unknown", ("There is no sound.",), None, None, 0, (), float("nan"), 0.0, 25.0, 1.0)
    pixels = plot(empty, "sc010")
    assert has_text(pixels, "There is nothing to draw.", 2, (150, 152, 160))
    assert has_text(pixels, "Nothing could be measured.", 2, (150, 152, 160))
    assert list(headline(empty)) == ["25 fps", "0% sure"] and span(empty) == (0.0, 1.0)


@pytest.mark.parametrize(("seconds", "hop"), [(1.0, 0.01), (3600.0, 0.05)])
def test_a_second_and_an_hour_can_be_drawn(seconds: float, hop: float) -> None:
    check = replace(checked(seconds=max(seconds, 2.0)), tracks=tracks(seconds, 0.0, hop))
    pixels = plot(check)
    assert near(pixels, SEEN).sum() > 500


def test_a_title_too_long_is_cut_and_one_of_other_letters_does_no_harm() -> None:
    plain, titled = plot(checked()), plot(checked(), "szene 10 / 声 " * 30)
    changed = np.nonzero((plain != titled).any(axis=2))
    assert changed[0].max() < 60 and changed[1].min() > 120


def test_a_plot_too_small_to_be_read_is_refused() -> None:
    with pytest.raises(UsageError, match="100 x 100"):
        plot(checked(), width=100, height=100)
