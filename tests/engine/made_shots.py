"""Shots to check: takes performed on rigs and looked at frame by frame, right or with something planted in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from made_faces import BY_NAME, key_infos, key_names
from made_takes import Reading
from numpy.typing import NDArray

from engine.check.result import Fault, Limits, SyncCheck
from engine.check.seen import Seen, SeenPart
from engine.check.sync import check_sync
from engine.languages import load
from engine.mouth import Controls
from engine.perform import perform
from engine.phones import features
from engine.progress import drain
from engine.rig import Binding, Grid, KeyInfo, bind
from engine.take import Take

LINE = "mama tulip seven _ boat keep fish window garden _ yellow monkey paper shadow _ happy water fire we about _ "
OTHER = "fish about yellow fire _ keep shadow a garden paper _ window mama water boat happy _ seven tulip monkey we _ "
ENGLISH = load("en")
Floats = NDArray[np.float64]


def said(text: str = LINE, times: int = 2, seed: int = 0, speed: float = 1.0, sure: float = 0.9) -> Take:
    """A take of a text, its phones `sure`."""
    take = Reading.of((text * times).strip()).said(seed, speed)
    return replace(take, phones=tuple(replace(phone, confidence=sure) for phone in take.phones))


def band_of(take: Take) -> NDArray[np.float32]:
    """A level of the speech band as the phones of a take would have it, in dB every 10 ms."""
    level = np.full(round(take.audio.duration * 100.0), -60.0)
    for phone in take.phones:
        own = features(phone.ipa)
        loud = -12.0 if own.vowel else -22.0
        level[round(phone.start * 100.0) : round(phone.end * 100.0)] = loud
    kernel = np.hanning(7) / np.hanning(7).sum()
    return np.convolve(level, kernel, mode="same").astype(np.float32)


@dataclass(frozen=True)
class Plant:
    """What is done to a shot: `when` gives for the seconds shown those of the animation; `scale` of all values;
    `rest` stretches at rest; `every` seconds a key; `still` names meshes that do not move."""

    when: Callable[[Floats], Floats] = lambda shown: shown
    scale: float = 1.0
    rest: Sequence[tuple[float, float]] = ()
    every: float = 0.0
    still: Sequence[str] = ()


RIGHT = Plant()


def late(seconds: float) -> Plant:
    return Plant(when=lambda shown: shown - seconds)


def slow(times: float) -> Plant:
    """A mouth that takes so many times as long as its sound."""
    return Plant(when=lambda shown: shown / times)


def shot(
    take: Take,
    plant: Plant = RIGHT,
    rig: str = "arkit",
    grid: Grid | None = None,
    meshes: Sequence[str] = ("face",),
    infos: Sequence[KeyInfo] | None = None,
    controls: Controls | None = None,
) -> tuple[Seen, Binding]:
    """A take performed on a rig, as it is shown from a second before its sound to a second after."""
    grid, profile = grid or Grid(24.0), BY_NAME[rig]
    keys = tuple(infos or key_infos(key_names(profile)))
    binding = bind(profile, [key.name for key in keys])
    made = {
        curve.name: curve
        for curve in drain(perform(take, ENGLISH, binding, keys, controls or Controls(), grid))
    }  # fmt: skip
    frames = np.arange(-round(grid.fps), round((take.audio.duration + 1.0) * grid.fps) + 1) / grid.fps
    when = plant.when(frames)
    columns = [_shown(made[key.name].at, when, plant, key.base) if key.name in made else np.full(len(frames), key.base)
               for key in keys]  # fmt: skip
    values = np.stack(columns, axis=1)
    still = np.tile([key.base for key in keys], (len(frames), 1))
    parts = tuple(SeenPart(name, keys, still if name in plant.still else values) for name in meshes)
    return Seen(frames, parts, grid.fps, (0.0, take.audio.duration)), binding


def _shown(at: Callable[[Floats], Floats], when: Floats, plant: Plant, base: float) -> Floats:
    if plant.every:
        moments = np.arange(when[0] - plant.every, when[-1] + plant.every, plant.every)
        values = np.interp(when, moments, at(moments))
    else:
        values = at(when)
    for start, end in plant.rest:
        values = np.where((when >= start) & (when <= end), base, values)
    return base + plant.scale * (values - base)


def checked(
    take: Take,
    seen: Seen,
    binding: Binding,
    limits: Limits | None = None,
    circumstances: Sequence[Fault] = (),
    band: NDArray[np.float32] | None = None,
) -> SyncCheck:
    level = band_of(take) if band is None else band
    return drain(check_sync(seen, binding, take, level, ENGLISH, limits, circumstances))


def kinds(check: SyncCheck) -> set[str]:
    return {fault.kind for fault in check.faults}
