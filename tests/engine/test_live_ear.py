"""The live ear: the same numbers however a sound is cut, in time, in constant memory, and like the whole run."""

import gc
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from engine.live.causal import DELAY, STACK, CausalNetwork
from engine.live.ear import LATEST, WEIGHTS, LiveEar, embedded
from engine.live.mels import StreamingMels
from engine.live.normalising import RunningNormaliser, Tracks
from engine.phones import CLASSES, SILENCE
from engine.recognizer import Posteriors, model
from engine.sound.features import BANDS, HOP, RATE, WINDOW, log_mel


def _sound(seconds, seed=1, level=0.1):
    """Noise in bursts of a syllable's length, coloured, over a faint noise."""
    rng = np.random.default_rng(seed)
    count = int(seconds * RATE)
    time = np.arange(count) / RATE
    bursts = np.clip(np.sin(2 * np.pi * 3.1 * time) + 0.4, 0.0, 1.0) * (time % 2.0 < 1.5)
    tones = sum(np.sin(2 * np.pi * 140 * k * time) / k for k in range(1, 12))
    return (level * bursts * (tones + 0.3 * rng.standard_normal(count)) + 1e-4 * rng.standard_normal(count)).astype(
        np.float32
    )


def _cuts(count, seed, largest=2500):
    rng, at = np.random.default_rng(seed), 0
    while at < count:
        size = int(rng.choice([0, 1, 7, HOP, 441, rng.integers(1, largest)]))
        yield slice(at, at + size)
        at += size


def _joined(parts):
    parts = list(parts)
    return Posteriors(np.concatenate([p.phones for p in parts]), np.concatenate([p.articulation for p in parts]))


def _heard(sound, cuts):
    ear = LiveEar()
    return _joined([*(ear.push(sound[cut]) for cut in cuts), ear.finish()])


