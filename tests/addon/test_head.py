"""The demo head: its lips, teeth, tongue and brows do what the names of their shapes say, under every naming scheme."""

import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
if str(SCRIPTS) not in sys.path:
    sys.path.append(str(SCRIPTS))

bpy = pytest.importorskip("bpy")

from head.build import build_head  # noqa: E402
from head.geometry import parts  # noqa: E402
from head.measure import evaluated, lip_gap, lip_gaps, lip_seal, lip_to_teeth  # noqa: E402
from head.schemes import SCHEMES, TOGETHER  # noqa: E402

SHUT, TOUCHING = 0.0003, 1e-6  # metres
SIDED = (
    *("eyeBlink", "eyeLookDown", "eyeLookIn", "eyeLookOut", "eyeLookUp", "eyeSquint", "eyeWide", "mouthSmile"),
    *("mouthFrown", "mouthDimple", "mouthStretch", "mouthPress", "mouthLowerDown", "mouthUpperUp", "browDown"),
    *("browOuterUp", "cheekSquint", "noseSneer"),
)
WHOLE = (
    *("jawForward", "jawLeft", "jawRight", "jawOpen", "mouthClose", "mouthFunnel", "mouthPucker", "mouthLeft"),
    *("mouthRight", "mouthRollLower", "mouthRollUpper", "mouthShrugLower", "mouthShrugUpper", "browInnerUp"),
    *("cheekPuff", "tongueOut"),
)
NOT_OPENING = (
    *("mouthPucker", "mouthStretch", "mouthSmile", "mouthFrown", "mouthDimple", "mouthLeft", "mouthRight"),
    *("mouthPress", "mouthRollLower", "mouthRollUpper", "jawLeft", "jawRight", "cheekPuff", "cheekSquint"),
    *("browInnerUp", "eyeBlink"),
)
ARKIT = {*WHOLE, *(name + side for name in SIDED for side in ("Left", "Right"))}
# scheme: (a closed mouth, an open one, lip to teeth)
MOUTHS = {
    "oculus": ("viseme_PP", "viseme_aa", "viseme_FF"),
    "vrm": (None, "aa", None),
    "mmd": ("ん", "あ", None),
    "preston_blair": ("MBP", "AI", "FV"),
    "rhubarb": ("A", "D", "G"),
    "faceit_phonemes": ("p_b_m_21", "aa_02", "f_v_18"),
    "character_creator": ("V_Explosive", "V_Open", "V_Dental_Lip"),
    "arkit": (None, "jawOpen", None),
    "faceit": (None, "jawOpen", None),
    "metahuman": (None, "CTRL_expressions_jawOpen", None),
}


@pytest.fixture
def scene():
    bpy.ops.wm.read_factory_settings(use_empty=True)
    return bpy.context.scene


@pytest.fixture(scope="module")
def kept():
    """One head for the tests that only pose it; those that build others clear the file, so it is asked for anew."""
    return {}


@pytest.fixture
def face(kept):
    try:
        assert kept["head"].name
    except (KeyError, ReferenceError):
        bpy.ops.wm.read_factory_settings(use_empty=True)
        kept.clear()
        kept.update(build_head())
    return kept


def pose(objects, **values):
    """Set these keys on every object that has them (a name without a side: both sides), the others to 0."""
    for thing in objects.values():
        for key in thing.data.shape_keys.key_blocks[1:] if thing.data.shape_keys else ():
            key.value = values.get(key.name, values.get(key.name.removesuffix("Left").removesuffix("Right"), 0.0))
    bpy.context.view_layer.update()
    return bpy.context.evaluated_depsgraph_get()


def test_the_head_has_all_of_arkits_shapes_and_they_rest_at_zero(face):
    keys = face["head"].data.shape_keys.key_blocks
    assert {key.name for key in keys[1:]} == ARKIT
    assert len(ARKIT) == 52
    for thing in face.values():
        for key in thing.data.shape_keys.key_blocks if thing.data.shape_keys else ():
            assert key.value == 0.0


def test_every_shape_moves_something(face):
    moved = Counter()
    for part in parts():
        moved.update(name for name, offsets in part.shapes.items() if np.abs(offsets).max() > 1e-4)
    assert set(moved) >= ARKIT


def test_the_lips_touch_at_rest_all_along(face):
    depsgraph = pose(face)
    assert lip_gap(depsgraph, face["head"]) < TOUCHING
    assert np.abs(lip_gaps(depsgraph, face["head"])).max() < TOUCHING


