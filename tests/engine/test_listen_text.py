"""Listening with a transcript, and with what was put right, by an ear that hears tones as phones."""

from __future__ import annotations

from collections.abc import Generator

import numpy as np
import pytest
from made_speech import script, word
from test_listen import RATE, ToneEar, spoken

from engine import listen as room
from engine import transcript
from engine.errors import TakeError, TranscriptError
from engine.languages import Language, load
from engine.progress import Progress, drain
from engine.sound.source import ArraySource
from engine.take import Correction, Take, from_json, to_json
from engine.transcript.script import Script

WORDS = {"ma": "mɑ", "tuna": "tunɑ", "sin": "sin", "nisa": "nisɑ", "umtu": "umtu", "sat": "sɑt"}
LINE = "_.30 m.9 ɑ.16 t.8 u.15 n.9 ɑ.15 _.40 s.12 i.16 n.9 n.9 i.14 s.12 ɑ.18 _.30"  # ma tuna, sin nisa


@pytest.fixture(autouse=True)
def reader(monkeypatch: pytest.MonkeyPatch) -> None:
    def read(text: str, language: Language) -> Generator[Progress, None, Script]:
        yield Progress("read", 1.0)
        if "漢" in text:
            raise TranscriptError("'漢' cannot be read; write it in kana.")
        return script(*(word(one, WORDS[one]) for one in text.replace(",", "").split()))

    monkeypatch.setattr(transcript, "read_script", read)


def heard(text: str | None, line: str = LINE, **more: object) -> tuple[Take, list[str]]:
    remarks: list[str] = []
    source = ArraySource(spoken(line)[0], RATE, "line.wav")
    given = {"language": load("en"), "recognizer": ToneEar(), "remark": remarks.append} | more
    return drain(room.listen(source, transcript=text, **given)), remarks  # type: ignore[arg-type]


@pytest.mark.parametrize("refined", [True, False])
def test_words_are_timed_and_all_is_said(refined: bool) -> None:
    take, remarks = heard("ma tuna, sin nisa", refined=refined)
    assert [(one.text, one.status) for one in take.words] == [(text, "said") for text in ("ma", "tuna", "sin", "nisa")]
    assert [one.start for one in take.words] == pytest.approx([0.3, 0.55, 1.42, 1.79], abs=0.015)
    assert "".join(phone.ipa for phone in take.phones) == "mɑtunɑsinnisɑ"
    assert (take.transcript, remarks) == ("ma tuna, sin nisa", [])
    assert from_json(to_json(take)).words == take.words


def test_what_differs_from_the_text_is_remarked_in_a_sentence_each() -> None:
    take, remarks = heard("ma sin umtu nisa")
    assert [one.status for one in take.words if one.text] != ["said"] * 4
    assert remarks and all(remark.endswith(".") and remark.count(".") >= 1 for remark in remarks)
    _, remarks = heard("ma tuna sat sin nisa")
    assert any(remark.startswith("1 word ('sat' at ") and "was not heard" in remark for remark in remarks)


def test_the_text_of_another_sound_is_left_aside_with_a_sentence() -> None:
    alone, _ = heard(None)
    take, remarks = heard("umtu umtu umtu sat umtu umtu sat umtu")
    assert any("Hardly a word of the text was heard" in remark for remark in remarks)
    assert take.words == () and take.phones == alone.phones
    assert take.transcript == "umtu umtu umtu sat umtu umtu sat umtu"


def test_a_text_that_cannot_be_read_is_refused_before_the_sound_is_heard() -> None:
    ear = ToneEar()
    with pytest.raises(TranscriptError, match="kana"):
        heard("漢字", recognizer=ear)
    assert ear.frames == []


@pytest.mark.parametrize("text", ["", "  \n"])
def test_an_empty_text_is_none(text: str) -> None:
    take, alone = heard(text)[0], heard(None)[0]
    assert (take.phones, take.words, take.transcript) == (alone.phones, (), text)


def test_corrections_are_stored_and_give_the_same_take_when_they_are_given_again() -> None:
    vowel = heard("ma tuna, sin nisa")[0].phones[3]
    ones = (Correction(vowel.start, vowel.end, "i", "phones"), Correction(1.0, 1.2, "", "phones"))
    take, _ = heard("ma tuna, sin nisa", corrections=ones)
    assert take.corrections == ones
    assert "".join(phone.ipa for phone in take.phones) == "mɑtinɑsinnisɑ"
    assert take.phones[3].confidence == 1.0
    again, _ = heard("ma tuna, sin nisa", corrections=from_json(to_json(take)).corrections)
    assert to_json(again) == to_json(take)


def test_a_correction_beyond_the_end_is_refused() -> None:
    with pytest.raises(TakeError, match="the sound ends at"):
        heard(None, corrections=(Correction(50.0, 51.0, "a", "phones"),))


def test_progress_rises_with_a_text_too() -> None:
    source = ArraySource(np.tile(spoken(LINE)[0], 12), RATE)
    work = room.listen(source, language=load("en"), recognizer=ToneEar(), transcript="ma tuna sin nisa " * 12)
    steps = list(work)
    assert {step.stage for step in steps} == {"Text", "Reading", "Hearing", "Phones", "Prosody"}
    shares = [step.fraction for step in steps]
    assert shares == sorted(shares) and shares[-1] <= 1.0
