"""An artist at work on one curve: keys moved, added, deleted and bent, by a seed; and the take and curve to work on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace

import numpy as np

from engine.edits import CurveKeys, hermite_keys
from engine.rig import Grid
from engine.take import Audio, Phone, Phrase, Take

FPS = 24.0
GRID = Grid(FPS, origin=0.02)
SOUNDS = ("m", "ɑ", "b", "i", "s", "u", "p", "ə", "t", "e")


def take(count: int = 60, pace: float = 1.0, name: str = "a") -> Take:
    """`count` phones of 60 to 140 ms times `pace` in phrases of 20, half a second of silence and more between them."""
    rng = np.random.default_rng(7)
    phones, phrases, at = [], [], 0.3
    for number in range(count):
        length = float(rng.integers(60, 140)) / 1000.0 * pace
        phones.append(Phone(round(at, 3), round(at + length, 3), SOUNDS[number % len(SOUNDS)]))
        at += length
        if number % 20 == 19:
            phrases.append(Phrase(phones[number - 19].start, phones[number].end))
            at += 0.7
    return Take(
        Audio(f"{name}.wav", name * 64, round(at + 0.5, 3), 48000),
        "en",
        "tests",
        None,
        tuple(phones),
        (),
        (),
        tuple(phrases),
    )


def curve(seed: int, duration: float = 6.0, scale: float = 1.0, mode: str = "frames") -> CurveKeys:
    """A generated curve: keys every one to three frames of GRID, many of them at zero, smooth between."""
    rng = np.random.default_rng(seed)
    frames = np.cumsum(rng.integers(1, 4, int(duration * FPS / 2)))
    times = GRID.origin + frames / FPS if mode != "subframes" else np.cumsum(rng.uniform(0.01, 0.1, len(frames)))
    values = np.where(rng.random(len(frames)) < 0.3, 0.0, rng.random(len(frames))) * scale
    slopes = np.where(values == 0.0, 0.0, rng.normal(0.0, 3.0, len(frames))) * scale
    return hermite_keys(times, values, slopes, stepped=mode == "stepped")


def _copy(keys: CurveKeys) -> dict[str, np.ndarray]:
    return {item.name: getattr(keys, item.name).copy() for item in fields(CurveKeys)}


def _shifted(columns: dict[str, np.ndarray], chosen: Sequence[int] | slice, seconds: float) -> None:
    columns["times"][chosen] += seconds
    columns["left"][chosen, 0] += seconds
    columns["right"][chosen, 0] += seconds


def _sorted(columns: dict[str, np.ndarray]) -> CurveKeys:
    order = np.argsort(columns["times"], kind="stable")
    made = {name: values[order] for name, values in columns.items()}
    apart = np.concatenate([[True], np.diff(made["times"]) > 1.5e-3])
    return CurveKeys(**{name: values[apart] for name, values in made.items()})


def moved(keys: CurveKeys, rng: np.random.Generator) -> CurveKeys:
    """One key elsewhere, by whole frames or not."""
    columns, at = _copy(keys), int(rng.integers(len(keys)))
    frames = rng.uniform(-2.0, 2.0) if rng.random() < 0.5 else float(rng.integers(-2, 3))
    _shifted(columns, [at], frames / FPS)
    return _sorted(columns)


def added(keys: CurveKeys, rng: np.random.Generator) -> CurveKeys:
    """One key more, anywhere, before the first and after the last as well."""
    time = rng.uniform(keys.times[0] - 0.5, keys.times[-1] + 0.5)
    one = hermite_keys(np.array([time]), rng.random(1), rng.normal(0.0, 1.0, 1))
    return _sorted(
        {item.name: np.concatenate([getattr(keys, item.name), getattr(one, item.name)]) for item in fields(CurveKeys)}
    )


def deleted(keys: CurveKeys, rng: np.random.Generator) -> CurveKeys:
    """Up to four keys less."""
    if len(keys) < 10:
        return keys
    first = int(rng.integers(len(keys)))
    kept = np.ones(len(keys), bool)
    kept[first : first + int(rng.integers(1, 5))] = False
    return keys.at(kept)


def valued(keys: CurveKeys, rng: np.random.Generator) -> CurveKeys:
    """Up to three keys with other values, their handles with them."""
    columns, first = _copy(keys), int(rng.integers(len(keys)))
    for at in range(first, min(first + int(rng.integers(1, 4)), len(keys))):
        rise = rng.normal(0.0, 0.4)
        for name in ("left", "right"):
            columns[name][at, 1] += rise
        columns["values"][at] += rise
    return CurveKeys(**columns)


def bent(keys: CurveKeys, rng: np.random.Generator) -> CurveKeys:
    """One key's handle elsewhere, or both of another kind."""
    columns, at = _copy(keys), int(rng.integers(len(keys)))
    if rng.random() < 0.6:
        side = ("left", "right")[int(rng.integers(2))]
        columns[side][at] += rng.normal(0.0, 0.02), rng.normal(0.0, 0.2)
    else:
        columns["left_type"][at] = columns["right_type"][at] = int(rng.integers(1, 5))
    return CurveKeys(**columns)


