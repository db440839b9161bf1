"""When the face is looked at for each key: whole frames that meet every contact and every peak of openness.

A contact that falls between two frames is shut on the nearest one, and holds two frames where its neighbours allow; a
vowel's widest moment is shown by the frame nearest to it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .channels import INDEX, Floats, openness, stack
from .curves import Contact, FaceCurves, Grid

FREE, LIPS, TEETH = 0, 1, 2
KINDS = {"lips": LIPS, "teeth": TEETH}
HOLD = 2  # frames that a contact holds at least
PEAK = 0.06  # openness a peak must have, and rise above the dips beside it
REST = 1e-3  # below this a channel counts as at rest
MERGE = 0.5  # of a frame: contacts of one kind closer than this are not opened between
EDGE = 1e-9  # seconds; a frame that touches a contact's end lies in it
NEAREST = 1e-3  # seconds between two moments at least: Blender makes one of keys within a hundredth of a frame

Codes = NDArray[np.int8]


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """Key times [n] (seconds), the base channels [n, len(BASE)] to be shown at them, and the contact met at each [n].

    Contacts: 0 none, 1 lips, 2 teeth. The first and the last moment are at rest.
    """

    times: Floats
    base: Floats
    contact: Codes


class _Cells(NamedTuple):
    """Frames under planning: the moment each stands for [n], the moment looked at [n], the contact claimed [n]."""

    at: Floats
    look: Floats
    state: Codes
    width: float
    peaks: set[int]


def plan(curves: FaceCurves, grid: Grid) -> Moments:
    """The moments of `curves` on `grid`; none (n = 0) where nothing moves."""
    count = len(next(iter(curves.channels.values()), ()))
    base = stack(curves.channels, count)
    if count == 0 or not np.any(base > REST):
        return Moments(np.zeros(0), base[:0], np.zeros(0, np.int8))
    clock: Floats = curves.start + curves.hop * np.arange(count, dtype=np.float64)
    times, cells = _subframes(clock, curves) if grid.mode == "subframes" else _frames(clock, base, grid, curves)
    shown = np.stack([np.interp(cells.look, clock, column) for column in base.T], axis=1)
    shown[cells.state == LIPS, INDEX["seal"]] = 1.0
    shown[cells.state == TEETH, INDEX["tuck"]] = 1.0
    shown[cells.state == TEETH, INDEX["seal"]] = 0.0
    shown[[0, -1]] = 0.0
    return Moments(times, shown, cells.state)


def _subframes(clock: Floats, curves: FaceCurves) -> tuple[Floats, _Cells]:
    """Every moment of the curves, and the exact edges of the contacts in place of moments that they nearly are."""
    edges = sorted(edge for contact in curves.contacts for edge in (contact.start, contact.end))
    inside = np.array([edge for edge in edges if clock[0] < edge < clock[-1]])
    inside = inside[np.diff(inside, prepend=-np.inf) >= NEAREST]
    ends = [clock[0] - curves.hop, clock[-1] + curves.hop]
    behind = np.searchsorted(inside, clock)
    around = np.concatenate([[-np.inf], inside, [np.inf]])
    apart = np.minimum(clock - around[behind], around[behind + 1] - clock) >= NEAREST
    times = np.unique(np.round(np.concatenate([clock[apart], inside, ends]), 6))
    cells = _Cells(times, times.copy(), np.zeros(len(times), np.int8), curves.hop, set())
    _claim_inside(cells, curves.contacts)
    cells.state[[0, -1]] = FREE
    return times, cells


def _frames(clock: Floats, base: Floats, grid: Grid, curves: FaceCurves) -> tuple[Floats, _Cells]:
    """Whole frames (each `step`-th one when stepped) from rest before the first movement to rest after the last."""
    step = grid.step if grid.mode == "stepped" else 1
    width = step / grid.fps
    moving = np.flatnonzero(np.any(base > REST, axis=1))
    starts = [clock[moving[0]], *(contact.start for contact in curves.contacts)]
    ends = [clock[moving[-1]], *(contact.end for contact in curves.contacts)]
    lead = 1.0 if grid.mode == "stepped" else 0.5
    first = math.floor((min(starts) - grid.origin) / width - lead)
    last = math.ceil((max(ends) - grid.origin) / width + 0.5)
    times = grid.origin + np.arange(first, last + 1) * width
    contacts = _joined(curves.contacts, width * MERGE)
    opening = openness(base)
    summits = clock[peaks(opening)]
    # a held drawing stands for all of its time, a key for its own moment
    at = times + width / 2 if grid.mode == "stepped" else times
    cells = _Cells(at, at.copy(), np.zeros(len(times), np.int8), width, set())
    _claim_inside(cells, contacts)
    _claim_nearest(cells, contacts, summits)
    _show_peaks(cells, summits)
    _hold(cells, contacts)
    _look_inside(cells, contacts)
    return times, cells


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A contact, or several that frames cannot tell apart."""

    start: float
    end: float
    kind: str


