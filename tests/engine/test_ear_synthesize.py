"""The synthesized training speech: phone names to IPA, the synthesizers' time tables, edges in the waveform, shards."""

from __future__ import annotations

import random
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts" / "ear"))

import synth_edges
import synth_festival
import synth_phones
import synth_shards
import synth_texts
from synth_edges import Phone

RATE = 16_000


def tone(seconds: float, hertz: float = 200.0, amplitude: float = 8000.0) -> np.ndarray:
    return (amplitude * np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE)).astype(np.int16)


def silence(seconds: float) -> np.ndarray:
    return np.zeros(round(seconds * RATE), np.int16)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tʃˈaɪ", ("tʃ", "aɪ")),
        ("aɪə", ("aɪ", "ə")),
        ("ɑːɹ", ("ɑː", "ɹ")),
        ("t͡s", ("ts",)),
        ("ɔ̃", ("ɔ\u0303",)),
        ("ç", ("ç",)),
        ("gʲ", ("ɡʲ",)),
        ("ə˞", ("ɚ",)),
        ("tɕh", ("tɕʰ",)),
        ("ˈ", ()),
    ],
)
def test_ipa_falls_into_phones_with_affricates_and_diphthongs_whole(text: str, expected: tuple[str, ...]) -> None:
    assert synth_phones.segments(text) == expected


def test_a_symbol_that_is_no_ipa_is_refused() -> None:
    with pytest.raises(synth_phones.UnknownPhone, match="no IPA"):
        synth_phones.segments("pЖ")


def test_espeaks_own_spellings_become_the_sounds_they_stand_for() -> None:
    assert synth_phones.espeak_phones("ts.h", "zh") == ("tʂʰ",)
    assert synth_phones.espeak_phones("ˈʔo", "da") == ("o",)
    assert synth_phones.espeak_phones("q", "ko") == ("k",)
    assert synth_phones.espeak_phones("q", "ar") == ("q",)
    assert synth_phones.espeak_phones("(en)", "de") == ()
    assert synth_phones.espeak_phones("c", "hi") == ("tʃ",)


@pytest.mark.parametrize("names", [voice.names for voice in synth_festival.FESTIVAL.values()])
def test_every_phone_of_every_voice_has_ipa(names: dict[str, str]) -> None:
    for name in names:
        phones = synth_phones.named_phones(name, names)
        assert phones and all(phone[0] in synth_phones.VOWELS | synth_phones.CONSONANTS for phone in phones)


def test_stress_and_length_marks_may_follow_a_festival_name() -> None:
    assert synth_phones.named_phones("E1", synth_phones.ITALIAN) == ("ɛ",)
    assert synth_phones.named_phones("@:", synth_phones.FINNISH) == ("æː",)
    assert synth_phones.named_phones("pau", synth_phones.ENGLISH) == ()
    with pytest.raises(synth_phones.UnknownPhone):
        synth_phones.named_phones("xyz", synth_phones.ENGLISH)


def test_times_are_read_from_flite_and_festival() -> None:
    assert synth_festival.parse_psdur("pau:0.193 p:0.272 aa:0.447 \n") == [(0.193, "pau"), (0.272, "p"), (0.447, "aa")]
    segs = "separator ;\nnfields 1\n#\n\t0.1750 \t100 \tpau\n\t0.2700 \t100 \t#\n"
    assert synth_festival.parse_segments(segs) == [(0.175, "pau"), (0.27, "#")]


def test_doubled_consonants_are_one_long_phone_and_silences_none() -> None:
    voice = synth_festival.FESTIVAL["lp"]
    phones = synth_festival.label([(0.1, "#"), (0.2, "a1"), (0.3, "k"), (0.4, "k"), (0.5, "i"), (0.7, "#")], voice)
    assert [phone.ipa for phone in phones] == ["a", "kː", "i"]
    assert [(phone.start, phone.end) for phone in phones] == [(0.1, 0.2), (0.2, 0.4), (0.4, 0.5)]


def test_catalan_b_is_a_stop_only_after_a_pause_or_a_nasal() -> None:
    assert synth_phones.spirantize("a", "b") == "β"
    assert synth_phones.spirantize("m", "b") == "b"
    assert synth_phones.spirantize("", "b") == "b"
    assert synth_phones.spirantize("l", "d") == "d"


def test_a_stop_marked_at_its_burst_gets_its_closure_back() -> None:
    sound = np.concatenate([tone(0.2), silence(0.05), tone(0.2, 900.0)])
    phones = [Phone(0.0, 0.25, "a"), Phone(0.25, 0.27, "p"), Phone(0.27, 0.45, "u")]
    moved = synth_edges.close_gaps(phones, synth_edges.loudness(sound))
    assert moved[1].ipa == "p"
    assert moved[1].start == pytest.approx(0.2, abs=0.006)
    assert moved[0].end == moved[1].start
    assert moved[1].end == 0.27


