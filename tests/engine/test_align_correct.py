"""Putting right what was misheard: the line is timed around it, and nothing further off moves."""

from __future__ import annotations

import pytest
from made_speech import heard, posteriors, script, spoken

from engine.align import Alignment, align, correct
from engine.errors import TakeError
from engine.languages import Language, load
from engine.phones import segments
from engine.progress import drain
from engine.take import Correction, Phone
from engine.transcript.script import Reading, Sound

EN = load("en")
LINE = ("mama", "keep", "yellow", "fish", "window", "robin")
SAID = spoken(" ".join(LINE))
HEARD = posteriors(SAID)


def of_text() -> Alignment:
    return drain(align(HEARD, script(*LINE), EN, heard(SAID)))


def put_right(found: Alignment, *corrections: Correction) -> Alignment:
    for one in corrections:
        found = correct(HEARD, found.phones, found.words, one, EN, tones=found.tones, say=say)
    return found


def say(text: str, language: Language) -> tuple[Reading, ...]:
    """Words for these tests: 'fit' may be said in two ways."""
    ways = {"fit": ("fɪt", "fɪ"), "boat": ("bot",)}[text]
    return tuple(Reading(tuple(Sound(part) for part in segments(way))) for way in ways)


def spelled(found: Alignment, start: float = 0.0, end: float = 99.0) -> str:
    return "".join(phone.ipa for phone in found.phones if start <= (phone.start + phone.end) / 2.0 < end)


def test_sounds_that_are_put_right_stand_in_place_of_those_that_were_heard() -> None:
    before = of_text()
    vowel = before.phones[5]
    assert vowel.ipa == "i"
    after = put_right(before, Correction(vowel.start, vowel.end, "æ", "phones"))
    assert spelled(after) == "mamɑkæpjɛlofɪʃwɪndoɹɑbɪn"
    assert after.phones[5].confidence == 1.0
    assert [one.text for one in after.words] == [*LINE]
    assert (after.phones[5].start, after.phones[5].end) == pytest.approx((vowel.start, vowel.end), abs=0.05)


def test_more_and_fewer_sounds_are_fitted_in_between_their_neighbours() -> None:
    before = of_text()
    word = before.words[1]
    for said in ("klip", "k", "skɹimd"):
        after = put_right(before, Correction(word.start, word.end, said, "phones"))
        assert spelled(after) == f"mamɑ{said}jɛlofɪʃwɪndoɹɑbɪn"
        times = [time for phone in after.phones for time in (phone.start, phone.end)]
        assert times == sorted(times) and len(set(zip(times[::2], times[1::2], strict=True))) == len(after.phones)
        assert after.words[1].text == "keep"
        assert (after.words[1].start, after.words[1].end) == pytest.approx((word.start, word.end), abs=0.15)


def test_a_word_that_is_put_right_takes_the_way_it_was_said_and_the_place_of_the_old_one() -> None:
    before = of_text()
    word = before.words[3]
    after = put_right(before, Correction(word.start, word.end, "fit", "word"))
    assert [one.text for one in after.words] == ["mama", "keep", "yellow", "fit", "window", "robin"]
    assert (after.words[3].status, after.words[3].confidence) == ("said", 1.0)
    assert spelled(after).startswith("mamɑkipjɛlofɪ")
    assert len(after.tones) == len(after.phones)


def test_nothing_further_off_than_the_neighbouring_words_moves() -> None:
    before = of_text()
    word = before.words[2]
    after = put_right(before, Correction(word.start, word.end, "boat", "word"))
    changed = {phone for phone in before.phones} ^ {phone for phone in after.phones}
    assert all(before.words[1].start <= phone.start and phone.end <= before.words[3].end for phone in changed)
    assert after.words[0] == before.words[0] and after.words[4:] == before.words[4:]


def test_silence_takes_out_what_was_heard_there() -> None:
    before = of_text()
    word = before.words[4]
    after = put_right(before, Correction(word.start, word.end, "", "phones"))
    assert spelled(after) == "mamɑkipjɛlofɪʃɹɑbɪn"
    assert not [phone for phone in after.phones if phone.end > word.start + 1e-6 and phone.start < word.end - 1e-6]
    assert [(one.text, one.status) for one in after.words][4] == ("window", "unsaid")


def test_several_corrections_stand_together_in_whatever_order() -> None:
    before = of_text()
    first, second = before.words[1], before.words[4]
    ones = [
        Correction(first.start, first.end, "boat", "word"),
        Correction(second.start, second.end, "fit", "word"),
        Correction(before.phones[0].start, before.phones[0].end, "b", "phones"),
    ]
    there, back = put_right(before, *ones), put_right(before, *reversed(ones))
    assert [one.text for one in there.words] == ["mama", "boat", "yellow", "fish", "fit", "robin"]
    assert [phone.ipa for phone in there.phones] == [phone.ipa for phone in back.phones]
    assert spelled(there).startswith("bamɑbotjɛlofɪʃfɪ")


def test_without_words_the_phones_near_by_are_timed_anew() -> None:
    free = Alignment(heard(SAID), (), (0,) * len(heard(SAID)))
    phone = free.phones[9]
    after = put_right(free, Correction(phone.start, phone.end, "ʃu", "phones"))
    assert spelled(after) == spelled(free, 0.0, phone.start) + "ʃu" + spelled(free, phone.end)
    assert after.phones[:5] == tuple(free.phones[:5]) and after.words == ()


def test_a_word_may_be_put_where_nothing_was_heard() -> None:
    quiet = Alignment((Phone(0.5, 0.6, "m"),), (), (0,))
    after = put_right(quiet, Correction(1.0, 1.4, "boat", "word"))
    assert spelled(after) == "mbot"
    assert [(one.text, one.status) for one in after.words] == [("boat", "said")]
    assert after.words[0].start >= 0.85 and after.words[0].end <= 1.55


def test_a_correction_outside_the_sound_is_refused() -> None:
    with pytest.raises(TakeError, match=r"A correction is at 99 s, but the sound ends at \d+\.\d\d s; take it back\."):
        put_right(of_text(), Correction(99.0, 99.5, "a", "phones"))
