"""A language that the ear cannot tell is told by the letters of the text, as far as they do."""

from __future__ import annotations

from types import MappingProxyType

import pytest
from made_sounds import buzz

from engine.languages import load
from engine.listen import listen
from engine.progress import drain
from engine.recognizer import identify as room
from engine.sound.source import ArraySource
from engine.take import Take

HEARD = {"en": 0.5, "ru": 0.2, "es": 0.3}


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch):
    """Listen to a buzz with a text, the ear being sure of `code`; gives the take and the remarks."""
    pytest.importorskip("espeakng_loader")

    def listened(text: str | None, code: str | None, language: str | None = None) -> tuple[Take, list[str]]:
        found = room.Identified(code, 0.5, MappingProxyType(HEARD))
        monkeypatch.setattr(room, "identify", lambda _posteriors: found)
        remarks: list[str] = []
        given = load(language) if language else None
        work = listen(ArraySource(buzz(1.5), 16000, "a"), language=given, transcript=text, remark=remarks.append)
        return drain(work), remarks

    return listened


def test_letters_that_one_of_the_languages_has_tell_it(heard) -> None:
    take, remarks = heard("папа", None)
    assert (take.language, take.identified) == ("ru", 0.2)
    assert any("read as Russian" in remark for remark in remarks)


def test_of_several_languages_with_these_letters_the_likeliest_is_taken(heard) -> None:
    assert heard("papa", None)[0].language == "en"
    assert heard("папа", "es")[0].language == "ru"


def test_a_language_that_the_ear_tells_stands_and_so_does_a_given_one(heard) -> None:
    for found, given in (("es", None), ("en", "es")):
        take, remarks = heard("papa", found, given)
        assert take.language == "es" and not any("read as" in remark for remark in remarks)


def test_a_language_without_a_table_and_a_sound_without_a_text_stay_what_they_are(heard) -> None:
    assert heard("papa", "und")[0].language == "und"
    take, remarks = heard(None, None)
    assert take.language == "und" and any("could not be told" in remark for remark in remarks)
