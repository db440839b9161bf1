"""What a reduction costs: how far closures and peaks have moved, and what is lost of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from ..check.mouth import MouthTrack, mouth_of
from ..check.seen import SeenPart
from ..rig import Binding, Contact, KeyCurve, KeyInfo, sample

HOP = 0.0025  # seconds between two looks
AROUND = 0.12  # seconds beside a peak in which its like is looked for
CLOSED = 0.5  # of a contact, from which it is seen as made
PEAK = 0.06  # openness that a peak must have, and rise above the dips beside it
BESIDE = 0.06  # seconds by which a contact may begin before its sound and end behind it
UNSEEN = 0.03  # of openness
AT_ONCE = 20000  # looks: bounds the memory, whatever the shot lasts

Floats = NDArray[np.float64]
Span = tuple[float, float]  # seconds


@dataclass(frozen=True, slots=True)
class Cost:
    """See `Savings`; seconds and key values."""

    closures: int
    closures_lost: int
    closure_shift: float
    peaks: int
    peaks_lost: int
    peak_shift: float
    error: float

    @staticmethod
    def none() -> Cost:
        """Nothing was changed."""
        return Cost(0, 0, 0.0, 0, 0, 0.0, 0.0)


def cost(
    before: Sequence[KeyCurve],
    after: Sequence[KeyCurve],
    binding: Binding,
    keys: Sequence[KeyInfo],
    contacts: Sequence[Contact],
) -> Cost:
    """How the face of `after` differs from that of `before`; `contacts` in seconds are those that must be shut."""
    first, last = min(curve.times[0] for curve in before), max(curve.times[-1] for curve in before)
    times: Floats = np.arange(first - HOP, last + 2.0 * HOP, HOP)
    was, now = (shown(curves, binding, keys, times) for curves in (before, after))
    made, kept = (_runs(track, contacts) for track in (was, now))
    edges = [_shift(before, after) for before, after in zip(made, kept, strict=True) if before is not None]
    peaks = _peaks(was.openness, now.openness)
    return Cost(
        closures=len(edges),
        closures_lost=sum(map(math.isinf, edges)),
        closure_shift=max((edge for edge in edges if not math.isinf(edge)), default=0.0),
        peaks=len(peaks),
        peaks_lost=sum(map(math.isinf, peaks)),
        peak_shift=max((peak for peak in peaks if not math.isinf(peak)), default=0.0),
        error=_error(before, after, times, {key.name: key for key in keys}),
    )


def shown(curves: Sequence[KeyCurve], binding: Binding, keys: Sequence[KeyInfo], times: Floats) -> MouthTrack:
    """The mouth that these curves show at `times` [n]; keys without a curve are at rest."""
    parts = [times[at : at + AT_ONCE] for at in range(0, max(1, len(times)), AT_ONCE)]
    tracks = [_shown(curves, binding, keys, part) for part in parts]
    names = (field.name for field in fields(MouthTrack))
    return MouthTrack(*(np.concatenate([getattr(track, name) for track in tracks]) for name in names))


def _shown(curves: Sequence[KeyCurve], binding: Binding, keys: Sequence[KeyInfo], times: Floats) -> MouthTrack:
    values = np.tile([key.base for key in keys], (len(times), 1))
    place = {key.name: column for column, key in enumerate(keys)}
    known = [curve for curve in curves if curve.name in place]
    values[:, [place[curve.name] for curve in known]] = sample(known, times)
    return mouth_of(SeenPart("face", tuple(keys), values), binding, times)


def _shift(before: Span, after: Span | None) -> float:
    """By how many seconds the edges of a closure moved, infinite where it is gone."""
    return math.inf if after is None else max(abs(before[0] - after[0]), abs(before[1] - after[1]))


def _runs(track: MouthTrack, contacts: Sequence[Contact]) -> list[Span | None]:
    """From when to when each contact is made; None where it is not."""
    closed = {"lips": track.shut, "teeth": track.tucked}
    apart = {kind: np.flatnonzero(values < CLOSED) for kind, values in closed.items()}
    return [_run(closed[one.kind], apart[one.kind], track.times, one) for one in contacts]


def _run(closed: Floats, apart: NDArray[np.intp], times: Floats, contact: Contact) -> Span | None:
    """From when to when a contact is made, in seconds, around its firmest moment; None where it is not.

    `apart`: where `closed` is open. Lips that stay together before or after it, as at rest, have no edge there.
    """
    begin, end = np.searchsorted(times, (contact.start - HOP, contact.end + HOP)).tolist()
    if begin == end:
        return None  # no key stands there
    at = begin + int(closed[begin:end].argmax())
    if closed[at] < CLOSED:
        return None
    after = np.searchsorted(apart, at)
    first = apart[after - 1] + 1 if after else 0
    last = apart[after] - 1 if after < len(apart) else len(closed) - 1
    return max(float(times[first]), contact.start - BESIDE), min(float(times[last]), contact.end + BESIDE)


def _peaks(was: Floats, now: Floats) -> list[float]:
    """By how many seconds each peak of openness moved, infinite where it is gone.

    A mouth that is as open there as at its new peak, but for what nobody sees, has its peak where it was.
    """
    there = turning(now, PEAK / 2.0)
    found = []
    for at in turning(was, PEAK):
        near = there[np.abs(there - at) * HOP <= AROUND]
        if not len(near):
            found.append(0.0 if now[at] >= was[at] - UNSEEN else math.inf)
            continue
        nearest = int(near[np.abs(near - at).argmin()])
        found.append(0.0 if now[at] >= now[nearest] - UNSEEN else abs(nearest - at) * HOP)
    return found


def turning(values: Floats, height: float) -> NDArray[np.intp]:
    """The places of the peaks of `values` [n] that rise by `height` from the dips on both sides."""
    found: list[int] = []
    low, best = float(values[0]) if len(values) else 0.0, -1
    for at, value in enumerate(values.tolist()):
        if best >= 0:
            if value > values[best]:
                best = at
            elif value < values[best] - height:
                found.append(best)
                low, best = value, -1
        elif value < low:
            low = value
        elif value > low + height:
            best = at
    return np.array(found, np.intp)


def _error(before: Sequence[KeyCurve], after: Sequence[KeyCurve], times: Floats, keys: dict[str, KeyInfo]) -> float:
    """The largest error of a key's value."""
    left = {curve.name: curve for curve in after}
    worst = 0.0
    for curve in before:
        rest = keys[curve.name].base if curve.name in keys else float(curve.values[0])
        now = left[curve.name].at(times) if curve.name in left else np.full(len(times), rest)
        worst = max(worst, float(np.abs(curve.at(times) - now).max()))
    return worst
