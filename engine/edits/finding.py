"""What the artist changed on a curve since it was laid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ..rig.curves import Grid
from ..score.items import Curve, Edit
from ..take import Take
from .comparing import TOLERANCE, Indices, partners
from .keys import CurveKeys
from .laid import OWN, SCALED, Laid
from .line import Ids, Line
from .patching import patched
from .selecting import Selection, selections
from .transforming import Relation, transformed

SAME = 1e-5  # a relation as near as this to none is none


def find(
    laid: Laid,
    current: CurveKeys | None,
    curve: Curve,
    take: Take,
    known: Sequence[Edit],
    ids: Ids,
    *,
    grid: Grid | None = None,
    muted: bool = False,
    tolerance: float = TOLERANCE,
) -> tuple[Edit, ...]:
    """All edits of `curve` as its keys stand now: the known ones that still stand, and what is new.

    `laid` is what was written, `current` the keys as they stand (seconds of the take's sound), None where the whole
    curve is gone; `muted` whether it is muted. `known`: the edits of this curve; those that were not laid stay as they
    are, of the others every key that nobody touched keeps its place of home. `ids("edit")` gives a new id. `grid`: that
    of the keys, by which keys on whole frames are known. `tolerance` in seconds. With `lay` over the same generated
    curve the result gives the current keys again.
    """
    line = Line(curve, take, ids, grid, tolerance)
    edits = _whole(laid, current, line, list(known), muted)
    if current is None or (laid.deleted and not len(current) and not len(laid.keys)):
        return tuple(edits)
    found = partners(laid.keys, current, tolerance)
    if np.array_equal(found, np.arange(len(laid.keys))):
        return tuple(edits)
    for selection in selections(laid, current, found, tolerance):
        laid = _select(laid, selection, line, edits)
    found = partners(laid.keys, current, tolerance)
    return tuple(patched(laid, current, found, line, edits))


def _whole(laid: Laid, current: CurveKeys | None, line: Line, edits: list[Edit], muted: bool) -> list[Edit]:
    """The edits, with those of the whole curve as it stands."""
    if not muted:
        lifted = {span.id for span in laid.spans if span.kind == "muted"}
        edits = [edit for edit in edits if edit.id not in lifted]
    elif not laid.muted:
        edits.append(_of_all(laid, line, "muted"))
    if current is not None or laid.deleted:
        return edits
    if np.any((laid.numbers == OWN) | (laid.numbers == SCALED)):
        return [*edits, _of_all(laid, line, "deleted")]
    return [edit for edit in edits if edit.id not in laid.ids]


def _of_all(laid: Laid, line: Line, kind: str) -> Edit:
    times = laid.keys.times if len(laid.keys) else np.zeros(1)
    ends = line.anchor(float(times[0])), line.anchor(float(times[-1]))
    return Edit(line.ids("edit"), line.curve, *ends, kind)


def _select(laid: Laid, selection: Selection, line: Line, edits: list[Edit]) -> Laid:
    """Keep a selection as an edit (in `edits`); gives the curve as laid with it."""
    first, last = selection.first, selection.last + 1
    rows = [at for at in range(first, last) if laid.numbers[at] in (OWN, SCALED)]
    id = _again(laid, selection, rows, edits)
    if id is None:
        times = laid.keys.times
        ends = line.anchor(float(times[first])), line.anchor(float(times[last - 1]))
        shift = selection.relation.shift
        fps = line.fps_of(shift) if shift else 0.0
        made = Edit(line.ids("edit"), line.curve, *ends, "transform", fps=fps)
        edits.append(replace(made, scale=selection.relation.scale, offset=selection.relation.offset, shift=shift))
        id = made.id
    return _as_laid(laid, selection, rows, id)


def _again(laid: Laid, selection: Selection, rows: list[int], edits: list[Edit]) -> str | None:
    """Where the very keys of an earlier selection were selected again: one edit for both; gives its id."""
    owners = {laid.owners[at] for at in rows}
    id = next(iter(owners))
    if len(owners) > 1 or not id or laid.owners.count(id) != len(rows):
        return None
    for at, edit in enumerate(edits):
        if edit.id == id:
            both = selection.relation.after(Relation(edit.scale, edit.offset, edit.shift))
            if abs(both.scale - 1.0) < SAME and abs(both.offset) < SAME and abs(both.shift) < TOLERANCE:
                del edits[at]
                return ""
            edits[at] = replace(edit, scale=both.scale, offset=both.offset, shift=both.shift)
            return id
    return None


def _as_laid(laid: Laid, selection: Selection, rows: list[int], id: str) -> Laid:
    """The curve with its own keys of the selection related anew; the artist's stay."""
    made, _ = transformed(laid.keys, slice(selection.first, selection.last + 1), selection.relation)
    keys = laid.keys
    chosen: Indices = np.array(rows)
    columns = {name: getattr(keys, name).copy() for name in ("times", "values", "left", "right")}
    for name, values in columns.items():
        values[chosen] = getattr(made, name)[chosen]
    owners, numbers = list(laid.owners), laid.numbers.copy()
    for at in rows:
        owners[at] = id
    numbers[chosen] = SCALED if id else OWN
    return replace(laid, keys=replace(keys, **columns), owners=tuple(owners), numbers=numbers)
