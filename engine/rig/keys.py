"""Face curves -> the keys of one character."""

from __future__ import annotations

from collections.abc import Generator, Sequence

import numpy as np

from ..errors import RigError, UsageError
from ..progress import Progress, scaled
from .channels import Floats, targets
from .contacts import decisive, keep_contacts
from .curves import FaceCurves, Grid, KeyCurve, KeyInfo
from .exclusive import choose
from .moments import FREE, Moments, plan
from .profile import Binding, Row, matrix
from .solve import solve
from .thin import Flags, thin

EXACT = 1e-7  # error allowed where a contact must be kept
FINE = 1e-5  # weights are rounded to this: what is below is no movement
HOLD = 2  # frames that a drawing is held at least
SHAPES_FROM, KEYS_FROM = 0.2, 0.35  # of the work, as progress shows it

TOLERANCE = 0.01


def key_curves(
    curves: FaceCurves, binding: Binding, keys: Sequence[KeyInfo], grid: Grid, tolerance: float = TOLERANCE
) -> Generator[Progress, None, tuple[KeyCurve, ...]]:
    """Keys that make the mouth of `curves` on the character that `binding` knows.

    `keys` are the shape keys that may be driven, each once; keys of the binding that are not among them are left out
    and their part is taken over by the others. A key's value is its rest at weight 0 and its maximum, at most 1.0, at
    weight 1. At every whole frame the curves are within `tolerance` (of weight and of value) of what was wanted, and
    exactly on it in contacts; keys that never move get no curve. The first and the last key are at rest.

    Raises RigError where no key can be driven or one is named twice, UsageError for a tolerance outside 0..0.5.
    """
    if not 0.0 < tolerance <= 0.5:
        raise UsageError(f"The tolerance is {tolerance}; give a value above 0 and up to 0.5.")
    bound, known = drivable(binding, keys)
    yield Progress("frames", 0.0)
    moments = plan(curves, grid)
    if len(moments.times) < 2:
        return ()
    yield Progress("shapes", SHAPES_FROM)
    shown = yield from scaled(_shown(moments, bound, grid), SHAPES_FROM, KEYS_FROM)
    yield Progress("keys", KEYS_FROM)
    if grid.mode == "stepped":
        made = _stepped(moments, shown, bound.rows, known, tolerance)
    else:
        made = yield from scaled(_smooth(moments, shown, bound.rows, known, grid, tolerance), KEYS_FROM, 1.0)
    yield Progress("keys", 1.0)
    return made


def drivable(binding: Binding, keys: Sequence[KeyInfo]) -> tuple[Binding, dict[str, KeyInfo]]:
    """`binding` on just those `keys`, and these by name.

    Raises RigError where none of them moves the mouth or one is named twice.
    """
    known = _known(keys)
    bound = binding.on(known)
    if not any(row.makes for row in bound.rows):
        raise RigError(f"None of these {len(keys)} keys moves the mouth by '{binding.profile}'; choose another rig.")
    return bound, known


def _known(keys: Sequence[KeyInfo]) -> dict[str, KeyInfo]:
    known: dict[str, KeyInfo] = {}
    for key in keys:
        if key.name in known:
            raise RigError(f"Key '{key.name}' is listed twice; list each key once.")
        known[key.name] = key
    return known


def _shown(moments: Moments, binding: Binding, grid: Grid) -> Generator[Progress, None, Floats]:
    """Weights [n, rows], 0..1."""
    if binding.exclusive and grid.mode == "stepped":
        return choose(targets(moments.base), moments.contact, binding.rows, HOLD if grid.step == 1 else 1)
    return (yield from weights(moments.base, binding.rows))


def weights(base: Floats, rows: tuple[Row, ...]) -> Generator[Progress, None, Floats]:
    """What each of `rows` is set to, 0..its limit, for base channels [n, len(BASE)]: [n, rows], contacts kept."""
    limits = np.array([row.limit for row in rows])
    solved = yield from solve(targets(base), matrix(rows), limits)
    rounded: Floats = np.round(keep_contacts(solved, base, rows) / FINE) * FINE
    return rounded


def _used(shown: Floats, rows: tuple[Row, ...], tolerance: float) -> list[int]:
    """The rows that move: any at all where contacts rest on them, beyond half the tolerance elsewhere."""
    top = shown.max(axis=0)
    return [j for j, must in enumerate(decisive(rows)) if top[j] > (FINE if must else tolerance / 2)]


def _smooth(
    moments: Moments, shown: Floats, rows: tuple[Row, ...], known: dict[str, KeyInfo], grid: Grid, tolerance: float
) -> Generator[Progress, None, tuple[KeyCurve, ...]]:
    used = _used(shown, rows, tolerance)
    if not used:
        return ()
    values = np.ascontiguousarray(shown[:, used].T)
    must = np.array(decisive(rows))[used]
    bounds = np.full(values.shape, tolerance)
    bounds[np.ix_(must, moments.contact != FREE)] = EXACT
    reach = np.array([max(known[name].reach for name in rows[j].names) for j in used])
    bounds /= np.maximum(reach, 1.0)[:, None]
    seeds = _extrema(values, tolerance) if grid.mode == "subframes" else None
    flags, slopes = yield from thin(moments.times, values, bounds, seeds)
    return tuple(
        _curve(known[name], moments.times[flags[i]], values[i, flags[i]], slopes[i, flags[i]])
        for i, j in enumerate(used)
        for name in rows[j].names
    )


def _curve(key: KeyInfo, times: Floats, weights: Floats, slopes: Floats) -> KeyCurve:
    return KeyCurve(key.name, times, key.base + key.reach * weights, key.reach * slopes)


def _extrema(values: Floats, height: float) -> Flags:
    """Where each of `values` [curves, n] turns after a move of more than `height`."""
    flags = np.zeros(values.shape, bool)
    for curve, marks in zip(values, flags, strict=True):
        turns = np.flatnonzero(np.diff(np.sign(np.diff(curve))) != 0) + 1
        last = 0
        for turn in turns.tolist():
            if abs(curve[turn] - curve[last]) > height:
                marks[turn] = True
                last = turn
    return flags


def _stepped(
    moments: Moments, shown: Floats, rows: tuple[Row, ...], known: dict[str, KeyInfo], tolerance: float
) -> tuple[KeyCurve, ...]:
    made = []
    must = decisive(rows)
    for j in _used(shown, rows, tolerance):
        kept = _changes(shown[:, j], moments, tolerance if not must[j] else FINE)
        times, held = moments.times[kept], shown[kept, j]
        for name in rows[j].names:
            key = known[name]
            made.append(KeyCurve(name, times, key.base + key.reach * held, np.zeros(len(times)), "CONSTANT"))
    return tuple(made)


def _changes(weights: Floats, moments: Moments, tolerance: float) -> list[int]:
    """The moments at which a held value must change to stay within `tolerance`, and exactly right in contacts."""
    kept = [0]
    for i in range(1, len(weights)):
        off = abs(weights[i] - weights[kept[-1]])
        if off > (EXACT if moments.contact[i] != FREE or i == len(weights) - 1 else tolerance):
            kept.append(i)
    return kept
