"""Corrections as they are written on the command line."""

from __future__ import annotations

import pytest

from engine.correction import parse, sounds
from engine.errors import UsageError


def values(text: str) -> tuple[float, float, str, str]:
    made = parse(text)
    return made.start, made.end, made.said, made.kind


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.20-1.45=/bæt/", (1.2, 1.45, "bæt", "phones")),
        (" 0 – 2 = /ˈtʃaɪ/ ", (0.0, 2.0, "ˈtʃaɪ", "phones")),
        ("1-2=//", (1.0, 2.0, "", "phones")),
        ("1-2=bat", (1.0, 2.0, "bat", "word")),
        ("1-2=  two   words ", (1.0, 2.0, "two words", "word")),
        ("1-2=a=b", (1.0, 2.0, "a=b", "word")),
        ("61.5-62=猫", (61.5, 62.0, "猫", "word")),
    ],
)
def test_seconds_and_what_is_said_become_a_correction(text: str, expected: tuple[float, float, str, str]) -> None:
    assert values(text) == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("bat", "is no correction"),
        ("1.2=bat", "is no correction"),
        ("a-b=bat", "is no correction"),
        ("-1-2=bat", "is no correction"),
        ("2-1=bat", "its end must be after its start"),
        ("1-1=/a/", "its end must be after its start"),
        ("1-2=", "names no word"),
        ("1-2=/日/", "'日' in '日' is no sound of the IPA"),
        ("1-2=/a?t/", "'?' in 'a?t' is no sound of the IPA"),
        ("1-2=/ˈ/", "holds no sound"),
    ],
)
def test_what_is_no_correction_is_told_in_one_sentence(text: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(text)
    assert said in str(caught.value) and str(caught.value).endswith(".")


def test_ipa_may_be_pasted_with_its_slashes_or_brackets() -> None:
    assert {sounds(0.0, 1.0, text).said for text in ("bæt", "/bæt/", "[bæt]", " /bæt/ ")} == {"bæt"}
