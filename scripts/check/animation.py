"""A speech animated on some rig in some style: what the check is to look at, before anything is wrong with it."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.check.seen import Seen, SeenPart
from engine.cli import key_names, rigs_folder
from engine.mouth import Contact, Controls
from engine.perform import face_curves, face_keys
from engine.progress import drain
from engine.rig import Binding, Grid, KeyCurve, KeyInfo, Profile, Row, bind, load_profiles, means_of, sample
from engine.take import Take, Tracks

from .captured import Performance
from .captured import keys as captured_keys
from .captured import profile as captured_profile
from .plain import contacts, plain_face
from .speech import Speech, Timed, language_of, take_of

THREE = Profile(
    "three shapes",
    "Three shapes",
    (
        Row("open", makes={"open": 1.0}),
        Row("shut", makes={"seal": 1.0, "press": 0.5}),
        Row("round", makes={"pucker": 1.0, "funnel": 0.4}),
    ),
)
RIGS = ("arkit", "vrm", "oculus", "arkit", "preston_blair", THREE.name, "arkit, two meshes", "oculus")
RATES = (24.0, 24.0, 25.0, 30.0, 24.0, 29.97, 60.0, 23.976, 48.0, 12.0, 24.0, 15.0)
SPEEDS = {5: 1.25, 11: 0.5, 17: 2.0, 23: 0.8}  # of every 29 shots, by their place
STEADY = 1e-6  # seconds after a frame at which a held key has its value

Floats = NDArray[np.float64]
At = Callable[[Floats], Floats]


@dataclass(frozen=True, eq=False)
class Rig:
    """A character: its binding and its keys; `meshes` that bear them all."""

    name: str
    binding: Binding
    keys: tuple[KeyInfo, ...]
    meshes: int = 1


@dataclass(frozen=True)
class Style:
    """How a shot is made: `plain` as other tools do, `edited` by hand; `margin` seconds around the sound are seen."""

    controls: Controls
    grid: Grid
    speed: float = 1.0
    plain: bool = False
    edited: bool = False
    margin: float = 0.4

    @property
    def fps(self) -> float:
        """Frames a second as played; the grid counts them by the second of sound."""
        return self.grid.fps * self.speed


@dataclass(frozen=True, eq=False)
class Shot:
    """A speech with its animation: `at(times)` gives key values [n, keys] at seconds of the sound.

    `closures`: when its lips must be shut; `first`, `last`: when speech begins and ends, in seconds of the sound.
    """

    speech: Speech
    rig: Rig
    style: Style
    at: At
    closures: tuple[Contact, ...]
    first: float
    last: float
    curves: tuple[KeyCurve, ...] = ()

    def seen(self, at: At | None = None, fps: float | None = None, still: Sequence[str] = ()) -> Seen:
        """What is seen of it frame by frame; `at` another motion, `still` meshes that do not move."""
        rate, speed = fps or self.style.fps, self.style.speed
        first = np.ceil((-self.style.margin - self.style.grid.origin) * rate / speed)
        last = np.floor((self.speech.duration + self.style.margin - self.style.grid.origin) * rate / speed)
        times = self.style.grid.origin + np.arange(first, last + 1) * speed / rate
        values = (at or self.at)(times)
        names = ["Face", "Beard", "Teeth"][: max(self.rig.meshes, len(still) + 1)]
        rest = np.tile([key.rest for key in self.rig.keys], (len(times), 1))
        parts = tuple(SeenPart(name, self.rig.keys, rest if name in still else values) for name in names)
        return Seen(times, parts, rate, (0.0, self.speech.duration), speed)

    @property
    def rest(self) -> Floats:
        """Key values [keys] of the mouth at rest."""
        return np.array([key.rest for key in self.rig.keys])


def rigs() -> dict[str, Rig]:
    """The characters by name."""
    profiles = {one.name: one for one in load_profiles(rigs_folder())}
    found = {}
    for name in dict.fromkeys(RIGS):
        plain_name, _, meshes = name.partition(", ")
        profile = THREE if name == THREE.name else profiles[plain_name]
        names = [row.key for row in THREE.rows] if profile is THREE else key_names(profile)
        found[name] = Rig(name, bind(profile, names), tuple(KeyInfo(key) for key in names), 2 if meshes else 1)
    return found


def style_of(number: int, rig: Rig) -> Style:
    """The style of shot `number`: the same every time."""
    generator = random.Random(f"style {number}")
    fps, speed = RATES[number % len(RATES)], SPEEDS.get(number % 29, 1.0)
    if speed == 2.0:
        fps = max(fps, 24.0)
    mode, step = "frames", 1
    if rig.binding.exclusive:
        mode, step = "stepped", 2 if fps >= 24.0 and number % 3 == 0 else 1
    elif number % 5 == 1:
        mode = "subframes"
    elif number % 13 == 4 and fps >= 24.0:
        mode = "stepped"
    controls = Controls(
        intensity=generator.choice([0.7, 1.0, 1.0, 1.2, 1.5]),
        smoothing=generator.choice([0.0, 0.0, 0.2, 0.5]),
        lead=generator.choice([10.0, 30.0, 30.0, 50.0]),
        effort=generator.choice([0.6, 1.0, 1.0, 1.3]),
    )
    origin = generator.choice([0.0, 0.0, generator.uniform(0.0, 1.0)]) * speed / fps
    grid = Grid(fps / speed, origin, mode, step)  # type: ignore[arg-type]
    return Style(controls, grid, speed, number % 7 == 3, number % 6 == 5, generator.choice([0.0, 0.4, 1.0]))


def animate(speech: Speech, rig: Rig, style: Style, tracks: Tracks | None, seed: str = "") -> Shot:
    """The speech animated from its phones; `tracks`: what was measured of its sound, energy and pitch."""
    take = take_of(speech.phones, speech, tracks)
    curves = _curves(take, speech.phones, speech, rig, style)
    if style.edited:
        curves = edited(curves, style, seed or speech.name)
    return Shot(speech, rig, style, motion(curves, rig), contacts(speech.phones), *_span(speech), curves)


def _span(speech: Speech) -> tuple[float, float]:
    return (speech.phones[0][0], speech.phones[-1][1]) if speech.phones else (0.0, speech.duration)


def _curves(take: Take, phones: Sequence[Timed], speech: Speech, rig: Rig, style: Style) -> tuple[KeyCurve, ...]:
    if style.plain:
        face = plain_face(phones, speech.duration)
    else:
        means = means_of(rig.binding.on([key.name for key in rig.keys]))
        face = face_curves(take, language_of(speech.language), style.controls, means=means)
    return drain(face_keys(face, rig.binding, rig.keys, style.grid))


def motion(curves: Sequence[KeyCurve], rig: Rig) -> At:
    """What the curves make of all keys of the rig; those without a curve are at rest."""
    places = {key.name: column for column, key in enumerate(rig.keys)}
    columns = [places[curve.name] for curve in curves]
    rest = np.array([key.rest for key in rig.keys])

    def at(times: Floats) -> Floats:
        values = np.tile(rest, (len(times), 1))
        if columns:
            values[:, columns] = sample(curves, np.asarray(times) + STEADY)
        return values

    return at


def captured(performance: Performance, style: Style) -> Shot:
    """A captured face, seen at the style's frame rate."""
    profile = captured_profile()
    keys = captured_keys()
    rig = Rig("captured", bind(profile, [key.name for key in keys]), keys)
    speech = performance.speech
    return Shot(speech, rig, style, performance.at, (), 0.0, speech.duration)


