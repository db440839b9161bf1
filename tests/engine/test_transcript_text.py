"""A transcript as its words: what is left out, what a word is, where it stands, where a pause follows."""

from __future__ import annotations

from itertools import pairwise

import pytest

from engine.transcript import spelling
from engine.transcript import text as transcripts


def said(text: str) -> list[str]:
    return [token.said for token in transcripts.read(text)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hello, *waves* world!", ["Hello", "world"]),
        ("Stop **now** or [laughs] else", ["Stop", "or", "else"]),
        ("(whispering) Go away!", ["Go", "away"]),
        ("It is (I think) late", ["It", "is", "I", "think", "late"]),
        ("ANNA: I told you.\nBOB (O.S.): No.", ["I", "told", "you", "No"]),
        ("Remember: never", ["Remember", "never"]),
        ("АННА: Привет.", ["Привет"]),
        ("1\n00:00:01,000 --> 00:00:02,500\n<i>Hi</i>\n\n2\n00:00:03,000 --> 00:00:04,000\nBye", ["Hi", "Bye"]),
        ("so 😀 what 👩‍👩‍👧 now", ["so", "what", "now"]),
        ("*only this*", []),
        ("", []),
        ("... — !?", []),
    ],
)  # fmt: skip
def test_what_nobody_says_is_left_out(text: str, words: list[str]) -> None:
    assert said(text) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("don’t ‘quoted’ rock'n'roll", ["don't", "quoted", "rock'n'roll"]),
        ("well-known and/or 3/4/2021 at 10:30", ["well-known", "and", "or", "3/4/2021", "at", "10:30"]),
        ("$3.50, 10% of 1,000,000", ["$3.50", "10%", "of", "1,000,000"]),
        ("the U.S.A. at 5 a.m. e.g. AT&T", ["the", "U.S.A.", "at", "5", "a.m.", "e.g.", "AT&T"]),
        ("wait—no…yes", ["wait", "no", "yes"]),
        ("l’homme, aujourd’hui", ["l'homme", "aujourd'hui"]),
        ("ＨＥＬＬＯ　１２", ["HELLO", "12"]),
        ("HELLO WORLD AGAIN", ["hello", "world", "again"]),
        ("cafe\u0301 soooo", ["café", "soo"]),
        ("你好，3个apple。", ["你", "好", "3", "个", "apple"]),
        ("わたしは、ラーメンを", ["わたしは", "ラーメン", "を"]),
        ("わたしはにほんごをべんきょうします", ["わたしは", "にほんごを", "べんきょうします"]),
        ("10개 커피", ["10", "개", "커피"]),
        ("\u202bمرحبا\u202c، كيـــف؟", ["مرحبا", "كيف"]),
        ("नमस्ते दुनिया।", ["नमस्ते", "दुनिया"]),
    ],
)
def test_words_of_any_script_are_told_apart_and_tidied(text: str, words: list[str]) -> None:
    assert said(text) == words


@pytest.mark.parametrize(
    "text", ["Hello, *waves* world!", "cafe\u0301 ole\u0301", "  ANNA: «Oui» — 你好 /ab/", "a\u200db ｈｉ\u3000１２ ok"]
)
def test_a_word_keeps_its_place_in_the_text_as_given(text: str) -> None:
    tokens = transcripts.read(text)
    assert all(transcripts.tidied(text[token.start : token.end]) == token.said for token in tokens)
    assert all(one.end <= other.start for one, other in pairwise(tokens))


def test_ipa_between_slashes_is_marked_and_a_slash_between_lines_of_verse_is_none() -> None:
    tokens = transcripts.read("say /həˈloʊ wɜːld/ and/or roses / are red / now")
    assert [token.said for token in tokens if token.ipa] == ["həˈloʊ", "wɜːld"]
    assert [token.said for token in tokens if not token.ipa] == ["say", "and", "or", "roses", "are", "red", "now"]


def test_pauses_are_likelier_after_a_sentence_than_after_a_comma_and_than_between_words() -> None:
    pauses = [token.pause for token in transcripts.read("Well, I said no. Then *sighs* he\n\nleft us")]
    well, i, _, no, then, he, left, us = pauses
    assert i == left == 0.0 < well < no <= he < us == 1.0
    assert then > transcripts.BREAK


def test_a_point_after_an_abbreviation_ends_no_sentence() -> None:
    tokens = transcripts.read("Dr. Who left.", {"dr"})
    assert (tokens[0].said, tokens[0].pause) == ("Dr.", 0.0)
    assert transcripts.read("Dr. Who left.")[0].pause > transcripts.BREAK


@pytest.mark.parametrize(
    ("word", "forms"),
    [
        ("$5", ("5 dollars",)),
        ("$3.50", ("3 dollars 50",)),
        ("3.50", ("3.50", "3 50")),
        ("-5", ("-5", "5")),
        ("#1", ("number 1",)),
        ("$", ("dollars",)),
        ("1999", ("19 99", "1999")),
        ("1905", ("19 o 5", "1905")),
        ("2004", ("2004",)),
        ("3/4/2021", ("3 4 2021", "3 4 20 21")),
        ("IV", ("4", "iv")),
        ("NASA", ("NASA", "nasa")),
        ("soo", ("soo", "so")),
        ("vs.", ("versus",)),
        ("555-1234", ("5 5 5 1 2 3 4", "555-1234")),
        ("24/7", ("24 7",)),
        ("hello", ("hello",)),
    ],
)
def test_numbers_sums_and_capitals_are_read_as_people_say_them(word: str, forms: tuple[str, ...]) -> None:
    assert spelling.forms(word, {"$": "dollars", "#": "number @", "vs.": "versus"}, spelling.PAIRS) == forms
