"""What `evaluate.py check` is told. Standard library only: it is read before its environment is there."""

from __future__ import annotations

import argparse
from pathlib import Path

from environment import SetupError

DESCRIPTION = """\
Plant known faults in shots that are right, and tell what the sync check says of them. The shots: lines in twenty
languages by espeak-ng's variants that the recognizer never heard, whose phones are known; diphone voices of real
speakers (--judge, shards of scripts/ear/judging.py), whose phones are known; recordings of people (--real), timed with
their text, English by PocketSphinx, the rest by the engine; a captured performance (--motion). They are animated on
several rigs at several rates, in several styles, one in seven as other tools do, without our mouth room. The check
hears each sound without its text and never sees how the animation was made. Faults are told in frames at 24 fps."""


def parser() -> argparse.ArgumentParser:
    """The options."""
    made = argparse.ArgumentParser(
        "evaluate.py check", description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.add_argument("--quick", action="store_true", help="an eighth of the shots, a minute")
    made.add_argument("--real", type=Path, metavar="FOLDER", help="recordings, with the tables that name them")
    made.add_argument("--judge", type=Path, metavar="FOLDER", help="shards of diphone voices")
    made.add_argument(
        "--motion", type=Path, metavar="FOLDER", help="captured faces (*.npz) beside their sound (*.flac)"
    )
    made.add_argument("--faults", type=int, default=7, help="faults a shot, beside none; default: 7")
    made.add_argument(
        "--draw",
        type=int,
        default=0,
        metavar="N",
        help="0 to 5: other lines, recordings, styles and faults; default: 0",
    )
    made.add_argument("--limit", type=int, help="shots of each source at most")
    made.add_argument(
        "--only", default="", metavar="TEXT", help="shots whose source, name or condition holds this text"
    )
    made.add_argument("--worst", type=int, default=0, metavar="N", help="also list the N worst of each table")
    made.add_argument("--json", type=Path, metavar="FILE", help="write every outcome to this file as well")
    return made


def check(options: argparse.Namespace) -> None:
    """Raises SetupError where the options cannot be met."""
    wanted = {"real": "*.tsv", "judge": "*.jsonl", "motion": "*.npz"}
    for name, pattern in wanted.items():
        folder = getattr(options, name)
        if folder is not None and not any(folder.glob(pattern)):
            raise SetupError(f"{folder} holds no {pattern}; give the folder that does, or leave --{name} out.")
    if options.limit is not None and options.limit < 1:
        raise SetupError(f"--limit {options.limit} leaves no shot; give 1 or more.")
    if not 0 <= options.draw <= 5:
        raise SetupError(f"--draw {options.draw} is not there; give 0 to 5.")
    if options.faults < 0:
        raise SetupError(f"--faults {options.faults} cannot be planted; give 0 or more.")
