"""Keys beyond the mouth: found on every scheme, no part of recognising it, and told where there are none."""

from __future__ import annotations

import pytest
from made_faces import BY_NAME, PROFILES, key_infos, key_names

from engine.acting.channels import EMOTIONS
from engine.acting.values import Acting, Feeling, Move
from engine.errors import RigError
from engine.languages import load
from engine.mouth import Controls
from engine.perform import perform
from engine.progress import drain
from engine.rig import Expression, Grid, Profile, bind, means_of, parse_profile, profile_to_toml, recognise, unshown
from engine.take import Audio, Take

PLAIN = 'name = "mine"\n[[rows]]\nkey = "Open"\nmakes = { open = 0.6 }\n'
WHOLE_FACES = [profile for profile in PROFILES if profile.expressions]
ALL = Acting(feelings=tuple(Feeling(0.0, 1.0, name, 1.0, 0.1) for name in EMOTIONS))


def beyond(profile: Profile) -> list[str]:
    names: list[str] = []
    for own in profile.expressions:
        if own.sides:
            names += [own.key + side for side in "LR"]
        else:
            names.append(own.key if own.key.startswith("Eye_") else own.key + own.side.title())
    return names


def test_the_schemes_that_have_brows_have_expressions() -> None:
    assert {profile.name for profile in WHOLE_FACES} == {
        *("arkit", "faceit", "oculus", "metahuman", "character_creator", "vrm", "mmd"),
    }


@pytest.mark.parametrize("profile", WHOLE_FACES, ids=lambda profile: profile.name)
def test_each_expression_is_found_under_its_name(profile: Profile) -> None:
    binding = bind(profile, [*key_names(profile), *beyond(profile)])
    assert not [own.key for own in binding.expressions if not own.names]
    assert all(len(own.names) == (2 if own.sides else 1) for own in binding.expressions)


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
def test_expressions_are_no_part_of_recognising_a_rig(profile: Profile) -> None:
    bare, full = recognise(key_names(profile), PROFILES), recognise([*key_names(profile), *beyond(profile)], PROFILES)
    assert bare.profile == full.profile == profile
    assert bare.score == full.score and bare.missing == full.missing
    assert bare.require().rows == full.require().rows
    assert recognise(beyond(profile), PROFILES).profile is None


@pytest.mark.parametrize(
    ("rig", "names", "channel", "side"),
    [
        ("arkit", ["browInnerUp"], "brow_inner", ""),
        ("arkit", ["BrowInnerUpLeft", "BrowInnerUpRight"], "brow_inner", ""),
        ("arkit", ["A14_Eye_Blink_Left", "A15_Eye_Blink_Right"], "blink", ""),
        ("arkit", ["eyeLookOutLeft"], "look_left", "left"),
        ("arkit", ["eyeLookInRight"], "look_left", "right"),
        ("metahuman", ["CTRL_expressions_eyeLookLeftL", "CTRL_expressions_eyeLookLeftR"], "look_left", ""),
        ("character_creator", ["Eye_L_Look_R"], "look_right", "left"),
        ("character_creator", ["Eye_R_Look_Up"], "look_up", "right"),
        ("faceit", ["eyesLookUp"], "look_up", ""),
        ("oculus", ["vrc.blink"], "blink", ""),
        ("vrm", ["Fcl_EYE_Close_L", "Fcl_EYE_Close_R"], "blink", ""),
        ("mmd", ["困る"], "brow_inner", ""),
        ("mmd", ["Get angry"], "brow_down", ""),
    ],
)
def test_other_spellings_are_read(rig: str, names: list[str], channel: str, side: str) -> None:
    binding = bind(BY_NAME[rig], [*key_names(BY_NAME[rig]), *names])
    found = [own for own in binding.shows if set(own.names) & set(names)]
    assert [own.names for own in found] == [tuple(sorted(names))]
    assert channel in found[0].makes and found[0].side == side


def test_a_key_that_the_mouth_drives_is_no_expression() -> None:
    binding = bind(BY_NAME["arkit"], ["jawOpen", "mouthFrownLeft"])
    assert binding.expression_names == ("mouthFrownLeft",)
    assert binding.assign("mouthPress", ["mouthFrownLeft"]).expression_names == ()
    assert binding.on(["jawOpen"]).expression_names == ()


