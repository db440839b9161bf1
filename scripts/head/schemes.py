"""The head's shapes under each naming scheme, as mixtures of the ARKit shapes and two more of the tongue.

Amplitudes follow OpenFaceFX's viseme table; in a mixture a name without a side stands for both sides.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from .part import Part, Points, Shapes

SIDES = ("Left", "Right")
EXTRA_TONGUE = ("tongueCurlUp", "tongueBack")  # not ARKit's
Mixture = Mapping[str, float]

PP: Mixture = {"mouthPress": 0.5, "mouthRollLower": 0.22, "mouthRollUpper": 0.22}
FF: Mixture = {"mouthShrugLower": 0.52, "mouthUpperUp": 0.3, "mouthRollLower": 0.3, "jawOpen": 0.07}
TH: Mixture = {"tongueOut": 0.95, "jawOpen": 0.12, "mouthUpperUp": 0.15, "mouthLowerDown": 0.15}
DD: Mixture = {"jawOpen": 0.24, "tongueCurlUp": 1.0, "mouthUpperUp": 0.12}
KK: Mixture = {"jawOpen": 0.32, "tongueBack": 1.0, "mouthLowerDown": 0.12}
CH: Mixture = {"mouthFunnel": 0.6, "mouthPucker": 0.4, "jawOpen": 0.16}
SS: Mixture = {"jawOpen": 0.09, "mouthStretch": 0.3, "mouthUpperUp": 0.28, "mouthLowerDown": 0.28}
RR: Mixture = {"mouthPucker": 0.45, "mouthFunnel": 0.3, "jawOpen": 0.18}
NN: Mixture = {"jawOpen": 0.2, "tongueCurlUp": 1.0, "mouthLowerDown": 0.1}
AA: Mixture = {"jawOpen": 0.6, "mouthLowerDown": 0.1}
EE: Mixture = {"jawOpen": 0.42, "mouthStretch": 0.32, "mouthDimple": 0.22}
II: Mixture = {"jawOpen": 0.16, "mouthStretch": 0.5, "mouthSmile": 0.32, "mouthUpperUp": 0.2}
OO: Mixture = {"mouthFunnel": 0.7, "mouthPucker": 0.42, "jawOpen": 0.42}
UU: Mixture = {"mouthPucker": 0.85, "mouthFunnel": 0.5, "jawOpen": 0.12}
AO: Mixture = {"jawOpen": 0.5, "mouthFunnel": 0.55, "mouthPucker": 0.25}
ER: Mixture = {"jawOpen": 0.22, "mouthFunnel": 0.35, "mouthPucker": 0.35}
LL: Mixture = {"jawOpen": 0.25, "tongueCurlUp": 1.0, "mouthUpperUp": 0.12}
TEETH: Mixture = {"jawOpen": 0.12, "mouthStretch": 0.3, "mouthUpperUp": 0.2, "mouthLowerDown": 0.15}
REST: Mixture = {}
BLINK: dict[str, Mixture] = {"eyeBlinkLeft": {"eyeBlinkLeft": 1.0}, "eyeBlinkRight": {"eyeBlinkRight": 1.0}}

VISEMES: dict[str, dict[str, Mixture]] = {
    "oculus": {
        f"viseme_{name}": mixture
        for name, mixture in {
            **{"sil": REST, "PP": PP, "FF": FF, "TH": TH, "DD": DD, "kk": KK, "CH": CH, "SS": SS, "nn": NN, "RR": RR},
            **{"aa": AA, "E": EE, "I": II, "O": OO, "U": UU},
        }.items()
    },
    "vrm": {"aa": AA, "ih": II, "ou": UU, "ee": EE, "oh": OO},
    "mmd": {
        **{"あ": AA, "い": II, "う": {"mouthPucker": 0.7, "mouthFunnel": 0.4, "jawOpen": 0.12}, "え": EE, "お": OO},
        **{"ん": PP, "口角上げ": {"mouthSmile": 1.0}, "ぺろっ": TH, "まばたき": {"eyeBlink": 1.0}},
    },
    "preston_blair": {
        **{"AI": AA, "E": {"jawOpen": 0.3, "mouthStretch": 0.45, "mouthSmile": 0.15}, "O": OO},
        **{"U": {"mouthPucker": 0.6, "mouthFunnel": 0.5, "jawOpen": 0.2}, "etc": TEETH, "L": LL},
        **{"WQ": {"mouthPucker": 0.9, "mouthFunnel": 0.3, "jawOpen": 0.08}, "MBP": PP, "FV": FF, "rest": REST},
    },
    "rhubarb": {
        **{"A": PP, "B": TEETH, "C": {"jawOpen": 0.38, "mouthStretch": 0.2}, "D": AA, "E": AO, "F": UU},
        **{"G": FF, "H": {**LL, "jawOpen": 0.38}, "X": REST},
    },
    "faceit_phonemes": {
        **{"aa_ah_ax_01": {**AA, "jawOpen": 0.5}, "aa_02": AA, "ao_03": AO, "ey_eh_uh_04": EE, "er_05": ER},
        **{"y_iy_ih_ix_06": II, "w_uw_07": UU, "ow_08": OO, "aw_09": AA, "oy_10": OO, "ay_11": AA},
        **{"h_12": {"jawOpen": 0.15}, "r_13": RR, "l_14": LL, "s_z_15": SS, "sh_ch_jh_zh_16": CH, "th_dh_17": TH},
        **{"f_v_18": FF, "d_t_n_19": DD, "k_g_ng_20": KK, "p_b_m_21": PP},
    },
    "character_creator": {
        **{"Jaw_Open": {"jawOpen": 1.0}, "Mouth_Close": {"mouthClose": 1.0}, "V_Open": AA, "V_Explosive": PP},
        **{"V_Dental_Lip": FF, "V_Tight_O": {"mouthFunnel": 0.8, "mouthPucker": 0.6}, "V_Tight": {"mouthPucker": 0.8}},
        **{"V_Wide": {"mouthStretch": 0.9}, "V_Lip_Open": {"mouthUpperUp": 0.6, "mouthLowerDown": 0.6}},
        "V_Affricate": {"mouthFunnel": 0.7, "mouthPucker": 0.3, "mouthUpperUp": 0.2, "mouthLowerDown": 0.2},
        **{
            "V_Tongue_up": {"tongueCurlUp": 1.0},
            "V_Tongue_Out": {"tongueOut": 1.0},
            "V_Tongue_Raise": {"tongueBack": 1.0},
        },
        **{f"Mouth_Smile_{side[0]}": {f"mouthSmile{side}": 1.0} for side in SIDES},
        **{f"Mouth_Press_{side[0]}": {f"mouthPress{side}": 1.0} for side in SIDES},
        **{f"Mouth_Up_Upper_{side[0]}": {f"mouthUpperUp{side}": 1.0} for side in SIDES},
        **{f"Mouth_Down_Lower_{side[0]}": {f"mouthLowerDown{side}": 1.0} for side in SIDES},
        **{f"Eye_Blink_{side[0]}": {f"eyeBlink{side}": 1.0} for side in SIDES},
    },
}
METAHUMAN_SIDED = {
    "mouthStretch": "mouthStretch",
    "mouthCornerPull": "mouthSmile",
    "mouthUpperLipRaise": "mouthUpperUp",
    "mouthLowerLipDepress": "mouthLowerDown",
    "eyeBlink": "eyeBlink",
    "mouthDimple": "mouthDimple",
    "mouthCornerDepress": "mouthFrown",
}
# one key a half of each lip: the mixture, cut in four
METAHUMAN_QUARTERED: dict[str, Mixture] = {
    "mouthLipsPurse": {"mouthPucker": 1.0},
    "mouthFunnel": {"mouthFunnel": 1.0},
    "mouthPress": {"mouthPress": 1.0},
    "mouthLipsTogether": {},  # moves nothing by itself: see TOGETHER
}
METAHUMAN_HALVED: dict[str, Mixture] = {
    "mouthLowerLipBite": {"mouthShrugLower": 0.52, "mouthRollLower": 0.3},
    "mouthUpperLipRollIn": {"mouthRollUpper": 1.0},
    "mouthLowerLipRollIn": {"mouthRollLower": 1.0},
}
METAHUMAN_WHOLE = {
    "jawOpen": "jawOpen",
    "tongueOut": "tongueOut",
    "tongueTipUp": "tongueCurlUp",
    "tongueUp": "tongueBack",
}
METAHUMAN_PREFIX = "CTRL_expressions_"
TOGETHER = "corrective_lips_together"  # mouthClose, driven by jaw * lips together, as MetaHuman's own rig combines them
QUARTERS = ("UL", "UR", "DL", "DR")
SCHEMES = ("arkit", "faceit", "metahuman", *VISEMES)


def shapes_of(part: Part, scheme: str) -> Shapes:
    """The part's shapes under `scheme`, name -> offsets [n, 3] in metres.

    The head carries every name, the other parts only the shapes that move them.

    Raises ValueError for a scheme that is not in SCHEMES.
    """
    if scheme not in SCHEMES:
        raise ValueError(f"There is no naming scheme '{scheme}'; choose one of {', '.join(SCHEMES)}.")
    if scheme == "arkit":
        return {name: offsets for name, offsets in part.shapes.items() if name not in EXTRA_TONGUE}
    if scheme == "faceit":
        made = dict(part.shapes)
    elif scheme == "metahuman":
        made = _metahuman(part)
    else:
        made = {name: mixed(part, mixture) for name, mixture in {**VISEMES[scheme], **BLINK}.items()}
    still = np.zeros_like(part.vertices)
    if part.name == "head" and scheme == "faceit":
        made |= dict.fromkeys(EXTRA_TONGUE, still)
    return {name: offsets for name, offsets in made.items() if part.name == "head" or np.abs(offsets).max() > 1e-6}


def mixed(part: Part, mixture: Mixture) -> Points:
    """The sum of the part's shapes, weighted; a name without a side means both; those it has not got add nothing."""
    total = np.zeros_like(part.vertices)
    for name, weight in mixture.items():
        for full in (name, *(name + side for side in SIDES)):
            if full in part.shapes:
                total = total + weight * part.shapes[full]
    return total