def edited(curves: Sequence[KeyCurve], style: Style, seed: str) -> tuple[KeyCurve, ...]:
    """The curves after an artist: one key in twelve a fifth higher or lower, one in thirty gone, one in forty moved."""
    generator = np.random.default_rng(sum(seed.encode()))
    found = []
    for curve in curves:
        inner = np.arange(1, len(curve.times) - 1)
        draw = generator.random(len(inner))
        values, times = curve.values.copy(), curve.times.copy()
        louder = inner[draw < 1 / 12]
        values[louder] *= generator.choice([0.8, 1.2], len(louder))
        moved = inner[(draw > 0.5) & (draw < 0.5 + 1 / 40)]
        shifted = times[moved] + generator.choice([-1, 1], len(moved)) / style.grid.fps
        free = (shifted > times[moved - 1] + 1e-3) & (shifted < times[moved + 1] - 1e-3)
        times[moved[free]] = shifted[free]
        order = np.all(np.diff(times) > 0)
        kept = np.ones(len(times), bool)
        kept[inner[draw > 1 - 1 / 30]] = False
        times = times if order else curve.times
        found.append(
            replace(curve, times=times[kept], values=np.clip(values, 0.0, 1.0)[kept], slopes=curve.slopes[kept])
        )
    return tuple(found)
