"""Edits laid over the curve that the sync made."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np

from ..errors import UsageError
from ..placing.placed import PlacedItem
from ..rig.curves import Contact, Grid
from ..score.items import Edit
from ..take import Phone
from .assembling import Assembly, Gap
from .joints import Joint, joints
from .keys import CurveKeys, no_keys
from .laid import Laid, Span, plain
from .seats import SAME, Patch, Seat, on_frame, patch_of, settle
from .showing import Stretch, shown
from .transforming import Relation, shift_on, transformed, within

SNAP = 1e-3  # seconds: a key of the sync as near as this to a border is the border
Chosen = Sequence[tuple[Edit, PlacedItem]]


def lay(
    generated: CurveKeys,
    edits: Chosen,
    contacts: Sequence[Contact],
    inserted: Sequence[Stretch],
    grid: Grid,
    *,
    take: str = "",
    phones: Sequence[Phone] = (),
) -> Laid:
    """The generated curve with the edits of this curve (and where they are placed) over it.

    Transforms first, then the keys that the artist made; outside of those the generated curve stays as it is, cut
    exactly at their borders. In takes other than their own, closures within them (`contacts`, in seconds) and speech
    that was `inserted` show the generated curve. Edits that are muted or not to be laid take no part; of edits that
    meet, the later in the sequence has its place and the others stand beside it, which is noted.

    `take` is the id of the take (`take_id`) and `phones` are its phones, by which a closure is known to be the
    artist's; without them that is told from the places. Raises UsageError where a place is missing.
    """
    chosen = _taking_part(edits)
    whole = [edit.kind for edit, _ in chosen]
    deleted = "deleted" in whole
    if deleted:
        first = len(whole) - whole[::-1].index("deleted") - 1
        generated, spans = no_keys(), [Span(chosen[first][0].id, "deleted")]
        chosen = [pair for pair in chosen[first + 1 :] if pair[0].kind != "transform"]
    else:
        spans = []
    laying = _Laying(generated, grid, spans)
    for edit, item in chosen:
        if edit.kind == "muted":
            laying.spans.append(Span(edit.id, "muted"))
        elif edit.kind == "transform":
            laying.transform(edit, item)
    patches = [patch_of(*pair, order, take) for order, pair in enumerate(chosen) if pair[0].kind == "keys"]
    return laying.laid(patches, contacts, inserted, take, phones, deleted, "muted" in whole)


def _taking_part(edits: Chosen) -> list[tuple[Edit, PlacedItem]]:
    chosen = [(edit, item) for edit, item in edits if item.laid and not edit.muted]
    for edit, item in chosen:
        if len(edit.keys) != len(item.keys) or len(edit.gone) != len(item.gone):
            raise UsageError(f"The edit '{edit.id}' changed after it was placed; place the score again.")
    return chosen


@dataclass(slots=True)
class _Laying:
    """One curve while it is laid."""

    base: CurveKeys
    grid: Grid
    spans: list[Span]
    owners: dict[int, str] = field(default_factory=dict)
    notes: list[tuple[str, str]] = field(default_factory=list)
    removed: list[tuple[str, str]] = field(default_factory=list)

    def transform(self, edit: Edit, item: PlacedItem) -> None:
        """Scale and shift the sync's own keys."""
        start, end = item.start.seconds, item.end.seconds
        chosen = within(self.base, start, end)
        if chosen.stop <= chosen.start:
            self.removed.append((edit.id, "No key of the sync lies where this scaling or shift belongs."))
            return
        relation = Relation(edit.scale, edit.offset, shift_on(edit, self.grid))
        self.base, stopped = transformed(self.base, chosen, relation)
        if stopped:
            keys = "key stops" if stopped == 1 else "keys stop"
            self.notes.append((edit.id, f"{stopped} {keys} before a neighbour that stays."))
        self.owners.update(dict.fromkeys(range(chosen.start, chosen.stop), edit.id))
        self.spans.append(Span(edit.id, "transform", start, end))

    def laid(
        self,
        patches: Sequence[Patch],
        contacts: Sequence[Contact],
        inserted: Sequence[Stretch],
        take: str,
        phones: Sequence[Phone],
        deleted: bool,
        muted: bool,
    ) -> Laid:
        """The curve with the artist's keys in it."""
        if not patches and not self.owners:
            own, removed = plain(self.base), tuple(self.removed)
            return replace(own, spans=tuple(self.spans), removed=removed, deleted=deleted, muted=muted)
        gaps: list[Gap] = []

        def show(joint: Joint) -> list[Stretch]:
            spans = shown(joint, contacts, inserted, self.grid, take, phones)
            return [(self._key_near(start, start), self._key_near(end, end)) for start, end in spans]

        def bound(joint: Joint) -> None:
            self._bound(joint)
            _trimmed(joint, show(joint))

        found = joints(self._roomy(patches), bound, 1.0 / self.grid.fps, self.notes)
        _meet(found)
        for joint in found:
            gaps += self._gaps(joint, show(joint))
            self.spans += _spans(joint)
        assembly = Assembly(self.base, self.owners, gaps)
        aside = (seat for gap in gaps for seat in gap.seats if seat.is_aside(self.grid))
        return Laid(
            *assembly.made(), tuple(self.spans), assembly.hidden(), tuple(self.removed), tuple(self.notes),
            deleted, muted, frozenset((seat.edit, seat.number) for seat in aside),
        )  # fmt: skip

    def _roomy(self, patches: Sequence[Patch]) -> list[Patch]:
        """Those that have keys or room; without either there is nothing to lay."""
        kept = []
        for patch in patches:
            if patch.seats or patch.end - patch.start > SAME:
                kept.append(patch)
            else:
                self.removed.append((patch.edit.id, "There is no room in this take for the keys that it takes away."))
        return kept

    def _bound(self, joint: Joint) -> None:
        """Put borders on keys of the sync that are near, else on whole frames."""
        start, end = self._border(joint.start), self._border(joint.end)
        if joint.seats or end - start > SAME:
            joint.start, joint.end = start, end
        if joint.seats and joint.seats[0].seconds <= joint.start + SAME:
            joint.start = joint.seats[0].seconds - 1.0 / self.grid.fps
        if joint.seats and joint.seats[-1].seconds >= joint.end - SAME:
            joint.end = joint.seats[-1].seconds + 1.0 / self.grid.fps

    def _border(self, seconds: float) -> float:
        if not math.isfinite(seconds):
            return seconds
        return self._key_near(seconds, seconds if self.grid.mode == "subframes" else on_frame(seconds, self.grid))

    def _key_near(self, seconds: float, otherwise: float) -> float:
        """The time of the sync's key at `seconds`, or `otherwise` where there is none."""
        times = self.base.times
        at = int(np.searchsorted(times, seconds))
        near = [float(times[place]) for place in (at - 1, at) if 0 <= place < len(times)]
        best = min(near, key=lambda time: abs(time - seconds), default=math.inf)
        return best if abs(best - seconds) <= SNAP else otherwise

    def _gaps(self, joint: Joint, shows: list[Stretch]) -> list[Gap]:
        """Where the artist's keys rule: the joint without the stretches in which the sync's curve shows."""
        shows = _trimmed(joint, shows)
        owner = joint.patches[0].edit.id
        edges = [joint.start, *(edge for show in shows for edge in show), joint.end]
        centres = [(start + end) / 2.0 for start, end in shows]
        rows: list[list[Seat]] = [[] for _ in range(len(shows) + 1)]
        for seat in joint.seats:
            rows[sum(centre <= seat.seconds for centre in centres)].append(seat)
        self.notes += _moved(joint.seats, shows)
        gaps = []
        for number, row in enumerate(rows):
            low, high = edges[2 * number], edges[2 * number + 1]
            settle(row, low, high, self.grid)
            gaps.append(Gap(low, high, tuple(row), owner, shows_after=number < len(shows)))
        return gaps


