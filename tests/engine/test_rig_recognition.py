"""Which rig a face follows, told from its key names."""

from __future__ import annotations

import random

import pytest
from made_faces import BY_NAME, PROFILES, key_names

from engine.errors import RigError
from engine.rig import bind, recognise


def words(text: str) -> list[str]:
    return text.split()


ARKIT = words(
    """
    eyeBlinkLeft eyeLookDownLeft eyeSquintLeft eyeWideLeft eyeBlinkRight eyeSquintRight eyeWideRight
    jawForward jawLeft jawRight jawOpen mouthClose mouthFunnel mouthPucker mouthLeft mouthRight
    mouthSmileLeft mouthSmileRight mouthFrownLeft mouthFrownRight mouthDimpleLeft mouthDimpleRight
    mouthStretchLeft mouthStretchRight mouthRollLower mouthRollUpper mouthShrugLower mouthShrugUpper
    mouthPressLeft mouthPressRight mouthLowerDownLeft mouthLowerDownRight mouthUpperUpLeft
    mouthUpperUpRight browDownLeft browDownRight browInnerUp cheekPuff noseSneerLeft tongueOut
    """
)
MOUTH = [name for name in ARKIT if name.startswith(("jaw", "mouth", "tongue"))]
OCULUS = [f"viseme_{name}" for name in words("sil PP FF TH DD kk CH SS nn RR aa E I O U")]
VRCHAT = [f"vrc.v_{name}" for name in words("sil pp ff th dd kk ch ss nn rr aa e ih oh ou")]
VROID = words(
    """
    Fcl_ALL_Neutral Fcl_ALL_Angry Fcl_ALL_Joy Fcl_BRW_Fun Fcl_EYE_Close Fcl_EYE_Close_L
    Fcl_MTH_Close Fcl_MTH_Up Fcl_MTH_Down Fcl_MTH_Angry Fcl_MTH_Small Fcl_MTH_Large Fcl_MTH_Neutral
    Fcl_MTH_Joy Fcl_MTH_A Fcl_MTH_I Fcl_MTH_U Fcl_MTH_E Fcl_MTH_O Fcl_HA_Hide
    """
)
MMD = words("まばたき 笑い ウィンク なごみ あ い う え お ん ▲ ∧ □ ワ ω にやり にっこり 口角上げ ぺろっ")
CC4 = words(
    """
    V_None V_Open V_Explosive V_Dental_Lip V_Tight_O V_Tight V_Wide V_Affricate V_Lip_Open
    V_Tongue_up V_Tongue_Raise V_Tongue_Out V_Tongue_Narrow V_Tongue_Lower V_Tongue_Curl_U
    V_Tongue_Curl_D Jaw_Open Jaw_Forward Mouth_Close Mouth_Smile_L Mouth_Smile_R Mouth_Press_L
    Mouth_Press_R Mouth_Stretch_L Mouth_Stretch_R Mouth_Shrug_Upper Mouth_Shrug_Lower
    Mouth_Up_Upper_L Mouth_Up_Upper_R Mouth_Down_Lower_L Mouth_Down_Lower_R Mouth_Roll_In_Upper_L
    Mouth_Roll_In_Upper_R Mouth_Roll_In_Lower_L Mouth_Roll_In_Lower_R Eye_Blink_L Eye_Blink_R
    Eye_Wide_L Brow_Drop_L
    """
)
METAHUMAN = [
    f"CTRL_expressions_{name}"
    for name in words(
        """
    jawOpen jawOpenExtreme mouthLipsTogetherUL mouthLipsTogetherUR mouthLipsTogetherDL
    mouthLipsTogetherDR mouthLipsPurseUL mouthLipsPurseUR mouthLipsPurseDL mouthLipsPurseDR
    mouthLipsTowardsUL mouthFunnelUL mouthFunnelUR mouthFunnelDL mouthFunnelDR mouthStretchL
    mouthStretchR mouthStretchLipsCloseL mouthCornerPullL mouthCornerPullR mouthUpperLipRaiseL
    mouthUpperLipRaiseR mouthLowerLipDepressL mouthLowerLipDepressR mouthLowerLipBiteL
    mouthLowerLipBiteR mouthPressUL mouthPressUR mouthPressDL mouthPressDR eyeBlinkL eyeBlinkR
    tongueOut
    """
    )
]
FACEIT = words(
    """
    jawDrop jawDropLipTowards jawThrust lipCornerPullerL lipCornerPullerR lipStretcherL
    lipStretcherR upperLipRaiserL upperLipRaiserR lowerLipDepressorL lowerLipDepressorR chinRaiser
    lipPressor pucker funneler lipSuck tongueOut tongueBack tongueCurlUp tongueCurlDown
    """
)
PHONEMES = words(
    """
    aa_ah_ax_01 aa_02 ao_03 ey_eh_uh_04 er_05 y_iy_ih_ix_06 w_uw_07 ow_08 aw_09 oy_10 ay_11 h_12
    r_13 l_14 s_z_15 sh_ch_jh_zh_16 th_dh_17 f_v_18 d_t_n_19 k_g_ng_20 p_b_m_21
    """
)
ACTORCORE = words(
    """
    A25_Jaw_Open A29_Mouth_Funnel A30_Mouth_Pucker A33_Mouth_Roll_Upper A34_Mouth_Roll_Lower
    A36_Mouth_Shrug_Lower A37_Mouth_Close A38_Mouth_Smile_Left A39_Mouth_Smile_Right
    A44_Mouth_Upper_Up_Left A45_Mouth_Upper_Up_Right A46_Mouth_Lower_Down_Left
    A47_Mouth_Lower_Down_Right A48_Mouth_Press_Left A49_Mouth_Press_Right A50_Mouth_Stretch_Left
    A51_Mouth_Stretch_Right A52_Tongue_Out
    """
)
BLAIR = words("AI E O U etc L WQ MBP FV rest")
RHUBARB = list("ABCDEFGHX")


