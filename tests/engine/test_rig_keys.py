"""Keys on their grid: contacts met, peaks kept, few keys within the stated error, limits and rest respected."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from made_faces import BY_NAME, HOP, PROFILES, babble, key_infos, key_names, still

from engine.errors import RigError, UsageError
from engine.mouth import Contact, FaceCurves
from engine.progress import Progress, drain
from engine.rig import BASE, Grid, KeyCurve, KeyInfo, Profile, bind, key_curves, sample
from engine.rig import thin as thinning

RATES = (24.0, 25.0, 30000.0 / 1001.0, 30.0, 60.0)


def made(face: FaceCurves, profile: Profile, grid: Grid, tolerance: float = 0.01) -> dict[str, KeyCurve]:
    names = key_names(profile)
    curves = drain(key_curves(face, bind(profile, names), key_infos(names), grid, tolerance))
    return {curve.name: curve for curve in curves}


def frames_between(grid: Grid, start: float, end: float) -> np.ndarray:
    """The times of the whole frames from `start` to `end`, and one more on each side."""
    first, last = np.floor((start - grid.origin) * grid.fps), np.ceil((end - grid.origin) * grid.fps)
    return grid.origin + np.arange(first, last + 1) / grid.fps


def value(curves: dict[str, KeyCurve], name: str, times: np.ndarray) -> np.ndarray:
    return curves[name].at(times) if name in curves else np.zeros(len(times))


def spoken(*contacts: tuple[float, float, str], vowels: tuple[float, ...] = (), seconds: float = 2.0) -> FaceCurves:
    """Contacts, and open vowels that peak at given times (0.6, 40 ms wide)."""
    clock = np.arange(int(seconds / HOP) + 1) * HOP
    channels = {name: np.zeros(len(clock), np.float32) for name in BASE}
    for peak in vowels:
        bump = 0.6 * np.maximum(0.0, 1.0 - ((clock - peak) / 0.08) ** 2)
        channels["jaw"] = np.maximum(channels["jaw"], bump).astype(np.float32)
    for start, end, kind in contacts:
        outside = np.maximum(np.maximum(start - clock, clock - end), 0.0)
        name = "seal" if kind == "lips" else "tuck"
        channels[name] = np.maximum(channels[name], np.clip(1.0 - outside / 0.05, 0.0, 1.0)).astype(np.float32)
    return FaceCurves(0.0, HOP, channels, tuple(Contact(*contact) for contact in contacts))


@pytest.mark.parametrize("fps", RATES)
def test_every_contact_is_shut_on_a_whole_frame_at_any_rate_and_origin(fps: float) -> None:
    rng = np.random.default_rng(int(fps))
    for seed in range(4):
        face, grid = babble(seed), Grid(fps, float(rng.uniform(-3.0, 3.0)))
        curves = made(face, BY_NAME["oculus"], grid)
        for contact in face.contacts:
            frames = frames_between(grid, contact.start, contact.end)
            key = "viseme_PP" if contact.kind == "lips" else "viseme_FF"
            shut = value(curves, key, frames) > 0.999
            open_ = np.max([value(curves, name, frames) for name in ("viseme_aa", "viseme_O", "viseme_E")], axis=0)
            assert np.any(shut & (open_ < 1e-6)), (seed, contact)


@pytest.mark.parametrize("fps", RATES)
def test_a_contact_with_room_around_it_holds_two_frames(fps: float) -> None:
    for length in (0.02, 0.045, 0.08):
        for origin in np.linspace(0.0, 1.0 / fps, 5):
            face = spoken((1.0, 1.0 + length, "lips"), vowels=(0.8, 1.25))
            frames = frames_between(Grid(fps, origin), 0.9, 1.2)
            curves = made(face, BY_NAME["oculus"], Grid(fps, origin))
            shut = frames[value(curves, "viseme_PP", frames) > 0.999]
            assert len(shut) >= 2
            assert shut[0] >= 1.0 - 1.0 / fps - 1e-9 and shut[-1] <= 1.0 + length + 1.0 / fps + 1e-9


def test_a_contact_does_not_swallow_the_vowel_between_it_and_the_next() -> None:
    for origin in np.linspace(0.0, 1 / 24, 9):
        face = spoken((1.0, 1.05, "lips"), (1.12, 1.17, "lips"), (1.24, 1.29, "lips"), vowels=(1.085, 1.205, 1.4))
        grid = Grid(24.0, origin)
        frames = frames_between(grid, 0.95, 1.35)
        shut = value(made(face, BY_NAME["oculus"], grid), "viseme_PP", frames) > 0.999
        groups = np.sum(np.diff(shut.astype(int)) == 1)
        assert groups == 3, origin


def test_nothing_is_shut_far_from_a_contact() -> None:
    for seed in range(4):
        face, grid = babble(seed), Grid(24.0, 0.011)
        frames = frames_between(grid, 0.0, 6.0)
        curves = made(face, BY_NAME["oculus"], grid)
        for key, kind in (("viseme_PP", "lips"), ("viseme_FF", "teeth")):
            for frame in frames[value(curves, key, frames) > 0.999]:
                near = [c for c in face.contacts if c.kind == kind]
                assert any(c.start - 1 / 24 - 1e-6 <= frame <= c.end + 1 / 24 + 1e-6 for c in near)


def test_lips_and_teeth_side_by_side_are_both_met() -> None:
    for origin in np.linspace(0.0, 1 / 24, 11):
        face = spoken((1.0, 1.03, "lips"), (1.03, 1.06, "teeth"), vowels=(0.8, 1.25))
        grid = Grid(24.0, origin)
        frames = frames_between(grid, 0.9, 1.2)
        curves = made(face, BY_NAME["oculus"], grid)
        assert np.any(value(curves, "viseme_PP", frames) > 0.999)
        assert np.any(value(curves, "viseme_FF", frames) > 0.999)


@pytest.mark.parametrize("fps", RATES)
def test_the_peak_of_an_open_vowel_is_on_its_nearest_frame(fps: float) -> None:
    for origin in np.linspace(0.0, 1.0 / fps, 6):
        for peak in (0.5, 0.733):
            curves = made(spoken(vowels=(peak,), seconds=1.2), BY_NAME["arkit"], Grid(fps, origin), 0.005)
            below = origin + np.floor((peak - origin) * fps) / fps
            either = np.array([below, below + 1.0 / fps])  # halfway between two frames both are nearest
            distance = np.abs(either - peak)
            nearest = either[distance < distance.min() + 0.004]
            assert curves["jawOpen"].at(nearest).max() == pytest.approx(0.6, abs=0.012)


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
@pytest.mark.parametrize("tolerance", [0.01, 0.05])
def test_thinned_curves_stay_within_the_stated_error_at_every_frame(profile: Profile, tolerance: float) -> None:
    face, grid = babble(3), Grid(30.0, 0.017)
    thinned, full = made(face, profile, grid, tolerance), made(face, profile, grid, 1e-6)
    frames = frames_between(grid, -0.2, 6.2)
    for name, curve in full.items():
        assert np.abs(curve.at(frames) - value(thinned, name, frames)).max() <= tolerance + 1e-5, name
    kept = sum(len(curve.times) for curve in thinned.values())
    assert kept < {0.01: 0.4, 0.05: 0.3}[tolerance] * len(frames) * len(thinned)


def test_thinning_leaves_few_keys_on_a_smooth_curve() -> None:
    clock = np.arange(1201) * HOP
    channels = {"jaw": (0.3 - 0.3 * np.cos(2 * np.pi * clock / 3.0)).astype(np.float32)}
    curves = made(FaceCurves(0.0, HOP, channels), BY_NAME["arkit"], Grid(60.0))
    assert list(curves) == ["jawOpen"]
    assert len(curves["jawOpen"].times) < 30  # of 361 frames, two waves


def test_keys_lie_on_whole_frames() -> None:
    for fps, origin in ((24.0, -1.234), (30000 / 1001, 0.5)):
        for curve in made(babble(1), BY_NAME["arkit"], Grid(fps, origin)).values():
            frames = (curve.times - origin) * fps
            assert np.abs(frames - np.round(frames)).max() < 1e-6


@pytest.mark.parametrize("mode", ["frames", "subframes", "stepped"])
def test_no_curve_leaves_zero_to_one_anywhere(mode: str) -> None:
    for profile in PROFILES:
        curves = made(babble(2, 3.0), profile, Grid(24.0, 0.02, mode))
        values = sample(list(curves.values()), np.arange(-0.5, 6.5, 0.001))
        assert values.min() >= -1e-9 and values.max() <= 1.0 + 1e-9, profile.name


def test_between_two_keys_a_curve_never_leaves_their_values() -> None:
    for curve in made(babble(4), BY_NAME["arkit"], Grid(24.0)).values():
        share = np.linspace(0.0, 1.0, 33)
        times = curve.times[:-1, None] + np.diff(curve.times)[:, None] * share
        values = curve.at(times.reshape(-1)).reshape(times.shape)
        low, high = np.minimum(curve.values[:-1], curve.values[1:]), np.maximum(curve.values[:-1], curve.values[1:])
        assert np.all(values >= low[:, None] - 1e-9) and np.all(values <= high[:, None] + 1e-9)


@pytest.mark.parametrize("mode", ["frames", "subframes", "stepped"])
def test_the_first_and_the_last_key_are_at_rest_and_flat(mode: str) -> None:
    for start in (-0.25, 0.0, 2.0):
        for name in ("arkit", "oculus"):
            for curve in made(babble(5, start=start), BY_NAME[name], Grid(25.0, 0.013, mode)).values():
                assert curve.values[0] == curve.values[-1] == 0.0
                assert curve.slopes[0] == curve.slopes[-1] == 0.0


def test_a_face_that_begins_open_comes_from_rest() -> None:
    face = FaceCurves(0.0, HOP, {"jaw": np.full(200, 0.5, np.float32)})
    curve = made(face, BY_NAME["arkit"], Grid(24.0))["jawOpen"]
    assert curve.values[0] == curve.values[-1] == 0.0 and curve.values.max() == pytest.approx(0.5, abs=0.01)


def test_keys_that_never_move_get_no_curve() -> None:
    assert set(made(still(1.0, jaw=0.4), BY_NAME["arkit"], Grid(24.0))) == {"jawOpen"}
    assert made(still(1.0), BY_NAME["arkit"], Grid(24.0)) == {}
    assert made(FaceCurves(0.0, HOP, {}), BY_NAME["arkit"], Grid(24.0)) == {}


def test_rest_and_limits_of_the_sliders_are_respected() -> None:
    profile = BY_NAME["arkit"]
    keys = [
        KeyInfo("jawOpen", 0.0, 0.5, 0.1),
        KeyInfo("mouthPucker", -1.0, 2.0, 0.0),
        KeyInfo("mouthFunnel", 0.0, 1.0, 1.0),
        KeyInfo("mouthSmileLeft", 0.2, 1.0, 0.0),
    ]
    names = [key.name for key in keys]
    face = still(1.0, jaw=1.0, pucker=1.0, funnel=1.0, smile=0.5)
    curves = {c.name: c for c in drain(key_curves(face, bind(profile, names), keys, Grid(24.0)))}
    jaw = curves["jawOpen"]
    assert jaw.values[0] == jaw.values[-1] == pytest.approx(0.1)
    assert jaw.values.max() == pytest.approx(0.5, abs=0.01)
    assert curves["mouthPucker"].values.max() == pytest.approx(1.0, abs=0.01)
    assert np.all(curves["mouthFunnel"].values == 1.0)
    assert curves["mouthSmileLeft"].values.min() == pytest.approx(0.2)


def test_the_error_bound_holds_in_key_values_where_a_slider_is_longer_than_one() -> None:
    names = ["jawOpen"]
    face, grid = babble(6), Grid(30.0)
    keys = [KeyInfo("jawOpen", -3.0, 1.0, -3.0)]
    binding = bind(BY_NAME["arkit"], names)
    frames = frames_between(grid, 0.0, 6.0)
    thinned = drain(key_curves(face, binding, keys, grid, 0.02))
    full = drain(key_curves(face, binding, keys, grid, 1e-6))
    assert np.abs(sample(thinned, frames) - sample(full, frames)).max() <= 0.0201


def test_sub_frame_keys_lie_on_the_edges_of_contacts_and_the_turns_of_the_curves() -> None:
    face = spoken((1.003, 1.0512, "lips"), vowels=(0.95, 1.322))
    curves = made(face, BY_NAME["arkit"], Grid(24.0, 0.0, "subframes"))
    close, jaw = curves["mouthClose"], curves["jawOpen"]
    inside = np.linspace(1.003, 1.0512, 50)
    assert np.abs(close.at(inside) - jaw.at(inside)).max() < 0.021 and jaw.at(inside).max() > 0.3
    for peak in (0.95, 1.322):
        assert np.abs(jaw.times - peak).min() <= HOP / 2 + 1e-9
    pp = made(face, BY_NAME["oculus"], Grid(24.0, 0.0, "subframes"))["viseme_PP"]
    assert {1.003, 1.0512} <= set(np.round(pp.times, 6)) and np.all(pp.at(inside) > 0.9999)


def test_sub_frame_keys_are_never_so_close_that_blender_makes_one_of_them() -> None:
    face = spoken((1.0003, 1.0497, "lips"), (1.0502, 1.1204, "teeth"), vowels=(0.95, 1.322))
    for scheme in ("arkit", "oculus"):
        for curve in made(face, BY_NAME[scheme], Grid(24.0, 0.0, "subframes")).values():
            assert np.diff(curve.times).min() >= 0.9e-3


def test_sub_frame_curves_stay_within_the_stated_error() -> None:
    face = babble(8)
    grid = Grid(24.0, 0.0, "subframes")
    thinned, full = made(face, BY_NAME["arkit"], grid), made(face, BY_NAME["arkit"], grid, 1e-6)
    clock = np.arange(len(face.channels["jaw"])) * HOP
    for name, curve in full.items():
        assert np.abs(curve.at(clock) - value(thinned, name, clock)).max() <= 0.0101, name


def test_the_same_face_gives_the_same_keys() -> None:
    for mode in ("frames", "subframes", "stepped"):
        one, two = (made(babble(9), BY_NAME["oculus"], Grid(24.0, 0.0, mode)) for _ in range(2))
        assert list(one) == list(two)
        assert all(np.array_equal(one[name].values, two[name].values) for name in one)
        assert all(np.array_equal(one[name].slopes, two[name].slopes) for name in one)


def test_curves_cannot_be_changed_afterwards() -> None:
    curve = made(babble(1), BY_NAME["vrm"], Grid(24.0))["aa"]
    with pytest.raises(ValueError, match="read-only"):
        curve.values[0] = 1.0
    with pytest.raises(FrozenInstanceError):
        curve.name = "x"  # type: ignore[misc]


def test_a_curve_is_a_bezier_with_handles_a_third_of_the_way() -> None:
    curve = KeyCurve("k", np.array([1.0, 1.5]), np.array([0.0, 0.8]), np.array([0.4, -0.2]))
    s = np.linspace(0.0, 1.0, 21)
    handles = [0.0, 0.0 + 0.4 * 0.5 / 3, 0.8 + 0.2 * 0.5 / 3, 0.8]
    bezier = sum(
        c * w for c, w in zip(handles, ((1 - s) ** 3, 3 * s * (1 - s) ** 2, 3 * s**2 * (1 - s), s**3), strict=True)
    )
    assert curve.at(1.0 + 0.5 * s) == pytest.approx(bezier, abs=1e-12)
    assert curve.at(np.array([0.0, 9.0])) == pytest.approx([0.0, 0.8])


def test_steps_are_held_until_the_next_key() -> None:
    curve = KeyCurve("k", np.array([0.0, 1.0, 2.0]), np.array([0.0, 0.5, 0.0]), np.zeros(3), "CONSTANT")
    assert curve.at(np.array([-1.0, 0.0, 0.999, 1.0, 1.7, 2.0, 5.0])).tolist() == [0.0, 0.0, 0.0, 0.5, 0.5, 0.0, 0.0]
    assert sample((), np.arange(3.0)).shape == (3, 0)
    assert sample((curve, curve), np.arange(3.0)).shape == (3, 2)


def test_work_can_be_stopped_between_its_steps() -> None:
    names = key_names(BY_NAME["arkit"])
    work = key_curves(babble(1), bind(BY_NAME["arkit"], names), key_infos(names), Grid(24.0))
    steps = []
    for step in work:
        steps.append(step)
    assert len(steps) >= 3 and all(isinstance(step, Progress) and 0.0 <= step.fraction <= 1.0 for step in steps)
    assert [step.fraction for step in steps] == sorted(step.fraction for step in steps)
    assert sum(step.stage == "keys" for step in steps) > 10
    key_curves(babble(1), bind(BY_NAME["arkit"], names), key_infos(names), Grid(24.0)).close()


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: Grid(0.0), "The frame rate is 0.0"),
        (lambda: Grid(float("nan")), "The frame rate is nan"),
        (lambda: Grid(24.0, float("inf")), "The grid's origin is inf"),
        (lambda: Grid(24.0, 0.0, "threes"), "The key mode is 'threes'"),  # type: ignore[arg-type]
        (lambda: Grid(24.0, 0.0, "stepped", 3), "The step is 3"),
        (lambda: KeyInfo("a", 1.0, 0.0), "Key 'a' runs from 1.0 to 0.0"),
        (lambda: KeyCurve("a", np.array([1.0, 1.0]), np.zeros(2), np.zeros(2)), "The keys of 'a'"),
        (lambda: KeyCurve("a", np.zeros(0), np.zeros(0), np.zeros(0)), "The keys of 'a'"),
        (lambda: _run(["jawOpen"], tolerance=0.0), "The tolerance is 0.0"),
        (lambda: _run(["jawOpen", "jawOpen"]), "Key 'jawOpen' is listed twice"),
        (lambda: _run(["browInnerUp"]), "None of these 1 keys moves the mouth by 'arkit'"),
        (lambda: _run([]), "None of these 0 keys"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_sentence(make, told: str) -> None:
    with pytest.raises((UsageError, RigError)) as caught:
        make()
    message = str(caught.value)
    assert told in message and message.endswith(".") and "; " in message and "\n" not in message


def _run(names: list[str], tolerance: float = 0.01) -> None:
    keys = key_infos(names)
    drain(key_curves(still(1.0, jaw=0.5), bind(BY_NAME["arkit"], names), keys, Grid(24.0), tolerance))


def test_curves_thinned_in_parts_are_the_same_as_together(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = made(babble(7), BY_NAME["arkit"], Grid(30.0))
    monkeypatch.setattr("engine.rig.thin.MOST", 1)
    apart = made(babble(7), BY_NAME["arkit"], Grid(30.0))
    assert all(np.array_equal(whole[name].times, apart[name].times) for name in whole)
    assert all(np.array_equal(whole[name].slopes, apart[name].slopes) for name in whole)


def test_thinning_halves_what_is_left_even_where_all_errors_are_equal(monkeypatch: pytest.MonkeyPatch) -> None:
    rounds: list[int] = []
    worst = thinning._Line.worst

    def counted(line: thinning._Line, flags: np.ndarray) -> np.ndarray:
        rounds.append(1)
        return worst(line, flags)

    monkeypatch.setattr(thinning._Line, "worst", counted)
    values = np.tile([0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0], 500)[None]
    flags, _ = drain(thinning.thin(np.arange(4000.0), values, np.full(values.shape, 0.01)))
    assert flags.sum() >= 2000 and len(rounds) < 40
