"""What a word's phones may become among their neighbours, and the languages' tables of such rules."""

from __future__ import annotations

import pytest

from engine import languages, phones
from engine.errors import TranscriptError
from engine.transcript import lattice, notated
from engine.transcript.lattice import MOST, Ways, readings
from engine.transcript.rules import Edge, rule
from engine.transcript.script import Reading, Script, ScriptWord, Sound

T = Sound("t")
A = Sound("ɑ", stress=1)
ALONE = Edge()


def said(ipa: str) -> Reading:
    return Reading(notated.sounds_of(ipa), names="citation")


def ways(code: str, word: str, ipa: str, edge: Edge = ALONE) -> dict[str, Reading]:
    found = readings([said(ipa)], word, edge, lattice.ways(code))
    return {reading.ipa.replace(" ", ""): reading for reading in found}


@pytest.mark.parametrize("code", [*languages.codes(), "sw"])
def test_the_table_of_every_language_is_sound(code: str) -> None:
    own = lattice.ways(code)
    assert own.rules or own.words
    for forms in own.words.values():
        assert len(forms) <= MOST
        for form in forms:
            assert all(sound.ipa[0] in phones.LETTERS for sound in form.sounds), form


def test_a_broken_table_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    (tmp_path / "xq.toml").write_text('[[rules]]\nname = "a"\nphones = ["t"]\nbecomes = []\n', encoding="utf-8")
    monkeypatch.setattr(lattice, "FOLDER", tmp_path)
    with pytest.raises(TranscriptError, match=r"'xq.toml' is wrong"):
        lattice.ways("xq")


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        ({"name": "a", "phones": ["t"], "becomes": ["d"], "befor": ["@vowel"]}, "befor"),
        ({"name": "a", "phones": ["t", "d"], "becomes": ["d"]}, "becomes"),
        ({"name": "a", "phones": ["t"], "becomes": ["d"], "place": "end"}, "place"),
        ({"name": "a", "phones": 3, "becomes": ["d"]}, "list of texts"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(row: dict[str, object], wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        rule(row)


def test_english_flaps_only_before_a_vowel_and_then_without_a_pause() -> None:
    joined = ways("en", "got", "ɡˈɑːt", Edge(after=A))["ɡɑːɾ"]
    assert joined.joined and joined.names == "flap" and joined.cost > 0
    assert "ɡɑːɾ" not in ways("en", "got", "ɡˈɑːt", Edge(after=Sound("k")))
    assert "ɡɑːɾ" not in ways("en", "got", "ɡˈɑːt")


def test_did_you_may_run_together() -> None:
    first = ways("en", "did", "dˈɪd", Edge(after=Sound("j")))
    second = ways("en", "you", "juː", Edge(before=Sound("d")))
    assert first["dɪdʒ"].joined
    assert "uː" in second and "uː" not in ways("en", "you", "juː", Edge(before=A))


def test_function_words_have_weak_forms_and_content_words_keep_theirs() -> None:
    assert {"ænd", "ən", "ənd"} <= set(ways("en", "and", "ænd"))
    assert set(ways("en", "band", "bˈænd")) <= {"bænd", "bænt", "bæn"}


def test_french_links_before_a_vowel_and_drops_its_schwa() -> None:
    assert ways("fr", "trop", "tʁˈo", Edge(after=A)).keys() == {"tʁo"}
    linked = ways("fr", "grands", "ɡʁˈɑ̃", Edge(after=A))["ɡʁɑ̃z"]
    assert linked.joined and linked.names == "liaison"
    assert "pti" in ways("fr", "petit", "pətˈi")


def test_german_endings_lose_their_schwa_and_a_long_vowels_r_is_always_a_vowel() -> None:
    assert {"leːbən", "leːbm̩"} <= set(ways("de", "leben", "lˈeːbən"))
    assert set(ways("de", "tier", "tˈiːʁ")) == {"tiːɐ̯"}


def test_spanish_lenites_after_a_vowel_and_portuguese_has_no_velar_nasal_at_the_end() -> None:
    assert "βota" in ways("es", "bota", "bˈota", Edge(before=Sound("a")))
    assert "βota" not in ways("es", "bota", "bˈota")
    assert set(ways("pt", "bom", "bˈoŋ")) == {"bõ"}


def test_japanese_close_vowels_are_devoiced_between_voiceless_consonants() -> None:
    found = ways("ja", "です", "desɯ")
    assert next(iter(found)) == "desɯ̥" and "des" in found
    assert "desɯ" not in found


def test_arabic_consonants_get_vowels_unless_the_word_is_listed() -> None:
    assert {"ktb", "katab", "kitib"} <= set(ways("ar", "كتب", "ktb"))
    listed = ways("ar", "من", "mn")
    assert next(iter(listed)) == "min" and "mana" not in listed


def test_unstressed_rules_leave_stressed_vowels_alone() -> None:
    assert "fæmli" in ways("en", "family", "fˈæməli")
    assert set(ways("en", "rum", "ɹˈʌm")) == {"ɹʌm"}


def test_no_two_readings_sound_alike_and_there_are_few() -> None:
    found = ways("en", "certainty's", "sˈɜːʔn̩tiz", Edge(after=A))
    keys = [tuple(phones.classify(sound.ipa) for sound in reading.sounds) for reading in found.values()]
    assert len(set(keys)) == len(keys) <= MOST


def test_one_reading_can_always_stand_before_a_pause() -> None:
    bases = [Reading(said("lez").sounds, 0.0, True, "context"), Reading(said("le").sounds, 3.0)]
    rules = tuple(rule({"name": f"r{n}", "phones": ["l"], "becomes": [new]}) for n, new in enumerate("ptkbdɡ"))
    found = readings(bases, "les", Edge(after=A), Ways(rules=rules))
    assert len(found) <= MOST and not all(reading.joined for reading in found)


def test_a_changed_nucleus_keeps_stress_and_tone() -> None:
    own = Ways(rules=(rule({"name": "x", "phones": ["a"], "becomes": ["w ə"], "always": True}),))
    (found,) = readings([Reading((T, Sound("a", 1, 4)))], "ta", Edge(), own)
    assert found.sounds == (T, Sound("w"), Sound("ə", 1, 4))


@pytest.mark.parametrize(
    "make",
    [
        lambda: Sound(""),
        lambda: Sound("a", stress=3),
        lambda: Sound("a", tone=6),
        lambda: Reading(()),
        lambda: Reading((T,), cost=-1.0),
        lambda: Reading((T,), cost=float("nan")),
        lambda: ScriptWord("a", 0, 1, ()),
        lambda: ScriptWord("a", 1, 1, (Reading((T,)),)),
        lambda: ScriptWord("a", 0, 1, (Reading((T,)),), pause=1.5),
        lambda: Script("a", "en", (ScriptWord("a", 0, 2, (Reading((T,)),)),)),
        lambda: Script("ab", "en", (ScriptWord("b", 1, 2, (Reading((T,)),)), ScriptWord("a", 0, 1, (Reading((T,)),)))),
    ],
)
def test_values_that_make_no_sense_cannot_be_made(make) -> None:
    with pytest.raises(ValueError, match=r"."):
        make()
