"""One moment of the mouth on the keys of a character, beside what whole curves write there."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
import pytest
from made_faces import BY_NAME, PROFILES, babble, key_infos, key_names

from engine.errors import RigError
from engine.mouth import FaceCurves
from engine.progress import drain
from engine.rig import BASE, Binding, Drive, Grid, KeyInfo, bind, key_curves, sample
from engine.rig.moments import plan

GRID = Grid(100.0)
PROFILE_NAMES = [profile.name for profile in PROFILES]


def bound(name: str) -> tuple[Binding, list[KeyInfo]]:
    names = key_names(BY_NAME[name])
    return bind(BY_NAME[name], names), key_infos(names)


def written(face: FaceCurves, binding: Binding, keys: Sequence[KeyInfo], times: np.ndarray) -> dict[str, np.ndarray]:
    curves = drain(key_curves(face, binding, keys, GRID, tolerance=1e-4))
    return dict(zip([curve.name for curve in curves], sample(curves, times).T, strict=True))


@pytest.mark.parametrize("name", PROFILE_NAMES)
def test_a_moment_is_what_whole_curves_write_there(name: str) -> None:
    binding, keys = bound(name)
    face = babble(3)
    moments = plan(face, GRID)
    assert {0, 1, 2} <= set(moments.contact.tolist())
    drive = Drive(binding, keys)
    driven = np.array([drive.at(values) for values in moments.base])
    drawn = written(face, binding, keys, moments.times)
    assert set(drawn) <= set(drive.keys)
    for key, values in zip(drive.keys, driven.T, strict=True):
        assert np.abs(values - drawn.get(key, 0.0)).max() < 3e-4, key


@pytest.mark.parametrize("name", PROFILE_NAMES)
def test_keys_stay_within_their_sliders_and_rest_at_rest(name: str) -> None:
    binding, keys = bound(name)
    ranges = [(0.0, 1.0, 0.0), (-1.0, 0.0, 0.0), (0.1, 0.6, 0.2), (-1.0, 2.0, -0.5)]
    odd = [KeyInfo(key.name, *ranges[at % 4]) for at, key in enumerate(keys)]
    drive = Drive(binding, odd)
    known = {key.name: key for key in odd}
    least = np.array([known[name].minimum for name in drive.keys])
    most = np.array([known[name].maximum for name in drive.keys])
    assert np.array_equal(drive.at([0.0] * len(BASE)), drive.rest)
    negative = [at for at, name in enumerate(drive.keys) if known[name].maximum == 0.0]
    seen = np.zeros(len(drive.keys))
    for values in np.random.default_rng(5).uniform(-0.5, 1.5, (300, len(BASE))):
        made = drive.at(values)
        assert np.all(made >= least - 1e-12) and np.all(made <= most + 1e-12)
        seen = np.minimum(seen, made)
    assert seen[negative].min() < -0.1


def test_a_key_that_goes_below_zero_only_is_driven_the_other_way() -> None:
    binding, keys = bound("arkit")
    plain, turned = Drive(binding, keys), Drive(binding, [KeyInfo(key.name, -1.0, 0.0) for key in keys])
    for values in np.random.default_rng(6).uniform(0.0, 1.0, (50, len(BASE))):
        assert np.allclose(plain.at(values), -turned.at(values), atol=1e-12)


def test_the_same_values_give_the_same_keys_whatever_came_before() -> None:
    binding, keys = bound("arkit")
    table = np.random.default_rng(7).uniform(0.0, 1.0, (60, len(BASE)))
    run = Drive(binding, keys)
    for values in table:
        run.at(values)
    for values in table:
        assert np.allclose(run.at(values), Drive(binding, keys).at(values), atol=2e-5)


def test_lips_that_are_sealed_are_sealed_on_every_rig_that_can() -> None:
    for name in ("arkit", "preston_blair", "mmd"):
        binding, keys = bound(name)
        drive = Drive(binding, keys)
        values = dict.fromkeys(BASE, 0.3) | {"seal": 1.0, "jaw": 0.2}
        made = dict(zip(drive.keys, drive.at([values[channel] for channel in BASE]), strict=True))
        for row in binding.rows:
            if row.rules("seal") > 0.0:
                assert all(made[key] >= row.rules("seal") - 1e-9 for key in row.names)
            if row.gives_way("seal"):
                assert all(made[key] == 0.0 for key in row.names)


@pytest.mark.parametrize("name", ["preston_blair", "rhubarb"])
def test_of_drawings_one_is_shown_at_a_time_and_held(name: str) -> None:
    binding, keys = bound(name)
    face = babble(4)
    moments = plan(face, GRID)
    drive = Drive(binding, keys, stepped=True)
    shown = np.array([drive.at(values, at) for at, values in zip(moments.times, moments.base, strict=True)])
    assert set(np.unique(shown)) == {0.0, 1.0} and np.all(shown.sum(axis=1) <= 1.0)
    lips = [drive.keys.index(key) for row in binding.rows if row.makes.get("seal", 0.0) >= 0.8 for key in row.names]
    assert lips and np.all(shown[moments.contact == 1][:, lips].sum(axis=1) == 1.0)
    changes = np.flatnonzero(np.any(np.diff(shown, axis=0) != 0.0, axis=1))
    assert len(changes) > 20
    early = changes[1:][np.diff(changes) < 7]
    assert np.all((moments.contact[early + 1] != 0) | (moments.contact[early] != 0))


def test_a_moment_on_a_whole_rig_takes_less_than_half_a_millisecond() -> None:
    binding, keys = bound("arkit")
    moments = plan(babble(8), GRID)
    drive = Drive(binding, keys)
    for values in moments.base[:50]:
        drive.at(values)
    times = []
    for values in moments.base:
        begun = time.perf_counter()
        drive.at(values)
        times.append(time.perf_counter() - begun)
    assert np.percentile(times, 10) < 0.5e-3  # on a machine that is busy with other things too


def test_what_cannot_be_driven_is_refused() -> None:
    binding, keys = bound("arkit")
    with pytest.raises(RigError, match="moves the mouth"):
        Drive(binding, [KeyInfo("nose")])
    with pytest.raises(RigError, match="listed twice"):
        Drive(binding, [*keys, keys[0]])
    with pytest.raises(ValueError, match="13 values"):
        Drive(binding, keys).at([0.0] * 12)
