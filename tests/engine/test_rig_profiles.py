"""Rig profiles: the files of rigs/, their writing, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_faces import BY_NAME, PROFILES

from engine.errors import RigError
from engine.rig import Binding, Row, bind, load_profiles, parse_profile, profile_to_toml, save_profile

PLAIN = 'name = "mine"\n[[rows]]\nkey = "Open"\nmakes = { open = 0.6 }\n'


def test_every_naming_scheme_has_its_profile() -> None:
    assert {
        *("arkit", "oculus", "vrm", "mmd", "preston_blair", "rhubarb", "faceit", "faceit_phonemes"),
        *("character_creator", "metahuman"),
    } <= set(BY_NAME)


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
def test_a_profile_says_where_its_names_and_figures_come_from(profile) -> None:
    assert profile.source and profile.title


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
def test_a_profile_written_and_read_again_is_equal(profile) -> None:
    assert parse_profile(profile_to_toml(profile), "again.toml") == profile


def test_text_of_any_kind_survives_writing() -> None:
    row = Row('quote " back\\slash', {"jaw": 0.125}, aliases=("tab\there", "あ", "ω\x7f"), opens=(), limit=0.5)
    profile = Binding("x", (row,)).put(Row("b", {"seal": 1.0}, names=("口 閉じ",))).as_profile("n", "T é")
    again = parse_profile(profile_to_toml(profile), "again.toml")
    assert again == profile
    assert again.rows[0].names == ("口 閉じ",)


def test_only_single_drawings_are_exclusive() -> None:
    assert {profile.name for profile in PROFILES if profile.exclusive} == {"preston_blair", "rhubarb"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('name = "mine"\n[[rows]]\nkey = "a"\nmakes = { jwa = 1.0 }', "bad.toml, row 1: Row 'a' makes 'jwa'"),
        ('name = "mine"\n[[rows]]\nkey = "a"\nmakes = { jaw = 2.5 }', "makes 2.5 of 'jaw'"),
        ('name = "mine"\n[[rows]]\nkey = "a"\nmakes = { jaw = -0.1 }', "makes -0.1 of 'jaw'"),
        ('name = "mine"\n[[rows]]\nkey = "a"\nmakes = { jaw = nan }', "makes nan of 'jaw'"),
        ('name = "mine"\n[[rows]]\nkey = "a"\nmakes = { jaw = "much" }', "row 1: 'jaw' is 'much'"),
        ('name = "mine"\n[[rows]]\nkey = "a"\nmakes = { jaw = true }', "'jaw' is True"),
        (PLAIN + '[[rows]]\nkey = "Open"', "bad.toml: Row 'Open' takes the name 'Open'"),
        (PLAIN + '[[rows]]\nkey = "b"\naliases = ["Open"]', "Row 'b' takes the name 'Open'"),
        (PLAIN + '[[rows]]\nkey = "b"\ncolour = 3', "bad.toml, row 2 has the field 'colour'"),
        (PLAIN + '[[rows]]\nkey = "b"\nweight = 11', "weight 11"),
        (PLAIN + '[[rows]]\nkey = "b"\nlimit = 0', "limit 0"),
        (PLAIN + '[[rows]]\nkey = "b"\nopens = ["jaw"]', "opens 'jaw'"),
        (PLAIN + '[[rows]]\nkey = "b"\nsides = 1', "'sides' is 1"),
        (PLAIN + '[[rows]]\nkey = "b"\naliases = [1]', "'aliases' holds something else than text"),
        (PLAIN + '[[rows]]\nkey = "b"\nstands_in = "c"', "stands in for 'c'"),
        (PLAIN + '[[rows]]\nkey = ""', "row 2: A row has no key"),
        ('[[rows]]\nkey = "a"', "has no name"),
        ('name = "mine"', "has no rows"),
        ('name = "mine"\nrows = [3]', "row 1 is no table"),
        ("name = ", "bad.toml is no valid TOML"),
    ],
)
def test_a_wrong_profile_is_refused_in_one_sentence_that_names_file_and_row(text: str, told: str) -> None:
    with pytest.raises(RigError) as caught:
        parse_profile(text, "bad.toml")
    message = str(caught.value)
    assert told in message
    assert message.startswith("bad.toml") and message.endswith(".") and "\n" not in message


def test_a_folder_without_profiles_is_told(tmp_path: Path) -> None:
    with pytest.raises(RigError, match="There is no rig profile in"):
        load_profiles(tmp_path)
    with pytest.raises(RigError, match="There is no rig profile in"):
        load_profiles(tmp_path / "nowhere")


def test_two_files_of_one_name_are_told(tmp_path: Path) -> None:
    for file in ("a.toml", "b.toml"):
        (tmp_path / file).write_text(PLAIN, encoding="utf-8")
    with pytest.raises(RigError, match=r"b\.toml and a\.toml are both named 'mine'"):
        load_profiles(tmp_path)


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(RigError, match="cannot be read"):
        load_profiles(tmp_path)


def test_a_corrected_binding_is_saved_and_found_again(tmp_path: Path) -> None:
    binding = bind(BY_NAME["oculus"], ["viseme_aa", "viseme_PP"]).assign("viseme_PP", ["Küss mich", "lips.001"])
    save_profile(binding.as_profile("own", "My own"), tmp_path / "own.toml")
    (profile,) = load_profiles(tmp_path)
    again = bind(profile, ["lips.001", "Küss mich", "viseme_aa", "viseme_PP"])
    assert again.row("viseme_PP").names == ("Küss mich", "lips.001")
    assert again.row("viseme_aa").names == ("viseme_aa",)


def test_a_key_bound_to_two_rows_is_refused() -> None:
    binding = bind(BY_NAME["oculus"], ["viseme_aa", "viseme_PP"])
    with pytest.raises(RigError, match="'viseme_aa' is driven by 'viseme_PP' and by 'viseme_aa'"):
        binding.assign("viseme_PP", ["viseme_aa"])


def test_a_row_that_is_not_there_cannot_be_assigned() -> None:
    with pytest.raises(RigError, match="There is no row 'nose'"):
        bind(BY_NAME["oculus"], ["viseme_aa"]).assign("nose", ["Nose"])


def test_rows_can_be_added_and_taken_out() -> None:
    binding = bind(BY_NAME["vrm"], ["aa", "ih"]).put(Row("own", {"seal": 1.0}, names=("Shut",)))
    assert binding.names == ("aa", "ih", "Shut")
    assert binding.without("aa").names == ("ih", "Shut")
    assert binding.on(["ih"]).names == ("ih",)