def eased(keys: CurveKeys, rng: np.random.Generator) -> CurveKeys:
    """One key of another interpolation and easing."""
    columns, at = _copy(keys), int(rng.integers(len(keys)))
    columns["interpolation"][at] = rng.integers(13)
    columns["easing"][at] = rng.integers(4)
    columns["back"][at], columns["amplitude"][at], columns["period"][at] = 1.2, 0.8, 0.1
    return CurveKeys(**columns)


def scaled(keys: CurveKeys, rng: np.random.Generator) -> CurveKeys:
    """A selection of keys scaled about a value, zero often."""
    columns, first = _copy(keys), int(rng.integers(len(keys)))
    chosen = slice(first, first + int(rng.integers(4, 25)))
    pivot, factor = (0.0 if rng.random() < 0.6 else 0.5), rng.uniform(0.4, 1.8)
    columns["values"][chosen] = (columns["values"][chosen] - pivot) * factor + pivot
    for name in ("left", "right"):
        columns[name][chosen, 1] = (columns[name][chosen, 1] - pivot) * factor + pivot
    return CurveKeys(**columns)


def shifted(keys: CurveKeys, rng: np.random.Generator) -> CurveKeys:
    """A selection of keys earlier or later, at times scaled as well."""
    first = int(rng.integers(len(keys)))
    chosen = slice(first, first + int(rng.integers(4, 25)))
    if rng.random() < 0.3:
        columns = _copy(keys)
        for name in ("left", "right"):
            columns[name][chosen, 1] *= 1.3
        columns["values"][chosen] *= 1.3
        keys = CurveKeys(**columns)
    columns = _copy(keys)
    _shifted(columns, chosen, float(rng.choice([-2.0, -1.0, -0.5, 0.5, 1.0, 2.0])) / FPS)
    return _sorted(columns)


WAYS = (moved, added, deleted, valued, bent, eased, scaled, shifted)


def worked(keys: CurveKeys, rng: np.random.Generator, count: int) -> CurveKeys:
    """The keys after `count` changes of any kind."""
    for _ in range(count):
        keys = WAYS[int(rng.integers(len(WAYS)))](keys, rng)
    return keys


def in_blender(keys: CurveKeys, fps: float = FPS, origin: float = GRID.origin) -> CurveKeys:
    """The keys as Blender holds them: 32-bit frames and values; handles of its own kinds put where it likes."""

    def frames(times: np.ndarray) -> np.ndarray:
        return ((times - origin) * fps + 100.0).astype(np.float32).astype(np.float64)

    def seconds(held: np.ndarray) -> np.ndarray:
        return (held - 100.0) / fps + origin

    left, right = keys.left.copy(), keys.right.copy()
    for handles, kinds in ((left, keys.left_type), (right, keys.right_type)):
        handles[:, 0], handles[:, 1] = seconds(frames(handles[:, 0])), handles[:, 1].astype(np.float32)
        handles[kinds >= 2, 1] += 0.03
    return replace(
        keys,
        times=seconds(frames(keys.times)),
        values=keys.values.astype(np.float32).astype(np.float64),
        left=left,
        right=right,
    )
