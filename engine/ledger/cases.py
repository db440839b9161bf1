"""One line of a shot on a page: its figures, what is wrong with it and what to do, how it came to this."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..check.result import Fault
from .charts import trend
from .entry import Entry
from .histories import History, limits_of, number
from .markup import Markup, safe, tag, together
from .page import badge, listed, pairs, who
from .words import minute, missed, moments, plain_number, share, signed

Written = Callable[..., str]
REASONS_SHOWN = 6  # in the report; a shot's own page has them all


def case(line: History, anchor: str) -> Markup:
    """A line that needs work, as the report shows it."""
    entry = line.last
    when = f"version {entry.version}, {minute(entry.time)} UTC"
    change = f", {line.change}" if line.change else ""
    header = tag("header", badge(entry.verdict), tag("h3", who(entry)), tag("span", when, change, class_="when"))
    told = tag("div", pairs(headlines(entry)), why(entry, REASONS_SHOWN), advice(entry))
    sides = tag("div", told, trends(line), class_="sides")
    return tag("article", header, sides, class_=f"case {entry.verdict}", id=anchor)


def headlines(entry: Entry) -> Iterator[tuple[object, object]]:
    """The figures that tell most, with their names."""
    at = number(entry, "worst_at")
    where = "" if at is None else f" at {moments(at, at, entry)}"
    drift = number(entry, "drift_frames_per_10s")
    per_second = None if drift is None else f"{signed(100.0 * drift / entry.fps / 10.0, 2)} %"
    yield "Offset", _below(entry, "offset", signed)
    yield "Drift in 10 s", together(f"{signed(drift, 2)} frames", _small(per_second)) if per_second else signed(drift)
    yield "Residual", _below(entry, "residual", plain_number)
    yield "Worst moment", _below(entry, "worst", signed, where)
    yield "Closures missed", missed(entry)
    yield "Amplitude", share(number(entry, "amplitude"))
    yield "Confidence", share(number(entry, "confidence"))


def _below(entry: Entry, name: str, written: Written, more: str = "") -> Markup | str:
    """A time in frames, and below it in milliseconds."""
    found = number(entry, f"{name}_frames")
    if found is None:
        return written(None)
    return together(f"{written(found)} frames", _small(f"{written(1000.0 * found / entry.fps, 0)} ms{more}"))


def _small(text: str | None) -> Markup | None:
    return tag("small", text) if text else None


def frames(entry: Entry, name: str, sign: bool = True) -> str:
    """A time in frames and milliseconds: '+2.1 frames (+88 ms)'."""
    found, written = number(entry, f"{name}_frames"), signed if sign else plain_number
    if found is None:
        return written(None)
    return f"{written(found)} frames ({written(1000.0 * found / entry.fps, 0)} ms)"


def why(entry: Entry, most: int | None = None) -> Markup | None:
    """Why it has this verdict, and what else is wrong with it, with the time of each; `most` of them."""
    by_reason = {fault.says: fault for fault in entry.faults}
    told = [_fault(by_reason[reason], entry) if reason in by_reason else safe(reason) for reason in entry.reasons]
    told += [_fault(fault, entry) for fault in entry.faults if fault.says not in entry.reasons]
    shown = told[:most]
    return listed([*shown, f"… and {len(told) - len(shown)} more."] if len(told) > len(shown) else shown)


def _fault(fault: Fault, entry: Entry) -> Markup:
    time = tag("span", moments(fault.start, fault.end, entry), class_="time")
    return together(time, " ", fault.says, f" {fault.mend}" if fault.mend else None)


def advice(entry: Entry) -> Markup | None:
    """What to do, in order."""
    steps = listed(entry.advice, "ol")
    return together(tag("h4", "What to do"), steps) if steps else None


def trends(line: History) -> Markup | None:
    """Offset and drift over the versions, with their captions; None where there is one version."""
    if len(line.versions) < 2:
        return None
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
