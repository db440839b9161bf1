"""`evaluate.py check`: the tables of what the sync check finds."""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from engine.recognizer import Recognizer

from . import table
from .animation import Shot
from .faults import NONE, STRIDES, Plant, choose, good, offset
from .figures import grouped, summed
from .judge import Heard, Judge, Outcome
from .shots import Counts, Shots
from .speech import CAPTURED, DIPHONES, PEOPLE, SYNTHESIZED

QUICK = 8  # shots in one that is looked at by --quick
HARD_OFFSET = 6  # frames of film by which a shot is off that is hard to hear


class Evaluation:
    """Makes the shots, plants the faults, asks the check."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._options = options
        recognizer = Recognizer.load()
        self._judge = Judge(recognizer)
        counts = Counts().limited(options.limit)
        folders = {"real": options.real, "judge": options.judge, "motion": options.motion}
        self._shots = Shots(self._judge, recognizer, folders, counts, QUICK if options.quick else 1, options.draw)

    def outcomes(self) -> Iterator[Outcome]:
        """Each shot right, then with its faults; those of one source after the other."""
        shots: list[tuple[Shot, Heard]] = []
        for shot, heard in self._shots.all():
            if self._options.only not in f"{shot.speech.source} {shot.speech.name} {shot.rig.name}":
                continue
            if shots and shots[0][0].speech.source != shot.speech.source:
                yield from self._faulty(shots)
                shots = []
            shots.append((shot, heard))
        yield from self._faulty(shots)

    def _faulty(self, shots: Sequence[tuple[Shot, Heard]]) -> Iterator[Outcome]:
        others = [shot for shot, _ in shots]
        for number, (shot, heard) in enumerate(shots):
            for plant in (good, *choose(number, self._options.faults, STRIDES[self._options.draw])):
                outcome = self._one(shot, heard, plant, others, f"{shot.speech.name} {number}")
                if outcome is not None:
                    yield outcome

    def _one(
        self, shot: Shot, heard: Heard, plant: Plant, others: Sequence[Shot], seed: str, condition: str = ""
    ) -> Outcome | None:
        planted = plant(shot, random.Random(seed), others)
        if planted is None:
            return None
        if planted.speech is not shot.speech:
            heard = self._judge.hear(planted.speech)
        return self._judge.check(planted, heard, condition)

    def hard(self) -> Iterator[Outcome]:
        """Shots that are right and hard to hear, and the same some frames off."""
        for number, (name, shot, heard) in enumerate(self._shots.hard()):
            for plant in (good, offset(HARD_OFFSET * (1 if number % 2 else -1))):
                outcome = self._one(shot, heard, plant, (), name, name)
                if outcome is not None:
                    yield outcome


def evaluate(options: argparse.Namespace, machine: str = "") -> int:
    """Print the tables, the aims at the end; always 0, for an aim that is not met is no breakage.

    `machine`: on what, for the JSON.
    """
    begun, used = time.monotonic(), time.process_time()
    judge = Evaluation(options)
    outcomes = list(judge.outcomes())
    _print_shots(outcomes)
    _print_faults(outcomes)
    hard = [one for one in judge.hard() if options.only in one.condition or options.only in one.shot]
    _print_hard(hard)
    right = [one for one in hard if one.kind == NONE]
    fails = sum(one.verdict == "fail" for one in right)
    aims = table.aims(summed(outcomes), fails, len(right))
    print("\n" + "\n".join(aims))
    if options.worst:
        print("\nfurthest from what is true\n" + "\n".join(table.worst([*outcomes, *right], options.worst)))
    if options.json:
        _write(options.json, machine, aims, [*outcomes, *hard])
    count, wall = len(outcomes) + len(hard), time.monotonic() - begun
    print(f"\n{count} checks in {wall:.0f} s, {time.process_time() - used:.0f} s of the processor")
    return 0


def _print_shots(outcomes: Sequence[Outcome]) -> None:
    print(f"\n{table.LEGEND}\n\n{table.HEAD}")
    print(table.line("all", outcomes))
    parts = {
        "source": lambda one: one.source,
        "phones timed by": lambda one: {SYNTHESIZED: "", DIPHONES: "", CAPTURED: ""}.get(one.source, _timed_by(one)),
        "voices": lambda one: "held out" if one.held_out else "learnt from" if one.source == PEOPLE else "",
        "animation": lambda one: "as other tools" if " plain" in one.style else "",
        "keys": _keys,
        "rig": lambda one: one.rig,
        "frame rate": lambda one: " ".join(one.style.split()[:2]),
        "language": lambda one: one.language.split("-")[0],
    }  # fmt: skip
    for title, key in parts.items():
        print(f"-- {title}")
        for name, group in sorted(grouped(outcomes, key).items()):
            if name:
                print(table.line(name, group))


def _keys(one: Outcome) -> str:
    return "stepped" if " stepped" in one.style else "edited by hand" if " edited" in one.style else ""


def _timed_by(one: Outcome) -> str:
    return "PocketSphinx" if one.language == "en" else "the engine with the text"


def _print_faults(outcomes: Sequence[Outcome]) -> None:
    print(f"\n{table.FAULTS_HEAD}")
    for name, group in grouped(outcomes, lambda one: f"{one.kind}|{one.size}").items() if outcomes else ():
        kind, _, size = name.partition("|")
        if kind == NONE:
            print(table.fault_line(kind, size, group))
    for name, group in sorted(grouped(outcomes, lambda one: f"{one.kind}|{one.size}").items(), key=_order):
        kind, _, size = name.partition("|")
        if kind != NONE:
            print(table.fault_line(kind, size, group))


def _order(item: tuple[str, list[Outcome]]) -> tuple[str, float, str]:
    kind, _, size = item[0].partition("|")
    try:
        number = float(size.split()[0])
    except (ValueError, IndexError):
        return kind, 0.0, size
    return kind, abs(number), size


def _print_hard(outcomes: Sequence[Outcome]) -> None:
    if outcomes:
        print(f"\n{table.HARD_HEAD}")
    for name, group in grouped(outcomes, lambda one: one.condition).items():
        right, wrong = ([one for one in group if (one.kind == NONE) is good] for good in (True, False))
        print(table.hard_line(name, right, wrong))


def _write(path: Path, machine: str, aims: Sequence[str], outcomes: Sequence[Outcome]) -> None:
    from engine.files import write_text

    found = {"machine": machine, "aims": list(aims), "outcomes": [asdict(one) for one in outcomes]}
    write_text(path, json.dumps(found, indent=1, ensure_ascii=False).replace("NaN", "null") + "\n")
