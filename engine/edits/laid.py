"""A curve as it was laid: its keys, and for each which edit it came from; kept as text with the line.

    {"format": "lockstep.laid", "version": 1,
     "curves": [{"name", "count", "hidden", "unit", "owners", "spans", ...}], "keys": "<base 85 of zlib>"}

`keys` is the table (packing.py) of all curves, the hidden keys of each after those laid.
"""

from __future__ import annotations

import json
import math
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import ScoreError, UsageError
from .keys import CurveKeys, no_keys
from .packing import TICK, keys_of, spread, squeeze, table_of

FORMAT = "lockstep.laid"
VERSION = 1

Numbers = NDArray[np.int32]

OWN = -1  # made by the sync and as it made it
BORDER = -2  # where an edit begins or ends between two keys of the sync
SHAPED = -3  # the sync's, its handle shortened by such a border
SCALED = -4  # the sync's, under a transform
SHOWN = -5  # and below: the sync's, put back within an edit; a number for each stretch


@dataclass(frozen=True, slots=True)
class Span:
    """An edit that was laid, by its id and kind, and from where to where (seconds; infinite at the curve's ends)."""

    id: str
    kind: str
    start: float = -math.inf
    end: float = math.inf


@dataclass(frozen=True, slots=True, eq=False)
class Laid:
    """What stands on one curve after laying.

    `keys` [k]; `owners` [k]: the id of the edit that a key comes from, '' for the sync's own; `numbers` int32 [k]:
    which of that edit's keys it is, or one of OWN, BORDER, SHAPED, SCALED, SHOWN and below. `spans`: the edits laid.
    `hidden`: keys that the sync made and edits replaced. `removed`: (id, sentence) of each edit that could not be laid;
    `notes`: likewise of what stands elsewhere than at its sound. `deleted`, `muted`: the whole curve, by an edit.
    `aside`: (edit, number) of its keys that others keep from their own place.
    Raises UsageError where the arrays differ in length.
    """

    keys: CurveKeys
    owners: tuple[str, ...]
    numbers: Numbers
    spans: tuple[Span, ...] = ()
    hidden: CurveKeys = field(default_factory=no_keys)
    removed: tuple[tuple[str, str], ...] = ()
    notes: tuple[tuple[str, str], ...] = ()
    deleted: bool = False
    muted: bool = False
    aside: frozenset[tuple[str, int]] = frozenset()

    def __post_init__(self) -> None:
        if not len(self.keys) == len(self.owners) == len(self.numbers):
            raise UsageError("The keys that were laid and their owners differ in number; lay the curve again.")

    @property
    def ids(self) -> frozenset[str]:
        """The edits that were laid."""
        return frozenset(span.id for span in self.spans)


def plain(keys: CurveKeys) -> Laid:
    """Keys as the sync made them, without any edit."""
    return Laid(keys, ("",) * len(keys), np.full(len(keys), OWN, np.int32))


def pack(laid: Mapping[str, Laid]) -> str:
    """The curves by their addresses as text; times to 1e-7 s, values to 1e-7 of the curve's largest, at least of 1."""
    heads, tables = [], []
    for name, one in laid.items():
        unit = TICK * _largest(one)
        tables.append(table_of(one.keys, unit, one.numbers))
        tables.append(table_of(one.hidden, unit, np.zeros(len(one.hidden), np.int32)))
        heads.append({"name": name, "unit": unit} | _head(one))
    data = {"format": FORMAT, "version": VERSION, "curves": heads, "keys": squeeze(tables)}
    return json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def unpack(text: str) -> dict[str, Laid]:
    """What `pack` made a text of. Raises ScoreError where it is none, is broken or comes from a newer version."""
    try:
        data = json.loads(text)
        version = data["version"] if data["format"] == FORMAT else None
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ScoreError("The record of the keys that were laid is broken; sync the line again.") from error
    if not isinstance(version, int) or version < 1:
        raise ScoreError("The record of the keys that were laid is none of Lockstep's; sync the line again.")
    if version > VERSION:
        raise ScoreError(
            f"The record of the keys that were laid has version {version}, newer than this program reads ({VERSION}); "
            "update it."
        )
    try:
        return _unpacked(data)
    except (ValueError, KeyError, TypeError, zlib.error, OverflowError, UsageError) as error:
        raise ScoreError("The record of the keys that were laid is broken; sync the line again.") from error


def _largest(one: Laid) -> float:
    parts = [part for keys in (one.keys, one.hidden) for part in (keys.values, keys.left[:, 1], keys.right[:, 1])]
    return max(1.0, *(float(np.abs(part).max(initial=0.0)) for part in parts))


def _head(one: Laid) -> dict[str, Any]:
    """What of a curve is no table; what is empty is left out."""
    runs = [[owner, len(list(run))] for owner, run in groupby(one.owners)]
    spans = [[span.id, span.kind, _kept(span.start), _kept(span.end)] for span in one.spans]
    listed = {"spans": spans, "removed": list(one.removed), "notes": list(one.notes)}
    listed["aside"] = sorted(one.aside)
    flags = {"deleted": one.deleted, "muted": one.muted}
    counts = {"count": len(one.keys), "hidden": len(one.hidden), "owners": runs}
    return counts | {name: value for name, value in {**listed, **flags}.items() if value}


def _kept(seconds: float) -> float | None:
    return seconds if math.isfinite(seconds) else None


def _unpacked(data: Mapping[str, Any]) -> dict[str, Laid]:
    table, at = spread(data["keys"]), 0
    found = {}
    for head in data["curves"]:
        middle = at + head["count"]
        end = middle + head["hidden"]
        if end > table.shape[1]:
            raise ValueError(f"{end} keys of {table.shape[1]}")
        keys, hidden = keys_of(table[:, at:middle], head["unit"]), keys_of(table[:, middle:end], head["unit"])
        found[head["name"]] = _laid(head, keys, hidden, table[-1, at:middle].astype(np.int32))
        at = end
    return found


def _laid(head: Mapping[str, Any], keys: CurveKeys, hidden: CurveKeys, numbers: NDArray[np.int32]) -> Laid:
    owners = tuple(str(owner) for owner, count in head["owners"] for _ in range(count))
    spans = tuple(
        Span(id, kind, -math.inf if start is None else start, math.inf if end is None else end)
        for id, kind, start, end in head.get("spans", ())
    )
    removed, notes = _pairs(head.get("removed", ())), _pairs(head.get("notes", ()))
    flags = bool(head.get("deleted")), bool(head.get("muted"))
    aside = frozenset((str(id), int(number)) for id, number in head.get("aside", ()))
    return Laid(keys, owners, numbers, spans, hidden, removed, notes, *flags, aside)


def _pairs(rows: Iterable[Sequence[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((str(id), str(sentence)) for id, sentence in rows)
