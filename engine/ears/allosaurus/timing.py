"""When the phones of a best path begin and end, to 10 ms.

The network says where each phone is surest and little of how long it lasts. Between two such places the edge is put by
a search over all phones at once (dynamic programming), which weighs, row by row of 10 ms: how well each phone fits
there when the blank is left aside; the level of the sound, pauses being quiet and only stops having quiet closures;
how abruptly the spectrum changes at an edge; and how long such a phone usually lasts in the language.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...languages import Language
from ...phones import features
from ...take import HOP, Phone
from .peaks import Peak

BEFORE, AFTER = 20, 30  # rows that a phone may reach from where it is surest
PAUSE = 12  # rows: what is quiet for less belongs to the phones about it
PAUSE_ENTRY = -2.0  # log: cost of a pause
FIT = 0.3  # weight of the network's opinion
WORST = -5.0  # log-probability under which a phone fits no worse
STEP = 3.0  # dB of level for one nat between pause and phone
FIRM = 3.0  # nats at most
HUSH = 0.5  # share of them that a phone other than a stop loses in a quiet row; a stop fits it as a pause does
ABRUPT = 0.7  # nats for each nat by which the spectrum changes at an edge
MOST_ABRUPT = 2.5  # nats
SPREAD = 0.5  # deviation of the log of durations
NEVER = -1e12

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Sounding:
    """The sound of a piece in rows of 10 ms.

    `level` [n]: dB above what counts as quiet; `change` [n + 1]: how abruptly the spectrum changes at the start of each
    row, and at the end of the last (nats).
    """

    level: Doubles
    change: Doubles


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """The network's opinion of a piece: `logs` [m, units] without the blank, row i at `first + i * hop` seconds."""

    logs: Floats
    first: float
    hop: float

    def of(self, unit: int, rows: Rows) -> Doubles:
        """Log-probability of a unit in the middle of each row of 10 ms, between two rows of the network by halves."""
        at = np.clip(((rows + 0.5) * HOP - self.first) / self.hop, 0.0, len(self.logs) - 1.0)
        low = np.minimum(at.astype(np.int64), max(0, len(self.logs) - 2))
        share = at - low
        column = np.maximum(self.logs[:, unit].astype(np.float64), WORST)
        mixed: Doubles = (1.0 - share) * column[low] + share * column[np.minimum(low + 1, len(column) - 1)]
        return mixed


def timed(found: Sequence[Peak], scores: Scores, sound: Sounding, language: Language) -> tuple[Phone, ...]:
    """The phones with their seconds from the piece's start, touching or with pauses of 0.12 s and more between them."""
    spans = _anchors(found, scores, len(sound.level))
    if not spans:
        return ()
    search = _Search(sound)
    for number, (peak, (first, last)) in enumerate(zip(found, spans, strict=False)):
        floor = spans[number - 1][1] if number else 0
        ceiling = spans[number + 1][0] if number + 1 < len(spans) else len(sound.level)
        starts = np.arange(max(first - BEFORE, floor), first + 1)
        ends = np.arange(last, min(ceiling, last + AFTER) + 1)
        search.add(starts, ends, *_fit(peak, scores, sound, int(starts[0]), int(ends[-1])), _usual(peak.ipa, language))
    edges = search.edges()
    return tuple(
        Phone(round(start * HOP, 3), round(end * HOP, 3), peak.ipa, peak.confidence)
        for peak, (start, end) in zip(found, edges, strict=False)
    )


def _anchors(found: Sequence[Peak], scores: Scores, rows: int) -> list[tuple[int, int]]:
    """First row, and row after the last, in which each phone surely sounds; fewer where the sound ends before."""
    spans: list[tuple[int, int]] = []
    for peak in found:
        first, last = (int((scores.first + at * scores.hop) / HOP) for at in (peak.first, peak.last))
        first = max(first, spans[-1][1]) if spans else max(0, first)
        last = max(first, last) + 1
        if last > rows:
            break
        spans.append((first, last))
    return spans


def _usual(ipa: str, language: Language) -> float:
    """Rows that a phone usually lasts in running speech: between what it lasts alone and its least."""
    alone, least = language.timing.duration(ipa)
    return float(np.sqrt(alone * least)) / HOP


def _fit(peak: Peak, scores: Scores, sound: Sounding, start: int, end: int) -> tuple[int, Doubles]:
    """Where it begins, and the summed cost of each row up to `end` for this phone [rows + 1]."""
    rows = np.arange(start, end)
    own = FIT * scores.of(peak.unit, rows)
    quiet = np.clip(-sound.level[start:end] / STEP, 0.0, FIRM)
    own += quiet if features(peak.ipa).manner in ("plosive", "affricate") else -HUSH * quiet
    return start, np.concatenate([[0.0], np.cumsum(own)])


class _Search:
    """Phones one after another, each with the rows at which it may start and end; `edges` gives the best."""

    def __init__(self, sound: Sounding) -> None:
        quiet = np.clip(-sound.level / STEP, -FIRM, FIRM)
        self._quiet = np.concatenate([[0.0], np.cumsum(quiet)])
        self._edge = ABRUPT * np.minimum(sound.change, MOST_ABRUPT)
        self._rows = len(sound.level)
        self._ends: Rows = np.zeros(1, np.int64)
        self._best: Doubles = np.zeros(1)
        self._back: list[tuple[Rows, Rows, Rows, Rows, Rows]] = []

    def add(self, starts: Rows, ends: Rows, base: int, summed: Doubles, usual: float) -> None:
        """One phone more, its rows' costs summed from row `base` on."""
        entry = self._best[:, None] + self._link(self._ends, starts, first=not self._back)
        came = entry.argmax(axis=0)
        lasts = np.maximum(ends[None, :] - starts[:, None], 1)
        held = -0.5 * (np.log(lasts / usual) / SPREAD) ** 2
        whole = (
            entry[came, np.arange(len(starts))][:, None] + summed[ends - base][None, :] - summed[starts - base][:, None]
        )
        whole = whole + held
        began = whole.argmax(axis=0)
        self._back.append((self._ends, starts, ends, came, began))
        self._ends, self._best = ends, whole[began, np.arange(len(ends))]

    def _link(self, ends: Rows, starts: Rows, first: bool) -> Doubles:
        """From an end to a start [ends, starts]: at once, through a pause, or not at all."""
        gap = starts[None, :] - ends[:, None]
        paused: Doubles = self._quiet[starts][None, :] - self._quiet[ends][:, None]
        if first:
            return paused
        touching = np.broadcast_to(self._edge[starts], gap.shape)
        return np.where(gap == 0, touching, np.where(gap >= PAUSE, paused + PAUSE_ENTRY, NEVER))

    def edges(self) -> list[tuple[int, int]]:
        """First row, and row after the last, of each phone."""
        after = self._quiet[self._rows] - self._quiet[self._ends]
        at = int((self._best + after).argmax())
        found = []
        for _, starts, ends, came, began in reversed(self._back):
            start = int(began[at])
            found.append((int(starts[start]), int(ends[at])))
            at = int(came[start])
        return found[::-1]
