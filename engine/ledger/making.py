"""An entry made of what an examination found: every figure by its name, in frames and milliseconds, plain values."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import chain

import numpy as np

from ..budget.report import BudgetReport
from ..check.result import Limits, SyncCheck, Timing
from ..check.seen import Seen
from ..examine import Examination
from ..norms.report import NormsReport
from ..score import take_id
from ..soundcheck.findings import SoundCheck
from ..take import Take
from .entry import Entry, Figures
from .schema import plain

Found = Iterator[tuple[str, object]]
LETTERS = 12  # hexadecimal digits of a digest
DIGITS = 6  # of a figure after its point
BASE = "base_frame"  # of the figures: the scene's frame of second 0
LIMIT = "limit_"  # what the names of the limits begin with among the settings


def entry_of(
    examination: Examination,
    *,
    shot: str,
    time: str,
    character: str = "",
    line: str = "",
    rig: str = "",
    motion: str = "",
    sound: str = "",
    base: float | None = None,
    limits: Limits | None = None,
    settings: Mapping[str, object] | None = None,
    versions: Mapping[str, object] | None = None,
) -> Entry:
    """The entry of one check. `time`: when (`stamp()`); `motion`: `motion_of(seen)`.

    `sound`: SHA-256 of the recording, asked for only where nothing was heard in it and there is no take; `base`: the
    scene's frame of its second 0, kept among the figures as BASE; `limits`: what the verdict was given by, kept among
    the settings. The other figures are named as in `figures_of`.
    """
    take = examination.take
    bounds = {} if limits is None else {LIMIT + name: value for name, value in asdict(limits).items()}
    return Entry(
        shot=shot,
        character=character,
        line=line,
        sound=sound if take is None else take.audio.sha256 or sound,
        take="" if take is None else take_id(take),
        motion=motion,
        rig=rig,
        language="" if take is None else take.language,
        fps=float(examination.check.fps),
        verdict=examination.check.verdict,
        time=time,
        settings=_plain({**(settings or {}), **bounds}),
        versions=_plain(versions or {}),
        figures={**figures_of(examination), **({} if base is None else {BASE: _rounded(base)})},
        reasons=tuple(examination.check.reasons),
        advice=tuple(examination.advice),
        faults=tuple(examination.check.faults),
    )


def stamp() -> str:
    """This moment as an entry's time: UTC, ISO 8601 to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def motion_of(seen: Seen) -> str:
    """What tells one motion from another: 12 hexadecimal digits over all that is seen, values to a ten-thousandth."""
    digest = hashlib.sha256(f"{seen.fps:.6g} {seen.speed:.6g} {seen.muted}".encode())
    digest.update(np.round(seen.heard, 4).astype("<f8").tobytes())
    digest.update(np.round(seen.times, 4).astype("<f8").tobytes())
    for part in seen.parts:
        names = "\n".join((part.name, *(key.name for key in part.keys)))
        digest.update(names.encode("utf-8", "backslashreplace"))
        digest.update((np.round(part.values, 4) + 0.0).astype("<f8").tobytes())  # no -0.0
    return digest.hexdigest()[:LETTERS]


def figures_of(examination: Examination) -> Figures:
    """All figures by name: those of the check, then those of its second opinion (`energy_`), the sound (`sound_`),
    the budget (`budget_`), the norms (`norm_`), and the `stages` of phrases that are not heard to the phone.

    What ends in _frames is in frames as played, in _ms milliseconds as heard, in _at seconds of the sound; above 0 the
    mouth is late. What is not known is None.
    """
    check = examination.check
    found = dict(_timing(check, check.events, ""))
    found |= dict(_timing(check, check.energy, "energy_"))
    found |= {
        "closures": check.closures,
        "closures_missed": len(check.missed),
        "missed_at": " ".join(f"{at:.2f}" for at in check.missed),
        "amplitude": check.amplitude,
        "confidence": check.confidence,
        "speed": check.speed,
    }
    parts = (
        () if examination.take is None else _take(examination.take),
        () if examination.sound is None else _sound(examination.sound),
        () if examination.budget is None else _budget(examination.budget),
        () if examination.norms is None else _norms(examination.norms),
    )
    found |= dict(chain.from_iterable(parts))
    return {name: _rounded(plain(value)) for name, value in found.items()}


def _rounded(value: float | int | str | None) -> float | int | str | None:
    return round(value, DIGITS) if isinstance(value, float) else value


def _timing(check: SyncCheck, timing: Timing | None, prefix: str) -> Found:
    """One way of measuring; the headline figures are there, as None, where nothing was measured."""
    if timing is None:
        headlines = ("offset_frames", "drift_frames_per_10s", "residual_frames", "worst_frames")
        yield from ((prefix + name, None) for name in headlines)
        return
    for name in ("offset", "residual", "worst", "early", "late"):
        seconds = getattr(timing, name)
        yield f"{prefix}{name}_frames", check.frames(seconds)
        yield f"{prefix}{name}_ms", 1000.0 * seconds
    yield f"{prefix}drift_frames_per_10s", check.frames(10.0 * timing.drift)
    yield f"{prefix}drift_ms_per_10s", 10_000.0 * timing.drift
    yield f"{prefix}worst_at", timing.worst_at
    yield f"{prefix}count", timing.count
    yield f"{prefix or 'events_'}confidence", timing.confidence


def _take(take: Take) -> Found:
    yield "duration", take.audio.duration
    yield "identified", take.identified
    unsure = (phrase for phrase in take.phrases if phrase.stage != "phones")
    yield "stages", "; ".join(f"{one.stage} {one.start:.2f}-{one.end:.2f} ({one.reason})" for one in unsure)


def _sound(sound: SoundCheck) -> Found:
    units = {
        "loudness": "_lufs", "peak": "_dbtp", "noise": "_db", "snr": "_db", "bandwidth": "_hz", "reverberation": "_s",
    }  # fmt: skip
    for name in ("loudness", "peak", "noise", "snr", "bandwidth", "dc", "clipped", "silence", "reverberation", "music"):
        yield f"sound_{name}{units.get(name, '')}", getattr(sound, name)
    kinds = sorted({finding.kind for finding in sound.findings})
    yield "sound_findings", ", ".join(kinds)


def _budget(budget: BudgetReport) -> Found:
    yield "budget_medium", budget.medium
    yield "budget_shapes_mean", budget.rate
    yield "budget_shapes_fastest", budget.fastest
    yield "budget_shapes_most", budget.most or None
    for kind, count in budget.counts.items():
        yield f"budget_{kind}", count
        yield f"budget_{kind}_over", budget.over.get(kind, 0)


def _norms(norms: NormsReport) -> Found:
    for standing in norms.standings:
        name = standing.name.replace(" ", "_")
        yield f"norm_{name}", standing.value
        yield f"norm_{name}_unit", standing.unit
        yield f"norm_{name}_says", standing.says


def _plain(values: Mapping[str, object]) -> Figures:
    return {name: plain(value) for name, value in values.items()}
