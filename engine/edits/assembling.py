"""The keys of a laid curve put together: the sync's own, borders between, the artist's, with their handles."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from ..score.items import EditedKey
from .keys import BACK, EASINGS, HANDLES, INTERPOLATIONS, TYPES, CurveKeys, Floats
from .laid import BORDER, OWN, SCALED, SHAPED, SHOWN, Numbers
from .seats import Seat
from .splitting import Point, part, segment, slope

EXACT = 1e-7  # seconds: a border as near as this to a key is that key
BEZIER, ALIGNED = INTERPOLATIONS.index("BEZIER"), HANDLES.index("ALIGNED")
LITTLE = 1e-5  # seconds that a way may differ without any stretch
NARROWEST, WIDEST = 0.01, 100.0  # times that a handle may be stretched


@dataclass(frozen=True, slots=True)
class Gap:
    """Where artist's keys rule: from `start` to `end` (seconds, the borders not included), with the keys there.

    `owner`: the edit (one of them); `shows_after`: it goes on after a stretch in which the sync's curve shows.
    """

    start: float
    end: float
    seats: tuple[Seat, ...]
    owner: str
    shows_after: bool = False


@dataclass(slots=True)
class _Border:
    """A key set between two of the sync's; `slope` of the curve there, for the handle that looks at the artist's."""

    time: float
    value: float
    left: Point
    right: Point
    kind: int
    slope: float
    owner: str
    number: int
    loose: tuple[bool, bool]  # whether the left and the right handle look at the artist's keys


@dataclass(slots=True)
class _Stretch:
    """What of the sync's curve stands between two gaps."""

    start: float
    end: float
    owner: str
    number: int  # OWN, or the number of what is shown within an edit


