"""The checks of each shot's line over time: which stand worst, which have changed, how groups of them fare."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from itertools import groupby
from statistics import median

from ..check.result import Limits
from .entry import Entry
from .making import LIMIT

GRAVEST = ("fail", "look", "unknown", "pass")  # verdicts, the one to be looked at first before
ERRORS = ("offset_frames", "drift_frames_per_10s", "worst_frames")
CLEARLY = 0.25  # frames (of offset, or of drift in ten seconds) from which on a line has become better or worse


@dataclass(frozen=True, slots=True)
class History:
    """The checks of one line of a shot, in the order in which they were kept; one at least."""

    checks: tuple[Entry, ...]

    @property
    def last(self) -> Entry:
        """How the line stands now."""
        return self.checks[-1]

    @property
    def versions(self) -> tuple[Entry, ...]:
        """The last check of each version, in order; a version that came back is there again."""
        return tuple(tuple(group)[-1] for _, group in groupby(self.checks, lambda entry: entry.version))

    @property
    def change(self) -> str:
        """'better', 'worse' or 'as before' beside the version before, by verdict, then by frames; '' for the first."""
        if len(self.versions) < 2:
            return ""
        before, now = self.versions[-2:]
        graver = GRAVEST.index(before.verdict) - GRAVEST.index(now.verdict)
        more = error_of(now) - error_of(before) if math.isfinite(error_of(now) + error_of(before)) else 0.0
        if graver == 0 and abs(more) < CLEARLY:
            return "as before"
        return "worse" if (graver > 0 if graver else more > 0.0) else "better"


@dataclass(frozen=True, slots=True)
class Group:
    """Lines that have something in common, such as a language: its `name`, and how they stand now."""

    name: str
    lines: tuple[Entry, ...]

    @property
    def counts(self) -> dict[str, int]:
        """Lines by verdict."""
        found = Counter(entry.verdict for entry in self.lines)
        return {verdict: found[verdict] for verdict in GRAVEST}

    def middle(self, figure: str) -> float | None:
        """The median of a figure, by how far it is from 0; None where no line has it."""
        found = [abs(value) for entry in self.lines if (value := number(entry, figure)) is not None]
        return median(found) if found else None

    @property
    def missed(self) -> float | None:
        """The share of closures that are missed; None where there are none."""
        closures = sum(number(entry, "closures") or 0.0 for entry in self.lines)
        missed = sum(number(entry, "closures_missed") or 0.0 for entry in self.lines)
        return missed / closures if closures else None


def histories(entries: Iterable[Entry]) -> tuple[History, ...]:
    """Checks by shot, character and line, in that order; the checks of each in the order given."""
    found: dict[tuple[str, str, str], list[Entry]] = {}
    for entry in entries:
        found.setdefault((entry.shot, entry.character, entry.line), []).append(entry)
    return tuple(History(tuple(found[key])) for key in sorted(found, key=_by_number))


def _by_number(names: tuple[str, str, str]) -> list[list[tuple[str, int, str]]]:
    """Names in the order in which people count: sh2 before sh10."""
    parted = (re.findall("([^0-9]*)0*([0-9]*)", name.casefold()) for name in names)
    return [[(letters, len(digits), digits) for letters, digits in parts] for parts in parted]


def groups(lines: Sequence[History], name: Callable[[Entry], str]) -> tuple[Group, ...]:
    """How the lines stand now, by what `name` gives for each, in the order of these names."""
    found: dict[str, list[Entry]] = {}
    for line in lines:
        found.setdefault(name(line.last), []).append(line.last)
    return tuple(Group(key, tuple(found[key])) for key in sorted(found))


def worst(entries: Iterable[Entry], count: int | None = None) -> list[Entry]:
    """The checks, worst first: by verdict, then by the largest error, closures missed, and how little the mouth moves.

    `count` of them at most.
    """
    return sorted(entries, key=_rank)[:count]


def _rank(entry: Entry) -> tuple[float, ...]:
    closures, amplitude = number(entry, "closures"), number(entry, "amplitude")
    missed = (number(entry, "closures_missed") or 0.0) / closures if closures else 0.0
    return (GRAVEST.index(entry.verdict), -error_of(entry), -missed, 1.0 if amplitude is None else amplitude)


def error_of(entry: Entry) -> float:
    """The largest of its errors in frames; infinite where it fails and nothing could be measured, else 0 then."""
    found = [abs(value) for name in ERRORS if (value := number(entry, name)) is not None]
    return max(found) if found else (math.inf if entry.verdict == "fail" else 0.0)


def number(entry: Entry, name: str) -> float | None:
    """A figure that is a number; None where it is not known."""
    value = entry.figures.get(name)
    return None if value is None or isinstance(value, str) else float(value)


def limits_of(entry: Entry) -> Limits:
    """What the verdict was given by, as the settings tell, the usual limits where they do not."""
    told = {field.name: entry.settings.get(LIMIT + field.name) for field in fields(Limits)}
    return Limits(**{name: float(value) for name, value in told.items() if isinstance(value, int | float)})
