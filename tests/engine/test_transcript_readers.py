"""Writing to sounds: espeak-ng's notation, kana, Hangul, pinyin, IPA, numbers."""

from __future__ import annotations

import pytest

from engine import phones
from engine.errors import TranscriptError
from engine.transcript import hangul, kana, mandarin, notated, notation, pinyin, spans
from engine.transcript.numerals import JAPANESE, KOREAN
from engine.transcript.script import Sound


@pytest.mark.parametrize(
    ("group", "voice", "expected"),
    [
        ("f_ˈaɪɚ_ɹ", "en-us", ["f", "aɪ", "ɚ", "ɹ"]),
        ("tʃ_ˈuː_z", "en-us", ["tʃ", "uː", "z"]),
        ("ts.h_w_ˈɑ5_ŋ_", "cmn", ["ʈʂʰ", "w", "ɑ", "ŋ"]),
        ("l_ˈiou5_", "cmn", ["l", "j", "oʊ"]),
        ("k_ˈo-1_", "cmn", ["k", "ɤ"]),
        ("j_ˈi5_", "cmn", ["i"]),
        ("pf_ˈeː_ɾ_t", "de", ["p", "f", "eː", "ʁ", "t"]),
        ("d_ˈɔø_t_ʃ", "de", ["d", "ɔ", "ø", "tʃ"]),
        ("ɡ_ä_k_k_ˈo̞_ɯᵝ", "ja", ["ɡ", "a", "k", "k", "oː"]),
        ("v_y", "ru", ["v", "ɨ"]),
        ("l_e-_z", "fr", ["l", "e", "z"]),
        ("l_ˈʌ_r._k_ˌaː", "hi", ["l", "ə", "ɽ", "k", "aː"]),
        ("(en)_f_a_n_(fr)_", "fr", ["f", "a", "n"]),
    ],
)
def test_a_group_of_espeak_becomes_phones(group: str, voice: str, expected: list[str]) -> None:
    assert notation.phones(group, voice) == expected


def test_mandarin_that_is_spelt_out_is_refused() -> None:
    with pytest.raises(ValueError, match="spelt out"):
        notation.phones("(en)_k_ʃ_ə_ŋ_(cmn)_", "cmn")


def test_stress_goes_to_the_first_part_of_the_stressed_nucleus() -> None:
    found = notation.sounds("ˌɛ_k_s_p_l_ɐ_n_ˈeɪ_ʃ_ə_n", "en-us")
    assert [(sound.ipa, sound.stress) for sound in found if sound.stress] == [("ɛ", 2), ("e", 1)]


def test_tones_come_from_espeaks_own_names() -> None:
    found = notation.sounds("ts._onɡ5_k_ˈuoɜ_", "cmn", "ts._ong55_k_'uo35__|")
    assert [(sound.ipa, sound.tone) for sound in found if sound.tone] == [("ʊ", 1), ("ɔ", 2)]


@pytest.mark.parametrize(("after", "nasal"), [("b", "m"), ("ɡ", "ŋ"), ("ɕ", "n")])
def test_the_japanese_nasal_takes_the_place_of_what_follows(after: str, nasal: str) -> None:
    assert notation.moraic_nasal(["ɕ", "i", "ũ", after, "ɯ"])[2] == nasal


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("がっこう", "ɡ a kː oː"),
        ("ラーメン", "ɾ aː m e ɴ"),
        ("ﾗｰﾒﾝ", "ɾ aː m e ɴ"),
        ("しんぶん", "ɕ i m b ɯ ɴ"),
        ("きょう", "kʲ oː"),
        ("ファイル", "ɸ a i ɾ ɯ"),
        ("ティー", "t iː"),
        ("いって", "i tː e"),
        ("あっ", "a ʔ"),
        ("せんせい", "s e ɴ s eː"),
        ("にゃん", "ɲ a ɴ"),
    ],
)
def test_kana_become_phones(word: str, expected: str) -> None:
    assert " ".join(kana.readings(word)[0]) == expected


def test_a_particle_at_the_end_is_said_wa_or_ha_and_anything_else_is_no_kana() -> None:
    assert [way[-2:] for way in kana.readings("わたしは")] == [("w", "a"), ("h", "a")]
    assert kana.readings("日本") == () == kana.readings("")


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("한국말", "h a n ɡ u ŋ m a l"),
        ("학생입니다", "h a k s͈ ɛ ŋ i m n i d a"),
        ("독립문", "t o ŋ n i m m u n"),
        ("신라", "ɕ i l l a"),
        ("같이", "k a tɕʰ i"),
        ("굳이", "k u dʑ i"),
        ("좋아요", "tɕ o a j o"),
        ("놓고", "n o kʰ o"),
        ("축하", "tɕʰ u kʰ a"),
        ("없어요", "ʌ p s͈ ʌ j o"),
        ("읽다", "i k t͈ a"),
        ("많이", "m a n i"),
        ("싫어요", "ɕ i ɾ ʌ j o"),
        ("앉아", "a n dʑ a"),
    ],
)
def test_hangul_is_said_by_the_rules_of_standard_korean(word: str, expected: str) -> None:
    assert " ".join(hangul.phones(word)) == expected


