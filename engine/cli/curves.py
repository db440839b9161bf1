"""`lockstep curves`: a take's curves for a rig, as a table."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from . import targets
from .acted import acted, write_table
from .profiles import key_names, profile_of

if TYPE_CHECKING:
    from ..rig.curves import Mode
    from ..score import Score

CONTROLS = {
    "intensity": (1.0, "how far everything moves, 0 to 2"),
    "jaw": (1.0, "how far the jaw moves, 0 to 2"),
    "lips": (1.0, "how far the lips move, 0 to 2"),
    "smoothing": (0.0, "how far movement is rounded off, 0 to 1"),
    "lead": (30.0, "ms that vowels lead their sound, -200 to 200"),
    "effort": (1.0, "how fully sounds reach their shapes, 0 to 2"),
}


def add(parser: argparse.ArgumentParser) -> None:
    """What the command is told."""
    parser.add_argument("take", metavar="TAKE.json", type=Path, help="made by 'lockstep analyze'")
    parser.add_argument("-o", "--output", metavar="OUT.csv", type=Path, required=True)
    parser.add_argument(
        "--score",
        metavar="S.score.json",
        type=Path,
        help="acting to perform: style, emphasis, emotions, gestures, pins, and edits made by hand",
    )
    parser.add_argument("--rig", metavar="NAME", default="arkit", help="see 'lockstep rigs'; default: arkit")
    parser.add_argument("--fps", type=float, default=60.0, help="rows per second, 1 to 1000; default: 60")
    parser.add_argument("--language", metavar="CODE", help="default: the take's own")
    for name, (usual, meaning) in CONTROLS.items():
        parser.add_argument(
            f"--{name}", metavar="N", type=float, help=f"{meaning}; default: the score's, without one {usual:g}"
        )
    parser.add_argument(
        "--mode", choices=("frames", "subframes", "stepped"), help="default: stepped for drawings, else frames"
    )
    parser.add_argument("--step", type=int, choices=(1, 2), default=1, help="frames a drawing is held; default: 1")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> None:
    from ..languages import load
    from ..placing import place
    from ..rig import Grid
    from ..take import read_take

    score = _score(options)
    profile = profile_of(options.rig)
    mode: Mode = options.mode or ("stepped" if profile.exclusive else "frames")
    grid = Grid(options.fps, 0.0, mode, options.step)
    targets.check(options.output, options.take, *([options.score] if options.score else []))
    take = read_take(options.take)
    language = load(options.language or take.language)
    curves = acted(take, place(score, take, {}, {}), language, profile, grid)
    names = key_names(profile)
    rows = write_table(options.output, curves, names, take.audio.duration, options.fps)
    every = len(set(names) | set(curves))
    print(f"{options.output}: {rows} rows at {options.fps:g} a second, {len(curves)} of {every} keys move.")


def _score(options: argparse.Namespace) -> Score:
    """The acting, with the controls that were asked for."""
    from dataclasses import replace

    from ..mouth import Controls
    from ..score import Score
    from ..score.file import read_score

    given = {name: getattr(options, name) for name in CONTROLS if getattr(options, name) is not None}
    Controls(**given)
    score = read_score(options.score) if options.score else Score()
    return replace(score, style=replace(score.style, **given))
