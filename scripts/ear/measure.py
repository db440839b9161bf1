"""The rows of the evaluation: which utterances, which truth, which ears, and the figures that come out."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import mouths
import numpy as np
import scoring
import trials
from folding import fold
from mouths import Phone
from numpy.typing import NDArray
from sphinx import Sphinx
from trials import Trial

Ear = Callable[[NDArray[np.int16], str], list[Phone]]
OURS, THEIRS = "lockstep", "PocketSphinx allphone"
SIZES = {"synthetic": 80, "real": 120, "order": 50}  # utterances a row
ENGLISH: dict[str, tuple[Callable[[trials.Row], bool], ...]] = {
    "native": (
        lambda row: row["set"] == "kathleen",
        lambda row: row["set"] == "ljspeech141_en",
        lambda row: row["set"] == "asterisk_en",
    ),
    "Mandarin adults": (lambda row: (row.get("age") or 0) >= trials.ADULT,),
    "Mandarin children": (lambda row: 0 < (row.get("age") or 0) < trials.ADULT,),
}
"""Rows of real English, each of one or more kinds of recording that have equal shares in it."""

EXACT = "the synthesizer's own phone times"
ALIGNED = "PocketSphinx 5.1.1 alignment of the transcript (words and phones)"
SPOKEN = "espeak-ng's pronunciation of the text, order only"


@dataclass(frozen=True)
class Result:
    """One row of the table: `figures` name -> value with its interval; `cost` seconds of work a second of sound."""

    row: str
    system: str
    truth: str
    utterances: int
    seconds: float
    cost: float
    figures: dict[str, scoring.Figure]


@dataclass(frozen=True)
class Case:
    """An utterance with its truth: phones in time, or (timed False) their order alone."""

    trial: Trial
    phones: tuple[Phone, ...]
    timed: bool = True


def score(row: str, truth: str, cases: Sequence[Case], system: str, ear: Ear) -> Result:
    """Let one ear hear the cases and count."""
    counts, spent = [], 0.0
    for case in cases:
        begun = time.process_time()
        heard = ear(case.trial.samples, case.trial.language)
        spent += time.process_time() - begun
        counts.append(scoring.row(_count(case, heard)))
    seconds = sum(case.trial.seconds for case in cases)
    return Result(row, system, truth, len(cases), seconds, spent / seconds, scoring.figures(counts))


def _count(case: Case, heard: list[Phone]) -> dict[str, float]:
    language = case.trial.language
    order = (fold([ipa for _, _, ipa in phones], language) for phones in (heard, case.phones))
    counts = scoring.in_order(*order)
    if case.timed:
        counts |= scoring.in_time(heard, mouths.truth(case.phones, case.trial.seconds))
    return counts


def synthetic(folder: Path, ear: Ear, sphinx: Sphinx, limit: int | None) -> Iterator[Result]:
    """Held-out synthetic voices, English and the rest, each synthesizer apart."""
    shards = list(folder.glob("*.jsonl"))
    engines = sorted({row["engine"] for _, row in trials.held_out(shards, lambda row: True)})
    for engine in engines:
        for english in (True, False):
            chosen = trials.held_out(
                shards, lambda r, e=engine, n=english: r["engine"] == e and (r["language"][:2] == "en") == n
            )
            cases = [Case(trial, trial.phones) for trial in trials.choose(chosen, limit or SIZES["synthetic"])]
            name = f"synthetic {engine}, {'English' if english else _tongues(cases)}"
            yield from _both(name, EXACT, cases, ear, sphinx if english else None)


def _is_spoken_by(engine: str, english: bool, row: trials.Row) -> bool:
    return row["engine"] == engine and (row["language"].split("-")[0] == "en") == english


def _tongues(cases: Sequence[Case]) -> str:
    return f"{len({case.trial.language for case in cases})} languages"


def real_english(folder: Path, ear: Ear, sphinx: Sphinx, limit: int | None) -> Iterator[Result]:
    """Held-out real speakers of English against an alignment, clean and in a noisy room."""
    noisy: list[Case] = []
    for name, sets in ENGLISH.items():
        chosen = []
        for wanted in sets:
            found = trials.held_out(folder.glob("*.jsonl"), wanted)
            chosen += trials.choose(found, -(-(limit or SIZES["real"]) // len(sets)))
        cases = [case for trial in chosen for case in _aligned(trial, sphinx)]
        yield from _both(f"real English, {name}", ALIGNED, cases, ear, sphinx)
        noisy += [Case(trials.in_a_noisy_room(case.trial), case.phones) for case in cases[::2]]
    yield from _both("real English, all, 10 dB noise + room", ALIGNED, noisy, ear, sphinx)


def _aligned(trial: Trial, sphinx: Sphinx) -> list[Case]:
    phones = sphinx.align(trial.samples, trial.text, dict(trial.spoken))
    return [Case(trial, tuple(phones))] if phones else []


def other_languages(folder: Path, ear: Ear, limit: int | None) -> Iterator[Result]:
    """Held-out real speakers of other languages against the phones that their text should have."""
    found = trials.held_out(folder.glob("*.jsonl"), lambda row: row["language"] != "en")
    for language in sorted({row["language"] for _, row in found}):
        chosen = trials.choose([item for item in found if item[1]["language"] == language], limit or SIZES["order"])
        cases = [Case(trial, _order(trial), timed=False) for trial in chosen]
        yield from _both(f"real {language}", SPOKEN, cases, ear, None)


def _order(trial: Trial) -> tuple[Phone, ...]:
    phones = [ipa for _, word in trial.spoken for ipa in word]
    return tuple((float(index), index + 1.0, ipa) for index, ipa in enumerate(phones))


def _both(row: str, truth: str, cases: Sequence[Case], ear: Ear, sphinx: Sphinx | None) -> Iterator[Result]:
    if cases:
        yield score(row, truth, cases, OURS, ear)
        if sphinx:
            yield score(row, truth, cases, THEIRS, lambda samples, language: sphinx.hear(samples))
