"""The same edits on another character: by name, by what keys make, side by side, at the same weight."""

from __future__ import annotations

from dataclasses import replace

import pytest
from made_faces import BY_NAME, key_infos, key_names

from engine.edits.transfer import Transfer, describe_curve, transfer
from engine.rig import Binding, KeyInfo, bind
from engine.score.anchor import Anchor
from engine.score.items import Curve, Edit, EditedKey

HOME = "0123456789ab"


def place(index: int, amount: float = 0.5) -> Anchor:
    return Anchor(HOME, "phone", index, amount, "a")


def character(rig: str, *more: str, without: str = "") -> tuple[Binding, list[KeyInfo]]:
    profile = BY_NAME[rig]
    names = [name for name in (*key_names(profile), *more) if not (without and name.startswith(without))]
    return bind(profile, names), key_infos(names)


def edit(curve: Curve, *values: float, id: str = "edit-1", kind: str = "keys", **more: float) -> Edit:
    keys = tuple(
        EditedKey(place(3 + i), value, left=(-0.02, -0.1), right=(0.02, 0.1)) for i, value in enumerate(values)
    )
    return Edit(id, curve, place(2), place(9), kind, keys, **more)


def moved(edits: list[Edit], rig: str, *more: str, others: tuple[str, ...] = ()) -> Transfer:
    binding, infos = character(rig, *more)
    return transfer(edits, binding, infos, others)


ARKIT = character("arkit", "browInnerUpL", "browInnerUpR", "eyeLookOutLeft", "eyeLookInRight")
METAHUMAN_LOOK = ("CTRL_expressions_eyeLookLeftL", "CTRL_expressions_eyeLookLeftR")


def arkit(name: str) -> Curve:
    return describe_curve(name, *ARKIT)


def test_a_curve_is_described_by_its_row() -> None:
    smile = arkit("mouthSmileL")
    assert (smile.part, smile.makes, smile.side, smile.rest, smile.reach) == ("mouth", (("smile", 1.0),), "left", 0, 1)
    look = arkit("eyeLookInRight")
    assert (look.part, look.makes, look.side) == ("face", (("look_left", 1.0),), "right")
    jaw = describe_curve("jawOpen", bind(BY_NAME["arkit"], ["jawOpen"]), [KeyInfo("jawOpen", 0.0, 0.8, 0.1)])
    assert (jaw.side, jaw.rest, jaw.reach) == ("", 0.1, pytest.approx(0.7))
    bone = arkit("head/rotation_euler[0]")
    assert (bone.part, bone.makes, bone.reach) == ("face", (), 0.0)


def test_a_key_of_the_same_name_takes_the_edit_as_it_is() -> None:
    made = moved([edit(arkit("jawOpen"), 0.3, 0.6)], "faceit", "jawOpen")
    assert [one.curve.name for one in made.edits] == ["jawOpen"] and not made.without
    assert [key.value for key in made.edits[0].keys] == [0.3, 0.6]
    assert made.edits[0].start == place(2) and made.edits[0].keys[0].at == place(3)


def test_a_key_that_makes_the_same_takes_it_over() -> None:
    made = moved([edit(arkit("jawOpen"), 0.5)], "character_creator")
    assert [one.curve.name for one in made.edits] == ["Jaw_Open"]
    assert made.edits[0].curve.makes == (("jaw", 1.0),)


def test_values_keep_their_weight_between_rest_and_reach() -> None:
    source = describe_curve("jawOpen", bind(BY_NAME["arkit"], ["jawOpen"]), [KeyInfo("jawOpen", 0.0, 1.0, 0.2)])
    binding, _ = character("character_creator")
    infos = [KeyInfo("Jaw_Open", 0.0, 0.5, 0.1)]
    made = transfer([edit(source, 0.2, 0.6, 1.0)], binding, infos).edits[0]
    assert [key.value for key in made.keys] == pytest.approx([0.1, 0.3, 0.5])
    assert made.keys[1].right == pytest.approx((0.02, 0.05)) and made.keys[1].left == pytest.approx((-0.02, -0.05))


def test_a_key_that_does_more_is_moved_less_and_stays_on_its_slider() -> None:
    made = moved([edit(arkit("mouthShrugLower"), 0.25, 0.9)], "oculus").edits[0]  # 1.92 tucks on a key of one
    assert made.curve.name == "viseme_FF"
    assert [key.value for key in made.keys] == pytest.approx([0.48, 1.0])