class Assembly:
    """One curve: `base`, of which the keys in `owners` (by index) are a transform's, with the gaps cut out of it."""

    def __init__(self, base: CurveKeys, owners: Mapping[int, str], gaps: Sequence[Gap]) -> None:
        self._original = base
        self._base = replace(base, **{name: getattr(base, name).copy() for name in ("left", "right")}) if gaps else base
        self._gaps = sorted(gaps, key=lambda gap: gap.start)
        self._owners = [owners.get(at, "") for at in range(len(base))]
        self._numbers = np.full(len(base), OWN, np.int32)
        self._numbers[[at for at in owners if at < len(base)]] = SCALED
        self._kept = np.ones(len(base), bool)
        self._shaped: set[int] = set()
        self._borders: list[_Border] = []
        for gap in self._gaps:
            self._kept[slice(*np.searchsorted(base.times, (gap.start + EXACT, gap.end - EXACT)))] = False
        for stretch in _stretches(self._gaps):
            self._stand(stretch)

    def made(self) -> tuple[CurveKeys, tuple[str, ...], Numbers]:
        """The keys with their owners and numbers."""
        own = self._base.at(self._kept) if self._gaps else self._base
        seats = sorted((seat for gap in self._gaps for seat in gap.seats), key=lambda seat: seat.seconds)
        parts = [own, _of_borders(self._borders), _of_seats(seats)]
        whole = {item.name: np.concatenate([getattr(one, item.name) for one in parts]) for item in fields(CurveKeys)}
        order = np.argsort(whole["times"], kind="stable")
        owners = [owner for owner, kept in zip(self._owners, self._kept.tolist(), strict=True) if kept]
        owners += [border.owner for border in self._borders] + [seat.edit for seat in seats]
        numbers = [self._numbers[self._kept], [border.number for border in self._borders]]
        numbers.append([seat.number for seat in seats])
        keys = CurveKeys(**{name: values[order] for name, values in whole.items()})
        places = np.empty(len(order), np.intp)
        places[order] = np.arange(len(order))
        _stretch_handles(keys, seats, places[len(own) + len(self._borders) :])
        _loose_handles(keys, self._borders, places[len(own) :])
        joined = np.concatenate([np.asarray(part, np.int32) for part in numbers])
        return keys, tuple(owners[at] for at in order), joined[order]

    def hidden(self) -> CurveKeys:
        """The sync's keys that do not stand as the sync made them."""
        gone = ~self._kept
        gone[list(self._shaped)] = True
        return self._original.at(gone)

    def _stand(self, stretch: _Stretch) -> None:
        """Cut the curve at both ends of a stretch so that it runs as before between them."""
        base = self._base
        if stretch.number <= SHOWN:
            first, last = np.searchsorted(base.times, (stretch.start - EXACT, stretch.end + EXACT))
            for at in range(int(first), int(last)):
                self._owners[at], self._numbers[at] = stretch.owner, stretch.number
        if not len(base):
            return
        start, end = self._place(stretch.start), self._place(stretch.end)
        if start is not None and start == end and not math.isinf(start):
            self._between(stretch, int(start))
            return
        if start is not None:
            self._begin(stretch, int(start))
        if end is not None:
            self._close(stretch, int(end))

    def _place(self, time: float) -> int | None:
        """The key before `time`, -1 where there is none; None where no key need be made."""
        if math.isinf(time):
            return None
        at = int(np.searchsorted(self._base.times, time + EXACT)) - 1
        if at >= 0 and abs(self._base.times[at] - time) <= EXACT:
            return None
        return at

    def _is_outside(self, at: int) -> bool:
        return at < 0 or at >= len(self._base) - 1

    def _between(self, stretch: _Stretch, at: int) -> None:
        """Both ends of a stretch lie between the same two keys."""
        if self._is_outside(at):
            value = float(self._base.values[max(at, 0)])
            cut = tuple((time, value) for time in np.linspace(stretch.start, stretch.end, 4).tolist())
        else:
            cut = part(segment(self._original, at), stretch.start, stretch.end)
        kind = self._kind(at)
        first, last = slope(cut[0], cut[1]), slope(cut[2], cut[3])
        if stretch.end - stretch.start < EXACT:
            self._add(cut[0], (cut[0], cut[0]), kind, first, stretch, (True, True))
            return
        self._add(cut[0], (cut[0], cut[1]), kind, first, stretch, (True, False))
        self._add(cut[3], (cut[2], cut[3]), kind, last, stretch, (False, True))

    def _begin(self, stretch: _Stretch, at: int) -> None:
        """A border from which the sync's curve runs on to key `at` + 1."""
        if self._is_outside(at):
            self._flat(stretch.start, at, stretch)
            return
        cut = part(segment(self._original, at), stretch.start, float(self._base.times[at + 1]))
        self._shape(self._base.left, at + 1, cut[2], stretch)
        self._add(cut[0], (cut[0], cut[1]), self._kind(at), slope(cut[0], cut[1]), stretch, (True, False))

    def _close(self, stretch: _Stretch, at: int) -> None:
        """A border to which the sync's curve runs from key `at`."""
        if self._is_outside(at):
            self._flat(stretch.end, at, stretch)
            return
        cut = part(segment(self._original, at), float(self._base.times[at]), stretch.end)
        self._shape(self._base.right, at, cut[1], stretch)
        self._add(cut[3], (cut[2], cut[3]), self._kind(at), slope(cut[2], cut[3]), stretch, (False, True))

    def _flat(self, time: float, at: int, stretch: _Stretch) -> None:
        """A border before the sync's first key or beyond its last one, where its curve stays as there."""
        own, value = max(at, 0), float(self._base.values[max(at, 0)])
        handles = self._base.left if at < 0 else self._base.right
        handles[own, 1] = value
        self._shaped.add(own)
        if stretch.number > SHOWN:
            self._owners[own], self._numbers[own] = stretch.owner, SHAPED
        self._add((time, value), ((time, value), (time, value)), self._kind(at), 0.0, stretch, (True, True))

    def _kind(self, at: int) -> int:
        return int(self._base.interpolation[min(max(at, 0), len(self._base) - 1)])

    def _add(
        self,
        key: Point,
        handles: tuple[Point, Point],
        kind: int,
        rate: float,
        stretch: _Stretch,
        loose: tuple[bool, bool],
    ) -> None:
        number = stretch.number if stretch.number <= SHOWN else BORDER
        self._borders.append(_Border(*key, *handles, kind, rate, stretch.owner, number, loose))

    def _shape(self, handles: Floats, at: int, place: Point, stretch: _Stretch) -> None:
        """Shorten a handle of a key of the sync's."""
        if int(self._base.interpolation[at - (handles is self._base.left)]) != BEZIER:
            return
        handles[at] = place
        self._shaped.add(at)
        if stretch.number > SHOWN:
            self._owners[at], self._numbers[at] = stretch.owner, SHAPED


def _stretches(gaps: Sequence[Gap]) -> list[_Stretch]:
    """What stands between the gaps, those before the first and after the last included."""
    found, number = [], SHOWN
    for at in range(len(gaps) + 1):
        start = gaps[at - 1].end if at else -math.inf
        end = gaps[at].start if at < len(gaps) else math.inf
        owner = gaps[at - 1].owner if at else (gaps[0].owner if gaps else "")
        if at and gaps[at - 1].shows_after:
            found.append(_Stretch(start, end, owner, number))
            number -= 1
        elif start < math.inf and end > -math.inf:
            found.append(_Stretch(start, end, owner, OWN))
    return found


