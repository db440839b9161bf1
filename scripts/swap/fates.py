"""What became of each edit that was planted: found, laid, where, and how far from where it truly belongs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from engine.placing.placed import Place, PlacedItem
from engine.score.anchoring import time_of
from engine.score.items import Edit
from engine.take import Take

from .plant import Mark, Planted
from .trip import Shot, Trip
from .truth import Span, Truth

LOST = "lost"
WHOLE = {"deleted": "curve deleted", "muted": "curve muted"}  # kinds of edits of whole curves, as they are planted
NEAR = 2e-3  # seconds and values: the same key
FAR = 0.1  # seconds: beyond which what is 'matched' is misplaced


@dataclass(frozen=True)
class Landed:
    """One instant of an edit in the new take: its status, its seconds there."""

    status: str
    seconds: float


@dataclass(frozen=True)
class Fate:
    """What became of one planted edit.

    `status`: LOST, 'matched', 'moved' or 'unplaced', the worst of its instants. For what was laid: `distance`, seconds
    from the true phone (or line) at the worst, and `late`, seconds from the true instant (NaN where there is none).
    `there`: whether all its phones are said in the new take; `astray`: silently misplaced: far from its sound, or on a
    sound of another text, and called matched.
    """

    planted: Planted
    status: str
    there: bool
    distance: float = float("nan")
    late: float = float("nan")
    astray: bool = False


@dataclass(frozen=True)
class Judge:
    """Knows where an instant truly belongs: `kind` as in lines.Condition."""

    truth: Truth
    kind: str

    def span(self, seconds: float) -> Span:
        """The true stretch of the new take."""
        return self.truth.span(seconds) if self._same else self.truth.line_span(seconds)

    def late(self, seconds: float, found: float) -> float:
        """Seconds from the true instant, NaN where the texts differ."""
        return abs(found - self.truth.instant(seconds)) if self._same else float("nan")

    @property
    def _same(self) -> bool:
        return self.kind in ("same text", "other words")


RANKS = ("matched", "moved", "unplaced", LOST)


def fates(trip: Trip, judge: Judge, speaks: frozenset[str] | set[str]) -> list[Fate]:
    """The fate of everything that was planted."""
    placed = {item.id: item for item in trip.there.placed.items}
    found = []
    for planted in trip.planted:
        landed = [_landed(planted, mark, trip, placed) for mark in planted.marks]
        mouth = planted.curve in speaks if planted.curve else planted.what == "pin"
        found.append(_judged(planted, landed, judge, mouth))
    return found


def _judged(planted: Planted, landed: Sequence[Landed], judge: Judge, mouth: bool) -> Fate:
    status = max((one.status for one in landed), key=RANKS.index)
    if judge.kind == "other text":  # nothing of it is said
        whole = planted.what in WHOLE.values()
        return Fate(planted, status, False, astray=status == "matched" and mouth and not whole)
    spans = [judge.span(mark.seconds) for mark in planted.marks]
    there = all(span.there for span in spans)
    if status in (LOST, "unplaced"):
        return Fate(planted, status, there)
    if planted.what in WHOLE.values():
        return Fate(planted, status, there, 0.0, 0.0)
    distance = max(span.distance(one.seconds) for span, one in zip(spans, landed, strict=True))
    late = max(judge.late(mark.seconds, one.seconds) for mark, one in zip(planted.marks, landed, strict=True))
    return Fate(planted, status, there, distance, late, status == "matched" and distance > FAR)


def _landed(planted: Planted, mark: Mark, trip: Trip, placed: Mapping[str, PlacedItem]) -> Landed:
    if planted.item:
        item = placed.get(planted.item)
        if item is None:
            return Landed(LOST, 0.0)
        place = item.start if mark == planted.marks[0] else item.end
        return Landed(item.status, place.seconds)
    found = [landed for edit in trip.edits if edit.curve.name == planted.curve
             for landed in _of_edit(edit, planted, mark, trip.first.take, trip.there, placed)]  # fmt: skip
    return min(found, key=lambda landed: RANKS.index(landed.status), default=Landed(LOST, 0.0))


def _of_edit(
    edit: Edit, planted: Planted, mark: Mark, old: Take, there: Shot, placed: Mapping[str, PlacedItem]
) -> Iterator[Landed]:  # fmt: skip
    """Where this edit took the instant, if it is one of its own."""
    item = placed.get(edit.id)
    if item is None:
        return
    for number, key in enumerate(edit.keys):
        if mark.value is not None and _near(time_of(key.at, old), mark.seconds) and _near(key.value, mark.value):
            yield _laid(edit, number, item.keys[number], item, there)
    for number, gone in enumerate(edit.gone):
        if mark.value is None and _near(time_of(gone, old), mark.seconds):
            yield _kept(edit, item.gone[number], item, there)
    if edit.kind == "transform":
        start, end = time_of(edit.start, old), time_of(edit.end, old)
        before = mark.seconds - edit.shift
        if start - NEAR <= before <= end + NEAR:
            share = min(max((before - start) / max(end - start, NEAR), 0.0), 1.0)
            seconds = (1.0 - share) * item.start.seconds + share * item.end.seconds + edit.shift
            yield _kept(edit, replace(item.start, seconds=seconds), item, there)
    if edit.kind in WHOLE and WHOLE[edit.kind] == planted.what:
        yield _kept(edit, item.start, item, there)


def _near(one: float, other: float) -> bool:
    return abs(one - other) < NEAR


def _laid(edit: Edit, number: int, place: Place, item: PlacedItem, there: Shot) -> Landed:
    """A key of an edit that is laid must stand on the curve."""
    if not item.laid:
        return Landed(item.status if item.status == "unplaced" and item.reason else LOST, place.seconds)
    laid = there.laid[edit.curve.name]
    for owner, key, seconds in zip(laid.owners, laid.numbers.tolist(), laid.keys.times.tolist(), strict=True):
        if (owner, key) == (edit.id, number):
            told = "moved" if item.status == "matched" and edit.id in dict(laid.notes) else item.status
            return Landed(told, seconds)
    return Landed("unplaced" if edit.id in dict(laid.removed) else LOST, place.seconds)


def _kept(edit: Edit, place: Place, item: PlacedItem, there: Shot) -> Landed:
    """What has no key of its own must at least be among the edits laid."""
    if not item.laid:
        return Landed(item.status if item.status == "unplaced" and item.reason else LOST, place.seconds)
    laid = there.laid[edit.curve.name]
    if edit.id in laid.ids:
        return Landed(item.status, place.seconds)
    return Landed("unplaced" if edit.id in dict(laid.removed) else LOST, place.seconds)
