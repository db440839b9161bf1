"""Checks of a made-up project, from a seed: sixty shots and more, each in versions that grow better or worse."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from dataclasses import replace

from engine.check.result import Fault
from engine.ledger import Entry

FPS = 24.0
CAST = ("Mara", "Teodor", "Old Ferryman", "Ånne-Lise")
LANGUAGES = ("en", "de", "es", "ja", "fr")


def check_of(shot: str = "sc010/sh010", **other: object) -> Entry:
    """A check that passes, but for what is given."""
    figures = {
        "offset_frames": 0.2, "drift_frames_per_10s": 0.05, "residual_frames": 0.4, "worst_frames": 0.9,
        "energy_offset_frames": 0.3, "closures": 14, "closures_missed": 1, "amplitude": 0.91, "confidence": 0.88,
    }  # fmt: skip
    entry = Entry(
        shot=shot, character="Mara", line="1", sound="a" * 64, take="b" * 12, motion="c" * 12, rig="arkit",
        language="en", fps=FPS, verdict="pass", time="2026-03-02T09:30:00Z", figures=figures,
    )  # fmt: skip
    return replace(entry, **other)  # type: ignore[arg-type]


def project(shots: int = 60, seed: int = 1, most: int = 6) -> Iterator[Entry]:
    """The checks of a project, in the order in which they were kept: 1 to `most` versions of each shot's lines."""
    chance = random.Random(seed)
    lines = [line for number in range(shots) for line in _lines(number, chance)]
    turns = [(version, line) for line in lines for version in range(chance.randint(1, most))]
    turns.sort(key=lambda turn: (turn[0] + chance.random(), turn[1]))
    for at, (version, line) in enumerate(turns):
        yield _version(line, version, at, len(turns), chance)


def _lines(number: int, chance: random.Random) -> list[tuple[str, str, str, str, float]]:
    """Shot, character, line, language, and how far it is off to begin with, in frames."""
    shot = f"sc{10 * (number // 12 + 1):03}/sh{10 * (number % 12 + 1):03}"
    language = chance.choices(LANGUAGES, (12, 3, 3, 2, 2))[0]
    count = chance.choices((1, 2), (9, 1))[0]
    return [
        (shot, chance.choice(CAST), f"{number + 1:03}{'ab'[line]}", language, chance.gauss(0.0, 2.8))
        for line in range(count)
    ]


def _version(line: tuple[str, str, str, str, float], version: int, at: int, whole: int, chance: random.Random) -> Entry:
    shot, character, name, language, begun = line
    spoilt = chance.gauss(0.0, 3.0) if chance.random() < 0.1 else 0.0  # somebody moved a strip
    offset = begun * 0.55**version + chance.gauss(0.0, 0.2) + spoilt
    drift = begun * 0.6 * 0.5**version + chance.gauss(0.0, 0.1)
    closures = chance.randint(6, 24)
    missed = min(closures, int(chance.expovariate(1.2)))
    amplitude = min(1.0, max(0.1, chance.gauss(0.85, 0.12)))
    unsure = chance.random() < 0.03
    verdict = "unknown" if unsure else _verdict(offset, drift)
    reasons, advice, faults = _words(verdict, offset, drift, missed, closures, chance)
    days = 18.0 * at / whole
    figures = {
        "offset_frames": offset, "drift_frames_per_10s": drift, "residual_frames": abs(chance.gauss(0.4, 0.1)),
        "worst_frames": offset * 1.4 + 0.3, "worst_at": chance.uniform(0.5, 8.0),
        "energy_offset_frames": offset + chance.gauss(0.0, 0.3), "closures": closures, "closures_missed": missed,
        "amplitude": amplitude, "confidence": 0.35 if unsure else chance.uniform(0.7, 0.97),
        "early_frames": 0.4, "late_frames": max(0.0, offset),
    }  # fmt: skip
    return Entry(
        shot=shot, character=character, line=name, sound=_digest(line, 64), take=_digest((line, version // 2), 12),
        motion=_digest((line, version), 12), rig="arkit", language=language, fps=FPS, verdict=verdict,
        time=f"2026-03-{2 + int(days):02}T{8 + int(days * 10) % 10:02}:{int(days * 600) % 60:02}:00Z",
        figures=figures, reasons=reasons, advice=advice, faults=faults,
        settings={"intensity": 1.0, "lead": 30.0, "limit_look": 1.0, "limit_drift": 5.0},
        versions={"lockstep": "0.5.0", "blender": "5.0.1"},
    )  # fmt: skip


def _verdict(offset: float, drift: float) -> str:
    if offset > 2.16 or offset < -4.44 or abs(drift) > 5.0:
        return "fail"
    return "look" if max(abs(offset), abs(drift)) > 1.0 else "pass"


def _words(
    verdict: str, offset: float, drift: float, missed: int, closures: int, chance: random.Random
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[Fault, ...]]:
    if verdict == "pass":
        return (), (), ()
    if verdict == "unknown":
        return (
            ("Music lies under most of the speech, so that no moment is sure.",),
            ("Give the transcript.", "Record 0:02.10 to 0:04.80 again without the music."),
            (),
        )
    side = "late" if offset > 0.0 else "early"
    says = f"The mouth is {abs(offset):.1f} frames {side} throughout."
    faults = [Fault("offset", 0.2, 9.4, says, "Move the strip, or sync again.", verdict == "fail")]
    if abs(drift) > 1.0:
        drifts = f"The mouth drifts by {drift:+.2f} frames in ten seconds."
        faults.append(Fault("drift", 0.2, 9.4, drifts, "Look whether the frame rate was changed.", False))
    if missed > 2:
        start = chance.uniform(1.0, 7.0)
        open_lips = f"{missed} of {closures} closures are not shut."
        faults.append(Fault("closures open", start, start + 0.6, open_lips, "Shut the lips there."))
    if chance.random() < 0.2:
        faults.append(Fault("hole", 4.1, 5.3, "Nothing moves while somebody speaks.", "Sync these frames again."))
    mend = f"Move the sound's strip by {abs(offset):.0f} frames, or sync the line again."
    return (says,), (mend, "Touch up frames 98 to 127."), tuple(faults)


def _digest(value: object, letters: int) -> str:
    return hashlib.sha256(repr(value).encode()).hexdigest()[:letters]
