"""The targets, and which figure of which row stands for each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from measure import OURS, Result
from scoring import FIGURES, Figure

WITHIN = 5.0  # points that a language held out of training may lose
LEARNT, HELD_OUT = "learnt", "held out"  # the systems of a pair of rows


@dataclass(frozen=True)
class Target:
    """A figure to reach: at least `goal`, or at most where `least` is False.

    `section` and `row` name the result of ours that stands for it.
    """

    what: str
    section: str
    row: str
    figure: str
    goal: float
    least: bool = True

    def met(self, value: float) -> bool:
        """Whether a value reaches the goal."""
        return value >= self.goal if self.least else value <= self.goal


def _targets(what: str, section: str, row: str, *goals: tuple[str, float, bool]) -> tuple[Target, ...]:
    return tuple(Target(what, section, row, figure, goal, least) for figure, goal, least in goals)


TARGETS: tuple[Target, ...] = (
    *_targets(
        "English, audio only", "audio only", "English, exact voices",
        ("frames", 92, True), ("recall", 89, True), ("closures_f1", 94, True), ("teeth_f1", 90, True),
        ("edge_ms", 12, False),
    ),
    *_targets(
        "English, audio only, real", "audio only", "real English, native",
        ("frames", 92, True), ("recall", 89, True), ("closures_f1", 94, True), ("teeth_f1", 90, True),
    ),
    *_targets(
        "English, with the transcript", "with the transcript", "English, exact voices",
        ("frames", 95, True), ("recall", 93, True), ("closures_f1", 99.5, True), ("edge_ms", 10, False),
        ("boundary_ms", 14, False),
    ),
    *_targets(
        "never learnt, single words", "audio only", "never learnt, single words",
        ("frames", 86, True), ("recall", 75, True),
    ),
    *_targets("10 dB noise and room", "audio only", "English, 10 dB noise + room", ("frames", 86, True)),
    *_targets("10 dB noise and room, real", "audio only", "real English, 10 dB noise + room", ("frames", 86, True)),
)  # fmt: skip


@dataclass(frozen=True)
class Judged:
    """A target with what was found, and what the best peer in the same row has (None: no peer was asked)."""

    target: Target
    found: Figure
    peer: float | None


def _plain(row: str) -> str:
    """A row's name without what it says in brackets (which languages)."""
    return re.sub(r" \([^)]*\)", "", row)


def judge(results: Sequence[Result]) -> list[Judged]:
    """Every target whose row is among the results."""
    out = []
    for target in TARGETS:
        same = [result for result in results if (result.section, _plain(result.row)) == (target.section, target.row)]
        ours = next((result for result in same if result.system == OURS), None)
        if ours:
            peers = [result.figures[target.figure].value for result in same if not result.system.startswith(OURS)]
            out.append(Judged(target, ours.figures[target.figure], peers[0] if peers else None))
    return out


def differences(results: Sequence[Result]) -> list[str]:
    """A line for each row that was heard with and without its language learnt: what was lost, against WITHIN."""
    lines = []
    for learnt in (result for result in results if result.system == LEARNT):
        for held in results:
            if (held.system, held.section, held.row) == (HELD_OUT, learnt.section, learnt.row):
                lines += [_lost(learnt, held, name) for name in ("frames", "recall", "phone_error")]
    return [line for line in lines if line]


def _lost(learnt: Result, held: Result, figure: str) -> str:
    """The loss with the 95 % interval of drawing the same utterances anew for both."""
    counts = np.stack(learnt.counts), np.stack(held.counts)
    drawn = np.random.default_rng(0).multinomial(len(counts[0]), np.full(len(counts[0]), 1 / len(counts[0])), size=1000)
    loss, losses = (
        FIGURES[figure](first) - FIGURES[figure](second)
        for first, second in (tuple(table.sum(0) for table in counts), tuple(drawn @ table for table in counts))
    )
    if np.isnan(loss):
        return ""
    sign = -1 if figure == "phone_error" else 1
    low, high = np.percentile(sign * losses, [2.5, 97.5]) + 0.0  # + 0.0: no minus zero
    lost = sign * float(loss) + 0.0
    met = "met" if lost <= WITHIN else "NOT MET"
    found = f"{lost:.1f} ({low:.1f}-{high:.1f})"
    return f"{learnt.row + ' held out, loss':31} {figure:12} {f'<= {WITHIN:g}':>8} {found:>19} {'-':>7}  {met}"
