"""Which languages a text may be in: by its letters alone."""

from __future__ import annotations

import pytest

from engine.languages import codes
from engine.transcript.written import written_in

OURS = tuple(code for code in codes() if code != "und")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Привет, OK?", {"ru"}),
        ("こんにちは", {"ja"}),
        ("今日は行きます", {"ja"}),
        ("カメラ", {"ja"}),
        ("你好！", {"zh"}),
        ("안녕하세요", {"ko"}),
        ("नमस्ते", {"hi"}),
        ("مرحبا", {"ar"}),
        ("12, 13!", set()),
        ("", set()),
    ],
)
def test_a_script_that_one_language_has_tells_it(text: str, expected: set[str]) -> None:
    assert set(written_in(text, OURS)) == expected


def test_latin_letters_leave_the_languages_that_are_written_in_them() -> None:
    assert {"en", "es", "fr", "de", "it", "pt"} <= set(written_in("Ça va?", OURS))
    assert not {"ru", "zh", "ja", "ko", "hi", "ar"} & set(written_in("Ça va?", OURS))
