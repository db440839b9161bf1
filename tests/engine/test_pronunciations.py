"""espeak-ng's notation to IPA, and the division of the real recordings into training and test."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts" / "ear"))

import arabic
import ipa
import pronounce
import recordings
import variants
from recordings import Utterance


@pytest.mark.parametrize(
    ("group", "voice", "phones"),
    [
        ("f_ˈaɪɚ_ɹ", "en-us", ["f", "aɪ", "ɚ", "ɹ"]),
        ("tʃ_ˈuː_z", "en-us", ["tʃ", "uː", "z"]),
        ("ts.h_w_ˈɑ5_ŋ_", "cmn", ["ʈʂʰ", "w", "ɑ", "ŋ"]),
        ("l_ˈiou5_", "cmn", ["l", "j", "oʊ"]),
        ("j_ˈi5_", "cmn", ["i"]),
        ("pf_ˈeː_ɾ_t", "de", ["p", "f", "eː", "ʁ", "t"]),
        ("d_ˈɔø_t_ʃ", "de", ["d", "ɔ", "ø", "tʃ"]),
        ("ɡ_ä_k_k_ˈo̞_ɯᵝ", "ja", ["ɡ", "a", "k", "k", "oː"]),
        ("v_y", "ru", ["v", "ɨ"]),
        ("l_e-_z", "fr", ["l", "e", "z"]),
        ("(en)_f_a_n_(fr)_", "fr", ["f", "a", "n"]),
    ],
)
def test_a_group_of_espeak_becomes_phones(group: str, voice: str, phones: list[str]) -> None:
    assert ipa.phones(group, voice) == phones


def test_mandarin_that_is_spelt_out_is_refused() -> None:
    with pytest.raises(ipa.ForeignSpelling):
        ipa.phones("(en)_k_ʃ_ə_ŋ_(cmn)_", "cmn")


@pytest.mark.parametrize(("after", "nasal"), [("b", "m"), ("ɡ", "ŋ"), ("ɕ", "n")])
def test_the_japanese_nasal_takes_the_place_of_what_follows(after: str, nasal: str) -> None:
    assert ipa.moraic_nasal(["ɕ", "i", "ũ", after, "ɯ"])[2] == nasal


def test_english_words_keep_the_dictionary_first_and_gain_spoken_forms() -> None:
    assert variants.english(["æ", "n", "d"])[:2] == [["æ", "n", "d"], ["ə", "n"]]
    assert ["w", "ɔː", "t", "ɚ"] in variants.english(["w", "ɔː", "ɾ", "ɚ"])
    assert all(len(variants.english(list(word))) <= variants.MOST for word in ("lɪst", "sɪtɪŋ", "kæt"))


def test_forty_arabic_words_have_pronunciations() -> None:
    assert len(arabic.COMMANDS) == 40 >= len(arabic.OTHERS)
    assert set(arabic.OTHERS) <= set(arabic.COMMANDS)
    assert arabic.pronunciations("مرحبا") == []


def utterance(name: str, text: str, speaker: str = "x", age: int | None = None) -> Utterance:
    return Utterance(name, Path("a.opus"), 0.0, 1.0, "en", speaker, text, age=age)


@pytest.mark.parametrize("text", ["_hm1", "faint (laugh)", "...", "get the f*% out"])
def test_what_is_not_plain_words_is_left_out(text: str) -> None:
    assert pronounce.clean(utterance("u", text)) is None


def test_texts_are_cleaned() -> None:
    assert pronounce.clean(utterance("u", "Nestrrrkej do mě! [.]")) == "Nestrkej do mě!  "
    assert pronounce.clean(utterance("u", "I AM NOT")) == "i am not"


def test_a_repeated_text_is_never_in_both_halves() -> None:
    rows = [utterance(f"u{i}", f"Text number {i % 100}." if i % 2 else f"text number {i % 100}") for i in range(400)]
    test = recordings.held_out("kathleen", rows)
    halves = [{row.text.lower().strip(".") for row in rows if (row.id in test) == inside} for inside in (True, False)]
    assert len(halves[0]) == 3 and not halves[0] & halves[1]


def test_speakers_of_all_ages_are_held_out_whole() -> None:
    rows = [utterance(f"u{i}", "a", speaker=f"s{i // 2}", age=6 + i // 10) for i in range(500)]
    test = recordings.held_out("speechocean762", rows)
    speakers = {row.speaker for row in rows if row.id in test}
    assert len(speakers) == 25
    assert len(test) == 50
    ages = {row.age or 0 for row in rows if row.speaker in speakers}
    assert min(ages) <= 8 and max(ages) >= 53 and len(ages) == 25


def test_whole_sets_are_held_out_and_others_are_not() -> None:
    rows = [utterance("u", "a")]
    assert recordings.held_out("ljspeech141_en", rows) == {"u"}
    assert recordings.held_out("robotutor_en_en", rows) == set()
