"""Syllables, prominence and phrases of phone rows whose syllables are known."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest

from engine.languages import load
from engine.prosody import find_nuclei, mark_prominence, phrases, syllables
from engine.take import Phone, Syllable, Tracks

STEP = 0.08


def row(text: str, start: float = 0.0, step: float = STEP) -> tuple[Phone, ...]:
    """Phones of equal length from their letters; '_' is a pause of 0.3 s."""
    found: list[Phone] = []
    for letter in text.split():
        if letter == "_":
            start += 0.3
            continue
        found.append(Phone(round(start, 3), round(start + step, 3), letter))
        start += step
    return tuple(found)


def split(phones: Sequence[Phone], spans: Sequence[Syllable]) -> str:
    """The syllables written out, with dots between them."""
    inside = [
        "".join(p.ipa for p in phones if span.start - 1e-9 <= p.start and p.end <= span.end + 1e-9) for span in spans
    ]
    return ".".join(inside)


@pytest.mark.parametrize(
    ("code", "spoken", "wanted"),
    [
        ("en", "h ə l ə ʊ", "hə.ləʊ"),
        ("en", "ɛ k s t ɹ ə", "ɛk.stɹə"),
        ("en", "m ʌ ð ɜ", "mʌ.ðɜ"),
        ("en", "s ɪ ŋ ə", "sɪ.ŋə"),
        ("en", "f ɪ ŋ ɡ ə", "fɪŋ.ɡə"),
        ("en", "æ p l ə n d", "æ.plənd"),
        ("en", "b ɑ t l", "bɑ.tl"),
        ("en", "b ʌ t n z", "bʌ.tnz"),
        ("en", "s n ə ʊ", "snəʊ"),
        ("en", "dʒ ʌ m p s ə", "dʒʌmp.sə"),
        ("en", "s i ɪ n", "siɪn"),
        ("en", "ɹ i æ k t", "ɹi.ækt"),
        ("es", "b w e n o s", "bwe.nos"),
        ("es", "b u e n o s", "bue.nos"),
        ("es", "a i ɾ e", "ai.ɾe"),
        ("und", "m a ɪ n a", "maɪ.na"),
        ("und", "a e", "a.e"),
        ("ja", "k a n a", "ka.na"),
        ("en", "ʃ", "ʃ"),
        ("en", "m", "m"),
        ("en", "p s t", "pst"),
        ("en", "a _ t a", "a.ta"),
    ],
)
def test_phones_fall_into_the_syllables_that_are_spoken(code: str, spoken: str, wanted: str) -> None:
    phones = row(spoken)
    assert split(phones, syllables(phones, load(code))) == wanted


def test_the_nucleus_of_a_diphthong_is_its_open_part() -> None:
    assert find_nuclei(["m", "a", "ɪ"], load("en")) == [1]
    assert find_nuclei(["b", "u", "e"], load("es")) == [2]


def test_each_phone_lies_in_just_one_syllable() -> None:
    phones = row("ð ə k w ɪ k b ɹ a ʊ n f ɑ k s _ dʒ ʌ m p s o ʊ v ə ð ə l e ɪ z i d ɔ ɡ")
    spans = syllables(phones, load("en"))
    for phone in phones:
        assert sum(span.start <= phone.start and phone.end <= span.end for span in spans) == 1
    for span in spans:
        nucleus = phones[span.nucleus]
        assert span.start <= nucleus.start and nucleus.end <= span.end


def test_phrases_end_at_pauses_and_not_at_gaps() -> None:
    phones = (*row("a t a"), *row("t a", 0.24 + 0.2), *row("a", 0.6 + 0.25))
    assert [(p.start, p.end) for p in phrases(phones)] == [(0.0, 0.6), (0.85, 0.93)]


def test_nothing_has_no_syllables_and_no_phrases() -> None:
    assert syllables((), load("en")) == phrases(()) == ()
    assert mark_prominence((), Tracks(), load("en")) == ((), ())


def even(seconds: float) -> Tracks:
    count = int(seconds * 100)
    flat = np.zeros(count, np.float32)
    return Tracks(0.01, flat, flat, np.full(count, -30.0, np.float32), np.full(count, 120.0, np.float32))


NONSENSE = "t a t a t a t a t a t a t a t a"


@pytest.mark.parametrize("cue", ["energy", "pitch", "duration"])
def test_the_syllable_that_stands_out_is_stressed(cue: str) -> None:
    phones, tracks, at = list(row(NONSENSE)), even(1.4), 9
    if cue == "duration":
        later = [Phone(p.start + 0.1, p.end + 0.1, p.ipa) for p in phones[at + 1 :]]
        phones = [*phones[:at], Phone(phones[at].start, phones[at].end + 0.1, "a"), *later]
    inside = slice(int(phones[at].start * 100), int(phones[at].end * 100))
    if cue == "energy":
        tracks.energy[inside] = -20.0
    if cue == "pitch":
        tracks.pitch[inside] = np.linspace(130.0, 200.0, inside.stop - inside.start)
    marked, spans = mark_prominence(phones, tracks, load("en"))
    assert max(spans, key=lambda span: span.prominence).nucleus == at
    assert [index for index, phone in enumerate(marked) if phone.stress == 1] == [at]
    assert all(0.0 <= span.prominence <= 1.0 for span in spans)


def test_each_phrase_has_a_stressed_syllable_and_no_two_side_by_side() -> None:
    rng = np.random.default_rng(4)
    phones = row(" _ ".join([NONSENSE] * 4))
    tracks = even(10.0)
    tracks.energy[:] += rng.normal(0.0, 4.0, 1000)
    marked, spans = mark_prominence(phones, tracks, load("de"))
    for phrase in phrases(phones):
        own = [marked[s.nucleus].stress for s in spans if phrase.start <= s.start < phrase.end]
        assert 1 in own
        assert all(not (one and other) for one, other in pairwise(own) if 1 in (one, other))


def test_a_reduced_vowel_is_not_the_stressed_one() -> None:
    marked, _ = mark_prominence(row("b ə n a n ə"), even(1.0), load("en"))
    assert [phone.stress for phone in marked] == [0, 0, 0, 1, 0, 0]


def test_stress_stands_on_nuclei_only() -> None:
    phones = row("s t ɹ ɛ ŋ θ s _ b ɑ t l")
    marked, spans = mark_prominence(phones, even(2.0), load("en"))
    nuclei = {span.nucleus for span in spans}
    assert {index for index, phone in enumerate(marked) if phone.stress} <= nuclei
    assert [phone.ipa for phone in marked] == [phone.ipa for phone in phones]
