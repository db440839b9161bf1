"""What a file of timed labels holds, as it stands there: no label read yet, no time put right."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NoReturn

from ...errors import UsageError
from ...take import Word

SECONDS, MILLISECONDS, TICKS = 1.0, 1e-3, 1e-7
SOUNDS, OWN = "sounds", "own"
LONGEST = 40  # letters of what stands in the place of a number


@dataclass(frozen=True, slots=True)
class Row:
    """One label from `start` to `end` in the file's own unit; `end` None: until the next row; `confidence` 0..1."""

    start: float
    end: float | None
    label: str
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a file.

    `alphabet`: SOUNDS where the labels are speech sounds in an alphabet yet to be found, OWN where they are IPA as a
    take has it, else the table of labels.toml that lists the mouth shapes. `units`: seconds in one of the file's, the
    usual unit first, then others that are as good. `begin`, `length`: where the file says that its sound begins and how
    long it is. `tiled`: whether its rows, pauses among them, should leave no gap. `words`: in the file's unit.
    `remarks`: what its reader has to say of it already.
    """

    rows: tuple[Row, ...]
    alphabet: str = SOUNDS
    units: tuple[float, ...] = (SECONDS,)
    begin: float = 0.0
    length: float | None = None
    tiled: bool = False
    words: tuple[Word, ...] = ()
    language: str | None = None
    remarks: tuple[str, ...] = ()


def number(value: object, what: str, name: str) -> float:
    """A time or a share as a file gives it. Raises UsageError where `value` is no finite number."""
    try:
        found = float(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else math.nan
    except (ValueError, OverflowError):
        found = math.nan
    if not math.isfinite(found):
        raise UsageError(
            f"{what} of '{name}' has {repr(value)[:LONGEST]} where a number should be; export the file again."
        )
    return found


def broken(name: str, what: str) -> NoReturn:
    """Raise UsageError: the file is of its form, but `what`."""
    raise UsageError(f"'{name}' is broken: {what}; export it again.")
