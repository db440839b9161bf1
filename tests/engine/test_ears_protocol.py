"""Ears of one's own: the example in protocol.py runs, and `listen` takes phones as they are given."""

from __future__ import annotations

import textwrap
import wave
from collections.abc import Generator
from pathlib import Path

import numpy as np
import pytest
from made_sounds import RATE, buzz

from engine.ears import NAMES, PhoneEar, PosteriorEar, WordEar, ear_named, protocol
from engine.errors import AudioError, UsageError
from engine.languages import Language, load
from engine.listen import listen
from engine.phones import mouth_class
from engine.progress import Progress, drain
from engine.recognizer import Posteriors, Recognizer
from engine.recognizer.identify import Identified
from engine.sound.source import ArraySource, Source
from engine.take import Correction, Phone, Take, Word

LINE = (
    Phone(0.10, 0.20, "m"),
    Phone(0.20, 0.42, "ɑ", 0.7),
    Phone(0.42, 0.50, "t"),
    Phone(0.60, 0.63, "ə"),
    Phone(0.63, 0.75, "b"),
    Phone(0.75, 1.10, "aɪ"),
)


class GivenEar:
    """Gives the phones it was made with, and counts how often it was asked."""

    name = "given"

    def __init__(self, phones: tuple[Phone, ...] = LINE) -> None:
        self.given = phones
        self.asked: list[str | None] = []

    def phones(self, source: Source, language: Language | None) -> Generator[Progress, None, tuple[Phone, ...]]:
        self.asked.append(language.code if language else None)
        yield Progress("Hearing", 0.5)
        return self.given


class KnowingEar(GivenEar):
    words = (Word(0.10, 0.50, "mat"), Word(0.60, 1.10, "abide"))
    language: str | None = "de"


def taken(ear: PhoneEar, code: str | None = "en", **more: object) -> tuple[Take, list[str]]:
    told: list[str] = []
    source = ArraySource(buzz(1.4), RATE, "line.wav")
    language = load(code) if code else None
    work = listen(source, language=language, recognizer=ear, remark=told.append, **more)  # type: ignore[arg-type]
    return drain(work), told


def example() -> str:
    """The code in the docstring of protocol.py."""
    assert protocol.__doc__ is not None
    block = protocol.__doc__.split("speaks::\n")[1].split("\nOn the command line")[0]
    return textwrap.dedent(block).strip()


