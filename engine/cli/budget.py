"""`lockstep budget`: shots laid against the time that sounds need to be seen, side by side, with their norms."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import UsageError
from . import targets
from .profiles import key_names, profile_of

if TYPE_CHECKING:
    from ..budget import Budget, BudgetReport, Overrun
    from ..check.mouth import MouthTrack
    from ..languages import Language
    from ..norms import NormsReport
    from ..rig import Binding
    from ..take import Take

HELP = "lay shots against the time that their sounds need to be seen"
DESCRIPTION = """\
Make the mouth of each take at the shot's frame rate, and tell for how long its closures, rounded vowels and stressed
nuclei are seen, how many shapes a second it asks for, what was given up, and how its rate and pauses stand to what is
usual in the language. Several takes stand side by side: two shots, or one line in five languages.
"""
FORMAT, VERSION = "lockstep.budget", 1
RIG = "arkit"
NAMES = {"closure": "closures", "teeth": "lip on teeth", "rounded": "rounded", "stressed": "stressed"}
WIDEST = 26  # letters of a column


def add(parser: argparse.ArgumentParser) -> None:
    """What the command is told."""
    parser.add_argument("takes", metavar="TAKE.json", type=Path, nargs="+", help="made by 'lockstep analyze'")
    parser.add_argument("--fps", type=float, default=24.0, help="frames a second of the shot, 1 to 1000; default: 24")
    parser.add_argument("--medium", default="film", help="film, broadcast, games, mobile or one of --budget's; film")
    parser.add_argument("--rig", metavar="NAME", default=RIG, help=f"see 'lockstep rigs'; default: {RIG}")
    parser.add_argument("--budget", metavar="B.toml", type=Path, help="the project's own rows, over the usual ones")
    parser.add_argument("--worst", metavar="N", type=int, default=5, help="places named for each shot; default: 5")
    parser.add_argument("--json", metavar="R.json|-", type=Path, help="write all that was found; '-' prints it")
    parser.set_defaults(run=_run)


class _Shot:
    """A take and what was found of it."""

    def __init__(self, path: Path, take: Take, report: BudgetReport, norms: NormsReport) -> None:
        self.name = path.name.removesuffix(".json").removesuffix(".take")
        self.take, self.report, self.norms = take, report, norms


def _run(options: argparse.Namespace) -> None:
    from ..budget import load_budget

    if options.json:
        targets.check(options.json, *options.takes, *([options.budget] if options.budget else []))
    if options.worst < 0:
        raise UsageError(f"--worst is {options.worst}; give the number of places to name, 0 or more.")
    budget = load_budget(options.budget)
    budget.most(options.medium, options.fps)
    shots = [_shot(path, options, budget) for path in options.takes]
    if options.json:
        targets.write(options.json, json.dumps(_data(shots), ensure_ascii=False, allow_nan=False, indent=1) + "\n")
    targets.tell((*_table(shots), *_worst(shots, options.worst), *_remarks(shots)), options.json)


def _shot(path: Path, options: argparse.Namespace, budget: Budget) -> _Shot:
    from ..budget import lay
    from ..languages import load
    from ..norms import norms_of
    from ..take import read_take

    take = read_take(path)
    language = load(take.language)
    track, binding = _shown(take, language, options.rig, options.fps)
    report = lay(take, language, track, options.fps, budget, options.medium, binding)
    return _Shot(path, take, report, norms_of(take, language))


def _shown(take: Take, language: Language, rig: str, fps: float) -> tuple[MouthTrack, Binding]:
    """The mouth that the curves of a take show on a rig of this name, on the frames of the shot."""
    import numpy as np

    from ..check.mouth import mouth_of
    from ..check.seen import SeenPart
    from ..mouth import Controls
    from ..perform import perform
    from ..rig import Grid, KeyInfo, bind, sample
    from .terminal import shown

    profile = profile_of(rig)
    keys = tuple(KeyInfo(name) for name in key_names(profile))
    grid = Grid(fps, 0.0, "stepped" if profile.exclusive else "frames")
    curves = shown(perform(take, language, profile, keys, Controls(), grid))
    times = np.arange(int(take.audio.duration * fps + 1e-6) + 2) / fps
    made = {curve.name: column for curve, column in zip(curves, sample(curves, times).T, strict=True)}
    values = np.stack([made.get(key.name, np.zeros(len(times))) for key in keys], axis=1)
    binding = bind(profile, [key.name for key in keys])
    return mouth_of(SeenPart(profile.name, keys, values), binding, times), binding


def _table(shots: Sequence[_Shot]) -> Iterator[str]:
    """A row a figure, a column a shot."""
    first = shots[0].report
    yield f"{first.medium} at {first.fps:g} fps, at most {first.most:g} shapes a second; over budget of all:"
    rows = [("", [shot.name for shot in shots]), *_figures(shots), *_norms(shots)]
    widths = [max(len(name) for name, _ in rows)]
    widths += [min(WIDEST, max(len(cells[at]) for _, cells in rows)) for at in range(len(shots))]
    for name, cells in rows:
        row = [f"{name:<{widths[0]}}", *(_cell(cell, width) for cell, width in zip(cells, widths[1:], strict=True))]
        yield "  ".join(row).rstrip()


def _cell(text: str, width: int) -> str:
    return f"{text if len(text) <= width else text[: width - 1] + '…':>{width}}"


def _figures(shots: Sequence[_Shot]) -> Iterator[tuple[str, list[str]]]:
    reports = [shot.report for shot in shots]
    yield "language", [report.language for report in reports]
    for kind, name in NAMES.items():
        yield name, [_of(report, kind) for report in reports]
    yield "seconds too dense", [_of(report, "rate") for report in reports]
    yield "shapes a second", [f"{report.rate:.1f}" for report in reports]
    yield "in the densest second", [f"{report.fastest:.0f}" for report in reports]


def _of(report: BudgetReport, kind: str) -> str:
    return f"{report.over[kind]} of {report.counts[kind]}"


def _norms(shots: Sequence[_Shot]) -> Iterator[tuple[str, list[str]]]:
    """A row for each figure that one of the shots has a norm for, beside the norm."""
    named = {one.name: one.unit for shot in shots for one in shot.norms.standings}
    for name, unit in named.items():
        found = [{one.name: one for one in shot.norms.standings}.get(name) for shot in shots]
        yield (
            f"{name}, {unit} (usual)",
            ["-" if one is None else f"{_short(one.value)} ({_short(one.mean)})" for one in found],
        )


def _short(value: float) -> str:
    return f"{value:.0f}" if value >= 20.0 else f"{value:.2f}" if value < 3.0 else f"{value:.1f}"


def _worst(shots: Sequence[_Shot], most: int) -> Iterator[str]:
    from ..check.wording import clock, counted

    for shot in shots:
        if shot.report.overruns and most:
            yield ""
            places = counted(len(shot.report.overruns), "place")
            yield f"{shot.name}: {places} over budget"
            for one in sorted(shot.report.overruns, key=_severity)[:most]:
                yield f"  {clock(one.start)}  {_told(one)}"


def _severity(one: Overrun) -> tuple[float, float]:
    """How little is left of what is wanted, the least first."""
    return (one.wanted / one.had if one.kind == "rate" else one.had / one.wanted), one.start


def _told(one: Overrun) -> str:
    if one.kind == "rate":
        return f"{one.had:.0f} shapes in a second ({one.sounds}). {one.gave_up}".rstrip()
    return one.gave_up


def _remarks(shots: Sequence[_Shot]) -> Iterator[str]:
    yield ""
    for shot in shots:
        rate = [f"{one.says}." for one in shot.norms.standings if one.name == "rate"]
        yield f"{shot.name}: {' '.join([*rate, shot.norms.remark])}".rstrip()


def _data(shots: Sequence[_Shot]) -> dict[str, Any]:
    """All that was found, as plain values."""
    rows = [
        {
            "take": shot.name,
            "seconds": shot.take.audio.duration,
            "budget": asdict(shot.report),
            "norms": asdict(shot.norms),
        }
        for shot in shots
    ]
    return {"format": FORMAT, "version": VERSION, "shots": rows}
