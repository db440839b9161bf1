"""The listener as a whole: sound of any rate, cut in any way -> moments, one for each 10 ms."""

from __future__ import annotations

import time

import numpy as np
import pytest
from made_voice import RATE, say

from engine.errors import LanguageError, UsageError
from engine.languages import CHANNELS, load
from engine.listen import listen
from engine.live.level import AHEAD, Levels
from engine.live.listener import Listener
from engine.live.moment import Moment
from engine.mouth import Controls, shape_curves
from engine.progress import drain
from engine.sound.energy import energy
from engine.sound.resample import Resampler
from engine.sound.source import ArraySource

LINE = "_:400 m:90 ɑ:180 n:70 i:160 f:110 u:170 s:120 ɑ:150 m:80 i:170 _:400 p:70 ɑ:200 ʃ:110 u:150 m:110 ɛ:160 _:500"
AT = {name: number for number, name in enumerate(CHANNELS)}


def sound(rate: int = RATE) -> np.ndarray:
    made = say(LINE).astype(np.float32)
    if rate == RATE:
        return made
    resampler = Resampler(RATE, rate)
    return np.concatenate([resampler.push(made), resampler.finish()])


def heard(samples: np.ndarray, rate: int = RATE, block: int | None = None, language: str = "en") -> list[Moment]:
    listener = Listener(language, None, rate)
    step = block or len(samples)
    found = [moment for at in range(0, len(samples), step) for moment in listener.push(samples[at : at + step])]
    return found + listener.finish()


def values_of(moments: list[Moment]) -> np.ndarray:
    return np.array([moment.values for moment in moments])


@pytest.fixture(scope="module")
def usual() -> list[Moment]:
    return heard(sound())


def test_a_sound_comes_out_as_moments_of_a_mouth_that_speaks(usual: list[Moment]) -> None:
    values = values_of(usual)
    assert values[:, AT["jaw"]].max() > 0.3 and values[:, AT["seal"]].max() == 1.0
    assert values[-10:].max() < 0.1
    assert {moment.phone for moment in usual} > {"", "m", "u"}
    levels = np.array([moment.level for moment in usual])
    assert levels[60:200].max() > -20.0 and levels[5:30].max() < -50.0


def test_the_mouth_is_that_of_a_refined_take_of_the_same_sound(usual: list[Moment]) -> None:
    language = load("en")
    take = drain(listen(ArraySource(sound(), RATE), language=language))
    right = shape_curves(take, language, Controls(lead=0.0))
    live = values_of(usual)
    times = np.array([moment.time for moment in usual])
    shut = right.at(times)["seal"] == 1.0
    assert shut.sum() > 20 and (live[shut, AT["seal"]] == 1.0).mean() > 0.6
    near = np.convolve(shut, np.ones(9), "same") > 0
    assert (live[~near, AT["seal"]] == 1.0).mean() < 0.05
    late = 0.01
    for channel, least in (("jaw", 0.75), ("pucker", 0.7)):
        assert np.corrcoef(live[:, AT[channel]], right.at(times - late)[channel])[0, 1] > least, channel


def test_there_is_one_moment_for_each_whole_10_ms_in_order(usual: list[Moment]) -> None:
    assert len(usual) == len(sound()) // 160
    assert np.allclose([moment.time for moment in usual], (np.arange(len(usual)) + 0.5) / 100)


@pytest.mark.parametrize("block", [1, 37, 160, 441, 5000])
def test_the_moments_are_the_same_however_the_sound_is_cut(usual: list[Moment], block: int) -> None:
    samples = sound()[: 20000 if block == 1 else None]
    assert heard(samples, block=block)[:100] == usual[:100]
    if block > 1:
        assert heard(samples, block=block) == usual