def sided(style: str) -> list[str]:
    """ARKit's mouth with left and right written in another way: 0 is the rest of the name, 1 is L or R."""
    made = []
    for name in MOUTH:
        core = name.removesuffix("Left").removesuffix("Right")
        if core in (name, "mouth", "jaw"):
            made.append(name)
        else:
            made.append(style.format(core, "L" if name.endswith("Left") else "R"))
    return made


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (ARKIT, "arkit"),
        ([name.lower() for name in ARKIT], "arkit"),
        ([name[0].upper() + name[1:] for name in ARKIT], "arkit"),
        ([f"head_{name}" for name in MOUTH], "arkit"),
        ([f"blendShape1.{name}" for name in MOUTH], "arkit"),
        ([f"Wolf3D_Head {name}" for name in MOUTH], "arkit"),
        ([name + ".001" for name in MOUTH], "arkit"),
        (sided("{0}_{1}"), "arkit"),
        (sided("{0}.{1}"), "arkit"),
        (sided("{1}_{0}"), "arkit"),
        (ACTORCORE, "arkit"),
        (OCULUS, "oculus"),
        ([name.removeprefix("viseme_") for name in OCULUS], "oculus"),
        (VRCHAT, "oculus"),
        (["A", "I", "U", "E", "O", "Blink", "Joy", "Angry"], "vrm"),
        (["aa", "ih", "ou", "ee", "oh", "blink", "happy"], "vrm"),
        (VROID, "vrm"),
        ([f"Face.M_F00_000_00_Fcl_{name.removeprefix('Fcl_')}" for name in VROID], "vrm"),
        (MMD, "mmd"),
        (["a", "i", "u", "e", "o", "n", "grin", "wa", "omega"], "mmd"),
        (BLAIR, "preston_blair"),
        ([f"mouth_{name}" for name in BLAIR], "preston_blair"),
        (RHUBARB, "rhubarb"),
        ([f"Mouth-{name}" for name in RHUBARB], "rhubarb"),
        (list("ABCDEF"), "rhubarb"),
        (FACEIT, "faceit"),
        ([*ARKIT, "tongueBack", "tongueCurlUp"], "faceit"),
        (PHONEMES, "faceit_phonemes"),
        (CC4, "character_creator"),
        ([name.removeprefix("V_") for name in CC4 if name.startswith("V_")] + ["Jaw_Open"], "character_creator"),
        (METAHUMAN, "metahuman"),
        ([name.removeprefix("CTRL_expressions_") for name in METAHUMAN], "metahuman"),
        ([*ARKIT, *OCULUS, "mouthOpen", "mouthSmile"], "arkit"),  # a Ready Player Me head: the finer set
        ([*VROID, *VRCHAT], "oculus"),
    ],
)
def test_each_naming_style_is_recognised_in_any_order(names: list[str], expected: str) -> None:
    found = recognise(names, PROFILES)
    assert found.profile is not None and found.profile.name == expected, found.scores[:3]
    assert 0.6 <= found.score <= 1.0
    shuffled = random.Random(7).sample(names, len(names))
    assert recognise(shuffled, PROFILES) == found


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
def test_a_full_set_is_told_whole_and_every_key_found(profile) -> None:
    names = key_names(profile)
    found = recognise(names, PROFILES)
    assert found.profile is profile
    assert found.score == pytest.approx(1.0)
    assert found.missing == ()
    assert sorted(found.require().names) == sorted(names)


