"""Listening, with a recognizer that hears tones as phones: what goes in comes out, timed."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest

from engine.errors import AudioError
from engine.languages import load
from engine.listen import absorb_fleeting, decoding_windows, listen
from engine.phones import CLASSES
from engine.progress import drain
from engine.recognizer import Posteriors, articulation_table
from engine.sound.features import BANDS, log_mel
from engine.sound.resample import resample
from engine.sound.source import ArraySource
from engine.take import Phone, Take, to_json

RATE = 16000
TONES = {"m": 160.0, "u": 300.0, "ɑ": 520.0, "ə": 900.0, "n": 1400.0, "i": 2200.0, "t": 3300.0, "s": 5200.0}


class ToneEar:
    """Hears each of TONES as its phone, everything under `floor` as silence. Counts the frames it was given."""

    name = "tones"

    def __init__(self) -> None:
        self.frames: list[int] = []
        self._bands = np.zeros(BANDS, np.int64)
        peaks = {phone: int(log_mel(tone(hertz, 0.1))[5].argmax()) for phone, hertz in TONES.items()}
        for band in range(BANDS):
            nearest = min(peaks, key=lambda phone: abs(peaks[phone] - band))
            self._bands[band] = CLASSES.index(nearest)

    def posteriors(self, features: np.ndarray) -> Posteriors:
        self.frames.append(len(features))
        heard = self._bands[features.argmax(axis=1)]
        heard[features.max(axis=1) < -9.0] = 0
        logs = np.full((len(features), len(CLASSES)), -7.0, np.float16)
        logs[np.arange(len(features)), heard] = -0.1
        return Posteriors(logs, articulation_table()[heard].astype(np.float16))


def tone(hertz: float, seconds: float, rate: int = RATE) -> np.ndarray:
    time = np.arange(round(seconds * rate)) / rate
    edge = np.clip(np.minimum(time, seconds - time) / 0.004, 0.0, 1.0)
    return (0.3 * np.sin(2.0 * np.pi * hertz * time) * edge).astype(np.float32)


def spoken(line: str, rate: int = RATE) -> tuple[np.ndarray, list[tuple[str, float, float]]]:
    """The tones of a line such as 'm.10 ɑ.20 _.40' (hundredths of a second; _ is silence), and what is said when."""
    parts, said, at = [], [], 0.0
    for word in line.split():
        phone, hundredths = word.split(".")
        seconds = int(hundredths) / 100.0
        parts.append(np.zeros(round(seconds * rate), np.float32) if phone == "_" else tone(TONES[phone], seconds, rate))
        if phone != "_":
            said.append((phone, at, at + seconds))
        at += seconds
    return np.concatenate(parts), said


LINE = "_.20 m.10 ɑ.20 t.8 ə.7 n.9 i.22 _.50 s.12 u.18 n.10 ɑ.16 _.20"


def heard(samples: np.ndarray, rate: int = RATE, refined: bool = True, code: str = "en", **more: object) -> Take:
    source = ArraySource(samples, rate, "line.wav")
    return drain(listen(source, language=load(code), refined=refined, recognizer=ToneEar(), **more))  # type: ignore[arg-type]


def agree(take: Take, said: list[tuple[str, float, float]], within: float = 0.012) -> bool:
    return [phone.ipa for phone in take.phones] == [phone for phone, _, _ in said] and all(
        abs(phone.start - start) <= within and abs(phone.end - end) <= within
        for phone, (_, start, end) in zip(take.phones, said, strict=True)
    )


@pytest.mark.parametrize("refined", [True, False])
def test_what_is_said_is_heard_when_it_is_said(refined: bool) -> None:
    samples, said = spoken(LINE)
    assert agree(heard(samples, refined=refined), said)


@pytest.mark.parametrize("rate", [22050, 44100, 48000, 96000])
def test_the_rate_and_the_channels_do_not_matter(rate: int) -> None:
    samples, said = spoken(LINE, rate)
    both = np.stack([samples, 0.5 * samples], axis=1)
    take = heard(both, rate)
    assert agree(take, said)
    assert (take.audio.sample_rate, take.audio.duration) == (rate, pytest.approx(2.22, abs=0.001))


def test_a_take_has_all_that_the_mouth_needs() -> None:
    samples, _ = spoken(LINE)
    take = heard(samples, transcript="Ma tanni, su na.")
    assert (take.audio.file, take.language, take.recognizer) == ("line.wav", "en", "tones")
    assert take.audio.sha256 == ArraySource(samples, RATE).sha256()
    assert take.transcript == "Ma tanni, su na."
    edges = [edge for phrase in take.phrases for edge in (phrase.start, phrase.end)]
    assert edges == pytest.approx([0.2, 0.96, 1.46, 2.02], abs=0.015)
    assert len(take.syllables) == 5
    for track in (take.tracks.openness, take.tracks.rounding, take.tracks.energy, take.tracks.pitch):
        assert len(track) == 222


def test_times_are_whole_milliseconds_and_phones_do_not_overlap() -> None:
    take = heard(spoken(LINE)[0])
    times = [time for phone in take.phones for time in (phone.start, phone.end)]
    assert times == sorted(times)
    assert all(time == round(time, 3) for time in times)


def test_the_same_sound_gives_the_same_take_however_it_is_cut() -> None:
    samples, _ = spoken(" ".join([LINE] * 8))

    class InCrumbs(ArraySource):
        def blocks(self, rate: int) -> Iterator[np.ndarray]:
            cuts = np.sort(np.random.default_rng(1).integers(0, len(samples), 60))
            return resample(np.split(samples, cuts), RATE, rate)

    takes = [
        drain(listen(kind(samples, RATE, "a.wav"), language=load("de"), recognizer=ToneEar()))
        for kind in (ArraySource, ArraySource, InCrumbs)
    ]
    assert to_json(takes[0]) == to_json(takes[1]) == to_json(takes[2])


def test_the_mouth_is_shut_in_silence_and_open_in_vowels() -> None:
    take = heard(spoken(LINE)[0])
    openness, rounding = take.tracks.openness, take.tracks.rounding
    for start, end in ((0, 16), (103, 142), (207, 222)):
        assert (openness[start:end] == 0.0).all() and (rounding[start:end] == 0.0).all()
    assert openness[35:45].min() > 0.8
    assert openness[22:28].max() < 0.1
    assert rounding[165:175].min() > 0.8
    assert rounding[35:45].max() < 0.1


def test_energy_and_pitch_are_measured() -> None:
    tracks = heard(spoken(LINE)[0]).tracks
    assert np.abs(tracks.energy[35:45] - 20 * np.log10(0.3 / np.sqrt(2))).max() < 0.5
    assert np.abs(tracks.pitch[35:45] - 520.0).max() < 5.0
    assert np.isnan(tracks.pitch[110:140]).all()


@pytest.mark.parametrize("code", ["en", "es", "und"])
def test_each_stressed_syllable_opens_most_within_its_nucleus(code: str) -> None:
    rng = np.random.default_rng(9)
    names = [*TONES]
    words = [f"{names[i]}.{n}" for i, n in zip(rng.integers(0, len(names), 60), rng.integers(5, 16, 60), strict=True)]
    take = heard(spoken(" ".join(["_.20", *words, "_.20"]))[0], code=code)
    openness, checked = take.tracks.openness, 0
    for span in take.syllables:
        nucleus = take.phones[span.nucleus]
        if nucleus.stress and nucleus.end - nucleus.start > 0.02:
            inside = [i for i in range(len(openness)) if span.start <= (i + 0.5) * 0.01 < span.end]
            top = (inside[int(np.argmax(openness[inside]))] + 0.5) * 0.01
            assert nucleus.start <= top <= nucleus.end
            checked += 1
    assert checked >= 3


def test_the_quick_pass_lets_fleeting_sounds_go_to_their_neighbours() -> None:
    phones = (
        Phone(0.0, 0.1, "ɑ", stress=1),
        Phone(0.1, 0.13, "t"),
        Phone(0.13, 0.2, "i"),
        Phone(0.2, 0.23, "m"),
        Phone(0.23, 0.26, "ə", stress=1),
        Phone(0.26, 0.29, "v"),
        Phone(0.5, 0.53, "s"),
        Phone(0.6, 0.63, "ə"),
        Phone(0.63, 0.7, "n"),
        Phone(0.7, 0.72, "ə"),
    )
    left = absorb_fleeting(phones)
    assert [(p.ipa, p.start, p.end) for p in left] == [
        ("ɑ", 0.0, 0.115),
        ("i", 0.115, 0.2),
        ("m", 0.2, 0.23),
        ("ə", 0.23, 0.26),
        ("v", 0.26, 0.29),
        ("s", 0.5, 0.53),
        ("n", 0.6, 0.72),
    ]


def test_the_refined_pass_keeps_what_the_quick_one_lets_go() -> None:
    samples, _ = spoken("_.20 ɑ.30 t.3 i.30 m.3 ɑ.30 _.20")
    assert "t" in [phone.ipa for phone in heard(samples).phones]
    quick = heard(samples, refined=False)
    assert [phone.ipa for phone in quick.phones] == ["ɑ", "i", "m", "ɑ"]
    assert all(span.nucleus < len(quick.phones) for span in quick.syllables)


def test_long_pauses_are_neither_heard_nor_filled() -> None:
    line, said = spoken(LINE)
    pause = np.random.default_rng(0).normal(0.0, 1e-5, 90 * RATE).astype(np.float32)
    ear = ToneEar()
    source = ArraySource(np.concatenate([line, pause, line]), RATE)
    take = drain(listen(source, language=load("en"), recognizer=ear))
    later = [(phone, start + 92.22, end + 92.22) for phone, start, end in said]
    assert agree(take, said + later)
    assert sum(ear.frames) < 1000
    assert not take.tracks.openness[300:9100].any()


def test_lines_far_apart_and_windows_cut_between_them_stay_in_place() -> None:
    """Two minutes: several windows and chunks, and no phone moves or is lost at their edges."""
    samples, said = spoken(" ".join([LINE] * 54))
    assert agree(heard(samples), said)


def test_a_sound_without_any_pause_is_heard_whole() -> None:
    samples, said = spoken("_.20 " + " ".join(["m.10 ɑ.20 t.8 ə.7 n.9 i.22"] * 120) + " _.20")
    take = heard(samples)
    assert agree(take, said)


@pytest.mark.parametrize("frames", [1, 2999, 6000, 6001, 20000])
def test_windows_cover_all_frames_once(frames: int) -> None:
    silence = np.full(frames, -5.0, np.float16)
    silence[4000:4050] = silence[9990:10030] = -0.01
    windows = list(decoding_windows(silence))
    assert [windows[0][0], windows[-1][1]] == [0, frames]
    assert all(one[1] == other[0] for one, other in pairwise(windows))
    assert all(0 < end - start <= 6000 for start, end in windows)
    if frames > 6000:
        assert 4000 <= windows[0][1] <= 4050


def test_progress_rises_to_its_end_and_work_can_be_left_off() -> None:
    source = ArraySource(spoken(" ".join([LINE] * 12))[0], RATE)
    steps = list(listen(source, language=load("en"), recognizer=ToneEar()))
    shares = [step.fraction for step in steps]
    assert shares == sorted(shares) and shares[0] > 0.0 and shares[-1] <= 1.0
    assert [*dict.fromkeys(step.stage for step in steps)] == ["Reading", "Hearing", "Phones", "Prosody"]
    work = listen(source, language=load("en"), recognizer=ToneEar())
    next(work)
    work.close()


@pytest.mark.parametrize(
    ("samples", "words"),
    [
        (np.zeros(RATE, np.float32), "it is silent"),
        (np.full(RATE, 0.3, np.float32), "it is silent"),
        (np.full(RATE, np.nan, np.float32), "it is silent"),
        (np.random.default_rng(0).normal(0.0, 0.1, 2 * RATE), "even noise"),
        (np.zeros(0, np.float32), "holds no samples"),
        (tone(520.0, 0.05), "lasts only"),
    ],
)
def test_what_holds_no_speech_is_refused(samples: np.ndarray, words: str) -> None:
    with pytest.raises(AudioError, match=words):
        heard(samples)


@pytest.mark.parametrize("pace", [0.7, 3.0])
def test_noise_that_comes_and_goes_is_no_speech(pace: float) -> None:
    """Heard by the real recognizer, which finds phones in it but hardly believes in them."""
    rng = np.random.default_rng(0)
    noise = np.fft.irfft(np.fft.rfft(rng.normal(size=4 * RATE)) / np.sqrt(np.maximum(np.arange(2 * RATE + 1), 20.0)))
    swell = 0.5 + 0.5 * np.sin(2.0 * np.pi * pace * np.arange(4 * RATE) / RATE)
    source = ArraySource((noise / np.abs(noise).max() * swell).astype(np.float32), RATE, "rain.wav")
    with pytest.raises(AudioError, match=r"No speech found in 'rain\.wav'"):
        drain(listen(source, language=load("en")))


def test_a_tenth_of_a_second_of_speech_is_heard() -> None:
    take = heard(spoken("ɑ.10")[0])
    assert [phone.ipa for phone in take.phones] == ["ɑ"]
    assert take.phones[0].end <= 0.1


def test_what_may_spoil_the_reading_is_remarked() -> None:
    samples = 10.0 * spoken(LINE)[0]
    samples = np.clip(samples, -1.0, 1.0)
    samples[:50] = np.nan
    found: list[str] = []
    heard(samples, remark=found.append)
    assert any("clipped" in sentence for sentence in found)
    assert any("50 samples were no numbers" in sentence for sentence in found)


def peak_memory(minutes: int) -> float:
    """MB held at most while `minutes` of sound are heard."""
    line = spoken(" ".join([LINE] * 5))[0]

    class Long:
        name, sample_rate, channels, duration = "long", RATE, 1, 60.0 * minutes

        def sha256(self) -> str:
            return ""

        def blocks(self, rate: int) -> Iterator[np.ndarray]:
            block = np.resize(line, 10 * rate)
            return (block for _ in range(6 * minutes))

    tracemalloc.start()
    take = drain(listen(Long(), language=load("en"), refined=False, recognizer=ToneEar()))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert take.phones[-1].end > 60.0 * minutes - 2.0
    return peak / 1e6


def test_memory_hardly_grows_with_the_length_of_the_sound() -> None:
    """Two minutes more of samples would be 7.7 MB as float32, and their network layers hundreds."""
    assert peak_memory(3) - peak_memory(1) < 6.0