@pytest.mark.parametrize("rate", [8000, 22050, 44100, 48000])
def test_other_rates_are_heard_alike_and_cut_in_any_way(usual: list[Moment], rate: int) -> None:
    samples = sound(rate)
    whole = heard(samples, rate)
    assert heard(samples, rate, block=rate // 100 + 7) == whole
    assert abs(len(whole) - len(usual)) <= 1
    count = min(len(whole), len(usual))
    jaws = [values_of(moments)[:count, AT["jaw"]] for moments in (whole, usual)]
    assert np.corrcoef(*jaws)[0, 1] > (0.85 if rate == 8000 else 0.97)


@pytest.mark.parametrize("rate", [16000, 44100, 48000])
def test_a_moment_is_told_no_later_than_the_delay_and_a_block(rate: int) -> None:
    samples, listener = sound(rate), Listener("en", None, rate)
    step = rate // 100
    late = []
    for at in range(0, len(samples), step):
        fed = min(at + step, len(samples)) / rate
        late += [fed - moment.time for moment in listener.push(samples[at : at + step])]
    assert len(late) > 200
    assert max(late) <= listener.delay + 0.01 + 1e-9 <= 0.12
    assert min(late) >= listener.delay - 1e-3


def test_what_is_no_number_counts_as_silence_and_what_is_too_loud_as_full_scale() -> None:
    samples = sound()
    broken = samples.copy()
    broken[9000:9100], broken[9200], broken[9300] = np.nan, np.inf, -np.inf
    mended = samples.copy()
    mended[9000:9100], mended[9200], mended[9300] = 0.0, 0.0, 0.0
    assert heard(broken) == heard(mended)
    assert heard(samples * 1000.0) == heard(np.clip(samples * 1000.0, -1.0, 1.0))
    assert all(np.isfinite(moment.values).all() for moment in heard(np.full(RATE, np.nan, np.float32)))


def test_silence_and_a_quiet_room_leave_the_mouth_at_rest() -> None:
    assert values_of(heard(np.zeros(2 * RATE, np.float32))).max() < 0.02
    room = 0.0005 * np.random.default_rng(1).standard_normal(3 * RATE)
    moments = heard(room.astype(np.float32))
    assert np.quantile(values_of(moments).max(axis=1), 0.95) < 0.1
    assert np.median([moment.level for moment in moments]) == pytest.approx(-66.0, abs=1.0)


def test_a_sound_of_nothing_or_hardly_anything_has_no_moments() -> None:
    assert heard(np.zeros(0, np.float32), block=1) == []
    assert heard(np.zeros(159, np.float32)) == []
    assert len(heard(np.zeros(160, np.float32))) == 1 and len(heard(np.zeros(500, np.float32), block=99)) == 3


def test_what_a_listener_keeps_does_not_grow() -> None:
    listener = Listener("en", Controls(), 44100)
    block = sound(44100)[: 10 * 441]
    sizes = []
    for number in range(60):
        listener.push(block)
        if number in (20, 59):
            sizes.append(weight(listener))
    assert sizes[0] == sizes[1]


def weight(thing: object) -> int:
    """Bytes of arrays, and the number of things in lists and the like, below `thing`."""
    seen: set[int] = set()

    def below(one: object) -> int:
        if id(one) in seen or isinstance(one, type | str | float):
            return 0
        seen.add(id(one))
        if isinstance(one, np.ndarray):
            return one.nbytes
        if isinstance(one, dict):
            return sum(map(below, one.values()))
        if isinstance(one, list | tuple) or type(one).__name__ == "deque":
            return len(one) + sum(map(below, one))  # type: ignore[arg-type]
        names = [*getattr(one, "__dict__", {}), *getattr(type(one), "__slots__", ())]
        return sum(below(getattr(one, name)) for name in names if hasattr(one, name))

    return below(thing)


def test_listening_costs_a_small_part_of_real_time() -> None:
    samples = np.tile(sound(48000), 2)
    listener = Listener("en", None, 48000)
    begun = time.process_time()
    for at in range(0, len(samples), 480):
        listener.push(samples[at : at + 480])
    assert time.process_time() - begun < 0.2 * len(samples) / 48000


def test_languages_and_rates_that_are_none_are_refused() -> None:
    assert heard(sound()[:4000], language="es") and Listener(load("de"))
    with pytest.raises(LanguageError):
        Listener("klingon")
    with pytest.raises(UsageError, match="sample rate"):
        Listener("en", None, 0)


def test_levels_are_those_of_the_rows_around_each_one_and_a_constant_offset_is_none() -> None:
    samples = sound()
    levels = Levels()
    found = [level for at in range(0, len(samples), 111) for level in levels.push(samples[at : at + 111])]
    assert len(found) == len(samples) // 160 - AHEAD
    found += levels.finish()
    right = energy(samples)
    assert len(found) == len(right)
    loud = right > -40.0
    assert np.median(np.abs(np.array(found)[loud] - right[loud])) < 1.0
    shifted = Levels()
    moved = shifted.push(np.float32(0.3) + np.zeros(RATE, np.float32)) + shifted.finish()
    assert max(moved) < -80.0