def _meet(found: Sequence[Joint]) -> None:
    """Joints whose borders crossed meet between their keys."""
    for one, other in pairwise(found):
        if other.start < one.end:
            low = one.seats[-1].seconds if one.seats else one.start
            high = other.seats[0].seconds if other.seats else other.end
            one.end = other.start = min(max((one.end + other.start) / 2.0, low + SAME), max(high - SAME, low + SAME))


def _trimmed(joint: Joint, shows: list[Stretch]) -> list[Stretch]:
    """The shows within the joint; one that reaches over its border moves the border."""
    kept = []
    for start, end in shows:
        over, beyond = start <= joint.start + SAME, end >= joint.end - SAME
        if over and beyond:
            continue
        if over:
            joint.start = max(joint.start, end)
        elif beyond:
            joint.end = min(joint.end, start)
        else:
            kept.append((start, end))
    return kept


def _moved(seats: Sequence[Seat], shows: Sequence[Stretch]) -> list[tuple[str, str]]:
    """Notes on the keys that leave a closure, or inserted speech, to the sync."""
    counts: dict[str, int] = {}
    for seat in seats:
        if any(start - SAME < seat.seconds < end + SAME for start, end in shows):
            counts[seat.edit] = counts.get(seat.edit, 0) + 1
    return [
        (id, f"{count} {'key stands' if count == 1 else 'keys stand'} beside a closure, or speech that was inserted.")
        for id, count in counts.items()
    ]


def _spans(joint: Joint) -> list[Span]:
    """Where each edit of a joint came to lie."""
    return [
        Span(patch.edit.id, "keys", max(patch.start, joint.start), min(patch.end, joint.end))
        if len(joint.patches) > 1
        else Span(patch.edit.id, "keys", joint.start, joint.end)
        for patch in joint.patches
    ]