def test_lip_groups_are_pairs_from_right_to_left_with_one_on_the_midline(face):
    head = part("head")
    upper, lower = (head.vertices[head.groups[name]] for name in ("lips_upper", "lips_lower"))
    assert len(upper) == len(lower) == 29
    assert np.abs(upper - lower).max() < TOUCHING
    assert (np.diff(upper[:, 0]) > 0).all()
    assert abs(upper[14, 0]) < TOUCHING
    for name in ("lips_upper", "lips_lower"):
        assert head.groups[name] == sorted(head.groups[name])


def test_the_jaw_opens_the_mouth_in_measure(face):
    gaps = [lip_gap(pose(face, jawOpen=value), face["head"]) for value in (0.0, 0.1, 0.3, 0.6, 1.0)]
    assert np.diff(gaps).min() > 0.002
    assert 0.025 < gaps[-1] < 0.045


@pytest.mark.parametrize("value", [0.1, 0.35, 0.7, 1.0])
def test_mouth_close_of_the_same_value_shuts_the_open_jaw_exactly(face, value):
    depsgraph = pose(face, jawOpen=value, mouthClose=value)
    assert np.abs(lip_gaps(depsgraph, face["head"])).max() < 2e-6
    chin = evaluated(depsgraph, face["head"]) - part("head").vertices
    assert chin[:, 2].min() < -0.02 * value  # the chin stays down


@pytest.mark.parametrize("name", NOT_OPENING)
def test_shapes_that_do_not_open_the_mouth_leave_it_shut_even_over_an_open_jaw(face, name):
    depsgraph = pose(face, **{"jawOpen": 0.4, "mouthClose": 0.4, name: 1.0})
    assert lip_seal(depsgraph, face["head"]) < SHUT


@pytest.mark.parametrize("name", ["mouthFunnel", "mouthUpperUp", "mouthLowerDown", "tongueOut"])
def test_shapes_that_part_the_lips_part_them(face, name):
    assert lip_gap(pose(face, **{name: 1.0}), face["head"]) > 0.003


def test_one_sided_shapes_act_on_their_side(face):
    left = lip_gaps(pose(face, mouthLowerDownLeft=1.0), face["head"])
    assert left[22] > 5 * max(left[6], 1e-5)
    assert left[22] > 0.003


def test_the_labiodental_pose_brings_the_lower_lip_to_the_upper_teeth(face):
    rest = lip_to_teeth(pose(face), face["head"], face["teeth_upper"])
    depsgraph = pose(face, mouthShrugLower=0.52, mouthUpperUp=0.3, mouthRollLower=0.3, jawOpen=0.07)
    assert lip_to_teeth(depsgraph, face["head"], face["teeth_upper"]) < min(0.0025, 0.6 * rest)
    assert lip_gap(depsgraph, face["head"]) > 0.001  # teeth seen: lip on teeth, not on lip


def test_lower_teeth_and_tongue_go_with_the_jaw_and_upper_teeth_stay(face):
    before = {name: evaluated(pose(face), face[name]) for name in ("teeth_lower", "tongue", "teeth_upper")}
    depsgraph = pose(face, jawOpen=1.0)
    drop = {name: (before[name] - evaluated(depsgraph, face[name]))[:, 2].max() for name in before}
    assert drop["teeth_lower"] > 0.02
    assert drop["tongue"] > 0.018
    assert drop["teeth_upper"] == 0.0


def test_the_tongue_comes_out_past_the_lips(face):
    depsgraph = pose(face, tongueOut=1.0, jawOpen=0.15)
    assert evaluated(depsgraph, face["tongue"])[:, 1].min() < evaluated(depsgraph, face["head"])[lips(), 1].min()


@pytest.mark.parametrize(("name", "sign"), [("browInnerUp", 1), ("browOuterUpLeft", 1), ("browDownRight", -1)])
def test_brows_go_with_their_skin(face, name, sign):
    before = evaluated(pose(face), face["brows"])
    after = evaluated(pose(face, **{name: 1.0}), face["brows"])
    heights = (after - before)[:, 2] * sign
    assert heights.max() > 0.003
    assert heights.min() > -0.0005


