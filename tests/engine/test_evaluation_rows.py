"""The evaluation from shards to rows, without the peer: what is heard is held against the times of the voice."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from made_voice import RATE, parts_of, say

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts" / "ear"))

import rows
import tongues
from ears import Lockstep
from measure import OURS, QUICK, pooled

LINE = "_:200 m:90 ɑ:180 b:90 ɑ:150 s:120 i:160 m:90 u:150 n:80 ɛ:160 b:90 ɑ:190 ʃ:120 u:160 _:300"


@pytest.fixture
def judge(tmp_path: Path) -> Path:
    sounds = [np.round(32767 * say(LINE, hertz)).astype(np.int16) for hertz in (110.0, 140.0, 170.0)]
    ends = np.cumsum([0, *map(len, sounds)])
    phones = [[start, end, ipa] for ipa, start, end in parts_of(LINE) if ipa != "_"]
    lines = [
        {"id": f"us1_{i}", "start": int(ends[i]), "end": int(ends[i + 1]), "language": "en", "text": "a line"}
        | {"engine": "mbrola", "voice": "us1", "split": "test", "phones": phones}
        for i in range(len(sounds))
    ]
    np.save(tmp_path / "mbrola_us1.npy", np.concatenate(sounds))
    text = "".join(json.dumps(line) + "\n" for line in lines)
    (tmp_path / "mbrola_us1.jsonl").write_text(text, encoding="utf-8")
    return tmp_path


def sources(judge: Path, limit: int | None = None) -> rows.Sources:
    return rows.Sources(None, judge, None, Lockstep(), None, limit)


def test_a_row_hears_every_utterance_and_counts_it(judge: Path) -> None:
    plan = next(plan for plan in rows.plans(sources(judge)) if plan.name == "audio only: English, exact voices")
    results = list(plan.make())
    heard = next(result for result in results if (result.system, result.section) == (OURS, rows.HEARD))
    quick = next(result for result in results if result.system == QUICK)
    sure = next(result for result in results if result.section == rows.SURE)
    assert heard.utterances == quick.utterances == 3
    assert heard.figures["frames"].value > 60
    assert heard.figures["closures_recall"].value > 50
    assert heard.figures["edge_ms"].value < 40
    assert 0 <= sure.figures["calibration_error"].value <= 100
    assert pooled("both", [heard, heard]).figures["frames"].value == pytest.approx(heard.figures["frames"].value)


def test_every_row_has_a_name_of_its_own(judge: Path) -> None:
    names = [plan.name for plan in rows.plans(sources(judge))]
    assert len(names) == len(set(names)) > 30


def test_a_sound_that_is_refused_counts_as_nothing_heard(judge: Path) -> None:
    ears = Lockstep()
    case = rows.english(sources(judge), 2)[0]
    hushed = replace(case.trial, samples=np.zeros(RATE, np.int16))
    assert ears.hear(hushed).phones == ()
    assert sum(ears.refusals.values()) == 1


def test_stretches_of_one_voice_have_the_length_that_was_asked_for(judge: Path) -> None:
    found = list(tongues.stretches([judge], 3))
    assert [trial.seconds for trial in found] == [3.0]
    assert list(tongues.stretches([judge], 30)) == []