def _joined(contacts: Sequence[Contact], gap: float) -> list[_Stretch]:
    """The contacts in order, those of one kind with less than `gap` seconds between them as one."""
    found: list[_Stretch] = []
    for contact in sorted(contacts, key=lambda contact: (contact.start, contact.end)):
        if found and found[-1].kind == contact.kind and contact.start - found[-1].end < gap:
            found[-1] = _Stretch(found[-1].start, max(found[-1].end, contact.end), contact.kind)
        else:
            found.append(_Stretch(contact.start, contact.end, contact.kind))
    return found


def _claim_inside(cells: _Cells, contacts: Sequence[Contact]) -> None:
    for contact in sorted(contacts, key=lambda contact: contact.kind == "lips"):
        low, high = _inside(cells, contact)
        cells.state[low:high] = KINDS[contact.kind]


def _inside(cells: _Cells, contact: Contact) -> tuple[int, int]:
    """The frames within `contact`, as the bounds of a slice."""
    low = int(np.searchsorted(cells.at, contact.start - EDGE, side="left"))
    return low, int(np.searchsorted(cells.at, contact.end + EDGE, side="right"))


def _gap(cells: _Cells, frame: int, contact: Contact) -> float:
    """Seconds between a frame and a contact; 0 within it."""
    return max(contact.start - float(cells.at[frame]), float(cells.at[frame]) - contact.end, 0.0)


def _met(cells: _Cells, contact: Contact) -> bool:
    low, high = _inside(cells, contact)
    return bool(np.any(cells.state[low:high] == KINDS[contact.kind]))


def _claim_nearest(cells: _Cells, contacts: Sequence[Contact], summits: Floats) -> None:
    """A contact without a frame of its own takes the nearest that no contact of the other kind has.

    Of two beside it, it leaves the one that is the only frame of an opening to that.
    """
    for place in sorted(range(len(contacts)), key=lambda place: contacts[place].kind == "lips"):
        contact = contacts[place]
        if _met(cells, contact):
            continue
        kind = KINDS[contact.kind]
        low = _inside(cells, contact)[0]
        near = [frame for frame in range(low - 2, low + 2) if 0 < frame < len(cells.at) - 1]
        only = {frame for frame in near if _is_only_frame(cells, frame, contacts, place, summits)}
        near.sort(key=lambda frame: (frame in only, _gap(cells, frame, contact), frame))
        free = [f for f in near if cells.state[f] in (FREE, kind) and _gap(cells, f, contact) < cells.width]
        cells.state[(free or near)[0]] = kind


def _is_only_frame(cells: _Cells, frame: int, contacts: Sequence[Contact], place: int, summits: Floats) -> bool:
    """Whether `frame`, beside contact `place`, is the last free one in which the mouth can open on that side of it."""
    contact, time = contacts[place], float(cells.at[frame])
    start = contacts[place - 1].end if place else -math.inf
    end = contacts[place + 1].start if place + 1 < len(contacts) else math.inf
    if time < contact.start:
        end = contact.start
    elif time > contact.end:
        start = contact.end
    else:
        return False
    first, last = np.searchsorted(summits, (start, end))
    low, high = np.searchsorted(cells.at, (start, end))
    return bool(first < last and np.count_nonzero(cells.state[low:high] == FREE) <= 1)