@pytest.mark.parametrize(("name", "axis", "sign"), [("eyeLookUp", 2, 1), ("eyeLookDown", 2, -1)])
def test_eyes_look_where_they_are_told(face, name, axis, sign):
    before = evaluated(pose(face), face["eyes"])
    move = (evaluated(pose(face, **{name: 1.0}), face["eyes"]) - before)[before[:, 1].argmin()]
    assert move[axis] * sign > 0.004


def test_a_blink_covers_the_eye(face):
    def opening(depsgraph):
        points = evaluated(depsgraph, face["lashes"])
        return points[np.abs(points[:, 0] - 0.035).argsort()[:6], 2].max()

    assert opening(pose(face)) - opening(pose(face, eyeBlink=1.0)) > 0.009


def test_left_and_right_are_mirror_images():
    head = part("head")
    flipped = head.vertices * (-1.0, 1.0, 1.0)
    order = np.lexsort(np.round(head.vertices, 6).T)
    twin = np.empty(len(order), int)
    twin[order] = np.lexsort(np.round(flipped, 6).T)
    assert np.abs(flipped[twin] - head.vertices).max() < 2e-5
    for name in SIDED:
        if not name.startswith("eye"):
            mirrored = head.shapes[name + "Left"][twin] * (-1.0, 1.0, 1.0)
            assert np.abs(mirrored - head.shapes[name + "Right"]).max() < 2e-4, name


def test_faces_turn_the_same_way_and_no_edge_has_three():
    for mesh in parts():
        edges = Counter((face[i], face[(i + 1) % len(face)]) for face in mesh.faces for i in range(len(face)))
        assert max(edges.values()) == 1, mesh.name
        assert np.isfinite(mesh.vertices).all()


def test_the_mouth_is_ringed_by_closed_loops():
    head = part("head")
    upper, lower = head.groups["lips_upper"], head.groups["lips_lower"]
    valence = Counter(corner for face in head.faces for corner in face)
    assert {valence[index] for index in upper + lower} == {4}
    assert {len(face) for face in head.faces if set(face) & set(upper + lower)} == {4}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_under_each_naming_scheme_the_mouth_opens_shuts_and_meets_the_teeth(scene, scheme):
    face = build_head(scheme)
    closed, opened, dental = MOUTHS[scheme]
    names = face["head"].data.shape_keys.key_blocks.keys()
    assert lip_gap(pose(face, **{opened: 1.0}), face["head"]) > 0.012
    assert opened in face["teeth_lower"].data.shape_keys.key_blocks
    if closed:
        assert closed in names
        assert lip_seal(pose(face, **{closed: 1.0}), face["head"]) < SHUT
    if dental:
        assert lip_to_teeth(pose(face, **{dental: 1.0}), face["head"], face["teeth_upper"]) < 0.0025


def test_metahumans_lips_together_closes_whatever_the_jaw_does(scene):
    face = build_head("metahuman")
    together = {f"CTRL_expressions_mouthLipsTogether{place}": 1.0 for place in ("UL", "UR", "DL", "DR")}
    keys = face["head"].data.shape_keys.key_blocks
    for jaw in (0.2, 0.8):
        for name, value in {**together, "CTRL_expressions_jawOpen": jaw}.items():
            keys[name].value = value
        bpy.context.view_layer.update()
        depsgraph = bpy.context.evaluated_depsgraph_get()
        assert keys[TOGETHER].value == pytest.approx(jaw, abs=1e-5)
        assert lip_seal(depsgraph, face["head"]) < SHUT


def test_an_unknown_scheme_is_refused_in_one_sentence(scene):
    with pytest.raises(ValueError, match="no naming scheme 'klingon'; choose one of arkit"):
        build_head("klingon")
    assert not bpy.data.objects


def test_two_heads_stand_side_by_side_with_keys_of_their_own(scene):
    first, second = build_head(name="Ada"), build_head(name="Ben")
    first["head"].data.shape_keys.key_blocks["jawOpen"].value = 1.0
    bpy.context.view_layer.update()
    depsgraph = bpy.context.evaluated_depsgraph_get()
    assert lip_gap(depsgraph, first["head"]) > 0.02
    assert lip_gap(depsgraph, second["head"]) < TOUCHING
    assert {thing.parent for name, thing in first.items() if name != "head"} == {first["head"]}


def part(name):
    return next(mesh for mesh in parts() if mesh.name == name)


def lips():
    return part("head").groups["lips_upper"] + part("head").groups["lips_lower"]
