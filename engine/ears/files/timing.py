"""The times of a table as seconds of its sound: its unit, where it begins, ends that were left open."""

from __future__ import annotations

from dataclasses import replace

from ...take import Word
from .table import MILLISECONDS, SECONDS, TICKS, Row, Table

NAMES = {SECONDS: "seconds", MILLISECONDS: "milliseconds", TICKS: "ticks of 100 ns"}
LEAST, MOST = 0.02, 5.0  # of the sound's length: within this a file may end in the unit that it should have
LIKELY = (0.3, 1.5)  # the same in which it must end in another unit, for that to be taken
NEAR = 0.1  # seconds by which a file may be longer or shorter than its sound
LAST = 0.12  # seconds of the last shape where nothing ends it


def timed(table: Table, duration: float) -> tuple[Table, tuple[str, ...]]:
    """The table in seconds of a sound of `duration` seconds, every row with its end, and remarks on what was done.

    A remark without its subject, as 'is in milliseconds, not seconds, and was read so'.
    """
    closed = replace(table, rows=_closed(table.rows))
    end = max([closed.length or 0.0, *(row.end or 0.0 for row in closed.rows)])
    unit = _unit(end - closed.begin, closed.units, duration)
    remarks = [] if unit in closed.units else [f"is in {NAMES[unit]}, not {NAMES[closed.units[0]]}, and was read so"]
    begin = closed.begin
    if begin > 0.0 and closed.length is not None and abs(closed.length * unit - duration) <= NEAR:
        remarks.append(f"begins at {begin * unit:.2f} s, which was taken for the start of the sound")
    else:
        begin = 0.0
    found = _moved(closed, begin, unit)
    if found.length is not None and abs(found.length - duration) > NEAR:
        remarks.append(f"is {found.length:.2f} s long and its sound {duration:.2f} s; check that they belong together")
    return _ended(found, duration), tuple(remarks)


def lasts(table: Table, duration: float) -> bool:
    """Whether the file says that its sound is as long as that, in seconds."""
    if table.length is None:
        return False
    return abs(table.length * _unit(table.length, table.units, duration) - duration) <= NEAR


def _closed(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """Rows of one moment in order of time, each but the last until the next; others as they are."""
    if all(row.end is not None for row in rows):
        return rows
    ordered = sorted(rows, key=lambda row: row.start)
    ends = [row.start for row in ordered[1:]]
    return (*(replace(row, end=end) for row, end in zip(ordered, ends, strict=False)), ordered[-1])


def _unit(end: float, units: tuple[float, ...], duration: float) -> float:
    """Seconds in the file's unit: the first of its own in which it can be the sound's, else any that fits well."""
    for unit in units:
        if LEAST * duration <= end * unit <= MOST * duration:
            return unit
    low, high = LIKELY
    return next((unit for unit in NAMES if low * duration <= end * unit <= high * duration), units[0])


def _moved(table: Table, begin: float, unit: float) -> Table:
    rows = tuple(
        replace(row, start=(row.start - begin) * unit, end=None if row.end is None else (row.end - begin) * unit)
        for row in table.rows
    )
    words = tuple(_word(word, begin, unit) for word in table.words if word.start >= begin)
    length = None if table.length is None else table.length * unit
    return replace(table, rows=rows, words=words, length=length)


def _word(word: Word, begin: float, unit: float) -> Word:
    return replace(word, start=(word.start - begin) * unit, end=(word.end - begin) * unit)


def _ended(table: Table, duration: float) -> Table:
    """The last shape, which nothing follows, with an end."""
    if not table.rows or table.rows[-1].end is not None:
        return table
    last = table.rows[-1]
    end = max(last.start, min(duration, last.start + LAST))
    return replace(table, rows=(*table.rows[:-1], replace(last, end=end)))
