"""`lockstep swap`: another voice under the same acting."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import UsageError
from . import targets
from .acted import acted, write_table
from .analyze import add_words, hear, text_of
from .profiles import key_names, profile_of
from .terminal import shown

if TYPE_CHECKING:
    from ..matching.match import Match
    from ..placing import Placed
    from ..rig import Grid, Profile
    from ..score import Score
    from ..take import Take
    from .acted import Curve

HELP = "put another voice under the acting of a take"
DESCRIPTION = """\
Match two takes by their sounds, carry the acting of the first over to the second, and say what became of it. Edits,
gestures, pins and emphasis follow their sounds; what has no like in the new voice is kept aside, with its reason.
"""
RIG, FPS = "arkit", 60.0


def add(parser: argparse.ArgumentParser) -> None:
    """What the command is told."""
    parser.add_argument("old", metavar="OLD", type=Path, help="the take that was acted on (.take.json), or its sound")
    parser.add_argument("new", metavar="NEW", type=Path, help="the take of the new voice, or its sound, which is heard")
    parser.add_argument("--score", metavar="S.score.json", type=Path, help="the acting of OLD, as Lockstep wrote it")
    parser.add_argument(
        "-o", "--output", metavar="OUT.score.json", type=Path, help="the same acting on NEW, what found no place kept"
    )
    parser.add_argument("--report", metavar="R.json", type=Path, help="what became of each item and phrase, as JSON")
    parser.add_argument("--map", metavar="M.png", type=Path, help="a drawing of how time runs from OLD to NEW")
    add_words(parser, of=" (of sounds)", text_of=" in NEW")
    parser.add_argument("--curves", metavar="OUT.csv", type=Path, help="NEW performed with the acting and its edits")
    parser.add_argument("--rig", metavar="NAME", help=f"of the curves, see 'lockstep rigs'; default: {RIG}")
    parser.add_argument("--fps", type=float, help=f"rows of the curves a second, 1 to 1000; default: {FPS:g}")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> None:
    from ..matching.match import match_takes
    from ..placing import place
    from ..placing.report import report
    from ..score import Score, take_id
    from ..score.file import read_score

    _check(options)
    rig = _Rig.of(options)
    score = read_score(options.score) if options.score else Score()
    text = text_of(options)
    old, new = _take(options.old, options.language, None), _take(options.new, options.language, text)
    match = shown(match_takes(old, new))
    placed = place(score, new, {take_id(old): match}, {take_id(old): old})
    curves = rig.curves(new, placed) if options.curves else {}
    told = report(old, new, match, placed)
    if options.output:
        _write_score(placed, new, options.output)
    if options.report:
        _write_text(told.as_json() + "\n", options.report)
    if options.map:
        _draw(match, old, new, placed, options.map)
    if options.curves:
        write_table(options.curves, curves, key_names(rig.profile), new.audio.duration, rig.grid.fps)
    print("\n".join(told.lines()))


@dataclass(frozen=True)
class _Rig:
    """What the curves are made for."""

    profile: Profile
    grid: Grid

    @staticmethod
    def of(options: argparse.Namespace) -> _Rig:
        """As the options have it. Raises RigError, UsageError."""
        from ..rig import Grid

        profile = profile_of(options.rig or RIG)
        fps = FPS if options.fps is None else options.fps
        return _Rig(profile, Grid(fps, 0.0, "stepped" if profile.exclusive else "frames"))

    def curves(self, take: Take, placed: Placed) -> dict[str, Curve]:
        """The take performed with its acting."""
        from ..languages import load

        return acted(take, placed, load(take.language), self.profile, self.grid)


def _check(options: argparse.Namespace) -> None:
    """Before the work begins: what is asked for can be done, and the files can be written."""
    if options.output and not options.score:
        raise UsageError("There is no acting to carry over; name its file with --score.")
    if (options.rig is not None or options.fps is not None) and not options.curves:
        raise UsageError("A rig and a frame rate are for curves; name their file with --curves.")
    if (options.text is not None or options.text_file) and _is_take(options.new):
        raise UsageError(f"'{options.new}' is a take, which has been heard; a text belongs to a sound.")
    written = [path for path in (options.output, options.report, options.map, options.curves) if path]
    read = [path for path in (options.old, options.new, options.score, options.text_file) if path]
    targets.check_all(written, *read)


def _is_take(path: Path) -> bool:
    return path.suffix.lower() == ".json"


def _take(path: Path, language: str, text: str | None) -> Take:
    """The take in a file, or of a sound."""
    from ..take import read_take

    return read_take(path) if _is_take(path) else hear(path, language, text, refined=True)


def _write_score(placed: Placed, new: Take, path: Path) -> None:
    """The acting at home in the new take, but what has no place there."""
    from ..placing.rehoming import anchors_of, rehomed
    from ..score import take_id
    from ..score.file import write_score

    homes = {anchor.take for item in placed.score.items() for anchor in anchors_of(item)} - {take_id(new)}
    carried: Score = rehomed(placed, new, homes)
    write_score(carried, path)


def _write_text(text: str, path: Path) -> None:
    from ..files import write_text

    write_text(path, text)


def _draw(match: Match, old: Take, new: Take, placed: Placed, path: Path) -> None:
    from ..drawing import write_png
    from ..placing.picture import picture

    write_png(path, picture(match, old, new, placed))