def test_quiet_before_a_fricative_becomes_a_pause_and_no_closure() -> None:
    sound = np.concatenate([tone(0.2), silence(0.08), tone(0.2, 900.0)])
    phones = [Phone(0.0, 0.28, "a"), Phone(0.28, 0.48, "s")]
    moved = synth_edges.close_gaps(phones, synth_edges.loudness(sound))
    assert moved[0].end == pytest.approx(0.2, abs=0.006)
    assert moved[1].start == 0.28


def test_labels_late_by_a_constant_are_measured_and_set_right() -> None:
    true = np.arange(0.1, 4.0, 0.1)
    sound = np.concatenate([tone(0.1, 250.0 if index % 2 else 3000.0) for index in range(len(true) + 1)])
    late = [0.0, *(true + 0.012), 4.0]
    phones = [Phone(a, b, "m" if i % 2 else "a") for i, (a, b) in enumerate(pairwise(late))]
    offsets = synth_edges.measure_offsets([(sound, phones)] * 2)
    assert offsets["vowel", "nasal"] == pytest.approx(-12, abs=5)
    corrected = synth_edges.correct_edges(phones, sound, offsets)
    assert np.abs([p.start for p in corrected[1:]] - true).max() < 0.006


def test_phones_beside_a_pause_begin_and_end_with_the_sound() -> None:
    sound = np.concatenate([silence(0.3), tone(0.3), silence(0.4)])
    settled = synth_edges.settle_pauses([Phone(0.27, 0.66, "o")], sound)
    assert settled[0].start == pytest.approx(0.3, abs=0.006)
    assert settled[0].end == pytest.approx(0.6, abs=0.006)
    stop = synth_edges.settle_pauses([Phone(0.29, 0.35, "p"), Phone(0.35, 0.6, "o")], sound)[0]
    assert stop.start == pytest.approx(0.255, abs=0.006)


def test_resampling_keeps_times_and_tones() -> None:
    sound = (8000 * np.sin(2 * np.pi * 440 * np.arange(22_050) / 22_050)).astype(np.int16)
    sound[:11_025] = 0
    samples = synth_edges.resample(sound, 22_050)
    assert len(samples) == RATE
    assert np.abs(samples[: RATE // 2 - 100]).max() < 400
    spectrum = np.abs(np.fft.rfft(samples[RATE // 2 :].astype(float)))
    assert int(spectrum.argmax()) * 2 == 440


def test_a_shard_holds_utterances_end_to_end_and_leaves_nothing_aside(tmp_path: Path) -> None:
    shard = synth_shards.Shard("demo_000")
    for seconds in (0.5, 0.25):
        phones = [Phone(0.1, 0.2, "m")]
        shard.add(synth_shards.Utterance(tone(seconds), phones, "en", "flite", "slt", "train", "Mm."))
    shard.write(tmp_path)
    [(path, samples, lines)] = synth_shards.read_shards(tmp_path)
    assert path.name == "demo_000.jsonl" and sorted(p.suffix for p in tmp_path.iterdir()) == [".jsonl", ".npy"]
    assert samples.dtype == np.int16 and len(samples) == 12_000
    assert [(line["start"], line["end"]) for line in lines] == [(0, 8000), (8000, 12_000)]
    assert lines[0]["phones"] == [[0.1, 0.2, "m"]]


def test_padding_moves_the_phones_with_the_sound() -> None:
    said = synth_shards.Utterance(tone(0.5), [Phone(0.1, 0.2, "m")], "en", "flite", "slt", "train", "")
    padded = synth_shards.padded(said, random.Random(1))
    before = int(np.flatnonzero(padded.samples)[0]) - 1
    assert padded.phones[0].start == pytest.approx(0.1 + before / RATE, abs=1e-3)
    assert len(padded.samples) > len(said.samples)


def test_texts_are_cut_cleaned_and_kept_to_their_script() -> None:
    assert list(synth_texts.pieces("Mama mia! <b>no</b>. Привет", "en")) == ["Mama mia!"]
    assert list(synth_texts.pieces("Привет, мир.", "ru")) == ["Привет, мир."]
    long = "one two three four " * 20
    assert all(len(piece) <= 111 for piece in synth_texts.pieces(long, "en"))
    assert synth_texts.lip_share("boom") > synth_texts.lip_share("test")
