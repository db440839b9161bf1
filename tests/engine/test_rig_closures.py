"""Channels to key values: what is asked for comes out, contacts are met in full, gaps are filled."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from made_faces import BY_NAME, HOP, PROFILES, babble, key_infos, key_names, still

from engine.mouth import Contact, FaceCurves
from engine.progress import drain
from engine.rig import BASE, CHANNELS, Binding, Grid, Profile, Row, bind, key_curves, sample
from engine.rig.channels import COSTS
from engine.rig.keys import weights
from engine.rig.solve import solve, system

# OpenFaceFX's viseme -> ARKit weights, in the channels' words (tongue: the tip at the ridge is the channel's 1)
ARKIT_TABLE = {
    "PP": ({"seal": 1, "press": 0.5, "jaw": 0.1}, {"mouthPress": 0.5, "mouthRollLower": 0.22, "mouthRollUpper": 0.22}),
    "FF": (
        {"tuck": 1, "upper": 0.3, "jaw": 0.07},
        {"mouthShrugLower": 0.52, "mouthUpperUp": 0.3, "mouthRollLower": 0.3},
    ),
    "TH": ({"tongue_out": 0.95, "jaw": 0.12}, {"tongueOut": 0.95, "jawOpen": 0.12}),
    "CH": ({"funnel": 0.6, "pucker": 0.4, "jaw": 0.16}, {"mouthFunnel": 0.6, "mouthPucker": 0.4, "jawOpen": 0.16}),
    "aa": ({"jaw": 0.6, "lower": 0.1}, {"jawOpen": 0.6, "mouthLowerDown": 0.1}),
    "I": ({"jaw": 0.16, "stretch": 0.5, "smile": 0.32}, {"jawOpen": 0.16, "mouthStretch": 0.5, "mouthSmile": 0.32}),
    "U": ({"pucker": 0.85, "funnel": 0.5, "jaw": 0.12}, {"mouthPucker": 0.85, "mouthFunnel": 0.5, "jawOpen": 0.12}),
}
OCULUS_TABLE = {
    "viseme_FF": {"tuck": 1, "upper": 0.3, "jaw": 0.07},
    "viseme_TH": {"tongue_out": 0.95, "jaw": 0.12, "upper": 0.15, "lower": 0.15},
    "viseme_kk": {"tongue_back": 1, "jaw": 0.32, "lower": 0.12},
    "viseme_CH": {"funnel": 0.6, "pucker": 0.4, "jaw": 0.16},
    "viseme_SS": {"jaw": 0.09, "stretch": 0.3, "upper": 0.28, "lower": 0.28},
    "viseme_aa": {"jaw": 0.6, "lower": 0.1},
    "viseme_E": {"jaw": 0.42, "stretch": 0.32},
    "viseme_I": {"jaw": 0.16, "stretch": 0.5, "smile": 0.32, "upper": 0.2},
    "viseme_U": {"pucker": 0.85, "funnel": 0.5, "jaw": 0.12},
}
VRM_TABLE = {"aa": "aa", "E": "ee", "I": "ih", "O": "oh", "U": "ou"}  # Oculus viseme -> VRM expression


def bound(profile: Profile, names: list[str] | None = None) -> Binding:
    listed = names or key_names(profile)
    return bind(profile, listed).on(listed)


def held(profile: Profile, names: list[str] | None = None, **levels: float) -> dict[str, float]:
    """Each row's value while the face is held at `levels`."""
    listed = names or key_names(profile)
    curves = drain(key_curves(still(1.0, **levels), bind(profile, listed), key_infos(listed), Grid(25.0)))
    values = dict(zip((curve.name for curve in curves), sample(curves, np.array([0.52]))[0], strict=True))
    rows = bind(profile, listed).rows
    return {row.key: max((values.get(name, 0.0) for name in row.names), default=0.0) for row in rows}


@pytest.mark.parametrize("viseme", ARKIT_TABLE)
def test_arkit_keys_come_out_as_the_viseme_table_has_them(viseme: str) -> None:
    levels, table = ARKIT_TABLE[viseme]
    values = held(BY_NAME["arkit"], **levels)
    for key, value in table.items():
        assert values[key] == pytest.approx(value, abs=0.07 if key == "tongueOut" else 0.025), key


@pytest.mark.parametrize("viseme", OCULUS_TABLE)
def test_an_oculus_viseme_is_answered_by_its_own_key(viseme: str) -> None:
    values = held(BY_NAME["oculus"], **OCULUS_TABLE[viseme])
    assert values.pop(viseme) > 0.9
    assert max(values.values()) < 0.1


