"""One line of a shot on a page: its figures, what is wrong with it and what to do, how it came to this."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..check.result import Fault
from .charts import trend
from .entry import Entry
from .histories import History, limits_of, number
from .markup import Markup, safe, tag, together
from .page import badge, listed, pairs, who
from .words import minute, missed, moments, plain_number, rate_of, share, signed

FAULTS_SHOWN = 6  # in the report; a shot's own page has them all


def case(line: History, anchor: str) -> Markup:
    """A line that needs work, as the report shows it."""
    entry = line.last
    when = f"version {entry.version}, {minute(entry.time)} UTC"
    change = f", {line.change}" if line.change else ""
    header = tag("header", badge(entry.verdict), tag("h3", who(entry)), tag("span", when, change, class_="when"))
    told = tag("div", pairs(headlines(entry)), reasons(entry), faults(entry, FAULTS_SHOWN), advice(entry))
    return tag(
        "article", header, tag("div", told, trends(line), class_="sides"), class_=f"case {entry.verdict}", id=anchor
    )


def headlines(entry: Entry) -> Iterator[tuple[object, object]]:
    """The figures that tell most, with their names."""
    yield "Offset", frames(entry, "offset")
    drift = number(entry, "drift_frames_per_10s")
    yield "Drift in 10 s", f"{signed(drift, 2)} frames" if drift is not None else signed(None)
    yield "Residual", frames(entry, "residual", False)
    at = number(entry, "worst_at")
    where = None if at is None else together(" at ", tag("span", moments(at, at, rate_of(entry)), class_="time"))
    yield "Worst moment", together(frames(entry, "worst"), where)
    yield "Closures missed", missed(entry)
    yield "Amplitude", share(number(entry, "amplitude"))
    yield "Confidence", share(number(entry, "confidence"))


def frames(entry: Entry, name: str, sign: bool = True) -> str:
    """A time in frames and milliseconds: '+2.1 frames (+88 ms)'."""
    found, written = number(entry, f"{name}_frames"), signed if sign else plain_number
    if found is None:
        return written(None)
    return f"{written(found)} frames ({written(1000.0 * found / entry.fps, 0)} ms)"


def reasons(entry: Entry) -> Markup | None:
    """Why it has this verdict."""
    return listed(entry.reasons)


def faults(entry: Entry, most: int | None = None) -> Markup | None:
    """What is wrong with it and where, the first `most` of it."""
    told = [_fault(fault, entry) for fault in entry.faults[:most] if fault.says not in entry.reasons]
    more = len(entry.faults) - len(entry.faults[:most])
    told += [safe(f"… and {more} more.")] if more else []
    where = [_place(fault, entry) for fault in entry.faults[:most] if fault.says in entry.reasons]
    places = tag("p", "Where: ", *_commas(where), ".", class_="where") if where else None
    found = listed(told)
    return together(places, tag("h4", "Found") if found else None, found) if found or places else None


def _commas(parts: Sequence[Markup]) -> Iterator[object]:
    for at, part in enumerate(parts):
        yield together(", " if at else None, part)


def _place(fault: Fault, entry: Entry) -> Markup:
    time = tag("span", moments(fault.start, fault.end, rate_of(entry)), class_="time")
    return together(fault.kind, " ", time)


def _fault(fault: Fault, entry: Entry) -> Markup:
    time = tag("span", moments(fault.start, fault.end, rate_of(entry)), class_="time")
    return together(time, " ", fault.says, f" {fault.mend}" if fault.mend else None)


def advice(entry: Entry) -> Markup | None:
    """What to do, in order."""
    steps = listed(entry.advice, "ol")
    return together(tag("h4", "What to do"), steps) if steps else None


def trends(line: History) -> Markup:
    """Offset and drift over the versions, with their captions."""
    return tag(
        "div",
        tag("figure", tag("figcaption", "Offset, frames"), offset_trend(line)),
        tag("figure", tag("figcaption", "Drift, frames in 10 s"), drift_trend(line)),
        class_="trends",
    )


def offset_trend(line: History) -> Markup:
    """The offset over the versions, between how early and how late a mouth may be."""
    limits, fps = limits_of(line.last), line.last.fps
    return _trend(line, "offset_frames", -limits.early * fps, limits.late * fps, "Offset")


def drift_trend(line: History) -> Markup:
    """The drift over the versions, between its limits."""
    most = limits_of(line.last).drift
    return _trend(line, "drift_frames_per_10s", -most, most, "Drift in 10 s")


def _trend(line: History, figure: str, low: float, high: float, name: str) -> Markup:
    versions = line.versions
    values = [number(entry, figure) for entry in versions]
    return trend(values, [entry.verdict for entry in versions], low, high, limits_of(line.last).look, name)
