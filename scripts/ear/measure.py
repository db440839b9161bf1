"""One row of the evaluation: utterances with their truth, an ear, and the figures that come out."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import boundaries
import mouths
import scoring
from folding import fold
from memory import Memory
from mouths import Phone
from trials import RATE, Trial

if TYPE_CHECKING:
    from sphinx import Sphinx

OURS, QUICK, FOUND = "lockstep", "lockstep, quick", "lockstep, auto"
THEIRS, THEIRS_TOLD = "PocketSphinx allphone", "PocketSphinx align"


@dataclass(frozen=True)
class Heard:
    """What an ear says of one utterance: phones in time, how sure it is of each (0..1), words as (text, status)."""

    phones: tuple[Phone, ...]
    sure: tuple[float, ...] = ()
    words: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Case:
    """An utterance with its truth: phones in time, or (timed False) their order alone.

    `edges` False: the truth's times are the judged engine's own, so its edges say nothing. `either`: letters of vowels
    that the truth's dictionary writes as open and its speaker may round.
    """

    trial: Trial
    phones: tuple[Phone, ...]
    timed: bool = True
    edges: bool = True
    either: frozenset[str] = frozenset()


Ear = Callable[[Trial], Heard]
Timed = Callable[[Trial], tuple[Heard | None, float]]
"""What is heard, None where nothing can be, and the seconds of work."""


@dataclass(frozen=True)
class Result:
    """One row of the table: `figures` name -> value with its interval; `cost` seconds of work a second of sound.

    `left_out`: utterances that were chosen but whose transcript did not align, or which the ear refused.
    """

    section: str
    row: str
    system: str
    truth: str
    utterances: int
    seconds: float
    cost: float
    figures: dict[str, scoring.Figure]
    left_out: int = 0
    counts: tuple[scoring.Counts, ...] = field(default=(), repr=False, compare=False)


def timed(ear: Ear) -> Timed:
    """The same ear, telling how long it worked."""

    def hear(trial: Trial) -> tuple[Heard | None, float]:
        begun = time.process_time()
        return ear(trial), time.process_time() - begun

    return hear


def score(section: str, row: str, truth: str, cases: Sequence[Case], system: str, ear: Timed) -> Result:
    """Let one ear hear the cases and count; those at which it fails (None) are left out, to its advantage."""
    counts, spent, seconds = [], 0.0, 0.0
    for case in cases:
        heard, cost = ear(case.trial)
        if heard is not None:
            spent, seconds = spent + cost, seconds + case.trial.seconds
            counts.append(scoring.row(count(case, heard)))
    counts = counts or [scoring.row({})]
    share = spent / seconds if seconds else float("nan")
    return summed(
        Result(section, row, system, truth, len(counts), seconds, share, {}, len(cases) - len(counts)), counts
    )


def summed(result: Result, counts: Sequence[scoring.Counts]) -> Result:
    """The result with the figures of its utterances' counts."""
    return replace(result, figures=scoring.figures(counts), counts=tuple(counts))


def pooled(row: str, results: Sequence[Result]) -> Result:
    """Results of one ear as one row."""
    first, seconds = results[0], sum(result.seconds for result in results)
    cost = sum(result.cost * result.seconds for result in results) / seconds
    truths = "; ".join(dict.fromkeys(result.truth for result in results))
    whole = Result(first.section, row, first.system, truths, sum(r.utterances for r in results), seconds, cost, {})
    left_out = sum(result.left_out for result in results)
    return summed(replace(whole, left_out=left_out), [row for result in results for row in result.counts])


def count(case: Case, heard: Heard) -> dict[str, float]:
    """Counts of one utterance, in the fields of scoring.FIELDS."""
    language = case.trial.language
    order = (fold([ipa for _, _, ipa in phones], language) for phones in (heard.phones, case.phones))
    counts = scoring.in_order(*order)
    if case.timed:
        counts |= scoring.in_time(heard.phones, mouths.truth(case.phones, case.trial.seconds, case.either))
        counts |= scoring.confidence(heard.phones, heard.sure, case.phones)
    if case.timed and case.edges:
        counts |= boundaries.counts(heard.phones, case.phones, language)
    else:
        counts["edges"] = 0.0
    return counts


class Reference:
    """PocketSphinx, asked only once about each sound. It hears 16 kHz alone."""

    def __init__(self, sphinx: Sphinx, memory: Memory) -> None:
        self._sphinx, self._memory = sphinx, memory

    def hear(self, trial: Trial) -> tuple[Heard | None, float]:
        """What its phone recognition hears, and the seconds of work."""
        if trial.rate != RATE:
            return None, 0.0
        phones, cost = self._memory.ask("allphone", trial.samples, lambda: self._sphinx.hear(trial.samples))
        return Heard(tuple(phones or ())), cost

    def align(self, trial: Trial) -> tuple[Heard | None, float]:
        """Its alignment of the transcript, None where that fails, and the seconds of work."""
        if trial.rate != RATE:
            return None, 0.0
        spoken = dict(trial.spoken)
        phones, cost = self._memory.ask(
            f"align {trial.text}", trial.samples, lambda: self._sphinx.align(trial.samples, trial.text, spoken)
        )
        return (Heard(tuple(phones)) if phones else None), cost

    def aligned(self, trial: Trial) -> list[Case]:
        """The utterance with its aligned phones as truth; none where the transcript does not align."""
        heard, _ = self.align(trial)
        return [Case(trial, heard.phones)] if heard else []
