"""`lockstep check`: exported curves beside their sound: in sync, and how do we know?"""

from __future__ import annotations

import argparse
import json
import math
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import UsageError
from . import targets
from .analyze import add_words, text_of
from .profiles import key_names, profile_of, rigs_folder
from .terminal import remark, shown

if TYPE_CHECKING:
    from ..check.seen import Seen
    from ..examine import Asked, Examination
    from ..rig import Binding

HELP = "tell how far curves are from their sound"
DESCRIPTION = """\
Hear a sound anew and compare curves of a face with it: offset, drift, closures missed, and a verdict. CURVES is a table
as 'lockstep curves' writes it (a column 'seconds', a column for each key) or a face (*.face.json).
"""
FACE, RIG, FPS = ".face.json", "arkit", 60.0
FAILED = 3  # the exit code where a shot fails; 1: something could not be done


def add(parser: argparse.ArgumentParser) -> None:
    """What the command is told."""
    parser.add_argument("curves", metavar="CURVES", type=Path, help="*.csv, or *.face.json")
    parser.add_argument("audio", metavar="AUDIO", type=Path, help="the sound that they speak")
    parser.add_argument("--rig", metavar="NAME", help="see 'lockstep rigs'; default: found by the names of the columns")
    parser.add_argument("--fps", type=float, help="frames a second; default: the table's rows, of a face 60")
    parser.add_argument("--at", metavar="SECONDS", type=float, default=0.0, help="where the sound begins in the curves")
    add_words(parser)
    parser.add_argument("--medium", default="film", help="film, broadcast, games or mobile; default: film")
    parser.add_argument("--budget", metavar="B.toml", type=Path, help="the project's own budget of time")
    parser.add_argument("--plot", metavar="P.png", type=Path, help="draw the mouth against its sound")
    parser.add_argument("--json", metavar="R.json|-", type=Path, help="write all that was found; '-' prints it")
    parser.add_argument("--strict", action="store_true", help=f"exit with {FAILED} where the verdict is 'fail'")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    from ..examine import as_json, examine, told
    from ..sound.source import FileSource

    written = [path for path in (options.plot, options.json) if path]
    read = (options.curves, options.audio, options.budget, options.text_file)
    targets.check_all(written, *filter(None, read))
    asked = _asked(options)
    source = FileSource(options.audio)
    seen, binding = _seen(options, source.duration)
    found = shown(examine(source, seen, binding, asked, remark=remark))
    if options.json:
        targets.write(options.json, json.dumps(as_json(found), ensure_ascii=False, allow_nan=False, indent=1) + "\n")
    if options.plot:
        _draw(found, asked, options.plot)
    targets.tell((line.text for line in told(found)), options.json)
    return FAILED if options.strict and found.check.verdict == "fail" else 0


def _asked(options: argparse.Namespace) -> Asked:
    from ..budget import load_budget
    from ..check.result import Limits
    from ..delivery import delivery_of
    from ..examine import Asked
    from ..languages import load

    language = None if options.language == "auto" else load(options.language)
    delivery = delivery_of(options.medium)
    return Asked(language, text_of(options), delivery.limits(Limits()), delivery.medium, load_budget(options.budget))


def _seen(options: argparse.Namespace, duration: float) -> tuple[Seen, Binding]:
    from ..examine.curves_file import seen_in_table, seen_on_rig
    from ..mouth.file import read_face
    from ..rig import bind, load_profiles, recognise

    if not math.isfinite(options.at):
        raise UsageError(f"The sound cannot begin at {options.at} s; give --at as a number of seconds.")
    if options.curves.name.lower().endswith(FACE):
        if options.rig is not None:
            raise UsageError("A face is not made for a rig; leave --rig out, or give a table of curves.")
        face, profile = read_face(options.curves), profile_of(RIG)
        rate = FPS if options.fps is None else options.fps
        return seen_on_rig(face, profile, key_names(profile), rate, options.at, duration)
    table = seen_in_table(options.curves, options.fps, options.at, duration)
    names = [key.name for key in table.parts[0].keys]
    if options.rig is not None:
        return table, bind(profile_of(options.rig), names)
    return table, recognise(names, load_profiles(rigs_folder())).require()


def _draw(found: Examination, asked: Asked, path: Path) -> None:
    from ..check.plot import plot
    from ..drawing.png import write_png

    write_png(path, plot(found.check, limits=asked.limits))