def _show_peaks(cells: _Cells, summits: Floats) -> None:
    """The frame nearest to each peak of openness shows that peak; where a contact has it, the next nearest."""
    for moment in summits.tolist():
        low = int(np.searchsorted(cells.at, moment))
        near = [frame for frame in (low - 1, low) if 0 < frame < len(cells.at) - 1]
        near.sort(key=lambda frame: (abs(float(cells.at[frame]) - moment), frame))
        frame = next((frame for frame in near if cells.state[frame] == FREE and frame not in cells.peaks), None)
        if frame is not None:
            cells.peaks.add(frame)
            cells.look[frame] = moment


def peaks(curve: Floats, height: float = PEAK) -> list[int]:
    """Indices of the local maxima of `curve` that rise by `height` above 0 and above the dips on both sides."""
    found: list[int] = []
    best, dip, rising = 0, 0.0, True
    for i, value in enumerate(curve.tolist()):
        if rising:
            if value > curve[best]:
                best = i
            elif value < curve[best] - height:
                if curve[best] > dip + height:
                    found.append(best)
                rising, dip = False, value
        elif value < dip:
            dip = value
        elif value > dip + height:
            rising, best = True, i
    if rising and len(curve) and curve[best] > dip + height:
        found.append(best)
    return found


def _hold(cells: _Cells, contacts: Sequence[Contact]) -> None:
    """Contacts on a single frame take a second one, if that leaves an open frame to each neighbour."""
    for contact in contacts:
        kind = KINDS[contact.kind]
        low, high = _run(cells, contact, kind)
        if high - low >= HOLD:
            continue
        spare = [frame for frame in (low - 1, high) if _spare(cells, frame, -1 if frame < low else 1)]
        spare = [frame for frame in spare if _gap(cells, frame, contact) < cells.width]
        if spare:
            cells.state[min(spare, key=lambda frame: (_gap(cells, frame, contact), frame))] = kind


def _run(cells: _Cells, contact: Contact, kind: int) -> tuple[int, int]:
    """The frames that `contact` is shut on, with those of the same kind beside them, as bounds of a slice."""
    middle = _nearest(cells.at, (contact.start + contact.end) / 2)
    near = range(max(middle - 2, 0), min(middle + 3, len(cells.at)))
    own = [frame for frame in near if cells.state[frame] == kind]
    if not own:  # the other kind has had to take its only frame
        return middle, middle + HOLD
    low = min(own, key=lambda frame: (_gap(cells, frame, contact), abs(frame - middle)))
    high = low + 1
    while cells.state[low - 1] == kind:
        low -= 1
    while cells.state[high] == kind:
        high += 1
    return low, high


def _nearest(times: Floats, moment: float) -> int:
    """The index of the one of `times` (rising) that is nearest to `moment`; the earlier of two."""
    after = min(int(np.searchsorted(times, moment)), len(times) - 1)
    before = max(after - 1, 0)
    return before if abs(float(times[before]) - moment) <= abs(float(times[after]) - moment) else after


def _spare(cells: _Cells, frame: int, way: int) -> bool:
    """Whether a contact may spread to `frame`: free, no peak, not an end, and the frame beyond it free as well."""
    if not 0 < frame < len(cells.at) - 1 or frame in cells.peaks:
        return False
    return bool(cells.state[frame] == FREE and cells.state[frame + way] == FREE)


def _look_inside(cells: _Cells, contacts: Sequence[Contact]) -> None:
    """Frames that a contact has taken show the face as it is at the nearest moment within it."""
    gaps = np.full(len(cells.at), np.inf)
    for contact in contacts:
        low, high = _inside(cells, contact)
        for frame in range(max(low - 2, 0), min(high + 2, len(cells.at))):
            gap = _gap(cells, frame, contact)
            if cells.state[frame] == KINDS[contact.kind] and gap < gaps[frame]:
                gaps[frame] = gap
                cells.look[frame] = min(max(float(cells.at[frame]), contact.start), contact.end)
