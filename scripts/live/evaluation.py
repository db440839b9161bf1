"""`evaluate.py live`: the tables of what the live mode hears and shows."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from engine.recognizer import Recognizer

from . import runs, table
from .judging import Judge, Outcome

QUICK = 4  # runs in one that is heard by --quick
EVERY = 3  # one run of voices in so many also comes through each other microphone


def outcomes(options: argparse.Namespace) -> Iterator[Outcome]:
    """Each run as it is, and some of them through other microphones."""
    ear = Recognizer.load()
    judge = Judge(ear)
    counts = runs.Counts().limited(options.limit, QUICK if options.quick else 1)
    number = 0
    for speech in runs.runs(options.judge, options.real, counts, ear):
        if options.only not in f"{speech.source} {speech.name}":
            continue
        found = judge.judge(speech, runs.CLEAN)
        if found is None:
            continue
        yield found
        if number % EVERY == 0 and not options.plain:
            for name, changed in runs.MICROPHONES.items():
                other = judge.judge(changed(speech), name)
                if other is not None:
                    yield other
        number += 1


def evaluate(options: argparse.Namespace, machine: str = "") -> int:
    """Print the tables, the targets at the end; always 0, for a target that is not met is no breakage.

    `machine`: on what, for the JSON.
    """
    begun = time.monotonic()
    every = list(outcomes(options))
    if not every:
        print("Nothing was heard.")
        return 0
    plain = [one for one in every if one.microphone == runs.CLEAN]
    _print_rows(plain, every)
    aims = table.aims(plain)
    print("\n" + "\n".join(map(table.aim_line, aims)))
    if options.json:
        _write(options.json, machine, aims, every)
    seconds = sum(one.seconds for one in every)
    print(f"\n{len(every)} runs, {seconds / 60:.1f} minutes of sound, heard in {time.monotonic() - begun:.0f} s")
    return 0


def _print_rows(plain: Sequence[Outcome], every: Sequence[Outcome]) -> None:
    rows = dict(_rows(plain, every))
    for legend, head, line in (
        (table.LEGEND, table.HEAD, table.line),
        (table.MOUTH_LEGEND, table.MOUTH_HEAD, table.mouth_line),
    ):
        print(f"\n{legend}\n\n{head}")
        for name, group in rows.items():
            print(line(name, group) if group else name)
    for name, group in table.grouped(plain, lambda one: one.source).items():
        print(f"\n-- {name}\n" + "\n".join([*table.parts(group), *table.classes(group)]))


def _rows(plain: Sequence[Outcome], every: Sequence[Outcome]) -> Iterator[tuple[str, list[Outcome]]]:
    """The rows' names and runs; a name without runs is a heading."""
    yield from table.grouped(plain, lambda one: one.source).items()
    yield "-- language", []
    yield from table.grouped(plain, lambda one: one.language.split("-")[0]).items()
    others = {one.name.split(",")[0] for one in every if one.microphone != runs.CLEAN}
    if others:
        yield "-- microphone, the same runs through each", []
    for name in (runs.CLEAN, *runs.MICROPHONES) if others else ():
        group = [one for one in every if one.microphone == name and one.name.split(",")[0] in others]
        if group:
            yield name, group


def _write(path: Path, machine: str, aims: Sequence[table.Aim], every: Sequence[Outcome]) -> None:
    from engine.files import write_text

    rows = [
        {
            "run": one.name, "source": one.source, "language": one.language, "microphone": one.microphone,
            "seconds": one.seconds, "cost": one.cost, "delay": one.delay, "most": one.most, "gaps": one.gaps,
            "agreed": table.figures([one], table.AGREED)["frames"].value,
            "frames": table.figures([one], table.LIVE)["frames"].value,
            "closures": table.figures([one], table.LIVE)["closures_f1"].value,
            "behind": table.behind([one]), "open": table.correlation([one], "ways", "openness"),
        }
        for one in every
    ]  # fmt: skip
    found = {"machine": machine, "aims": [vars(aim) for aim in aims], "runs": rows}
    write_text(path, json.dumps(found, indent=1, ensure_ascii=False).replace("NaN", "null") + "\n")
