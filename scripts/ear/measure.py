"""The rows of the evaluation: which utterances, which truth, which ears, and the figures that come out."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import mouths
import numpy as np
import scoring
import trials
from folding import fold
from memory import Memory
from mouths import Phone
from numpy.typing import NDArray
from sphinx import Sphinx
from trials import Trial

Ear = Callable[[NDArray[np.int16], str], list[Phone]]
Timed = Callable[[NDArray[np.int16], str], tuple[list[Phone], float]]  # with the seconds of work
OURS, THEIRS = "lockstep", "PocketSphinx allphone"
MOST_NAMED = 4
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
    """One row of the table: `figures` name -> value with its interval; `cost` seconds of work a second of sound.

    `left_out`: utterances that were chosen but whose transcript did not align.
    """

    row: str
    system: str
    truth: str
    utterances: int
    seconds: float
    cost: float
    figures: dict[str, scoring.Figure]
    left_out: int = 0


@dataclass(frozen=True)
class Case:
    """An utterance with its truth: phones in time, or (timed False) their order alone."""

    trial: Trial
    phones: tuple[Phone, ...]
    timed: bool = True


def score(row: str, truth: str, cases: Sequence[Case], system: str, ear: Timed) -> Result:
    """Let one ear hear the cases and count."""
    counts, spent = [], 0.0
    for case in cases:
        heard, cost = ear(case.trial.samples, case.trial.language)
        spent += cost
        counts.append(scoring.row(_count(case, heard)))
    seconds = sum(case.trial.seconds for case in cases)
    return Result(row, system, truth, len(cases), seconds, spent / seconds, scoring.figures(counts))


def timed(ear: Ear) -> Timed:
    """The same ear, telling how long it worked."""

    def hear(samples: NDArray[np.int16], language: str) -> tuple[list[Phone], float]:
        begun = time.process_time()
        return ear(samples, language), time.process_time() - begun

    return hear


class Reference:
    """PocketSphinx, asked only once about each sound."""

    def __init__(self, sphinx: Sphinx, memory: Memory) -> None:
        self._sphinx, self._memory = sphinx, memory

    def hear(self, samples: NDArray[np.int16], language: str) -> tuple[list[Phone], float]:
        """What its phone recognition hears, and the seconds of work."""
        heard, cost = self._memory.ask("allphone", samples, lambda: self._sphinx.hear(samples))
        return heard or [], cost

    def aligned(self, trial: Trial) -> list[Case]:
        """The utterance with its aligned phones as truth; none where the transcript does not align."""
        spoken = dict(trial.spoken)
        phones, _ = self._memory.ask(
            f"align {trial.text}", trial.samples, lambda: self._sphinx.align(trial.samples, trial.text, spoken)
        )
        return [Case(trial, tuple(phones))] if phones else []


def _count(case: Case, heard: list[Phone]) -> dict[str, float]:
    language = case.trial.language
    order = (fold([ipa for _, _, ipa in phones], language) for phones in (heard, case.phones))
    counts = scoring.in_order(*order)
    if case.timed:
        counts |= scoring.in_time(heard, mouths.truth(case.phones, case.trial.seconds))
    return counts


def synthetic(folder: Path, ear: Timed, reference: Reference, limit: int | None) -> Iterator[Result]:
    """Held-out synthetic voices, English and the rest, each synthesizer apart."""
    shards = list(folder.glob("*.jsonl"))
    engines = sorted({row["engine"] for _, row in trials.held_out(shards, lambda row: True)})
    for engine in engines:
        for english in (True, False):
            chosen = trials.held_out(shards, partial(_is_spoken_by, engine, english))
            cases = [Case(trial, trial.phones) for trial in trials.choose(chosen, limit or SIZES["synthetic"])]
            name = f"synthetic {engine}, {'English' if english else _tongues(cases)}"
            yield from _both(name, EXACT, cases, ear, reference if english else None)


def _is_spoken_by(engine: str, english: bool, row: trials.Row) -> bool:
    return row["engine"] == engine and (row["language"].split("-")[0] == "en") == english


def _tongues(cases: Sequence[Case]) -> str:
    codes = sorted({case.trial.language for case in cases})
    return " ".join(codes) if len(codes) <= MOST_NAMED else f"{len(codes)} languages"


def real_english(folder: Path, ear: Timed, reference: Reference, limit: int | None) -> Iterator[Result]:
    """Held-out real speakers of English against an alignment, clean and in a noisy room."""
    noisy: list[Case] = []
    for name, sets in ENGLISH.items():
        chosen = []
        for wanted in sets:
            found = trials.held_out(folder.glob("*.jsonl"), wanted)
            chosen += trials.choose(found, -(-(limit or SIZES["real"]) // len(sets)))
        cases = [case for trial in chosen for case in reference.aligned(trial)]
        for result in _both(f"real English, {name}", ALIGNED, cases, ear, reference):
            yield replace(result, left_out=len(chosen) - len(cases))
        noisy += [Case(trials.in_a_noisy_room(case.trial), case.phones) for case in cases[::2]]
    yield from _both("real English, all, 10 dB noise + room", ALIGNED, noisy, ear, reference)


def other_languages(folder: Path, ear: Timed, limit: int | None) -> Iterator[Result]:
    """Held-out real speakers of other languages against the phones that their text should have."""
    found = trials.held_out(folder.glob("*.jsonl"), lambda row: row["language"] != "en")
    for language in sorted({row["language"] for _, row in found}):
        chosen = trials.choose([item for item in found if item[1]["language"] == language], limit or SIZES["order"])
        cases = [Case(trial, _order(trial), timed=False) for trial in chosen]
        yield from _both(f"real {language}", SPOKEN, cases, ear, None)


def _order(trial: Trial) -> tuple[Phone, ...]:
    phones = [ipa for _, word in trial.spoken for ipa in word]
    return tuple((float(index), index + 1.0, ipa) for index, ipa in enumerate(phones))


def _both(row: str, truth: str, cases: Sequence[Case], ear: Timed, reference: Reference | None) -> Iterator[Result]:
    if cases:
        yield score(row, truth, cases, OURS, ear)
        if reference:
            yield score(row, truth, cases, THEIRS, reference.hear)
