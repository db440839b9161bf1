"""Transcripts of all languages to words and readings, espeak-ng and all."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from engine import languages
from engine.errors import TranscriptError
from engine.progress import drain
from engine.transcript import Script, read_script, say_word

LINES = {
    "en": ("Mr. Smith paid $3.50 in 1999, didn't he?", "Mr. Smith paid $3.50 in 1999 didn't he"),
    "fr": ("Les enfants sont arrivés, vous avez un ami.", "Les enfants sont arrivés vous avez un ami"),
    "de": ("Wir haben Äpfel!", "Wir haben Äpfel"),
    "es": ("¿Qué pasa, niño?", "Qué pasa niño"),
    "it": ("Buongiorno a tutti.", "Buongiorno a tutti"),
    "pt": ("Bom dia, São Paulo!", "Bom dia São Paulo"),
    "ru": ("Привет, друг мой.", "Привет друг мой"),
    "zh": ("你好，中国！", "你 好 中 国"),
    "ja": ("わたしは ねこ。", "わたしは ねこ"),
    "ko": ("한국말 10개", "한국말 10 개"),
    "hi": ("नमस्ते दुनिया।", "नमस्ते दुनिया"),
    "ar": ("السلام عليكم", "السلام عليكم"),
    "und": ("Jambo, Привет ねこ", "Jambo Привет ねこ"),
}


def script(text: str, code: str) -> Script:
    return drain(read_script(text, languages.load(code)))


def first(text: str, code: str) -> list[str]:
    return [word.readings[0].ipa for word in script(text, code).words]


@pytest.mark.parametrize("code", languages.codes())
def test_every_language_reads_its_line_word_by_word(code: str) -> None:
    text, words = LINES[code]
    found = script(text, code)
    assert (found.text, found.language) == (text, code)
    assert [text[word.start : word.end] for word in found.words] == words.split()
    assert all(1 <= len(word.readings) <= 6 for word in found.words)
    assert all(any(not reading.joined for reading in word.readings) for word in found.words)


def test_a_word_has_the_phones_of_its_own_where_espeak_runs_words_together() -> None:
    assert first("some of the people", "en")[1:3] == ["ʌ v", "ð ə"]


def test_french_links_between_words_and_says_the_word_alone_before_a_pause() -> None:
    vous, avez = script("vous avez", "fr").words
    linked, alone = vous.readings[:2]
    assert (linked.ipa, linked.joined, alone.ipa, alone.joined) == ("v u z", True, "v u", False)
    assert not avez.readings[0].joined


def test_lexical_stress_is_told_where_the_dictionary_knows_it() -> None:
    (word,) = script("pronunciation", "en").words
    marks = [(sound.ipa, sound.stress) for sound in word.readings[0].sounds if sound.stress]
    assert marks == [("ʌ", 2), ("e", 1)]


def test_mandarin_words_have_tones_that_change_beside_others() -> None:
    tones = [[sound.tone for sound in word.readings[0].sounds if sound.tone] for word in script("你好不对", "zh").words]
    assert tones == [[2], [3], [2], [4]]


def test_pinyin_and_characters_say_the_same() -> None:
    assert first("ni3 hao3", "zh") == first("nǐ hǎo", "zh") == first("你 好", "zh")


def test_characters_that_espeak_cannot_read_are_read_from_the_table() -> None:
    assert first("雄兄", "zh") == ["ɕ j ʊ ŋ", "ɕ j ʊ ŋ"]


@pytest.mark.parametrize("code", languages.codes())
def test_ipa_between_slashes_is_taken_as_it_is_in_every_language(code: str) -> None:
    (word,) = script("/həˈloʊ/", code).words
    (reading,) = word.readings
    assert reading.ipa == "h ə l o ʊ"
    assert [sound.stress for sound in reading.sounds] == [0, 0, 0, 1, 0]


def test_a_word_in_another_script_is_read_by_a_voice_that_knows_it() -> None:
    assert first("Привет", "en") == first("Привет", "ru")
    assert first("hello", "ru") == first("hello", "en")


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("これは日本です", "ja", "'日' in the transcript is kanji.*kana"),
        ("hello ᠮᠣᠩᠭᠣᠯ", "en", "'ᠮ' in the transcript is in a script .mongolian.*IPA"),
        ("ㄋㄧˇ", "zh", "characters or pinyin"),
        ("ㅋㅋ", "ko", "in the transcript cannot be read aloud"),
        ("say /xж/", "en", "'ж' in /xж/ is no sign of IPA"),
        ("*sighs* ...", "en", "holds no words"),
        ("", "en", "holds no words"),
        ("😀", "en", "holds no words"),
    ],
)
def test_what_cannot_be_read_is_told_in_one_sentence(text: str, code: str, message: str) -> None:
    with pytest.raises(TranscriptError, match=message) as caught:
        script(text, code)
    assert "\n" not in str(caught.value) and str(caught.value).endswith(".")


def test_a_corrected_word_has_its_readings_and_several_are_put_together() -> None:
    language = languages.load("en")
    assert {"ænd", "ən"} <= {reading.ipa.replace(" ", "") for reading in say_word("and", language)}
    (both,) = say_word("ice cream", language)
    assert both.ipa.replace(" ", "") == "aɪskɹiːm"


def test_a_long_script_is_read_in_steps_and_every_word_of_it() -> None:
    text = "Nobody knows the trouble I have seen, and 12 of the others did not. " * 80
    work = read_script(text, languages.load("en"))
    fractions = []
    try:
        while True:
            fractions.append(next(work).fraction)
    except StopIteration as end:
        found: Script = end.value
    assert len(found.words) == 14 * 80
    assert fractions == sorted(fractions) and len(fractions) >= 4 and 0 <= min(fractions) <= max(fractions) < 1


def test_capitals_accents_and_odd_marks_change_nothing() -> None:
    plain = first("hello big world", "en")
    assert first("HELLO BIG WORLD", "en") == plain == first("“Hello” …big\u200b, ｗｏｒｌｄ!!", "en")
    assert first("e\u0301te\u0301", "fr") == first("été", "fr")


def test_sounds_that_are_no_words_are_not_spelt_out() -> None:
    assert first("Shhh! Psst, hmmm", "en") == first("Shhh! Psst, hmmm", "fr") == ["ʃ", "p s t", "h m"]


def test_a_short_form_is_said_in_full_and_a_year_as_people_say_it() -> None:
    assert first("z.B.", "de") == [" ".join(first("zum Beispiel", "de"))]
    assert first("1990", "en")[0].endswith("n a ɪ n t i")
    assert len(first("1990", "en")[0].split()) < 15


def test_a_word_is_given_as_it_is_written() -> None:
    assert [word.text for word in script("DON’T ｓtop", "en").words] == ["DON’T", "ｓtop"]


def test_numbers_with_signs_are_read_in_japanese_and_korean() -> None:
    assert first("10%", "ja") == ["dʑ ɯː p aː s e n t o"]
    assert first("$5", "ja") == ["ɡ o d o ɾ ɯ"]
    assert first("10%", "ko") == [" ".join("ɕ i p pʰ ʌ s e n tʰ ɯ".split())]
    assert first("10:30", "ko") == ["ɕ i p s͈ a m ɕ i p"]


def test_the_particle_of_an_unspaced_japanese_line_is_said_wa() -> None:
    assert first("わたしはにほんごをべんきょうします", "ja")[0] == "w a t a ɕ i w a"


@pytest.mark.parametrize("room", ["written", "voices", "reading", "context", "text"])
def test_every_room_can_be_the_first_that_is_entered(room: str) -> None:
    line = f"import engine.listen, engine.transcript.{room}; from engine.transcript import read_script, say_word"
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", line], cwd=root, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