@pytest.mark.parametrize("viseme", VRM_TABLE)
def test_a_vowel_is_answered_by_vrms_own_key(viseme: str) -> None:
    levels = OCULUS_TABLE.get(f"viseme_{viseme}", {"funnel": 0.7, "pucker": 0.42, "jaw": 0.42})
    values = held(BY_NAME["vrm"], **levels)
    assert max(values, key=lambda key: values[key]) == VRM_TABLE[viseme]
    assert values[VRM_TABLE[viseme]] > 0.75


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
def test_a_closure_seals_every_rig_whatever_else_is_asked(profile: Profile) -> None:
    values = held(profile, **dict.fromkeys(BASE, 0.5) | {"seal": 1.0, "tuck": 0.0})
    sealing = [row.key for row in profile.rows if row.makes.get("seal", 0.0) >= 0.8]
    follows = [row.key for row in profile.rows if "shut" in row.makes]
    assert all(values[key] == 1.0 for key in sealing)
    assert all(values[row.key] == 0.0 for row in profile.rows if row.gives_way("seal"))
    for key in follows:
        jaw = max(values[row.key] for row in profile.rows if "jaw" in row.makes)
        assert values[key] == pytest.approx(jaw, abs=1e-6) and jaw > 0.3


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
def test_the_lip_on_the_teeth_is_full_and_not_pulled_away(profile: Profile) -> None:
    values = held(profile, **dict.fromkeys(BASE, 0.4) | {"seal": 0.0, "tuck": 1.0})
    for row in profile.rows:
        if row.rules("tuck") > 0.0:
            assert values[row.key] >= row.rules("tuck") - 1e-5
        if row.gives_way("tuck"):
            assert values[row.key] == 0.0, row.key
        if "jaw" in row.makes:
            assert values[row.key] <= 0.12 + 1e-5


def test_every_key_that_opens_gives_way_to_a_closure() -> None:
    parting = {"open", "upper", "lower", "funnel", "tongue_out", "tuck"}
    for row in (row for profile in PROFILES for row in profile.rows):
        assert row.gives_way("seal") == (bool(parting & set(row.makes)) and "seal" not in row.makes), row.key


def test_without_a_closing_key_the_jaw_itself_gives_way() -> None:
    names = [name for name in key_names(BY_NAME["arkit"]) if name != "mouthClose"]
    assert held(BY_NAME["arkit"], names, seal=1.0, jaw=0.5)["jawOpen"] == 0.0
    assert held(BY_NAME["arkit"], seal=1.0, jaw=0.5)["jawOpen"] == pytest.approx(0.5, abs=0.01)
    assert held(BY_NAME["metahuman"], seal=1.0, jaw=0.5)["jawOpen"] == pytest.approx(0.5, abs=0.01)


def test_without_a_jaw_key_the_lips_are_never_drawn_together_over_it() -> None:
    names = [name for name in key_names(BY_NAME["arkit"]) if name != "jawOpen"]
    assert held(BY_NAME["arkit"], names, seal=1.0, jaw=0.5, press=0.5)["mouthClose"] == 0.0


def test_without_its_key_a_closure_takes_everything_else_to_zero() -> None:
    names = [name for name in key_names(BY_NAME["oculus"]) if name != "viseme_PP"]
    values = held(BY_NAME["oculus"], names, **dict.fromkeys(BASE, 0.5) | {"seal": 1.0, "tuck": 0.0})
    assert max(values.values()) == 0.0


def test_what_a_missing_key_would_do_is_taken_over_by_its_neighbours() -> None:
    names = [name for name in key_names(BY_NAME["oculus"]) if name not in ("viseme_U", "viseme_RR", "viseme_CH")]
    values = held(BY_NAME["oculus"], names, pucker=0.85, funnel=0.5, jaw=0.12)
    assert values["viseme_O"] > 0.6
    names = [name for name in key_names(BY_NAME["arkit"]) if name != "mouthPress" and "mouthPress" not in name]
    values = held(BY_NAME["arkit"], names, seal=1.0, jaw=0.1, press=0.5)
    assert values["mouthRollUpper"] > 0.15 and values["mouthClose"] > 0.09


def test_the_mouth_closing_key_never_passes_the_jaw() -> None:
    for seed in range(4):
        names = key_names(BY_NAME["arkit"])
        for grid in (Grid(24.0), Grid(60.0, 0.007), Grid(24.0, 0.0, "subframes"), Grid(24.0, 0.0, "stepped", 2)):
            curves = drain(key_curves(babble(seed), bind(BY_NAME["arkit"], names), key_infos(names), grid))
            by_name = {curve.name: curve for curve in curves}
            times = by_name["jawOpen"].times
            assert np.all(by_name["mouthClose"].at(times) <= by_name["jawOpen"].at(times) + 0.021)


