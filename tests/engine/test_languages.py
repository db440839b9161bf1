"""Languages: what each table says of the mouth, how codes and phones fall back, what a wrong table is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine import phones
from engine.errors import LanguageError
from engine.languages import CHANNELS, Shape, codes, load
from engine.languages.loader import FOLDER, SHARED, read

ALL = ("ar", "de", "en", "es", "fr", "hi", "it", "ja", "ko", "pt", "ru", "und", "zh")


def moves(shape: Shape) -> bool:
    """Whether a shape takes the mouth away from rest: jaw, lips or tongue have somewhere to go."""
    return any(target * claim > 0.01 for target, claim in zip(shape.targets, claims(shape), strict=True))


def claims(shape: Shape) -> list[float]:
    own = shape.claims
    by_name = {"jaw": own.jaw, "seal": 1.0, "press": 1.0, "tuck": 1.0}
    return [by_name.get(name, own.tongue if name.startswith("tongue") else own.lips) for name in CHANNELS]


def test_every_language_of_the_list_is_there() -> None:
    assert codes() == ALL


@pytest.mark.parametrize("code", ALL)
def test_every_phone_of_a_language_has_a_shape_that_is_its_own_or_its_letters(code: str) -> None:
    language = load(code)
    for ipa in language.inventory:
        assert moves(language.shape(ipa)), ipa
        assert all(0.0 <= target <= 1.0 for target in language.shape(ipa).targets)
        assert not phones.features(ipa).vowel or not language.shape(ipa).contact


@pytest.mark.parametrize("code", ALL)
def test_lips_shut_for_bilabial_stops_and_nasals_and_for_nothing_else(code: str) -> None:
    language = load(code)
    shut = {ipa for ipa in language.inventory if language.shape(ipa).contact == "lips"}
    assert shut == {ipa for ipa in language.inventory if phones.mouth_class(ipa) == "closed"}


@pytest.mark.parametrize("code", ALL)
def test_parts_of_diphthongs_are_phones_the_language_can_shape(code: str) -> None:
    language = load(code)
    for ipa in language.diphthongs:
        first, second = language.parts(ipa)
        assert first.end == second.start and (first.start, second.end) == (0.0, 1.0)
        assert moves(language.shape(first.ipa)) and moves(language.shape(second.ipa))


@pytest.mark.parametrize(
    ("code", "own"),
    [("en-US", "en"), ("pt_BR", "pt"), ("zh-syl", "zh"), ("cmn", "zh"), ("DE", "de"), ("spa", "es"), ("auto", "und")],
)
def test_regional_and_three_letter_codes_fall_to_their_language(code: str, own: str) -> None:
    assert load(code).code == own


def test_an_unknown_code_is_told_what_there_is() -> None:
    with pytest.raises(LanguageError, match=r"no language 'tlh'.*ar, de, en.*und"):
        load("tlh")


def test_spanish_beta_brings_the_lips_near_and_does_not_seal() -> None:
    shape = load("es").shape("β")
    assert shape["seal"] == 0.0 and 0.0 < shape["jaw"] < 0.2


def test_spanish_b_seals_after_a_pause_or_a_nasal_only() -> None:
    made = load("es").in_context(["b", "a", "b", "a", "m", "b", "a"])
    assert made == ("b", "a", "β", "a", "m", "b", "a")


def test_spanish_n_before_p_is_m() -> None:
    assert load("es").in_context(["u", "n", "p", "o", "k", "o"])[1] == "m"


def test_front_rounded_vowels_are_rounded_in_french_and_german() -> None:
    for code in ("fr", "de"):
        for ipa in ("y", "ø"):
            assert load(code).shape(ipa)["pucker"] > 0.5, (code, ipa)
        assert load(code).shape("i")["pucker"] == 0.0


def test_the_unrounded_u_of_japanese_and_korean_stays_unrounded() -> None:
    for code in ("ja", "ko"):
        assert load(code).shape("ɯ")["pucker"] < 0.3
        assert load(code).shape("ɯ")["funnel"] < 0.3
    assert load("en").shape("u")["pucker"] > 0.6


def test_japanese_f_is_made_by_both_lips_without_contact() -> None:
    japanese = load("ja")
    assert japanese.in_context(["f"]) == ("ɸ",)
    assert japanese.shape("ɸ").contact == ""
    assert load("en").shape("f").contact == "teeth"


def test_japanese_close_vowels_are_devoiced_between_voiceless_sounds_and_barely_open() -> None:
    japanese = load("ja")
    assert japanese.in_context(["s", "ɯ", "k", "i"]) == ("s", "ɯ̥", "k", "i̥")
    assert japanese.in_context(["m", "ɯ", "k", "i", "n"])[1] == "ɯ"
    assert japanese.shape("ɯ̥")["jaw"] < 0.6 * japanese.shape("ɯ")["jaw"]


def test_tones_do_not_move_the_lips() -> None:
    mandarin = load("zh")
    assert {mandarin.shape(f"ma{tone}"[1:]).targets for tone in ("", "˥", "˧˥", "˨˩˦", "˥˩", "1", "4")} == {
        mandarin.shape("a").targets
    }


def test_tense_stops_of_korean_press_harder() -> None:
    korean = load("ko")
    assert korean.shape("p͈")["press"] > 1.5 * korean.shape("p")["press"]


def test_aspirated_stops_let_go_earlier() -> None:
    for code in ("zh", "ko", "hi"):
        assert load(code).shape("pʰ").release > load(code).shape("p").release + 0.15


def test_russian_hushers_are_protruded_more_than_mandarin_ones() -> None:
    for ipa in ("ʂ", "ʃ"):  # the recognizer's class stands for the language's own phone
        assert load("ru").shape(ipa)["funnel"] > load("zh").shape(ipa)["funnel"] + 0.15


def test_palatalised_consonants_are_spread() -> None:
    russian = load("ru")
    assert russian.shape("tʲ")["stretch"] > russian.shape("t")["stretch"]
    assert russian.shape("tʲ").claims.lips > 0.0
    assert russian.shape("pʲ").contact == "lips"


def test_arabic_emphatics_are_opener_and_rounder_and_so_is_a_beside_them() -> None:
    arabic = load("ar")
    assert arabic.shape("tˤ")["jaw"] > arabic.shape("t")["jaw"]
    assert arabic.shape("tˤ")["funnel"] > 0.1
    assert arabic.in_context(["tˤ", "a", "b"])[1] == "ɑ"
    assert arabic.in_context(["t", "a", "b"])[1] == "a"


def test_hindi_v_does_not_touch() -> None:
    assert load("hi").shape("ʋ").contact == "" and load("hi").shape("ʋ")["tuck"] > 0.3


def test_throat_sounds_leave_the_lips_alone() -> None:
    for ipa in ("q", "x", "ɣ", "ħ", "ʕ", "h"):
        assert load("ar").shape(ipa).claims.lips == 0.0


def test_no_two_languages_have_the_same_shapes() -> None:
    tables = {code: tuple(load(code).shape(ipa) for ipa in phones.CLASSES) for code in ALL}
    assert len(set(tables.values())) == len(tables)


@pytest.mark.parametrize("ipa", ["!", "ꞎ", "ʘ", "ɧ", "☃", "x͡ɣ", "ʘ̃ʷ", "abc", "˥", "ɡ͡b", "ʡ", "\u0303", " ", "日"])
@pytest.mark.parametrize("code", ["en", "zh", "und"])
def test_any_string_has_a_shape(code: str, ipa: str) -> None:
    language = load(code)
    shape = language.shape(ipa)
    assert moves(shape) or shape == language.rest
    assert language.parts(ipa)
    assert len(language.in_context([ipa, "", ipa])) == 3


def test_every_letter_of_the_chart_moves_the_mouth_but_for_the_glottal_ones() -> None:
    still = {ipa for ipa in phones.LETTERS if not moves(load("und").shape(ipa))}
    assert still == set()


def test_an_unknown_phone_takes_the_shape_of_the_one_made_most_like_it() -> None:
    assert load("en").shape("ꞎ") == load("en").shape("ʂ")
    assert load("en").shape("!")["tongue_tip"] > 0.5
    assert load("en").shape("ʘ").contact == "lips"


def test_usual_durations_are_longer_than_least_ones() -> None:
    for code in ALL:
        timing = load(code).timing
        for ipa in load(code).inventory:
            usual, least = timing.duration(ipa)
            assert 0.0 < least <= usual < 0.5


def test_rates_of_speech_are_those_published() -> None:
    rates = {code: load(code).timing.syllables_per_second for code in ALL}
    assert rates["ja"] == 8.02 and rates["de"] == 6.08 and rates["ru"] is None


def write(folder: Path, text: str) -> Path:
    path = folder / "xx.toml"
    path.write_text(text, encoding="utf-8")
    return path


GOOD = """
code = "xx"
name = "Test"
inventory = ["p", "a"]
[prosody]
rhythm = "syllable"
stress = "none"
reduction = 0.1
[timing]
vowel = [80, 40]
consonant = [70, 35]
"""


def test_a_small_table_is_read(tmp_path: Path) -> None:
    assert read(write(tmp_path, GOOD), FOLDER / SHARED).inventory == {"p", "a"}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("[prosody]", "[shapes]\n'p' = { jaws = 0.2 }\n[prosody]", r"'xx.toml', row 'shapes.p'.*'jaws'"),
        ("[prosody]", "[shapes]\n'p' = { jaw = 1.2 }\n[prosody]", r"row 'shapes.p'.*1.2.*0..1"),
        ("[prosody]", "[shapes]\n'p' = { jaw = true }\n[prosody]", r"row 'shapes.p'.*number"),
        ("[prosody]", "[shapes]\n'p' = { seal = 0.5 }\n[prosody]", r"row 'shapes.p'.*'seal'"),
        ("[prosody]", "[shapes]\n'p' = { like = 'zz' }\n[prosody]", r"row 'shapes.p'.*'zz'"),
        ("[prosody]", "[shapes]\n'p' = { claims = { lip = 1 } }\n[prosody]", r"row 'shapes.p.claims'.*'lip'"),
        ("[prosody]", "[shapes]\n'p' = { heavy = 1 }\n[prosody]", r"row 'shapes.p'.*true or false"),
        ("[prosody]", "[diphthongs]\n'ai' = { parts = ['a'] }\n[prosody]", r"row 'diphthongs.ai'.*two"),
        ("[prosody]", "[marks]\n'ʰ' = { add = { seal = 0.3 } }\n[prosody]", r"row 'marks.ʰ.add'.*'seal'"),
        ('"a"]', '"a", "☃"]', r"'xx.toml'.*'☃' has no row"),
        ('"a"]', '"a", "aɪ"]', r"'aɪ' has no row"),
        ('"a"]', '"a", "g"]', r"'g' is not spelled.*'ɡ'"),
        ('"a"]', '"a", "a"]', r"a twice"),
        ('inventory = ["p", "a"]', "inventory = []", r"'inventory' is empty"),
        ("reduction = 0.1", "reduction = 'x'", r"row 'prosody'.*'reduction'"),
        ("rhythm = ", "rythm = ", r"row 'prosody'.*'rythm'"),
        ('"syllable"', '"slow"', r"row 'prosody'.*'slow'"),
        ("[80, 40]", "[40, 80]", r"row 'timing'.*usual, least"),
        ('name = "Test"', "", r"'name' must be text"),
        ('code = "xx"', 'code = "xx', r"cannot be read"),
        ("[timing]", "[[clusters]]\nphones=['p']\nbecomes='☃'\n[timing]", r"'☃' has no row"),
        ("[timing]", "[[clusters]]\nphones=['p']\nwhen='b'\n[timing]", r"row 'clusters 1'.*'when'"),
    ],
)
def test_a_wrong_table_is_told_file_row_and_what_to_do(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in GOOD
    with pytest.raises(LanguageError, match=told) as error:
        read(write(tmp_path, GOOD.replace(old, new)), FOLDER / SHARED)
    assert "\n" not in json.dumps(str(error.value))


def test_a_missing_table_is_one_sentence() -> None:
    with pytest.raises(LanguageError, match=r"'nowhere.toml' cannot be read"):
        read(FOLDER / "nowhere.toml", FOLDER / SHARED)


def test_a_language_states_only_where_it_differs(tmp_path: Path) -> None:
    told = GOOD.replace("[prosody]", "[shapes]\n'p' = { press = 0.9 }\n[prosody]")
    language = read(write(tmp_path, told), FOLDER / SHARED)
    assert language.shape("p")["press"] == 0.9
    assert language.shape("p")["seal"] == 1.0
    assert language.shape("p").claims == load("und").shape("p").claims
