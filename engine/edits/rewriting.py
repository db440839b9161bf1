"""An edit written anew from the keys that stand: those untouched keep their home, the others are at home here."""

from __future__ import annotations

import math
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace

from ..score.anchor import Anchor
from ..score.items import Edit, EditedKey, Handle
from .comparing import Indices
from .keys import EASINGS, HANDLES, INTERPOLATIONS, TYPES, CurveKeys
from .laid import BORDER, OWN, SHOWN, Laid, Span
from .line import Line

CLOSE = 0.05  # seconds, about a frame
STILL = 2e-6  # seconds: a handle that is off by less is not
NEAR = 1e-4  # seconds: a key as near as this to a border is the border


@dataclass(slots=True)
class _Row:
    """One of the current keys: its index, and the laid key that it still is (-1: none), whose edit's it is."""

    at: int
    laid: int
    number: int
    key: EditedKey | None  # None for what the sync shows within an edit

    @property
    def shown(self) -> bool:
        """Whether it is of a stretch that the sync shows within an edit."""
        return self.number <= SHOWN


class Writer:
    """Writes the edits of one curve."""

    def __init__(self, laid: Laid, current: CurveKeys, found: Indices, line: Line) -> None:
        self.laid, self.current, self.line = laid, current, line
        self._found: list[int] = found.tolist()
        self._standing = set(self._found)
        self._own = line.anchor(0.0).take

    def edit(
        self,
        chosen: range,
        rows: range,
        borders: tuple[float, float],
        merged: Sequence[Edit],
        spans: Sequence[Span],
    ) -> Edit:
        """The edit of the current keys `chosen`, which stand where the laid keys `rows` stood.

        `borders`: seconds of the keys beside them, infinite where there is none; `merged`: the edits that were there,
        the first of which it goes on being.
        """
        start = self._border(borders[0], merged, spans, 0)
        end = self._border(borders[1], merged, spans, 1)
        lost = [row for row in rows if row not in self._standing]
        times = [float(self.current.times[at]) for at in chosen] + [float(self.laid.keys.times[row]) for row in lost]
        start = start or self.line.anchor(min(times))
        end = end or self.line.anchor(max(times))
        keys, converted = self._keys(chosen, lost, merged, (start.take, end.take))
        if not keys and self._own in (start.take, end.take):
            start, end = self._at_home(start, borders[0]), self._at_home(end, borders[1])
        gone = self._gone([*lost, *converted], keys, merged)
        head = merged[0] if merged else Edit(self.line.ids("edit"), self.line.curve, start, end)
        return replace(
            head, start=start, end=end, keys=keys, gone=gone,
            opens=math.isinf(borders[0]), closes=math.isinf(borders[1]),
        )  # fmt: skip

    def kept(self, at: int, merged: Sequence[Edit], group: Container[int] | None = None) -> EditedKey | None:
        """The artist's key that a current key still is; None where it is none, or could not be laid as it stands.

        `group`: the current keys of its edit, where no others count as its neighbours.
        """
        row = self._found[at]
        number = int(self.laid.numbers[row]) if row >= 0 else -1
        if number < 0:
            return None
        owner = self.laid.owners[row]
        if (owner, number) in self.laid.aside:
            return None  # without the others it would go to its own place
        edit = next((edit for edit in merged if edit.id == owner), None)
        if edit is None or number >= len(edit.keys):
            return None
        return self._stretched(edit.keys[number], at, row, group)

    def all_own(self, group: Sequence[int], merged: Sequence[Edit]) -> tuple[EditedKey, ...]:
        """The keys of an edit where the sync has none."""
        rows = [_Row(at, self._found[at], OWN, self.kept(at, merged, group) or self.new(at)) for at in group]
        self._bring_home(rows, ("", ""))
        return tuple(row.key for row in rows if row.key is not None)

    def new(self, at: int) -> EditedKey:
        """A current key as one made in this take."""
        keys, last = self.current, len(self.current) - 1
        time, value = float(keys.times[at]), float(keys.values[at])
        left, right = keys.left[at].tolist(), keys.right[at].tolist()
        return EditedKey(
            at=self.line.anchor(time),
            value=value,
            left=(left[0] - time, left[1] - value),
            right=(right[0] - time, right[1] - value),
            left_type=HANDLES[keys.left_type[at]],
            right_type=HANDLES[keys.right_type[at]],
            interpolation=INTERPOLATIONS[keys.interpolation[at]],
            easing=EASINGS[keys.easing[at]],
            type=TYPES[keys.type[at]],
            back=float(keys.back[at]),
            amplitude=float(keys.amplitude[at]),
            period=float(keys.period[at]),
            before=time - float(keys.times[at - 1]) if at else 0.0,
            after=float(keys.times[at + 1]) - time if at < last else 0.0,
            fps=self.line.fps(time),
        )

    def _stretched(self, key: EditedKey, at: int, row: int, group: Container[int] | None) -> EditedKey | None:
        """The key with ways to its neighbours by which its handles are laid as they stand; None where none can be."""
        here = key.at.take == self._own
        before = self._way(key.before, key.left, (at, at - 1), (row, row - 1), group, here)
        after = self._way(key.after, key.right, (at, at + 1), (row, row + 1), group, here)
        if before is None or after is None:
            return None
        return key if (before, after) == (key.before, key.after) else replace(key, before=before, after=after)

    def _way(
        self,
        home: float,
        handle: Handle,
        now: tuple[int, int],
        then: tuple[int, int],
        group: Container[int] | None,
        here: bool,
    ) -> float | None:
        """The way to a neighbour at home by which a handle is laid as it stands; None where there is none.

        `now`, `then`: the key and that neighbour among the current and the laid keys. Handles go by the way to the
        neighbour, but for keys without one of their own edit or of the sync: those go by the pace of speech, which is
        as it was where they were made `here`.
        """
        side = self.laid.keys.left if then[1] < then[0] else self.laid.keys.right
        reach = float(side[then[0], 0] - self.laid.keys.times[then[0]])
        gap = self._gap(*now) if group is None or now[1] in group else 0.0
        if not home or max(abs(handle[0]), abs(reach)) < STILL:
            return home
        if not gap:
            return home if here or not self._counts(*then) else None
        scale = 1.0 if abs(gap - home) < self.line.tolerance else gap / home
        if abs(handle[0] * scale - reach) <= STILL:
            return home
        return gap * handle[0] / reach if reach * handle[0] > 0.0 else None

    def _gap(self, at: int, beside: int) -> float:
        """Seconds between two current keys, 0 where the other is not there."""
        times = self.current.times
        return abs(float(times[beside] - times[at])) if 0 <= beside < len(times) else 0.0

    def _counts(self, row: int, beside: int) -> bool:
        """Whether the way from one laid key to another was one that handles go by."""
        if not 0 <= beside < len(self.laid.keys):
            return False
        return int(self.laid.numbers[beside]) < 0 or self.laid.owners[beside] == self.laid.owners[row]

    def _border(self, time: float, merged: Sequence[Edit], spans: Sequence[Span], side: int) -> Anchor | None:
        """The place of a border: that of the edit which had it; None at the curve's end."""
        if math.isinf(time):
            return None
        for edit in merged:
            for span in spans:
                if span.id == edit.id and abs((span.end if side else span.start) - time) <= NEAR:
                    return edit.end if side else edit.start
        return self.line.anchor(time)

    def _keys(
        self, chosen: range, lost: Sequence[int], merged: Sequence[Edit], homes: tuple[str, str]
    ) -> tuple[tuple[EditedKey, ...], list[int]]:
        """The edit's keys, and the laid keys shown by the sync that are the artist's from now on."""
        rows = [self._row(at, merged) for at in chosen]
        self._bring_home(rows, homes)
        touched = {int(self.laid.numbers[row]) for row in lost}
        touched |= {row.number for row in rows if row.shown and not self._is_beside_the_same(row)}
        own = self._own
        while True:
            touched |= _left(rows, touched, own, homes)
            for row in rows:
                if row.shown and row.key is None and row.number in touched:
                    row.key = self.new(row.at)
            if not _left(rows, touched, own, homes) - touched:
                break
        converted = [row.laid for row in rows if row.shown and row.key is not None]
        return tuple(row.key for row in rows if row.key is not None), converted

    def _row(self, at: int, merged: Sequence[Edit]) -> _Row:
        laid = self._found[at]
        number = int(self.laid.numbers[laid]) if laid >= 0 else -1
        if number <= SHOWN:
            return _Row(at, laid, number, None)
        return _Row(at, laid, number, self.kept(at, merged) or self.new(at))

    def _at_home(self, anchor: Anchor, time: float) -> Anchor:
        """The place of a border in this take, where it is not at the curve's end."""
        return anchor if anchor.take == self._own or math.isinf(time) else self.line.anchor(time)

    def _bring_home(self, rows: Sequence[_Row], homes: tuple[str, str]) -> None:
        """Keys of other takes become this take's where they would not stay as they stand.

        That is close beside a key that was made here, and next to a border that is new: what the sync shows between two
        keys, and which of them comes first, goes by where they are at home.
        """
        own = [row for row in rows if row.key]
        ends = [at for at, home in zip((0, len(own) - 1), homes, strict=True) if own and home == self._own]
        for row in [own[at] for at in ends]:
            row.key = self._here(row)
        for at, row in enumerate(own):
            if any(self._is_close(row, other) for other in own[max(at - 1, 0) : at] + own[at + 1 : at + 2]):
                row.key = self._here(row)

    def _here(self, row: _Row) -> EditedKey | None:
        return row.key if row.key is None or row.key.at.take == self._own else self.new(row.at)

    def _is_close(self, row: _Row, beside: _Row) -> bool:
        times = self.current.times
        made_here = beside.key is not None and beside.key.at.take == self._own
        return made_here and abs(float(times[beside.at] - times[row.at])) < CLOSE

    def _is_beside_the_same(self, row: _Row) -> bool:
        """Whether the keys on both sides of a key are those that were laid there: one of its handles goes by them."""
        before = self._found[row.at - 1] if row.at else -1
        after = self._found[row.at + 1] if row.at + 1 < len(self._found) else len(self.laid.keys)
        return before == row.laid - 1 and after == row.laid + 1

    def _gone(self, rows: Iterable[int], keys: Sequence[EditedKey], merged: Sequence[Edit]) -> tuple[Anchor, ...]:
        """The places of keys that stand no more: each of the sync's, and one a sound of the artist's."""
        gone = [anchor for edit in merged for anchor in edit.gone]
        sounds = {(anchor.take, anchor.index) for anchor in [*gone, *(key.at for key in keys)]}
        for row in sorted(rows):
            number = int(self.laid.numbers[row])
            anchor = self.line.anchor(float(self.laid.keys.times[row]))
            if number >= 0 or number == BORDER:
                removed = self._removed(row, merged)
                anchor = removed.at if removed else anchor
                if (anchor.take, anchor.index) in sounds:
                    continue
            sounds.add((anchor.take, anchor.index))
            gone.append(anchor)
        return tuple(gone)

    def _removed(self, row: int, merged: Sequence[Edit]) -> EditedKey | None:
        number = int(self.laid.numbers[row])
        for edit in merged:
            if edit.id == self.laid.owners[row] and 0 <= number < len(edit.keys):
                return edit.keys[number]
        return None


def _left(rows: Sequence[_Row], touched: set[int], own: str, homes: tuple[str, str]) -> set[int]:
    """The stretches shown by the sync with keys of this very take on both sides: they stand as the artist left them."""
    left = set()
    for number in {row.number for row in rows if row.shown and row.key is None} - touched:
        places = [at for at, row in enumerate(rows) if row.number == number]
        before = next((row.key.at.take for row in reversed(rows[: places[0]]) if row.key), homes[0])
        after = next((row.key.at.take for row in rows[places[-1] + 1 :] if row.key), homes[1])
        if before == after == own:
            left.add(number)
    return left