def test_letters_that_are_no_hangul_syllables_are_refused() -> None:
    assert hangul.phones("ㅋㅋ") == () == hangul.phones("abc")


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("nǐhǎo", (("ni", 3), ("hao", 3))),
        ("ni3hao3", (("ni", 3), ("hao", 3))),
        ("zhōngguó", (("zhong", 1), ("guo", 2))),
        ("xi'an", (("xi", 0), ("an", 0))),
        ("lüè", (("lve", 4),)),
        ("nu:3", (("nv", 3),)),
        ("ma0", (("ma", 5),)),
        ("hello", ()),
        ("3", ()),
    ],
)
def test_pinyin_falls_into_syllables(word: str, expected: tuple[tuple[str, int], ...]) -> None:
    assert pinyin.syllables(word) == expected


@pytest.mark.parametrize(
    ("syllable", "expected"),
    [
        ("xiong", "ɕ j ʊ ŋ"),
        ("bu", "p u"),
        ("ju", "tɕ y"),
        ("nv", "n y"),
        ("shi", "ʂ ɨ"),
        ("bo", "p ɔ"),
        ("yuan", "ɥ ɛ n"),
    ],
)
def test_a_syllable_of_pinyin_has_its_phones(syllable: str, expected: str) -> None:
    assert " ".join(sound.ipa for sound in pinyin.sounds((syllable, 4))) == expected


def test_every_syllable_of_pinyin_carries_its_tone_once() -> None:
    tables = [pinyin.sounds((letters, 2)) for letters in pinyin._syllables() if letters not in ("r", "ng")]
    assert len(tables) > 400
    assert all([sound.tone for sound in sounds].count(2) == 1 for sounds in tables)


def tones(*values: int) -> tuple[Sound, ...]:
    return tuple(Sound("a", tone=tone) for tone in values)


def test_tones_change_beside_others() -> None:
    assert mandarin.sandhi(tones(3), "你", tones(3)[0]) == tones(2)
    assert mandarin.sandhi(tones(3), "好", None) == tones(3)
    assert mandarin.sandhi(tones(4), "不", tones(4)[0]) == tones(2)
    assert mandarin.sandhi(tones(1), "一", tones(4)[0]) == tones(2)
    assert mandarin.sandhi(tones(1), "一", tones(3)[0]) == tones(4)
    assert mandarin.sandhi(tones(3, 3), "nǐhǎo", tones(4)[0]) == tones(2, 3)


@pytest.mark.parametrize(
    ("text", "ipa", "stress", "tone"),
    [
        ("həˈloʊ", "h ə l o ʊ", "00010", "00000"),
        ("ˌɪntəˈvjuː", "ɪ n t ə v j uː", "2000001", "0000000"),
        ("t͡ʃaɪ", "tʃ a ɪ", "000", "000"),
        ("ma˧˥", "m a", "00", "02"),
        ("xaʊ3", "x a ʊ", "000", "030"),
        ("bʌtn̩", "b ʌ t n̩", "0000", "0000"),
    ],
)
def test_written_ipa_becomes_sounds(text: str, ipa: str, stress: str, tone: str) -> None:
    found = notated.sounds_of(text)
    assert " ".join(sound.ipa for sound in found) == ipa
    assert "".join(str(sound.stress) for sound in found) == stress
    assert "".join(str(sound.tone) for sound in found) == tone


def test_a_letter_that_is_no_ipa_is_named() -> None:
    notated.check("həˈloʊ ɡ͡b ã kʷ")
    with pytest.raises(TranscriptError, match=r"'ж'.*no sign of IPA"):
        notated.check("xж")


@pytest.mark.parametrize(
    ("number", "japanese", "korean"),
    [
        ("0", "ゼロ", "영"),
        ("10", "じゅう", "십"),
        ("365", "さんびゃくろくじゅうご", "삼백육십오"),
        ("8,000", "はっせん", "팔천"),
        ("10000", "いちまん", "만"),
        ("1.5", "いちてんご", "일점오"),
        ("x", "", ""),
    ],
)
def test_numbers_are_said_in_the_east_asian_way(number: str, japanese: str, korean: str) -> None:
    assert (JAPANESE.said(number), KOREAN.said(number)) == (japanese, korean)


def test_phones_that_run_together_are_given_back_to_their_words() -> None:
    clause = "ʌ v ð ə p iː p ə l".split()
    assert spans.split(clause, [0, 4], [["ʌ", "v"], ["ð", "ə"], "p iː p ə l".split()]) == [(0, 2), (2, 4), (4, 9)]


def test_a_linking_consonant_goes_to_the_word_before() -> None:
    assert spans.split("v u z a v e".split(), [0, 3], [["v", "u"], ["a", "v", "e"]]) == [(0, 3), (3, 6)]


def test_a_clause_that_says_something_else_is_not_believed() -> None:
    said = "tʃ aɪ n iː z l ɛ t ɚ".split()
    assert spans.split(said, [0], [["k", "o"], ["m", "ɔ"]]) == [None, None]


def test_all_tables_hold_phones_that_the_engine_knows() -> None:
    morae, palatal = kana._tables()
    known = {phone for mora in morae.values() for phone in mora} | set(palatal.values())
    known |= {phone for syllable in pinyin._syllables().values() for phone in syllable}
    assert all(
        part[0] in phones.LETTERS or part[:2] in phones._AFFRICATES
        for phone in known
        for part in phones.segments(phone)
    )
