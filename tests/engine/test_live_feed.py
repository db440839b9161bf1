"""A file fed as though it were spoken now."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from made_live import RATE, steps, write_wav

from engine.errors import AudioError, UsageError
from engine.live.feed import FileFeed

SOUND = steps(2.0)[: round(1.005 * RATE)]


class Clock:
    """Time that passes by sleeping, and by the work that a test does."""

    def __init__(self) -> None:
        self.now = 50.0
        self.naps: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.now += seconds


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    return write_wav(tmp_path / "línea 声.wav", SOUND)


def everything(feed: FileFeed, clock: Clock) -> tuple[list[np.ndarray], list[float]]:
    """The blocks, and when each came."""
    blocks, times = [], []
    while (block := feed.read()) is not None:
        blocks.append(block)
        times.append(clock.now)
    return blocks, times


@pytest.mark.parametrize("speed", [0.5, 1.0, 4.0, 100.0])
def test_a_block_comes_when_its_last_sample_would_have_been_heard(sound: Path, speed: float) -> None:
    clock = Clock()
    blocks, times = everything(FileFeed(sound, speed, clock, clock.sleep), clock)
    heard = np.cumsum([len(block) for block in blocks]) / RATE
    assert np.allclose(np.array(times) - 50.0, heard / speed)
    assert max(clock.naps) <= max(0.01, 0.01 / speed) + 1e-9
    assert np.array_equal(np.concatenate(blocks), np.rint(SOUND * 32767).astype(np.float32) / np.float32(32768))


def test_after_a_standstill_a_feed_catches_up_instead_of_lagging_for_ever(sound: Path) -> None:
    clock = Clock()
    feed = FileFeed(sound, 1.0, clock, clock.sleep)
    feed.read()
    clock.now += 0.3
    for _ in range(30):
        feed.read()
    assert clock.now == pytest.approx(50.31)
    feed.read()
    assert clock.now == pytest.approx(50.32)


def test_at_speed_zero_nobody_sleeps_and_the_sound_waits(sound: Path) -> None:
    clock = Clock()
    feed = FileFeed(sound, 0.0, clock, clock.sleep)
    blocks, _times = everything(feed, clock)
    assert not clock.naps and feed.patient and sum(map(len, blocks)) == round(1.005 * RATE)
    assert not FileFeed(sound, 1.0).patient


def test_a_feed_tells_what_it_is(sound: Path) -> None:
    feed = FileFeed(sound)
    assert (feed.name, feed.rate, feed.delay, feed.kept) == (sound.name, RATE, 0.01, str(sound.resolve()))
    assert feed.duration == pytest.approx(1.005)
    feed.close()
    feed.close()
    assert feed.read() is None


@pytest.mark.parametrize("speed", [-1.0, 0.01, 1000.0, float("nan"), float("inf")])
def test_a_speed_that_makes_no_sense_is_refused(sound: Path, speed: float) -> None:
    with pytest.raises(UsageError, match=r"times as fast; give a speed from 0.1 to 100, or 0 .*\.$"):
        FileFeed(sound, speed)


def test_what_is_no_sound_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match="is not there"):
        FileFeed(tmp_path / "none.wav")
    with pytest.raises(AudioError, match="lasts only"):
        FileFeed(write_wav(tmp_path / "short.wav", steps(0.05)))
