"""From a take to keys, on every rig: closures shut on whole frames, vowels open, nothing shut that is not spoken."""

from __future__ import annotations

import numpy as np
import pytest
from made_faces import BY_NAME, PROFILES, key_infos, key_names

from engine.errors import RigError
from engine.languages import load
from engine.mouth import Controls
from engine.perform import perform
from engine.progress import Progress, drain
from engine.rig import Grid, KeyCurve, Profile, bind
from engine.take import Audio, Phone, Syllable, Take

# 'Papa, may Bob move five thumbs?' with plausible times
SPOKEN = (
    *("p 0.30 0.40", "ɑ 0.40 0.55", "p 0.55 0.63", "ə 0.63 0.72", "m 0.80 0.88", "eɪ 0.88 1.02", "b 1.02 1.09"),
    *("ɑ 1.09 1.22", "b 1.22 1.28", "m 1.30 1.37", "uː 1.37 1.52", "v 1.52 1.60", "f 1.64 1.74", "aɪ 1.74 1.92"),
    *("v 1.92 1.98", "θ 2.00 2.10", "ʌ 2.10 2.22", "m 2.22 2.30", "z 2.30 2.45"),
)
SHUT = {"p", "b", "m"}


def reading() -> Take:
    phones = []
    for line in SPOKEN:
        ipa, start, end = line.split()
        phones.append(Phone(float(start), float(end), ipa, 0.9, 1 if ipa in ("ɑ", "uː", "aɪ") else 0))
    nuclei = [i for i, phone in enumerate(phones) if phone.ipa in ("ɑ", "ə", "eɪ", "uː", "aɪ", "ʌ")]
    syllables = [Syllable(phones[i].start - 0.05, phones[i].end, i, 0.8) for i in nuclei]
    return Take(Audio("made.wav", "0" * 64, 2.8, 48000), "en", "made", phones=tuple(phones), syllables=tuple(syllables))


def spoken(profile: Profile, grid: Grid, names: list[str] | None = None) -> dict[str, KeyCurve]:
    keys = key_infos(names or key_names(profile))
    return {curve.name: curve for curve in drain(perform(reading(), load("en"), profile, keys, Controls(), grid))}


def frames(grid: Grid, start: float, end: float) -> np.ndarray:
    first, last = np.ceil((start - grid.origin) * grid.fps - 1e-6), np.floor((end - grid.origin) * grid.fps + 1e-6)
    return grid.origin + np.arange(first, last + 1) / grid.fps


def shutness(curves: dict[str, KeyCurve], times: np.ndarray) -> np.ndarray:
    """How shut an ARKit mouth is: 1 where the lips meet over the jaw and nothing parts them."""
    jaw, close = curves["jawOpen"].at(times), curves["mouthClose"].at(times)
    apart = [curves[n].at(times) for n in curves if n.startswith(("mouthUpperUp", "mouthLowerDown", "mouthFunnel"))]
    gap = np.max([jaw - close, *apart], axis=0)
    result: np.ndarray = 1.0 - gap
    return result


@pytest.mark.parametrize("fps", [24.0, 25.0, 30000 / 1001, 30.0, 60.0])
@pytest.mark.parametrize("origin", [0.0, -0.0173, 4.171])
def test_closures_are_shut_and_vowels_open_on_whole_frames(fps: float, origin: float) -> None:
    grid = Grid(fps, origin)
    curves = spoken(BY_NAME["arkit"], grid)
    for phone in reading().phones:
        near = frames(grid, phone.start - 0.04, phone.end + 0.04)
        if phone.ipa in SHUT:
            # shut: pressing and nothing parting; rest is shut as well, so the press must be seen
            shut = (shutness(curves, near) > 0.999) & (curves["mouthPressL"].at(near) > 0.05)
            assert shut.any(), phone
        elif phone.ipa in ("ɑ", "aɪ"):
            assert shutness(curves, near).min() < 0.75, phone


def test_nothing_is_sealed_where_no_closure_is_spoken() -> None:
    grid = Grid(24.0, 0.011)
    times = frames(grid, 0.0, 2.8)
    sealed = times[spoken(BY_NAME["oculus"], grid)["viseme_PP"].at(times) > 0.9]
    closed = [phone for phone in reading().phones if phone.ipa in SHUT]
    assert len(sealed) >= len(closed)
    assert all(any(p.start - 0.05 <= time <= p.end + 0.05 for p in closed) for time in sealed)


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
@pytest.mark.parametrize("mode", ["frames", "subframes", "stepped"])
def test_every_rig_speaks_in_every_mode(profile: Profile, mode: str) -> None:
    curves = spoken(profile, Grid(24.0, 0.0, mode))
    assert len(curves) >= 4
    for curve in curves.values():
        assert np.all((curve.values >= 0.0) & (curve.values <= 1.0)) and np.isfinite(curve.slopes).all()
    rests = {row.key for row in profile.rows if row.rest}
    assert all(curves[name].values[0] == curves[name].values[-1] == 0.0 for name in set(curves) - rests)


def test_a_corrected_binding_drives_the_keys_it_names() -> None:
    binding = bind(BY_NAME["oculus"], key_names(BY_NAME["oculus"])).assign("viseme_PP", ["Kiss.L", "Kiss.R"])
    keys = key_infos([*(n for n in key_names(BY_NAME["oculus"]) if n != "viseme_PP"), "Kiss.L", "Kiss.R"])
    curves = {c.name: c for c in drain(perform(reading(), load("en"), binding, keys, Controls(), Grid(24.0)))}
    assert np.array_equal(curves["Kiss.L"].values, curves["Kiss.R"].values) and curves["Kiss.L"].values.max() == 1.0
    assert "viseme_PP" not in curves


def test_a_key_that_may_not_be_driven_gets_no_curve_and_closures_stay_shut() -> None:
    names = [name for name in key_names(BY_NAME["arkit"]) if name != "mouthClose"]
    curves = spoken(BY_NAME["arkit"], Grid(24.0), names)
    assert "mouthClose" not in curves
    for phone in reading().phones:
        if phone.ipa in SHUT:
            assert curves["jawOpen"].at(frames(Grid(24.0), phone.start - 0.04, phone.end + 0.04)).min() == 0.0


def test_a_take_without_phones_makes_no_keys() -> None:
    empty = Take(Audio("made.wav", "0" * 64, 2.8, 48000), "en", "made")
    keys = key_infos(key_names(BY_NAME["arkit"]))
    assert drain(perform(empty, load("en"), BY_NAME["arkit"], keys, Controls(), Grid(24.0))) == ()


def test_a_face_without_a_key_of_the_rig_is_refused() -> None:
    with pytest.raises(RigError, match=r"None of these 1 keys moves the mouth by 'arkit'; choose another rig\."):
        drain(perform(reading(), load("en"), BY_NAME["arkit"], key_infos(["Basis 2"]), Controls(), Grid(24.0)))


def test_progress_rises_from_nothing_to_all() -> None:
    keys = key_infos(key_names(BY_NAME["arkit"]))
    steps = list(perform(reading(), load("en"), BY_NAME["arkit"], keys, Controls(), Grid(24.0)))
    assert all(isinstance(step, Progress) for step in steps)
    assert steps[0].fraction == 0.0 and steps[-1].fraction == 1.0
    assert [step.fraction for step in steps] == sorted(step.fraction for step in steps)
