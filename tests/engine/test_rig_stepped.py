"""Stepped keys: held values on ones and twos, one drawing at a time for sprites."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from made_faces import BY_NAME, HOP, babble, key_infos, key_names

from engine.mouth import Contact, FaceCurves
from engine.progress import drain
from engine.rig import BASE, Grid, KeyCurve, bind, key_curves, sample

EXCLUSIVE = ("preston_blair", "rhubarb")
SHUT = {"preston_blair": ("MBP", "FV"), "rhubarb": ("A", "G")}


def made(face: FaceCurves, name: str, grid: Grid, names: list[str] | None = None) -> dict[str, KeyCurve]:
    listed = names or key_names(BY_NAME[name])
    curves = drain(key_curves(face, bind(BY_NAME[name], listed), key_infos(listed), grid))
    return {curve.name: curve for curve in curves}


def drawings(curves: dict[str, KeyCurve], grid: Grid, start: float = 0.0, end: float = 6.0) -> list[str]:
    """The drawing shown in each frame; exactly one is on."""
    width = grid.step / grid.fps
    first = np.ceil((start - grid.origin) / width)
    times = grid.origin + np.arange(first, np.floor((end - grid.origin) / width)) * width + 0.5 * width
    values = sample(list(curves.values()), times)
    assert set(np.unique(values)) <= {0.0, 1.0} and np.all(values.sum(axis=1) == 1.0)
    return [list(curves)[i] for i in values.argmax(axis=1)]


def held(seconds: float = 1.0, **levels: float) -> FaceCurves:
    count = int(seconds / HOP)
    return FaceCurves(0.0, HOP, {name: np.full(count, levels.get(name, 0.0), np.float32) for name in BASE})


@pytest.mark.parametrize("name", EXCLUSIVE)
@pytest.mark.parametrize("step", [1, 2])
def test_exactly_one_drawing_is_on_in_every_frame(name: str, step: int) -> None:
    grid = Grid(24.0, 0.37, "stepped", step)
    assert len(set(drawings(made(babble(1), name, grid), grid))) >= 6


@pytest.mark.parametrize("name", EXCLUSIVE)
@pytest.mark.parametrize("step", [1, 2])
@pytest.mark.parametrize("fps", [24.0, 30.0])
def test_every_contact_gets_its_drawing(name: str, step: int, fps: float) -> None:
    lengths = (0.06, 0.09) if step / fps > 0.05 else (0.03, 0.09)
    for origin in np.linspace(0.0, step / fps, 5):
        for length in lengths:
            contacts = (Contact(1.0, 1.0 + length, "lips"), Contact(1.5, 1.5 + length, "teeth"))
            face = FaceCurves(0.0, HOP, held(2.5, jaw=0.5).channels, contacts)
            grid = Grid(fps, origin, "stepped", step)
            curves = made(face, name, grid)
            for key, contact in zip(SHUT[name], contacts, strict=True):
                assert np.any(curves[key].at(np.linspace(contact.start, contact.end, 9)) == 1.0)


@pytest.mark.parametrize("name", EXCLUSIVE)
def test_a_drawing_is_held_for_two_frames_at_least_and_contacts_win(name: str) -> None:
    for seed in range(5):
        face, grid = babble(seed), Grid(24.0, 0.0, "stepped", 1)
        curves = made(face, name, grid)
        shown = drawings(curves, grid)
        for contact in face.contacts:
            key = SHUT[name][contact.kind == "teeth"]
            near = np.arange(np.floor(contact.start * 24), np.ceil(contact.end * 24)) / 24
            assert np.any(value(curves, key, near) == 1.0), (seed, contact)
        changes = np.flatnonzero([a != b for a, b in pairwise(shown)])
        short = [i for i, gap in zip(changes[1:], np.diff(changes), strict=False) if gap < 2]
        # only what a contact has taken the place of may be shorter
        assert all({shown[i - 1], shown[i], shown[i + 1]} & set(SHUT[name]) for i in short), seed
        assert len(short) <= 0.1 * len(changes)


def value(curves: dict[str, KeyCurve], key: str, times: np.ndarray) -> np.ndarray:
    return curves[key].at(times) if key in curves else np.zeros(len(times))


@pytest.mark.parametrize(
    ("name", "levels", "drawing"),
    [
        ("preston_blair", {"jaw": 0.6}, "AI"),
        ("preston_blair", {"jaw": 0.35, "stretch": 0.4}, "E"),
        ("preston_blair", {"jaw": 0.42, "funnel": 0.7, "pucker": 0.42}, "O"),
        ("preston_blair", {"jaw": 0.2, "funnel": 0.5, "pucker": 0.75}, "U"),
        ("preston_blair", {"jaw": 0.05, "funnel": 0.3, "pucker": 0.95}, "WQ"),
        ("preston_blair", {"jaw": 0.22, "tongue_tip": 1.0}, "L"),
        ("preston_blair", {"jaw": 0.1, "stretch": 0.3, "upper": 0.28, "lower": 0.28}, "etc"),
        ("preston_blair", {}, "rest"),
        ("rhubarb", {"jaw": 0.65}, "D"),
        ("rhubarb", {"jaw": 0.38, "stretch": 0.2}, "C"),
        ("rhubarb", {"jaw": 0.12, "stretch": 0.4}, "B"),
        ("rhubarb", {"jaw": 0.38, "funnel": 0.55, "pucker": 0.25}, "E"),
        ("rhubarb", {"jaw": 0.12, "funnel": 0.5, "pucker": 0.85}, "F"),
        ("rhubarb", {"jaw": 0.4, "tongue_tip": 1.0}, "H"),
    ],
)
def test_a_held_face_shows_the_drawing_that_fits(name: str, levels: dict[str, float], drawing: str) -> None:
    grid = Grid(24.0, 0.0, "stepped", 1)
    face = held(1.0, **levels)
    if not levels:  # a moment of speech, then rest
        channels = {"jaw": np.where(np.arange(200) < 40, 0.6, 0.0).astype(np.float32)}
        face = FaceCurves(0.0, HOP, channels)
    assert drawings(made(face, name, grid), grid, 0.45, 0.6)[0] == drawing


@pytest.mark.parametrize("name", EXCLUSIVE)
def test_the_mouth_rests_before_and_after(name: str) -> None:
    rest = "rest" if name == "preston_blair" else "X"
    curves = made(babble(3), name, Grid(24.0, 0.0, "stepped"))
    assert curves[rest].values[0] == curves[rest].values[-1] == 1.0
    others = [curve for key, curve in curves.items() if key != rest]
    assert all(curve.values[0] == curve.values[-1] == 0.0 for curve in others)


def test_without_a_resting_drawing_nothing_is_on_at_rest() -> None:
    names = [key for key in key_names(BY_NAME["rhubarb"]) if key not in ("X", "A")]
    curves = made(babble(3), "rhubarb", Grid(24.0, 0.0, "stepped"), names)
    assert "X" not in curves and all(curve.values[0] == curve.values[-1] == 0.0 for curve in curves.values())
    lips = [contact for contact in babble(3).contacts if contact.kind == "lips"]
    middle = np.array([(contact.start + contact.end) / 2 for contact in lips if contact.end - contact.start > 0.06])
    assert len(middle) and sample(list(curves.values()), middle).max() == 0.0


@pytest.mark.parametrize("step", [1, 2])
def test_stepped_keys_hold_their_value_and_lie_on_ones_or_twos(step: int) -> None:
    grid = Grid(24.0, 0.021, "stepped", step)
    for name in ("arkit", "preston_blair"):
        for curve in made(babble(2), name, grid).values():
            assert curve.interpolation == "CONSTANT" and np.all(curve.slopes == 0.0)
            frames = (curve.times - grid.origin) * 24.0 / step
            assert np.abs(frames - np.round(frames)).max() < 1e-6
            assert np.all(np.abs(np.diff(curve.values)) > 0.0)


def test_the_same_drawings_are_blended_when_keys_are_not_stepped() -> None:
    curves = made(babble(1), "preston_blair", Grid(24.0))
    assert all(curve.interpolation == "BEZIER" for curve in curves.values())
    assert any(0.1 < v < 0.9 for v in curves["AI"].values)