def test_a_profile_saved_keeps_its_expressions() -> None:
    binding = bind(BY_NAME["arkit"], [*key_names(BY_NAME["arkit"]), *beyond(BY_NAME["arkit"])])
    own = binding.as_profile("own", "Own")
    assert parse_profile(profile_to_toml(own), "own.toml") == own
    assert bind(own, binding.expression_names).expression_names == binding.expression_names


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[[expressions]]\nkey = "a"', "expression 1: Expression 'a' makes nothing"),
        ('[[expressions]]\nkey = "a"\nmakes = { ear = 1.0 }', "Expression 'a' makes 'ear'"),
        ('[[expressions]]\nkey = "a"\nmakes = { blink = 3.0 }', "makes 3.0 of 'blink'"),
        ('[[expressions]]\nkey = "a"\nside = "up"\nmakes = { blink = 1.0 }', "is of the side 'up'"),
        ('[[expressions]]\nkey = "a"\nweight = 1.0\nmakes = { blink = 1.0 }', "has the field 'weight'"),
        ("[[expressions]]\nmakes = { blink = 1.0 }", "An expression has no key"),
        ("expressions = [1]", "write it as [[expressions]]"),
        (
            '[[expressions]]\nkey = "a"\nmakes = { blink = 1.0 }\n[[expressions]]\nkey = "a"\nmakes = { nose = 1.0 }',
            "Expression 'a' takes the name 'a' that expression 'a' has",
        ),
    ],
)
def test_a_wrong_expression_is_refused_in_one_sentence(text: str, told: str) -> None:
    with pytest.raises(RigError) as caught:
        parse_profile(text + "\n" + PLAIN if text.startswith("expressions") else PLAIN + text, "bad.toml")
    assert told in str(caught.value) and str(caught.value).startswith("bad.toml")


def test_a_key_for_a_whole_emotion_is_used_where_its_parts_are_missing() -> None:
    presets = bind(BY_NAME["vrm"], ["A", "I", "U", "E", "O", "Blink", "Joy", "Angry"])
    assert means_of(presets).whole == {"joy", "anger"}
    parts = bind(BY_NAME["vrm"], [*key_names(BY_NAME["vrm"]), *beyond(BY_NAME["vrm"])])
    assert not means_of(parts).whole


def test_drawings_show_no_emotion() -> None:
    assert not means_of(bind(BY_NAME["rhubarb"], key_names(BY_NAME["rhubarb"]))).mouth


def test_what_the_rig_has_no_key_for_is_told() -> None:
    binding = bind(BY_NAME["arkit"], [*key_names(BY_NAME["arkit"]), *beyond(BY_NAME["arkit"])])
    nod = Acting(moves=(Move(1.0, 0.5, "nod", 1.0), Move(2.0, 0.5, "nod", 0.5), Move(2.0, 0.5, "brow_raise", 0.5)))
    assert unshown(nod, binding) == ("The rig has no key for 'nod'.",)
    assert unshown(nod, binding, {"head_nod"}) == ()
    assert unshown(ALL, binding) == ()
    mouth_only = bind(BY_NAME["arkit"], key_names(BY_NAME["arkit"]))
    assert (
        "The rig shows 'fear' in part only: it has no key for brow inner, brow outer, brow down, lid wide."
        in unshown(ALL, mouth_only)
    )
    assert unshown(Acting(moves=(Move(1.0, 0.3, "look_left", 1.0),)), mouth_only) == (
        "The rig has no key for 'look left'.",
    )


def test_an_expression_names_what_it_shows() -> None:
    with pytest.raises(RigError, match="makes nothing"):
        Expression("Blink")


def test_each_eye_turns_in_full() -> None:
    for rig in ("arkit", "metahuman", "character_creator", "faceit", "vrm"):
        names = [*key_names(BY_NAME[rig]), *beyond(BY_NAME[rig])]
        if rig == "faceit":  # one of its two sets
            names = [name for name in names if not name.startswith("eyesLook")]
        for look in ("look_left", "look_right", "look_up", "look_down"):
            acting = Acting(moves=(Move(1.0, 0.6, look, 1.0),))
            empty = Take(Audio("made.wav", "0" * 64, 3.0, 48000), "en", "made")
            work = perform(empty, load("en"), BY_NAME[rig], key_infos(names), Controls(), Grid(24.0), acting=acting)
            turned = [curve for curve in drain(work) if "ook" in curve.name]
            assert len(turned) == (1 if rig == "vrm" else 2), (rig, look)
            assert all(curve.values.max() > 0.98 for curve in turned), (rig, look)
