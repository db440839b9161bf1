"""The rows as lines of text."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .figures import Difference, Row

HEAD = (
    f"{'new voice':27} {'takes':13} {'edits':>5} {'lost':>4} {'astray':>6} {'unplaced':>9} {'gone':>5} {'moved':>6}"
    f" {'median':>6} {'95 %':>6} {'<=40ms':>6} {'instant':>7} {'shut':>6} {'A-B-A':>14} {'B-A-B':>14} {'s':>5}"
)
LEGEND = """\
takes      as the recognizer hears them, with the text, or of the true phones (what is left is the matching's error)
edits      edits and gestures planted; lost: neither laid nor listed
astray     silently misplaced: called 'matched', but more than 100 ms from the true phone (or line, or not said at all)
unplaced   share kept aside with a reason; gone: share of edits with a sound that is not said in the new voice
moved      share laid beside a sound that is missing, with a reason
median, 95 %  ms from an edit to its true phone (0 within it), of all that is laid, its worst key; 'another language':
           to its line; instant: 95 % of the distances to the very instant within the phone
shut       closures of the new voice that are shut with the edits laid, of those that the artist did not open
A-B-A      largest error of a value, of a key's time in frames, and curves with more or fewer keys, back on the first
B-A-B      the same on the new take, on which more was edited before going to the first and back
s          seconds of the processor for matching, placing, performing, laying"""


def line(row: Row) -> str:
    """One row."""
    count = max(len(row.fates), 1)
    far, late = row.milliseconds, row.late
    shut = 100.0 * (1.0 - row.opened / row.closures) if row.closures else float("nan")
    unplaced, gone, moved = (_share(part, count) for part in (row.count("unplaced"), row.gone, row.count("moved")))
    cells = (
        f"{row.name:27} {row.ear:13} {len(row.fates):5} {row.lost:4} {row.misplaced:6}"
        f" {unplaced:>9} {gone:>5} {moved:>6}"
        f" {_whole(np.median(far)):>6} {_whole(np.percentile(far, 95)):>6} {_tenth(row.near):>6}"
        f" {_whole(np.percentile(late, 95)):>7} {_tenth(shut):>6}"
        f" {_differs(row.back):>14} {_differs(row.again):>14} {np.mean(row.seconds):5.2f}"
    )
    return cells


def _differs(difference: Difference) -> str:
    return f"{difference.value:.4f} {difference.frames:.2f} {difference.curves}"


def _share(part: int, whole: int) -> str:
    return f"{100.0 * part / whole:.1f}"


def _whole(value: float) -> str:
    return "-" if value != value or value == float("inf") else f"{value:.0f}"


def _tenth(value: float) -> str:
    return "-" if value != value else f"{value:.1f}"


def kinds(rows: Sequence[Row]) -> list[str]:
    """Lines of what each kind of edit came to."""
    fates = [fate for row in rows for fate in row.fates]
    found = [
        f"{'what was planted':20} {'edits':>6} {'lost':>5} {'astray':>6} {'unplaced':>9} {'moved':>6} {'95 %, ms':>9}"
    ]
    for what in sorted({fate.planted.what for fate in fates}):
        mine = [fate for fate in fates if fate.planted.what == what]
        far = [1000.0 * fate.distance for fate in mine if fate.distance == fate.distance] or [float("nan")]
        counts = {status: sum(fate.status == status for fate in mine) for status in ("lost", "unplaced", "moved")}
        found.append(
            f"{what:20} {len(mine):6} {counts['lost']:5} {sum(fate.astray for fate in mine):6}"
            f" {_share(counts['unplaced'], len(mine)):>9} {_share(counts['moved'], len(mine)):>6}"
            f" {_whole(np.percentile(far, 95)):>9}"
        )
    return found
