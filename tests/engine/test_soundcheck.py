"""The sound check: a clean recording has nothing to tell, and each damage is told as what it is."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pytest
from made_recordings import BASE, checked, clean, cut_off, in_a_room, noise, noisy, of_kind, passed, with_music
from made_voice import RATE

from engine.errors import AudioError
from engine.progress import Progress, drain
from engine.sound.source import ArraySource
from engine.soundcheck import KINDS, check_sound


@pytest.fixture(scope="module")
def voice() -> np.ndarray:
    return clean()


def kinds(samples: np.ndarray) -> set[str]:
    return {finding.kind for finding in checked(samples).findings}


def test_a_clean_recording_has_nothing_to_tell(voice: np.ndarray) -> None:
    check = checked(voice)
    assert check.findings == ()
    assert check.snr > 40.0 and check.bandwidth > 7000.0 and check.clipped < 1e-3 and check.music < 0.1
    assert check.reverberation < 0.3 and abs(check.dc) < 0.005 and 0.2 < check.silence < 0.5


@pytest.mark.parametrize("rate", [22050, 44100, 48000])
def test_nor_has_it_at_another_rate(voice: np.ndarray, rate: int) -> None:
    from engine.sound.resample import resample

    samples = np.concatenate(list(resample([voice.astype(np.float32)], RATE, rate)))
    check = checked(samples, rate)
    assert not check.findings
    assert check.bandwidth == pytest.approx(8000.0, rel=0.1)


@pytest.mark.parametrize(("decibels", "grave"), [(16.0, False), (6.0, True)])
def test_noise_is_told_with_its_distance(voice: np.ndarray, decibels: float, grave: bool) -> None:
    check = checked(noisy(voice, decibels))
    (finding,) = of_kind(check, "noise")
    assert check.snr == pytest.approx(decibels, abs=4.0)
    assert finding.grave is grave and "dB above what sounds between the words" in finding.says
    assert {found.kind for found in check.findings} == {"noise"}


@pytest.mark.parametrize("top", [1.0, 0.3])
@pytest.mark.parametrize("over", [3.0, 12.0])
def test_clipping_is_told_at_full_scale_and_below_it(voice: np.ndarray, over: float, top: float) -> None:
    (finding,) = of_kind(checked(cut_off(voice, over, top)), "clipping")
    assert finding.grave is (over > 6.0)


def test_clipping_is_told_after_a_codec_has_rounded_it(voice: np.ndarray) -> None:
    rounded = passed(cut_off(voice, 9.0, 0.8), 20.0, 6500.0)
    assert of_kind(checked(rounded), "clipping")


def test_a_loud_recording_is_not_taken_for_a_clipped_one(voice: np.ndarray) -> None:
    assert not of_kind(checked(voice / np.abs(voice).max() * 0.999), "clipping")


@pytest.mark.parametrize("seconds", [0.1, 0.2, 0.4])
def test_of_a_single_sound_nothing_is_told_that_needs_more_of_them(voice: np.ndarray, seconds: float) -> None:
    loudest = int(np.convolve(voice**2, np.ones(1600), "same").argmax())
    half = round(0.5 * seconds * RATE)
    assert kinds(voice[loudest - half : loudest + half]) == set()


@pytest.mark.parametrize("samples", [np.zeros(3 * RATE), np.full(3 * RATE, np.nan)], ids=["silence", "no numbers"])
def test_of_silence_it_is_told_that_it_is_silent_and_nothing_else(samples: np.ndarray) -> None:
    check = checked(samples)
    assert [finding.kind for finding in check.findings] == ["loudness"] and math.isnan(check.snr)


@pytest.mark.parametrize(("high", "grave"), [(3400.0, True), (5200.0, False)])
def test_a_missing_top_is_told(voice: np.ndarray, high: float, grave: bool) -> None:
    check = checked(passed(voice, 300.0, high))
    (finding,) = of_kind(check, "bandwidth")
    assert check.bandwidth == pytest.approx(high, abs=500.0) and finding.grave is grave


def test_a_recording_at_8_khz_is_told_as_a_telephones(voice: np.ndarray) -> None:
    (finding,) = of_kind(checked(passed(voice, 20.0, 3800.0)[::2], RATE // 2), "bandwidth")
    assert finding.grave and "telephone" in finding.says


def test_noise_is_not_taken_for_a_missing_top(voice: np.ndarray) -> None:
    assert not of_kind(checked(noisy(voice, 12.0)), "bandwidth")


def test_an_offset_is_told(voice: np.ndarray) -> None:
    check = checked(voice + 0.05)
    assert check.dc == pytest.approx(0.05, abs=0.005)
    assert [finding.kind for finding in check.findings] == ["dc"]


def test_long_silences_before_and_after_are_told_with_their_times(voice: np.ndarray) -> None:
    lead, tail = np.zeros(6 * RATE), np.zeros(12 * RATE)
    first, last = of_kind(checked(np.concatenate([lead, voice, tail])), "silence")
    assert first.start == 0.0 and first.end == pytest.approx(6.4, abs=0.2)
    assert last.start == pytest.approx(6.0 + len(voice) / RATE, abs=0.6) and not last.grave


def test_holes_in_speech_are_told_and_pauses_are_not(voice: np.ndarray) -> None:
    gated = np.where(np.abs(np.convolve(np.abs(voice), np.ones(800) / 800, "same")) < 2e-4, 0.0, voice)
    assert not of_kind(checked(gated), "silence")
    holed = voice.copy()
    starts = [0.55, 0.82, 1.05, 2.48]  # in vowels
    for start in starts:
        holed[int(start * RATE) : int((start + 0.03) * RATE)] = 0.0
    found = of_kind(checked(holed), "silence")
    assert [round(finding.start, 2) for finding in found] == pytest.approx(starts, abs=0.011)
    assert all("30 ms" in finding.says and finding.grave for finding in found)


@pytest.mark.parametrize("delay", [0.06, 0.15, 0.4])
def test_an_echo_is_told_with_its_delay(voice: np.ndarray, delay: float) -> None:
    late = int(delay * RATE)
    doubled = voice.copy()
    doubled[late:] += 0.5 * voice[:-late]
    (finding,) = of_kind(checked(doubled), "echo")
    assert f"{1000.0 * delay:.0f} ms later" in finding.says and finding.grave


@pytest.mark.parametrize(("seconds", "told", "grave"), [(0.3, False, False), (1.1, True, False), (2.5, True, True)])
def test_a_room_that_rings_is_told(voice: np.ndarray, seconds: float, told: bool, grave: bool) -> None:
    check = checked(in_a_room(voice, seconds))
    found = of_kind(check, "echo")
    assert bool(found) is told and any(finding.grave for finding in found) is grave


def test_estimates_of_reverberation_rise_with_the_room(voice: np.ndarray) -> None:
    times = [checked(in_a_room(voice, seconds)).reverberation for seconds in (0.3, 0.7, 1.4, 2.5)]
    assert times == sorted(times) and times[0] < 0.4 and times[-1] > 1.2


@pytest.mark.parametrize(("decibels", "grave"), [(22.0, False), (10.0, True)])
def test_music_is_told_and_is_no_noise(voice: np.ndarray, decibels: float, grave: bool) -> None:
    check = checked(with_music(voice, decibels))
    (finding,) = of_kind(check, "music")
    assert finding.grave is grave and check.music > 0.5
    assert not of_kind(check, "noise")


def test_a_steady_hum_is_noise_and_no_music(voice: np.ndarray) -> None:
    time = np.arange(len(voice)) / RATE
    hum = sum(np.sin(2.0 * np.pi * 100.0 * part * time) / part for part in range(1, 5))
    check = checked(voice + 0.006 * hum)
    assert check.music < 0.3 and of_kind(check, "noise") and not of_kind(check, "music")


def test_a_phrase_much_softer_than_the_one_before_is_told(voice: np.ndarray) -> None:
    softer = voice.copy()
    softer[int(4.5 * RATE) :] *= 0.2
    (finding,) = of_kind(checked(softer), "level jump")
    assert "14 dB softer" in finding.says and 3.5 < finding.start < finding.end < 5.6


def test_phrases_that_are_given_are_the_ones_compared(voice: np.ndarray) -> None:
    softer = voice.copy()
    softer[4 * RATE :] *= 0.2
    source = ArraySource(softer.astype(np.float32), RATE)
    spans = ((0.4, 4.0), (4.0, 8.0))
    found = of_kind(drain(check_sound(source, spans, spans)), "level jump")
    assert [(finding.start, finding.end) for finding in found] == [(4.0, 4.0)]


def test_a_faint_recording_is_told(voice: np.ndarray) -> None:
    check = checked(voice * 0.15)
    assert [finding.kind for finding in check.findings] == ["loudness"] and not check.findings[0].grave
    assert of_kind(checked(voice * 0.02), "loudness")[0].grave


def test_channels_in_opposite_phase_are_told(voice: np.ndarray) -> None:
    (finding,) = of_kind(checked(np.stack([voice, -0.97 * voice], axis=1)), "channels")
    assert finding.grave and "opposite phase" in finding.says


def test_many_channels_with_nothing_in_common_are_not_in_opposite_phase(voice: np.ndarray) -> None:
    chance = np.random.default_rng(4)
    many = np.stack([0.1 * chance.standard_normal(len(voice)) for _ in range(16)], axis=1)
    assert not of_kind(checked(many), "channels")
    many[:, 8:] = -many[:, :8]
    (finding,) = of_kind(checked(many), "channels")
    assert "opposite phase" in finding.says


def test_an_empty_channel_is_told_by_its_number(voice: np.ndarray) -> None:
    (finding,) = of_kind(checked(np.stack([np.zeros_like(voice), voice], axis=1)), "channels")
    assert "Channel 1 is empty" in finding.says and not finding.grave


def test_two_speakers_on_two_channels_are_told(voice: np.ndarray) -> None:
    other = np.roll(voice[::-1], 3 * RATE)
    (finding,) = of_kind(checked(np.stack([voice, other], axis=1)), "channels")
    assert finding.grave and "different things" in finding.says


def test_two_channels_alike_are_nothing_to_tell(voice: np.ndarray) -> None:
    assert not checked(np.stack([voice, 0.8 * voice], axis=1)).findings


@pytest.mark.parametrize("samples", [np.zeros(2 * RATE), np.full(RATE, 0.3), clean(1.0)[: RATE // 8]])
def test_what_cannot_be_told_is_no_number_and_no_error(samples: np.ndarray) -> None:
    check = checked(samples)
    assert math.isnan(check.bandwidth) or check.bandwidth > 0.0
    assert all(finding.kind in KINDS for finding in check.findings)


def test_a_sound_that_is_too_short_is_refused() -> None:
    with pytest.raises(AudioError, match="at least"):
        checked(np.zeros(100))


def test_every_finding_is_whole_sentences(voice: np.ndarray) -> None:
    spoilt = cut_off(noisy(voice, 4.0), 12.0)
    found = [
        *checked(np.stack([spoilt, -spoilt], axis=1)).findings,
        *checked(passed(voice * 0.05, 300.0, 3400.0)).findings,
    ]
    assert len(found) >= 4
    for finding in found:
        assert not finding.says[0].islower() and finding.says.endswith(".") and finding.mend.endswith(".")
        assert 0.0 <= finding.start <= finding.end


def test_the_check_tells_its_progress_and_ends_when_closed(voice: np.ndarray) -> None:
    work = check_sound(ArraySource(np.tile(voice, 4).astype(np.float32), RATE))
    first = next(work)
    assert isinstance(first, Progress) and 0.0 < first.fraction <= 1.0
    work.close()
    with pytest.raises(StopIteration):
        next(work)


class OneMean:
    """A sound of two channels that only gives their mean."""

    name, sample_rate, channels = "mean", RATE, 2

    def __init__(self, samples: np.ndarray) -> None:
        self._samples = samples.astype(np.float32)
        self.duration = len(samples) / RATE

    def sha256(self) -> str:
        return ""

    def blocks(self, rate: int) -> Iterator[np.ndarray]:
        assert rate == RATE
        yield self._samples


def test_a_source_without_channels_is_judged_by_its_mean(voice: np.ndarray) -> None:
    assert drain(check_sound(OneMean(voice))).findings == ()


def test_what_is_found_does_not_depend_on_the_blocks(voice: np.ndarray) -> None:
    class Small(OneMean):
        def blocks(self, rate: int) -> Iterator[np.ndarray]:
            for at in range(0, len(self._samples), 3001):
                yield self._samples[at : at + 3001]

    damaged = noisy(with_music(voice, 15.0), 20.0)
    whole, pieces = drain(check_sound(OneMean(damaged))), drain(check_sound(Small(damaged)))
    assert {finding.kind for finding in whole.findings} == {finding.kind for finding in pieces.findings}
    for name in ("loudness", "peak", "noise", "snr", "bandwidth", "clipped"):
        assert getattr(pieces, name) == pytest.approx(getattr(whole, name), rel=1e-3, abs=1e-4), name


def test_silence_in_a_voice_that_a_machine_made_is_no_hole(voice: np.ndarray) -> None:
    made = voice - noise(len(voice)) * BASE * 1e-4
    made[np.abs(np.convolve(np.abs(made), np.ones(160) / 160, "same")) < 1e-3] = 0.0
    for start in (0.55, 0.82, 1.05, 2.48):  # its closures, cut in from one sample to the next
        made[int(start * RATE) : int((start + 0.04) * RATE)] = 0.0
    assert not of_kind(checked(made), "silence")