def test_the_example_is_a_whole_ear_and_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with wave.open(str(tmp_path / "line.wav"), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes((buzz(1.2) * 32767.0).astype("<i2").tobytes())
    monkeypatch.chdir(tmp_path)
    space: dict[str, object] = {"__name__": "example"}
    exec(compile(example(), "example", "exec"), space)
    take = space["take"]
    assert isinstance(take, Take)
    assert [(phone.start, phone.end, phone.ipa) for phone in take.phones] == [
        (0.2, 0.3, "m"),
        (0.3, 0.5, "ɑ"),
        (0.5, 0.58, "t"),
    ]
    assert take.recognizer == "table"


def test_the_ear_of_the_example_has_about_twenty_lines() -> None:
    written = [line for line in example().splitlines() if line and not line.startswith(("from ", "import "))]
    assert len(written) <= 20


def test_the_three_kinds_of_ears_are_told_apart() -> None:
    assert isinstance(Recognizer.load(), PosteriorEar)
    assert not isinstance(Recognizer.load(), PhoneEar)
    assert isinstance(GivenEar(), PhoneEar)
    assert not isinstance(GivenEar(), WordEar | PosteriorEar)
    assert isinstance(KnowingEar(), WordEar)


@pytest.mark.parametrize("refined", [True, False])
def test_given_phones_stand_in_the_take_as_they_are(refined: bool) -> None:
    take, told = taken(GivenEar(), refined=refined)
    assert [(phone.start, phone.end, phone.ipa, phone.confidence) for phone in take.phones] == [
        (phone.start, phone.end, phone.ipa, phone.confidence) for phone in LINE
    ]
    assert (take.recognizer, take.language, told) == ("given", "en", [])


def test_all_else_of_the_take_is_made_as_ever() -> None:
    take, _ = taken(GivenEar())
    assert [(phrase.start, phrase.end, phrase.stage) for phrase in take.phrases] == [(0.1, 1.1, "phones")]
    assert [take.phones[syllable.nucleus].ipa for syllable in take.syllables] == ["ɑ", "ə", "aɪ"]
    assert {len(getattr(take.tracks, name)) for name in ("openness", "rounding", "energy", "pitch")} == {140}
    assert np.nanmax(take.tracks.pitch) > 90.0


def test_the_mouth_opens_on_given_vowels_and_shuts_on_given_closures() -> None:
    openness = taken(GivenEar())[0].tracks.openness
    assert openness[25:40].max() > 0.7
    assert openness[12:17].max() < 0.1 < openness[22]
    assert openness[115:].max() == 0.0
    assert openness[78] > openness[106], "aɪ closes"


def test_phones_out_of_order_or_beyond_the_sound_are_put_right_and_told() -> None:
    wild = (Phone(0.5, 0.7, "a"), Phone(0.2, 0.55, "m"), Phone(1.3, 1.9, "s"), Phone(2.0, 2.1, "t"))
    take, told = taken(GivenEar(wild))
    assert [(phone.start, phone.end, phone.ipa) for phone in take.phones] == [
        (0.2, 0.5, "m"),
        (0.5, 0.7, "a"),
        (1.3, 1.4, "s"),
    ]
    assert len(told) == 3
    assert all(sentence.endswith(".") and "'given'" in sentence for sentence in told)


def test_a_text_is_left_aside_with_one_remark() -> None:
    take, told = taken(GivenEar(), transcript="My tie.")
    assert [phone.ipa for phone in take.phones] == [phone.ipa for phone in LINE]
    assert [sentence for sentence in told if "text was left aside" in sentence] == told != []


def test_an_ear_that_knows_words_and_language_is_believed() -> None:
    take, told = taken(KnowingEar(), None)
    assert (take.language, [word.text for word in take.words], told) == ("de", ["mat", "abide"], [])
    assert taken(KnowingEar(), "fr")[0].language == "fr"


def test_what_the_sound_does_not_tell_either_is_asked_for() -> None:
    ear = GivenEar()
    take, told = taken(ear, None)
    assert (take.language, ear.asked) == ("und", [None])
    assert take.identified is not None and take.identified < 1.0
    assert len(told) == 1
    assert "language could not be told from the sound; choose it" in told[0]


@pytest.fixture
def identified(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The sound is heard as German; gives of how many frames that was said."""
    seen: list[int] = []

    def german(posteriors: Posteriors) -> Identified:
        seen.append(len(posteriors.phones))
        return Identified("de", 0.93, {"de": 0.93, "en": 0.07})

    monkeypatch.setattr("engine.recognizer.identify.identify", german)
    return seen


def test_the_language_of_given_phones_is_told_by_their_sound(identified: list[int]) -> None:
    ear = GivenEar()
    take, told = taken(ear, None)
    assert (take.language, take.identified, told) == ("de", 0.93, [])
    assert ear.asked == ["de"], "an ear with lists of phones listens for those"
    assert identified == [140]
    assert taken(GivenEar(), "fr")[0].identified is None
    assert taken(KnowingEar(), None)[0].identified is None
    assert len(identified) == 1, "nobody asks the sound where the language is known"


def test_an_ear_that_might_have_known_is_asked_before_the_sound(identified: list[int]) -> None:
    ear = KnowingEar()
    ear.language = None
    take, told = taken(ear, None)
    assert (take.language, take.identified, ear.asked, told) == ("de", 0.93, [None], [])
    ear.language = "tlh"
    assert taken(ear, None)[0].language == "de"


def test_of_a_long_sound_three_minutes_tell_the_language(identified: list[int]) -> None:
    source = ArraySource(np.tile(buzz(10.0), 40), RATE, "long.wav")
    drain(listen(source, language=None, recognizer=GivenEar()))
    assert identified == [18000]


def test_stress_of_given_words_stays() -> None:
    marked = tuple(Phone(p.start, p.end, p.ipa, p.confidence, int(p.ipa == "aɪ")) for p in LINE)
    take, _ = taken(KnowingEar(marked))
    assert [phone.ipa for phone in take.phones if phone.stress == 1] == ["aɪ"]


def test_given_phones_can_be_put_right() -> None:
    take, _ = taken(GivenEar(), corrections=(Correction(0.60, 0.76, "/vɔ/", "phones"),))
    spoken = [phone.ipa for phone in take.phones]
    assert spoken[:3] == ["m", "ɑ", "t"]
    assert mouth_class("v") in [mouth_class(phone) for phone in spoken]
    assert spoken[-1] == "aɪ"


def test_an_ear_without_phones_and_a_silent_sound_are_refused() -> None:
    with pytest.raises(AudioError, match="has no phones"):
        taken(GivenEar(()))
    with pytest.raises(AudioError, match="No speech found"):
        drain(listen(ArraySource(np.zeros(RATE, np.float32), RATE), language=None, recognizer=GivenEar()))


def test_ears_are_found_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert NAMES[0] == "lockstep"
    assert ear_named("lockstep") is Recognizer.load()
    (tmp_path / "lockstep_test_ear.py").write_text(
        "class Ear:\n    name = 'mine'\n    def phones(self, source, language):\n        yield\n"
        "class Deaf:\n    name = 'deaf'\n"
        "def broken():\n    raise ValueError('no model')\n",
        encoding="utf-8",
    )
    monkeypatch.syspath_prepend(tmp_path)
    assert ear_named("lockstep_test_ear:Ear").name == "mine"
    for name in ("lockstep_test_ear:Deaf", "lockstep_test_ear:broken", "lockstep_test_ear:Nobody", "no_such:Ear", "x"):
        with pytest.raises(UsageError, match="recognizer"):
            ear_named(name)