def test_the_score_is_the_share_of_weight_found_and_what_is_missing_is_named() -> None:
    names = [name for name in OCULUS if name not in ("viseme_PP", "viseme_U")]
    found = recognise(names, PROFILES)
    total = BY_NAME["oculus"].weight
    assert found.score == pytest.approx((total - 3.0) / total)
    assert found.missing == ("viseme_PP", "viseme_U")


def test_one_side_of_a_pair_counts_half() -> None:
    names = [name for name in MOUTH if name != "mouthSmileRight"]
    total = BY_NAME["arkit"].weight
    assert recognise(names, PROFILES).score == pytest.approx((total - 0.5) / total)


def test_names_of_no_rig_are_refused_in_a_sentence() -> None:
    found = recognise(["Basis", "Key 1", "Key 2", "fat", "thin", "eyeBlinkLeft"], PROFILES)
    assert found.profile is None and found.binding is None
    with pytest.raises(RigError, match=r"No rig profile fits .*; choose a rig or assign its keys by hand\."):
        found.require()
    with pytest.raises(RigError, match="No rig profile fits"):
        recognise([], PROFILES).require()


def test_both_sides_of_a_pair_are_driven() -> None:
    binding = bind(BY_NAME["arkit"], ARKIT)
    assert binding.row("mouthSmile").names == ("mouthSmileLeft", "mouthSmileRight")
    assert binding.row("jawOpen").names == ("jawOpen",)


def test_a_single_key_for_both_sides_serves_where_there_is_no_pair() -> None:
    assert bind(BY_NAME["arkit"], ["mouthSmile", "jawOpen"]).row("mouthSmile").names == ("mouthSmile",)
    both = bind(BY_NAME["arkit"], ["mouthSmile", "mouthSmileLeft", "mouthSmileRight"])
    assert both.row("mouthSmile").names == ("mouthSmileLeft", "mouthSmileRight")


def test_all_four_quarters_of_the_lips_are_driven() -> None:
    names = bind(BY_NAME["metahuman"], METAHUMAN).row("mouthFunnel").names
    assert sorted(name[-2:] for name in names) == ["DL", "DR", "UL", "UR"]


def test_teeth_and_tongue_meshes_with_a_prefix_of_their_own_are_driven_too() -> None:
    binding = bind(BY_NAME["arkit"], [*MOUTH, "teeth_jawOpen", "Tongue.tongueOut"])
    assert binding.row("jawOpen").names == ("jawOpen", "teeth_jawOpen")
    assert set(binding.row("tongueOut").names) == {"tongueOut", "Tongue.tongueOut"}


def test_a_corrective_of_two_keys_is_not_taken_for_the_second() -> None:
    binding = bind(BY_NAME["arkit"], [*MOUTH, "jawOpen_mouthFunnel", "jawOpen_mouthSmileLeft"])
    assert not {"jawOpen_mouthFunnel", "jawOpen_mouthSmileLeft"} & set(binding.names)


def test_keys_of_the_eyes_and_brows_are_left_alone() -> None:
    for names in (ARKIT, VROID, CC4, METAHUMAN, MMD):
        binding = recognise(names, PROFILES).require()
        assert not [name for name in binding.names if "eye" in name.lower() or "brow" in name.lower()]


def test_a_stand_in_rests_where_the_key_itself_is() -> None:
    with_jaw = bind(BY_NAME["character_creator"], CC4).on(CC4)
    assert "V_Open" not in with_jaw.names and "Jaw_Open" in with_jaw.names
    without = [name for name in CC4 if name != "Jaw_Open"]
    assert "V_Open" in bind(BY_NAME["character_creator"], without).on(without).names


@pytest.mark.parametrize("style", ["{0}_{1}", "{0}.{1}", "{1}_{0}", "{0}{1}", "{0} {1}"])
def test_every_style_of_left_and_right_finds_both_sides_of_all_pairs(style: str) -> None:
    found = recognise(sided(style), PROFILES)
    assert found.score == pytest.approx(1.0)
    assert all(len(row.names) == 2 for row in found.require().rows if row.sides)


def test_expressions_that_are_never_driven_are_not_missed() -> None:
    assert recognise(["あ", "い", "う", "え", "お"], PROFILES).missing == ("ん",)
