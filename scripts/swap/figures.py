"""What many swaps come to: a row of figures."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engine.edits.evaluating import evaluate
from engine.edits.keys import CurveKeys, no_keys

from .fates import LOST, Fate
from .trip import FPS, Shot, Trip, frames
from .truth import Truth

NEAR = 0.04  # seconds: the aim for 95 % of edits
LIPS = ("jawOpen", "mouthClose")
SHUT, OPEN = 0.05, 0.1  # jaw beyond the lips' closing: shut below the one, seen open above the other


@dataclass(frozen=True)
class Difference:
    """The largest error of a value on any frame and of a key's time in frames; curves with more or fewer keys."""

    value: float = 0.0
    frames: float = 0.0
    curves: int = 0

    def with_(self, other: Difference) -> Difference:
        """Of both, the worse."""
        return Difference(max(self.value, other.value), max(self.frames, other.frames), self.curves + other.curves)


@dataclass
class Row:
    """Figures of the swaps of one condition, gathered language by language."""

    name: str
    kind: str
    ear: str
    fates: list[Fate] = field(default_factory=list)
    closures: int = 0
    opened: int = 0
    back: Difference = Difference()
    again: Difference = Difference()
    seconds: list[float] = field(default_factory=list)
    finding: list[float] = field(default_factory=list)
    warned: int = 0
    kinds: list[str] = field(default_factory=list)

    def add(self, trip: Trip, fates: Sequence[Fate], truth: Truth | None) -> None:
        """One swap more."""
        self.fates += fates
        shut, opened = closures(trip, truth)
        self.closures, self.opened = self.closures + shut, self.opened + opened
        self.back, self.again = self.back.with_(back(trip)), self.again.with_(again(trip))
        self.seconds.append(trip.seconds)
        self.finding.append(trip.finding)
        self.warned += bool(trip.match.warnings)
        self.kinds.append(trip.match.kind)

    def count(self, status: str) -> int:
        """How many edits fared so."""
        return sum(fate.status == status for fate in self.fates)

    @property
    def lost(self) -> int:
        """How many are neither laid nor listed."""
        return self.count(LOST)

    @property
    def misplaced(self) -> int:
        """How many are far from their sound and called matched."""
        return sum(fate.astray for fate in self.fates)

    @property
    def unplaced_there(self) -> int:
        """Unplaced although all their phones are said."""
        return sum(fate.status == "unplaced" and fate.there for fate in self.fates)

    @property
    def gone(self) -> int:
        """Edits with a phone that is not said in the new take."""
        return sum(not fate.there for fate in self.fates)

    @property
    def milliseconds(self) -> NDArray[np.float64]:
        """The distances of all that was laid."""
        laid = [1000.0 * fate.distance for fate in self.fates if fate.distance == fate.distance]
        return np.array(laid) if laid else np.full(1, np.nan)

    @property
    def late(self) -> NDArray[np.float64]:
        """The same from the true instant."""
        laid = [1000.0 * fate.late for fate in self.fates if fate.late == fate.late]
        return np.array(laid) if laid else np.full(1, np.nan)

    @property
    def near(self) -> float:
        """The share of what was laid that is within NEAR of its true phone, in per cent."""
        return 100.0 * float(np.mean(self.milliseconds <= 1000.0 * NEAR))


def pooled(name: str, rows: Sequence[Row]) -> Row:
    """Several rows as one."""
    whole = Row(name, rows[0].kind, rows[0].ear)
    for row in rows:
        whole.fates += row.fates
        whole.closures, whole.opened = whole.closures + row.closures, whole.opened + row.opened
        whole.back, whole.again = whole.back.with_(row.back), whole.again.with_(row.again)
        whole.warned += row.warned
        whole.seconds, whole.finding = whole.seconds + row.seconds, whole.finding + row.finding
        whole.kinds += row.kinds
    return whole


def _gap(shot: Shot, times: NDArray[np.float64], laid: bool) -> NDArray[np.float64]:
    """How far the lips are apart on a rig of ARKit's scheme: the jaw less the lips' closing."""
    found = []
    for name in LIPS:
        keys = shot.generated.get(name, no_keys())
        found.append(evaluate(shot.laid[name].keys if laid and name in shot.laid else keys, times))
    return found[0] - found[1]


def closures(trip: Trip, truth: Truth | None) -> tuple[int, int]:
    """Lips that the sync shuts in the new take, and those of them that stand open with the edits.

    Not counted are those whose like in the old take the artist opened by hand, and none where a curve of the lips was
    muted or deleted whole.
    """
    shut = opened = 0
    lips = [trip.there.laid[name] for name in LIPS if name in trip.there.laid]
    if any(laid.muted or laid.deleted for laid in lips):
        return 0, 0
    for contact in trip.there.contacts:
        if contact.kind != "lips":
            continue
        times = np.arange(contact.start, contact.end, 0.005)
        gap = _gap(trip.there, times, laid=False)
        at = times[[int(np.argmin(gap))]]
        if gap.min() > SHUT or (truth is not None and _by_hand(trip, truth.back(float(at[0])))):
            continue
        shut += 1
        opened += bool(_gap(trip.there, at, laid=True)[0] > OPEN)
    return shut, opened


def _by_hand(trip: Trip, seconds: float) -> bool:
    """Whether the artist had the lips open there in the old take."""
    times = np.array([seconds])
    jaw, close = (evaluate(trip.current.get(name, no_keys()), times)[0] for name in LIPS)
    return bool(jaw - close > OPEN and _gap(trip.first, times, laid=False)[0] <= OPEN)


def back(trip: Trip) -> Difference:
    """A -> B -> A."""
    return difference(trip.current, trip.back, trip.muted)


def again(trip: Trip) -> Difference:
    """B, edited as well, -> A -> B."""
    return difference(trip.left, trip.again, {name for name, one in trip.there.laid.items() if one.muted})


def difference(before: Mapping[str, CurveKeys], after: Shot, muted: Collection[str]) -> Difference:
    """How far the curves as they were left are from those that are laid again."""
    value = moved = 0.0
    changed = 0
    times = frames(list(before.values()))
    for name in dict.fromkeys([*before, *after.laid]):
        changed += name in muted and not after.laid[name].muted
        one, laid = before.get(name, no_keys()), after.laid.get(name)
        other = laid.keys if laid is not None else no_keys()
        value = max(value, float(np.abs(evaluate(one, times) - evaluate(other, times)).max()))
        if len(one) == len(other):
            moved = max(moved, FPS * float(np.abs(one.times - other.times).max(initial=0.0)))
        else:
            changed += 1
    return Difference(value, moved, changed)
