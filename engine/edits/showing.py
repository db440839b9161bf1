"""Within an edit, what of the sync's own curve shows again: closures put back, and speech that was inserted."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from ..placing.placed import Place
from ..rig.curves import Contact, Grid
from ..score.anchor import Anchor
from ..take import Phone
from .joints import Joint
from .seats import SAME, Patch, Seat, is_home, on_frame

LEAST_INSERTED = 0.12  # seconds of inserted speech in which the sync's own curve shows
HALF = 0.5  # of a sound within a contact, or of a contact within a sound: that sound is this closure

Stretch = tuple[float, float]


def shown(
    joint: Joint,
    contacts: Sequence[Contact],
    inserted: Sequence[Stretch],
    grid: Grid,
    take: str,
    phones: Sequence[Phone],
) -> list[Stretch]:
    """The stretches of `joint` (seconds, in order, within its borders) in which the generated curve stands.

    A closure is the artist's where an edit has, or has removed, a key on its sound, and where the keys on both sides
    were made in this very take: then this is how it was left. Grids of whole frames have them from frame to frame.
    What is not of the mouth goes on through both.
    """
    if joint.home or joint.patches[0].edit.curve.part == "face":
        return []
    marks = _Marks(joint, take)
    found = []
    for contact in contacts:
        span = _on_grid(contact.start, contact.end, grid)
        if _overlaps(span, joint) and not marks.has_sound(contact, phones) and not marks.are_own(span):
            found.append(span)
    for start, end in inserted:
        span = _on_grid(start, end, grid)
        if end - start > LEAST_INSERTED and _overlaps(span, joint) and not marks.are_own(span):
            found.append(span)
    return _merged(found, joint.seats)


def _on_grid(start: float, end: float, grid: Grid) -> Stretch:
    return (start, end) if grid.mode == "subframes" else (on_frame(start, grid), on_frame(end, grid))


def _overlaps(span: Stretch, joint: Joint) -> bool:
    return span[0] < joint.end and span[1] > joint.start


class _Marks:
    """Where the edits of a joint have keys, and had removed some."""

    def __init__(self, joint: Joint, take: str) -> None:
        self._take = take
        self._places = [pair for patch in joint.patches for pair in _decided(patch)]
        self._own = [place.seconds for anchor, place in self._places if is_home(anchor.take, place, take)]
        self._times = [seat.seconds for seat in joint.seats]
        self._homes = [seat.home for seat in joint.seats]
        self._borders = _border_homes(joint, take)

    def has_sound(self, contact: Contact, phones: Sequence[Phone]) -> bool:
        """Whether a key, or a removed one, belongs to the sound of a contact."""
        for _, place in self._places:
            if 0 <= place.phone < len(phones):
                phone = phones[place.phone]
                both = min(phone.end, contact.end) - max(phone.start, contact.start)
                if both >= HALF * min(phone.end - phone.start, contact.end - contact.start):
                    return True
            elif not phones and contact.start <= place.seconds <= contact.end:
                return True
        return False

    def are_own(self, span: Stretch) -> bool:
        """Whether a stretch is as the artist left it in this take."""
        if any(span[0] - SAME <= seconds <= span[1] + SAME for seconds in self._own):
            return True
        at = bisect_right(self._times, (span[0] + span[1]) / 2.0)
        before = self._homes[at - 1] if at else self._borders[0]
        after = self._homes[at] if at < len(self._homes) else self._borders[1]
        return before and after


def _decided(patch: Patch) -> Iterator[tuple[Anchor, Place]]:
    """Where an edit has a key, and where it has removed one."""
    yield from zip((key.at for key in patch.edit.keys), patch.item.keys, strict=True)
    yield from zip(patch.edit.gone, patch.item.gone, strict=True)


def _border_homes(joint: Joint, take: str) -> tuple[bool, bool]:
    first = min(joint.patches, key=lambda patch: patch.start)
    last = max(joint.patches, key=lambda patch: patch.end)
    start = first.edit.opens or is_home(first.edit.start.take, first.item.start, take)
    return start, last.edit.closes or is_home(last.edit.end.take, last.item.end, take)


def _merged(spans: Sequence[Stretch], seats: Sequence[Seat]) -> list[Stretch]:
    """The stretches in order; those that meet, or have no key of the artist's between them, as one."""
    times = [seat.seconds for seat in seats]
    found: list[Stretch] = []
    for start, end in sorted(spans):
        last = found[-1] if found else (-math.inf, -math.inf)
        middle, centre = (last[0] + last[1]) / 2.0, (start + end) / 2.0
        between = found and bisect_right(times, centre) > bisect_right(times, middle)
        if found and (start <= last[1] + SAME or not between):
            found[-1] = (last[0], max(end, last[1]))
        else:
            found.append((start, end))
    return found
