"""A check as JSON.

    {
      "format": "lockstep.check", "version": 1,
      "verdict": "look", "reasons": ["..."],
      "fps": 24.0, "speed": 1.0,                  frames a second as played, seconds of sound heard in one
      "events": {"offset": 0.042, ...},           a Timing, seconds as heard; null where nothing was measured
      "energy": {...},                            the second opinion
      "closures": 12, "missed": [1.32],           seconds of the sound
      "amplitude": 0.93, "confidence": 0.97,
      "faults": [{"kind": "offset", "start": 0.0, "end": 9.8, "says": "...", "mend": "...", "grave": false}],
      "moments": {"times": [...], "errors": [...], "weights": [...], "kinds": ["window", "closure", ...]},
      "tracks": {"start": 0.0, "hop": 0.01, "seen": [...], "expected": [...], "energy": [...], "shut": [...],
                 "expected_shut": [...]}          null where there are none
    }

A reader passes over fields that it does not know.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import UsageError
from ..files import write_text
from ..json_reader import Form, Reader, json_text
from .result import FAULTS, VERDICTS, Fault, Moments, SyncCheck, Timing, Tracks

FORM = Form("lockstep.check", 1, "check", UsageError, "choose a file of a check that Lockstep wrote")
DIGITS = 4  # of seconds and of values
TIMING = ("offset", "drift", "residual", "worst", "worst_at", "early", "late", "middle")
TRACKS = ("seen", "expected", "energy", "shut", "expected_shut")

Floats = NDArray[np.float64]


def as_data(check: SyncCheck) -> dict[str, Any]:
    """A check as plain values for JSON; figures that are not known are None."""
    return {
        "format": FORM.format,
        "version": FORM.version,
        "verdict": check.verdict,
        "reasons": list(check.reasons),
        "fps": check.fps,
        "speed": check.speed,
        "events": _timing_data(check.events),
        "energy": _timing_data(check.energy),
        "closures": check.closures,
        "missed": [_short(moment) for moment in check.missed],
        "amplitude": _short(check.amplitude),
        "confidence": _short(check.confidence),
        "faults": [_fault_data(fault) for fault in check.faults],
        "moments": _moments_data(check.moments),
        "tracks": _tracks_data(check.tracks),
    }


def to_json(check: SyncCheck) -> str:
    """A check as JSON text with a field a line, that ends in a newline. The same check always gives the same."""
    lines = [f"{json_text(key)}: {json_text(value)}" for key, value in as_data(check).items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def from_json(text: str, name: str = "The check") -> SyncCheck:
    """A check from its JSON text; `name` is how errors call it.

    Raises UsageError where the text holds none, is broken, or comes from a newer version of this program.
    """
    return FORM.read(text, name, _check)


def read_check(path: Path | str) -> SyncCheck:
    """The check in a file. Raises UsageError, as `from_json` does, and where the file cannot be read."""
    return FORM.read_file(Path(path), _check)


def write_check(check: SyncCheck, path: Path | str) -> None:
    """Write a check to a file, whole or not at all. Raises OutputError where that cannot be done."""
    write_text(Path(path), to_json(check))


def _short(value: float) -> float | None:
    return round(float(value), DIGITS) + 0.0 if math.isfinite(value) else None


def _values(values: Floats) -> list[float]:
    rounded: list[float] = (np.round(np.nan_to_num(values), DIGITS) + 0.0).tolist()
    return rounded


def _timing_data(timing: Timing | None) -> dict[str, Any] | None:
    if timing is None:
        return None
    figures = {name: round(float(getattr(timing, name)), DIGITS + 2) + 0.0 for name in TIMING}
    return {**figures, "count": timing.count, "confidence": _short(timing.confidence)}


def _fault_data(fault: Fault) -> dict[str, Any]:
    return {
        "kind": fault.kind,
        "start": _short(fault.start),
        "end": _short(fault.end),
        "says": fault.says,
        "mend": fault.mend,
        "grave": fault.grave,
    }


def _moments_data(moments: Moments) -> dict[str, Any]:
    return {
        "times": _values(moments.times),
        "errors": _values(moments.errors),
        "weights": _values(moments.weights),
        "kinds": list(moments.kinds),
    }


def _tracks_data(tracks: Tracks | None) -> dict[str, Any] | None:
    if tracks is None:
        return None
    head = {"start": _short(tracks.start), "hop": tracks.hop}
    return head | {name: _values(getattr(tracks, name)) for name in TRACKS}


def _check(data: Reader) -> SyncCheck:
    verdict = next((one for one in VERDICTS if one == data.get("verdict", str)), None)
    if verdict is None:
        data.fail(f"'verdict' should be one of {', '.join(VERDICTS)}")
    return SyncCheck(
        verdict or "unknown",
        tuple(data.texts("reasons")),
        _timing(data.inner("events")) if data.given("events") else None,
        _timing(data.inner("energy")) if data.given("energy") else None,
        data.whole("closures", 1_000_000),
        tuple(data.numbers("missed")),
        _maybe(data, "amplitude"),
        data.number("confidence", most=1.0),
        data.number("fps", least=0.001),
        data.number("speed", 1.0, least=0.001),
        tuple(_fault(item) for item in data.items("faults")),
        _moments(data.inner("moments")),
        _tracks(data.inner("tracks")) if data.given("tracks") else None,
    )


def _maybe(data: Reader, key: str) -> float:
    value = data.optional_number(key, 1.0)
    return math.nan if value is None else value


def _timing(data: Reader) -> Timing:
    figures = {name: data.finite(name) for name in TIMING}
    return Timing(**figures, count=data.whole("count", 10_000_000), confidence=data.number("confidence", most=1.0))


def _fault(data: Reader) -> Fault:
    kind = data.get("kind", str)
    if kind not in FAULTS:
        data.fail(f"a fault's 'kind' should be one of {', '.join(FAULTS)}, not '{kind}'")
    start, end = data.finite("start"), data.finite("end")
    return Fault(kind, start, end, data.get("says", str), data.get("mend", str), data.flag("grave"))


def _moments(data: Reader) -> Moments:
    rows = [np.array(data.numbers(name), np.float64) for name in ("times", "errors", "weights")]
    kinds = tuple(data.texts("kinds"))
    if len({len(kinds), *map(len, rows)}) != 1:
        data.fail("the moments should all have times, errors, weights and kinds")
    return Moments(rows[0], rows[1], rows[2], kinds)


def _tracks(data: Reader) -> Tracks:
    rows = [np.array(data.numbers(name), np.float64) for name in TRACKS]
    if len(set(map(len, rows))) != 1:
        data.fail("the tracks should all be of one length")
    return Tracks(data.finite("start"), data.number("hop", least=0.001), *rows)
