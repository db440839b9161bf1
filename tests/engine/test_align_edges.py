"""Edges sharpened by the sound: put beside the place where it changes, they go there, and only there."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from engine.align import sharpen
from engine.sound.change import STEP, change, join
from engine.take import Phone

RATE = 16000


def sound(*parts: tuple[str, float]) -> np.ndarray:
    """Stretches of ('voice' | 'hum' | 'noise' | 'quiet', seconds) one after another."""
    rng = np.random.default_rng(1)
    made = []
    for kind, seconds in parts:
        time = np.arange(round(seconds * RATE)) / RATE
        if kind == "noise":
            made.append(0.05 * np.diff(rng.normal(size=len(time) + 1)))
        elif kind == "quiet":
            made.append(1e-4 * rng.normal(size=len(time)))
        else:
            tops = range(1, 30 if kind == "voice" else 3)
            made.append(0.1 * sum(np.sin(2 * np.pi * 125.0 * k * time + k) / k**0.5 for k in tops))
    return np.concatenate(made).astype(np.float32)


def near(found: tuple[Phone, ...], *edges: float, within: float = 0.008) -> bool:
    times = [time for phone in found for time in (phone.start, phone.end)]
    return times == pytest.approx(list(edges), abs=within)


@pytest.mark.parametrize("off", [-0.012, 0.0, 0.012])
def test_edges_between_unlike_phones_go_to_where_the_sound_changes(off: float) -> None:
    samples = sound(("quiet", 0.3), ("noise", 0.12), ("voice", 0.15), ("hum", 0.1), ("voice", 0.12), ("quiet", 0.3))
    cuts = (0.3, 0.42, 0.57, 0.67, 0.79)
    put = [cuts[0], *(cut + off for cut in cuts[1:4]), cuts[4]]
    phones = tuple(Phone(a, b, ipa) for (a, b), ipa in zip(pairwise(put), "sɑnɛ", strict=True))
    found = sharpen(phones, change(samples))
    assert near(found, *(cuts[(i + 1) // 2] for i in range(8)))
    assert [phone.ipa for phone in found] == ["s", "ɑ", "n", "ɛ"]


def test_edges_that_glide_stay_where_they_are() -> None:
    samples = sound(("quiet", 0.3), ("voice", 0.4), ("quiet", 0.3))
    phones = (Phone(0.3, 0.42, "j"), Phone(0.42, 0.56, "ɑ"), Phone(0.56, 0.7, "ɹ"))
    found = sharpen(phones, change(samples))
    assert (found[0].end, found[1].end) == (0.42, 0.56)


def test_a_phone_beside_a_pause_begins_and_ends_where_it_is_heard_to() -> None:
    samples = sound(("quiet", 0.4), ("voice", 0.3), ("quiet", 0.5), ("noise", 0.2), ("quiet", 0.4))
    found = sharpen((Phone(0.43, 0.66, "ɑ"), Phone(1.17, 1.43, "s")), change(samples))
    assert near(found, 0.4, 0.7, 1.2, 1.4)


def test_a_closure_after_a_pause_begins_before_its_burst_is_heard() -> None:
    samples = sound(("quiet", 0.4), ("voice", 0.3), ("quiet", 0.3))
    found = sharpen((Phone(0.39, 0.41, "p"), Phone(0.41, 0.7, "ɑ")), change(samples))
    assert found[0].start == pytest.approx(0.355, abs=0.006)


def test_crowded_edges_keep_their_order() -> None:
    rng = np.random.default_rng(4)
    track = change(sound(*((kind, 0.03) for kind in rng.choice(["voice", "noise", "hum", "quiet"], 60))))
    for _ in range(20):
        cuts = np.sort(rng.choice(np.arange(5, 1780), 90, replace=False)) / 1000
        phones = tuple(Phone(a, b, str(rng.choice(list("sɑnɛptm")))) for a, b in pairwise(cuts))
        found = sharpen(tuple(phone for phone in phones if rng.random() < 0.9), track)
        times = [time for phone in found for time in (phone.start, phone.end)]
        assert times == sorted(times) and all(phone.end > phone.start for phone in found)


def test_silence_and_nothing_are_no_trouble() -> None:
    phones = (Phone(0.1, 0.2, "a"),)
    assert sharpen(phones, change(np.zeros(0, np.float32))) == phones
    assert sharpen((), change(np.zeros(RATE, np.float32))) == ()
    assert sharpen(phones, change(np.zeros(RATE, np.float32)))[0].ipa == "a"


def test_change_peaks_where_the_spectrum_jumps_and_the_voice_track_where_it_sets_in() -> None:
    samples = sound(("quiet", 0.2), ("noise", 0.2), ("voice", 0.2), ("noise", 0.2))
    found = change(samples)
    assert len(found.spectrum) == len(found.voice) == len(found.level) == len(samples) // STEP
    assert int(found.spectrum[20:120].argmax()) * STEP / RATE + 0.05 == pytest.approx(0.2, abs=0.005)
    assert int(found.voice[100:200].argmax()) * STEP / RATE + 0.25 == pytest.approx(0.4, abs=0.005)
    assert int(found.voice[180:300].argmin()) * STEP / RATE + 0.45 == pytest.approx(0.6, abs=0.005)


def test_changes_are_joined_in_order() -> None:
    whole = change(sound(("noise", 0.2), ("voice", 0.2)))
    again = join([whole[:70], whole[70:]])
    assert np.array_equal(again.spectrum, whole.spectrum) and np.array_equal(again.level, whole.level)
    assert len(join([]).voice) == 0
