"""A check is written as JSON and read again; what is to be done about it is said in order."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from made_shots import Plant, checked, late, said, shot

from engine.check.advice import advise
from engine.check.file import from_json, read_check, to_json, write_check
from engine.check.result import SyncCheck
from engine.errors import UsageError
from engine.soundcheck.findings import Finding, SoundCheck

TAKE = said(times=1)
CLEAN = SoundCheck(-23.0, -3.0, -70.0, 40.0, 8000.0, 0.0, 0.0, 0.2, 0.2, 0.0)


def found(plant: Plant) -> SyncCheck:
    return checked(TAKE, *shot(TAKE, plant))


@pytest.mark.parametrize("plant", [Plant(), late(0.2), Plant(scale=0.0), Plant(scale=0.3, rest=[(2.0, 3.0)])])
def test_a_check_survives_its_file(plant: Plant, tmp_path: Path) -> None:
    check = found(plant)
    write_check(check, tmp_path / "shot.check.json")
    again = read_check(tmp_path / "shot.check.json")
    assert again.verdict == check.verdict and again.reasons == check.reasons
    assert [fault.says for fault in again.faults] == [fault.says for fault in check.faults]
    assert (again.events is None) == (check.events is None)
    if again.events and check.events:
        assert again.events.offset == pytest.approx(check.events.offset, abs=1e-5)
    assert np.allclose(again.moments.errors, check.moments.errors, atol=1e-4)
    assert to_json(from_json(to_json(check))) == to_json(check)


@pytest.mark.parametrize(
    "broken",
    ["", "{}", '{"format": "lockstep.check", "version": 2}', '{"format": "lockstep.take", "version": 1}',
     '{"format": "lockstep.check", "version": 1, "verdict": "splendid"}',
     '{"format": "lockstep.check", "version": 1, "verdict": "pass", "fps": 0}'],
)  # fmt: skip
def test_what_is_no_check_is_refused_in_a_sentence(broken: str) -> None:
    with pytest.raises(UsageError) as told:
        from_json(broken, "'shot.json'")
    assert str(told.value).endswith(".") and "\n" not in str(told.value)


def test_a_shot_that_passes_needs_nothing() -> None:
    assert advise(found(Plant()), TAKE, CLEAN) == ()


def test_an_offset_is_mended_by_moving_it() -> None:
    told = advise(found(late(0.2)), TAKE, CLEAN)
    assert "earlier" in told[0] and "4.9 frames" in told[0]


def test_where_hearing_is_in_doubt_the_transcript_comes_first_then_language_sound_and_frames() -> None:
    doubtful = replace(
        TAKE, identified=0.5, phones=tuple(replace(phone, confidence=0.4) for phone in TAKE.phones)
    )  # fmt: skip
    noisy = replace(CLEAN, findings=(Finding("noise", 0.0, 9.0, "Noise.", "Take the noise out.", True),))
    check = replace(found(Plant(scale=0.3, rest=[(2.0, 3.0)])), verdict="fail")
    told = advise(check, doubtful, noisy)
    order = [
        next(at for at, sentence in enumerate(told) if word in sentence)
        for word in ("transcript", "language", "record again", "noise")
    ]
    assert order == sorted(order)
    assert ":" in told[order[2]]  # the lines are told with their time codes


def test_a_mouth_that_does_not_move_is_no_matter_of_hearing() -> None:
    told = advise(found(Plant(scale=0.0)), TAKE, CLEAN)
    assert "action" in told[0] and not any("transcript" in sentence for sentence in told)