def _of_borders(borders: Sequence[_Border]) -> CurveKeys:
    count = len(borders)
    none = np.zeros(count, np.int8)
    return CurveKeys(
        times=np.array([border.time for border in borders]),
        values=np.array([border.value for border in borders]),
        left=np.array([border.left for border in borders]).reshape(count, 2),
        right=np.array([border.right for border in borders]).reshape(count, 2),
        left_type=none,
        right_type=none,
        interpolation=np.array([border.kind for border in borders], np.int8),
        easing=none,
        type=none,
        back=np.full(count, BACK),
        amplitude=np.zeros(count),
        period=np.zeros(count),
    )


def _of_seats(seats: Sequence[Seat]) -> CurveKeys:
    """The artist's keys, in order; their handles are still those of home."""
    keys = [seat.key for seat in seats]
    times = np.array([seat.seconds for seat in seats])
    numbers = np.array([(*key.left, *key.right, key.value, key.back, key.amplitude, key.period) for key in keys])
    numbers = numbers.reshape(len(keys), 8)
    places = np.stack([times, numbers[:, 4]], axis=1)
    codes = np.array([_codes(key) for key in keys], np.int8).reshape(len(keys), 5)
    return CurveKeys(
        times=times,
        values=numbers[:, 4],
        left=places + numbers[:, 0:2],
        right=places + numbers[:, 2:4],
        left_type=codes[:, 0],
        right_type=codes[:, 1],
        interpolation=codes[:, 2],
        easing=codes[:, 3],
        type=codes[:, 4],
        back=numbers[:, 5],
        amplitude=numbers[:, 6],
        period=numbers[:, 7],
    )


_HANDLE = {name: code for code, name in enumerate(HANDLES)}
_WAY = {name: code for code, name in enumerate(INTERPOLATIONS)}
_EASE = {name: code for code, name in enumerate(EASINGS)}
_TYPE = {name: code for code, name in enumerate(TYPES)}


def _codes(key: EditedKey) -> tuple[int, int, int, int, int]:
    """Words that this program does not know (a later Blender's) become the plainest."""
    return (
        _HANDLE[key.left_type], _HANDLE[key.right_type], _WAY.get(key.interpolation, BEZIER),
        _EASE.get(key.easing, 0), _TYPE.get(key.type, 0),
    )  # fmt: skip


def _stretch_handles(keys: CurveKeys, seats: Sequence[Seat], places: NDArray[np.intp]) -> None:
    """Handles of the artist's keys reach as far into the way to their neighbour as at home."""
    if not len(seats):
        return
    gaps = _own_gaps(keys, seats, places)
    stretch = np.array([seat.stretch for seat in seats])
    scales = []
    for side, name in ((0, "before"), (1, "after")):
        home = np.array([getattr(seat.key, name) for seat in seats])
        known = (home > 0.0) & np.isfinite(gaps[places + side])
        now = np.where(known, gaps[places + side], 1.0)
        scale = now / np.where(known, home, 1.0)
        scales.append(np.where(known, np.where(np.abs(now - home) < LITTLE, 1.0, scale), stretch))
    left, right = (np.clip(scale, NARROWEST, WIDEST) for scale in scales)
    aligned = (keys.left_type[places] == ALIGNED) | (keys.right_type[places] == ALIGNED)
    left, right = (np.where(aligned, np.sqrt(left * right), scale) for scale in (left, right))
    for handles, scale in ((keys.left, left), (keys.right, right)):
        handles[places, 0] = keys.times[places] + (handles[places, 0] - keys.times[places]) * scale


def _own_gaps(keys: CurveKeys, seats: Sequence[Seat], places: NDArray[np.intp]) -> Floats:
    """Seconds between each key and the next, with both ends; endless between keys of two edits, which come and go."""
    gaps = np.concatenate([[np.inf], np.diff(keys.times), [np.inf]])
    edits = {id: code for code, id in enumerate({seat.edit for seat in seats}, start=1)}
    codes = np.zeros(len(keys), np.intp)
    codes[places] = [edits[seat.edit] for seat in seats]
    gaps[1:-1][(codes[1:] > 0) & (codes[:-1] > 0) & (codes[1:] != codes[:-1])] = np.inf
    return gaps


def _loose_handles(keys: CurveKeys, borders: Sequence[_Border], places: NDArray[np.intp]) -> None:
    """Handles of borders toward the artist's keys: along the curve, a third of the way."""
    for border, at in zip(borders, places.tolist(), strict=False):
        for side, handles in ((0, keys.left), (1, keys.right)):
            if border.loose[side]:
                other = at + (1 if side else -1)
                reach = (float(keys.times[other]) - border.time) / 3.0 if 0 <= other < len(keys) else 0.0
                handles[at] = (border.time + reach, border.value + border.slope * reach)