def brute_force(wanted: np.ndarray, makes: np.ndarray, limits: np.ndarray) -> float:
    """The least price over every way of putting each key at 0, at its limit, or free between."""
    gram, goal = system(wanted[None], makes)
    best = np.inf
    for sides in product((-1, 0, 1), repeat=len(makes)):
        state = np.array(sides)
        free = state == 0
        x = np.where(state == 1, limits, 0.0)
        if free.any():
            x[free] = np.linalg.solve(gram[np.ix_(free, free)], (goal[0] - gram @ x)[free])
        if np.all(x >= -1e-12) and np.all(x <= limits + 1e-12):
            best = min(best, float(0.5 * x @ gram @ x - goal[0] @ x))
    return best


def test_the_solve_finds_the_least_price_that_any_combination_has() -> None:
    rng = np.random.default_rng(5)
    for _ in range(8):
        makes = np.where(rng.random((5, len(CHANNELS))) < 0.3, rng.random((5, len(CHANNELS))), 0.0)
        wanted, limits = rng.random((3, len(CHANNELS))), rng.uniform(0.3, 1.0, 5)
        gram, goal = system(wanted, makes)
        for i, x in enumerate(drain(solve(wanted, makes, limits))):
            assert np.all(x >= 0.0) and np.all(x <= limits)
            assert 0.5 * x @ gram @ x - goal[i] @ x <= brute_force(wanted[i], makes, limits) + 1e-9


@pytest.mark.parametrize("name", ["oculus", "faceit_phonemes", "vrm", "character_creator"])
def test_key_values_follow_the_channels_without_a_jump(name: str) -> None:
    rng = np.random.default_rng(11)
    rows = bound(BY_NAME[name]).rows
    ends = rng.random((8, 2, len(BASE))) * (rng.random((8, 2, len(BASE))) < 0.5)
    share = np.linspace(0.0, 1.0, 401)[:, None]
    for start, end in ends:
        values = drain(weights((1.0 - share) * start + share * end, rows))
        assert np.abs(np.diff(values, axis=0)).max() < 0.05


def test_the_part_of_a_key_in_the_solve_is_never_beyond_its_limit() -> None:
    row = Row("Open", {"open": 0.5}, names=("Open",), limit=0.4)
    curves = drain(key_curves(still(1.0, jaw=0.9), Binding("x", (row,)), key_infos(["Open"]), Grid(24.0)))
    assert max(curves[0].values) == pytest.approx(0.4)


def test_channels_that_are_not_numbers_do_no_harm() -> None:
    face = still(1.0, jaw=0.5)
    channels = dict(face.channels)
    channels["smile"] = np.full(len(channels["jaw"]), np.nan, np.float32)
    names = key_names(BY_NAME["arkit"])
    made = FaceCurves(0.0, HOP, channels)
    curves = drain(key_curves(made, bind(BY_NAME["arkit"], names), key_infos(names), Grid(24.0)))
    assert [curve.name for curve in curves] == ["jawOpen"]


def test_every_channel_has_its_price() -> None:
    assert len(COSTS) == len(CHANNELS) and np.all(COSTS > 0.0)


def test_a_contact_between_two_frames_leaves_an_opening_its_only_one() -> None:
    count = 200
    clock = HOP * np.arange(count)
    contacts = (Contact(0.396, 0.46, "lips"), Contact(0.551, 0.575, "lips"))
    channels = {name: np.zeros(count, np.float32) for name in BASE}
    channels["jaw"][(clock > 0.3) & (clock < 0.8)] = 0.4
    for contact in contacts:
        channels["seal"][(clock > contact.start - 0.02) & (clock < contact.end + 0.02)] = 1.0
    profile = BY_NAME["arkit"]
    for origin in np.arange(12) / 144:  # frames of 83 ms: the vowel between the two lips has one, or two
        grid = Grid(12.0, float(origin))
        shown = weights_at(FaceCurves(0.0, HOP, channels, contacts), profile, grid)
        opened = {time for time, jaw, shut in shown if 0.44 < time < 0.58 and jaw - shut > 0.2}
        met = [any(shut == jaw and abs(time - c.start) < 0.1 for time, jaw, shut in shown) for c in contacts]
        assert opened and all(met), origin


def weights_at(curves: FaceCurves, profile: Profile, grid: Grid) -> list[tuple[float, float, float]]:
    """Time, jawOpen and mouthClose at each whole frame."""
    names = key_names(profile)
    made = {key.name: key for key in drain(key_curves(curves, bind(profile, names), key_infos(names), grid))}
    times = made["jawOpen"].times[0] + np.arange(40) / grid.fps
    times = times[times < 0.8]
    return list(zip(times, *(made[name].at(times) for name in ("jawOpen", "mouthClose")), strict=True))
