"""Fewer keys, on fewer frames, in coarser steps, until a budget is met; what times the mouth stays where it is.

Closures keep the frames on which they shut and open, and openness its peaks. Between those, keys may stand on the
frames of the delivery's rate only, and the error that thinning may make is raised until the budget is met; where that
is not enough, the curves that move least go.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..progress import drain
from ..rig import Binding, Contact, Grid, KeyCurve, KeyInfo
from ..rig.thin import thin
from .cost import PEAK, Cost, cost, shown, turning
from .profile import Delivery
from .savings import Savings

TRIES = 8  # tolerances tried between the least and the most
MARGIN = 0.02  # error allowed on the frames of a closure and of a peak
FINE = 0.25  # share of the tolerance for curves that open or shut the mouth
ESSENTIAL = {"jaw", "open", "shut", "seal", "tuck"}

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Reduced:
    """The curves that are left, and what was saved."""

    curves: tuple[KeyCurve, ...]
    savings: Savings


@dataclass(frozen=True, slots=True, eq=False)
class _Face:
    """The curves on every frame: `times` [n], `values` [curves, n]; `fixed` [n] frames that closures and peaks need.

    `free` [n]: frames on which keys may stand. `shares` [curves]: of the tolerance that each curve is allowed.
    """

    curves: tuple[KeyCurve, ...]
    times: Floats
    values: Floats
    fixed: Flags
    free: Flags
    shares: Floats


def reduce_keys(
    curves: Sequence[KeyCurve],
    binding: Binding,
    keys: Sequence[KeyInfo],
    contacts: Sequence[Contact],
    grid: Grid,
    delivery: Delivery,
) -> Reduced:
    """The curves of a face as the delivery wants them. `contacts`: when the mouth must be shut, in seconds.

    `keys` with their limits and rest, `binding` what they make: closures and peaks are those of the mouth that they
    show. Held curves lose the changes that are below the tolerance. Without a budget only rate, steps and tolerance
    are applied, and nothing at all where the delivery has none of them. Curves never get more keys.
    """
    made = tuple(curves)
    if not made or not (delivery.rate or delivery.levels or delivery.bytes_per_second):
        return Reduced(made, _savings(delivery, made, made, None, delivery.tolerance, Cost.none()))
    seconds = max(curve.times[-1] for curve in made) - min(curve.times[0] for curve in made)
    most = delivery.most_keys(seconds)
    face = _face(made, binding, keys, contacts, grid, delivery)
    tolerance = delivery.tolerance
    found = _at(face, tolerance, delivery)
    if most is not None and _count(found) > most:
        tolerance, found = _within(face, most, delivery)
    spent = cost(made, found, binding, keys, contacts)
    return Reduced(found, _savings(delivery, made, found, most, tolerance, spent))


def _within(face: _Face, most: int, delivery: Delivery) -> tuple[float, tuple[KeyCurve, ...]]:
    """The least tolerance that meets the budget, by halving; the largest where none does."""
    low, high = delivery.tolerance, delivery.most_tolerance
    best = high, _at(face, high, delivery)
    if _count(best[1]) > most:
        return high, _fewer(face, best[1], most)
    for _ in range(TRIES):
        middle = (low + high) / 2.0
        found = _at(face, middle, delivery)
        if _count(found) <= most:
            high, best = middle, (middle, found)
        else:
            low = middle
    return best


def _fewer(face: _Face, curves: tuple[KeyCurve, ...], most: int) -> tuple[KeyCurve, ...]:
    """Without the curves that move least, until the budget is met; those that open or shut the mouth stay."""
    spare = {
        curve.name: float(np.ptp(curve.values))
        for curve, share in zip(face.curves, face.shares, strict=True)
        if share == 1.0
    }
    left = list(curves)
    for curve in sorted((one for one in curves if one.name in spare), key=lambda one: spare[one.name]):
        if _count(left) <= most:
            break
        left.remove(curve)
    return tuple(left)


def _count(curves: Sequence[KeyCurve]) -> int:
    return sum(len(curve.times) for curve in curves)


def _savings(
    delivery: Delivery,
    before: Sequence[KeyCurve],
    after: Sequence[KeyCurve],
    most: int | None,
    tolerance: float,
    spent: Cost,
) -> Savings:
    size = delivery.bytes_per_key
    counts = _count(before), _count(after)
    return Savings(
        delivery=delivery.title,
        keys_before=counts[0],
        keys=counts[1],
        curves_before=len(before),
        curves=len(after),
        bytes_before=counts[0] * size,
        bytes=counts[1] * size,
        budget=None if most is None else most * size,
        tolerance=tolerance,
        closures=spent.closures,
        closures_lost=spent.closures_lost,
        closure_shift=spent.closure_shift,
        peaks=spent.peaks,
        peaks_lost=spent.peaks_lost,
        peak_shift=spent.peak_shift,
        error=spent.error,
    )


def _face(
    curves: tuple[KeyCurve, ...],
    binding: Binding,
    keys: Sequence[KeyInfo],
    contacts: Sequence[Contact],
    grid: Grid,
    delivery: Delivery,
) -> _Face:
    first, last = (pick(at) for pick, at in ((min, [c.times[0] for c in curves]), (max, [c.times[-1] for c in curves])))
    low, high = np.floor((first - grid.origin) * grid.fps + 1e-6), np.ceil((last - grid.origin) * grid.fps - 1e-6)
    frames = np.arange(low, high + 1.0)
    times: Floats = grid.origin + frames / grid.fps
    if grid.mode == "subframes":
        times = np.unique(np.concatenate([times, *(curve.times for curve in curves)]))
    values: Floats = np.stack([curve.at(times) for curve in curves])
    fixed = _closing(times, contacts, 1.0 / grid.fps) | _peaks(curves, binding, keys, times)
    shares = np.array([FINE if essential else 1.0 for essential in _essential(curves, binding)])
    return _Face(curves, times, values, fixed, fixed | _on_rate(times, delivery.rate, grid), shares)


def _essential(curves: Sequence[KeyCurve], binding: Binding) -> list[bool]:
    """Whether each curve opens the mouth or shuts it."""
    names = {name for row in binding.rows if ESSENTIAL & set(row.makes) for name in row.names}
    return [curve.name in names for curve in curves]


def _on_rate(times: Floats, rate: float, grid: Grid) -> Flags:
    """The frames at which the delivery lets keys stand: the first one in each of its own frames."""
    flags = np.ones(len(times), bool)
    if rate and rate < grid.fps:
        cell = np.floor((times - grid.origin) * rate + 1e-6)
        flags[1:] = np.diff(cell) > 0.0
    flags[[0, -1]] = True
    return flags


def _closing(times: Floats, contacts: Sequence[Contact], frame: float) -> Flags:
    """The frames of each closure, and one on each side, from which the lips come and to which they go."""
    flags = np.zeros(len(times), bool)
    for one in contacts:
        first = np.searchsorted(times, one.start - 1.5 * frame, "right")
        flags[first : np.searchsorted(times, one.end + 1.5 * frame)] = True
    return flags


def _peaks(curves: Sequence[KeyCurve], binding: Binding, keys: Sequence[KeyInfo], times: Floats) -> Flags:
    flags = np.zeros(len(times), bool)
    flags[turning(shown(curves, binding, keys, times).openness, PEAK / 2.0)] = True
    return flags


def _at(face: _Face, tolerance: float, delivery: Delivery) -> tuple[KeyCurve, ...]:
    """The curves thinned to a tolerance; those that move by less than it are gone."""
    moving = [place for place, row in enumerate(face.values) if np.ptp(row) > tolerance * face.shares[place]]
    smooth = [place for place in moving if face.curves[place].interpolation == "BEZIER"]
    found = dict(zip(smooth, _thinned(face, smooth, tolerance, delivery), strict=True)) if smooth else {}
    made = [found.get(place) or _held(face, place, tolerance, delivery) for place in moving]
    return tuple(
        new if len(new.times) <= len(face.curves[place].times) else face.curves[place]
        for place, new in zip(moving, made, strict=True)
    )


def _thinned(face: _Face, places: list[int], tolerance: float, delivery: Delivery) -> list[KeyCurve]:
    times = face.times[face.free]
    values = np.ascontiguousarray(_stepped(face.values[places][:, face.free], delivery.levels))
    bounds = np.tile(tolerance * face.shares[places], (len(times), 1)).T
    bounds[:, face.fixed[face.free]] = np.minimum(bounds[:, face.fixed[face.free]], MARGIN)
    flags, slopes = drain(thin(times, values, np.ascontiguousarray(bounds)))
    return [
        KeyCurve(face.curves[place].name, times[flag], row[flag], slope[flag])
        for place, row, flag, slope in zip(places, values, flags, slopes, strict=True)
    ]


def _stepped(values: Floats, levels: int) -> Floats:
    """Values in steps of one in `levels`; as they are for 0."""
    rounded: Floats = np.round(values * levels) / levels if levels else values
    return rounded


def _held(face: _Face, place: int, tolerance: float, delivery: Delivery) -> KeyCurve:
    """A held curve: it changes where the error would pass the tolerance."""
    values, allowed = _stepped(face.values[place], delivery.levels), tolerance * face.shares[place]
    kept = [0]
    for at in range(1, len(values)):
        bound = min(allowed, MARGIN) if face.fixed[at] else allowed
        if face.free[at] and abs(values[at] - values[kept[-1]]) > bound:
            kept.append(at)
    return replace(
        face.curves[place], times=face.times[kept], values=values[kept], slopes=np.zeros(len(kept))
    )  # fmt: skip
