"""Syllables, prominence and phrases of phone rows whose syllables are known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from engine.languages import load
from engine.prosody import describe, find_nuclei, mark_prominence, mark_tones, phrases, syllables, with_pitch
from engine.prosody.tones import by_ear, probabilities
from engine.take import Phone, Syllable, Tracks, Word

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


def words(*spelt: str, step: float = STEP) -> tuple[tuple[Phone, ...], tuple[Word, ...]]:
    """Phones of equal length and the words that they make; ˈ before a phone is primary stress."""
    phones: list[Phone] = []
    found = []
    for text in spelt:
        start = len(phones) * step
        for letter in text.split():
            at = round(len(phones) * step, 3)
            phones.append(Phone(at, round(at + step, 3), letter.lstrip("ˈ"), stress=int(letter[0] == "ˈ")))
        found.append(Word(round(start, 3), round(len(phones) * step, 3), text.replace(" ", "")))
    return tuple(phones), tuple(found)


@pytest.mark.parametrize(
    ("code", "spelt", "wanted"),
    [
        ("en", ["k iː p", "s t ɪ l"], "kiːp.stɪl"),
        ("en", ["ð ə", "æ p l"], "ðə.æ.pl"),
        ("ru", ["f", "ɡ o r ə d ʲ ɪ"], "fɡo.rə.dʲɪ"),
        ("ru", ["o n", "f"], "onf"),
        ("de", ["d a s", "ʔ a l t ə"], "das.ʔal.tə"),
    ],
)
def test_syllables_keep_within_words_that_have_a_vowel(code: str, spelt: list[str], wanted: str) -> None:
    phones, said = words(*(text.replace("d ʲ", "dʲ") for text in spelt))
    assert split(phones, syllables(phones, load(code), said)) == wanted


def test_the_stress_of_the_text_stays_and_makes_its_syllable_stand_out() -> None:
    phones, said = words("t a t ˈa t a", "t ˈa t a", "t a")
    marked, spans, _ = describe(phones, said, even(2.0), load("es"))
    assert [span.stress for span in spans] == [0, 1, 0, 1, 0, 0]
    assert [marked[span.nucleus].stress for span in spans] == [0, 1, 0, 1, 0, 0]
    stressed = [span.prominence for span in spans if span.stress]
    assert min(stressed) > max(span.prominence for span in spans if not span.stress)


def test_stress_on_the_glide_of_a_diphthong_moves_to_its_nucleus() -> None:
    phones, said = words("ɡ ɔ ˈɪ n a")
    marked, spans, _ = describe(phones, said, even(1.0), load("en"))
    assert [phone.stress for phone in marked] == [0, 1, 0, 0, 0]
    assert spans[0].stress == 1


@pytest.mark.parametrize("status", ["changed", "extra"])
def test_words_that_were_said_otherwise_get_their_stress_by_ear(status: str) -> None:
    phones, said = words("t a t ˈa", "t a t a t a")
    said = (said[0], Word(said[1].start, said[1].end, "", status))
    tracks = even(1.0)
    tracks.energy[56:64] = -18.0
    marked, spans, _ = describe(phones, said, tracks, load("es"))
    assert [span.stress for span in spans] == [0, 1, 0, 0, 0]
    assert [marked[span.nucleus].stress for span in spans[2:]] == [0, 1, 0]


def test_a_word_that_was_not_said_takes_no_phones() -> None:
    phones, said = words("t ˈa", "t ˈa")
    unsaid = Word(0.16, 0.16, "no", "unsaid")
    assert describe(phones, (said[0], unsaid, said[1]), even(1.0), load("es")) == describe(
        phones, said, even(1.0), load("es")
    )


def test_in_a_language_of_pitch_accent_the_high_syllable_stands_out_and_not_the_long_one() -> None:
    phones, tracks = list(row("t a t a t a t a t a t a")), even(1.4)
    phones = [*phones[:3], Phone(0.24, 0.40, "a"), *(Phone(p.start + 0.08, p.end + 0.08, p.ipa) for p in phones[4:])]
    high = phones[7]
    tracks.pitch[int(high.start * 100 - 8) : int(high.end * 100)] = 180.0
    _, spans = mark_prominence(phones, tracks, load("ja"))
    assert max(spans, key=lambda span: span.prominence).nucleus == 7
    _, spans = mark_prominence(phones, tracks, load("de"))
    assert max(spans, key=lambda span: span.prominence).nucleus == 3


def test_the_pitch_path_follows_the_voice_in_semitones_from_its_median() -> None:
    phones, tracks = row("m a m a m a m a m a"), even(0.8)
    tracks.pitch[8:16] = 120.0 * 2.0 ** (np.linspace(0.0, 6.0, 8) / 12.0)
    _, spans, _ = describe(phones, (), tracks, load("en"))
    assert spans[0].pitch == pytest.approx([0.3, 1.7, 3.0, 4.3, 5.7], abs=0.4)
    assert spans[1].pitch == (0.0,) * 5


def test_the_pitch_path_bridges_voiceless_frames_and_folds_creak_back() -> None:
    phones, tracks = row("m a m a m a"), even(0.48)
    tracks.pitch[10:12] = np.nan
    tracks.pitch[13:16] = 61.0
    tracks.pitch[24:32] = np.nan
    _, spans, _ = describe(phones, (), tracks, load("en"))
    assert spans[0].pitch == pytest.approx([0.0] * 5, abs=0.4)
    assert spans[1].pitch == ()


def test_the_tone_of_the_text_is_the_syllables() -> None:
    phones = row("m a w o n i")
    _, spans, _ = describe(phones, (), even(0.48), load("zh"), (0, 1, 0, 3, 0, 5))
    assert [span.tone for span in spans] == [1, 3, 5]


def toned(*paths: tuple[float, float], seconds: float = 0.3) -> tuple[Syllable, ...]:
    """Syllables whose pitch goes straight from one value to another, in semitones from the median, pauses between."""
    found = []
    for at, (first, last) in enumerate(paths):
        path = tuple(float(value) for value in np.linspace(first, last, 5))
        found.append(Syllable(at * 2.0 * seconds, at * 2.0 * seconds + seconds, at, 0.5, pitch=path))
    return tuple(found)


def test_clear_pitch_paths_are_heard_as_their_tones() -> None:
    spans = toned((3.5, 3.5), (-2.0, 3.0), (3.5, -3.0))
    assert by_ear(spans) == [1, 2, 4]
    low = replace(spans[0], pitch=(-3.5, -5.5, -6.5, -6.5, -5.5))
    assert by_ear((low,)) == [3]


def test_an_unclear_path_and_none_at_all_have_no_tone() -> None:
    assert by_ear(toned((0.3, -0.3))) == [0]
    assert by_ear((Syllable(0.0, 0.2, 0, 0.5),)) == [0]
    assert by_ear(()) == []


def test_only_a_tone_language_hears_tones_and_the_text_goes_before_the_ear() -> None:
    phones, tracks = row("m a m a m a"), even(0.48)
    tracks.pitch[:16] = 150.0
    spans = with_pitch(syllables(phones, load("zh")), phones, tracks)
    assert all(span.tone == 0 for span in mark_tones(spans, phones, load("en")))
    told = mark_tones(spans, phones, load("zh"), (0, 3, 0, 0, 0, 0))
    assert told[0].tone == 3
    assert [span.tone for span in told[1:]] == by_ear(spans)[1:]


def test_neighbours_beyond_a_pause_do_not_weigh_in_a_tone() -> None:
    alone, among = toned((3.5, 3.5)), toned((3.5, 3.5), (-6.0, -6.0))
    assert probabilities(among)[0] == pytest.approx(probabilities(alone)[0])
    assert probabilities(alone).sum(axis=1) == pytest.approx([1.0])