def _whole_run(weights, bands):
    """The network over all rows at once, after its description, in double precision."""
    full = {}
    for name, value in weights.items():
        scale = weights.get(name.removesuffix("weight") + "scale") if name.endswith("weight") else None
        full[name] = value.astype(np.float64) * (1.0 if scale is None else scale.astype(np.float64)[:, None])

    def linear(name, x):
        return x @ full[f"{name}.weight"].T + full[f"{name}.bias"]

    def back(x, rows):
        return np.concatenate([np.zeros((rows, x.shape[1])), x])[: len(x)]

    def blocks(part, x):
        for i, dilation in enumerate(weights[f"{part}.dilations"].astype(int)):
            name = f"{part}.{i}"
            narrow = linear(f"{name}.a", np.hstack([back(x, 2 * dilation), back(x, dilation), x]))
            narrow = (narrow - narrow.mean(1, keepdims=True)) / np.sqrt(narrow.var(1, keepdims=True) + 1e-5)
            narrow = np.maximum(narrow * full[f"{name}.n.weight"] + full[f"{name}.n.bias"], 0.0)
            x = x + linear(f"{name}.b", narrow)
        return x

    x = linear("first", np.hstack([back(bands.astype(np.float64), STACK - 1 - i) for i in range(STACK)]))
    x = blocks("before", x)
    half = blocks("middle", linear("down", x.reshape(len(x) // 2, -1)))
    x = blocks("after", x + back(linear("up", np.maximum(half, 0.0)).reshape(x.shape), 1))
    logits = linear("phones", x)
    logits -= logits.max(1, keepdims=True)
    return logits - np.log(np.exp(logits).sum(1, keepdims=True)), 1 / (1 + np.exp(-linear("articulation", x)))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_log_mels_are_those_of_the_whole_sound_however_it_is_cut(seed):
    sound = _sound(3.3)
    mels = StreamingMels()
    rows = np.concatenate([mels.push(sound[cut]) for cut in _cuts(len(sound), seed, largest=20000)])
    assert np.array_equal(rows, StreamingMels().push(sound))
    assert len(rows) == (len(sound) - (WINDOW + HOP) // 2) // HOP + 1
    assert np.abs(rows - log_mel(sound)[: len(rows)]).max() < 2e-5


def test_a_row_comes_with_the_last_sample_of_its_window():
    mels, sound = StreamingMels(), _sound(0.2)
    counts = [len(mels.push(sound[i : i + 1])) for i in range(1000)]
    ready = [row * HOP + (WINDOW + HOP) // 2 - 1 for row in range(5)]
    assert [i for i, count in enumerate(counts) if count] == ready


@pytest.mark.parametrize("seed", [4, 5])
def test_what_is_heard_is_the_same_however_the_sound_is_cut(seed):
    sound = _sound(2.7)
    whole = _heard(sound, [slice(0, len(sound))])
    cut = _heard(sound, _cuts(len(sound), seed))
    assert np.array_equal(whole.phones, cut.phones) and np.array_equal(whole.articulation, cut.articulation)
    assert len(whole.phones) == len(sound) // HOP


def test_a_short_sound_may_come_sample_by_sample():
    sound = _sound(0.35)
    whole = _heard(sound, [slice(0, len(sound))])
    single = _heard(sound, (slice(i, i + 1) for i in range(len(sound))))
    assert np.array_equal(whole.phones, single.phones)


@pytest.mark.parametrize("samples", [0, 1, HOP - 1, HOP, LATEST - 1, LATEST, LATEST + 1, 3 * HOP + 5])
def test_a_sound_ends_with_a_row_for_each_whole_hop(samples):
    ear = LiveEar()
    heard = _joined([ear.push(_sound(1.0)[:samples]), ear.finish()])
    assert len(heard.phones) == len(heard.articulation) == samples // HOP


def test_the_stream_tells_what_the_whole_run_of_the_same_network_tells():
    with np.load(WEIGHTS) as file:
        weights = {name: file[name] for name in file.files}
    bands = np.random.default_rng(2).standard_normal((150, BANDS)).astype(np.float32)
    phones, articulation = CausalNetwork(weights).stream().push(bands)
    logs, ways = _whole_run(weights, bands)
    assert np.abs(np.exp(phones) - np.exp(logs)).max() < 1e-5
    assert np.abs(articulation - ways).max() < 1e-5


def test_nothing_that_comes_later_than_the_delay_changes_a_row():
    sound = _sound(2.0)
    at = 20000
    other = sound.copy()
    other[at:] = _sound(2.0, seed=9, level=0.3)[at:]
    one, two = (_heard(each, [slice(0, len(each))]) for each in (sound, other))
    same = np.all(one.phones == two.phones, axis=1) & np.all(one.articulation == two.articulation, axis=1)
    untouched = (at - LATEST) // HOP + 1
    assert same[:untouched].all() and not same[untouched : untouched + 10].any()
    middle_of_next = (untouched + 0.5) * HOP / RATE
    assert at / RATE - middle_of_next < LiveEar.delay <= 0.0825


def test_a_row_is_told_exactly_the_delay_after_its_middle():
    ear, sound, told = LiveEar(), _sound(0.4), {}
    for i in range(len(sound)):
        row = ear.row
        if len(ear.push(sound[i : i + 1]).phones):
            told[row] = (i + 1) / RATE - (row + 0.5) * HOP / RATE
    assert list(told) == list(range(len(told))) and len(told) > 20
    assert np.allclose(list(told.values()), LiveEar.delay)


def test_what_a_stream_keeps_does_not_grow():
    ear, block = LiveEar(), _sound(0.5)
    tracemalloc.start()
    held = []
    for _ in range(4):
        for _ in range(10):
            ear.push(block)
        gc.collect()
        held.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    assert held[-1] - held[1] < 1000


def test_two_sounds_at_once_do_not_disturb_one_another():
    first, second = _sound(1.0), _sound(1.0, seed=5, level=0.02)
    pairs = [(LiveEar(), first), (LiveEar(), second)]
    parts = [[ear.push(sound[i : i + 800]) for i in range(0, RATE, 800)] for ear, sound in pairs]
    mixed = LiveEar(), LiveEar()
    turns = [[], []]
    for i in range(0, RATE, 800):
        for turn, ear, sound in zip(turns, mixed, (first, second), strict=True):
            turn.append(ear.push(sound[i : i + 800]))
    for alone, together in zip(parts, turns, strict=True):
        assert np.array_equal(_joined(alone).phones, _joined(together).phones)


def test_many_voices_are_normalised_as_each_alone():
    bands = np.stack([log_mel(_sound(2.0, seed, level)) for seed, level in ((1, 0.1), (2, 0.001), (3, 0.6))])
    tracks = Tracks(3)
    together = np.stack([tracks.step(bands[:, i]) for i in range(bands.shape[1])], axis=1)
    for one, normal in zip(bands, together, strict=True):
        assert np.abs(RunningNormaliser().push(one) - normal).max() < 1e-5


@pytest.mark.parametrize("level", [0.0, 1e-4, 1e-3, 5e-3, 2e-2])
def test_a_room_before_the_first_word_is_silence(level):
    room = (level * np.random.default_rng(4).standard_normal(6 * RATE)).astype(np.float32)
    heard = LiveEar().push(room)
    assert (heard.phones.argmax(1) == CLASSES.index(SILENCE)).mean() > 0.97


@pytest.mark.parametrize("level", [0.5, 0.05, 0.01])
def test_loud_and_quiet_microphones_come_to_the_same(level):
    bands = log_mel(_sound(8.0, level=level))
    normal, usual = (RunningNormaliser().push(each) for each in (bands, log_mel(_sound(8.0, level=0.1))))
    loud = log_mel(_sound(8.0, level=0.1)).mean(1)[200:] > -9.0
    assert np.abs((normal - usual)[200:][loud]).mean() < 0.45


def test_a_knock_is_forgotten_within_a_second():
    knock = np.random.default_rng(6).standard_normal(RATE // 10).astype(np.float32) * 0.6
    speech = _sound(4.0, level=0.004)
    after = RunningNormaliser().push(log_mel(np.concatenate([knock, speech])))[len(knock) // HOP :]
    usual = RunningNormaliser().push(log_mel(speech))
    loud = log_mel(speech).mean(1) > -15.0
    loud[:100] = False
    assert loud.sum() > 100 and np.abs(after - usual)[loud].mean() < 0.5


def test_what_is_no_number_is_forgotten():
    sound = _sound(6.0)
    broken = sound.copy()
    broken[RATE : RATE + 50] = np.nan
    broken[RATE + 50 : RATE + 60] = np.inf
    one, two = (_heard(each, [slice(0, len(each))]).phones.argmax(1) for each in (sound, broken))
    assert (one[-200:] == two[-200:]).mean() > 0.9


def test_recognizer_and_live_ear_are_small_enough_to_ship():
    ears = WEIGHTS, *(Path(model.__file__).parent.glob("*.npz"))
    assert len(ears) >= 4 and sum(path.stat().st_size for path in ears) <= 4_000_000


def test_the_network_is_read_once():
    assert embedded() is embedded()
    assert embedded().prior.shape == (len(CLASSES),) and DELAY == 7