def _metahuman(part: Part) -> Shapes:
    made = {name: mixed(part, {source: 1.0}) for name, source in METAHUMAN_WHOLE.items()}
    for name, source in METAHUMAN_SIDED.items():
        made |= {f"{name}{side[0]}": mixed(part, {f"{source}{side}": 1.0}) for side in SIDES}
    left = _left_share(part)
    for name, mixture in METAHUMAN_HALVED.items():
        whole = mixed(part, mixture)
        made |= {f"{name}L": whole * left, f"{name}R": whole * (1.0 - left)}
    for name, mixture in METAHUMAN_QUARTERED.items():
        made |= {f"{name}{place}": piece for place, piece in _quarters(mixed(part, mixture), part).items()}
    return {METAHUMAN_PREFIX + name: offsets for name, offsets in made.items()} | {
        TOGETHER: mixed(part, {"mouthClose": 1.0})
    }


def _left_share(part: Part) -> Points:
    """0 at the right corner of the mouth, 1 at the left one [n, 1]."""
    share = np.clip(part.vertices[:, :1] / 0.026 * 0.5 + 0.5, 0.0, 1.0)
    return share * share * (3.0 - 2.0 * share)


def _quarters(whole: Points, part: Part) -> Shapes:
    left = _left_share(part)
    upper = part.upper[:, None] if part.upper is not None else np.full_like(left, 0.5)
    shares = (upper * left, upper * (1 - left), (1 - upper) * left, (1 - upper) * (1 - left))
    return {place: whole * share for place, share in zip(QUARTERS, shares, strict=True)}
