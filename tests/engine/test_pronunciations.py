"""The real recordings made ready: what is pronounced, and the division into training and test."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts" / "ear"))

import pronounce
import recordings
from recordings import Utterance


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


def said(name: str, text: str, language: str, syllable: bool = False) -> Utterance:
    return Utterance(name, Path("a.opus"), 0.0, 1.0, language, "x", text, syllable=syllable)


def test_each_utterance_gets_its_own_words_with_their_ways() -> None:
    rows = [
        said("a", "Not at all.", "en"),
        said("b", "xiong2", "zh", True),
        said("c", "日本", "ja"),
        said("d", "ﾈｺ", "ja"),
    ]
    found = pronounce.pronounce(rows)
    assert [word["text"] for word in found["a"]] == ["Not", "at", "all"]
    assert ["æ", "t"] in found["a"][1]["phones"] and ["ə", "t"] in found["a"][1]["phones"]
    assert found["b"][0]["phones"][0] == ["ɕ", "j", "ʊ", "ŋ"]
    assert found["d"][0]["phones"][0] == ["n", "e", "k", "o"]
    assert "c" not in found