def test_scaling_and_shifting_say_the_same_on_other_sliders() -> None:
    source = describe_curve("jawOpen", bind(BY_NAME["arkit"], ["jawOpen"]), [KeyInfo("jawOpen", 0.0, 1.0, 0.2)])
    binding, _ = character("character_creator")
    infos = [KeyInfo("Jaw_Open", 0.0, 0.5, 0.1)]
    scaled = edit(source, kind="transform", scale=0.5, offset=0.2, shift=0.1)
    made = transfer([scaled], binding, infos).edits[0]
    for weight in (0.0, 0.3, 1.0):
        before = (0.2 + 0.8 * weight) * 0.5 + 0.2
        after = (0.1 + 0.4 * weight) * made.scale + made.offset
        assert (after - 0.1) / 0.4 == pytest.approx((before - 0.2) / 0.8)
    assert made.shift == 0.1


def test_one_side_goes_to_its_side() -> None:
    made = moved([edit(arkit("mouthSmileL"), 0.5)], "metahuman")
    assert [one.curve.name for one in made.edits] == ["mouthCornerPullL"] and made.edits[0].curve.side == "left"


def test_a_key_without_sides_goes_to_both() -> None:
    made = moved([edit(arkit("mouthFunnel"), 0.5, id="edit-3")], "metahuman")
    assert {one.curve.name for one in made.edits} == {f"mouthFunnel{half}{side}" for half in "UD" for side in "LR"}
    assert len({one.id for one in made.edits}) == 4 and made.edits[0].id == "edit-3"


def test_equal_sides_go_to_the_one_key_for_both() -> None:
    both = [edit(arkit("browInnerUpL"), 0.5), edit(arkit("browInnerUpR"), 0.5, id="edit-2")]
    made = moved(both, "mmd", "困る")
    assert [(one.id, one.curve.name) for one in made.edits] == [("edit-1", "困る")] and not made.without


def test_sides_that_differ_are_told_where_one_key_moves_both() -> None:
    both = [edit(arkit("browInnerUpL"), 0.5), edit(arkit("browInnerUpR"), 0.8, id="edit-2")]
    made = moved(both, "mmd", "困る")
    assert not made.edits and [one.id for one, _ in made.without] == ["edit-1", "edit-2"]
    assert made.without[0][1] == (
        "The two sides of 'browInnerUpL' differ; the other character's '困る' moves both sides alike."
    )
    alone = moved(both[:1], "mmd", "困る")
    assert alone.without[0][1].startswith("One side of 'browInnerUpL' is edited alone;")


def test_eyes_go_each_to_its_own() -> None:
    both = [edit(arkit("eyeLookOutLeft"), 0.5), edit(arkit("eyeLookInRight"), 0.5, id="edit-2")]
    made = moved(both, "metahuman", *METAHUMAN_LOOK)
    assert {one.id: one.curve.name for one in made.edits} == {"edit-1": METAHUMAN_LOOK[0], "edit-2": METAHUMAN_LOOK[1]}
    one_key = moved(both, "faceit", "eyesLookLeft")
    assert [one.curve.name for one in one_key.edits] == ["eyesLookLeft"] and not one_key.without


def test_what_has_no_like_is_told_and_nothing_is_lost() -> None:
    edits = [
        edit(arkit("mouthClose"), 0.5),
        edit(Curve("Wart", part="face"), 0.5, id="edit-2"),
        edit(arkit("jawOpen"), 0.5, id="edit-3"),
        edit(arkit("browInnerUpL"), kind="muted", id="edit-4"),
    ]
    made = moved(edits, "oculus")
    assert {one.id for one in made.edits} | {one.id for one, _ in made.without} == {one.id for one in edits}
    reasons = {one.id: reason for one, reason in made.without}
    assert reasons["edit-1"] == "The other character has no key that does what 'mouthClose' does."
    assert reasons["edit-2"] == ("The other character has no curve 'Wart', and what it does is not known to the rig.")
    assert reasons["edit-4"].endswith(".") and [one.curve.name for one in made.edits] == ["viseme_aa"]


def test_a_bone_that_the_other_has_too_takes_its_edit() -> None:
    nod = edit(Curve("head/rotation_euler[0]", owner="Armature", part="face"), 0.2)
    made = moved([nod], "oculus", others=("head/rotation_euler[0]",))
    assert made.edits[0].curve == replace(nod.curve, owner="") and made.edits[0].keys == nod.keys
    assert moved([nod], "oculus").without


def test_deleted_curves_stay_deleted() -> None:
    made = moved([edit(arkit("mouthFunnel"), kind="deleted")], "character_creator")
    assert [(one.kind, one.curve.name) for one in made.edits] == [("deleted", "V_Affricate")]


def test_there_and_back_is_the_edit_again() -> None:
    first = edit(arkit("mouthPucker"), 0.25, 0.75)
    there = moved([first], "character_creator").edits
    again = transfer(there, *ARKIT).edits
    assert [one.curve.name for one in again] == ["mouthPucker"]
    assert [key.value for key in again[0].keys] == pytest.approx([0.25, 0.75])
