"""Exported curves as what is seen of a face: a table of key values, or a face performed on a rig."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..check.seen import Seen, SeenPart
from ..errors import UsageError
from ..files import read_text
from ..mouth import FaceCurves
from ..perform import face_keys
from ..progress import drain
from ..rig import Binding, Grid, KeyInfo, Profile, bind, sample

TIME = "seconds"
LEAST_RATE, MOST_RATE = 1.0, 1000.0  # rows a second
Floats = NDArray[np.float64]


def seen_in_table(path: Path, fps: float | None, at: float, duration: float) -> Seen:
    """The face in a CSV table: a column 'seconds', rising, and a column of values for each key.

    `fps`: frames a second, None for as many as there are rows; `at`: the second of the table at which the sound, of
    `duration` seconds, begins. Raises UsageError where the table is none, or its rows are not in order.
    """
    names, rows = _read(path)
    if names[:1] != [TIME] or len(names) < 2 or len(set(names)) < len(names):
        raise UsageError(
            f"'{path.name}' begins with '{names[0] if names else ''}'; give a table with a first column '{TIME}' "
            "and a column for each key, each once."
        )
    times = rows[:, 0] - at
    if len(times) < 2 or not np.all(np.diff(times) > 0.0):
        raise UsageError(f"The seconds of '{path.name}' do not rise from row to row; export the curves again.")
    rate = _rate(path, fps, times)
    keys = tuple(KeyInfo(name) for name in names[1:])
    return Seen(times, (SeenPart(path.name, keys, rows[:, 1:]),), rate, (0.0, duration))


def _rate(path: Path, fps: float | None, times: Floats) -> float:
    rate = 1.0 / float(np.median(np.diff(times))) if fps is None else fps
    if not LEAST_RATE - 0.01 <= rate <= MOST_RATE + 0.01:
        raise UsageError(f"'{path.name}' is at {rate:g} frames a second; give 1 to 1000 with --fps.")
    return rate if fps is not None else round(rate, 3)


def _read(path: Path) -> tuple[list[str], Floats]:
    """The header and the numbers of a table. Raises UsageError."""
    rows = csv.reader(io.StringIO(read_text(path), newline=""))
    try:
        names = [name.strip() for name in next(rows, [])]
        return names, np.array(list(_numbers(rows, names, path)), np.float64).reshape(-1, max(1, len(names)))
    except csv.Error as error:
        raise UsageError(f"'{path.name}' is no table of curves ({error}); export the curves again.") from error


def _numbers(rows: Iterator[list[str]], names: list[str], path: Path) -> Iterator[list[float]]:
    for number, row in enumerate(rows, 2):
        if not row:
            continue
        try:
            values = [float(value) for value in row]
        except ValueError as error:
            raise UsageError(f"'{path.name}', line {number}, holds no number ({error}); mend that line.") from error
        if len(values) != len(names) or not np.isfinite(values).all():
            raise UsageError(
                f"'{path.name}', line {number}, has {len(values)} values for {len(names)} columns; mend that line."
            )
        yield values


def seen_on_rig(
    face: FaceCurves, profile: Profile, names: tuple[str, ...], fps: float, at: float, duration: float
) -> tuple[Seen, Binding]:
    """A face as a rig of this profile, whose keys have these names, shows it; parameters as in `seen_in_table`."""
    if not LEAST_RATE <= fps <= MOST_RATE:
        raise UsageError(f"The face is to be shown at {fps:g} frames a second; give 1 to 1000 with --fps.")
    keys, binding = tuple(KeyInfo(name) for name in names), bind(profile, names)
    curves = drain(face_keys(face, binding, keys, Grid(fps)))
    frames = np.arange(np.floor(face.start * fps), np.ceil(face.end * fps) + 1.0) / fps
    made = {curve.name: column for curve, column in zip(curves, sample(curves, frames).T, strict=True)}
    values = np.stack([made.get(name, np.zeros(len(frames))) for name in names], axis=1)
    return Seen(frames - at, (SeenPart("face", keys, values),), fps, (0.0, duration)), binding
