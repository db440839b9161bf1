"""Keys as a table of whole numbers, and tables as text.

A table has a column for each of a key's numbers: times in TICK, values in a unit that the caller chooses. Times and
values are kept as steps from key to key, handles as what they differ from a third of the way on a straight line, so
that the sync's own keys take little room.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .keys import BACK, CurveKeys

TICK = 1e-7  # seconds
CODES = ("left_type", "right_type", "interpolation", "easing", "type")
COLUMNS = 6 + len(CODES) + 3 + 1  # places, codes, the easing's, one more of the caller's

Table = NDArray[np.int64]
Floats = NDArray[np.float64]


def _thirds(times: Floats, values: Floats) -> tuple[Floats, Floats]:
    """Where handles a third of the way on a straight line would be, from their keys: [k, 2] left and right."""
    steps = np.stack([np.diff(times), np.diff(values)], axis=1) / 3.0 if len(times) > 1 else np.zeros((0, 2))
    rim = np.zeros((1 if len(times) else 0, 2))
    return -np.concatenate([rim, steps]), np.concatenate([steps, rim])


def table_of(keys: CurveKeys, unit: float, numbers: NDArray[np.int32]) -> Table:
    """The table [COLUMNS, k] of keys, `numbers` [k] in its last column.

    Handles are counted from the keys as they will be read, so that errors do not add up.
    """
    times = np.rint(keys.times / TICK).astype(np.int64)
    values = np.rint(keys.values / unit).astype(np.int64)
    thirds = _thirds(np.asarray(times * TICK), np.asarray(values * unit))
    places = []
    for handle, third in zip((keys.left, keys.right), thirds, strict=True):
        places.append(np.rint((handle[:, 0] - times * TICK - third[:, 0]) / TICK))
        places.append(np.rint((handle[:, 1] - values * unit - third[:, 1]) / unit))
    codes = [getattr(keys, name) for name in CODES]
    easing = [np.rint((keys.back - BACK) / TICK), np.rint(keys.amplitude / unit), np.rint(keys.period / TICK)]
    columns = [np.diff(times, prepend=0), np.diff(values, prepend=0), *places, *codes, *easing, numbers]
    return np.stack([np.asarray(column).astype(np.int64) for column in columns])


def squeeze(tables: Sequence[Table]) -> str:
    """The tables, one after another, as text."""
    whole = np.concatenate([np.zeros((COLUMNS, 0), np.int64), *tables], axis=1)
    lanes = whole.astype("<i8").view(np.uint8).reshape(COLUMNS, -1, 8).transpose(0, 2, 1)
    return base64.b85encode(zlib.compress(np.ascontiguousarray(lanes).tobytes(), 6)).decode("ascii")


def spread(text: str) -> Table:
    """The tables of a text as one. Raises ValueError and zlib.error where it is broken."""
    lanes = np.frombuffer(zlib.decompress(base64.b85decode(text)), np.uint8).reshape(COLUMNS, 8, -1)
    return np.ascontiguousarray(lanes.transpose(0, 2, 1)).view("<i8")[:, :, 0].astype(np.int64)


def keys_of(table: Table, unit: float) -> CurveKeys:
    """The keys of a table."""
    times, values = np.cumsum(table[0]) * TICK, np.cumsum(table[1]) * unit
    handles = []
    for row, third in zip((2, 4), _thirds(times, values), strict=True):
        handles.append(
            np.stack([times + third[:, 0] + table[row] * TICK, values + third[:, 1] + table[row + 1] * unit], axis=1)
        )
    codes = {name: table[6 + place].astype(np.int8) for place, name in enumerate(CODES)}
    easing = {"back": BACK + table[11] * TICK, "amplitude": table[12] * unit, "period": table[13] * TICK}
    return CurveKeys(times=times, values=values, left=handles[0], right=handles[1], **codes, **easing)
