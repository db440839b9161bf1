"""Entries made of examinations: every figure by its name, in frames and milliseconds."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.budget.report import BudgetReport
from engine.check.result import Fault, Limits, SyncCheck, Timing
from engine.check.seen import Seen, SeenPart
from engine.examine import Examination
from engine.ledger import Entry, Ledger, entry_of, motion_of, report, shot_page, stamp
from engine.ledger.histories import limits_of
from engine.norms.report import NormsReport, Standing
from engine.rig import KeyInfo
from engine.score import take_id
from engine.soundcheck.findings import Finding, SoundCheck
from engine.take import Audio, Phone, Phrase, Take

HEARD = Timing(0.05, 0.002, 0.01, 0.12, 7.5, 0.01, 0.12, 40, 0.9)
ENERGY = Timing(0.04, 0.001, 0.02, 0.1, 3.0, 0.0, 0.1, 12, 0.6)
CHECK = SyncCheck(
    verdict="fail", reasons=("It is late.",), events=HEARD, energy=ENERGY, closures=14, missed=(1.2, 3.456),
    amplitude=0.8, confidence=0.75, fps=25.0, speed=1.0,
    faults=(Fault("offset", 0.0, 9.0, "It is late.", "Move it.", True),),
)  # fmt: skip
TAKE = Take(
    Audio("a.wav", "ab" * 32, 9.5, 48000), "de", "test",
    phones=(Phone(0.5, 0.6, "m", 0.9), Phone(0.6, 0.8, "a", 0.9)),
    phrases=(Phrase(0.5, 0.8), Phrase(4.0, 5.0, "classes", "noise lies over it")),
)  # fmt: skip
SOUND = SoundCheck(
    -23.0, -1.0, -60.0, 30.0, 8000.0, 0.0, 0.001, 0.2, math.nan, 0.1, (Finding("noise", 1.0, 2.0, "x", "y"),)
)
BUDGET = BudgetReport("de", "film", 25.0, {"closure": 5, "rounded": 3}, {"closure": 2}, 7.5, 12.0)
NORMS = NormsReport("de", (Standing("speech rate", 6.0, 5.0, 0.5, "syllables/s", "fast for German"),))
WHOLE = Examination(CHECK, TAKE, SOUND, BUDGET, NORMS, ("Give the transcript.",))


def made(examination: Examination = WHOLE, **other: object) -> Entry:
    return entry_of(examination, shot="sc010", time="2026-03-02T09:30:00Z", **other)  # type: ignore[arg-type]


def test_the_frame_of_the_scene_on_which_the_sound_begins_is_kept() -> None:
    assert made(base=1001.5).figures["base_frame"] == 1001.5
    assert "base_frame" not in made().figures


def test_figures_are_in_frames_and_milliseconds_and_by_both_ways_of_measuring() -> None:
    figures = made().figures
    expected = {
        "offset_frames": 1.25, "offset_ms": 50.0, "drift_frames_per_10s": 0.5, "drift_ms_per_10s": 20.0,
        "residual_frames": 0.25, "worst_frames": 3.0, "worst_ms": 120.0, "worst_at": 7.5, "early_frames": 0.25,
        "late_frames": 3.0, "count": 40, "events_confidence": 0.9, "energy_offset_frames": 1.0,
        "energy_offset_ms": 40.0, "energy_confidence": 0.6, "closures": 14, "closures_missed": 2,
        "missed_at": "1.20 3.46", "amplitude": 0.8, "confidence": 0.75, "speed": 1.0, "duration": 9.5,
        "stages": "classes 4.00-5.00 (noise lies over it)", "sound_loudness_lufs": -23.0, "sound_snr_db": 30.0,
        "sound_reverberation_s": None, "sound_findings": "noise", "budget_closure": 5, "budget_closure_over": 2,
        "budget_rounded_over": 0, "budget_shapes_mean": 7.5, "budget_shapes_fastest": 12.0, "budget_shapes_most": None,
        "norm_speech_rate": 6.0, "norm_speech_rate_unit": "syllables/s", "norm_speech_rate_says": "fast for German",
    }  # fmt: skip
    assert {name: figures[name] for name in expected} == expected


def test_an_entry_tells_what_was_checked() -> None:
    entry = made(character="Mara", rig="arkit", motion="m", settings={"lead": 30.0}, versions={"blender": "5"})
    assert (entry.character, entry.rig, entry.motion) == ("Mara", "arkit", "m")
    assert (entry.sound, entry.take, entry.language, entry.fps) == ("ab" * 32, take_id(TAKE), "de", 25.0)
    assert (entry.verdict, entry.reasons, entry.advice) == ("fail", ("It is late.",), ("Give the transcript.",))
    assert entry.faults == CHECK.faults
    assert (entry.settings, entry.versions) == ({"lead": 30.0}, {"blender": "5"})


def test_the_limits_of_the_verdict_are_kept_and_found_again() -> None:
    limits = Limits(look=0.5, drift=2.0)
    assert limits_of(made(limits=limits)) == limits
    assert limits_of(made()) == Limits()


def test_an_examination_in_which_nothing_was_heard_is_an_entry_too(tmp_path: Path) -> None:
    check = replace(CHECK, verdict="unknown", events=None, energy=None, closures=0, missed=(), amplitude=math.nan)
    entry = made(Examination(check), sound="cd" * 32)
    assert (entry.sound, entry.take, entry.language) == ("cd" * 32, "", "")
    assert entry.figures["offset_frames"] is None
    assert entry.figures["amplitude"] is None
    kept = Ledger(tmp_path / "l").add(entry)
    assert kept.version == 1
    assert "Cannot tell" in report([kept])


def test_an_entry_is_kept_and_found_again_as_it_was_made(tmp_path: Path) -> None:
    entry, ledger = made(limits=Limits()), Ledger(tmp_path / "project.ledger")
    ledger.add(entry)
    (found,) = ledger.entries()
    assert found == replace(entry, version=1)
    page = shot_page(found, None)
    for shown in ("fast for German", "6.0 syllables/s", "−23.0 LUFS", "8.0 kHz", "20 %", "noise lies over it"):
        assert shown in page.replace("\u00a0", " "), shown
    assert "Reverberation" not in page


def test_numbers_of_numpy_become_plain_ones(tmp_path: Path) -> None:
    check = replace(CHECK, amplitude=np.float32(0.5), closures=np.int64(3))  # type: ignore[arg-type]
    figures = made(replace_check(check), settings={"a": np.float64(1.5), "b": np.int32(2), "c": np.bool_(True)}).figures
    assert type(figures["amplitude"]) is float
    assert figures["closures"] == 3
    assert made(replace_check(check), settings={"b": np.int32(2)}).settings == {"b": 2.0}


def replace_check(check: SyncCheck) -> Examination:
    return Examination(check, TAKE)


def seen(**changes: object) -> Seen:
    values = np.linspace(0.0, 1.0, 20).reshape(10, 2)
    part = SeenPart("face", (KeyInfo("jawOpen"), KeyInfo("mouthClose")), values)
    return replace(Seen(np.arange(10) / 24.0, (part,), 24.0, (0.0, 1.0)), **changes)  # type: ignore[arg-type]


def test_a_motion_has_the_same_digest_as_long_as_it_looks_the_same() -> None:
    base = seen()
    noise = SeenPart("face", base.parts[0].keys, base.parts[0].values + 1e-9)
    assert re.fullmatch("[0-9a-f]{12}", motion_of(base))
    assert motion_of(seen(parts=(noise,))) == motion_of(base)


@pytest.mark.parametrize(
    "change",
    [
        {"fps": 25.0}, {"speed": 1.1}, {"heard": (0.1, 1.0)}, {"times": np.arange(10) / 24.0 + 0.125}, {"muted": True},
        {"parts": (SeenPart("face", (KeyInfo("jawOpen"), KeyInfo("mouthClose")), np.zeros((10, 2))),)},
        {"parts": (SeenPart("face", (KeyInfo("jawOpen"), KeyInfo("other")), seen().parts[0].values),)},
        {"parts": ()},
    ],
)  # fmt: skip
def test_another_motion_has_another_digest(change: dict[str, object]) -> None:
    assert motion_of(seen(**change)) != motion_of(seen())


def test_a_stamp_is_utc_to_the_second() -> None:
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", stamp())
